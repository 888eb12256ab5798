//! Nodes of Campanile that send to one another.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::Arc;

use ingest::sources::{Nodes, ServerKeys, Tls};
use ingest::{Answers, ClientKeys, LinkError, Message, Positions, Refusal, Refused, Sender, Upstream};
use schema::{Forwarded, Frame, FrameBatch, Origin, Reading, StreamContext};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::desk::{Desk, soon, until};
use super::syslog_tls::{Authority, Pair};

const ANY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
const JOURNAL: u64 = 77;

/// Frames of a node's journal, as it sends them.
fn batch(collector: &str, after: u64, seqs: RangeInclusive<u64>) -> FrameBatch {
    let (mut text, mut frames) = (String::new(), Vec::new());
    for seq in seqs.clone() {
        let start = text.len() as u32;
        text.push_str(&format!("numero {seq}"));
        frames.push(Frame { start, end: text.len() as u32, seq, sub: 0 });
        text.push('\n');
    }
    let origin = Origin { collector: collector.into(), source: "firewall".into(), tenant: "sua".into() };
    let forwarded = Forwarded {
        journal: JOURNAL,
        after,
        upto: *seqs.end(),
        first_seq: *seqs.start(),
        arrived_us: 0,
        via: "".into(),
        reading: Reading { format: "auto".into(), zone: "Europe/Rome".into() },
    };
    let context = StreamContext::default();
    let mut batch = FrameBatch::new(Arc::new(origin), 5, context, text, frames, Vec::new());
    batch.forwarded = Some(Arc::new(forwarded));
    batch
}

async fn start(desk: &Desk, tls: Option<Tls>, positions: &Positions) -> SocketAddr {
    let nodes = Nodes::bind(ANY, tls, positions.clone()).await.unwrap();
    let address = nodes.local_addr();
    tokio::spawn(nodes.run(desk.port.clone()));
    address
}

async fn connect(address: SocketAddr) -> (u64, Sender, Answers) {
    let upstream = Upstream::new(&address.ip().to_string(), address.port(), None);
    let link = soon(upstream.connect(JOURNAL)).await.unwrap();
    let position = link.position();
    let (sender, answers) = link.split(None);
    (position, sender, answers)
}

async fn send(sender: &mut Sender, batches: &[FrameBatch]) {
    soon(sender.send(&Message::of(batches).unwrap())).await.unwrap();
}

#[tokio::test]
async fn frames_keep_where_they_come_from_and_are_acknowledged_when_they_are_durable() {
    let (mut desk, positions) = (Desk::new(), Positions::default());
    let (position, mut sender, mut answers) = connect(start(&desk, None, &positions).await).await;
    assert_eq!(position, 0);
    send(&mut sender, &[batch("comune-a", 0, 1..=3), batch("comune-b", 3, 4..=4)]).await;
    let (first, receipt) = desk.raw_delivery().await;
    let forwarded = first.forwarded.clone().unwrap();
    assert_eq!(
        (&*first.origin.collector, &*first.origin.source, first.received_us),
        ("comune-a", "firewall", 5)
    );
    assert_eq!((&*first.origin.tenant, &*forwarded.via), ("default", "rete"), "tenant and source are ours");
    assert_eq!((forwarded.after, forwarded.upto, forwarded.first_seq), (0, 3, 1));
    assert!(forwarded.arrived_us > 5, "it came now");
    let (second, last) = desk.raw_delivery().await;
    assert_eq!(&*second.origin.collector, "comune-b", "a node passes on what others collected");
    receipt.stored(1..=3);
    last.stored(4..=4);
    assert_eq!(soon(answers.next()).await.unwrap(), 4);
    assert_eq!((desk.page().stored, desk.page().under_way()), (4, 0));
}

#[tokio::test]
async fn an_acknowledgement_that_is_lost_costs_nothing() {
    let (mut desk, positions) = (Desk::new(), Positions::default());
    let address = start(&desk, None, &positions).await;
    let (_, mut sender, answers) = connect(address).await;
    send(&mut sender, &[batch("comune-a", 0, 1..=3)]).await;
    let (_, receipt) = desk.raw_delivery().await;
    // The connection breaks before the answer.
    drop((sender, answers));
    positions.set(JOURNAL, 3);
    receipt.stored(1..=3);
    let (position, mut sender, mut answers) = connect(address).await;
    assert_eq!(position, 3, "it is told what is durable, and goes on behind it");
    send(&mut sender, &[batch("comune-a", 3, 4..=5)]).await;
    let (frames, receipt) = desk.raw_delivery().await;
    assert_eq!(frames.frames().len(), 2);
    receipt.stored(4..=5);
    assert_eq!(soon(answers.next()).await.unwrap(), 5);
}

#[tokio::test]
async fn frames_that_are_refused_are_never_acknowledged() {
    let (mut desk, positions) = (Desk::new(), Positions::default());
    let (_, mut sender, mut answers) = connect(start(&desk, None, &positions).await).await;
    send(&mut sender, &[batch("comune-a", 0, 1..=3)]).await;
    desk.raw_delivery().await.1.refuse(Refused::Sequence);
    assert!(matches!(soon(answers.next()).await, Err(LinkError::Closed | LinkError::Broken(_))));
    assert_eq!((desk.page().refused[Refusal::Sequence as usize], desk.page().under_way()), (3, 0));
}

#[tokio::test]
async fn who_does_not_speak_as_a_node_does_is_refused_and_counted() {
    let (desk, positions) = (Desk::new(), Positions::default());
    let address = start(&desk, None, &positions).await;
    let hello = b"CAMPHOP\x01\x4d\0\0\0\0\0\0\0";
    let garbage: [&[u8]; 4] = [
        b"GET / HTTP/1.1\r\n\r\n",
        b"CAMPHOP\x02\x4d\0\0\0\0\0\0\0",
        &[&hello[..], &[0xff; 4]].concat(),
        &[&hello[..], &[3, 0, 0, 0, 1, 2, 3]].concat(),
    ];
    for (count, bytes) in (1..).zip(garbage) {
        let mut stream = TcpStream::connect(address).await.unwrap();
        soon(stream.write_all(bytes)).await.unwrap();
        // Closed or reset: either way it is over.
        soon(stream.read_to_end(&mut Vec::new())).await.ok();
        until(|| desk.page().refused[Refusal::Malformed as usize] == count).await;
    }
    // Nor may anyone speak in this node's name, or for another journal than it named.
    let mut other = batch("comune-a", 0, 1..=1);
    let forwarded = (*other.forwarded.take().unwrap()).clone();
    other.forwarded = Some(Arc::new(Forwarded { journal: 1, ..forwarded }));
    for (count, batch) in (5..).zip([batch("prova", 0, 1..=1), other]) {
        let (_, mut sender, mut answers) = connect(address).await;
        send(&mut sender, &[batch]).await;
        assert!(soon(answers.next()).await.is_err());
        until(|| desk.page().refused[Refusal::Malformed as usize] == count).await;
    }
    until(|| desk.page().connections == 0).await;
    assert_eq!((desk.page().stored, desk.page().under_way()), (0, 0));
}

#[tokio::test]
async fn the_certificate_says_whose_frames_they_are_and_without_one_nothing_is_taken() {
    let (mut desk, positions) = (Desk::new(), Positions::default());
    let authority = Authority::new();
    let (above, below) = (authority.sign("localhost"), authority.sign("comune-a.example"));
    let keys = ServerKeys::from_pem(
        above.certificate.as_bytes(),
        above.key.as_bytes(),
        Some(authority.pem().as_bytes()),
    );
    let origin = Origin { collector: "prova".into(), source: "rete".into(), tenant: "comune-a".into() };
    let origins = HashMap::from([("comune-a.example".to_owned(), Arc::new(origin))]);
    let address = start(&desk, Some(Tls::new(keys.unwrap(), origins)), &positions).await;
    let upstream = |authority: &Authority, shows: Option<&Pair>| {
        let own = shows.map(|pair| (pair.certificate.as_bytes(), pair.key.as_bytes()));
        let keys = ClientKeys::from_pem(authority.pem().as_bytes(), own).unwrap();
        Upstream::new("localhost", address.port(), Some(keys))
    };
    assert!(soon(upstream(&authority, None).connect(JOURNAL)).await.is_err(), "it shows no certificate");
    let other = Authority::new();
    assert!(soon(upstream(&other, Some(&below)).connect(JOURNAL)).await.is_err(), "it is not the node above");

    let link = soon(upstream(&authority, Some(&below)).connect(JOURNAL)).await.unwrap();
    let (mut sender, mut answers) = link.split(Some(1 << 30));
    send(&mut sender, &[batch("comune-a", 0, 1..=2)]).await;
    let (frames, receipt) = desk.raw_delivery().await;
    assert_eq!(&*frames.origin.tenant, "comune-a");
    receipt.stored(1..=2);
    assert_eq!(soon(answers.next()).await.unwrap(), 2);
}
