//! How far the journals of other nodes are in this one.
//!
//! Each segment begins with a mark that notes it; batches of other nodes bring it further. So it is as durable as the frames
//! it speaks of, and the last segment, which is never released, always knows it.
//!
//! Promises: what is read is what the durable blocks say. Whoever appends frames of other nodes syncs before the next append: a
//! block is there whole or not at all, so none is there without the one before. Must not know: who sends.

use std::collections::BTreeMap;

use schema::FrameBatch;

use super::block::Block;
use super::layout::Layout;

/// Bytes of a journal and its seq.
const ENTRY_BYTES: usize = 16;

/// The last seq that is here, by journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passed(BTreeMap<u64, u64>);

/// What the blocks of a segment say of it.
#[derive(Debug, Default)]
pub struct Noted {
    passed: Passed,
    /// The mark at the segment's start was found: earlier segments have nothing to add.
    pub is_whole: bool,
}

impl Passed {
    /// What these batches bring.
    pub fn of(batches: &[FrameBatch]) -> Passed {
        let forwarded = batches.iter().filter_map(|batch| batch.forwarded.as_ref());
        Passed(forwarded.map(|forwarded| (forwarded.journal, forwarded.upto)).collect())
    }

    /// Takes up what came later.
    pub fn extend(&mut self, later: Passed) {
        self.0.extend(later.0);
    }

    /// Journals, each with the last of its seqs that is here.
    pub fn iter(&self) -> impl Iterator<Item = (u64, u64)> {
        self.0.iter().map(|(journal, upto)| (*journal, *upto))
    }

    /// The mark at the start of a segment whose first seq is `next_seq`.
    pub fn mark(&self, next_seq: u64) -> Block {
        let entries = self.0.iter().flat_map(|(journal, upto)| [journal.to_le_bytes(), upto.to_le_bytes()]);
        Block::mark(next_seq, entries.flatten().collect())
    }

    /// Reads what a mark notes.
    fn read(note: &[u8]) -> Passed {
        let number = |bytes: &[u8]| bytes.try_into().map(u64::from_le_bytes).ok();
        let entries = note.chunks_exact(ENTRY_BYTES).filter_map(|entry| {
            let (journal, upto) = entry.split_at_checked(ENTRY_BYTES / 2)?;
            Some((number(journal)?, number(upto)?))
        });
        Passed(entries.collect())
    }
}

impl Noted {
    /// Nothing yet; whole when there can be nothing before.
    pub fn new(is_whole: bool) -> Noted {
        Noted { passed: Passed::default(), is_whole }
    }

    /// Takes up a block of the segment, in order. `is_first`: it is the segment's first one.
    pub fn see(&mut self, block: &Block, is_first: bool) {
        match block.note() {
            Some(note) if is_first => {
                self.passed = Passed::read(note);
                self.is_whole = true;
            }
            None if block.header.layout == Layout::Forwarded => {
                let batches = block.batches(&"".into()).unwrap_or_default();
                self.passed.extend(Passed::of(&batches));
            }
            _ => {}
        }
    }

    /// What it says, behind what earlier segments say.
    pub fn behind(self, mut earlier: Passed) -> Passed {
        earlier.extend(self.passed);
        earlier
    }
}
