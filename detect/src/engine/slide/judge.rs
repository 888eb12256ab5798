//! Instants judged: HAVING, what is usual, and the runs of what rings.
//!
//! Must not know: how rows enter and leave a window.

use std::sync::Arc;

use arrow::array::{Array, AsArray, Float64Array, RecordBatchOptions};
use arrow::compute::{cast, interleave};
use arrow::datatypes::{DataType, Float64Type};
use arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;

use super::Slider;
use crate::engine::evidence::Evidence;
use crate::engine::run::{GroupKey, Run};
use crate::engine::select::booleans;
use crate::engine::usual::hour_of;
use crate::sql::{Baseline, Window};

/// An instant of a group at which HAVING is to be judged.
pub(super) struct Instant {
    pub group: u64,
    pub time_us: i64,
    /// First row in the window.
    pub from: u64,
    /// Last row of the instant.
    pub to: u64,
    /// Everything of the group, when the window is the whole range.
    pub whole: Option<Evidence>,
}

/// The run now open.
pub(super) struct OpenRun {
    pub group: u64,
    /// First row that is not in the evidence yet.
    pub next: u64,
    pub run: Run,
}

/// The group whose instants are compared with what is usual.
pub(super) struct Compared {
    pub group: u64,
    pub key: GroupKey,
    /// The most that is usual in an hour, by those since another.
    pub most: Option<((i64, i64), Option<f64>)>,
}

impl Slider<'_> {
    /// Judges the noted instants and forgets rows no longer needed.
    pub(super) fn judge(&mut self) -> Result<(), DataFusionError> {
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

    pub(super) fn close_run(&mut self) {
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
