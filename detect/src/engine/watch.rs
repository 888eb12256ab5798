//! One rule over a stream that does not end: the rows it may still need, and what it has told.
//!
//! Instants up to `settled_us` are settled: no event that is on time can change them. A run whose last ringing event lies a
//! window before that is final. Kept are the rows of the window behind what is settled, and all of a group whose run goes
//! on; where only what is new rings, the last settled row of each group until it is too old. A judging looks at the groups
//! that have new rows where the rule's floor is reached, and at those with a run that goes on and has new rows or is final
//! now: what the others told cannot have changed.
//!
//! Promises: what is final is what one scan over the same events finds. Must not know: clocks, other rules.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::BooleanArray;
use arrow::compute::{filter_record_batch, min};
use arrow::record_batch::RecordBatch;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::candidates::{Counts, Pane};
use super::detector::Detector;
use super::failed;
use super::history::Histories;
use super::last::last_of_each;
use super::merge::sorted;
use super::rows::Pile;
use super::run::{Floors, GroupKey, Known, Run};
use super::slide::Slider;
use super::usual::{self, Usual, hour_of};
use crate::coverage::LearningSource;
use crate::error::Error;
use crate::span::HOUR_US;
use crate::sql::Window;

/// Rows are forgotten when what is settled has moved on by one part in so many of the window.
const SWEEPS: i64 = 4;
/// Where only what is new rings, after so long at the latest, µs: a busy group has a row for each event until then.
const SWEEP_US_MAX: i64 = HOUR_US;

/// How sure an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The rule holds; more events may belong to it.
    Provisional,
    /// No event that is on time can change it.
    Final,
    /// It was provisional, and with what came later the rule does not hold.
    Withdrawn,
}

/// What a rule has told and what is settled for it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Saved {
    /// The rule.
    pub rule_id: String,
    /// SHA-256 of its text.
    pub sha256: String,
    /// Every instant up to here is settled, µs since 1970 UTC.
    pub settled_us: i64,
    /// Runs told and not yet final.
    pub open_runs: Vec<Run>,
    /// Since when sources are watched for it; nothing where that does not matter.
    pub histories: Histories,
    /// Keys of the sources that its rows were of.
    pub sources: BTreeSet<u64>,
    /// What groups are used to.
    pub usual: Vec<(GroupKey, Usual)>,
}

/// A run, and how sure it is.
#[derive(Debug)]
pub(crate) struct Told {
    pub run: Run,
    pub standing: Standing,
    /// First event of what was told of it before, when that has changed.
    pub supersedes_us: Option<i64>,
}

/// A run that was told and is not final, without the places of its evidence.
#[derive(Debug)]
struct Open {
    run: Run,
}

impl Open {
    fn of(run: &Run) -> Open {
        let mut run = run.clone();
        run.evidence.places.clear();
        Open { run }
    }

    /// True when it is the same run, which may have grown.
    fn is_start_of(&self, run: &Run) -> bool {
        self.run.evidence.first_us == run.evidence.first_us
    }
}

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

    /// What of the runs of `groups` was not told yet, and what was told of them and holds no more.
    fn news(
        &mut self,
        groups: &FxHashSet<u64>,
        runs: Vec<Run>,
        is_final: impl Fn(&Run) -> bool,
    ) -> Vec<Told> {
        let is_judged =
            |open: &Vec<Open>| open.first().is_some_and(|open| groups.contains(&open.run.group_hash));
        let (mut before, others): (BTreeMap<_, _>, BTreeMap<_, _>) =
            std::mem::take(&mut self.open).into_iter().partition(|(_, open)| is_judged(open));
        self.open = others;
        let (known, new): (Vec<Run>, Vec<Run>) = runs.into_iter().partition(|run| {
            let told = before.get_mut(&run.key);
            told.is_some_and(|told| told.extract_if(.., |told| told.is_start_of(run)).count() > 0)
        });
        let mut news = Vec::new();
        for (run, was_told) in
            known.into_iter().map(|run| (run, true)).chain(new.into_iter().map(|run| (run, false)))
        {
            // What is told again from another first event on takes the place of what was told.
            let replaced = if was_told { None } else { before.get_mut(&run.key).and_then(Vec::pop) };
            let supersedes_us = replaced.map(|told| told.run.evidence.first_us);
            let standing = if is_final(&run) { Standing::Final } else { Standing::Provisional };
            if standing == Standing::Provisional {
                self.open.entry(run.key.clone()).or_default().push(Open::of(&run));
            }
            if standing == Standing::Final || !was_told {
                news.push(Told { run, standing, supersedes_us });
            }
        }
        let withdrawn = before.into_values().flatten();
        news.extend(withdrawn.map(|told| Told {
            run: told.run,
            standing: Standing::Withdrawn,
            supersedes_us: None,
        }));
        news
    }

    /// Forgets rows that cannot matter any more.
    fn sweep(&mut self, detector: &Detector) -> Result<(), Error> {
        match detector.layout.window {
            Window::Trailing(window_us) => self.sweep_window(detector, window_us)?,
            Window::FirstSeen { within_us, .. } => {
                let from_us = self.settled_us.saturating_sub(within_us);
                let kept = last_of_each(&detector.shape, self.held.take(), from_us, self.settled_us)?;
                kept.into_iter().try_for_each(|rows| self.held.push(rows))?;
            }
            Window::Whole => {}
        }
        self.usual.values_mut().for_each(|usual| usual.settle_upto(self.settled_us));
        let forgotten = usual::forget(&mut self.usual, hour_of(self.settled_us, &detector.town.calendar));
        self.habits_forgotten += forgotten as u64;
        self.swept_us = self.settled_us;
        Ok(())
    }

    fn sweep_window(&mut self, detector: &Detector, window_us: i64) -> Result<(), Error> {
        let from_us = self.settled_us.saturating_sub(window_us).saturating_add(1);
        let mut first_us: FxHashMap<u64, i64> = FxHashMap::default();
        for open in self.open.values().flatten() {
            let first = first_us.entry(open.run.group_hash).or_insert(from_us);
            *first = open.run.evidence.first_us.min(*first);
        }
        self.forget(detector, from_us, &first_us)?;
        self.counts.forget(&detector.layout, self.settled_us);
        Ok(())
    }

    /// Forgets rows before `from_us`; of groups in `first_us`, those before that.
    fn forget(
        &mut self,
        detector: &Detector,
        from_us: i64,
        first_us: &FxHashMap<u64, i64>,
    ) -> Result<(), Error> {
        let shape = &*detector.shape;
        for rows in self.held.take() {
            let times = shape.identity(&rows).times;
            if min(&times).is_some_and(|oldest_us| oldest_us >= from_us) {
                self.held.push(rows)?;
                continue;
            }
            let groups = shape.groups(&rows).map_err(|error| failed(detector, error))?;
            let first = |group: &u64| first_us.get(group).copied().unwrap_or(from_us);
            let kept =
                groups.iter().zip(times.values()).map(|(group, time_us)| Some(*time_us >= first(group)));
            self.held.push(filter_record_batch(&rows, &kept.collect::<BooleanArray>())?)?;
        }
        Ok(())
    }

    /// What must not be forgotten: none when there is nothing.
    pub fn save(&mut self, detector: &Detector) -> Result<Option<(Saved, Vec<RecordBatch>)>, Error> {
        if self.settled_us == i64::MIN && self.held.batches().is_empty() && self.histories.is_empty() {
            return Ok(None);
        }
        self.sweep(detector)?;
        let saved = Saved {
            settled_us: self.settled_us,
            open_runs: self.open.values().flatten().map(|open| open.run.clone()).collect(),
            histories: self.histories.clone(),
            sources: self.sources.clone(),
            usual: self.usual.iter().map(|(key, usual)| (key.clone(), usual.clone())).collect(),
            ..Saved::default()
        };
        Ok(Some((saved, self.held.batches().to_vec())))
    }

    /// Takes up what was saved. All of it is judged again: it may have been saved before it was judged.
    pub fn restore(
        &mut self,
        detector: &Detector,
        saved: Saved,
        rows: Vec<RecordBatch>,
    ) -> Result<(), Error> {
        self.settled_us = saved.settled_us;
        self.histories = saved.histories;
        self.sources = saved.sources;
        self.usual.extend(saved.usual);
        for run in saved.open_runs {
            self.open.entry(run.key.clone()).or_default().push(Open { run });
        }
        let converter = detector.shape.key_converter()?;
        for rows in rows {
            let keys = converter.convert_columns(detector.shape.keys(&rows))?;
            let groups = detector.shape.groups(&rows).map_err(|error| failed(detector, error))?;
            for (key, group) in keys.iter().zip(groups) {
                let open = self.open.get_mut(key.as_ref()).into_iter().flatten();
                open.for_each(|open| open.run.group_hash = group);
            }
            self.push(detector, rows)?;
        }
        // Final perhaps at once: the first judging says.
        self.next_final_us = (!self.open.is_empty()).then_some(i64::MIN);
        Ok(())
    }

    /// Forgets everything, and takes back what was told and is not final.
    pub fn give_up(&mut self) -> Vec<Told> {
        let open = std::mem::take(self).open.into_values().flatten();
        open.map(|told| Told { run: told.run, standing: Standing::Withdrawn, supersedes_us: None }).collect()
    }

    /// Gives up the older half of the rows, and what they would have told. Answers how many.
    pub fn shed(&mut self, detector: &Detector) -> Result<usize, Error> {
        let before = self.rows();
        let times = self.held.batches().iter().map(|rows| detector.shape.identity(rows).times);
        let mut times: Vec<i64> = times.flat_map(|times| times.values().to_vec()).collect();
        let Some(oldest_us) = times.iter().copied().min() else { return Ok(0) };
        let middle = times.len() / 2;
        let (_, median_us, _) = times.select_nth_unstable(middle);
        // Where half of the rows are of the oldest instant, that goes.
        let from_us = (*median_us).max(oldest_us.saturating_add(1));
        self.forget(detector, from_us, &FxHashMap::default())?;
        self.settled_us = self.settled_us.max(from_us);
        // What is forgotten would be new again; habits are kept.
        if matches!(detector.layout.window, Window::FirstSeen { .. }) {
            self.histories.begin_at(from_us);
        }
        self.open.clear();
        self.next_final_us = None;
        Ok(before - self.rows())
    }
}
