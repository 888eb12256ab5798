//! One segment, read from front to end: its blocks, and where something is not as it was written.
//!
//! Promises: every byte is either in a block that holds or in a finding; memory is one block and one search window.
//! Must not know: which segments there are.

use std::fmt;

use memchr::memmem;

use super::block::Block;
use super::layout::{ALIGNMENT_BYTES, BLOCK_HEADER_BYTES, BlockHeader, SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::disk::DiskFile;
use crate::error::Error;

/// How much is looked through at a time for a block behind damage.
const SEARCH_BYTES: usize = 1 << 20;

/// Extension of segments.
pub const EXTENSION: &str = "journal";
/// What a segment's name has behind it until the content is durable.
const DRAFT: &str = ".new";

/// What a segment's file name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SegmentName {
    /// Counts up; never used twice.
    pub number: u64,
    /// First seq that may be in it. Blocks of earlier segments from here on are void: their sync had failed.
    pub first_seq: u64,
}

impl SegmentName {
    /// Reads a file name; none for files that are no segments.
    pub fn read(name: &str) -> Option<SegmentName> {
        let (number, first_seq) = name.strip_suffix(EXTENSION)?.strip_suffix('.')?.split_once('-')?;
        let read = SegmentName { number: number.parse().ok()?, first_seq: first_seq.parse().ok()? };
        (read.to_string() == name && read.first_seq > 0).then_some(read)
    }

    /// The name of the file until its content is durable.
    pub fn draft(&self) -> String {
        format!("{self}{DRAFT}")
    }
}

/// True for the name of a segment that was never finished.
pub fn is_draft(name: &str) -> bool {
    name.strip_suffix(DRAFT).is_some_and(|name| SegmentName::read(name).is_some())
}

impl fmt::Display for SegmentName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:010}-{:020}.{EXTENSION}", self.number, self.first_seq)
    }
}

/// What lies at some offset of a segment.
#[derive(Debug)]
pub enum Found {
    /// A block that holds.
    Block(Block),
    /// Bytes that are no block, and a block behind them.
    Gap {
        /// Where they begin.
        from: u64,
        /// Where the block behind them begins.
        to: u64,
    },
    /// Bytes to the end of the file that are no block.
    Tail {
        /// Where they begin.
        from: u64,
    },
}

/// Reads a segment's blocks in order.
pub struct Segment<F> {
    file: F,
    name: String,
    /// What it says of itself.
    pub header: SegmentHeader,
    offset: u64,
    size_bytes: u64,
}

impl<F: DiskFile> Segment<F> {
    /// Reads the header.
    pub fn open(file: F, name: &str) -> Result<Segment<F>, Error> {
        let size_bytes = file.size_bytes().map_err(Error::disk("read", name))?;
        let mut segment = Segment {
            file,
            name: name.to_owned(),
            header: SegmentHeader { number: 0, first_seq: 0, salt: 0, journal: None, collector: "".into() },
            offset: 0,
            size_bytes,
        };
        let start = segment.bytes(0, SEGMENT_HEADER_BYTES)?;
        segment.header = SegmentHeader::decode(&start)
            .map_err(|reason| Error::Foreign { file: name.to_owned(), reason })?;
        segment.offset = SEGMENT_HEADER_BYTES as u64;
        Ok(segment)
    }

    /// Bytes of the file.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// The next block, gap or tail; none at the end.
    pub fn next(&mut self) -> Result<Option<Found>, Error> {
        if self.offset >= self.size_bytes {
            return Ok(None);
        }
        if let Some(block) = self.block_at(self.offset)? {
            self.offset += block.bytes();
            return Ok(Some(Found::Block(block)));
        }
        let from = self.offset;
        Ok(Some(match self.search(from + ALIGNMENT_BYTES as u64)? {
            Some(to) => {
                self.offset = to;
                Found::Gap { from, to }
            }
            None => {
                self.offset = self.size_bytes;
                Found::Tail { from }
            }
        }))
    }

    fn block_at(&self, offset: u64) -> Result<Option<Block>, Error> {
        let start = self.bytes(offset, BLOCK_HEADER_BYTES)?;
        let Some(header) = BlockHeader::decode(&start, self.header.salt) else { return Ok(None) };
        let bytes = self.bytes(offset, header.block_bytes())?;
        Ok(Block::read(header, &bytes))
    }

    /// The first whole block at or behind `from`.
    fn search(&self, from: u64) -> Result<Option<u64>, Error> {
        let salt = self.header.salt.to_le_bytes();
        let mut window_start = from;
        while window_start < self.size_bytes {
            // Windows overlap by one salt.
            let window = self.bytes(window_start, SEARCH_BYTES + salt.len())?;
            for at in memmem::find_iter(&window, &salt) {
                let offset = window_start + at as u64;
                if self.is_aligned(offset) && self.block_at(offset)?.is_some() {
                    return Ok(Some(offset));
                }
            }
            window_start += SEARCH_BYTES as u64;
        }
        Ok(None)
    }

    fn is_aligned(&self, offset: u64) -> bool {
        offset.is_multiple_of(ALIGNMENT_BYTES as u64)
    }

    /// Up to `length` bytes at `offset`, fewer at the end of the file.
    fn bytes(&self, offset: u64, length: usize) -> Result<Vec<u8>, Error> {
        let left = self.size_bytes.saturating_sub(offset);
        let mut bytes = vec![0; length.min(usize::try_from(left).unwrap_or(usize::MAX))];
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.file.read_at(offset + filled as u64, rest) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::disk("read", &self.name)(error)),
            }
        }
        bytes.truncate(filled);
        Ok(bytes)
    }
}
