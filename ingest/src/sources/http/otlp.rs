//! OpenTelemetry logs over HTTP (OTLP 1.5), JSON encoding.
//!
//! A frame is one log record with the resource and scope it was listed under. Must not know: attributes.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::desk::{Desk, Received};
use super::failure::Failure;
use crate::framing::Gather;

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

/// `POST /v1/logs`: 200 once all records are durable.
pub(super) async fn logs(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    match taken(&desk, request).await {
        Ok(()) => Json(json!({})).into_response(),
        Err(failure) => {
            let place = failure.line.map_or_else(String::new, |line| format!("line {line}: "));
            failure.answer(Json(json!({ "message": format!("{place}{}", failure.reason) })))
        }
    }
}

async fn taken(desk: &Desk, request: Request) -> Result<(), Failure> {
    let received = desk.receive(request).await?;
    let gather = records(&received).map_err(|failure| received.fails(failure))?;
    received.store(received.whole(gather)).await.map(drop)
}

fn records(received: &Received<'_>) -> Result<Gather, Failure> {
    let content_type = received.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if content_type.is_some_and(|content_type| content_type.contains("protobuf")) {
        let reason = "protobuf is not read here: send JSON (http/json)";
        return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, reason));
    }
    let unreadable = |error: serde_json::Error| Failure::unreadable(error.to_string()).at_line(error.line());
    let logs: Logs = serde_json::from_slice(&received.body.bytes).map_err(unreadable)?;
    let mut gather = received.gather();
    for listed in &logs.resource_logs {
        for scoped in &listed.scope_logs {
            for record in &scoped.log_records {
                let record =
                    Record { resource: listed.resource.as_ref(), scope: scoped.scope.as_ref(), record };
                gather.push(&serde_json::to_vec(&record).map_err(unreadable)?);
            }
        }
    }
    Ok(gather)
}
