//! How many files and connections this process may have open, and how many of them senders may take.
//!
//! Promises: connections leave enough for journal, lake and queries, whatever the system allows.

use ingest::CONNECTIONS_MAX;
use rlimit::Resource;

/// Kept for journal, lake, queries and deliveries.
const RESERVED: u64 = 256;
/// What one listener has at least.
const CONNECTIONS_LEAST: usize = 16;

/// Raises what is allowed to what may be allowed, and answers it.
pub fn raise() -> u64 {
    let Ok((soft, hard)) = Resource::NOFILE.get() else { return 0 };
    match Resource::NOFILE.set(hard, hard) {
        Ok(()) => hard,
        Err(error) => {
            tracing::warn!(%error, soft, hard, "the limit of open files stays as it is");
            soft
        }
    }
}

/// Connections of each of so many listeners, when so many files may be open.
pub fn connections_max(files: u64, listeners: usize) -> usize {
    let left = usize::try_from(files.saturating_sub(RESERVED)).unwrap_or(usize::MAX);
    (left / listeners.max(1)).clamp(CONNECTIONS_LEAST, CONNECTIONS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_allowed_is_raised_as_far_as_it_goes() {
        let files = raise();
        assert_eq!(Resource::NOFILE.get().unwrap(), (files, files));
    }

    #[test]
    fn listeners_share_what_is_left_beside_the_services_own_files() {
        assert_eq!(connections_max(1_000_000, 3), CONNECTIONS_MAX);
        assert_eq!(connections_max(1_256, 5), 200);
        assert_eq!(connections_max(100, 5), CONNECTIONS_LEAST);
    }
}
