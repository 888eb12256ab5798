//! A port of a source's own for everything that comes over HTTP: HTTP/1.1 and HTTP/2, over TLS when it is given.
//!
//! Promises: those of every listener (who may connect, how many, silence, what becomes of requests under way when the source
//! stops); a certificate says whose frames they are. Must not know: requests.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;

use super::connection::{Connection, HttpBook, HttpLimits};
use super::desk::Sender;
use super::serving::{Held, hold};
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
        // Connections are counted in the port's own book.
        let connections = Arc::<HttpBook>::default();
        accept(listener, &port, |stream, peer, port| {
            let (tls, router, connections) = (tls.clone(), router.clone(), Arc::clone(&connections));
            async move {
                let stream = Connection::new(stream, limits.silence_max, connections);
                let sender = |port: &Port| Sender { address: peer, origin: Arc::clone(&port.origin) };
                let held = match tls {
                    None => hold(stream, router, sender(&port), limits, &port.stop).await,
                    Some(tls) => {
                        let Some((stream, port)) = tls.secure(stream, port.clone()).await else { return };
                        hold(stream, router, sender(&port), limits, &port.stop).await
                    }
                };
                if held == Held::GivenUp {
                    port.book.connection_refused();
                }
            }
        })
        .await;
        Ok(())
    }
}
