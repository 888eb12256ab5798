//! Dialogues with one sender, for fuzz targets.
//!
//! Must not know: sockets.

use std::sync::Arc;

use schema::Origin;
use tokio_util::sync::CancellationToken;

use super::acked::{Dialogue, Malformed, Turn};
use super::{Port, forward, relp};
use crate::framing::Gather;
use crate::{Book, Limits, ReceiveClock, intake};

/// Short, so that inputs reach it.
const LINE_BYTES_MAX: usize = 64;

/// What came of the bytes of one sender.
#[derive(Debug, PartialEq, Eq)]
pub struct Heard {
    /// Frames, as text.
    pub frames: Vec<String>,
    /// What the sender is told.
    pub reply: Vec<u8>,
    /// True when the bytes were not the protocol's.
    pub is_malformed: bool,
}

/// A dialogue in RELP with a sender whose bytes come in these parts.
pub fn relp(parts: &[&[u8]]) -> Heard {
    hear(relp::Session::new(&port()), parts)
}

/// A dialogue in Fluent's forward protocol.
pub fn forward(parts: &[&[u8]]) -> Heard {
    hear(forward::Session::new(&port()), parts)
}

fn hear(mut dialogue: impl Dialogue, parts: &[&[u8]]) -> Heard {
    let gather = Gather::new(LINE_BYTES_MAX);
    let mut turn = Turn { gather, forwarded: Vec::new(), reply: Vec::new(), is_last: false };
    let mut is_malformed = false;
    let mut buffer = Vec::new();
    for part in parts {
        buffer.extend_from_slice(part);
        while !turn.is_last {
            match dialogue.read(&buffer, &mut turn) {
                Ok(0) => break,
                Ok(bytes) => drop(buffer.drain(..bytes)),
                Err(Malformed) => {
                    is_malformed = true;
                    turn.is_last = true;
                }
            }
        }
    }
    let cut = turn.gather.take();
    let text = |start: u32, end: u32| cut.text.get(start as usize..end as usize).map(str::to_owned);
    let frames = cut.frames.iter().filter_map(|frame| text(frame.start, frame.end)).collect();
    Heard { frames, reply: turn.reply, is_malformed }
}

fn port() -> Port {
    let origin = Origin { collector: "fuzz".into(), source: "fuzz".into(), tenant: "default".into() };
    Port {
        origin: Arc::new(origin),
        intake: intake(1).0,
        book: Arc::new(Book::default()),
        clock: Arc::new(ReceiveClock::default()),
        limits: Arc::new(Limits::new(LINE_BYTES_MAX, None, Vec::new())),
        stop: CancellationToken::new(),
    }
}
