//! Syslog over TCP and Unix streams.

use std::net::SocketAddr;
use std::sync::Arc;

use ingest::sources::{Error, SyslogTcp, SyslogUnix};
use ingest::{Limits, Refusal};
use schema::Flaw;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::task::JoinHandle;

use super::desk::{Desk, LINE_BYTES_MAX, impatient, limits, soon, until};

const ANY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

async fn start(desk: &Desk) -> (SocketAddr, JoinHandle<Result<(), Error>>) {
    let source = SyslogTcp::bind(ANY).await.unwrap();
    let address = source.local_addr();
    (address, tokio::spawn(source.run(desk.port.clone())))
}

async fn send(stream: &mut TcpStream, bytes: &[u8]) {
    soon(stream.write_all(bytes)).await.unwrap();
}

#[tokio::test]
async fn lines_and_counted_frames_arrive_with_their_senders_address() {
    let mut desk = Desk::new();
    let (address, _source) = start(&desk).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    send(&mut stream, b"<34>1 - h a - - - one\n21 <34>1 - h a - - - two22 <34>1 - h a - - - four\n").await;
    assert_eq!(
        desk.texts(3).await,
        ["<34>1 - h a - - - one", "<34>1 - h a - - - two", "<34>1 - h a - - - four"]
    );
    send(&mut stream, b"<34>1 - h a - - - last\n").await;
    let frame = desk.frame().await;
    assert_eq!(frame.peer.as_deref(), Some("127.0.0.1"));
    assert_eq!((desk.page().received, desk.page().stored, desk.page().under_way()), (4, 4, 0));
}

#[tokio::test]
async fn a_frame_without_end_is_delivered_when_the_connection_closes() {
    let mut desk = Desk::new();
    let (address, _source) = start(&desk).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    send(&mut stream, b"<34>1 - h a - - - first\n<34>1 - h a - - - no end").await;
    drop(stream);
    assert_eq!(desk.texts(2).await, ["<34>1 - h a - - - first", "<34>1 - h a - - - no end"]);
    until(|| desk.page().connections == 0).await;
}

#[tokio::test]
async fn a_sender_of_single_bytes_disturbs_nobody() {
    let mut desk = Desk::new();
    let (address, _source) = start(&desk).await;
    let mut slow = TcpStream::connect(address).await.unwrap();
    let mut quick = TcpStream::connect(address).await.unwrap();
    for (number, byte) in b"<34>1 slow\n".iter().enumerate() {
        send(&mut quick, format!("<34>1 quick {number}\n").as_bytes()).await;
        assert_eq!(desk.frame().await.text, format!("<34>1 quick {number}"));
        send(&mut slow, &[*byte]).await;
    }
    assert_eq!(desk.frame().await.text, "<34>1 slow");
}

#[tokio::test]
async fn a_frame_that_does_not_end_is_kept_its_connection_closed_and_a_silent_one_is_left_alone() {
    let mut desk = Desk::new();
    desk.port.limits = impatient();
    let (address, _source) = start(&desk).await;
    let mut silent = TcpStream::connect(address).await.unwrap();
    send(&mut silent, b"<34>1 whole\n").await;
    assert_eq!(desk.frame().await.text, "<34>1 whole");
    let mut slow = TcpStream::connect(address).await.unwrap();
    while slow.write_all(b"x").await.is_ok() && desk.page().connections_refused == 0 {
        tokio::task::yield_now().await;
    }
    let kept = desk.frame().await;
    assert!(!kept.text.is_empty() && kept.text.bytes().all(|byte| byte == b'x'), "{}", kept.text);
    until(|| desk.page().connections == 1).await;
    assert_eq!(desk.page().connections_refused, 1);
    send(&mut silent, b"<34>1 still here\n").await;
    assert_eq!(desk.frame().await.text, "<34>1 still here");
}

#[tokio::test]
async fn a_line_over_the_limit_is_cut_and_in_the_book() {
    let mut desk = Desk::new();
    desk.port.limits = limits(100, None, &["127.0.0.0/8"]);
    let (address, _source) = start(&desk).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    send(&mut stream, &[&[b'x'; 100_000][..], b"\nperch\xE9\n"].concat()).await;
    let long = desk.frame().await;
    assert_eq!((long.text.len(), long.flaws), (100, vec![Flaw::Truncated]));
    assert_eq!(desk.frame().await.text, "perché");
    assert_eq!((desk.page().truncated, desk.page().recoded), (1, 1));
}

#[tokio::test]
async fn whoever_may_not_send_is_disconnected_and_counted() {
    let mut desk = Desk::new();
    desk.port.limits = limits(LINE_BYTES_MAX, None, &["192.0.2.0/24"]);
    let (address, _source) = start(&desk).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    assert!(soon(stream.read_u8()).await.is_err());
    assert_eq!((desk.page().connections_refused, desk.page().connections), (1, 0));
}

#[tokio::test]
async fn one_connection_too_many_is_closed_and_the_others_go_on() {
    let mut desk = Desk::new();
    let allow = vec!["127.0.0.0/8".parse().unwrap()];
    desk.port.limits = Arc::new(Limits::new(LINE_BYTES_MAX, None, allow).with_connections_max(2));
    let (address, _source) = start(&desk).await;
    let mut first = TcpStream::connect(address).await.unwrap();
    let second = TcpStream::connect(address).await.unwrap();
    until(|| desk.page().connections == 2).await;
    let mut third = TcpStream::connect(address).await.unwrap();
    assert!(soon(third.read_u8()).await.is_err());
    assert_eq!(desk.page().connections_refused, 1);
    drop(second);
    until(|| desk.page().connections == 1).await;
    send(&mut first, b"<34>1 first\n").await;
    assert_eq!(desk.frame().await.text, "<34>1 first");
    let mut fourth = TcpStream::connect(address).await.unwrap();
    send(&mut fourth, b"<34>1 fourth\n").await;
    assert_eq!(desk.frame().await.text, "<34>1 fourth");
}

#[tokio::test]
async fn a_flood_fills_its_own_lane_and_a_quiet_sender_is_still_heard() {
    let mut desk = Desk::with_room(8 * 1024 * 1024);
    let (address, _source) = start(&desk).await;
    let mut flood = TcpStream::connect(address).await.unwrap();
    let line = format!("<34>1 flood {}\n", "x".repeat(1_000)).into_bytes();
    let flooding = tokio::spawn(async move { while flood.write_all(&line).await.is_ok() {} });
    // Nothing is answered: what the flood has under way stays under way until it cannot send more.
    let mut held = Vec::new();
    let mut bytes = 0;
    while bytes < 512 * 1024 {
        let (frames, receipt) = desk.delivery().await;
        bytes += frames.iter().map(|frame| frame.text.len()).sum::<usize>();
        held.push(receipt);
    }
    let mut quiet = TcpStream::connect(address).await.unwrap();
    send(&mut quiet, b"<34>1 quiet\n").await;
    loop {
        let (frames, receipt) = desk.delivery().await;
        held.push(receipt);
        if frames[0].text == "<34>1 quiet" {
            break;
        }
        bytes += frames.iter().map(|frame| frame.text.len()).sum::<usize>();
        assert!(bytes <= 2 * 1024 * 1024, "the flood has {bytes} bytes under way");
    }
    flooding.abort();
}

#[tokio::test]
async fn over_the_rate_a_stream_waits_and_loses_nothing() {
    let mut desk = Desk::new();
    desk.port.limits = limits(LINE_BYTES_MAX, Some(100_000), &["127.0.0.0/8"]);
    let (address, _source) = start(&desk).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let text: String = (0..110_000).map(|number| format!("<34>1 {number}\n")).collect();
    let sending = tokio::spawn(async move { stream.write_all(text.as_bytes()).await });
    let texts = desk.texts(110_000).await;
    assert_eq!(texts.last().map(String::as_str), Some("<34>1 109999"));
    soon(sending).await.unwrap().unwrap();
    assert_eq!(desk.page().refused_total(), 0);
}

#[tokio::test]
async fn thousands_of_idle_connections_leave_room_for_one_that_speaks() {
    let connections = idle_connections();
    let mut desk = Desk::new();
    let (address, source) = start(&desk).await;
    let mut idle = Vec::new();
    for number in 0..connections {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // Half of them have said something that has no end.
        if number % 2 == 0 {
            send(&mut stream, b"<34>1 - h a - - - half").await;
        }
        idle.push(stream);
    }
    until(|| desk.page().connections == connections as u64).await;
    let mut one = TcpStream::connect(address).await.unwrap();
    send(&mut one, b"<34>1 one\n").await;
    assert_eq!(desk.frame().await.text, "<34>1 one");
    desk.port.stop.cancel();
    soon(source).await.unwrap().unwrap();
    let (texts, page) = desk.rest().await;
    assert_eq!(texts.len(), connections.div_ceil(2));
    assert_eq!((page.connections, page.under_way()), (0, 0));
}

/// 2,000, or as many as this process may open: a connection takes a descriptor on either side.
fn idle_connections() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let open = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let open = open.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(1024usize);
    2_000.min(open.saturating_sub(200) / 2)
}

#[tokio::test]
async fn what_was_received_is_delivered_before_a_source_stops() {
    let mut desk = Desk::new();
    let (address, source) = start(&desk).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    send(&mut stream, b"<34>1 0\n").await;
    assert_eq!(desk.frame().await.text, "<34>1 0");
    let text: String = (1..=10_000).map(|number| format!("<34>1 {number}\n")).collect();
    send(&mut stream, text.as_bytes()).await;
    send(&mut stream, b"<34>1 no end").await;
    desk.port.stop.cancel();
    soon(source).await.unwrap().unwrap();
    let (texts, page) = desk.rest().await;
    assert_eq!(texts.len(), 10_001);
    assert_eq!(texts.last().map(String::as_str), Some("<34>1 no end"));
    assert_eq!((page.stored, page.under_way()), (10_002, 0));
}

#[tokio::test]
async fn frames_that_the_journal_refuses_are_in_the_book() {
    let mut desk = Desk::new();
    let (address, _source) = start(&desk).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    send(&mut stream, b"<34>1 refused\n").await;
    let (_, receipt) = desk.delivery().await;
    assert_eq!(desk.page().under_way(), 1);
    receipt.refuse(ingest::Refused::Full);
    assert_eq!(desk.page().refused[Refusal::Journal as usize], 1);
    assert_eq!(desk.page().under_way(), 0);
    send(&mut stream, b"<34>1 dropped\n").await;
    drop(desk.delivery().await);
    assert_eq!(desk.page().refused[Refusal::Closed as usize], 1);
    assert_eq!(desk.page().under_way(), 0);
}

#[tokio::test]
async fn an_address_in_use_is_named() {
    let first = SyslogTcp::bind(ANY).await.unwrap();
    let error = SyslogTcp::bind(first.local_addr()).await.unwrap_err();
    assert_eq!(error.to_string(), format!("cannot listen on {}", first.local_addr()));
}

#[tokio::test]
async fn a_unix_socket_is_heard_and_one_left_behind_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.sock");
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert!(path.exists(), "a listener that is gone leaves its file");
    let mut desk = Desk::new();
    let source = SyslogUnix::bind(&path).unwrap();
    assert!(SyslogUnix::bind(&path).is_err(), "a socket in use is left alone");
    let source = tokio::spawn(source.run(desk.port.clone()));
    let mut stream = UnixStream::connect(&path).await.unwrap();
    soon(stream.write_all(b"<34>1 local\n")).await.unwrap();
    let frame = desk.frame().await;
    assert_eq!((frame.text.as_str(), frame.peer), ("<34>1 local", None));
    desk.port.stop.cancel();
    soon(source).await.unwrap().unwrap();
    assert!(!path.exists());
    let file = folder.path().join("a file");
    std::fs::write(&file, "kept").unwrap();
    assert!(SyslogUnix::bind(&file).is_err());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "kept");
}
