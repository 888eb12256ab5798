//! One self-contained page over HTTP, until told to stop.
//!
//! Promises: only `GET /` and `GET /health` are answered; nothing is read from disk; the page may not be
//! framed nor load anything from elsewhere. Must not know: what the page says.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::response::Response;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::server::guarded;

/// Why the page could not be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is taken or not ours.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The server stopped by itself.
    #[error("serving the page")]
    Serve(#[source] std::io::Error),
}

/// Serves `html` at `/` of `address` until `stop` is done. `ready` gets the address listened on (its
/// port is known only then, when port 0 was asked for).
pub async fn serve_page(
    address: SocketAddr,
    html: impl Into<Arc<str>>,
    ready: impl FnOnce(SocketAddr),
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    let listener = TcpListener::bind(address).await.map_err(|source| Error::Listen { address, source })?;
    let listening = listener.local_addr().map_err(Error::Serve)?;
    ready(listening);
    let html = html.into();
    let shown = move || std::future::ready(page(&html));
    let routes = Router::new().route("/", get(shown)).route("/health", get(|| async { "ok\n" }));
    axum::serve(listener, guarded(routes, listening)).with_graceful_shutdown(stop).await.map_err(Error::Serve)
}

fn page(html: &str) -> Response {
    let mut response = Response::new(Body::from(html.to_owned()));
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use tokio::sync::oneshot;

    use super::*;

    async fn ask(address: SocketAddr, request: String) -> String {
        let asked = tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        });
        asked.await.unwrap()
    }

    #[tokio::test]
    async fn the_page_is_served_to_this_machine_by_its_name_until_told_to_stop() {
        let (ready, is_ready) = oneshot::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let served = tokio::spawn(serve_page(
            address,
            "<p>ciao</p>",
            move |address| ready.send(address).unwrap(),
            async move { drop(stopped.await) },
        ));
        let address = is_ready.await.unwrap();
        let request = |host: &str, path: &str| {
            format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")
        };
        let page = ask(address, request("localhost:8514", "/")).await;
        assert!(page.starts_with("HTTP/1.1 200") && page.ends_with("<p>ciao</p>"), "{page}");
        assert!(page.contains("default-src 'none'"), "{page}");
        assert!(ask(address, request("evil.example", "/")).await.starts_with("HTTP/1.1 421"));
        assert!(ask(address, request("localhost", "/etc/passwd")).await.starts_with("HTTP/1.1 404"));
        stop.send(()).unwrap();
        served.await.unwrap().unwrap();
    }
}
