//! Lumberjack version 2, as Beats (Filebeat, Winlogbeat) and Logstash speak it: windows of JSON events, compressed or not.
//!
//! Promises: an acknowledgement names the last event of a window that is durable; a compressed frame expands to a bound; a
//! sender that waits hears every few seconds that it is not forgotten. Must not know: what an event means.

use std::io::Read;
use std::net::SocketAddr;
use std::time::Duration;

use flate2::read::ZlibDecoder;
use tokio::net::TcpListener;

use super::acked::{self, Dialogue, Malformed, Turn};
use super::syslog_tcp::listen;
use super::{Error, Port, Tls};

/// Longest event, and longest compressed frame: what is above the source's own limit is cut.
const FRAME_BYTES_MAX: usize = 8 * 1024 * 1024;
/// What one compressed frame may hold.
const EXPANDED_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Expanded at a time.
const STEP_BYTES: usize = 64 * 1024;
/// An acknowledgement of nothing: the sender's patience starts anew.
const STILL_HERE: &[u8] = b"2A\0\0\0\0";
/// How often a sender that waits is told so; Beats wait 30 seconds.
const STILL_HERE_INTERVAL: Duration = Duration::from_secs(3);

/// Lumberjack, bound.
#[derive(Debug)]
pub struct Lumberjack {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<Tls>,
}

impl Lumberjack {
    /// Listens on `address`, over TLS when it is given.
    pub async fn bind(address: SocketAddr, tls: Option<Tls>) -> Result<Lumberjack, Error> {
        let (listener, address) = listen(address).await?;
        Ok(Lumberjack { listener, address, tls })
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Receives until told to stop.
    pub async fn run(self, port: Port) -> Result<(), Error> {
        acked::serve(self.listener, self.tls, port, Window::new).await;
        Ok(())
    }
}

/// One connection's window.
#[derive(Debug)]
struct Window {
    /// Where the acknowledgement of the window in hand lies in the turn's reply.
    reply_at: usize,
}

/// A frame of the protocol.
enum Frame<'b> {
    Window,
    Event { seq: u32, json: &'b [u8] },
    Compressed(&'b [u8]),
}

impl Window {
    fn new(_: &Port) -> Window {
        Window { reply_at: 0 }
    }

    fn take(&mut self, frame: Frame<'_>, turn: &mut Turn, is_inside: bool) -> Result<(), Malformed> {
        // A turn starts without a reply.
        self.reply_at = self.reply_at.min(turn.reply.len());
        match frame {
            Frame::Window => self.reply_at = turn.reply.len(),
            Frame::Event { seq, json } => {
                turn.gather.push(json);
                turn.reply.truncate(self.reply_at);
                turn.reply.extend_from_slice(b"2A");
                turn.reply.extend_from_slice(&seq.to_be_bytes());
            }
            Frame::Compressed(_) if is_inside => return Err(Malformed),
            Frame::Compressed(bytes) => self.expand(bytes, turn)?,
        }
        Ok(())
    }

    /// Takes the frames in a compressed one, as they are expanded.
    fn expand(&mut self, bytes: &[u8], turn: &mut Turn) -> Result<(), Malformed> {
        let mut decoder = ZlibDecoder::new(bytes);
        let mut step = vec![0; STEP_BYTES];
        let mut open = Vec::new();
        let mut total = 0;
        loop {
            let read = decoder.read(&mut step).map_err(|_| Malformed)?;
            total += read;
            if read == 0 {
                return if open.is_empty() { Ok(()) } else { Err(Malformed) };
            }
            if total > EXPANDED_BYTES_MAX {
                return Err(Malformed);
            }
            open.extend_from_slice(step.get(..read).unwrap_or_default());
            let mut taken = 0;
            while let Some((length, frame)) = frame(open.get(taken..).unwrap_or_default())? {
                taken += length;
                self.take(frame, turn, true)?;
            }
            open.drain(..taken);
        }
    }
}

impl Dialogue for Window {
    const EXPANDS: bool = true;
    const KEEP_ALIVE: Option<(Duration, &'static [u8])> = Some((STILL_HERE_INTERVAL, STILL_HERE));

    fn read(&mut self, bytes: &[u8], turn: &mut Turn) -> Result<usize, Malformed> {
        match frame(bytes)? {
            None => Ok(0),
            Some((length, frame)) => self.take(frame, turn, false).map(|()| length),
        }
    }
}

/// The frame that starts `bytes` and its length, if it is whole.
fn frame(bytes: &[u8]) -> Result<Option<(usize, Frame<'_>)>, Malformed> {
    let number = |at: usize| {
        let digits: Option<[u8; 4]> = bytes.get(at..at + 4).and_then(|digits| digits.try_into().ok());
        digits.map(u32::from_be_bytes)
    };
    let body = |at: usize, length: u32| {
        let end = at + length as usize;
        if length as usize > FRAME_BYTES_MAX {
            Err(Malformed)
        } else {
            Ok(bytes.get(at..end).map(|body| (end, body)))
        }
    };
    match bytes {
        [] | [b'2'] => Ok(None),
        [b'2', b'W', ..] => Ok(number(2).map(|_| (6, Frame::Window))),
        [b'2', b'J', ..] => {
            let Some((seq, length)) = number(2).zip(number(6)) else { return Ok(None) };
            Ok(body(10, length)?.map(|(end, json)| (end, Frame::Event { seq, json })))
        }
        [b'2', b'C', ..] => {
            let Some(length) = number(2) else { return Ok(None) };
            Ok(body(6, length)?.map(|(end, bytes)| (end, Frame::Compressed(bytes))))
        }
        _ => Err(Malformed),
    }
}
