//! An event log of Windows (`.evtx`) that was put into a folder: read chunk by chunk once it stands still.
//!
//! Promises: nothing is read while it is still being copied; each record is a line of JSON, as a scan of the file has it; where
//! it was read to is the end of a chunk. Must not know: what an event means, frames.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;
use std::time::SystemTime;

use crate::files::evtx::{Damage, Decoder, next_chunk, pass_header};

/// Looks without a change after which nobody is taken to copy any more.
const STILL_LOOKS: u32 = 8;
/// Chunks read at a time.
const CHUNKS: usize = 4;

#[derive(Debug)]
pub(super) struct EventLog {
    decoder: Decoder,
    damage: Damage,
    /// Length and last change at the last look.
    seen: Option<(u64, SystemTime)>,
    looks: u32,
}

impl EventLog {
    pub(super) fn new() -> EventLog {
        EventLog { decoder: Decoder::new(), damage: Damage::default(), seen: None, looks: 0 }
    }

    /// Looks at it: true once it has not changed for some looks.
    pub(super) fn is_still(&mut self, metadata: &Metadata) -> io::Result<bool> {
        let now = Some((metadata.len(), metadata.modified()?));
        self.looks = if self.seen == now { self.looks.saturating_add(1) } else { 0 };
        self.seen = now;
        Ok(self.looks >= STILL_LOOKS)
    }

    /// Adds the lines of the next chunks from that place, where the file stands. Answers how far it has read.
    pub(super) fn read(&self, file: &mut File, at: u64, lines: &mut Vec<u8>) -> io::Result<u64> {
        let mut at = pass_header(file, at, &self.damage)?;
        for _ in 0..CHUNKS {
            let chunk = next_chunk(file)?;
            if chunk.is_empty() {
                break;
            }
            let length = chunk.len() as u64;
            self.decoder.chunk(chunk, at, &self.damage, lines);
            at += length;
        }
        Ok(at)
    }

    /// What of it could not be read.
    pub(super) fn trouble(&self, path: &Path) -> Option<String> {
        self.damage.problem(&path.display().to_string()).map(|problem| problem.to_string())
    }
}
