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
        let (bytes, frames) = (fitted(bytes), fitted(std::mem::take(&mut self.frames)));
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

/// Without the room that grew for more: what waits is bounded by what it holds. Copied, as an allocator leaves a block that
/// is still half full where it is.
fn fitted<T: Copy>(grown: Vec<T>) -> Vec<T> {
    if grown.capacity() - grown.len() > grown.len() / 8 { grown.as_slice().to_vec() } else { grown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_keeps_little_more_than_it_holds() {
        let mut marks = Marks::default();
        let mut text = Vec::with_capacity(1 << 20);
        for number in 0..100 {
            let start = text.len();
            text.extend_from_slice(b"una riga");
            marks.push(&text, start, text.len(), number == 7);
        }
        let cut = marks.close(text);
        assert_eq!((cut.text.len(), cut.frames.len(), cut.flaws.len()), (800, 100, 1));
        assert!(cut.text.capacity() <= 900, "{}", cut.text.capacity());
        assert!(cut.frames.capacity() <= 113, "{}", cut.frames.capacity());
    }
}
