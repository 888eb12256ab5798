//! The body of a block: batches of frames with where they came from, byte for byte.
//!
//! Layout: each batch is its length-prefixed source and tenant, the receive time, the stream's context, the frames as
//! (gap before, length, step of seq, sub), the flaws, and the text. Numbers are LEB128 unless said.
//! Must not know: files, checksums, seqs of the journal.

use std::sync::Arc;

use schema::{Flaw, Frame, FrameBatch, Origin, StreamContext};

/// Appends `batch` to a body. Seqs are kept relative to `first_seq`.
pub fn push(body: &mut Vec<u8>, batch: &FrameBatch, first_seq: u64) {
    push_text(body, &batch.origin.source);
    push_text(body, &batch.origin.tenant);
    body.extend_from_slice(&batch.received_us.to_le_bytes());
    push_optional(body, batch.context.directives.as_deref());
    push_optional(body, batch.context.first_line.as_deref());
    push_optional(body, batch.context.peer.as_deref());
    push_number(body, batch.frames().len() as u64);
    let (mut end, mut seq) = (0, first_seq);
    for frame in batch.frames() {
        push_number(body, u64::from(frame.start.wrapping_sub(end)));
        push_number(body, u64::from(frame.end - frame.start));
        push_number(body, frame.seq.wrapping_sub(seq));
        push_number(body, u64::from(frame.sub));
        (end, seq) = (frame.end, frame.seq);
    }
    push_number(body, batch.flaws().len() as u64);
    for (frame, flaw) in batch.flaws() {
        push_number(body, u64::from(*frame));
        body.push(match flaw {
            Flaw::Truncated => 0,
            Flaw::Recoded => 1,
        });
    }
    push_number(body, batch.text().len() as u64);
    body.extend_from_slice(batch.text());
}

/// Reads a body back; none when it is not one, which a checksum that holds rules out but for another version's bytes.
pub fn read(mut body: &[u8], first_seq: u64, collector: &Arc<str>) -> Option<Vec<FrameBatch>> {
    let mut batches = Vec::new();
    while !body.is_empty() {
        batches.push(read_batch(&mut body, first_seq, collector)?);
    }
    Some(batches)
}

fn read_batch(body: &mut &[u8], first_seq: u64, collector: &Arc<str>) -> Option<FrameBatch> {
    let source = Arc::from(text(body)?);
    let tenant = Arc::from(text(body)?);
    let received_us = i64::from_le_bytes(take(body, 8)?.try_into().ok()?);
    let directives = optional(body)?.map(Arc::from);
    let first_line = optional(body)?.map(Arc::from);
    let peer = optional(body)?.map(Arc::from);
    let count = number(body)?;
    // A frame takes four bytes at least: no length from outside reserves memory.
    let mut frames = Vec::with_capacity((count as usize).min(body.len() / 4));
    let (mut end, mut seq) = (0_u32, first_seq);
    for _ in 0..count {
        let start = end.wrapping_add(u32::try_from(number(body)?).ok()?);
        end = start.checked_add(u32::try_from(number(body)?).ok()?)?;
        seq = seq.wrapping_add(number(body)?);
        frames.push(Frame { start, end, seq, sub: u32::try_from(number(body)?).ok()? });
    }
    let count = number(body)?;
    let mut flaws = Vec::with_capacity((count as usize).min(body.len() / 2));
    for _ in 0..count {
        let frame = u32::try_from(number(body)?).ok()?;
        let flaw = match take(body, 1)? {
            [0] => Flaw::Truncated,
            [1] => Flaw::Recoded,
            _ => return None,
        };
        flaws.push((frame, flaw));
    }
    let text = text(body)?.to_owned();
    if frames.iter().any(|frame| frame.end as usize > text.len()) {
        return None;
    }
    let origin = Origin { collector: Arc::clone(collector), source, tenant };
    let context = StreamContext { directives, first_line, peer };
    Some(FrameBatch::new(Arc::new(origin), received_us, context, text, frames, flaws))
}

fn push_number(body: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        body.push(number as u8 | 0x80);
        number >>= 7;
    }
    body.push(number as u8);
}

fn number(body: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let [byte] = take(body, 1)? else { return None };
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn push_text(body: &mut Vec<u8>, text: &str) {
    push_number(body, text.len() as u64);
    body.extend_from_slice(text.as_bytes());
}

fn text<'a>(body: &mut &'a [u8]) -> Option<&'a str> {
    let length = usize::try_from(number(body)?).ok()?;
    std::str::from_utf8(take(body, length)?).ok()
}

/// None is 0, a text its length and one.
fn push_optional(body: &mut Vec<u8>, text: Option<&str>) {
    push_number(body, text.map_or(0, |text| text.len() as u64 + 1));
    body.extend_from_slice(text.unwrap_or_default().as_bytes());
}

fn optional<'a>(body: &mut &'a [u8]) -> Option<Option<&'a str>> {
    match number(body)?.checked_sub(1) {
        None => Some(None),
        Some(length) => Some(Some(std::str::from_utf8(take(body, usize::try_from(length).ok()?)?).ok()?)),
    }
}

fn take<'a>(body: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = body.split_at_checked(length)?;
    *body = rest;
    Some(taken)
}
