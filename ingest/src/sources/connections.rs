//! Accepting connections: who may, how many, and what becomes of them when the source stops.
//!
//! Promises: no more than the configured connections are open; one too many is closed at once and counted; a shortage of
//! file descriptors is waited out; when the source stops, connections deliver what they received first.
//! Must not know: what is said on a connection.

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::task::JoinSet;

use super::Port;

/// A peer that vanished is noticed after so long without a word.
const KEEPALIVE: Duration = Duration::from_secs(120);
/// When the system has no descriptors left, asking again at once would only burn time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// When the source stops, connections have so long to deliver what they received.
pub(crate) const STOP_MAX: Duration = Duration::from_secs(10);

/// A socket that accepts connections.
pub(crate) trait Listen: Send + Sync {
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// The next connection, and the address of whoever opened it.
    fn next(&self) -> impl Future<Output = io::Result<(Self::Stream, Option<IpAddr>)>> + Send;
}

impl Listen for TcpListener {
    type Stream = TcpStream;

    async fn next(&self) -> io::Result<(TcpStream, Option<IpAddr>)> {
        let (stream, address) = self.accept().await?;
        // Without keep-alive a connection works all the same.
        SockRef::from(&stream).set_tcp_keepalive(&TcpKeepalive::new().with_time(KEEPALIVE)).ok();
        stream.set_nodelay(true).ok();
        Ok((stream, Some(address.ip().to_canonical())))
    }
}

impl Listen for UnixListener {
    type Stream = UnixStream;

    async fn next(&self) -> io::Result<(UnixStream, Option<IpAddr>)> {
        Ok((self.accept().await?.0, None))
    }
}

/// Hands every connection to `serve`, until the source is told to stop and all of them are done.
pub(crate) async fn accept<L, S, F>(listener: L, port: &Port, serve: S)
where
    L: Listen,
    S: Fn(L::Stream, Option<IpAddr>, Port) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.next() => accepted,
            () = port.stop.cancelled() => break,
        };
        while open.try_join_next().is_some() {}
        match accepted {
            Ok((stream, peer)) => {
                if open.len() >= port.limits.connections_max()
                    || peer.is_some_and(|peer| !port.limits.admits(peer))
                {
                    port.book.connection_refused();
                    continue;
                }
                let served = serve(stream, peer, port.clone());
                let port = port.clone();
                open.spawn(async move {
                    let _open = port.book.connected();
                    served.await;
                });
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
    drop(listener);
    let all = async { while open.join_next().await.is_some() {} };
    // Whoever does not let go of his connection is cut off: what he sent is in the book.
    tokio::time::timeout(STOP_MAX, all).await.ok();
}

/// True when the connection failed before it was accepted, and the listener did not.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused
    )
}
