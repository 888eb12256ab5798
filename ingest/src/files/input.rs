//! One input and how it is read: a file or standard input, from its bytes to its books.
//!
//! Promises: reads once, front to back, except that a zip file is read by its directory; a problem is
//! reported with its place, and the rest is delivered. Must not know: formats, the system's clock.

use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::UNIX_EPOCH;

use schema::FrameBatch;
use sha2::{Digest, Sha256};

use super::archive::{Delivery, Stream};
use super::problem::InputProblem;
use super::report::InputReport;
use super::window::{Meter, Role, Window};

/// What is read, found by [`super::discover`].
#[derive(Debug, Clone)]
pub struct Input {
    /// As the user wrote it: relative stays relative, `-` is standard input.
    pub name: Arc<str>,
    /// Size on disk, when it is a file.
    pub size_bytes: Option<u64>,
    /// Last modification, µs since 1970 UTC, when it is a file.
    pub modified_us: Option<i64>,
    pub(crate) place: Place,
}

/// Where an input's bytes are.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// A file, or a named pipe the user named.
    File(PathBuf),
    /// Standard input.
    Stdin,
}

/// How inputs are read.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// Text in a batch, about; at most 256 MiB.
    pub batch_bytes: usize,
    /// Longest line that is kept whole, at most 16 MiB; a JSON document may be 16 times as long.
    pub line_bytes_max: usize,
    /// Compute SHA-256 of the bytes as on disk.
    pub hash: bool,
    /// Reception time the user stated (`--now`), µs since 1970 UTC; else each file's modification time.
    pub received_us: Option<i64>,
    /// The caller's now, for input that has no modification time, µs since 1970 UTC.
    pub now_us: i64,
    /// Tenant of the frames.
    pub tenant: Arc<str>,
    /// Source of the frames.
    pub source: Arc<str>,
    /// Counts the bytes consumed, as on disk, of every input read with it.
    pub progress: Option<Arc<AtomicU64>>,
}

impl Default for ReadOptions {
    fn default() -> ReadOptions {
        ReadOptions {
            batch_bytes: 1024 * 1024,
            line_bytes_max: 64 * 1024,
            hash: false,
            received_us: None,
            now_us: 0,
            tenant: "default".into(),
            source: "file".into(),
            progress: None,
        }
    }
}

impl Input {
    /// Reads it. `sink` receives the batches in order, and breaks to stop.
    pub fn read(
        &self,
        options: &ReadOptions,
        sink: &mut dyn FnMut(FrameBatch) -> ControlFlow<()>,
    ) -> InputReport {
        let mut report = InputReport { modified_us: self.modified_us, ..InputReport::default() };
        match &self.place {
            Place::Stdin => read_bytes(self, &mut io::stdin().lock(), options, sink, &mut report),
            Place::File(path) => match File::open(path) {
                Ok(mut file) => read_bytes(self, &mut file, options, sink, &mut report),
                Err(error) => report.problems.push(InputProblem::of_path(&self.name, &error)),
            },
        }
        report
    }

    /// A file that was found, with what its metadata say.
    pub(crate) fn file(name: &str, path: &Path, metadata: &fs::Metadata) -> Input {
        Input {
            name: name.into(),
            size_bytes: metadata.is_file().then_some(metadata.len()),
            modified_us: metadata.is_file().then(|| modified_us(metadata)).flatten(),
            place: Place::File(path.to_owned()),
        }
    }

    /// Standard input.
    pub(crate) fn stdin(name: &str) -> Input {
        Input { name: name.into(), size_bytes: None, modified_us: None, place: Place::Stdin }
    }
}

/// Reads any stream of bytes as if it were the file `name`: compressed, archived, in any encoding.
pub fn read_stream(
    name: &str,
    mut bytes: impl Read,
    options: &ReadOptions,
    sink: &mut dyn FnMut(FrameBatch) -> ControlFlow<()>,
) -> InputReport {
    let mut report = InputReport::default();
    read_bytes(&Input::stdin(name), &mut bytes, options, sink, &mut report);
    report
}

/// Reads an opened input and closes its books.
fn read_bytes(
    input: &Input,
    bytes: &mut dyn Read,
    options: &ReadOptions,
    sink: &mut dyn FnMut(FrameBatch) -> ControlFlow<()>,
    report: &mut InputReport,
) {
    let meter = Meter::new(input.size_bytes, options.progress.clone());
    let mut tap = Tap { inner: bytes, hash: options.hash.then(Sha256::new) };
    let seekable = match &input.place {
        Place::File(path) if input.size_bytes.is_some() => Some(path.as_path()),
        _ => None,
    };
    let received_us = input.modified_us.unwrap_or(options.now_us);
    let window = Window::new(Box::new(&mut tap), &meter, Role::Raw);
    let mut delivery = Delivery { options, report, sink, meter: &meter };
    let flow = delivery.stream(window, Stream::new(Arc::clone(&input.name), received_us, seekable));
    report.bytes_read = meter.offset_bytes();
    if flow.is_continue() {
        meter.settle();
        match tap.finish() {
            Ok(hash) => report.sha256 = hash,
            Err(error) if report.problems.is_empty() => {
                report.problems.push(InputProblem::of_path(&input.name, &error));
            }
            Err(_) => {}
        }
    }
}

fn modified_us(metadata: &fs::Metadata) -> Option<i64> {
    let modified = metadata.modified().ok()?;
    match modified.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_micros()).ok(),
        Err(before) => i64::try_from(before.duration().as_micros()).ok().map(|us| -us),
    }
}

/// Hashes bytes as they are read.
struct Tap<'a> {
    inner: &'a mut dyn Read,
    hash: Option<Sha256>,
}

impl Tap<'_> {
    /// Hashes what was left unread, behind damage or between members, and closes the hash.
    fn finish(mut self) -> io::Result<Option<String>> {
        if self.hash.is_some() {
            io::copy(&mut self, &mut io::sink())?;
        }
        Ok(self.hash.map(|hash| hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
    }
}

impl Read for Tap<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(room)?;
        if let (Some(hash), Some(bytes)) = (&mut self.hash, room.get(..read)) {
            hash.update(bytes);
        }
        Ok(read)
    }
}
