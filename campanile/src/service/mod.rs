//! The service: sources into the journal, the journal into events, events into detections and the lake.
//!
//! ```text
//! sources ─► intake ─► journalling (sync, then the answers) ─► feed ─► processing (parse, detect) ─► lake ─► committing
//! ```
//!
//! | thread | file |
//! |---|---|
//! | tokio's | `sources`, `http` |
//! | journal | `journalling` |
//! | work | `processing`, over rayon's |
//! | lake | `committing` |
//!
//! Stopping goes the same way: sources deliver what they hold, the journal answers it, its frames are worked on, the lake
//! commits them. Whatever is killed before that comes again from the journal.

mod alert_log;
mod checkpoints;
mod committing;
mod feed;
mod housekeeping;
mod http;
mod journalling;
mod kill_point;
mod metrics;
mod processing;
mod sources;
pub mod status;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use access::delivery::Delivery;
use axum::Router;
use detect::coverage::RuleCoverage;
use detect::{Context, Live, LiveOptions};
use ingest::ReceiveClock;
use ingest::sources::{HttpLimits, serve_http};
use parsers::Zone;
use storage::journal::Recovered;
use storage::lake::{Lake, LakeSettings};
use storage::{Folder, Journal};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::commands::formats;
use crate::config::Settings;
use crate::detections::loading::{RuleArgs, load};
use crate::diagnostics::Fault;
use crate::exit::{Failure, Result, failed};
use crate::{moment, town};
use alert_log::AlertLog;
use checkpoints::Checkpoints;
use committing::{CommitBook, Committing};
use feed::{Feed, Follower};
use http::Shown;
use journalling::{JournalBook, Journalling, SyncPolicy};
use processing::{Parsers, Processing, Watching, WorkBook};
use sources::Taking;
use status::Books;

/// Text between sources and the journal.
const INTAKE_BYTES_MAX: usize = 32 << 20;
/// Name of this machine's frames in events and table.
const COLLECTOR: &str = "campanile";

/// What a start found and made.
pub struct Started {
    /// Where the pages are.
    pub http: SocketAddr,
    /// Sources that run, and where.
    pub sources: Vec<(String, String)>,
    /// Rules that run.
    pub rules: usize,
    /// What is wrong with others.
    pub faults: Vec<Fault>,
    /// What the journal's last segment held.
    pub recovered: Recovered,
}

/// Runs the service until `stop` is cancelled, or one of its threads ends, and everything received is in the lake.
/// `ready` is told when senders may come; `clock` says when something is received. Answers which rules ran and were fed.
pub async fn run(
    settings: &Settings,
    clock: Arc<ReceiveClock>,
    stop: CancellationToken,
    ready: impl FnOnce(Started),
) -> Result<Vec<RuleCoverage>> {
    let folders = Folders::make(settings)?;
    let lake = Lake::open(&folders.lake, lake_settings(settings)).await;
    let lake = lake.map_err(failed("the lake cannot be opened"))?;
    let writer = lake.writer(COLLECTOR).await.map_err(failed("the lake cannot be opened"))?;
    let (journal, recovered) = Journal::open(folders.journal.clone(), COLLECTOR, journal_settings(settings))
        .map_err(failed("the journal cannot be opened"))?;
    let feed = Feed::new(journal.durable_upto());
    let Watched { watching, town, faults } = watched(settings, &folders, writer.committed_upto())?;
    // Without detections there are no windows that could stand elsewhere.
    let saved_upto = watching.as_ref().map_or(u64::MAX, |watching| watching.checkpoints.saved_upto);
    let next_seq = writer.committed_upto().min(saved_upto) + 1;
    let rules = watching.as_ref().map_or(0, |watching| watching.live.rules_running());
    let deliveries_stop = CancellationToken::new();
    let delivering = match &watching {
        Some(watching) => deliver(settings, &folders, &watching.log.grown(), &deliveries_stop)?,
        None => TaskTracker::new(),
    };
    let (intake, deliveries) = ingest::intake(INTAKE_BYTES_MAX);

    let journal_book = Arc::<JournalBook>::default();
    let policy = SyncPolicy {
        bytes: usize::try_from(settings.journal.sync.bytes.0).unwrap_or(usize::MAX),
        interval: Duration::from_millis(settings.journal.sync.interval.0),
    };
    let journalling = Journalling::new(journal, deliveries, policy, feed.clone(), Arc::clone(&journal_book))?;
    let journalling = thread("journal", &stop, move || {
        journalling.run();
        Ok(())
    })?;

    let work_book = Arc::<WorkBook>::default();
    work_book.worked_upto.store(next_seq - 1, Ordering::Relaxed);
    work_book.saved_upto.store(saved_upto, Ordering::Relaxed);
    let processing = Processing {
        follower: Follower::new(feed.clone(), folders.journal.clone(), next_seq),
        parsers: parsers(settings)?,
        watching,
        lake: writer.clone(),
        runtime: Handle::current(),
        clock: Arc::clone(&clock),
        book: Arc::clone(&work_book),
        settled_us: 0,
    };
    let processing = thread("work", &stop, move || processing.run())?;

    let commit_book = Arc::<CommitBook>::default();
    let committing = Committing {
        lake: writer.clone(),
        runtime: Handle::current(),
        clock: Arc::clone(&clock),
        work: Arc::clone(&work_book),
        journal: Arc::clone(&journal_book),
        book: Arc::clone(&commit_book),
    };
    let (stop_committing, committing_stops) = mpsc::channel::<()>();
    let committing = thread("lake", &stop, move || {
        committing.run(&committing_stops);
        Ok(())
    })?;

    let tracker = TaskTracker::new();
    let taking = Taking { intake, clock: Arc::clone(&clock), stop: stop.child_token() };
    let sources::Started { running, over_http } =
        sources::start(settings, COLLECTOR, &folders.followed, &taking, &tracker).await?;
    drop(taking);
    let listening = running.iter().map(|source| (source.name.clone(), source.address.clone())).collect();
    let clock_of_care = Arc::clone(&clock);
    let books = Books {
        sources: running,
        journal: journal_book,
        work: work_book,
        commits: commit_book,
        feed,
        lake: writer,
        started_us: clock.now_us(),
        clock,
    };
    let shown = Shown { books, events: lake.events(), town, alerts_path: folders.alerts };
    let pages_stop = CancellationToken::new();
    let routes = http::router(Arc::new(shown)).merge(ingest::sources::router(over_http));
    let (http, pages) = pages(settings, routes, pages_stop.clone()).await?;
    ready(Started { http, sources: listening, rules, faults, recovered });

    tracker.spawn(housekeeping::run(lake, clock_of_care, stop.child_token()));
    stop.cancelled().await;
    tracker.close();
    tracker.wait().await;
    pages_stop.cancel();
    pages.await.map_err(failed("the pages' task died"))?;
    // The way in is closed: each thread ends when the one before it has.
    ended(journalling).await?;
    let coverage = ended(processing).await?;
    drop(stop_committing);
    ended(committing).await?;
    // What was not delivered yet is delivered after the next start.
    deliveries_stop.cancel();
    delivering.close();
    delivering.wait().await;
    Ok(coverage)
}

/// Starts a delivery for each target of the configuration.
fn deliver(
    settings: &Settings,
    folders: &Folders,
    grown: &watch::Receiver<u64>,
    stop: &CancellationToken,
) -> Result<TaskTracker> {
    let tracker = TaskTracker::new();
    std::fs::create_dir_all(&folders.deliveries)?;
    for delivery in &settings.deliver {
        let (target, least) = (delivery.target()?, delivery.min_severity.into());
        let delivery = Delivery::open(target, least, &folders.alerts, &folders.deliveries)?;
        tracker.spawn(delivery.run(grown.clone(), stop.clone()));
    }
    Ok(tracker)
}

/// Starts serving the pages.
async fn pages(
    settings: &Settings,
    router: Router,
    stop: CancellationToken,
) -> Result<(SocketAddr, tokio::task::JoinHandle<()>)> {
    let wanted = &settings.http.listen;
    let listener = TcpListener::bind(wanted).await.map_err(|error| {
        Failure::usage_text(
            format!("cannot listen on {wanted}: {error}"),
            "another program has that port, or the address is not this machine's: change http.listen",
        )
    })?;
    let address = listener.local_addr()?;
    let served = serve_http(listener, access::guarded(router, address), HttpLimits::default(), stop);
    let pages = tokio::spawn(async move {
        if let Err(error) = served.await {
            tracing::error!(%error, "the pages cannot be served");
        }
    });
    Ok((address, pages))
}

/// A thread of the service. When it ends, whatever the reason, the service stops.
fn thread<T: Send + 'static>(
    name: &str,
    stop: &CancellationToken,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<JoinHandle<Result<T>>> {
    let guard = stop.clone().drop_guard();
    let thread = std::thread::Builder::new().name(name.to_owned());
    Ok(thread.spawn(move || {
        let _stops_the_service = guard;
        work()
    })?)
}

/// What a thread of the service came to.
async fn ended<T: Send + 'static>(thread: JoinHandle<Result<T>>) -> Result<T> {
    let name = thread.thread().name().unwrap_or_default().to_owned();
    let joined = tokio::task::spawn_blocking(move || thread.join()).await;
    match joined {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) | Err(_) => Err(Failure::internal(format!("the {name} thread died"))),
    }
}

/// Where things are under `data_dir`.
struct Folders {
    journal: Folder,
    lake: String,
    alerts: PathBuf,
    windows: PathBuf,
    deliveries: PathBuf,
    followed: PathBuf,
}

impl Folders {
    fn make(settings: &Settings) -> Result<Folders> {
        let data_dir = &settings.data_dir;
        let journal = Folder::at(&data_dir.join("journal")).map_err(|error| {
            Failure::usage_text(
                format!("cannot use {}: {error}", data_dir.display()),
                "name a folder you may write to as data_dir",
            )
        })?;
        let lake = match settings.lake.url.as_str() {
            "data_dir" => data_dir.join("lake").display().to_string(),
            url => url.to_owned(),
        };
        Ok(Folders {
            journal,
            lake,
            alerts: data_dir.join("alerts.ndjson"),
            windows: data_dir.join("windows"),
            deliveries: data_dir.join("deliveries"),
            followed: data_dir.join("followed"),
        })
    }
}

fn journal_settings(settings: &Settings) -> storage::Settings {
    storage::Settings { budget_bytes: settings.journal.disk_budget.0, ..storage::Settings::default() }
}

fn lake_settings(settings: &Settings) -> LakeSettings {
    let flush = settings.lake.flush;
    LakeSettings {
        flush_rows: usize::try_from(flush.rows).unwrap_or(usize::MAX),
        flush_age_ms: flush.age.0,
        ..LakeSettings::default()
    }
}

/// How the frames of each source are read.
fn parsers(settings: &Settings) -> Result<Parsers> {
    let parser = |format: &str, tenant: &str| {
        let zone = settings.tenant.get(tenant).map_or("Europe/Rome", |tenant| &tenant.timezone);
        let zone = Zone::named(zone).map_err(|error| {
            Failure::usage_text(error.to_string(), "use an IANA name such as Europe/Rome")
        })?;
        formats::parser(format, zone)
    };
    let mut by_source = BTreeMap::new();
    for source in &settings.source {
        by_source.insert(source.name.clone(), parser(&source.format, &source.tenant)?);
    }
    Ok(Parsers { by_source, default: parser("auto", town::DEFAULT_TENANT)? })
}

/// The detections of the configuration, and what is wrong with some.
struct Watched {
    /// None when no rule is asked for.
    watching: Option<Watching>,
    town: Context,
    faults: Vec<Fault>,
}

fn watched(settings: &Settings, folders: &Folders, committed_upto: u64) -> Result<Watched> {
    let timezone = settings.tenant.get(town::DEFAULT_TENANT).map_or("Europe/Rome", |tenant| &tenant.timezone);
    let town = town::context(Some(settings), &moment::time_zone(timezone)?)?;
    if settings.detect.rules.is_empty() {
        return Ok(Watched { watching: None, town, faults: Vec::new() });
    }
    let mut loaded = load(&RuleArgs::default().with_configured(Some(&settings.detect.rules)))?;
    let options = LiveOptions::default();
    let (mut live, problems) =
        Live::new(std::mem::take(&mut loaded.rules), std::mem::take(&mut loaded.sigma), &town, options);
    let mut faults = loaded.faults;
    faults.extend(problems.iter().map(Fault::of_rule));
    let checkpoints = Checkpoints::restore(&folders.windows, &mut live, committed_upto)?;
    let log = AlertLog::open(&folders.alerts)?;
    let watching = Watching { live, lateness_us: options.lateness_us, log, checkpoints };
    Ok(Watched { watching: Some(watching), town, faults })
}
