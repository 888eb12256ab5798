//! RELP.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ingest::sources::Relp;
use ingest::{Refusal, Refused};
use schema::Flaw;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::desk::{Desk, limits, soon, until};
use super::real_senders::{Forwarder, has, missing};

const ANY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
const OPEN: &str = "1 open 46 relp_version=0\nrelp_software=x\ncommands=syslog\n";

/// A sender of RELP, by hand.
struct Sender(BufReader<TcpStream>);

impl Sender {
    async fn open(address: SocketAddr) -> Sender {
        let mut sender = Sender(BufReader::new(TcpStream::connect(address).await.unwrap()));
        sender.say(OPEN.as_bytes()).await;
        assert_eq!(sender.line().await, "1 rsp 61 200 OK");
        assert_eq!(sender.line().await, "relp_version=0");
        assert_eq!(sender.line().await, "relp_software=campanile");
        assert_eq!(sender.line().await, "commands=syslog");
        sender
    }

    async fn say(&mut self, bytes: &[u8]) {
        soon(self.0.get_mut().write_all(bytes)).await.unwrap();
    }

    async fn syslog(&mut self, transaction: u32, text: &str) {
        self.say(format!("{transaction} syslog {} {text}\n", text.len()).as_bytes()).await;
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        soon(self.0.read_line(&mut line)).await.unwrap();
        line.trim_end_matches('\n').to_owned()
    }

    /// What comes until the connection is closed.
    async fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        // Closed or reset: either way it is over.
        soon(self.0.read_to_end(&mut rest)).await.ok();
        String::from_utf8(rest).unwrap()
    }
}

async fn start(desk: &Desk) -> SocketAddr {
    let source = Relp::bind(ANY, None).await.unwrap();
    let address = source.local_addr();
    tokio::spawn(source.run(desk.port.clone()));
    address
}

#[tokio::test]
async fn a_message_is_acknowledged_when_it_is_durable_and_not_before() {
    let mut desk = Desk::new();
    let mut sender = Sender::open(start(&desk).await).await;
    sender.syslog(2, "<34>1 - h a - - - one\nwith a second line").await;
    let (frames, receipt) = desk.delivery().await;
    assert_eq!(frames[0].text, "<34>1 - h a - - - one\nwith a second line");
    assert_eq!(frames[0].peer.as_deref(), Some("127.0.0.1"));
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    let early = sender.0.get_ref().try_read(&mut [0]);
    assert!(early.is_err(), "it was acknowledged before it was durable");
    receipt.stored(1..=1);
    assert_eq!(sender.line().await, "2 rsp 6 200 OK");
}

#[tokio::test]
async fn many_messages_under_way_are_acknowledged_in_order_whichever_is_durable_first() {
    let mut desk = Desk::new();
    let mut sender = Sender::open(start(&desk).await).await;
    sender.syslog(2, "<34>1 two").await;
    let first = desk.delivery().await.1;
    sender.syslog(3, "<34>1 three").await;
    let second = desk.delivery().await.1;
    second.stored(2..=2);
    first.stored(1..=1);
    assert_eq!(sender.line().await, "2 rsp 6 200 OK");
    assert_eq!(sender.line().await, "3 rsp 6 200 OK");
}

#[tokio::test]
async fn messages_split_at_every_byte_are_the_same() {
    let mut desk = Desk::new();
    let address = start(&desk).await;
    let stream = "2 syslog 9 <34>1 two\n3 syslog 0\n4 syslog 12 <34>1 fo\nur \n5 close 0\n";
    for at in 0..stream.len() {
        let mut sender = Sender::open(address).await;
        let (head, tail) = stream.as_bytes().split_at(at);
        sender.say(head).await;
        tokio::task::yield_now().await;
        sender.say(tail).await;
        assert_eq!(desk.texts(2).await, ["<34>1 two", "<34>1 fo\nur "], "split at {at}");
        let replies = sender.rest().await;
        let expected = "2 rsp 6 200 OK\n3 rsp 6 200 OK\n4 rsp 6 200 OK\n5 rsp 0\n0 serverclose 0\n";
        assert_eq!(replies, expected, "split at {at}");
    }
}

#[tokio::test]
async fn what_the_journal_refuses_is_never_acknowledged() {
    let mut desk = Desk::new();
    let mut sender = Sender::open(start(&desk).await).await;
    sender.syslog(2, "<34>1 two").await;
    desk.delivery().await.1.refuse(Refused::Full);
    assert_eq!(sender.rest().await, "");
    assert_eq!((desk.page().refused[Refusal::Journal as usize], desk.page().under_way()), (1, 0));
}

#[tokio::test]
async fn a_message_over_the_limit_is_cut_acknowledged_and_the_next_one_is_whole() {
    let mut desk = Desk::new();
    desk.port.limits = limits(100, None, &["127.0.0.0/8"]);
    let mut sender = Sender::open(start(&desk).await).await;
    sender.syslog(2, &"x".repeat(3_000_000)).await;
    sender.syslog(3, "<34>1 three").await;
    let long = desk.frame().await;
    assert_eq!((long.text.len(), long.flaws), (100, vec![Flaw::Truncated]));
    assert_eq!(desk.frame().await.text, "<34>1 three");
    assert_eq!(sender.line().await, "2 rsp 6 200 OK");
    assert_eq!(sender.line().await, "3 rsp 6 200 OK");
}

#[tokio::test]
async fn bytes_that_are_not_relp_close_the_connection_and_are_counted() {
    let desk = Desk::new();
    let address = start(&desk).await;
    let garbage: [&[u8]; 8] = [
        b"GET / HTTP/1.1\r\n\r\n",
        b"<34>1 - h a - - - syslog\n",
        b"2 syslog 5 <34>1\n",
        b"1 open 3 abcX",
        b"1 open 99999999 x\n",
        b"1234567890 open 0\n",
        b"1 open x\n",
        &[b'7'; 1000],
    ];
    for (count, bytes) in (1..).zip(garbage) {
        let mut sender = Sender(BufReader::new(TcpStream::connect(address).await.unwrap()));
        sender.say(bytes).await;
        sender.rest().await;
        until(|| desk.page().refused[Refusal::Malformed as usize] == count).await;
    }
    until(|| desk.page().connections == 0).await;
    assert_eq!(desk.page().under_way(), 0);
}

#[tokio::test]
async fn a_command_that_is_not_known_is_answered_and_the_session_goes_on() {
    let mut desk = Desk::new();
    let mut sender = Sender::open(start(&desk).await).await;
    sender.say(b"2 starttls 0\n3 syslog 6 <34>1!\n").await;
    assert_eq!(desk.frame().await.text, "<34>1!");
    assert_eq!(sender.line().await, "2 rsp 19 500 unknown command");
    assert_eq!(sender.line().await, "3 rsp 6 200 OK");
}

#[tokio::test]
async fn a_source_that_stops_acknowledges_what_it_took_first() {
    let mut desk = Desk::new();
    let source = Relp::bind(ANY, None).await.unwrap();
    let address = source.local_addr();
    let running = tokio::spawn(source.run(desk.port.clone()));
    let mut sender = Sender::open(address).await;
    sender.syslog(2, "<34>1 two").await;
    let (_, receipt) = desk.delivery().await;
    desk.port.stop.cancel();
    receipt.stored(1..=1);
    assert_eq!(sender.rest().await, "2 rsp 6 200 OK\n0 serverclose 0\n");
    soon(running).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rsyslog_sends_again_what_was_not_acknowledged() {
    if !has("rsyslogd") || !std::path::Path::new("/usr/lib/x86_64-linux-gnu/rsyslog/omrelp.so").exists() {
        missing("rsyslog's omrelp");
        return;
    }
    let mut desk = Desk::new();
    let address = start(&desk).await;
    let output = format!(
        "action(type=\"omrelp\" target=\"127.0.0.1\" port=\"{}\" template=\"RSYSLOG_SyslogProtocol23Format\" \
         action.resumeRetryCount=\"-1\" action.resumeInterval=\"1\")",
        address.port()
    );
    let rsyslog = Forwarder::rsyslog("module(load=\"omrelp\")", &output);
    rsyslog.say((0..300).map(|number| format!("relp {number}"))).await;
    // The first delivery is refused: its messages come again.
    let (refused, receipt) = desk.delivery().await;
    receipt.refuse(Refused::Full);
    let mut missing: std::collections::BTreeSet<usize> = (0..300).collect();
    while !missing.is_empty() {
        let text = desk.frame().await.text;
        let number = text.rsplit(' ').next().unwrap().parse().unwrap();
        missing.remove(&number);
    }
    assert!(!refused.is_empty());
}
