//! How the service is doing: one picture, taken at one moment, for `/health`, `/metrics`, `status` and the table `sources`.
//!
//! Must not know: how it is shown.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use detect::coverage::{LearningSource, RuleLearning};
use ingest::sources::HttpBook;
use ingest::{Book, ReceiveClock, Refusal};
use serde::{Deserialize, Serialize};
use storage::lake::LakeWriter;
use tokio::sync::watch;

use super::committing::CommitBook;
use super::feed::Feed;
use super::journalling::JournalBook;
use super::processing::WorkBook;
use super::sealing::SealBook;
use super::sending::{SendBook, Way};
use super::source_work::SourceWork;

/// A source that runs.
#[derive(Debug, Clone)]
pub struct RunningSource {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// The tenant of its frames.
    pub tenant: String,
    /// Where it listens.
    pub address: String,
    /// What it counts.
    pub book: Arc<Book>,
}

/// Everything that is counted.
pub struct Books {
    /// One a source.
    pub sources: Arc<RwLock<Vec<RunningSource>>>,
    /// The configuration's.
    pub configuration: Arc<Mutex<ConfigurationStatus>>,
    /// The journal's.
    pub journal: Arc<JournalBook>,
    /// The working thread's.
    pub work: Arc<WorkBook>,
    /// The service's own port's.
    pub http: Arc<HttpBook>,
    /// How far the journal is.
    pub feed: Feed,
    /// Where frames go in the end.
    pub ending: Ending,
    /// What time it is.
    pub clock: Arc<ReceiveClock>,
    /// When the service started, µs since 1970 UTC.
    pub started_us: i64,
}

/// Where frames go in the end.
pub enum Ending {
    /// Into the lake.
    Lake {
        /// How far it is.
        writer: LakeWriter,
        /// What is counted.
        commits: Arc<CommitBook>,
        /// What is counted of the originals.
        seals: Arc<SealBook>,
    },
    /// To another node.
    Node {
        /// Which one.
        way: watch::Receiver<Arc<Way>>,
        /// What is counted.
        book: Arc<SendBook>,
    },
}

/// The picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// When it was taken, µs since 1970 UTC.
    pub now_us: i64,
    /// When the service started, µs since 1970 UTC.
    pub started_us: i64,
    /// How often this machine's clock was found set.
    pub clock_steps: u64,
    /// One a source.
    pub sources: Vec<SourceStatus>,
    /// The journal.
    pub journal: JournalStatus,
    /// Parsing and detection.
    pub work: WorkStatus,
    /// The lake, of a node that has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lake: Option<LakeStatus>,
    /// The originals, of a node that seals them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub originals: Option<OriginalsStatus>,
    /// The node above, of a node that sends to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward: Option<ForwardStatus>,
    /// The service's own port.
    pub http: HttpStatus,
    /// The configuration in force.
    pub configuration: ConfigurationStatus,
}

/// The configuration in force, and what became of those that were to follow it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigurationStatus {
    /// Reloads that were taken.
    pub taken: u64,
    /// Reloads that were refused.
    pub refused: u64,
    /// Why the last one was; none when it was taken.
    pub last_refusal: Option<String>,
    /// What of the file holds only after a restart.
    pub needs_restart: Vec<String>,
}

/// One source's book: received = stored + refused + under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceStatus {
    /// Its name.
    pub source: String,
    /// Its kind.
    pub kind: String,
    /// The tenant of its frames.
    pub tenant: String,
    /// Where it listens.
    pub address: String,
    /// Frames received, those that the kernel dropped included.
    pub received: u64,
    /// Bytes of their text.
    pub received_bytes: u64,
    /// Frames durable in the journal.
    pub stored: u64,
    /// Frames refused, by reason; reasons that did not happen are left out.
    pub refused: BTreeMap<String, u64>,
    /// Frames neither stored nor refused yet.
    pub under_way: i64,
    /// Frames that were cut.
    pub truncated: u64,
    /// Frames that were not UTF-8.
    pub recoded: u64,
    /// Times that a socket gave an error in place of a datagram.
    #[serde(default)]
    pub receive_errors: u64,
    /// What keeps it from receiving all that it should; none when nothing does.
    #[serde(default)]
    pub trouble: Option<String>,
    /// Connections open.
    pub connections: u64,
    /// Connections refused or given up: too many, not allowed, a handshake or a frame that did not end.
    pub connections_refused: u64,
    /// When the last frame came, µs since 1970 UTC; 0 before the first.
    pub last_received_us: i64,
    /// Events made of its frames.
    pub events: u64,
    /// Events that could not be read whole.
    pub parse_errors: u64,
    /// The last of them, each with what was wrong.
    pub parse_error_samples: Vec<String>,
    /// Events of no known format.
    pub plain: u64,
    /// How far its clocks are ahead of ours in this minute, µs, by the event that is nearest; none when none says its time.
    pub skew_us: Option<i64>,
    /// Longest time between receipt and work in this minute, µs.
    pub lag_us: i64,
}

/// The journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalStatus {
    /// Every seq up to here is durable.
    pub durable_upto: u64,
    /// Every seq up to here may be forgotten.
    pub done_upto: u64,
    /// Bytes of all segments.
    pub used_bytes: u64,
    /// Syncs that succeeded.
    pub syncs: u64,
    /// Writes and syncs that failed.
    pub failures: u64,
    /// Seqs that the disk lost.
    pub lost: u64,
    /// Frames that were lost by the disks of nodes which forward to this one.
    pub lost_below: u64,
}

/// Parsing and detection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkStatus {
    /// Events made of frames.
    pub events: u64,
    /// Events with a `parse_error`.
    pub parse_errors: u64,
    /// Events of no known format.
    pub plain: u64,
    /// Events that came too late for windows.
    pub late: u64,
    /// Alerts told, each standing counted.
    pub alerts: u64,
    /// Incidents that are not over.
    #[serde(default)]
    pub incidents: u64,
    /// Alerts of incidents given up for memory.
    #[serde(default)]
    pub alerts_forgotten: u64,
    /// Rows held for windows.
    pub rows_held: u64,
    /// Rows given up for memory.
    pub rows_shed: u64,
    /// Rules that still learn what is usual, of some source at least.
    #[serde(default)]
    pub rules_learning: u64,
    /// Of which sources.
    #[serde(default)]
    pub learning: Vec<LearningStatus>,
    /// Rules that had more false alarms in a day than they may, by the verdicts.
    #[serde(default)]
    pub rules_over_budget: u64,
    /// Rules that failed and are off until rules are read again.
    pub rules_failed: u64,
    /// Last seq worked on.
    pub worked_upto: u64,
    /// Frames durable and not yet worked on.
    pub behind: u64,
}

/// A source of which a rule still learns what is usual there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LearningStatus {
    /// The rule.
    pub rule_id: String,
    /// Whose source it is.
    pub tenant: String,
    /// The source.
    pub source: String,
    /// What comes from it.
    pub format: String,
    /// For how long it was watched, µs.
    pub watched_us: i64,
    /// How long that must be, µs.
    pub min_history_us: i64,
}

impl LearningStatus {
    fn all_of(rule: &RuleLearning) -> impl Iterator<Item = LearningStatus> {
        rule.sources.iter().map(|LearningSource { source, watched_us }| LearningStatus {
            rule_id: rule.rule_id.clone(),
            tenant: source.tenant.clone(),
            source: source.source.clone(),
            format: source.format.clone(),
            watched_us: *watched_us,
            min_history_us: rule.min_history_us,
        })
    }
}

/// The node above.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForwardStatus {
    /// Where it is.
    pub to: String,
    /// Whether it is connected.
    pub connected: bool,
    /// Every seq up to here is durable there.
    pub taken_upto: u64,
    /// Bytes sent, compressed.
    pub sent_bytes: u64,
    /// Connections that broke or could not be made.
    pub failures: u64,
    /// Why nothing is sent, when nothing is.
    pub last_failure: Option<String>,
}

/// The lake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LakeStatus {
    /// Every seq up to here is in the table.
    pub committed_upto: u64,
    /// Commits that succeeded.
    pub commits: u64,
    /// Commits that failed, and were tried again.
    pub failures: u64,
}

/// The originals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OriginalsStatus {
    /// Every seq up to here is sealed.
    pub sealed_upto: u64,
    /// Records that were written since the start.
    pub records: u64,
    /// Steps that failed, and were tried again.
    pub failures: u64,
    /// Bytes of frames that were sealed since the start.
    pub text_bytes: u64,
    /// Bytes that they take.
    pub stored_bytes: u64,
}

/// The service's own port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpStatus {
    /// Connections open.
    pub connections: u64,
    /// Connections closed because they were silent, or came to the end of no header.
    pub given_up: u64,
}

impl Books {
    /// The picture now.
    pub fn status(&self) -> Status {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let (work, journal) = (&self.work, &self.journal);
        let worked_upto = get(&work.worked_upto);
        let durable_upto = self.feed.durable_upto();
        let (lake, originals, forward) = self.ending.status(worked_upto);
        let sources = read(&self.sources);
        let learning = work.learning.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Status {
            now_us: self.clock.now_us(),
            started_us: self.started_us,
            clock_steps: self.clock.steps(),
            sources: sources
                .iter()
                .map(|source| SourceStatus::of(source, work.sources.of(&source.name)))
                .collect(),
            journal: JournalStatus {
                durable_upto,
                done_upto: journal.forgettable_upto(),
                used_bytes: get(&journal.used_bytes),
                syncs: get(&journal.syncs),
                failures: get(&journal.failures),
                lost: get(&work.lost),
                lost_below: get(&journal.lost_below),
            },
            work: WorkStatus {
                events: get(&work.events),
                parse_errors: get(&work.parse_errors),
                plain: get(&work.plain),
                late: get(&work.late),
                alerts: get(&work.alerts),
                incidents: get(&work.incidents),
                alerts_forgotten: get(&work.alerts_forgotten),
                rows_held: get(&work.rows_held),
                rows_shed: get(&work.rows_shed),
                rules_learning: learning.len() as u64,
                learning: learning.iter().flat_map(LearningStatus::all_of).collect(),
                rules_over_budget: get(&work.rules_over_budget),
                rules_failed: get(&work.rules_failed),
                worked_upto,
                behind: durable_upto.saturating_sub(worked_upto),
            },
            lake,
            originals,
            forward,
            http: HttpStatus { connections: get(&self.http.connections), given_up: get(&self.http.given_up) },
            configuration: self.configuration.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }
}

impl Ending {
    /// `worked_upto`: how far whoever works on the journal is.
    fn status(
        &self,
        worked_upto: u64,
    ) -> (Option<LakeStatus>, Option<OriginalsStatus>, Option<ForwardStatus>) {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        match self {
            Ending::Lake { writer, commits, seals } => {
                let lake = LakeStatus {
                    committed_upto: writer.committed_upto(),
                    commits: get(&commits.commits),
                    failures: get(&commits.failures),
                };
                let originals = OriginalsStatus {
                    sealed_upto: get(&seals.sealed_upto),
                    records: get(&seals.records),
                    failures: get(&seals.failures),
                    text_bytes: get(&seals.text_bytes),
                    stored_bytes: get(&seals.stored_bytes),
                };
                (Some(lake), Some(originals), None)
            }
            Ending::Node { way, book } => {
                let forward = ForwardStatus {
                    to: way.borrow().to.clone(),
                    connected: book.is_connected.load(Ordering::Relaxed),
                    taken_upto: worked_upto,
                    sent_bytes: get(&book.sent_bytes),
                    failures: get(&book.failures),
                    last_failure: book.last_failure.lock().unwrap_or_else(PoisonError::into_inner).clone(),
                };
                (None, None, Some(forward))
            }
        }
    }
}

/// Sources that run, for as long as the guard lives.
pub fn read(sources: &RwLock<Vec<RunningSource>>) -> RwLockReadGuard<'_, Vec<RunningSource>> {
    sources.read().unwrap_or_else(PoisonError::into_inner)
}

/// Where each of them listens.
pub fn listening(sources: &RwLock<Vec<RunningSource>>) -> Vec<(String, String)> {
    read(sources).iter().map(|source| (source.name.clone(), source.address.clone())).collect()
}

impl SourceStatus {
    fn of(source: &RunningSource, work: SourceWork) -> SourceStatus {
        let page = source.book.page();
        let refused = Refusal::ALL.iter().zip(page.refused).filter(|(_, frames)| *frames > 0);
        SourceStatus {
            source: source.name.clone(),
            kind: source.kind.clone(),
            tenant: source.tenant.clone(),
            address: source.address.clone(),
            received: page.received,
            received_bytes: page.received_bytes,
            stored: page.stored,
            refused: refused.map(|(why, frames)| (why.name().to_owned(), frames)).collect(),
            under_way: page.under_way(),
            truncated: page.truncated,
            recoded: page.recoded,
            receive_errors: page.receive_errors,
            trouble: source.book.trouble(),
            connections: page.connections,
            connections_refused: page.connections_refused,
            last_received_us: page.last_received_us,
            events: work.events,
            parse_errors: work.parse_errors,
            parse_error_samples: work.samples.into(),
            plain: work.plain,
            skew_us: work.lately.skew_us,
            lag_us: work.lately.lag_us,
        }
    }
}
