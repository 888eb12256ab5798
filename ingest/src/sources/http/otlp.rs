//! OpenTelemetry logs over HTTP (OTLP 1.5), as protobuf or JSON.
//!
//! A frame is one log record with the resource and scope it was listed under, as JSON whichever way it came. Promises: what a
//! record and its resource become is bounded, however few bytes they were. Must not know: attributes.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::desk::{Desk, Received};
use super::failure::Failure;
use super::is_of_type;
use super::otlp_fields::{LOG_RECORD, RESOURCE, SCOPE};
use super::proto_json::{self, Field};
use super::rpc_status;
use super::wire::{Malformed, Message};
use crate::framing::Gather;

const PROTOBUF: &str = "application/x-protobuf";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Logs {
    #[serde(default)]
    resource_logs: Vec<ResourceLogs>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceLogs {
    resource: Option<Value>,
    #[serde(default)]
    scope_logs: Vec<ScopeLogs>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ScopeLogs {
    scope: Option<Value>,
    #[serde(default)]
    log_records: Vec<Map<String, Value>>,
}

#[derive(Debug, Serialize)]
struct Record<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<&'r Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'r Value>,
    #[serde(flatten)]
    record: &'r Map<String, Value>,
}

/// `POST /v1/logs`: 200 once all records are durable. The answer is in the encoding of the request.
pub(super) async fn logs(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    let (is_protobuf, outcome) = taken(&desk, request).await;
    match outcome {
        // An answer without fields has no bytes.
        Ok(()) if is_protobuf => ([(header::CONTENT_TYPE, PROTOBUF)], ()).into_response(),
        Ok(()) => Json(json!({})).into_response(),
        Err(failure) if is_protobuf => {
            failure.answer(([(header::CONTENT_TYPE, PROTOBUF)], rpc_status::message(&failure)))
        }
        Err(failure) => {
            let place = failure.line.map_or_else(String::new, |line| format!("line {line}: "));
            failure.answer(Json(json!({ "message": format!("{place}{}", failure.reason) })))
        }
    }
}

/// Whether the request was protobuf, and what became of it.
async fn taken(desk: &Desk, request: Request) -> (bool, Result<(), Failure>) {
    let is_protobuf = is_of_type(request.headers(), "protobuf");
    let outcome = async {
        let mut received = desk.receive(request).await?;
        let gather = if is_protobuf { from_protobuf(&mut received) } else { from_json(&mut received) };
        let gather = gather.map_err(|failure| received.fails(failure))?;
        received.store(received.whole(gather)).await.map(drop)
    };
    (is_protobuf, outcome.await)
}

fn from_json(received: &mut Received<'_>) -> Result<Gather, Failure> {
    let unreadable = |error: serde_json::Error| Failure::unreadable(error.to_string()).at_line(error.line());
    let (bytes, mut records) = received.repeating();
    let logs: Logs = serde_json::from_slice(bytes).map_err(unreadable)?;
    for listed in &logs.resource_logs {
        for scoped in &listed.scope_logs {
            for record in &scoped.log_records {
                let record =
                    Record { resource: listed.resource.as_ref(), scope: scoped.scope.as_ref(), record };
                records.push(&serde_json::to_vec(&record).map_err(unreadable)?)?;
            }
        }
    }
    Ok(records.into_gather())
}

/// The records of an `ExportLogsServiceRequest`, as the same records in JSON are.
pub(super) fn from_protobuf(received: &mut Received<'_>) -> Result<Gather, Failure> {
    let unreadable = |Malformed| Failure::unreadable("this is no ExportLogsServiceRequest");
    let bytes_max = received.port().limits.line_bytes_max();
    let (bytes, mut records) = received.repeating();
    let mut record_text = proto_json::Json::new(bytes_max);
    for listed in Message::read(bytes).map_err(unreadable)?.messages(1) {
        let listed = listed.map_err(unreadable)?;
        let resource = described(listed, "resource", &RESOURCE, bytes_max).map_err(unreadable)?;
        for scoped in listed.messages(2) {
            let scoped = scoped.map_err(unreadable)?;
            let scope = described(scoped, "scope", &SCOPE, bytes_max).map_err(unreadable)?;
            for record in scoped.messages(2) {
                let record = record.map_err(unreadable)?;
                record_text.clear();
                record_text.push(b"{");
                for part in [&resource, &scope].into_iter().flatten() {
                    record_text.next_member();
                    record_text.push(part.text());
                }
                record_text.members(record, &LOG_RECORD, 0).map_err(unreadable)?;
                record_text.push(b"}");
                records.push(record_text.text())?;
            }
        }
    }
    Ok(records.into_gather())
}

/// What is said once of many records: the member that each of them gets.
fn described(
    listed: Message<'_>,
    name: &str,
    fields: &'static [Field],
    bytes_max: usize,
) -> Result<Option<proto_json::Json>, Malformed> {
    let Some(described) = listed.messages(1).last() else { return Ok(None) };
    let mut text = proto_json::Json::new(bytes_max);
    text.name(name.as_bytes());
    text.object(described?, fields)?;
    Ok(Some(text))
}
