//! The collector's own clock: when something was received.
//!
//! Promises: never runs backwards, and never stands still whatever is done to the system's clock; a step of it is counted.
//! Must not know: who asks.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// A difference from here on is a step: smaller ones are how clocks are disciplined.
const STEP_US_MIN: i64 = 500_000;

/// A clock of receive times, shared by all sources.
#[derive(Debug)]
pub struct ReceiveClock(Time);

#[derive(Debug)]
enum Time {
    System { started: Instant, hands: Mutex<Hands> },
    Moved(AtomicI64),
}

/// Where the clock stands.
#[derive(Debug, Default)]
struct Hands {
    /// Receive time less what had elapsed since the start, µs.
    base_us: i64,
    /// The system's clock was set back, and receive times run ahead of it.
    is_ahead: bool,
    steps: u64,
}

impl Default for ReceiveClock {
    fn default() -> ReceiveClock {
        let hands = Hands { base_us: system_us(), ..Hands::default() };
        ReceiveClock(Time::System { started: Instant::now(), hands: Mutex::new(hands) })
    }
}

impl ReceiveClock {
    /// A clock that stands at `start_us` (µs since 1970 UTC) until somebody moves it: days pass in seconds in an exercise.
    pub fn standing_at(start_us: i64) -> ReceiveClock {
        ReceiveClock(Time::Moved(AtomicI64::new(start_us)))
    }

    /// Moves a clock that stands on to `time_us`, never back. The system's own goes by itself, and is left alone.
    pub fn move_to(&self, time_us: i64) {
        if let Time::Moved(now_us) = &self.0 {
            now_us.fetch_max(time_us, Ordering::SeqCst);
        }
    }

    /// Now, µs since 1970 UTC; not before what was answered earlier.
    pub fn now_us(&self) -> i64 {
        match &self.0 {
            Time::Moved(now_us) => now_us.load(Ordering::SeqCst),
            Time::System { started, hands } => {
                let mut hands = hands.lock().unwrap_or_else(PoisonError::into_inner);
                let elapsed_us = i64::try_from(started.elapsed().as_micros()).unwrap_or(i64::MAX);
                hands.read(system_us(), elapsed_us)
            }
        }
    }

    /// How often the system's clock was found set.
    pub fn steps(&self) -> u64 {
        match &self.0 {
            Time::Moved(_) => 0,
            Time::System { hands, .. } => hands.lock().unwrap_or_else(PoisonError::into_inner).steps,
        }
    }
}

impl Hands {
    /// The time, by the system's clock and by one that nobody sets.
    fn read(&mut self, system_us: i64, elapsed_us: i64) -> i64 {
        let now_us = self.base_us.saturating_add(elapsed_us);
        let ahead_us = now_us.saturating_sub(system_us);
        let (is_back, is_forward) = (ahead_us >= STEP_US_MIN, ahead_us <= -STEP_US_MIN);
        self.steps += u64::from(is_forward || (is_back && !self.is_ahead));
        self.is_ahead = is_back;
        if ahead_us < 0 {
            self.base_us = system_us.saturating_sub(elapsed_us);
        }
        now_us.max(system_us)
    }
}

/// The system's clock: the one place where sources read it.
fn system_us() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "the clock that others take")]
    let now = SystemTime::now();
    now.duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_US: i64 = 3_600_000_000;

    #[test]
    fn a_clock_set_back_an_hour_is_counted_once_and_receive_times_go_on() {
        let mut hands = Hands { base_us: 10 * HOUR_US, ..Hands::default() };
        assert_eq!(hands.read(10 * HOUR_US + 5, 5), 10 * HOUR_US + 5);
        assert_eq!(hands.read(9 * HOUR_US + 7, 7), 10 * HOUR_US + 7);
        assert_eq!(hands.read(9 * HOUR_US + 9, 9), 10 * HOUR_US + 9);
        assert_eq!((hands.steps, hands.is_ahead), (1, true));
    }

    #[test]
    fn a_clock_set_forward_is_followed_and_counted() {
        let mut hands = Hands { base_us: HOUR_US, ..Hands::default() };
        assert_eq!(hands.read(2 * HOUR_US, 3), 2 * HOUR_US);
        assert_eq!(hands.read(2 * HOUR_US + 4, 7), 2 * HOUR_US + 4);
        assert_eq!(hands.steps, 1);
    }

    #[test]
    fn a_clock_that_is_moved_never_goes_back() {
        let clock = ReceiveClock::standing_at(HOUR_US);
        clock.move_to(3 * HOUR_US);
        clock.move_to(2 * HOUR_US);
        assert_eq!(clock.now_us(), 3 * HOUR_US);
    }

    #[test]
    fn what_disciplines_a_clock_is_no_step() {
        let mut hands = Hands { base_us: HOUR_US, ..Hands::default() };
        assert_eq!(hands.read(HOUR_US - 400_000, 1), HOUR_US + 1);
        assert_eq!(hands.read(HOUR_US + 400_000, 2), HOUR_US + 400_000);
        assert_eq!(hands.steps, 0);
    }
}
