//! Who is answered over HTTP.
//!
//! Promises: on the machine's own address only names of this machine are answered; what is local is answered on this machine
//! only, whatever address is listened on. Must not know: what is served.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::header::HOST;
use axum::http::{Extensions, HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};

/// The routes, for whoever asks by a right name.
pub fn guarded(routes: Router, listening: SocketAddr) -> Router {
    routes.layer(middleware::from_fn(move |request: Request, next: Next| async move {
        if is_named_right(request.headers(), listening) { next.run(request).await } else { refused() }
    }))
}

/// The routes, for whoever is on this machine. To be served with the addresses of clients: without them nobody is answered.
pub fn local<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    routes.layer(middleware::from_fn(|request: Request, next: Next| async move {
        if is_local(request.extensions()) {
            return next.run(request).await;
        }
        (StatusCode::FORBIDDEN, "only programs on this machine are answered here\n").into_response()
    }))
}

fn is_local(extensions: &Extensions) -> bool {
    let client = extensions.get::<ConnectInfo<SocketAddr>>();
    client.is_some_and(|client| client.0.ip().to_canonical().is_loopback())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_clients_on_this_machine_are_local() {
        let is_from = |address: &str| {
            let mut extensions = Extensions::new();
            extensions.insert(ConnectInfo(SocketAddr::new(address.parse().unwrap(), 40_000)));
            is_local(&extensions)
        };
        assert!(["127.0.0.1", "::1", "::ffff:127.0.0.1"].into_iter().all(is_from));
        assert!(!["192.0.2.7", "2001:db8::1", "::ffff:192.0.2.7"].into_iter().any(is_from));
        assert!(!is_local(&Extensions::new()), "nobody knows who asks");
    }
}
