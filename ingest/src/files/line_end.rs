//! Where lines end: LF, CRLF, or a lone CR in files that have nothing else.
//!
//! Promises: the same lines however the bytes arrive. Must not know: what a line holds.

use memchr::{memchr, memchr2};

/// What ends the lines of one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineEnd {
    /// LF, or CRLF. A lone CR belongs to the line.
    Lf,
    /// CR, and also LF and CRLF: an old Macintosh file, or a progress bar written to a file.
    Cr,
}

/// One line at the start of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    /// Its length, line end outside.
    pub(crate) length: usize,
    /// Its length with its line end.
    pub(crate) taken: usize,
}

impl LineEnd {
    /// Decided on the head of a text; `whole`: the head is all of it.
    pub(crate) fn of(head: &[u8], whole: bool) -> LineEnd {
        // A CR that closes the head may be half of a CRLF.
        let settled = if whole { head } else { head.strip_suffix(b"\r").unwrap_or(head) };
        match memchr(b'\n', head) {
            None if memchr(b'\r', settled).is_some() => LineEnd::Cr,
            _ => LineEnd::Lf,
        }
    }

    /// The line that starts `rest`, if its end is there. `last`: nothing follows `rest`.
    #[inline]
    pub(crate) fn line(self, rest: &[u8], last: bool) -> Option<Line> {
        match self {
            LineEnd::Lf => {
                let at = memchr(b'\n', rest)?;
                let carriage = at.checked_sub(1).and_then(|before| rest.get(before)) == Some(&b'\r');
                Some(Line { length: at - usize::from(carriage), taken: at + 1 })
            }
            LineEnd::Cr => {
                let at = memchr2(b'\r', b'\n', rest)?;
                if rest.get(at) == Some(&b'\n') {
                    return Some(Line { length: at, taken: at + 1 });
                }
                match rest.get(at + 1) {
                    Some(b'\n') => Some(Line { length: at, taken: at + 2 }),
                    None if !last => None,
                    _ => Some(Line { length: at, taken: at + 1 }),
                }
            }
        }
    }

    /// The last line of a text, which has no end.
    pub(crate) fn unended(self, rest: &[u8]) -> Line {
        Line { length: rest.strip_suffix(b"\r").unwrap_or(rest).len(), taken: rest.len() }
    }

    /// How many lines end within `bytes`.
    pub(crate) fn count(self, bytes: &[u8]) -> u64 {
        let byte = if self == LineEnd::Lf { b'\n' } else { b'\r' };
        memchr::memchr_iter(byte, bytes).count() as u64
    }

    /// Whether a text whose last byte is this one ends with a line end.
    pub(crate) fn closes(self, byte: u8) -> bool {
        byte == b'\n' || (self == LineEnd::Cr && byte == b'\r')
    }
}
