//! OpenTelemetry logs over gRPC: `LogsService/Export`, one request and one answer.
//!
//! Promises: those of OTLP over HTTP, since only the wrapping differs; what is refused for now says when to come again. Must not
//! know: what a record holds. Source: gRPC over HTTP2; OTLP 1.5, OTLP/gRPC.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use http_body_util::{BodyExt, Full};

use super::body::Coding;
use super::desk::{Desk, Received};
use super::failure::Failure;
use super::{is_of_type, otlp, rpc_status};

/// Where clients send to.
pub(super) const EXPORT: &str = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";

const GRPC: [(HeaderName, &str); 1] = [(header::CONTENT_TYPE, "application/grpc")];
const STATUS: &str = "grpc-status";
const MESSAGE: &str = "grpc-message";
const DETAILS: &str = "grpc-status-details-bin";
const ENCODING: &str = "grpc-encoding";
const ENCODINGS: [(&str, &str); 1] = [("grpc-accept-encoding", "gzip,deflate,zstd,snappy")];
/// Whether the message is compressed, and its length.
const PREFIX_BYTES: usize = 5;

/// Answers once all records are durable.
pub(super) async fn export(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    if !is_of_type(request.headers(), "application/grpc") {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    match taken(&desk, request).await {
        Ok(()) => stored(),
        Err(failure) => refused(&failure),
    }
}

async fn taken(desk: &Desk, request: Request) -> Result<(), Failure> {
    let mut received = desk.receive(request).await?;
    let coding = unwrapped(&mut received).map_err(|failure| received.fails(failure))?;
    received.decode(coding).await?;
    let gather = otlp::from_protobuf(&mut received).map_err(|failure| received.fails(failure))?;
    received.store(received.whole(gather)).await.map(drop)
}

/// Leaves the message alone in the body. Answers how it is compressed.
fn unwrapped(received: &mut Received<'_>) -> Result<Coding, Failure> {
    let bytes = &mut received.body.bytes;
    let prefix = bytes.first_chunk::<PREFIX_BYTES>();
    let Some([is_compressed, length @ ..]) = prefix.copied() else {
        return Err(Failure::unreadable("there is no message"));
    };
    let length = u32::from_be_bytes(length);
    if usize::try_from(length) != Ok(bytes.len() - PREFIX_BYTES) {
        return Err(Failure::unreadable("this is not one whole message"));
    }
    bytes.drain(..PREFIX_BYTES);
    match (is_compressed, received.headers.get(ENCODING)) {
        (0, _) => Ok(Coding::Plain),
        (1, Some(encoding)) => Coding::named(encoding),
        _ => Err(Failure::unreadable("a message is compressed, and nothing says how")),
    }
}

/// An answer without fields, and the status behind it.
fn stored() -> Response {
    let trailers = HeaderMap::from_iter([(HeaderName::from_static(STATUS), HeaderValue::from_static("0"))]);
    let trailers = std::future::ready(Some(Ok(trailers)));
    let body = Full::new(Bytes::from_static(&[0; PREFIX_BYTES])).with_trailers(trailers);
    (GRPC, ENCODINGS, Body::new(body)).into_response()
}

/// No answer, only a status.
fn refused(failure: &Failure) -> Response {
    let details = STANDARD_NO_PAD.encode(rpc_status::message(failure));
    let texts = [(MESSAGE, escaped(&failure.reason)), (DETAILS, details)];
    let status = [(STATUS, HeaderValue::from(rpc_status::code(failure)))];
    (GRPC, ENCODINGS, status, texts).into_response()
}

/// A text as `grpc-message` has it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' '..=b'~' if byte != b'%' => escaped.push(char::from(byte)),
            // Writing to memory does not fail.
            _ => drop(write!(escaped, "%{byte:02X}")),
        }
    }
    escaped
}
