//! A connection for HTTP: how many there are, and how long one may be silent.
//!
//! Promises: a connection on which nothing is received or sent for a time is closed, and counted. Must not know: requests.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

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
    /// Longest wait for the whole header of the next request, however busily it is sent.
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

/// A connection that ends when it is silent.
pub(super) struct Connection {
    stream: TcpStream,
    silence: Pin<Box<Sleep>>,
    silence_max: Duration,
    book: Arc<HttpBook>,
}

impl Connection {
    pub(super) fn new(stream: TcpStream, silence_max: Duration, book: Arc<HttpBook>) -> Connection {
        book.connections.fetch_add(1, Ordering::Relaxed);
        Connection { stream, silence: Box::pin(tokio::time::sleep(silence_max)), silence_max, book }
    }

    /// What the stream answered; an error when it has been silent for too long.
    fn heard<T>(&mut self, context: &mut Context<'_>, answer: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if answer.is_ready() {
            self.silence.as_mut().reset(Instant::now() + self.silence_max);
            return answer;
        }
        ready!(self.silence.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
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
        let answer = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.heard(context, answer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let answer = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.heard(context, answer)
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
        self.heard(context, answer)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
