//! `campanile config`: check, show, schema, init.

use std::io::Write;
use std::path::PathBuf;

use miette::Report;

use crate::config::{self, Checked, Settings};
use crate::detections::loading;
use crate::exit::{Exit, Failure, Result};
use crate::terminal::Terminal;
use crate::{service, town};

/// Arguments of `config`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile config init > campanile.toml
  campanile config check -c campanile.toml
  campanile config show -c campanile.toml")]
pub struct ConfigArgs {
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Debug, clap::Subcommand)]
enum ConfigCommand {
    /// Say all that is wrong with a configuration, with line, column and mend.
    #[command(after_help = "Example:\n  campanile config check -c /etc/campanile/campanile.toml")]
    Check(FileArgs),
    /// Print the effective configuration, each value with where it comes from.
    #[command(after_help = "Example:\n  campanile config show -c /etc/campanile/campanile.toml")]
    Show(FileArgs),
    /// Print the JSON Schema of the file, for editors.
    #[command(after_help = "Example:\n  campanile config schema > campanile.schema.json")]
    Schema,
    /// Write a commented configuration to start from.
    #[command(
        after_help = "Examples:\n  campanile config init > campanile.toml\n  campanile config init campanile.toml"
    )]
    Init(InitArgs),
}

#[derive(Debug, clap::Args)]
struct FileArgs {
    /// The configuration.
    #[arg(long, short, value_name = "FILE", default_value = "campanile.toml")]
    config: PathBuf,
}

#[derive(Debug, clap::Args)]
struct InitArgs {
    /// File to write; standard output when none is named. An existing file is left alone.
    file: Option<PathBuf>,
}

/// Runs a subcommand.
pub fn run(args: &ConfigArgs, terminal: &Terminal) -> Result<Exit> {
    match &args.command {
        ConfigCommand::Check(file) => {
            let checked = config::load(&file.config)?;
            if checked.faults.is_empty() {
                if let Some(settings) = &checked.settings {
                    service::parsers(settings, Err)?;
                    if !settings.detect.parameters.is_empty() {
                        loading::configured(settings)?;
                    }
                }
                checked.settings.as_ref().into_iter().for_each(|settings| note_tenants(settings, terminal));
                terminal.note(format!("{}: nothing wrong", file.config.display()));
                return Ok(Exit::Done);
            }
            told(checked, terminal)
        }
        ConfigCommand::Show(file) => {
            let checked = config::load(&file.config)?;
            let Some(settings) = checked.settings.as_ref().filter(|_| checked.faults.is_empty()) else {
                return told(checked, terminal);
            };
            print(
                &config::with_origins(settings, &file.config.display().to_string(), &checked.text)?,
                terminal,
            )
        }
        ConfigCommand::Schema => print(&format!("{:#}\n", config::json_schema()), terminal),
        ConfigCommand::Init(init) => match &init.file {
            None => print(config::STARTER, terminal),
            Some(path) => write_new(path, terminal),
        },
    }
}

/// Several tenants share what detections know of a town.
fn note_tenants(settings: &Settings, terminal: &Terminal) {
    if settings.tenant.len() > 1 {
        let whose = match town::tenant(settings) {
            Some(_) => "the zone and the days off of [tenant.default]",
            None => "Europe/Rome and no days off of their own, for none is named `default`",
        };
        terminal.note(format!("detections and jobs go by one set of lists for all tenants, {whose}"));
    }
}

/// Tells the faults.
fn told(checked: Checked, terminal: &Terminal) -> Result<Exit> {
    for fault in checked.faults {
        terminal.report(Report::new(fault).as_ref());
    }
    Ok(Exit::Usage)
}

fn print(text: &str, terminal: &Terminal) -> Result<Exit> {
    let mut out = terminal.out();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(Exit::Done)
}

fn write_new(path: &PathBuf, terminal: &Terminal) -> Result<Exit> {
    let written =
        std::fs::File::create_new(path).and_then(|mut file| file.write_all(config::STARTER.as_bytes()));
    written.map_err(|error| {
        Failure::usage_text(
            format!("cannot write {}: {error}", path.display()),
            "name a file that does not exist yet, in a folder you may write to",
        )
    })?;
    terminal.note(format!("wrote {}", path.display()));
    Ok(Exit::Done)
}
