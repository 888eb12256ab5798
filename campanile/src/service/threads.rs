//! The threads from journal to lake and originals, started together and ended one after the other.
//!
//! Promises: when one ends, whatever the reason, the service stops; what came in before the way in was closed is in the lake
//! and sealed when all have ended. Must not know: sources, pages.

use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use detect::coverage::RuleCoverage;
use ingest::{Intake, Positions, ReceiveClock};
use storage::lake::LakeWriter;
use storage::seal::Sealer;
use storage::{Folder, Journal};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::committing::{CommitBook, Committing};
use super::detections::parsers;
use super::feed::{Feed, Follower};
use super::journalling::{JournalBook, Journalling, SyncPolicy};
use super::processing::{Change, Processing, Watching, WorkBook};
use super::sealing::{SealBook, Sealing};
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
    /// Where frames go as they came.
    pub sealer: Sealer<Folder>,
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
    /// The sealing thread's.
    pub seals: Arc<SealBook>,
    /// For days on which originals that are past their retention are to be destroyed.
    pub expiries: mpsc::Sender<i32>,
    /// How far the journal is.
    pub feed: Feed,
}

/// The journal's thread, the way into it, and what follows it.
pub struct Kept<const N: usize> {
    /// The thread.
    pub thread: Thread<()>,
    /// For frames.
    pub intake: Intake,
    /// How far other nodes' journals are here.
    pub positions: Positions,
    /// How far the journal is, once for each follower.
    pub feeds: [Feed; N],
    /// The journal's book.
    pub book: Arc<JournalBook>,
}

/// Starts the journal's thread, for so many followers.
pub fn keep<const N: usize>(
    settings: &Settings,
    journal: Journal<Folder>,
    stop: &CancellationToken,
) -> Result<Kept<N>> {
    let feeds = std::array::from_fn(|_| Feed::new(journal.durable_upto()));
    let positions = Positions::new(journal.passed());
    let (intake, deliveries) = ingest::intake(INTAKE_BYTES_MAX);
    let book = Arc::<JournalBook>::default();
    let policy = SyncPolicy {
        bytes: usize::try_from(settings.journal.sync.bytes.0).unwrap_or(usize::MAX),
        interval: Duration::from_millis(settings.journal.sync.interval.0),
    };
    let (fed, known) = (feeds.to_vec(), positions.clone());
    let journalling = Journalling::new(journal, deliveries, policy, fed, known, Arc::clone(&book))?;
    let thread = thread("journal", stop, move || {
        journalling.run();
        Ok(())
    })?;
    Ok(Kept { thread, intake, positions, feeds, book })
}

/// A thread of the service, and what it comes to.
pub type Thread<T> = JoinHandle<Result<T>>;

/// The threads.
pub struct Threads {
    journalling: Thread<()>,
    processing: Thread<Vec<RuleCoverage>>,
    committing: Thread<()>,
    sealing: Thread<()>,
    stop_committing: mpsc::Sender<()>,
}

impl Threads {
    /// Starts them. Nothing of what the journal held and lake, windows or originals lack is left out.
    pub fn start(settings: &Settings, work: Work, stop: &CancellationToken) -> Result<(Threads, Ends)> {
        let Work { journal: (journal, folder), watching, lake, sealer, clock } = work;
        let kept = keep::<2>(settings, journal, stop)?;
        let [feed, seal_feed] = kept.feeds;
        // Before anything else says how far the journal may forget.
        kept.book.sealed_upto.store(sealer.sealed_upto(), Ordering::Relaxed);
        let saved_upto = watching.checkpoints.saved_upto;
        let next_seq = lake.committed_upto().min(saved_upto) + 1;
        let work_book = Arc::<WorkBook>::default();
        work_book.worked_upto.store(next_seq - 1, Ordering::Relaxed);
        work_book.saved_upto.store(saved_upto, Ordering::Relaxed);
        let (changes, taken_up) = mpsc::channel();
        let processing = Processing {
            follower: Follower::new(feed.clone(), folder.clone(), next_seq),
            parsers: parsers(settings, |failure| {
                // A service that reads less is better than none, and the originals keep what it does not read.
                tracing::error!(%failure, "its source is read by `auto`: mend it, then `campanile lake reparse`");
                Ok(())
            })?,
            watching,
            changes: taken_up,
            lake: lake.clone(),
            runtime: Handle::current(),
            clock: Arc::clone(&clock),
            book: Arc::clone(&work_book),
            settled_us: 0,
        };

        let seal_book = Arc::<SealBook>::default();
        seal_book.sealed_upto.store(sealer.sealed_upto(), Ordering::Relaxed);
        let (expiries, expiring) = mpsc::channel();
        let sealing = Sealing {
            follower: Follower::new(seal_feed, folder, sealer.next_seq()),
            sealer,
            age_us: i64::try_from(settings.originals.age.0).unwrap_or(i64::MAX).saturating_mul(1_000),
            journal_bytes: settings.journal.disk_budget.0 / 2,
            due_us: None,
            expiries: expiring,
            runtime: Handle::current(),
            clock: Arc::clone(&clock),
            journal: Arc::clone(&kept.book),
            book: Arc::clone(&seal_book),
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
            sealing: thread("seal", stop, move || sealing.run())?,
            stop_committing,
        };
        let ends = Ends {
            intake: kept.intake,
            positions: kept.positions,
            changes,
            journal: kept.book,
            work: work_book,
            commits: commit_book,
            seals: seal_book,
            expiries,
            feed,
        };
        Ok((threads, ends))
    }

    /// Waits until each has ended because the one before it has; the ways in are closed. Answers which rules ran and were fed.
    pub async fn ended(self) -> Result<Vec<RuleCoverage>> {
        ended(self.journalling).await?;
        ended(self.sealing).await?;
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
