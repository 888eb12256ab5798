//! Lumberjack v2, as Beats speak it.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use ingest::sources::Lumberjack;
use ingest::{Refusal, Refused};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::desk::{Desk, soon, until};

const ANY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

async fn start(desk: &Desk) -> SocketAddr {
    let source = Lumberjack::bind(ANY, None).await.unwrap();
    let address = source.local_addr();
    tokio::spawn(source.run(desk.port.clone()));
    address
}

fn window(events: u32) -> Vec<u8> {
    [b"2W".as_slice(), &events.to_be_bytes()].concat()
}

fn event(seq: u32, json: &str) -> Vec<u8> {
    let length = u32::try_from(json.len()).unwrap();
    [b"2J".as_slice(), &seq.to_be_bytes(), &length.to_be_bytes(), json.as_bytes()].concat()
}

fn compressed(frames: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(frames).unwrap();
    let bytes = encoder.finish().unwrap();
    [b"2C".as_slice(), &u32::try_from(bytes.len()).unwrap().to_be_bytes(), &bytes].concat()
}

/// The next acknowledgement of something.
async fn acknowledged(stream: &mut TcpStream) -> u32 {
    loop {
        let mut frame = [0; 6];
        soon(stream.read_exact(&mut frame)).await.unwrap();
        assert_eq!(&frame[..2], b"2A");
        match u32::from_be_bytes(frame[2..].try_into().unwrap()) {
            0 => {}
            seq => return seq,
        }
    }
}

#[tokio::test]
async fn a_window_is_acknowledged_when_its_events_are_durable() {
    let mut desk = Desk::new();
    let mut stream = TcpStream::connect(start(&desk).await).await.unwrap();
    let events: Vec<u8> = (1..=3).flat_map(|seq| event(seq, &format!("{{\"message\":\"{seq}\"}}"))).collect();
    for frames in [events.clone(), compressed(&events)] {
        soon(stream.write_all(&[window(3), frames].concat())).await.unwrap();
        let mut last = 0;
        while last < 3 {
            let (frames, receipt) = desk.delivery().await;
            for frame in frames {
                last += 1;
                assert_eq!(frame.text, format!("{{\"message\":\"{last}\"}}"));
            }
            receipt.stored(1..=1);
        }
        while acknowledged(&mut stream).await < 3 {}
    }
    assert_eq!(desk.page().under_way(), 0);
}

#[tokio::test]
async fn windows_that_follow_without_waiting_are_each_acknowledged() {
    let mut desk = Desk::new();
    let mut stream = TcpStream::connect(start(&desk).await).await.unwrap();
    let both = [window(2), event(1, "{}"), event(2, "{}"), window(1), event(1, "{\"a\":1}")].concat();
    soon(stream.write_all(&both)).await.unwrap();
    assert_eq!(desk.texts(3).await, ["{}", "{}", "{\"a\":1}"]);
    while acknowledged(&mut stream).await < 2 {}
    assert_eq!(acknowledged(&mut stream).await, 1);
}

#[tokio::test]
async fn frames_split_at_every_byte_are_the_same() {
    let mut desk = Desk::new();
    let address = start(&desk).await;
    let stream_bytes = [window(2), compressed(&event(1, "{\"a\":1}")), event(2, "{\"b\":2}")].concat();
    for at in 0..stream_bytes.len() {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let (head, tail) = stream_bytes.split_at(at);
        soon(stream.write_all(head)).await.unwrap();
        tokio::task::yield_now().await;
        soon(stream.write_all(tail)).await.unwrap();
        assert_eq!(desk.texts(2).await, ["{\"a\":1}", "{\"b\":2}"], "split at {at}");
        while acknowledged(&mut stream).await < 2 {}
    }
}

#[tokio::test]
async fn bombs_and_garbage_close_the_connection_and_are_counted() {
    let desk = Desk::new();
    let address = start(&desk).await;
    let bomb = compressed(&event(1, &"x".repeat(6 * 1024 * 1024)).repeat(3));
    let nested = compressed(&compressed(&event(1, "{}")));
    let unfinished = compressed(&event(1, "{}")[..8]);
    let huge = [b"2J".as_slice(), &[0, 0, 0, 1], &[0xFF; 4]].concat();
    let broken = [b"2C".as_slice(), &[0, 0, 0, 4], b"zlib"].concat();
    let garbage =
        [bomb, nested, unfinished, huge, broken, b"1W\0\0\0\x01".to_vec(), b"GET / HTTP/1.1\r\n".to_vec()];
    let book = std::sync::Arc::clone(&desk.port.book);
    let port = desk.port.clone();
    let texts = desk.keep_storing();
    for (count, bytes) in (1..).zip(garbage) {
        let mut stream = TcpStream::connect(address).await.unwrap();
        soon(stream.write_all(&bytes)).await.unwrap();
        // Closed or reset: either way it is over.
        let mut rest = Vec::new();
        soon(stream.read_to_end(&mut rest)).await.ok();
        until(|| book.page().refused[Refusal::Malformed as usize] == count).await;
    }
    until(|| book.page().connections == 0 && book.page().under_way() == 0).await;
    port.stop.cancel();
    drop(port);
    // What a bomb held before it was one is kept.
    assert!(soon(texts).await.unwrap().len() <= 3);
}

#[tokio::test]
async fn what_the_journal_refuses_is_never_acknowledged() {
    let mut desk = Desk::new();
    let mut stream = TcpStream::connect(start(&desk).await).await.unwrap();
    soon(stream.write_all(&[window(1), event(1, "{}")].concat())).await.unwrap();
    desk.delivery().await.1.refuse(Refused::Full);
    let mut rest = Vec::new();
    soon(stream.read_to_end(&mut rest)).await.ok();
    assert_eq!(rest, b"");
}
