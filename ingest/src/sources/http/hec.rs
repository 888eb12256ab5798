//! Splunk's HTTP Event Collector: `/event` (JSON objects), `/raw` (lines), acknowledgements.
//!
//! Promises: success is said once the events are durable, so that an acknowledgement asked for later has been given already.
//! Must not know: indexes, source types.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Json;
use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use schema::FrameBatch;
use serde::Deserialize;
use serde_json::{Value, json};

use super::desk::{Desk, Received};
use super::failure::Failure;
use super::ingest::{lines, objects};

/// The header with which a client says that it will ask for acknowledgements.
const CHANNEL: &str = "x-splunk-request-channel";

/// Acknowledgements asked for at once.
const ASKED_MAX: usize = 100_000;

#[derive(Debug, Deserialize)]
struct Channel {
    channel: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Asked {
    acks: Vec<u64>,
}

/// `POST /services/collector/event`: one frame an object, as it was sent.
pub(super) async fn event(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    answered(taken(&desk, request, objects).await)
}

/// `POST /services/collector/raw`: one frame a line.
pub(super) async fn raw(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    answered(taken(&desk, request, lines).await)
}

/// `GET /services/collector/health`.
pub(super) async fn health() -> Response {
    Json(json!({ "text": "HEC is healthy", "code": 17 })).into_response()
}

/// `POST /services/collector/ack`.
pub(super) async fn ack(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    let asked = async {
        let received = desk.receive(request).await?;
        let asked: Result<Asked, _> = serde_json::from_slice(&received.body.bytes);
        asked.ok().filter(|asked| asked.acks.len() <= ASKED_MAX).ok_or_else(|| Failure::unreadable("no acks"))
    };
    let given = desk.acknowledgements.load(Ordering::Relaxed);
    let told = |asked: Asked| {
        let acks: BTreeMap<u64, bool> = asked.acks.into_iter().map(|id| (id, id < given)).collect();
        json!({ "acks": acks })
    };
    answered(asked.await.map(told))
}

async fn taken(
    desk: &Desk,
    request: Request,
    read: impl FnOnce(&Received<'_>) -> Result<Vec<FrameBatch>, Failure>,
) -> Result<Value, Failure> {
    let in_query = Query::<Channel>::try_from_uri(request.uri()).is_ok_and(|query| query.channel.is_some());
    let received = desk.receive(request).await?;
    let batches = read(&received).map_err(|failure| received.fails(failure))?;
    if batches.is_empty() {
        return Err(received.fails(Failure::unreadable("No data")));
    }
    received.store(batches).await?;
    let mut answer = json!({ "text": "Success", "code": 0 });
    if (in_query || received.headers.contains_key(CHANNEL))
        && let Some(answer) = answer.as_object_mut()
    {
        let id = desk.acknowledgements.fetch_add(1, Ordering::Relaxed);
        answer.insert("ackId".to_owned(), id.into());
    }
    Ok(answer)
}

/// The answer in the collector's own codes.
fn answered(outcome: Result<Value, Failure>) -> Response {
    let failure = match outcome {
        Ok(value) => return Json(value).into_response(),
        Err(failure) => failure,
    };
    let code = match failure.status {
        StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND => 4,
        StatusCode::FORBIDDEN => 1,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => 9,
        _ if failure.reason == "No data" => 5,
        _ => 6,
    };
    let place = failure.line.map_or_else(String::new, |line| format!("line {line}: "));
    failure.answer(Json(json!({ "text": format!("{place}{}", failure.reason), "code": code })))
}
