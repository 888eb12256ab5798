//! `campanile evidence`: the sealed originals, checked, shown and exported.

use std::io::Write;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use arrow::record_batch::RecordBatch;
use schema::Flaw;
use storage::seal::{Fault, Hash, Original, PublicKey, Verified};

use crate::exit::{Exit, Failure, Result, failed};
use crate::output::timestamp::rfc3339;
use crate::output::{self, OutputArgs, OutputFormat};
use crate::terminal::{Terminal, printable};
use crate::{config, evidence};

/// Arguments of `evidence`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile evidence verify --data-dir /var/lib/campanile
  campanile evidence show 4711
  campanile evidence export 4700-4800 --to caso-12")]
pub struct EvidenceArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Check every record, signature and piece: the first bad byte, or what holds.
    #[command(after_help = "\
Example:
  campanile evidence verify --data-dir /var/lib/campanile

Compare the head and the fingerprint of the key with what you wrote down elsewhere: who has the key could make another chain.
Exit codes: 0 all holds, 1 something is not what was sealed.")]
    Verify {
        #[command(flatten)]
        place: PlaceArgs,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Print an event's bytes as they were received, and what proves them.
    #[command(after_help = "\
Examples:
  campanile evidence show 4711
  campanile evidence show comune-a:902 > riga.log

The bytes go to standard output, what is known of them to standard error.")]
    Show {
        /// Columns `seq`, or `collector` and `seq`, of the event.
        #[arg(value_name = "SEQ|COLLECTOR:SEQ")]
        event: Events,
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// Write the originals of some events into a folder that checks with `sha256sum` and `openssl` alone.
    #[command(after_help = "\
Example:
  campanile evidence export comune-a:900-950 --to caso-12")]
    Export {
        /// First and last `seq` of the events, behind their `collector` when another node collected them.
        #[arg(value_name = "SEQ-SEQ|COLLECTOR:SEQ-SEQ")]
        events: Events,
        /// Folder to make.
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
        #[command(flatten)]
        place: PlaceArgs,
    },
}

/// Where the originals are.
#[derive(Debug, clap::Args)]
struct PlaceArgs {
    /// The service's configuration, which names its data_dir.
    #[arg(long, short, value_name = "FILE", default_value = "campanile.toml")]
    config: PathBuf,
    /// The data_dir itself; no configuration is read then.
    #[arg(long, value_name = "DIR", conflicts_with = "config")]
    data_dir: Option<PathBuf>,
}

impl PlaceArgs {
    fn data_dir(&self) -> Result<PathBuf> {
        match &self.data_dir {
            Some(data_dir) => Ok(data_dir.clone()),
            None => Ok(config::settings(&self.config)?.data_dir),
        }
    }
}

/// Events by their seqs.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Events {
    /// First collector; none for this node.
    collector: Option<String>,
    seqs: RangeInclusive<u64>,
}

impl FromStr for Events {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Events, String> {
        let (collector, seqs) = match text.rsplit_once(':') {
            Some((collector, seqs)) => (Some(collector.to_owned()), seqs),
            None => (None, text),
        };
        let number = |text: &str| text.parse::<u64>().map_err(|_| format!("`{text}` is no seq"));
        let (first, last) = seqs.split_once('-').unwrap_or((seqs, seqs));
        let seqs = number(first)?..=number(last)?;
        match seqs.is_empty() {
            true => Err("the last seq is before the first".to_owned()),
            false => Ok(Events { collector, seqs }),
        }
    }
}

/// Does it.
pub fn run(args: &EvidenceArgs, terminal: &Terminal) -> Result<Exit> {
    match &args.what {
        What::Verify { place, output } => {
            let data_dir = place.data_dir()?;
            let key = *evidence::open(&data_dir)?.key();
            let verified = evidence::verify(&data_dir)?;
            tell(&verified, &key, output.format(terminal), terminal)?;
            Ok(if verified.faults.is_empty() { Exit::Done } else { Exit::Asked })
        }
        What::Show { event, place } => show(event, &place.data_dir()?, terminal),
        What::Export { events, to, place } => {
            let Events { collector, seqs } = events;
            let exported = evidence::export(&place.data_dir()?, collector.as_deref(), seqs, to)?;
            terminal
                .note(format!("{exported} originals: {}; README.txt says how to check them", to.display()));
            Ok(Exit::Done)
        }
    }
}

/// What is wrong, and what holds.
fn tell(verified: &Verified, key: &PublicKey, format: OutputFormat, terminal: &Terminal) -> Result<()> {
    let faults = &verified.faults;
    let texts = |text: fn(&Fault) -> &str| Arc::new(StringArray::from_iter_values(faults.iter().map(text)));
    let numbers = |number: fn(&Fault) -> u64| {
        Int64Array::from_iter_values(faults.iter().map(|fault| number(fault) as i64))
    };
    let rows = RecordBatch::try_from_iter([
        ("file", texts(|fault| &fault.file) as ArrayRef),
        ("offset", Arc::new(numbers(|fault| fault.offset)) as ArrayRef),
        ("frames", Arc::new(numbers(|fault| fault.frames)) as ArrayRef),
        ("what", texts(|fault| fault.what) as ArrayRef),
    ])?;
    if format != OutputFormat::Table || !faults.is_empty() {
        output::write_all(format, &rows, terminal)?;
    }
    let said = sentences(verified, key);
    match format {
        OutputFormat::Table => {
            let mut out = terminal.out();
            writeln!(out, "{said}")?;
            out.flush()?;
        }
        _ => terminal.note(said),
    }
    Ok(())
}

fn sentences(verified: &Verified, key: &PublicKey) -> String {
    let Verified { records, pieces, frames, text_bytes, stored_bytes, .. } = verified;
    let mut said = vec![format!(
        "{records} records and {pieces} pieces hold: {frames} events of {text_bytes} bytes in {stored_bytes} bytes"
    )];
    for (number, what) in [
        (verified.pieces_expired, "pieces were destroyed past their retention"),
        (verified.lost, "seqs had no frame in the journal"),
        (verified.void_bytes, "bytes count for nothing: a crash, or a disk that failed, left them behind"),
    ] {
        if number > 0 {
            said.push(format!("{number} {what}"));
        }
    }
    if let Some(head) = &verified.head {
        let sealed = rfc3339(head.record.sealed_us);
        said.push(format!("head: record {}, sealed {sealed}, SHA-256 {}", head.record.number, head.hash()));
    }
    said.push(format!("key: SHA-256 {}", key.fingerprint()));
    said.join("\n")
}

fn show(event: &Events, data_dir: &std::path::Path, terminal: &Terminal) -> Result<Exit> {
    let originals = evidence::open(data_dir)?;
    let mut found = Vec::new();
    let visited = originals.find(event.collector.as_deref(), &event.seqs, |original| {
        found.push(original);
        Ok(())
    });
    visited.map_err(failed("the originals cannot be read"))?;
    if found.is_empty() {
        let head = originals.head().map_err(failed("the originals cannot be read"))?;
        let sealed_upto = head.map_or(0, |head| head.record.last_seq);
        if event.collector.is_none() && *event.seqs.start() > sealed_upto {
            let help = "the service seals every `originals.age`, when much is waiting, and when it stops: ask again then";
            let what = format!("that event is not sealed yet: the originals reach seq {sealed_upto}");
            return Err(Failure::usage_text(what, help));
        }
        let help = "it may be past its retention, or not be sealed yet; `campanile evidence verify` says what there is";
        return Err(Failure::usage_text("no original of that event is here", help));
    }
    let mut out = terminal.out();
    for (at, original) in found.iter().enumerate() {
        terminal.note(facts(original, originals.key())?);
        let bytes = original.bytes();
        if terminal.stdout_is_terminal {
            writeln!(out, "{}", printable(&String::from_utf8_lossy(bytes), true))?;
        } else {
            if at > 0 {
                out.write_all(b"\n")?;
            }
            out.write_all(bytes)?;
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}

/// What is known of an original, and what proves it.
fn facts(original: &Original, key: &PublicKey) -> Result<String> {
    let proof = evidence::proven(original).zip(original.entry());
    let (leaf, entry) = proof.ok_or_else(|| Failure::internal("the proof of the original does not hold"))?;
    let (origin, record) = (&original.batch.origin, &original.signed.record);
    let peer = original.batch.context.peer.as_deref().map(|peer| format!(" from {peer}")).unwrap_or_default();
    let mut said = vec![
        format!(
            "event {}:{} sub {}: source {}, tenant {}, received {}{peer}",
            origin.collector,
            original.event_seq(),
            original.frame.sub,
            origin.source,
            origin.tenant,
            rfc3339(original.batch.received_us)
        ),
        format!("{} bytes, SHA-256 {}", original.bytes().len(), Hash::of(&[original.bytes()])),
    ];
    said.extend(original.flaws().map(|flaw| {
        let what = match flaw {
            Flaw::Truncated => "it was longer than the limit: the rest was cut before it was sealed",
            Flaw::Recoded => {
                "it was not UTF-8: it was sealed as UTF-8, read as Windows-1252, byte for character"
            }
        };
        what.to_owned()
    }));
    said.extend([
        format!(
            "{}, byte {}: leaf {} of {}, {leaf}",
            entry.object, entry.offset, original.index, entry.frames
        ),
        format!("{} hashes lead from it to root {}", original.path.len(), entry.root),
        format!(
            "record {}, sealed {}, SHA-256 {}, signed by key {}",
            record.number,
            rfc3339(record.sealed_us),
            original.signed.hash(),
            key.fingerprint()
        ),
    ]);
    Ok(said.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_named_by_seq_and_by_who_collected_them() {
        let events =
            |collector: Option<&str>, seqs| Ok(Events { collector: collector.map(str::to_owned), seqs });
        assert_eq!("7".parse::<Events>(), events(None, 7..=7));
        assert_eq!("7-9".parse::<Events>(), events(None, 7..=9));
        assert_eq!("comune-a:b:7-9".parse::<Events>(), events(Some("comune-a:b"), 7..=9));
        for wrong in ["", "x", "9-7", "1-2-3", "a:", "-1"] {
            assert!(wrong.parse::<Events>().is_err(), "{wrong}");
        }
    }
}
