//! What can go wrong with what is kept, each with its place.

use std::io;
use std::sync::Arc;

use arrow::error::ArrowError;
use deltalake::{DeltaTableError, ObjectStoreError};
use parquet::errors::ParquetError;

/// Errors of storage. Damage is not one: it is a finding, and reading goes on behind it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused.
    #[error("{action} {file}: {source}")]
    Disk {
        /// What was being done: `write`, `sync` ...
        action: &'static str,
        /// File name within its folder.
        file: String,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The journal has reached its disk budget: nothing is written until segments are released.
    #[error("the journal holds {used_bytes} bytes, its budget is {budget_bytes} less a reserve")]
    Full {
        /// Bytes of all segments.
        used_bytes: u64,
        /// `journal.disk_budget`.
        budget_bytes: u64,
    },
    /// One call carried more than a block can hold.
    #[error("a block of {bytes} bytes is over the limit of {max_bytes}")]
    TooLarge {
        /// Bytes of the block's body before compression.
        bytes: u64,
        /// The limit.
        max_bytes: u64,
    },
    /// A file of another program, or of a later version.
    #[error("{file} is not a file that this version reads: {reason}")]
    Foreign {
        /// File name within its folder.
        file: String,
        /// What is not as it must be.
        reason: &'static str,
    },
    /// The state could not be read or written.
    #[error("{action} {file}: {source}")]
    State {
        /// What was being done: `open`, `write` ...
        action: &'static str,
        /// File name within its folder.
        file: String,
        /// What SQLite said.
        #[source]
        source: Arc<rusqlite::Error>,
    },
    /// The thread that writes the state is no more.
    #[error("the state takes no changes any more")]
    StateEnded,
    /// Originals are there, and what they were signed with is not.
    #[error("the key with which the originals were signed is gone")]
    KeyGone,
    /// An original is not what was sealed.
    #[error("{file}, byte {offset}: {what}")]
    Changed {
        /// File name within the originals' folder.
        file: String,
        /// First byte of what is concerned.
        offset: u64,
        /// What is wrong.
        what: &'static str,
    },
    /// The table's log could not be read or written.
    #[error("{action} the lake: {source}")]
    Lake {
        /// What was being done: `open`, `commit` ...
        action: &'static str,
        /// What the table format said.
        #[source]
        source: Box<DeltaTableError>,
    },
    /// A file of the lake could not be read or written.
    #[error("{action} {file} of the lake: {source}")]
    LakeFile {
        /// What was being done.
        action: &'static str,
        /// Path within the table.
        file: String,
        /// What the store said.
        #[source]
        source: Box<ObjectStoreError>,
    },
    /// Events could not be written as Parquet, or read back.
    #[error("events as Parquet: {source}")]
    Parquet {
        /// What the format said.
        #[from]
        source: ParquetError,
    },
    /// Columns could not be put in order.
    #[error("columns of events: {source}")]
    Columns {
        /// What Arrow said.
        #[from]
        source: ArrowError,
    },
    /// A plan over the lake could not be made or run.
    #[error("reading the lake: {source}")]
    Query {
        /// What the engine said.
        #[source]
        source: Box<datafusion::error::DataFusionError>,
    },
    /// Waiting events hold all the memory they may: flush, then append again.
    #[error("events that wait for the lake hold {held_bytes} bytes, the limit is {max_bytes}")]
    LakeFull {
        /// What they would hold.
        held_bytes: u64,
        /// `pending_bytes_max`.
        max_bytes: u64,
    },
    /// Joining files would have changed the number of rows: nothing was committed.
    #[error("joined files hold {rows} rows, not {expected}")]
    LakeRows {
        /// Rows of the files before.
        expected: u64,
        /// Rows of the joined file.
        rows: u64,
    },
    /// A file that was to be replaced is no longer in the table: another has joined or dropped it. Nothing was committed.
    #[error("{file} has left the lake meanwhile")]
    LakeFileGone {
        /// Path within the table.
        file: String,
    },
    /// A day written anew would lack events that it has: nothing was committed.
    #[error("{missing} events are missing, the first is {collector}:{first}")]
    LakeEvents {
        /// Events of that collector that are missing.
        missing: u64,
        /// Who received them first.
        collector: String,
        /// The least of their seqs.
        first: u64,
    },
    /// A table that this version does not read or write.
    #[error("{location} is not a lake of this version: {reason}")]
    ForeignLake {
        /// Where the table is.
        location: String,
        /// What is not as it must be.
        reason: String,
    },
}

impl Error {
    /// True when the account may not, there is no room, or another process holds the file too long.
    pub fn is_refused_by_the_disk(&self) -> bool {
        use rusqlite::ErrorCode::{CannotOpen, DatabaseBusy, DiskFull, PermissionDenied, ReadOnly};
        let Error::State { source, .. } = self else { return false };
        matches!(
            source.sqlite_error_code(),
            Some(CannotOpen | DatabaseBusy | DiskFull | PermissionDenied | ReadOnly)
        )
    }

    pub(crate) fn disk(action: &'static str, file: &str) -> impl FnOnce(io::Error) -> Error {
        let file = file.to_owned();
        move |source| Error::Disk { action, file, source }
    }

    pub(crate) fn lake(action: &'static str) -> impl FnOnce(DeltaTableError) -> Error {
        move |source| Error::Lake { action, source: Box::new(source) }
    }

    pub(crate) fn lake_file(action: &'static str, file: &str) -> impl FnOnce(ObjectStoreError) -> Error {
        let file = file.to_owned();
        move |source| Error::LakeFile { action, file, source: Box::new(source) }
    }

    pub(crate) fn query(source: datafusion::error::DataFusionError) -> Error {
        Error::Query { source: Box::new(source) }
    }
}
