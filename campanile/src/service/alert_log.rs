//! The alerts that were told, one JSON object a line, on the disk before anyone is told; and what they make of incidents.
//!
//! Promises: an alert is written once in each standing, also over restarts, as far as [`TOLD_MAX`] goes back; a line is whole or
//! absent. Must not know: how alerts are found, who reads them.

use std::collections::{HashSet, VecDeque};
use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use access::delivery::ToldAlert;
use detect::incident::{Book, Incidents, Telling};
use detect::{LiveAlert, Standing};
use tokio::sync::watch;

/// Alerts that are remembered as told, each standing counted; the oldest are forgotten first.
const TOLD_MAX: usize = 1_000_000;

/// The log, open for adding.
#[derive(Debug)]
pub struct AlertLog {
    file: File,
    told: Keys,
    incidents: Incidents,
    /// What the disk has not taken yet.
    unwritten: Vec<ToldAlert>,
    count: u64,
    grown: watch::Sender<u64>,
}

impl AlertLog {
    /// Opens the log, made when it is not there, with what the rules say of themselves. A last line that a crash cut is removed.
    pub fn open(path: &Path, book: Arc<Book>) -> io::Result<AlertLog> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut log = AlertLog {
            file,
            told: Keys::default(),
            incidents: Incidents::new(book),
            unwritten: Vec::new(),
            count: 0,
            grown: watch::Sender::new(0),
        };
        let mut whole_bytes = 0;
        let mut reader = BufReader::new(log.file.try_clone()?);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 && line.ends_with(b"\n") {
            // A line of another version is kept and not known.
            if let Ok(told) = serde_json::from_slice::<ToldAlert>(&line) {
                log.take_up(&told);
            }
            whole_bytes += line.len() as u64;
            line.clear();
        }
        log.file.set_len(whole_bytes)?;
        log.file.seek(SeekFrom::End(0))?;
        Ok(log)
    }

    fn take_up(&mut self, told: &ToldAlert) {
        self.count += u64::from(self.told.insert(&told.alert.id, &told.standing));
        let Some(standing) = standing(&told.standing) else { return };
        let live = LiveAlert { alert: told.alert.clone(), standing, supersedes: told.supersedes.clone() };
        self.incidents.restore(&live, told.story.as_ref());
    }

    /// Other rules are at work, which say this of themselves.
    pub fn read_anew(&mut self, book: Arc<Book>) {
        self.incidents.take_up(book);
    }

    /// Writes what was not told yet, and answers it once it is on the disk. What the disk does not take is not told, and is tried
    /// again with what comes next.
    pub fn tell(&mut self, mut alerts: Vec<LiveAlert>, told_us: i64) -> io::Result<Vec<ToldAlert>> {
        alerts.retain(|live| !self.told.has(&live.alert.id, word(live.standing)));
        let tellings = self.incidents.tell(alerts);
        self.note(tellings, told_us);
        self.write()
    }

    /// Incidents that nothing can join any more are over: whatever rang up to `settled_us` was told.
    pub fn settle(&mut self, settled_us: i64, told_us: i64) {
        let tellings = self.incidents.settle(settled_us);
        self.note(tellings, told_us);
    }

    fn note(&mut self, tellings: Vec<Telling>, told_us: i64) {
        for Telling { live: LiveAlert { alert, standing, supersedes }, incident } in tellings {
            let standing = word(standing).to_owned();
            self.count += u64::from(self.told.insert(&alert.id, &standing));
            self.unwritten.push(ToldAlert { standing, supersedes, told_us, alert, story: incident });
        }
    }

    fn write(&mut self) -> io::Result<Vec<ToldAlert>> {
        if self.unwritten.is_empty() {
            return Ok(Vec::new());
        }
        let mut text = Vec::new();
        for told in &self.unwritten {
            serde_json::to_writer(&mut text, told)?;
            text.push(b'\n');
        }
        let end_bytes = self.file.stream_position()?;
        if let Err(error) = self.file.write_all(&text).and_then(|()| self.file.sync_data()) {
            // Half a line would spoil the next one.
            self.file.set_len(end_bytes)?;
            self.file.seek(SeekFrom::Start(end_bytes))?;
            return Err(error);
        }
        self.grown.send_modify(|times| *times += 1);
        Ok(std::mem::take(&mut self.unwritten))
    }

    /// Changes whenever the log has grown.
    pub fn grown(&self) -> watch::Receiver<u64> {
        self.grown.subscribe()
    }

    /// Alerts that the disk has not taken yet.
    pub fn unwritten(&self) -> usize {
        self.unwritten.len()
    }

    /// Alerts told so far, each standing counted.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Incidents that are not over, and alerts given up so far because they were too many for memory.
    pub fn incidents(&self) -> (usize, u64) {
        (self.incidents.count(), self.incidents.forgotten())
    }
}

/// The word of a standing in the log.
fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Provisional => "provisional",
        Standing::Final => "final",
        Standing::Withdrawn => "withdrawn",
    }
}

fn standing(text: &str) -> Option<Standing> {
    [Standing::Provisional, Standing::Final, Standing::Withdrawn].into_iter().find(|of| word(*of) == text)
}

/// Alerts in their standings, each by a hash of 128 bits.
#[derive(Debug, Default)]
struct Keys {
    hashers: (RandomState, RandomState),
    known: HashSet<u128>,
    order: VecDeque<u128>,
}

impl Keys {
    fn key(&self, id: &str, standing: &str) -> u128 {
        let (high, low) = &self.hashers;
        let of = |hasher: &RandomState| u128::from(hasher.hash_one((id, standing)));
        of(high) << 64 | of(low)
    }

    fn has(&self, id: &str, standing: &str) -> bool {
        self.known.contains(&self.key(id, standing))
    }

    /// True when it was not known.
    fn insert(&mut self, id: &str, standing: &str) -> bool {
        let key = self.key(id, standing);
        if !self.known.insert(key) {
            return false;
        }
        self.order.push_back(key);
        if self.order.len() > TOLD_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}
