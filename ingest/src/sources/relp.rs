//! RELP, the Reliable Event Logging Protocol of rsyslog, version 0 and 1: `TXNR COMMAND LENGTH DATA LF`.
//!
//! Promises: a message is answered `200 OK` once it is durable, in the order of sending; messages over the limit are cut and
//! acknowledged; bytes that are not RELP close the connection. Must not know: what a message means.

use std::io::Write;
use std::net::SocketAddr;

use tokio::net::TcpListener;

use super::acked::{self, Dialogue, Malformed, Turn};
use super::syslog_tcp::listen;
use super::{CONNECTIONS_MAX, Error, Port, Tls};

/// Longest header: a transaction of nine digits, a command of 32 letters, a length of nine digits, spaces between.
const HEADER_BYTES_MAX: usize = 9 + 1 + 32 + 1 + 9;
/// Longest data of commands that are no messages.
const OFFERS_BYTES_MAX: usize = 16 * 1024;
/// What we answer to `open`.
const OFFERS: &str = "200 OK\nrelp_version=0\nrelp_software=campanile\ncommands=syslog";

/// RELP, bound.
#[derive(Debug)]
pub struct Relp {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<Tls>,
    connections_max: usize,
}

impl Relp {
    /// Listens on `address`, over TLS when it is given.
    pub async fn bind(address: SocketAddr, tls: Option<Tls>) -> Result<Relp, Error> {
        let (listener, address) = listen(address).await?;
        Ok(Relp { listener, address, tls, connections_max: CONNECTIONS_MAX })
    }

    /// Takes at most so many connections.
    pub fn connections_max(self, connections_max: usize) -> Relp {
        Relp { connections_max, ..self }
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Receives until told to stop.
    pub async fn run(self, port: Port) -> Result<(), Error> {
        acked::serve(self.listener, self.tls, port, self.connections_max, Session::new).await;
        Ok(())
    }
}

/// One RELP session.
#[derive(Debug)]
pub(super) struct Session {
    line_bytes_max: usize,
    is_open: bool,
    /// Bytes of a message over the limit that are still to come, and its transaction.
    skip: Option<(usize, u32)>,
}

/// `TXNR COMMAND LENGTH`, and how many bytes that takes with the space behind.
#[derive(Debug, Clone, Copy)]
struct Header<'b> {
    transaction: u32,
    command: &'b [u8],
    data_bytes: usize,
    length: usize,
}

impl Session {
    pub(super) fn new(port: &Port) -> Session {
        Session { line_bytes_max: port.limits.line_bytes_max().max(1), is_open: false, skip: None }
    }

    /// Passes over the rest of a message that was cut.
    fn pass_over(
        &mut self,
        left: usize,
        transaction: u32,
        bytes: &[u8],
        turn: &mut Turn,
    ) -> Result<usize, Malformed> {
        if bytes.len() <= left {
            self.skip = Some((left - bytes.len(), transaction));
            return Ok(bytes.len());
        }
        self.skip = None;
        respond(&mut turn.reply, transaction, "200 OK");
        ended(bytes, left).map(|()| left + 1)
    }

    fn message(&mut self, header: Header<'_>, bytes: &[u8], turn: &mut Turn) -> Result<usize, Malformed> {
        let end = header.length + header.data_bytes;
        if let Some(data) = bytes.get(header.length..end) {
            if bytes.len() == end {
                return Ok(0);
            }
            ended(bytes, end)?;
            turn.gather.push(data);
            respond(&mut turn.reply, header.transaction, "200 OK");
            return Ok(end + 1);
        }
        // One byte more than the limit is enough to cut the message.
        let enough = header.length + self.line_bytes_max + 1;
        if let Some(data) = bytes.get(header.length..enough) {
            turn.gather.push(data);
            self.skip = Some((end - enough, header.transaction));
            return Ok(enough);
        }
        Ok(0)
    }

    fn command(&mut self, header: Header<'_>, bytes: &[u8], turn: &mut Turn) -> Result<usize, Malformed> {
        if header.data_bytes > OFFERS_BYTES_MAX {
            return Err(Malformed);
        }
        let end = header.length + header.data_bytes;
        if bytes.len() <= end {
            return Ok(0);
        }
        ended(bytes, end)?;
        match header.command {
            b"open" => {
                self.is_open = true;
                respond(&mut turn.reply, header.transaction, OFFERS);
            }
            b"close" => {
                respond(&mut turn.reply, header.transaction, "");
                turn.is_last = true;
            }
            _ => respond(&mut turn.reply, header.transaction, "500 unknown command"),
        }
        Ok(end + 1)
    }
}

impl Dialogue for Session {
    fn read(&mut self, bytes: &[u8], turn: &mut Turn) -> Result<usize, Malformed> {
        if bytes.is_empty() {
            return Ok(0);
        }
        if let Some((left, transaction)) = self.skip {
            return self.pass_over(left, transaction, bytes, turn);
        }
        let Some(header) = header(bytes)? else { return Ok(0) };
        match header.command {
            b"syslog" if self.is_open => self.message(header, bytes, turn),
            b"open" | b"close" => self.command(header, bytes, turn),
            _ if self.is_open => self.command(header, bytes, turn),
            _ => Err(Malformed),
        }
    }

    fn farewell(&self) -> &'static [u8] {
        b"0 serverclose 0\n"
    }
}

/// The header that starts `bytes`, if it is there.
fn header(bytes: &[u8]) -> Result<Option<Header<'_>>, Malformed> {
    let head = bytes.get(..HEADER_BYTES_MAX + 1).unwrap_or(bytes);
    let mut words = head.splitn(3, |byte| *byte == b' ');
    let (transaction, command, rest) = (words.next(), words.next(), words.next());
    let digits = rest.map(|rest| rest.iter().take_while(|byte| byte.is_ascii_digit()).count());
    let behind = rest.zip(digits).and_then(|(rest, digits)| rest.get(digits));
    let (Some(transaction), Some(command), Some(rest), Some(digits), Some(behind)) =
        (transaction, command, rest, digits, behind)
    else {
        let may_come = bytes.len() <= HEADER_BYTES_MAX
            && transaction.is_some_and(|digits| digits.len() <= 9 && digits.iter().all(u8::is_ascii_digit));
        return if may_come { Ok(None) } else { Err(Malformed) };
    };
    let data_bytes = number(rest.get(..digits).unwrap_or_default())?;
    let space = match behind {
        b' ' => 1,
        // Without data there is no space.
        b'\n' if data_bytes == 0 => 0,
        _ => return Err(Malformed),
    };
    let length = transaction.len() + command.len() + digits + 2 + space;
    let data_bytes = data_bytes as usize;
    Ok(Some(Header { transaction: number(transaction)?, command, data_bytes, length }))
}

/// A number of up to nine digits.
fn number(digits: &[u8]) -> Result<u32, Malformed> {
    if !(1..=9).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Malformed);
    }
    Ok(digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
}

/// Checks the line feed behind a frame.
fn ended(bytes: &[u8], end: usize) -> Result<(), Malformed> {
    if bytes.get(end) == Some(&b'\n') { Ok(()) } else { Err(Malformed) }
}

fn respond(reply: &mut Vec<u8>, transaction: u32, text: &str) {
    let space = if text.is_empty() { "" } else { " " };
    // Writing to memory does not fail.
    writeln!(reply, "{transaction} rsp {}{space}{text}", text.len()).ok();
}
