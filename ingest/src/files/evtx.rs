//! Event logs of Windows (`.evtx`): each record becomes one line of JSON, the event's tree.
//!
//! Promises: front to back, one chunk of 64 KiB in memory at a time; a chunk or record that is damaged is counted, with
//! its first place, and does not keep the next from being read; a chunk whose header is lost gives its records all the
//! same. Must not know: what an event means. Source: Microsoft [MS-EVEN6]; libevtx, "Windows XML Event Log format".

use std::cell::RefCell;
use std::io::{self, Read};
use std::sync::Arc;

use ::evtx::{EvtxChunkData, ParserSettings};

use super::problem::{InputProblem, InputProblemKind};
use super::window::Window;

/// Longest line a record becomes: a chunk holds no more, and text grows when it is escaped.
pub(crate) const RECORD_BYTES_MAX: usize = 1024 * 1024;
const HEADER_BYTES: usize = 4096;
const CHUNK_BYTES: usize = 64 * 1024;
const CHUNK_HEADER_BYTES: usize = 512;
const FILE_MAGIC: &[u8] = b"ElfFile\0";
const CHUNK_MAGIC: &[u8] = b"ElfChnk\0";
const RECORD_MAGIC: &[u8] = b"\x2A\x2A\0\0";

/// True when the bytes start an event log; also one whose first block is damaged, by its first chunk.
pub(crate) fn is_event_log(head: &[u8]) -> bool {
    head.starts_with(FILE_MAGIC) || head.get(HEADER_BYTES..).is_some_and(|rest| rest.starts_with(CHUNK_MAGIC))
}

/// What of a log could not be read.
#[derive(Debug, Default)]
pub(crate) struct Damage(RefCell<Counts>);

#[derive(Debug, Default)]
struct Counts {
    first_at: Option<u64>,
    first: String,
    records: u64,
    chunks: u64,
    is_cut: bool,
}

impl Damage {
    /// The one problem a damaged log has; none when all of it was read.
    pub(crate) fn problem(&self, path: &str) -> Option<InputProblem> {
        let counts = self.0.borrow();
        let offset = counts.first_at?;
        let (kind, mend) = if counts.is_cut {
            (InputProblemKind::Truncated, "get a complete copy of it")
        } else {
            (InputProblemKind::Corrupt, "export the log again with `wevtutil epl`, or get an intact copy")
        };
        let message = format!(
            "damaged ({}): what could be read was; records lost: {}, chunks lost: {}",
            counts.first, counts.records, counts.chunks
        );
        Some(InputProblem::new(path, kind, message, mend).at_offset(offset))
    }

    fn note(&self, offset: u64, what: impl FnOnce() -> String) -> std::cell::RefMut<'_, Counts> {
        let mut counts = self.0.borrow_mut();
        if counts.first_at.is_none() {
            counts.first_at = Some(offset);
            counts.first = what();
        }
        counts
    }
}

/// Makes lines of JSON of a log's chunks.
#[derive(Debug)]
pub(crate) struct Decoder {
    settings: Arc<ParserSettings>,
}

impl Decoder {
    pub(crate) fn new() -> Decoder {
        // Sums are compared below: a chunk with a wrong one still holds records.
        Decoder { settings: Arc::new(ParserSettings::new().validate_checksums(false).indent(false)) }
    }

    /// Adds the lines of the chunk that begins at that place of its log; one that is shorter than a chunk ends there.
    pub(crate) fn chunk(&self, mut chunk: Vec<u8>, at: u64, damage: &Damage, lines: &mut Vec<u8>) {
        // Space kept ahead for records to come.
        if chunk.iter().all(|byte| *byte == 0) {
            return;
        }
        let length = chunk.len() as u64;
        if chunk.len() < CHUNK_BYTES {
            damage.note(at + length, || "ends within a chunk".to_owned()).is_cut = true;
            chunk.resize(CHUNK_BYTES, 0);
        }
        if !chunk.starts_with(CHUNK_MAGIC) {
            if !mend_header(&mut chunk) {
                damage.note(at, || "a chunk that is none".to_owned()).chunks += 1;
                return;
            }
            damage.note(at, || "a chunk whose header is lost".to_owned());
        }
        self.records(chunk, length, at, damage, lines);
    }

    /// The lines of a chunk of which so many bytes are there, the rest being zeros.
    fn records(&self, chunk: Vec<u8>, length: u64, at: u64, damage: &Damage, lines: &mut Vec<u8>) {
        let mut data = match EvtxChunkData::new(chunk, false) {
            Ok(data) => data,
            Err(error) => {
                damage.note(at, || error.to_string()).chunks += 1;
                return;
            }
        };
        let is_sound = length < CHUNK_BYTES as u64 || data.validate_checksum();
        let mut chunk = match data.parse(Arc::clone(&self.settings)) {
            Ok(chunk) => chunk,
            Err(error) => {
                damage.note(at, || error.to_string()).chunks += 1;
                return;
            }
        };
        for record in chunk.iter() {
            let line = record.and_then(|record| {
                let is_whole = record.binxml_offset + u64::from(record.binxml_size) <= length;
                if is_whole {
                    record.into_json_bytes()
                } else {
                    Err(::evtx::err::EvtxError::FailedToCreateRecordModel("cut"))
                }
            });
            match line {
                // A line end inside would cut the record: JSON has none but what a printer adds.
                Ok(record) if !record.data.contains(&b'\n') => {
                    lines.extend_from_slice(&record.data);
                    lines.push(b'\n');
                }
                Ok(_) => damage.note(at, || "a record that is no line".to_owned()).records += 1,
                Err(error) => damage.note(at, || error.to_string()).records += 1,
            }
        }
        if !is_sound {
            damage
                .note(at, || "a chunk whose check sum is wrong: its records are read as they are".to_owned());
        }
    }
}

/// The place of the chunk that is read at `at`, once the header before the first is passed.
pub(crate) fn pass_header(source: &mut impl Read, at: u64, damage: &Damage) -> io::Result<u64> {
    if at > 0 {
        return Ok(at);
    }
    if !block(source, HEADER_BYTES)?.starts_with(FILE_MAGIC) {
        damage.note(0, || "the file's header is lost".to_owned());
    }
    Ok(HEADER_BYTES as u64)
}

/// The bytes of the next chunk; fewer at the end of the log.
pub(crate) fn next_chunk(source: &mut impl Read) -> io::Result<Vec<u8>> {
    block(source, CHUNK_BYTES)
}

fn block(source: &mut impl Read, bytes: usize) -> io::Result<Vec<u8>> {
    let mut block = Vec::with_capacity(bytes);
    source.take(bytes as u64).read_to_end(&mut block)?;
    Ok(block)
}

/// The records of a log as lines of JSON.
pub(crate) struct Records<'w> {
    window: Window<'w>,
    damage: &'w Damage,
    decoder: Decoder,
    /// Place in the log of the next chunk; zero before the file's header.
    offset: u64,
    lines: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl<'w> Records<'w> {
    pub(crate) fn new(window: Window<'w>, damage: &'w Damage) -> Records<'w> {
        Records {
            window,
            damage,
            decoder: Decoder::new(),
            offset: 0,
            lines: Vec::new(),
            taken: 0,
            ended: false,
        }
    }

    /// Reads the next chunk; the log ends where no more bytes come.
    fn advance(&mut self) -> io::Result<()> {
        self.lines.clear();
        self.taken = 0;
        let at = pass_header(&mut self.window, self.offset, self.damage)?;
        let chunk = next_chunk(&mut self.window)?;
        self.offset = at + chunk.len() as u64;
        self.ended = chunk.len() < CHUNK_BYTES;
        self.decoder.chunk(chunk, at, self.damage, &mut self.lines);
        Ok(())
    }
}

impl Read for Records<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.lines.len() {
            if self.ended {
                return Ok(0);
            }
            self.advance()?;
        }
        let ready = self.lines.get(self.taken..).unwrap_or_default();
        let length = ready.len().min(room.len());
        if let (Some(from), Some(to)) = (ready.get(..length), room.get_mut(..length)) {
            to.copy_from_slice(from);
        }
        self.taken += length;
        Ok(length)
    }
}

/// Writes a chunk's header anew when its first record is in place: all numbers of records are taken for its own.
fn mend_header(chunk: &mut [u8]) -> bool {
    let has_record = chunk.get(CHUNK_HEADER_BYTES..).is_some_and(|rest| rest.starts_with(RECORD_MAGIC));
    let Some(header) = chunk.get_mut(..CHUNK_HEADER_BYTES).filter(|_| has_record) else { return false };
    header.fill(0);
    let whole = (CHUNK_BYTES as u32).to_le_bytes();
    let fields: [(usize, &[u8]); 7] = [
        (0, CHUNK_MAGIC),
        // Last number of a record, and its identifier.
        (16, &u64::MAX.to_le_bytes()),
        (32, &u64::MAX.to_le_bytes()),
        (40, &128_u32.to_le_bytes()),
        // Where the last record starts, and where free space does.
        (44, &whole),
        (48, &whole),
        (120, &0_u32.to_le_bytes()),
    ];
    for (at, bytes) in fields {
        if let Some(place) = header.get_mut(at..at + bytes.len()) {
            place.copy_from_slice(bytes);
        }
    }
    true
}
