//! Reading the originals back: any event's bytes with their proof, and a check of everything that is there.
//!
//! Promises: what is given was sealed, byte for byte, and lies under a signature; whatever is not as it was written is named with
//! its file and place. Must not know: who reads.

use std::collections::BTreeSet;
use std::io;
use std::ops::RangeInclusive;
use std::sync::Arc;

use schema::{Flaw, Frame, FrameBatch};

use super::chain;
use super::hash::Hash;
use super::piece::{self, Opened};
use super::record::{PieceEntry, Record, Signed};
use super::signer::PublicKey;
use crate::disk::Disk;
use crate::error::Error;

/// A folder of originals.
pub struct Originals<D: Disk> {
    disk: D,
    key: PublicKey,
}

/// A frame that was found.
#[derive(Debug)]
pub struct Original {
    /// The record that names its piece.
    pub signed: Arc<Signed>,
    /// Which of its pieces.
    pub piece: usize,
    /// What it came with: its origin, receive time and context.
    pub batch: Arc<FrameBatch>,
    /// Where it lies in the batch's text.
    pub frame: Frame,
    /// Its place among the leaves of the piece.
    pub index: usize,
    /// What stands before its bytes when its leaf is hashed.
    pub head: Vec<u8>,
    /// What leads from its leaf to the piece's root.
    pub path: Vec<Hash>,
}

impl Original {
    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        self.batch.text().get(self.frame.start as usize..self.frame.end as usize).unwrap_or_default()
    }

    /// The seq that identifies the event.
    pub fn event_seq(&self) -> u64 {
        self.frame.seq.wrapping_add_signed(self.batch.seq_shift())
    }

    /// What keeps it from being what was sent, byte for byte.
    pub fn flaws(&self) -> impl Iterator<Item = Flaw> {
        let is_its =
            |(index, _): &&(u32, Flaw)| self.batch.frames().get(*index as usize) == Some(&self.frame);
        self.batch.flaws().iter().filter(is_its).map(|(_, flaw)| *flaw)
    }

    /// The piece.
    pub fn entry(&self) -> Option<&PieceEntry> {
        self.signed.record.pieces.get(self.piece)
    }
}

/// A record that counts, and where it stands.
struct Counted {
    file: String,
    offset: u64,
    signed: Signed,
}

impl<D: Disk> Originals<D> {
    /// Over a folder whose records were signed with that key.
    pub fn new(disk: D, key: PublicKey) -> Originals<D> {
        Originals { disk, key }
    }

    /// The key that vouches for them.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    pub(super) fn disk(&self) -> &D {
        &self.disk
    }

    /// The last record; none when nothing was sealed.
    pub fn head(&self) -> Result<Option<Signed>, Error> {
        Ok(chain::head(&self.disk, &self.key)?.map(|(_, signed)| signed))
    }

    /// Visits each record, once and in order. Whether it was signed is for the visitor to see.
    pub fn records(&self, mut visit: impl FnMut(&Signed) -> io::Result<()>) -> Result<(), Error> {
        self.each_record(|counted| visit(&counted.signed).map_err(Error::disk("hand on", "records")))
    }

    /// Visits the frames of events whose seqs lie in `seqs`, in the order in which they were sealed; of that first collector, or
    /// else of this node.
    pub fn find(
        &self,
        collector: Option<&str>,
        seqs: &RangeInclusive<u64>,
        mut visit: impl FnMut(Original) -> io::Result<()>,
    ) -> Result<(), Error> {
        let asked = |record: &Record, entry: &PieceEntry| {
            let by = collector.unwrap_or(&record.collector);
            entry
                .events
                .get(by)
                .is_some_and(|(least, greatest)| least <= seqs.end() && greatest >= seqs.start())
        };
        self.each_piece(asked, |signed, number, opened| {
            let by = collector.unwrap_or(&signed.record.collector);
            visit_frames(signed, number, opened, (by, seqs), &mut visit)
        })
    }

    /// Visits the batches of each piece that `wants` some events of, which are told by first collector, least and greatest seq; in
    /// the order in which they were sealed.
    pub fn batches(
        &self,
        wants: impl Fn(&str, RangeInclusive<u64>) -> bool,
        mut visit: impl FnMut(Vec<FrameBatch>) -> io::Result<()>,
    ) -> Result<(), Error> {
        let wanted = |_: &Record, entry: &PieceEntry| {
            entry.events.iter().any(|(by, (least, greatest))| wants(by, *least..=*greatest))
        };
        self.each_piece(wanted, |_, _, opened| {
            visit(opened.batches).map_err(Error::disk("hand on", "originals"))
        })
    }

    /// Visits each piece that is there and wanted, with its record and its number in it.
    fn each_piece(
        &self,
        is_wanted: impl Fn(&Record, &PieceEntry) -> bool,
        mut visit: impl FnMut(&Arc<Signed>, usize, Opened) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let expired = self.expired()?;
        self.each_record(|counted| {
            let signed = Arc::new(counted.signed);
            for (number, entry) in signed.record.pieces.iter().enumerate() {
                if !expired.contains(&entry.object) && is_wanted(&signed.record, entry) {
                    let opened = self.piece(&counted.file, counted.offset, &signed, entry)?;
                    visit(&signed, number, opened)?;
                }
            }
            Ok(())
        })
    }

    /// Objects that a record says were destroyed.
    pub(super) fn expired(&self) -> Result<BTreeSet<String>, Error> {
        let mut expired = BTreeSet::new();
        for file in chain::walk(&self.disk)? {
            let records = file?.lines.into_iter().filter_map(|line| line.signed);
            let records =
                records.filter(|signed| !signed.record.expired.is_empty() && self.key.vouches_for(signed));
            expired.extend(records.flat_map(|signed| signed.record.expired));
        }
        Ok(expired)
    }

    /// The frames of a piece that is what its record says.
    fn piece(&self, file: &str, offset: u64, signed: &Signed, entry: &PieceEntry) -> Result<Opened, Error> {
        let changed = |file: &str, offset, what| Error::Changed { file: file.to_owned(), offset, what };
        if !self.key.vouches_for(signed) {
            return Err(changed(file, offset, "a record that the key does not vouch for"));
        }
        self.open_piece(entry, &signed.record.collector)?
            .map_err(|what| changed(&entry.object, entry.offset, what))
    }

    /// The frames of a piece, or what is wrong with it.
    pub(super) fn open_piece(
        &self,
        entry: &PieceEntry,
        collector: &str,
    ) -> Result<Result<Opened, &'static str>, Error> {
        let bytes = entry.offset..entry.offset.saturating_add(entry.bytes);
        let stored = match chain::read(&self.disk, &entry.object, bytes) {
            Err(Error::Disk { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                return Ok(Err("it is missing, and no record says that it was destroyed"));
            }
            stored => stored?,
        };
        if stored.len() as u64 != entry.bytes {
            return Ok(Err("the piece is cut"));
        }
        if Hash::of(&[&stored]) != entry.sha256 {
            return Ok(Err("the piece is not what was sealed: its SHA-256 is another"));
        }
        let opened = match piece::open(&stored, &collector.into()) {
            Ok(opened) => opened,
            Err(what) => return Ok(Err(what)),
        };
        let facts = piece::facts(&opened.batches, &opened.leaves);
        let is_said = facts.frames == entry.frames
            && facts.text_bytes == entry.text_bytes
            && facts.root == entry.root
            && facts
                .events
                .iter()
                .map(|(by, seqs)| (&**by, seqs))
                .eq(entry.events.iter().map(|(by, seqs)| (by.as_str(), seqs)));
        Ok(if is_said { Ok(opened) } else { Err("the piece holds other frames than its record says") })
    }

    /// Visits each record that counts, once and in order. Whether they are signed and hang together is not looked at.
    fn each_record(&self, mut visit: impl FnMut(Counted) -> Result<(), Error>) -> Result<(), Error> {
        let mut last = 0;
        for file in chain::walk(&self.disk)? {
            let file = file?;
            for line in file.lines {
                let Some(signed) = line.signed else { continue };
                let is_last = file.next.as_ref() == Some(&signed);
                // Files begin with a record that the one before has, unless it was never durable there.
                if signed.record.number > last {
                    last = signed.record.number;
                    visit(Counted { file: file.name.clone(), offset: line.bytes.start, signed })?;
                }
                if is_last {
                    break;
                }
            }
        }
        Ok(())
    }
}

/// Visits the frames of a piece whose events have these seqs.
fn visit_frames(
    signed: &Arc<Signed>,
    piece: usize,
    opened: Opened,
    (by, seqs): (&str, &RangeInclusive<u64>),
    visit: &mut impl FnMut(Original) -> io::Result<()>,
) -> Result<(), Error> {
    let tree = piece::tree(&opened.leaves);
    let mut index = 0;
    for batch in opened.batches {
        let (shift, batch) = (batch.seq_shift(), Arc::new(batch));
        for frame in batch.frames() {
            let leaf = opened.leaves.get(index);
            let is_asked = seqs.contains(&frame.seq.wrapping_add_signed(shift));
            if let Some(leaf) = leaf.filter(|_| is_asked && *batch.origin.collector == *by) {
                let mut head = Vec::new();
                leaf.push_head(&mut head);
                let original = Original {
                    signed: Arc::clone(signed),
                    piece,
                    batch: Arc::clone(&batch),
                    frame: *frame,
                    index,
                    head,
                    path: tree.path(index),
                };
                visit(original).map_err(Error::disk("hand on", "originals"))?;
            }
            index += 1;
        }
    }
    Ok(())
}
