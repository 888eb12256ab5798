//! The unit of reception: one contiguous buffer of received bytes, and where each frame lies in it.
//!
//! Promises: the text is valid UTF-8 and less than 4 GiB; frames are in order of arrival; nothing is copied
//! when it is parsed. Must not know: what a payload means.

use std::sync::Arc;

use arrow::buffer::Buffer;

/// Where frames come from and how their text is to be read. One for each source (a file, in file mode).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// First collector; the file's path in file mode.
    pub collector: Arc<str>,
    /// Configured source.
    pub source: Arc<str>,
    /// Tenant the source belongs to.
    pub tenant: Arc<str>,
}

/// One frame of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// First byte in the batch's text.
    pub start: u32,
    /// One past the last byte; line ends are outside.
    pub end: u32,
    /// Number within the collector, from 1 (the line in file mode).
    pub seq: u64,
    /// Index among the frames of that number: 0 but where one line holds many.
    pub sub: u32,
}

/// Why a frame is not what the device sent, byte for byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// Longer than the limit; the rest was cut.
    Truncated,
    /// Not UTF-8; read as Windows-1252.
    Recoded,
}

/// What frames need to be read and do not say themselves: header lines in force, who sent them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StreamContext {
    /// Directive lines in force (`#Fields: ...` of W3C and Zeek), newline separated.
    pub directives: Option<Arc<str>>,
    /// The first line of the stream, which may be a CSV header.
    pub first_line: Option<Arc<str>>,
    /// Address of the sender, in canonical form, when it came over a network.
    pub peer: Option<Arc<str>>,
}

/// How a source's frames are read where the configuration that says so is not at hand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reading {
    /// Name of the format, or `auto`.
    pub format: Arc<str>,
    /// Zone of devices that do not say theirs, an IANA name.
    pub zone: Arc<str>,
}

/// What a batch brings along that another node has sent here. Its origin's collector, source and receive time are those of the
/// node that collected it first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forwarded {
    /// The journal of the node that sent it.
    pub journal: u64,
    /// What that journal has behind this seq ...
    pub after: u64,
    /// ... and up to this one is the batch; what is missing of it, that node's disk has lost.
    pub upto: u64,
    /// Seq of the first frame at its first collector.
    pub first_seq: u64,
    /// When it came to this node, µs since 1970 UTC.
    pub arrived_us: i64,
    /// The source of this node that it came by.
    pub via: Arc<str>,
    /// How its first collector reads it.
    pub reading: Reading,
}

/// A batch of frames over one buffer.
#[derive(Debug, Clone)]
pub struct FrameBatch {
    /// Where they come from.
    pub origin: Arc<Origin>,
    /// When the collector received them, µs since 1970 UTC.
    pub received_us: i64,
    /// What earlier frames of the stream say of these.
    pub context: StreamContext,
    /// None when this node has collected it itself.
    pub forwarded: Option<Arc<Forwarded>>,
    text: Buffer,
    frames: Vec<Frame>,
    flaws: Vec<(u32, Flaw)>,
}

impl FrameBatch {
    /// A batch over `text`. `flaws` are (index of frame, flaw), in order.
    pub fn new(
        origin: Arc<Origin>,
        received_us: i64,
        context: StreamContext,
        text: String,
        frames: Vec<Frame>,
        flaws: Vec<(u32, Flaw)>,
    ) -> FrameBatch {
        debug_assert!(text.len() <= u32::MAX as usize);
        debug_assert!(frames.iter().all(|f| f.start <= f.end && f.end as usize <= text.len()));
        let text = Buffer::from_vec(text.into_bytes());
        FrameBatch { origin, received_us, context, forwarded: None, text, frames, flaws }
    }

    /// The received bytes, always valid UTF-8.
    pub fn text(&self) -> &Buffer {
        &self.text
    }

    /// The frames, in order of arrival.
    pub fn frames(&self) -> &[Frame] {
        &self.frames
    }

    /// Numbers the frames anew from `seq` on: frames that shared a number still do. Answers the number behind the last.
    pub fn number_from(&mut self, seq: u64) -> u64 {
        let (mut next, mut before) = (seq, None);
        for frame in &mut self.frames {
            if before != Some(frame.seq) {
                next += 1;
            }
            before = Some(frame.seq);
            frame.seq = next - 1;
        }
        next
    }

    /// What a seq of this node's journal and the seq that identifies the event differ by.
    pub fn seq_shift(&self) -> i64 {
        let first = self.forwarded.as_ref().zip(self.frames.first());
        first.map_or(0, |(forwarded, first)| forwarded.first_seq.wrapping_sub(first.seq) as i64)
    }

    /// When it came to this node, µs since 1970 UTC.
    pub fn arrived_us(&self) -> i64 {
        self.forwarded.as_ref().map_or(self.received_us, |forwarded| forwarded.arrived_us)
    }

    /// The source of this node that it came by.
    pub fn via(&self) -> &str {
        self.forwarded.as_ref().map_or(&self.origin.source, |forwarded| &forwarded.via)
    }

    /// The flaws of frames, (index of frame, flaw), in order.
    pub fn flaws(&self) -> &[(u32, Flaw)] {
        &self.flaws
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_numbered_anew_and_those_of_one_line_stay_together() {
        let frame = |seq, sub| Frame { start: 0, end: 0, seq, sub };
        let origin = Origin { collector: "sede".into(), source: "posta".into(), tenant: "default".into() };
        let frames = vec![frame(7, 0), frame(8, 0), frame(8, 1), frame(9, 0)];
        let mut batch =
            FrameBatch::new(Arc::new(origin), 0, StreamContext::default(), String::new(), frames, vec![]);
        assert_eq!(batch.number_from(100), 103);
        let seqs: Vec<(u64, u32)> = batch.frames().iter().map(|frame| (frame.seq, frame.sub)).collect();
        assert_eq!(seqs, [(100, 0), (101, 0), (101, 1), (102, 0)]);
    }
}
