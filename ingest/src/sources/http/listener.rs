//! Connections for HTTP: so many at once, none that stays silent, and none that never comes to the end of a header.
//!
//! Promises: a connection on which nothing is received or sent for a time is closed, also in the middle of a header, and so is one
//! whose header takes too long, however busily it is sent; both are counted; a body may be sent for as long as it likes; one too many waits until another has ended. Must not
//! know: requests.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep};

/// When the system has no descriptors left, asking again at once would only burn time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What is counted of connections for HTTP.
#[derive(Debug, Default)]
pub struct HttpBook {
    /// Open now.
    pub connections: AtomicU64,
    /// Closed because they were silent, or came to the end of no header.
    pub given_up: AtomicU64,
}

/// How many connections, and how long they may take.
#[derive(Debug, Clone, Copy)]
pub struct HttpLimits {
    /// Connections at once.
    pub connections_max: usize,
    /// Longest silence.
    pub silence_max: Duration,
    /// Longest time from the first byte of a header to its last.
    pub header_max: Duration,
}

impl Default for HttpLimits {
    fn default() -> HttpLimits {
        HttpLimits {
            connections_max: 4_096,
            silence_max: Duration::from_secs(120),
            header_max: Duration::from_secs(60),
        }
    }
}

/// A listener within limits.
pub(super) struct Limited {
    listener: TcpListener,
    places: Arc<Semaphore>,
    limits: HttpLimits,
    book: Arc<HttpBook>,
}

impl Limited {
    pub(super) fn new(listener: TcpListener, limits: HttpLimits, book: Arc<HttpBook>) -> Limited {
        let places = limits.connections_max.clamp(1, Semaphore::MAX_PERMITS);
        Limited { listener, places: Arc::new(Semaphore::new(places)), limits, book }
    }
}

impl Listener for Limited {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        // Nobody closes the semaphore.
        let place = Arc::clone(&self.places).acquire_owned().await.ok();
        loop {
            match self.listener.accept().await {
                Ok((stream, address)) => {
                    stream.set_nodelay(true).ok();
                    return (Connection::new(stream, self.limits, Arc::clone(&self.book), place), address);
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// What of a request is being received.
#[derive(Debug, Clone, Copy)]
enum Part {
    /// None has begun.
    Nothing,
    /// Its header, which must be whole by then. How much of its end was there.
    Header { until: Instant, ends: usize },
    /// What comes behind.
    Body,
}

impl Part {
    /// What is received behind these bytes. A header that begins must be whole `until` then.
    fn behind(self, bytes: &[u8], until: Instant) -> Part {
        const END: &[u8] = b"\r\n\r\n";
        let (until, mut ends) = match self {
            Part::Body => return Part::Body,
            Part::Nothing if bytes.is_empty() => return Part::Nothing,
            Part::Nothing => (until, 0),
            Part::Header { until, ends } => (until, ends),
        };
        for byte in bytes {
            ends = match (END.get(ends) == Some(byte), byte) {
                (true, _) => ends + 1,
                (false, b'\r') => 1,
                (false, _) => 0,
            };
            if ends == END.len() {
                return Part::Body;
            }
        }
        Part::Header { until, ends }
    }
}

/// A connection that ends when it is silent, or in the middle of a header.
pub(super) struct Connection {
    stream: TcpStream,
    limits: HttpLimits,
    book: Arc<HttpBook>,
    /// When it is given up, unless something happens before.
    patience: Pin<Box<Sleep>>,
    /// What is being received.
    part: Part,
    is_given_up: bool,
    _place: Option<OwnedSemaphorePermit>,
}

impl Connection {
    fn new(
        stream: TcpStream,
        limits: HttpLimits,
        book: Arc<HttpBook>,
        place: Option<OwnedSemaphorePermit>,
    ) -> Connection {
        book.connections.fetch_add(1, Ordering::Relaxed);
        let patience = Box::pin(tokio::time::sleep(limits.silence_max));
        Connection { stream, limits, book, patience, part: Part::Nothing, is_given_up: false, _place: place }
    }

    /// What the stream answered to a read of these bytes; an error when there was no patience left.
    fn heard(
        &mut self,
        context: &mut Context<'_>,
        answer: Poll<io::Result<()>>,
        bytes: &[u8],
    ) -> Poll<io::Result<()>> {
        if answer.is_ready() {
            let now = Instant::now();
            self.part = self.part.behind(bytes, now + self.limits.header_max);
            let silent_until = now + self.limits.silence_max;
            let until = match self.part {
                Part::Header { until, .. } => until.min(silent_until),
                Part::Nothing | Part::Body => silent_until,
            };
            if now < until {
                self.patience.as_mut().reset(until);
                return answer;
            }
        } else {
            ready!(self.patience.as_mut().poll(context));
        }
        Poll::Ready(Err(self.give_up()))
    }

    /// What the stream answered to a write that begins with these bytes.
    fn said(
        &mut self,
        context: &mut Context<'_>,
        answer: Poll<io::Result<usize>>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if answer.is_ready() {
            // Whoever is told to go on sends his body.
            if !bytes.starts_with(b"HTTP/1.1 100") {
                self.part = Part::Nothing;
            }
            self.patience.as_mut().reset(Instant::now() + self.limits.silence_max);
            return answer;
        }
        ready!(self.patience.as_mut().poll(context));
        Poll::Ready(Err(self.give_up()))
    }

    fn give_up(&mut self) -> io::Error {
        if !std::mem::replace(&mut self.is_given_up, true) {
            self.book.given_up.fetch_add(1, Ordering::Relaxed);
        }
        io::ErrorKind::TimedOut.into()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.book.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let answer = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.heard(context, answer, buffer.filled().get(before..).unwrap_or_default())
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let answer = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.said(context, answer, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let answer = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.said(context, answer, parts.first().map_or(&[], |part| part))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
