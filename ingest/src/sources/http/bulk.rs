//! Elasticsearch's `_bulk`, for whoever speaks it: Filebeat, Winlogbeat, Fluent Bit, Logstash. And what such clients ask
//! first: name, version, licence, templates.
//!
//! Promises: `index` and `create` are taken, `update` and `delete` are refused item by item: what was received is never changed.
//! Must not know: indices, documents.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::desk::{Desk, Received};
use super::failure::Failure;
use super::ingest::fits;
use crate::framing::Gather;

/// Clients refuse to speak to anything that does not say this.
const PRODUCT: [(&str, &str); 1] = [("x-elastic-product", "Elasticsearch")];
/// The version whose `_bulk` this is.
const VERSION: &str = "8.17.0";

/// Items of a request: each has an answer of its own.
const ITEMS_MAX: usize = 100_000;

/// The first line of an item: what is to be done with the document behind it.
#[derive(Debug, Deserialize)]
struct Action {
    create: Option<Target>,
    index: Option<Target>,
    update: Option<Target>,
    delete: Option<Target>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Target {
    _index: Option<String>,
    _id: Option<String>,
}

/// `GET /`.
pub(super) async fn about(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    let about = json!({
        "name": "campanile",
        "cluster_name": "campanile",
        "cluster_uuid": "campanile",
        "version": { "number": VERSION, "build_flavor": "default", "build_type": "deb", "lucene_version": "9.12.0",
            "minimum_wire_compatibility_version": "7.17.0", "minimum_index_compatibility_version": "7.0.0" },
        "tagline": "You Know, for Search",
    });
    said(&desk, &headers, about)
}

/// `GET /_license`, `GET /_xpack`.
pub(super) async fn license(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    let license = json!({ "uid": "campanile", "type": "basic", "mode": "basic", "status": "active" });
    said(&desk, &headers, json!({ "license": license }))
}

/// Whatever else a client sets up beforehand.
pub(super) async fn acknowledged(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    said(&desk, &headers, json!({ "acknowledged": true }))
}

fn said(desk: &Desk, headers: &HeaderMap, value: Value) -> Response {
    match desk.admits(headers) {
        true => (PRODUCT, Json(value)).into_response(),
        false => failed(&Failure::new(StatusCode::UNAUTHORIZED, "the token is missing or wrong")),
    }
}

/// `POST /_bulk`.
pub(super) async fn bulk(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    match taken(&desk, request).await {
        Ok(answer) => (PRODUCT, Json(answer)).into_response(),
        Err(failure) => failed(&failure),
    }
}

/// A failure in the form that clients of Elasticsearch read.
fn failed(failure: &Failure) -> Response {
    let place = failure.line.map_or_else(String::new, |line| format!("line {line}: "));
    let kind = if failure.retry.is_some() {
        "es_rejected_execution_exception"
    } else {
        "illegal_argument_exception"
    };
    let error = json!({ "type": kind, "reason": format!("{place}{}", failure.reason) });
    failure.answer((PRODUCT, Json(json!({ "error": error, "status": failure.status.as_u16() }))))
}

async fn taken(desk: &Desk, request: Request) -> Result<Value, Failure> {
    let received = desk.receive(request).await?;
    let (gather, items) = items(&received).map_err(|failure| received.fails(failure))?;
    let errors = items.len() > gather.len();
    received.store(received.whole(gather)).await?;
    Ok(json!({ "took": 0, "errors": errors, "items": items }))
}

/// The documents, and the answer for each item.
fn items(received: &Received<'_>) -> Result<(Gather, Vec<Value>), Failure> {
    let mut gather = received.gather();
    let mut items = Vec::new();
    let lines = received.body.bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let mut lines = (1..).zip(lines).filter(|(_, line)| !line.is_empty());
    while let Some((number, line)) = lines.next() {
        let unreadable = |_| Failure::unreadable("this is no action of a bulk request").at_line(number);
        let action: Action = serde_json::from_slice(line).map_err(unreadable)?;
        let (name, target, is_taken) = match action {
            Action { create: Some(target), .. } => ("create", target, true),
            Action { index: Some(target), .. } => ("index", target, true),
            Action { update: Some(target), .. } => ("update", target, false),
            Action { delete: Some(target), .. } => ("delete", target, false),
            _ => return Err(Failure::unreadable("this is no action of a bulk request").at_line(number)),
        };
        if name != "delete" {
            let missing = || Failure::unreadable("the document of the action is missing").at_line(number);
            let (number, document) = lines.next().ok_or_else(missing)?;
            if !document.starts_with(b"{") {
                return Err(Failure::unreadable("this is no document").at_line(number));
            }
            fits(document, number, received)?;
            if is_taken {
                gather.push(document);
            }
        }
        if items.len() >= ITEMS_MAX {
            return Err(Failure::too_large(format!("more than {ITEMS_MAX} items")).at_line(number));
        }
        items.push(item(name, target, is_taken));
    }
    Ok((gather, items))
}

fn item(name: &str, target: Target, is_taken: bool) -> Value {
    let mut answer =
        json!({ "_index": target._index.unwrap_or_default(), "_id": target._id.unwrap_or_default() });
    let more = match is_taken {
        true => json!({ "status": 201, "result": "created", "_version": 1 }),
        false => json!({ "status": 400, "error": {
            "type": "illegal_argument_exception", "reason": "what was received is never changed" } }),
    };
    if let (Some(answer), Value::Object(more)) = (answer.as_object_mut(), more) {
        answer.extend(more);
    }
    Value::Object(Map::from_iter([(name.to_owned(), answer)]))
}
