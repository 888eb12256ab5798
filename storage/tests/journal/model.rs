//! What a journal owes, kept beside it: every text that was acknowledged, and every one that was ever appended.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use schema::{Flaw, Forwarded, Frame, FrameBatch, Origin, Reading, StreamContext};
use storage::journal::{Read, Reader};
use storage::{Journal, Settings};

use super::sim_disk::{Random, SimDisk};

/// Texts by seq.
type BySeq = BTreeMap<u64, String>;

pub struct Model {
    disk: SimDisk,
    settings: Settings,
    random: Random,
    journal: Option<Journal<SimDisk>>,
    acknowledged: BySeq,
    /// Appended since the last sync.
    appended: BySeq,
    /// Every text ever appended, and not refused.
    written: Vec<String>,
    released_upto: u64,
    /// Appended and never acknowledged: these may be missing in the middle.
    doubtful: BTreeSet<u64>,
    /// How far other nodes' journals were acknowledged, and how far they were appended since the last sync.
    passed: BTreeMap<u64, u64>,
    passing: BTreeMap<u64, u64>,
    /// Last seq that any of them was given.
    sent_upto: u64,
}

impl Model {
    pub fn new(seed: u64, settings: Settings) -> Model {
        let disk = SimDisk::new(seed);
        let (journal, _) = Journal::open(disk.clone(), "sede", settings).unwrap();
        Model {
            disk,
            settings,
            random: Random::new(!seed),
            journal: Some(journal),
            acknowledged: BTreeMap::new(),
            appended: BTreeMap::new(),
            written: Vec::new(),
            released_upto: 0,
            doubtful: BTreeSet::new(),
            passed: BTreeMap::new(),
            passing: BTreeMap::new(),
            sent_upto: 0,
        }
    }

    pub fn disk(&self) -> SimDisk {
        self.disk.clone()
    }

    pub fn journal(&mut self) -> &mut Journal<SimDisk> {
        self.journal.as_mut().unwrap()
    }

    /// Does something, and breaks with what went wrong.
    pub fn step(&mut self) -> ControlFlow<String> {
        match self.random.below(21) {
            0..9 => self.append(),
            9..14 => self.sync(),
            14 => self.disk.fail_syncs(1 + self.random.below(3) as u32),
            15 => {
                let free_bytes = self.random.below(900) as usize;
                self.disk.set_free_bytes(Some(free_bytes));
            }
            16 => self.disk.set_free_bytes(None),
            17 => drop(self.journal().mark()),
            18 => {
                if let Some((last, _)) = self.acknowledged.last_key_value() {
                    let upto = self.random.below(*last) + 1;
                    self.released_upto = self.released_upto.max(upto);
                    drop(self.journal().release(upto));
                }
            }
            19 => return self.restart(),
            _ => return self.crash(),
        }
        ControlFlow::Continue(())
    }

    pub fn append_and_sync(&mut self) -> ControlFlow<String> {
        self.append();
        self.sync();
        match self.appended.is_empty() {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break("a sync on a healthy disk failed".to_owned()),
        }
    }

    fn append(&mut self) {
        let mut batches: Vec<FrameBatch> = Vec::new();
        for _ in 0..=self.random.below(2) {
            let lines = 1 + self.random.below(6);
            let mut batch = batch(&mut self.random, lines);
            if self.random.below(3) == 0 {
                batch.forwarded = Some(self.forwarded(lines));
            }
            batches.push(batch);
        }
        let texts = |batches: &[FrameBatch]| -> Vec<(u64, String)> {
            said(batches).into_iter().map(|frame| (frame.seq, frame.text)).collect()
        };
        let appended = self.journal().append(&mut batches);
        // A write that failed may still be on the disk: whole or not at all.
        self.written.extend(texts(&batches).into_iter().map(|(_, text)| text));
        if appended.is_ok() {
            self.appended.extend(texts(&batches));
            let forwarded = batches.iter().filter_map(|batch| batch.forwarded.as_ref());
            self.passing.extend(forwarded.map(|forwarded| (forwarded.journal, forwarded.upto)));
        }
    }

    /// What a batch of another node's journal brings along.
    fn forwarded(&mut self, lines: u64) -> Arc<Forwarded> {
        let after = self.sent_upto;
        self.sent_upto += lines;
        Arc::new(Forwarded {
            journal: self.random.below(3),
            after,
            upto: self.sent_upto,
            first_seq: after + 1,
            arrived_us: 0,
            via: "comuni".into(),
            reading: Reading { format: "auto".into(), zone: "Europe/Rome".into() },
        })
    }

    /// Others hold frames under the next seqs.
    fn skip(&mut self) {
        let next_seq = self.journal().next_seq();
        let beyond = next_seq + self.random.below(5);
        self.journal().skip_to(beyond);
        self.doubtful.extend(next_seq..beyond);
    }

    fn sync(&mut self) {
        let synced = self.journal().sync();
        let appended = std::mem::take(&mut self.appended);
        let passing = std::mem::take(&mut self.passing);
        assert_eq!(self.journal().next_seq(), self.journal().durable_upto() + 1, "no seq is left out");
        match synced {
            Ok(_) => {
                self.acknowledged.extend(appended);
                self.passed.extend(passing);
                assert_eq!(self.journal().passed().collect::<BTreeMap<_, _>>(), self.passed);
            }
            Err(_) => self.doubtful.extend(appended.into_keys()),
        }
    }

    /// The power goes, and the journal is opened again.
    pub fn crash(&mut self) -> ControlFlow<String> {
        self.disk.crash();
        self.restart()
    }

    /// The process is killed, the journal opened again and read. The cache still shows what no disk may have.
    fn restart(&mut self) -> ControlFlow<String> {
        self.journal = None;
        self.doubtful.extend(std::mem::take(&mut self.appended).into_keys());
        self.disk.mend();
        if self.random.below(3) == 0 {
            // The power goes while the journal is opened, once more.
            self.disk.die_after(self.random.below(8));
            drop(Journal::open(self.disk.clone(), "sede", self.settings));
            self.disk.crash();
            self.disk.mend();
        }
        let (journal, recovered) = match Journal::open(self.disk.clone(), "sede", self.settings) {
            Ok(opened) => opened,
            Err(error) => return ControlFlow::Break(format!("not opened again: {error}")),
        };
        let found =
            recovered.damage.iter().map(|damage| damage.seqs.clone()).find(|seqs| !self.may_be_missing(seqs));
        if let Some(seqs) = found {
            return ControlFlow::Break(format!("called damaged when opened: {seqs:?}"));
        }
        let next_seq = journal.next_seq();
        let passed: BTreeMap<u64, u64> = journal.passed().collect();
        self.journal = Some(journal);
        self.passing.clear();
        // What opening shows is durable from now on, acknowledged or not.
        let before = std::mem::replace(&mut self.passed, passed);
        if before.iter().any(|(journal, upto)| self.passed.get(journal).is_none_or(|found| found < upto)) {
            return ControlFlow::Break(format!(
                "other journals are at {:?}, were at {before:?}",
                self.passed
            ));
        }
        if self.acknowledged.last_key_value().is_some_and(|(last, _)| *last >= next_seq) {
            return ControlFlow::Break(format!("seq {next_seq} would be given twice"));
        }
        match self.read() {
            Ok((_, damaged)) if !damaged.iter().all(|seqs| self.may_be_missing(seqs)) => {
                ControlFlow::Break(format!("called damaged when read: {damaged:?}"))
            }
            Ok((read, _)) => {
                // What opening shows is durable from now on, acknowledged or not.
                self.acknowledged = read;
                if self.random.below(3) == 0 {
                    self.skip();
                }
                ControlFlow::Continue(())
            }
            Err(fault) => ControlFlow::Break(fault),
        }
    }

    fn may_be_missing(&self, seqs: &Range<u64>) -> bool {
        seqs.end - seqs.start <= self.doubtful.len() as u64
            && seqs.clone().all(|seq| self.doubtful.contains(&seq))
    }

    /// Reads all: nothing wrong, nothing twice, nothing missing that is not in the damage.
    pub fn read_with_damage(&self) -> Result<(), String> {
        self.read().map(drop)
    }

    fn read(&self) -> Result<(BySeq, Vec<Range<u64>>), String> {
        let reader =
            Reader::open(self.disk.clone(), self.released_upto + 1).map_err(|error| error.to_string())?;
        let (mut read, mut damaged) = (BTreeMap::new(), Vec::new());
        for next in reader {
            match next.map_err(|error| error.to_string())? {
                Read::Damage(damage) => damaged.push(damage.seqs),
                Read::Block(batches) => {
                    for frame in said(&batches) {
                        if read.last_key_value().is_some_and(|(last, _)| *last >= frame.seq) {
                            return Err(format!("seq {} again, or out of order", frame.seq));
                        }
                        read.insert(frame.seq, frame.text);
                    }
                }
            }
        }
        for (seq, text) in self.acknowledged.range(self.released_upto + 1..) {
            let is_damaged = damaged.iter().any(|seqs| seqs.contains(seq));
            match read.get(seq) {
                Some(found) if found != text => {
                    return Err(format!("seq {seq} is `{found}` and was `{text}`"));
                }
                None if !is_damaged => return Err(format!("seq {seq} was acknowledged and is gone")),
                _ => {}
            }
        }
        for text in read.values() {
            if self.written.iter().filter(|written| *written == text).count() != 1 {
                return Err(format!("`{text}` was never written"));
            }
        }
        Ok((read, damaged))
    }
}

/// A batch of lines of which no two are alike, numbered from 1.
pub fn batch(random: &mut Random, lines: u64) -> FrameBatch {
    let (mut text, mut frames, mut flaws) = (String::new(), Vec::new(), Vec::new());
    for seq in 1..=lines {
        let start = text.len() as u32;
        text.push_str(&format!("{:016x} ", random.next()));
        text.push_str(&"riga ".repeat(random.below(30) as usize));
        frames.push(Frame { start, end: text.len() as u32, seq, sub: 0 });
        text.push('\n');
        if random.below(10) == 0 {
            flaws.push((seq as u32 - 1, if random.below(2) == 0 { Flaw::Truncated } else { Flaw::Recoded }));
        }
    }
    let origin = Origin { collector: "sede".into(), source: "posta".into(), tenant: "default".into() };
    let context = StreamContext {
        directives: (random.below(3) == 0).then(|| "#Fields: a b".into()),
        first_line: (random.below(3) == 0).then(|| "".into()),
        peer: (random.below(3) == 0).then(|| "192.0.2.7".into()),
    };
    FrameBatch::new(Arc::new(origin), random.next() as i64, context, text, frames, flaws)
}

/// One frame with all that its batch says.
#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    pub seq: u64,
    pub text: String,
    sub: u32,
    origin: Origin,
    received_us: i64,
    context: StreamContext,
    flaw: Option<Flaw>,
    forwarded: Option<Arc<Forwarded>>,
}

pub fn said(batches: &[FrameBatch]) -> Vec<Said> {
    let mut all = Vec::new();
    for batch in batches {
        let text = std::str::from_utf8(batch.text()).unwrap();
        for (index, frame) in batch.frames().iter().enumerate() {
            all.push(Said {
                seq: frame.seq,
                text: text.get(frame.start as usize..frame.end as usize).unwrap().to_owned(),
                sub: frame.sub,
                origin: (*batch.origin).clone(),
                received_us: batch.received_us,
                context: batch.context.clone(),
                forwarded: batch.forwarded.clone(),
                flaw: batch.flaws().iter().find(|(at, _)| *at as usize == index).map(|(_, flaw)| *flaw),
            });
        }
    }
    all
}
