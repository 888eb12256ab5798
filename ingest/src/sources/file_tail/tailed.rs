//! One file that is followed.
//!
//! Promises: read in bursts; an event log of Windows once it stands still, record by record; a file that was cut or replaced is read from its start; a file whose frames the journal refused is
//! read again from where it is durable. Must not know: other files.

use std::collections::VecDeque;
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use schema::StreamContext;

use super::checkpoint::{Checkpoint, Checkpoints, PRINT_BYTES_MAX, Print};
use super::event_log::EventLog;
use super::header::Header;
use crate::files::evtx::{RECORD_BYTES_MAX, is_event_log};
use crate::framing::{Cuts, Framer};
use crate::intake::Answer;
use crate::sources::Port;

/// Read at a time.
const BURST_BYTES: u64 = 256 * 1024;
/// Bursts of one file before the others have their turn.
const BURSTS_MAX: u32 = 16;
/// A file without a name is given up after so many looks without a change: its writer may hold it open for a while.
const QUIET_LOOKS_MAX: u32 = 20;
/// Archives, which somebody else unpacks: gzip, zstd, xz, bzip2, zip.
const ARCHIVES: [&[u8]; 5] = [b"\x1F\x8B", b"\x28\xB5\x2F\xFD", b"\xFD7zXZ", b"BZh", b"PK\x03\x04"];

#[derive(Debug)]
pub(super) struct Tailed {
    path: PathBuf,
    file: File,
    device: u64,
    inode: u64,
    print: Print,
    /// Some pattern finds it.
    pub(super) is_named: bool,
    quiet_looks: u32,
    /// The journal refused frames in this look: they are read again in the next.
    was_refused: bool,
    /// The next byte to read.
    read_bytes: u64,
    durable_bytes: u64,
    /// Made for the limit of the port, at the first read.
    framer: Option<Framer>,
    /// What its first lines say of the others; an event log has none.
    header: Option<Header>,
    /// When it is one, and no text.
    event_log: Option<EventLog>,
    /// Handed over, in order, and how far the file is durable once they are.
    under_way: VecDeque<(Answer, u64)>,
}

impl Tailed {
    /// Follows an open file from where the checkpoints say; none when it is an archive.
    pub(super) fn open(
        path: PathBuf,
        mut file: File,
        checkpoints: &Checkpoints,
    ) -> io::Result<Option<Tailed>> {
        let metadata = file.metadata()?;
        let mut head = Vec::new();
        (&mut file).take(8).read_to_end(&mut head)?;
        if ARCHIVES.iter().any(|magic| head.starts_with(magic)) {
            return Ok(None);
        }
        let durable_bytes = checkpoints.offset_bytes(&path, metadata.ino(), &file);
        let durable_bytes = if durable_bytes <= metadata.len() { durable_bytes } else { 0 };
        file.seek(SeekFrom::Start(durable_bytes))?;
        let event_log = is_event_log(&head).then(EventLog::new);
        Ok(Some(Tailed {
            print: Print::of(&file, PRINT_BYTES_MAX)?,
            header: event_log.is_none().then(|| Header::of(&file, durable_bytes)).transpose()?,
            event_log,
            path,
            file,
            device: metadata.dev(),
            inode: metadata.ino(),
            is_named: true,
            quiet_looks: 0,
            was_refused: false,
            read_bytes: durable_bytes,
            durable_bytes,
            framer: None,
            under_way: VecDeque::new(),
        }))
    }

    pub(super) fn is_of(&self, metadata: &Metadata) -> bool {
        (self.device, self.inode) == (metadata.dev(), metadata.ino())
    }

    /// Some pattern finds it under this name.
    pub(super) fn name(&mut self, path: PathBuf) {
        self.path = path;
        self.is_named = true;
    }

    /// Where it was found last.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads and hands over what is new. Answers how many frames that were. What cannot be read now is tried again.
    pub(super) async fn read(&mut self, port: &Port) -> io::Result<u64> {
        self.was_refused = false;
        self.settle();
        let mut frames = 0;
        for _ in 0..BURSTS_MAX {
            if self.was_refused {
                break;
            }
            match self.burst(port).await? {
                Some(new) => frames += new,
                None => break,
            }
        }
        self.settle();
        Ok(frames)
    }

    /// One burst: how many frames it had; nothing at the end of the file.
    async fn burst(&mut self, port: &Port) -> io::Result<Option<u64>> {
        let metadata = self.file.metadata()?;
        let length = metadata.len();
        if length < self.read_bytes
            || (length > self.read_bytes && self.print.bytes > 0 && !self.print.is_of(&self.file))
        {
            let frames = self.hand_over(port, true).await;
            self.rewind(0)?;
            self.print = Print::default();
            return Ok(Some(frames));
        }
        if length == self.read_bytes {
            return self.rest(port).await;
        }
        if self.print.bytes < PRINT_BYTES_MAX as u64 {
            self.print = Print::of(&self.file, PRINT_BYTES_MAX)?;
        }
        self.quiet_looks = 0;
        if let Some(log) = &mut self.event_log
            && !log.is_still(&metadata)?
        {
            return Ok(None);
        }
        let record_bytes_max = if self.event_log.is_some() { RECORD_BYTES_MAX } else { 0 };
        let line_bytes_max = port.limits.line_bytes_max().max(record_bytes_max);
        let framer = self.framer.get_or_insert_with(|| Framer::new(line_bytes_max));
        self.read_bytes = match &self.event_log {
            Some(log) => log.read(&mut self.file, self.read_bytes, framer.buffer())?,
            None => {
                let read = (&mut self.file).take(BURST_BYTES).read_to_end(framer.buffer())?;
                self.read_bytes + read as u64
            }
        };
        Ok(Some(self.hand_over(port, false).await))
    }

    /// At the end of the file. A last line without end is a frame once nobody will write on.
    async fn rest(&mut self, port: &Port) -> io::Result<Option<u64>> {
        if self.is_named {
            return Ok(None);
        }
        self.quiet_looks += 1;
        if self.quiet_looks != QUIET_LOOKS_MAX {
            return Ok(None);
        }
        Ok(Some(self.hand_over(port, true).await))
    }

    async fn hand_over(&mut self, port: &Port, is_last: bool) -> u64 {
        let Some(framer) = &mut self.framer else { return 0 };
        framer.cut(is_last);
        let Some(cut) = framer.take() else { return 0 };
        let durable_bytes = self.read_bytes - framer.buffer().len() as u64;
        let parts = match &mut self.header {
            Some(header) => header.parts(cut),
            None => vec![(cut, StreamContext::default())],
        };
        let mut parts = parts.into_iter().peekable();
        let mut frames = 0;
        while let Some((cut, context)) = parts.next() {
            // A part before the last says nothing of the offset.
            let before = self.under_way.back().map_or(self.durable_bytes, |(_, bytes)| *bytes);
            let durable_bytes = if parts.peek().is_some() { before } else { durable_bytes };
            let count = cut.frames.len() as u64;
            let mut batch = port.batch(cut, None);
            batch.context = context;
            match port.intake.hand_over(batch, &port.book).await {
                Ok(answer) => self.under_way.push_back((answer, durable_bytes)),
                Err(_) => {
                    self.read_again();
                    return 0;
                }
            }
            frames += count;
        }
        frames
    }

    /// Notes what has become durable.
    fn settle(&mut self) {
        while let Some((answer, durable_bytes)) = self.under_way.front_mut() {
            match answer.now() {
                None => return,
                Some(Ok(_)) => {
                    self.durable_bytes = *durable_bytes;
                    self.under_way.pop_front();
                }
                Some(Err(_)) => return self.read_again(),
            }
        }
    }

    /// Waits for all that was handed over.
    pub(super) async fn settle_all(&mut self) {
        while let Some((answer, durable_bytes)) = self.under_way.pop_front() {
            match answer.seqs().await {
                Ok(_) => self.durable_bytes = durable_bytes,
                Err(_) => return,
            }
        }
    }

    /// What was refused is in the book, and read again. An error of the file comes again too.
    fn read_again(&mut self) {
        self.was_refused = true;
        self.rewind(self.durable_bytes).ok();
    }

    /// Reads on from there. What is under way is forgotten: it comes again.
    fn rewind(&mut self, offset_bytes: u64) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(offset_bytes))?;
        self.read_bytes = offset_bytes;
        self.durable_bytes = offset_bytes;
        self.framer = None;
        if let Some(header) = &mut self.header {
            *header = Header::of(&self.file, offset_bytes)?;
        }
        self.under_way.clear();
        Ok(())
    }

    /// What of it is damaged.
    pub(super) fn trouble(&self) -> Option<String> {
        self.event_log.as_ref()?.trouble(&self.path)
    }

    /// Nobody will write on, and all of it is durable.
    pub(super) fn is_done(&self) -> bool {
        !self.is_named && self.quiet_looks >= QUIET_LOOKS_MAX && self.under_way.is_empty()
    }

    pub(super) fn checkpoint(&self) -> Option<Checkpoint> {
        let path = Path::to_str(&self.path)?.to_owned();
        (self.durable_bytes > 0).then(|| Checkpoint {
            path,
            inode: self.inode,
            print: self.print.clone(),
            offset_bytes: self.durable_bytes,
        })
    }
}
