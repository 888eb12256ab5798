//! Rules over what is stored: the live engine's own meaning, over the events received in a span.
//!
//! Promises: one core; memory bounded by the engine's budget; an event that was late for the stream is late here too.
//! Must not know: schedules, where alerts go.

use std::collections::BTreeSet;

use arrow::array::AsArray;
use arrow::datatypes::TimestampMicrosecondType;
use arrow::record_batch::RecordBatch;
use detect::coverage::SourceName;
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

/// Runs the rules. The longest window before the span is looked at too, so that what began there is whole, and of the time before
/// that what makes something known; alerts that ended before the span are left out.
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
    if let Some(past) = engine.past() {
        engine.recall_before(whole.from_us);
        let reach = |length_us: i64| {
            let from_us = whole.from_us.saturating_sub(length_us);
            Span { from_us, upto_us: whole.from_us }.condition()
        };
        let longest = reach(past.watched_us());
        let text = format!("{WATCHED} WHERE {longest} AND {} GROUP BY {WATCHED_BY}", on_time());
        each(&text, tables, town, stop, |rows| recall_sources(&mut engine, rows)).await?;
        let text = format!("SELECT * FROM events WHERE {}", past.condition(reach));
        each(&text, tables, town, stop, |rows| {
            let (events, _) = on_time_only(rows)?;
            engine.recall(engine.evaluator().remember(&events)).map_err(failed(ENGINE))
        })
        .await?;
    }
    let text = format!("SELECT * FROM events WHERE {}", whole.condition());
    let mut late = 0;
    each(&text, tables, town, stop, |rows| {
        let (events, of_rows) = on_time_only(rows)?;
        late += of_rows as u64;
        engine.absorb(engine.evaluate(&events).map_err(failed(ENGINE))?).map_err(failed(ENGINE))
    })
    .await?;
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

/// When each source is watched, day by day.
const WATCHED: &str = "SELECT tenant, source, format, min(least(timestamp, event_ingested)), \
                       max(least(timestamp, event_ingested)) FROM events";
const WATCHED_BY: &str = "tenant, source, format, CAST(event_ingested AS DATE)";

/// What does not come too late for windows: else a log of last year, sent today, would make its source an old one.
fn on_time() -> String {
    let lateness_s = LiveOptions::default().lateness_us / 1_000_000;
    format!("event_ingested <= timestamp + INTERVAL '{lateness_s} seconds'")
}

/// Looks at what a query answers, part by part.
async fn each(
    text: &str,
    tables: &Tables,
    town: &Context,
    stop: &CancellationToken,
    mut look: impl FnMut(&RecordBatch) -> Result<()>,
) -> Result<()> {
    let mut stream = query::start(text, tables, town, 1).await?;
    while let Some(rows) = stream.next().await {
        if stop.is_cancelled() {
            return Err(Failure::internal("the service stops"));
        }
        look(&rows.map_err(|error| query::failure(text, &error))?)?;
    }
    Ok(())
}

fn recall_sources(engine: &mut Engine, rows: &RecordBatch) -> Result<()> {
    let names = |at: usize| rows.column(at).as_string_view_opt();
    let times = |at: usize| rows.column(at).as_primitive_opt::<TimestampMicrosecondType>();
    let (Some(tenants), Some(sources), Some(formats)) = (names(0), names(1), names(2)) else {
        return Err(Failure::internal("the lake's sources cannot be read"));
    };
    let (Some(firsts), Some(lasts)) = (times(3), times(4)) else {
        return Err(Failure::internal("the times of the lake's sources cannot be read"));
    };
    let names = tenants.iter().zip(sources).zip(formats);
    for (((tenant, source), format), (first_us, last_us)) in
        names.zip(firsts.values().iter().zip(lasts.values()))
    {
        let name = |name: Option<&str>| name.unwrap_or_default().to_owned();
        let source = SourceName { tenant: name(tenant), source: name(source), format: name(format) };
        engine.recall_source(source, *first_us, *last_us);
    }
    Ok(())
}

/// The rows that are on time, and how many were late.
fn on_time_only(rows: &RecordBatch) -> Result<(EventBatch, usize)> {
    Ok(punctual(&EventBatch::from_table(rows)?, LiveOptions::default().lateness_us)?)
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::datasource::MemTable;
    use detect::Rule;
    use detect::rule::Origin;
    use detect::sigma::SigmaSet;
    use schema::{Action, EventBuilder, FrameBatch, StreamContext};

    use super::*;
    use crate::moment::DAY_US;

    const RULE: &str = r#"/*---
id = "T-1"
title.en = "t"
title.it = "t"
description.en = "d"
description.it = "d"
severity = "low"
family = "both"
[first_seen]
within = "30d"
min_history = "14d"
---*/
SELECT source_mac FROM events WHERE event_action = 'dhcp_lease' AND source_mac IS NOT NULL"#;

    /// On each day, the card that is given an address.
    fn leases(days: &[(i64, &str)]) -> Tables {
        let origin =
            schema::Origin { collector: "c".into(), source: "rete".into(), tenant: "default".into() };
        let context = StreamContext::default();
        let frames = FrameBatch::new(Arc::new(origin), 0, context, String::new(), vec![], vec![]);
        let mut builder = EventBuilder::new("");
        for (seq, (day, mac)) in (1..).zip(days) {
            builder.timestamp_us(day * DAY_US);
            builder.ingested_us(day * DAY_US);
            builder.int(Column::Seq, seq);
            builder.int(Column::Sub, 0);
            builder.int(Column::EventCount, 1);
            if mac.is_empty() {
                builder.action(Action::DnsQuery);
            } else {
                builder.action(Action::DhcpLease);
                builder.text(Column::SourceMac, mac);
            }
            builder.finish_event();
        }
        let rows = builder.finish(&frames, "test", "1").unwrap().to_table().unwrap();
        Tables::of_files(Arc::new(MemTable::try_new(rows.schema(), vec![vec![rows]]).unwrap())).unwrap()
    }

    /// The cards that are new on the fortieth day.
    fn new_on_the_fortieth_day(days: &[(i64, &str)]) -> Vec<String> {
        let rule = Rule::parse("t.sql", RULE, Origin::File).unwrap();
        let mut loaded = Loaded::of(vec![rule], SigmaSet::default());
        let span = Span { from_us: 40 * DAY_US, upto_us: 41 * DAY_US };
        let (tables, town, stop) = (leases(days), Context::default(), CancellationToken::new());
        let scan = scan(&tables, &mut loaded, &town, span, &stop);
        let scanned = tokio::runtime::Runtime::new().unwrap().block_on(scan).unwrap();
        scanned.findings.alerts.iter().map(|alert| alert.entities["source_mac"].clone()).collect()
    }

    #[test]
    fn what_the_lake_has_seen_before_the_span_is_known_and_no_finding() {
        let (pc, printer) = ("00:50:56:aa:bb:01", "00:50:56:aa:bb:02");
        let now = [(40, pc), (40, printer)];
        let with = |before: &[(i64, &'static str)]| new_on_the_fortieth_day(&[before, &now].concat());
        assert_eq!(with(&[(20, pc), (30, pc)]), [printer]);
        assert_eq!(with(&[(20, pc), (30, pc), (35, printer)]), [] as [&str; 0]);
        assert_eq!(with(&[(18, ""), (30, pc)]), [printer], "a source is watched by whatever it sends");
        assert_eq!(with(&[(30, pc)]), [] as [&str; 0], "it is learning");
        assert_eq!(with(&[(10, pc), (30, pc)]), [] as [&str; 0], "it learns anew after a pause");
    }
}
