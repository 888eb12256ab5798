//! Receiving datagrams.
//!
//! Promises: a batch a sender and burst; the socket is emptied before anything else is done; what finds no room is refused
//! and counted, never waited for. Must not know: what a datagram holds.

use std::future::Future;
use std::io;
use std::net::IpAddr;

use super::rate::Rate;
use super::{Port, canonical};
use crate::book::{Book, Refusal};
use crate::framing::Gather;

/// No datagram is longer.
const DATAGRAM_BYTES_MAX: usize = 64 * 1024;
/// Most datagrams of one burst, from however many senders.
const BURST_DATAGRAMS_MAX: usize = 1024;
/// Most text of one burst.
const BURST_BYTES_MAX: usize = 256 * 1024;
/// Bursts still read when the source stops, so that a flood ends.
const LAST_BURSTS_MAX: usize = 64;

/// A socket that receives datagrams.
pub(crate) trait Datagrams: Send + Sync {
    /// Waits until there may be one.
    fn readable(&self) -> impl Future<Output = io::Result<()>> + Send;

    /// The next one, if there is: its length and its sender's address.
    fn next(&self, room: &mut [u8]) -> io::Result<(usize, Option<IpAddr>)>;
}

/// What the messages of a protocol look like as datagrams.
pub(crate) trait Unpack: Send {
    /// Adds the messages that a datagram holds or completes. What is wrong with it goes into the book.
    fn unpack(&mut self, datagram: &[u8], sender: Option<IpAddr>, gather: &mut Gather, book: &Book);
}

/// Each datagram is a message.
pub(crate) struct Whole;

impl Unpack for Whole {
    fn unpack(&mut self, datagram: &[u8], _: Option<IpAddr>, gather: &mut Gather, _: &Book) {
        gather.push(datagram);
    }
}

/// Delivers datagrams until the source stops, and those that had arrived by then.
pub(crate) async fn deliver<D, U>(socket: &D, unpack: U, port: &Port, rate: &Rate) -> io::Result<()>
where
    D: Datagrams,
    U: Unpack,
{
    let mut burst = Burst { room: vec![0; DATAGRAM_BYTES_MAX], senders: Vec::new(), last: 0, unpack };
    loop {
        tokio::select! {
            ready = socket.readable() => ready?,
            () = port.stop.cancelled() => break,
        }
        while burst.receive(socket, port, rate) {
            tokio::task::yield_now().await;
        }
    }
    // Lets the runtime see what has arrived.
    tokio::task::yield_now().await;
    (0..LAST_BURSTS_MAX).take_while(|_| burst.receive(socket, port, rate)).for_each(drop);
    Ok(())
}

/// Where datagrams of one burst are gathered.
struct Burst<U> {
    unpack: U,
    room: Vec<u8>,
    /// Senders heard in this burst.
    senders: Vec<Sender>,
    /// The last one heard: the next datagram is mostly his.
    last: usize,
}

struct Sender {
    address: Option<IpAddr>,
    is_admitted: bool,
    gather: Gather,
}

impl<U: Unpack> Burst<U> {
    /// Receives what is there, up to a burst, and offers it. Whether there may be more.
    fn receive<D: Datagrams>(&mut self, socket: &D, port: &Port, rate: &Rate) -> bool {
        let mut bytes = 0;
        let mut datagrams = 0;
        let mut is_empty = false;
        while datagrams < BURST_DATAGRAMS_MAX && bytes < BURST_BYTES_MAX {
            match socket.next(&mut self.room) {
                Ok((length, address)) => {
                    self.take(length, address, port, rate);
                    bytes += length;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    is_empty = true;
                    break;
                }
                // What a sender's host answered to something else (ICMP): the socket goes on.
                Err(_) => {}
            }
            datagrams += 1;
        }
        self.offer(port);
        !is_empty
    }

    fn take(&mut self, length: usize, address: Option<IpAddr>, port: &Port, rate: &Rate) {
        let datagram = self.room.get(..length).unwrap_or_default();
        if datagram.trim_ascii().is_empty() {
            return;
        }
        let index = match self.senders.get(self.last) {
            Some(sender) if sender.address == address => self.last,
            _ => find(&mut self.senders, address, port),
        };
        self.last = index;
        let Some(sender) = self.senders.get_mut(index) else { return };
        if !sender.is_admitted {
            port.book.turned_away(Refusal::Peer, 1);
        } else if !rate.admits() {
            port.book.turned_away(Refusal::Rate, 1);
        } else {
            self.unpack.unpack(datagram, address, &mut sender.gather, &port.book);
        }
    }

    fn offer(&mut self, port: &Port) {
        for mut sender in self.senders.drain(..) {
            if !sender.gather.is_empty() {
                let batch = port.batch(sender.gather.take(), sender.address.map(canonical));
                // What was refused is in the book.
                port.intake.offer(batch, &port.book).ok();
            }
        }
    }
}

/// The place of that sender, who may be new.
fn find(senders: &mut Vec<Sender>, address: Option<IpAddr>, port: &Port) -> usize {
    let known = senders.iter().position(|sender| sender.address == address);
    known.unwrap_or_else(|| {
        let is_admitted = address.is_none_or(|address| port.limits.admits(address));
        senders.push(Sender { address, is_admitted, gather: Gather::new(port.limits.line_bytes_max()) });
        senders.len() - 1
    })
}
