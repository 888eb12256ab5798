//! `POST /ingest?source=NAME`: JSON objects or plain lines, for every client that has nothing better.
//!
//! Promises: what is wrong is said with its line, and then nothing of the body is taken; lines are cut as those of a file are, so
//! that a whole file may be sent. Must not know: what a line means.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use schema::{Flaw, FrameBatch};
use serde_json::json;

use super::desk::{Desk, Received};
use super::failure::Failure;
use super::is_of_type;
use crate::framing::json::{self, Extent};

/// Answers `{"accepted":n,"first_seq":a,"last_seq":b}` once the frames are durable.
pub(super) async fn ingest(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    match taken(&desk, request).await {
        Ok(response) => response,
        Err(failure) => failure.into_response(),
    }
}

async fn taken(desk: &Desk, request: Request) -> Result<Response, Failure> {
    let received = desk.receive(request).await?;
    let is_json = is_of_type(&received.headers, "json");
    let batches = if is_json { objects(&received) } else { lines(&received) };
    let batches = batches.map_err(|failure| received.fails(failure))?;
    let accepted: usize = batches.iter().map(|batch| batch.frames().len()).sum();
    Ok(match received.store(batches).await? {
        None => Json(json!({ "accepted": 0 })),
        Some(seqs) => {
            Json(json!({ "accepted": accepted, "first_seq": seqs.start(), "last_seq": seqs.end() }))
        }
    }
    .into_response())
}

/// Frames as a file of these bytes would give: one a line, empty ones left out, header lines apart, records that span lines whole.
pub(super) fn lines(received: &Received<'_>) -> Result<Vec<FrameBatch>, Failure> {
    let batches = received.cut();
    for batch in &batches {
        let too_long = batch.flaws().iter().find(|(_, flaw)| *flaw == Flaw::Truncated);
        if let Some(frame) = too_long.and_then(|(at, _)| batch.frames().get(*at as usize)) {
            let bytes_max = received.port().limits.line_bytes_max();
            let failure =
                Failure::too_large(format!("more than the {bytes_max} bytes that this source takes"));
            return Err(failure.at_line(usize::try_from(frame.seq).unwrap_or(usize::MAX)));
        }
    }
    batches.iter().for_each(|batch| received.port().note(batch));
    Ok(batches)
}

/// One frame an object, on a line of its own or not.
pub(super) fn objects(received: &Received<'_>) -> Result<Vec<FrameBatch>, Failure> {
    let mut gather = received.gather();
    let (mut rest, mut line) = (received.body.bytes.as_slice(), 1);
    loop {
        let (gap, behind) = rest.split_at(json::gap(rest));
        line += count_lines(gap);
        if behind.is_empty() {
            return Ok(received.whole(gather));
        }
        let (object, behind) = match behind.first().map(|_| json::object(behind)) {
            Some(Extent::Closed(length)) if behind.starts_with(b"{") => behind.split_at(length),
            Some(Extent::Open) if behind.starts_with(b"{") => {
                return Err(Failure::unreadable("the object has no end").at_line(line));
            }
            _ => return Err(Failure::unreadable("this is no JSON object").at_line(line)),
        };
        fits(object, line, received)?;
        gather.push(object);
        line += count_lines(object);
        rest = behind;
    }
}

/// A frame over the limit is refused, not cut: this sender can be told.
pub(super) fn fits(frame: &[u8], line: usize, received: &Received<'_>) -> Result<(), Failure> {
    let bytes_max = received.port().limits.line_bytes_max();
    if frame.trim_ascii_end().len() <= bytes_max {
        return Ok(());
    }
    let reason = format!("{} bytes are more than the {bytes_max} that this source takes", frame.len());
    Err(Failure::too_large(reason).at_line(line))
}

fn count_lines(bytes: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', bytes).count()
}
