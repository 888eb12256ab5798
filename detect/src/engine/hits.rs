//! What the rules keep of one batch.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::Array;
use arrow::record_batch::RecordBatch;
use schema::{Column, EventBatch, Place};

use super::detector::Detector;
use super::history::Histories;
use super::names::Names;
use crate::coverage::Seen;
use crate::error::Error;
use crate::span::DAY_US;

/// What the rules keep of one batch; holds nothing of the batch's buffer.
#[derive(Debug)]
pub struct BatchHits {
    /// (position of the rule, its rows).
    pub(super) rows: Vec<(usize, RecordBatch)>,
    /// Matches of match rules: (rule, index in `rows`).
    matches: Vec<(Arc<str>, usize, Arc<super::rows::RowShape>)>,
    /// Rules that could not be evaluated, by position, and why.
    pub(super) failed: Vec<(usize, Error)>,
    pub(super) names: Names,
    pub(super) seen: Seen,
    pub(super) histories: Histories,
    pub(super) parser_version: String,
    /// What rules took, by position, and the Sigma rules together.
    pub(super) costs: Vec<(usize, Duration)>,
    pub(super) sigma_cost: Duration,
    /// Days that the rows lie on, UTC since 1970.
    pub(super) days: BTreeSet<i32>,
    /// Rows of the batch.
    pub events: u64,
}

/// One event that a match rule matches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match {
    /// Where the event is.
    pub place: Place,
    /// The rule.
    pub rule_id: Arc<str>,
}

impl BatchHits {
    pub(super) fn of(batch: &EventBatch, seen: Seen, histories: Histories) -> BatchHits {
        let versions = batch.texts(Column::ParserVersion).filter(|versions| !versions.is_empty());
        let parser_version = versions.map(|versions| versions.value(0).to_owned()).unwrap_or_default();
        let names = Names::default();
        let events = batch.len() as u64;
        let (rows, matches, failed, costs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (sigma_cost, days) = (Duration::ZERO, days_of(batch));
        BatchHits {
            rows,
            matches,
            failed,
            names,
            seen,
            histories,
            parser_version,
            costs,
            sigma_cost,
            days,
            events,
        }
    }

    pub(super) fn push(&mut self, position: usize, detector: &Detector, rows: RecordBatch) {
        if detector.layout.is_match() {
            self.matches.push((Arc::clone(&detector.card.id), self.rows.len(), Arc::clone(&detector.shape)));
        }
        self.rows.push((position, rows));
    }

    /// Every single-event match, by place and rule: no grouping, no throttling.
    pub fn matches(&self) -> Vec<Match> {
        let mut matches = Vec::new();
        for (rule_id, at, shape) in &self.matches {
            let Some((_, rows)) = self.rows.get(*at) else { continue };
            let identity = shape.identity(rows);
            for (collector, seq) in identity.collectors.values().iter().zip(identity.seqs.values()) {
                let place =
                    Place { file: self.names.get(*collector), line: u64::try_from(*seq).unwrap_or(0) };
                matches.push(Match { place, rule_id: Arc::clone(rule_id) });
            }
        }
        matches.sort_unstable();
        matches
    }
}

/// The days that the events of a batch lie on.
fn days_of(batch: &EventBatch) -> BTreeSet<i32> {
    let times = batch.times(Column::Timestamp);
    let mut days = BTreeSet::new();
    let mut last = None;
    for time_us in times.into_iter().flat_map(|times| times.values().iter()) {
        let day = i32::try_from(time_us.div_euclid(DAY_US)).ok();
        if day != last {
            last = day;
            days.extend(day);
        }
    }
    days
}
