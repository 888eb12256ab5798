//! From the last line that a rule needs to its alert, while ordinary lines flow.
//!
//! Twice a second an attack on its own host or from its own address: a folder of logs removed (one line), passwords guessed (the
//! lines up to the rule's threshold at once). The clock starts when the last line is written, and stops when the alert is in the
//! service's list.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use benches::messages::{Source, rfc5424};

use super::Receiver;
use super::campanile::Campanile;
use super::load::dated;

/// Ordinary lines a second.
const LINES_PER_S: f64 = 5_000.0;
/// Lines are sent and alerts looked for so often.
const TICK: Duration = Duration::from_millis(2);
/// Between two attacks.
const PAUSE: Duration = Duration::from_millis(500);
/// Failures that AC-01 rings at.
const FAILURES: u64 = 21;
/// An alert that takes longer is not waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long alerts took.
pub struct Ringing {
    /// Of a rule over one line.
    pub matches: Vec<Duration>,
    /// Of a rule over a window.
    pub windows: Vec<Duration>,
    /// Attacks without an alert.
    pub missed: usize,
}

/// Sends for that long.
pub fn measure(folder: &Path, lasts: Duration) -> std::io::Result<Ringing> {
    let service = Campanile::start(folder, true)?;
    let mut stream = TcpStream::connect(service.address())?;
    let mut list = List { path: folder.join("data/alerts.ndjson"), read: 0 };
    let mut ringing = Ringing { matches: Vec::new(), windows: Vec::new(), missed: 0 };
    let mut awaited: HashMap<String, Instant> = HashMap::new();
    let mut source = Source::new(7);
    let (began, mut sent, mut attacks) = (Instant::now(), 0_u64, 0_u32);
    while began.elapsed() < lasts || (!awaited.is_empty() && began.elapsed() < lasts + PATIENCE) {
        let is_sending = began.elapsed() < lasts;
        let due = if is_sending { (began.elapsed().as_secs_f64() * LINES_PER_S) as u64 } else { sent };
        let second = now_s();
        let lines: String = (sent..due).map(|_| dated(&rfc5424(&mut source), second) + "\n").collect();
        stream.write_all(lines.as_bytes())?;
        sent = due;
        if is_sending && began.elapsed() >= PAUSE * (attacks + 1) {
            let (entity, lines) = attack(attacks, second);
            stream.write_all(lines.as_bytes())?;
            awaited.insert(entity, Instant::now());
            attacks += 1;
        }
        for alert in list.news()?.lines() {
            let told = awaited.iter().find(|(entity, _)| alert.contains(&format!("\"{entity}\"")));
            let Some((entity, at)) = told.map(|(entity, at)| (entity.clone(), at.elapsed())) else {
                continue;
            };
            if alert.contains("\"SC-27\"") {
                ringing.matches.push(at);
            } else if alert.contains("\"AC-01\"") {
                ringing.windows.push(at);
            } else {
                continue;
            }
            awaited.remove(&entity);
        }
        std::thread::park_timeout(TICK);
    }
    ringing.missed = awaited.len();
    Ok(ringing)
}

/// The entity that an attack's alert names, and its lines.
fn attack(number: u32, second: u64) -> (String, String) {
    let stamp = |line: String| dated(&line, second) + "\n";
    if number.is_multiple_of(2) {
        let host = format!("server{number}");
        let line = stamp(format!(
            "<85>Mar 16 09:12:44 {host} sudo: www-data : TTY=unknown ; PWD=/ ; USER=root ; COMMAND=/usr/bin/rm -rf /var/log/apache2"
        ));
        return (host, line);
    }
    let address = format!("203.0.{}.{}", number / 250, 1 + number % 250);
    let failure = |n| {
        stamp(format!(
            "<86>Mar 16 09:12:44 portale sshd[{}]: Failed password for root from {address} port {} ssh2",
            2_000 + n,
            50_000 + n
        ))
    };
    (address.clone(), (0..FAILURES).map(failure).collect())
}

#[expect(clippy::disallowed_methods, reason = "lines of this second, as devices send them")]
fn now_s() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// The service's list of alerts, read as it grows.
struct List {
    path: std::path::PathBuf,
    read: usize,
}

impl List {
    /// The whole lines that are new.
    fn news(&mut self) -> std::io::Result<String> {
        let mut text = String::new();
        let Ok(mut file) = File::open(&self.path) else { return Ok(text) };
        std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(self.read as u64))?;
        file.read_to_string(&mut text)?;
        text.truncate(text.rfind('\n').map_or(0, |end| end + 1));
        self.read += text.len();
        Ok(text)
    }
}
