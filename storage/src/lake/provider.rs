//! The table `events`: what is in the lake, and what waits for it.
//!
//! A scan takes what waits first and one version of the table afterwards, and adds to that version the rows behind the
//! transactions of the same version. In that order a row that is committed in between is in the version, and is not added.
//!
//! Promises: a row is seen once; what was appended before the scan began is seen. Must not know: who asks.

use std::fmt;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Int64Array, StringViewBuilder};
use arrow::compute::filter_record_batch;
use arrow::compute::kernels::cmp::gt;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::project_schema;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::union::UnionExec;
use schema::columns::FIELDS;
use schema::{Column, EventBatch};

use super::Inner;
use super::fresh::{Snapshot, column_seq};
use super::rows::day_of;
use super::scan::scan;
use super::shape::{INGEST_DAY, RETENTION, lake_schema};
use super::table::View;

/// The table.
#[derive(Clone)]
pub(super) struct Events {
    pub(super) lake: Arc<Inner>,
}

impl fmt::Debug for Events {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "events of {}", self.lake.table.url())
    }
}

#[async_trait]
impl TableProvider for Events {
    fn schema(&self) -> SchemaRef {
        lake_schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let waiting = self.lake.fresh.snapshot();
        let collectors: Vec<Arc<str>> =
            waiting.iter().map(|snapshot| Arc::clone(&snapshot.collector)).collect();
        let view = self.lake.table.latest(&collectors).await.map_err(external)?;
        let committed = scan(&self.lake, &view, session, projection, filters, limit).await?;
        let fresh = self.fresh(&waiting, &view, projection)?;
        if fresh.is_empty() {
            return Ok(committed);
        }
        let fresh = MemorySourceConfig::try_new_exec(&[fresh], committed.schema(), None)?;
        UnionExec::try_new(vec![committed, fresh])
    }
}

impl Events {
    /// The rows behind the transactions of `view`, projected.
    fn fresh(
        &self,
        waiting: &[Snapshot],
        view: &View,
        projection: Option<&Vec<usize>>,
    ) -> Result<Vec<RecordBatch>> {
        let schema = project_schema(&lake_schema(), projection)?;
        let mut rows = Vec::new();
        for Snapshot { collector, units } in waiting {
            let behind = view.committed_upto(collector);
            for unit in units.iter().filter(|unit| unit.upto > behind) {
                for batch in &unit.batches {
                    let batch = self.behind(batch, behind, &schema)?;
                    rows.extend((batch.num_rows() > 0).then_some(batch));
                }
            }
        }
        Ok(rows)
    }

    /// The rows of a batch behind `seq` of the journal.
    fn behind(&self, batch: &EventBatch, seq: u64, schema: &SchemaRef) -> Result<RecordBatch> {
        let columns = schema.fields().iter().map(|field| self.column(batch, field.name()));
        let columns = columns.collect::<Result<Vec<ArrayRef>, ArrowError>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(batch.len()));
        let rows = RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)?;
        let Some(seqs) = batch.ints(Column::Seq) else { return Ok(rows) };
        let seq = column_seq(batch, seq);
        if seqs.values().iter().all(|event| *event > seq) {
            return Ok(rows);
        }
        Ok(filter_record_batch(&rows, &gt(seqs, &Int64Array::new_scalar(seq))?)?)
    }

    fn column(&self, batch: &EventBatch, name: &str) -> Result<ArrayRef, ArrowError> {
        if let Some(column) = Column::by_name(name) {
            return Ok(Arc::clone(batch.array(column)));
        }
        match name {
            FIELDS => Ok(Arc::new(batch.fields_map()?)),
            INGEST_DAY => {
                let times = batch.times(Column::EventIngested);
                let days = times.map(|times| times.values().iter().map(|time| day_of(*time)));
                Ok(Arc::new(Date32Array::from_iter_values(days.into_iter().flatten())))
            }
            RETENTION => Ok(Arc::new(self.retention(batch))),
            _ => Err(ArrowError::SchemaError(format!("no column {name} in the lake"))),
        }
    }

    fn retention(&self, batch: &EventBatch) -> arrow::array::StringViewArray {
        let mut words = StringViewBuilder::with_capacity(batch.len());
        let columns =
            (batch.texts(Column::Tenant), batch.texts(Column::Class), batch.texts(Column::EventAction));
        if let (Some(tenants), Some(classes), Some(actions)) = columns {
            for ((tenant, class), action) in tenants.iter().zip(classes).zip(actions) {
                let retention = (self.lake.settings.retention)(
                    tenant.unwrap_or_default(),
                    class.unwrap_or_default(),
                    action,
                );
                words.append_value(retention.name());
            }
        }
        words.finish()
    }
}

fn external(error: crate::error::Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
