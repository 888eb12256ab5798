//! A fictional town's logs through the running service: its devices' lines are sent over HTTP, some minutes of the town's own
//! time after the other.
//!
//! Promises: every line is acknowledged before the town's clock goes on; evidence is told by file and line; the books count what
//! the lake holds. Must not know: rules, what was planted.

use std::path::Path;
use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use datasets::{GenerateOptions, Generated, Generation};
use detect::Findings;
use detect::coverage::RuleCoverage;
use detect::engine::Costs;
use futures::StreamExt;
use ingest::ReceiveClock;
use schema::Alert;
use storage::lake::Lake;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::installation::set_up;
use super::sender::{Placed, Sender};
use crate::books::{Books, FormatBook, InputBook};
use crate::config::Settings;
use crate::detections::running::Scanned;
use crate::exit::{Failure, Result, failed};
use crate::progress::Progress;
use crate::query;
use crate::service::{self, Said, Started};
use crate::told::Told;
use crate::town;

/// Behind the last line, so that every window is over, µs.
const AFTERMATH_US: i64 = 3 * 24 * 3_600_000_000;

/// What came of it.
pub struct Played {
    /// What was sent.
    pub generated: Generated,
    /// What the service found and stored.
    pub scanned: Scanned,
}

/// What was sent, and what the service said at its start.
struct Sent {
    town: Generation,
    placed: Placed,
    inputs: Vec<InputBook>,
    started: Started,
}

/// Lets the town's days pass before a service of its own. Logs, labels, configuration and the service's data are left in `folder`.
pub fn play(options: &GenerateOptions, folder: &Path, progress: &Progress) -> Result<Played> {
    let town = Generation::start(options, folder)?;
    let settings = set_up(&town, folder)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (coverage, sent) = runtime.block_on(serve(town, &settings, progress))?;
    progress.finish();
    let Sent { town, placed, inputs, started } = sent;
    let books = runtime.block_on(books(&settings, inputs))?;
    let told = Told::read(&settings.data_dir.join(service::ALERTS_FILE))?;
    let incidents = told.incidents.values().map(|known| known.incident.clone()).collect();
    let events = books.formats.values().map(|book| book.events).sum();
    let findings = Findings::of(alerts(&told, &placed), incidents, coverage, events);
    let (rules_running, faults) = (started.rules, started.faults);
    let scanned = Scanned { findings, books, late: 0, rules_running, faults, costs: Costs::default() };
    Ok(Played { generated: town.finish()?, scanned })
}

/// Runs the service until everything was sent, and it has stored and judged everything.
async fn serve(
    mut town: Generation,
    settings: &Settings,
    progress: &Progress,
) -> Result<(Vec<RuleCoverage>, Sent)> {
    let clock = Arc::new(ReceiveClock::standing_at(us(town.start_ms())));
    let stop = CancellationToken::new();
    let (tell, told) = oneshot::channel();
    let mut tell = Some(tell);
    let ready = move |said| {
        if let (Said::Started(started), Some(tell)) = (said, tell.take()) {
            drop(tell.send(started));
        }
    };
    let service = service::run(settings, Arc::clone(&clock), None, stop.clone(), ready);
    let exercise = async {
        let _ends_the_service = stop.clone().drop_guard();
        send(&mut town, told, &clock, progress).await
    };
    let (coverage, sent) = tokio::join!(service, exercise);
    match (coverage?, sent?) {
        (coverage, Some((sender, started))) => {
            let (placed, inputs) = sender.finish();
            Ok((coverage, Sent { town, placed, inputs, started }))
        }
        (_, None) => Err(Failure::internal("the service ended before it was ready")),
    }
}

/// Sends every line at its time; none when the service did not come to be ready, which says why.
async fn send(
    town: &mut Generation,
    ready: oneshot::Receiver<Started>,
    clock: &ReceiveClock,
    progress: &Progress,
) -> Result<Option<(Sender, Started)>> {
    let Ok(started) = ready.await else { return Ok(None) };
    let mut sender = Sender::new(started.http, town.files());
    while let Some(span) = tokio::task::block_in_place(|| town.advance())? {
        clock.move_to(us(span.end_ms));
        let (events, bytes) = sender.send(&span.parts).await?;
        progress.add_events(events);
        progress.read_to(bytes);
    }
    clock.move_to(clock.now_us() + AFTERMATH_US);
    Ok(Some((sender, started)))
}

fn us(ms: i64) -> i64 {
    ms.saturating_mul(1_000)
}

/// What holds in the end, evidence by file and line.
fn alerts(told: &Told, placed: &Placed) -> Vec<Alert> {
    let mut alerts: Vec<Alert> = told.holding().map(|told| told.alert.clone()).collect();
    for place in alerts.iter_mut().flat_map(|alert| &mut alert.evidence) {
        if let Some(found) = placed.of(place.line) {
            *place = found;
        }
    }
    alerts
}

/// What the lake holds.
const BOOKS_QUERY: &str = "SELECT format, count(*) AS events, count(parse_error) AS errors, \
    min(timestamp) FILTER (WHERE time_guess IS DISTINCT FROM 'missing') AS first, \
    max(timestamp) FILTER (WHERE time_guess IS DISTINCT FROM 'missing') AS last FROM events GROUP BY format";

async fn books(settings: &Settings, inputs: Vec<InputBook>) -> Result<Books> {
    let unreadable = failed("the exercise's lake cannot be read");
    let location = settings.data_dir.join("lake").display().to_string();
    let lake = Lake::open_existing(&location).await.map_err(unreadable)?;
    let town = town::context(Some(settings), &jiff::tz::TimeZone::UTC)?;
    let tables = query::Tables::of_files(lake.events())?;
    let mut rows = query::start(BOOKS_QUERY, &tables, &town, query::all_cores()).await?;
    let mut books = Books { inputs, ..Books::default() };
    while let Some(rows) = rows.next().await {
        let rows = rows.map_err(|error| query::failure(BOOKS_QUERY, &error))?;
        let (formats, counts) =
            (rows.column(0).as_string_view(), |at| rows.column(at).as_primitive::<Int64Type>());
        let times = |at| rows.column(at).as_primitive::<TimestampMicrosecondType>();
        for row in 0..rows.num_rows() {
            let count = |at| u64::try_from(counts(at).value(row)).unwrap_or(0);
            let book = FormatBook { events: count(1), errors: count(2), first_error: None };
            books.formats.insert(formats.value(row).to_owned(), book);
        }
        books.first_us = [books.first_us, arrow::compute::min(times(3))].into_iter().flatten().min();
        books.last_us = books.last_us.max(arrow::compute::max(times(4)));
    }
    Ok(books)
}
