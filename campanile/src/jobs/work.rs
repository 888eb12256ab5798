//! One run of a job: from the lake to alerts and report files.
//!
//! Promises: a report file is whole or absent; a run that fails leaves nothing else behind.
//! Must not know: schedules, where alerts go.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use arrow::compute::concat_batches;
use arrow::record_batch::RecordBatch;
use detect::Context;
use futures::TryStreamExt;
use jiff::tz::TimeZone;
use schema::{Alert, Provenance, Severity};
use tokio_util::sync::CancellationToken;

use super::{hunt, lake_scan};
use crate::config::{Job, JobKind, Settings};
use crate::detections::loading::{RuleArgs, load};
use crate::detections::{alert_rows, summary};
use crate::exit::{Failure, Result};
use crate::output::{self, OutputFormat};
use crate::query::{self, Tables};
use crate::report::{self, Contents, EVIDENCE_SHOWN_MAX, RuleWords};
use crate::terminal::{Terminal, TerminalArgs};
use crate::{moment, town};

/// Events received in here are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// From here on, µs since 1970 UTC.
    pub from_us: i64,
    /// And before here.
    pub upto_us: i64,
}

impl Span {
    /// The same in SQL.
    pub fn condition(self) -> String {
        let moment = |time_us: i64| format!("arrow_cast({time_us}, 'Timestamp(Microsecond, Some(\"UTC\"))')");
        let (from, upto) = (moment(self.from_us), moment(self.upto_us));
        format!("event_ingested >= {from} AND event_ingested < {upto}")
    }
}

/// What a job works with.
pub struct Work<'w> {
    /// What is stored.
    pub tables: &'w Tables,
    /// Rules, lists, tenants.
    pub settings: &'w Settings,
    /// Folder of report files.
    pub reports: &'w Path,
    /// Says when to give up.
    pub stop: &'w CancellationToken,
}

/// What came of a run.
#[derive(Debug, Default)]
pub struct Done {
    /// Alerts, final.
    pub alerts: Vec<Alert>,
    /// Rows of the report.
    pub rows: u64,
    /// Report files.
    pub files: Vec<PathBuf>,
}

impl Work<'_> {
    /// Runs a job over a span.
    pub async fn run(&self, job: &Job, span: Span) -> Result<Done> {
        let zone = moment::time_zone(self.timezone())?;
        let town = town::context(Some(self.settings), &zone)?;
        fs::create_dir_all(self.reports)?;
        match job.run {
            JobKind::Scan | JobKind::Report => self.scan(job, span, &town, &zone).await,
            JobKind::Sql => self.sql(job, span, &town).await,
            JobKind::RetroHunt => self.hunt(job, span, &town).await,
        }
    }

    fn timezone(&self) -> &str {
        town::tenant(self.settings).map_or("Europe/Rome", |tenant| tenant.timezone.as_str())
    }

    async fn scan(&self, job: &Job, span: Span, town: &Context, zone: &TimeZone) -> Result<Done> {
        let mut detect = self.settings.detect.clone();
        if !job.rules.is_empty() {
            detect.rules.clone_from(&job.rules);
        }
        let mut loaded = load(&RuleArgs::default().with_configured(Some(&detect)))?;
        let scanned = lake_scan::scan(self.tables, &mut loaded, town, span, self.stop).await?;
        let (alerts, incidents) = (scanned.findings.alerts, scanned.findings.incidents);
        let mut files = vec![self.write(job, span, OutputFormat::Ndjson, &alert_rows::alerts(&alerts)?)?];
        if job.run == JobKind::Report {
            let quotes = lake_scan::quotes(self.tables, town, &alerts, EVIDENCE_SHOWN_MAX).await?;
            let words: BTreeMap<String, RuleWords> =
                loaded.cards.iter().map(|(id, card)| (id.clone(), card.words.clone())).collect();
            let html = report::html(Contents {
                title: format!("Relazione periodica: {}", job.name),
                alerts: &alerts,
                incidents: &incidents,
                rules: &words,
                blind: summary::not_fed(&scanned.findings.coverage, &loaded),
                rules_asked: scanned.rules_running,
                books: &scanned.books,
                quotes: &quotes,
                zone,
                made_us: span.upto_us,
                exercise: None,
            });
            let html =
                html.map_err(|error| Failure::internal(format!("the report could not be made: {error}")))?;
            files.push(self.place(job, span, "html"));
            if let Some(path) = files.last() {
                output::whole(path, |temporary| Ok(fs::write(temporary, html)?))?;
            }
        }
        Ok(Done { rows: alerts.len() as u64, alerts, files })
    }

    async fn sql(&self, job: &Job, span: Span, town: &Context) -> Result<Done> {
        // A job without a query was told when the configuration was read.
        let rows = self.rows(job.query.as_deref().unwrap_or_default(), town).await?;
        let files = vec![self.write(job, span, OutputFormat::Csv, &rows)?];
        let count = rows.num_rows() as u64;
        let alert = job.severity.filter(|_| count > 0).map(|severity| {
            let severity = severity.into();
            told(job, span, severity, count)
        });
        Ok(Done { alerts: alert.into_iter().collect(), rows: count, files })
    }

    async fn hunt(&self, job: &Job, span: Span, town: &Context) -> Result<Done> {
        let rows = self.rows(&hunt::query(job.list.as_deref().unwrap_or_default(), span), town).await?;
        let rule = hunt::rule()?;
        let severity = job.severity.map_or(rule.severity, Into::into);
        let files = vec![self.write(job, span, OutputFormat::Csv, &rows)?];
        Ok(Done { alerts: hunt::alerts(&rows, &rule, severity)?, rows: rows.num_rows() as u64, files })
    }

    async fn rows(&self, text: &str, town: &Context) -> Result<RecordBatch> {
        let stream = query::start(text, self.tables, town, 1).await?;
        let schema = stream.schema();
        let batches = tokio::select! {
            batches = stream.try_collect::<Vec<_>>() => batches.map_err(|error| query::failure(text, &error))?,
            () = self.stop.cancelled() => return Err(Failure::internal("the service stops")),
        };
        Ok(concat_batches(&schema, &batches)?)
    }

    fn place(&self, job: &Job, span: Span, extension: &str) -> PathBuf {
        let at = crate::output::timestamp::rfc3339(span.upto_us);
        let at: String = at.chars().filter(char::is_ascii_alphanumeric).take(15).collect();
        self.reports.join(format!("{}-{at}.{extension}", job.name))
    }

    fn write(&self, job: &Job, span: Span, format: OutputFormat, rows: &RecordBatch) -> Result<PathBuf> {
        let path = self.place(job, span, if format == OutputFormat::Csv { "csv" } else { "ndjson" });
        let terminal = Terminal::new(&TerminalArgs { quiet: true, no_progress: true });
        output::whole(&path, |temporary| {
            let file = Box::new(BufWriter::new(File::create(temporary)?));
            let mut writer = output::writer(format, rows.schema_ref(), file, &terminal)?;
            writer.write(rows)?;
            writer.finish()
        })?;
        Ok(path)
    }
}

/// The alert of a query that found something.
fn told(job: &Job, span: Span, severity: Severity, rows: u64) -> Alert {
    Alert {
        id: hunt::id(&["job", &job.name, &span.upto_us.to_string()]),
        rule_id: format!("job-{}", job.name),
        rule_title: format!("The query of {} found {rows} rows", job.name),
        rule_title_it: format!("L'interrogazione di {} ha trovato {rows} righe", job.name),
        severity,
        tenant: town::DEFAULT_TENANT.to_owned(),
        entities: BTreeMap::from([("job".to_owned(), job.name.clone())]),
        first_us: span.from_us,
        last_us: span.upto_us,
        rang_us: span.upto_us,
        count: rows,
        evidence: Vec::new(),
        evidence_truncated: false,
        incident: None,
        provenance: Provenance::default(),
    }
}
