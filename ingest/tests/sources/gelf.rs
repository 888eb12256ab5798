//! GELF over UDP and TCP.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use ingest::Refusal;
use ingest::sources::{GelfTcp, GelfUdp};
use schema::Flaw;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpStream, UdpSocket};

use super::desk::{Desk, soon, until};

const ANY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
const MESSAGE: &str = r#"{"version":"1.1","host":"srv","short_message":"perché no"}"#;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A message in parts of so many bytes.
fn parts(id: u64, message: &[u8], bytes: usize) -> Vec<Vec<u8>> {
    let chunks: Vec<&[u8]> = message.chunks(bytes).collect();
    let count = u8::try_from(chunks.len()).unwrap();
    let part = |(number, chunk): (u8, &&[u8])| {
        [&[0x1E, 0x0F], id.to_be_bytes().as_slice(), &[number, count], chunk].concat()
    };
    (0..).zip(&chunks).map(part).collect()
}

async fn start(desk: &Desk) -> UdpSocket {
    let source = GelfUdp::bind(ANY).unwrap();
    let sender = UdpSocket::bind(ANY).await.unwrap();
    sender.connect(source.local_addr()).await.unwrap();
    tokio::spawn(source.run(desk.port.clone()));
    sender
}

#[tokio::test]
async fn messages_arrive_plain_compressed_and_in_parts_of_any_order() {
    let mut desk = Desk::new();
    let sender = start(&desk).await;
    let messages = [MESSAGE.as_bytes().to_vec(), gzip(MESSAGE.as_bytes()), zlib(MESSAGE.as_bytes())];
    for (id, message) in (1..).zip(messages) {
        sender.send(&message).await.unwrap();
        let frame = desk.frame().await;
        assert_eq!((frame.text.as_str(), frame.peer.as_deref()), (MESSAGE, Some("127.0.0.1")));
        let (mut one, two) = (parts(id, &message, 10), parts(id + 100, &message, 7));
        one.reverse();
        for part in one.iter().zip(&two).flat_map(|(one, two)| [one, two, one]).chain(&two[one.len()..]) {
            sender.send(part).await.unwrap();
        }
        assert_eq!(desk.texts(2).await, [MESSAGE, MESSAGE]);
    }
    assert_eq!(desk.page().refused_total(), 0);
}

#[tokio::test]
async fn wrong_parts_and_what_cannot_be_expanded_are_counted_and_messages_go_on() {
    let mut desk = Desk::new();
    let sender = start(&desk).await;
    let wrong: [&[u8]; 6] = [
        &[0x1E, 0x0F],
        &[0x1E, 0x0F, 0, 0, 0, 0, 0, 0, 0, 9, 3, 2, b'{'],
        &[0x1E, 0x0F, 0, 0, 0, 0, 0, 0, 0, 9, 0, 200, b'{'],
        &[0x1F, 0x8B, 1, 2, 3],
        &[0x78, 0x9C, 1, 2, 3],
        &[0x1E, 0x0F, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0],
    ];
    for bytes in wrong {
        sender.send(bytes).await.unwrap();
    }
    sender.send(MESSAGE.as_bytes()).await.unwrap();
    assert_eq!(desk.frame().await.text, MESSAGE);
    until(|| desk.page().refused[Refusal::Malformed as usize] == 6).await;
}

#[tokio::test]
async fn messages_never_completed_are_held_within_a_bound_and_counted() {
    let mut desk = Desk::new();
    let sender = start(&desk).await;
    for id in 0..2_000 {
        sender.send(&parts(id, MESSAGE.as_bytes(), 30)[0]).await.unwrap();
        // One at a time, so that the kernel drops none.
        if id % 100 == 0 {
            sender.send(MESSAGE.as_bytes()).await.unwrap();
            desk.frame().await;
        }
    }
    sender.send(MESSAGE.as_bytes()).await.unwrap();
    desk.frame().await;
    assert!(desk.page().refused[Refusal::Malformed as usize] >= 2_000 - 1_024);
}

#[tokio::test]
async fn a_message_that_expands_without_end_is_cut() {
    let mut desk = Desk::new();
    let sender = start(&desk).await;
    let bomb = gzip(&vec![b'x'; 4 * 1024 * 1024]);
    assert!(bomb.len() < 60_000);
    sender.send(&bomb).await.unwrap();
    let frame = desk.frame().await;
    assert_eq!((frame.text.len(), frame.flaws), (super::desk::LINE_BYTES_MAX, vec![Flaw::Truncated]));
}

#[tokio::test]
async fn messages_over_tcp_end_with_nul_and_hold_lines() {
    let mut desk = Desk::new();
    let source = GelfTcp::bind(ANY).await.unwrap();
    let address = source.local_addr();
    tokio::spawn(source.run(desk.port.clone()));
    let lines = "{\"version\":\"1.1\",\n\"short_message\":\"a\"}";
    let mut stream = TcpStream::connect(address).await.unwrap();
    soon(stream.write_all(format!("{MESSAGE}\0{lines}\0\0{MESSAGE}\0").as_bytes())).await.unwrap();
    assert_eq!(desk.texts(3).await, [MESSAGE, lines, MESSAGE]);
}
