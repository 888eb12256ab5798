//! `campanile demo`: a fictional comune under attack, through the very path of `scan`.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Instant;

use datasets::{LABELS_FILE, Labels};

use super::generate::{self, TownArgs};
use super::scan;
use crate::detections::loading::{Loaded, RuleArgs, load, tell_faults};
use crate::detections::running::{self, Scanned};
use crate::exercise::evaluation::evaluate;
use crate::exercise::labels;
use crate::exercise::result::ExerciseResult;
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
    /// Keep the logs and their labels in this folder [default: a temporary one, removed at the end].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

/// A scan of the generated town.
struct Run {
    labels: Labels,
    reading: Reading,
    loaded: Loaded,
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
    let planted = labels::planted(&played.labels)?;
    let alerts = &played.scanned.findings.alerts;
    let window_us = |rule: &str| played.loaded.cards.get(rule).map_or(0, |card| card.window_us);
    let evaluation = evaluate(&planted, alerts, window_us);
    let result = ExerciseResult {
        labels: &played.labels,
        planted: &planted,
        alerts,
        evaluation: &evaluation,
        events: played.scanned.books.events(),
        seconds: played.seconds,
    };
    show(&result, args.output.format(terminal), terminal)?;
    if !args.exit {
        let title = format!("{}: esercitazione", played.labels.town.name);
        let page = scan::html(&played.scanned, &played.loaded, &played.reading, &title, Some(result.page()))?;
        serve(args.listen, page, terminal)?;
    }
    Ok(if result.is_passed() { Exit::Done } else { Exit::Asked })
}

/// Generates and scans.
fn play(args: &DemoArgs, folder: &Path, terminal: &Terminal) -> Result<Run> {
    let start = Instant::now();
    terminal.note("making the logs of a fictional comune under attack…");
    let generated = datasets::generate_to_dir(&args.town.options(None), folder).map_err(generate::failure)?;
    let labels = generated.labels;
    terminal.note(format!(
        "{}: {} lines in {} files, {} attacks and {} look-alikes planted; scanning…",
        labels.town.name,
        generated.lines,
        generated.files,
        labels.attacks.len(),
        labels.twins.len()
    ));
    let paths = vec![folder.to_string_lossy().into_owned()];
    let mut reading = Reading::of(&paths, &ReadingSettings::default())?;
    // Short names: the same town gives the same output wherever its folder is.
    for input in &mut reading.inputs {
        if let Ok(name) = Path::new(&*input.name).strip_prefix(folder) {
            input.name = name.to_string_lossy().into();
        }
    }
    reading.inputs.retain(|input| &*input.name != LABELS_FILE);
    reading.options.hash = !args.exit;
    reading.receive_at(labels::end_us(&labels, &reading.zone)?);
    let mut loaded = load(&RuleArgs::default())?;
    let town = labels::context(&labels, &reading.zone);
    let progress = Progress::new(terminal, reading.total_bytes());
    let mut scanned = running::scan(&reading, &mut loaded, &town, None, &progress, None)?;
    scanned.faults.append(&mut loaded.faults);
    Ok(Run { labels, reading, loaded, scanned, seconds: start.elapsed().as_secs_f64() })
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
