//! `campanile backup`: a copy of all that a service keeps, taken while it runs.

use std::path::PathBuf;

use crate::backup;
use crate::config;
use crate::exit::{Exit, Result};
use crate::moment;
use crate::terminal::Terminal;

/// Arguments of `backup`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  campanile backup -c campanile.toml --to /mnt/backup/$(date +%F)

Journal, lake, originals, windows, alerts and verdicts, and the files that the configuration names, keys among them: keep it as you keep those.")]
pub struct BackupArgs {
    /// The service's configuration.
    #[arg(long, short, value_name = "FILE", default_value = "campanile.toml")]
    config: PathBuf,
    /// Folder to make.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

/// Backs up.
pub fn run(args: &BackupArgs, terminal: &Terminal) -> Result<Exit> {
    let settings = config::settings(&args.config)?;
    if settings.lake.url != "data_dir" {
        terminal.note(format!("the lake at {} is not in the backup: copy it as well", settings.lake.url));
    }
    let manifest = backup::take(&args.config, &settings, &args.to, moment::now_us())?;
    terminal.note(format!(
        "{} files, {} bytes: {}",
        manifest.files.len(),
        manifest.bytes(),
        args.to.display()
    ));
    Ok(Exit::Done)
}
