//! Sealing: frames into pieces, pieces into objects, and one signed record for each step.
//!
//! Promises: a record is written when all that it names is durable, and counts when it is durable itself; after any error the
//! same frames are sealed anew in other files, so that nothing rests on a file that could not be synced.
//! Must not know: threads, when to seal, whether the journal still has a frame.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use arrow::temporal_conversions::date32_to_datetime;
use ring::rand::{SecureRandom, SystemRandom};
use schema::FrameBatch;

use super::chain::{self, SetName};
use super::hash::Hash;
use super::piece::{Packer, SECRET_BYTES};
use super::record::{PieceEntry, Record, Signed};
use super::signer::Signer;
use crate::disk::{Disk, DiskFile};
use crate::error::Error;
use crate::kill_point;
use crate::lake::Retention;

/// Bytes after which another piece of the same tenant begins.
const PIECE_BYTES: usize = 16 << 20;
/// What a frame takes beside its text, while it waits and while it is packed.
const FRAME_BYTES: usize = 128;
/// Microseconds of a day.
const DAY_US: i64 = 86_400_000_000;

/// Seals one journal's frames. One a folder.
pub struct Sealer<D: Disk> {
    disk: D,
    signer: Signer,
    collector: Arc<str>,
    packer: Packer,
    random: SystemRandom,
    /// The last record that is durable.
    head: Signed,
    /// None after a record that could not be written.
    set: Option<Set<D::File>>,
    next_set: u64,
    pending: Pending,
}

/// True when the folder holds a chain.
pub fn is_begun<D: Disk>(disk: &D) -> Result<bool, Error> {
    Ok(!chain::files(disk)?.is_empty())
}

/// Files of one run and day.
struct Set<F> {
    name: SetName,
    chain: F,
    chain_bytes: u64,
    /// The objects by what is in them, and how many there ever were.
    objects: BTreeMap<Arc<str>, Object>,
    objects_made: usize,
}

struct Object {
    name: String,
    size_bytes: u64,
    /// A record may name it.
    is_named: bool,
}

/// What waits for the next step.
#[derive(Default)]
struct Pending {
    batches: BTreeMap<Arc<str>, Vec<FrameBatch>>,
    lost: Vec<(u64, u64)>,
    bytes: usize,
    /// When the first of it came, µs since 1970 UTC.
    arrived_us: Option<i64>,
    next_seq: u64,
}

impl<D: Disk> Sealer<D> {
    /// Goes on behind the last record in the folder; where there is no chain, with the frames from `first_seq` on. The journal has none
    /// before: those that it should have are answered, and will be called lost. `collector` names who numbers them.
    pub fn open(
        disk: D,
        signer: Signer,
        collector: &str,
        first_seq: u64,
        now_us: i64,
    ) -> Result<(Sealer<D>, Range<u64>), Error> {
        let names = disk.list().map_err(Error::disk("list", "the originals' folder"))?;
        for draft in names.iter().filter(|name| chain::is_draft(name)) {
            disk.remove(draft).map_err(Error::disk("remove", draft))?;
        }
        let next_set = chain::files(&disk)?.last().map_or(1, |last| last.number + 1);
        let (day, head) = match chain::head(&disk, &signer.public())? {
            Some((file, head)) => (file.day, head),
            None if next_set > 1 => return Err(Error::KeyGone),
            None => (date_of(now_us), sign(&signer, Record::first(collector, first_seq, now_us))?),
        };
        let next_seq = head.record.last_seq + 1;
        let mut sealer = Sealer {
            disk,
            signer,
            collector: collector.into(),
            packer: Packer::new().map_err(Error::disk("pack", "pieces"))?,
            random: SystemRandom::new(),
            head,
            set: None,
            next_set,
            pending: Pending { next_seq, ..Pending::default() },
        };
        // It may never have been synced: what is forgotten because of it rests on a copy that is.
        sealer.begin(day)?;
        sealer.add_lost(next_seq..first_seq);
        Ok((sealer, next_seq..first_seq.max(next_seq)))
    }

    /// Every seq up to here is in a durable record.
    pub fn sealed_upto(&self) -> u64 {
        self.head.record.last_seq
    }

    /// The seq that is to be added next.
    pub fn next_seq(&self) -> u64 {
        self.pending.next_seq
    }

    /// The last record that is durable.
    pub fn head(&self) -> &Signed {
        &self.head
    }

    /// Bytes that wait for the next step.
    pub fn pending_bytes(&self) -> usize {
        self.pending.bytes
    }

    /// True when frames wait that came on another day than these: a step is of one day, and they are to be sealed before.
    pub fn is_of_another_day(&self, batches: &[FrameBatch]) -> bool {
        let day = |arrived_us: i64| arrived_us.div_euclid(DAY_US);
        let arrived_us = self.pending.arrived_us.zip(batches.first().map(FrameBatch::arrived_us));
        arrived_us.is_some_and(|(first, next)| day(first) != day(next))
    }

    /// Takes up frames, each once and in the order of their seqs, the last of which is `last_seq`. Seqs that are passed over are lost.
    pub fn add(&mut self, batches: impl IntoIterator<Item = FrameBatch>, last_seq: u64) {
        for batch in batches {
            if let Some(first) = batch.frames().first() {
                self.add_lost(self.pending.next_seq..first.seq);
            }
            let pending = &mut self.pending;
            pending.bytes += weight(&batch);
            pending.arrived_us.get_or_insert(batch.arrived_us());
            pending.next_seq = batch.frames().last().map_or(pending.next_seq, |last| last.seq + 1);
            pending.batches.entry(Arc::clone(&batch.origin.tenant)).or_default().push(batch);
        }
        self.add_lost(self.pending.next_seq..last_seq + 1);
    }

    /// Takes up that the journal has no frames of these seqs.
    pub fn add_lost(&mut self, seqs: Range<u64>) {
        let first_seq = seqs.start.max(self.pending.next_seq);
        if first_seq < seqs.end {
            self.pending.lost.push((first_seq, seqs.end - 1));
            self.pending.next_seq = seqs.end;
        }
    }

    /// Seals what waits. After an error it still waits, and may be sealed later.
    pub fn seal(&mut self, now_us: i64) -> Result<(), Error> {
        if self.pending.next_seq == self.sealed_upto() + 1 {
            return Ok(());
        }
        let pending = std::mem::take(&mut self.pending);
        let sealed = self.step(&pending, now_us);
        match &sealed {
            Ok(()) => self.pending.next_seq = pending.next_seq,
            Err(_) => self.pending = pending,
        }
        sealed
    }

    /// Destroys the objects of days that lie more than `days_kept` behind `today` (days since 1970, UTC), and says so in a
    /// record; answers how many. A class for which it is none is kept.
    pub fn expire(
        &mut self,
        today: i32,
        now_us: i64,
        days_kept: impl Fn(Retention) -> Option<u32>,
    ) -> Result<usize, Error> {
        let is_over = |name: &&String| {
            let Some((day, class)) = chain::of_object(name) else { return false };
            let days = days_kept(class).and_then(|days| i32::try_from(days).ok());
            days.is_some_and(|days| day < date(today.saturating_sub(days)).as_str())
        };
        let names = self.disk.list().map_err(Error::disk("list", "the originals' folder"))?;
        let expired: Vec<String> = names.iter().filter(is_over).cloned().collect();
        if expired.is_empty() {
            return Ok(0);
        }
        // The record comes first: an object that is gone and of which none says so is a loss.
        let record = Record { expired: expired.clone(), ..self.head.next(&self.collector, now_us) };
        self.begun(date(today)).and_then(|()| self.append(record))?;
        for name in &expired {
            self.disk.remove(name).map_err(Error::disk("remove", name))?;
        }
        self.disk.sync_folder().map_err(Error::disk("sync", "the originals' folder"))?;
        Ok(expired.len())
    }

    fn step(&mut self, pending: &Pending, now_us: i64) -> Result<(), Error> {
        self.begun(date_of(pending.arrived_us.unwrap_or(now_us)))?;
        let mut record = self.head.next(&self.collector, now_us);
        record.last_seq = pending.next_seq - 1;
        record.lost = pending.lost.clone();
        let mut batches = pending.batches.iter();
        let written =
            batches.try_for_each(|(tenant, batches)| self.write(tenant, batches, &mut record.pieces));
        if written.is_err() {
            self.discard();
        }
        written?;
        for object in self.set.iter_mut().flat_map(|set| set.objects.values_mut()) {
            object.is_named = true;
        }
        kill_point::pass("seal.synced");
        self.append(record)?;
        kill_point::pass("seal.recorded");
        Ok(())
    }

    /// Writes no more into the objects there are; those that no record names are of no use, and room is what may be lacking.
    fn discard(&mut self) {
        let objects = self.set.as_mut().map(|set| std::mem::take(&mut set.objects)).unwrap_or_default();
        for object in objects.values().filter(|object| !object.is_named) {
            // Where even that fails it counts for nothing, and is removed when its day is past its retention.
            drop(self.disk.remove(&object.name));
        }
    }

    /// Writes frames of a tenant into their object and syncs it.
    fn write(
        &mut self,
        tenant: &Arc<str>,
        batches: &[FrameBatch],
        entries: &mut Vec<PieceEntry>,
    ) -> Result<(), Error> {
        let Some(set) = &mut self.set else { return Ok(()) };
        let (mut file, object) = match set.objects.get_mut(tenant) {
            Some(object) => {
                (self.disk.open(&object.name).map_err(Error::disk("open", &object.name))?, object)
            }
            None => {
                // Which class a frame's events are of, only parsing could tell.
                set.objects_made += 1;
                let name = set.name.object(set.objects_made, Retention::Standard);
                let file = self.disk.create(&name).map_err(Error::disk("create", &name))?;
                let object = Object { name, size_bytes: 0, is_named: false };
                let object = set.objects.entry(Arc::clone(tenant)).or_insert(object);
                self.disk.sync_folder().map_err(Error::disk("sync", "the originals' folder"))?;
                (file, object)
            }
        };
        for batches in parts(batches) {
            let mut secret = [0; SECRET_BYTES];
            let no_random = |_| Error::disk("make", "a secret")(std::io::Error::other("no random numbers"));
            self.random.fill(&mut secret).map_err(no_random)?;
            let piece = self.packer.pack(batches, &secret)?;
            let offset = object.size_bytes;
            file.write_at(offset, &piece.bytes).map_err(Error::disk("write", &object.name))?;
            object.size_bytes += piece.bytes.len() as u64;
            entries.push(PieceEntry {
                object: object.name.clone(),
                offset,
                bytes: piece.bytes.len() as u64,
                sha256: Hash::of(&[&piece.bytes]),
                tenant: (**tenant).to_owned(),
                frames: piece.facts.frames,
                text_bytes: piece.facts.text_bytes,
                root: piece.facts.root,
                events: piece.facts.events.iter().map(|(by, seqs)| ((**by).to_owned(), *seqs)).collect(),
            });
        }
        kill_point::pass("seal.written");
        file.sync().map_err(Error::disk("sync", &object.name))
    }

    /// Signs a record, writes and syncs it: from then on it counts.
    fn append(&mut self, record: Record) -> Result<(), Error> {
        // After an error nobody knows what is in its file: another one follows.
        let Some(mut set) = self.set.take() else { return Ok(()) };
        let name = set.name.to_string();
        let signed = sign(&self.signer, record)?;
        let line = signed.line();
        set.chain.write_at(set.chain_bytes, line.as_bytes()).map_err(Error::disk("write", &name))?;
        set.chain.sync().map_err(Error::disk("sync", &name))?;
        set.chain_bytes += line.len() as u64;
        self.set = Some(set);
        self.head = signed;
        Ok(())
    }

    /// Sees to it that there are files of that day.
    fn begun(&mut self, day: String) -> Result<(), Error> {
        match &self.set {
            Some(set) if set.name.day == day => Ok(()),
            _ => self.begin(day),
        }
    }

    /// Begins other files, with the last durable record.
    fn begin(&mut self, day: String) -> Result<(), Error> {
        self.set = None;
        let name = SetName { number: self.next_set, day };
        self.next_set += 1;
        let (file_name, draft) = (name.to_string(), name.draft());
        let failed = || Error::disk("make", &file_name);
        let mut chain = self.disk.create(&draft).map_err(failed())?;
        let line = self.head.line();
        let made = chain.write_at(0, line.as_bytes()).and_then(|()| chain.sync());
        let named = made.and_then(|()| self.disk.rename(&draft, &file_name));
        if named.is_err() {
            // Where even that fails, the next start removes it.
            drop(self.disk.remove(&draft));
        }
        named.and_then(|()| self.disk.sync_folder()).map_err(failed())?;
        let chain_bytes = line.len() as u64;
        self.set = Some(Set { name, chain, chain_bytes, objects: BTreeMap::new(), objects_made: 0 });
        Ok(())
    }
}

fn sign(signer: &Signer, record: Record) -> Result<Signed, Error> {
    let signed = Signed::of(record, |text| signer.sign(text));
    signed.map_err(|error| Error::disk("write", "a record")(error.into()))
}

/// Batches of about a piece each.
fn parts(batches: &[FrameBatch]) -> impl Iterator<Item = &[FrameBatch]> {
    let mut bytes = 0;
    batches.chunk_by(move |batch, _| {
        bytes += weight(batch);
        let goes_on = bytes < PIECE_BYTES;
        bytes = if goes_on { bytes } else { 0 };
        goes_on
    })
}

/// Bytes that a batch takes until it is sealed.
fn weight(batch: &FrameBatch) -> usize {
    batch.text().len() + FRAME_BYTES * batch.frames().len() + size_of::<FrameBatch>()
}

/// The day of a moment.
fn date_of(time_us: i64) -> String {
    date(i32::try_from(time_us.div_euclid(DAY_US)).unwrap_or(i32::MAX))
}

/// A day as ISO 8601 has it: the order of texts is that of days.
fn date(day: i32) -> String {
    date32_to_datetime(day).map(|day| day.format("%Y-%m-%d").to_string()).unwrap_or_default()
}
