//! What a scan that begins somewhere must know of before: what its rules had seen by then, and since when.
//!
//! Promises: nothing is found in what is only remembered. Must not know: where the past is kept.

use super::detector::{Detector, Work};
use super::hits::BatchHits;
use super::{Engine, Error, usual};
use crate::span::DAY_US;
use crate::sql::{Input, Need, Window};

/// The part of the past that rules ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// How far back it reaches, µs.
    pub length_us: i64,
    /// Which events of it, in SQL.
    pub condition: String,
}

impl Engine {
    /// What rules must know of before the events that they are to look at; none when they need not.
    pub fn past(&self) -> Option<Past> {
        let detectors = self.evaluator.detectors().iter();
        let (mut length_us, mut conditions) = (0, Vec::new());
        for detector in detectors {
            let Some(min_history_us) = detector.layout.min_history_us() else { continue };
            let before_us = match detector.layout.window {
                Window::FirstSeen(first_seen) => first_seen.within_us,
                _ => (usual::DAYS + 1) * DAY_US,
            };
            length_us = before_us.max(min_history_us).max(length_us);
            conditions.push(condition(detector));
        }
        conditions.sort_unstable();
        conditions.dedup();
        (length_us > 0).then(|| Past { length_us, condition: conditions.join(" OR ") })
    }

    /// Events before that time (µs since 1970 UTC) make things known and are not new themselves.
    pub fn recall_before(&mut self, from_us: i64) {
        self.recalled_us = from_us.saturating_sub(1);
    }

    /// Remembers that a source of a tenant was watched from one event to another, µs since 1970 UTC.
    pub fn recall_source(&mut self, tenant: &str, source: &str, first_us: i64, last_us: i64) {
        self.histories.note(tenant, source, first_us, last_us);
    }

    /// Remembers events of before.
    pub fn recall(&mut self, hits: BatchHits) -> Result<(), Error> {
        self.names.extend(hits.names);
        self.histories.extend(&hits.histories);
        for (position, rows) in hits.rows {
            let detector = self.evaluator.detectors().get(position);
            let asks = detector.is_some_and(|detector| detector.layout.min_history_us().is_some());
            if let Some(store) = self.stores.get_mut(position).filter(|_| asks) {
                store.push(rows)?;
            }
        }
        self.keep_in_bounds()
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
