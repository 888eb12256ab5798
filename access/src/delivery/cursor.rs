//! How far a target has read the log of alerts.
//!
//! Promises: a position is on the disk before the next line is read; half a line is never read.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// A place in the log, kept in a file.
#[derive(Debug)]
pub struct Cursor {
    log: PathBuf,
    kept: PathBuf,
    at_byte: u64,
    /// Length of the line that was read last, its end included.
    read_bytes: u64,
}

/// A file name for what is at that place.
pub fn name(place: &str) -> String {
    Sha256::digest(place.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

impl Cursor {
    /// The place kept in `kept`; without one, the end of the log.
    pub fn open(log: &Path, kept: &Path) -> io::Result<Cursor> {
        let at_byte = match fs::read_to_string(kept) {
            Ok(text) => text.trim().parse().map_err(|_| {
                io::Error::new(io::ErrorKind::InvalidData, format!("{} holds no number", kept.display()))
            })?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => fs::metadata(log)?.len(),
            Err(error) => return Err(error),
        };
        let cursor = Cursor { log: log.to_owned(), kept: kept.to_owned(), at_byte, read_bytes: 0 };
        cursor.keep()?;
        Ok(cursor)
    }

    /// The next line without its end; none when there is no whole one yet.
    pub fn next(&mut self) -> io::Result<Option<String>> {
        let mut file = File::open(&self.log)?;
        file.seek(SeekFrom::Start(self.at_byte))?;
        let mut line = String::new();
        let read = BufReader::new(file).read_line(&mut line)?;
        if line.pop() != Some('\n') {
            return Ok(None);
        }
        self.read_bytes = read as u64;
        Ok(Some(line))
    }

    /// Goes behind the line read last.
    pub fn advance(&mut self) -> io::Result<()> {
        self.at_byte += std::mem::take(&mut self.read_bytes);
        self.keep()
    }

    fn keep(&self) -> io::Result<()> {
        let temporary = self.kept.with_extension("new");
        let mut file = File::create(&temporary)?;
        writeln!(file, "{}", self.at_byte)?;
        file.sync_all()?;
        fs::rename(temporary, &self.kept)
    }
}
