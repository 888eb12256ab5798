//! The rows of a batch that a SQL rule looks at, and what it keeps of them.
//!
//! Promises: pure; exactly the rows for which WHERE is true. Must not know: other batches.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, UInt32Array, UInt64Array};
use arrow::buffer::BooleanBuffer;
use arrow::compute::{filter, take};
use arrow::datatypes::Int64Type;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::physical_expr::PhysicalExpr;
use schema::{Column, EventBatch};

use super::history::source_keys;
use super::names::{Names, keyed};
use super::rows::{Identity, RowShape};
use super::values::Values;
use crate::sql::{Layout, Selection};

/// The rows among `candidates` that the rule keeps.
pub(crate) fn select(
    selection: &Selection,
    layout: &Layout,
    shape: &RowShape,
    values: &mut Values<'_>,
    candidates: &BooleanBuffer,
    names: &mut Names,
) -> Result<Option<RecordBatch>, DataFusionError> {
    let mut indices: UInt32Array = candidates.set_indices().map(|row| row as u32).collect();
    for condition in &selection.conditions {
        let kept = booleans(&condition.expr, &values.read(&condition.reads, &indices)?)?;
        match kept.true_count() {
            0 => return Ok(None),
            all if all == indices.len() => {}
            _ => indices = filter(&indices, &kept)?.as_primitive().clone(),
        }
    }
    let rows = values.read(&selection.reads, &indices)?;
    let mut columns = Vec::with_capacity(selection.row.len());
    for column in &selection.row {
        let array = column.expr.evaluate(&rows)?.into_array(rows.num_rows())?;
        // An expression may answer with a close relative of the planned type.
        columns.push(if *array.data_type() == column.data_type {
            array
        } else {
            arrow::compute::cast(&array, &column.data_type)?
        });
    }
    if !layout.keeps_null_groups
        && let Some(named) = rows_with_a_group(columns.get(..layout.groups).unwrap_or_default())
    {
        if named.true_count() == 0 {
            return Ok(None);
        }
        for column in &mut columns {
            *column = filter(column, &named)?;
        }
        indices = filter(&indices, &named)?.as_primitive().clone();
    }
    if layout.source().is_some() {
        columns.push(Arc::new(source_keys(values.batch(), &indices)));
    }
    Ok(Some(assemble(shape, values.batch(), &indices, columns, names)?))
}

/// Puts the kept rows together with their identity.
pub(crate) fn assemble(
    shape: &RowShape,
    batch: &EventBatch,
    indices: &UInt32Array,
    columns: Vec<ArrayRef>,
    names: &mut Names,
) -> Result<RecordBatch, ArrowError> {
    let ints = |column| -> Result<Int64Array, ArrowError> {
        Ok(take(batch.array(column), indices, None)?.as_primitive::<Int64Type>().clone())
    };
    let keys = |column, names: &mut Names| -> Result<UInt64Array, ArrowError> {
        let taken = take(batch.array(column), indices, None)?;
        Ok(keyed(taken.as_string_view(), names))
    };
    let times = batch.times(Column::Timestamp).map(|times| times.reinterpret_cast::<Int64Type>());
    let times = times.unwrap_or_else(|| Int64Array::new_null(batch.len()));
    let identity = Identity {
        times: take(&times, indices, None)?.as_primitive::<Int64Type>().clone(),
        collectors: keys(Column::Collector, names)?,
        seqs: ints(Column::Seq)?,
        counts: ints(Column::EventCount)?,
    };
    shape.assemble(keys(Column::Tenant, names)?, columns, identity)
}

/// Where a condition is true: null is not.
pub(crate) fn booleans(
    condition: &Arc<dyn PhysicalExpr>,
    rows: &RecordBatch,
) -> Result<BooleanArray, DataFusionError> {
    let array = condition.evaluate(rows)?.into_array(rows.num_rows())?;
    let Some(booleans) = array.as_boolean_opt() else {
        return Err(DataFusionError::Execution(format!("a condition gave {}", array.data_type())));
    };
    Ok(match booleans.nulls() {
        Some(nulls) => BooleanArray::new(booleans.values() & nulls.inner(), None),
        None => booleans.clone(),
    })
}

/// Rows with at least one group key that is not null; none when all have.
fn rows_with_a_group(keys: &[ArrayRef]) -> Option<BooleanArray> {
    let mut named: Option<BooleanBuffer> = None;
    for key in keys {
        let valid = key.logical_nulls()?;
        named = Some(named.map_or_else(|| valid.inner().clone(), |named| &named | valid.inner()));
    }
    named.map(|named| BooleanArray::new(named, None))
}
