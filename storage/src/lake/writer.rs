//! One collector's way into the lake: gathered, sorted, written as Parquet, committed once.
//!
//! Promises: the rows of a commit are exactly those of the frames behind the collector's transaction, up to the new one;
//! after an error nothing is lost or there twice. Must not know: where frames come from.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::temporal_conversions::date32_to_datetime;
use datafusion::object_store::ObjectStoreExt;
use datafusion::object_store::path::Path;
use deltalake::kernel::{Action, Add};
use deltalake::protocol::{DeltaOperation, SaveMode};
use schema::EventBatch;
use tokio::sync::Mutex;

use super::fresh::{Load, Refused, Unit, above};
use super::parquet_file::{Encoded, encode};
use super::rows::{Part, Rows};
use super::shape::{INGEST_DAY, RETENTION};
use super::statistics;
use super::table::{RETRIES, View};
use super::{Inner, Lake};
use crate::error::Error;
use crate::kill_point;

/// Times that a flush begins anew because another committed the same collector in between.
const ATTEMPTS: usize = 5;

/// One collector's way into a lake.
#[derive(Clone)]
pub struct LakeWriter {
    lake: Arc<Inner>,
    collector: Arc<str>,
    committed_upto: Arc<AtomicU64>,
    /// Held by the flush that runs.
    flushing: Arc<Mutex<()>>,
}

/// What a flush brought into the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// Every frame up to here is in the table.
    pub upto_seq: u64,
    /// Events written.
    pub rows: usize,
    /// Files written.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

impl LakeWriter {
    pub(super) fn new(lake: &Lake, collector: Arc<str>, committed_upto: u64) -> LakeWriter {
        LakeWriter {
            lake: Arc::clone(&lake.inner),
            collector,
            committed_upto: Arc::new(AtomicU64::new(committed_upto)),
            flushing: Arc::default(),
        }
    }

    /// Takes events that stand for the frames up to `upto_seq`; frames without events count too. Appends come in seq
    /// order. What is committed or was appended before is dropped, so that the journal may be replayed from anywhere below.
    /// Answers [`Error::LakeFull`] when waiting events would hold more than `pending_bytes_max`: nothing was taken then.
    pub fn append(&self, batches: Vec<EventBatch>, upto_seq: u64, now_us: i64) -> Result<(), Error> {
        let max_bytes = self.lake.settings.pending_bytes_max;
        self.lake.fresh.append(&self.collector, batches, upto_seq, now_us, max_bytes).map_err(|refused| {
            match refused {
                Refused::Full(held_bytes) => Error::LakeFull { held_bytes, max_bytes },
                Refused::Columns(source) => Error::Columns { source },
            }
        })
    }

    /// Every frame up to here is in the table and on the disk: the journal may release it.
    pub fn committed_upto(&self) -> u64 {
        self.committed_upto.load(Ordering::Acquire)
    }

    /// How much waits for the next flush.
    pub fn waiting(&self) -> Load {
        self.lake.fresh.load(&self.collector).map(|(load, _)| load).unwrap_or_default()
    }

    /// True when rows, bytes or age of what waits say that it is time to flush.
    pub fn is_due(&self, now_us: i64) -> bool {
        let settings = &self.lake.settings;
        self.lake.fresh.load(&self.collector).is_some_and(|(load, since_us)| {
            let age_us = u64::try_from(now_us.saturating_sub(since_us)).unwrap_or(0);
            load.rows >= settings.flush_rows
                || load.bytes >= settings.flush_bytes
                || age_us / 1_000 >= settings.flush_age_ms
        })
    }

    /// Commits all that was appended before; none when nothing had to be written. After an error everything that is not in the
    /// table still waits: flush again.
    pub async fn flush(&self) -> Result<Option<Committed>, Error> {
        let _one_at_a_time = self.flushing.lock().await;
        let units = self.lake.fresh.units(&self.collector);
        let Some(upto) = units.last().map(|unit| unit.upto) else { return Ok(None) };
        let mut failed = None;
        for _ in 0..ATTEMPTS {
            let view = self.latest().await?;
            let behind = view.committed_upto(&self.collector);
            if behind >= upto {
                return Ok(None);
            }
            match self.write(&view, &units, upto).await {
                Ok(committed) => return Ok(Some(committed)),
                Err(error) => failed = Some(error),
            }
            // The commit may have been made in spite of the error, or another's may have come first.
            let found = self.latest().await?;
            if found.committed_upto(&self.collector) >= upto {
                return Ok(None);
            }
            if found.delta().version() == view.delta().version() {
                break;
            }
        }
        failed.map_or(Ok(None), Err)
    }

    /// The newest version of the table; what it holds no longer waits.
    async fn latest(&self) -> Result<Arc<View>, Error> {
        let view = self.lake.table.latest(std::slice::from_ref(&self.collector)).await?;
        self.passed(view.committed_upto(&self.collector));
        Ok(view)
    }

    fn passed(&self, committed_upto: u64) {
        self.committed_upto.fetch_max(committed_upto, Ordering::AcqRel);
        self.lake.fresh.forget(&self.collector, committed_upto);
    }

    /// Writes the rows behind the view's transaction and commits them on top of it.
    async fn write(&self, view: &View, units: &[Arc<Unit>], upto: u64) -> Result<Committed, Error> {
        let behind = view.committed_upto(&self.collector);
        let batches = units.iter().filter(|unit| unit.upto > behind).flat_map(|unit| &unit.batches);
        let batches = batches.map(|batch| above(batch.clone(), behind)).collect::<Result<Vec<_>, _>>()?;
        let rows = Rows::sorted(batches, &self.lake.settings.retention)?;
        let mut committed = Committed { upto_seq: upto, rows: 0, files: 0, bytes: 0 };
        let mut actions = Vec::with_capacity(rows.parts().len());
        for part in rows.parts() {
            let encoded = encode(&rows, &part.range, self.lake.settings.row_group_rows)?;
            committed.rows += part.range.len();
            committed.files += 1;
            committed.bytes += encoded.bytes.len() as u64;
            actions.push(Action::Add(put(&self.lake, part, upto, encoded, true).await?));
        }
        kill_point::pass("lake.files_written");
        let operation = DeltaOperation::Write {
            mode: SaveMode::Append,
            partition_by: Some(vec![INGEST_DAY.to_owned(), RETENTION.to_owned()]),
            predicate: None,
        };
        let transaction = Some((&self.collector, upto));
        self.lake.table.commit(view, actions, operation, transaction, RETRIES).await?;
        // The view with the commit is known to queries from here on.
        self.passed(upto);
        Ok(committed)
    }
}

/// Stores a file of one partition, and says what the log is to say of it.
pub(super) async fn put(
    lake: &Inner,
    part: &Part,
    number: u64,
    encoded: Encoded,
    is_new_data: bool,
) -> Result<Add, Error> {
    let day = date32_to_datetime(part.day).map(|day| day.format("%Y-%m-%d").to_string());
    // Names are never used twice: what a lost attempt left behind is another file.
    let salt = RandomState::new().hash_one(number);
    let path = format!(
        "{INGEST_DAY}={}/{RETENTION}={}/{number:020}-{salt:016x}.parquet",
        day.as_deref().unwrap_or_default(),
        part.retention.name()
    );
    let size = encoded.bytes.len() as i64;
    let stats = statistics::of(&encoded.metadata);
    let stored = lake.table.store().put(&Path::from(path.as_str()), encoded.bytes.into()).await;
    stored.map_err(Error::lake_file("write", &path))?;
    Ok(Add {
        path,
        partition_values: HashMap::from([
            (INGEST_DAY.to_owned(), day),
            (RETENTION.to_owned(), Some(part.retention.name().to_owned())),
        ]),
        size,
        modification_time: part.received_us / 1_000,
        data_change: is_new_data,
        stats: Some(stats),
        ..Add::default()
    })
}
