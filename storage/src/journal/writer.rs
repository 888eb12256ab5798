//! Appending: blocks into the last segment, many under one sync.
//!
//! Promises: nothing is called durable before its sync has answered Ok; a failed sync is never tried again on the same
//! segment: what it covered is written anew into another; a full disk leaves what was written whole.
//! Must not know: threads, when to sync.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use schema::FrameBatch;

use super::block::{Block, Packer};
use super::layout::{COLLECTOR_BYTES_MAX, SEGMENT_HEADER_BYTES, SegmentHeader};
use super::passed::Passed;
use super::recovery::{self, End, Journals, Listed, Recovered};
use super::segment::SegmentName;
use crate::disk::{Disk, DiskFile};
use crate::error::Error;

/// Parts that a budget has at least: one segment is a part, so that the oldest ones can go while others are written.
const PARTS: u64 = 8;

/// What a journal may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// A segment that has reached this is followed by a new one.
    pub segment_bytes: u64,
    /// All segments together.
    pub budget_bytes: u64,
    /// Part of the budget that appending leaves alone: recovery and writing anew after a failed sync need it.
    pub reserve_bytes: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings::within(20 << 30)
    }
}

impl Settings {
    /// For that budget: a small one has small segments, because only whole ones are released.
    pub fn within(budget_bytes: u64) -> Settings {
        Settings {
            segment_bytes: (256 << 20).min(budget_bytes / PARTS),
            budget_bytes,
            reserve_bytes: (64 << 20).min(budget_bytes / PARTS),
        }
    }
}

/// A journal open for appending. One writer a folder.
pub struct Journal<D: Disk> {
    disk: D,
    settings: Settings,
    collector: Arc<str>,
    packer: Packer,
    number: u64,
    /// How far the journals of other nodes are durable here, and how far what is pending brings them.
    passed: Passed,
    passing: Passed,
    segments: VecDeque<Listed>,
    /// None before the first append, after a failed sync, and when the last segment is full.
    active: Option<Active<D::File>>,
    /// Blocks not yet durable.
    pending: Vec<Block>,
    next_seq: u64,
    durable_upto: u64,
    marked_upto: u64,
    next_number: u64,
}

struct Active<F> {
    file: F,
    name: String,
    salt: u64,
    size_bytes: u64,
}

impl<D: Disk> Journal<D> {
    /// Opens what is on the disk and says what was found. `collector` names who numbers the frames. What the last run had
    /// not synced is written anew: whatever can be read afterwards is durable.
    pub fn open(disk: D, collector: &str, settings: Settings) -> Result<(Journal<D>, Recovered), Error> {
        let mut recovered = Recovered::default();
        recovery::remove_drafts(&disk)?;
        // The last run may have died before a name was durable: what follows builds on all names that are there.
        disk.sync_folder().map_err(Error::disk("sync", "the journal's folder"))?;
        let segments = recovery::list(&disk)?;
        let End { durable_upto, next_seq, pending, journals } = match segments.last() {
            Some(last) => recovery::end(&disk, last, &mut recovered)?,
            None => End { next_seq: 1, ..End::default() },
        };
        let (number, passed) = Journals::completed(journals, &disk, &segments)?;
        let mut journal = Journal {
            next_number: segments.last().map_or(1, |last| last.name.number + 1),
            disk,
            settings,
            collector: cut(collector, COLLECTOR_BYTES_MAX).into(),
            packer: Packer::new(),
            number: number.unwrap_or_else(|| RandomState::new().hash_one(0)),
            passed,
            passing: Passed::default(),
            segments: segments.into(),
            active: None,
            pending,
            next_seq,
            durable_upto,
            marked_upto: durable_upto,
        };
        journal.sync()?;
        Ok((journal, recovered))
    }

    /// Tells this journal apart from those of other nodes, and from another one in its place. Drawn at random.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Journals of other nodes, each with the last of its seqs that is durable here.
    pub fn passed(&self) -> impl Iterator<Item = (u64, u64)> {
        self.passed.iter()
    }

    /// The seq that the next frame will get.
    pub fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// No frame before that seq is kept any more.
    pub fn first_seq(&self) -> u64 {
        let first = self.segments.front().map(|segment| segment.name.first_seq);
        first.or(self.active_first_seq()).unwrap_or(self.next_seq)
    }

    /// Every seq up to here is durable.
    pub fn durable_upto(&self) -> u64 {
        self.durable_upto
    }

    /// Bytes of all segments.
    pub fn used_bytes(&self) -> u64 {
        let active = self.active.as_ref().map_or(0, |active| active.size_bytes);
        self.segments.iter().map(|segment| segment.size_bytes).sum::<u64>() + active
    }

    /// False when the budget is used up: nothing can be appended until segments are released.
    pub fn has_room(&self) -> bool {
        self.used_bytes() + self.settings.reserve_bytes < self.settings.budget_bytes
    }

    /// Bytes written that the next sync will make durable.
    pub fn pending_bytes(&self) -> u64 {
        self.pending.iter().map(Block::bytes).sum()
    }

    /// Numbers the frames of the batches and writes them as one block, whole or not at all. They are durable when a later
    /// [`Journal::sync`] names their seqs.
    pub fn append(&mut self, batches: &mut [FrameBatch]) -> Result<(), Error> {
        let next_seq = batches.iter_mut().fold(self.next_seq, |seq, batch| batch.number_from(seq));
        let block = Block::of(&mut self.packer, batches, self.next_seq, next_seq, self.durable_upto)?;
        let used_bytes = self.used_bytes();
        let header_bytes = if self.active.is_none() { self.header_bytes() } else { 0 };
        if used_bytes + header_bytes + block.bytes() + self.settings.reserve_bytes
            > self.settings.budget_bytes
        {
            return Err(Error::Full { used_bytes, budget_bytes: self.settings.budget_bytes });
        }
        self.write(&block)?;
        self.pending.push(block);
        self.passing.extend(Passed::of(batches));
        self.next_seq = next_seq;
        Ok(())
    }

    /// Makes all that was appended durable and answers the last seq that is. After an error nothing of what was appended
    /// since the last success may be acknowledged, its seqs are void, and appending may be tried again.
    pub fn sync(&mut self) -> Result<u64, Error> {
        if self.pending.is_empty() {
            return Ok(self.durable_upto);
        }
        // The kernel may have dropped pages that it could not write: they are written again, elsewhere.
        let synced = self.sync_active().or_else(|_| {
            self.retire();
            self.begin()
        });
        self.pending.clear();
        let passing = std::mem::take(&mut self.passing);
        if let Err(error) = synced {
            self.retire();
            self.next_seq = self.durable_upto + 1;
            return Err(error);
        }
        self.durable_upto = self.next_seq - 1;
        self.passed.extend(passing);
        if self.active.as_ref().is_some_and(|active| active.size_bytes >= self.settings.segment_bytes) {
            self.retire();
        }
        Ok(self.durable_upto)
    }

    /// Gives no seq before `next_seq` any more: others hold frames under them that this journal does not know of, because it
    /// was lost or is an older one. The seqs between are left out. Only for a journal just opened: what a failed sync left behind
    /// would no longer be void.
    pub fn skip_to(&mut self, next_seq: u64) {
        debug_assert!(self.pending.is_empty(), "what is pending has seqs already");
        if next_seq > self.next_seq {
            // The next segment says where it begins.
            self.retire();
            self.next_seq = next_seq;
            self.durable_upto = next_seq - 1;
            self.marked_upto = self.durable_upto;
        }
    }

    /// Writes down, when there is nothing else to write, that all is durable: damage to the last block then shows as
    /// damage and not as a torn write. Not synced itself.
    pub fn mark(&mut self) -> Result<(), Error> {
        if !self.pending.is_empty() || self.active.is_none() || self.marked_upto == self.durable_upto {
            return Ok(());
        }
        self.write(&Block::mark(self.next_seq, Vec::new()))?;
        self.marked_upto = self.durable_upto;
        Ok(())
    }

    /// Removes the segments that hold nothing behind `upto`: the lake, detection and sealing have passed them. The last
    /// one stays.
    pub fn release(&mut self, upto: u64) -> Result<(), Error> {
        while let Some(oldest) = self.segments.front() {
            let next = self.segments.get(1).map(|next| next.name.first_seq);
            if next.or(self.active_first_seq()).is_none_or(|first_seq| first_seq > upto.saturating_add(1)) {
                break;
            }
            let name = oldest.name.to_string();
            self.disk.remove(&name).map_err(Error::disk("remove", &name))?;
            self.segments.pop_front();
        }
        Ok(())
    }

    /// What a segment that is made now begins with takes.
    fn header_bytes(&self) -> u64 {
        SEGMENT_HEADER_BYTES as u64 + self.passed.mark(self.next_seq).bytes()
    }

    fn active_first_seq(&self) -> Option<u64> {
        SegmentName::read(&self.active.as_ref()?.name).map(|name| name.first_seq)
    }

    /// Writes a block at the end of the active segment, which is made when there is none.
    fn write(&mut self, block: &Block) -> Result<(), Error> {
        if self.active.is_none() {
            self.begin()?;
        }
        let Some(active) = &mut self.active else { return Ok(()) };
        // What a failed write left behind is overwritten by the next.
        active.append(block)
    }

    /// Makes what is pending durable where it was written; without an active segment, in a new one.
    fn sync_active(&mut self) -> Result<(), Error> {
        match &mut self.active {
            Some(active) => active.file.sync().map_err(Error::disk("sync", &active.name)),
            None => self.begin(),
        }
    }

    /// Writes no more into the active segment.
    fn retire(&mut self) {
        if let Some(active) = self.active.take()
            && let Some(name) = SegmentName::read(&active.name)
        {
            self.segments.push_back(Listed { name, size_bytes: active.size_bytes });
        }
    }

    /// Makes a segment with all that is pending, which is void in the segment before from now on: that voids what may have
    /// been acknowledged in an earlier run, so the new one gets its name when its content is durable, and not before.
    fn begin(&mut self) -> Result<(), Error> {
        let name = SegmentName { number: self.next_number, first_seq: self.durable_upto + 1 };
        let (file_name, draft) = (name.to_string(), name.draft());
        // The number is used up, whatever comes of the file.
        self.next_number += 1;
        let file = self.disk.create(&draft).map_err(Error::disk("create", &draft))?;
        let salt = RandomState::new().hash_one(name.number);
        let header = SegmentHeader {
            number: name.number,
            first_seq: name.first_seq,
            salt,
            journal: Some(self.number),
            collector: Arc::clone(&self.collector),
        };
        let start = [&header.encode()[..], &self.passed.mark(name.first_seq).encode(salt)].concat();
        let mut active = Active { file, name: file_name, salt, size_bytes: start.len() as u64 };
        let failed = Error::disk("make", &active.name);
        let made = active.file.write_at(0, &start).map_err(failed);
        let made = made.and_then(|()| self.pending.iter().try_for_each(|block| active.append(block)));
        let failed = Error::disk("make", &active.name);
        let named = made.and_then(|()| {
            active.file.sync().and_then(|()| self.disk.rename(&draft, &active.name)).map_err(failed)
        });
        if named.is_err() {
            // Where even that fails, the next start removes it.
            drop(self.disk.remove(&draft));
            return named;
        }
        let synced = self.disk.sync_folder().map_err(Error::disk("make", &active.name));
        self.active = Some(active);
        if synced.is_err() {
            self.retire();
        }
        synced
    }
}

impl<F: DiskFile> Active<F> {
    fn append(&mut self, block: &Block) -> Result<(), Error> {
        let bytes = block.encode(self.salt);
        self.file.write_at(self.size_bytes, &bytes).map_err(Error::disk("write", &self.name))?;
        self.size_bytes += block.bytes();
        Ok(())
    }
}

/// The start of a text that has at most `bytes_max` bytes.
fn cut(text: &str, bytes_max: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes_max)).unwrap_or(text)
}
