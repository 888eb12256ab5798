//! Syslog over TCP and Unix streams: lines and octet counting (RFC 6587), told apart frame by frame.
//!
//! Promises: what a slow journal cannot take stays with the sender; as long as the journal takes it, nothing received is lost.
//! Nothing is acknowledged: what is in flight when either side dies is lost. Must not know: what a payload means.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use tokio::net::{TcpListener, UnixListener};

use super::connections::{Listen, accept};
use super::rate::Rate;
use super::unix::SocketFile;
use super::{Error, Port, canonical, streams};
use crate::framing::Framer;

/// Syslog over TCP, bound.
#[derive(Debug)]
pub struct SyslogTcp {
    listener: TcpListener,
    address: SocketAddr,
}

impl SyslogTcp {
    /// Listens on `address`.
    pub async fn bind(address: SocketAddr) -> Result<SyslogTcp, Error> {
        let (listener, address) = listen(address).await?;
        Ok(SyslogTcp { listener, address })
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Receives until told to stop.
    pub async fn run(self, port: Port) -> Result<(), Error> {
        receive(self.listener, port, Framer::new).await;
        Ok(())
    }
}

/// Syslog over Unix streams, bound.
#[derive(Debug)]
pub struct SyslogUnix {
    listener: UnixListener,
    file: SocketFile,
}

impl SyslogUnix {
    /// Listens on the socket `path`.
    pub fn bind(path: &Path) -> Result<SyslogUnix, Error> {
        let is_live = |path: &Path| std::os::unix::net::UnixStream::connect(path).is_ok();
        let (listener, file) = SocketFile::bind(path, |path| UnixListener::bind(path), is_live)?;
        Ok(SyslogUnix { listener, file })
    }

    /// Where it listens.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Receives until told to stop.
    pub async fn run(self, port: Port) -> Result<(), Error> {
        receive(self.listener, port, Framer::new).await;
        drop(self.file);
        Ok(())
    }
}

/// A listener on `address`, and where it really is.
pub(crate) async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Error> {
    let failed = |source| Error::Bind { address: address.to_string(), source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// Delivers what every connection sends, cut by framers like this one, until the source stops.
pub(crate) async fn receive<L: Listen>(listener: L, port: Port, framer: fn(usize) -> Framer) {
    let rate = Arc::new(Rate::new(&port.limits));
    accept(listener, &port, |stream, peer, port| {
        let rate = Arc::clone(&rate);
        let framer = framer(port.limits.line_bytes_max());
        async move { streams::deliver(stream, framer, peer.map(canonical), &port, &rate).await }
    })
    .await;
}
