//! How far each file is durable, on disk.
//!
//! Promises: written whole or not at all; holds no text of the logs. Must not know: the journal.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::sources::Error;

/// First bytes of a file by which it is known again.
pub(super) const PRINT_BYTES_MAX: usize = 256;

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Checkpoint {
    pub(super) path: String,
    pub(super) inode: u64,
    pub(super) print: Print,
    /// Bytes that are durable.
    pub(super) offset_bytes: u64,
}

/// What a file begins with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Print {
    pub(super) bytes: u64,
    sha256: String,
}

impl Print {
    /// Of the first bytes of a file, at most so many.
    pub(super) fn of(file: &File, bytes_max: usize) -> io::Result<Print> {
        let mut head = vec![0; bytes_max];
        let mut filled = 0;
        while let Some(room) = head.get_mut(filled..).filter(|room| !room.is_empty()) {
            match file.read_at(room, filled as u64)? {
                0 => break,
                read => filled += read,
            }
        }
        let digest = Sha256::digest(head.get(..filled).unwrap_or_default());
        let sha256 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Print { bytes: filled as u64, sha256 })
    }

    /// Whether a file still begins so. Of an empty beginning nothing is known.
    pub(super) fn is_of(&self, file: &File) -> bool {
        let bytes = usize::try_from(self.bytes).unwrap_or(usize::MAX).min(PRINT_BYTES_MAX);
        bytes > 0 && Print::of(file, bytes).is_ok_and(|print| print == *self)
    }
}

impl Checkpoint {
    /// Whether this is the file, under whichever name.
    fn is_of(&self, path: &Path, inode: u64, file: &File) -> bool {
        (self.inode == inode || Path::new(&self.path) == path) && self.print.is_of(file)
    }

    /// Whether the file lies at that path.
    pub(super) fn is_at(&self, path: &Path) -> bool {
        let file = File::open(path);
        file.and_then(|file| file.metadata().map(|metadata| (metadata, file))).is_ok_and(
            |(metadata, file)| metadata.is_file() && metadata.ino() == self.inode && self.print.is_of(&file),
        )
    }
}

/// All files of a source.
#[derive(Debug)]
pub(super) struct Checkpoints {
    path: PathBuf,
    entries: Vec<Checkpoint>,
}

impl Checkpoints {
    /// As saved; none when nothing was saved yet.
    pub(super) fn load(path: PathBuf) -> Result<Checkpoints, Error> {
        let failed = |source| Error::File { path: path.display().to_string(), source };
        let entries = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| failed(error.into()))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(failed(error)),
        };
        Ok(Checkpoints { path, entries })
    }

    pub(super) fn entries(&self) -> &[Checkpoint] {
        &self.entries
    }

    /// How far that file is durable.
    pub(super) fn offset_bytes(&self, path: &Path, inode: u64, file: &File) -> u64 {
        let entry = self.entries.iter().find(|entry| entry.is_of(path, inode, file));
        entry.map_or(0, |entry| entry.offset_bytes)
    }

    /// Saves them, if they changed.
    pub(super) fn save(&mut self, entries: Vec<Checkpoint>) -> Result<(), Error> {
        if entries == self.entries {
            return Ok(());
        }
        let failed = |source| Error::File { path: self.path.display().to_string(), source };
        write(&self.path, &entries).map_err(failed)?;
        self.entries = entries;
        Ok(())
    }
}

/// Replaces a file: beside it first, synced, then renamed, then the folder synced.
fn write(path: &Path, entries: &[Checkpoint]) -> io::Result<()> {
    // The whole name and more: sources may be called `web.access` and `web.error`.
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut file = File::create(Path::new(&beside))?;
    file.write_all(&serde_json::to_vec(entries)?)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_save_that_failed_is_made_up_for_and_names_with_dots_stay_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("followed/web.access");
        let mut checkpoints = Checkpoints::load(path.clone()).unwrap();
        let entry = || Checkpoint {
            path: "/var/log/web".to_owned(),
            inode: 7,
            print: Print::default(),
            offset_bytes: 3,
        };
        assert!(checkpoints.save(vec![entry()]).is_err(), "there is no folder yet");
        // What another source is writing is left alone.
        fs::create_dir_all(folder.path().join("followed/web.new")).unwrap();
        checkpoints.save(vec![entry()]).unwrap();
        assert_eq!(Checkpoints::load(path).unwrap().entries(), [entry()]);
    }
}
