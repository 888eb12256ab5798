//! The node above: connecting to it, sending it what a journal holds, hearing how far it has it.
//!
//! Promises: over TLS it shows a certificate of a known authority, or nothing is sent; a connection whose other end is gone is
//! noticed; no more bytes a second are sent than wanted. Must not know: the journal, when to try again.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use schema::FrameBatch;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_rustls::TlsConnector;

use crate::hop;
use crate::sources::{Error, certificates, unusable};

/// Connecting, securing and the first answer may take so long each.
const CONNECT_MAX: Duration = Duration::from_secs(20);
/// A node whose machine answers nothing for so long is gone.
const VANISHED_AFTER: Duration = Duration::from_secs(60);
/// Sent at a time, when there is a bound on bytes a second.
const PIECE_BYTES: usize = 16 * 1024;

/// Whose certificate is trusted, and which one is shown.
#[derive(Debug, Clone)]
pub struct ClientKeys(Arc<ClientConfig>);

impl ClientKeys {
    /// From PEM texts: the authorities that sign the node above, and when it asks for one, the own certificate with its chain
    /// and its key.
    pub fn from_pem(authorities: &[u8], own: Option<(&[u8], &[u8])>) -> Result<ClientKeys, Error> {
        let mut roots = RootCertStore::empty();
        for authority in certificates("authorities", authorities)? {
            roots.add(authority).map_err(|error| unusable("authorities", error))?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable("TLS versions", error))?
            .with_root_certificates(roots);
        let config = match own {
            None => builder.with_no_client_auth(),
            Some((chain, key)) => {
                let key =
                    PrivateKeyDer::from_pem_slice(key).map_err(|error| unusable("private key", error))?;
                let config = builder.with_client_auth_cert(certificates("certificate", chain)?, key);
                config.map_err(|error| unusable("certificate", error))?
            }
        };
        Ok(ClientKeys(Arc::new(config)))
    }
}

/// Why nothing is sent any more.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LinkError {
    /// No connection.
    #[error("cannot connect to {to}")]
    Unreachable {
        /// Host and port.
        to: String,
        /// Why.
        source: io::Error,
    },
    /// The connection broke.
    #[error("the connection broke")]
    Broken(#[from] io::Error),
    /// It closed the connection instead of an answer.
    #[error("it closed the connection: it does not admit this node, speaks another version, or is stopping")]
    Closed,
    /// It did not answer in time.
    #[error("it does not answer")]
    Silent,
}

/// A node above.
#[derive(Debug, Clone)]
pub struct Upstream {
    host: String,
    port: u16,
    keys: Option<ClientKeys>,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// A connection to it.
pub struct Link {
    stream: Box<dyn Stream>,
    position: u64,
}

impl Upstream {
    /// The node at that host and port, over TLS with these keys.
    pub fn new(host: &str, port: u16, keys: Option<ClientKeys>) -> Upstream {
        Upstream { host: host.to_owned(), port, keys }
    }

    /// Connects on behalf of that journal.
    pub async fn connect(&self, journal: u64) -> Result<Link, LinkError> {
        let to = || format!("{}:{}", self.host, self.port);
        let opened = timeout(CONNECT_MAX, self.open()).await.unwrap_or(Err(io::ErrorKind::TimedOut.into()));
        let mut stream = opened.map_err(|source| LinkError::Unreachable { to: to(), source })?;
        stream.write_all(&hop::hello(journal)).await?;
        stream.flush().await?;
        let answered = timeout(CONNECT_MAX, answer(&mut stream)).await.map_err(|_| LinkError::Silent)?;
        Ok(Link { stream, position: answered? })
    }

    async fn open(&self) -> io::Result<Box<dyn Stream>> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
        stream.set_nodelay(true)?;
        let socket = SockRef::from(&stream);
        socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(VANISHED_AFTER))?;
        socket.set_tcp_user_timeout(Some(VANISHED_AFTER))?;
        let Some(keys) = &self.keys else { return Ok(Box::new(stream)) };
        let name = ServerName::try_from(self.host.clone()).map_err(io::Error::other)?;
        Ok(Box::new(TlsConnector::from(Arc::clone(&keys.0)).connect(name, stream).await?))
    }
}

impl Link {
    /// The last seq of the journal that it has; what it is sent must follow that.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The two directions; at most so many bytes a second are sent.
    pub fn split(self, bytes_per_second: Option<u64>) -> (Sender, Answers) {
        let (reader, writer) = tokio::io::split(self.stream);
        (Sender { writer, pace: bytes_per_second.map(Pace::new) }, Answers(reader))
    }
}

/// What is sent at once.
#[derive(Debug)]
pub struct Message {
    bytes: Vec<u8>,
    /// The last seq of the journal that is in it.
    pub upto: u64,
}

impl Message {
    /// A message of these batches, each with what it brings along.
    pub fn of(batches: &[FrameBatch]) -> io::Result<Message> {
        let last = batches.last().and_then(|batch| batch.forwarded.as_ref());
        let upto = last.map_or(0, |forwarded| forwarded.upto);
        Ok(Message { bytes: hop::message(batches)?, upto })
    }

    /// Bytes of it.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }
}

/// The way up.
pub struct Sender {
    writer: WriteHalf<Box<dyn Stream>>,
    pace: Option<Pace>,
}

impl Sender {
    /// Sends a message.
    pub async fn send(&mut self, message: &Message) -> Result<(), LinkError> {
        match &mut self.pace {
            None => self.writer.write_all(&message.bytes).await?,
            Some(pace) => {
                for piece in message.bytes.chunks(PIECE_BYTES) {
                    self.writer.write_all(piece).await?;
                    self.writer.flush().await?;
                    pace.wait(piece.len()).await;
                }
            }
        }
        Ok(self.writer.flush().await?)
    }
}

/// What comes back.
pub struct Answers(ReadHalf<Box<dyn Stream>>);

impl Answers {
    /// The next seq that is durable there, as is all before it.
    pub async fn next(&mut self) -> Result<u64, LinkError> {
        answer(&mut self.0).await
    }
}

async fn answer(stream: &mut (impl AsyncRead + Unpin)) -> Result<u64, LinkError> {
    let mut answer = [0; hop::ANSWER_BYTES];
    match stream.read_exact(&mut answer).await {
        Ok(_) => Ok(u64::from_le_bytes(answer)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(LinkError::Closed),
        Err(error) => Err(error.into()),
    }
}

/// A bound on bytes a second.
struct Pace {
    bytes_per_second: u64,
    /// When what was sent so far may have been sent.
    due: Instant,
}

impl Pace {
    fn new(bytes_per_second: u64) -> Pace {
        Pace { bytes_per_second: bytes_per_second.max(1), due: Instant::now() }
    }

    async fn wait(&mut self, bytes: usize) {
        let micros = (bytes as u64).saturating_mul(1_000_000) / self.bytes_per_second;
        self.due = self.due.max(Instant::now()) + Duration::from_micros(micros);
        sleep_until(self.due).await;
    }
}
