//! How long a connection has been in the middle of a frame.
//!
//! Promises: a connection that says nothing may stay as long as it likes, one that sends a byte now and then may not.
//! Must not know: what is read.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Since when a frame has been unfinished, if one is.
#[derive(Debug)]
pub(crate) struct Unfinished {
    since: Option<Instant>,
    time_max: Duration,
}

impl Unfinished {
    pub(crate) fn new(time_max: Duration) -> Unfinished {
        Unfinished { since: None, time_max }
    }

    /// Something was read. `has_rest`: what came last is not whole; `has_finished`: something before it is.
    pub(crate) fn note(&mut self, has_rest: bool, has_finished: bool) {
        self.since = match (has_rest, has_finished, self.since) {
            (false, ..) => None,
            (true, false, Some(since)) => Some(since),
            (true, ..) => Some(Instant::now()),
        };
    }

    /// Nothing could be read until now.
    pub(crate) fn restart(&mut self) {
        self.since = self.since.map(|_| Instant::now());
    }

    /// Until it has been unfinished for too long.
    pub(crate) async fn late(&self) {
        match self.since {
            Some(since) => sleep_until(since + self.time_max).await,
            None => std::future::pending().await,
        }
    }
}
