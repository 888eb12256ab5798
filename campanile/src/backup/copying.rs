//! Files copied with the SHA-256 of what was written; those that are written to or removed meanwhile too.
//!
//! Promises: what is copied is on the disk when it is named; a file that is gone is left out, and so is what is being written
//! under a name for the time being. Must not know: what files are for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, DirBuilder, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::manifest::{self, Copied};
use crate::exit::{Failure, Result};

const BUFFER_BYTES: usize = 1 << 20;

/// A copy that is being made.
pub struct Copying {
    to: PathBuf,
    files: BTreeMap<PathBuf, Copied>,
}

impl Copying {
    /// Into a new folder that only its owner may look into: keys are in it.
    pub fn into(to: &Path) -> Result<Copying> {
        if to.exists() {
            let help =
                "an earlier copy was cut off, or another one is being made: remove the folder when none is";
            return Err(Failure::usage_text(format!("{} is there already", to.display()), help));
        }
        DirBuilder::new().recursive(true).mode(0o700).create(to)?;
        Ok(Copying { to: to.to_owned(), files: BTreeMap::new() })
    }

    /// The files so far, by place.
    pub fn files(self) -> BTreeMap<PathBuf, Copied> {
        self.files
    }

    /// Copies a file or a folder to `place`. A file that was copied before is copied anew when it has grown, and kept when it
    /// is gone.
    pub fn part(&mut self, from: &Path, place: &Path) -> io::Result<()> {
        let metadata = match fs::metadata(from) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            metadata => metadata?,
        };
        if !metadata.is_dir() {
            let before = self.files.get(place).map(|copied| copied.bytes);
            return if before == Some(metadata.len()) { Ok(()) } else { self.file(from, place) };
        }
        DirBuilder::new().recursive(true).mode(0o700).create(self.to.join(place))?;
        // The last checkpoint of a table's log is named before the log is listed: what it names is in the list then.
        let pointer = from.join("_last_checkpoint");
        if pointer.exists() {
            self.file(&pointer, &place.join("_last_checkpoint"))?;
        }
        let mut known = BTreeSet::from([pointer]);
        loop {
            // In the order of their names: a table's log before its files, a chain before the objects that its records name. What was
            // made since the folder was listed may be named by now.
            let entries = fs::read_dir(from)?.map(|entry| entry.map(|entry| entry.path()));
            let entries = entries.collect::<io::Result<BTreeSet<PathBuf>>>()?;
            let new: Vec<&PathBuf> =
                entries.difference(&known).filter(|entry| !is_temporary(entry)).collect();
            if new.is_empty() {
                return File::open(self.to.join(place))?.sync_all();
            }
            for entry in new {
                if let Some(name) = entry.file_name() {
                    self.part(entry, &place.join(name))?;
                }
            }
            known.extend(entries);
        }
    }

    /// Adds a file that `make` writes and makes durable; none when it says that there is nothing to copy.
    pub fn made(&mut self, place: &Path, make: impl FnOnce(&Path) -> Result<bool>) -> Result<()> {
        let path = self.to.join(place);
        if let Some(folder) = path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        if make(&path)? {
            let copied = Copied { bytes: fs::metadata(&path)?.len(), sha256: manifest::sha256(&path)? };
            self.files.insert(place.to_owned(), copied);
        }
        Ok(())
    }

    fn file(&mut self, from: &Path, place: &Path) -> io::Result<()> {
        let mut source = match File::open(from) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            source => source?,
        };
        let path = self.to.join(place);
        if let Some(folder) = path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        let mut target = File::create(&path)?;
        // Keys stay their owner's.
        target.set_permissions(source.metadata()?.permissions())?;
        let (mut hash, mut buffer, mut bytes) = (Sha256::new(), vec![0; BUFFER_BYTES], 0);
        loop {
            let read = source.read(&mut buffer)?;
            let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
            hash.update(part);
            target.write_all(part)?;
            bytes += part.len() as u64;
        }
        target.sync_all()?;
        let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        self.files.insert(place.to_owned(), Copied { bytes, sha256 });
        Ok(())
    }
}

/// True for what is being written and gets its name afterwards.
fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_staged =
        name.rsplit_once('#').is_some_and(|(_, digits)| digits.bytes().all(|digit| digit.is_ascii_digit()));
    is_staged || name.ends_with(".new")
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn what_is_made_while_its_folder_is_copied_is_copied_too() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("originals"), folder.path().join("copy"));
        fs::create_dir(&from).unwrap();
        // Whoever copies it waits for what is written into it: the folder has been listed by then.
        let chain = from.join("1.chain");
        assert!(Command::new("mkfifo").arg(&chain).status().unwrap().success());
        let object = from.join("1.object");
        let writer = std::thread::spawn(move || {
            let mut chain = File::options().write(true).open(chain).unwrap();
            fs::write(object, "named by the record").unwrap();
            chain.write_all(b"a record").unwrap();
        });
        let mut copying = Copying::into(&to).unwrap();
        copying.part(&from, Path::new("originals")).unwrap();
        writer.join().unwrap();
        let files = copying.files();
        assert_eq!(
            files.keys().collect::<Vec<_>>(),
            [Path::new("originals/1.chain"), Path::new("originals/1.object")]
        );
        assert_eq!(fs::read(to.join("originals/1.object")).unwrap(), b"named by the record");
    }
}
