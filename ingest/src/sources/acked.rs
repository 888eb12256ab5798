//! Connections whose sender waits for an acknowledgement: it is told in the order it sent, and only what is durable.
//!
//! Promises: an acknowledgement is written after the journal answered for every frame it speaks of; frames that the journal
//! refuses are never acknowledged, the connection is closed and the sender sends them again; more is read while earlier
//! frames are under way, up to a bound; a sender that does not come to the end of a frame is closed and counted. Must not know:
//! protocols.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesOrdered;
use schema::FrameBatch;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::bursts::Bursts;
use super::connections::accept;
use super::rate::Rate;
use super::streams::LANE_BYTES_MAX;
use super::unfinished::Unfinished;
use super::{Port, Tls, canonical};
use crate::book::Refusal;
use crate::framing::Gather;
use crate::intake::{Answer, Refused};

/// Turns of one connection under way.
const TURNS_MAX: usize = 64;
/// A connection whose unfinished message is longer takes room from what all connections of a source share.
const FREE_BYTES: usize = 256 * 1024;
/// Unfinished long messages of all connections of a source.
const LONG_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Text of one turn: from there on the rest of a burst is another one.
const TURN_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Connections of a source that may be expanding compressed messages, or waiting for room for them.
const EXPANDING_MAX: usize = 16;

/// Bytes that are not the protocol's: the connection is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

/// What one burst of a sender held.
#[derive(Debug)]
pub(crate) struct Turn {
    /// Its messages.
    pub(crate) gather: Gather,
    /// What another node has sent on.
    pub(crate) forwarded: Vec<FrameBatch>,
    /// What the sender is told once they are durable.
    pub(crate) reply: Vec<u8>,
    /// The sender is done: nothing more is read.
    pub(crate) is_last: bool,
}

impl Turn {
    fn text_bytes(&self) -> usize {
        self.gather.text_bytes() + self.forwarded.iter().map(|batch| batch.text().len()).sum::<usize>()
    }
}

/// What the connections of one source share.
#[derive(Debug, Clone)]
struct Shared {
    rate: Arc<Rate>,
    long: Arc<Semaphore>,
    expanding: Arc<Semaphore>,
}

impl Shared {
    fn new(port: &Port) -> Shared {
        Shared {
            rate: Arc::new(Rate::new(&port.limits)),
            long: Arc::new(Semaphore::new(LONG_BYTES_MAX)),
            expanding: Arc::new(Semaphore::new(EXPANDING_MAX)),
        }
    }
}

/// A protocol with acknowledgements, seen from one connection.
pub(crate) trait Dialogue: Send {
    /// True when few bytes may become many messages.
    const EXPANDS: bool = false;
    /// How often a sender that waits is told that it is not forgotten, if the protocol can say that.
    const KEEP_ALIVE: Option<(Duration, &'static [u8])> = None;

    /// Reads the next whole thing at the start of `bytes` into the turn. Answers how many bytes it took: none, when more are
    /// needed.
    fn read(&mut self, bytes: &[u8], turn: &mut Turn) -> Result<usize, Malformed>;

    /// What is said when the connection is closed from here.
    fn farewell(&self) -> &'static [u8] {
        b""
    }
}

/// Holds dialogues with all senders until the source stops.
pub(crate) async fn serve<D>(listener: TcpListener, tls: Option<Tls>, port: Port, open: impl Fn(&Port) -> D)
where
    D: Dialogue + 'static,
{
    let shared = Shared::new(&port);
    accept(listener, &port, |stream, peer, port| {
        let (tls, shared) = (tls.clone(), shared.clone());
        let (dialogue, peer) = (open(&port), peer.map(canonical));
        async move {
            match tls {
                None => hold(stream, dialogue, peer, &port, &shared).await,
                Some(tls) => {
                    if let Some((stream, port)) = tls.secure(stream, port).await {
                        hold(stream, dialogue, peer, &port, &shared).await;
                    }
                }
            }
        }
    })
    .await;
}

/// Holds the dialogue with one sender until it ends or the source stops.
async fn hold<S, D>(mut stream: S, dialogue: D, peer: Option<Arc<str>>, port: &Port, shared: &Shared)
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
    D: Dialogue,
{
    let port = Port { intake: port.intake.lane(LANE_BYTES_MAX), ..port.clone() };
    let (buffer, under_way) = (Vec::new(), FuturesOrdered::new());
    let unfinished = Unfinished::new(port.limits.unfinished_max());
    let mut holder = Holder { dialogue, peer, port, shared, buffer, room: None, unfinished, under_way };
    let ended = holder.talk(&mut stream).await;
    // Whoever is gone already hears neither.
    if ended.is_ok() {
        stream.write_all(holder.dialogue.farewell()).await.ok();
    }
    stream.shutdown().await.ok();
}

/// Why a dialogue is over, when it did not end as it should.
struct Broken;

struct Holder<'h, D> {
    dialogue: D,
    peer: Option<Arc<str>>,
    port: Port,
    shared: &'h Shared,
    /// Bytes that are not a whole thing yet.
    buffer: Vec<u8>,
    /// Room for them, when they are many.
    room: Option<OwnedSemaphorePermit>,
    /// Since when they are not.
    unfinished: Unfinished,
    /// Replies in the order of what they answer.
    under_way: FuturesOrdered<futures::future::BoxFuture<'static, Result<Vec<u8>, Refused>>>,
}

impl<D: Dialogue> Holder<'_, D> {
    async fn talk<S>(&mut self, stream: &mut S) -> Result<(), Broken>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut bursts = Bursts::default();
        let mut is_reading = true;
        let stop = self.port.stop.clone();
        while is_reading || !self.under_way.is_empty() {
            let reads = is_reading && self.under_way.len() < TURNS_MAX;
            tokio::select! {
                biased;
                reply = self.under_way.next(), if !self.under_way.is_empty() => {
                    // Not acknowledged, it will be sent again.
                    let reply = reply.unwrap_or(Err(Refused::Closed)).map_err(|_| Broken)?;
                    stream.write_all(&reply).await.map_err(|_| Broken)?;
                    self.unfinished.restart();
                }
                () = stop.cancelled(), if is_reading => is_reading = false,
                () = self.unfinished.late(), if reads => {
                    self.port.book.connection_refused();
                    is_reading = false;
                }
                read = bursts.read(stream, &mut self.buffer), if reads => match read {
                    Ok(1..) => is_reading = self.take().await?,
                    // Whatever came whole is stored, acknowledged or not.
                    _ => is_reading = false,
                },
                () = waits(D::KEEP_ALIVE), if !self.under_way.is_empty() => {
                    let word = D::KEEP_ALIVE.map_or(&b""[..], |(_, word)| word);
                    stream.write_all(word).await.map_err(|_| Broken)?;
                }
            }
        }
        Ok(())
    }

    /// Takes what is whole in the buffer and hands it over. Whether there is more to read.
    async fn take(&mut self) -> Result<bool, Broken> {
        let expanding = match D::EXPANDS {
            true => Some(self.shared.expanding.acquire().await.map_err(|_| Broken)?),
            false => None,
        };
        let mut has_finished = false;
        loop {
            let (turn, taken) = self.turn();
            let is_last = turn.is_last;
            if taken == 0 && !is_last {
                break;
            }
            has_finished |= taken > 0;
            self.hand_over(turn).await?;
            if is_last {
                return Ok(false);
            }
        }
        drop(expanding);
        // From here on: who was kept waiting was not slow.
        self.unfinished.note(!self.buffer.is_empty(), has_finished);
        self.make_room()?;
        Ok(true)
    }

    /// Takes what is whole in the buffer, up to a bound. Answers how many bytes of it are done.
    fn turn(&mut self) -> (Turn, usize) {
        let gather = Gather::new(self.port.limits.line_bytes_max());
        let mut turn = Turn { gather, forwarded: Vec::new(), reply: Vec::new(), is_last: false };
        let mut taken = 0;
        while !turn.is_last && turn.text_bytes() < TURN_BYTES_MAX {
            match self.dialogue.read(self.buffer.get(taken..).unwrap_or_default(), &mut turn) {
                Ok(0) => break,
                Ok(bytes) => taken += bytes,
                // What came before is still stored and answered.
                Err(Malformed) => {
                    self.port.book.turned_away(Refusal::Malformed, 1);
                    turn.is_last = true;
                }
            }
        }
        self.buffer.drain(..taken);
        (turn, taken)
    }

    /// Takes room for a long message that is not whole yet, or gives it back.
    fn make_room(&mut self) -> Result<(), Broken> {
        self.room = None;
        if self.buffer.len() > FREE_BYTES {
            let bytes = u32::try_from(self.buffer.len()).unwrap_or(u32::MAX);
            let room = Arc::clone(&self.shared.long).try_acquire_many_owned(bytes);
            self.room = Some(room.map_err(|_| Broken)?);
        }
        Ok(())
    }

    async fn hand_over(&mut self, mut turn: Turn) -> Result<(), Broken> {
        let port = &self.port;
        let mut batches: Vec<FrameBatch> =
            turn.forwarded.into_iter().map(|batch| port.take_on(batch)).collect();
        if !turn.gather.is_empty() {
            batches.push(port.batch(turn.gather.take(), self.peer.clone()));
        }
        let frames: u64 = batches.iter().map(|batch| batch.frames().len() as u64).sum();
        let mut answers = Vec::with_capacity(batches.len());
        for batch in batches {
            answers.push(port.intake.hand_over(batch, &port.book).await.map_err(|_| Broken)?);
        }
        if !answers.is_empty() || !turn.reply.is_empty() {
            self.under_way.push_back(Box::pin(reply_when(answers, turn.reply)));
        }
        let wait = self.shared.rate.owe(frames);
        if !wait.is_zero() {
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.port.stop.cancelled() => {}
            }
        }
        Ok(())
    }
}

/// The reply, once all it speaks of is durable.
async fn reply_when(answers: Vec<Answer>, reply: Vec<u8>) -> Result<Vec<u8>, Refused> {
    for answer in answers {
        answer.seqs().await?;
    }
    Ok(reply)
}

/// Until a sender that waits is to be told so.
async fn waits(keep_alive: Option<(Duration, &'static [u8])>) {
    match keep_alive {
        Some((interval, _)) => tokio::time::sleep(interval).await,
        None => std::future::pending().await,
    }
}
