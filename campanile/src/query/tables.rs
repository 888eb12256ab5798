//! The tables of a session: `events`, and of a service also `alerts`, `incidents` and `sources`. The one place where they are made.
//!
//! Promises: the same tables over a running service, a stopped one and its lake folder.
//! Must not know: queries.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::prelude::SessionContext;

use crate::detections::{incident_rows, told_rows};
use crate::exit;
use crate::service::ALERTS_FILE;
use crate::told::Told;

/// The sources as the service reported them last; counters are sums of all reports that are kept.
const SOURCES: &str = include_str!("sources.sql");

/// Memory of the sorts, joins and groups of sessions that share it.
const MEMORY_BYTES_MAX: usize = 1 << 30;

/// What a session can ask.
#[derive(Clone)]
pub struct Tables {
    events: Arc<dyn TableProvider>,
    /// Where told alerts are, and what people say of them, of a service.
    folder: Option<PathBuf>,
    /// What sessions share: memory, footers of files that were read, where they spill.
    runtime: Arc<RuntimeEnv>,
}

impl Tables {
    /// Of log files.
    pub fn of_files(events: Arc<dyn TableProvider>) -> Result<Tables> {
        Tables::new(events, None)
    }

    /// Of a service that keeps its alerts in that folder.
    pub fn of_service(events: Arc<dyn TableProvider>, folder: &Path) -> Result<Tables> {
        Tables::new(events, Some(folder.to_owned()))
    }

    /// The same for work beside: what it reads is shared, its memory is its own.
    pub fn apart(&self) -> Result<Tables> {
        let runtime = bounded(RuntimeEnvBuilder::from_runtime_env(&self.runtime))?;
        Ok(Tables { runtime, ..self.clone() })
    }

    fn new(events: Arc<dyn TableProvider>, folder: Option<PathBuf>) -> Result<Tables> {
        Ok(Tables { events, folder, runtime: bounded(RuntimeEnvBuilder::new())? })
    }

    /// What sessions over these tables share.
    pub(super) fn runtime(&self) -> Arc<RuntimeEnv> {
        Arc::clone(&self.runtime)
    }

    /// Registers those that a query may mean by its words.
    pub(super) async fn register(&self, query: &str, context: &SessionContext) -> Result<()> {
        context.register_table("events", Arc::clone(&self.events))?;
        let Some(folder) = &self.folder else { return Ok(()) };
        let query = query.to_ascii_lowercase();
        if query.contains("alerts") || query.contains("incidents") {
            // Incidents need no verdicts.
            let read = || -> exit::Result<Told> {
                match query.contains("alerts") {
                    true => Told::judged(folder),
                    false => Ok(Told::read(&folder.join(ALERTS_FILE))?),
                }
            };
            let told = read().map_err(|failure| {
                let help = failure.help();
                DataFusionError::Execution(format!("{failure}: {help}").trim_end_matches(": ").to_owned())
            })?;
            let alerts: Vec<_> = told.alerts.iter().collect();
            context.register_table("alerts", Arc::new(table(told_rows::alerts(&alerts, &told)?)?))?;
            let incidents: Vec<_> = told.incidents.values().collect();
            context.register_table("incidents", Arc::new(table(incident_rows::incidents(&incidents)?)?))?;
        }
        if query.contains("sources") {
            let sources = context.sql(SOURCES).await?.into_view();
            context.register_table("sources", sources)?;
        }
        Ok(())
    }
}

/// With memory of its own, bounded.
fn bounded(builder: RuntimeEnvBuilder) -> Result<Arc<RuntimeEnv>> {
    builder.with_memory_pool(Arc::new(FairSpillPool::new(MEMORY_BYTES_MAX))).build_arc()
}

fn table(rows: RecordBatch) -> Result<MemTable> {
    MemTable::try_new(rows.schema(), vec![vec![rows]])
}
