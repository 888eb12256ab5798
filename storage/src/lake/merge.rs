//! Several files of one partition read as one, in the order that each of them has.
//!
//! Promises: as many rows as the files have, in order; a few batches of each file in memory. Must not know: why.

use std::sync::Arc;

use arrow::array::Array;
use arrow::compute::concat;
use arrow::record_batch::RecordBatch;
use datafusion::physical_plan::sorts::sort_preserving_merge::SortPreservingMergeExec;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::prelude::SessionContext;
use futures::StreamExt;
use schema::columns::table_schema;

use super::Inner;
use super::files::LakeFile;
use super::footers::footers;
use super::order::ordering;
use super::parquet_file::{Encoded, FileWriter};
use super::scan::ordered_plan;
use crate::error::Error;

/// The rows of `files` as one file.
pub(super) async fn merged(lake: &Inner, files: &[LakeFile]) -> Result<Encoded, Error> {
    let projection = columns(lake, files).await?;
    let session = SessionContext::new();
    let state = session.state();
    let plan = ordered_plan(lake, &state, files, projection).map_err(Error::query)?;
    let order = ordering(&plan.schema()).map_err(Error::query)?;
    let merge: Arc<dyn ExecutionPlan> = Arc::new(SortPreservingMergeExec::new(order, plan));
    let group_rows = lake.settings.row_group_rows.max(1);
    let mut file = FileWriter::new(merge.schema(), group_rows)?;
    let mut rows = execute_stream(merge, session.task_ctx()).map_err(Error::query)?;
    let mut gathered = Gathered::default();
    while let Some(batch) = rows.next().await {
        let mut batch = batch.map_err(Error::query)?;
        while gathered.rows + batch.num_rows() >= group_rows {
            let taken = group_rows - gathered.rows;
            gathered.add(batch.slice(0, taken));
            batch = batch.slice(taken, batch.num_rows() - taken);
            gathered.write(&mut file)?;
        }
        gathered.add(batch);
    }
    gathered.write(&mut file)?;
    file.finish()
}

/// Rows of the row group to come.
#[derive(Default)]
struct Gathered {
    batches: Vec<RecordBatch>,
    rows: usize,
}

impl Gathered {
    fn add(&mut self, batch: RecordBatch) {
        self.rows += batch.num_rows();
        self.batches.push(batch);
    }

    /// Writes what was gathered as a row group, and begins anew.
    fn write(&mut self, file: &mut FileWriter) -> Result<(), Error> {
        let Gathered { batches, rows } = std::mem::take(self);
        if rows == 0 {
            return Ok(());
        }
        file.group(|name| {
            let arrays = batches.iter().filter_map(|batch| batch.column_by_name(name));
            concat(&arrays.map(AsRef::as_ref).collect::<Vec<&dyn Array>>())
        })
    }
}

/// Positions of the columns that some file has.
async fn columns(lake: &Inner, files: &[LakeFile]) -> Result<Vec<usize>, Error> {
    let footers = footers(&lake.table.store(), files).await?;
    let has = |name: &str| {
        let fields = |footer: &parquet::file::metadata::ParquetMetaData| {
            footer.file_metadata().schema().get_fields().iter().any(|field| field.name() == name)
        };
        footers.iter().any(fields)
    };
    let schema = table_schema();
    Ok(schema.fields().iter().enumerate().filter(|(_, field)| has(field.name())).map(|(at, _)| at).collect())
}
