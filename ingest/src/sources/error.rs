//! What keeps a source from running.

use std::io;

/// A source that cannot start, or cannot go on. What single senders do wrong is in the book instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Its address cannot be listened on.
    #[error("cannot listen on {address}")]
    Bind {
        /// As configured.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// A socket that was open failed for good.
    #[error("cannot receive on {address}")]
    Receive {
        /// Where it listened.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// Certificates or keys that cannot be used.
    #[error("cannot use {what}: {reason}")]
    Certificate {
        /// Which of them.
        what: &'static str,
        /// Why.
        reason: String,
    },
    /// A file that cannot be read.
    #[error("cannot read {path}")]
    File {
        /// Its path.
        path: String,
        /// Why.
        source: io::Error,
    },
}
