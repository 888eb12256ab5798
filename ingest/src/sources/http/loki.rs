//! Loki's push API, as protobuf or JSON.
//!
//! A frame is what `logcli` would export of an entry, whichever way it came: `{"labels":{…},"line":"…","timestamp":"…"}`.
//! Must not know: labels. Source: Loki, `pkg/push/push.proto`.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::desk::{Desk, Received};
use super::failure::Failure;
use super::proto_json::Json;
use super::wire::{Malformed, Message};
use super::{is_of_type, loki_labels};
use crate::framing::Gather;

const NANOS_A_SECOND: i128 = 1_000_000_000;

#[derive(Debug, Deserialize)]
struct Push<'b> {
    #[serde(borrow)]
    streams: Vec<Stream<'b>>,
}

#[derive(Debug, Deserialize)]
struct Stream<'b> {
    stream: Value,
    #[serde(borrow)]
    values: Vec<Entry<'b>>,
}

/// Nanoseconds since 1970, the line, and structured metadata.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Entry<'b> {
    Bare(#[serde(borrow)] Cow<'b, str>, #[serde(borrow)] Cow<'b, str>),
    More(#[serde(borrow)] Cow<'b, str>, #[serde(borrow)] Cow<'b, str>, Value),
}

/// One entry, as `logcli` exports it.
#[derive(Debug, Serialize)]
struct Exported<'e> {
    labels: &'e Value,
    line: &'e str,
    timestamp: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'e Value>,
}

/// `POST /loki/api/v1/push`: 204 once all entries are durable.
pub(super) async fn push(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    match taken(&desk, request).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(failure) => failure.into_response(),
    }
}

async fn taken(desk: &Desk, mut request: Request) -> Result<(), Failure> {
    let is_protobuf = is_of_type(request.headers(), "protobuf");
    if is_protobuf {
        // Always compressed so, said or not.
        request.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("snappy"));
    }
    let mut received = desk.receive(request).await?;
    let gather = if is_protobuf { from_protobuf(&mut received) } else { from_json(&mut received) };
    let gather = gather.map_err(|failure| received.fails(failure))?;
    received.store(received.whole(gather)).await.map(drop)
}

fn from_json(received: &mut Received<'_>) -> Result<Gather, Failure> {
    let unreadable = |error: serde_json::Error| Failure::unreadable(error.to_string()).at_line(error.line());
    let (bytes, mut entries) = received.repeating();
    let push: Push<'_> = serde_json::from_slice(bytes).map_err(unreadable)?;
    for stream in &push.streams {
        for entry in &stream.values {
            let (timestamp, line, metadata) = match entry {
                Entry::Bare(timestamp, line) => (timestamp, line, None),
                Entry::More(timestamp, line, metadata) => (timestamp, line, Some(metadata)),
            };
            let exported = Exported { labels: &stream.stream, line, timestamp, metadata };
            entries.push(&serde_json::to_vec(&exported).map_err(unreadable)?)?;
        }
    }
    Ok(entries.into_gather())
}

/// The entries of a `PushRequest`, as the same entries in JSON are.
fn from_protobuf(received: &mut Received<'_>) -> Result<Gather, Failure> {
    let unreadable = |Malformed| Failure::unreadable("this is no PushRequest");
    let bytes_max = received.port().limits.line_bytes_max();
    let (bytes, mut entries) = received.repeating();
    let (mut labels, mut text) = (Json::new(bytes_max), Json::new(bytes_max));
    for stream in Message::read(bytes).map_err(unreadable)?.messages(1) {
        let stream = stream.map_err(unreadable)?;
        labels.clear();
        loki_labels::write(stream.bytes(1).last().unwrap_or_default(), &mut labels)
            .ok_or_else(|| Failure::unreadable("these are no labels"))?;
        for entry in stream.messages(2) {
            text.clear();
            entry.and_then(|entry| write(entry, &labels, &mut text)).map_err(unreadable)?;
            entries.push(text.text())?;
        }
    }
    Ok(entries.into_gather())
}

/// An entry, as [`Exported`] is written.
fn write(entry: Message<'_>, labels: &Json, text: &mut Json) -> Result<(), Malformed> {
    text.push(b"{\"labels\":");
    text.push(labels.text());
    text.name(b"line");
    text.string(entry.bytes(2).last().unwrap_or_default());
    text.name(b"timestamp");
    let time = entry.messages(1).last().transpose()?;
    let (seconds, nanos) = time.map_or((0, 0), |time| (time.number(1), time.number(2)));
    let time_ns = i128::from(seconds as i64) * NANOS_A_SECOND + i128::from(nanos as i64);
    text.string(time_ns.to_string().as_bytes());
    let mut pairs = entry.messages(3).peekable();
    if pairs.peek().is_some() {
        text.name(b"metadata");
        text.push(b"{");
        for pair in pairs {
            let pair = pair?;
            text.name(pair.bytes(1).last().unwrap_or_default());
            text.string(pair.bytes(2).last().unwrap_or_default());
        }
        text.push(b"}");
    }
    text.push(b"}");
    Ok(())
}
