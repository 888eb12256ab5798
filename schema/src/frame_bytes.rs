//! Batches of frames as bytes: the body of a journal's block, and of a message between two nodes.
//!
//! Layout: each batch is its length-prefixed source and tenant, the receive time, the stream's context, the frames as
//! (gap before, length, step of seq, sub), the flaws, and the text. Numbers are LEB128 unless said. `docs/journal-format.md`
//! draws it. Promises: no bytes from outside reserve more memory than they are, and no frame lies outside its text.
//! Must not know: files, sockets, checksums.

use std::sync::Arc;

use crate::frame::{Flaw, Forwarded, Frame, FrameBatch, Origin, Reading, StreamContext};

/// What stands before each batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Nothing: this node has collected all of them.
    Own,
    /// What a batch of another node brings along, or that it is none.
    Forwarded,
}

impl Layout {
    /// The smaller layout that holds all of these.
    pub fn of(batches: &[FrameBatch]) -> Layout {
        match batches.iter().any(|batch| batch.forwarded.is_some()) {
            true => Layout::Forwarded,
            false => Layout::Own,
        }
    }
}

/// Appends `batch` to a body. Seqs are kept relative to `first_seq`.
pub fn push(body: &mut Vec<u8>, batch: &FrameBatch, first_seq: u64, layout: Layout) {
    if layout == Layout::Forwarded {
        push_forwarded(body, batch);
    }
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

/// Reads a body back; none when it is not one. What no other node has sent was collected by `collector`.
pub fn read(
    mut body: &[u8],
    first_seq: u64,
    layout: Layout,
    collector: &Arc<str>,
) -> Option<Vec<FrameBatch>> {
    let mut batches = Vec::new();
    while !body.is_empty() {
        let brought = match layout {
            Layout::Own => None,
            Layout::Forwarded => read_forwarded(&mut body)?,
        };
        let (collector, forwarded) = match brought {
            Some((collector, forwarded)) => (collector, Some(Arc::new(forwarded))),
            None => (Arc::clone(collector), None),
        };
        let mut batch = read_batch(&mut body, first_seq, collector)?;
        batch.forwarded = forwarded;
        batches.push(batch);
    }
    Some(batches)
}

/// 0 for a batch of this node, else 1 and what another's brings along.
fn push_forwarded(body: &mut Vec<u8>, batch: &FrameBatch) {
    let Some(forwarded) = &batch.forwarded else { return body.push(0) };
    body.push(1);
    body.extend_from_slice(&forwarded.journal.to_le_bytes());
    push_number(body, forwarded.after);
    push_number(body, forwarded.upto.wrapping_sub(forwarded.after));
    push_number(body, forwarded.first_seq);
    body.extend_from_slice(&forwarded.arrived_us.to_le_bytes());
    push_text(body, &batch.origin.collector);
    push_text(body, &forwarded.via);
    push_text(body, &forwarded.reading.format);
    push_text(body, &forwarded.reading.zone);
}

/// The first collector and the rest of what a batch of another node brings along.
fn read_forwarded(body: &mut &[u8]) -> Option<Option<(Arc<str>, Forwarded)>> {
    match take(body, 1)? {
        [0] => return Some(None),
        [1] => {}
        _ => return None,
    }
    let journal = u64::from_le_bytes(take(body, 8)?.try_into().ok()?);
    let after = number(body)?;
    let upto = after.checked_add(number(body)?)?;
    let first_seq = number(body)?;
    let arrived_us = i64::from_le_bytes(take(body, 8)?.try_into().ok()?);
    let collector = Arc::from(text(body)?);
    let via = Arc::from(text(body)?);
    let reading = Reading { format: text(body)?.into(), zone: text(body)?.into() };
    Some(Some((collector, Forwarded { journal, after, upto, first_seq, arrived_us, via, reading })))
}

fn read_batch(body: &mut &[u8], first_seq: u64, collector: Arc<str>) -> Option<FrameBatch> {
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
    let is_inside = |frame: &Frame| text.get(frame.start as usize..frame.end as usize).is_some();
    if !frames.iter().all(is_inside) {
        return None;
    }
    let origin = Origin { collector, source, tenant };
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

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(forwarded: Option<Forwarded>) -> FrameBatch {
        let collector = if forwarded.is_some() { "comune-a" } else { "sede" };
        let origin = Origin { collector: collector.into(), source: "rete".into(), tenant: "default".into() };
        let frame = |start, end, seq| Frame { start, end, seq, sub: 0 };
        let context = StreamContext { peer: Some("192.0.2.7".into()), ..StreamContext::default() };
        let frames = vec![frame(0, 3, 8), frame(4, 9, 9)];
        let text = "uno più\n".to_owned();
        let flaws = vec![(1, Flaw::Recoded)];
        let mut batch = FrameBatch::new(origin.into(), 7, context, text, frames, flaws);
        batch.forwarded = forwarded.map(Arc::new);
        batch
    }

    fn forwarded() -> Forwarded {
        let reading = Reading { format: "auto".into(), zone: "Europe/Rome".into() };
        Forwarded {
            journal: 5,
            after: 40,
            upto: 50,
            first_seq: 41,
            arrived_us: 9,
            via: "comuni".into(),
            reading,
        }
    }

    #[test]
    fn batches_of_this_node_and_of_others_are_read_as_they_were_written() {
        let batches = [batch(None), batch(Some(forwarded()))];
        let layout = Layout::of(&batches);
        assert_eq!((layout, Layout::of(&batches[..1])), (Layout::Forwarded, Layout::Own));
        let mut body = Vec::new();
        batches.iter().for_each(|batch| push(&mut body, batch, 8, layout));
        let read = read(&body, 8, layout, &"sede".into()).unwrap();
        let mut again = Vec::new();
        read.iter().for_each(|batch| push(&mut again, batch, 8, layout));
        assert_eq!(again, body);
        for (read, batch) in read.iter().zip(&batches) {
            assert_eq!((&read.origin, &read.forwarded), (&batch.origin, &batch.forwarded));
            assert_eq!(
                (read.frames(), read.flaws(), &**read.text()),
                (batch.frames(), batch.flaws(), &**batch.text())
            );
        }
        assert_eq!((read[0].seq_shift(), read[1].seq_shift()), (0, 33));
        assert_eq!((read[1].arrived_us(), read[1].via()), (9, "comuni"));
    }

    #[test]
    fn no_bytes_whatever_make_reading_fail_otherwise_than_by_saying_so() {
        let mut body = Vec::new();
        push(&mut body, &batch(Some(forwarded())), 8, Layout::Forwarded);
        for at in 0..body.len() {
            let collector = "sede".into();
            assert!(
                read(&body[..at], 8, Layout::Forwarded, &collector).is_none_or(|batches| batches.is_empty())
            );
            for value in [0, 1, 0x7f, 0x80, 0xff] {
                let mut broken = body.clone();
                broken[at] = value;
                read(&broken, 8, Layout::Forwarded, &collector);
                read(&broken, 8, Layout::Own, &collector);
            }
        }
    }
}
