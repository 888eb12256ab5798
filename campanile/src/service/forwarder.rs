//! `campanile forward`: the same sources and the same journal as the service's, and behind them the way to the node above.
//!
//! ```text
//! sources ─► intake ─► journalling (sync, then the answers) ─► feed ─► sending ─► node above
//! ```
//!
//! Stopping: sources deliver what they hold, the journal answers it. What the node above has not taken by then stays in the
//! journal, and is sent after the next start.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use ingest::ReceiveClock;
use ingest::sources::HttpBook;
use storage::Journal;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::detections::readings;
use super::http;
use super::processing::WorkBook;
use super::sending::{Dress, SendBook, Sending};
use super::source_health::SourceHealth;
use super::sources::{Sources, Taking};
use super::status::{self, Books, Ending};
use super::threads::{ended, keep};
use super::{Folders, Started, connections_max, journal_settings, pages};
use crate::config::{Forward, Settings};
use crate::exit::{Failure, Result, failed};

/// Collects and sends until `stop` is cancelled, or the journal's thread ends, and everything received is in the journal.
pub async fn forward(
    settings: &Settings,
    clock: Arc<ReceiveClock>,
    stop: CancellationToken,
    tell: impl FnOnce(Started),
) -> Result<()> {
    let forward = table(settings)?;
    let upstream = forward.upstream()?;
    let collector: Arc<str> = forward.collector.as_str().into();
    let folders = Folders::make(settings)?;
    let (journal, recovered) = Journal::open(folders.journal.clone(), &collector, journal_settings(settings))
        .map_err(failed("the journal cannot be opened"))?;
    let (number, work) = (journal.number(), Arc::<WorkBook>::default());
    work.worked_upto.store(journal.first_seq() - 1, Ordering::Relaxed);
    let kept = keep::<1>(settings, journal, &stop)?;
    let [feed] = kept.feeds;

    let tasks = TaskTracker::new();
    let taking = Taking {
        collector: Arc::clone(&collector),
        intake: kept.intake.clone(),
        positions: kept.positions,
        clock: Arc::clone(&clock),
        followed: folders.followed,
        connections_max: connections_max(settings),
        tasks: tasks.clone(),
        stop: stop.child_token(),
    };
    let (sources, over_http) = Sources::start(settings, taking).await?;
    let running = sources.shown();
    let health = SourceHealth {
        collector: Arc::clone(&collector),
        sources: sources.shown(),
        work: Arc::clone(&work),
        intake: kept.intake,
        clock: Arc::clone(&clock),
    };
    tasks.spawn(health.run(stop.child_token()));
    let sending = Sending {
        upstream,
        bytes_per_second: forward.bandwidth.bytes_per_second(),
        journal: number,
        feed: feed.clone(),
        folder: folders.journal,
        dress: Arc::new(Dress { collector, readings: readings(settings) }),
        journal_book: Arc::clone(&kept.book),
        work: Arc::clone(&work),
        book: Arc::<SendBook>::default(),
    };
    let listening = status::listening(&running);
    let http_book = Arc::<HttpBook>::default();
    let books = Books {
        sources: running,
        configuration: Arc::<Mutex<_>>::default(),
        journal: kept.book,
        work,
        http: Arc::clone(&http_book),
        feed,
        ending: Ending::Node { to: forward.to.to_string(), book: Arc::clone(&sending.book) },
        started_us: clock.now_us(),
        clock,
    };
    tasks.spawn(sending.run(stop.child_token()));
    let pages_stop = CancellationToken::new();
    let routes = http::router(Arc::new(books)).merge(ingest::sources::router(over_http));
    let (http, pages) = pages(settings, routes, http_book, pages_stop.clone()).await?;
    tell(Started { http, sources: listening, rules: 0, faults: Vec::new(), recovered });

    stop.cancelled().await;
    tasks.close();
    tasks.wait().await;
    pages_stop.cancel();
    pages.await.map_err(failed("the pages' task died"))?;
    // The last of the ways in.
    drop(sources);
    ended(kept.thread).await
}

fn table(settings: &Settings) -> Result<&Forward> {
    settings.forward.as_ref().ok_or_else(|| {
        let help = "add [forward] with to = \"tls://HOST:PORT\" and collector = \"NAME\"";
        Failure::usage_text("the configuration does not say where to send", help)
    })
}
