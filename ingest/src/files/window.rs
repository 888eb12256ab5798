//! A buffered reader that can look ahead, and the meter that counts what goes through.
//!
//! Promises: looking ahead loses nothing; bytes that were read before an error come out before the error; the
//! error comes out once, then the end. Must not know: what the bytes are.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::problem::ExpandsTooMuch;

/// How far a window looks ahead: encoding, line ends and layout of a file are decided on so much of it.
pub(crate) const WINDOW_BYTES: usize = 64 * 1024;
/// Largest single read from a decoder: what it decoded before damage within one read may be lost.
const DECODER_READ_BYTES_MAX: usize = 16 * 1024;
/// No log shrinks more: repetitive ones reach some hundreds.
const EXPANSION_RATIO_MAX: u64 = 2_000;
/// Small files may expand this much whatever the ratio.
const EXPANSION_BYTES_FREE: u64 = 64 * 1024 * 1024;

/// Counts the bytes of one file.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    taken: Cell<u64>,
    decoded: Cell<u64>,
    /// Size of the file, when known.
    size_bytes: Option<u64>,
    /// Shared with whoever shows progress.
    progress: Option<Arc<AtomicU64>>,
}

impl Meter {
    pub(crate) fn new(size_bytes: Option<u64>, progress: Option<Arc<AtomicU64>>) -> Meter {
        Meter { size_bytes, progress, ..Meter::default() }
    }

    /// Bytes of the file on disk consumed so far.
    pub(crate) fn offset_bytes(&self) -> u64 {
        self.taken.get()
    }

    /// Counts bytes of the file on disk.
    pub(crate) fn take(&self, bytes: u64) {
        self.taken.set(self.taken.get() + bytes);
        if let Some(progress) = &self.progress {
            progress.fetch_add(bytes, Ordering::Relaxed);
        }
    }

    /// Counts bytes of the file that may have been counted already: members of a zip may overlap.
    pub(crate) fn take_at_most(&self, bytes: u64) {
        let left = self.size_bytes.unwrap_or(u64::MAX).saturating_sub(self.taken.get());
        self.take(bytes.min(left));
    }

    /// Counts the rest of the file, which was passed over.
    pub(crate) fn settle(&self) {
        if self.size_bytes.is_some() {
            self.take_at_most(u64::MAX);
        }
    }

    /// Counts bytes a decoder made.
    fn decode(&self, bytes: u64) -> io::Result<()> {
        let decoded = self.decoded.get() + bytes;
        self.decoded.set(decoded);
        let ahead = WINDOW_BYTES as u64;
        let limit = EXPANSION_BYTES_FREE + (self.taken.get() + ahead).saturating_mul(EXPANSION_RATIO_MAX);
        if decoded > limit {
            return Err(io::Error::other(ExpandsTooMuch { ratio_max: EXPANSION_RATIO_MAX }));
        }
        Ok(())
    }
}

/// What a window's bytes count as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Bytes as on disk: counted when consumed.
    Raw,
    /// Out of a decoder: counted when made, and read in small steps.
    Decoded,
    /// A part or another encoding of bytes counted already.
    Part,
}

/// A look-ahead buffer over any reader.
pub(crate) struct Window<'a> {
    inner: Box<dyn Read + 'a>,
    meter: &'a Meter,
    role: Role,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
    failed: bool,
    pending: Option<io::Error>,
}

impl<'a> Window<'a> {
    pub(crate) fn new(inner: Box<dyn Read + 'a>, meter: &'a Meter, role: Role) -> Window<'a> {
        Window {
            inner,
            meter,
            role,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            ended: false,
            failed: false,
            pending: None,
        }
    }

    /// Looks at up to `bytes` (at most [`WINDOW_BYTES`]) to come: fewer only before the end or an error.
    pub(crate) fn peek(&mut self, bytes: usize) -> &[u8] {
        while self.end - self.start < bytes.min(WINDOW_BYTES) && !self.ended {
            self.pull();
        }
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Nothing more can be pulled: what `peek` shows is all there is.
    pub(crate) fn ended(&self) -> bool {
        self.ended
    }

    /// Everything was handed out, an error that waited included.
    pub(crate) fn exhausted(&self) -> bool {
        self.ended && self.start == self.end && self.pending.is_none()
    }

    /// Its reader failed, now or earlier.
    pub(crate) fn failed(&self) -> bool {
        self.failed
    }

    /// Reads into the buffer once; an error waits in `pending`.
    fn pull(&mut self) {
        if self.buffer.is_empty() {
            self.buffer.resize(WINDOW_BYTES, 0);
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        let room = buffer.get_mut(self.end..).unwrap_or_default();
        match self.pull_into(room) {
            Ok(read) => self.end += read,
            Err(error) => self.pending = Some(error),
        }
        self.buffer = buffer;
    }

    /// Reads once past the buffer. Zero or an error is the end.
    fn pull_into(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let step = if self.role == Role::Decoded { DECODER_READ_BYTES_MAX } else { usize::MAX };
        let length = room.len().min(step);
        let room = room.get_mut(..length).unwrap_or_default();
        let outcome = loop {
            match self.inner.read(room) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let outcome = match (outcome, self.role) {
            (Ok(read), Role::Decoded) => self.meter.decode(read as u64).map(|()| read),
            (outcome, _) => outcome,
        };
        self.failed |= outcome.is_err();
        self.ended |= !matches!(outcome, Ok(1..));
        outcome
    }
}

impl Read for Window<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if self.start == self.end && !self.ended && room.len() >= WINDOW_BYTES {
            let read = self.pull_into(room)?;
            if self.role == Role::Raw {
                self.meter.take(read as u64);
            }
            return Ok(read);
        }
        let ready = self.fill_buf()?;
        let length = ready.len().min(room.len());
        if let (Some(from), Some(to)) = (ready.get(..length), room.get_mut(..length)) {
            to.copy_from_slice(from);
        }
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Window<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end && !self.ended {
            self.pull();
        }
        if self.start == self.end
            && let Some(error) = self.pending.take()
        {
            return Err(error);
        }
        Ok(self.buffer.get(self.start..self.end).unwrap_or_default())
    }

    fn consume(&mut self, bytes: usize) {
        let bytes = bytes.min(self.end - self.start);
        self.start += bytes;
        if self.role == Role::Raw {
            self.meter.take(bytes as u64);
        }
    }
}
