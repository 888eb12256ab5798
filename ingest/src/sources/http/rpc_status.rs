//! `google.rpc.Status`: how OTLP and gRPC say why a request was not taken.
//!
//! Promises: who may send again later is told when. Source: google/rpc/status.proto, code.proto, error_details.proto; OTLP 1.5, Failures.

use axum::http::StatusCode;

use super::failure::Failure;
use super::wire::{put_bytes, put_number};

const RETRY_INFO: &str = "type.googleapis.com/google.rpc.RetryInfo";

/// The code of a failure.
pub(super) fn code(failure: &Failure) -> u64 {
    match failure.status {
        StatusCode::BAD_REQUEST => 3,
        StatusCode::REQUEST_TIMEOUT => 4,
        StatusCode::NOT_FOUND => 5,
        StatusCode::FORBIDDEN => 7,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::PAYLOAD_TOO_LARGE => 8,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => 12,
        StatusCode::SERVICE_UNAVAILABLE => 14,
        StatusCode::UNAUTHORIZED => 16,
        _ => 13,
    }
}

/// The message of a failure. Clients of OTLP send again only what comes with a `RetryInfo`.
pub(super) fn message(failure: &Failure) -> Vec<u8> {
    let mut status = Vec::new();
    put_number(&mut status, 1, code(failure));
    put_bytes(&mut status, 2, failure.reason.as_bytes());
    if let Some(retry) = failure.retry {
        let (mut duration, mut info, mut any) = (Vec::new(), Vec::new(), Vec::new());
        put_number(&mut duration, 1, retry.as_secs());
        put_number(&mut duration, 2, u64::from(retry.subsec_nanos()));
        put_bytes(&mut info, 1, &duration);
        put_bytes(&mut any, 1, RETRY_INFO.as_bytes());
        put_bytes(&mut any, 2, &info);
        put_bytes(&mut status, 3, &any);
    }
    status
}
