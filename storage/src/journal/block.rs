//! A block whole: batches of frames to bytes and back.
//!
//! Promises: a block that is read is, byte for byte, one that was written. Must not know: files.

use std::sync::Arc;

use schema::{FrameBatch, frame_bytes};
use zstd::bulk::Compressor;

use super::layout::{BLOCK_HEADER_BYTES, BODY_BYTES_MAX, BlockHeader, Codec, Layout};
use crate::error::Error;

/// Faster than level 1, and packs logs better than LZ4 does.
const PACKING_LEVEL: i32 = -1;

/// Packs bodies; kept between blocks, because its tables are dear to make.
pub struct Packer {
    /// Without one, bodies are stored as they are.
    compressor: Option<Compressor<'static>>,
}

impl Packer {
    /// A packer.
    pub fn new() -> Packer {
        Packer { compressor: Compressor::new(PACKING_LEVEL).ok() }
    }

    /// The body packed; none when that makes it no smaller.
    fn pack(&mut self, plain: &[u8]) -> Option<Vec<u8>> {
        let packed = self.compressor.as_mut()?.compress(plain).ok()?;
        (packed.len() < plain.len()).then_some(packed)
    }
}

/// A block ready to be written into a segment of any salt.
#[derive(Debug, Clone)]
pub struct Block {
    /// What it says of itself.
    pub header: BlockHeader,
    stored: Vec<u8>,
}

impl Block {
    /// The block of these batches, whose frames are numbered from `first_seq` on.
    pub fn of(
        packer: &mut Packer,
        batches: &[FrameBatch],
        first_seq: u64,
        next_seq: u64,
        durable_upto: u64,
    ) -> Result<Block, Error> {
        let mut plain = Vec::with_capacity(batches.iter().map(|batch| batch.text().len() + 256).sum());
        let layout = Layout::of(batches);
        for batch in batches {
            frame_bytes::push(&mut plain, batch, first_seq, layout);
        }
        let seqs = u32::try_from(next_seq - first_seq).ok().filter(|_| plain.len() <= BODY_BYTES_MAX);
        let too_large = Error::TooLarge { bytes: plain.len() as u64, max_bytes: BODY_BYTES_MAX as u64 };
        let seqs = seqs.ok_or(too_large)?;
        let body_bytes = plain.len() as u32;
        let (codec, stored) = match packer.pack(&plain) {
            Some(packed) => (Codec::Zstd, packed),
            None => (Codec::Plain, plain),
        };
        let header = BlockHeader {
            body_crc: crc32c::crc32c(&stored),
            stored_bytes: stored.len() as u32,
            body_bytes,
            codec,
            layout,
            first_seq,
            seqs,
            durable_upto,
        };
        Ok(Block { header, stored })
    }

    /// A mark: no frames, but the word that everything before `next_seq` is durable, and what else there is to note.
    pub fn mark(next_seq: u64, note: Vec<u8>) -> Block {
        let header = BlockHeader {
            body_crc: crc32c::crc32c(&note),
            stored_bytes: note.len() as u32,
            body_bytes: note.len() as u32,
            codec: Codec::Plain,
            layout: Layout::Own,
            first_seq: next_seq,
            seqs: 0,
            durable_upto: next_seq - 1,
        };
        Block { header, stored: note }
    }

    /// What a mark notes; none for other blocks.
    pub fn note(&self) -> Option<&[u8]> {
        (self.header.seqs == 0).then_some(&*self.stored)
    }

    /// Bytes it takes in a segment.
    pub fn bytes(&self) -> u64 {
        self.header.block_bytes() as u64
    }

    /// What is written into a segment of that salt.
    pub fn encode(&self, salt: u64) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.header.block_bytes());
        bytes.extend_from_slice(&self.header.encode(salt));
        bytes.extend_from_slice(&self.stored);
        bytes.resize(self.header.block_bytes(), 0);
        bytes
    }

    /// A block as it was read; none when the body behind the header is not what was written.
    pub fn read(header: BlockHeader, block: &[u8]) -> Option<Block> {
        let stored = block.get(BLOCK_HEADER_BYTES..BLOCK_HEADER_BYTES + header.stored_bytes as usize)?;
        (crc32c::crc32c(stored) == header.body_crc).then(|| Block { header, stored: stored.to_vec() })
    }

    /// Its batches; none when the body is not one of this version.
    pub fn batches(&self, collector: &Arc<str>) -> Option<Vec<FrameBatch>> {
        let BlockHeader { first_seq, layout, body_bytes, .. } = self.header;
        let plain = match self.header.codec {
            Codec::Plain => return frame_bytes::read(&self.stored, first_seq, layout, collector),
            Codec::Lz4 => lz4_flex::block::decompress(&self.stored, body_bytes as usize).ok()?,
            Codec::Zstd => zstd::bulk::decompress(&self.stored, body_bytes as usize).ok()?,
        };
        frame_bytes::read(&plain, first_seq, layout, collector)
    }
}
