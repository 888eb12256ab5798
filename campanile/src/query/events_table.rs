//! The table `events` over files: parsed while it is read, only the columns a query asks for.
//!
//! Promises: rows in order of the input; at most a few batches in memory; a query that has enough stops
//! the reading. Must not know: the query.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::exec_err;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use detect::Context;
use schema::columns::table_schema;

use crate::books::Books;
use crate::exit::Failure;
use crate::output::events::projected;
use crate::pipeline;
use crate::progress::Progress;
use crate::reading::Reading;

/// Batches parsed and not yet taken by the query.
const WAITING_MAX: usize = 4;

/// The table.
#[derive(Clone)]
pub struct EventsTable {
    source: Arc<Source>,
}

struct Source {
    reading: Reading,
    progress: Progress,
    was_read: AtomicBool,
    books: Mutex<Option<Books>>,
}

impl EventsTable {
    /// The events of these inputs.
    pub fn new(reading: Reading, progress: Progress) -> EventsTable {
        let source = Source { reading, progress, was_read: AtomicBool::new(false), books: Mutex::new(None) };
        EventsTable { source: Arc::new(source) }
    }

    /// What functions know of the town.
    pub fn town(&self) -> &Context {
        &self.source.reading.town
    }

    /// The books, once everything was read; none when the query stopped earlier.
    pub fn take_books(&self) -> Option<Books> {
        self.source.books.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// What was named and cannot be read.
    pub fn unread(&self) -> Books {
        Books { problems: self.source.reading.problems.clone(), ..Books::default() }
    }

    /// Takes the progress bar away.
    pub fn finish_progress(&self) {
        self.source.progress.finish();
    }
}

impl fmt::Debug for EventsTable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("events")
    }
}

#[async_trait]
impl TableProvider for EventsTable {
    fn schema(&self) -> SchemaRef {
        table_schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let whole = table_schema();
        let positions = projection.cloned().unwrap_or_else(|| (0..whole.fields().len()).collect());
        let schema = Arc::new(whole.project(&positions)?);
        let partition = Part { source: Arc::clone(&self.source), positions, schema: Arc::clone(&schema) };
        Ok(Arc::new(StreamingTableExec::try_new(schema, vec![Arc::new(partition)], None, None, false, None)?))
    }
}

/// One reading of the table.
struct Part {
    source: Arc<Source>,
    positions: Vec<usize>,
    schema: SchemaRef,
}

impl fmt::Debug for Part {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("files")
    }
}

impl PartitionStream for Part {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _ctx: Arc<TaskContext>) -> SendableRecordBatchStream {
        let mut stream = RecordBatchReceiverStream::builder(Arc::clone(&self.schema), WAITING_MAX);
        let to_query = stream.tx();
        let (source, positions, schema) =
            (Arc::clone(&self.source), self.positions.clone(), Arc::clone(&self.schema));
        stream.spawn_blocking(move || {
            if source.was_read.swap(true, Ordering::Relaxed) && source.reading.has_stdin() {
                return exec_err!(
                    "the query reads `events` more than once, and standard input can be read only once"
                );
            }
            let books = pipeline::run(
                &source.reading,
                &source.progress,
                |batches| Ok(projected(&batches, &positions, Arc::clone(&schema))?),
                |rows| to_query.blocking_send(Ok(rows)).map_err(|_| Failure::PipeClosed),
            );
            match books {
                Ok(books) => {
                    *source.books.lock().unwrap_or_else(PoisonError::into_inner) = Some(books);
                    Ok(())
                }
                Err(Failure::PipeClosed) => Ok(()),
                Err(Failure::Told(_, report)) => Err(DataFusionError::External(report.to_string().into())),
            }
        });
        stream.build()
    }
}
