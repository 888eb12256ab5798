//! What `systemd-journal-upload` sends: a journal in export format, in one request of any length.
//!
//! Promises: entries are stored as they arrive, and the request is answered when all of them are durable; a sender that breaks off
//! loses the entry it was in, and sends it again. Must not know: fields. Source: systemd-journal-remote.service(8).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::{FutureExt, StreamExt};

use super::desk::{Desk, Received};
use super::failure::Failure;
use super::is_of_type;
use crate::book::Refusal;
use crate::framing::{Cuts, Entries};
use crate::intake::Refused;

const JOURNAL: &str = "application/vnd.fdo.journal";
/// Entries are stored when they are so many bytes, or when no more has arrived.
const BATCH_BYTES: usize = 256 * 1024;

/// `POST /upload`: 202 once all entries are durable.
pub(super) async fn upload(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    match taken(&desk, request).await {
        Ok(()) => (StatusCode::ACCEPTED, "OK.\n").into_response(),
        Err(failure) => failure.answer(format!("{}\n", failure.reason)),
    }
}

async fn taken(desk: &Desk, request: Request) -> Result<(), Failure> {
    let (received, body) = desk.admit(request).await?;
    if !is_of_type(&received.headers, JOURNAL) || received.headers.contains_key(header::CONTENT_ENCODING) {
        let reason = format!("send {JOURNAL}, not compressed");
        return Err(received.fails(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, reason)));
    }
    let mut chunks = body.into_data_stream();
    let mut uploaded = Uploaded::new(&received);
    loop {
        let chunk = match chunks.next().now_or_never() {
            Some(chunk) => chunk,
            None => {
                uploaded.store().await?;
                tokio::select! {
                    chunk = chunks.next() => chunk,
                    () = received.port().stop.cancelled() => return Err(Refused::Closed.into()),
                }
            }
        };
        let Some(chunk) = chunk else { return uploaded.finish().await };
        let chunk = chunk.map_err(|_| received.fails(Failure::unreadable("the body broke off")))?;
        uploaded.take(&chunk);
        if uploaded.entries.text_bytes() >= BATCH_BYTES {
            uploaded.store().await?;
        }
    }
}

/// The entries of one request.
struct Uploaded<'r> {
    received: &'r Received<'r>,
    entries: Entries,
    /// True when there was one.
    has_entries: bool,
    malformed: u64,
}

impl<'r> Uploaded<'r> {
    fn new(received: &'r Received<'r>) -> Uploaded<'r> {
        let entries = Entries::new(received.port().limits.line_bytes_max());
        Uploaded { received, entries, has_entries: false, malformed: 0 }
    }

    fn take(&mut self, chunk: &[u8]) {
        self.entries.buffer().extend_from_slice(chunk);
        self.entries.cut(false);
    }

    /// Waits until what was cut is durable.
    async fn store(&mut self) -> Result<(), Failure> {
        let port = self.received.port();
        let malformed = self.entries.take_malformed();
        if malformed > 0 {
            self.malformed += malformed;
            port.book.turned_away(Refusal::Malformed, malformed);
        }
        let Some(cut) = self.entries.take() else { return Ok(()) };
        self.has_entries = true;
        let wait = self.received.owe(cut.frames.len() as u64);
        port.intake.store(self.received.batch(cut), &port.book).await?;
        if wait.is_zero() {
            return Ok(());
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => Ok(()),
            () = port.stop.cancelled() => Err(Refused::Closed.into()),
        }
    }

    async fn finish(mut self) -> Result<(), Failure> {
        self.entries.cut(true);
        self.store().await?;
        match self.has_entries || self.malformed == 0 {
            true => Ok(()),
            false => Err(Failure::unreadable("there is no entry of a journal")),
        }
    }
}
