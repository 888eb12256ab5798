//! Frames to seal, and a sealer over a disk in memory.

use std::sync::Arc;

use schema::{Flaw, Forwarded, Frame, FrameBatch, Origin, Reading, StreamContext};
use storage::seal::{Original, Originals, Sealer, Signer};

use crate::sim_disk::SimDisk;

pub const NODE: &str = "sede";
/// 2026-03-16 06:00 UTC, µs since 1970.
pub const MORNING_US: i64 = 1_773_640_800_000_000;

/// Keys of a test, in a folder that lives as long.
pub struct Keys(tempfile::TempDir);

impl Keys {
    pub fn new() -> Keys {
        Keys(tempfile::tempdir().unwrap())
    }

    pub fn signer(&self) -> Signer {
        Signer::open(self.0.path(), false).unwrap()
    }

    pub fn originals(&self, disk: &SimDisk) -> Originals<SimDisk> {
        Originals::new(disk.clone(), self.signer().public())
    }
}

pub fn sealer(disk: &SimDisk, keys: &Keys, first_seq: u64) -> Sealer<SimDisk> {
    Sealer::open(disk.clone(), keys.signer(), NODE, first_seq, MORNING_US).unwrap().0
}

/// A batch of these texts, numbered from `first_seq` on. Every third text has flaws.
pub fn batch(tenant: &str, first_seq: u64, texts: &[String]) -> FrameBatch {
    let (mut text, mut frames, mut flaws) = (String::new(), Vec::new(), Vec::new());
    for (seq, line) in (first_seq..).zip(texts) {
        let start = text.len() as u32;
        text.push_str(line);
        frames.push(Frame { start, end: text.len() as u32, seq, sub: 0 });
        text.push('\n');
        if seq.is_multiple_of(3) {
            let index = (seq - first_seq) as u32;
            flaws.extend([(index, Flaw::Truncated), (index, Flaw::Recoded)]);
        }
    }
    let origin = Origin { collector: NODE.into(), source: "posta".into(), tenant: tenant.into() };
    let context = StreamContext {
        directives: first_seq.is_multiple_of(2).then(|| "#Fields: a b".into()),
        first_line: None,
        peer: Some("192.0.2.7".into()),
    };
    FrameBatch::new(Arc::new(origin), MORNING_US, context, text, frames, flaws)
}

/// The same as another node has sent it, whose seqs begin at `theirs`.
pub fn forwarded(tenant: &str, first_seq: u64, theirs: u64, texts: &[String]) -> FrameBatch {
    let mut batch = batch(tenant, first_seq, texts);
    let origin = Origin { collector: "comune-a".into(), ..(*batch.origin).clone() };
    batch.origin = Arc::new(origin);
    batch.forwarded = Some(Arc::new(Forwarded {
        journal: 7,
        after: theirs - 1,
        upto: theirs + texts.len() as u64 - 1,
        first_seq: theirs,
        arrived_us: MORNING_US + 9,
        via: "comuni".into(),
        reading: Reading { format: "auto".into(), zone: "Europe/Rome".into() },
    }));
    batch
}

/// All events of these seqs.
pub fn find(
    originals: &Originals<SimDisk>,
    collector: Option<&str>,
    seqs: std::ops::RangeInclusive<u64>,
) -> Vec<Original> {
    let mut found = Vec::new();
    let visited = originals.find(collector, &seqs, |original| {
        found.push(original);
        Ok(())
    });
    visited.unwrap();
    found
}
