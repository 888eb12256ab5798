//! The originals of a `data_dir`: opened, checked, and put into a folder that others can check with common tools.
//!
//! Promises: what is exported is what was sealed; `sha256sum` and `openssl` suffice to see that. Must not know: how it is shown.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::ops::RangeInclusive;
use std::path::Path;

use schema::Flaw;
use storage::Folder;
use storage::seal::{Hash, Original, Originals, PublicKey, Signer, Verified, hex};

use crate::backup::sha256;
use crate::exit::{Failure, Result, failed};
use crate::output::timestamp::rfc3339;
use crate::service::{KEYS, ORIGINALS};

/// Files of an export.
const TEXTS: &str = "originals.log";
const EVENTS: &str = "events.csv";
const RECORDS: &str = "records";
const PUBLIC_KEY: &str = "originals.pem";
const README: &str = "README.txt";
const SUMS: &str = "SHA256SUMS";
const SIGNATURE: &str = "SHA256SUMS.sig";

const COLUMNS: [&str; 19] = [
    "collector",
    "seq",
    "sub",
    "source",
    "tenant",
    "received",
    "peer",
    "truncated",
    "recoded",
    "offset",
    "bytes",
    "sha256",
    "record",
    "root",
    "leaf",
    "leaves",
    "leaf_head",
    "leaf_sha256",
    "path",
];

const README_TEXT: &str = "\
Originali sigillati da Campanile / Originals sealed by Campanile

originals.log   i byte di ogni evento, uno per riga / the bytes of each event, one a line
events.csv      per ogni evento: dove sta in originals.log, da chi e quando fu ricevuto, la prova / for each event: where
                it is in originals.log, from whom and when it was received, its proof
records/        i record firmati della catena / the signed records of the chain
originals.pem   la chiave pubblica: confrontarne l'impronta con quella nota / the public key: compare its fingerprint

Verifica / check:
  sha256sum -c SHA256SUMS
  openssl pkeyutl -verify -pubin -inkey originals.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig
  for r in records/*.json; do openssl pkeyutl -verify -pubin -inkey originals.pem -rawin -in $r -sigfile ${r%.json}.sig; done
  openssl pkey -pubin -in originals.pem -outform DER | sha256sum

`previous` di ogni record e' lo SHA-256 del file del record precedente; `root` e' la radice dell'albero (RFC 6962) dei suoi
eventi, `path` cio' che vi porta da ogni evento. / `previous` in each record is the SHA-256 of the file of the record before;
`root` is the root of the tree (RFC 6962) over its events, `path` leads there from each event: docs/originals-format.md.
";

/// The originals under a `data_dir`.
pub fn open(data_dir: &Path) -> Result<Originals<Folder>> {
    let folder = data_dir.join(ORIGINALS);
    let missing = |what: String| {
        let help = "name the service's data_dir with --data-dir, or its configuration with -c";
        Failure::usage_text(what, help)
    };
    if !folder.is_dir() {
        return Err(missing(format!("{} holds no originals", data_dir.display())));
    }
    let key = PublicKey::open(&data_dir.join(KEYS)).map_err(|error| missing(error.to_string()))?;
    Ok(Originals::new(Folder::at(&folder)?, key))
}

/// Checks all originals under a `data_dir`.
pub fn verify(data_dir: &Path) -> Result<Verified> {
    open(data_dir)?.verify().map_err(failed("the originals cannot be read"))
}

/// The leaf of an original, once its proof was followed up to the root that its record names.
pub fn proven(original: &Original) -> Option<Hash> {
    let entry = original.entry()?;
    let leaf = Hash::of(&[&original.head, original.bytes()]);
    let leaves = usize::try_from(entry.frames).ok()?;
    let root = storage::seal::climb(leaf, original.index, leaves, &original.path)?;
    (root == entry.root).then_some(leaf)
}

/// Writes the originals of these events into the new folder `to`; answers how many.
pub fn export(
    data_dir: &Path,
    collector: Option<&str>,
    seqs: &RangeInclusive<u64>,
    to: &Path,
) -> Result<u64> {
    let originals = open(data_dir)?;
    let signer = Signer::open(&data_dir.join(KEYS), true).map_err(failed("the export cannot be signed"))?;
    if to.exists() {
        let help = "name a folder that does not exist yet";
        return Err(Failure::usage_text(format!("{} is there already", to.display()), help));
    }
    fs::create_dir_all(to.join(RECORDS))?;
    let mut export = Export {
        texts: BufWriter::new(File::create(to.join(TEXTS))?),
        events: csv::Writer::from_path(to.join(EVENTS)).map_err(failed("the export cannot be written"))?,
        offset: 0,
        exported: 0,
        records: None,
    };
    export.events.write_record(COLUMNS).map_err(failed("the export cannot be written"))?;
    let unreadable = "the originals cannot be read, or the export cannot be written";
    originals.find(collector, seqs, |original| export.add(&original)).map_err(failed(unreadable))?;
    let Export { mut texts, mut events, exported, records, .. } = export;
    texts.flush()?;
    events.flush()?;
    let mut files = vec![EVENTS.to_owned(), TEXTS.to_owned(), PUBLIC_KEY.to_owned(), README.to_owned()];
    if let Some(records) = records {
        let written = originals.records(|signed| {
            if records.contains(&signed.record.number) {
                let name = format!("{RECORDS}/{:010}", signed.record.number);
                fs::write(to.join(format!("{name}.json")), &signed.text)?;
                fs::write(to.join(format!("{name}.sig")), signed.signature)?;
                files.extend([format!("{name}.json"), format!("{name}.sig")]);
            }
            Ok(())
        });
        written.map_err(failed(unreadable))?;
    }
    fs::write(to.join(PUBLIC_KEY), originals.key().pem())?;
    fs::write(to.join(README), README_TEXT)?;
    let mut sums = String::new();
    for file in &files {
        sums.push_str(&format!("{}  {file}\n", sha256(&to.join(file))?));
    }
    fs::write(to.join(SUMS), &sums)?;
    fs::write(to.join(SIGNATURE), signer.sign(sums.as_bytes()))?;
    Ok(exported)
}

/// An export that is being written.
struct Export {
    texts: BufWriter<File>,
    events: csv::Writer<File>,
    /// Where the next original begins.
    offset: u64,
    exported: u64,
    /// Numbers of the records that name what was written, and of those between.
    records: Option<RangeInclusive<u64>>,
}

impl Export {
    fn add(&mut self, original: &Original) -> io::Result<()> {
        let bytes = original.bytes();
        let entry = original.entry().ok_or_else(|| io::Error::other("a record without its piece"))?;
        let leaf = proven(original).ok_or_else(|| io::Error::other("a proof that does not hold"))?;
        let (batch, record) = (&original.batch, original.signed.record.number);
        let is_flawed = |flaw| original.flaws().any(|its| its == flaw).to_string();
        let path: Vec<String> = original.path.iter().map(Hash::to_string).collect();
        self.events.write_record([
            (*batch.origin.collector).to_owned(),
            original.event_seq().to_string(),
            original.frame.sub.to_string(),
            (*batch.origin.source).to_owned(),
            (*batch.origin.tenant).to_owned(),
            rfc3339(batch.received_us),
            batch.context.peer.as_deref().unwrap_or_default().to_owned(),
            is_flawed(Flaw::Truncated),
            is_flawed(Flaw::Recoded),
            self.offset.to_string(),
            bytes.len().to_string(),
            Hash::of(&[bytes]).to_string(),
            record.to_string(),
            entry.root.to_string(),
            original.index.to_string(),
            entry.frames.to_string(),
            hex(&original.head),
            leaf.to_string(),
            path.join(" "),
        ])?;
        self.texts.write_all(bytes)?;
        self.texts.write_all(b"\n")?;
        self.offset += bytes.len() as u64 + 1;
        self.exported += 1;
        let first = self.records.as_ref().map_or(record, |records| *records.start());
        self.records = Some(first..=record);
        Ok(())
    }
}
