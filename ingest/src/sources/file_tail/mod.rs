//! Files that grow: followed through rotation by rename and by copy-and-truncate, and resumed after a restart.
//!
//! Promises: what a checkpoint says was read is durable; after a crash, frames since the last checkpoint come again, none is
//! missed as long as its file still lies in the folder; a file is known by device, inode and its first bytes, so that neither a
//! new name nor a reused inode deceives; what cannot be read or saved is in the book for as long, and tried again.
//! Must not know: what a line means.

mod checkpoint;
mod event_log;
mod header;
mod tailed;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::runtime::Handle;

use self::checkpoint::{Checkpoint, Checkpoints};
use self::tailed::Tailed;
use super::rate::Rate;
use super::streams::LANE_BYTES_MAX;
use super::{Error, Port};

/// How often files are looked at when they stand still.
const INTERVAL: Duration = Duration::from_millis(250);
/// Most files followed at once.
const FILES_MAX: usize = 4_096;

/// Files to follow.
#[derive(Debug)]
pub struct FileTail {
    patterns: Vec<String>,
    checkpoints: Checkpoints,
    files: Vec<Tailed>,
}

impl FileTail {
    /// Follows what these patterns (globs) match, from where the checkpoints say.
    pub fn open(patterns: Vec<String>, checkpoints: PathBuf) -> Result<FileTail, Error> {
        for pattern in &patterns {
            glob::Pattern::new(pattern).map_err(|error| {
                let source = std::io::Error::new(std::io::ErrorKind::InvalidInput, error);
                Error::File { path: pattern.clone(), source }
            })?;
        }
        let checkpoints = Checkpoints::load(checkpoints)?;
        let mut tail = FileTail { patterns, checkpoints, files: Vec::new() };
        tail.find_moved();
        Ok(tail)
    }

    /// Follows the files until told to stop. What was handed over by then is waited for.
    pub async fn run(self, port: Port) -> Result<(), Error> {
        // Reading files blocks: on a thread of its own.
        let handle = Handle::current();
        let followed = tokio::task::spawn_blocking(move || handle.block_on(self.follow(port)));
        followed.await.unwrap_or(Ok(()))
    }

    async fn follow(mut self, port: Port) -> Result<(), Error> {
        let port = Port { intake: port.intake.lane(LANE_BYTES_MAX), ..port };
        let rate = Rate::new(&port.limits);
        while !port.stop.is_cancelled() {
            let frames = self.poll(&port).await;
            let pause = if frames == 0 { INTERVAL } else { rate.owe(frames) };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = port.stop.cancelled() => {}
            }
        }
        for file in &mut self.files {
            file.settle_all().await;
        }
        self.save()
    }

    /// Looks at every file once: hands over what is new, and saves what has become durable. Answers how many frames were new.
    pub async fn poll(&mut self, port: &Port) -> u64 {
        let mut trouble = self.discover(port);
        let mut frames = 0;
        for file in &mut self.files {
            match file.read(port).await {
                Ok(new) => {
                    frames += new;
                    trouble = trouble.or_else(|| file.trouble());
                }
                Err(error) => trouble = trouble.or(Some(unreadable(file.path(), &error))),
            }
        }
        // Until it can be saved, a restart would read again.
        let unsaved =
            self.save().err().map(|error| format!("how far files are read cannot be saved: {error}"));
        self.files.retain(|file| !file.is_done());
        port.book.set_trouble(trouble.or(unsaved));
        frames
    }

    /// Opens files that were not known, and learns new names of those that are. Answers what cannot be opened.
    fn discover(&mut self, port: &Port) -> Option<String> {
        let mut trouble = None;
        for file in &mut self.files {
            file.is_named = false;
        }
        let mut room = FILES_MAX.saturating_sub(self.files.len());
        let matches = self.patterns.iter().filter_map(|pattern| glob::glob(pattern).ok());
        for found in matches.flatten() {
            let path = match found {
                Ok(path) => path,
                Err(error) => {
                    trouble.get_or_insert_with(|| unreadable(error.path(), error.error()));
                    continue;
                }
            };
            // A file that went between two looks comes again, or does not.
            let Ok(metadata) = fs::metadata(&path) else { continue };
            if !metadata.is_file() {
                continue;
            }
            match self.files.iter_mut().find(|file| file.is_of(&metadata)) {
                Some(file) => file.name(path),
                None if room > 0 => {
                    room -= 1;
                    let opened = File::open(&path)
                        .and_then(|file| Tailed::open(path.clone(), file, &self.checkpoints));
                    match opened {
                        Ok(file) => self.files.extend(file),
                        Err(error) => {
                            trouble.get_or_insert_with(|| unreadable(&path, &error));
                        }
                    }
                }
                None => port.book.connection_refused(),
            }
        }
        trouble
    }

    /// Opens files that got another name, perhaps one that no pattern matches, while nobody looked.
    fn find_moved(&mut self) {
        let moved = |entry: &Checkpoint| !entry.is_at(Path::new(&entry.path));
        for entry in self.checkpoints.entries().iter().filter(|entry| moved(entry)) {
            let folder = Path::new(&entry.path).parent().unwrap_or(Path::new("."));
            let siblings =
                fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).map(|file| file.path());
            if let Some(path) = siblings.into_iter().find(|path| entry.is_at(path)) {
                let opened = File::open(&path).and_then(|file| Tailed::open(path, file, &self.checkpoints));
                self.files.extend(opened.ok().flatten());
            }
        }
    }

    fn save(&mut self) -> Result<(), Error> {
        let entries = self.files.iter().filter_map(Tailed::checkpoint).collect();
        self.checkpoints.save(entries)
    }
}

fn unreadable(path: &Path, error: &io::Error) -> String {
    format!("cannot read {}: {error}", path.display())
}
