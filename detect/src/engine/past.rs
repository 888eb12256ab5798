//! What a scan that begins somewhere must know of before: what its rules had seen by then, and since when.
//!
//! Promises: nothing is found in what is only remembered. Must not know: where the past is kept.

use std::collections::BTreeMap;

use super::detector::{Detector, Work};
use super::hits::BatchHits;
use super::{Engine, Error, usual};
use crate::coverage::SourceName;
use crate::sql::{Input, Need, Window};

/// The parts of the past that rules ask for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// How far back each reaches, µs, by which of its events, in SQL.
    events: BTreeMap<String, i64>,
    /// How far back it matters when a source was watched, µs.
    watched_us: i64,
}

impl Past {
    /// How far back it matters when a source was watched, µs.
    pub fn watched_us(&self) -> i64 {
        self.watched_us
    }

    /// Which events they are, in SQL; `reach` says for so many µs which lie no further back.
    pub fn condition(&self, reach: impl Fn(i64) -> String) -> String {
        let part = |(events, length_us): (&String, &i64)| format!("({} AND {events})", reach(*length_us));
        self.events.iter().map(part).collect::<Vec<String>>().join(" OR ")
    }
}

impl Engine {
    /// What rules must know of before the events that they are to look at; none when they need not.
    pub fn past(&self) -> Option<Past> {
        let detectors = self.evaluator.detectors().iter().filter(|detector| detector.layout.remembers());
        let mut past = Past::default();
        for detector in detectors {
            let before_us = match detector.layout.window {
                Window::FirstSeen { within_us, .. } => within_us,
                _ => usual::LENGTH_US,
            };
            let length_us = past.events.entry(condition(detector)).or_default();
            *length_us = before_us.max(*length_us);
            // A pause may be nearly as long as what there must be.
            let watched_us = detector.layout.min_history_us().unwrap_or_default().saturating_mul(2);
            past.watched_us = past.watched_us.max(before_us).max(watched_us);
        }
        (!past.events.is_empty()).then_some(past)
    }

    /// Events before that time (µs since 1970 UTC) make things known and are not new themselves.
    pub fn recall_before(&mut self, from_us: i64) {
        self.recalled_us = from_us.saturating_sub(1);
    }

    /// Remembers that a source was watched from one event to another, µs since 1970 UTC.
    pub fn recall_source(&mut self, source: SourceName, first_us: i64, last_us: i64) {
        self.histories.note(source, first_us, last_us);
    }

    /// Remembers events of before, of which [`Evaluator::remember`](super::Evaluator::remember) says what rules keep.
    pub fn recall(&mut self, hits: BatchHits) -> Result<(), Error> {
        self.names.extend(hits.names);
        self.histories.extend(&hits.histories);
        for (position, took) in hits.costs {
            self.add_cost(position, took);
        }
        self.keep_all(hits.rows, hits.failed)
    }
}

/// What a row must have at least for the rule to look at it.
fn condition(detector: &Detector) -> String {
    let Work::Sql { selection, .. } = &detector.work else { return "true".to_owned() };
    let needs = selection.needs.iter().filter_map(|need| {
        let column = match &need.input {
            Input::Column(column) => column.name().to_owned(),
            Input::Field(key) => format!("fields[{}]", quoted(key)),
            Input::Map | Input::Derived(_) => return None,
        };
        let Need { values, .. } = need;
        let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
        Some(format!("{column} IN ({})", values.join(", ")))
    });
    let needs: Vec<String> = std::iter::once("true".to_owned()).chain(needs).collect();
    format!("({})", needs.join(" AND "))
}

/// A text as SQL writes it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
