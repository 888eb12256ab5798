//! A piece: frames of one tenant that follow one another, packed, and the root over them.
//!
//! Each frame is a leaf, salted by a secret of the piece: who is shown one frame can check it against the root, and learns nothing
//! of its neighbours.
//!
//! Promises: frames come back byte for byte, in order, with all that is needed to parse them alone. Must not know: files, records.

use std::collections::BTreeMap;
use std::sync::Arc;

use schema::frame_bytes::{self, Layout};
use schema::{Flaw, Frame, FrameBatch};
use zstd::bulk::Compressor;

use super::hash::Hash;
use super::likeness::Likenesses;
use super::merkle::{LEAF, Tree};
use crate::error::Error;

/// First bytes of every piece.
const MAGIC: [u8; 8] = *b"CAMPORIG";
/// Version of the layout that is written.
const VERSION: u32 = 1;
/// Bytes before the stored body.
pub const HEADER_BYTES: usize = 32;
/// Where the header holds them.
const VERSION_AT: usize = 8;
const BODY_BYTES_AT: usize = 16;
const FIRST_SEQ_AT: usize = 24;
/// Packs about as fast as SHA-256 reads.
const PACKING_LEVEL: i32 = 1;
/// Bytes of the secret that salts a piece's leaves, and of the salt of one leaf.
pub const SECRET_BYTES: usize = 32;
const SALT_BYTES: usize = 16;
/// Layout of batches in pieces, and before each leaf.
const LAYOUT: Layout = Layout::Forwarded;

/// The secret of a piece's salts.
pub type Secret = [u8; SECRET_BYTES];

/// A piece ready to be written.
#[derive(Debug)]
pub struct Piece {
    /// What is stored.
    pub bytes: Vec<u8>,
    /// What a record says of it.
    pub facts: Facts,
}

/// What frames of a piece come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// How many frames.
    pub frames: u64,
    /// Their bytes.
    pub text_bytes: u64,
    /// Root over them.
    pub root: Hash,
    /// Least and greatest seq of their events, by first collector.
    pub events: BTreeMap<Arc<str>, (u64, u64)>,
}

/// A piece that was read.
#[derive(Debug)]
pub struct Opened {
    /// Its frames.
    pub batches: Vec<FrameBatch>,
    /// Leaves of the tree over them, in order.
    pub leaves: Vec<Leaf>,
}

/// What is hashed of one frame beside its bytes, and the hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The leaf.
    pub hash: Hash,
    salt: [u8; SALT_BYTES],
    origin: Hash,
    seq: u64,
    sub: u32,
    flawed: u8,
}

impl Leaf {
    /// Appends what stands before the frame's bytes when the leaf is hashed.
    pub fn push_head(&self, out: &mut Vec<u8>) {
        out.push(LEAF);
        out.extend_from_slice(&self.salt);
        out.extend_from_slice(&self.origin.0);
        out.extend_from_slice(&self.seq.to_le_bytes());
        out.extend_from_slice(&self.sub.to_le_bytes());
        out.push(self.flawed);
    }
}

/// Packs pieces; kept between them, because its tables are dear to make.
pub struct Packer {
    compressor: Compressor<'static>,
}

impl Packer {
    /// A packer.
    pub fn new() -> std::io::Result<Packer> {
        Ok(Packer { compressor: Compressor::new(PACKING_LEVEL)? })
    }

    /// The piece of these batches, whose frames are numbered.
    pub fn pack(&mut self, batches: &[FrameBatch], secret: &Secret) -> Result<Piece, Error> {
        let first_seq = frames(batches).next().map_or(0, |(_, frame, _)| frame.seq);
        let body = body(batches, first_seq, secret);
        let packed = self.compressor.compress(&body).map_err(Error::disk("pack", "a piece"))?;
        let mut bytes = Vec::with_capacity(HEADER_BYTES + packed.len());
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&(body.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&first_seq.to_le_bytes());
        bytes.extend_from_slice(&packed);
        Ok(Piece { bytes, facts: facts(batches, &leaves(batches, secret)) })
    }
}

/// Reads a piece whose hash holds. The error says what is not as it must be.
pub fn open(piece: &[u8], collector: &Arc<str>) -> Result<Opened, &'static str> {
    let (header, packed) = piece.split_at_checked(HEADER_BYTES).ok_or("its header is cut")?;
    if !header.starts_with(&MAGIC) {
        return Err("it does not begin as a piece does");
    }
    if header.get(VERSION_AT..VERSION_AT + 4) != Some(&VERSION.to_le_bytes()) {
        return Err("its layout is of another version");
    }
    let number = |at: usize| {
        let bytes = header.get(at..at + 8).and_then(|bytes| bytes.try_into().ok());
        bytes.map(u64::from_le_bytes).ok_or("its header is cut")
    };
    let body_bytes = usize::try_from(number(BODY_BYTES_AT)?).map_err(|_| "it is too large")?;
    let body = zstd::bulk::decompress(packed, body_bytes).map_err(|_| "it cannot be unpacked")?;
    read(&body, number(FIRST_SEQ_AT)?, collector).ok_or("its frames cannot be read")
}

/// What frames and their leaves come to.
pub fn facts(batches: &[FrameBatch], leaves: &[Leaf]) -> Facts {
    let mut facts = Facts {
        frames: leaves.len() as u64,
        text_bytes: 0,
        root: tree(leaves).root(),
        events: BTreeMap::new(),
    };
    for batch in batches {
        let shift = batch.seq_shift();
        let (mut least, mut greatest) = (u64::MAX, 0);
        for frame in batch.frames() {
            facts.text_bytes += u64::from(frame.end - frame.start);
            let seq = frame.seq.wrapping_add_signed(shift);
            (least, greatest) = (least.min(seq), greatest.max(seq));
        }
        if least <= greatest {
            let seqs = facts.events.entry(Arc::clone(&batch.origin.collector)).or_insert((least, greatest));
            *seqs = (seqs.0.min(least), seqs.1.max(greatest));
        }
    }
    facts
}

/// The tree over these leaves.
pub fn tree(leaves: &[Leaf]) -> Tree {
    Tree::over(leaves.iter().map(|leaf| leaf.hash).collect())
}

/// Each frame with its batch and its bytes.
pub fn frames(batches: &[FrameBatch]) -> impl Iterator<Item = (&FrameBatch, &Frame, &[u8])> {
    batches.iter().flat_map(|batch| {
        let bytes = |frame: &Frame| batch.text().get(frame.start as usize..frame.end as usize);
        batch.frames().iter().map(move |frame| (batch, frame, bytes(frame).unwrap_or_default()))
    })
}

/// The secret; how many frames, and how many bytes the batches take; the likeness and the length of each frame; the batches, their
/// frames without bytes; and those bytes, what is alike together.
fn body(batches: &[FrameBatch], first_seq: u64, secret: &Secret) -> Vec<u8> {
    let (mut likenesses, mut together) = (Likenesses::default(), Vec::<Vec<&[u8]>>::new());
    let (mut numbers, mut lengths, mut text_bytes) = (Vec::new(), Vec::new(), 0);
    for (_, frame, bytes) in frames(batches) {
        let number = likenesses.number(bytes);
        match together.get_mut(number as usize) {
            Some(alike) => alike.push(bytes),
            None => together.push(vec![bytes]),
        }
        numbers.push(number);
        lengths.push(frame.end - frame.start);
        text_bytes += bytes.len();
    }
    let mut heads = Vec::new();
    for batch in batches {
        let bare = |frame: &Frame| Frame { start: 0, end: 0, ..*frame };
        let frames = batch.frames().iter().map(bare).collect();
        frame_bytes::push(&mut heads, &bare_of(batch, frames, batch.flaws().to_vec()), first_seq, LAYOUT);
    }
    let mut body = Vec::with_capacity(SECRET_BYTES + 16 + 8 * numbers.len() + heads.len() + text_bytes);
    body.extend_from_slice(secret);
    body.extend_from_slice(&(numbers.len() as u64).to_le_bytes());
    body.extend_from_slice(&(heads.len() as u64).to_le_bytes());
    push_column(&mut body, &numbers);
    push_column(&mut body, &lengths);
    body.extend_from_slice(&heads);
    together.iter().flatten().for_each(|bytes| body.extend_from_slice(bytes));
    body
}

/// A batch with other frames and without a text.
fn bare_of(batch: &FrameBatch, frames: Vec<Frame>, flaws: Vec<(u32, Flaw)>) -> FrameBatch {
    let (origin, context) = (Arc::clone(&batch.origin), batch.context.clone());
    let mut bare = FrameBatch::new(origin, batch.received_us, context, String::new(), frames, flaws);
    bare.forwarded.clone_from(&batch.forwarded);
    bare
}

/// Numbers of four bytes: the lowest byte of each, then the second of each ... so that those that are all zeros pack to nothing.
fn push_column(body: &mut Vec<u8>, numbers: &[u32]) {
    for byte in 0..4 {
        body.extend(numbers.iter().map(|number| (number >> (8 * byte)) as u8));
    }
}

fn take_column(body: &mut &[u8], count: usize) -> Option<Vec<u32>> {
    let mut numbers = vec![0; count];
    for byte in 0..4 {
        let column = take(body, count)?;
        numbers.iter_mut().zip(column).for_each(|(number, part)| *number |= u32::from(*part) << (8 * byte));
    }
    Some(numbers)
}

fn take<'a>(body: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = body.split_at_checked(length)?;
    *body = rest;
    Some(taken)
}

fn take_count(body: &mut &[u8]) -> Option<usize> {
    let number = u64::from_le_bytes(take(body, 8)?.try_into().ok()?);
    // Nothing is counted that takes no byte.
    usize::try_from(number).ok().filter(|count| *count <= body.len())
}

fn read(mut body: &[u8], first_seq: u64, collector: &Arc<str>) -> Option<Opened> {
    let secret: Secret = take(&mut body, SECRET_BYTES)?.try_into().ok()?;
    let (count, heads_bytes) = (take_count(&mut body)?, take_count(&mut body)?);
    let (numbers, lengths) = (take_column(&mut body, count)?, take_column(&mut body, count)?);
    let bare = frame_bytes::read(take(&mut body, heads_bytes)?, first_seq, LAYOUT, collector)?;
    let mut sizes: Vec<usize> = Vec::new();
    for (number, length) in numbers.iter().zip(&lengths) {
        // Numbers are given in the order in which they come.
        if *number as usize == sizes.len() {
            sizes.push(0);
        }
        *sizes.get_mut(*number as usize)? += *length as usize;
    }
    // What is left of each likeness.
    let mut alike: Vec<&[u8]> = sizes.into_iter().map(|size| take(&mut body, size)).collect::<Option<_>>()?;
    let (mut places, mut batches) = (numbers.into_iter().zip(lengths), Vec::with_capacity(bare.len()));
    for batch in bare {
        let (mut text, mut frames) = (Vec::new(), Vec::with_capacity(batch.frames().len()));
        for frame in batch.frames() {
            let (number, length) = places.next()?;
            let start = u32::try_from(text.len()).ok()?;
            text.extend_from_slice(take(alike.get_mut(number as usize)?, length as usize)?);
            frames.push(Frame { start, end: start.checked_add(length)?, ..*frame });
        }
        let (origin, context) = (Arc::clone(&batch.origin), batch.context.clone());
        let text = String::from_utf8(text).ok()?;
        let flaws = batch.flaws().to_vec();
        let mut whole = FrameBatch::new(origin, batch.received_us, context, text, frames, flaws);
        whole.forwarded = batch.forwarded;
        batches.push(whole);
    }
    let is_whole = body.is_empty() && places.next().is_none() && alike.iter().all(|left| left.is_empty());
    is_whole.then(|| Opened { leaves: leaves(&batches, &secret), batches })
}

/// The leaves of these frames.
fn leaves(batches: &[FrameBatch], secret: &Secret) -> Vec<Leaf> {
    let mut leaves: Vec<Leaf> = Vec::with_capacity(batches.iter().map(|batch| batch.frames().len()).sum());
    let (mut salts, mut head) = (Hash::default(), Vec::new());
    for batch in batches {
        // What its frames have in common: the batch without them.
        let mut origin = Vec::new();
        frame_bytes::push(&mut origin, &bare_of(batch, Vec::new(), Vec::new()), 0, LAYOUT);
        let origin = Hash::of(&[&origin]);
        let mut flaws = batch.flaws().iter().peekable();
        for ((_, frame, bytes), index) in frames(std::slice::from_ref(batch)).zip(0..) {
            let mut flawed = 0_u8;
            while let Some((_, flaw)) = flaws.next_if(|(at, _)| *at == index) {
                flawed |= match flaw {
                    Flaw::Truncated => 1,
                    Flaw::Recoded => 2,
                };
            }
            // One hash salts two leaves.
            let at = leaves.len();
            if at.is_multiple_of(2) {
                salts = Hash::of(&[secret, &(at as u64 / 2).to_le_bytes()]);
            }
            let mut salt = [0; SALT_BYTES];
            let (even, odd) = salts.0.split_at(SALT_BYTES);
            salt.copy_from_slice(if at.is_multiple_of(2) { even } else { odd });
            let mut leaf =
                Leaf { hash: Hash::default(), salt, origin, seq: frame.seq, sub: frame.sub, flawed };
            head.clear();
            leaf.push_head(&mut head);
            leaf.hash = Hash::of(&[&head, bytes]);
            leaves.push(leaf);
        }
    }
    leaves
}
