//! What jobs ran and what came of it, one JSON object a line.
//!
//! Promises: a run is in it once it has ended, and on the disk. Must not know: what jobs do.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// One run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The job.
    pub job: String,
    /// The moment of its schedule that it stands for, µs since 1970 UTC; none when it was run by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheduled_us: Option<i64>,
    /// Events received from here on were looked at, µs since 1970 UTC.
    pub from_us: i64,
    /// And up to here.
    pub upto_us: i64,
    /// When it began, µs since 1970 UTC.
    pub started_us: i64,
    /// When it ended, µs since 1970 UTC.
    pub ended_us: i64,
    /// Alerts found.
    pub alerts: u64,
    /// Rows of its report.
    pub rows: u64,
    /// Its report files.
    pub files: Vec<PathBuf>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// The file.
#[derive(Debug, Clone)]
pub struct History(PathBuf);

impl History {
    /// The history in that file, which need not be there yet.
    pub fn at(path: PathBuf) -> History {
        History(path)
    }

    /// All runs, the oldest first. A line that a crash cut, or of another version, is left out.
    pub fn read(&self) -> io::Result<Vec<Run>> {
        let file = match File::open(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            file => file?,
        };
        let mut runs = Vec::new();
        for line in BufReader::new(file).lines() {
            runs.extend(serde_json::from_str::<Run>(&line?).ok());
        }
        Ok(runs)
    }

    /// Adds a run.
    pub fn add(&self, run: &Run) -> io::Result<()> {
        let mut file = OpenOptions::new().create(true).append(true).open(&self.0)?;
        let line = serde_json::to_string(run)? + "\n";
        file.write_all(line.as_bytes())?;
        file.sync_all()
    }
}
