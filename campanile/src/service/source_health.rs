//! The health of every source, written once a minute as events of the service's own source: through the journal, so that
//! rules see it, SQL finds it, and silence is an event like any other.
//!
//! Promises: what a minute counts is counted in no other. Must not know: rules.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use ingest::{Book, BookPage, Intake, ReceiveClock, Refusal};
use schema::{Frame, FrameBatch, Origin, StreamContext};
use serde::Serialize;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use super::processing::WorkBook;
use super::source_work::SourceWork;
use super::sources::Shown;
use super::status::RunningSource;
use crate::health_events::SOURCE;
use crate::output::timestamp::rfc3339;

/// How often health is written.
const INTERVAL: Duration = Duration::from_secs(60);

/// What health is made of, and where it goes.
pub struct SourceHealth {
    /// Name of this machine's frames.
    pub collector: Arc<str>,
    /// The sources.
    pub sources: Shown,
    /// What became of their frames.
    pub work: Arc<WorkBook>,
    /// Where events go.
    pub intake: Intake,
    /// What time it is.
    pub clock: Arc<ReceiveClock>,
}

/// A line. The file `health_events.toml` reads it.
#[derive(Debug, Serialize)]
struct Line<'s> {
    at: String,
    about: &'s str,
    kind: &'s str,
    address: &'s str,
    interval_ms: u64,
    now_ms: i64,
    /// Absent before the first frame since the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seen_ms: Option<i64>,
    received: u64,
    received_bytes: u64,
    stored: u64,
    refused: u64,
    #[serde(skip_serializing_if = "String::is_empty")]
    refused_why: String,
    under_way: i64,
    truncated: u64,
    recoded: u64,
    connections: u64,
    connections_refused: u64,
    events: u64,
    parse_errors: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    parse_error_sample: Option<&'s str>,
    plain: u64,
    dated: u64,
    skewed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    skew_ms: Option<i64>,
    lag_ms: i64,
}

/// The counters of a source a minute ago.
#[derive(Default)]
struct Before {
    page: BookPage,
    work: SourceWork,
}

impl SourceHealth {
    /// Writes until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let interval = interval();
        let mut ticks = interval_at(Instant::now() + interval, interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut before, book) = (BTreeMap::<String, Before>::new(), Arc::<Book>::default());
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = stop.cancelled() => return,
            }
            let sources = self.sources.read().unwrap_or_else(PoisonError::into_inner).clone();
            before.retain(|name, _| sources.iter().any(|source| source.name == *name));
            for (tenant, lines) in self.lines(&sources, interval, &mut before) {
                // A service that stops waits for no room.
                tokio::select! {
                    put = self.intake.put(self.batch(&tenant, &lines), &book) => if put.is_err() { return },
                    () = stop.cancelled() => return,
                }
            }
        }
    }

    /// A line a source, by tenant.
    fn lines(
        &self,
        sources: &[RunningSource],
        interval: Duration,
        before: &mut BTreeMap<String, Before>,
    ) -> BTreeMap<String, Vec<String>> {
        let mut lines = BTreeMap::<String, Vec<String>>::new();
        for source in sources {
            let now = Before { page: source.book.page(), work: self.work.sources.take(&source.name) };
            let then = before.remove(&source.name).unwrap_or_default();
            let line = line(source, interval, self.clock.now_us(), &now, &then);
            // Numbers and texts are always written.
            lines.entry(source.tenant.clone()).or_default().extend(serde_json::to_string(&line).ok());
            before.insert(source.name.clone(), now);
        }
        lines
    }

    fn batch(&self, tenant: &str, lines: &[String]) -> FrameBatch {
        let origin =
            Origin { collector: Arc::clone(&self.collector), source: SOURCE.into(), tenant: tenant.into() };
        let (mut text, mut frames) = (String::new(), Vec::new());
        for line in lines {
            let start = text.len() as u32;
            text.push_str(line);
            frames.push(Frame { start, end: text.len() as u32, seq: 0, sub: 0 });
            text.push('\n');
        }
        let received_us = self.clock.now_us();
        FrameBatch::new(Arc::new(origin), received_us, StreamContext::default(), text, frames, Vec::new())
    }
}

fn line<'s>(
    source: &'s RunningSource,
    interval: Duration,
    now_us: i64,
    now: &'s Before,
    then: &Before,
) -> Line<'s> {
    let (page, work, lately) = (&now.page, &now.work, &now.work.lately);
    let since = |now: u64, then: u64| now.saturating_sub(then);
    let refused = Refusal::ALL.iter().zip(page.refused.iter().zip(then.page.refused));
    let refused: Vec<String> = refused
        .map(|(why, (now, then))| (why, since(*now, then)))
        .filter(|(_, frames)| *frames > 0)
        .map(|(why, frames)| format!("{frames} {}", why.name()))
        .collect();
    Line {
        at: rfc3339(now_us),
        about: &source.name,
        kind: &source.kind,
        address: &source.address,
        interval_ms: interval.as_millis() as u64,
        now_ms: now_us / 1_000,
        last_seen_ms: Some(page.last_received_us / 1_000).filter(|seen_ms| *seen_ms > 0),
        received: since(page.received, then.page.received),
        received_bytes: since(page.received_bytes, then.page.received_bytes),
        stored: since(page.stored, then.page.stored),
        refused: since(page.refused_total(), then.page.refused_total()),
        refused_why: refused.join(", "),
        under_way: page.under_way(),
        truncated: since(page.truncated, then.page.truncated),
        recoded: since(page.recoded, then.page.recoded),
        connections: page.connections,
        connections_refused: since(page.connections_refused, then.page.connections_refused),
        events: since(work.events, then.work.events),
        parse_errors: since(work.parse_errors, then.work.parse_errors),
        parse_error_sample: match since(work.parse_errors, then.work.parse_errors) {
            0 => None,
            _ => work.samples.back().map(String::as_str),
        },
        plain: since(work.plain, then.work.plain),
        dated: lately.dated,
        skewed: lately.skewed,
        skew_ms: lately.skew_us.map(|skew_us| skew_us / 1_000),
        lag_ms: lately.lag_us / 1_000,
    }
}

/// A minute, unless a test of a debug build cannot wait so long.
fn interval() -> Duration {
    #[cfg(debug_assertions)]
    if let Some(ms) = std::env::var("CAMPANILE_HEALTH_MS").ok().and_then(|ms| ms.parse().ok()) {
        return Duration::from_millis(ms);
    }
    INTERVAL
}
