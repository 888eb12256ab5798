//! Exact trailing windows: sorted rows in, runs of ringing events out.
//!
//! Rows come sorted by group, time and place. At each instant of a group (all its events of one timestamp)
//! the aggregates cover `(t - window, t]`; HAVING is evaluated over many instants at once; what rings is
//! joined to runs that part at a gap of at least `window`. Where only what is new rings, an instant is judged when the group
//! had none for so long before, and is a run of its own; where there is a baseline, what rings is what is beyond it.
//!
//! Promises: a row enters and leaves once, whatever the window's length; rows stay in memory only while a
//! window or an instant not yet judged needs them. Must not know: where rows were kept, rules' texts.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, RecordBatchOptions, UInt64Array};
use arrow::compute::{cast, interleave};
use arrow::datatypes::{DataType, Field, Float64Type, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use arrow::row::{OwnedRow, RowConverter};
use datafusion::error::DataFusionError;
use rustc_hash::FxHashMap;

use super::accumulate::{Accumulator, Cells};
use super::evidence::{EventPlace, Evidence};
use super::rows::{Identity, RowShape, group_hash};
use super::run::{GroupKey, Known, Run};
use super::select::booleans;
use super::usual::{Usual, hour_of};
use crate::sql::{Baseline, Layout, Window};

/// What the rows of one rule come to.
pub(crate) struct Slid {
    pub runs: Vec<Run>,
    /// What groups are used to, of those that reached something.
    pub usual: FxHashMap<GroupKey, Usual>,
}

/// Rows on the tape.
struct Segment {
    /// Number of its first row since the start.
    first: u64,
    keys: Vec<ArrayRef>,
    identity: Identity,
    tenants: UInt64Array,
    /// Keys of sources, where they are asked for.
    sources: Option<UInt64Array>,
    /// One for each aggregate.
    cells: Vec<Cells>,
}

/// An instant of a group at which HAVING is to be judged.
struct Instant {
    group: u64,
    time_us: i64,
    /// First row in the window.
    from: u64,
    /// Last row of the instant.
    to: u64,
    /// Everything of the group, when the window is the whole range.
    whole: Option<Evidence>,
}

/// The run now open.
struct OpenRun {
    group: u64,
    /// First row that is not in the evidence yet.
    next: u64,
    run: Run,
}

/// The group whose instants are compared with what is usual.
struct Compared {
    group: u64,
    key: GroupKey,
    /// The most that is usual in an hour, by those since another.
    most: Option<((i64, i64), Option<f64>)>,
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

    fn segment(&self, rows: &RecordBatch) -> Result<Segment, DataFusionError> {
        let mut cells = Vec::with_capacity(self.accumulators.len());
        for (aggregate, accumulator) in self.layout.aggregates.iter().zip(&self.accumulators) {
            let column = |position| self.shape.column(rows, position);
            let (argument, filter) = (aggregate.argument.and_then(column), aggregate.filter.and_then(column));
            cells.push(accumulator.cells(argument, filter)?);
        }
        Ok(Segment {
            first: self.rows_seen,
            keys: self.shape.keys(rows).get(1..).unwrap_or_default().to_vec(),
            identity: self.shape.identity(rows),
            tenants: self.shape.tenants(rows),
            sources: self
                .layout
                .source()
                .and_then(|at| self.shape.column(rows, at)?.as_primitive_opt().cloned()),
            cells,
        })
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

    /// The key of the source of the row of that number, where it is asked for.
    fn source_of(&self, number: u64) -> Option<u64> {
        let (at, row) = self.locate(number)?;
        Some(self.tape.get(at)?.sources.as_ref()?.value(row))
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

    /// Judges the noted instants and forgets rows no longer needed.
    fn judge(&mut self) -> Result<(), DataFusionError> {
        let instants = std::mem::take(&mut self.instants);
        if !instants.is_empty() {
            let judged = self.judged(&instants)?;
            let rings = self.layout.having.as_ref().map(|having| booleans(having, &judged)).transpose()?;
            let layout = self.layout;
            let reached = layout.baseline.as_ref().map(|baseline| numbers(baseline, &judged)).transpose()?;
            for (position, instant) in instants.into_iter().enumerate() {
                if rings.as_ref().is_some_and(|rings| !rings.value(position)) {
                    continue;
                }
                let is_usual = match layout.baseline.as_ref().zip(reached.as_ref()) {
                    Some((baseline, reached)) => {
                        // Nothing is used to what is no number.
                        let number = reached.is_valid(position).then(|| reached.value(position));
                        match number.filter(|number| number.is_finite()) {
                            Some(number) => self.is_usual(baseline, &instant, number)?,
                            None => instant.time_us <= self.known.recalled_us,
                        }
                    }
                    None => false,
                };
                if !is_usual {
                    self.ring(instant, &judged, position)?;
                }
            }
        }
        while self.tape.front().is_some_and(|s| s.first + s.tenants.len() as u64 <= self.from) {
            self.tape.pop_front();
        }
        Ok(())
    }

    /// True when the group is used to what it reached at an instant; notes it.
    fn is_usual(
        &mut self,
        baseline: &Baseline,
        instant: &Instant,
        reached: f64,
    ) -> Result<bool, DataFusionError> {
        let source = self.source_of(instant.to).unwrap_or_default();
        if self.compared.as_ref().is_none_or(|compared| compared.group != instant.group) {
            let (_, key, _) = self.group_of(instant.to)?;
            self.compared = Some(Compared { group: instant.group, key, most: None });
        }
        let (known, Some(compared)) = (self.known, &mut self.compared) else { return Ok(false) };
        let usual = self.usual.entry(compared.key.clone()).or_default();
        let hour = hour_of(instant.time_us, known.calendar);
        usual.note(instant.time_us, hour, reached, known.settled_us);
        let is_recalled = instant.time_us <= known.recalled_us;
        let since_us = known.histories.known_since_us(source, instant.time_us, baseline.min_history_us);
        let Some(since_us) = since_us else { return Ok(is_recalled) };
        let from = hour_of(since_us, known.calendar).saturating_add(1);
        let most = match compared.most {
            Some((of, most)) if of == (hour, from) => most,
            _ => usual.most(hour, from, baseline.times, known.calendar),
        };
        compared.most = Some(((hour, from), most));
        Ok(most.is_some_and(|most| reached <= most) || is_recalled)
    }

    /// Group keys and aggregates at the instants.
    fn judged(&mut self, instants: &[Instant]) -> Result<RecordBatch, DataFusionError> {
        let places: Vec<(usize, usize)> = instants.iter().filter_map(|i| self.locate(i.to)).collect();
        let mut columns = Vec::with_capacity(self.judged_schema.fields().len());
        for position in 0..self.layout.groups {
            let parts: Vec<&dyn Array> =
                self.tape.iter().filter_map(|s| s.keys.get(position)).map(|key| &**key).collect();
            columns.push(interleave(&parts, &places)?);
        }
        for accumulator in &mut self.accumulators {
            columns.push(accumulator.take_answers()?);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(instants.len()));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.judged_schema), columns, &options)?)
    }

    /// Segment and row of a row's number.
    fn locate(&self, number: u64) -> Option<(usize, usize)> {
        let at = self.tape.partition_point(|segment| segment.first <= number).checked_sub(1)?;
        Some((at, (number - self.tape.get(at)?.first) as usize))
    }

    /// HAVING holds at `instant`.
    fn ring(&mut self, instant: Instant, judged: &RecordBatch, at: usize) -> Result<(), DataFusionError> {
        let follows = self.open.as_ref().is_some_and(|open| {
            let gap_us = instant.time_us.saturating_sub(open.run.last_rang_us);
            open.group == instant.group && matches!(self.layout.window, Window::Trailing(w) if gap_us < w)
        });
        if !follows {
            self.close_run();
            let (tenant, key, group_hash) = self.group_of(instant.to)?;
            let entities = self.entities(&judged.slice(at, 1))?;
            let (rang_us, evidence) = (instant.time_us, instant.whole.unwrap_or_default());
            let run = Run { tenant, entities, key, group_hash, rang_us, last_rang_us: rang_us, evidence };
            self.open = Some(OpenRun { group: instant.group, next: instant.from, run });
        }
        let Some(mut open) = self.open.take() else { return Ok(()) };
        open.run.last_rang_us = instant.time_us;
        if self.layout.window != Window::Whole {
            let mut place = self.locate(open.next.min(instant.to));
            while let Some((segment, row)) = place.and_then(|(s, row)| Some((self.tape.get(s)?, row))) {
                if open.next > instant.to {
                    break;
                }
                open.run.evidence.add(segment.place(row));
                open.next += 1;
                let is_last = row + 1 >= segment.tenants.len();
                place = place.map(|(s, row)| if is_last { (s + 1, 0) } else { (s, row + 1) });
            }
        }
        self.open = Some(open);
        Ok(())
    }

    /// Tenant and group of the row of that number.
    fn group_of(&self, number: u64) -> Result<(u64, GroupKey, u64), DataFusionError> {
        let place = self.locate(number).and_then(|(s, row)| Some((self.tape.get(s)?, row)));
        let Some((segment, row)) = place else { return Ok(Default::default()) };
        let tenants: ArrayRef = Arc::new(segment.tenants.slice(row, 1));
        let keys = segment.keys.iter().map(|key| key.slice(row, 1));
        let columns: Vec<ArrayRef> = std::iter::once(tenants).chain(keys).collect();
        let key = self.key_rows.convert_columns(&columns)?;
        Ok((segment.tenants.value(row), key.row(0).as_ref().into(), group_hash(&columns)?))
    }

    /// Texts of the entities that are not null.
    fn entities(&self, judged: &RecordBatch) -> Result<Vec<(usize, String)>, DataFusionError> {
        let mut entities = Vec::new();
        for (position, (_, expr)) in self.layout.entities.iter().enumerate() {
            let value = expr.evaluate(judged)?.into_array(1)?;
            let text = cast(&value, &DataType::Utf8)?;
            let text = text.as_string::<i32>();
            if text.is_valid(0) {
                entities.push((position, text.value(0).to_owned()));
            }
        }
        Ok(entities)
    }

    fn close_run(&mut self) {
        if let Some(open) = self.open.take() {
            self.runs.push(open.run);
        }
    }
}

/// What is compared with a baseline, at the instants.
fn numbers(baseline: &Baseline, judged: &RecordBatch) -> Result<Float64Array, DataFusionError> {
    let reached = baseline.of.evaluate(judged)?.into_array(judged.num_rows())?;
    Ok(cast(&reached, &DataType::Float64)?.as_primitive::<Float64Type>().clone())
}

impl Segment {
    fn place(&self, row: usize) -> EventPlace {
        EventPlace {
            time_us: self.identity.times.value(row),
            collector: self.identity.collectors.value(row),
            seq: self.identity.seqs.value(row),
            count: self.identity.counts.value(row),
        }
    }
}
