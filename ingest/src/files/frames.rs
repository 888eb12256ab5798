//! Cuts the text of one input into frames, in batches.
//!
//! Promises: the same frames whatever the batch size; a batch has one stream context; memory is one batch and
//! the record that did not fit into it, also for a line of any length; linear in the text.
//! Must not know: where the bytes come from, what a frame means.

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::Arc;

use schema::{Flaw, Frame, FrameBatch, Origin, StreamContext};

use super::joins::{self, Join, partial};

use super::line_end::{Line, LineEnd};
use super::report::Tally;
use super::window::{WINDOW_BYTES, Window};
use crate::framing::directives::{self, Directives};
use crate::framing::json::{self, Extent};
use crate::framing::octets::{self, Behind, Counted};
use crate::framing::utf8::{char_start, line_text, repair};

/// Largest batch, so that its text stays under 4 GiB even when every byte is recoded.
const BATCH_BYTES_MAX: usize = 256 * 1024 * 1024;
/// A JSON document may be so many times longer than a line.
const DOCUMENT_LINES_MAX: usize = 16;
/// After so many objects that cannot be cut whole, the rest is read line by line.
const DOCUMENT_FAILURES_MAX: u32 = 64;

/// How frames lie in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// One a line, directives apart; some records span lines.
    Lines,
    /// One a top-level JSON object.
    Documents,
}

/// What the next bytes are. Lengths count from the cutter's place.
enum Step {
    /// Undecided: more bytes are needed.
    More,
    /// Nothing to deliver.
    Gap { taken: usize, lines: u64 },
    /// A frame. `lines` end within `taken`.
    Frame { length: usize, taken: usize, lines: u64 },
    /// A line over the limit; when `ended` is false its end is still to come.
    LongLine { length: usize, taken: usize, ended: bool },
    /// Lines of which some are parts of others.
    Parts { group: partial::Group, taken: usize, lines: u64 },
    /// A header line.
    Directive { name: &'static str, line: Line },
}

/// How cutting ended.
pub(crate) enum CutEnd {
    /// At the end of the text.
    Done,
    /// The receiver wanted no more.
    Stopped,
    /// The text could not be read on; what came before was delivered.
    Failed(io::Error),
}

/// Limits and labels of one text.
pub(crate) struct CutOptions {
    pub(crate) origin: Arc<Origin>,
    pub(crate) received_us: i64,
    pub(crate) batch_bytes: usize,
    pub(crate) line_bytes_max: usize,
}

/// Receives the batches.
pub(crate) type Sink<'s> = dyn FnMut(FrameBatch) -> ControlFlow<()> + 's;

/// The state of cutting one text.
pub(crate) struct Cutter {
    options: CutOptions,
    line_end: LineEnd,
    layout: Layout,
    document_failures: u32,
    directives: Directives,
    first_line: Option<Arc<str>>,
    /// Bytes not yet delivered; `batch_start..at` belongs to the open batch.
    buffer: Vec<u8>,
    batch_start: usize,
    at: usize,
    frames: Vec<Frame>,
    flaws: Vec<(u32, Flaw)>,
    /// Inside a line over the limit, behind what was delivered of it.
    skipping: bool,
    last_byte: Option<u8>,
    /// Number of the last frame, and its index among those of that number.
    last_seq: u64,
    sub: u32,
    tally: Tally,
}

impl Cutter {
    /// A cutter for the text this window opens on, in UTF-8 or nearly so.
    pub(crate) fn new(mut options: CutOptions, window: &mut Window<'_>) -> Cutter {
        options.batch_bytes = options.batch_bytes.clamp(1, BATCH_BYTES_MAX);
        options.line_bytes_max = options.line_bytes_max.clamp(1, BATCH_BYTES_MAX / DOCUMENT_LINES_MAX);
        let head_bytes = window.peek(WINDOW_BYTES).len();
        let whole = window.ended();
        let head = window.peek(head_bytes);
        Cutter {
            line_end: LineEnd::of(head, whole),
            layout: if json::spans_lines(head) { Layout::Documents } else { Layout::Lines },
            document_failures: 0,
            directives: Directives::default(),
            first_line: None,
            buffer: Vec::new(),
            batch_start: 0,
            at: 0,
            frames: Vec::new(),
            flaws: Vec::new(),
            skipping: false,
            last_byte: None,
            last_seq: 0,
            sub: 0,
            tally: Tally::default(),
            options,
        }
    }

    /// Counts so far.
    pub(crate) fn tally(&self) -> Tally {
        self.tally
    }

    /// Cuts all of a text.
    pub(crate) fn run(&mut self, window: &mut Window<'_>, sink: &mut Sink<'_>) -> CutEnd {
        loop {
            let more = self.fill(window);
            let last = !matches!(more, Ok(true));
            if self.advance(last, sink).is_break() {
                return CutEnd::Stopped;
            }
            match more {
                Ok(true) => {}
                Ok(false) => break self.close(CutEnd::Done),
                Err(error) => break self.close(CutEnd::Failed(error)),
            }
        }
    }

    /// Counts a last line without end.
    fn close(&mut self, end: CutEnd) -> CutEnd {
        if self.last_byte.is_some_and(|byte| !self.line_end.closes(byte)) {
            self.tally.lines += 1;
        }
        end
    }

    /// Reads about a batch more. Whether more may follow.
    fn fill(&mut self, window: &mut Window<'_>) -> io::Result<bool> {
        let mut filled = self.buffer.len();
        let batch_bytes = self.options.batch_bytes;
        // At the end one byte of room still fetches an error that waits behind the text.
        let room =
            if window.ended() { window.peek(WINDOW_BYTES).len().clamp(1, batch_bytes) } else { batch_bytes };
        self.buffer.resize(filled + room, 0);
        let outcome = loop {
            let room = self.buffer.get_mut(filled..).unwrap_or_default();
            if room.is_empty() {
                break Ok(!window.exhausted());
            }
            match window.read(room) {
                Ok(0) => break Ok(false),
                Ok(read) => {
                    filled += read;
                    self.tally.text_bytes += read as u64;
                }
                Err(error) => break Err(error),
            }
        };
        self.buffer.truncate(filled);
        self.last_byte = self.buffer.last().copied().or(self.last_byte);
        outcome
    }

    /// Cuts what can be decided on the bytes at hand. `last`: no more will come.
    fn advance(&mut self, last: bool, sink: &mut Sink<'_>) -> ControlFlow<()> {
        if self.skipping && !self.skip_line(last) {
            return ControlFlow::Continue(());
        }
        loop {
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            let (step, broken) = match self.layout {
                Layout::Lines => (self.step_line(rest, last), false),
                Layout::Documents => self.step_document(rest, last),
            };
            if broken {
                self.document_failures += 1;
                if self.document_failures > DOCUMENT_FAILURES_MAX {
                    self.layout = Layout::Lines;
                }
            }
            match step {
                Step::More => break,
                Step::Gap { taken, lines } => {
                    self.at += taken;
                    self.tally.lines += lines;
                }
                Step::Frame { length, taken, lines } => self.push(length, taken, lines),
                Step::LongLine { length, taken, ended } => {
                    self.flaws.push((self.frames.len() as u32, Flaw::Truncated));
                    self.tally.truncated += 1;
                    self.push(length, taken, u64::from(ended));
                    self.skipping = !ended;
                }
                Step::Parts { group, taken, lines } => self.push_joined(group, taken, lines),
                Step::Directive { name, line } => self.direct(name, line, sink)?,
            }
        }
        self.deliver(last, sink)
    }

    /// Passes over the rest of a line that was cut. Whether its end was found.
    fn skip_line(&mut self, last: bool) -> bool {
        let Some(line) = self.line_end.line(&self.buffer, last) else {
            // A closing CR may be the line's end, or half of it: the next byte tells.
            let held = usize::from(!last && self.buffer.ends_with(b"\r"));
            self.buffer.drain(..self.buffer.len() - held);
            return false;
        };
        self.skipping = false;
        self.tally.lines += 1;
        self.at = line.taken;
        self.batch_start = line.taken;
        true
    }

    /// What the line that starts `rest` is.
    #[inline]
    fn step_line(&self, rest: &[u8], last: bool) -> Step {
        if rest.first().is_some_and(u8::is_ascii_digit) {
            let behind = if last { Behind::Nothing } else { Behind::Awaited };
            match octets::measure(rest, self.options.line_bytes_max, behind) {
                Counted::Frame { length, taken } => {
                    let lines = self.line_end.count(rest.get(..taken).unwrap_or_default());
                    return Step::Frame { length, taken, lines };
                }
                Counted::More => return Step::More,
                Counted::No => {}
            }
        }
        let (line, ended) = match self.line_end.line(rest, last) {
            Some(line) => (line, true),
            None if last && !rest.is_empty() => (self.line_end.unended(rest), false),
            // One byte over the limit may be the carriage return of its end.
            None if rest.len() > self.options.line_bytes_max + 1 => {
                let length = self.line_end.unended(rest).length;
                (Line { length, taken: length }, false)
            }
            None => return Step::More,
        };
        let text = rest.get(..line.length).unwrap_or_default();
        if line.length > self.options.line_bytes_max {
            let length = char_start(text, self.options.line_bytes_max);
            return Step::LongLine { length, taken: line.taken, ended };
        }
        let lines = u64::from(ended);
        match text.first() {
            None => Step::Gap { taken: line.taken, lines },
            Some(byte) if byte.is_ascii_whitespace() && text.trim_ascii().is_empty() => {
                Step::Gap { taken: line.taken, lines }
            }
            Some(b'#') if self.layout == Layout::Lines => match directives::name(text) {
                Some(name) => Step::Directive { name, line },
                None => Step::Frame { length: line.length, taken: line.taken, lines },
            },
            Some(b'0'..=b'9') if partial::opens(text) => {
                match partial::join(rest, self.line_end, self.options.line_bytes_max, last) {
                    None => Step::More,
                    Some(group) => {
                        let (taken, lines) = self.closed(rest, group.length, group.inner_lines, last);
                        Step::Parts { group, taken, lines }
                    }
                }
            }
            Some(_) => match joins::opens(text).map(|kind| joins::join(kind, rest, self.line_end, last)) {
                Some(Join::More) => Step::More,
                None | Some(Join::No) => Step::Frame { length: line.length, taken: line.taken, lines },
                Some(Join::Record { length, inner_lines }) => {
                    let (taken, lines) = self.closed(rest, length, inner_lines, last);
                    Step::Frame { length, taken, lines }
                }
            },
        }
    }

    /// What a record of that length takes with its line end, and how many lines end in it.
    fn closed(&self, rest: &[u8], length: usize, inner_lines: u64, last: bool) -> (usize, u64) {
        let behind = rest.get(length..).unwrap_or_default();
        let end = self.line_end.line(behind, last);
        (length + end.map_or(behind.len(), |end| end.taken), inner_lines + u64::from(end.is_some()))
    }

    /// What comes next among JSON documents, and whether an object could not be cut whole: then its line is
    /// taken as a line.
    fn step_document(&self, rest: &[u8], last: bool) -> (Step, bool) {
        let gap = json::gap(rest);
        if gap > 0 {
            let lines = self.line_end.count(rest.get(..gap).unwrap_or_default());
            return (Step::Gap { taken: gap, lines }, false);
        }
        if rest.first() != Some(&b'{') {
            return (self.step_line(rest, last), false);
        }
        let document_bytes_max = self.options.line_bytes_max * DOCUMENT_LINES_MAX;
        let bounded = rest.get(..document_bytes_max).unwrap_or(rest);
        match json::object(bounded) {
            Extent::Closed(length) => {
                let lines = self.line_end.count(rest.get(..length).unwrap_or_default());
                (Step::Frame { length, taken: length, lines }, false)
            }
            Extent::Open if !last && rest.len() < document_bytes_max => (Step::More, false),
            Extent::Open | Extent::Malformed => (self.step_line(rest, last), true),
        }
    }

    /// Adds a frame and moves behind it.
    #[inline]
    fn push(&mut self, length: usize, taken: usize, lines: u64) {
        let start = self.at - self.batch_start;
        let seq = self.tally.lines + 1;
        self.sub = if seq == self.last_seq { self.sub + 1 } else { 0 };
        self.last_seq = seq;
        self.frames.push(Frame { start: start as u32, end: (start + length) as u32, seq, sub: self.sub });
        if self.first_line.is_none() {
            self.first_line = Some(self.owned(length));
        }
        self.tally.lines += lines;
        self.at += taken;
    }

    /// Adds the lines of a group, written over the parts they are made of, and moves behind it.
    fn push_joined(&mut self, group: partial::Group, taken: usize, lines: u64) {
        let (end, lines_before) = (self.at + taken, self.tally.lines);
        for line in group.lines {
            let length = line.text.len();
            if let Some(place) = self.buffer.get_mut(self.at..self.at + length) {
                place.copy_from_slice(&line.text);
            }
            self.tally.lines = lines_before + line.lines_before;
            if line.is_truncated {
                self.flaws.push((self.frames.len() as u32, Flaw::Truncated));
                self.tally.truncated += 1;
            }
            self.push(length, length, 0);
        }
        // What the parts said twice.
        if let Some(left) = self.buffer.get_mut(self.at..end) {
            left.fill(b'\n');
        }
        self.at = end;
        self.tally.lines = lines_before + lines;
    }

    /// The next bytes as text of their own, the first line of them.
    fn owned(&self, length: usize) -> Arc<str> {
        let bytes = self.buffer.get(self.at..self.at + length).unwrap_or_default();
        let line = self.line_end.line(bytes, true).map_or(bytes.len(), |line| line.length);
        line_text(bytes.get(..line).unwrap_or_default()).0.into()
    }

    /// Puts a header line in force. What came before it is delivered under the context it had.
    fn direct(&mut self, name: &'static str, line: Line, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let text = self.owned(line.length);
        if self.directives.changes(name, &text) {
            if !self.frames.is_empty() {
                let part = self.buffer.get(self.batch_start..self.at).unwrap_or_default().to_vec();
                self.emit(part, sink)?;
            }
            self.directives.apply(name, &text);
        }
        self.first_line.get_or_insert(text);
        let ended = self.buffer.get(self.at + line.taken - 1).is_some_and(|&byte| self.line_end.closes(byte));
        self.tally.lines += u64::from(ended);
        self.at += line.taken;
        if self.frames.is_empty() {
            self.batch_start = self.at;
        }
        ControlFlow::Continue(())
    }

    /// Delivers the open batch and keeps what is undecided.
    fn deliver(&mut self, last: bool, sink: &mut Sink<'_>) -> ControlFlow<()> {
        if self.frames.is_empty() {
            self.buffer.drain(..self.at);
            self.at = 0;
            self.batch_start = 0;
            return ControlFlow::Continue(());
        }
        let undecided = self.buffer.get(self.at..).unwrap_or_default();
        let room = if last { 0 } else { self.options.batch_bytes };
        let mut next = Vec::with_capacity(undecided.len() + room);
        next.extend_from_slice(undecided);
        let mut text = std::mem::replace(&mut self.buffer, next);
        text.truncate(self.at);
        text.drain(..self.batch_start);
        self.at = 0;
        self.emit(text, sink)
    }

    /// Hands the frames over `text` on.
    fn emit(&mut self, text: Vec<u8>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let frames = std::mem::take(&mut self.frames);
        self.frames.reserve(frames.len());
        let flaws = std::mem::take(&mut self.flaws);
        self.batch_start = self.at;
        self.tally.frames += frames.len() as u64;
        let (text, frames, flaws) = match String::from_utf8(text) {
            Ok(text) => (text, frames, flaws),
            Err(error) => {
                let repaired = repair(error.as_bytes(), frames, &flaws);
                self.tally.recoded += repaired.recoded;
                (repaired.text, repaired.frames, repaired.flaws)
            }
        };
        let context = StreamContext {
            directives: self.directives.in_force(),
            first_line: self.first_line.clone(),
            peer: None,
        };
        let origin = Arc::clone(&self.options.origin);
        sink(FrameBatch::new(origin, self.options.received_us, context, text, frames, flaws))
    }
}
