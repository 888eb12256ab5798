//! From the journal to whoever works on its frames: what is durable, each block once, in order.
//!
//! The journal is the truth, the queue only saves reading it: when the worker is behind, blocks are left out of the
//! queue and read from the disk instead. After a start the same reading brings what the last run had not finished.
//!
//! Promises: memory is bounded however far the worker is behind; nothing is handed on before it is durable, nothing
//! twice, nothing left out but what the journal names as damage. Must not know: what is done with frames.

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use schema::FrameBatch;
use storage::Folder;
use storage::journal::{Damage, Read, Reader};

/// Frames that wait in memory; the rest waits on the disk.
const QUEUE_BYTES_MAX: usize = 32 << 20;

/// What one block of the journal holds. Clones share the texts.
#[derive(Debug, Clone)]
pub struct Block {
    /// Its frames.
    pub batches: Vec<FrameBatch>,
    /// Their seqs.
    pub seqs: RangeInclusive<u64>,
}

impl Block {
    /// None when it holds no frame.
    pub fn of(batches: Vec<FrameBatch>) -> Option<Block> {
        let seqs = || batches.iter().flat_map(FrameBatch::frames).map(|frame| frame.seq);
        let seqs = seqs().min()?..=seqs().max()?;
        Some(Block { batches, seqs })
    }

    fn bytes(&self) -> usize {
        self.batches.iter().map(|batch| batch.text().len() + size_of_val(batch.frames())).sum()
    }
}

/// What a worker gets.
#[derive(Debug)]
pub enum Next {
    /// Frames, all durable.
    Block(Block),
    /// Frames that the disk lost.
    Damage(Damage),
    /// Nothing for now.
    Idle,
    /// Nothing more, ever.
    End,
}

/// What is durable and not yet taken.
#[derive(Debug, Default)]
struct Queue {
    blocks: VecDeque<Block>,
    bytes: usize,
    durable_upto: u64,
    voided: u64,
    is_closed: bool,
}

/// The writing end. Each follower has a feed of its own.
#[derive(Debug, Clone, Default)]
pub struct Feed {
    shared: Arc<(Mutex<Queue>, Condvar)>,
}

impl Feed {
    /// The feed of a journal of which everything up to that seq is durable.
    pub fn new(durable_upto: u64) -> Feed {
        let feed = Feed::default();
        feed.lock().durable_upto = durable_upto;
        feed
    }

    /// A block has become durable.
    pub fn push(&self, block: Block) {
        let mut queue = self.lock();
        queue.durable_upto = *block.seqs.end();
        let bytes = block.bytes();
        if queue.bytes + bytes <= QUEUE_BYTES_MAX {
            queue.bytes += bytes;
            queue.blocks.push_back(block);
        }
        self.shared.1.notify_all();
    }

    /// What was written behind the last durable seq is void: other frames may get its seqs.
    pub fn void(&self) {
        self.lock().voided += 1;
    }

    /// Nothing more becomes durable.
    pub fn close(&self) {
        self.lock().is_closed = true;
        self.shared.1.notify_all();
    }

    /// True once nothing more becomes durable.
    pub fn is_closed(&self) -> bool {
        self.lock().is_closed
    }

    /// The last durable seq.
    pub fn durable_upto(&self) -> u64 {
        self.lock().durable_upto
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // A queue is whole between any two statements that hold it.
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The reading end.
pub struct Follower {
    feed: Feed,
    folder: Folder,
    reader: Option<Reader<Folder>>,
    /// How often blocks had become void when it was opened, and what was durable.
    opened_at: (u64, u64),
    /// Where the last reading of the disk began.
    read_from: Option<u64>,
    next_seq: u64,
}

impl Follower {
    /// Follows from `next_seq` on.
    pub fn new(feed: Feed, folder: Folder, next_seq: u64) -> Follower {
        Follower { feed, folder, reader: None, opened_at: (0, 0), read_from: None, next_seq }
    }

    /// The next block; waits for it up to `wait`.
    pub fn next(&mut self, wait: Duration) -> Result<Next, storage::Error> {
        loop {
            if let Some(next) = self.read()? {
                return Ok(next);
            }
            let mut queue = self.feed.lock();
            while queue.blocks.front().is_some_and(|block| *block.seqs.start() < self.next_seq) {
                queue.take();
            }
            let is_next = queue.blocks.front().is_some_and(|block| *block.seqs.start() == self.next_seq);
            if is_next && let Some(block) = queue.take() {
                self.next_seq = block.seqs.end() + 1;
                return Ok(Next::Block(block));
            }
            if queue.durable_upto >= self.next_seq {
                self.opened_at = (queue.voided, queue.durable_upto);
                let lost_before =
                    queue.blocks.front().map_or(queue.durable_upto + 1, |block| *block.seqs.start());
                drop(queue);
                if self.read_from.replace(self.next_seq) == Some(self.next_seq) {
                    // The disk was read from here on, and gave nothing.
                    return Ok(Next::Damage(self.lost(lost_before)));
                }
                self.reader = Some(Reader::open(self.folder.clone(), self.next_seq)?);
                continue;
            }
            if queue.is_closed {
                return Ok(Next::End);
            }
            let (queue, waited) =
                self.feed.shared.1.wait_timeout(queue, wait).unwrap_or_else(PoisonError::into_inner);
            if waited.timed_out() && queue.durable_upto < self.next_seq {
                return Ok(Next::Idle);
            }
        }
    }

    /// True when nothing more becomes durable: the service stops.
    pub fn is_ending(&self) -> bool {
        self.feed.lock().is_closed
    }

    /// Frames that are durable and not to be found.
    fn lost(&mut self, before: u64) -> Damage {
        let seqs = self.next_seq..before;
        self.next_seq = before;
        Damage { segment: "(none)".to_owned(), bytes: 0..0, seqs }
    }

    /// What the disk gives, as far as it is durable and the queue does not have it.
    fn read(&mut self) -> Result<Option<Next>, storage::Error> {
        while let Some(reader) = &mut self.reader {
            let (durable_upto, queued_from) = {
                let queue = self.feed.lock();
                let (voided, durable_upto) = self.opened_at;
                // Where blocks became void since, it does not know of the segment that took their place.
                let limit = if queue.voided == voided { u64::MAX } else { durable_upto };
                (queue.durable_upto.min(limit), queue.blocks.front().map(|block| *block.seqs.start()))
            };
            let is_enough = self.next_seq > durable_upto || queued_from == Some(self.next_seq);
            let read = if is_enough { None } else { reader.next().transpose()? };
            match read {
                Some(Read::Block(batches)) => {
                    let Some(block) = Block::of(batches) else { continue };
                    // What a block holds behind what is durable may be void: it is read again later.
                    if *block.seqs.end() > durable_upto {
                        self.reader = None;
                        continue;
                    }
                    if *block.seqs.end() < self.next_seq {
                        continue;
                    }
                    self.next_seq = block.seqs.end() + 1;
                    return Ok(Some(Next::Block(block)));
                }
                // The end of a segment being written is no damage.
                Some(Read::Damage(damage)) if damage.seqs.end > durable_upto + 1 => self.reader = None,
                Some(Read::Damage(damage)) => {
                    self.next_seq = self.next_seq.max(damage.seqs.end);
                    return Ok(Some(Next::Damage(damage)));
                }
                None => self.reader = None,
            }
        }
        Ok(None)
    }
}

impl Queue {
    fn take(&mut self) -> Option<Block> {
        let block = self.blocks.pop_front()?;
        self.bytes -= block.bytes();
        Some(block)
    }
}
