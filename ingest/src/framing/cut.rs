//! Frames under construction over one buffer.
//!
//! Promises: the text is valid UTF-8 and every frame starts and ends between characters, whatever was pushed.
//! Must not know: where frames end.

use schema::{Flaw, Frame};

use super::utf8::{continues, repair};

/// Frames over a text of their own, not yet a batch: where they come from is to be said.
#[derive(Debug, Default)]
pub struct Cut {
    /// The text, valid UTF-8.
    pub text: String,
    /// Where frames lie in it, numbered from 1.
    pub frames: Vec<Frame>,
    /// (index of frame, flaw), in order.
    pub flaws: Vec<(u32, Flaw)>,
}

/// Frames found so far.
#[derive(Debug, Default)]
pub(super) struct Marks {
    frames: Vec<Frame>,
    flaws: Vec<(u32, Flaw)>,
    /// A frame's edge lies inside a character: a count was wrong, or a message ended there.
    is_crooked: bool,
}

impl Marks {
    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.frames.len()
    }

    /// Adds a frame of `bytes`.
    #[inline]
    pub(super) fn push(&mut self, bytes: &[u8], start: usize, end: usize, is_truncated: bool) {
        self.is_crooked |= continues(bytes.get(start)) || continues(bytes.get(end));
        if is_truncated {
            self.flaws.push((self.frames.len() as u32, Flaw::Truncated));
        }
        let seq = self.frames.len() as u64 + 1;
        self.frames.push(Frame { start: start as u32, end: end as u32, seq, sub: 0 });
    }

    /// Takes the frames, over the bytes in which they were found.
    pub(super) fn close(&mut self, bytes: Vec<u8>) -> Cut {
        let frames = std::mem::take(&mut self.frames);
        let flaws = std::mem::take(&mut self.flaws);
        let bytes = match std::mem::take(&mut self.is_crooked) {
            true => bytes,
            false => match String::from_utf8(bytes) {
                Ok(text) => return Cut { text, frames, flaws },
                Err(error) => error.into_bytes(),
            },
        };
        let repaired = repair(&bytes, frames, &flaws);
        Cut { text: repaired.text, frames: repaired.frames, flaws: repaired.flaws }
    }
}
