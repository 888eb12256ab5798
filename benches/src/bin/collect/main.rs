//! The whole way: lines over TCP until they are in the lake, beside rsyslog in the same run.
//!
//! `cargo run --release -p campanile-benches --bin collect -- --events 5000000 --dir FOLDER`, after `cargo build --release`.
//! With `--ringing SECONDS` the time from a line to its alert instead. FOLDER lies on a real disk. The clock starts with the first byte sent, and stops when the receiver has all: for
//! Campanile when its lake has committed the last frame and the originals have it, for rsyslog when its file has the last line. CPU is that of
//! the receiver alone, user and system; the sender shares the machine.

mod campanile;
mod load;
mod process;
mod ringing;
mod rsyslog;

use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What a receiver came to.
pub struct Outcome {
    /// Who.
    pub name: String,
    /// From the first byte sent.
    pub wall: Duration,
    /// User and system.
    pub cpu: Duration,
    /// Largest resident memory, KiB.
    pub peak_kib: u64,
    /// What else it says of itself.
    pub remark: String,
}

/// A receiver that can be sent to.
pub trait Receiver {
    /// Where it listens.
    fn address(&self) -> std::net::SocketAddr;
    /// Lines that have come to their end.
    fn stored(&self) -> std::io::Result<u64>;
    /// Ends it.
    fn finish(self: Box<Self>, wall: Duration) -> std::io::Result<Outcome>;
}

fn main() -> std::io::Result<()> {
    let (mut events, mut dir, mut receivers, mut ringing) = (5_000_000_u64, None, Vec::new(), None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| usage("a value is missing"));
        match argument.as_str() {
            "--events" => events = value()?.parse().map_err(|_| usage("--events is no number"))?,
            "--ringing" => ringing = Some(value()?.parse().map_err(|_| usage("--ringing is no number"))?),
            "--dir" => dir = Some(PathBuf::from(value()?)),
            name => receivers.push(name.to_owned()),
        }
    }
    let dir = dir.ok_or_else(|| usage("--dir FOLDER is missing"))?;
    if let Some(seconds) = ringing {
        return print_ringing(&dir, Duration::from_secs(seconds));
    }
    if receivers.is_empty() {
        receivers = ["campanile", "campanile-rules", "rsyslog"].map(str::to_owned).to_vec();
    }
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:<18} {:>9} {:>10} {:>9} {:>10}  remark",
        "receiver", "seconds", "events/s", "us/event", "peak MiB"
    )?;
    for name in receivers {
        let folder = dir.join(&name);
        std::fs::create_dir_all(&folder)?;
        let load = load::Load::new(events);
        let receiver: Box<dyn Receiver> = match name.as_str() {
            "campanile" => Box::new(campanile::Campanile::start(&folder, false)?),
            "campanile-rules" => Box::new(campanile::Campanile::start(&folder, true)?),
            "rsyslog" => Box::new(rsyslog::Rsyslog::start(&folder)?),
            other => return Err(usage(&format!("no receiver is named {other}"))),
        };
        let began = Instant::now();
        load.send(receiver.address())?;
        while receiver.stored()? < events {
            std::thread::park_timeout(Duration::from_millis(20));
        }
        let outcome = receiver.finish(began.elapsed())?;
        let cpu_us = outcome.cpu.as_secs_f64() * 1e6 / events as f64;
        let (seconds, rate) = (outcome.wall.as_secs_f64(), events as f64 / outcome.wall.as_secs_f64());
        writeln!(
            out,
            "{:<18} {seconds:>9.1} {rate:>10.0} {cpu_us:>9.2} {:>10}  {}",
            outcome.name,
            outcome.peak_kib / 1024,
            outcome.remark
        )?;
        std::fs::remove_dir_all(&folder)?;
    }
    Ok(())
}

/// The table of how long alerts took.
fn print_ringing(dir: &std::path::Path, lasts: Duration) -> std::io::Result<()> {
    let folder = dir.join("ringing");
    std::fs::create_dir_all(&folder)?;
    let ringing = ringing::measure(&folder, lasts)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{:<8} {:>7} {:>10} {:>10} {:>10}", "rule", "alerts", "median ms", "p99 ms", "most ms")?;
    for (name, mut took) in [("match", ringing.matches), ("window", ringing.windows)] {
        took.sort_unstable();
        let at = |share: f64| {
            let place = (took.len() as f64 * share).ceil() as usize;
            took.get(place.saturating_sub(1)).map_or(0.0, |took| took.as_secs_f64() * 1e3)
        };
        writeln!(out, "{name:<8} {:>7} {:>10.0} {:>10.0} {:>10.0}", took.len(), at(0.5), at(0.99), at(1.0))?;
    }
    writeln!(out, "attacks without an alert: {}", ringing.missed)?;
    std::fs::remove_dir_all(&folder)
}

fn usage(what: &str) -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::InvalidInput, what)
}
