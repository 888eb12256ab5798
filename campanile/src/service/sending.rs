//! The sending task of `campanile forward`: what the journal holds goes to the node above, from where that node has it.
//!
//! Promises: what the node above has called durable, and nothing else, is done here; after a broken connection, or days without
//! one, it goes on where that node says; what the own disk has lost is told and passed over. Must not know: sources, lake.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ingest::{Answers, LinkError, Message, Sender, Upstream};
use schema::{Forwarded, FrameBatch, Origin, Reading};
use storage::{Folder, kill_point};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::detections::{default_reading, readings};
use super::feed::{Feed, Follower, Next};
use super::journalling::JournalBook;
use super::processing::WorkBook;
use super::watched_files;
use crate::config::{ClientFiles, Forward, Settings};
use crate::exit::{Failure, Result};

/// Text of one message, unless a batch alone has more.
const MESSAGE_BYTES: usize = 1 << 20;
/// Messages made and not yet sent.
const MESSAGES_WAITING: usize = 2;
/// How long reading the journal sleeps at most when nothing comes.
const IDLE_WAIT: Duration = Duration::from_millis(100);
/// How soon a connection is tried again, at first and at last.
const RETRY_MIN: Duration = Duration::from_millis(250);
const RETRY_MAX: Duration = Duration::from_secs(60);
/// A node above that leaves a message without an answer for so long is given up.
const ANSWER_MAX: Duration = Duration::from_secs(600);

/// What the sending task counts.
#[derive(Debug, Default)]
pub struct SendBook {
    /// True while the node above is connected.
    pub is_connected: AtomicBool,
    /// Connections that broke or could not be made.
    pub failures: AtomicU64,
    /// Bytes sent.
    pub sent_bytes: AtomicU64,
    /// Why nothing is sent, when nothing is.
    pub last_failure: Mutex<Option<String>>,
    /// Seqs before this one that the own disk lost are counted.
    lost_before: AtomicU64,
}

/// The way to the node above, as it is configured.
pub struct Way {
    /// Where to, as people write it.
    pub to: String,
    dress: Arc<Dress>,
    upstream: Upstream,
    forward: Forward,
    /// Changes with any of its certificates.
    files: u64,
}

impl Way {
    /// The way that the settings say, certificates read.
    pub fn of(settings: &Settings) -> Result<Way> {
        let forward = Way::table(settings)?;
        // Before they are read: what changes meanwhile is seen by the next look.
        let files = watched_files::print_of(forward.tls.iter().flat_map(ClientFiles::paths));
        Ok(Way {
            to: forward.to.to_string(),
            dress: Arc::new(Dress {
                collector: forward.collector.as_str().into(),
                readings: readings(settings),
            }),
            upstream: forward.upstream()?,
            forward: forward.clone(),
            files,
        })
    }

    /// In place of another: what that one collected goes on under its name, and is read as it said also where a source is gone.
    pub fn after(mut self, before: &Way) -> Way {
        let mut readings = before.dress.readings.clone();
        readings.extend(self.dress.readings.clone());
        self.dress = Arc::new(Dress { collector: Arc::clone(&before.dress.collector), readings });
        self
    }

    /// True when a connection need not be made anew for this one.
    pub fn is_same(&self, other: &Way) -> bool {
        let way =
            |way: &Way| (way.forward.to.clone(), way.forward.bandwidth, way.forward.tls.clone(), way.files);
        way(self) == way(other) && self.dress.readings == other.dress.readings
    }

    /// The table of the settings that says it.
    pub fn table(settings: &Settings) -> Result<&Forward> {
        settings.forward.as_ref().ok_or_else(|| {
            let help = "add [forward] with to = \"tls://HOST:PORT\" and collector = \"NAME\"";
            Failure::usage_text("the configuration does not say where to send", help)
        })
    }
}

/// The sending task's own.
pub struct Sending {
    /// The node above. For another one the connection is made anew.
    pub way: watch::Receiver<Arc<Way>>,
    /// The number of the journal.
    pub journal: u64,
    /// How far the journal is, and its folder.
    pub feed: Feed,
    /// See `feed`.
    pub folder: Folder,
    /// Where the journal reads how far it may forget.
    pub journal_book: Arc<JournalBook>,
    /// How far the node above is, and what the own disk lost.
    pub work: Arc<WorkBook>,
    /// What is counted.
    pub book: Arc<SendBook>,
}

/// Why a connection is given up.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("{}", with_cause(.0))]
    Link(#[from] LinkError),
    #[error(
        "it has this journal up to seq {theirs}, which ends at {ours}: this is an older copy of it. \
         Move the folder `journal` away; what it holds and was not sent is in its files"
    )]
    Ahead { theirs: u64, ours: u64 },
    #[error("it calls durable what it was not sent")]
    Invented,
    #[error("the journal cannot be read")]
    Unreadable,
}

fn with_cause(error: &LinkError) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{cause}")
}

impl Sending {
    /// Sends until told to stop. What was not taken by then is sent after the next start.
    pub async fn run(self, stop: CancellationToken) {
        let (mut ways, mut wait) = (self.way.clone(), RETRY_MIN);
        loop {
            let way = Arc::clone(&ways.borrow_and_update());
            let has_moved = AtomicBool::new(false);
            let broken = tokio::select! {
                broken = self.connection(&way, &has_moved) => Some(broken),
                Ok(()) = ways.changed() => None,
                () = stop.cancelled() => return,
            };
            self.book.is_connected.store(false, Ordering::Relaxed);
            let has_changed = match broken {
                None => true,
                Some(broken) => {
                    self.note(&broken);
                    wait = if has_moved.into_inner() { RETRY_MIN } else { (wait * 2).min(RETRY_MAX) };
                    tokio::select! {
                        () = tokio::time::sleep(wait) => false,
                        Ok(()) = ways.changed() => true,
                        () = stop.cancelled() => return,
                    }
                }
            };
            if has_changed {
                // What was wrong with the way before says nothing of this one.
                wait = RETRY_MIN;
                *self.last_failure() = None;
            }
        }
    }

    /// Tells why nothing is sent: once, however often it is tried.
    fn note(&self, broken: &Broken) {
        self.book.failures.fetch_add(1, Ordering::Relaxed);
        let why = broken.to_string();
        let mut last = self.last_failure();
        if last.as_ref() != Some(&why) {
            tracing::warn!(why, "nothing is sent to the node above, trying again");
        }
        *last = Some(why);
    }

    fn last_failure(&self) -> MutexGuard<'_, Option<String>> {
        self.book.last_failure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends over one connection, until it breaks; says when the node above has taken something.
    async fn connection(&self, way: &Way, has_moved: &AtomicBool) -> Broken {
        let link = match way.upstream.connect(self.journal).await {
            Ok(link) => link,
            Err(error) => return error.into(),
        };
        let (theirs, ours) = (link.position(), self.feed.durable_upto());
        if theirs > ours {
            return Broken::Ahead { theirs, ours };
        }
        self.book.is_connected.store(true, Ordering::Relaxed);
        *self.last_failure() = None;
        self.took(theirs);
        let (messages, queue) = mpsc::channel(MESSAGES_WAITING);
        let reading = Reader {
            follower: Follower::new(self.feed.clone(), self.folder.clone(), theirs + 1),
            after: theirs,
            journal: self.journal,
            dress: Arc::clone(&way.dress),
            messages,
            work: Arc::clone(&self.work),
            book: Arc::clone(&self.book),
        };
        tokio::task::spawn_blocking(move || reading.run());
        let (sender, answers) = link.split(way.forward.bandwidth.bytes_per_second());
        let sent_upto = AtomicU64::new(theirs);
        tokio::select! {
            broken = self.send(sender, queue, &sent_upto) => broken,
            broken = self.hear(answers, theirs, &sent_upto, has_moved) => broken,
        }
    }

    async fn send(
        &self,
        mut sender: Sender,
        mut queue: mpsc::Receiver<Message>,
        sent_upto: &AtomicU64,
    ) -> Broken {
        while let Some(message) = queue.recv().await {
            // Before it is sent: the answer may be quicker than what follows.
            sent_upto.store(message.upto, Ordering::Relaxed);
            if let Err(error) = sender.send(&message).await {
                return error.into();
            }
            kill_point::pass("forward.sent");
            self.book.sent_bytes.fetch_add(message.bytes() as u64, Ordering::Relaxed);
        }
        match self.feed.is_closed() {
            // The service stops: nothing more comes, and what is under way is still answered.
            true => std::future::pending().await,
            false => Broken::Unreadable,
        }
    }

    /// `taken_upto` is where the node above stands: another one may be behind what was taken before it.
    async fn hear(
        &self,
        mut answers: Answers,
        mut taken_upto: u64,
        sent_upto: &AtomicU64,
        has_moved: &AtomicBool,
    ) -> Broken {
        loop {
            let is_owed = sent_upto.load(Ordering::Relaxed) > taken_upto;
            match timeout(ANSWER_MAX, answers.next()).await {
                Ok(Ok(upto)) if upto > sent_upto.load(Ordering::Relaxed) => return Broken::Invented,
                Ok(Ok(upto)) => {
                    kill_point::pass("forward.answered");
                    has_moved.fetch_or(upto > taken_upto, Ordering::Relaxed);
                    taken_upto = taken_upto.max(upto);
                    self.took(upto);
                }
                Ok(Err(error)) => return error.into(),
                Err(_) if is_owed => return LinkError::Silent.into(),
                Err(_) => {}
            }
        }
    }

    /// The node above has everything up to that seq.
    fn took(&self, upto: u64) {
        self.work.worked_upto.fetch_max(upto, Ordering::Relaxed);
        self.journal_book.done_upto.fetch_max(upto, Ordering::Relaxed);
    }
}

/// Makes messages of what the journal holds.
struct Reader {
    follower: Follower,
    /// The last seq that the node above has, or was sent.
    after: u64,
    journal: u64,
    dress: Arc<Dress>,
    messages: mpsc::Sender<Message>,
    work: Arc<WorkBook>,
    book: Arc<SendBook>,
}

impl Reader {
    /// Reads until nobody wants more, or nothing more comes.
    fn run(mut self) {
        while !self.messages.is_closed() {
            match self.follower.next(IDLE_WAIT) {
                Ok(Next::Block(block)) => {
                    if self.pass_on(block.batches).is_none() {
                        return;
                    }
                }
                Ok(Next::Damage(damage)) => {
                    let lost = damage.seqs.end - damage.seqs.start;
                    if self.book.lost_before.fetch_max(damage.seqs.end, Ordering::Relaxed)
                        <= damage.seqs.start
                    {
                        self.work.lost.fetch_add(lost, Ordering::Relaxed);
                        tracing::error!(
                            segment = damage.segment,
                            first_seq = damage.seqs.start,
                            lost,
                            "the journal is damaged"
                        );
                    }
                }
                Ok(Next::Idle) => {}
                Ok(Next::End) => return,
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "the journal cannot be read");
                    return;
                }
            }
        }
    }

    /// Packs the batches of a block into messages; none when nobody takes them.
    fn pass_on(&mut self, batches: Vec<FrameBatch>) -> Option<()> {
        let (mut packed, mut bytes) = (Vec::new(), 0);
        for batch in batches {
            // Of a block that the node above has in part, the rest.
            let Some(upto) = batch.frames().last().map(|last| last.seq).filter(|upto| *upto > self.after)
            else {
                continue;
            };
            if bytes > 0 && bytes + batch.text().len() > MESSAGE_BYTES {
                self.hand_on(&std::mem::take(&mut packed))?;
                bytes = 0;
            }
            bytes += batch.text().len();
            packed.push(self.dress.dressed(batch, self.journal, self.after, upto));
            self.after = upto;
        }
        if packed.is_empty() { Some(()) } else { self.hand_on(&packed) }
    }

    fn hand_on(&self, batches: &[FrameBatch]) -> Option<()> {
        let message =
            Message::of(batches).inspect_err(|error| tracing::error!(%error, "frames cannot be packed"));
        self.messages.blocking_send(message.ok()?).ok()
    }
}

/// What this node says of the frames it sends on.
struct Dress {
    /// The name of this node.
    collector: Arc<str>,
    /// How its sources are read, by source and tenant.
    readings: HashMap<(Arc<str>, Arc<str>), Reading>,
}

impl Dress {
    /// A batch of this journal with all that it brings along.
    fn dressed(&self, mut batch: FrameBatch, journal: u64, after: u64, upto: u64) -> FrameBatch {
        let first_seq = batch.frames().first().map_or(upto, |first| first.seq);
        let origin = &batch.origin;
        let forwarded = match &batch.forwarded {
            // Of a node below: it keeps what it brought.
            Some(below) => Forwarded { journal, after, upto, ..(**below).clone() },
            None => Forwarded {
                journal,
                after,
                upto,
                first_seq,
                arrived_us: batch.received_us,
                via: Arc::clone(&origin.source),
                reading: self
                    .readings
                    .get(&(Arc::clone(&origin.source), Arc::clone(&origin.tenant)))
                    .cloned()
                    .unwrap_or_else(default_reading),
            },
        };
        let collector = match &batch.forwarded {
            Some(_) => Arc::clone(&origin.collector),
            None => Arc::clone(&self.collector),
        };
        batch.origin = Arc::new(Origin { collector, ..(**origin).clone() });
        batch.forwarded = Some(Arc::new(forwarded));
        batch
    }
}
