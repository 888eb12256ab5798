//! Where the lines go: raw files in a folder, or chunks of syslog lines.
//!
//! Promises: files end with a line end; line numbers of planted stories are exact; the stream keeps
//! the lines' order of time. Must not know: how lines are made.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use crate::GenerateError;
use crate::clock::LocalClock;
use crate::hosts::{LogFile, Wire};
use crate::labels::{FileLines, Runs};
use crate::lines::{FileId, Pen, Tag};
use crate::merge::{Out, Sink};

const BUFFER_BYTES: usize = 256 * 1024;

/// Writes one raw file per log, and remembers where planted lines went.
pub(crate) struct Folder {
    files: Vec<OpenFile>,
    planted: BTreeMap<(Tag, FileId), Runs>,
    lines: u64,
    bytes: u64,
}

/// What a folder holds at the end.
pub(crate) struct Written {
    pub(crate) lines: u64,
    pub(crate) bytes: u64,
    /// Planted lines by tag.
    pub(crate) planted: BTreeMap<Tag, Vec<FileLines>>,
}

struct OpenFile {
    path: PathBuf,
    writer: BufWriter<File>,
    lines: u64,
}

impl Folder {
    /// Makes the folder and its empty files.
    pub(crate) fn create(dir: &Path, logs: &[LogFile]) -> Result<Self, GenerateError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| GenerateError::Write { path, source }
        };
        std::fs::create_dir_all(dir).map_err(failed(dir))?;
        let mut files = Vec::with_capacity(logs.len());
        for log in logs {
            let path = dir.join(&log.name);
            let file = File::create(&path).map_err(failed(&path))?;
            files.push(OpenFile { path, writer: BufWriter::with_capacity(BUFFER_BYTES, file), lines: 0 });
        }
        Ok(Self { files, planted: BTreeMap::new(), lines: 0, bytes: 0 })
    }

    /// Writes what is buffered.
    pub(crate) fn finish(mut self) -> Result<Written, GenerateError> {
        for file in &mut self.files {
            file.writer.flush().map_err(|source| GenerateError::Write { path: file.path.clone(), source })?;
        }
        let mut planted: BTreeMap<Tag, Vec<FileLines>> = BTreeMap::new();
        for ((tag, file), runs) in self.planted {
            let open = self.files.get(usize::from(file.0));
            let name =
                open.and_then(|open| open.path.file_name()).map(|name| name.to_string_lossy().into_owned());
            let lines = FileLines { file: name.unwrap_or_default(), ranges: runs.into_ranges() };
            planted.entry(tag).or_default().push(lines);
        }
        Ok(Written { lines: self.lines, bytes: self.bytes, planted })
    }
}

impl Sink for Folder {
    type Error = GenerateError;

    fn take(&mut self, line: &Out<'_>) -> Result<(), GenerateError> {
        let Some(file) = self.files.get_mut(usize::from(line.file.0)) else { return Ok(()) };
        file.lines += 1;
        self.lines += 1;
        self.bytes += line.text.len() as u64 + 1;
        if line.tag != 0 {
            self.planted.entry((line.tag, line.file)).or_default().add(file.lines);
        }
        let written = file.writer.write_all(line.text).and_then(|()| file.writer.write_all(b"\n"));
        written.map_err(|source| GenerateError::Write { path: file.path.clone(), source })
    }
}

/// Writes what a folder takes, and keeps a copy of it by file.
pub(crate) struct Growth<'f> {
    folder: &'f mut Folder,
    /// As many as there are files.
    parts: Vec<Part>,
}

/// What a file grew by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// Number of its first line in the file, from 1.
    pub first_line: u64,
    /// Whole lines, a line end after each.
    pub text: Vec<u8>,
}

impl<'f> Growth<'f> {
    pub(crate) fn of(folder: &'f mut Folder) -> Self {
        let parts = folder.files.iter().map(|file| Part { first_line: file.lines + 1, text: Vec::new() });
        Self { parts: parts.collect(), folder }
    }

    pub(crate) fn parts(self) -> Vec<Part> {
        self.parts
    }
}

impl Sink for Growth<'_> {
    type Error = GenerateError;

    fn take(&mut self, line: &Out<'_>) -> Result<(), GenerateError> {
        if let Some(part) = self.parts.get_mut(usize::from(line.file.0)) {
            part.text.extend_from_slice(line.text);
            part.text.push(b'\n');
        }
        self.folder.take(line)
    }
}

/// Gathers lines as a syslog sender would send them, line end after each.
pub(crate) struct Chunk {
    wires: Vec<Wire>,
    clock: std::sync::Arc<LocalClock>,
    pub(crate) bytes: Vec<u8>,
}

impl Chunk {
    pub(crate) fn new(logs: &[LogFile], clock: std::sync::Arc<LocalClock>) -> Self {
        Self { wires: logs.iter().map(|log| log.wire.clone()).collect(), clock, bytes: Vec::new() }
    }
}

impl Sink for Chunk {
    type Error = Infallible;

    fn take(&mut self, line: &Out<'_>) -> Result<(), Infallible> {
        match self.wires.get(usize::from(line.file.0)) {
            None | Some(Wire::AsIs) => {}
            Some(Wire::Priority(priority)) => {
                self.bytes.push(b'<');
                self.bytes.extend_from_slice(itoa::Buffer::new().format(*priority).as_bytes());
                self.bytes.push(b'>');
            }
            Some(Wire::Forwarded { priority, host, tag }) => {
                let mut pen = Pen::on(&mut self.bytes, &self.clock, line.at_ms);
                pen.s("<").n(*priority).s(">").rfc3164().s(" ").s(host).s(" ").s(tag).s(": ");
            }
        }
        self.bytes.extend_from_slice(line.text);
        self.bytes.push(b'\n');
        Ok(())
    }
}
