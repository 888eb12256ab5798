//! What is remembered of a settled past: the last row of each group makes known what follows.
//!
//! Must not know: windows, rules.

use arrow::array::BooleanArray;
use arrow::compute::filter_record_batch;
use arrow::record_batch::RecordBatch;
use rustc_hash::{FxHashMap, FxHashSet};

use super::rows::RowShape;
use super::run::GroupKey;
use crate::error::Error;

/// The rows after `settled_us`, and of each group the last one until then that is later than `from_us`.
pub(crate) fn last_of_each(
    shape: &RowShape,
    held: Vec<RecordBatch>,
    from_us: i64,
    settled_us: i64,
) -> Result<Vec<RecordBatch>, Error> {
    let converter = shape.key_converter()?;
    let mut last: FxHashMap<GroupKey, (i64, usize, usize)> = FxHashMap::default();
    for (at, rows) in held.iter().enumerate() {
        let keys = converter.convert_columns(shape.keys(rows))?;
        for (row, (key, time_us)) in keys.iter().zip(shape.identity(rows).times.values()).enumerate() {
            if *time_us > from_us && *time_us <= settled_us {
                let known = last.entry(key.as_ref().into()).or_insert((*time_us, at, row));
                *known = (*time_us, at, row).max(*known);
            }
        }
    }
    let kept: FxHashSet<(usize, usize)> = last.into_values().map(|(_, at, row)| (at, row)).collect();
    let filtered = held.into_iter().enumerate().map(|(at, rows)| {
        let times = shape.identity(&rows).times;
        let is_kept = times.values().iter().enumerate();
        let is_kept: BooleanArray =
            is_kept.map(|(row, time_us)| Some(*time_us > settled_us || kept.contains(&(at, row)))).collect();
        Ok(filter_record_batch(&rows, &is_kept)?)
    });
    filtered.collect()
}
