//! A port of a source's own for everything that comes over HTTP: HTTP/1.1 and HTTP/2, over TLS when it is given.
//!
//! Promises: those of every listener (who may connect, how many, silence, what becomes of requests under way when the source
//! stops); a certificate says whose frames they are. Must not know: requests.

use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;

use super::desk::Sender;
use super::listener::{Connection, HttpLimits};
use super::{HttpSource, router};
use crate::sources::connections::accept;
use crate::sources::syslog_tcp::listen;
use crate::sources::{Error, Port, Tls};

/// What is offered inside TLS, the best first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// A source over HTTP on a port of its own, bound.
#[derive(Debug)]
pub struct Http {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<Tls>,
    secret: Option<Arc<str>>,
    limits: HttpLimits,
}

impl Http {
    /// Listens on `address`, over TLS when it is given.
    pub async fn bind(address: SocketAddr, tls: Option<Tls>) -> Result<Http, Error> {
        let (listener, address) = listen(address).await?;
        let tls = tls.map(|tls| tls.speaking(&PROTOCOLS));
        Ok(Http { listener, address, tls, secret: None, limits: HttpLimits::default() })
    }

    /// Asks senders to show this.
    pub fn secret(self, secret: Option<Arc<str>>) -> Http {
        Http { secret, ..self }
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Receives until told to stop.
    pub async fn run(self, port: Port) -> Result<(), Error> {
        let Http { listener, tls, secret, limits, .. } = self;
        let source = HttpSource { name: Arc::clone(&port.origin.source), port: port.clone(), secret };
        let router = router(vec![source]);
        accept(listener, &port, limits.connections_max, |stream, peer, port| {
            let (tls, router) = (tls.clone(), router.clone());
            async move {
                let stream = Connection::new(stream, limits.silence_max);
                match tls {
                    None => hold(stream, router, peer, &port).await,
                    Some(tls) => {
                        if let Some((stream, port)) = tls.secure(stream, port).await {
                            hold(stream, router, peer, &port).await;
                        }
                    }
                }
            }
        })
        .await;
        Ok(())
    }
}

/// Serves one connection. When the source stops, requests under way are answered first.
async fn hold<S>(stream: S, router: Router, peer: Option<IpAddr>, port: &Port)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let sender = Sender { address: peer, origin: Arc::clone(&port.origin) };
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(sender.clone());
        router.call(request)
    });
    let builder = Builder::new(TokioExecutor::new());
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        // A connection that broke has ended.
        _ = connection.as_mut() => return,
        () = port.stop.cancelled() => {}
    }
    connection.as_mut().graceful_shutdown();
    connection.await.ok();
}
