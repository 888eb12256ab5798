//! What rules cost: the time that their evaluation takes of one thread, by a clock of the caller.
//!
//! Promises: without a clock nothing is measured. Must not know: what is done with it.

use std::time::{Duration, Instant};

/// Reads a clock that only goes forward.
pub type Clock = fn() -> Instant;

/// What rules took.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Costs {
    /// Of each rule by its id. What rules share is counted at the first that asks for it; of a Sigma rule only what is its own.
    pub rules: Vec<(String, Duration)>,
    /// Of all Sigma rules together, while they looked at events.
    pub sigma: Duration,
}

/// Parts a stretch of time among those who take it one after another.
pub(crate) struct Laps {
    clock: Option<Clock>,
    since: Option<Instant>,
}

impl Laps {
    /// Starts now.
    pub fn start(clock: Option<Clock>) -> Laps {
        Laps { clock, since: clock.map(|now| now()) }
    }

    /// The time since the last call; nothing without a clock.
    pub fn lap(&mut self) -> Duration {
        let now = self.clock.map(|now| now());
        let took = now.zip(self.since).map_or(Duration::ZERO, |(now, since)| now.duration_since(since));
        self.since = now;
        took
    }
}
