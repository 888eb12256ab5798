//! `campanile scan`: forensics over files.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use schema::{Alert, Severity};

use crate::detections::loading::{Loaded, RuleArgs, load, tell_faults};
use crate::detections::running::{Scanned, scan};
use crate::detections::{alert_rows, summary};
use crate::exit::{Exit, Failure, Result};
use crate::language::Language;
use crate::moment;
use crate::output::{self, OutputArgs, OutputFormat};
use crate::progress::Progress;
use crate::reading::{Reading, ReadingArgs};
use crate::report::{self, Contents, Exercise, RuleWords};
use crate::terminal::Terminal;

/// Arguments of `scan`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile scan /var/log --report indagine.html
  campanile scan --since 7d --fail-on high /var/log/auth.log*
  campanile scan -c campanile.toml --since 1d /srv/logs      (its rules, lists and days off)
  campanile scan --no-builtin --rules sigma/rules --matches evtx.ndjson
  zcat access.log.*.gz | campanile scan -

Exit codes: 0 done, 1 an alert at or above --fail-on, 3 some input could not be read.")]
pub struct ScanArgs {
    #[command(flatten)]
    reading: ReadingArgs,
    #[command(flatten)]
    rules: RuleArgs,
    /// Every single-event match as {rule_id, file, line}: no grouping, no throttling.
    #[arg(long)]
    matches: bool,
    /// Leave out earlier events: RFC 3339, a local date or time, or an age such as 7d.
    #[arg(long, value_name = "T")]
    since: Option<String>,
    /// Leave out later events.
    #[arg(long, value_name = "T")]
    until: Option<String>,
    /// Write a self-contained HTML report (in Italian).
    #[arg(long, value_name = "FILE.html", conflicts_with = "matches")]
    report: Option<PathBuf>,
    /// Exit with 1 when an alert is at least this severe.
    #[arg(long, value_name = "SEV", value_enum)]
    fail_on: Option<SeverityArg>,
    #[command(flatten)]
    output: OutputArgs,
}

/// A severity on the command line.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum SeverityArg {
    /// Everything.
    Info,
    /// Low and above.
    Low,
    /// Medium and above.
    Medium,
    /// High and above.
    High,
    /// Critical only.
    Critical,
}

impl From<SeverityArg> for Severity {
    fn from(severity: SeverityArg) -> Severity {
        match severity {
            SeverityArg::Info => Severity::Info,
            SeverityArg::Low => Severity::Low,
            SeverityArg::Medium => Severity::Medium,
            SeverityArg::High => Severity::High,
            SeverityArg::Critical => Severity::Critical,
        }
    }
}

/// Scans.
pub fn run(args: &ScanArgs, terminal: &Terminal) -> Result<Exit> {
    let mut reading = Reading::open(&args.reading)?;
    reading.options.hash = args.report.is_some();
    let span = span(args, &reading)?;
    let mut loaded = load(&args.rules.clone().with_configured(reading.detect.as_ref()))?;
    if let Some(path) = &args.report {
        check_writable(path)?;
    }
    let progress = Progress::new(terminal, reading.total_bytes());
    let format = args.output.format(terminal);
    let mut scanned = if args.matches {
        write_matches(format, &reading, &mut loaded, span.as_ref(), &progress, terminal)?
    } else {
        let scanned = scan(&reading, &mut loaded, &reading.town, span.as_ref(), &progress, None)?;
        write_alerts(format, &scanned.findings.alerts, &reading, terminal)?;
        scanned
    };
    let faults = std::mem::take(&mut loaded.faults).into_iter().chain(std::mem::take(&mut scanned.faults));
    let faults: Vec<_> = faults.collect();
    let broken_rules = faults.len();
    tell_faults(faults, terminal);
    summary::tell(&scanned, &loaded, terminal);
    if let Some(path) = &args.report {
        let html = html(&scanned, &loaded, &reading, "Relazione sull'analisi dei registri (log)", None)?;
        write_report(path, &html)?;
        terminal.note(format!("report: {}", path.display()));
    }
    let is_asked = |alert: &Alert| args.fail_on.is_some_and(|least| alert.severity >= least.into());
    if scanned.findings.alerts.iter().any(is_asked) || (args.reading.settings.strict && broken_rules > 0) {
        return Ok(Exit::Asked);
    }
    Ok(scanned.books.exit(args.reading.settings.strict))
}

/// The span asked for; none when neither end was given.
fn span(args: &ScanArgs, reading: &Reading) -> Result<Option<RangeInclusive<i64>>> {
    let read = |flag: &str, text: &Option<String>| {
        text.as_ref().map(|text| moment::moment_us(flag, text, &reading.zone, reading.now_us)).transpose()
    };
    let (since, until) = (read("--since", &args.since)?, read("--until", &args.until)?);
    let (from, to) = (since.unwrap_or(i64::MIN), until.unwrap_or(i64::MAX));
    if from > to {
        return Err(Failure::usage_text("--since lies after --until", "swap them"));
    }
    Ok((since.is_some() || until.is_some()).then_some(from..=to))
}

fn write_matches(
    format: OutputFormat,
    reading: &Reading,
    loaded: &mut Loaded,
    span: Option<&RangeInclusive<i64>>,
    progress: &Progress,
    terminal: &Terminal,
) -> Result<Scanned> {
    let mut writer = output::writer(format, &alert_rows::matches_schema(), terminal.out(), terminal)?;
    let mut write = |matches: Vec<_>| writer.write(&alert_rows::matches(&matches)?);
    let scanned = scan(reading, loaded, &reading.town, span, progress, Some(&mut write))?;
    writer.finish()?;
    Ok(scanned)
}

fn write_alerts(
    format: OutputFormat,
    alerts: &[Alert],
    reading: &Reading,
    terminal: &Terminal,
) -> Result<()> {
    match format {
        OutputFormat::Table if alerts.is_empty() => Ok(()),
        OutputFormat::Table => {
            let rows = alert_rows::alerts_shown(alerts, &reading.zone, Language::of_environment())?;
            output::write_all(format, &rows, terminal)
        }
        _ => output::write_all(format, &alert_rows::alerts(alerts)?, terminal),
    }
}

/// The report of a scan as a page.
pub fn html(
    scanned: &Scanned,
    loaded: &Loaded,
    reading: &Reading,
    title: &str,
    exercise: Option<Exercise>,
) -> Result<String> {
    let alerts = &scanned.findings.alerts;
    let words: BTreeMap<String, RuleWords> =
        loaded.cards.iter().map(|(id, card)| (id.clone(), card.words.clone())).collect();
    let quotes = report::quotes(alerts, &reading.inputs, &reading.options);
    let contents = Contents {
        title: title.to_owned(),
        alerts,
        incidents: &scanned.findings.incidents,
        rules: &words,
        blind: summary::not_fed(&scanned.findings.coverage, loaded),
        rules_asked: summary::rules_asked(scanned),
        books: &scanned.books,
        quotes: &quotes,
        zone: &reading.zone,
        made_us: reading.now_us,
        exercise,
    };
    report::html(contents)
        .map_err(|error| Failure::internal(format!("the report could not be made: {error}")))
}

/// A report that cannot be written is told before the long work, not after.
fn check_writable(path: &Path) -> Result<()> {
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    file.map(drop).map_err(|error| report_failure(path, &error))
}

/// Writes the page.
pub fn write_report(path: &Path, html: &str) -> Result<()> {
    std::fs::write(path, html).map_err(|error| report_failure(path, &error))
}

fn report_failure(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage_text(
        format!("cannot write the report {}: {error}", path.display()),
        "name a file in a folder you may write to",
    )
}
