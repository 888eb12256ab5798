//! The lake: one Delta table `events`, and the events that wait for its next commit.
//!
//! ```text
//! append ─► fresh (queryable at once) ─► flush: sort, Parquet, one Delta commit with (collector, upto_seq)
//! ```
//!
//! A [`Lake`] is one table; [`LakeWriter`] is one collector's way into it. Both are cheap to clone and may be used from
//! several threads. `append` only takes a lock for a moment: call it where batches leave the parsers, in seq order. `flush`
//! is asynchronous, but sorts and encodes on the thread that polls it: give it a thread of its own, with `Handle::block_on`
//! of a multi-threaded tokio runtime.
//!
//! Promises: a commit holds exactly the frames (a, b] of its collector and carries the Delta application transaction
//! (collector, b), so that each frame is in the table once whatever fails; what was appended is queryable at once and counted
//! once; what [`LakeWriter::committed_upto`] names has been synced to the disk. The table has reader version 1: whoever reads
//! Delta reads it. Must not know: formats, rules, the journal.

mod retention;

pub use retention::{Retention, RetentionOf, standard};

/// What a lake may use, and when it writes.
#[derive(Clone)]
pub struct LakeSettings {
    /// A flush is due at so many waiting rows.
    pub flush_rows: usize,
    /// A flush is due at so many bytes that waiting rows keep in memory.
    pub flush_bytes: u64,
    /// A flush is due when the oldest waiting row has waited so long.
    pub flush_age_ms: u64,
    /// [`LakeWriter::append`] refuses what would bring the waiting rows over this many bytes, until a flush makes room.
    pub pending_bytes_max: u64,
    /// Rows of a Parquet row group at most.
    pub row_group_rows: usize,
    /// Size that compaction brings files to.
    pub file_bytes: u64,
    /// A checkpoint of the log is written every so many commits. Of a new table only.
    pub checkpoint_commits: u64,
    /// Chooses how long an event is kept.
    pub retention: RetentionOf,
}

impl Default for LakeSettings {
    fn default() -> LakeSettings {
        LakeSettings {
            flush_rows: 256 << 10,
            flush_bytes: 128 << 20,
            flush_age_ms: 5_000,
            pending_bytes_max: 384 << 20,
            row_group_rows: 128 << 10,
            file_bytes: 128 << 20,
            checkpoint_commits: 50,
            retention: standard(),
        }
    }
}

// The API to come, as it will be called:
//
// impl Lake {
//     /// Opens the table at a folder's path or a URL (`file:///`, `memory:///`), made when it is not there.
//     pub async fn open(location: &str, settings: LakeSettings) -> Result<Lake, Error>;
//     /// The same over a store of the caller's: its root is the root of `url`'s file system.
//     pub async fn open_with_store(store: Arc<dyn ObjectStore>, url: Url, settings: LakeSettings) -> Result<Lake, Error>;
//     /// One collector's way in; knows what is committed already. One live writer a collector and lake.
//     pub async fn writer(&self, collector: &str) -> Result<LakeWriter, Error>;
//     /// The last seq of the collector that is in the table, 0 when none is: where to replay the journal from.
//     pub async fn committed_upto(&self, collector: &str) -> Result<u64, Error>;
//     /// The table `events` for `SessionContext::register_table`: every scan takes one snapshot and adds what is fresh.
//     pub fn events(&self) -> Arc<dyn TableProvider>;
//     /// Joins small files of a partition. / Drops files of days gone by. / Removes files that no version needs.
//     pub async fn compact(&self) -> Result<Compacted, Error>;
//     pub async fn expire(&self, today: i32, days_kept: impl Fn(Retention) -> Option<u32>) -> Result<Expired, Error>;
//     pub async fn vacuum(&self, keep: Duration) -> Result<usize, Error>;
//     pub async fn stats(&self) -> Result<LakeStats, Error>;
// }
//
// impl LakeWriter {
//     /// Gathers events that stand for the frames up to `upto_seq` (all of them: frames without events count too). What is
//     /// committed or appended already is dropped, so that replaying is safe. `Error::LakeFull` over `pending_bytes_max`.
//     pub fn append(&self, batches: Vec<EventBatch>, upto_seq: u64, now_us: i64) -> Result<(), Error>;
//     /// True when rows, bytes or age say so.
//     pub fn is_due(&self, now_us: i64) -> bool;
//     /// Commits all that was appended; None when there was nothing. After an error everything is still fresh: call again.
//     pub async fn flush(&self) -> Result<Option<Committed>, Error>;
//     /// Every frame up to here is in the table, durably: the journal may release it.
//     pub fn committed_upto(&self) -> u64;
// }
