//! rsyslog, parsing structured data into JSON lines of one file. It neither syncs nor detects nor indexes.

use std::io::{Error, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::process::Process;
use super::{Outcome, Receiver};

/// A rsyslogd of its own.
pub struct Rsyslog {
    process: Process,
    address: SocketAddr,
    file: PathBuf,
    counted: std::cell::Cell<(u64, u64)>,
}

impl Rsyslog {
    /// Starts it; `rsyslogd` of the search path.
    pub fn start(folder: &Path) -> std::io::Result<Rsyslog> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let file = folder.join("out.json");
        let configuration = folder.join("rsyslog.conf");
        let properties = [
            ("time", "timereported", " dateFormat=\"rfc3339\""),
            ("host", "hostname", ""),
            ("app", "app-name", ""),
            ("pid", "procid", ""),
            ("severity", "syslogseverity", ""),
            ("facility", "syslogfacility", ""),
            ("sd", "$!rfc5424-sd", ""),
            ("message", "msg", ""),
        ];
        let properties: String = properties
            .iter()
            .map(|(out, name, more)| {
                format!("property(outname=\"{out}\" name=\"{name}\"{more} format=\"jsonf\")\n")
            })
            .collect();
        let text = format!(
            "global(workDirectory=\"{0}\" maxMessageSize=\"64k\")\nmodule(load=\"imptcp\" threads=\"2\")\n\
             module(load=\"mmpstrucdata\")\nmain_queue(queue.type=\"FixedArray\" queue.size=\"100000\" \
             queue.dequeueBatchSize=\"1024\" queue.workerThreads=\"1\")\n\
             template(name=\"j\" type=\"list\" option.jsonf=\"on\") {{\n{properties}}}\n\
             input(type=\"imptcp\" address=\"127.0.0.1\" port=\"{port}\")\naction(type=\"mmpstrucdata\")\n\
             action(type=\"omfile\" template=\"j\" file=\"{1}\" ioBufferSize=\"256k\")\n",
            folder.display(),
            file.display()
        );
        std::fs::write(&configuration, text)?;
        let child = Command::new("rsyslogd")
            .arg("-n")
            .arg("-f")
            .arg(&configuration)
            .arg("-i")
            .arg(folder.join("pid"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| Error::other(format!("rsyslogd: {error} (install rsyslog)")))?;
        let mut process = Process(child);
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        while TcpStream::connect(address).is_err() {
            if process.0.try_wait()?.is_some() {
                return Err(Error::other("rsyslogd ended at once"));
            }
            std::thread::park_timeout(Duration::from_millis(50));
        }
        Ok(Rsyslog { process, address, file, counted: (0, 0).into() })
    }
}

impl Receiver for Rsyslog {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn stored(&self) -> std::io::Result<u64> {
        let (mut lines, mut bytes) = self.counted.get();
        let Ok(mut file) = std::fs::File::open(&self.file) else { return Ok(0) };
        std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(bytes))?;
        let mut piece = vec![0; 1 << 20];
        loop {
            let read = file.read(&mut piece)?;
            let Some(new) = piece.get(..read).filter(|new| !new.is_empty()) else { break };
            lines += new.iter().filter(|byte| **byte == b'\n').count() as u64;
            bytes += read as u64;
        }
        self.counted.set((lines, bytes));
        Ok(lines)
    }

    fn finish(self: Box<Self>, wall: Duration) -> std::io::Result<Outcome> {
        Ok(Outcome {
            name: "rsyslog".to_owned(),
            wall,
            cpu: self.process.cpu()?,
            peak_kib: self.process.peak_kib()?,
            remark: "JSON lines, no sync".to_owned(),
        })
    }
}
