//! `campanile status`: how a running service is doing, its books source by source.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{ArrayRef, Int64Array, StringArray, TimestampMicrosecondArray};
use arrow::record_batch::RecordBatch;

use crate::config;
use crate::exit::{Exit, Failure, Result};
use crate::output::{self, OutputArgs, OutputFormat};
use crate::service::status::{SourceStatus, Status};
use crate::terminal::Terminal;

/// How long the service has to answer.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(5);
/// How often the picture is taken anew.
const WATCH_INTERVAL: Duration = Duration::from_secs(1);

/// Arguments of `status`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile status
  campanile status -c campanile.toml --watch
  campanile status --output json

Exit codes: 0 the books of every source close, 1 some do not or the disk lost frames.")]
pub struct StatusArgs {
    /// The service's configuration: says where it listens.
    #[arg(long, short, value_name = "FILE", conflicts_with = "url")]
    config: Option<PathBuf>,
    /// Where the service listens [default: http://127.0.0.1:8514].
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Show it anew every second until Ctrl-C.
    #[arg(long)]
    watch: bool,
    #[command(flatten)]
    output: OutputArgs,
}

/// Shows.
pub fn run(args: &StatusArgs, terminal: &Terminal) -> Result<Exit> {
    let url = match (&args.url, &args.config) {
        (Some(url), _) => url.clone(),
        (None, Some(path)) => format!("http://{}", config::settings(path)?.http.listen),
        (None, None) => "http://127.0.0.1:8514".to_owned(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        loop {
            let status = fetch(&url).await?;
            if args.watch && terminal.stdout_is_terminal {
                // The cursor goes home and what was below is erased.
                write!(terminal.out(), "\x1b[H\x1b[J")?;
            }
            show(&status, args.output.format(terminal), terminal)?;
            if !args.watch {
                return Ok(if closes(&status) { Exit::Done } else { Exit::Asked });
            }
            tokio::time::sleep(WATCH_INTERVAL).await;
        }
    })
}

async fn fetch(url: &str) -> Result<Status> {
    let unreachable = |error: reqwest::Error| {
        let mut cause: &dyn std::error::Error = &error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        Failure::usage_text(
            format!("no service answers at {url}: {cause}"),
            "start it with `campanile serve`, or say with -c or --url where it listens",
        )
    };
    let client = reqwest::Client::builder().timeout(ANSWER_TIME_MAX).build().map_err(unreachable)?;
    let answer = client.get(format!("{url}/api/status")).send().await.map_err(unreachable)?;
    let answer = answer.error_for_status().map_err(unreachable)?.bytes().await.map_err(unreachable)?;
    serde_json::from_slice(&answer)
        .map_err(|error| Failure::internal(format!("the service at {url} answered something else: {error}")))
}

/// True when no source received more than became of it, and the disk lost nothing.
fn closes(status: &Status) -> bool {
    status.journal.lost == 0 && status.sources.iter().all(|source| source.under_way >= 0)
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
    let refused = |source: &SourceStatus| {
        let reasons = source.refused.iter().map(|(reason, frames)| format!("{frames} {reason}"));
        reasons.collect::<Vec<_>>().join(", ")
    };
    let seen = sources.iter().map(|source| (source.last_received_us > 0).then_some(source.last_received_us));
    let seen: TimestampMicrosecondArray = seen.collect();
    Ok(RecordBatch::try_from_iter_with_nullable([
        ("source", texts(&|source| source.source.clone()), false),
        ("tenant", texts(&|source| source.tenant.clone()), false),
        ("address", texts(&|source| source.address.clone()), false),
        ("received", numbers(&|source| source.received as i64), false),
        ("stored", numbers(&|source| source.stored as i64), false),
        ("refused", texts(&refused), false),
        ("under_way", numbers(&|source| source.under_way), false),
        ("connections", numbers(&|source| source.connections as i64), false),
        ("last_seen", Arc::new(seen.with_timezone("UTC")) as ArrayRef, true),
    ])?)
}

fn sentence(status: &Status) -> String {
    let (journal, work) = (&status.journal, &status.work);
    let mut said = format!(
        "journal: seq {} durable, {} MiB, {} syncs; {} frames behind",
        journal.durable_upto,
        journal.used_bytes >> 20,
        journal.syncs,
        work.behind,
    );
    if let Some(lake) = &status.lake {
        said.push_str(&format!(
            "; lake: seq {}, {} commits; {} alerts",
            lake.committed_upto, lake.commits, work.alerts
        ));
    }
    if let Some(forward) = &status.forward {
        said.push_str(&format!("; {} has seq {}", forward.to, forward.taken_upto));
        if let Some(failure) = &forward.last_failure {
            said.push_str(&format!("; nothing is sent: {failure}"));
        }
    }
    if let Some(refusal) = &status.configuration.last_refusal {
        said.push_str(&format!("; the configuration on disk is refused: {refusal}"));
    }
    if !status.configuration.needs_restart.is_empty() {
        said.push_str(&format!(
            "; a restart is needed for {}",
            status.configuration.needs_restart.join(", ")
        ));
    }
    for (number, what) in [
        (journal.lost, "frames lost by the disk"),
        (journal.lost_below, "frames lost by the disks of nodes that forward to this one"),
        (journal.failures, "writes of the journal failed"),
        (status.lake.as_ref().map_or(0, |lake| lake.failures), "commits failed and were tried again"),
        (work.rows_shed, "rows of windows given up for memory"),
        (work.rules_failed, "rules failed and are off"),
        (work.late, "events too late for windows"),
        (status.clock_steps, "steps of this machine's clock"),
    ] {
        if number > 0 {
            said.push_str(&format!("; {number} {what}"));
        }
    }
    said
}
