//! Who is answered over HTTP.
//!
//! Promises: on the machine's own address only names of this machine are answered. Must not know: what is served.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::Request;
use axum::http::header::HOST;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};

/// The routes, for whoever asks by a right name.
pub fn guarded(routes: Router, listening: SocketAddr) -> Router {
    routes.layer(middleware::from_fn(move |request: Request, next: Next| async move {
        if is_named_right(request.headers(), listening) { next.run(request).await } else { refused() }
    }))
}

fn refused() -> Response {
    StatusCode::MISDIRECTED_REQUEST.into_response()
}

/// On the machine's own address only names of this machine are answered, so that a page of another site
/// cannot read this one by a name it points here (DNS rebinding).
fn is_named_right(headers: &HeaderMap, listening: SocketAddr) -> bool {
    if !listening.ip().is_loopback() {
        return true;
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _port)| name);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]") || name == listening.ip().to_string()
}
