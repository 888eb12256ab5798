//! GELF 1.1, Graylog's format: datagrams, chunked and compressed or not; over TCP, messages ended by NUL.
//!
//! A frame is the JSON object of a message. Promises: messages in parts are held within a bound and a time; what is never
//! completed is counted; a compressed message expands to the limit of a line. Must not know: what an object means.

use std::collections::VecDeque;
use std::io::Read;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use flate2::read::{MultiGzDecoder, ZlibDecoder};
use tokio::net::TcpListener;

use super::datagrams::Unpack;
use super::syslog_tcp::{listen, receive};
use super::{Error, Port, SyslogUdp};
use crate::book::{Book, Refusal};
use crate::framing::{Framer, Gather};

/// Most parts of a message.
const PARTS_MAX: u8 = 128;
/// Messages in parts that are held at once.
const PARTED_MAX: usize = 1024;
/// Bytes of them.
const PARTED_BYTES_MAX: usize = 16 * 1024 * 1024;
/// A message whose parts do not arrive in this time is given up.
const PARTED_AGE_MAX: Duration = Duration::from_secs(5);

/// GELF over UDP, bound.
#[derive(Debug)]
pub struct GelfUdp(SyslogUdp);

impl GelfUdp {
    /// Listens on `address`. One socket: the parts of a message must meet.
    pub fn bind(address: SocketAddr) -> Result<GelfUdp, Error> {
        SyslogUdp::bind_with(address, 1, super::syslog_udp::RECEIVE_BUFFER_BYTES).map(GelfUdp)
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.0.local_addr()
    }

    /// Receives until told to stop.
    pub async fn run(self, port: Port) -> Result<(), Error> {
        self.0.receive(port, Parts::default).await
    }
}

/// GELF over TCP, bound.
#[derive(Debug)]
pub struct GelfTcp {
    listener: TcpListener,
    address: SocketAddr,
}

impl GelfTcp {
    /// Listens on `address`.
    pub async fn bind(address: SocketAddr) -> Result<GelfTcp, Error> {
        let (listener, address) = listen(address).await?;
        Ok(GelfTcp { listener, address })
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Receives until told to stop.
    pub async fn run(self, port: Port) -> Result<(), Error> {
        receive(self.listener, port, Framer::ended_by_nul).await;
        Ok(())
    }
}

/// Messages of which some parts have arrived, the oldest first.
#[derive(Debug, Default)]
struct Parts {
    open: VecDeque<Parted>,
    bytes: usize,
}

#[derive(Debug)]
struct Parted {
    sender: Option<IpAddr>,
    id: [u8; 8],
    since: Instant,
    parts: Vec<Option<Vec<u8>>>,
    missing: usize,
    bytes: usize,
}

impl Parts {
    /// Adds a part. Answers the message, if it completes one; `None` when the part is wrong.
    fn add(&mut self, part: &[u8], sender: Option<IpAddr>, now: Instant) -> Option<Option<Vec<u8>>> {
        let (id, rest) = part.split_first_chunk::<8>()?;
        let ([number, count], bytes) = rest.split_first_chunk::<2>()?;
        if number >= count || *count > PARTS_MAX {
            return None;
        }
        let place = self.open.iter().position(|parted| parted.id == *id && parted.sender == sender);
        let place = place.unwrap_or_else(|| {
            let (parts, missing) = (vec![None; usize::from(*count)], usize::from(*count));
            self.open.push_back(Parted { sender, id: *id, since: now, parts, missing, bytes: 0 });
            self.open.len() - 1
        });
        let parted = self.open.get_mut(place)?;
        // A part that comes twice changes nothing.
        let slot = parted.parts.get_mut(usize::from(*number))?;
        if slot.is_none() {
            *slot = Some(bytes.to_vec());
            parted.missing -= 1;
            parted.bytes += bytes.len();
            self.bytes += bytes.len();
        }
        if parted.missing > 0 {
            return Some(None);
        }
        let whole = self.open.remove(place)?;
        self.bytes -= whole.bytes;
        Some(Some(whole.parts.into_iter().flatten().flatten().collect()))
    }

    /// Gives up what is too old or too much. Answers how many messages that were.
    fn give_up(&mut self, now: Instant) -> u64 {
        let mut given_up = 0;
        while let Some(oldest) = self.open.front()
            && (self.open.len() > PARTED_MAX
                || self.bytes > PARTED_BYTES_MAX
                || now.duration_since(oldest.since) > PARTED_AGE_MAX)
        {
            self.bytes -= oldest.bytes;
            self.open.pop_front();
            given_up += 1;
        }
        given_up
    }

    fn take(
        &mut self,
        datagram: &[u8],
        sender: Option<IpAddr>,
        now: Instant,
        gather: &mut Gather,
    ) -> Option<()> {
        let Some(part) = datagram.strip_prefix(&[0x1E, 0x0F]) else {
            return expand(datagram, gather);
        };
        match self.add(part, sender, now)? {
            None => Some(()),
            Some(whole) => expand(&whole, gather),
        }
    }
}

impl Unpack for Parts {
    fn unpack(&mut self, datagram: &[u8], sender: Option<IpAddr>, gather: &mut Gather, book: &Book) {
        let now = Instant::now();
        let is_wrong = self.take(datagram, sender, now, gather).is_none();
        book.turned_away(Refusal::Malformed, u64::from(is_wrong) + self.give_up(now));
    }
}

/// Adds a message, expanded; `None` when it cannot be.
fn expand(message: &[u8], gather: &mut Gather) -> Option<()> {
    let bytes_max = gather.line_bytes_max();
    // One byte more shows that there is too much.
    let bounded = |reader: &mut dyn Read| {
        let mut expanded = Vec::new();
        reader.take(bytes_max as u64 + 1).read_to_end(&mut expanded).ok().map(|_| expanded)
    };
    match message {
        [0x1F, 0x8B, ..] => gather.push(&bounded(&mut MultiGzDecoder::new(message))?),
        [0x78, ..] => gather.push(&bounded(&mut ZlibDecoder::new(message))?),
        _ => gather.push(message),
    };
    Some(())
}
