//! SMTP (RFC 5321) as one mail needs it: TLS from the start (RFC 8314) or by STARTTLS (RFC 3207), AUTH PLAIN and LOGIN (RFC 4954).
//!
//! Promises: what a server says before STARTTLS is forgotten, and nothing it says in the clear is taken for said in TLS; a
//! password goes out over TLS, or stays on this machine; a refusal is told in the server's words. Must not know: what the mail says.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::{Login, Mailing};
use crate::delivery::Undelivered;

/// Longest line of a reply.
const LINE_BYTES_MAX: u64 = 4 * 1024;
/// Lines of one reply.
const LINES_MAX: usize = 100;
/// How this machine names itself: servers of a town ask for no more.
const OWN_NAME: &str = "campanile.localdomain";

/// A server that takes mail, as `smtps://host:465` or `smtp://host:587`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpServer {
    pub(super) security: Security,
    pub(super) host: String,
    pub(super) port: u16,
}

/// How a connection is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS before anything of the mail.
    StartTls,
    /// None: it does not leave this machine.
    Loopback,
}

impl FromStr for SmtpServer {
    type Err = ();

    fn from_str(text: &str) -> Result<SmtpServer, ()> {
        let (scheme, host_and_port) = text.split_once("://").ok_or(())?;
        let (host, port) = host_and_port.rsplit_once(':').ok_or(())?;
        let port = port.parse().map_err(|_| ())?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let security = match scheme {
            "smtps" => Security::Tls,
            "smtp" if is_loopback(&host) => Security::Loopback,
            "smtp" => Security::StartTls,
            _ => return Err(()),
        };
        ServerName::try_from(host.as_str()).map_err(|_| ())?;
        Ok(SmtpServer { security, host, port })
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

impl fmt::Display for SmtpServer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.security == Security::Tls { "smtps" } else { "smtp" };
        match self.host.contains(':') {
            true => write!(out, "{scheme}://[{}]:{}", self.host, self.port),
            false => write!(out, "{scheme}://{}:{}", self.host, self.port),
        }
    }
}

/// Whom this machine trusts.
pub(super) fn native_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    // A certificate that cannot be read is not trusted.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

/// Hands a mail to the server. `roots`: whom to trust, asked when there is TLS.
pub(super) async fn send(
    mailing: &Mailing,
    message: &str,
    roots: impl FnOnce() -> RootCertStore,
) -> Result<(), Undelivered> {
    let SmtpServer { security, host, port } = &mailing.server;
    let stream = TcpStream::connect((host.as_str(), *port)).await.map_err(broken)?;
    match security {
        Security::Loopback => {
            let mut session = Session::new(stream);
            session.greeted().await?;
            session.deliver(mailing, message).await
        }
        Security::Tls => {
            let mut session = Session::new(secured(stream, host, roots()).await?);
            session.greeted().await?;
            session.deliver(mailing, message).await
        }
        Security::StartTls => {
            let mut session = Session::new(stream);
            session.greeted().await?;
            session.hello().await?;
            session.need("STARTTLS", 2).await?;
            let stream = session.stream_for_tls()?;
            Session::new(secured(stream, host, roots()).await?).deliver(mailing, message).await
        }
    }
}

async fn secured(
    stream: TcpStream,
    host: &str,
    roots: RootCertStore,
) -> Result<TlsStream<TcpStream>, Undelivered> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(broken)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(broken)?;
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.map_err(broken)
}

/// A connection that does not work may work later.
fn broken(error: impl fmt::Display) -> Undelivered {
    Undelivered::ForNow(error.to_string())
}

/// What a server answers to a command.
struct Reply {
    code: u16,
    /// Its lines, without codes.
    lines: Vec<String>,
}

impl Reply {
    /// Whether the server is content (2), wants more (3), refuses for now (4) or for good (5).
    fn class(&self) -> u16 {
        self.code / 100
    }

    /// In the server's words, what it says to something.
    fn to(&self, what: &str) -> String {
        format!("the server answered to {what}: {} {}", self.code, self.lines.join(" "))
    }

    /// Why the mail was not taken.
    fn refusal(&self, what: &str) -> Undelivered {
        match self.class() {
            5 => Undelivered::ForGood(self.to(what)),
            _ => Undelivered::ForNow(self.to(what)),
        }
    }
}

/// The command without what goes with it.
fn verb(command: &str) -> &str {
    command.split(' ').next().unwrap_or_default()
}

struct Session<S> {
    stream: BufReader<S>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    fn new(stream: S) -> Session<S> {
        Session { stream: BufReader::new(stream) }
    }

    /// The stream, when the server has said no more than it was asked for.
    fn stream_for_tls(self) -> Result<S, Undelivered> {
        if self.stream.buffer().is_empty() {
            return Ok(self.stream.into_inner());
        }
        Err(broken("the server speaks in the clear where TLS was to begin"))
    }

    async fn greeted(&mut self) -> Result<(), Undelivered> {
        let greeting = self.reply().await?;
        match greeting.class() {
            2 => Ok(()),
            _ => Err(broken(greeting.to("the connection"))),
        }
    }

    /// Names this machine. Answers what the server can do.
    async fn hello(&mut self) -> Result<Vec<String>, Undelivered> {
        Ok(self.need(&format!("EHLO {OWN_NAME}"), 2).await?.lines)
    }

    /// The whole mail, on a connection that is as secure as it will be.
    async fn deliver(&mut self, mailing: &Mailing, message: &str) -> Result<(), Undelivered> {
        let abilities = self.hello().await?;
        if let Some(login) = &mailing.login {
            self.log_in(login, &abilities).await?;
        }
        self.take("MAIL", &format!("MAIL FROM:<{}>", mailing.from), 2).await?;
        self.recipients(mailing).await?;
        self.take("DATA", "DATA", 3).await?;
        // No line of a mail of ours begins with a dot: headers and base64 have none.
        self.take("the mail", &format!("{message}."), 2).await?;
        // It has the mail: how it takes its leave is its own matter.
        self.stream.write_all(b"QUIT\r\n").await.ok();
        self.stream.shutdown().await.ok();
        Ok(())
    }

    /// Goes on when one of them gets the mail: the others would keep it from him.
    async fn recipients(&mut self, mailing: &Mailing) -> Result<(), Undelivered> {
        let mut refusals = Vec::new();
        for to in &mailing.to {
            let reply = self.ask(&format!("RCPT TO:<{to}>")).await?;
            if reply.class() != 2 {
                let refusal = reply.refusal(to.as_str());
                tracing::warn!(%refusal, "a mail address is refused");
                refusals.push(refusal);
            }
        }
        if refusals.len() < mailing.to.len() {
            return Ok(());
        }
        // One that may be taken later is worth another attempt.
        let later =
            refusals.iter().position(|refusal| matches!(refusal, Undelivered::ForNow(_))).unwrap_or(0);
        Err(refusals.into_iter().nth(later).unwrap_or_else(|| broken("the mail is for nobody")))
    }

    async fn log_in(&mut self, login: &Login, abilities: &[String]) -> Result<(), Undelivered> {
        let offered = abilities.iter().find_map(|ability| ability.strip_prefix("AUTH ")).unwrap_or_default();
        let offers = |name: &str| offered.split_whitespace().any(|mechanism| mechanism == name);
        let Login { user, password } = login;
        if offers("PLAIN") {
            let both = STANDARD.encode(format!("\0{user}\0{password}"));
            self.need(&format!("AUTH PLAIN {both}"), 2).await?;
        } else if offers("LOGIN") {
            self.need("AUTH LOGIN", 3).await?;
            self.need_secretly(&STANDARD.encode(user), 3).await?;
            self.need_secretly(&STANDARD.encode(password), 2).await?;
        } else {
            return Err(broken(format!(
                "the server offers neither AUTH PLAIN nor AUTH LOGIN, only `{offered}`"
            )));
        }
        Ok(())
    }

    /// A step of the connection. When it fails, the mail is not to blame.
    async fn need(&mut self, command: &str, class: u16) -> Result<Reply, Undelivered> {
        let reply = self.ask(command).await?;
        if reply.class() == class { Ok(reply) } else { Err(broken(reply.to(verb(command)))) }
    }

    /// The same, for what is never told.
    async fn need_secretly(&mut self, secret: &str, class: u16) -> Result<(), Undelivered> {
        let reply = self.ask(secret).await?;
        if reply.class() == class { Ok(()) } else { Err(broken(reply.to("AUTH"))) }
    }

    /// A step of the mail itself.
    async fn take(&mut self, what: &str, text: &str, class: u16) -> Result<(), Undelivered> {
        let reply = self.ask(text).await?;
        if reply.class() == class { Ok(()) } else { Err(reply.refusal(what)) }
    }

    async fn ask(&mut self, command: &str) -> Result<Reply, Undelivered> {
        self.stream.write_all(format!("{command}\r\n").as_bytes()).await.map_err(broken)?;
        self.stream.flush().await.map_err(broken)?;
        self.reply().await
    }

    async fn reply(&mut self) -> Result<Reply, Undelivered> {
        let mut reply = Reply { code: 0, lines: Vec::new() };
        while reply.lines.len() < LINES_MAX {
            let mut line = Vec::new();
            let mut stream = (&mut self.stream).take(LINE_BYTES_MAX);
            stream.read_until(b'\n', &mut line).await.map_err(broken)?;
            let line = String::from_utf8_lossy(&line);
            let (code, text) = line.split_at_checked(3).unwrap_or_default();
            let (Ok(code), true) = (code.parse(), line.ends_with('\n')) else {
                return Err(broken("the server broke off, or speaks another protocol"));
            };
            reply.code = code;
            let words = text.get(1..).unwrap_or_default();
            reply.lines.push(words.chars().filter(|c| !c.is_control()).collect());
            if !text.starts_with('-') {
                return Ok(reply);
            }
        }
        Err(broken("the server's reply has no end"))
    }
}
