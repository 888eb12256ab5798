//! The journal's thread: deliveries in, one sync for many of them, then the answers.
//!
//! Promises: no delivery is answered `stored` before the sync that made it durable; a delivery that the journal does not
//! take is refused, never dropped in silence; what becomes durable is handed on in order. Must not know: sources, events.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ingest::{Deliveries, Delivery, Receipt, Refused};
use schema::FrameBatch;
use storage::kill_point;
use storage::{Folder, Journal};
use tokio::runtime::Runtime;
use tokio::time::{Instant, timeout_at};

use super::feed::{Block, Feed};

/// How soon a write that failed is tried again.
const RETRY_INTERVAL: Duration = Duration::from_millis(100);

/// When the journal is synced, whichever comes first.
#[derive(Debug, Clone, Copy)]
pub struct SyncPolicy {
    /// After so many bytes of text.
    pub bytes: usize,
    /// After so long.
    pub interval: Duration,
}

/// What the journal's thread counts, and how far it may forget.
#[derive(Debug, Default)]
pub struct JournalBook {
    /// Syncs that succeeded.
    pub syncs: AtomicU64,
    /// Appends and syncs that failed.
    pub failures: AtomicU64,
    /// Bytes of all segments.
    pub used_bytes: AtomicU64,
    /// Every seq up to here has been worked on for good.
    pub done_upto: AtomicU64,
}

/// The journal's thread's own.
pub struct Journalling {
    journal: Journal<Folder>,
    deliveries: Deliveries,
    policy: SyncPolicy,
    feed: Feed,
    book: Arc<JournalBook>,
    /// Only for its clock.
    runtime: Runtime,
}

/// Deliveries of one sync.
#[derive(Default)]
struct Group {
    batches: Vec<FrameBatch>,
    receipts: Vec<Receipt>,
    bytes: usize,
}

impl Group {
    fn add(&mut self, delivery: Delivery) {
        self.bytes += delivery.frames.text().len();
        self.batches.push(delivery.frames);
        self.receipts.push(delivery.receipt);
    }

    /// Refuses whoever can send again, and keeps the rest.
    fn refuse_awaited(self) -> Group {
        let mut kept = Group::default();
        for (frames, receipt) in self.batches.into_iter().zip(self.receipts) {
            if receipt.is_awaited() {
                receipt.refuse(Refused::Full);
            } else {
                kept.add(Delivery { frames, receipt });
            }
        }
        kept
    }
}

impl Journalling {
    /// A journal and where its deliveries come from.
    pub fn new(
        journal: Journal<Folder>,
        deliveries: Deliveries,
        policy: SyncPolicy,
        feed: Feed,
        book: Arc<JournalBook>,
    ) -> std::io::Result<Journalling> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        Ok(Journalling { journal, deliveries, policy, feed, book, runtime })
    }

    /// Stores until every way into the deliveries is closed and all of them are answered.
    pub fn run(mut self) {
        while let Some(mut group) = self.gather() {
            while !group.batches.is_empty() {
                group = match self.store(group) {
                    Ok(()) => break,
                    Err(refused) => refused,
                };
                self.runtime.block_on(tokio::time::sleep(RETRY_INTERVAL));
                self.release();
            }
            self.release();
        }
        if let Err(error) = self.journal.mark() {
            self.failed("mark the end of", &error);
        }
        self.feed.close();
    }

    /// The deliveries of the next sync; none when no more can come.
    fn gather(&mut self) -> Option<Group> {
        let Journalling { deliveries, policy, runtime, .. } = self;
        runtime.block_on(async {
            let mut group = Group::default();
            group.add(deliveries.next().await?);
            let deadline = Instant::now() + policy.interval;
            while group.bytes < policy.bytes {
                match timeout_at(deadline, deliveries.next()).await {
                    Ok(Some(delivery)) => group.add(delivery),
                    Ok(None) | Err(_) => break,
                }
            }
            Some(group)
        })
    }

    /// Writes and syncs a group, and answers all of it. What could not be written and nobody sends again comes back.
    fn store(&mut self, mut group: Group) -> Result<(), Group> {
        let stored = self.journal.append(&mut group.batches).and_then(|()| {
            kill_point::pass("journal.written");
            self.journal.sync()
        });
        self.book.used_bytes.store(self.journal.used_bytes(), Ordering::Relaxed);
        self.deliveries.set_full(stored.is_err());
        if let Err(error) = stored {
            self.failed("write", &error);
            return Err(group.refuse_awaited());
        }
        kill_point::pass("journal.synced");
        self.book.syncs.fetch_add(1, Ordering::Relaxed);
        let seqs: Vec<_> = group.batches.iter().map(seqs_of).collect();
        // Before the answer: who has it may count on the worker's finding the frames.
        if let Some(block) = Block::of(group.batches) {
            self.feed.push(block);
        }
        for (seqs, receipt) in seqs.into_iter().zip(group.receipts) {
            if let Some(seqs) = seqs {
                receipt.stored(seqs);
            }
        }
        kill_point::pass("journal.answered");
        Ok(())
    }

    /// Lets go of what has been worked on for good.
    fn release(&mut self) {
        let done_upto = self.book.done_upto.load(Ordering::Relaxed);
        if let Err(error) = self.journal.release(done_upto) {
            self.failed("remove a segment of", &error);
        }
    }

    fn failed(&self, action: &str, error: &storage::Error) {
        self.book.failures.fetch_add(1, Ordering::Relaxed);
        tracing::error!(%error, "cannot {action} the journal");
    }
}

/// The seqs of a batch's frames; none when it holds no frame.
fn seqs_of(batch: &FrameBatch) -> Option<RangeInclusive<u64>> {
    Some(batch.frames().first()?.seq..=batch.frames().last()?.seq)
}
