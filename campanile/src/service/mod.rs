//! The service: sources into the journal, the journal into events, events into detections and the lake.
//!
//! ```text
//! sources ─► intake ─► journalling (sync, then the answers) ─┬► feed ─► processing (parse, detect) ─► lake ─► committing
//!                                                            └► feed ─► sealing
//! ```
//!
//! | thread | file |
//! |---|---|
//! | tokio's | `sources`, `http` |
//! | journal | `journalling` |
//! | work | `processing`, over rayon's |
//! | lake | `committing` |
//! | seal | `sealing` |
//!
//! Stopping goes the same way: sources deliver what they hold, the journal answers it, its frames are worked on, the lake
//! commits them, the originals have them. Whatever is killed before that comes again from the journal. `forwarder` is the
//! same with another end.

mod alert_log;
mod binding;
mod checkpoints;
mod committing;
mod delivering;
mod detections;
mod feed;
mod folders;
mod forwarder;
mod housekeeping;
mod http;
mod jobs;
mod journalling;
mod metrics;
mod open_files;
mod patience;
mod processing;
mod readers;
mod reload;
mod sealing;
mod sending;
mod source_health;
mod source_work;
mod sources;
pub mod status;
mod threads;
mod verdicts;
mod watched_files;

use std::fs::File;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use axum::Router;
use detect::Context;
use detect::coverage::RuleCoverage;
use ingest::ReceiveClock;
use ingest::sources::{HttpBook, HttpLimits, serve_http};
use storage::journal::Recovered;
use storage::lake::{Lake, LakeSettings};
use storage::seal::{Sealer, Signer, is_begun};
use storage::{Folder, Journal};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::{Listen, Settings};
use crate::diagnostics::Fault;
use crate::exit::{Failure, Result, failed};
use crate::jobs::{HISTORY_FILE, History, REPORTS_FOLDER};
use crate::query::Tables;
use alert_log::AlertLog;
use checkpoints::Checkpoints;
use delivering::{Delivering, targets};
use detections::Detections;
pub use detections::parsers;
use folders::Folders;
pub use folders::{KEYS, ORIGINALS};
pub use forwarder::forward;
use http::Shown;
use jobs::Jobs;
use patience::patience;
use processing::Watching;
pub use readers::Parsers;
pub use reload::{Reloaded, Reloads, Taken};
use reload::{Reloader, Serving};
use source_health::SourceHealth;
use sources::{Sources, Taking};
use status::{Books, ConfigurationStatus, Ending};
use threads::{Ends, Threads, Work};
use verdicts::Verdicts;

/// Name of this machine's frames in events and table.
pub const COLLECTOR: &str = "campanile";

/// Told alerts, in the folder that holds the lake too.
pub const ALERTS_FILE: &str = "alerts.ndjson";

/// What the service tells of itself.
pub enum Said {
    /// Senders may come.
    Started(Started),
    /// The configuration was taken up anew, or not.
    Reloaded(Reloaded),
}

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
/// `clock` says when something is received. A rehearsal has no file to reload, and no health is written in it: its minutes are
/// not those of its clock. Answers which rules ran and were fed.
pub async fn run(
    settings: &Settings,
    clock: Arc<ReceiveClock>,
    reloads: Option<Reloads>,
    stop: CancellationToken,
    tell: impl FnMut(Said) + Send + 'static,
) -> Result<Vec<RuleCoverage>> {
    let running = start(settings, clock, reloads, &stop, tell).await?;
    stop.cancelled().await;
    running.ended().await
}

/// A service that runs.
struct Running {
    threads: Threads,
    /// Sources, their health, jobs, the lake's care.
    tasks: TaskTracker,
    /// Answers the deliveries of alerts, which outlive the sources.
    reloading: JoinHandle<Delivering>,
    pages: JoinHandle<()>,
    pages_stop: CancellationToken,
    /// Held for as long as anything of this service may write.
    _lock: File,
}

impl Running {
    /// Waits until everything has ended, each part after those that feed it. It was told to stop.
    async fn ended(self) -> Result<Vec<RuleCoverage>> {
        let delivering = self.reloading.await.map_err(failed("the task that reloads died"))?;
        self.tasks.close();
        self.tasks.wait().await;
        self.pages_stop.cancel();
        self.pages.await.map_err(failed("the pages' task died"))?;
        // The ways in are closed.
        let coverage = self.threads.ended().await?;
        delivering.stop().await;
        Ok(coverage)
    }
}

async fn start(
    settings: &Settings,
    clock: Arc<ReceiveClock>,
    reloads: Option<Reloads>,
    stop: &CancellationToken,
    mut tell: impl FnMut(Said) + Send + 'static,
) -> Result<Running> {
    // What changes from here on is taken up once the service runs.
    let read = reloads.as_ref().map_or(0, |reloads| watched_files::print(&reloads.path, settings));
    let folders = Folders::make(settings)?;
    let lake = Lake::open(&folders.lake, lake_settings(settings)).await;
    let lake = lake.map_err(failed("the lake cannot be opened"))?;
    let writer = lake.writer(COLLECTOR).await.map_err(failed("the lake cannot be opened"))?;
    let (mut journal, recovered) =
        Journal::open(folders.journal.clone(), COLLECTOR, journal_settings(settings))
            .map_err(failed("the journal cannot be opened"))?;
    // A seq that lake or windows have passed would be taken for one that they hold.
    journal.skip_to(writer.committed_upto() + 1);
    let (watching, town, faults) = watching(Detections::load(settings)?, &folders, journal.first_seq() - 1)?;
    journal.skip_to(watching.checkpoints.saved_upto + 1);
    let sealer = sealer(&folders, journal.first_seq(), clock.now_us())?;
    journal.skip_to(sealer.sealed_upto() + 1);
    let (rules, log) = (watching.live.rules_running(), Arc::clone(&watching.log));
    let grown = log.lock().unwrap_or_else(PoisonError::into_inner).grown();
    let delivering = Delivering::start(&folders.alerts, &folders.deliveries, grown, targets(settings)?)?;
    let work = Work {
        journal: (journal, folders.journal.clone()),
        watching,
        lake: writer.clone(),
        sealer,
        clock: Arc::clone(&clock),
    };
    let (threads, ends) = Threads::start(settings, work, stop)?;
    let Ends { intake, positions, changes, journal, work, commits, seals, expiries, feed } = ends;

    let tasks = TaskTracker::new();
    let taking = Taking {
        collector: COLLECTOR.into(),
        intake: intake.clone(),
        positions,
        clock: Arc::clone(&clock),
        followed: folders.followed,
        connections_max: connections_max(settings),
        tasks: tasks.clone(),
        stop: stop.child_token(),
    };
    let (sources, over_http) = Sources::start(settings, taking).await?;
    let running = sources.shown();
    let health = SourceHealth {
        collector: COLLECTOR.into(),
        sources: sources.shown(),
        work: Arc::clone(&work),
        intake,
        clock: Arc::clone(&clock),
    };
    if reloads.is_some() {
        tasks.spawn(health.run(stop.child_token()));
    }
    let (in_force, settings_in_force) = watch::channel(Arc::new(settings.clone()));
    let verdicts = Verdicts {
        folder: settings.data_dir.clone(),
        settings: settings_in_force.clone(),
        clock: Arc::clone(&clock),
        book: Arc::clone(&work),
    };
    tasks.spawn(verdicts.run(stop.child_token()));
    let listening = status::listening(&running);
    let (town, configuration) = (Arc::new(RwLock::new(town)), Arc::<Mutex<ConfigurationStatus>>::default());
    let http_book = Arc::<HttpBook>::default();
    let books = Books {
        sources: running,
        configuration: Arc::clone(&configuration),
        journal,
        work,
        http: Arc::clone(&http_book),
        feed,
        ending: Ending::Lake { writer, commits, seals },
        started_us: clock.now_us(),
        clock: Arc::clone(&clock),
    };
    let tables = Tables::of_service(lake.events(), &settings.data_dir)?;
    let shown = Shown { tables: tables.clone(), town: Arc::clone(&town), alerts_path: folders.alerts };
    let jobs = Jobs {
        settings: settings_in_force,
        tables: tables.apart()?,
        log,
        history: History::at(settings.data_dir.join(HISTORY_FILE)),
        reports: settings.data_dir.join(REPORTS_FOLDER),
        clock: Arc::clone(&clock),
    };
    tasks.spawn(jobs.run(stop.child_token()));
    let pages_stop = CancellationToken::new();
    let routes = http::router(Arc::new(books)).merge(http::queries(Arc::new(shown)));
    let routes = routes.merge(ingest::sources::router(over_http));
    let (http, pages) = pages(settings, routes, http_book, pages_stop.clone()).await?;
    tell(Said::Started(Started { http, sources: listening, rules, faults, recovered }));

    tasks.spawn(housekeeping::run(lake, expiries, clock, stop.child_token()));
    let parts = Serving { started: settings.clone(), sources, delivering, changes, town };
    let reloader = Reloader { parts, in_force, book: configuration, read };
    let reload = reloader.run(reloads, stop.child_token(), move |reloaded| tell(Said::Reloaded(reloaded)));
    let reloading = tokio::spawn(async { reload.await.delivering });
    Ok(Running { threads, tasks, reloading, pages, pages_stop, _lock: folders.lock })
}

/// Rules as they were left, the log of what they told, what they know of the town, and what is wrong with others.
fn watching(
    detections: Detections,
    folders: &Folders,
    forgotten_upto: u64,
) -> Result<(Watching, Context, Vec<Fault>)> {
    let Detections { mut live, lateness_us, town, faults } = detections;
    let checkpoints = Checkpoints::restore(&folders.windows, &mut live, forgotten_upto)?;
    let log = AlertLog::open(&folders.alerts, live.book())?;
    let log = Arc::new(Mutex::new(log));
    Ok((Watching { live, lateness_us, log, checkpoints, shed_before: 0 }, town, faults))
}

/// The originals as they were left; the journal has no frame before `first_seq`.
fn sealer(folders: &Folders, first_seq: u64, now_us: i64) -> Result<Sealer<Folder>> {
    let unsigned = |error: storage::Error| {
        let help = "bring the folder `keys` of data_dir back from a backup; or move it and the folder `originals` away: \
                    sealing then begins anew";
        Failure::usage_text(format!("cannot sign what is sealed: {error}"), help)
    };
    let is_begun = is_begun(&folders.originals).map_err(failed("the originals cannot be opened"))?;
    let signer = Signer::open(&folders.keys, is_begun).map_err(unsigned)?;
    let opened = Sealer::open(folders.originals.clone(), signer, COLLECTOR, first_seq, now_us);
    let (sealer, missing) = opened.map_err(|error| match error {
        storage::Error::KeyGone => unsigned(error),
        error => failed("the originals cannot be opened")(error),
    })?;
    if !missing.is_empty() {
        tracing::error!(
            first_seq = missing.start,
            lost = missing.end - missing.start,
            "frames that the journal has forgotten are in no record of the originals: see `campanile evidence verify`"
        );
    }
    Ok(sealer)
}

/// Starts serving the pages.
async fn pages(
    settings: &Settings,
    router: Router,
    book: Arc<HttpBook>,
    stop: CancellationToken,
) -> Result<(SocketAddr, JoinHandle<()>)> {
    let wanted = &settings.http.listen;
    let listener = TcpListener::bind(wanted).await.map_err(|error| {
        Failure::usage_text(
            format!("cannot listen on {wanted}: {error}"),
            "another program has that port, or the address is not this machine's: change http.listen",
        )
    })?;
    let address = listener.local_addr()?;
    let limits = http_limits(connections_max(settings));
    let served = serve_http(listener, access::guarded(router, address), limits, book, stop);
    let pages = tokio::spawn(async move {
        if let Err(error) = served.await {
            tracing::error!(%error, "the pages cannot be served");
        }
    });
    Ok((address, pages))
}

/// Connections of each source that listens, and of the service's own port.
fn connections_max(settings: &Settings) -> usize {
    let connects = |listen: &Listen| matches!(listen, Listen::Tcp(_) | Listen::Tls(_) | Listen::Unix(_));
    let sources = settings.source.iter().filter(|source| source.listen.as_ref().is_some_and(connects));
    open_files::connections_max(open_files::raise(), 1 + sources.count())
}

fn journal_settings(settings: &Settings) -> storage::Settings {
    storage::Settings::within(settings.journal.disk_budget.0)
}

/// How many connections the service's own port has, and how long they may take.
fn http_limits(connections_max: usize) -> HttpLimits {
    let usual = HttpLimits::default();
    HttpLimits {
        connections_max: usual.connections_max.min(connections_max),
        silence_max: patience(usual.silence_max),
        header_max: patience(usual.header_max),
    }
}

fn lake_settings(settings: &Settings) -> LakeSettings {
    let flush = settings.lake.flush;
    LakeSettings {
        flush_rows: usize::try_from(flush.rows).unwrap_or(usize::MAX),
        flush_age_ms: flush.age.0,
        ..LakeSettings::default()
    }
}
