//! Since when each source of a tenant is watched: before a rule knows what is usual there, nothing there is new to it.
//!
//! Any event of a source counts, not only those that a rule selects: what a rule waits for may happen once a year.
//!
//! Promises: the same events in any order give the same histories. Must not know: rules.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use schema::{Column, EventBatch};
use serde::{Deserialize, Serialize};

use super::rows::name_key;

/// The first and the last event of a source, µs since 1970 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Span {
    first_us: i64,
    last_us: i64,
}

impl Span {
    fn join(&mut self, other: Span) {
        self.first_us = self.first_us.min(other.first_us);
        self.last_us = self.last_us.max(other.last_us);
    }
}

/// The history of each source of each tenant, by their name keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<(u64, u64, Span)>", into = "Vec<(u64, u64, Span)>")]
pub(crate) struct Histories {
    spans: BTreeMap<(u64, u64), Span>,
}

impl Histories {
    /// Those of the events of a batch.
    pub fn of(batch: &EventBatch) -> Histories {
        let mut histories = Histories::default();
        let texts =
            (batch.texts(Column::Tenant), batch.texts(Column::Source), batch.times(Column::Timestamp));
        let (Some(tenants), Some(sources), Some(times)) = texts else { return histories };
        // Equal views are equal names; rows of one source mostly follow each other.
        let names = tenants.views().iter().zip(sources.views().iter());
        let mut spans: FxHashMap<(u128, u128), (usize, Span)> = FxHashMap::default();
        let mut last: Option<((u128, u128), usize, Span)> = None;
        let mut end = |(views, row, span): ((u128, u128), usize, Span)| {
            spans.entry(views).or_insert((row, span)).1.join(span);
        };
        for (row, ((tenant, source), time_us)) in names.zip(times.values()).enumerate() {
            let (views, span) = ((*tenant, *source), Span { first_us: *time_us, last_us: *time_us });
            match &mut last {
                Some((same, _, all)) if *same == views => all.join(span),
                _ => last.replace((views, row, span)).into_iter().for_each(&mut end),
            }
        }
        last.into_iter().for_each(end);
        for (row, span) in spans.into_values() {
            histories.add((name_key(tenants.value(row)), name_key(sources.value(row))), span);
        }
        histories
    }

    fn add(&mut self, key: (u64, u64), span: Span) {
        self.spans.entry(key).or_insert(span).join(span);
    }

    /// Notes that a source was watched from its first event to its last, µs since 1970 UTC.
    pub fn note(&mut self, tenant: &str, source: &str, first_us: i64, last_us: i64) {
        self.add((name_key(tenant), name_key(source)), Span { first_us, last_us });
    }

    /// Adds what other events say.
    pub fn extend(&mut self, other: &Histories) {
        other.spans.iter().for_each(|(key, span)| self.add(*key, *span));
    }

    /// True when nothing was seen.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// True when that source of that tenant was watched at that time already.
    pub fn reaches(&self, tenant: u64, source: &str, time_us: i64) -> bool {
        self.spans.get(&(tenant, name_key(source))).is_some_and(|span| span.first_us <= time_us)
    }

    /// Since when some source of that tenant is watched, µs since 1970 UTC.
    pub fn since_us(&self, tenant: u64) -> Option<i64> {
        let spans = self.spans.range((tenant, u64::MIN)..=(tenant, u64::MAX));
        spans.map(|(_, span)| span.first_us).min()
    }

    /// The length of the longest one, µs; none when nothing was seen.
    pub fn longest_us(&self) -> Option<i64> {
        self.spans.values().map(|span| span.last_us.saturating_sub(span.first_us)).max()
    }

    /// Forgets what was before.
    pub fn begin_at(&mut self, from_us: i64) {
        self.spans.values_mut().for_each(|span| span.first_us = span.first_us.max(from_us));
    }
}

impl From<Vec<(u64, u64, Span)>> for Histories {
    fn from(spans: Vec<(u64, u64, Span)>) -> Histories {
        Histories {
            spans: spans.into_iter().map(|(tenant, source, span)| ((tenant, source), span)).collect(),
        }
    }
}

impl From<Histories> for Vec<(u64, u64, Span)> {
    fn from(histories: Histories) -> Vec<(u64, u64, Span)> {
        histories.spans.into_iter().map(|((tenant, source), span)| (tenant, source, span)).collect()
    }
}
