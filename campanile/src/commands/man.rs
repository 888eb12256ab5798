//! `campanile man`: manual pages from the same definitions as `--help`.

use std::io::Write;
use std::path::PathBuf;

use clap::CommandFactory;

use crate::exit::{Exit, Failure, Result};
use crate::terminal::Terminal;

/// Arguments of `man`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile man | man -l -
  campanile man --out /usr/local/share/man/man1")]
pub struct ManArgs {
    /// Folder to write one page a command to, instead of the main page to standard output.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Writes the pages.
pub fn run(args: &ManArgs, terminal: &Terminal) -> Result<Exit> {
    let command = crate::cli::Cli::command();
    match &args.out {
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page)?;
            let mut out = terminal.out();
            out.write_all(&page)?;
            out.flush()?;
        }
        Some(folder) => {
            let failure = |error: std::io::Error| {
                Failure::usage_text(
                    format!("cannot write manual pages to {}: {error}", folder.display()),
                    "name a folder you may write to",
                )
            };
            std::fs::create_dir_all(folder).map_err(failure)?;
            clap_mangen::generate_to(command, folder).map_err(failure)?;
        }
    }
    Ok(Exit::Done)
}
