//! Records over several lines: which line opens one, and where it ends.
//!
//! Promises: decided on bytes alone, never on a batch's edge; a line belongs to exactly one record; a record closes
//! before the next head line, or at 1 MiB or 1,000 lines; linear. Must not know: what a record says.

mod audit;
mod journal;
pub(crate) mod partial;
pub(crate) mod trace;

use super::csvlog;
use super::line_end::LineEnd;
use trace::Trace;

/// Longest record that is joined.
pub(crate) const RECORD_BYTES_MAX: usize = 1024 * 1024;
/// Most lines that are joined.
pub(crate) const RECORD_LINES_MAX: u64 = 1_000;

/// What follows from the first line of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Join {
    /// The record ends so many bytes on, line end outside, and closes that many lines before its last.
    Record { length: usize, inner_lines: u64 },
    /// Its end is not among these bytes.
    More,
    /// Not a record over several lines.
    No,
}

/// Records that may span lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// PostgreSQL csvlog: a quote is open.
    Csvlog,
    /// A log line, perhaps with a stack trace or indented lines behind it.
    Trace,
    /// Records of Linux audit with one serial.
    Audit,
    /// A journal entry in systemd's export format.
    Journal,
}

/// Whether a line opens a record that may go on, and which.
#[inline]
pub(crate) fn opens(line: &[u8]) -> Option<Kind> {
    match line.first()? {
        b'0'..=b'9' if csvlog::opens_record(line) => Some(Kind::Csvlog),
        b't' | b'n' if audit::serial(line).is_some() => Some(Kind::Audit),
        b'_' if journal::opens(line) => Some(Kind::Journal),
        b'0'..=b'9' | b'[' | b'A'..=b'Z' if trace::opens(line) => Some(Kind::Trace),
        // A month as other languages write it.
        b'a'..=b'z' if line.get(3) == Some(&b' ') && trace::opens(line) => Some(Kind::Trace),
        _ => None,
    }
}

/// How a line stands to the record before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Part of it.
    Inside,
    /// The next head line, or foreign.
    Outside,
    /// The line behind it tells.
    Unclear,
}

/// Finds the end of the record that starts `rest` with a line of that kind. `last`: nothing follows `rest`.
pub(crate) fn join(kind: Kind, rest: &[u8], line_end: LineEnd, last: bool) -> Join {
    if kind == Kind::Csvlog {
        return csvlog::join(rest, last);
    }
    let bounded = rest.get(..RECORD_BYTES_MAX).unwrap_or(rest);
    let is_whole = last && bounded.len() == rest.len();
    let mut lines = Lines { rest: bounded, at: 0, line_end, is_whole };
    let Some(head) = lines.next() else { return Join::No };
    let mut reader = Reader::of(kind, head);
    // Where the record ends so far, and how many lines close before that.
    let (mut length, mut inner_lines) = (head.len(), 0);
    let mut seen = 0;
    while seen < RECORD_LINES_MAX {
        let Some(line) = lines.next() else {
            // The next line is not all there: what is there may be enough to say that it is foreign.
            let partial = bounded.get(lines.at..).unwrap_or_default();
            let is_decided = is_whole || bounded.len() == RECORD_BYTES_MAX || reader.is_foreign(partial);
            return if is_decided { end(length, inner_lines) } else { Join::More };
        };
        seen += 1;
        match reader.next(line) {
            Next::Inside => {
                length = lines.start_of(line) + line.len();
                inner_lines = seen;
            }
            Next::Unclear => {}
            Next::Outside => break,
        }
    }
    end(length, inner_lines)
}

fn end(length: usize, inner_lines: u64) -> Join {
    if inner_lines == 0 { Join::No } else { Join::Record { length, inner_lines } }
}

/// Reads line after line of one record.
enum Reader<'a> {
    Trace(Trace),
    Audit(&'a [u8]),
    Journal,
}

impl<'a> Reader<'a> {
    fn of(kind: Kind, head: &'a [u8]) -> Reader<'a> {
        match kind {
            Kind::Audit => Reader::Audit(audit::serial(head).unwrap_or_default()),
            Kind::Journal => Reader::Journal,
            Kind::Csvlog | Kind::Trace => Reader::Trace(Trace::of(head)),
        }
    }

    fn next(&mut self, line: &[u8]) -> Next {
        let is_inside = match self {
            Reader::Trace(trace) => return trace.next(line),
            Reader::Audit(serial) => audit::serial(line) == Some(serial),
            Reader::Journal => journal::continues(line),
        };
        if is_inside { Next::Inside } else { Next::Outside }
    }

    /// Whether a line of which only the start is there can be no part of the record.
    fn is_foreign(&self, partial: &[u8]) -> bool {
        match self {
            Reader::Trace(_) => trace::is_head_start(partial),
            Reader::Audit(_) | Reader::Journal => false,
        }
    }
}

struct Lines<'a> {
    rest: &'a [u8],
    at: usize,
    line_end: LineEnd,
    is_whole: bool,
}

impl<'a> Lines<'a> {
    /// The next whole line.
    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest.get(self.at..)?;
        let line = match self.line_end.line(rest, self.is_whole) {
            Some(line) => line,
            None if self.is_whole && !rest.is_empty() => self.line_end.unended(rest),
            None => return None,
        };
        self.at += line.taken;
        rest.get(..line.length)
    }

    /// Where a line that was given starts.
    fn start_of(&self, line: &[u8]) -> usize {
        line.as_ptr().addr().saturating_sub(self.rest.as_ptr().addr())
    }
}
