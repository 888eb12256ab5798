//! The plan that reads the files of one version of the table.
//!
//! The table has reader version 1 and no feature that changes what a file means, so that its files are read as plain
//! Parquet: the engine's own reader prunes row groups and pages, and fills columns that a file lacks.
//!
//! Promises: files whose statistics rule them out are not opened; the number of rows is known without reading.
//! Must not know: what waits.

use std::cmp::Reverse;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::common::stats::Precision;
use datafusion::common::{DFSchema, ScalarValue, Statistics, project_schema};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::datasource::physical_plan::parquet::{CachedParquetFileReaderFactory, ParquetAccessPlan};
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::utils::conjunction;
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use schema::Column;
use schema::columns::table_schema;

use super::Inner;
use super::files::{Files, LakeFile};
use super::shape::{lake_schema, partition_fields};
use super::table::View;
use super::words::{holding, words};
use crate::error::Error;

/// The plan over the files that may hold a row for which `filters` are true. The filters themselves are left to the plan above,
/// which the engine pushes into the reader.
pub(super) async fn scan(
    lake: &Inner,
    view: &View,
    session: &dyn Session,
    projection: Option<&Vec<usize>>,
    filters: &[Expr],
    limit: Option<usize>,
) -> Result<Arc<dyn ExecutionPlan>> {
    let files = view.files().map_err(external)?;
    let mut files = pruned(&files, session, filters)?;
    // Most ask for what was last: who finds it first need not read the rest.
    files.sort_by_key(|file| Reverse(file.timestamps_us.map(|(_, last_us)| last_us)));
    let files = holding(lake, files, &words(filters)).await.map_err(external)?;
    plan(lake, session, files, projection, limit)
}

/// The plan over these files.
fn plan(
    lake: &Inner,
    session: &dyn Session,
    files: Vec<(LakeFile, Option<ParquetAccessPlan>)>,
    projection: Option<&Vec<usize>>,
    limit: Option<usize>,
) -> Result<Arc<dyn ExecutionPlan>> {
    if files.is_empty() {
        return Ok(Arc::new(EmptyExec::new(project_schema(&lake_schema(), projection)?)));
    }
    let statistics = statistics(files.iter().map(|(file, _)| file), &lake_schema());
    let files = files.into_iter().map(|(file, access)| match access {
        Some(access) => partitioned(&file).with_extension(access),
        None => partitioned(&file),
    });
    let files: Vec<PartitionedFile> = files.collect();
    let groups = files.chunks(files.len().div_ceil(session.config().target_partitions().max(1)));
    let config = config(lake, session)?
        .with_file_groups(groups.map(|files| FileGroup::new(files.to_vec())).collect())
        .with_statistics(statistics)
        .with_projection_indices(projection.cloned())?
        .with_limit(limit)
        .build();
    Ok(DataSourceExec::from_data_source(config))
}

/// The plan that reads each of these files as a partition of its own, its rows as they stand.
pub(super) fn ordered_plan(
    lake: &Inner,
    session: &dyn Session,
    files: &[LakeFile],
    projection: Vec<usize>,
) -> Result<Arc<dyn ExecutionPlan>> {
    let groups = files.iter().map(|file| FileGroup::new(vec![partitioned(file)])).collect();
    let config = config(lake, session)?
        .with_file_groups(groups)
        // Else a partition that is done takes files of the others.
        .with_preserve_order(true)
        .with_projection_indices(Some(projection))?
        .build();
    Ok(DataSourceExec::from_data_source(config))
}

fn config(lake: &Inner, session: &dyn Session) -> Result<FileScanConfigBuilder> {
    let url = store_url(lake)?;
    let runtime = session.runtime_env();
    let store = runtime.object_store(&url).unwrap_or_else(|_| {
        let store = lake.table.store();
        runtime.register_object_store(url.as_ref(), Arc::clone(&store));
        store
    });
    let cache = runtime.cache_manager.get_file_metadata_cache();
    let schema = TableSchema::builder(table_schema()).with_table_partition_cols(partition_fields()).build();
    let source = ParquetSource::new(schema)
        .with_table_parquet_options(session.default_table_options().parquet)
        .with_parquet_file_reader_factory(Arc::new(CachedParquetFileReaderFactory::new(store, cache)))
        .with_pushdown_filters(true)
        .with_reorder_filters(true);
    Ok(FileScanConfigBuilder::new(url, Arc::new(source)))
}

/// A store of its own name for every table: its root is the table's folder.
fn store_url(lake: &Inner) -> Result<ObjectStoreUrl> {
    ObjectStoreUrl::parse(format!("lake://{:016x}", lake.table_number))
}

fn pruned(files: &Files, session: &dyn Session, filters: &[Expr]) -> Result<Vec<LakeFile>> {
    let Some(filter) = conjunction(filters.iter().cloned()) else { return Ok(files.all().to_vec()) };
    let schema = lake_schema();
    let filter = session.create_physical_expr(filter, &DFSchema::try_from(Arc::clone(&schema))?)?;
    let Some(predicate) = PruningPredicateBuilder::new().with_file_schema(schema).build(filter) else {
        return Ok(files.all().to_vec());
    };
    let keep = predicate.prune(files)?;
    Ok(files.all().iter().zip(keep).filter(|(_, keep)| *keep).map(|(file, _)| file.clone()).collect())
}

fn partitioned(file: &LakeFile) -> PartitionedFile {
    let word = file.retention.map(|retention| retention.name().to_owned());
    let values = vec![ScalarValue::Date32(Some(file.day)), ScalarValue::Utf8View(word)];
    let statistics = statistics(std::iter::once(file), &table_schema());
    PartitionedFile::new(file.path.to_string(), file.size_bytes)
        .with_partition_values(values)
        .with_statistics(Arc::new(statistics))
}

/// How many rows the files have and between which times they lie; nothing is said of other columns.
fn statistics<'f>(files: impl Iterator<Item = &'f LakeFile> + Clone, schema: &SchemaRef) -> Statistics {
    let rows = files.clone().map(|file| file.rows).sum::<Option<u64>>();
    let bytes = files.clone().map(|file| file.size_bytes).sum::<u64>();
    let times = files.map(|file| file.timestamps_us);
    let times = times.reduce(|one, other| Some((one?.0.min(other?.0), one?.1.max(other?.1)))).flatten();
    let mut statistics = Statistics {
        num_rows: rows.map_or(Precision::Absent, |rows| Precision::Exact(rows as usize)),
        total_byte_size: Precision::Inexact(bytes as usize),
        ..Statistics::new_unknown(schema)
    };
    let timestamp = schema.index_of(Column::Timestamp.name()).ok();
    let timestamp = timestamp.and_then(|at| statistics.column_statistics.get_mut(at));
    if let (Some(timestamp), Some((first_us, last_us))) = (timestamp, times) {
        let value = |us| ScalarValue::TimestampMicrosecond(Some(us), Some("UTC".into()));
        timestamp.min_value = Precision::Exact(value(first_us));
        timestamp.max_value = Precision::Exact(value(last_us));
        timestamp.null_count = Precision::Exact(0);
    }
    statistics
}

fn external(error: Error) -> datafusion::error::DataFusionError {
    datafusion::error::DataFusionError::External(Box::new(error))
}
