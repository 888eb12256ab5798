//! `campanile rules backtest`: what rules would have said of past days, and what with other values of their parameters.
//!
//! All trials run in one engine and in one pass over the events.

mod rows;
mod trials;

use arrow::array::AsArray;
use arrow::datatypes::TimestampMicrosecondType;
use detect::Context;
use futures::TryStreamExt;
use tokio_util::sync::CancellationToken;

use self::trials::Trials;
use super::OptionalWordsArgs;
use super::selection::Selection;
use crate::commands::lake;
use crate::commands::past::{Past, PastArgs};
use crate::detections::loading::{Loaded, tell_faults};
use crate::detections::running::{self, Scanned};
use crate::diagnostics::sentence;
use crate::exit::{Exit, Failure, Result};
use crate::jobs::{Span, lake_scan};
use crate::language::Language;
use crate::moment::{DAY_US, day_of};
use crate::output::{self, OutputArgs};
use crate::progress::Progress;
use crate::query::{self, Tables};
use crate::reading::Reading;
use crate::terminal::Terminal;

/// Most days that can be told apart.
pub const DAYS_MAX: i64 = detect::engine::DAYS_MAX as i64;

/// Arguments of `rules backtest`.
#[derive(Debug, clap::Args)]
pub struct BacktestArgs {
    #[command(flatten)]
    rules: OptionalWordsArgs,
    /// The last so many days: of log files those with events, of a lake back from its last event.
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=DAYS_MAX))]
    days: u32,
    /// What another value of a parameter would have done; may be repeated, all together are one trial
    /// [default: values near each number, of the rules that are named].
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
    #[command(flatten)]
    past: PastArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Runs the rules and their trials over the past.
pub fn run(args: &BacktestArgs, terminal: &Terminal) -> Result<Exit> {
    let are_named = !args.rules.words.is_empty();
    let selection = Selection::of(&args.rules.words)?;
    let (chains, rules): (Vec<_>, Vec<_>) =
        selection.rules.into_iter().partition(|rule| rule.chain.is_some());
    if rules.is_empty() && selection.sigma.rules().is_empty() && !chains.is_empty() {
        let help = "`campanile scan` runs it with them";
        return Err(Failure::usage_text("a chain looks at the alerts of other rules", help));
    }
    let trials = Trials::of(rules, &args.set, are_named)?;
    let sigma: Vec<String> = selection.sigma.rules().iter().map(|rule| rule.id.clone()).collect();
    let mut loaded = Loaded::of(trials.rules(), selection.sigma);
    let mut scanned = match args.past.find()? {
        Past::Lake(location) => over_lake(&location, args, &mut loaded)?,
        Past::Logs(reading) => over_logs(&reading, &mut loaded, terminal)?,
    };
    scanned.books.tell(terminal);
    if scanned.findings.events == 0 {
        let help = "name a lake or logs that hold some";
        return Err(Failure::usage_text("there are no events to run the rules over", help));
    }
    let mut faults = selection.faults;
    faults.append(&mut scanned.faults);
    // Each trial of a rule has the faults of the rule.
    faults.dedup_by_key(|fault| sentence(fault));
    let are_broken = !faults.is_empty();
    let outcome = rows::Outcome::of(&scanned, args.days);
    output::write_all(args.output.format(terminal), &outcome.rows(&trials, &sigma)?, terminal)?;
    tell_faults(faults, terminal);
    terminal.note(outcome.told(chains.len(), Language::of_environment()));
    Ok(if args.past.settings.strict && are_broken {
        Exit::Asked
    } else {
        scanned.books.exit(args.past.settings.strict)
    })
}

fn over_logs(reading: &Reading, loaded: &mut Loaded, terminal: &Terminal) -> Result<Scanned> {
    let progress = Progress::new(terminal, reading.total_bytes());
    running::scan(reading, loaded, &reading.town, None, &progress, None)
}

/// The days count back from the last event that was received: a lake that is not fed any more has a past too.
fn over_lake(location: &str, args: &BacktestArgs, loaded: &mut Loaded) -> Result<Scanned> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let tables = lake::tables(location).await?;
        let town = args.past.settings.town()?;
        let span = last_days(&tables, &town, args.days).await?;
        let mut scanned = lake_scan::scan(&tables, loaded, &town, span, &CancellationToken::new()).await?;
        // Of the days before, which windows reach back into, alerts are not counted.
        scanned.findings.days.retain(|day| *day >= day_of(span.from_us));
        Ok(scanned)
    })
}

/// The last so many days of a lake.
pub async fn last_days(tables: &Tables, town: &Context, days: u32) -> Result<Span> {
    let last_us = last_received_us(tables, town).await?;
    let first_day = i64::from(day_of(last_us)) + 1 - i64::from(days);
    Ok(Span { from_us: first_day * DAY_US, upto_us: last_us.saturating_add(1) })
}

/// When the last event was received, µs since 1970 UTC; 0 when there is none.
async fn last_received_us(tables: &Tables, town: &Context) -> Result<i64> {
    let text = "SELECT max(event_ingested) FROM events";
    let stream = query::start(text, tables, town, 1).await?;
    let rows: Vec<_> = stream.try_collect().await.map_err(|error| query::failure(text, &error))?;
    let last = rows.first().and_then(|rows| rows.columns().first()).and_then(|last| {
        last.as_primitive_opt::<TimestampMicrosecondType>().and_then(|last| last.iter().next().flatten())
    });
    Ok(last.unwrap_or(0))
}
