//! `campanile lists`: what detections know about the town.

mod import;
mod learn;
mod show;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use detect::pack;
use detect::rule::WhenEmpty;

use super::past::PastArgs;
use crate::config::Settings;
use crate::exit::{Exit, Failure, Result};
use crate::output::OutputArgs;
use crate::suggest;
use crate::terminal::Terminal;

/// Arguments of `lists`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile lists show -c campanile.toml
  campanile lists learn admins -c campanile.toml > admins.csv
  campanile lists import admins admins.csv -c campanile.toml")]
pub struct ListsArgs {
    #[command(subcommand)]
    command: ListsCommand,
}

#[derive(Debug, clap::Subcommand)]
enum ListsCommand {
    /// Every list that is configured or asked for; of one, what stands on it and for how long.
    #[command(
        after_help = "Examples:\n  campanile lists show\n  campanile lists show suppliers -c campanile.toml"
    )]
    Show(ShowArgs),
    /// Add the rows of a CSV file to a list: all of them, or none when one is wrong.
    #[command(after_help = "Example:\n  campanile lists import suppliers new-contract.csv -c campanile.toml")]
    Import(ImportArgs),
    /// Propose what could stand on a list, as CSV to be read and edited; nothing is put in force.
    #[command(after_help = LEARN_EXAMPLES)]
    Learn(LearnArgs),
}

const LEARN_EXAMPLES: &str = "\
Examples:
  campanile lists learn service_accounts -c campanile.toml --days 30 > service_accounts.csv
  campanile lists learn known_destinations --logs /var/log/firewall > known_destinations.csv";

#[derive(Debug, clap::Args)]
struct ShowArgs {
    /// The list [default: all, with their files and who asks for them].
    name: Option<String>,
    /// The service's configuration.
    #[arg(long, short, value_name = "FILE", default_value = "campanile.toml")]
    config: PathBuf,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, clap::Args)]
struct ImportArgs {
    /// The list.
    name: String,
    /// CSV with a header line: value, and valid_from, valid_until where wanted; other columns are for people.
    file: PathBuf,
    /// The service's configuration.
    #[arg(long, short, value_name = "FILE", default_value = "campanile.toml")]
    config: PathBuf,
}

#[derive(Debug, clap::Args)]
struct LearnArgs {
    /// The list.
    name: String,
    /// The last so many days on which there are events.
    #[arg(long, value_name = "N", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3660))]
    days: u32,
    #[command(flatten)]
    past: PastArgs,
}

/// Runs a subcommand.
pub fn run(args: &ListsArgs, terminal: &Terminal) -> Result<Exit> {
    match &args.command {
        ListsCommand::Show(show) => show::run(show, terminal),
        ListsCommand::Import(import) => import::run(import, terminal),
        ListsCommand::Learn(learn) => learn::run(learn, terminal),
    }
}

/// The lists that rules in the binary ask for: which rules, and what they do without.
fn asked() -> BTreeMap<String, Vec<(String, WhenEmpty)>> {
    let mut asked: BTreeMap<String, Vec<(String, WhenEmpty)>> = BTreeMap::new();
    for rule in pack::builtin().0 {
        for (list, when_empty) in rule.lists {
            asked.entry(list).or_default().push((rule.id.clone(), when_empty));
        }
    }
    asked
}

/// Wrong usage: there is no list of that name.
fn unknown(name: &str, settings: Option<&Settings>) -> Failure {
    let mut known: BTreeSet<String> = asked().into_keys().collect();
    known.extend(settings.into_iter().flat_map(|settings| settings.lists.keys().cloned()));
    let help = suggest::hint(name, known.iter().map(String::as_str));
    Failure::usage_text(format!("there is no list `{name}`"), help)
}
