//! `campanile demo`: a fictional comune under attack, before the very service that a comune runs.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Instant;

use datasets::Labels;

use super::generate::TownArgs;
use super::scan;
use crate::detections::loading::{RuleArgs, load, tell_faults};
use crate::detections::running::Scanned;
use crate::exercise::evaluation::evaluate;
use crate::exercise::labels;
use crate::exercise::result::ExerciseResult;
use crate::exercise::stage::{self, Played};
use crate::exit::{Exit, Failure, Result};
use crate::output::{self, OutputArgs, OutputFormat};
use crate::progress::Progress;
use crate::reading::{Reading, ReadingSettings};
use crate::terminal::Terminal;

/// Arguments of `demo`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile demo                            then open http://127.0.0.1:8514
  campanile demo --exit --seed 7
  campanile demo --exit --output json | tail -n 1

Exit codes: 0 every attack found and at most 2 false alarms a day, else 1.")]
pub struct DemoArgs {
    #[command(flatten)]
    town: TownArgs,
    /// End after the table instead of serving the page.
    #[arg(long)]
    exit: bool,
    /// Address and port of the page.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8514")]
    listen: SocketAddr,
    /// Keep the logs, their labels, the service's configuration and its data in this folder [default: a temporary one, removed
    /// at the end].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

/// What came of the exercise.
struct Run {
    labels: Labels,
    scanned: Scanned,
    seconds: f64,
}

/// Plays.
pub fn run(args: &DemoArgs, terminal: &Terminal) -> Result<Exit> {
    let temporary = match &args.out {
        None => Some(tempfile::tempdir()?),
        Some(_) => None,
    };
    let folder = match (&args.out, &temporary) {
        (Some(folder), _) => folder.as_path(),
        (None, Some(temporary)) => temporary.path(),
        (None, None) => return Err(Failure::internal("no folder to work in")),
    };
    let mut played = play(args, folder, terminal)?;
    tell_faults(std::mem::take(&mut played.scanned.faults), terminal);
    let loaded = load(&RuleArgs::default())?;
    let planted = labels::planted(&played.labels)?;
    let alerts = &played.scanned.findings.alerts;
    let window_us = |rule: &str| loaded.cards.get(rule).map_or(0, |card| card.window_us);
    let evaluation = evaluate(&planted, alerts, window_us);
    let result = ExerciseResult {
        labels: &played.labels,
        planted: &planted,
        alerts,
        evaluation: &evaluation,
        events: played.scanned.findings.events,
        seconds: played.seconds,
    };
    show(&result, args.output.format(terminal), terminal)?;
    if !args.exit {
        let title = format!("{}: esercitazione", played.labels.town.name);
        let reading = reading(&played, folder)?;
        let page = scan::html(&played.scanned, &loaded, &reading, &title, Some(result.page()))?;
        serve(args.listen, page, terminal)?;
    }
    Ok(if result.is_passed() { Exit::Done } else { Exit::Asked })
}

/// Lets the days pass.
fn play(args: &DemoArgs, folder: &Path, terminal: &Terminal) -> Result<Run> {
    let start = Instant::now();
    terminal.note("a fictional comune sends its logs to the service, some of its days in some seconds…");
    let progress = Progress::new(terminal, 0);
    let Played { generated, scanned } = stage::play(&args.town.options(None), folder, &progress)?;
    let labels = generated.labels;
    terminal.note(format!(
        "{}: {} lines of {} log files received, stored and judged; {} attacks and {} look-alikes planted",
        labels.town.name,
        generated.lines,
        generated.files,
        labels.attacks.len(),
        labels.twins.len()
    ));
    Ok(Run { labels, scanned, seconds: start.elapsed().as_secs_f64() })
}

/// The town's log files, to quote from.
fn reading(played: &Run, folder: &Path) -> Result<Reading> {
    let names = || played.scanned.books.inputs.iter().map(|input| &input.name);
    let paths: Vec<String> = names().map(|name| folder.join(name).to_string_lossy().into_owned()).collect();
    let mut reading = Reading::of(&paths, &ReadingSettings::default())?;
    // Short names: the same town gives the same output wherever its folder is.
    for input in &mut reading.inputs {
        if let Ok(name) = Path::new(&*input.name).strip_prefix(folder) {
            input.name = name.to_string_lossy().into();
        }
    }
    reading.receive_at(labels::end_us(&played.labels, &reading.zone)?);
    Ok(reading)
}

fn show(result: &ExerciseResult<'_>, format: OutputFormat, terminal: &Terminal) -> Result<()> {
    let mut out = terminal.out();
    match format {
        OutputFormat::Table => {
            output::write_all(format, &result.batch_shown()?, terminal)?;
            for alarm in result.false_alarms() {
                writeln!(out, "false alarm: {}", crate::terminal::printable(&alarm, false))?;
            }
            writeln!(out, "{}", result.sentence())?;
        }
        OutputFormat::Json => writeln!(out, "{}", result.object())?,
        OutputFormat::Ndjson => {
            output::write_all(format, &result.batch()?, terminal)?;
            writeln!(out, "{}", result.object())?;
        }
        _ => output::write_all(format, &result.batch()?, terminal)?,
    }
    out.flush()?;
    if format != OutputFormat::Table {
        terminal.note(result.sentence());
    }
    Ok(())
}

/// Serves the page until Ctrl-C.
fn serve(address: SocketAddr, page: String, terminal: &Terminal) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let told = terminal.clone();
    let ready = move |listening: SocketAddr| {
        told.note(format!("the page is at http://{listening} (Ctrl-C ends)"));
    };
    // Where Ctrl-C cannot be heard the page is served until the process is ended.
    let stop = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    runtime.block_on(access::serve_page(address, page, ready, stop)).map_err(|error| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        Failure::usage_text(format!("{error}{cause}"), "give another address with --listen, or --exit")
    })
}
