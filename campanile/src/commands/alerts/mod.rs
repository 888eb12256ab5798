//! `campanile alerts`: what a service told, and what people say of it.

mod judge;
mod list;
mod show;

use std::collections::BTreeMap;
use std::path::PathBuf;

use access::delivery::ToldAlert;
use jiff::tz::TimeZone;

use crate::config::Settings;
use crate::detections::alert_rows::entities_shown;
use crate::exit::{Exit, Failure, Result};
use crate::output::OutputArgs;
use crate::terminal::{Terminal, printable};
use crate::told::Told;
use crate::{moment, suggest, town};

/// Alerts that are named where several could be meant.
const NAMED_MAX: usize = 5;

/// Arguments of `alerts`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile alerts list --unjudged --since 7d -c campanile.toml
  campanile alerts show 9f2c -c campanile.toml
  campanile alerts judge 9f2c --verdict false --note \"the supplier's scan\" -c campanile.toml

A verdict is in force at once, whether the service runs or not; SQL shows it in the table `alerts`.")]
pub struct AlertsArgs {
    #[command(subcommand)]
    command: AlertsCommand,
}

#[derive(Debug, clap::Subcommand)]
enum AlertsCommand {
    /// The alerts that hold, the earliest told first, each with its verdict.
    #[command(
        after_help = "Example:\n  campanile alerts list --unjudged --since 7d -c /etc/campanile/campanile.toml"
    )]
    List(list::ListArgs),
    /// An alert: who, when, which lines, and every verdict that was given on it.
    #[command(after_help = "Example:\n  campanile alerts show 9f2c -c /etc/campanile/campanile.toml")]
    Show(show::ShowArgs),
    /// Say of alerts whether they were right.
    #[command(after_help = judge::EXAMPLES)]
    Judge(judge::JudgeArgs),
}

#[derive(Debug, clap::Args)]
struct FileArgs {
    /// The service's configuration.
    #[arg(long, short, value_name = "FILE", default_value = "campanile.toml")]
    config: PathBuf,
    #[command(flatten)]
    output: OutputArgs,
}

/// Runs a subcommand.
pub fn run(args: &AlertsArgs, terminal: &Terminal) -> Result<Exit> {
    match &args.command {
        AlertsCommand::List(list) => list::run(list, terminal),
        AlertsCommand::Show(show) => show::run(show, terminal),
        AlertsCommand::Judge(judge) => judge::run(judge, terminal),
    }
}

/// The zone in which people read times.
fn zone(settings: &Settings) -> Result<TimeZone> {
    moment::time_zone(town::tenant(settings).map_or("Europe/Rome", |tenant| tenant.timezone.as_str()))
}

/// The alert that a word names: its id, or how one alone begins. Of one that another has taken the place of, that other.
fn named<'t>(told: &'t Told, word: &str) -> Result<&'t ToldAlert> {
    let id = word.to_ascii_lowercase();
    if let Some(now) = told.now(&id) {
        return Ok(now);
    }
    let ids = told.alerts.iter().map(|told| told.alert.id.as_str());
    let meant =
        ids.filter(|known| !id.is_empty() && known.starts_with(&id)).filter_map(|known| told.now(known));
    let meant: BTreeMap<&str, &ToldAlert> = meant.map(|told| (told.alert.id.as_str(), told)).collect();
    let meant: Vec<&ToldAlert> = meant.into_values().collect();
    match meant.as_slice() {
        [one] => return Ok(one),
        [] => {}
        several => {
            let message = format!("{} alerts begin with `{word}`", several.len());
            return Err(Failure::usage_text(message, format!("write more of it: {}", some_of(several))));
        }
    }
    let of_rule: Vec<&ToldAlert> =
        told.holding().filter(|told| told.alert.rule_id.eq_ignore_ascii_case(word)).collect();
    if !of_rule.is_empty() {
        let help = format!("name one of its {} alerts: {}", of_rule.len(), some_of(&of_rule));
        return Err(Failure::usage_text(format!("`{word}` is a rule"), help));
    }
    let help = match suggest::nearest(word, told.alerts.iter().map(|told| told.alert.id.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`campanile alerts list` lists them".to_owned(),
    };
    Err(Failure::usage_text(format!("there is no alert `{word}`"), help))
}

/// The latest of them, in words.
fn some_of(alerts: &[&ToldAlert]) -> String {
    let named: Vec<String> = alerts.iter().rev().take(NAMED_MAX).map(|told| words(told)).collect();
    named.join("; ") + if alerts.len() > NAMED_MAX { "; …" } else { "" }
}

/// An alert in a few words.
fn words(told: &ToldAlert) -> String {
    let alert = &told.alert;
    let words = format!("{} ({} {})", alert.id, alert.rule_id, entities_shown(alert));
    printable(&words, false).into_owned()
}
