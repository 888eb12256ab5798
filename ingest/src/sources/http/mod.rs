//! Logs over HTTP: one file a protocol, one way in for all of them.
//!
//! ```text
//! request ─ who may, which source      (token)
//!         ─ body, decompressed         (body)
//!         ─ frames                     (ingest, bulk, hec, loki, otlp, grpc, upload)
//!         ─ durable, then the answer   (desk)
//! ```
//!
//! Promises: 200 only when durable; bodies in memory are bounded together, whoever sends; a body that expands without end is
//! refused; tokens are compared in constant time. Must not know: what a payload means.

mod body;
mod bulk;
mod connection;
mod desk;
mod failure;
mod grpc;
mod hec;
mod ingest;
mod loki;
mod loki_labels;
mod otlp;
mod otlp_fields;
mod own_port;
mod proto_json;
mod rpc_status;
mod serving;
mod token;
mod upload;
mod wire;

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderMap, header};
use axum::routing::{any, get, post};

use super::Port;
use desk::Desk;

pub use connection::{HttpBook, HttpLimits};
pub use own_port::Http;
pub use serving::serve_http;

/// A source that is fed over HTTP.
#[derive(Debug, Clone)]
pub struct HttpSource {
    /// As in `?source=NAME`.
    pub name: Arc<str>,
    /// Where its frames go.
    pub port: Port,
    /// What a sender must show, when it must.
    pub secret: Option<Arc<str>>,
}

/// The ingestion paths for these sources. Where requests do not hold the addresses of clients, as those of [`serve_http`] do,
/// only sources that allow every network are open.
pub fn router(sources: Vec<HttpSource>) -> Router {
    let elastic = Router::new()
        .route("/", get(bulk::about))
        .route("/_license", get(bulk::license))
        .route("/_xpack", get(bulk::license))
        .route("/_bulk", post(bulk::bulk).put(bulk::bulk))
        .route("/{name}/_bulk", post(bulk::bulk).put(bulk::bulk))
        // Templates, policies and streams that a Beat would set up: here is nothing to set up.
        .route("/{name}/{*rest}", any(bulk::acknowledged));
    Router::new()
        .route("/ingest", post(ingest::ingest))
        .route("/_bulk", post(bulk::bulk).put(bulk::bulk))
        .nest("/elastic", elastic)
        .route("/elastic/", get(bulk::about))
        .route("/services/collector", post(hec::event))
        .route("/services/collector/event", post(hec::event))
        .route("/services/collector/event/1.0", post(hec::event))
        .route("/services/collector/raw", post(hec::raw))
        .route("/services/collector/raw/1.0", post(hec::raw))
        .route("/services/collector/ack", post(hec::ack))
        .route("/services/collector/health", get(hec::health))
        .route("/services/collector/health/1.0", get(hec::health))
        .route("/loki/api/v1/push", post(loki::push))
        .route("/v1/logs", post(otlp::logs))
        .route(grpc::EXPORT, post(grpc::export))
        .route("/upload", post(upload::upload))
        .with_state(Arc::new(Desk::new(sources)))
}

/// True when a body is said to be of that type.
fn is_of_type(headers: &HeaderMap, content_type: &str) -> bool {
    let said = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    said.is_some_and(|said| said.to_ascii_lowercase().contains(content_type))
}
