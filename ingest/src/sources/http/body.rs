//! Bodies of requests: read within a time, decompressed within a size, and all of them together within a budget.
//!
//! Promises: a body takes room of the budget as its bytes arrive and as they are decompressed, and gives it back when the
//! request is answered; what would be too large is refused before it is in memory. Must not know: what a body holds.

use std::io::{BufReader, Read};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use futures::StreamExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::failure::Failure;

/// Largest body as sent.
pub(super) const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Largest body once decompressed.
pub(super) const DECODED_BYTES_MAX: usize = 32 * 1024 * 1024;
/// All bodies in memory.
const BUDGET_BYTES: usize = 256 * 1024 * 1024;
/// A body that takes longer to arrive is given up.
const BODY_MAX: Duration = Duration::from_secs(60);
/// Decompressed at a time.
const STEP_BYTES: usize = 64 * 1024;
/// Smaller bodies are decompressed where they are: another thread would cost more.
const SMALL_BYTES: usize = 4 * 1024;
/// How a stream of snappy's frames begins.
const SNAPPY_FRAMES: &[u8] = b"\xFF\x06\x00\x00sNaPpY";
/// 2^23 bytes: what `zstd -19` asks of a decoder at most.
const ZSTD_WINDOW_LOG_MAX: u32 = 23;

/// Room for all bodies.
#[derive(Debug, Clone)]
pub(super) struct Budget(Arc<Semaphore>);

impl Default for Budget {
    fn default() -> Budget {
        Budget(Arc::new(Semaphore::new(BUDGET_BYTES)))
    }
}

/// What one request takes of the budget, until it is answered.
#[derive(Debug)]
pub(super) struct Room {
    budget: Budget,
    taken: Option<OwnedSemaphorePermit>,
}

impl Room {
    fn of(budget: &Budget) -> Room {
        Room { budget: budget.clone(), taken: None }
    }

    /// Takes room for so many bytes more, if there is any.
    pub(super) fn take(&mut self, bytes: usize) -> Result<(), Failure> {
        let count = u32::try_from(bytes).unwrap_or(u32::MAX);
        let more = Arc::clone(&self.budget.0).try_acquire_many_owned(count);
        let more = more.map_err(|_| Failure::busy(None))?;
        match &mut self.taken {
            None => self.taken = Some(more),
            Some(taken) => taken.merge(more),
        }
        Ok(())
    }
}

/// A body and the room it takes.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) bytes: Vec<u8>,
    pub(super) room: Room,
}

impl Held {
    pub(super) fn empty(budget: &Budget) -> Held {
        Held { bytes: Vec::new(), room: Room::of(budget) }
    }

    /// Takes the body away.
    pub(super) fn take(&mut self) -> Held {
        let empty = Held::empty(&self.room.budget);
        std::mem::replace(self, empty)
    }

    /// Appends bytes, if there is room for them.
    fn push(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.room.take(bytes.len())?;
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }
}

/// How a body is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Plain,
    Gzip,
    Deflate,
    Zstd,
    /// One block, as Loki's senders write it, or frames, as those of OTLP over gRPC do.
    Snappy,
}

impl Coding {
    /// The coding that a header names.
    pub(super) fn named(value: &HeaderValue) -> Result<Coding, Failure> {
        match value.to_str().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "" | "identity" => Ok(Coding::Plain),
            "gzip" | "x-gzip" => Ok(Coding::Gzip),
            "deflate" => Ok(Coding::Deflate),
            "zstd" => Ok(Coding::Zstd),
            "snappy" => Ok(Coding::Snappy),
            other => {
                let reason = format!("encoding {other:?} is not known: use gzip, deflate, zstd or snappy");
                Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, reason))
            }
        }
    }
}

/// Reads the body of a request, decompressed.
pub(super) async fn read(headers: &HeaderMap, body: Body, budget: &Budget) -> Result<Held, Failure> {
    let coding = headers.get(header::CONTENT_ENCODING).map_or(Ok(Coding::Plain), Coding::named)?;
    let received = tokio::time::timeout(BODY_MAX, receive(body, budget)).await;
    let late = |_| Failure::new(StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time");
    decoded(coding, received.map_err(late)??).await
}

/// Decompresses a body.
pub(super) async fn decoded(coding: Coding, received: Held) -> Result<Held, Failure> {
    match coding {
        Coding::Plain => Ok(received),
        _ if received.bytes.len() <= SMALL_BYTES => decode(coding, &received),
        _ => {
            let decoded = tokio::task::spawn_blocking(move || decode(coding, &received)).await;
            decoded.map_err(|error| Failure::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?
        }
    }
}

async fn receive(body: Body, budget: &Budget) -> Result<Held, Failure> {
    let mut held = Held::empty(budget);
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Failure::unreadable("the body broke off"))?;
        if held.bytes.len() + chunk.len() > BODY_BYTES_MAX {
            return Err(Failure::too_large(format!("the body has more than {BODY_BYTES_MAX} bytes")));
        }
        held.push(&chunk)?;
    }
    Ok(held)
}

fn decode(coding: Coding, body: &Held) -> Result<Held, Failure> {
    let bytes = body.bytes.as_slice();
    let mut reader: Box<dyn Read + '_> = match coding {
        Coding::Plain => Box::new(bytes),
        Coding::Snappy if bytes.starts_with(SNAPPY_FRAMES) => Box::new(snap::read::FrameDecoder::new(bytes)),
        Coding::Snappy => return decode_block(body),
        Coding::Gzip => Box::new(MultiGzDecoder::new(bytes)),
        // Some senders leave the zlib header out.
        Coding::Deflate if is_zlib(bytes) => Box::new(ZlibDecoder::new(bytes)),
        Coding::Deflate => Box::new(DeflateDecoder::new(bytes)),
        Coding::Zstd => {
            let mut decoder =
                zstd::stream::read::Decoder::with_buffer(BufReader::new(bytes)).map_err(broken)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG_MAX).map_err(broken)?;
            Box::new(decoder)
        }
    };
    let mut held = Held::empty(&body.room.budget);
    let mut step = vec![0; STEP_BYTES];
    loop {
        let read = reader.read(&mut step).map_err(broken)?;
        if read == 0 {
            return Ok(held);
        }
        if held.bytes.len() + read > DECODED_BYTES_MAX {
            return Err(expands());
        }
        held.push(step.get(..read).unwrap_or_default())?;
    }
}

/// A block of snappy says first how long it will be.
fn decode_block(body: &Held) -> Result<Held, Failure> {
    let length = snap::raw::decompress_len(&body.bytes).map_err(broken)?;
    if length > DECODED_BYTES_MAX {
        return Err(expands());
    }
    let mut held = Held::empty(&body.room.budget);
    held.room.take(length)?;
    held.bytes.resize(length, 0);
    snap::raw::Decoder::new().decompress(&body.bytes, &mut held.bytes).map_err(broken)?;
    Ok(held)
}

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::unreadable(format!("the body cannot be decompressed: {error}"))
}

fn expands() -> Failure {
    Failure::too_large(format!("the body expands to more than {DECODED_BYTES_MAX} bytes"))
}

/// A zlib header (RFC 1950): deflate, and a multiple of 31.
fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [method, flags, ..] if method & 0x0F == 8 && (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0)
}
