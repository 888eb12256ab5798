//! Rules over what is stored: the live engine's own meaning, over the events received in a span.
//!
//! Promises: one core; memory bounded by the engine's budget; an event that was late for the stream is late here too.
//! Must not know: schedules, where alerts go.

use std::collections::BTreeSet;

use arrow::record_batch::RecordBatch;
use detect::{Context, Engine, LiveOptions, punctual};
use futures::StreamExt;
use schema::{Alert, Column, EventBatch, Place};
use tokio_util::sync::CancellationToken;

use super::work::Span;
use crate::books::Books;
use crate::detections::loading::Loaded;
use crate::detections::running::{Scanned, measured};
use crate::detections::summary;
use crate::diagnostics::Fault;
use crate::exit::{Failure, Result, failed};
use crate::query::{self, Tables};
use crate::report::Quotes;

/// What failed, in words.
const ENGINE: &str = "the detection engine failed";

/// Runs the rules. The longest window before the span is looked at too, so that what began there is whole; alerts that ended
/// before the span are left out.
pub async fn scan(
    tables: &Tables,
    loaded: &mut Loaded,
    town: &Context,
    span: Span,
    stop: &CancellationToken,
) -> Result<Scanned> {
    let window_us = loaded.cards.values().map(|card| card.window_us).max().unwrap_or(0);
    let (rules, sigma) = (std::mem::take(&mut loaded.rules), std::mem::take(&mut loaded.sigma));
    let (mut engine, problems) = Engine::new(rules, sigma, town, measured());
    let whole = Span { from_us: span.from_us.saturating_sub(window_us), ..span };
    let text = format!("SELECT * FROM events WHERE {}", whole.condition());
    let mut stream = query::start(&text, tables, town, 1).await?;
    let mut late = 0;
    while let Some(rows) = stream.next().await {
        if stop.is_cancelled() {
            return Err(Failure::internal("the service stops"));
        }
        let rows = rows.map_err(|error| query::failure(&text, &error))?;
        late += absorb(&mut engine, &rows)?;
    }
    let rules_running = engine.rules_running();
    let mut findings = engine.finish().map_err(failed(ENGINE))?;
    for (rule, reason) in summary::failed(&findings.coverage) {
        tracing::error!(rule, reason, "a rule failed: it found nothing");
    }
    findings.alerts.retain(|alert| alert.last_us >= span.from_us);
    let faults = problems.iter().map(Fault::of_rule).collect();
    let (books, costs) = (Books::default(), engine.costs());
    Ok(Scanned { findings, books, late, rules_running, faults, costs })
}

/// How many of the rows were late.
fn absorb(engine: &mut Engine, rows: &RecordBatch) -> Result<u64> {
    let (events, late) = punctual(&EventBatch::from_table(rows)?, LiveOptions::default().lateness_us)?;
    let hits = engine.evaluate(&events).map_err(failed(ENGINE))?;
    engine.absorb(hits).map_err(failed(ENGINE))?;
    Ok(late as u64)
}

/// The texts of the first places of each alert.
pub async fn quotes(tables: &Tables, town: &Context, alerts: &[Alert], places_max: usize) -> Result<Quotes> {
    let mut quotes = Quotes::default();
    let wanted = alerts.iter().flat_map(|alert| alert.evidence.iter().take(places_max));
    let wanted: BTreeSet<(&str, u64)> = wanted.map(|place| (&*place.file, place.line)).collect();
    if wanted.is_empty() {
        return Ok(quotes);
    }
    // The same seq of another collector is left out below.
    let seqs: BTreeSet<u64> = wanted.iter().map(|(_, seq)| *seq).collect();
    let seqs: Vec<String> = seqs.iter().map(u64::to_string).collect();
    let text = format!("SELECT * FROM events WHERE seq IN ({}) AND message IS NOT NULL", seqs.join(", "));
    let mut stream = query::start(&text, tables, town, 1).await?;
    while let Some(rows) = stream.next().await {
        let rows = rows.map_err(|error| query::failure(&text, &error))?;
        let events = EventBatch::from_table(&rows)?;
        let columns =
            (events.texts(Column::Collector), events.ints(Column::Seq), events.texts(Column::Message));
        let (Some(collectors), Some(seqs), Some(messages)) = columns else { continue };
        for ((collector, seq), message) in collectors.iter().zip(seqs.values()).zip(messages) {
            let (Some(collector), Ok(seq), Some(message)) = (collector, u64::try_from(*seq), message) else {
                continue;
            };
            if wanted.contains(&(collector, seq)) {
                quotes.add(Place { file: collector.into(), line: seq }, message);
            }
        }
    }
    Ok(quotes)
}
