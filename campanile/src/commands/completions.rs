//! `campanile completions SHELL`.

use std::io::Write;

use clap::CommandFactory;

use crate::exit::{Exit, Result};
use crate::terminal::Terminal;

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile completions bash > /etc/bash_completion.d/campanile
  campanile completions zsh > ~/.zfunc/_campanile")]
pub struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

/// Writes the script.
pub fn run(args: &CompletionsArgs, terminal: &Terminal) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::cli::Cli::command(), "campanile", &mut script);
    let mut out = terminal.out();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Exit::Done)
}
