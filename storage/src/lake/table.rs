//! The Delta table itself: opened or made, loaded anew, and changed by one commit at a time.
//!
//! Promises: a view is one version of the table with the transactions of that very version; a commit either is in the
//! next view or was not made. Must not know: events.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use arrow::datatypes::{DataType, FieldRef, Schema};
use arrow::error::ArrowError;
use datafusion::object_store::ObjectStore;
use deltalake::kernel::engine::arrow_conversion::TryIntoKernel;
use deltalake::kernel::transaction::{CommitBuilder, CommitProperties, TableReference};
use deltalake::kernel::{Action, StructField, StructType, Transaction};
use deltalake::logstore::LogStoreRef;
use deltalake::operations::create::CreateBuilder;
use deltalake::protocol::DeltaOperation;
use deltalake::{DeltaTable, DeltaTableBuilder, DeltaTableError, TableProperty};
use url::Url;

use super::files::Files;
use super::shape::{
    INGEST_DAY, LOG_HOURS, RETENTION, SCHEMA_VERSION, SCHEMA_VERSION_KEY, TOMBSTONE_HOURS, WITH_STATISTICS,
    lake_schema,
};
use crate::error::Error;

/// A commit that only adds tries again so often when it finds other commits before it.
pub(crate) const RETRIES: usize = 100;

/// The table, shared by writers, queries and care.
pub(crate) struct Table {
    log_store: LogStoreRef,
    view: Mutex<Arc<View>>,
}

/// One version of the table.
pub(crate) struct View {
    delta: DeltaTable,
    /// The transactions of this version that were asked for.
    committed: HashMap<Arc<str>, u64>,
    files: OnceLock<Arc<Files>>,
}

impl Table {
    /// Opens the table at `url` over the whole of `store`, or makes it.
    pub(crate) async fn open(
        store: Arc<dyn ObjectStore>,
        url: Url,
        checkpoint_commits: u64,
    ) -> Result<Table, Error> {
        let log_store = log_store(store, url)?;
        if !is_there(&log_store).await?
            && let Err(error) = make(&log_store, checkpoint_commits).await
            // Another may have made it at the same moment: then it is there.
            && !is_there(&log_store).await?
        {
            return Err(Error::lake("make")(error));
        }
        Table::load(log_store).await
    }

    /// Opens the table at `url` over the whole of `store`, which must be there.
    pub(crate) async fn existing(store: Arc<dyn ObjectStore>, url: Url) -> Result<Table, Error> {
        let log_store = log_store(store, url.clone())?;
        if !is_there(&log_store).await? {
            let reason = "there is no table".to_owned();
            return Err(Error::ForeignLake { location: url.to_string(), reason });
        }
        Table::load(log_store).await
    }

    async fn load(log_store: LogStoreRef) -> Result<Table, Error> {
        let mut delta = DeltaTable::new(log_store.clone());
        delta.load().await.map_err(Error::lake("open"))?;
        check(&delta)?;
        Ok(Table { log_store, view: Mutex::new(Arc::new(View::new(delta, HashMap::new()))) })
    }

    /// The store with the table's folder as its root.
    pub(crate) fn store(&self) -> Arc<dyn ObjectStore> {
        self.log_store.object_store(None)
    }

    pub(crate) fn url(&self) -> &Url {
        self.log_store.root_url()
    }

    /// The newest version known here.
    pub(crate) fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The newest version there is, with the transactions of `collectors`.
    pub(crate) async fn latest(&self, collectors: &[Arc<str>]) -> Result<Arc<View>, Error> {
        let known = self.view();
        let mut delta = known.delta.clone();
        delta.update_incremental(None).await.map_err(Error::lake("read"))?;
        let is_same = delta.version() == known.delta.version();
        if is_same && collectors.iter().all(|collector| known.committed.contains_key(collector)) {
            return Ok(known);
        }
        let mut committed = if is_same { known.committed.clone() } else { HashMap::new() };
        for collector in collectors {
            if !committed.contains_key(collector) {
                committed.insert(Arc::clone(collector), self.transaction(&delta, collector).await?);
            }
        }
        if !is_same {
            check(&delta)?;
        }
        Ok(self.publish(View::new(delta, committed)))
    }

    async fn transaction(&self, delta: &DeltaTable, collector: &str) -> Result<u64, Error> {
        let state = delta.snapshot().map_err(Error::lake("read"))?;
        let version = state
            .transaction_version(self.log_store.as_ref(), collector)
            .await
            .map_err(Error::lake("read the transactions of"))?;
        Ok(version.and_then(|version| u64::try_from(version).ok()).unwrap_or(0))
    }

    /// Commits on top of `view`, carrying `transaction` when there is one; on top of a later version after `retries` of Delta's own
    /// checks. After an error the commit may have been made all the same: [`Table::latest`] says.
    pub(crate) async fn commit(
        &self,
        view: &View,
        actions: Vec<Action>,
        operation: DeltaOperation,
        transaction: Option<(&Arc<str>, u64)>,
        retries: usize,
    ) -> Result<Arc<View>, Error> {
        // Old log files are cleared away by care, not by every commit.
        let mut properties =
            CommitProperties::default().with_max_retries(retries).with_cleanup_expired_logs(Some(false));
        if let Some((collector, upto)) = transaction {
            let version = i64::try_from(upto).unwrap_or(i64::MAX);
            properties = properties.with_application_transaction(Transaction::new(collector, version));
        }
        let state = view.delta.snapshot().map_err(Error::lake("commit to"))?;
        let done = CommitBuilder::from(properties)
            .with_actions(actions)
            .build(Some(state as &dyn TableReference), self.log_store.clone(), operation)
            .await
            .map_err(Error::lake("commit to"))?;
        // Others may have committed in between: what is not known of this version is asked for when it is needed.
        let mut committed = HashMap::new();
        if view.delta.version().is_some_and(|version| version + 1 == done.version) {
            committed.clone_from(&view.committed);
        }
        if let Some((collector, upto)) = transaction {
            committed.insert(Arc::clone(collector), upto);
        }
        let mut delta = DeltaTable::new(self.log_store.clone());
        delta.state = Some(done.snapshot);
        Ok(self.publish(View::new(delta, committed)))
    }

    /// Keeps the view unless a newer one is known.
    fn publish(&self, view: View) -> Arc<View> {
        let view = Arc::new(view);
        let mut newest = self.view.lock().unwrap_or_else(PoisonError::into_inner);
        if newest.delta.version() <= view.delta.version() {
            *newest = Arc::clone(&view);
        }
        view
    }
}

impl View {
    fn new(delta: DeltaTable, committed: HashMap<Arc<str>, u64>) -> View {
        View { delta, committed, files: OnceLock::new() }
    }

    /// The table at this version.
    pub(crate) fn delta(&self) -> &DeltaTable {
        &self.delta
    }

    /// The last seq of a collector in this version, 0 when it has none.
    pub(crate) fn committed_upto(&self, collector: &str) -> u64 {
        self.committed.get(collector).copied().unwrap_or(0)
    }

    /// The files of this version.
    pub(crate) fn files(&self) -> Result<Arc<Files>, Error> {
        if let Some(files) = self.files.get() {
            return Ok(Arc::clone(files));
        }
        let state = self.delta.snapshot().map_err(Error::lake("read"))?;
        let files = Arc::new(Files::of(state)?);
        Ok(Arc::clone(self.files.get_or_init(|| files)))
    }
}

fn log_store(store: Arc<dyn ObjectStore>, url: Url) -> Result<LogStoreRef, Error> {
    let builder = DeltaTableBuilder::from_url(url.clone()).map_err(Error::lake("open"))?;
    builder.with_storage_backend(store, url).build_storage().map_err(Error::lake("open"))
}

async fn is_there(log_store: &LogStoreRef) -> Result<bool, Error> {
    log_store.is_delta_table_location().await.map_err(Error::lake("open"))
}

async fn make(log_store: &LogStoreRef, checkpoint_commits: u64) -> Result<(), DeltaTableError> {
    let statistics = WITH_STATISTICS.map(|column| column.name()).join(",");
    let configuration = [
        (TableProperty::CheckpointInterval.as_ref(), checkpoint_commits.max(1).to_string()),
        (TableProperty::DataSkippingStatsColumns.as_ref(), statistics),
        (TableProperty::DeletedFileRetentionDuration.as_ref(), format!("interval {TOMBSTONE_HOURS} hours")),
        (TableProperty::LogRetentionDuration.as_ref(), format!("interval {LOG_HOURS} hours")),
        (SCHEMA_VERSION_KEY, SCHEMA_VERSION.to_string()),
    ];
    CreateBuilder::new()
        .with_log_store(log_store.clone())
        .with_table_name("events")
        .with_comment("Events of town halls, one row each")
        .with_columns(delta_columns()?)
        .with_partition_columns([INGEST_DAY, RETENTION])
        .with_configuration(configuration.map(|(key, value)| (key, Some(value))))
        .with_raise_if_key_not_exists(false)
        .await?;
    Ok(())
}

/// The columns as the table's log names them.
fn delta_columns() -> Result<Vec<StructField>, ArrowError> {
    let plain = lake_schema()
        .fields()
        .iter()
        .map(|field| match field.data_type() {
            DataType::Utf8View => Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8)),
            _ => Arc::clone(field),
        })
        .collect::<Vec<FieldRef>>();
    let columns: StructType = (&Schema::new(plain)).try_into_kernel()?;
    Ok(columns.fields().cloned().collect())
}

/// Refuses what this version would misread: another program's table, later columns, features that change what a file means.
fn check(delta: &DeltaTable) -> Result<(), Error> {
    let foreign = |reason: String| Error::ForeignLake { location: delta.table_url().to_string(), reason };
    let state = delta.snapshot().map_err(Error::lake("read"))?;
    let version = state.table_config().unknown_properties.get(SCHEMA_VERSION_KEY);
    match version.and_then(|version| version.parse::<u32>().ok()) {
        None => return Err(foreign(format!("it has no property {SCHEMA_VERSION_KEY}"))),
        Some(version) if version > SCHEMA_VERSION => {
            return Err(foreign(format!("its columns are of version {version}")));
        }
        Some(_) => {}
    }
    let reader = state.protocol().min_reader_version();
    if reader > 1 {
        return Err(foreign(format!("it asks for reader version {reader}")));
    }
    Ok(())
}
