//! What other nodes of Campanile collected, sent on by `campanile forward`. `hop` says how they speak.
//!
//! Promises: a node is told how far its journal is durable here, and goes on from there, so that each frame comes once; frames
//! keep the collector, source, seq and receive time of the node that collected them first, and get the tenant of this source, or
//! of the certificate; nobody speaks in this node's name. Must not know: what a frame means.

use std::net::SocketAddr;
use std::sync::Arc;

use schema::FrameBatch;
use tokio::net::TcpListener;

use super::acked::{self, Dialogue, Malformed, Turn};
use super::syslog_tcp::listen;
use super::{Error, Port, Tls};
use crate::hop;
use crate::positions::Positions;

/// Other nodes, bound.
#[derive(Debug)]
pub struct Nodes {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<Tls>,
    positions: Positions,
}

impl Nodes {
    /// Listens on `address`, over TLS when it is given. `positions`: how far their journals are here.
    pub async fn bind(address: SocketAddr, tls: Option<Tls>, positions: Positions) -> Result<Nodes, Error> {
        let (listener, address) = listen(address).await?;
        Ok(Nodes { listener, address, tls, positions })
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Receives until told to stop.
    pub async fn run(self, port: Port) -> Result<(), Error> {
        let open = |port: &Port| Conversation {
            positions: self.positions.clone(),
            collector: Arc::clone(&port.origin.collector),
            journal: None,
        };
        acked::serve(self.listener, self.tls, port, open).await;
        Ok(())
    }
}

/// A conversation with one node.
#[derive(Debug)]
struct Conversation {
    positions: Positions,
    /// The name of this node, which no other has.
    collector: Arc<str>,
    /// The journal it speaks for, once it has said so.
    journal: Option<u64>,
}

impl Conversation {
    fn begin(&mut self, bytes: &[u8], turn: &mut Turn) -> Result<usize, Malformed> {
        let Some(hello) = bytes.get(..hop::HELLO_BYTES) else { return Ok(0) };
        let journal = hop::read_hello(hello).filter(|journal| self.positions.admits(*journal));
        let journal = journal.ok_or(Malformed)?;
        self.journal = Some(journal);
        turn.reply.extend_from_slice(&self.positions.of(journal).to_le_bytes());
        Ok(hop::HELLO_BYTES)
    }
}

impl Dialogue for Conversation {
    const EXPANDS: bool = true;

    fn read(&mut self, bytes: &[u8], turn: &mut Turn) -> Result<usize, Malformed> {
        let Some(journal) = self.journal else { return self.begin(bytes, turn) };
        let Some((taken, batches)) = hop::read_message(bytes).ok_or(Malformed)? else { return Ok(0) };
        let is_its_own = |batch: &FrameBatch| {
            batch.origin.collector != self.collector
                && batch.forwarded.as_ref().is_some_and(|forwarded| forwarded.journal == journal)
        };
        if !batches.iter().all(is_its_own) {
            return Err(Malformed);
        }
        let upto = batches.last().and_then(|batch| batch.forwarded.as_ref()).map_or(0, |last| last.upto);
        turn.reply.extend_from_slice(&upto.to_le_bytes());
        turn.forwarded.extend(batches);
        Ok(taken)
    }
}
