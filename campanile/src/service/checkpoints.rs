//! The windows of the detections on the disk, each file named by the journal position it stands for.
//!
//! Promises: a file is whole or absent; the one before is kept until the next is durable. Must not know: what windows hold.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use detect::Live;
use storage::kill_point;

use crate::exit::{Result, failed};

const PREFIX: &str = "windows-";
const TEMPORARY: &str = "windows.new";

/// Where windows are saved.
#[derive(Debug)]
pub struct Checkpoints {
    folder: PathBuf,
    /// The position of the newest file; without one, of what the journal has forgotten.
    pub saved_upto: u64,
}

impl Checkpoints {
    /// Restores the newest windows that can be read. Without any, detection starts with all that is not forgotten: nothing is before
    /// the first save, however much of it the lake has.
    pub fn restore(folder: &Path, live: &mut Live, forgotten_upto: u64) -> Result<Checkpoints> {
        fs::create_dir_all(folder)?;
        let mut checkpoints = Checkpoints { folder: folder.to_owned(), saved_upto: forgotten_upto };
        for upto in checkpoints.positions()?.into_iter().rev() {
            if checkpoints.load(live, upto)? {
                checkpoints.saved_upto = upto;
                break;
            }
        }
        Ok(checkpoints)
    }

    /// Hands the windows of one engine to another: rules that both have go on as if nothing had happened. `worked_upto`: the
    /// position at which the first one stands, unless what it restored stands further on.
    pub fn hand_over(&mut self, from: &mut Live, to: &mut Live, worked_upto: u64) -> Result<()> {
        let upto = self.saved_upto.max(worked_upto);
        self.save(from, upto)?;
        self.load(to, upto).map(drop)
    }

    /// False when the windows at that position cannot be read.
    fn load(&self, live: &mut Live, upto: u64) -> Result<bool> {
        let mut file = BufReader::new(File::open(self.path(upto))?);
        let restored = live.restore(&mut file);
        if let Err(error) = &restored {
            tracing::error!(upto, %error, "saved windows are given up");
        }
        Ok(restored.is_ok())
    }

    /// Saves the windows as they are behind `upto`.
    pub fn save(&mut self, live: &mut Live, upto: u64) -> Result<()> {
        let temporary = self.folder.join(TEMPORARY);
        let mut file = BufWriter::new(File::create(&temporary)?);
        live.save(&mut file).map_err(failed("the detections' windows cannot be saved"))?;
        file.flush()?;
        file.get_ref().sync_all()?;
        kill_point::pass("windows.written");
        fs::rename(&temporary, self.path(upto))?;
        File::open(&self.folder)?.sync_all()?;
        self.saved_upto = upto;
        for older in self.positions()?.into_iter().filter(|position| *position != upto) {
            fs::remove_file(self.path(older))?;
        }
        Ok(())
    }

    /// Positions of the files, in order.
    fn positions(&self) -> io::Result<Vec<u64>> {
        let mut positions = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            let position: Option<u64> =
                name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.parse().ok());
            positions.extend(position);
        }
        positions.sort_unstable();
        Ok(positions)
    }

    fn path(&self, upto: u64) -> PathBuf {
        self.folder.join(format!("{PREFIX}{upto}"))
    }
}
