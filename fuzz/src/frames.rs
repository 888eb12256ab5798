//! An input's text to a batch of frames.

use std::sync::Arc;

use parsers::format::stream;
use schema::{Frame, FrameBatch, Origin};

/// Ends a frame (the record separator). A line end stays inside, as in a joined record.
pub const FRAME_END: char = '\u{1e}';

/// 2026-12-01 00:00 UTC.
const RECEIVED_US: i64 = 1_796_083_200_000_000;

/// The frames of a text, behind the stream's header when it has one.
pub fn frames(input: &str) -> FrameBatch {
    let (context, text) = stream(input);
    let origin = Origin { collector: "fuzz".into(), source: "fuzz".into(), tenant: "default".into() };
    let mut frames = Vec::new();
    let mut start = 0;
    for (seq, line) in (1..).zip(text.split(FRAME_END)) {
        let end = start + line.len();
        frames.push(Frame { start: start as u32, end: end as u32, seq, sub: 0 });
        start = end + FRAME_END.len_utf8();
    }
    FrameBatch::new(Arc::new(origin), RECEIVED_US, context, text.to_owned(), frames, vec![])
}

/// Each frame as a batch of its own.
pub fn alone(batch: &FrameBatch) -> impl Iterator<Item = FrameBatch> {
    batch.frames().iter().map(|frame| {
        let text = text_of(batch, frame).to_owned();
        let frame = Frame { start: 0, end: text.len() as u32, ..*frame };
        let origin = Arc::clone(&batch.origin);
        FrameBatch::new(origin, batch.received_us, batch.context.clone(), text, vec![frame], vec![])
    })
}

/// The text of a frame.
pub(crate) fn text_of<'b>(batch: &'b FrameBatch, frame: &Frame) -> &'b str {
    std::str::from_utf8(&batch.text()[frame.start as usize..frame.end as usize]).expect("cut at characters")
}
