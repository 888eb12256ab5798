//! Exact trailing windows: sorted rows in, runs of ringing events out.
//!
//! Rows come sorted by group, time and place. At each instant of a group (all its events of one timestamp)
//! the aggregates cover `(t - window, t]`; HAVING is evaluated over many instants at once; what rings is
//! joined to runs that part at a gap of at least `window`. Where only what is new rings, an instant is judged when the group
//! had none for so long before, and is a run of its own; where there is a baseline, what rings is what is beyond it.
//!
//! Promises: a row enters and leaves once, whatever the window's length; rows stay in memory only while a
//! window or an instant not yet judged needs them. Must not know: where rows were kept, rules' texts.

mod judge;
mod tape;

use std::collections::VecDeque;
use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use arrow::row::{OwnedRow, RowConverter};
use datafusion::error::DataFusionError;
use rustc_hash::FxHashMap;

use self::judge::{Compared, Instant, OpenRun};
use self::tape::Segment;
use super::accumulate::Accumulator;
use super::evidence::Evidence;
use super::rows::RowShape;
use super::run::{GroupKey, Known, Run};
use super::usual::Usual;
use crate::sql::{Layout, Window};

/// What the rows of one rule come to.
pub(crate) struct Slid {
    pub runs: Vec<Run>,
    /// What groups are used to, of those that reached something.
    pub usual: FxHashMap<GroupKey, Usual>,
}

/// Slides over the sorted rows of one rule.
pub(crate) struct Slider<'a> {
    layout: &'a Layout,
    shape: &'a RowShape,
    known: Known<'a>,
    /// The floor of the current group.
    floor_us: i64,
    /// Schema of group keys followed by aggregates, for HAVING and entities.
    judged_schema: SchemaRef,
    key_rows: RowConverter,
    accumulators: Vec<Accumulator>,
    tape: VecDeque<Segment>,
    rows_seen: u64,
    /// Number of the current group, and its key.
    group: u64,
    key: Option<OwnedRow>,
    time_us: i64,
    /// The instant of the group before this one.
    before_us: Option<i64>,
    /// First row in the window.
    from: u64,
    whole: Option<Evidence>,
    instants: Vec<Instant>,
    open: Option<OpenRun>,
    runs: Vec<Run>,
    compared: Option<Compared>,
    usual: FxHashMap<GroupKey, Usual>,
}

impl<'a> Slider<'a> {
    /// A slider that judges the instants above the floors.
    pub fn new(
        layout: &'a Layout,
        shape: &'a RowShape,
        known: Known<'a>,
    ) -> Result<Slider<'a>, DataFusionError> {
        let keys = layout.row_types.iter().take(layout.groups);
        let aggregates = layout.aggregates.iter().map(|aggregate| &aggregate.output);
        let judged = keys.chain(aggregates).enumerate();
        let fields: Vec<Field> =
            judged.map(|(at, kind)| Field::new(at.to_string(), kind.clone(), true)).collect();
        let argument = |position: usize| layout.row_types.get(position);
        let accumulators =
            layout.aggregates.iter().map(|a| Accumulator::new(a, a.argument.and_then(argument)));
        Ok(Slider {
            layout,
            shape,
            known,
            floor_us: known.floors.settled_us,
            judged_schema: Arc::new(Schema::new(fields)),
            key_rows: shape.key_converter()?,
            accumulators: accumulators.collect::<Result<_, _>>()?,
            tape: VecDeque::new(),
            rows_seen: 0,
            group: 0,
            key: None,
            time_us: i64::MIN,
            before_us: None,
            from: 0,
            whole: None,
            instants: Vec::new(),
            open: None,
            runs: Vec::new(),
            compared: None,
            usual: FxHashMap::default(),
        })
    }

    /// The next rows in order.
    pub fn push(&mut self, rows: &RecordBatch) -> Result<(), DataFusionError> {
        let keys = self.key_rows.convert_columns(self.shape.keys(rows))?;
        let first = self.rows_seen;
        let segment = self.segment(rows)?;
        self.tape.push_back(segment);
        for row in 0..rows.num_rows() {
            let key = keys.row(row);
            let Some(time_us) = self.tape.back().map(|segment| segment.identity.times.value(row)) else {
                break;
            };
            if self.key.as_ref().is_none_or(|current| current.row() != key) {
                self.end_group();
                self.key = Some(key.owned());
                self.begin_group(key.as_ref());
                self.group += 1;
                self.from = first + row as u64;
                self.time_us = time_us;
            } else if time_us != self.time_us {
                self.end_instant();
                self.time_us = time_us;
                self.evict();
            }
            self.enter(row, first + row as u64);
            self.rows_seen += 1;
        }
        self.judge()
    }

    /// What was found, when no more rows come.
    pub fn finish(mut self) -> Result<Slid, DataFusionError> {
        self.end_group();
        self.judge()?;
        self.close_run();
        Ok(Slid { runs: self.runs, usual: self.usual })
    }

    fn begin_group(&mut self, key: &[u8]) {
        self.floor_us = self.known.floors.of(key);
        if let Some(usual) = self.known.usual.get(key) {
            let mut usual = usual.clone();
            usual.begin(self.floor_us);
            self.usual.insert(key.into(), usual);
        }
    }

    /// Row `row` of the last segment enters the window.
    fn enter(&mut self, row: usize, number: u64) {
        let Some(segment) = self.tape.back() else { return };
        for (accumulator, cells) in self.accumulators.iter_mut().zip(&segment.cells) {
            accumulator.add(cells, row, number);
        }
        if self.layout.window == Window::Whole {
            self.whole.get_or_insert_default().add(segment.place(row));
            // Nothing leaves a window over the whole range: the tape need not keep it.
            self.from = number;
        }
    }

    /// Takes out of the window what is now too old.
    fn evict(&mut self) {
        let window_us = match self.layout.window {
            Window::Trailing(window_us) => window_us,
            // An instant is judged for itself.
            Window::FirstSeen { .. } => 1,
            Window::Whole => return,
        };
        let oldest_us = self.time_us.saturating_sub(window_us);
        let mut at = self.tape.partition_point(|segment| segment.first <= self.from).saturating_sub(1);
        while let Some(segment) = self.tape.get(at) {
            let row = (self.from - segment.first) as usize;
            if row >= segment.identity.times.len() {
                at += 1;
                continue;
            }
            if segment.identity.times.value(row) > oldest_us || self.from >= self.rows_seen {
                break;
            }
            for (accumulator, cells) in self.accumulators.iter_mut().zip(&segment.cells) {
                accumulator.remove(cells, row, self.from);
            }
            self.from += 1;
        }
    }

    /// All events of one timestamp are in.
    fn end_instant(&mut self) {
        if self.layout.window != Window::Whole {
            self.note_instant();
        }
    }

    fn note_instant(&mut self) {
        let before_us = self.before_us.replace(self.time_us);
        if self.time_us <= self.floor_us {
            return;
        }
        if let Window::FirstSeen { within_us, min_history_us } = self.layout.window
            && !self.is_new(within_us, min_history_us, before_us)
        {
            return;
        }
        for accumulator in &mut self.accumulators {
            accumulator.answer();
        }
        self.instants.push(Instant {
            group: self.group,
            time_us: self.time_us,
            from: self.from,
            to: self.rows_seen.saturating_sub(1),
            whole: self.whole.take(),
        });
    }

    /// True when the group was not seen for so long before this instant, and its source was watched then.
    fn is_new(&self, within_us: i64, min_history_us: Option<i64>, before_us: Option<i64>) -> bool {
        let is_known = before_us.is_some_and(|us| self.time_us.saturating_sub(us) < within_us);
        if is_known || self.time_us <= self.known.recalled_us {
            return false;
        }
        let Some(min_history_us) = min_history_us else { return true };
        // One event by two routes: what the older one knows counts.
        (self.from..self.rows_seen)
            .filter_map(|number| self.source_of(number))
            .any(|source| self.known.histories.known_since_us(source, self.time_us, min_history_us).is_some())
    }

    fn end_group(&mut self) {
        if self.key.is_none() {
            return;
        }
        self.note_instant();
        self.before_us = None;
        for accumulator in &mut self.accumulators {
            accumulator.clear();
        }
    }
}
