//! The bytes of a segment: its header, the header of a block. `docs/journal-format.md` draws them.
//!
//! Promises: all numbers are little endian at fixed places; a header is read only when its checksum holds.
//! Must not know: what a block's body means, files.

use std::sync::Arc;

pub use schema::frame_bytes::Layout;

/// First bytes of every segment.
pub const SEGMENT_MAGIC: [u8; 8] = *b"CAMPJRNL";
/// Version of the layout that is written.
pub const VERSION: u32 = 2;
/// The first version, which is read too: a segment of it names no journal, and no other node's frames are in it.
const VERSION_1: u32 = 1;
/// Bytes of a segment's header. A file that is no longer has no block.
pub const SEGMENT_HEADER_BYTES: usize = 512;
/// Where the journal's number stands in it, and the collector's name.
const JOURNAL_AT: usize = 44;
const COLLECTOR_AT: usize = 52;
/// Where the collector's name stands in version 1.
const COLLECTOR_AT_1: usize = 44;
/// Bytes of a block's header.
pub const BLOCK_HEADER_BYTES: usize = 56;
/// Blocks start at multiples of this.
pub const ALIGNMENT_BYTES: usize = 8;
/// Longest body of a block, before compression and after.
pub const BODY_BYTES_MAX: usize = 64 << 20;
/// Longest name of a collector in bytes; what is longer is cut.
pub const COLLECTOR_BYTES_MAX: usize = SEGMENT_HEADER_BYTES - COLLECTOR_AT;

/// What a segment says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentHeader {
    /// Number of the segment, as in its name.
    pub number: u64,
    /// First seq that may be in it. Blocks of earlier segments from here on are void: their sync had failed.
    pub first_seq: u64,
    /// Stands before each block of the segment. Drawn at random, so that no sender can write what reads as a block.
    pub salt: u64,
    /// Tells journals apart wherever their frames go: all segments of one have it. None in version 1.
    pub journal: Option<u64>,
    /// Who collected.
    pub collector: Arc<str>,
}

impl SegmentHeader {
    /// The header's bytes.
    pub fn encode(&self) -> [u8; SEGMENT_HEADER_BYTES] {
        let name = self.collector.as_bytes();
        let mut bytes = Vec::with_capacity(SEGMENT_HEADER_BYTES);
        bytes.extend_from_slice(&SEGMENT_MAGIC);
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&self.version().to_le_bytes());
        bytes.extend_from_slice(&self.number.to_le_bytes());
        bytes.extend_from_slice(&self.first_seq.to_le_bytes());
        bytes.extend_from_slice(&self.salt.to_le_bytes());
        bytes.extend_from_slice(&(name.len() as u32).to_le_bytes());
        bytes.extend(self.journal.iter().flat_map(|journal| journal.to_le_bytes()));
        bytes.extend_from_slice(name);
        sealed(bytes)
    }

    fn version(&self) -> u32 {
        if self.journal.is_some() { VERSION } else { VERSION_1 }
    }

    /// Reads the header at the start of `bytes`. The error says what is not as it must be.
    pub fn decode(bytes: &[u8]) -> Result<SegmentHeader, &'static str> {
        let header = bytes.get(..SEGMENT_HEADER_BYTES).ok_or("its header is cut")?;
        if !header.starts_with(&SEGMENT_MAGIC) {
            return Err("it does not begin as a segment does");
        }
        if !checksum_holds(header) {
            return Err("its header's checksum does not hold");
        }
        let (journal, name_at) = match u32_at(header, 12) {
            Some(VERSION) => (u64_at(header, JOURNAL_AT), COLLECTOR_AT),
            Some(VERSION_1) => (None, COLLECTOR_AT_1),
            _ => return Err("its layout is of another version"),
        };
        let number = |at| u64_at(header, at).ok_or("its header is cut");
        let name_bytes = u32_at(header, 40).map_or(0, |bytes| bytes as usize);
        let name = header.get(name_at..name_at + name_bytes);
        let collector =
            name.and_then(|name| std::str::from_utf8(name).ok()).ok_or("its collector has no name")?;
        Ok(SegmentHeader {
            number: number(16)?,
            first_seq: number(24)?,
            salt: number(32)?,
            journal,
            collector: collector.into(),
        })
    }
}

/// How a block's body is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    /// As it is.
    Plain,
    /// One LZ4 block: read, no longer written.
    Lz4,
    /// One Zstandard frame.
    Zstd,
}

/// What stands before a block's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockHeader {
    /// CRC32C of the stored body.
    pub body_crc: u32,
    /// Bytes of the stored body, without padding.
    pub stored_bytes: u32,
    /// Bytes of the body.
    pub body_bytes: u32,
    /// How the body is stored.
    pub codec: Codec,
    /// What stands before each batch of the body.
    pub layout: Layout,
    /// Seq of the block's first frame.
    pub first_seq: u64,
    /// How many seqs the block holds; 0 in a mark, which says what is durable, and how far other nodes' journals are here.
    pub seqs: u32,
    /// Every seq up to here was durable when the block was written.
    pub durable_upto: u64,
}

impl BlockHeader {
    /// The header's bytes in a segment of that salt.
    pub fn encode(&self, salt: u64) -> [u8; BLOCK_HEADER_BYTES] {
        let mut bytes = Vec::with_capacity(BLOCK_HEADER_BYTES);
        bytes.extend_from_slice(&salt.to_le_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&self.body_crc.to_le_bytes());
        bytes.extend_from_slice(&self.stored_bytes.to_le_bytes());
        bytes.extend_from_slice(&self.body_bytes.to_le_bytes());
        bytes.extend_from_slice(&self.first_seq.to_le_bytes());
        bytes.extend_from_slice(&self.durable_upto.to_le_bytes());
        bytes.extend_from_slice(&self.seqs.to_le_bytes());
        bytes.push(match self.codec {
            Codec::Plain => 0,
            Codec::Lz4 => 1,
            Codec::Zstd => 2,
        });
        bytes.push(match self.layout {
            Layout::Own => 0,
            Layout::Forwarded => 1,
        });
        sealed(bytes)
    }

    /// Reads a header; none when these bytes are not one, whole and unharmed.
    pub fn decode(bytes: &[u8], salt: u64) -> Option<BlockHeader> {
        let bytes = bytes.get(..BLOCK_HEADER_BYTES)?;
        if u64_at(bytes, 0)? != salt || !checksum_holds(bytes) {
            return None;
        }
        let header = BlockHeader {
            body_crc: u32_at(bytes, 12)?,
            stored_bytes: u32_at(bytes, 16)?,
            body_bytes: u32_at(bytes, 20)?,
            first_seq: u64_at(bytes, 24)?,
            durable_upto: u64_at(bytes, 32)?,
            seqs: u32_at(bytes, 40)?,
            codec: match bytes.get(44)? {
                0 => Codec::Plain,
                1 => Codec::Lz4,
                2 => Codec::Zstd,
                _ => return None,
            },
            layout: match bytes.get(45)? {
                0 => Layout::Own,
                1 => Layout::Forwarded,
                _ => return None,
            },
        };
        let fits =
            header.stored_bytes as usize <= BODY_BYTES_MAX && header.body_bytes as usize <= BODY_BYTES_MAX;
        fits.then_some(header)
    }

    /// Bytes of the whole block with its padding.
    pub fn block_bytes(&self) -> usize {
        padded(BLOCK_HEADER_BYTES + self.stored_bytes as usize)
    }

    /// The seq behind the block's last.
    pub fn next_seq(&self) -> u64 {
        self.first_seq.saturating_add(u64::from(self.seqs))
    }
}

/// The next multiple of the alignment.
pub fn padded(bytes: usize) -> usize {
    bytes.next_multiple_of(ALIGNMENT_BYTES)
}

/// Where headers hold the checksum of what stands behind it.
const CHECKSUM: std::ops::Range<usize> = 8..12;

/// A header of `N` bytes with its checksum.
fn sealed<const N: usize>(mut bytes: Vec<u8>) -> [u8; N] {
    bytes.resize(N, 0);
    let crc = bytes.get(CHECKSUM.end..).map_or(0, crc32c::crc32c);
    let mut header = [0; N];
    header.copy_from_slice(&bytes);
    if let Some(place) = header.get_mut(CHECKSUM) {
        place.copy_from_slice(&crc.to_le_bytes());
    }
    header
}

fn checksum_holds(header: &[u8]) -> bool {
    let behind = header.get(CHECKSUM.end..).map(crc32c::crc32c);
    behind.is_some() && behind == u32_at(header, CHECKSUM.start)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment() -> SegmentHeader {
        let salt = 0x1234_5678_9abc_def0;
        SegmentHeader { number: 7, first_seq: 1_000, salt, journal: Some(5), collector: "sede".into() }
    }

    fn block() -> BlockHeader {
        BlockHeader {
            body_crc: 1,
            stored_bytes: 2,
            body_bytes: 3,
            codec: Codec::Zstd,
            layout: Layout::Forwarded,
            first_seq: 4,
            seqs: 5,
            durable_upto: 6,
        }
    }

    #[test]
    fn headers_are_read_as_they_were_written() {
        let bytes = segment().encode();
        assert_eq!(SegmentHeader::decode(&bytes), Ok(segment()));
        let first = SegmentHeader { journal: None, ..segment() };
        assert_eq!(SegmentHeader::decode(&first.encode()), Ok(first), "of version 1");
        assert_eq!(BlockHeader::decode(&block().encode(9), 9), Some(block()));
    }

    #[test]
    fn no_flipped_bit_goes_unseen() {
        let bytes = segment().encode();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes;
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(SegmentHeader::decode(&flipped).is_err(), "bit {bit} of a segment's header");
        }
        let bytes = block().encode(9);
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes;
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(BlockHeader::decode(&flipped, 9), None, "bit {bit} of a block's header");
        }
    }

    #[test]
    fn a_block_of_another_segment_is_none() {
        assert_eq!(BlockHeader::decode(&block().encode(9), 10), None);
    }
}
