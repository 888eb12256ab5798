//! The book of one source: what it received, and what became of it.
//!
//! Promises: received = stored + refused + dropped + under way, always; every refusal has its reason.
//! Must not know: protocols.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// Why frames were refused or dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The queue had no room (datagrams only: others wait).
    NoRoom,
    /// The journal is full, or its disk failed.
    Journal,
    /// More than the source's rate limit.
    Rate,
    /// From an address that may not send.
    Peer,
    /// The kernel's own receive buffer was full.
    Kernel,
    /// The service was stopping.
    Closed,
    /// Not what the protocol asks for.
    Malformed,
    /// Of another node's journal, and not what follows what is here of it: it comes again.
    Sequence,
}

impl Refusal {
    /// Every reason, in the order in which books show them.
    pub const ALL: [Refusal; 8] = [
        Refusal::NoRoom,
        Refusal::Journal,
        Refusal::Rate,
        Refusal::Peer,
        Refusal::Kernel,
        Refusal::Closed,
        Refusal::Malformed,
        Refusal::Sequence,
    ];

    /// Its word in metrics and tables.
    pub fn name(self) -> &'static str {
        match self {
            Refusal::NoRoom => "no_room",
            Refusal::Journal => "journal",
            Refusal::Rate => "rate",
            Refusal::Peer => "peer",
            Refusal::Kernel => "kernel",
            Refusal::Closed => "closed",
            Refusal::Malformed => "malformed",
            Refusal::Sequence => "sequence",
        }
    }
}

/// Counters of one source. Shared by all its connections.
#[derive(Debug, Default)]
pub struct Book {
    received: AtomicU64,
    received_bytes: AtomicU64,
    stored: AtomicU64,
    refused: [AtomicU64; Refusal::ALL.len()],
    truncated: AtomicU64,
    recoded: AtomicU64,
    receive_errors: AtomicU64,
    connections: AtomicU64,
    connections_refused: AtomicU64,
    last_received_us: AtomicI64,
}

/// The counters at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BookPage {
    /// Frames received, those that the kernel dropped included.
    pub received: u64,
    /// Bytes of their text.
    pub received_bytes: u64,
    /// Frames durable in the journal.
    pub stored: u64,
    /// Frames refused, in the order of [`Refusal::ALL`].
    pub refused: [u64; Refusal::ALL.len()],
    /// Frames longer than the limit, cut.
    pub truncated: u64,
    /// Frames that were not UTF-8.
    pub recoded: u64,
    /// Times that a socket gave an error in place of a datagram.
    pub receive_errors: u64,
    /// Connections open now.
    pub connections: u64,
    /// Connections refused: too many, from an address that may not send, or their handshake failed.
    pub connections_refused: u64,
    /// When the last frame came, µs since 1970 UTC; 0 before the first.
    pub last_received_us: i64,
}

impl BookPage {
    /// Frames refused for any reason.
    pub fn refused_total(&self) -> u64 {
        self.refused.iter().sum()
    }

    /// Frames neither stored nor refused yet. More than none when nothing is under way: the book does not close.
    pub fn under_way(&self) -> i64 {
        self.received as i64 - self.stored as i64 - self.refused_total() as i64
    }
}

impl Book {
    /// Frames came in.
    pub fn received(&self, frames: u64, bytes: u64) {
        self.received.fetch_add(frames, Ordering::Relaxed);
        self.received_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// The moment at which frames came in, µs since 1970 UTC.
    pub fn seen_at(&self, received_us: i64) {
        self.last_received_us.fetch_max(received_us, Ordering::Relaxed);
    }

    /// Frames received earlier are durable.
    pub fn stored(&self, frames: u64) {
        self.stored.fetch_add(frames, Ordering::Relaxed);
    }

    /// Frames received earlier were not taken.
    pub fn refuse(&self, why: Refusal, frames: u64) {
        if let Some(counter) = self.refused.get(why as usize) {
            counter.fetch_add(frames, Ordering::Relaxed);
        }
    }

    /// Frames that were never taken in at all: received and refused at once.
    pub fn turned_away(&self, why: Refusal, frames: u64) {
        self.received(frames, 0);
        self.refuse(why, frames);
    }

    /// Frames that were cut, and frames that were not UTF-8.
    pub fn flawed(&self, truncated: u64, recoded: u64) {
        self.truncated.fetch_add(truncated, Ordering::Relaxed);
        self.recoded.fetch_add(recoded, Ordering::Relaxed);
    }

    /// A socket gave an error in place of a datagram.
    pub fn receive_failed(&self) {
        self.receive_errors.fetch_add(1, Ordering::Relaxed);
    }

    /// A connection is open until the guard is dropped.
    pub fn connected(&self) -> Connected<'_> {
        self.connections.fetch_add(1, Ordering::Relaxed);
        Connected(self)
    }

    /// A connection was not taken.
    pub fn connection_refused(&self) {
        self.connections_refused.fetch_add(1, Ordering::Relaxed);
    }

    /// The counters now.
    pub fn page(&self) -> BookPage {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        // What is taken off is read first: a page shows frames under way rather than more stored than received.
        let (stored, refused) = (get(&self.stored), self.refused.each_ref().map(get));
        BookPage {
            stored,
            refused,
            received: get(&self.received),
            received_bytes: get(&self.received_bytes),
            truncated: get(&self.truncated),
            recoded: get(&self.recoded),
            receive_errors: get(&self.receive_errors),
            connections: get(&self.connections),
            connections_refused: get(&self.connections_refused),
            last_received_us: self.last_received_us.load(Ordering::Relaxed),
        }
    }
}

/// A connection that is open.
#[derive(Debug)]
pub struct Connected<'b>(&'b Book);

impl Drop for Connected<'_> {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}
