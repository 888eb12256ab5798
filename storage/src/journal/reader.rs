//! Reading back: every block once, in order, over all segments.
//!
//! Promises: what is read is what was written, or is named as damage; blocks that a later segment voids are left out.
//! Must not know: who reads, how far a writer is.

use std::collections::VecDeque;
use std::io;

use schema::FrameBatch;

use super::block::Block;
use super::recovery::{self, Damage, Gaps, Listed};
use super::segment::{Found, Segment};
use crate::disk::Disk;
use crate::error::Error;

/// What reading gives.
#[derive(Debug)]
pub enum Read {
    /// The batches of one block.
    Block(Vec<FrameBatch>),
    /// Something that cannot be read as it was written.
    Damage(Damage),
}

/// Reads a journal from its first segment, or from a seq on.
pub struct Reader<D: Disk> {
    disk: D,
    segments: VecDeque<Listed>,
    open: Option<Open<D::File>>,
    ready: VecDeque<Read>,
    from_seq: u64,
}

struct Open<F> {
    segment: Segment<F>,
    gaps: Gaps,
    /// First seq of the next segment, if there is one: from there on blocks are void.
    void_from: Option<u64>,
}

impl<D: Disk> Reader<D> {
    /// Reads the blocks that hold `from_seq` or a later seq, in the segments there are now.
    pub fn open(disk: D, from_seq: u64) -> Result<Reader<D>, Error> {
        let mut segments: VecDeque<Listed> = recovery::list(&disk)?.into();
        while segments.get(1).is_some_and(|next| next.name.first_seq <= from_seq) {
            segments.pop_front();
        }
        Ok(Reader { disk, segments, open: None, ready: VecDeque::new(), from_seq })
    }

    fn read(&mut self) -> Result<Option<Read>, Error> {
        while self.ready.is_empty() {
            match &mut self.open {
                Some(open) => match open.segment.next()? {
                    Some(found) => self.take(found),
                    None => self.end(0..0),
                },
                None => match self.segments.pop_front() {
                    Some(listed) => self.begin(&listed)?,
                    None => return Ok(None),
                },
            }
        }
        Ok(self.ready.pop_front())
    }

    fn begin(&mut self, listed: &Listed) -> Result<(), Error> {
        let name = listed.name.to_string();
        let first_seq = listed.name.first_seq;
        let void_from = self.segments.front().map(|next| next.name.first_seq);
        let file = match self.disk.open(&name) {
            Ok(file) => file,
            // Released since it was listed: nobody needs it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(Error::disk("open", &name)(error)),
        };
        match Segment::open(file, &name) {
            Ok(segment) => {
                self.open = Some(Open { segment, gaps: Gaps::new(&name, first_seq), void_from });
                Ok(())
            }
            Err(Error::Foreign { .. }) => {
                if listed.has_blocks() {
                    self.ready.push_back(Read::Damage(listed.lost(void_from)));
                }
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn take(&mut self, found: Found) {
        let Some(open) = &mut self.open else { return };
        match found {
            Found::Block(block) if open.void_from.is_some_and(|void| block.header.first_seq >= void) => {
                self.end(0..0)
            }
            Found::Block(block) => {
                self.ready.extend(open.gaps.block(&block.header).map(Read::Damage));
                if block.header.seqs > 0 && block.header.next_seq() > self.from_seq {
                    self.ready.push_back(batches(&block, open));
                }
            }
            Found::Gap { from, to } => open.gaps.gap(from..to),
            Found::Tail { from } => self.end(from..self.size_bytes()),
        }
    }

    /// Leaves the open segment, whose last bytes may be no block.
    fn end(&mut self, tail: std::ops::Range<u64>) {
        if let Some(open) = self.open.take() {
            let next_seq = open.void_from.unwrap_or(open.gaps.durable_upto + 1);
            self.ready.extend(open.gaps.end(tail, next_seq).map(Read::Damage));
        }
    }

    fn size_bytes(&self) -> u64 {
        self.open.as_ref().map_or(0, |open| open.segment.size_bytes())
    }
}

/// The blocks and the damage. An error of the disk ends the reading.
impl<D: Disk> Iterator for Reader<D> {
    type Item = Result<Read, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = self.read();
        if read.is_err() {
            self.open = None;
            self.segments.clear();
        }
        read.transpose()
    }
}

/// A block's batches. A body that its checksum vouches for and that is none is another version's.
fn batches<F>(block: &Block, open: &Open<F>) -> Read {
    match block.batches(&open.segment.header.collector) {
        Some(batches) => Read::Block(batches),
        None => Read::Damage(Damage {
            segment: open.gaps.segment.clone(),
            bytes: 0..0,
            seqs: block.header.first_seq..block.header.next_seq(),
        }),
    }
}
