//! What a source admits: how long a frame, how many, from whom, how slowly. They may change while it runs.
//!
//! Promises: connections that are open and the next datagrams go by what was said last; a stream that has begun keeps its
//! longest line. Must not know: protocols, where limits are written.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use schema::Network;

/// Connections of one source, unless told otherwise.
pub const CONNECTIONS_MAX: usize = 10_000;
/// A frame that has begun must be whole after so long, unless told otherwise.
pub const UNFINISHED_MAX: Duration = Duration::from_secs(120);

/// The limits of one source, shared by all its connections.
#[derive(Debug)]
pub struct Limits {
    line_bytes_max: AtomicUsize,
    /// 0: no bound.
    rate_max: AtomicU32,
    allow: RwLock<Vec<Network>>,
    connections_max: usize,
    unfinished_max: Duration,
}

impl Limits {
    /// Longest frame in bytes, frames a second when bounded, networks that may send.
    pub fn new(line_bytes_max: usize, rate_max: Option<u32>, allow: Vec<Network>) -> Limits {
        Limits {
            line_bytes_max: AtomicUsize::new(line_bytes_max),
            rate_max: AtomicU32::new(units(rate_max)),
            allow: RwLock::new(allow),
            connections_max: CONNECTIONS_MAX,
            unfinished_max: UNFINISHED_MAX,
        }
    }

    /// The same, for so many connections, handshakes included.
    pub fn with_connections_max(self, connections_max: usize) -> Limits {
        Limits { connections_max, ..self }
    }

    /// The same, but a frame that has begun must be whole after so long.
    pub fn with_unfinished_max(self, unfinished_max: Duration) -> Limits {
        Limits { unfinished_max, ..self }
    }

    /// Others in their place.
    pub fn replace(&self, line_bytes_max: usize, rate_max: Option<u32>, allow: Vec<Network>) {
        self.line_bytes_max.store(line_bytes_max, Ordering::Relaxed);
        self.rate_max.store(units(rate_max), Ordering::Relaxed);
        *self.allow.write().unwrap_or_else(PoisonError::into_inner) = allow;
    }

    /// Longest frame, bytes; the rest is cut and counted.
    pub fn line_bytes_max(&self) -> usize {
        self.line_bytes_max.load(Ordering::Relaxed)
    }

    /// Frames a second, when bounded; the rest is refused and counted.
    pub fn rate_max(&self) -> Option<u32> {
        Some(self.rate_max.load(Ordering::Relaxed)).filter(|rate_max| *rate_max > 0)
    }

    /// Connections at a time.
    pub fn connections_max(&self) -> usize {
        self.connections_max
    }

    /// How long a frame that has begun may take to be whole.
    pub fn unfinished_max(&self) -> Duration {
        self.unfinished_max
    }

    /// True when that address may send.
    pub fn admits(&self, peer: IpAddr) -> bool {
        let allow = self.allow.read().unwrap_or_else(PoisonError::into_inner);
        allow.iter().any(|network| network.contains(peer))
    }
}

/// A bound of none a second is the smallest there is.
fn units(rate_max: Option<u32>) -> u32 {
    rate_max.map_or(0, |rate_max| rate_max.max(1))
}
