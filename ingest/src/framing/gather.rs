//! Messages that arrive whole (datagrams, frames of a protocol), gathered into one text.
//!
//! Promises: a message is one frame, whatever line ends are inside; one over the limit is cut and says so.
//! Must not know: protocols.

use super::cut::{Cut, Marks};
use super::utf8::char_start;

/// Messages gathered so far.
#[derive(Debug)]
pub struct Gather {
    line_bytes_max: usize,
    text: Vec<u8>,
    marks: Marks,
}

impl Gather {
    /// None yet; longer ones than `line_bytes_max` will be cut.
    pub fn new(line_bytes_max: usize) -> Gather {
        Gather { line_bytes_max: line_bytes_max.max(1), text: Vec::new(), marks: Marks::default() }
    }

    /// Adds a message, line ends and NUL behind it left out. One without anything else is no message: answers false.
    pub fn push(&mut self, message: &[u8]) -> bool {
        let message = trim_end(message);
        if message.is_empty() {
            return false;
        }
        let is_truncated = message.len() > self.line_bytes_max;
        let length = if is_truncated { char_start(message, self.line_bytes_max) } else { message.len() };
        let start = self.text.len();
        self.text.extend_from_slice(message.get(..length).unwrap_or_default());
        self.marks.push(&self.text, start, start + length, is_truncated);
        true
    }

    /// Longest message that is not cut.
    pub fn line_bytes_max(&self) -> usize {
        self.line_bytes_max
    }

    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.marks.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// Bytes of their text.
    pub fn text_bytes(&self) -> usize {
        self.text.len()
    }

    /// Takes them all.
    pub fn take(&mut self) -> Cut {
        self.marks.close(std::mem::take(&mut self.text))
    }
}

/// Without line ends and NUL at the end.
#[inline]
pub(super) fn trim_end(message: &[u8]) -> &[u8] {
    let ends = message.iter().rev().take_while(|byte| matches!(byte, b'\n' | b'\r' | 0)).count();
    message.get(..message.len() - ends).unwrap_or_default()
}
