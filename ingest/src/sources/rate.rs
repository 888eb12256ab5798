//! A bound on frames a second: a bucket that holds a second's worth.
//!
//! Promises: over any span, no more frames than the rate allows and one second's worth beside; none are lost by rounding.
//! Must not know: what a frame is.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::limits::Limits;

/// Units of one frame: the bucket fills by `rate` units a microsecond.
const UNITS_A_FRAME: i64 = 1_000_000;
/// No debt is longer, whatever is asked for at once.
const WAIT_MAX: Duration = Duration::from_secs(60);

/// The rate of one source, shared by its connections. Without a bound it asks for nothing.
#[derive(Debug)]
pub(crate) struct Rate {
    limits: Arc<Limits>,
    bucket: Mutex<Bucket>,
    started: Instant,
}

#[derive(Debug)]
struct Bucket {
    rate_max: i64,
    units: i64,
    filled_us: i64,
}

impl Rate {
    pub(crate) fn new(limits: &Arc<Limits>) -> Rate {
        // Full, whatever the rate will be.
        let bucket = Bucket { rate_max: 1, units: i64::MAX, filled_us: 0 };
        Rate { limits: Arc::clone(limits), bucket: Mutex::new(bucket), started: Instant::now() }
    }

    /// Whether one frame more may pass. For senders that cannot be slowed down.
    pub(crate) fn admits(&self) -> bool {
        self.with(|bucket, now_us| bucket.admits(now_us)).unwrap_or(true)
    }

    /// Takes that many frames on credit: how long to wait before the next. For senders that wait.
    pub(crate) fn owe(&self, frames: u64) -> Duration {
        self.with(|bucket, now_us| bucket.owe(frames, now_us)).unwrap_or_default()
    }

    fn with<T>(&self, ask: impl FnOnce(&mut Bucket, i64) -> T) -> Option<T> {
        let rate_max = self.limits.rate_max()?;
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        bucket.rate_max = i64::from(rate_max);
        let now_us = i64::try_from(self.started.elapsed().as_micros()).unwrap_or(i64::MAX);
        Some(ask(&mut bucket, now_us))
    }
}

impl Bucket {
    fn fill(&mut self, now_us: i64) {
        let elapsed_us = now_us.saturating_sub(self.filled_us).max(0);
        self.filled_us = now_us.max(self.filled_us);
        let filled = self.units.saturating_add(elapsed_us.saturating_mul(self.rate_max));
        self.units = filled.min(self.rate_max * UNITS_A_FRAME);
    }

    fn admits(&mut self, now_us: i64) -> bool {
        self.fill(now_us);
        let admits = self.units >= UNITS_A_FRAME;
        self.units -= if admits { UNITS_A_FRAME } else { 0 };
        admits
    }

    fn owe(&mut self, frames: u64, now_us: i64) -> Duration {
        self.fill(now_us);
        let owed = i64::try_from(frames).unwrap_or(i64::MAX).saturating_mul(UNITS_A_FRAME);
        let lowest = -self.rate_max * UNITS_A_FRAME * WAIT_MAX.as_secs() as i64;
        self.units = self.units.saturating_sub(owed).max(lowest);
        let missing_us = u64::try_from(-self.units / self.rate_max).unwrap_or(0);
        Duration::from_micros(missing_us)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND_US: i64 = 1_000_000;

    fn bucket(rate_max: i64) -> Bucket {
        Bucket { rate_max, units: rate_max * UNITS_A_FRAME, filled_us: 0 }
    }

    #[test]
    fn a_burst_of_a_second_passes_and_then_the_rate_alone() {
        let mut bucket = bucket(10);
        let passed = |bucket: &mut Bucket, now_us| (0..100).filter(|_| bucket.admits(now_us)).count();
        assert_eq!(passed(&mut bucket, 0), 10);
        assert_eq!(passed(&mut bucket, SECOND_US / 2), 5);
        assert_eq!(passed(&mut bucket, SECOND_US / 2 + 99_999), 0);
        assert_eq!(passed(&mut bucket, SECOND_US / 2 + 100_000), 1);
        assert_eq!(passed(&mut bucket, 100 * SECOND_US), 10);
    }

    #[test]
    fn a_sender_that_waits_owes_what_it_sent_too_much() {
        let mut bucket = bucket(1_000);
        assert_eq!(bucket.owe(1_000, 0), Duration::ZERO);
        assert_eq!(bucket.owe(500, 0), Duration::from_millis(500));
        assert_eq!(bucket.owe(0, SECOND_US / 4), Duration::from_millis(250));
        assert_eq!(bucket.owe(u64::MAX, SECOND_US), WAIT_MAX);
    }

    #[test]
    fn without_a_bound_nothing_is_asked_for() {
        let rate = Rate::new(&Arc::new(Limits::new(1, None, Vec::new())));
        assert!(rate.admits());
        assert_eq!(rate.owe(u64::MAX), Duration::ZERO);
    }

    #[test]
    fn a_bound_that_changes_holds_from_the_next_frame_on() {
        let limits = Arc::new(Limits::new(1, Some(1_000_000), Vec::new()));
        let rate = Rate::new(&limits);
        assert!(rate.admits());
        limits.replace(1, Some(1), Vec::new());
        assert!(rate.admits(), "a second's worth");
        assert!(!rate.admits());
        limits.replace(1, None, Vec::new());
        assert!(rate.admits());
    }
}
