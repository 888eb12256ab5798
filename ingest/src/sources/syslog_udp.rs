//! Syslog over UDP (RFC 5426) and Unix datagrams (`/dev/log`): each datagram is one frame.
//!
//! Promises: a large kernel buffer, several sockets on one port; what the kernel dropped is in the book, within a second.
//! Must not know: what a payload means.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{UdpSocket, UnixDatagram};
use tokio::task::JoinSet;

use super::datagrams::{self, Datagrams, Unpack, Whole};
use super::kernel_drops::KernelDrops;
use super::rate::Rate;
use super::unix::SocketFile;
use super::{Error, Port};

/// Sockets of one source, unless told otherwise: the kernel spreads senders over them.
const SOCKETS: usize = 2;
/// Kernel buffer asked for each socket; the system may give less (`net.core.rmem_max`).
pub(crate) const RECEIVE_BUFFER_BYTES: usize = 8 * 1024 * 1024;
/// How often the kernel is asked what it dropped.
const DROPS_INTERVAL: Duration = Duration::from_secs(1);

/// Syslog over UDP, bound.
#[derive(Debug)]
pub struct SyslogUdp {
    sockets: Vec<Arc<UdpSocket>>,
    address: SocketAddr,
}

impl SyslogUdp {
    /// Listens on `address` with two sockets and the largest buffer the system gives.
    pub fn bind(address: SocketAddr) -> Result<SyslogUdp, Error> {
        SyslogUdp::bind_with(address, SOCKETS, RECEIVE_BUFFER_BYTES)
    }

    /// Listens on `address` with so many sockets, each with a kernel buffer of about so many bytes.
    pub fn bind_with(address: SocketAddr, sockets: usize, buffer_bytes: usize) -> Result<SyslogUdp, Error> {
        let failed = |source| Error::Bind { address: address.to_string(), source };
        // Sockets that share a port share its datagrams: none but ours may have it. Port 0 is nobody's.
        drop(std::net::UdpSocket::bind(address).map_err(failed)?);
        let first = open(address, buffer_bytes).map_err(failed)?;
        // A port that the system chose is the same for all of them.
        let address = first.local_addr().map_err(failed)?;
        let others = (1..sockets.max(1)).map(|_| open(address, buffer_bytes));
        let sockets = std::iter::once(Ok(first)).chain(others).map(|socket| socket.map(Arc::new));
        Ok(SyslogUdp { sockets: sockets.collect::<io::Result<_>>().map_err(failed)?, address })
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Receives until told to stop.
    pub async fn run(self, port: Port) -> Result<(), Error> {
        self.receive(port, || Whole).await
    }

    /// Receives datagrams of a protocol until told to stop.
    pub(crate) async fn receive<U>(self, port: Port, unpack: impl Fn() -> U) -> Result<(), Error>
    where
        U: Unpack + 'static,
    {
        let rate = Arc::new(Rate::new(&port.limits));
        let mut drops = KernelDrops::of(&self.sockets);
        let mut receivers = JoinSet::new();
        for socket in &self.sockets {
            let (socket, port, rate) = (Arc::clone(socket), port.clone(), Arc::clone(&rate));
            let unpack = unpack();
            receivers.spawn(async move { datagrams::deliver(&*socket, unpack, &port, &rate).await });
        }
        let mut tick = tokio::time::interval(DROPS_INTERVAL);
        let outcome = loop {
            tokio::select! {
                _ = tick.tick() => drops.book(&port.book),
                done = receivers.join_next() => match done {
                    None => break Ok(()),
                    Some(Ok(Err(source))) => break Err(source),
                    Some(_) => {}
                },
            }
        };
        drops.book(&port.book);
        outcome.map_err(|source| Error::Receive { address: self.address.to_string(), source })
    }
}

impl Datagrams for UdpSocket {
    async fn readable(&self) -> io::Result<()> {
        UdpSocket::readable(self).await
    }

    fn next(&self, room: &mut [u8]) -> io::Result<(usize, Option<IpAddr>)> {
        let (length, address) = self.try_recv_from(room)?;
        Ok((length, Some(address.ip().to_canonical())))
    }
}

/// Syslog over Unix datagrams, bound.
#[derive(Debug)]
pub struct SyslogUnixDatagram {
    socket: UnixDatagram,
    file: SocketFile,
}

impl SyslogUnixDatagram {
    /// Listens on the socket `path`.
    pub fn bind(path: &Path) -> Result<SyslogUnixDatagram, Error> {
        let is_live = |path: &Path| {
            let asked = std::os::unix::net::UnixDatagram::unbound().and_then(|socket| socket.connect(path));
            asked.is_ok()
        };
        let (socket, file) = SocketFile::bind(path, |path| UnixDatagram::bind(path), is_live)?;
        // A smaller buffer is a shorter queue: local senders wait.
        socket2::SockRef::from(&socket).set_recv_buffer_size(RECEIVE_BUFFER_BYTES).ok();
        Ok(SyslogUnixDatagram { socket, file })
    }

    /// Where it listens.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Receives until told to stop.
    pub async fn run(self, port: Port) -> Result<(), Error> {
        let rate = Rate::new(&port.limits);
        let received = datagrams::deliver(&self.socket, Whole, &port, &rate).await;
        let address = || format!("unix:{}", self.file.path().display());
        received.map_err(|source| Error::Receive { address: address(), source })
    }
}

impl Datagrams for UnixDatagram {
    async fn readable(&self) -> io::Result<()> {
        UnixDatagram::readable(self).await
    }

    fn next(&self, room: &mut [u8]) -> io::Result<(usize, Option<IpAddr>)> {
        Ok((self.try_recv(room)?, None))
    }
}

/// A UDP socket that shares its port with others of this process.
fn open(address: SocketAddr, buffer_bytes: usize) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_reuse_port(true)?;
    socket.set_recv_buffer_size(buffer_bytes)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    UdpSocket::from_std(socket.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_is_one_sources() {
        let first = SyslogUdp::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        assert!(matches!(SyslogUdp::bind(first.local_addr()), Err(Error::Bind { .. })));
    }
}
