//! `campanile jobs`: scheduled forensics, listed, run by hand, looked back at.

use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray, TimestampMicrosecondArray};
use arrow::record_batch::RecordBatch;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::lake;
use crate::config::{self, Job, Settings};
use crate::detections::alert_rows;
use crate::exit::{Exit, Failure, Result};
use crate::jobs::{Cron, HISTORY_FILE, History, REPORTS_FOLDER, Run, Span, Work};
use crate::language::counted;
use crate::output::{self, OutputArgs};
use crate::query::Tables;
use crate::terminal::Terminal;
use crate::{moment, suggest, town};

/// Arguments of `jobs`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile jobs list -c campanile.toml
  campanile jobs run nightly-hunt -c campanile.toml
  campanile jobs history -c campanile.toml

The service runs them when they are due; what it finds is told like any alert.")]
pub struct JobsArgs {
    #[command(subcommand)]
    command: JobsCommand,
}

#[derive(Debug, clap::Subcommand)]
enum JobsCommand {
    /// The jobs of the configuration, when each is due and what its last run came to.
    #[command(after_help = "Example:\n  campanile jobs list -c /etc/campanile/campanile.toml")]
    List(FileArgs),
    /// Run a job now over what is in the lake; its alerts are shown and told to nobody.
    #[command(after_help = "Example:\n  campanile jobs run nightly-hunt -c /etc/campanile/campanile.toml")]
    Run(RunArgs),
    /// What ran, and what came of it.
    #[command(after_help = "Example:\n  campanile jobs history -c /etc/campanile/campanile.toml")]
    History(FileArgs),
}

#[derive(Debug, clap::Args)]
struct FileArgs {
    /// The service's configuration.
    #[arg(long, short, value_name = "FILE", default_value = "campanile.toml")]
    config: PathBuf,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, clap::Args)]
struct RunArgs {
    /// The job.
    name: String,
    #[command(flatten)]
    file: FileArgs,
}

/// Runs a subcommand.
pub fn run(args: &JobsArgs, terminal: &Terminal) -> Result<Exit> {
    match &args.command {
        JobsCommand::List(file) => {
            let settings = config::settings(&file.config)?;
            let rows = listed(&settings, &history(&settings).read()?)?;
            output::write_all(file.output.format(terminal), &rows, terminal)?;
        }
        JobsCommand::History(file) => {
            let settings = config::settings(&file.config)?;
            let rows = past(&history(&settings).read()?)?;
            output::write_all(file.output.format(terminal), &rows, terminal)?;
        }
        JobsCommand::Run(run) => {
            let settings = config::settings(&run.file.config)?;
            let job = settings.job.iter().find(|job| job.name == run.name).ok_or_else(|| {
                let known = settings.job.iter().map(|job| job.name.as_str());
                Failure::usage_text(format!("unknown job `{}`", run.name), suggest::hint(&run.name, known))
            })?;
            by_hand(job, &settings, &run.file.output, terminal)?;
        }
    }
    Ok(Exit::Done)
}

fn history(settings: &Settings) -> History {
    History::at(settings.data_dir.join(HISTORY_FILE))
}

/// Runs a job over what was received up to now.
fn by_hand(job: &Job, settings: &Settings, output: &OutputArgs, terminal: &Terminal) -> Result<()> {
    let started_us = moment::now_us();
    let span = Span { from_us: started_us.saturating_sub(job.since_us()), upto_us: started_us };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(async {
        let lake = lake::open(&settings.lake_location()).await?;
        let tables = Tables::of_service(lake.events(), &settings.data_dir)?;
        let (reports, stop) = (settings.data_dir.join(REPORTS_FOLDER), CancellationToken::new());
        let work = Work { tables: &tables, settings, reports: &reports, stop: &stop };
        work.run(job, span).await
    })?;
    output::write_all(output.format(terminal), &alert_rows::alerts(&done.alerts)?, terminal)?;
    for file in &done.files {
        terminal.note(format!("{} rows: {}", done.rows, file.display()));
    }
    let run = Run {
        job: job.name.clone(),
        scheduled_us: None,
        from_us: span.from_us,
        upto_us: span.upto_us,
        started_us,
        ended_us: moment::now_us(),
        alerts: done.alerts.len() as u64,
        rows: done.rows,
        files: done.files,
        error: None,
    };
    Ok(history(settings).add(&run)?)
}

fn listed(settings: &Settings, runs: &[Run]) -> Result<RecordBatch> {
    let zone = town::tenant(settings).map_or("UTC", |tenant| tenant.timezone.as_str());
    let zone = moment::time_zone(zone)?;
    let jobs = &settings.job;
    let last = |job: &Job| runs.iter().rev().find(|run| run.job == job.name);
    let next = |job: &Job| {
        let cron = Cron::read(&job.schedule).ok()?;
        Some(cron.next_after(Timestamp::from_microsecond(moment::now_us()).ok()?, &zone)?.as_microsecond())
    };
    let outcome = |job: &Job| last(job).map(outcome);
    Ok(RecordBatch::try_from_iter_with_nullable([
        ("job", texts(jobs.iter().map(|job| Some(job.name.clone()))), false),
        ("schedule", texts(jobs.iter().map(|job| Some(job.schedule.clone()))), false),
        ("run", texts(jobs.iter().map(|job| Some(job.run.name().to_owned()))), false),
        ("next", times(jobs.iter().map(next)), true),
        ("last", times(jobs.iter().map(|job| last(job).map(|run| run.started_us))), true),
        ("outcome", texts(jobs.iter().map(outcome)), true),
    ])?)
}

fn past(runs: &[Run]) -> Result<RecordBatch> {
    let numbers = |number: &dyn Fn(&Run) -> u64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(runs.iter().map(|run| number(run) as i64)))
    };
    let files = |run: &Run| {
        let files: Vec<String> = run.files.iter().map(|file| file.display().to_string()).collect();
        files.join(" ")
    };
    Ok(RecordBatch::try_from_iter_with_nullable([
        ("job", texts(runs.iter().map(|run| Some(run.job.clone()))), false),
        ("scheduled", times(runs.iter().map(|run| run.scheduled_us)), true),
        ("started", times(runs.iter().map(|run| Some(run.started_us))), true),
        ("ended", times(runs.iter().map(|run| Some(run.ended_us))), true),
        ("from", times(runs.iter().map(|run| Some(run.from_us))), true),
        ("upto", times(runs.iter().map(|run| Some(run.upto_us))), true),
        ("alerts", numbers(&|run| run.alerts), false),
        ("rows", numbers(&|run| run.rows), false),
        ("outcome", texts(runs.iter().map(|run| Some(outcome(run)))), false),
        ("files", texts(runs.iter().map(|run| Some(files(run)))), false),
    ])?)
}

fn outcome(run: &Run) -> String {
    let found =
        || format!("{}, {}", counted(run.alerts, "alert", "alerts"), counted(run.rows, "row", "rows"));
    run.error.clone().unwrap_or_else(found)
}

fn texts(texts: impl Iterator<Item = Option<String>>) -> ArrayRef {
    Arc::new(texts.collect::<StringArray>())
}

fn times(times: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(times.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
}
