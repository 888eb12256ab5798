//! What the working thread found in the frames of each source: events, faults, how far their clocks are off.
//!
//! Must not know: sources, who asks.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use arrow::array::Array;
use schema::{Column, EventBatch};

/// A device's time further from the receive time than this is off, µs.
const SKEW_US_MAX: i64 = 5 * 60 * 1_000_000;
/// Samples of what could not be read, a source.
const SAMPLES_MAX: usize = 5;
/// Longest sample.
const SAMPLE_CHARS_MAX: usize = 200;

/// Counters of one source.
#[derive(Debug, Clone, Default)]
pub struct SourceWork {
    /// Events made of its frames.
    pub events: u64,
    /// Events with a `parse_error`.
    pub parse_errors: u64,
    /// Events of no known format.
    pub plain: u64,
    /// The last texts that could not be read, each with what was wrong.
    pub samples: VecDeque<String>,
    /// Since it was last asked.
    pub lately: Lately,
}

/// What is of one minute only.
#[derive(Debug, Clone, Default)]
pub struct Lately {
    /// Events that say their own time.
    pub dated: u64,
    /// Of these, events whose time is further off than five minutes.
    pub skewed: u64,
    /// The time that was nearest to its receive time less that, µs.
    pub skew_us: Option<i64>,
    /// Longest time between receipt and work, µs.
    pub lag_us: i64,
}

/// The counters of all sources.
#[derive(Debug, Default)]
pub struct SourceWorks(Mutex<BTreeMap<String, SourceWork>>);

impl SourceWorks {
    /// Counts the events of one batch of frames.
    pub fn count(&self, source: &str, events: &[EventBatch], lag_us: i64) {
        let mut works = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let work = match works.get_mut(source) {
            Some(work) => work,
            None => works.entry(source.to_owned()).or_default(),
        };
        events.iter().for_each(|batch| work.count(batch));
        work.lately.lag_us = work.lately.lag_us.max(lag_us);
    }

    /// The counters of one source.
    pub fn of(&self, source: &str) -> SourceWork {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(source).cloned().unwrap_or_default()
    }

    /// The same; what is of one minute begins anew.
    pub fn take(&self, source: &str) -> SourceWork {
        let mut works = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(work) = works.get_mut(source) else { return SourceWork::default() };
        let lately = std::mem::take(&mut work.lately);
        SourceWork { lately, ..work.clone() }
    }
}

impl SourceWork {
    fn count(&mut self, batch: &EventBatch) {
        self.events += batch.len() as u64;
        let format = batch.texts(Column::Format).filter(|formats| !formats.is_empty());
        if format.is_some_and(|formats| formats.value(0) == parsers::PLAIN) {
            self.plain += batch.len() as u64;
        }
        self.note_errors(batch);
        self.note_clock(batch);
    }

    fn note_errors(&mut self, batch: &EventBatch) {
        let Some(errors) = batch.texts(Column::ParseError) else { return };
        let found = errors.len() - errors.null_count();
        self.parse_errors += found as u64;
        if found == 0 {
            return;
        }
        let messages = batch.texts(Column::Message);
        // The last ones only: a flood of faults would make a text for each.
        let first =
            (0..errors.len()).rev().filter(|row| errors.is_valid(*row)).nth(SAMPLES_MAX - 1).unwrap_or(0);
        for (row, error) in errors.iter().enumerate().skip(first) {
            let Some(error) = error else { continue };
            let message = messages.map_or("", |messages| messages.value(row));
            let message: String = message.chars().take(SAMPLE_CHARS_MAX).collect();
            self.samples.push_back(format!("{error}: {message}"));
        }
        while self.samples.len() > SAMPLES_MAX {
            self.samples.pop_front();
        }
    }

    fn note_clock(&mut self, batch: &EventBatch) {
        let (Some(times), Some(ingested)) =
            (batch.times(Column::Timestamp), batch.times(Column::EventIngested))
        else {
            return;
        };
        let lately = &mut self.lately;
        for (time_us, ingested_us) in times.values().iter().zip(ingested.values()) {
            let skew_us = time_us.saturating_sub(*ingested_us);
            // An event that says no time has that of its receipt.
            if skew_us == 0 {
                continue;
            }
            lately.dated += 1;
            lately.skewed += u64::from(skew_us.abs() > SKEW_US_MAX);
            if lately.skew_us.is_none_or(|nearest_us| skew_us.abs() < nearest_us.abs()) {
                lately.skew_us = Some(skew_us);
            }
        }
    }
}
