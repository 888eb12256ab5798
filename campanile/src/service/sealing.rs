//! The sealing thread: durable frames into the originals, beside everything else.
//!
//! Promises: nothing waits for it but the journal, which forgets no frame that is not sealed; what could not be sealed is tried
//! again; memory is bounded however far it is behind. Must not know: events, what a frame means.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use ingest::ReceiveClock;
use storage::Folder;
use storage::lake::Retention;
use storage::seal::Sealer;
use tokio::runtime::Handle;

use super::feed::{Follower, Next};
use super::journalling::JournalBook;
use crate::exit::{Result, failed};

/// How long the thread sleeps at most when nothing comes.
const IDLE_WAIT: Duration = Duration::from_millis(100);
/// How soon what the disk did not take is tried again.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);
/// Frames that wait to be sealed at most: several pieces of a large tenant, and more than a few of many small ones.
const STEP_BYTES: usize = 32 << 20;

/// What the sealing thread counts.
#[derive(Debug, Default)]
pub struct SealBook {
    /// Every seq up to here is sealed.
    pub sealed_upto: AtomicU64,
    /// Records that were written.
    pub records: AtomicU64,
    /// Steps that failed, and were or will be tried again.
    pub failures: AtomicU64,
    /// Bytes of frames that were sealed.
    pub text_bytes: AtomicU64,
    /// Bytes that they take.
    pub stored_bytes: AtomicU64,
}

/// The sealing thread's own.
pub struct Sealing {
    /// Where frames come from.
    pub follower: Follower,
    /// Where they go.
    pub sealer: Sealer<Folder>,
    /// Frames are sealed when the first of them has waited so long, µs.
    pub age_us: i64,
    /// Days, since 1970 UTC, on which what is past its retention is to be destroyed.
    pub expiries: Receiver<i32>,
    /// Runs the waits.
    pub runtime: Handle,
    /// What time it is.
    pub clock: Arc<ReceiveClock>,
    /// Where the journal reads how far it may forget.
    pub journal: Arc<JournalBook>,
    /// What is counted.
    pub book: Arc<SealBook>,
}

impl Sealing {
    /// Seals until the journal ends, and then the rest.
    pub fn run(mut self) -> Result<()> {
        let mut due_us = None;
        loop {
            match self.follower.next(IDLE_WAIT).map_err(failed("the journal cannot be read"))? {
                Next::Block(block) => self.sealer.add(block.batches, *block.seqs.end()),
                // The working thread tells of it.
                Next::Damage(damage) => self.sealer.add_lost(damage.seqs),
                Next::Idle => {}
                Next::End => break,
            }
            if self.waits() {
                let now_us = self.clock.now_us();
                let due_us = *due_us.get_or_insert(now_us.saturating_add(self.age_us));
                if now_us < due_us && self.sealer.pending_bytes() < STEP_BYTES {
                    continue;
                }
                while !self.seal() {
                    // What is past its retention may be the room that is lacking.
                    self.expire();
                    if self.follower.is_ending() {
                        // What is left is in the journal, and comes again with the next start.
                        return Ok(());
                    }
                    self.runtime.block_on(async { tokio::time::sleep(RETRY_INTERVAL).await });
                }
            }
            due_us = None;
            self.expire();
        }
        self.seal();
        Ok(())
    }

    fn waits(&self) -> bool {
        self.sealer.next_seq() > self.sealer.sealed_upto() + 1
    }

    /// Seals what waits. False when that failed.
    fn seal(&mut self) -> bool {
        let records_before = self.sealer.head().record.number;
        if let Err(error) = self.sealer.seal(self.clock.now_us()) {
            self.book.failures.fetch_add(1, Ordering::Relaxed);
            tracing::error!(error = &error as &dyn std::error::Error, "cannot seal originals, trying again");
            return false;
        }
        let record = &self.sealer.head().record;
        if record.number > records_before {
            self.book.records.fetch_add(1, Ordering::Relaxed);
            let text_bytes = record.pieces.iter().map(|piece| piece.text_bytes).sum();
            let stored_bytes = record.pieces.iter().map(|piece| piece.bytes).sum();
            self.book.text_bytes.fetch_add(text_bytes, Ordering::Relaxed);
            self.book.stored_bytes.fetch_add(stored_bytes, Ordering::Relaxed);
            self.book.sealed_upto.store(record.last_seq, Ordering::Relaxed);
            self.journal.sealed_upto.store(record.last_seq, Ordering::Relaxed);
        }
        true
    }

    /// Destroys what is past its retention, when that was asked for.
    fn expire(&mut self) {
        let Some(today) = self.expiries.try_iter().last() else { return };
        let days_kept = |class: Retention| Some(class.days());
        if let Err(error) = self.sealer.expire(today, self.clock.now_us(), days_kept) {
            tracing::warn!(error = &error as &dyn std::error::Error, "no originals are expired this time");
        }
    }
}
