//! Senders that number what they send and believe only an acknowledgement: over HTTP, RELP and Lumberjack.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

/// Lines of one batch.
const BATCH: u64 = 20;

/// How a sender speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    Http,
    Relp,
    Lumberjack,
}

impl Protocol {
    pub const ALL: [Protocol; 3] = [Protocol::Http, Protocol::Relp, Protocol::Lumberjack];

    /// Name of its source.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Http => "files",
            Protocol::Relp => "relp",
            Protocol::Lumberjack => "beats",
        }
    }
}

/// A sender, and what it did: how often each number was sent, and which were acknowledged.
pub struct Sender {
    pub protocol: Protocol,
    pub times: BTreeMap<u64, u64>,
    pub acknowledged: Vec<u64>,
    next: u64,
}

impl Sender {
    /// No two senders have a number in common.
    pub fn new(protocol: Protocol) -> Sender {
        let next = protocol as u64 * 1_000_000_000;
        Sender { protocol, times: BTreeMap::new(), acknowledged: Vec::new(), next }
    }

    /// Sends batches until the service is gone. A batch without an answer is sent again by the next call.
    pub fn send(&mut self, address: SocketAddr, is_over: &AtomicBool) {
        // Whatever fails, the service went away: the test says whether it may.
        self.talk(address, is_over).ok();
    }

    fn talk(&mut self, address: SocketAddr, is_over: &AtomicBool) -> io::Result<()> {
        let mut stream = BufReader::new(TcpStream::connect(address)?);
        if self.protocol == Protocol::Relp {
            command(&mut stream, 1, "open", "relp_version=0\nrelp_software=test\ncommands=syslog")?;
            relp_answer(&mut stream)?;
        }
        while !is_over.load(Ordering::Relaxed) {
            let numbers = self.next..self.next + BATCH;
            for n in numbers.clone() {
                *self.times.entry(n).or_default() += 1;
            }
            match self.protocol {
                Protocol::Http => over_http(address, &numbers)?,
                Protocol::Relp => over_relp(&mut stream, &numbers)?,
                Protocol::Lumberjack => over_lumberjack(&mut stream, &numbers)?,
            }
            self.acknowledged.extend(numbers.clone());
            self.next = numbers.end;
        }
        Ok(())
    }
}

/// One request, answered with 200.
fn over_http(address: SocketAddr, numbers: &Range<u64>) -> io::Result<()> {
    let body: String = numbers.clone().map(|n| format!("numero {n}\n")).collect();
    let mut stream = TcpStream::connect(address)?;
    let length = body.len();
    write!(
        stream,
        "POST /ingest?source=files HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    match answer.split_whitespace().nth(1) {
        Some("200") => Ok(()),
        Some(code) => panic!("the service answered {code}"),
        None => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// Messages sent at once, each answered in its turn.
fn over_relp(stream: &mut BufReader<TcpStream>, numbers: &Range<u64>) -> io::Result<()> {
    for (transaction, n) in (2..).zip(numbers.clone()) {
        command(stream, transaction, "syslog", &format!("<14>1 - srv01 app - - - numero {n}"))?;
    }
    for transaction in (2..).take(numbers.clone().count()) {
        let (answered, text) = relp_answer(stream)?;
        assert_eq!((answered, text.as_str()), (transaction, "200 OK"));
    }
    Ok(())
}

fn command(stream: &mut BufReader<TcpStream>, transaction: u64, name: &str, text: &str) -> io::Result<()> {
    writeln!(stream.get_mut(), "{transaction} {name} {} {text}", text.len())
}

/// The transaction of the next answer, and the first line of what it says.
fn relp_answer(stream: &mut BufReader<TcpStream>) -> io::Result<(u64, String)> {
    let mut head = Vec::new();
    for _ in 0..3 {
        let read = stream.read_until(b' ', &mut head)?;
        if read == 0 || !head.ends_with(b" ") {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let head = String::from_utf8(head).unwrap();
    let words: Vec<&str> = head.split_whitespace().collect();
    let mut text = vec![0; words[2].parse::<usize>().unwrap() + 1];
    stream.read_exact(&mut text)?;
    // A service that stops says so as transaction 0.
    match words[1] {
        "rsp" => {}
        _ => return Err(io::ErrorKind::ConnectionAborted.into()),
    }
    let text = String::from_utf8(text).unwrap();
    Ok((words[0].parse().unwrap(), text.lines().next().unwrap_or_default().to_owned()))
}

/// One window, acknowledged as a whole.
fn over_lumberjack(stream: &mut BufReader<TcpStream>, numbers: &Range<u64>) -> io::Result<()> {
    let count = numbers.clone().count() as u32;
    let mut window = [b"2W", &count.to_be_bytes()[..]].concat();
    for (seq, n) in (1_u32..).zip(numbers.clone()) {
        let event = format!("{{\"message\":\"numero {n}\"}}");
        window.extend([b"2J", &seq.to_be_bytes()[..], &(event.len() as u32).to_be_bytes()[..]].concat());
        window.extend(event.into_bytes());
    }
    stream.get_mut().write_all(&window)?;
    loop {
        let mut ack = [0; 6];
        stream.read_exact(&mut ack)?;
        assert_eq!(&ack[..2], b"2A");
        // Less than all is only word that the service is alive.
        if ack[2..] == count.to_be_bytes() {
            return Ok(());
        }
    }
}
