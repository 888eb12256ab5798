//! Where things are under `data_dir`, which is one service's alone.
//!
//! Promises: nothing under `data_dir` is opened while another service works in it. Must not know: what is kept there.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use storage::Folder;

use super::ALERTS_FILE;
use crate::config::Settings;
use crate::exit::{Failure, Result};

/// Folder of the originals.
pub const ORIGINALS: &str = "originals";
/// Folder of the keys that vouch for them.
pub const KEYS: &str = "keys";
/// Locked for as long as a service works in the folder; its content means nothing.
const LOCK_FILE: &str = "lock";

/// The places, made where they were not.
pub struct Folders {
    pub journal: Folder,
    pub originals: Folder,
    pub keys: PathBuf,
    pub lake: String,
    pub alerts: PathBuf,
    pub windows: PathBuf,
    pub deliveries: PathBuf,
    pub followed: PathBuf,
    /// Ends with the process at the latest, however that ends.
    pub lock: File,
}

impl Folders {
    /// Takes `data_dir` for this service and makes what it needs there.
    pub fn make(settings: &Settings) -> Result<Folders> {
        let data_dir = &settings.data_dir;
        let unusable = |error: io::Error| {
            Failure::usage_text(
                format!("cannot use {}: {error}", data_dir.display()),
                "name a folder you may write to as data_dir",
            )
        };
        fs::create_dir_all(data_dir).map_err(unusable)?;
        let lock = lock(data_dir)?.map_err(unusable)?;
        let followed = data_dir.join("followed");
        fs::create_dir_all(&followed).map_err(unusable)?;
        Ok(Folders {
            journal: Folder::at(&data_dir.join("journal")).map_err(unusable)?,
            originals: Folder::at(&data_dir.join(ORIGINALS)).map_err(unusable)?,
            keys: data_dir.join(KEYS),
            lake: settings.lake_location(),
            alerts: data_dir.join(ALERTS_FILE),
            windows: data_dir.join("windows"),
            deliveries: data_dir.join("deliveries"),
            followed,
            lock,
        })
    }
}

/// Two journals in one folder would void each other's blocks.
fn lock(data_dir: &Path) -> Result<io::Result<File>> {
    let locked = File::create(data_dir.join(LOCK_FILE)).and_then(|file| match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    });
    locked.transpose().ok_or_else(|| {
        Failure::usage_text(
            format!("another service works in {}", data_dir.display()),
            "stop that one first, or name another folder as data_dir",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_one_services_until_that_has_ended() {
        let folder = tempfile::tempdir().unwrap();
        let first = lock(folder.path()).unwrap().unwrap();
        let Err(Failure::Told(_, told)) = lock(folder.path()) else { panic!("taken twice") };
        assert!(told.to_string().starts_with("another service works in "), "{told}");
        drop(first);
        assert!(lock(folder.path()).is_ok_and(|lock| lock.is_ok()));
    }
}
