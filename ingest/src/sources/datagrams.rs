//! Receiving datagrams.
//!
//! Promises: a batch a sender and burst; the socket is emptied before anything else is done; what finds no room is refused
//! and counted, never waited for; a socket that only gives errors is asked seldom. Must not know: what a datagram holds.

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

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
/// After so many errors with no datagram between them, a socket is left alone.
const ERRORS_MAX: u32 = 16;
/// For so long.
const ERRORS_PAUSE: Duration = Duration::from_millis(100);

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
    let room = vec![0; DATAGRAM_BYTES_MAX];
    let mut burst = Burst { room, senders: Vec::new(), last: 0, errors: 0, unpack };
    loop {
        tokio::select! {
            biased;
            () = port.stop.cancelled() => break,
            ready = socket.readable() => ready?,
        }
        loop {
            match burst.receive(socket, port, rate) {
                Ended::Empty => break,
                Ended::Full => tokio::task::yield_now().await,
                Ended::Failing => {
                    tokio::select! {
                        () = tokio::time::sleep(ERRORS_PAUSE) => break,
                        () = port.stop.cancelled() => break,
                    }
                }
            }
        }
    }
    // Lets the runtime see what has arrived.
    tokio::task::yield_now().await;
    let goes_on = |_: &usize| burst.receive(socket, port, rate) == Ended::Full;
    (0..LAST_BURSTS_MAX).take_while(goes_on).for_each(drop);
    Ok(())
}

/// Why a burst ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// Nothing more has arrived.
    Empty,
    /// There may be more.
    Full,
    /// The socket gives errors only.
    Failing,
}

/// Where datagrams of one burst are gathered.
struct Burst<U> {
    unpack: U,
    room: Vec<u8>,
    /// Senders heard in this burst.
    senders: Vec<Sender>,
    /// The last one heard: the next datagram is mostly his.
    last: usize,
    /// Errors since the last datagram.
    errors: u32,
}

struct Sender {
    address: Option<IpAddr>,
    is_admitted: bool,
    gather: Gather,
}

impl<U: Unpack> Burst<U> {
    /// Receives what is there, up to a burst, and offers it.
    fn receive<D: Datagrams>(&mut self, socket: &D, port: &Port, rate: &Rate) -> Ended {
        let mut bytes = 0;
        let mut datagrams = 0;
        let mut ended = Ended::Full;
        while datagrams < BURST_DATAGRAMS_MAX && bytes < BURST_BYTES_MAX {
            match socket.next(&mut self.room) {
                Ok((length, address)) => {
                    self.errors = 0;
                    self.take(length, address, port, rate);
                    bytes += length;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    ended = Ended::Empty;
                    break;
                }
                // What a sender's host answered to something else (ICMP): the socket goes on. Others may last.
                Err(_) => {
                    port.book.receive_failed();
                    self.errors += 1;
                    if self.errors >= ERRORS_MAX {
                        self.errors = 0;
                        ended = Ended::Failing;
                        break;
                    }
                }
            }
            datagrams += 1;
        }
        self.offer(port);
        ended
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::Mutex;

    use futures::FutureExt;
    use schema::Origin;
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::{Limits, ReceiveClock, intake};

    /// Answers these one after the other, then the last one for ever.
    struct Scripted(Mutex<Vec<Option<&'static [u8]>>>);

    impl Datagrams for Scripted {
        async fn readable(&self) -> io::Result<()> {
            Ok(())
        }

        fn next(&self, room: &mut [u8]) -> io::Result<(usize, Option<IpAddr>)> {
            let mut script = self.0.lock().unwrap();
            let datagram = if script.len() > 1 { script.remove(0) } else { script[0] };
            let datagram = datagram.ok_or(io::ErrorKind::ConnectionRefused)?;
            room[..datagram.len()].copy_from_slice(datagram);
            Ok((datagram.len(), None))
        }
    }

    fn port() -> (Port, crate::Deliveries) {
        let (intake, deliveries) = intake(1 << 20);
        let origin = Origin { collector: "prova".into(), source: "rete".into(), tenant: "default".into() };
        let port = Port {
            origin: Arc::new(origin),
            intake,
            book: Arc::default(),
            clock: Arc::new(ReceiveClock::default()),
            limits: Arc::new(Limits::new(1024, None, Vec::new())),
            stop: CancellationToken::new(),
        };
        (port, deliveries)
    }

    #[tokio::test]
    async fn a_socket_that_gives_errors_only_is_left_alone_and_is_in_the_book() {
        let (port, _deliveries) = port();
        let socket = Scripted(Mutex::new(vec![None]));
        let rate = Rate::new(&port.limits);
        let mut delivered = Box::pin(deliver(&socket, Whole, &port, &rate));
        assert!(delivered.as_mut().now_or_never().is_none());
        assert_eq!(port.book.page().receive_errors, u64::from(ERRORS_MAX));
        port.stop.cancel();
        delivered.await.unwrap();
        assert_eq!(port.book.page().receive_errors, u64::from(ERRORS_MAX) * 2);
    }

    #[tokio::test]
    async fn an_error_between_datagrams_costs_none_of_them() {
        let (port, mut deliveries) = port();
        let mut script = [Some(&b"<34>1 one"[..]), None].repeat(100);
        script.push(None);
        let socket = Scripted(Mutex::new(script));
        let rate = Rate::new(&port.limits);
        let mut delivered = Box::pin(deliver(&socket, Whole, &port, &rate));
        assert!(delivered.as_mut().now_or_never().is_none());
        let batch = deliveries.next().await.unwrap().frames;
        assert_eq!(batch.frames().len(), 100);
        assert_eq!(port.book.page().receive_errors, 99 + u64::from(ERRORS_MAX));
    }
}
