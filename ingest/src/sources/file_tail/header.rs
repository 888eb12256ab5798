//! Header lines of a file that is followed: directives in force (`#Fields: …`), and the first line.
//!
//! Promises: frames go with the directives that stood before them, also after a restart as long as those stand in the head of the
//! file. Must not know: what directives mean.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use schema::{Frame, StreamContext};

use crate::framing::directives::{Directives, name};
use crate::framing::{Cut, Cuts, Framer};

/// So much of a file is read again for its header after a restart.
const HEAD_BYTES: u64 = 64 * 1024;

/// What was said of the frames to come.
#[derive(Debug, Default)]
pub(super) struct Header {
    directives: Directives,
    first_line: Option<Arc<str>>,
}

impl Header {
    /// What the head of a file says of the frames behind `offset_bytes`.
    pub(super) fn of(file: &File, offset_bytes: u64) -> io::Result<Header> {
        let length = offset_bytes.min(HEAD_BYTES);
        let mut framer = Framer::new(usize::try_from(length).unwrap_or(usize::MAX));
        framer.buffer().resize(usize::try_from(length).unwrap_or_default(), 0);
        file.read_exact_at(framer.buffer(), 0)?;
        // A line that the head cuts says nothing.
        framer.cut(length == offset_bytes);
        let mut header = Header::default();
        if let Some(cut) = framer.take() {
            header.parts(cut);
        }
        Ok(header)
    }

    /// Frames that share a context, with it. Directives themselves are no frames.
    pub(super) fn parts(&mut self, cut: Cut) -> Vec<(Cut, StreamContext)> {
        if let (None, Some(first)) = (&self.first_line, cut.frames.first()) {
            self.first_line = Some(text(&cut, first).into());
        }
        let directive = |frame: &Frame| name(text(&cut, frame).as_bytes());
        let found: Vec<_> =
            cut.frames.iter().enumerate().filter_map(|(at, frame)| Some((at, directive(frame)?))).collect();
        if found.is_empty() {
            return vec![(cut, self.context())];
        }
        let mut parts = Vec::new();
        let mut start = 0;
        for (at, name) in found {
            parts.extend(part(&cut, start..at).map(|part| (part, self.context())));
            if let Some(frame) = cut.frames.get(at) {
                self.directives.apply(name, text(&cut, frame));
            }
            start = at + 1;
        }
        parts.extend(part(&cut, start..cut.frames.len()).map(|part| (part, self.context())));
        parts
    }

    fn context(&mut self) -> StreamContext {
        let (directives, first_line) = (self.directives.in_force(), self.first_line.clone());
        StreamContext { directives, first_line, peer: None }
    }
}

fn text<'c>(cut: &'c Cut, frame: &Frame) -> &'c str {
    cut.text.get(frame.start as usize..frame.end as usize).unwrap_or_default()
}

/// Some frames over a text of their own; none when there are none.
fn part(cut: &Cut, range: Range<usize>) -> Option<Cut> {
    let frames = cut.frames.get(range.clone())?;
    let (start, end) = (frames.first()?.start, frames.last()?.end);
    let moved = |frame: &Frame| Frame { start: frame.start - start, end: frame.end - start, ..*frame };
    let flaws = cut.flaws.iter().filter(|(at, _)| range.contains(&(*at as usize)));
    Some(Cut {
        text: cut.text.get(start as usize..end as usize)?.to_owned(),
        frames: frames.iter().map(moved).collect(),
        flaws: flaws.map(|(at, flaw)| (at - range.start as u32, *flaw)).collect(),
    })
}
