//! `campanile status`: how a running service is doing, its books source by source.

mod picture;
mod watch;

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{ArrayRef, Int64Array, StringArray, TimestampMicrosecondArray};
use arrow::record_batch::RecordBatch;

use super::asking::{Service, ServiceArgs};
use crate::exit::{Exit, Failure, Result};
use crate::language::counted;
use crate::moment;
use crate::output::{self, OutputArgs, OutputFormat};
use crate::service::status::{LearningStatus, SourceStatus, Status, WorkStatus};
use crate::terminal::Terminal;

/// Sources named that rules learn about.
const LEARNING_NAMED_MAX: usize = 3;
/// How often it is asked anew.
const WATCH_INTERVAL: Duration = Duration::from_secs(1);

/// Arguments of `status`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile status
  campanile status -c campanile.toml --watch
  campanile status --output json
  campanile status --watch --output ndjson >> books.ndjson

Exit codes: 0 the books of every source close, 1 some do not or the disk lost frames.")]
pub struct StatusArgs {
    #[command(flatten)]
    service: ServiceArgs,
    /// Show it anew every second, until q or Ctrl-C; without a terminal, a table or a JSON object each second.
    #[arg(long)]
    watch: bool,
    #[command(flatten)]
    output: OutputArgs,
}

/// Shows.
pub fn run(args: &StatusArgs, terminal: &Terminal) -> Result<Exit> {
    let service = args.service.service()?;
    let format = args.output.format(terminal);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let status = service.status().await?;
        if !args.watch {
            show(&status, format, terminal)?;
            return Ok(if closes(&status) { Exit::Done } else { Exit::Asked });
        }
        match format {
            OutputFormat::Table if terminal.stdout_is_screen() => {
                watch::run(&service, status, terminal).await?
            }
            OutputFormat::Table | OutputFormat::Json | OutputFormat::Ndjson => {
                show_again_and_again(&service, status, format, terminal).await?;
            }
            _ => {
                let help = "leave --output out, or use --output ndjson; without --watch every output works";
                return Err(Failure::usage_text("--watch shows a table or JSON objects, nothing else", help));
            }
        }
        Ok(Exit::Done)
    })
}

/// One after the other, for whoever reads them; ends with an error when the service does.
async fn show_again_and_again(
    service: &Service,
    mut status: Status,
    format: OutputFormat,
    terminal: &Terminal,
) -> Result<()> {
    loop {
        show(&status, format, terminal)?;
        tokio::time::sleep(WATCH_INTERVAL).await;
        status = service.status().await?;
    }
}

/// True when no source received more than became of it, and the disk lost nothing.
fn closes(status: &Status) -> bool {
    status.journal.lost == 0 && status.sources.iter().all(source_closes)
}

fn source_closes(source: &SourceStatus) -> bool {
    let refused: u64 = source.refused.values().sum();
    let became = i128::from(source.stored) + i128::from(refused) + i128::from(source.under_way);
    source.under_way >= 0 && became == i128::from(source.received)
}

fn show(status: &Status, format: OutputFormat, terminal: &Terminal) -> Result<()> {
    let mut out = terminal.out();
    match format {
        OutputFormat::Json | OutputFormat::Ndjson => {
            let text = serde_json::to_string(status)
                .map_err(|error| Failure::internal(format!("the status cannot be written: {error}")))?;
            writeln!(out, "{text}")?;
            out.flush()?;
        }
        OutputFormat::Table => {
            output::write_all(format, &rows(&status.sources)?, terminal)?;
            writeln!(out, "{}", sentence(status))?;
            out.flush()?;
        }
        _ => output::write_all(format, &rows(&status.sources)?, terminal)?,
    }
    Ok(())
}

fn rows(sources: &[SourceStatus]) -> Result<RecordBatch> {
    let texts = |text: &dyn Fn(&SourceStatus) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(sources.iter().map(text)))
    };
    let numbers = |number: &dyn Fn(&SourceStatus) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(sources.iter().map(number)))
    };
    let seen = sources.iter().map(|source| (source.last_received_us > 0).then_some(source.last_received_us));
    let seen: TimestampMicrosecondArray = seen.collect();
    Ok(RecordBatch::try_from_iter_with_nullable([
        ("source", texts(&|source| source.source.clone()), false),
        ("tenant", texts(&|source| source.tenant.clone()), false),
        ("address", texts(&|source| source.address.clone()), false),
        ("received", numbers(&|source| source.received as i64), false),
        ("stored", numbers(&|source| source.stored as i64), false),
        ("refused", texts(&reasons), false),
        ("under_way", numbers(&|source| source.under_way), false),
        ("connections", numbers(&|source| source.connections as i64), false),
        ("last_seen", Arc::new(seen.with_timezone("UTC")) as ArrayRef, true),
    ])?)
}

/// `12 rate, 3 peer`.
fn reasons(source: &SourceStatus) -> String {
    let reasons = source.refused.iter().map(|(reason, frames)| format!("{frames} {reason}"));
    reasons.collect::<Vec<_>>().join(", ")
}

fn sentence(status: &Status) -> String {
    let (journal, work) = (&status.journal, &status.work);
    let said = format!(
        "journal: seq {} durable, {} MiB, {} syncs; {} frames behind",
        journal.durable_upto,
        journal.used_bytes >> 20,
        journal.syncs,
        work.behind,
    );
    std::iter::once(said).chain(ending(status)).chain(troubles(status)).collect::<Vec<_>>().join("; ")
}

/// How far what is journalled has come.
fn ending(status: &Status) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(lake) = &status.lake {
        said.push(format!("lake: seq {}, {} commits", lake.committed_upto, lake.commits));
        let alerts = counted(status.work.alerts, "alert", "alerts");
        said.push(format!("{alerts}, {} open", counted(status.work.incidents, "incident", "incidents")));
    }
    if status.work.rules_learning > 0 {
        said.push(learning(&status.work));
    }
    if status.work.rules_over_budget > 0 {
        let rules = counted(status.work.rules_over_budget, "rule", "rules");
        said.push(format!("{rules} over the budget of false alarms"));
    }
    if let Some(originals) = &status.originals {
        said.push(format!("originals: seq {} sealed", originals.sealed_upto));
    }
    if let Some(forward) = &status.forward {
        said.push(format!("{} has seq {}", forward.to, forward.taken_upto));
    }
    said
}

/// How many rules learn, and what the first of them learn about.
fn learning(work: &WorkStatus) -> String {
    let named: Vec<String> = work
        .learning
        .iter()
        .take(LEARNING_NAMED_MAX)
        .map(|learning| {
            let LearningStatus { rule_id, source, format, watched_us, min_history_us, .. } = learning;
            let (watched, least) = (moment::length(*watched_us), moment::length(*min_history_us));
            format!("{rule_id} {source}/{format}: {watched} / {least}")
        })
        .collect();
    let more = if work.learning.len() > named.len() { ", …" } else { "" };
    let named = if named.is_empty() { String::new() } else { format!(" ({}{more})", named.join(", ")) };
    format!("{} learning what is usual{named}", counted(work.rules_learning, "rule", "rules"))
}

/// What is not as it should be, beside the books.
fn troubles(status: &Status) -> Vec<String> {
    let (journal, work) = (&status.journal, &status.work);
    let mut troubles = Vec::new();
    if let Some(failure) = status.forward.as_ref().and_then(|forward| forward.last_failure.as_ref()) {
        troubles.push(format!("nothing is sent: {failure}"));
    }
    if let Some(refusal) = &status.configuration.last_refusal {
        troubles.push(format!("the configuration on disk is refused: {refusal}"));
    }
    if !status.configuration.needs_restart.is_empty() {
        troubles.push(format!("a restart is needed for {}", status.configuration.needs_restart.join(", ")));
    }
    for (number, what) in [
        (journal.lost, "frames lost by the disk"),
        (journal.lost_below, "frames lost by the disks of nodes that forward to this one"),
        (journal.failures, "writes of the journal failed"),
        (status.lake.as_ref().map_or(0, |lake| lake.failures), "commits failed and were tried again"),
        (
            status.originals.as_ref().map_or(0, |originals| originals.failures),
            "sealing steps failed and were tried again",
        ),
        (work.rows_shed, "rows of windows given up for memory"),
        (work.alerts_forgotten, "alerts of incidents given up for memory"),
        (work.rules_failed, "rules failed and are off"),
        (work.late, "events too late for windows"),
        (status.clock_steps, "steps of this machine's clock"),
    ] {
        if number > 0 {
            troubles.push(format!("{number} {what}"));
        }
    }
    troubles
}
