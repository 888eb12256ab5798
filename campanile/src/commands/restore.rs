//! `campanile restore`: a backup looked at, and put where a service can go on from it.

use std::path::PathBuf;

use crate::backup::{self, Manifest};
use crate::exit::{Exit, Failure, Result};
use crate::terminal::Terminal;

/// Arguments of `restore`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile restore /mnt/backup/2026-03-16 --verify
  campanile restore /mnt/backup/2026-03-16 --to /var/lib/campanile

The configuration and the files it names are in the folder `configuration` of the backup, each at its own path: copy those
you need by hand. Exit codes: 0 done, 1 the backup is not what was copied.")]
pub struct RestoreArgs {
    /// The backup.
    #[arg(value_name = "BACKUP")]
    backup: PathBuf,
    /// The data_dir to fill: a folder that is empty or not there.
    #[arg(long, value_name = "DIR", required_unless_present = "verify")]
    to: Option<PathBuf>,
    /// Compare every file with what was copied, and read journal, lake, originals and state to their end. Without --to nothing is written.
    #[arg(long)]
    verify: bool,
}

/// Restores.
pub fn run(args: &RestoreArgs, terminal: &Terminal) -> Result<Exit> {
    let manifest = Manifest::read(&args.backup)?;
    if args.verify {
        let wrong = manifest.check(&args.backup)?;
        for file in &wrong {
            terminal.error_text(&format!("{} {}", file.file.display(), file.what));
        }
        if !wrong.is_empty() {
            return Ok(Exit::Asked);
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let contents = runtime.block_on(backup::open(&args.backup))?;
        terminal.note(format!(
            "{} files are what was copied; the lake has {} events, the journal goes up to seq {}",
            manifest.files.len(),
            contents.rows,
            contents.last_seq
        ));
        for fault in contents.originals.iter().flat_map(|originals| &originals.faults) {
            terminal.error_text(&fault.to_string());
        }
        if contents.originals.is_some_and(|originals| !originals.faults.is_empty()) {
            return Ok(Exit::Asked);
        }
        if contents.lost > 0 {
            return Err(Failure::internal(format!(
                "the journal of the backup lacks {} frames",
                contents.lost
            )));
        }
    }
    if let Some(to) = &args.to {
        backup::restore(&args.backup, &manifest, to)?;
        terminal.note(format!("restored to {}: name it as data_dir", to.display()));
    }
    Ok(Exit::Done)
}
