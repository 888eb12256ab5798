//! One rule over a stream that does not end: the rows it may still need, and what it has told.
//!
//! Instants up to `settled_us` are settled: no event that is on time can change them. A run whose last ringing event lies a
//! window before that is final. Kept are the rows of the window behind what is settled, and all of a group whose run goes
//! on; where only what is new rings, the last settled row of each group until it is too old. A judging looks at the groups
//! that have new rows where the rule's floor is reached, and at those with a run that goes on and has new rows or is final
//! now: what the others told cannot have changed.
//!
//! Promises: what is final is what one scan over the same events finds. Must not know: clocks, other rules.

mod saved;
mod sweep;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::BooleanArray;
use arrow::compute::filter_record_batch;
use arrow::record_batch::RecordBatch;
use rustc_hash::{FxHashMap, FxHashSet};

pub(crate) use self::saved::Saved;
use self::told::Open;
pub use self::told::Standing;
pub(crate) use self::told::Told;
use super::candidates::{Counts, Pane};
use super::detector::Detector;
use super::failed;
use super::history::Histories;
use super::merge::sorted;
use super::rows::Pile;
use super::run::{Floors, GroupKey, Known, Run};
use super::slide::Slider;
use super::usual::Usual;
use crate::coverage::LearningSource;
use crate::error::Error;
use crate::span::HOUR_US;
use crate::sql::Window;

/// Rows are forgotten when what is settled has moved on by one part in so many of the window.
const SWEEPS: i64 = 4;
/// Where only what is new rings, after so long at the latest, µs: a busy group has a row for each event until then.
const SWEEP_US_MAX: i64 = HOUR_US;

/// The rows and runs of one rule.
#[derive(Debug)]
pub(crate) struct Watch {
    held: Pile,
    counts: Counts,
    /// Panes of rows that have come since the last judging.
    touched: FxHashSet<Pane>,
    /// Every instant up to here is settled, µs since 1970 UTC.
    settled_us: i64,
    /// What was settled when rows were last forgotten.
    swept_us: i64,
    /// Runs told and not yet final, by group.
    open: BTreeMap<GroupKey, Vec<Open>>,
    /// When the first of them is final, if nothing more comes.
    next_final_us: Option<i64>,
    /// Since when sources are watched for it; nothing where that does not matter.
    histories: Histories,
    /// Keys of the sources that its rows were of.
    sources: BTreeSet<u64>,
    /// What groups are used to.
    usual: FxHashMap<GroupKey, Usual>,
    habits_forgotten: u64,
}

impl Default for Watch {
    /// Nothing is settled.
    fn default() -> Watch {
        Watch {
            held: Pile::default(),
            counts: Counts::default(),
            touched: FxHashSet::default(),
            settled_us: i64::MIN,
            swept_us: i64::MIN,
            open: BTreeMap::new(),
            next_final_us: None,
            histories: Histories::default(),
            sources: BTreeSet::new(),
            usual: FxHashMap::default(),
            habits_forgotten: 0,
        }
    }
}

impl Watch {
    /// Bytes of rows held.
    pub fn bytes(&self) -> usize {
        self.held.bytes()
    }

    /// Groups whose habits were given up, since there are too many.
    pub fn habits_forgotten(&self) -> u64 {
        self.habits_forgotten
    }

    /// Rows held.
    pub fn rows(&self) -> usize {
        self.held.batches().iter().map(RecordBatch::num_rows).sum()
    }

    /// Adds rows.
    pub fn push(&mut self, detector: &Detector, rows: RecordBatch) -> Result<(), Error> {
        let panes = self.counts.add(&detector.layout, &detector.shape, &rows);
        self.touched.extend(panes.map_err(|error| failed(detector, error))?);
        self.sources.extend(detector.sources(&rows));
        Ok(self.held.push(rows)?)
    }

    /// Notes since when sources are watched, where that matters.
    pub fn learn(&mut self, detector: &Detector, histories: &Histories) {
        // Where a list says what is known it may be empty tomorrow.
        if detector.layout.remembers() {
            self.histories.extend(histories);
        }
    }

    /// True when no source was watched for it.
    pub fn knows_nothing(&self) -> bool {
        self.histories.is_empty()
    }

    /// The sources about which it still learns.
    pub fn learning(&self, min_history_us: i64) -> Vec<LearningSource> {
        self.histories.learning(&self.sources, min_history_us)
    }

    /// True when judging could tell something new with `settled_us`.
    pub fn is_due(&self, settled_us: i64) -> bool {
        !self.touched.is_empty() || self.next_final_us.is_some_and(|at_us| at_us <= settled_us)
    }

    /// Judges what is not settled, tells what is new, and forgets what cannot matter any more. Every event up to
    /// `settled_us` has come.
    pub fn judge(&mut self, detector: &Detector, settled_us: i64) -> Result<Vec<Told>, Error> {
        let Some(grows_us) = detector.layout.window.grows_us() else { return Ok(Vec::new()) };
        let settled_us = settled_us.max(self.settled_us);
        let final_us = |run: &Run| run.last_rang_us.saturating_add(grows_us);
        let groups = self.groups_to_judge(detector, |run| final_us(run) <= settled_us);
        let runs = self.runs(detector, &groups, settled_us)?;
        let news = self.news(&groups, runs, |run| final_us(run) <= settled_us);
        self.settled_us = settled_us;
        self.next_final_us = self.open.values().flatten().map(|open| final_us(&open.run)).min();
        let sweep_us = match detector.layout.window {
            Window::FirstSeen { within_us, .. } => (within_us / SWEEPS).min(SWEEP_US_MAX),
            _ => grows_us / SWEEPS,
        };
        if settled_us >= self.swept_us.saturating_add(sweep_us) {
            self.sweep(detector)?;
        }
        Ok(news)
    }

    /// The groups of which something new may be told.
    fn groups_to_judge(&mut self, detector: &Detector, is_final: impl Fn(&Run) -> bool) -> FxHashSet<u64> {
        let touched = std::mem::take(&mut self.touched);
        let may_ring = |pane: &Pane| self.counts.may_ring_with(&detector.layout, *pane);
        let mut groups: FxHashSet<u64> =
            touched.iter().filter(|pane| may_ring(pane)).map(|(group, _)| *group).collect();
        if !self.open.is_empty() {
            let touched: FxHashSet<u64> = touched.into_iter().map(|(group, _)| group).collect();
            let open = self.open.values().flatten();
            let open = open.filter(|open| touched.contains(&open.run.group_hash) || is_final(&open.run));
            groups.extend(open.map(|open| open.run.group_hash));
        }
        groups
    }

    /// The runs of these groups in what is not settled.
    fn runs(
        &mut self,
        detector: &Detector,
        groups: &FxHashSet<u64>,
        settled_us: i64,
    ) -> Result<Vec<Run>, Error> {
        if groups.is_empty() {
            return Ok(Vec::new());
        }
        let (layout, shape) = (&*detector.layout, &*detector.shape);
        let wrap = |error| failed(detector, error);
        let mut judged = Vec::new();
        for rows in self.held.batches() {
            let of_rows = shape.groups(rows).map_err(wrap)?;
            let is_judged: BooleanArray = of_rows.iter().map(|group| Some(groups.contains(group))).collect();
            if is_judged.true_count() > 0 {
                judged.push(filter_record_batch(rows, &is_judged)?);
            }
        }
        let mut floors = Floors { settled_us: self.settled_us, ..Floors::default() };
        for (key, open) in &self.open {
            let rang_us = open.iter().map(|open| open.run.rang_us.saturating_sub(1)).min();
            let floor_us = rang_us.unwrap_or(self.settled_us).min(self.settled_us);
            floors.open.insert(key.clone(), floor_us);
        }
        let known = Known {
            floors: &floors,
            settled_us,
            recalled_us: i64::MIN,
            histories: &self.histories,
            usual: &self.usual,
            calendar: &detector.town.calendar,
        };
        let mut slider = Slider::new(layout, shape, known).map_err(wrap)?;
        for rows in sorted(shape, &judged)? {
            slider.push(&rows).map_err(wrap)?;
        }
        let slid = slider.finish().map_err(wrap)?;
        self.usual.extend(slid.usual);
        Ok(slid.runs)
    }
}
