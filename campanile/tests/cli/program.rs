//! Runs the program in a folder of its own.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a run left behind.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Standard output as NDJSON objects.
    pub fn objects(&self) -> Vec<Value> {
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}")))
            .collect()
    }

    /// Asserts the exit code, showing what was said when it differs.
    pub fn expect(self, code: i32) -> Ran {
        assert_eq!(self.code, code, "standard error:\n{}\nstandard output:\n{}", self.err, self.out);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }
}

/// A folder that lives as long as the test.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file; its path.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Runs the program here.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, b"")
    }

    /// Runs the program here with these bytes on standard input.
    pub fn run_with(&self, args: &[&str], input: &[u8]) -> Ran {
        let mut child = Command::new(env!("CARGO_BIN_EXE_campanile"))
            .args(args)
            .current_dir(self.path())
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let ran = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Ran {
            code: ran.status.code().unwrap_or(-1),
            out: String::from_utf8(ran.stdout).unwrap(),
            err: String::from_utf8_lossy(&ran.stderr).into_owned(),
        }
    }
}

/// Failed logins of one address, a line each ten seconds.
pub fn guessing(lines: usize) -> String {
    (0..lines)
        .map(|n| {
            format!(
                "<86>Mar 16 10:{:02}:{:02} portale sshd[{}]: Failed password for root from 203.0.113.9 port {} ssh2\n",
                n / 6 % 60,
                n % 6 * 10,
                2_000 + n,
                50_000 + n
            )
        })
        .collect()
}

/// A rule that rings at twenty failures in ten minutes.
pub const RULE: &str = r#"/*---
id = "T-01"
title.en = "Guessing"
title.it = "Tentativi ripetuti"
description.en = "Many failures."
description.it = "Molti tentativi."
severity = "high"
family = "both"
window = "10m"
response_it = ["1. Bloccare l'indirizzo."]
acn_class = "Accesso non autorizzato / IS-4"
[param]
failures = 20
[[test]]
name = "rings"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '<86>{rfc3164} portale sshd[2{n}]: Failed password for root from 203.0.113.9 port 5{n:04} ssh2'
count = 25
every = "10s"
[[test]]
name = "stays silent"
alerts = []
[[test.line]]
text = '<86>{rfc3164} portale sshd[2{n}]: Failed password for root from 203.0.113.9 port 5{n:04} ssh2'
count = 5
---*/
SELECT source_ip, sum(event_count) AS failures
FROM events
WHERE class = 'authentication' AND event_action = 'login' AND event_outcome = 'failure'
GROUP BY source_ip
HAVING sum(event_count) >= $failures
"#;
