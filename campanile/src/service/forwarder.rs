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
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::http;
use super::processing::WorkBook;
use super::reload::{Forwarding, Reloader, Reloads};
use super::sending::{SendBook, Sending, Way};
use super::source_health::SourceHealth;
use super::sources::{Sources, Taking};
use super::status::{self, Books, ConfigurationStatus, Ending};
use super::threads::{ended, keep};
use super::{Folders, Said, Started, connections_max, journal_settings, pages, watched_files};
use crate::config::Settings;
use crate::exit::{Result, failed};

/// Collects and sends until `stop` is cancelled, or the journal's thread ends, and everything received is in the journal.
pub async fn forward(
    settings: &Settings,
    clock: Arc<ReceiveClock>,
    reloads: Reloads,
    stop: CancellationToken,
    mut tell: impl FnMut(Said) + Send + 'static,
) -> Result<()> {
    // What changes from here on is taken up once the node runs.
    let read = watched_files::print(&reloads.path, settings);
    let forward = Way::table(settings)?;
    let collector: Arc<str> = forward.collector.as_str().into();
    let (way, way_in_force) = watch::channel(Arc::new(Way::of(settings)?));
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
        way: way_in_force.clone(),
        journal: number,
        feed: feed.clone(),
        folder: folders.journal,
        journal_book: Arc::clone(&kept.book),
        work: Arc::clone(&work),
        book: Arc::<SendBook>::default(),
    };
    let listening = status::listening(&running);
    let configuration = Arc::<Mutex<ConfigurationStatus>>::default();
    let http_book = Arc::<HttpBook>::default();
    let books = Books {
        sources: running,
        configuration: Arc::clone(&configuration),
        journal: kept.book,
        work,
        http: Arc::clone(&http_book),
        feed,
        ending: Ending::Node { way: way_in_force, book: Arc::clone(&sending.book) },
        started_us: clock.now_us(),
        clock,
    };
    tasks.spawn(sending.run(stop.child_token()));
    let pages_stop = CancellationToken::new();
    let routes = http::router(Arc::new(books)).merge(ingest::sources::router(over_http));
    let (http, pages) = pages(settings, routes, http_book, pages_stop.clone()).await?;
    tell(Said::Started(Started { http, sources: listening, rules: 0, faults: Vec::new(), recovered }));

    let parts = Forwarding { started: settings.clone(), sources, way };
    let (in_force, _) = watch::channel(Arc::new(settings.clone()));
    let reloader = Reloader { parts, in_force, book: configuration, read };
    let told = move |reloaded| tell(Said::Reloaded(reloaded));
    let parts = reloader.run(Some(reloads), stop.child_token(), told).await;
    tasks.close();
    tasks.wait().await;
    pages_stop.cancel();
    pages.await.map_err(failed("the pages' task died"))?;
    // With them the last of the ways in.
    drop(parts);
    ended(kept.thread).await
}
