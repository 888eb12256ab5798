//! What two nodes say to each other: one sends what its journal holds, the other says how far it has it.
//!
//! ```text
//! sender    `CAMPHOP` 1, number of its journal (8 bytes)
//! receiver  last seq of that journal that is durable here (8 bytes)
//! sender    length (4 bytes), a zstd frame with batches: as often as there are some
//! receiver  last seq that is durable here (8 bytes): for each of these
//! ```
//!
//! Numbers are little endian. The batches are those of `schema::frame_bytes`, each with what it brings along: what the sender's
//! journal holds behind `after`, up to `upto`. The first one follows what the receiver had answered, each further one the one
//! before. Promises: nothing that is read reserves memory beyond its bounds; what does not follow is no message.
//! Must not know: sockets.

use std::io::{self, Read};
use std::sync::Arc;

use schema::FrameBatch;
use schema::frame_bytes::{self, Layout};

/// How a conversation begins. The last byte is the version.
const MAGIC: &[u8; 8] = b"CAMPHOP\x01";
/// Bytes of the first words of a sender.
pub(crate) const HELLO_BYTES: usize = 16;
/// Bytes of an answer.
pub(crate) const ANSWER_BYTES: usize = 8;
/// Bytes before a message.
const LENGTH_BYTES: usize = 4;
/// Longest message as sent.
const MESSAGE_BYTES_MAX: usize = 64 << 20;
/// Longest message once decompressed.
const EXPANDED_BYTES_MAX: usize = 65 << 20;
/// 2^23 bytes: what a decoder is asked for at most.
const WINDOW_LOG_MAX: u32 = 23;
/// How hard messages are compressed.
const LEVEL: i32 = 3;
/// Latest receive time that is believed: the year 9999, µs since 1970 UTC.
const RECEIVED_US_MAX: i64 = 253_402_300_799_999_999;
/// Larger seqs are none.
const SEQ_MAX: u64 = 1 << 62;

/// The first words of a sender.
pub(crate) fn hello(journal: u64) -> [u8; HELLO_BYTES] {
    let mut hello = [0; HELLO_BYTES];
    let (magic, number) = hello.split_at_mut(MAGIC.len());
    magic.copy_from_slice(MAGIC);
    number.copy_from_slice(&journal.to_le_bytes());
    hello
}

/// The journal that a sender names; none when it is no sender of this version.
pub(crate) fn read_hello(hello: &[u8]) -> Option<u64> {
    Some(u64::from_le_bytes(hello.strip_prefix(MAGIC)?.get(..8)?.try_into().ok()?))
}

/// A message of these batches, each with what it brings along.
pub(crate) fn message(batches: &[FrameBatch]) -> io::Result<Vec<u8>> {
    let mut plain = Vec::with_capacity(batches.iter().map(|batch| batch.text().len() + 256).sum());
    batches.iter().for_each(|batch| frame_bytes::push(&mut plain, batch, 0, Layout::Forwarded));
    let mut compressor = zstd::bulk::Compressor::new(LEVEL)?;
    compressor.include_checksum(true)?;
    let packed = compressor.compress(&plain)?;
    let length = u32::try_from(packed.len()).map_err(io::Error::other)?;
    Ok([&length.to_le_bytes()[..], &packed].concat())
}

/// The message that starts `bytes` and how many of them it takes, once it is whole; none at all when it is no message.
pub(crate) fn read_message(bytes: &[u8]) -> Option<Option<(usize, Vec<FrameBatch>)>> {
    let Some(length) = bytes.first_chunk::<LENGTH_BYTES>() else { return Some(None) };
    let length = u32::from_le_bytes(*length) as usize;
    if length > MESSAGE_BYTES_MAX {
        return None;
    }
    let Some(packed) = bytes.get(LENGTH_BYTES..LENGTH_BYTES + length) else { return Some(None) };
    let batches = frame_bytes::read(&expanded(packed)?, 0, Layout::Forwarded, &Arc::from(""))?;
    let follows = batches.iter().all(is_sound)
        && batches.windows(2).all(|pair| match pair {
            [one, next] => one
                .forwarded
                .as_ref()
                .zip(next.forwarded.as_ref())
                .is_some_and(|(one, next)| one.journal == next.journal && one.upto == next.after),
            _ => false,
        });
    (follows && !batches.is_empty()).then_some(Some((LENGTH_BYTES + length, batches)))
}

fn expanded(packed: &[u8]) -> Option<Vec<u8>> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(packed).ok()?;
    decoder.window_log_max(WINDOW_LOG_MAX).ok()?;
    let mut plain = Vec::new();
    decoder.take(EXPANDED_BYTES_MAX as u64 + 1).read_to_end(&mut plain).ok()?;
    (plain.len() <= EXPANDED_BYTES_MAX).then_some(plain)
}

/// True when the frames are numbered one by one between `after` and `upto`, and no number is absurd.
fn is_sound(batch: &FrameBatch) -> bool {
    let (Some(forwarded), frames) = (&batch.forwarded, batch.frames()) else { return false };
    let (Some(first), Some(last)) = (frames.first(), frames.last()) else { return false };
    let steps = frames.windows(2).all(|pair| match pair {
        [one, next] => next.seq.wrapping_sub(one.seq) <= 1,
        _ => false,
    });
    steps
        && forwarded.after < first.seq
        && last.seq == forwarded.upto
        && forwarded.upto <= SEQ_MAX
        && (1..=SEQ_MAX).contains(&forwarded.first_seq)
        && (0..=RECEIVED_US_MAX).contains(&batch.received_us)
}

#[cfg(test)]
mod tests {
    use schema::{Forwarded, Frame, Origin, Reading, StreamContext};

    use super::*;

    fn batch(after: u64, seqs: std::ops::RangeInclusive<u64>) -> FrameBatch {
        let (mut text, mut frames) = (String::new(), Vec::new());
        for seq in seqs.clone() {
            let start = text.len() as u32;
            text.push_str(&format!("riga {seq}"));
            frames.push(Frame { start, end: text.len() as u32, seq, sub: 0 });
        }
        let origin = Origin { collector: "comune-a".into(), source: "rete".into(), tenant: "x".into() };
        let forwarded = Forwarded {
            journal: 7,
            after,
            upto: *seqs.end(),
            first_seq: *seqs.start(),
            arrived_us: 0,
            via: "".into(),
            reading: Reading { format: "auto".into(), zone: "Europe/Rome".into() },
        };
        let context = StreamContext::default();
        let mut batch = FrameBatch::new(Arc::new(origin), 5, context, text, frames, Vec::new());
        batch.forwarded = Some(Arc::new(forwarded));
        batch
    }

    fn read(bytes: &[u8]) -> Option<Option<usize>> {
        read_message(bytes).map(|read| read.map(|(taken, _)| taken))
    }

    #[test]
    fn a_message_is_read_once_it_is_whole() {
        assert_eq!(read_hello(&hello(0x0123_4567_89ab_cdef)), Some(0x0123_4567_89ab_cdef));
        assert_eq!(read_hello(b"CAMPHOP\x0212345678"), None);
        let bytes = message(&[batch(0, 1..=3), batch(3, 4..=4)]).unwrap();
        for at in 0..bytes.len() {
            assert_eq!(read(&bytes[..at]), Some(None), "{at}");
        }
        let (taken, batches) = read_message(&[&bytes[..], b"more"].concat()).unwrap().unwrap();
        assert_eq!((taken, batches.len()), (bytes.len(), 2));
        assert_eq!(&**batches[0].text(), b"riga 1riga 2riga 3");
    }

    #[test]
    fn what_does_not_follow_or_is_absurd_is_no_message() {
        let (mut dated, mut bare) = (batch(0, 1..=1), batch(0, 1..=1));
        dated.received_us = i64::MIN;
        bare.forwarded = None;
        let refused = [
            vec![batch(0, 1..=3), batch(4, 5..=6)],
            vec![batch(2, 2..=3)],
            vec![batch(0, SEQ_MAX + 1..=SEQ_MAX + 1)],
            vec![dated],
            vec![bare],
            Vec::new(),
        ];
        for (case, batches) in refused.iter().enumerate() {
            assert_eq!(read(&message(batches).unwrap()), None, "case {case}");
        }
        let gap = message(&[batch(0, 5..=6)]).unwrap();
        assert_eq!(read(&gap), Some(Some(gap.len())), "what a disk has lost keeps nobody waiting");
    }

    #[test]
    fn no_bytes_are_believed_to_be_long() {
        assert_eq!(read(&[0xff; 8]), None);
        let bomb = zstd::bulk::compress(&vec![0; EXPANDED_BYTES_MAX + 1], 1).unwrap();
        assert_eq!(read(&[&(bomb.len() as u32).to_le_bytes()[..], &bomb].concat()), None);
        let bytes = message(&[batch(0, 1..=3)]).unwrap();
        for at in LENGTH_BYTES..bytes.len() {
            let mut broken = bytes.clone();
            broken[at] ^= 0x55;
            read(&broken);
        }
    }
}
