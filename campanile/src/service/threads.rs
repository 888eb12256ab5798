//! The three threads from journal to lake, started together and ended one after the other.
//!
//! Promises: when one ends, whatever the reason, the service stops; what came in before the way in was closed is in the lake
//! when all have ended. Must not know: sources, pages.

use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use detect::coverage::RuleCoverage;
use ingest::{Intake, Positions, ReceiveClock};
use storage::lake::LakeWriter;
use storage::{Folder, Journal};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::committing::{CommitBook, Committing};
use super::detections::parsers;
use super::feed::{Feed, Follower};
use super::journalling::{JournalBook, Journalling, SyncPolicy};
use super::processing::{Change, Processing, Watching, WorkBook};
use crate::config::Settings;
use crate::exit::{Failure, Result};

/// Text between sources and the journal.
const INTAKE_BYTES_MAX: usize = 32 << 20;

/// What the threads work on.
pub struct Work {
    /// Where frames are kept first, and its folder.
    pub journal: (Journal<Folder>, Folder),
    /// What looks at events.
    pub watching: Watching,
    /// Where events go.
    pub lake: LakeWriter,
    /// What time it is.
    pub clock: Arc<ReceiveClock>,
}

/// The ways in, and what is counted.
pub struct Ends {
    /// For frames.
    pub intake: Intake,
    /// How far other nodes' journals are here.
    pub positions: Positions,
    /// For other rules and parsers.
    pub changes: mpsc::Sender<Change>,
    /// The journal's book.
    pub journal: Arc<JournalBook>,
    /// The working thread's.
    pub work: Arc<WorkBook>,
    /// The lake's.
    pub commits: Arc<CommitBook>,
    /// How far the journal is.
    pub feed: Feed,
}

/// The journal's thread, the way into it, and what follows it.
pub struct Kept {
    /// The thread.
    pub thread: Thread<()>,
    /// For frames.
    pub intake: Intake,
    /// How far other nodes' journals are here.
    pub positions: Positions,
    /// How far the journal is.
    pub feed: Feed,
    /// The journal's book.
    pub book: Arc<JournalBook>,
}

/// Starts the journal's thread.
pub fn keep(settings: &Settings, journal: Journal<Folder>, stop: &CancellationToken) -> Result<Kept> {
    let feed = Feed::new(journal.durable_upto());
    let positions = Positions::new(journal.passed());
    let (intake, deliveries) = ingest::intake(INTAKE_BYTES_MAX);
    let book = Arc::<JournalBook>::default();
    let policy = SyncPolicy {
        bytes: usize::try_from(settings.journal.sync.bytes.0).unwrap_or(usize::MAX),
        interval: Duration::from_millis(settings.journal.sync.interval.0),
    };
    let (follow, known) = (feed.clone(), positions.clone());
    let journalling = Journalling::new(journal, deliveries, policy, follow, known, Arc::clone(&book))?;
    let thread = thread("journal", stop, move || {
        journalling.run();
        Ok(())
    })?;
    Ok(Kept { thread, intake, positions, feed, book })
}

/// A thread of the service, and what it comes to.
pub type Thread<T> = JoinHandle<Result<T>>;

/// The threads.
pub struct Threads {
    journalling: Thread<()>,
    processing: Thread<Vec<RuleCoverage>>,
    committing: Thread<()>,
    stop_committing: mpsc::Sender<()>,
}

impl Threads {
    /// Starts them. Nothing of what the journal held and lake or windows lack is left out.
    pub fn start(settings: &Settings, work: Work, stop: &CancellationToken) -> Result<(Threads, Ends)> {
        let Work { journal: (journal, folder), watching, lake, clock } = work;
        let kept = keep(settings, journal, stop)?;
        let saved_upto = watching.checkpoints.saved_upto;
        let next_seq = lake.committed_upto().min(saved_upto) + 1;
        let work_book = Arc::<WorkBook>::default();
        work_book.worked_upto.store(next_seq - 1, Ordering::Relaxed);
        work_book.saved_upto.store(saved_upto, Ordering::Relaxed);
        let (changes, taken_up) = mpsc::channel();
        let processing = Processing {
            follower: Follower::new(kept.feed.clone(), folder, next_seq),
            parsers: parsers(settings)?,
            watching,
            changes: taken_up,
            lake: lake.clone(),
            runtime: Handle::current(),
            clock: Arc::clone(&clock),
            book: Arc::clone(&work_book),
            settled_us: 0,
            untold: Vec::new(),
        };

        let commit_book = Arc::<CommitBook>::default();
        let committing = Committing {
            lake,
            runtime: Handle::current(),
            clock,
            work: Arc::clone(&work_book),
            journal: Arc::clone(&kept.book),
            book: Arc::clone(&commit_book),
        };
        let (stop_committing, committing_stops) = mpsc::channel();
        let threads = Threads {
            journalling: kept.thread,
            processing: thread("work", stop, move || processing.run())?,
            committing: thread("lake", stop, move || {
                committing.run(&committing_stops);
                Ok(())
            })?,
            stop_committing,
        };
        let ends = Ends {
            intake: kept.intake,
            positions: kept.positions,
            changes,
            journal: kept.book,
            work: work_book,
            commits: commit_book,
            feed: kept.feed,
        };
        Ok((threads, ends))
    }

    /// Waits until each has ended because the one before it has; the ways in are closed. Answers which rules ran and were fed.
    pub async fn ended(self) -> Result<Vec<RuleCoverage>> {
        ended(self.journalling).await?;
        let coverage = ended(self.processing).await?;
        drop(self.stop_committing);
        ended(self.committing).await?;
        Ok(coverage)
    }
}

/// A thread of the service. When it ends, whatever the reason, the service stops.
fn thread<T: Send + 'static>(
    name: &str,
    stop: &CancellationToken,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<Thread<T>> {
    let guard = stop.clone().drop_guard();
    let thread = std::thread::Builder::new().name(name.to_owned());
    Ok(thread.spawn(move || {
        let _stops_the_service = guard;
        work()
    })?)
}

/// What a thread of the service came to.
pub async fn ended<T: Send + 'static>(thread: Thread<T>) -> Result<T> {
    let name = thread.thread().name().unwrap_or_default().to_owned();
    let joined = tokio::task::spawn_blocking(move || thread.join()).await;
    match joined {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) | Err(_) => Err(Failure::internal(format!("the {name} thread died"))),
    }
}
