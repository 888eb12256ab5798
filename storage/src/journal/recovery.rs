//! What a journal finds on its disk when it is opened.
//!
//! Promises: a torn tail is told from damage, which is a bad block that was durable or that a good one follows; nothing on
//! the disk is changed. Must not know: how blocks are written.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;

use super::block::Block;
use super::layout::{BlockHeader, SEGMENT_HEADER_BYTES, SegmentHeader};
use super::passed::{Noted, Passed};
use super::segment::{Found, Segment, SegmentName, is_draft};
use crate::disk::{Disk, DiskFile};
use crate::error::Error;

/// One stored byte of a block stands for fewer seqs than this, whatever its compression.
const SEQS_PER_BYTE_MAX: u64 = 256;

/// Bytes of a segment that cannot be read as they were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// File name of the segment.
    pub segment: String,
    /// Where in the file; empty where nothing is unreadable and yet seqs are missing.
    pub bytes: Range<u64>,
    /// Seqs that are lost; empty when only bytes between blocks suffered.
    pub seqs: Range<u64>,
}

/// What opening found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Damage in the last segment. That of earlier ones is named by whoever reads them.
    pub damage: Vec<Damage>,
    /// Bytes at the end of the last segment that a crash had interrupted: never acknowledged, void from now on.
    pub torn_bytes: u64,
}

/// One segment on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    pub name: SegmentName,
    pub size_bytes: u64,
}

impl Listed {
    /// False when a crash came before the first block.
    pub fn has_blocks(&self) -> bool {
        self.size_bytes > SEGMENT_HEADER_BYTES as u64
    }

    /// The damage when nothing in it can be read. `next` is the following segment's first seq; without one, no seq that
    /// may have been in it is left out.
    pub fn lost(&self, next: Option<u64>) -> Damage {
        let first_seq = self.name.first_seq;
        let bound = first_seq.saturating_add(self.size_bytes.saturating_mul(SEQS_PER_BYTE_MAX));
        Damage {
            segment: self.name.to_string(),
            bytes: 0..self.size_bytes,
            seqs: first_seq..next.unwrap_or(bound),
        }
    }
}

/// Removes segments that were never finished: nothing in them was acknowledged.
pub fn remove_drafts<D: Disk>(disk: &D) -> Result<(), Error> {
    let names = disk.list().map_err(Error::disk("list", "the journal's folder"))?;
    let mut drafts = names.iter().filter(|name| is_draft(name));
    drafts.try_for_each(|name| disk.remove(name).map_err(Error::disk("remove", name)))
}

/// The segments of a disk, in order.
pub fn list<D: Disk>(disk: &D) -> Result<Vec<Listed>, Error> {
    let names = disk.list().map_err(Error::disk("list", "the journal's folder"))?;
    let mut names: Vec<SegmentName> = names.iter().filter_map(|name| SegmentName::read(name)).collect();
    names.sort_unstable();
    let listed = names.into_iter().filter_map(|name| {
        let file = name.to_string();
        let opened = disk.open(&file).and_then(|opened| opened.size_bytes());
        match opened {
            Ok(size_bytes) => Some(Ok(Listed { name, size_bytes })),
            // Released since it was listed.
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => Some(Err(Error::disk("open", &file)(error))),
        }
    });
    listed.collect()
}

/// What the end of a journal holds.
#[derive(Debug, Default)]
pub struct End {
    /// Every seq up to here was called durable.
    pub durable_upto: u64,
    /// The seq behind the last that holds.
    pub next_seq: u64,
    /// Blocks behind `durable_upto`. They may never have reached the disk, though the cache still shows them.
    pub pending: Vec<Block>,
    /// What the last segment says of journals.
    pub journals: Journals,
}

/// What a segment says of journals.
#[derive(Debug, Default)]
pub struct Journals {
    /// The number of its own; none when its header cannot be read.
    own: Option<u64>,
    /// How far those of other nodes are here.
    noted: Noted,
}

impl Journals {
    fn of(header: &SegmentHeader) -> Journals {
        // Version 1 knew of no others.
        let noted = Noted::new(header.journal.is_none());
        Journals { own: Some(header.journal.unwrap_or(header.salt)), noted }
    }

    /// What `last` says of the last of the segments, completed from those before it. The number is none when there are none.
    pub fn completed<D: Disk>(
        last: Journals,
        disk: &D,
        segments: &[Listed],
    ) -> Result<(Option<u64>, Passed), Error> {
        let mut newest_first = vec![last];
        for neighbours in segments.windows(2).rev() {
            let [listed, next] = neighbours else { break };
            if newest_first.last().is_some_and(|journals| journals.noted.is_whole) {
                break;
            }
            newest_first.push(Journals::read(disk, listed, next.name.first_seq)?);
        }
        let own = newest_first.iter().find_map(|journals| journals.own);
        let oldest_first = newest_first.into_iter().rev();
        Ok((own, oldest_first.fold(Passed::default(), |earlier, journals| journals.noted.behind(earlier))))
    }

    /// Reads a segment whose blocks are void from `void_from` on.
    fn read<D: Disk>(disk: &D, listed: &Listed, void_from: u64) -> Result<Journals, Error> {
        let name = listed.name.to_string();
        let file = disk.open(&name).map_err(Error::disk("open", &name))?;
        let mut segment = match Segment::open(file, &name) {
            Ok(segment) => segment,
            Err(Error::Foreign { .. }) => return Ok(Journals::default()),
            Err(error) => return Err(error),
        };
        let mut journals = Journals::of(&segment.header);
        let mut is_first = true;
        while let Some(found) = segment.next()? {
            match found {
                Found::Block(block) if block.header.first_seq >= void_from => break,
                Found::Block(block) => journals.noted.see(&block, is_first),
                Found::Gap { .. } | Found::Tail { .. } => {}
            }
            is_first = false;
        }
        Ok(journals)
    }
}

/// Scans the last segment whole.
pub fn end<D: Disk>(disk: &D, last: &Listed, recovered: &mut Recovered) -> Result<End, Error> {
    let name = last.name.to_string();
    let first_seq = last.name.first_seq;
    if !last.has_blocks() {
        return Ok(End { durable_upto: first_seq - 1, next_seq: first_seq, ..End::default() });
    }
    let file = disk.open(&name).map_err(Error::disk("open", &name))?;
    let mut segment = match Segment::open(file, &name) {
        Ok(segment) => segment,
        Err(Error::Foreign { .. }) => {
            // It held blocks, and none can be read: no seq that may have been in it is given again.
            let damage = last.lost(None);
            let next_seq = damage.seqs.end;
            recovered.damage.push(damage);
            return Ok(End { durable_upto: next_seq - 1, next_seq, ..End::default() });
        }
        Err(error) => return Err(error),
    };
    let mut gaps = Gaps::new(&name, first_seq);
    let mut pending: VecDeque<Block> = VecDeque::new();
    let mut tail = last.size_bytes..last.size_bytes;
    let (mut journals, mut is_first) = (Journals::of(&segment.header), true);
    while let Some(found) = segment.next()? {
        match found {
            Found::Block(block) => {
                journals.noted.see(&block, is_first);
                recovered.damage.extend(gaps.block(&block.header));
                while pending.front().is_some_and(|first| first.header.next_seq() <= gaps.durable_upto + 1) {
                    pending.pop_front();
                }
                if block.header.seqs > 0 {
                    pending.push_back(block);
                }
            }
            Found::Gap { from, to } => gaps.gap(from..to),
            Found::Tail { from } => tail = from..segment.size_bytes(),
        }
        is_first = false;
    }
    let lost = gaps.end(tail.clone(), gaps.durable_upto + 1);
    if lost.is_none() {
        recovered.torn_bytes = tail.end - tail.start;
    }
    recovered.damage.extend(lost);
    Ok(End {
        durable_upto: gaps.durable_upto,
        next_seq: gaps.next_seq.max(gaps.durable_upto + 1),
        pending: pending.into(),
        journals,
    })
}

/// Follows a segment's blocks and tells which seqs are missing where.
pub struct Gaps {
    /// File name of the segment.
    pub segment: String,
    gap: Option<Range<u64>>,
    /// The seq that should come next.
    pub next_seq: u64,
    /// The highest seq that a block called durable.
    pub durable_upto: u64,
}

impl Gaps {
    pub fn new(segment: &str, first_seq: u64) -> Gaps {
        Gaps { segment: segment.to_owned(), gap: None, next_seq: first_seq, durable_upto: first_seq - 1 }
    }

    /// Bytes that are no block, with a block behind them.
    pub fn gap(&mut self, bytes: Range<u64>) {
        self.gap = Some(bytes);
    }

    /// A block that holds: the damage before it, if there is any.
    pub fn block(&mut self, header: &BlockHeader) -> Option<Damage> {
        let seqs = self.next_seq..header.first_seq.max(self.next_seq);
        self.next_seq = header.next_seq().max(self.next_seq);
        self.durable_upto = self.durable_upto.max(header.durable_upto);
        let bytes = self.gap.take();
        if bytes.is_none() && seqs.is_empty() {
            return None;
        }
        Some(Damage { segment: self.segment.clone(), bytes: bytes.unwrap_or_default(), seqs })
    }

    /// The end of the segment: the damage when seqs up to before `next_seq` should have been in it.
    pub fn end(&self, tail: Range<u64>, next_seq: u64) -> Option<Damage> {
        let seqs = self.next_seq..next_seq;
        (!seqs.is_empty()).then(|| Damage { segment: self.segment.clone(), bytes: tail, seqs })
    }
}
