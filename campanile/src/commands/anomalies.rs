//! `campanile anomalies`: what departs from the logs of normal days.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Float64Builder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use detect::anomalies::series::{Finding, WindowVerdict};
use detect::anomalies::sessions::{SessionReason, SessionVerdict};
use detect::anomalies::{Row, Trainer};
use schema::{Column, EventBatch};

use crate::books::Books;
use crate::exit::{Exit, Result};
use crate::output::events::in_order;
use crate::output::{self, OutputArgs};
use crate::pipeline;
use crate::progress::Progress;
use crate::reading::{Reading, ReadingArgs};
use crate::terminal::Terminal;

/// Arguments of `anomalies`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile anomalies --train last-month.log today.log
  campanile anomalies --train '/srv/logs/2026-10/*' --output ndjson /srv/logs/2026-11 | jq 'select(.anomalous)'

Training needs no labels, only ordinary days. It decides by itself what there is to judge: sessions, which are
the lines that share an identifier, and the rate of lines of each host's program. What is too little known
is `learning`, never anomalous.")]
pub struct AnomaliesArgs {
    /// Logs of ordinary days: files, folders, globs.
    #[arg(long, value_name = "PATH", required = true)]
    train: Vec<String>,
    #[command(flatten)]
    reading: ReadingArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Learns, judges, writes.
pub fn run(args: &AnomaliesArgs, terminal: &Terminal) -> Result<Exit> {
    let training = Reading::of(&args.train, &args.reading.settings)?;
    let reading = Reading::open(&args.reading)?;
    let mut trainer = Trainer::default();
    let trained = observe(&training, terminal, |row| trainer.observe(row))?;
    let mut judge = trainer.learn();
    let judged = observe(&reading, terminal, |row| judge.observe(row))?;

    let sessions = match judge.shapes().collect::<Vec<_>>().join(", ") {
        shapes if shapes.is_empty() => {
            "no identifier groups the lines of the training into sessions".to_owned()
        }
        shapes => format!("sessions by {shapes}"),
    };
    let dropped = judge.dropped();
    let mut rows = Rows::default();
    for (entity, windows) in judge.windows() {
        windows.iter().for_each(|window| rows.window(entity, window));
    }
    judge.into_sessions().iter().for_each(|session| rows.session(session));
    let anomalous = rows.anomalous_count;
    output::write_all(args.output.format(terminal), &rows.finish()?, terminal)?;
    trained.tell(terminal);
    judged.tell(terminal);
    terminal.note(format!("{sessions}; {anomalous} anomalous"));
    if dropped > 0 {
        terminal.note(format!(
            "{dropped} lines found no room in a session or window, which were judged without them"
        ));
    }
    let strict = args.reading.settings.strict;
    Ok(match trained.exit(strict) {
        Exit::Done => judged.exit(strict),
        exit => exit,
    })
}

/// Reads all inputs, in order, line by line.
fn observe(reading: &Reading, terminal: &Terminal, mut each: impl FnMut(&Row)) -> Result<Books> {
    let progress = Progress::new(terminal, reading.total_bytes());
    let mut entity = String::new();
    pipeline::run(
        reading,
        &progress,
        |batches| Ok((in_order(&batches), batches)),
        |(order, batches)| {
            for (batch, row) in order {
                let Some(batch) = batches.get(batch) else { continue };
                name_entity(&mut entity, batch, row);
                let message = batch.texts(Column::Message).map_or("", |texts| texts.value(row));
                let timestamp_us = batch.times(Column::Timestamp).map_or(0, |times| times.value(row));
                each(&Row { message, timestamp_us, entity: &entity });
            }
            Ok(())
        },
    )
}

/// A stream of lines: the program that wrote them and the host it runs on, as far as the line says.
fn name_entity(entity: &mut String, batch: &EventBatch, row: usize) {
    entity.clear();
    for column in [Column::HostName, Column::ProcessName] {
        let text = batch.texts(column).map_or("", |texts| texts.value(row));
        if !entity.is_empty() && !text.is_empty() {
            entity.push('/');
        }
        entity.push_str(text);
    }
    if entity.is_empty() {
        entity.push_str(batch.texts(Column::Collector).map_or("", |texts| texts.value(row)));
    }
}

/// Verdicts as rows.
#[derive(Default)]
struct Rows {
    session: StringBuilder,
    entity: StringBuilder,
    window_start: TimestampMicrosecondBuilder,
    score: Float64Builder,
    anomalous: BooleanBuilder,
    reason: StringBuilder,
    anomalous_count: usize,
}

impl Rows {
    fn window(&mut self, entity: &str, window: &WindowVerdict) {
        self.session.append_null();
        self.entity.append_value(entity);
        self.window_start.append_value(window.window_start_us);
        let reason = match window.finding {
            Finding::Usual => None,
            Finding::Learning => Some("learning".to_owned()),
            Finding::Anomalous(by) => {
                Some(format!("{:.0} lines in {} s, {:.1} expected", by.lines, by.span_s, by.expected))
            }
        };
        let is_anomalous = matches!(window.finding, Finding::Anomalous(_));
        self.verdict(window.score, is_anomalous, reason.as_deref());
    }

    fn session(&mut self, session: &SessionVerdict) {
        self.session.append_value(&session.session);
        self.entity.append_null();
        self.window_start.append_null();
        let reason = session.reason.as_ref().map(session_reason);
        self.verdict(session.score, reason.is_some(), reason.as_deref());
    }

    fn verdict(&mut self, score: f64, is_anomalous: bool, reason: Option<&str>) {
        // A thousandth is far finer than anything a score tells apart.
        self.score.append_value((score * 1_000.0).round() / 1_000.0);
        self.anomalous.append_value(is_anomalous);
        self.reason.append_option(reason);
        self.anomalous_count += usize::from(is_anomalous);
    }

    fn finish(mut self) -> Result<RecordBatch> {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.session.finish()),
            Arc::new(self.entity.finish()),
            Arc::new(self.window_start.finish().with_timezone("UTC")),
            Arc::new(self.score.finish()),
            Arc::new(self.anomalous.finish()),
            Arc::new(self.reason.finish()),
        ];
        Ok(RecordBatch::try_new(rows_schema(), columns)?)
    }
}

fn rows_schema() -> SchemaRef {
    let time = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    Arc::new(Schema::new(vec![
        Field::new("session", DataType::Utf8, true),
        Field::new("entity", DataType::Utf8, true),
        Field::new("window_start", time, true),
        Field::new("score", DataType::Float64, false),
        Field::new("anomalous", DataType::Boolean, false),
        Field::new("reason", DataType::Utf8, true),
    ]))
}

/// How a session differs from those most like it, in words.
fn session_reason(reason: &SessionReason) -> String {
    let alike = format!("{} of {} sessions of the training are like it", reason.alike, reason.trained);
    let templates = [
        ("never seen", &reason.unseen),
        ("unusual beside the others", &reason.unusual),
        ("missing", &reason.missing),
    ];
    let templates = templates.into_iter().filter(|(_, templates)| !templates.is_empty());
    let templates = templates.map(|(word, templates)| format!("{word}: `{}`", templates.join("`, `")));
    std::iter::once(alike).chain(templates).collect::<Vec<_>>().join("; ")
}
