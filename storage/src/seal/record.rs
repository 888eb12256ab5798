//! A record of the chain: what was sealed in one step, as a line of JSON and its signature.
//!
//! Promises: a record names the one before it by its SHA-256, so that none can be changed, left out or put in between without its
//! showing in all that follow. Must not know: files, keys.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::hash::{Hash, hex, unhex};

/// Version of records that are written.
pub const VERSION: u32 = 1;
/// Bytes of an Ed25519 signature.
pub const SIGNATURE_BYTES: usize = 64;

/// What one step has sealed. Seqs are this node's journal's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Version of the record.
    pub version: u32,
    /// Counts up from 1.
    pub number: u64,
    /// SHA-256 of the text of the record before; zeros in the first.
    pub previous: Hash,
    /// The node.
    pub collector: String,
    /// When it was sealed, µs since 1970 UTC.
    pub sealed_us: i64,
    /// The record holds the frames of these seqs. One that holds none ends before it begins.
    pub first_seq: u64,
    /// The last of them.
    pub last_seq: u64,
    /// First and last of seqs among them of which the journal has no frames: they were left out, or its disk lost them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<(u64, u64)>,
    /// Pieces that hold the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<PieceEntry>,
    /// Objects that are past their retention and were destroyed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expired: Vec<String>,
}

/// A piece, as a record names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PieceEntry {
    /// File name of the object that it is in.
    pub object: String,
    /// Where in it.
    pub offset: u64,
    /// Its stored bytes.
    pub bytes: u64,
    /// SHA-256 of them.
    pub sha256: Hash,
    /// Whose frames.
    pub tenant: String,
    /// How many.
    pub frames: u64,
    /// Their bytes.
    pub text_bytes: u64,
    /// Root of the Merkle tree over them.
    pub root: Hash,
    /// Least and greatest seq of their events, by first collector.
    pub events: BTreeMap<String, (u64, u64)>,
}

impl Record {
    /// The first of a chain, which holds nothing: frames from `first_seq` on follow.
    pub fn first(collector: &str, first_seq: u64, now_us: i64) -> Record {
        Record {
            version: VERSION,
            number: 1,
            previous: Hash::default(),
            collector: collector.to_owned(),
            sealed_us: now_us,
            first_seq,
            last_seq: first_seq - 1,
            lost: Vec::new(),
            pieces: Vec::new(),
            expired: Vec::new(),
        }
    }
}

/// A record with its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// What it says.
    pub record: Record,
    /// The text that is signed.
    pub text: String,
    /// Ed25519 over the text.
    pub signature: [u8; SIGNATURE_BYTES],
}

impl Signed {
    /// Signs a record.
    pub fn of(
        record: Record,
        sign: impl FnOnce(&[u8]) -> [u8; SIGNATURE_BYTES],
    ) -> serde_json::Result<Signed> {
        let text = serde_json::to_string(&record)?;
        let signature = sign(text.as_bytes());
        Ok(Signed { record, text, signature })
    }

    /// The line that holds it.
    pub fn line(&self) -> String {
        format!("{} {}\n", self.text, hex(&self.signature))
    }

    /// Reads a line without its end. Whether the signature holds is not looked at.
    pub fn read(line: &[u8]) -> Option<Signed> {
        let (text, signature) = std::str::from_utf8(line).ok()?.rsplit_once(' ')?;
        let record: Record = serde_json::from_str(text).ok()?;
        let signature = unhex(signature)?;
        (record.version == VERSION).then(|| Signed { record, text: text.to_owned(), signature })
    }

    /// The record that follows, which holds nothing yet.
    pub fn next(&self, collector: &str, now_us: i64) -> Record {
        let Record { number, last_seq, .. } = &self.record;
        let first = Record::first(collector, last_seq + 1, now_us);
        Record { number: number + 1, previous: self.hash(), ..first }
    }

    /// What the next record calls it.
    pub fn hash(&self) -> Hash {
        Hash::of(&[self.text.as_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_as_it_was_written_and_nothing_else_is() {
        let entry = PieceEntry {
            object: "0000000001-2026-03-16.object-00001.standard".to_owned(),
            offset: 7,
            bytes: 9,
            sha256: Hash::of(&[b"x"]),
            tenant: "comune \n \u{7f} \" é".to_owned(),
            frames: 3,
            text_bytes: 1,
            root: Hash::default(),
            events: BTreeMap::from([("sede".to_owned(), (1, 3))]),
        };
        let record = Record {
            version: VERSION,
            number: 4,
            previous: Hash::default(),
            collector: "sede".to_owned(),
            sealed_us: -5,
            first_seq: 1,
            last_seq: 3,
            lost: vec![(2, 2)],
            pieces: vec![entry],
            expired: Vec::new(),
        };
        let signed = Signed::of(record, |_| [0xab; SIGNATURE_BYTES]).unwrap();
        let line = signed.line();
        assert_eq!(line.matches('\n').count(), 1);
        assert_eq!(Signed::read(line.trim_end().as_bytes()), Some(signed));
        let line = line.trim_end();
        for cut in 0..line.len() {
            assert_eq!(Signed::read(&line.as_bytes()[..cut]), None);
        }
        assert_eq!(Signed::read(line.replace("\"version\":1", "\"version\":2").as_bytes()), None);
    }
}
