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
/// What waits to be sealed at most: two pieces of a large tenant, and more of many small ones.
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
    /// Frames are sealed when the first of them has waited so long, µs ...
    pub age_us: i64,
    /// ... and before, when the journal takes so much and waits for that.
    pub journal_bytes: u64,
    /// When what waits is sealed at the latest, µs since 1970.
    pub due_us: Option<i64>,
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
        loop {
            match self.follower.next(IDLE_WAIT).map_err(failed("the journal cannot be read"))? {
                Next::Block(block) => {
                    if self.sealer.is_of_another_day(&block.batches) && !self.seal_in_the_end() {
                        return Ok(());
                    }
                    self.sealer.add(block.batches, *block.seqs.end());
                }
                // The working thread tells of it.
                Next::Damage(damage) => self.sealer.add_lost(damage.seqs),
                Next::Idle => {}
                Next::End => break,
            }
            if self.is_due() && !self.seal_in_the_end() {
                return Ok(());
            }
            self.expire();
        }
        self.seal();
        Ok(())
    }

    /// True when something waits, and has waited for long enough.
    fn is_due(&mut self) -> bool {
        if self.sealer.next_seq() == self.sealer.sealed_upto() + 1 {
            return false;
        }
        let now_us = self.clock.now_us();
        let due_us = *self.due_us.get_or_insert(now_us.saturating_add(self.age_us));
        now_us >= due_us || self.sealer.pending_bytes() >= STEP_BYTES || self.keeps_the_journal()
    }

    /// True when the journal could make room if more were sealed.
    fn keeps_the_journal(&self) -> bool {
        let JournalBook { used_bytes, done_upto, sealed_upto, .. } = &*self.journal;
        used_bytes.load(Ordering::Relaxed) >= self.journal_bytes
            && sealed_upto.load(Ordering::Relaxed) < done_upto.load(Ordering::Relaxed)
    }

    /// Seals what waits, as often as it takes. False when the service ended first: what is left is in the journal, and comes again with
    /// the next start.
    fn seal_in_the_end(&mut self) -> bool {
        while !self.seal() {
            // What is past its retention may be the room that is lacking.
            self.expire();
            if self.follower.is_ending() {
                return false;
            }
            self.runtime.block_on(async { tokio::time::sleep(RETRY_INTERVAL).await });
        }
        true
    }

    /// Seals what waits. False when that failed.
    fn seal(&mut self) -> bool {
        let records_before = self.sealer.head().record.number;
        if let Err(error) = self.sealer.seal(self.clock.now_us()) {
            self.book.failures.fetch_add(1, Ordering::Relaxed);
            tracing::error!(error = &error as &dyn std::error::Error, "cannot seal originals, trying again");
            return false;
        }
        self.due_us = None;
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use schema::{Frame, FrameBatch, Origin, StreamContext};
    use storage::seal::Signer;

    use super::super::feed::Feed;
    use super::*;

    const DAY_US: i64 = 86_400_000_000;

    fn batch(seq: u64) -> FrameBatch {
        let origin = Origin { collector: "sede".into(), source: "rete".into(), tenant: "default".into() };
        let frames = vec![Frame { start: 0, end: 4, seq, sub: 0 }];
        FrameBatch::new(Arc::new(origin), 0, StreamContext::default(), "riga".to_owned(), frames, Vec::new())
    }

    #[test]
    fn what_waits_is_sealed_before_its_time_when_the_journal_needs_the_room() {
        let folder = tempfile::tempdir().unwrap();
        let disk = |name: &str| Folder::at(&folder.path().join(name)).unwrap();
        let signer = Signer::open(&folder.path().join("keys"), false).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let journal = Arc::<JournalBook>::default();
        journal.sealed_upto.store(0, Ordering::Relaxed);
        let mut sealing = Sealing {
            follower: Follower::new(Feed::new(0), disk("journal"), 1),
            sealer: Sealer::open(disk("originals"), signer, "sede", 1, 0).unwrap().0,
            age_us: DAY_US,
            journal_bytes: 1_000,
            due_us: None,
            expiries: mpsc::channel().1,
            runtime: runtime.handle().clone(),
            clock: Arc::default(),
            journal: Arc::clone(&journal),
            book: Arc::default(),
        };
        let set = |bytes, done_upto| {
            journal.used_bytes.store(bytes, Ordering::Relaxed);
            journal.done_upto.store(done_upto, Ordering::Relaxed);
        };
        set(1_000, 1);
        assert!(!sealing.is_due(), "nothing waits");
        sealing.sealer.add([batch(1)], 1);
        assert!(sealing.is_due());
        set(999, 1);
        assert!(!sealing.is_due(), "the journal has room");
        set(1_000, 0);
        assert!(!sealing.is_due(), "the journal waits for others");
        set(1_000, 1);
        assert!(sealing.seal() && !sealing.is_due());
        assert_eq!(journal.forgettable_upto(), 1);
    }
}
