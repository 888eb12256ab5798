//! A disk in memory that loses, tears and refuses, all from a seed.
//!
//! What is written is live at once and durable with a sync. A crash keeps, of what was not synced, any sectors it likes.
//! A failed sync throws away what it should have made durable, while reads go on showing it, as Linux does. A file that was
//! renamed has, after a crash, the new name, or the old one, unless the folder was synced.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

use storage::{Disk, DiskFile};

/// What a disk writes whole or not at all.
const SECTOR_BYTES: usize = 512;

/// splitmix64.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

#[derive(Debug, Clone)]
struct Write {
    offset: usize,
    bytes: Vec<u8>,
}

impl Write {
    fn apply(&self, content: &mut Vec<u8>) {
        let end = self.offset + self.bytes.len();
        if content.len() < end {
            content.resize(end, 0);
        }
        content[self.offset..end].copy_from_slice(&self.bytes);
    }

    /// The parts that survive or not on their own.
    fn sectors(&self) -> Vec<Write> {
        let mut pieces = Vec::new();
        let (mut offset, mut rest) = (self.offset, self.bytes.as_slice());
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(rest.len().min(SECTOR_BYTES - offset % SECTOR_BYTES));
            pieces.push(Write { offset, bytes: piece.to_vec() });
            (offset, rest) = (offset + piece.len(), behind);
        }
        pieces
    }
}

#[derive(Debug, Default, Clone)]
struct Content {
    live: Vec<u8>,
    durable: Vec<u8>,
    unsynced: Vec<Write>,
    /// The name that a crash leaves it; none: it may be gone.
    durable_name: Option<String>,
    /// A name it had since then.
    former_name: Option<String>,
}

#[derive(Debug)]
struct State {
    /// Which file has a name.
    names: BTreeMap<String, u64>,
    files: BTreeMap<u64, Content>,
    made: u64,
    random: Random,
    failing_syncs: u32,
    /// Bytes that can still be written before the disk is full.
    free_bytes: Option<usize>,
    /// Changes that the disk still takes before the power goes.
    changes_left: Option<u64>,
}

impl State {
    fn file(&self, id: u64) -> io::Result<&Content> {
        self.files.get(&id).ok_or_else(absent)
    }

    /// One more change; refused when the power is gone.
    fn change(&mut self) -> io::Result<()> {
        match &mut self.changes_left {
            Some(0) => Err(io::Error::other("the power is gone")),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

/// The disk; clones share it, as a process that starts anew finds the old files.
#[derive(Debug, Clone)]
pub struct SimDisk(Arc<Mutex<State>>);

pub struct SimFile {
    disk: SimDisk,
    id: u64,
}

impl SimDisk {
    pub fn new(seed: u64) -> SimDisk {
        let random = Random::new(seed);
        SimDisk(Arc::new(Mutex::new(State {
            names: BTreeMap::new(),
            files: BTreeMap::new(),
            made: 0,
            random,
            failing_syncs: 0,
            free_bytes: None,
            changes_left: None,
        })))
    }

    /// The next `count` syncs fail.
    pub fn fail_syncs(&self, count: u32) {
        self.0.lock().unwrap().failing_syncs = count;
    }

    /// The disk is full after so many bytes; none: it has room again.
    pub fn set_free_bytes(&self, free_bytes: Option<usize>) {
        self.0.lock().unwrap().free_bytes = free_bytes;
    }

    /// The power goes after so many changes: none succeeds from then on.
    pub fn die_after(&self, changes: u64) {
        self.0.lock().unwrap().changes_left = Some(changes);
    }

    /// The power is there, syncs succeed again and there is room.
    pub fn mend(&self) {
        let mut state = self.0.lock().unwrap();
        (state.failing_syncs, state.free_bytes, state.changes_left) = (0, None, None);
    }

    /// The power goes: of what was not synced, any part may be there afterwards.
    pub fn crash(&self) {
        let mut guard = self.0.lock().unwrap();
        let State { names, files, random, .. } = &mut *guard;
        let mut kept = BTreeMap::new();
        for (name, id) in std::mem::take(names) {
            let Some(content) = files.get(&id) else { continue };
            let former = content.durable_name.clone().or(content.former_name.clone());
            let is_settled = content.durable_name.as_ref() == Some(&name);
            let name = match random.below(3) {
                _ if is_settled => Some(name),
                0 => content.durable_name.clone(),
                1 => former.or(Some(name)),
                _ => Some(name),
            };
            kept.extend(name.map(|name| (name, id)));
        }
        *names = kept;
        files.retain(|id, _| names.values().any(|kept| kept == id));
        for (name, id) in &*names {
            let Some(content) = files.get_mut(id) else { continue };
            let mut survived = std::mem::take(&mut content.durable);
            let fate = random.below(4);
            for write in content.unsynced.drain(..) {
                for piece in write.sectors() {
                    // All, none, or each sector as it likes.
                    if fate == 0 || (fate > 1 && random.below(2) == 0) {
                        piece.apply(&mut survived);
                    }
                }
            }
            *content = Content {
                live: survived.clone(),
                durable: survived,
                durable_name: Some(name.clone()),
                ..Content::default()
            };
        }
    }

    /// Some file that holds something.
    pub fn any_file(&self, random: &mut Random) -> (String, u64) {
        let state = self.0.lock().unwrap();
        let nth = random.below(state.names.len() as u64) as usize;
        let (name, id) = state.names.iter().nth(nth).unwrap();
        (name.clone(), state.files[id].live.len() as u64)
    }

    /// Turns one bit, in the cache and on the disk.
    pub fn turn_bit(&self, name: &str, bit: u64) {
        let mut state = self.0.lock().unwrap();
        let id = state.names[name];
        let content = state.files.get_mut(&id).unwrap();
        let (byte, mask) = (bit as usize / 8, 1 << (bit % 8));
        content.live[byte] ^= mask;
        if let Some(byte) = content.durable.get_mut(byte) {
            *byte ^= mask;
        }
    }
}

fn absent() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}

impl Disk for SimDisk {
    type File = SimFile;

    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.0.lock().unwrap().names.keys().cloned().collect())
    }

    fn create(&self, name: &str) -> io::Result<SimFile> {
        let mut state = self.0.lock().unwrap();
        state.change()?;
        if state.names.contains_key(name) {
            return Err(io::Error::from(io::ErrorKind::AlreadyExists));
        }
        state.made += 1;
        let id = state.made;
        state.names.insert(name.to_owned(), id);
        state.files.insert(id, Content::default());
        Ok(SimFile { disk: self.clone(), id })
    }

    fn open(&self, name: &str) -> io::Result<SimFile> {
        let state = self.0.lock().unwrap();
        let id = *state.names.get(name).ok_or_else(absent)?;
        Ok(SimFile { disk: self.clone(), id })
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        state.change()?;
        let id = state.names.remove(from).ok_or_else(absent)?;
        state.names.insert(to.to_owned(), id);
        state.files.get_mut(&id).ok_or_else(absent)?.former_name = Some(from.to_owned());
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        state.change()?;
        let id = state.names.remove(name).ok_or_else(absent)?;
        state.files.remove(&id).map(drop).ok_or_else(absent)
    }

    fn sync_folder(&self) -> io::Result<()> {
        let mut guard = self.0.lock().unwrap();
        guard.change()?;
        let State { names, files, failing_syncs, .. } = &mut *guard;
        if *failing_syncs > 0 {
            *failing_syncs -= 1;
            return Err(io::Error::other("the folder could not be synced"));
        }
        for (name, id) in names {
            if let Some(content) = files.get_mut(id) {
                content.durable_name = Some(name.clone());
            }
        }
        Ok(())
    }
}

impl DiskFile for SimFile {
    fn size_bytes(&self) -> io::Result<u64> {
        Ok(self.disk.0.lock().unwrap().file(self.id)?.live.len() as u64)
    }

    fn read_at(&self, offset: u64, bytes: &mut [u8]) -> io::Result<usize> {
        let state = self.disk.0.lock().unwrap();
        let rest = state.file(self.id)?.live.get(offset as usize..).unwrap_or_default();
        let length = rest.len().min(bytes.len());
        bytes[..length].copy_from_slice(&rest[..length]);
        Ok(length)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut guard = self.disk.0.lock().unwrap();
        guard.change()?;
        let State { files, free_bytes, .. } = &mut *guard;
        // A full disk takes what still fits.
        let room = free_bytes.unwrap_or(usize::MAX).min(bytes.len());
        *free_bytes = free_bytes.map(|free| free - room);
        let content = files.get_mut(&self.id).ok_or_else(absent)?;
        let write = Write { offset: offset as usize, bytes: bytes[..room].to_vec() };
        write.apply(&mut content.live);
        content.unsynced.push(write);
        match room == bytes.len() {
            true => Ok(()),
            false => Err(io::Error::from(io::ErrorKind::StorageFull)),
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut guard = self.disk.0.lock().unwrap();
        guard.change()?;
        let State { files, random, failing_syncs, .. } = &mut *guard;
        let content = files.get_mut(&self.id).ok_or_else(absent)?;
        let fails = *failing_syncs > 0;
        *failing_syncs -= u32::from(fails);
        for write in content.unsynced.drain(..) {
            for piece in write.sectors() {
                if !fails || random.below(2) == 0 {
                    piece.apply(&mut content.durable);
                }
            }
        }
        match fails {
            true => Err(io::Error::other("the device reported an error")),
            false => Ok(()),
        }
    }
}
