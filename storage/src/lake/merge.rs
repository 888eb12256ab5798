//! Several files of one partition read as one, in the order that each of them has.
//!
//! Promises: as many rows as the files have, in order; of each file no more in memory than a row group as it is stored, and a few
//! rows, the fewer the more they hold and the more files there are. Must not know: why.

use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet};
use datafusion::physical_plan::sorts::streaming_merge::StreamingMergeBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::StreamExt;
use parquet::file::metadata::ParquetMetaData;
use schema::columns::table_schema;

use super::Inner;
use super::files::LakeFile;
use super::footers::footers;
use super::order::ordering;
use super::parquet_file::{Encoded, FileWriter};
use super::scan::ordered_plan;
use crate::error::Error;

/// What the rows of all files that are in memory at a time take, about.
const ROWS_BYTES: u64 = 32 << 20;
/// Batches of a file that are held: the one that is merged, and the one before, of which rows are in the batch being made.
const BATCHES_HELD: u64 = 2;
/// Bytes that a value takes beside what it says: a view, or offsets.
const VALUE_BYTES: u64 = 16;
/// Rows of a batch at least and at most.
const BATCH_ROWS: (u64, u64) = (128, 8_192);

/// The rows of `files` as one file.
pub(super) async fn merged(lake: &Inner, files: &[LakeFile]) -> Result<Encoded, Error> {
    let footers = footers(&lake.table.store(), files).await?;
    let session = SessionContext::new_with_config(SessionConfig::new().with_batch_size(batch_rows(&footers)));
    let plan = ordered_plan(lake, &session.state(), files, columns_of(&footers)).map_err(Error::query)?;
    let order = ordering(&plan.schema()).map_err(Error::query)?;
    // Read by the one who merges: a task for each file would have its next batches in memory too, and take all cores.
    let task = session.task_ctx();
    let parts = (0..files.len()).map(|file| plan.execute(file, task.clone()));
    let mut rows = StreamingMergeBuilder::new()
        .with_streams(parts.collect::<Result<_, _>>().map_err(Error::query)?)
        .with_schema(plan.schema())
        .with_expressions(&order)
        .with_metrics(BaselineMetrics::new(&ExecutionPlanMetricsSet::new(), 0))
        .with_batch_size(session.copied_config().batch_size())
        .with_reservation(MemoryConsumer::new("merge").register(&session.runtime_env().memory_pool))
        .build()
        .map_err(Error::query)?;
    let mut file = FileWriter::new(plan.schema(), lake.settings.row_group_rows)?;
    while let Some(batch) = rows.next().await {
        file.write(&batch.map_err(Error::query)?)?;
    }
    file.finish()
}

/// How many rows of each file are read at a time.
fn batch_rows(footers: &[ParquetMetaData]) -> usize {
    let row_bytes = |footer: &ParquetMetaData| {
        let columns = footer.row_groups().iter().flat_map(|group| group.columns());
        let bytes = columns.map(|column| {
            let count = |count: i64| u64::try_from(count).unwrap_or(0);
            // Said once in a dictionary, a text that repeats is said in full by every row of `fields`.
            count(column.uncompressed_size()) + VALUE_BYTES * count(column.num_values())
        });
        bytes.sum::<u64>() / u64::try_from(footer.file_metadata().num_rows()).unwrap_or(0).max(1)
    };
    let held = BATCHES_HELD * footers.iter().map(row_bytes).sum::<u64>();
    let (least, most) = BATCH_ROWS;
    (ROWS_BYTES / held.max(1)).clamp(least, most) as usize
}

/// Positions of the columns that some file has.
fn columns_of(footers: &[ParquetMetaData]) -> Vec<usize> {
    let has = |name: &str| {
        let fields = |footer: &ParquetMetaData| {
            footer.file_metadata().schema().get_fields().iter().any(|field| field.name() == name)
        };
        footers.iter().any(fields)
    };
    let schema = table_schema();
    schema.fields().iter().enumerate().filter(|(_, field)| has(field.name())).map(|(at, _)| at).collect()
}
