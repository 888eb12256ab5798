//! Where a rule can ring at all: the times of a group whose events reach the rule's floor together.
//!
//! Time is cut into panes of a quarter of the window, so that a window lies within five of them. Events are counted a pane;
//! where five panes together do not reach the floor, no window that ends in the last of them does. A window that can ring
//! has all its events in panes that are kept, so what is found in those is what would be found in all.
//!
//! Promises: leaves out no event of a window that rings; the cost of an event does not grow with the window.
//! Must not know: how windows are judged.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::{DataType, Int64Type};
use arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use rustc_hash::{FxHashMap, FxHashSet};

use super::rows::RowShape;
use crate::sql::{Aggregate, AggregateKind, Layout, Sums, Window};

/// Panes of a window beside the one it ends in.
const PANES: i64 = 4;

/// A group (groups of one hash count together: that keeps more, never less) and the number of a pane.
pub(crate) type Pane = (u64, i64);

/// The panes of rows.
pub(crate) fn panes(
    layout: &Layout,
    shape: &RowShape,
    rows: &RecordBatch,
) -> Result<Vec<Pane>, DataFusionError> {
    let times = shape.identity(rows).times;
    let groups = shape.groups(rows)?.into_iter();
    Ok(groups.zip(times.values()).map(|(group, time_us)| (group, pane_at(layout, *time_us))).collect())
}

/// The pane of a time.
fn pane_at(layout: &Layout, time_us: i64) -> i64 {
    match layout.window {
        Window::Trailing(window_us) => {
            time_us.div_euclid((window_us.saturating_add(PANES - 1) / PANES).max(1))
        }
        Window::Whole | Window::FirstSeen { .. } => 0,
    }
}

/// The rows that lie in `kept`.
pub(crate) fn within(
    kept: &FxHashSet<Pane>,
    layout: &Layout,
    shape: &RowShape,
    rows: &RecordBatch,
) -> Result<RecordBatch, DataFusionError> {
    let panes = panes(layout, shape, rows)?;
    let is_kept: BooleanArray = panes.iter().map(|pane| Some(kept.contains(pane))).collect();
    Ok(filter_record_batch(rows, &is_kept)?)
}

/// What the events of each pane come to.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    sums: FxHashMap<Pane, Sums>,
}

impl Counts {
    /// Adds rows and answers their panes.
    pub fn add(
        &mut self,
        layout: &Layout,
        shape: &RowShape,
        rows: &RecordBatch,
    ) -> Result<Vec<Pane>, DataFusionError> {
        let panes = panes(layout, shape, rows)?;
        let Some(floor) = &layout.floor else { return Ok(panes) };
        let asked = floor.asked.iter().filter_map(|aggregate| layout.aggregates.get(*aggregate));
        let weights =
            asked.map(|aggregate| Weights::of(aggregate, shape, rows)).collect::<Result<Vec<_>, _>>()?;
        for (row, pane) in panes.iter().enumerate() {
            let sums = self.sums.entry(*pane).or_default();
            for (sum, weights) in sums.iter_mut().zip(&weights) {
                *sum = sum.saturating_add(weights.at(row));
            }
        }
        Ok(panes)
    }

    /// True when a window that ends in `last` may ring.
    pub fn may_ring(&self, layout: &Layout, last: Pane) -> bool {
        let Some(floor) = &layout.floor else { return true };
        let mut all = Sums::default();
        for sums in window(layout, last).filter_map(|pane| self.sums.get(&pane)) {
            all.iter_mut().zip(sums).for_each(|(all, sum)| *all = all.saturating_add(*sum));
        }
        floor.is_reached(&all)
    }

    /// True when a window that reaches into `pane` may ring.
    pub fn may_ring_with(&self, layout: &Layout, (group, pane): Pane) -> bool {
        (pane..=pane.saturating_add(PANES)).any(|last| self.may_ring(layout, (group, last)))
    }

    /// All panes of windows that may ring.
    pub fn candidates(&self, layout: &Layout) -> FxHashSet<Pane> {
        let ringing = self.sums.keys().filter(|last| self.may_ring(layout, **last));
        ringing.flat_map(|last| window(layout, *last)).collect()
    }

    /// Forgets panes that no window that ends after `settled_us` reaches into.
    pub fn forget(&mut self, layout: &Layout, settled_us: i64) {
        let first = pane_at(layout, settled_us).saturating_sub(PANES);
        self.sums.retain(|(_, pane), _| *pane >= first);
    }
}

/// The panes of a window that ends in `last`.
fn window(layout: &Layout, (group, last): Pane) -> impl Iterator<Item = Pane> {
    let before = if matches!(layout.window, Window::Trailing(_)) { PANES } else { 0 };
    (last.saturating_sub(before)..=last).map(move |pane| (group, pane))
}

/// What rows add to an aggregate.
struct Weights {
    /// Numbers that are summed.
    numbers: Option<Int64Array>,
    /// Rows that count.
    counting: Option<BooleanArray>,
}

impl Weights {
    fn of(aggregate: &Aggregate, shape: &RowShape, rows: &RecordBatch) -> Result<Weights, DataFusionError> {
        let column = |position| shape.column(rows, position);
        let argument: Option<&ArrayRef> = aggregate.argument.and_then(column);
        let given = argument.and_then(|argument| argument.logical_nulls());
        let given = given.map(|nulls| nulls.into_inner());
        let passing = aggregate.filter.and_then(column).and_then(|filter| filter.as_boolean_opt());
        let passing = passing.map(|filter| match filter.nulls() {
            Some(nulls) => filter.values() & nulls.inner(),
            None => filter.values().clone(),
        });
        let counting = match (given, passing) {
            (Some(given), Some(passing)) => Some(&given & &passing),
            (given, passing) => given.or(passing),
        };
        let numbers = match (aggregate.kind, argument) {
            (AggregateKind::Sum, Some(argument)) => {
                Some(cast(argument, &DataType::Int64)?.as_primitive::<Int64Type>().clone())
            }
            _ => None,
        };
        Ok(Weights { numbers, counting: counting.map(|counting| BooleanArray::new(counting, None)) })
    }

    fn at(&self, row: usize) -> u64 {
        match &self.counting {
            Some(counting) if !counting.value(row) => 0,
            // What is below zero makes a sum smaller; a floor must not.
            _ => self.numbers.as_ref().map_or(1, |numbers| u64::try_from(numbers.value(row)).unwrap_or(0)),
        }
    }
}
