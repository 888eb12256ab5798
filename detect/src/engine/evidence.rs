//! The events an alert rests on: counted all, their places kept up to a bound.
//!
//! Promises: `count` is exact whatever the bound. Must not know: rules.

use serde::{Deserialize, Serialize};

/// Most places kept of one alert.
pub const PLACES_MAX: usize = 10_000;

/// One event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EventPlace {
    /// µs since 1970 UTC.
    pub time_us: i64,
    /// Name key of the collector.
    pub collector: u64,
    /// Seq within the collector.
    pub seq: i64,
    /// Events the row stands for.
    pub count: i64,
}

/// The events of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Evidence {
    /// First event, µs since 1970 UTC.
    pub first_us: i64,
    /// Last event, µs since 1970 UTC.
    pub last_us: i64,
    /// Events, exact.
    pub count: u64,
    /// (collector, seq) of the first ones.
    pub places: Vec<(u64, i64)>,
    /// True when there were more places than are kept.
    pub truncated: bool,
}

impl Evidence {
    /// Adds the next event in order of time.
    pub fn add(&mut self, event: EventPlace) {
        if self.count == 0 && self.places.is_empty() {
            self.first_us = event.time_us;
        }
        self.last_us = event.time_us;
        self.count = self.count.saturating_add(u64::try_from(event.count).unwrap_or(0));
        let place = (event.collector, event.seq);
        if self.places.last() == Some(&place) {
            return;
        }
        if self.places.len() < PLACES_MAX {
            self.places.push(place);
        } else {
            self.truncated = true;
        }
    }
}
