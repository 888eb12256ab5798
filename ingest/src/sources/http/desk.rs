//! Where every protocol over HTTP asks: which source a request is for, whether it may, and whether its frames are durable.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequestParts, Query, Request};
use axum::http::{HeaderMap, StatusCode};
use schema::{Frame, FrameBatch, Origin};
use serde::Deserialize;

use super::HttpSource;
use super::body::{self, Budget, Coding, Held, Room};
use super::failure::Failure;
use super::token;
use crate::book::Refusal;
use crate::framing::{Cut, Gather};
use crate::sources::rate::Rate;
use crate::sources::{Port, canonical};

/// Messages of one request that repeat what the body says once, in memory.
const REPEATED_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Frames of one request: a block of the journal holds as many.
pub(super) const FRAMES_MAX: usize = 1_000_000;
/// A request waits so long for room, then its sender is asked to come again.
const ROOM_WAIT_MAX: Duration = Duration::from_secs(5);

/// All sources over HTTP.
#[derive(Debug)]
pub(super) struct Desk {
    sources: Vec<Open>,
    budget: Budget,
    /// Acknowledgements given to Splunk clients so far.
    pub(super) acknowledgements: AtomicU64,
}

#[derive(Debug)]
struct Open {
    source: HttpSource,
    rate: Rate,
}

#[derive(Debug, Default, Deserialize)]
struct Named {
    source: Option<String>,
}

/// Who sends over a connection of a source's own listener.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    pub(super) address: Option<IpAddr>,
    /// Whose frames they are, as the certificate says.
    pub(super) origin: Arc<Origin>,
}

/// A request that may send, and its body.
#[derive(Debug)]
pub(super) struct Received<'d> {
    open: &'d Open,
    port: Port,
    peer: Option<Arc<str>>,
    pub(super) headers: HeaderMap,
    pub(super) body: Held,
}

impl Desk {
    pub(super) fn new(sources: Vec<HttpSource>) -> Desk {
        let open = |source: HttpSource| Open { rate: Rate::new(&source.port.limits), source };
        Desk {
            sources: sources.into_iter().map(open).collect(),
            budget: Budget::default(),
            acknowledgements: AtomicU64::new(0),
        }
    }

    /// Checks who sends, and reads the body.
    pub(super) async fn receive(&self, request: Request) -> Result<Received<'_>, Failure> {
        let (mut received, body) = self.admit(request).await?;
        let body = body::read(&received.headers, body, &self.budget).await;
        received.body = body.map_err(|failure| received.fails(failure))?;
        Ok(received)
    }

    /// Checks who sends. The body is still to be read.
    pub(super) async fn admit(&self, request: Request) -> Result<(Received<'_>, Body), Failure> {
        let (mut parts, body) = request.into_parts();
        let named = Query::<Named>::from_request_parts(&mut parts, &()).await;
        let named = named.map_or(None, |named| named.0.source);
        let sender = parts.extensions.remove::<Sender>();
        let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let connected = connected.map(|info| info.0.ip().to_canonical());
        let peer = sender.as_ref().and_then(|sender| sender.address).or(connected);
        let open = self.open_for(named.as_deref(), &parts.headers)?;
        let mut port = open.source.port.clone();
        if let Some(sender) = sender {
            port.origin = sender.origin;
        }
        // Without an address, only a source that allows every network is open.
        if !port.limits.admits(peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))) {
            port.book.connection_refused();
            return Err(Failure::new(StatusCode::FORBIDDEN, "this address may not send"));
        }
        let wait = open.rate.owe(0);
        if !wait.is_zero() {
            return Err(Failure::busy(Some(wait)));
        }
        let (peer, headers) = (peer.map(canonical), parts.headers);
        Ok((Received { open, port, peer, headers, body: Held::empty(&self.budget) }, body))
    }

    /// The source of that name, else that of the token, else the only one.
    fn open_for(&self, name: Option<&str>, headers: &HeaderMap) -> Result<&Open, Failure> {
        let shown = token::shown(headers);
        let holds = |open: &&Open| match (&open.source.secret, &shown) {
            (Some(secret), Some(shown)) => token::is_same(shown, secret),
            _ => false,
        };
        let named = name.and_then(|name| self.sources.iter().find(|open| *open.source.name == *name));
        let (asked, is_only) = match (named, self.sources.as_slice()) {
            (Some(named), _) => (Some(named), true),
            (None, [only]) if name.is_none() => (Some(only), true),
            (None, _) => (self.sources.iter().find(holds), false),
        };
        match asked {
            Some(open) if open.source.secret.is_none() || holds(&open) => Ok(open),
            None if shown.is_none() => {
                Err(Failure::new(StatusCode::NOT_FOUND, "no such source: name it with ?source=NAME"))
            }
            Some(open) if is_only => {
                open.source.port.book.connection_refused();
                Err(Failure::new(StatusCode::UNAUTHORIZED, "the token is missing or wrong"))
            }
            _ => Err(Failure::new(StatusCode::UNAUTHORIZED, "the token is wrong")),
        }
    }

    /// True when some source is open to what these headers show. For requests that send nothing.
    pub(super) fn admits(&self, headers: &HeaderMap) -> bool {
        self.open_for(None, headers).is_ok() || self.sources.iter().any(|open| open.source.secret.is_none())
    }
}

impl Open {
    /// What the sender did wrong is in the book; what he will send again is not.
    fn note(&self, failure: &Failure) {
        if failure.retry.is_none() {
            self.source.port.book.turned_away(Refusal::Malformed, 1);
        }
    }
}

impl Received<'_> {
    pub(super) fn port(&self) -> &Port {
        &self.port
    }

    /// Takes frames on credit: how long to wait before the next.
    pub(super) fn owe(&self, frames: u64) -> Duration {
        self.open.rate.owe(frames)
    }

    /// For messages of this request.
    pub(super) fn gather(&self) -> Gather {
        Gather::new(self.port().limits.line_bytes_max())
    }

    /// Decompresses the body.
    pub(super) async fn decode(&mut self, coding: Coding) -> Result<(), Failure> {
        let decoded = body::decoded(coding, self.body.take()).await;
        self.body = decoded.map_err(|failure| self.fails(failure))?;
        Ok(())
    }

    /// The body, and room for messages that each repeat a part of it.
    pub(super) fn repeating(&mut self) -> (&[u8], Repeating<'_>) {
        let Held { bytes, room } = &mut self.body;
        (bytes.as_slice(), Repeating { gather: Gather::new(self.port.limits.line_bytes_max()), room })
    }

    /// What cannot be read as the protocol says: noted in the book.
    pub(super) fn fails(&self, failure: Failure) -> Failure {
        self.open.note(&failure);
        failure
    }

    /// Messages of this request as a batch; none when there are no messages.
    pub(super) fn whole(&self, mut gather: Gather) -> Vec<FrameBatch> {
        if gather.is_empty() {
            return Vec::new();
        }
        vec![self.batch(gather.take())]
    }

    /// Frames of this request as a batch.
    pub(super) fn batch(&self, cut: Cut) -> FrameBatch {
        self.port.batch(cut, self.peer.clone())
    }

    /// The body cut as a file would be; not yet in the book.
    pub(super) fn cut(&self) -> Result<Vec<FrameBatch>, Failure> {
        let batches = self.port().cut(&self.body.bytes, self.peer.as_ref());
        batches.ok_or_else(|| Failure::too_large("header lines change too often: send it in parts"))
    }

    /// Waits until the frames are durable. Answers their seqs, from the first to the last; none when there are no frames.
    pub(super) async fn store(
        &self,
        batches: Vec<FrameBatch>,
    ) -> Result<Option<RangeInclusive<u64>>, Failure> {
        let port = self.port();
        let count: usize = batches.iter().map(|batch| batch.frames().len()).sum();
        if count > FRAMES_MAX {
            return Err(self.fails(too_many()));
        }
        let mut answers = Vec::with_capacity(batches.len());
        for batch in batches {
            let handed_over = tokio::time::timeout(ROOM_WAIT_MAX, port.intake.hand_over(batch, &port.book));
            answers.push(handed_over.await.map_err(|_| Failure::busy(None))??);
        }
        self.open.rate.owe(count as u64);
        let mut seqs = None::<RangeInclusive<u64>>;
        for answer in answers {
            let stored = answer.seqs().await?;
            let first = seqs.map_or(*stored.start(), |seqs| *seqs.start());
            seqs = Some(first..=*stored.end());
        }
        Ok(seqs)
    }
}

/// Messages that each repeat what the body says once (labels, a resource): together they may be far longer than the body, and
/// take room as it does.
#[derive(Debug)]
pub(super) struct Repeating<'r> {
    gather: Gather,
    room: &'r mut Room,
}

impl Repeating<'_> {
    /// Adds a message, if there is room for it.
    pub(super) fn push(&mut self, message: &[u8]) -> Result<(), Failure> {
        let before = self.bytes();
        self.gather.push(message);
        let after = self.bytes();
        if after > REPEATED_BYTES_MAX {
            return Err(Failure::too_large(format!(
                "the messages have more than {REPEATED_BYTES_MAX} bytes with what they have in common"
            )));
        }
        self.room.take(after - before)
    }

    pub(super) fn into_gather(self) -> Gather {
        self.gather
    }

    fn bytes(&self) -> usize {
        self.gather.text_bytes() + self.gather.len() * size_of::<Frame>()
    }
}

/// More frames than a request may have.
pub(super) fn too_many() -> Failure {
    Failure::too_large(format!("more than {FRAMES_MAX} frames: send it in parts"))
}
