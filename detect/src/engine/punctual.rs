//! Which events of a stream are on time, and what time they count at.
//!
//! A device whose clock runs ahead counts at its receive time: a device dated 2099 would settle nothing. An event that
//! was received later after its time than is allowed is late. Both are predicates on the row, the same live and in a
//! scan of what was stored. Must not know: rules.

use std::sync::Arc;

use arrow::array::BooleanArray;
use arrow::compute::kernels::zip::zip;
use arrow::error::ArrowError;
use schema::{Column, EventBatch};

/// A clock that runs ahead by more than this is wrong, µs.
const AHEAD_US_MAX: i64 = 5 * 60 * 1_000_000;

/// The events that are on time, at the time they count, and how many are late.
pub fn punctual(batch: &EventBatch, lateness_us: i64) -> Result<(EventBatch, usize), ArrowError> {
    let (Some(times), Some(ingested)) = (batch.times(Column::Timestamp), batch.times(Column::EventIngested))
    else {
        return Ok((batch.clone(), 0));
    };
    let lag = |row: usize| ingested.value(row).saturating_sub(times.value(row));
    let (mut ahead, mut late) = (0, 0);
    for row in 0..batch.len() {
        let lag_us = lag(row);
        ahead += usize::from(lag_us < -AHEAD_US_MAX);
        late += usize::from(lag_us > lateness_us);
    }
    let mut punctual = batch.clone();
    if ahead > 0 {
        let is_ahead: BooleanArray = (0..batch.len()).map(|row| Some(lag(row) < -AHEAD_US_MAX)).collect();
        let detect_times = zip(&is_ahead, ingested, times)?;
        punctual = punctual.with_array(Column::Timestamp, Arc::clone(&detect_times))?;
    }
    if late > 0 {
        let is_on_time: BooleanArray = (0..batch.len()).map(|row| Some(lag(row) <= lateness_us)).collect();
        punctual = punctual.filter(&is_on_time)?;
    }
    Ok((punctual, late))
}
