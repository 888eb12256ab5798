//! `campanile serve`, from beside this program.

use std::io::{BufRead, BufReader, Error, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::process::Process;
use super::{Outcome, Receiver};

/// A service in a folder of its own.
pub struct Campanile {
    process: Process,
    has_rules: bool,
    source: SocketAddr,
    http: SocketAddr,
}

impl Campanile {
    /// Starts it, with the built-in rules or none.
    pub fn start(folder: &Path, has_rules: bool) -> std::io::Result<Campanile> {
        let rules = if has_rules { "\"builtin\"" } else { "" };
        let text = format!(
            "data_dir = \"{}\"\n[tenant.default]\ntimezone = \"UTC\"\n[[source]]\nname = \"bench\"\ntype = \"syslog\"\n\
             listen = \"tcp://127.0.0.1:0\"\n[lake]\nflush = {{ rows = 1_000_000, age = \"2s\" }}\n\
             [originals]\nage = \"2s\"\n\
             [detect]\nrules = [{rules}]\n[http]\nlisten = \"127.0.0.1:0\"\n",
            folder.join("data").display()
        );
        let configuration = folder.join("campanile.toml");
        std::fs::write(&configuration, text)?;
        let program = std::env::current_exe()?.with_file_name("campanile");
        let mut child = Command::new(&program)
            .args(["serve", "-c"])
            .arg(&configuration)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| {
                Error::other(format!("{}: {error} (cargo build --release)", program.display()))
            })?;
        let stderr = child.stderr.take().ok_or_else(|| Error::other("no standard error"))?;
        let process = Process(child);
        let (mut source, mut http) = (None, None);
        let mut lines = BufReader::new(stderr).lines();
        // It says nothing more by itself.
        while http.is_none() {
            let Some(line) = lines.next() else { break };
            let line = line?;
            let address = |mark: &str| line.split_once(mark)?.1.split_whitespace().next()?.parse().ok();
            source = source.or(address("tcp://"));
            http = address("SQL at http://");
        }
        // What it says later goes nowhere, but must not block it.
        std::thread::spawn(move || lines.for_each(drop));
        let (Some(source), Some(http)) = (source, http) else { return Err(Error::other("it did not start")) };
        Ok(Campanile { process, has_rules, source, http })
    }

    /// A number of the status.
    fn number(&self, name: &str) -> std::io::Result<u64> {
        let mut stream = TcpStream::connect(self.http)?;
        stream.write_all(b"GET /api/status HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let digits = answer.split_once(&format!("\"{name}\":")).map(|(_, rest)| rest).unwrap_or_default();
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        digits.get(..end).and_then(|digits| digits.parse().ok()).ok_or_else(|| Error::other(answer))
    }
}

impl Receiver for Campanile {
    fn address(&self) -> SocketAddr {
        self.source
    }

    fn stored(&self) -> std::io::Result<u64> {
        Ok(self.number("committed_upto")?.min(self.number("sealed_upto")?))
    }

    fn finish(self: Box<Self>, wall: Duration) -> std::io::Result<Outcome> {
        let name = if self.has_rules { "campanile-rules" } else { "campanile" };
        let (syncs, commits, alerts) =
            (self.number("syncs")?, self.number("commits")?, self.number("alerts")?);
        Ok(Outcome {
            name: name.to_owned(),
            wall,
            cpu: self.process.cpu()?,
            peak_kib: self.process.peak_kib()?,
            remark: format!("{syncs} fdatasync, {commits} commits, {alerts} alerts"),
        })
    }
}
