//! Serving over HTTP until told to stop.
//!
//! Promises: on the machine's own address only names of this machine are answered. Must not know: what is served.

use std::future::Future;
use std::net::SocketAddr;

use axum::Router;
use axum::extract::Request;
use axum::http::header::HOST;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;

use crate::Error;

/// Serves the routes on what was bound, until `stop` is done and the requests under way are answered.
pub async fn serve(
    listener: TcpListener,
    routes: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    let listening = listener.local_addr().map_err(Error::Serve)?;
    let guarded = routes.layer(middleware::from_fn(move |request: Request, next: Next| async move {
        if is_named_right(request.headers(), listening) { next.run(request).await } else { refused() }
    }));
    // Whoever takes logs wants to know from where.
    let service = guarded.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await.map_err(Error::Serve)
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
