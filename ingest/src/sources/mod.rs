//! Sources: one file for each way in which logs arrive.
//!
//! A source is bound first, so that its address is known, and then runs until it is told to stop. What every source may
//! use is its [`Port`].

mod acked;
mod bursts;
mod campanile;
mod certificate_name;
mod connections;
mod datagrams;
mod error;
mod file_tail;
mod forward;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod gelf;
mod http;
mod kernel_drops;
mod kinds;
mod lumberjack;
mod rate;
mod relp;
mod stdin;
mod streams;
mod syslog_tcp;
mod syslog_tls;
mod syslog_udp;
mod tls;
mod unix;

use std::net::IpAddr;
use std::sync::Arc;

use schema::{Flaw, Forwarded, FrameBatch, Origin, StreamContext};
use tokio_util::sync::CancellationToken;

use crate::book::Book;
use crate::clock::ReceiveClock;
use crate::files::cut_body;
use crate::framing::Cut;
use crate::intake::Intake;
use crate::limits::Limits;

pub use campanile::Nodes;
pub use connections::CONNECTIONS_MAX;
pub use error::Error;
pub use file_tail::FileTail;
pub use forward::Forward;
pub use gelf::{GelfTcp, GelfUdp};
pub use http::{Http, HttpLimits, HttpSource, router, serve_http};
pub use kinds::{Kind, kinds};
pub use lumberjack::Lumberjack;
pub use relp::Relp;
pub use stdin::Stdin;
pub use syslog_tcp::{SyslogTcp, SyslogUnix};
pub use syslog_tls::SyslogTls;
pub use syslog_udp::{SyslogUdp, SyslogUnixDatagram};
pub use tls::{Origins, ServerKeys, Tls};
pub(crate) use tls::{certificates, unusable};

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
    /// What is admitted.
    pub limits: Arc<Limits>,
    /// Says when to stop: what was received is delivered before a source returns.
    pub stop: CancellationToken,
}

impl Port {
    /// Frames received now from that sender, as a batch; their flaws are in the book.
    pub(crate) fn batch(&self, cut: Cut, peer: Option<Arc<str>>) -> FrameBatch {
        let context = StreamContext { peer, ..StreamContext::default() };
        let received_us = self.clock.now_us();
        let origin = Arc::clone(&self.origin);
        let batch = FrameBatch::new(origin, received_us, context, cut.text, cut.frames, cut.flaws);
        self.note(&batch);
        batch
    }

    /// A batch that another node has sent on: it came now, by this source, and is its tenant's. Its flaws are in the book.
    pub(crate) fn take_on(&self, mut batch: FrameBatch) -> FrameBatch {
        let arrived_us = self.clock.now_us();
        let via = &self.origin.source;
        batch.forwarded = batch.forwarded.map(|forwarded| {
            Arc::new(Forwarded { arrived_us, via: Arc::clone(via), ..Arc::unwrap_or_clone(forwarded) })
        });
        let tenant = Arc::clone(&self.origin.tenant);
        batch.origin = Arc::new(Origin { tenant, ..Arc::unwrap_or_clone(batch.origin) });
        self.note(&batch);
        batch
    }

    /// The frames of a text that was received now from that sender, cut as a file would be; not yet in the book.
    pub(crate) fn cut(&self, text: &[u8], peer: Option<&Arc<str>>) -> Vec<FrameBatch> {
        let mut batches =
            cut_body(text, Arc::clone(&self.origin), self.clock.now_us(), self.limits.line_bytes_max());
        batches.iter_mut().for_each(|batch| batch.context.peer = peer.cloned());
        batches
    }

    /// Puts the flaws of frames in the book.
    pub(crate) fn note(&self, batch: &FrameBatch) {
        let count = |of| batch.flaws().iter().filter(|(_, flaw)| *flaw == of).count() as u64;
        self.book.seen_at(batch.arrived_us());
        self.book.flawed(count(Flaw::Truncated), count(Flaw::Recoded));
    }
}

/// An address in canonical form: IPv4 inside IPv6 as IPv4.
pub(crate) fn canonical(address: IpAddr) -> Arc<str> {
    address.to_canonical().to_string().into()
}
