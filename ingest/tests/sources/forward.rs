//! Fluent's forward protocol.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use flate2::Compression;
use flate2::write::GzEncoder;
use ingest::Refusal;
use ingest::sources::Forward;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::desk::{Desk, soon, until};

const ANY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
/// An EventTime: 1773648766.000000005.
const TIME: &[u8] = b"\xD7\x00\x69\xB7\xBB\x7E\x00\x00\x00\x05";

async fn start(desk: &Desk) -> SocketAddr {
    let source = Forward::bind(ANY, None).await.unwrap();
    let address = source.local_addr();
    tokio::spawn(source.run(desk.port.clone()));
    address
}

fn text(text: &str) -> Vec<u8> {
    [&[0xA0 | u8::try_from(text.len()).unwrap()], text.as_bytes()].concat()
}

fn record(message: &str) -> Vec<u8> {
    [b"\x81".as_slice(), &text("log"), &text(message)].concat()
}

fn entry(message: &str) -> Vec<u8> {
    [b"\x92".as_slice(), TIME, &record(message)].concat()
}

fn option(chunk: &str, is_compressed: bool) -> Vec<u8> {
    let mut option = vec![if is_compressed { 0x83 } else { 0x82 }];
    option.extend([text("size"), vec![2], text("chunk"), text(chunk)].concat());
    if is_compressed {
        option.extend([text("compressed"), text("gzip")].concat());
    }
    option
}

fn bytes(bytes: &[u8]) -> Vec<u8> {
    [b"\xC5".as_slice(), &u16::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The same two events in every form of the protocol.
fn forms() -> Vec<Vec<u8>> {
    let entries = [entry("one"), entry("two")].concat();
    let list = [b"\x93".as_slice(), &text("tag"), b"\x92", &entries, &option("c1", false)].concat();
    let packed = [b"\x93".as_slice(), &text("tag"), &bytes(&entries), &option("c2", false)].concat();
    let compressed =
        [b"\x93".as_slice(), &text("tag"), &bytes(&gzip(&entries)), &option("c3", true)].concat();
    let single = |message| [b"\x93".as_slice(), &text("tag"), TIME, &record(message)].concat();
    let last = [b"\x94".as_slice(), &text("tag"), TIME, &record("two"), &option("c4", false)].concat();
    vec![list, packed, compressed, [single("one"), last].concat()]
}

#[tokio::test]
async fn every_form_gives_the_same_records_and_its_chunk_is_acknowledged() {
    let mut desk = Desk::new();
    let mut stream = TcpStream::connect(start(&desk).await).await.unwrap();
    for (number, form) in (1..).zip(forms()) {
        soon(stream.write_all(&form)).await.unwrap();
        let records: Vec<Value> =
            desk.texts(2).await.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
        for (record, message) in records.iter().zip(["one", "two"]) {
            let expected =
                json!({ "log": message, "fluent_tag": "tag", "timestamp": "1773648766.000000005" });
            assert_eq!(*record, expected, "form {number}");
        }
        let mut ack = [0; 12];
        soon(stream.read_exact(&mut ack)).await.unwrap();
        assert_eq!(ack, [0x81, 0xA3, b'a', b'c', b'k', 0xDB, 0, 0, 0, 2, b'c', b'0' + number]);
    }
}

#[tokio::test]
async fn messages_split_at_every_byte_are_the_same() {
    let mut desk = Desk::new();
    let address = start(&desk).await;
    let message = forms()[3].clone();
    for at in 0..message.len() {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let (head, tail) = message.split_at(at);
        soon(stream.write_all(head)).await.unwrap();
        tokio::task::yield_now().await;
        soon(stream.write_all(tail)).await.unwrap();
        let texts = desk.texts(2).await;
        assert!(
            texts[0].starts_with("{\"log\":\"one\"") && texts[1].starts_with("{\"log\":\"two\""),
            "{texts:?}"
        );
    }
}

#[tokio::test]
async fn a_tag_that_every_frame_would_repeat_is_short() {
    let desk = Desk::new();
    let mut stream = TcpStream::connect(start(&desk).await).await.unwrap();
    let long = [b"\xDA\x04\x01".as_slice(), "t".repeat(1_025).as_bytes()].concat();
    soon(stream.write_all(&[b"\x93".as_slice(), &long, TIME, &record("one")].concat())).await.unwrap();
    assert_eq!(soon(stream.read(&mut [0; 1])).await.unwrap_or(0), 0, "the connection is closed");
    assert_eq!(desk.port.book.page().refused_total(), 1);
}

#[tokio::test]
async fn garbage_and_bombs_close_the_connection_and_are_counted() {
    let desk = Desk::new();
    let address = start(&desk).await;
    // Members one behind the other are one list.
    let bomb = gzip(&entry(&"x".repeat(31)).repeat(10_000)).repeat(40);
    let bomb =
        [b"\x93\xA3tag\xC6".as_slice(), &u32::try_from(bomb.len()).unwrap().to_be_bytes(), &bomb].concat();
    let bomb = [bomb, option("c", true)].concat();
    let deep = [b"\x93\xA3tag\x01\x81\xA1a".as_slice(), &[0x91; 100], b"\xC0"].concat();
    let garbage: [&[u8]; 7] = [
        &bomb,
        &deep,
        b"GET / HTTP/1.1\r\n",
        b"\xC1",
        b"\x92\xA3tag\x91\x01",
        b"\x91\xA1x",
        b"\x93\xA3tag\xA1x\xC0",
    ];
    for (count, bytes) in (1..).zip(garbage) {
        let mut stream = TcpStream::connect(address).await.unwrap();
        soon(stream.write_all(bytes)).await.unwrap();
        // Closed or reset: either way it is over.
        let mut rest = Vec::new();
        soon(stream.read_to_end(&mut rest)).await.ok();
        until(|| desk.page().refused[Refusal::Malformed as usize] == count).await;
    }
}
