//! The journal's thread: deliveries in, one sync for many of them, then the answers.
//!
//! Promises: no delivery is answered `stored` before the sync that made it durable; a delivery that the journal does not
//! take is refused, never dropped in silence; what becomes durable is handed on in order; a journal that was full takes
//! deliveries again as soon as it has room, whether anybody sends or not. Must not know: sources, events.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ingest::{Deliveries, Delivery, Positions, Receipt, Refused};
use schema::FrameBatch;
use storage::kill_point;
use storage::{Folder, Journal};
use tokio::runtime::Runtime;
use tokio::time::{Instant, timeout, timeout_at};

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
#[derive(Debug)]
pub struct JournalBook {
    /// Syncs that succeeded.
    pub syncs: AtomicU64,
    /// Appends and syncs that failed.
    pub failures: AtomicU64,
    /// Bytes of all segments.
    pub used_bytes: AtomicU64,
    /// Every seq up to here has been worked on for good.
    pub done_upto: AtomicU64,
    /// Every seq up to here is sealed; where nobody seals, nothing waits for it.
    pub sealed_upto: AtomicU64,
    /// Frames that were lost by the disks of nodes which forward to this one.
    pub lost_below: AtomicU64,
}

impl Default for JournalBook {
    fn default() -> JournalBook {
        let zero = AtomicU64::default;
        JournalBook {
            syncs: zero(),
            failures: zero(),
            used_bytes: zero(),
            done_upto: zero(),
            sealed_upto: AtomicU64::new(u64::MAX),
            lost_below: zero(),
        }
    }
}

impl JournalBook {
    /// Every seq up to here may be forgotten.
    pub fn forgettable_upto(&self) -> u64 {
        self.done_upto.load(Ordering::Relaxed).min(self.sealed_upto.load(Ordering::Relaxed))
    }
}

/// The journal's thread's own.
pub struct Journalling {
    journal: Journal<Folder>,
    deliveries: Deliveries,
    policy: SyncPolicy,
    /// One a follower.
    feeds: Vec<Feed>,
    positions: Positions,
    book: Arc<JournalBook>,
    /// The last write failed: who can send again is refused.
    is_full: bool,
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
        feeds: Vec<Feed>,
        positions: Positions,
        book: Arc<JournalBook>,
    ) -> std::io::Result<Journalling> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        Ok(Journalling { journal, deliveries, policy, feeds, positions, book, is_full: false, runtime })
    }

    /// Stores until every way into the deliveries is closed and all of them are answered.
    pub fn run(mut self) {
        while let Some(group) = self.gather() {
            let mut group = self.in_sequence(group);
            while !group.batches.is_empty() {
                group = match self.store(group) {
                    Ok(()) => break,
                    Err(refused) => refused,
                };
                // A timer is made inside the runtime, or not at all.
                self.runtime.block_on(async { tokio::time::sleep(RETRY_INTERVAL).await });
                self.release();
            }
            self.release();
        }
        if let Err(error) = self.journal.mark() {
            self.failed("mark the end of", &error);
        }
        self.feeds.iter().for_each(Feed::close);
    }

    /// The first delivery of the next sync; none when no more can come.
    fn first(&mut self) -> Option<Delivery> {
        while self.is_full {
            let Journalling { deliveries, runtime, .. } = &mut *self;
            let next = runtime.block_on(async { timeout(RETRY_INTERVAL, deliveries.next()).await });
            if let Ok(delivery) = next {
                return delivery;
            }
            self.release();
            self.set_full(!self.journal.has_room());
        }
        self.runtime.block_on(self.deliveries.next())
    }

    /// The deliveries of the next sync; none when no more can come.
    fn gather(&mut self) -> Option<Group> {
        let first = self.first()?;
        let Journalling { deliveries, policy, runtime, .. } = self;
        runtime.block_on(async {
            let mut group = Group::default();
            group.add(first);
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

    /// Refuses what another node has sent and does not follow what is durable here of its journal: it may be here already, or
    /// what it follows was refused. The node begins again behind what is here.
    fn in_sequence(&self, group: Group) -> Group {
        let mut upto = HashMap::new();
        let mut kept = Group::default();
        for (frames, receipt) in group.batches.into_iter().zip(group.receipts) {
            if let Some(forwarded) = &frames.forwarded {
                let journal = forwarded.journal;
                let upto = upto.entry(journal).or_insert_with(|| self.positions.of(journal));
                if *upto != forwarded.after {
                    receipt.refuse(Refused::Sequence);
                    continue;
                }
                *upto = forwarded.upto;
            }
            kept.add(Delivery { frames, receipt });
        }
        self.note_losses(&kept.batches);
        kept
    }

    /// Tells what the disks of other nodes have lost of these frames, before they are numbered anew.
    fn note_losses(&self, batches: &[FrameBatch]) {
        for batch in batches {
            let Some((forwarded, first)) = batch.forwarded.as_ref().zip(batch.frames().first()) else {
                continue;
            };
            let lost = first.seq.saturating_sub(forwarded.after).saturating_sub(1);
            if lost > 0 {
                self.book.lost_below.fetch_add(lost, Ordering::Relaxed);
                tracing::error!(
                    collector = &*batch.origin.collector,
                    lost,
                    "a node that forwards to this one has lost frames"
                );
            }
        }
    }

    /// Writes and syncs a group, and answers all of it. What could not be written and nobody sends again comes back.
    fn store(&mut self, mut group: Group) -> Result<(), Group> {
        let stored = self.journal.append(&mut group.batches).and_then(|()| {
            kill_point::pass("journal.written");
            self.journal.sync()
        });
        self.book.used_bytes.store(self.journal.used_bytes(), Ordering::Relaxed);
        self.set_full(stored.is_err());
        if let Err(error) = stored {
            self.feeds.iter().for_each(Feed::void);
            self.failed("write", &error);
            return Err(group.refuse_awaited());
        }
        kill_point::pass("journal.synced");
        self.book.syncs.fetch_add(1, Ordering::Relaxed);
        for forwarded in group.batches.iter().filter_map(|batch| batch.forwarded.as_ref()) {
            self.positions.set(forwarded.journal, forwarded.upto);
        }
        let seqs: Vec<_> = group.batches.iter().map(seqs_of).collect();
        // Before the answer: who has it may count on the worker's finding the frames.
        if let Some(block) = Block::of(group.batches) {
            self.feeds.iter().for_each(|feed| feed.push(block.clone()));
        }
        for (seqs, receipt) in seqs.into_iter().zip(group.receipts) {
            if let Some(seqs) = seqs {
                receipt.stored(seqs);
            }
        }
        kill_point::pass("journal.answered");
        Ok(())
    }

    fn set_full(&mut self, is_full: bool) {
        self.is_full = is_full;
        self.deliveries.set_full(is_full);
    }

    /// Lets go of what has been worked on for good.
    fn release(&mut self) {
        if let Err(error) = self.journal.release(self.book.forgettable_upto()) {
            self.failed("remove a segment of", &error);
        }
        self.book.used_bytes.store(self.journal.used_bytes(), Ordering::Relaxed);
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use schema::{Forwarded, Frame, Origin, Reading, StreamContext};
    use storage::journal::{Read, Reader};

    use super::*;

    const JOURNAL: u64 = 77;

    /// Frames of another node's journal.
    fn forwarded(after: u64, seqs: RangeInclusive<u64>) -> FrameBatch {
        let frame = |seq| Frame { start: 0, end: 4, seq, sub: 0 };
        let origin = Origin { collector: "comune-a".into(), source: "rete".into(), tenant: "default".into() };
        let forwarded = Forwarded {
            journal: JOURNAL,
            after,
            upto: *seqs.end(),
            first_seq: *seqs.start(),
            arrived_us: 9,
            via: "comuni".into(),
            reading: Reading { format: "auto".into(), zone: "Europe/Rome".into() },
        };
        let frames = seqs.map(frame).collect();
        let context = StreamContext::default();
        let mut batch = FrameBatch::new(Arc::new(origin), 5, context, "riga".to_owned(), frames, Vec::new());
        batch.forwarded = Some(Arc::new(forwarded));
        batch
    }

    /// What a journal that is opened anew answers to each, how far the other one is here then, and what that one has lost.
    fn store(
        folder: &Folder,
        batches: Vec<FrameBatch>,
    ) -> (Vec<Result<RangeInclusive<u64>, Refused>>, u64, u64) {
        let (journal, _) = Journal::open(folder.clone(), "sede", storage::Settings::default()).unwrap();
        let (positions, book) = (Positions::new(journal.passed()), Arc::<JournalBook>::default());
        let (intake, deliveries) = ingest::intake(1 << 20);
        let policy = SyncPolicy { bytes: 1 << 20, interval: Duration::from_millis(1) };
        let feed = Feed::new(journal.durable_upto());
        let journalling =
            Journalling::new(journal, deliveries, policy, vec![feed], positions.clone(), Arc::clone(&book))
                .unwrap();
        let thread = std::thread::spawn(move || journalling.run());
        let source = Arc::<ingest::Book>::default();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let answers = runtime.block_on(async {
            let (mut under_way, mut answers) = (Vec::new(), Vec::new());
            for batch in batches {
                under_way.push(intake.hand_over(batch, &source).await.unwrap());
            }
            for answer in under_way {
                answers.push(answer.seqs().await);
            }
            answers
        });
        drop(intake);
        thread.join().unwrap();
        assert_eq!(source.page().under_way(), 0, "the book closes");
        (answers, positions.of(JOURNAL), book.lost_below.load(Ordering::Relaxed))
    }

    #[test]
    fn frames_of_another_node_are_stored_once_and_in_sequence_also_over_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let folder = Folder::at(folder.path()).unwrap();
        assert_eq!(store(&folder, vec![forwarded(0, 1..=3)]), (vec![Ok(1..=3)], 3, 0));
        // The node did not hear of it, sends again, and goes on; a part of what follows was refused.
        let again = vec![forwarded(0, 1..=3), forwarded(3, 4..=5), forwarded(9, 10..=11)];
        let answers = vec![Err(Refused::Sequence), Ok(4..=5), Err(Refused::Sequence)];
        assert_eq!(store(&folder, again), (answers, 5, 0));
        // What its disk has lost is told, and is waited for no longer.
        assert_eq!(store(&folder, vec![forwarded(5, 8..=8)]), (vec![Ok(6..=6)], 8, 2));

        let mut seqs = Vec::new();
        for read in Reader::open(folder, 1).unwrap() {
            let Ok(Read::Block(batches)) = read else { panic!("{read:?}") };
            for batch in &batches {
                let own = |frame: &Frame| frame.seq.wrapping_add_signed(batch.seq_shift());
                seqs.extend(batch.frames().iter().map(|frame| (frame.seq, own(frame))));
            }
        }
        assert_eq!(seqs, [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 8)], "each has both numbers");
    }

    const BUDGET_BYTES: u64 = 64 << 10;

    /// A frame that no compression makes smaller.
    fn frame(number: u64) -> FrameBatch {
        let mut state = number + 1;
        let text: String = (0..4_000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                char::from(b' ' + (state >> 58) as u8)
            })
            .collect();
        let origin = Origin { collector: "prova".into(), source: "rete".into(), tenant: "default".into() };
        let frames = vec![Frame { start: 0, end: text.len() as u32, seq: 0, sub: 0 }];
        FrameBatch::new(Arc::new(origin), 0, StreamContext::default(), text, frames, Vec::new())
    }

    #[test]
    fn a_full_journal_refuses_who_can_send_again_and_finds_room_without_being_asked() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Folder::at(&folder.path().join("journal")).unwrap();
        let (journal, _) = Journal::open(disk, "prova", storage::Settings::within(BUDGET_BYTES)).unwrap();
        let positions = Positions::new(journal.passed());
        let (way_in, deliveries) = ingest::intake(1 << 20);
        let (feed, journal_book) = (Feed::new(0), Arc::<JournalBook>::default());
        let policy = SyncPolicy { bytes: 1, interval: Duration::ZERO };
        let journalling = Journalling::new(
            journal,
            deliveries,
            policy,
            vec![feed.clone()],
            positions,
            Arc::clone(&journal_book),
        )
        .unwrap();
        let (ended, has_ended) = mpsc::channel();
        std::thread::spawn(move || {
            journalling.run();
            ended.send(()).unwrap();
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let book = Arc::<ingest::Book>::default();
        let (mut acknowledged, mut refusals) = (0, 0);
        runtime.block_on(async {
            // Three times over: full, worked on, full again.
            for _ in 0..3 {
                let full = loop {
                    match way_in.store(frame(acknowledged), &book).await {
                        Ok(seqs) => acknowledged = *seqs.end(),
                        Err(refused) => break refused,
                    }
                };
                assert_eq!(full, Refused::Full);
                assert!(journal_book.used_bytes.load(Ordering::Relaxed) <= BUDGET_BYTES);
                refusals += 1;
                journal_book.done_upto.store(acknowledged, Ordering::Relaxed);
                // Who is refused never reaches the journal: it must find out by itself.
                let before = acknowledged;
                while acknowledged == before {
                    match way_in.store(frame(acknowledged), &book).await {
                        Ok(seqs) => acknowledged = *seqs.end(),
                        Err(_) => refusals += 1,
                    }
                    tokio::task::yield_now().await;
                }
            }
        });
        let page = book.page();
        assert_eq!((page.stored, page.refused_total()), (acknowledged, refusals));
        assert_eq!((page.under_way(), feed.durable_upto()), (0, acknowledged));
        drop(way_in);
        has_ended.recv().unwrap();
    }
}
