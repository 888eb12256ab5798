//! Loki's push API, as JSON.
//!
//! A frame is what `logcli` would export of an entry: `{"labels":{…},"line":"…","timestamp":"…"}`. Must not know: labels.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::desk::{Desk, Received};
use super::failure::Failure;
use super::is_of_type;
use crate::framing::Gather;

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

async fn taken(desk: &Desk, request: Request) -> Result<(), Failure> {
    let mut received = desk.receive(request).await?;
    let gather = entries(&mut received).map_err(|failure| received.fails(failure))?;
    received.store(received.whole(gather)).await.map(drop)
}

fn entries(received: &mut Received<'_>) -> Result<Gather, Failure> {
    if is_of_type(&received.headers, "protobuf") {
        let reason = "protobuf is not read here: send JSON";
        return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, reason));
    }
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
