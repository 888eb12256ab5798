//! The rows that a window, or an instant not yet judged, needs.
//!
//! Must not know: what windows compute.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, UInt64Array};
use arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;

use super::Slider;
use crate::engine::accumulate::Cells;
use crate::engine::evidence::EventPlace;
use crate::engine::rows::{Identity, group_hash};
use crate::engine::run::GroupKey;

/// Rows on the tape.
pub(super) struct Segment {
    /// Number of its first row since the start.
    pub first: u64,
    pub keys: Vec<ArrayRef>,
    pub identity: Identity,
    pub tenants: UInt64Array,
    /// Keys of sources, where they are asked for.
    pub sources: Option<UInt64Array>,
    /// One for each aggregate.
    pub cells: Vec<Cells>,
}

impl Segment {
    pub fn place(&self, row: usize) -> EventPlace {
        EventPlace {
            time_us: self.identity.times.value(row),
            collector: self.identity.collectors.value(row),
            seq: self.identity.seqs.value(row),
            count: self.identity.counts.value(row),
        }
    }
}

impl Slider<'_> {
    pub(super) fn segment(&self, rows: &RecordBatch) -> Result<Segment, DataFusionError> {
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

    /// Segment and row of a row's number.
    pub(super) fn locate(&self, number: u64) -> Option<(usize, usize)> {
        let at = self.tape.partition_point(|segment| segment.first <= number).checked_sub(1)?;
        Some((at, (number - self.tape.get(at)?.first) as usize))
    }

    /// The key of the source of the row of that number, where it is asked for.
    pub(super) fn source_of(&self, number: u64) -> Option<u64> {
        let (at, row) = self.locate(number)?;
        Some(self.tape.get(at)?.sources.as_ref()?.value(row))
    }

    /// Tenant and group of the row of that number.
    pub(super) fn group_of(&self, number: u64) -> Result<(u64, GroupKey, u64), DataFusionError> {
        let place = self.locate(number).and_then(|(s, row)| Some((self.tape.get(s)?, row)));
        let Some((segment, row)) = place else { return Ok(Default::default()) };
        let tenants: ArrayRef = Arc::new(segment.tenants.slice(row, 1));
        let keys = segment.keys.iter().map(|key| key.slice(row, 1));
        let columns: Vec<ArrayRef> = std::iter::once(tenants).chain(keys).collect();
        let key = self.key_rows.convert_columns(&columns)?;
        Ok((segment.tenants.value(row), key.row(0).as_ref().into(), group_hash(&columns)?))
    }
}
