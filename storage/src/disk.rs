//! The few things the journal asks of a disk, so that tests can put one beneath it that fails.
//!
//! Promises: nothing is durable before [`DiskFile::sync`] answers Ok; a file's name is not before
//! [`Disk::sync_folder`] does. Must not know: what is written.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// One folder of files.
pub trait Disk {
    /// A file of this disk.
    type File: DiskFile;
    /// Names of all files, in any order.
    fn list(&self) -> io::Result<Vec<String>>;
    /// A new, empty file; an error when it is there.
    fn create(&self, name: &str) -> io::Result<Self::File>;
    /// A file that is there; to be read only, where nothing else is allowed.
    fn open(&self, name: &str) -> io::Result<Self::File>;
    /// Gives a file another name, at once: never both, never none.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Makes names created, changed and removed so far durable.
    fn sync_folder(&self) -> io::Result<()>;
}

/// One file.
pub trait DiskFile {
    /// Size in bytes.
    fn size_bytes(&self) -> io::Result<u64>;
    /// Reads up to `bytes.len()` from `offset`; 0 at the end.
    fn read_at(&self, offset: u64, bytes: &mut [u8]) -> io::Result<usize>;
    /// Writes all of `bytes` at `offset`.
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// Makes all that was written durable. After an error nothing may be assumed about what was written since the last
    /// success, not even when a later call succeeds.
    fn sync(&mut self) -> io::Result<()>;
}

/// A folder of the file system.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The folder at `path`, made when it is not there; its own name is durable afterwards.
    pub fn at(path: &Path) -> io::Result<Folder> {
        fs::create_dir_all(path)?;
        if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            File::open(parent)?.sync_all()?;
        }
        Ok(Folder { path: path.to_owned() })
    }
}

impl Disk for Folder {
    type File = File;

    fn list(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            // A name that is not UTF-8 is none of ours.
            names.extend(entry?.file_name().into_string().ok());
        }
        Ok(names)
    }

    fn create(&self, name: &str) -> io::Result<File> {
        OpenOptions::new().read(true).write(true).create_new(true).open(self.path.join(name))
    }

    fn open(&self, name: &str) -> io::Result<File> {
        let path = self.path.join(name);
        match OpenOptions::new().read(true).write(true).open(&path) {
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
                ) =>
            {
                File::open(&path)
            }
            opened => opened,
        }
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.path.join(from), self.path.join(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.path.join(name))
    }

    fn sync_folder(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()
    }
}

impl DiskFile for File {
    fn size_bytes(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_at(&self, offset: u64, bytes: &mut [u8]) -> io::Result<usize> {
        FileExt::read_at(self, bytes, offset)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.write_all_at(bytes, offset)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}
