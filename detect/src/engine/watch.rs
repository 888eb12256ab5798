//! One rule over a stream that does not end: the rows it may still need, and what it has told.
//!
//! Instants up to `settled_us` are settled: no event that is on time can change them. A run whose last ringing event lies a
//! window before that is final. Kept are the rows of the window behind what is settled, and all of a group whose run goes
//! on; so each judging is the scan's own over fewer rows.
//!
//! Promises: what is final is what one scan over the same events finds. Must not know: clocks, other rules.

use std::collections::{BTreeMap, HashMap};

use arrow::array::BooleanArray;
use arrow::compute::filter_record_batch;
use arrow::record_batch::RecordBatch;
use arrow::row::{RowConverter, SortField};
use serde::{Deserialize, Serialize};

use super::detector::Detector;
use super::failed;
use super::merge::{Merge, SortedRun, sorted};
use super::rows::compacted;
use super::slide::{Floors, GroupKey, Run, Slider};
use crate::error::Error;
use crate::sql::Window;

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
    /// See [`Floors`].
    pub settled_us: i64,
    pub open_floors: Vec<(Box<[u8]>, i64)>,
    /// Runs told and not yet final.
    pub open_runs: Vec<Run>,
    pub next_final_us: Option<i64>,
}

/// A run, and how sure it is.
#[derive(Debug)]
pub(crate) struct Told {
    pub run: Run,
    pub standing: Standing,
    /// First event of what was told of it before, when that has changed.
    pub supersedes_us: Option<i64>,
}

/// A run that was told, without the places of its evidence.
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
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// In order of group and time.
    held: Vec<RecordBatch>,
    fresh: Vec<RecordBatch>,
    /// Rows have come since the last judging, be they fresh or already brought in order to be saved.
    is_unjudged: bool,
    bytes: usize,
    floors: Floors,
    /// Runs told and not yet final, by group.
    open: BTreeMap<GroupKey, Vec<Open>>,
    /// When the first of the open runs can be final.
    next_final_us: Option<i64>,
}

impl Watch {
    /// Bytes of rows held.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Rows held.
    pub fn rows(&self) -> usize {
        self.held.iter().chain(&self.fresh).map(RecordBatch::num_rows).sum()
    }

    /// Adds rows.
    pub fn push(&mut self, rows: RecordBatch) {
        self.bytes += rows.get_array_memory_size();
        self.fresh.push(rows);
        self.is_unjudged = true;
    }

    /// True when judging could tell something new with `settled_us`.
    pub fn is_due(&self, settled_us: i64) -> bool {
        self.is_unjudged || self.next_final_us.is_some_and(|at_us| at_us <= settled_us)
    }

    /// Judges what is not settled, tells what is new, and forgets what cannot matter any more. Every event up to
    /// `settled_us` has come.
    pub fn judge(&mut self, detector: &Detector, settled_us: i64) -> Result<Vec<Told>, Error> {
        let Window::Trailing(window_us) = detector.layout.window else { return Ok(Vec::new()) };
        let settled_us = settled_us.max(self.floors.settled_us);
        self.is_unjudged = false;
        let fresh = std::mem::take(&mut self.fresh);
        let held = std::mem::take(&mut self.held);
        let mut runs: Vec<SortedRun<'_>> = vec![Box::new(held.into_iter().map(Ok))];
        if !fresh.is_empty() {
            runs.push(Box::new(sorted(&detector.shape, &fresh)?.into_iter().map(Ok)));
        }
        let mut rows = Merge::new(&detector.shape, runs)?;
        let wrap = |error| failed(detector, error);
        let mut slider = Slider::new(&detector.layout, &detector.shape, &self.floors).map_err(wrap)?;
        let mut all = Vec::new();
        while let Some(batch) = rows.next()? {
            slider.push(&batch).map_err(wrap)?;
            all.push(batch);
        }
        let runs = slider.finish().map_err(wrap)?;
        let is_final = |run: &Run| run.last_rang_us.saturating_add(window_us) <= settled_us;
        let keep = Keep::of(runs.iter().filter(|run| !is_final(run)), settled_us, window_us);
        self.keep(all, detector, &keep)?;
        self.next_final_us = keep.next_final_us(&runs, window_us, is_final);
        self.floors = keep.floors;
        Ok(self.news(runs, is_final))
    }

    /// What of the runs was not told yet, and what was told and holds no more.
    fn news(&mut self, runs: Vec<Run>, is_final: impl Fn(&Run) -> bool) -> Vec<Told> {
        let mut before = std::mem::take(&mut self.open);
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

    /// What must not be forgotten: none when there is nothing.
    pub fn save(&mut self, detector: &Detector) -> Result<Option<(Saved, Vec<RecordBatch>)>, Error> {
        let is_new = self.floors.settled_us == i64::MIN;
        if is_new && self.held.is_empty() && self.fresh.is_empty() {
            return Ok(None);
        }
        self.settle_rows(detector)?;
        let saved = Saved {
            settled_us: self.floors.settled_us,
            open_floors: self.floors.open.iter().map(|(key, floor_us)| (key.clone(), *floor_us)).collect(),
            open_runs: self.open.values().flatten().map(|open| open.run.clone()).collect(),
            next_final_us: self.next_final_us,
            ..Saved::default()
        };
        Ok(Some((saved, self.held.clone())))
    }

    /// Takes up what was saved.
    pub fn restore(&mut self, saved: Saved, rows: Vec<RecordBatch>) {
        self.bytes = rows.iter().map(RecordBatch::get_array_memory_size).sum();
        // Whatever was saved is judged again: it may have been saved before it was judged.
        self.is_unjudged = !rows.is_empty();
        self.fresh = rows;
        self.floors = Floors { settled_us: saved.settled_us, open: saved.open_floors.into_iter().collect() };
        for run in saved.open_runs {
            self.open.entry(run.key.clone()).or_default().push(Open { run });
        }
        self.next_final_us = saved.next_final_us;
    }

    /// Brings fresh rows in order with those held.
    fn settle_rows(&mut self, detector: &Detector) -> Result<(), Error> {
        if !self.fresh.is_empty() {
            let mut all = std::mem::take(&mut self.held);
            all.append(&mut self.fresh);
            self.held = sorted(&detector.shape, &all)?;
        }
        Ok(())
    }

    /// Keeps the rows that may still matter.
    fn keep(&mut self, all: Vec<RecordBatch>, detector: &Detector, keep: &Keep) -> Result<(), Error> {
        let types = detector.shape.key_types().into_iter().map(SortField::new).collect();
        let converter = RowConverter::new(types)?;
        self.bytes = 0;
        for batch in all {
            let times = detector.shape.identity(&batch).times;
            let keys = converter.convert_columns(detector.shape.keys(&batch))?;
            let kept: BooleanArray = (0..batch.num_rows())
                .map(|row| Some(times.value(row) >= keep.first_us(keys.row(row).as_ref())))
                .collect();
            let rows = match kept.true_count() {
                0 => continue,
                all if all == batch.num_rows() => batch,
                _ => compacted(filter_record_batch(&batch, &kept)?)?,
            };
            self.bytes += rows.get_array_memory_size();
            self.held.push(rows);
        }
        Ok(())
    }

    /// Gives up the older half of the rows, and what they would have told. Answers how many.
    pub fn shed(&mut self, detector: &Detector) -> Result<usize, Error> {
        let before = self.rows();
        self.settle_rows(detector)?;
        let all = std::mem::take(&mut self.held);
        let mut times: Vec<i64> =
            all.iter().flat_map(|rows| detector.shape.identity(rows).times.values().to_vec()).collect();
        let middle = times.len() / 2;
        if middle == 0 {
            return Ok(0);
        }
        let (_, median_us, _) = times.select_nth_unstable(middle);
        let from_us = *median_us;
        let keep = Keep {
            floors: Floors { settled_us: from_us, open: HashMap::new() },
            from_us,
            open: HashMap::new(),
        };
        self.keep(all, detector, &keep)?;
        self.floors.settled_us = self.floors.settled_us.max(from_us);
        self.floors.open.clear();
        self.open.clear();
        Ok(before - self.rows())
    }
}

/// What is still needed.
struct Keep {
    floors: Floors,
    /// Rows of groups without an open run, from here on.
    from_us: i64,
    /// Rows of groups with one.
    open: HashMap<GroupKey, i64>,
}

impl Keep {
    fn of<'r>(open_runs: impl Iterator<Item = &'r Run>, settled_us: i64, window_us: i64) -> Keep {
        let from_us = settled_us.saturating_sub(window_us).saturating_add(1);
        let mut keep =
            Keep { floors: Floors { settled_us, open: HashMap::new() }, from_us, open: HashMap::new() };
        for run in open_runs {
            let (floor_us, first_us) = (run.rang_us.saturating_sub(1), run.evidence.first_us);
            let floor = keep.floors.open.entry(run.key.clone()).or_insert(floor_us);
            *floor = floor_us.min(*floor).min(settled_us);
            let first = keep.open.entry(run.key.clone()).or_insert(first_us);
            *first = first_us.min(*first).min(from_us);
        }
        keep
    }

    fn first_us(&self, key: &[u8]) -> i64 {
        self.open.get(key).copied().unwrap_or(self.from_us)
    }

    fn next_final_us(&self, runs: &[Run], window_us: i64, is_final: impl Fn(&Run) -> bool) -> Option<i64> {
        let open = runs.iter().filter(|run| !is_final(run));
        open.map(|run| run.last_rang_us.saturating_add(window_us)).min()
    }
}
