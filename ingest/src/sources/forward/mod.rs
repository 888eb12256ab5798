//! Fluent's forward protocol, version 1, as Fluentd and Fluent Bit speak it: single events, lists, packed and compressed lists.
//!
//! A frame is the record as JSON, with the tag and time of its entry beside. Promises: a chunk is acknowledged once its events are
//! durable; a compressed list expands to a bound. Must not know: what a record means.

mod entry;
mod msgpack;

use std::io::Read;
use std::net::SocketAddr;

use flate2::read::MultiGzDecoder;
use tokio::net::TcpListener;

use self::msgpack::{Measure, Reader, Value};
use super::acked::{self, Dialogue, Malformed, Turn};
use super::syslog_tcp::listen;
use super::{CONNECTIONS_MAX, Error, Port, Tls};

/// Longest message: what Fluent Bit sends at once is about 2 MB.
const MESSAGE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// What one compressed list may hold.
const EXPANDED_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// The forward protocol, bound.
#[derive(Debug)]
pub struct Forward {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<Tls>,
    connections_max: usize,
}

impl Forward {
    /// Listens on `address`, over TLS when it is given.
    pub async fn bind(address: SocketAddr, tls: Option<Tls>) -> Result<Forward, Error> {
        let (listener, address) = listen(address).await?;
        Ok(Forward { listener, address, tls, connections_max: CONNECTIONS_MAX })
    }

    /// Takes at most so many connections.
    pub fn connections_max(self, connections_max: usize) -> Forward {
        Forward { connections_max, ..self }
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Receives until told to stop.
    pub async fn run(self, port: Port) -> Result<(), Error> {
        acked::serve(self.listener, self.tls, port, self.connections_max, Session::new).await;
        Ok(())
    }
}

/// One connection.
#[derive(Debug, Default)]
pub(super) struct Session {
    /// How far the message in hand was measured.
    measure: Measure,
}

impl Session {
    pub(super) fn new(_: &Port) -> Session {
        Session::default()
    }
}

impl Dialogue for Session {
    const EXPANDS: bool = true;

    fn read(&mut self, bytes: &[u8], turn: &mut Turn) -> Result<usize, Malformed> {
        if !self.measure.advance(bytes)? {
            return if bytes.len() > MESSAGE_BYTES_MAX { Err(Malformed) } else { Ok(0) };
        }
        let length = std::mem::take(&mut self.measure).length();
        message(bytes.get(..length).unwrap_or_default(), turn)?;
        Ok(length)
    }
}

/// Reads one whole message: `[tag, time, record, option?]` or `[tag, entries, option?]`.
fn message(bytes: &[u8], turn: &mut Turn) -> Result<(), Malformed> {
    let mut reader = Reader::new(bytes);
    let Value::Array(members @ 2..=4) = reader.value()? else { return Err(Malformed) };
    let Value::Text(tag) = reader.value()? else { return Err(Malformed) };
    let rest = reader;
    let second = reader.value()?;
    let (members_taken, entries) = match second {
        Value::Array(entries) => {
            for _ in 0..entries {
                entry::pair(&mut reader, tag, turn)?;
            }
            (2, None)
        }
        Value::Text(packed) | Value::Bytes(packed) => (2, Some(packed)),
        _ => {
            reader = rest;
            entry::members(&mut reader, tag, turn)?;
            (3, None)
        }
    };
    let option = match members.checked_sub(members_taken).ok_or(Malformed)? {
        0 => Options::default(),
        1 => options(&mut reader)?,
        _ => return Err(Malformed),
    };
    if let Some(packed) = entries {
        packed_entries(packed, option.is_compressed, tag, turn)?;
    }
    if let Some(chunk) = option.chunk {
        msgpack::acknowledgement(chunk, &mut turn.reply);
    }
    Ok(())
}

/// What a sender asks for.
#[derive(Debug, Default)]
struct Options<'b> {
    chunk: Option<&'b [u8]>,
    is_compressed: bool,
}

fn options<'b>(reader: &mut Reader<'b>) -> Result<Options<'b>, Malformed> {
    let mut options = Options::default();
    let members = match reader.value()? {
        Value::Map(members) => members,
        Value::Nil => 0,
        _ => return Err(Malformed),
    };
    for _ in 0..members {
        let key = reader.value()?;
        let before = *reader;
        match (key, reader.value()?) {
            (Value::Text(b"chunk"), Value::Text(chunk) | Value::Bytes(chunk)) => options.chunk = Some(chunk),
            (Value::Text(b"compressed"), Value::Text(how)) => options.is_compressed = how == b"gzip",
            _ => {
                *reader = before;
                reader.skip()?;
            }
        }
    }
    Ok(options)
}

/// Entries one behind the other.
fn packed_entries(packed: &[u8], is_compressed: bool, tag: &[u8], turn: &mut Turn) -> Result<(), Malformed> {
    let mut expanded = Vec::new();
    let packed = match is_compressed {
        false => packed,
        true => {
            let mut decoder = MultiGzDecoder::new(packed).take(EXPANDED_BYTES_MAX + 1);
            decoder.read_to_end(&mut expanded).map_err(|_| Malformed)?;
            expanded.as_slice()
        }
    };
    if packed.len() as u64 > EXPANDED_BYTES_MAX {
        return Err(Malformed);
    }
    let mut reader = Reader::new(packed);
    while !reader.is_at_end() {
        entry::pair(&mut reader, tag, turn)?;
    }
    Ok(())
}
