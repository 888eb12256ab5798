//! Cuts a stream into frames as its bytes arrive: lines, and counted frames (RFC 6587), told apart frame by frame.
//!
//! Promises: a stream of lines and rightly counted frames gives the same frames however its bytes arrive, and nothing but
//! line ends and counts is left out; a frame that is whole is not held back; memory is one burst and one frame, also for a
//! line of any length; each byte is looked at once and moved only when a frame is cut by the end of a burst.
//! Must not know: where bytes come from, what a frame means.

use memchr::{memchr, memchr2};

use super::Cuts;
use super::cut::{Cut, Marks};
use super::gather::trim_end;
use super::octets::{self, Behind, Counted, Head};
use super::utf8::char_start;

/// Shortest limit of a line: a count and a priority are read whole.
const LINE_BYTES_MAX_LOWEST: usize = 16;
/// Longest limit of a line, so that a batch stays under 4 GiB.
const LINE_BYTES_MAX_HIGHEST: usize = 256 * 1024 * 1024;

/// What ends the lines of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineEnd {
    /// None seen yet: the first one decides.
    Open,
    /// LF, CRLF. A NUL belongs to the line.
    Lf,
    /// NUL, and also LF.
    Nul,
    /// NUL alone.
    NulAlone,
}

/// What is passed over behind a frame that was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Skip {
    Nothing,
    Line,
    Bytes(usize),
}

/// What the next bytes are. Lengths count from the framer's place.
enum Step {
    /// Undecided: more bytes are needed.
    More,
    /// Nothing to deliver.
    Gap(usize),
    Frame {
        start: usize,
        end: usize,
        taken: usize,
    },
    /// A frame over the limit.
    Long {
        start: usize,
        end: usize,
        taken: usize,
        skip: Skip,
    },
}

/// The state of cutting one stream.
#[derive(Debug)]
pub struct Framer {
    line_bytes_max: usize,
    /// Bytes not yet delivered: those up to `at` are cut.
    buffer: Vec<u8>,
    at: usize,
    /// Bytes behind `at` in which no line end was found.
    searched: usize,
    line_end: LineEnd,
    skip: Skip,
    marks: Marks,
}

impl Framer {
    /// A framer at the start of a stream. Longer frames than `line_bytes_max` will be cut.
    pub fn new(line_bytes_max: usize) -> Framer {
        Framer {
            line_bytes_max: line_bytes_max.clamp(LINE_BYTES_MAX_LOWEST, LINE_BYTES_MAX_HIGHEST),
            buffer: Vec::new(),
            at: 0,
            searched: 0,
            line_end: LineEnd::Open,
            skip: Skip::Nothing,
            marks: Marks::default(),
        }
    }

    /// A framer of messages that NUL ends, whatever lines are inside (GELF over TCP).
    pub fn ended_by_nul(line_bytes_max: usize) -> Framer {
        Framer { line_end: LineEnd::NulAlone, ..Framer::new(line_bytes_max) }
    }

    /// Bytes of memory it holds.
    pub fn held_bytes(&self) -> usize {
        self.buffer.capacity()
    }

    #[inline]
    fn push(&mut self, start: usize, end: usize, taken: usize, is_truncated: bool) {
        self.marks.push(&self.buffer, self.at + start, self.at + end, is_truncated);
        self.advance(taken);
    }

    #[inline]
    fn advance(&mut self, taken: usize) {
        self.at += taken;
        self.searched = 0;
    }

    /// Passes over what is left of a frame that was cut.
    fn pass_over(&mut self) {
        let rest = self.buffer.get(self.at..).unwrap_or_default();
        let passed = match self.skip {
            Skip::Nothing => return,
            Skip::Line => match self.line_end.find(rest) {
                Some(at) => {
                    self.skip = Skip::Nothing;
                    self.line_end = self.line_end.decided(rest.get(at));
                    at + 1
                }
                None => rest.len(),
            },
            Skip::Bytes(left) => {
                let passed = left.min(rest.len());
                self.skip = if passed == left { Skip::Nothing } else { Skip::Bytes(left - passed) };
                passed
            }
        };
        self.advance(passed);
    }

    /// What comes next.
    #[inline]
    fn step(&mut self, is_last: bool) -> Step {
        let rest = self.buffer.get(self.at..).unwrap_or_default();
        match rest.first() {
            None => Step::More,
            Some(b'\n' | b'\r' | 0) => Step::Gap(rest.len() - trim_start(rest).len()),
            Some(b'1'..=b'9') => match octets::head(rest).filter(|head| head.count >= 5) {
                Some(head) => self.counted(head, is_last),
                None => self.line(is_last),
            },
            Some(_) => self.line(is_last),
        }
    }

    /// The counted frame that comes next; a line, if its count is wrong.
    fn counted(&mut self, head: Head, is_last: bool) -> Step {
        let rest = self.buffer.get(self.at..).unwrap_or_default();
        let start = head.length;
        // One byte more than the limit tells whether a character ends there.
        if head.count > self.line_bytes_max && rest.len() > start + self.line_bytes_max {
            let body = rest.get(start..).unwrap_or_default();
            let end = start + char_start(body, self.line_bytes_max);
            return Step::Long { start, end, taken: end, skip: Skip::Bytes(start + head.count - end) };
        }
        let behind = if is_last { Behind::Nothing } else { Behind::Unheard };
        match octets::measure_behind(rest, head, behind) {
            Counted::Frame { length, taken } => {
                let body = trim_end(rest.get(start..length).unwrap_or_default());
                Step::Frame { start, end: start + body.len(), taken }
            }
            Counted::More => Step::More,
            Counted::No => self.line(is_last),
        }
    }

    /// The line that comes next.
    #[inline]
    fn line(&mut self, is_last: bool) -> Step {
        let rest = self.buffer.get(self.at..).unwrap_or_default();
        let ahead = rest.get(self.searched..).unwrap_or_default();
        let found = self.line_end.find(ahead).map(|at| self.searched + at);
        if let Some(end) = found {
            self.line_end = self.line_end.decided(rest.get(end));
        }
        let (line, taken, skip) = match found {
            Some(end) => (rest.get(..end).unwrap_or_default(), end + 1, Skip::Nothing),
            None if is_last || self.is_over(rest) => (rest, rest.len(), Skip::Line),
            None => {
                self.searched = rest.len();
                return Step::More;
            }
        };
        let line = trim_end(line);
        if line.len() > self.line_bytes_max || (skip == Skip::Line && !is_last) {
            return Step::Long { start: 0, end: char_start(line, self.line_bytes_max), taken, skip };
        }
        match line.trim_ascii().is_empty() {
            true => Step::Gap(taken),
            false => Step::Frame { start: 0, end: line.len(), taken },
        }
    }

    /// True when a line that has not ended is too long already. What may belong to its end does not count, up to a bound.
    fn is_over(&self, line: &[u8]) -> bool {
        line.len() > self.line_bytes_max
            && (trim_end(line).len() > self.line_bytes_max || line.len() > self.line_bytes_max * 2)
    }
}

impl Cuts for Framer {
    fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    fn cut(&mut self, is_last: bool) {
        loop {
            self.pass_over();
            let step = self.step(is_last);
            match step {
                Step::More => return,
                Step::Gap(taken) => self.advance(taken),
                Step::Frame { start, end, taken } => self.push(start, end, taken, false),
                Step::Long { start, end, taken, skip } => {
                    self.push(start, end, taken, true);
                    self.skip = skip;
                }
            }
        }
    }

    fn is_unfinished(&self) -> bool {
        !self.buffer.is_empty() || self.skip != Skip::Nothing
    }

    fn take(&mut self) -> Option<Cut> {
        let at = std::mem::take(&mut self.at);
        if self.marks.is_empty() {
            self.buffer.drain(..at);
            return None;
        }
        let rest = self.buffer.get(at..).unwrap_or_default().to_vec();
        let mut text = std::mem::replace(&mut self.buffer, rest);
        text.truncate(at);
        Some(self.marks.close(text))
    }
}

impl LineEnd {
    #[inline]
    fn find(self, bytes: &[u8]) -> Option<usize> {
        match self {
            LineEnd::Lf => memchr(b'\n', bytes),
            LineEnd::Open | LineEnd::Nul => memchr2(b'\n', 0, bytes),
            LineEnd::NulAlone => memchr(0, bytes),
        }
    }

    fn decided(self, end: Option<&u8>) -> LineEnd {
        match (self, end) {
            (LineEnd::Open, Some(0)) => LineEnd::Nul,
            (LineEnd::Open, Some(_)) => LineEnd::Lf,
            (decided, _) => decided,
        }
    }
}

/// Without line ends and NUL at the start.
fn trim_start(bytes: &[u8]) -> &[u8] {
    let ends = bytes.iter().take_while(|byte| matches!(byte, b'\n' | b'\r' | 0)).count();
    bytes.get(ends..).unwrap_or_default()
}
