//! Why a request was not taken.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::intake::Refused;

/// How long a sender is asked to wait when the journal has no room.
const RETRY: Duration = Duration::from_secs(2);

/// A request that was not taken: status, reason, and the line it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) status: StatusCode,
    pub(super) reason: String,
    pub(super) line: Option<usize>,
    pub(super) retry: Option<Duration>,
}

impl Failure {
    pub(super) fn new(status: StatusCode, reason: impl Into<String>) -> Failure {
        Failure { status, reason: reason.into(), line: None, retry: None }
    }

    pub(super) fn unreadable(reason: impl Into<String>) -> Failure {
        Failure::new(StatusCode::BAD_REQUEST, reason)
    }

    pub(super) fn too_large(reason: impl Into<String>) -> Failure {
        Failure::new(StatusCode::PAYLOAD_TOO_LARGE, reason)
    }

    pub(super) fn at_line(self, line: usize) -> Failure {
        Failure { line: Some(line), ..self }
    }

    /// Must be sent again, later.
    pub(super) fn busy(retry: Option<Duration>) -> Failure {
        let retry = Some(retry.unwrap_or(RETRY));
        Failure {
            retry,
            ..Failure::new(StatusCode::TOO_MANY_REQUESTS, "no room for now, send it again later")
        }
    }

    /// Adds how long to wait to an answer in a protocol's own form.
    pub(super) fn answer(&self, body: impl IntoResponse) -> Response {
        let mut response = (self.status, body).into_response();
        if let Some(retry) = self.retry {
            let seconds = retry.as_secs() + u64::from(retry.subsec_nanos() > 0);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Failure {
        match refused {
            Refused::Full => Failure::busy(None),
            Refused::Closed | Refused::Sequence => Failure {
                retry: Some(RETRY),
                ..Failure::new(StatusCode::SERVICE_UNAVAILABLE, refused.to_string())
            },
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut body = json!({ "error": self.reason });
        if let (Some(line), Some(members)) = (self.line, body.as_object_mut()) {
            members.insert("line".to_owned(), line.into());
        }
        self.answer(Json(body))
    }
}
