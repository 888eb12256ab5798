//! Syslog over UDP and Unix datagrams.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ingest::Refusal;
use ingest::sources::{SyslogUdp, SyslogUnixDatagram};
use schema::Flaw;
use tokio::net::{UdpSocket, UnixDatagram};

use super::desk::{Desk, LINE_BYTES_MAX, limits, soon};

const ANY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

async fn sender(address: SocketAddr, from: [u8; 4]) -> UdpSocket {
    let socket = UdpSocket::bind(SocketAddr::new(from.into(), 0)).await.unwrap();
    socket.connect(address).await.unwrap();
    socket
}

#[tokio::test]
async fn each_datagram_is_a_frame_with_its_senders_address() {
    let mut desk = Desk::new();
    let source = SyslogUdp::bind(ANY).unwrap();
    let address = source.local_addr();
    tokio::spawn(source.run(desk.port.clone()));
    for (last, text) in [(1, "<34>1 one\nwith two lines\n\0"), (2, "<34>1 two"), (1, "<34>1 three\r\n")] {
        sender(address, [127, 0, 0, last]).await.send(text.as_bytes()).await.unwrap();
        let frame = desk.frame().await;
        assert_eq!(frame.text, text.trim_end_matches(['\n', '\r', '\0']));
        assert_eq!(frame.peer, Some(format!("127.0.0.{last}")));
    }
    assert_eq!((desk.page().received, desk.page().under_way()), (3, 0));
}

#[tokio::test]
async fn senders_of_one_burst_are_kept_apart() {
    let desk = Desk::new();
    let source = SyslogUdp::bind_with(ANY, 1, 1 << 20).unwrap();
    let address = source.local_addr();
    for last in 1..=50 {
        let sender = sender(address, [127, 0, 0, last]).await;
        sender.send(format!("<34>1 from {last}").as_bytes()).await.unwrap();
        sender.send(b"  \n").await.unwrap();
        sender.send(b"").await.unwrap();
        sender.send(format!("<34>1 again from {last}").as_bytes()).await.unwrap();
    }
    desk.port.stop.cancel();
    soon(source.run(desk.port.clone())).await.unwrap();
    let (texts, page) = desk.rest().await;
    assert_eq!(texts.len(), 100);
    assert_eq!((page.stored, page.under_way()), (100, 0));
}

#[tokio::test]
async fn what_the_kernel_dropped_is_in_the_book() {
    const SENT: u64 = 2_000;
    let desk = Desk::new();
    let source = SyslogUdp::bind_with(ANY, 1, 4_096).unwrap();
    let sender = sender(source.local_addr(), [127, 0, 0, 1]).await;
    for number in 0..SENT {
        sender.send(format!("<34>1 {number}").as_bytes()).await.unwrap();
    }
    desk.port.stop.cancel();
    soon(source.run(desk.port.clone())).await.unwrap();
    let (texts, page) = desk.rest().await;
    assert!(page.refused[Refusal::Kernel as usize] > 0);
    assert_eq!((page.received, page.stored, page.under_way()), (SENT, texts.len() as u64, 0));
}

#[tokio::test]
async fn datagrams_over_the_rate_or_from_strangers_are_refused_and_counted() {
    let mut desk = Desk::new();
    desk.port.limits = limits(LINE_BYTES_MAX, Some(1), &["127.0.0.1"]);
    let source = SyslogUdp::bind_with(ANY, 1, 1 << 20).unwrap();
    let (known, stranger) = (
        sender(source.local_addr(), [127, 0, 0, 1]).await,
        sender(source.local_addr(), [127, 0, 0, 2]).await,
    );
    for _ in 0..100 {
        known.send(b"<34>1 known").await.unwrap();
        stranger.send(b"<34>1 stranger").await.unwrap();
    }
    desk.port.stop.cancel();
    soon(source.run(desk.port.clone())).await.unwrap();
    let (texts, page) = desk.rest().await;
    assert!(!texts.is_empty() && texts.iter().all(|text| text == "<34>1 known"));
    assert_eq!(page.refused[Refusal::Peer as usize], 100);
    assert_eq!(page.refused[Refusal::Rate as usize], 100 - texts.len() as u64);
    assert_eq!((page.received, page.under_way()), (200, 0));
}

#[tokio::test]
async fn datagrams_without_room_are_refused_and_counted() {
    let desk = Desk::with_room(2_000);
    let source = SyslogUdp::bind_with(ANY, 1, 1 << 20).unwrap();
    for last in 1..=100 {
        sender(source.local_addr(), [127, 0, 0, last]).await.send(&[b'x'; 500]).await.unwrap();
    }
    desk.port.stop.cancel();
    soon(source.run(desk.port.clone())).await.unwrap();
    let (texts, page) = desk.rest().await;
    assert_eq!(page.refused[Refusal::NoRoom as usize], 100 - texts.len() as u64);
    assert_eq!((page.received, page.under_way()), (100, 0));
}

#[tokio::test]
async fn a_datagram_over_the_limit_is_cut_and_garbage_is_a_frame() {
    let mut desk = Desk::new();
    desk.port.limits = limits(100, None, &["127.0.0.0/8"]);
    let source = SyslogUdp::bind(ANY).unwrap();
    let sender = sender(source.local_addr(), [127, 0, 0, 1]).await;
    tokio::spawn(source.run(desk.port.clone()));
    sender.send(&[b'x'; 60_000]).await.unwrap();
    let long = desk.frame().await;
    assert_eq!((long.text.len(), long.flaws), (100, vec![Flaw::Truncated]));
    sender.send(b"\xFF\xFE\x00\x80").await.unwrap();
    assert_eq!(desk.frame().await.flaws, [Flaw::Recoded]);
}

#[tokio::test]
async fn a_unix_datagram_socket_is_heard_as_dev_log_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let mut desk = Desk::new();
    let source = SyslogUnixDatagram::bind(&path).unwrap();
    assert!(SyslogUnixDatagram::bind(&path).is_err(), "a socket in use is left alone");
    let source = tokio::spawn(source.run(desk.port.clone()));
    let sender = UnixDatagram::unbound().unwrap();
    sender.connect(&path).unwrap();
    sender.send(b"<13>Mar 16 10:00:00 app: local\0").await.unwrap();
    let frame = desk.frame().await;
    assert_eq!((frame.text.as_str(), frame.peer), ("<13>Mar 16 10:00:00 app: local", None));
    desk.port.stop.cancel();
    soon(source).await.unwrap().unwrap();
    assert!(!path.exists());
}
