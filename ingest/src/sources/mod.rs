//! Sources: one file for each way in which logs arrive over a socket.
//!
//! A source is bound first, so that its address is known, and then runs until it is told to stop. What every source may
//! use is its [`Port`].

use std::net::IpAddr;
use std::sync::Arc;

use schema::{Network, Origin};
use tokio_util::sync::CancellationToken;

use crate::book::Book;
use crate::clock::ReceiveClock;
use crate::intake::Intake;

/// What a source needs to take in frames.
#[derive(Debug, Clone)]
pub struct Port {
    /// Collector, source and tenant of its frames.
    pub origin: Arc<Origin>,
    /// Where frames go.
    pub intake: Intake,
    /// Where they are counted.
    pub book: Arc<Book>,
    /// When they were received.
    pub clock: Arc<ReceiveClock>,
    /// Longest frame, bytes; the rest is cut and counted.
    pub line_bytes_max: usize,
    /// Frames a second, when bounded; the rest is refused and counted.
    pub rate_max: Option<u32>,
    /// Networks that may send.
    pub allow: Arc<[Network]>,
    /// Says when to stop: what was received is delivered before a source returns.
    pub stop: CancellationToken,
}

impl Port {
    /// True when that address may send.
    pub fn admits(&self, peer: IpAddr) -> bool {
        self.allow.iter().any(|network| network.contains(peer))
    }
}
