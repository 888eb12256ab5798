//! The check of everything: records, their signatures and how they hang together, pieces, roots.
//!
//! Promises: any byte that counts and is not as it was written is named, with how many frames it costs; what a crash left behind
//! and nobody built on is told apart. Must not know: who asks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schema::FrameBatch;

use super::chain::{self, File};
use super::hash::Hash;
use super::originals::Originals;
use super::record::{PieceEntry, Signed};
use crate::disk::{Disk, DiskFile};
use crate::error::Error;

/// A line of the chain that is none.
const UNVOUCHED: &str = "this is no record that the key vouches for";

/// Something that is not as it was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// File name within the folder.
    pub file: String,
    /// First byte of what is concerned.
    pub offset: u64,
    /// What is wrong.
    pub what: &'static str,
    /// Frames that cannot be vouched for because of it, as far as is known.
    pub frames: u64,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}, byte {}: {}", self.file, self.offset, self.what)?;
        if self.frames > 0 {
            write!(out, " ({} frames)", self.frames)?;
        }
        Ok(())
    }
}

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// What is wrong, in the order of the chain.
    pub faults: Vec<Fault>,
    /// Records that hold.
    pub records: u64,
    /// Pieces that hold.
    pub pieces: u64,
    /// Frames in them.
    pub frames: u64,
    /// Bytes of these.
    pub text_bytes: u64,
    /// Bytes that the pieces take.
    pub stored_bytes: u64,
    /// Pieces that were destroyed because they were past their retention, as records say.
    pub pieces_expired: u64,
    /// Seqs of which the journal had no frames, as records say.
    pub lost: u64,
    /// Bytes that a crash or a failing disk left behind, and on which nothing builds.
    pub void_bytes: u64,
    /// The last record that holds.
    pub head: Option<Signed>,
}

impl<D: Disk> Originals<D> {
    /// Reads and checks everything.
    pub fn verify(&self) -> Result<Verified, Error> {
        let mut check = Check {
            originals: self,
            expired: self.expired()?,
            ends: BTreeMap::new(),
            is_broken: false,
            verified: Verified::default(),
        };
        for file in chain::walk(self.disk())? {
            check.file(&file?)?;
        }
        check.leftovers()?;
        Ok(check.verified)
    }
}

struct Check<'o, D: Disk> {
    originals: &'o Originals<D>,
    expired: BTreeSet<String>,
    /// Where the pieces of each object end.
    ends: BTreeMap<String, u64>,
    /// A record before could not be read: the next one hangs on nothing.
    is_broken: bool,
    verified: Verified,
}

impl<D: Disk> Check<'_, D> {
    fn file(&mut self, file: &File) -> Result<(), Error> {
        let key = *self.originals.key();
        let fault = |offset, what| Fault { file: file.name.clone(), offset, what, frames: 0 };
        let next = file.next.as_ref().filter(|next| key.vouches_for(next));
        let mut is_joined = next.is_none();
        // A record of which only the next file's copy ever got to the disk.
        let follows = |head: Option<&Signed>| {
            head.zip(next).is_some_and(|(head, next)| {
                next.record.previous == head.hash() && next.record.number == head.record.number + 1
            })
        };
        if file.lines.is_empty() {
            self.verified.faults.push(fault(0, "its records are gone"));
        }
        for (at, line) in file.lines.iter().enumerate() {
            let signed = line.signed.as_ref().filter(|signed| key.vouches_for(signed));
            let Some(signed) = signed else {
                let is_void = line.is_cut && (file.next.is_none() || follows(self.verified.head.as_ref()));
                if is_void {
                    self.verified.void_bytes += line.bytes.end - line.bytes.start;
                } else {
                    self.verified.faults.push(fault(line.bytes.start, UNVOUCHED));
                    self.is_broken = true;
                }
                continue;
            };
            // The first line says once more what the file before ended with.
            if at > 0 || self.verified.head.as_ref() != Some(signed) {
                let what = self.wrong_link(signed);
                let faults_before = self.verified.faults.len();
                self.verified.faults.extend(what.map(|what| fault(line.bytes.start, what)));
                let missing = self.record(signed)?;
                // Where a piece is not what it was, what is missing is known.
                if missing > 0 && self.verified.faults.len() == faults_before {
                    let what =
                        "seqs of this record are in none of its pieces, and it does not call them lost";
                    self.verified.faults.push(Fault { frames: missing, ..fault(line.bytes.start, what) });
                }
            }
            self.is_broken = false;
            if next == Some(signed) {
                is_joined = true;
                let end = file.lines.last().map_or(0, |last| last.bytes.end);
                self.verified.void_bytes += end - line.bytes.end;
                break;
            }
        }
        if !is_joined && !self.is_broken && !follows(self.verified.head.as_ref()) {
            self.verified.faults.push(fault(0, "the record on which the next file builds is not in it"));
        }
        Ok(())
    }

    /// What is wrong with a record behind the one before it.
    fn wrong_link(&self, signed: &Signed) -> Option<&'static str> {
        let record = &signed.record;
        let Some(before) = self.verified.head.as_ref() else {
            let is_first = record.number == 1 && record.previous == Hash::default();
            return (!is_first && !self.is_broken).then_some("records before this one are missing");
        };
        if self.is_broken {
            return None;
        }
        if record.previous != before.hash() || record.number != before.record.number + 1 {
            return Some("this record does not follow the one before it");
        }
        (record.first_seq != before.record.last_seq + 1).then_some("seqs before this record are in none")
    }

    /// Checks the pieces of a record; answers how many of its seqs are in none, as far as all of them are there.
    fn record(&mut self, signed: &Signed) -> Result<u64, Error> {
        let record = &signed.record;
        let lost = record.lost.iter().map(|(first, last)| last.saturating_sub(*first) + 1).sum::<u64>();
        self.verified.records += 1;
        self.verified.lost += lost;
        let (mut seqs, mut is_whole) = (Vec::new(), true);
        for entry in &record.pieces {
            let end = self.ends.entry(entry.object.clone()).or_default();
            let gap = (*end != entry.offset).then_some("pieces do not lie one behind the other");
            *end = entry.offset.saturating_add(entry.bytes);
            if self.expired.contains(&entry.object) {
                self.verified.pieces_expired += 1;
                is_whole = false;
                continue;
            }
            let opened = self.originals.open_piece(entry, &record.collector)?;
            match opened.and_then(|opened| gap.map_or(Ok(opened), Err)) {
                Err(what) => self.verified.faults.push(fault_of(entry, what)),
                Ok(opened) => {
                    let frames = opened.batches.iter().flat_map(FrameBatch::frames);
                    seqs.extend(frames.map(|frame| frame.seq));
                    self.verified.pieces += 1;
                    self.verified.frames += entry.frames;
                    self.verified.text_bytes += entry.text_bytes;
                    self.verified.stored_bytes += entry.bytes;
                }
            }
        }
        self.verified.head = Some(signed.clone());
        seqs.sort_unstable();
        seqs.dedup();
        let expected = (record.last_seq + 1).saturating_sub(record.first_seq).saturating_sub(lost);
        Ok(if is_whole { expected.saturating_sub(seqs.len() as u64) } else { 0 })
    }

    /// Counts the bytes of objects that no record names.
    fn leftovers(&mut self) -> Result<(), Error> {
        let disk = self.originals.disk();
        let names = disk.list().map_err(Error::disk("list", "the originals' folder"))?;
        for name in names.iter().filter(|name| chain::of_object(name).is_some()) {
            let file = disk.open(name).map_err(Error::disk("open", name))?;
            let size_bytes = file.size_bytes().map_err(Error::disk("read", name))?;
            let end = self.ends.get(name).copied().unwrap_or(0);
            self.verified.void_bytes += size_bytes.saturating_sub(end);
        }
        Ok(())
    }
}

fn fault_of(entry: &PieceEntry, what: &'static str) -> Fault {
    Fault { file: entry.object.clone(), offset: entry.offset, what, frames: entry.frames }
}
