//! What can go wrong with what is kept, each with its place.

use std::io;

/// Errors of storage. Damage is not one: it is a finding, and reading goes on behind it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused.
    #[error("{action} {file}: {source}")]
    Disk {
        /// What was being done: `write`, `sync` ...
        action: &'static str,
        /// File name within the journal's folder.
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
    /// A segment of another program, or of a later version.
    #[error("{file} is not a segment that this version reads: {reason}")]
    Foreign {
        /// File name within the journal's folder.
        file: String,
        /// What is not as it must be.
        reason: &'static str,
    },
}

impl Error {
    pub(crate) fn disk(action: &'static str, file: &str) -> impl FnOnce(io::Error) -> Error {
        let file = file.to_owned();
        move |source| Error::Disk { action, file, source }
    }
}
