//! What a backup holds: each file with its size and SHA-256.
//!
//! Promises: a file that is missing, changed or added is named. Must not know: what files are for.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::exit::{Failure, Result};

/// Its name in the backup.
const NAME: &str = "MANIFEST.json";

const BUFFER_BYTES: usize = 1 << 20;

const CHANGED: &str = "is not what was copied";
const MISSING: &str = "is missing";
const ADDED: &str = "was not copied";

/// A file that was copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copied {
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes, lowercase hex.
    pub sha256: String,
}

/// The list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// When the backup was made, µs since 1970 UTC.
    pub made_us: i64,
    /// Its files, by place.
    pub files: BTreeMap<PathBuf, Copied>,
}

/// A file that is not as the manifest says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Its place.
    pub file: PathBuf,
    /// What is wrong with it.
    pub what: &'static str,
}

impl Manifest {
    /// Writes the manifest of a backup.
    pub fn of(backup: &Path, files: BTreeMap<PathBuf, Copied>, made_us: i64) -> Result<Manifest> {
        let manifest = Manifest { made_us, files };
        let text = serde_json::to_vec_pretty(&manifest).map_err(io::Error::from)?;
        fs::write(backup.join(NAME), text)?;
        File::open(backup.join(NAME))?.sync_all()?;
        File::open(backup)?.sync_all()?;
        Ok(manifest)
    }

    /// The manifest of a backup.
    pub fn read(backup: &Path) -> Result<Manifest> {
        let unreadable = |error: &dyn std::fmt::Display| {
            let message = format!("{} is no backup: {NAME}: {error}", backup.display());
            Failure::usage_text(message, "name a folder that `campanile backup` has made")
        };
        let text = fs::read(backup.join(NAME)).map_err(|error| unreadable(&error))?;
        serde_json::from_slice(&text).map_err(|error| unreadable(&error))
    }

    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.files.values().map(|file| file.bytes).sum()
    }

    /// Reads every file again: what is not as it was.
    pub fn check(&self, backup: &Path) -> Result<Vec<Wrong>> {
        let mut wrong = Vec::new();
        for (file, copied) in &self.files {
            let what = match sha256(&backup.join(file)) {
                Ok(sha256) if sha256 == copied.sha256 => continue,
                Ok(_) => CHANGED,
                Err(error) if error.kind() == io::ErrorKind::NotFound => MISSING,
                Err(error) => return Err(error.into()),
            };
            wrong.push(Wrong { file: file.clone(), what });
        }
        let found = files_under(backup)?.into_iter();
        let added = found.filter(|file| file != Path::new(NAME) && !self.files.contains_key(file));
        wrong.extend(added.map(|file| Wrong { file, what: ADDED }));
        Ok(wrong)
    }

    /// What of the part `place` is not as it was, in a copy of that part.
    pub fn compare(&self, place: &Path, copy: &BTreeMap<PathBuf, Copied>) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        for (file, copied) in self.files.iter().filter(|(file, _)| file.starts_with(place)) {
            let what = match copy.get(file.strip_prefix(place).unwrap_or(file)) {
                Some(found) if found.sha256 == copied.sha256 => continue,
                Some(_) => CHANGED,
                None => MISSING,
            };
            wrong.push(Wrong { file: file.clone(), what });
        }
        let added = copy.keys().map(|file| place.join(file)).filter(|file| !self.files.contains_key(file));
        wrong.extend(added.map(|file| Wrong { file, what: ADDED }));
        wrong
    }
}

/// All files below a folder, each by its place in it.
fn files_under(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next)? {
            let entry = entry?;
            match entry.file_type()?.is_dir() {
                true => folders.push(entry.path()),
                false => files.extend(entry.path().strip_prefix(folder).ok().map(Path::to_owned)),
            }
        }
    }
    Ok(files)
}

/// SHA-256 of a file, lowercase hex.
pub fn sha256(path: &Path) -> io::Result<String> {
    let (mut file, mut hash, mut buffer) = (File::open(path)?, Sha256::new(), vec![0; BUFFER_BYTES]);
    loop {
        let read = file.read(&mut buffer)?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
        hash.update(part);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
