//! The lake's thread: a commit when one is due, and word to the journal of what it may forget.
//!
//! Promises: what could not be committed is tried again; the journal forgets nothing that is not in the lake, and nothing
//! that the detections would need after a crash.
//! Must not know: events, rules.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use ingest::ReceiveClock;
use storage::kill_point;
use storage::lake::LakeWriter;
use tokio::runtime::Handle;

use super::journalling::JournalBook;
use super::processing::WorkBook;

/// How often the thread looks whether a commit is due.
const LOOK_INTERVAL: Duration = Duration::from_millis(50);
/// A commit that failed is tried again after so long: each attempt writes its files anew.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);
/// Attempts at the last commit.
const LAST_ATTEMPTS_MAX: usize = 5;

/// What the lake's thread counts.
#[derive(Debug, Default)]
pub struct CommitBook {
    /// Commits that succeeded.
    pub commits: AtomicU64,
    /// Commits that failed, and were or will be tried again.
    pub failures: AtomicU64,
}

/// The lake's thread's own.
pub struct Committing {
    /// What is committed.
    pub lake: LakeWriter,
    /// Runs the commits.
    pub runtime: Handle,
    /// What time it is.
    pub clock: Arc<ReceiveClock>,
    /// How far windows are saved.
    pub work: Arc<WorkBook>,
    /// Where the journal reads how far it may forget.
    pub journal: Arc<JournalBook>,
    /// What is counted.
    pub book: Arc<CommitBook>,
}

impl Committing {
    /// Commits until `stop` is closed, and then the rest.
    pub fn run(self, stop: &Receiver<()>) {
        let mut wait = LOOK_INTERVAL;
        while matches!(stop.recv_timeout(wait), Err(RecvTimeoutError::Timeout)) {
            let is_done = !self.lake.is_due(self.clock.now_us()) || self.commit();
            wait = if is_done { LOOK_INTERVAL } else { RETRY_INTERVAL };
        }
        // What is left is in the journal, and comes again with the next start.
        let _committed = (0..LAST_ATTEMPTS_MAX).any(|_| self.commit());
    }

    /// Commits what waits. False when that failed.
    fn commit(&self) -> bool {
        kill_point::pass("lake.due");
        match self.runtime.block_on(self.lake.flush()) {
            Ok(committed) => {
                kill_point::pass("lake.committed");
                self.book.commits.fetch_add(u64::from(committed.is_some()), Ordering::Relaxed);
                let done_upto = self.lake.committed_upto().min(self.work.saved_upto.load(Ordering::Relaxed));
                self.journal.done_upto.fetch_max(done_upto, Ordering::Relaxed);
                true
            }
            Err(error) => {
                self.book.failures.fetch_add(1, Ordering::Relaxed);
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "cannot commit to the lake, trying again"
                );
                false
            }
        }
    }
}
