//! The command line: one enum of commands, each command's arguments beside its code.
//!
//! Promises: every `--help` ends with an example; wrong usage exits with 2 and names what was meant.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use crate::commands::Command;
use crate::exit::Exit;
use crate::terminal::TerminalArgs;

const EXAMPLES: &str = "\
Examples:
  campanile demo                                   a fictional comune under attack, found
  campanile scan /var/log --report indagine.html   forensics over files
  campanile parse auth.log.gz                      one event per line
  campanile sql \"select class, count(*) from events group by 1\" /var/log

Exit codes: 0 done, 1 what you asked to fail on, 2 wrong usage or configuration,
3 some inputs could not be read (the rest was done), 4 internal.";

/// Log pipeline of the Italian comuni: keeps every line, reads it, rings when a service or a database is in danger.
#[derive(Debug, Parser)]
#[command(name = "campanile", version, after_help = EXAMPLES, max_term_width = 110)]
pub struct Cli {
    /// Flags every command has.
    #[command(flatten)]
    pub terminal: TerminalArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Reads the arguments; the error is the exit code, its text already shown.
pub fn parse(args: impl Iterator<Item = OsString>) -> Result<Cli, ExitCode> {
    Cli::try_parse_from(args).map_err(|error| {
        let shown = error.print();
        match (error.use_stderr(), shown) {
            (true, _) => Exit::Usage.into(),
            // `campanile --help | head` closes the pipe: no fault.
            (false, _) => Exit::Done.into(),
        }
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn each_command(command: &clap::Command, path: &str, visit: &mut dyn FnMut(&str, &clap::Command)) {
        visit(path, command);
        for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
            each_command(sub, &format!("{path} {}", sub.get_name()), visit);
        }
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_and_argument_has_help_and_every_command_an_example() {
        each_command(&Cli::command(), "campanile", &mut |path, command| {
            let example = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(example.contains("campanile "), "{path} has no example");
            assert!(command.get_about().is_some() || path == "campanile", "{path} says nothing about itself");
            for argument in command.get_arguments().filter(|argument| argument.get_id() != "help") {
                assert!(argument.get_help().is_some(), "{path}: {} has no help", argument.get_id());
            }
        });
    }
}
