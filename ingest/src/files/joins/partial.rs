//! Lines that a container runtime wrote in parts: `STAMP stdout P text`, the last one `STAMP stdout F text`.
//!
//! Promises: parts of one stream join, those of the other stay apart, and both keep the order of their first
//! lines; a joined line is no longer than any other may be; a group closes when no stream is open, before a line
//! of another kind, or at the bounds of every record. Must not know: what the text says.
//! Source: Kubernetes, design proposal "CRI: log management".

use memchr::memchr;

use super::{Lines, RECORD_BYTES_MAX, RECORD_LINES_MAX};
use crate::files::line_end::LineEnd;
use crate::framing::utf8::char_start;

/// No stamp with its fraction and zone is longer.
const STAMP_BYTES_MAX: usize = 40;

/// One line of such a file.
struct Part<'a> {
    /// 0 for `stdout`, 1 for `stderr`.
    stream: usize,
    /// Where the flag stands in the line.
    flag_at: usize,
    is_partial: bool,
    text: &'a [u8],
}

impl<'a> Part<'a> {
    fn read(line: &'a [u8]) -> Option<Part<'a>> {
        if line.get(10) != Some(&b'T') {
            return None;
        }
        let stream_at = memchr(b' ', line.get(..STAMP_BYTES_MAX).unwrap_or(line))? + 1;
        let stream = match line.get(stream_at..stream_at + 7)? {
            b"stdout " => 0,
            b"stderr " => 1,
            _ => return None,
        };
        let flag_at = stream_at + 7;
        let is_partial = match line.get(flag_at)? {
            b'P' => true,
            b'F' => false,
            _ => return None,
        };
        // Tags may follow behind colons.
        let behind = line.get(flag_at + 1..)?;
        if !matches!(behind.first(), None | Some(b' ' | b':')) {
            return None;
        }
        let text = memchr(b' ', behind).and_then(|blank| behind.get(blank + 1..)).unwrap_or_default();
        Some(Part { stream, flag_at, is_partial, text })
    }
}

/// Whether a line is a part whose rest follows.
#[inline]
pub(crate) fn opens(line: &[u8]) -> bool {
    Part::read(line).is_some_and(|part| part.is_partial)
}

/// A line made of parts, or one that stood between them.
#[derive(Debug)]
pub(crate) struct Joined {
    pub(crate) text: Vec<u8>,
    /// How many lines close before its first.
    pub(crate) lines_before: u64,
    pub(crate) is_truncated: bool,
}

/// Lines between which parts of others stand.
#[derive(Debug)]
pub(crate) struct Group {
    /// In order of their first lines; together no longer than what they are made of.
    pub(crate) lines: Vec<Joined>,
    /// Where the last line ends, its line end outside, and how many lines close before it.
    pub(crate) length: usize,
    pub(crate) inner_lines: u64,
}

/// Joins from the part that starts `rest`; none when more bytes are needed. `last`: nothing follows `rest`.
pub(crate) fn join(rest: &[u8], line_end: LineEnd, line_bytes_max: usize, last: bool) -> Option<Group> {
    let bounded = rest.get(..RECORD_BYTES_MAX).unwrap_or(rest);
    let is_whole = last && bounded.len() == rest.len();
    let mut lines = Lines { rest: bounded, at: 0, line_end, is_whole };
    let mut group = Group { lines: Vec::new(), length: 0, inner_lines: 0 };
    let mut open = [None; 2];
    for seen in 0..=RECORD_LINES_MAX {
        let Some(line) = lines.next() else {
            return (is_whole || bounded.len() == RECORD_BYTES_MAX).then_some(group);
        };
        let Some(part) = Part::read(line) else { break };
        group.length = lines.start_of(line) + line.len();
        group.inner_lines = seen;
        let place = open.get_mut(part.stream)?;
        match place.and_then(|index: usize| group.lines.get_mut(index)) {
            Some(joined) => joined.add(&part, line_bytes_max),
            None => {
                *place = Some(group.lines.len());
                group.lines.push(Joined::of(line, seen, line_bytes_max));
            }
        }
        if !part.is_partial {
            *place = None;
        }
        if open == [None; 2] {
            break;
        }
    }
    Some(group)
}

impl Joined {
    fn of(line: &[u8], lines_before: u64, line_bytes_max: usize) -> Joined {
        let mut joined = Joined { text: line.to_vec(), lines_before, is_truncated: false };
        joined.bound(line_bytes_max);
        joined
    }

    /// Appends a part as far as a line may reach; the last one says that the line is whole.
    fn add(&mut self, part: &Part<'_>, line_bytes_max: usize) {
        if !part.is_partial
            && let Some(own) = Part::read(&self.text).map(|own| own.flag_at)
            && let Some(flag) = self.text.get_mut(own)
        {
            *flag = b'F';
        }
        if !self.is_truncated {
            self.text.extend_from_slice(part.text);
            self.bound(line_bytes_max);
        }
    }

    fn bound(&mut self, line_bytes_max: usize) {
        if self.text.len() > line_bytes_max {
            self.text.truncate(char_start(&self.text, line_bytes_max));
            self.is_truncated = true;
        }
    }
}
