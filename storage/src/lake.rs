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

mod care;
mod fields;
mod files;
mod footers;
mod fresh;
mod grams;
mod merge;
mod order;
mod parquet_file;
mod provider;
mod replace;
mod retention;
mod rewrite;
mod rows;
mod scan;
mod shape;
mod statistics;
mod stats;
mod synced;
mod table;
mod words;
mod writer;

use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::object_store::ObjectStore;
use datafusion::object_store::memory::InMemory;
use url::Url;

pub use care::{Compacted, Expired};
pub use fresh::Load;
pub use retention::{Retention, RetentionOf, standard};
pub use rewrite::{Held, Rewrite, Rewritten};
pub use stats::{ColumnSize, LakeStats};
pub use writer::{Committed, LakeWriter};

use crate::error::Error;
use fresh::Fresh;
use provider::Events;
use synced::Synced;
use table::Table;

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
            pending_bytes_max: 192 << 20,
            row_group_rows: 128 << 10,
            file_bytes: 128 << 20,
            checkpoint_commits: 50,
            retention: standard(),
        }
    }
}

/// One table of events.
#[derive(Clone)]
pub struct Lake {
    inner: Arc<Inner>,
}

/// What the parts of a lake share.
struct Inner {
    table: Table,
    fresh: Fresh,
    settings: LakeSettings,
    /// Tells tables apart where a query session names its stores.
    table_number: u64,
}

impl Lake {
    /// Opens the table at a folder's path or `file:` URL, made when it is not there. What is committed there is synced to the
    /// disk. `memory:///` is a table that is gone with this value.
    pub async fn open(location: &str, settings: LakeSettings) -> Result<Lake, Error> {
        let (store, url) = place(location)?;
        Lake::open_with_store(store, url, settings).await
    }

    /// Opens a table that is there, to ask it.
    pub async fn open_existing(location: &str) -> Result<Lake, Error> {
        let (store, url) = place(location)?;
        Ok(Lake::over(Table::existing(store, url).await?, LakeSettings::default()))
    }

    /// Opens the table at `url` over a store whose root is the root of the URL's authority.
    pub async fn open_with_store(
        store: Arc<dyn ObjectStore>,
        url: Url,
        settings: LakeSettings,
    ) -> Result<Lake, Error> {
        Ok(Lake::over(Table::open(store, url, settings.checkpoint_commits).await?, settings))
    }

    fn over(table: Table, settings: LakeSettings) -> Lake {
        let table_number = RandomState::new().hash_one(table.url());
        Lake { inner: Arc::new(Inner { table, fresh: Fresh::default(), settings, table_number }) }
    }

    /// The last seq of a collector that is in the table, 0 when none is: the journal is to be replayed from behind it.
    pub async fn committed_upto(&self, collector: &str) -> Result<u64, Error> {
        let collector: Arc<str> = collector.into();
        let view = self.inner.table.latest(std::slice::from_ref(&collector)).await?;
        Ok(view.committed_upto(&collector))
    }

    /// A collector's way into the table. One at a time for each collector; clones of it are the same one.
    pub async fn writer(&self, collector: &str) -> Result<LakeWriter, Error> {
        let committed_upto = self.committed_upto(collector).await?;
        let collector: Arc<str> = collector.into();
        self.inner.fresh.begin(&collector, committed_upto);
        Ok(LakeWriter::new(self, collector, committed_upto))
    }

    /// The table `events`, to register with a query session. Every scan sees the newest version and what waits.
    pub fn events(&self) -> Arc<dyn TableProvider> {
        Arc::new(Events { lake: Arc::clone(&self.inner) })
    }
}

/// The store and the URL of a location that a person writes.
fn place(location: &str) -> Result<(Arc<dyn ObjectStore>, Url), Error> {
    let foreign =
        |reason: &str| Error::ForeignLake { location: location.to_owned(), reason: reason.to_owned() };
    let url = match Url::parse(location) {
        Ok(url) => url,
        Err(_) => folder_url(Path::new(location)).ok_or_else(|| foreign("it is no path and no URL"))?,
    };
    match url.scheme() {
        "file" => Ok((Arc::new(Synced::default()), url)),
        "memory" => Ok((Arc::new(InMemory::new()), url)),
        _ => Err(foreign("only file: and memory: are known here")),
    }
}

/// The URL of a folder that may not be there yet.
fn folder_url(path: &Path) -> Option<Url> {
    Url::from_directory_path(std::path::absolute(path).ok()?).ok()
}
