//! The alerts that were told, one JSON object a line, on the disk before anyone is told.
//!
//! Promises: an alert is written once in each standing, also over restarts; a line is whole or absent.
//! Must not know: how alerts are found, who reads them.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::Path;

use detect::{LiveAlert, Standing};
use schema::Alert;
use serde::{Deserialize, Serialize};

/// An alert as it is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToldAlert {
    /// `provisional`, `final` or `withdrawn`.
    pub standing: String,
    /// Id of a provisional alert that this one replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<String>,
    /// When it was told, µs since 1970 UTC.
    pub told_us: i64,
    /// What rang.
    #[serde(flatten)]
    pub alert: Alert,
}

impl ToldAlert {
    fn of(live: LiveAlert, told_us: i64) -> ToldAlert {
        let standing = match live.standing {
            Standing::Provisional => "provisional",
            Standing::Final => "final",
            Standing::Withdrawn => "withdrawn",
        };
        ToldAlert { standing: standing.to_owned(), supersedes: live.supersedes, told_us, alert: live.alert }
    }

    fn key(&self) -> (String, String) {
        (self.alert.id.clone(), self.standing.clone())
    }
}

/// The log, open for adding.
#[derive(Debug)]
pub struct AlertLog {
    file: File,
    told: HashSet<(String, String)>,
}

impl AlertLog {
    /// Opens the log, made when it is not there. A last line that a crash cut is removed.
    pub fn open(path: &Path) -> io::Result<AlertLog> {
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let (mut told, mut whole_bytes) = (HashSet::new(), 0);
        let mut reader = BufReader::new(&file);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 && line.ends_with(b"\n") {
            // A line of another version is kept and not known.
            if let Ok(alert) = serde_json::from_slice::<ToldAlert>(&line) {
                told.insert(alert.key());
            }
            whole_bytes += line.len() as u64;
            line.clear();
        }
        file.set_len(whole_bytes)?;
        file.seek(SeekFrom::End(0))?;
        Ok(AlertLog { file, told })
    }

    /// Writes what was not told yet, and answers it once it is on the disk.
    pub fn tell(&mut self, alerts: Vec<LiveAlert>, told_us: i64) -> io::Result<Vec<ToldAlert>> {
        let (mut text, mut news) = (Vec::new(), Vec::new());
        for alert in alerts {
            let alert = ToldAlert::of(alert, told_us);
            if self.told.contains(&alert.key()) {
                continue;
            }
            serde_json::to_writer(&mut text, &alert)?;
            text.push(b'\n');
            news.push(alert);
        }
        if !text.is_empty() {
            self.file.write_all(&text)?;
            self.file.sync_data()?;
            self.told.extend(news.iter().map(ToldAlert::key));
        }
        Ok(news)
    }

    /// Alerts told so far, each standing counted.
    pub fn count(&self) -> usize {
        self.told.len()
    }
}
