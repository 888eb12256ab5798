//! The alerts that were told, one JSON object a line, on the disk before anyone is told.
//!
//! Promises: an alert is written once in each standing, also over restarts; a line is whole or absent.
//! Must not know: how alerts are found, who reads them.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::Path;

use access::delivery::ToldAlert;
use detect::{LiveAlert, Standing};
use tokio::sync::watch;

fn told(live: LiveAlert, told_us: i64) -> ToldAlert {
    let standing = match live.standing {
        Standing::Provisional => "provisional",
        Standing::Final => "final",
        Standing::Withdrawn => "withdrawn",
    };
    ToldAlert { standing: standing.to_owned(), supersedes: live.supersedes, told_us, alert: live.alert }
}

fn key(told: &ToldAlert) -> (String, String) {
    (told.alert.id.clone(), told.standing.clone())
}

/// The log, open for adding.
#[derive(Debug)]
pub struct AlertLog {
    file: File,
    told: HashSet<(String, String)>,
    grown: watch::Sender<u64>,
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
                told.insert(key(&alert));
            }
            whole_bytes += line.len() as u64;
            line.clear();
        }
        file.set_len(whole_bytes)?;
        file.seek(SeekFrom::End(0))?;
        Ok(AlertLog { file, told, grown: watch::Sender::new(0) })
    }

    /// Writes what was not told yet, and answers it once it is on the disk. After an error nothing of it is told.
    pub fn tell(&mut self, alerts: Vec<LiveAlert>, told_us: i64) -> io::Result<Vec<ToldAlert>> {
        let (mut text, mut news) = (Vec::new(), Vec::new());
        for alert in alerts {
            let alert = told(alert, told_us);
            if self.told.contains(&key(&alert)) {
                continue;
            }
            serde_json::to_writer(&mut text, &alert)?;
            text.push(b'\n');
            news.push(alert);
        }
        if !text.is_empty() {
            let end_bytes = self.file.stream_position()?;
            if let Err(error) = self.file.write_all(&text).and_then(|()| self.file.sync_data()) {
                // Half a line would spoil the next one.
                self.file.set_len(end_bytes)?;
                self.file.seek(SeekFrom::Start(end_bytes))?;
                return Err(error);
            }
            self.told.extend(news.iter().map(key));
            self.grown.send_modify(|times| *times += 1);
        }
        Ok(news)
    }

    /// Changes whenever the log has grown.
    pub fn grown(&self) -> watch::Receiver<u64> {
        self.grown.subscribe()
    }

    /// Alerts told so far, each standing counted.
    pub fn count(&self) -> usize {
        self.told.len()
    }
}
