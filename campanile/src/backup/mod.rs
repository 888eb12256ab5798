//! A copy of all that a service keeps, taken while it runs, from which another can go on.
//!
//! What is copied when: how far files and deliveries were read first (what is read again is harmless, what is left out is not);
//! the journal; windows, lake and originals; the journal again. So the journal of the copy begins no later than those, and
//! ends no earlier, whatever was written meanwhile. The state is copied as of one moment, before the alerts that it speaks of.
//!
//! Promises: a copy is whole or absent, with the SHA-256 of every file; what was durable when it began is in it.
//! Must not know: what is in the files, how they are shown.

mod copying;
mod manifest;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use storage::Folder;
use storage::journal::{Read, Reader};
use storage::lake::Lake;
use storage::seal::Verified;

use crate::config::{Secret, Settings};
use crate::evidence;
use crate::exit::{Failure, Result, failed};
use crate::service::{KEYS, ORIGINALS};
use crate::state::{self, STATE_FILE};
use copying::Copying;
pub use manifest::{Manifest, sha256};

/// Folder of the copy that holds `data_dir`.
const DATA: &str = "data";
/// Folder of the copy that holds the files which the configuration names, each at its own path.
const CONFIGURATION: &str = "configuration";

/// The order of the parts of `data_dir`; see above.
const PARTS: [&str; 11] = [
    "followed",
    "deliveries",
    "journal",
    "windows",
    "lake",
    ORIGINALS,
    "journal",
    KEYS,
    "alerts.ndjson",
    "jobs.ndjson",
    "reports",
];

/// What a copy holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// Rows of the lake.
    pub rows: u64,
    /// Last seq of the journal.
    pub last_seq: u64,
    /// Frames that the journal's disk had lost.
    pub lost: u64,
    /// What the originals are; none when there are none.
    pub originals: Option<Verified>,
}

/// Copies all that the service of these settings keeps into the folder `to`, which must not be there yet.
pub fn take(config: &Path, settings: &Settings, to: &Path, made_us: i64) -> Result<Manifest> {
    if to.exists() {
        let help = "name a folder that does not exist yet; each backup has one of its own";
        return Err(Failure::usage_text(format!("{} is there already", to.display()), help));
    }
    let temporary = beside(to);
    let mut copying = Copying::into(&temporary)?;
    copying.made(&Path::new(DATA).join(STATE_FILE), |to| state::copy(&settings.data_dir, to))?;
    for part in PARTS {
        copying.part(&settings.data_dir.join(part), &Path::new(DATA).join(part))?;
    }
    for file in named(config, settings) {
        let file = std::path::absolute(file)?;
        let place = file.strip_prefix("/").unwrap_or(&file).to_owned();
        copying.part(&file, &Path::new(CONFIGURATION).join(place))?;
    }
    let manifest = Manifest::of(&temporary, copying.files(), made_us)?;
    fs::rename(&temporary, to)?;
    Ok(manifest)
}

/// The files that a configuration names, and itself.
fn named(config: &Path, settings: &Settings) -> Vec<PathBuf> {
    let mut files = vec![config.to_owned()];
    files.extend(settings.detect.rules.iter().map(PathBuf::from).filter(|path| path.exists()));
    files.extend(
        settings.job.iter().flat_map(|job| &job.rules).map(PathBuf::from).filter(|path| path.exists()),
    );
    files.extend(settings.lists.values().cloned());
    for tls in settings.source.iter().filter_map(|source| source.tls.as_ref()) {
        files.extend([tls.certificate.clone(), tls.key.clone()]);
        files.extend(tls.client_authorities.clone());
    }
    let forward = settings.forward.iter().filter_map(|forward| forward.tls.as_ref());
    files.extend(forward.flat_map(|tls| tls.paths()).map(Path::to_owned));
    let secrets = settings.source.iter().map(|source| &source.secret);
    for secret in secrets.chain(settings.deliver.iter().map(|delivery| &delivery.secret)) {
        if let Some(Secret::File(path)) = secret {
            files.push(path.clone());
        }
    }
    files
}

/// Puts the data of a copy at `data_dir`, which must not hold anything yet. What was copied back is compared with what the
/// manifest says before it gets that name.
pub fn restore(backup: &Path, manifest: &Manifest, data_dir: &Path) -> Result<()> {
    let is_free = match fs::read_dir(data_dir) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return Err(error.into()),
    };
    if !is_free {
        let help = "name a folder that is empty or does not exist; move the old one away first";
        return Err(Failure::usage_text(format!("{} holds something", data_dir.display()), help));
    }
    let temporary = beside(data_dir);
    let mut copying = Copying::into(&temporary)?;
    copying.part(&backup.join(DATA), Path::new(""))?;
    let wrong = manifest.compare(Path::new(DATA), &copying.files());
    if let Some(wrong) = wrong.first() {
        fs::remove_dir_all(&temporary)?;
        let help = "`campanile restore BACKUP --verify` names all that is wrong; take another backup";
        return Err(Failure::usage_text(format!("{} {}", wrong.file.display(), wrong.what), help));
    }
    if data_dir.exists() {
        fs::remove_dir(data_dir)?;
    }
    Ok(fs::rename(&temporary, data_dir)?)
}

/// Opens the journal, the lake, the originals and the state of a copy and reads them to the end.
pub async fn open(backup: &Path) -> Result<Contents> {
    let data = backup.join(DATA);
    state::check(&data)?;
    let lake = Lake::open_existing(&data.join("lake").display().to_string()).await;
    let stats = lake.map_err(failed("the lake of the backup cannot be read"))?.stats().await;
    let stats = stats.map_err(failed("the lake of the backup cannot be read"))?;
    let unreadable = "the journal of the backup cannot be read";
    let (mut last_seq, mut lost) = (0, 0);
    for read in Reader::open(Folder::at(&data.join("journal"))?, 1).map_err(failed(unreadable))? {
        match read.map_err(failed(unreadable))? {
            Read::Block(batches) => {
                let seqs = batches.iter().flat_map(|batch| batch.frames()).map(|frame| frame.seq);
                last_seq = seqs.max().unwrap_or(0).max(last_seq);
            }
            Read::Damage(damage) => lost += damage.seqs.end - damage.seqs.start,
        }
    }
    let originals = match data.join(KEYS).exists() {
        true => Some(evidence::verify(&data)?),
        false => None,
    };
    Ok(Contents { rows: stats.rows, last_seq, lost, originals })
}

/// A folder of that name that is being written.
fn beside(folder: &Path) -> PathBuf {
    let mut name = folder.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}
