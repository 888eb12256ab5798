//! Syslog over TLS (RFC 5425), with or without certificates of clients.
//!
//! Promises: those of syslog over TCP. Must not know: what a payload means.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;

use super::connections::accept;
use super::rate::Rate;
use super::syslog_tcp::listen;
use super::{Error, Port, Tls, canonical, streams};
use crate::framing::Framer;

/// Syslog over TLS, bound.
#[derive(Debug)]
pub struct SyslogTls {
    listener: TcpListener,
    address: SocketAddr,
    tls: Tls,
}

impl SyslogTls {
    /// Listens on `address`.
    pub async fn bind(address: SocketAddr, tls: Tls) -> Result<SyslogTls, Error> {
        let (listener, address) = listen(address).await?;
        Ok(SyslogTls { listener, address, tls })
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Receives until told to stop.
    pub async fn run(self, port: Port) -> Result<(), Error> {
        let rate = Arc::new(Rate::new(&port.limits));
        accept(self.listener, &port, |stream, peer, port| {
            let (tls, rate) = (self.tls.clone(), Arc::clone(&rate));
            async move {
                if let Some((stream, port)) = tls.secure(stream, port).await {
                    let framer = Framer::new(port.limits.line_bytes_max());
                    streams::deliver(stream, framer, peer.map(canonical), &port, &rate).await;
                }
            }
        })
        .await;
        Ok(())
    }
}
