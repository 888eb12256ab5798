//! Since when each source is watched: before a rule knows what is usual there, nothing there is new to it.
//!
//! A source is what a tenant gets in one format from one place. Host names say nothing here: in a lease or a sign-in they are
//! of whom it is about, and whoever came under a new name would be a source that only teaches.
//!
//! Any event of a source counts, not only those that a rule selects: what a rule waits for may happen once a year. A pause as long
//! as it takes to learn begins anew, so that a line of 1970, or a file of last year beside one of today, teaches nobody.
//!
//! Promises: the same events in any order give the same histories. Must not know: rules.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, StringViewArray, UInt32Array, UInt64Array};
use rustc_hash::FxHashMap;
use schema::{Column, EventBatch};
use serde::{Deserialize, Serialize};

use super::rows::name_key;
use super::usual;
use crate::coverage::{LearningSource, SourceName};
use crate::span::DAY_US;

/// Shorter pauses are not noted, µs: no rule learns faster.
const PAUSE_US: i64 = DAY_US;
/// What happened so long ago at least is settled, µs.
const SETTLED_US: i64 = DAY_US;

/// Events without a pause between them, µs since 1970 UTC.
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

    /// True when there is no pause between the two.
    fn is_near(self, other: Span) -> bool {
        let is_before = |a: Span, b: Span| a.last_us.saturating_add(PAUSE_US) <= b.first_us;
        !is_before(self, other) && !is_before(other, self)
    }
}

/// When a source was watched: spans in order, with pauses between them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Watched {
    spans: Vec<Span>,
}

impl Watched {
    fn add(&mut self, mut span: Span) {
        let from = self.spans.partition_point(|s| s.last_us.saturating_add(PAUSE_US) <= span.first_us);
        let upto = self.spans.partition_point(|s| s.first_us < span.last_us.saturating_add(PAUSE_US));
        self.spans.drain(from..upto.max(from)).for_each(|joined| span.join(joined));
        self.spans.insert(from, span);
    }

    fn extend(&mut self, other: &Watched) {
        other.spans.iter().for_each(|span| self.add(*span));
    }

    /// Since when it was watched at that time without a pause of `pause_us`; none when it was not.
    fn since_us(&self, time_us: i64, pause_us: i64) -> Option<i64> {
        // What may still come must change nothing.
        let known_us = time_us.saturating_sub(SETTLED_US.min(pause_us));
        // Nothing further back is asked for.
        let enough_us = time_us.saturating_sub(pause_us.max(usual::LENGTH_US));
        let upto = self.spans.partition_point(|span| span.first_us <= known_us);
        let mut since_us = None;
        for span in self.spans.get(..upto).unwrap_or_default().iter().rev() {
            if since_us.unwrap_or(known_us).saturating_sub(span.last_us) >= pause_us {
                break;
            }
            since_us = Some(span.first_us);
            if span.first_us <= enough_us {
                break;
            }
        }
        since_us
    }

    /// The longest time without a pause of `pause_us`.
    fn longest_us(&self, pause_us: i64) -> i64 {
        let (mut longest_us, mut begun) = (0, None::<Span>);
        for span in &self.spans {
            let mut all =
                begun.filter(|begun| span.first_us.saturating_sub(begun.last_us) < pause_us).unwrap_or(*span);
            all.join(*span);
            longest_us = longest_us.max(all.last_us.saturating_sub(all.first_us));
            begun = Some(all);
        }
        longest_us
    }
}

/// A source and when it was watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct History {
    source: SourceName,
    watched: Watched,
}

/// The key of a source in rows.
fn key_of(source: &SourceName) -> u64 {
    name_key(&[&*source.tenant, &*source.source, &*source.format].join("\0"))
}

/// What says of each event of a batch which source it is of.
struct SourceColumns<'b> {
    tenants: &'b StringViewArray,
    sources: &'b StringViewArray,
    formats: &'b StringViewArray,
}

impl<'b> SourceColumns<'b> {
    fn of(batch: &'b EventBatch) -> Option<SourceColumns<'b>> {
        Some(SourceColumns {
            tenants: batch.texts(Column::Tenant)?,
            sources: batch.texts(Column::Source)?,
            formats: batch.texts(Column::Format)?,
        })
    }

    /// Equal views are equal names.
    fn views(&self, row: usize) -> [Option<u128>; 3] {
        [self.tenants, self.sources, self.formats].map(|names| names.views().get(row).copied())
    }

    fn name(&self, row: usize) -> SourceName {
        let name = |names: &StringViewArray| {
            if names.is_valid(row) { names.value(row).to_owned() } else { String::new() }
        };
        SourceName { tenant: name(self.tenants), source: name(self.sources), format: name(self.formats) }
    }
}

/// The key of the source of each of these events.
pub(crate) fn source_keys(batch: &EventBatch, rows: &UInt32Array) -> UInt64Array {
    let Some(columns) = SourceColumns::of(batch) else { return UInt64Array::from(vec![0; rows.len()]) };
    // Rows of one source mostly follow each other.
    let mut last = None;
    let keys = rows.values().iter().map(|row| {
        let (row, views) = (*row as usize, columns.views(*row as usize));
        match last {
            Some((same, key)) if same == views => key,
            _ => {
                let key = key_of(&columns.name(row));
                last = Some((views, key));
                key
            }
        }
    });
    keys.collect::<Vec<u64>>().into()
}

/// The history of each source, by its key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<History>", into = "Vec<History>")]
pub(crate) struct Histories {
    by_key: BTreeMap<u64, History>,
}

impl Histories {
    /// Those of the events of a batch.
    pub fn of(batch: &EventBatch) -> Histories {
        let mut histories = Histories::default();
        let columns = SourceColumns::of(batch).zip(batch.times(Column::Timestamp));
        let Some((columns, times)) = columns else { return histories };
        // Rows of one source mostly follow each other.
        let mut of_views: FxHashMap<[Option<u128>; 3], (usize, Watched)> = FxHashMap::default();
        let mut last: Option<([Option<u128>; 3], usize, Span)> = None;
        let mut end =
            |(views, row, span)| of_views.entry(views).or_insert((row, Watched::default())).1.add(span);
        for (row, time_us) in times.values().iter().enumerate() {
            let (views, span) = (columns.views(row), Span { first_us: *time_us, last_us: *time_us });
            match &mut last {
                Some((same, _, all)) if *same == views && all.is_near(span) => all.join(span),
                _ => last.replace((views, row, span)).into_iter().for_each(&mut end),
            }
        }
        last.into_iter().for_each(end);
        for (row, watched) in of_views.into_values() {
            histories.add(columns.name(row), watched);
        }
        histories
    }

    fn add(&mut self, source: SourceName, watched: Watched) {
        let history = History { source, watched: Watched::default() };
        self.by_key.entry(key_of(&history.source)).or_insert(history).watched.extend(&watched);
    }

    /// Notes that a source was watched from one event to another, µs since 1970 UTC.
    pub fn note(&mut self, source: SourceName, first_us: i64, last_us: i64) {
        self.add(source, Watched { spans: vec![Span { first_us, last_us }] });
    }

    /// Adds what other events say.
    pub fn extend(&mut self, other: &Histories) {
        for (key, history) in &other.by_key {
            match self.by_key.get_mut(key) {
                Some(known) => known.watched.extend(&history.watched),
                None => drop(self.by_key.insert(*key, history.clone())),
            }
        }
    }

    /// True when nothing was seen.
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// Since when that source was watched at that time, when that is `min_history_us` at least, µs since 1970 UTC.
    pub fn known_since_us(&self, source: u64, time_us: i64, min_history_us: i64) -> Option<i64> {
        let since_us = self.by_key.get(&source)?.watched.since_us(time_us, min_history_us)?;
        (since_us <= time_us.saturating_sub(min_history_us)).then_some(since_us)
    }

    /// The sources among these that were never watched for so long. Where none of them is known yet, the one of all that was watched
    /// longest, unless that was long enough.
    pub fn learning(&self, of_rule: &BTreeSet<u64>, min_history_us: i64) -> Vec<LearningSource> {
        let watched = |history: &History| LearningSource {
            source: history.source.clone(),
            watched_us: history.watched.longest_us(min_history_us),
        };
        if of_rule.is_empty() {
            let longest = self.by_key.values().map(watched).max_by_key(|source| source.watched_us);
            return longest.into_iter().filter(|source| source.watched_us < min_history_us).collect();
        }
        let of_rule = of_rule.iter().filter_map(|key| self.by_key.get(key)).map(watched);
        of_rule.filter(|source| source.watched_us < min_history_us).collect()
    }

    /// Forgets what was before.
    pub fn begin_at(&mut self, from_us: i64) {
        for history in self.by_key.values_mut() {
            let spans = &mut history.watched.spans;
            spans.retain(|span| span.last_us >= from_us);
            spans.iter_mut().for_each(|span| span.first_us = span.first_us.max(from_us));
        }
    }
}

impl From<Vec<History>> for Histories {
    fn from(histories: Vec<History>) -> Histories {
        Histories {
            by_key: histories.into_iter().map(|history| (key_of(&history.source), history)).collect(),
        }
    }
}

impl From<Histories> for Vec<History> {
    fn from(histories: Histories) -> Vec<History> {
        histories.by_key.into_values().collect()
    }
}
