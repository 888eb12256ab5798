//! Journals of systemd: uploaded over HTTP, and through a pipe.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::{Command, Stdio};

use ingest::sources::{Http, Stdin};
use ingest::{Refusal, Refused};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::desk::{Desk, soon, until};
use super::http::{post, source, start};
use super::real_senders::has;

const ANY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
const JOURNAL: [(&str, &str); 1] = [("content-type", "application/vnd.fdo.journal")];

/// Entries without values that have a length.
const PLAIN: &str = "__CURSOR=s=1;i=1\n__REALTIME_TIMESTAMP=1773648764112233\n_HOSTNAME=gw\nPRIORITY=6\nMESSAGE=a=b\n\n\
                     __CURSOR=s=1;i=2\nMESSAGE=\tperch\u{e9}\n\n";

/// An entry whose message has two lines, of which the second looks like a field; and its frame.
fn two_lines() -> (Vec<u8>, &'static str) {
    let value = b"one\n_HOSTNAME=forged";
    let length = (value.len() as u64).to_le_bytes();
    let entry = [&b"__CURSOR=s=1;i=3\nMESSAGE\n"[..], &length, value, b"\n_HOSTNAME=gw\n\n"].concat();
    (entry, "__CURSOR=s=1;i=3\nMESSAGE=one\n\t_HOSTNAME=forged\n_HOSTNAME=gw")
}

/// A request of which the body comes in chunks.
struct Upload(TcpStream);

impl Upload {
    async fn begin(address: SocketAddr) -> Upload {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = "POST /upload HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\
                    content-type: application/vnd.fdo.journal\r\n\r\n";
        soon(stream.write_all(head.as_bytes())).await.unwrap();
        Upload(stream)
    }

    async fn chunk(&mut self, bytes: &[u8]) {
        let chunk = [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
        soon(self.0.write_all(&chunk)).await.unwrap();
    }

    async fn answer(mut self) -> String {
        let mut answer = String::new();
        soon(self.0.read_to_string(&mut answer)).await.unwrap();
        answer
    }
}

#[tokio::test]
async fn an_uploaded_entry_is_the_frame_that_a_file_gives() {
    let mut desk = Desk::new();
    let address = start(vec![source("rete", &desk.port, None)]).await;
    let sent = tokio::spawn(async move { post(address, "/ingest", &[], PLAIN.as_bytes()).await });
    let as_file = desk.texts(2).await;
    assert_eq!(soon(sent).await.unwrap().status, 200);
    let sent = tokio::spawn(async move { post(address, "/upload", &JOURNAL, PLAIN.as_bytes()).await });
    assert_eq!(desk.texts(2).await, as_file);
    let answer = soon(sent).await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (202, "OK.\n"));
}

#[tokio::test]
async fn entries_are_stored_as_they_come_and_answered_once_durable() {
    let mut desk = Desk::new();
    let address = start(vec![source("rete", &desk.port, None)]).await;
    let mut upload = Upload::begin(address).await;
    let (entry, frame) = two_lines();
    // The first entry is stored while the second is under way, cut inside its length.
    upload.chunk(PLAIN.as_bytes()).await;
    upload.chunk(&entry[..28]).await;
    assert_eq!(desk.frame().await.peer.as_deref(), Some("127.0.0.1"));
    assert_eq!(desk.frame().await.text, "__CURSOR=s=1;i=2\nMESSAGE=\tperch\u{e9}");
    upload.chunk(&entry[28..40]).await;
    upload.chunk(&entry[40..]).await;
    upload.chunk(b"").await;
    let answered = tokio::spawn(upload.answer());
    let (frames, receipt) = desk.delivery().await;
    assert_eq!(frames[0].text, frame);
    assert!(!answered.is_finished());
    receipt.stored(3..=3);
    let answer = soon(answered).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 202 "), "{answer}");
    assert_eq!((desk.page().stored, desk.page().under_way()), (3, 0));
}

#[tokio::test]
async fn a_sender_that_breaks_off_loses_only_the_entry_it_was_in() {
    let mut desk = Desk::new();
    let address = start(vec![source("rete", &desk.port, None)]).await;
    let mut upload = Upload::begin(address).await;
    upload.chunk(PLAIN.as_bytes()).await;
    upload.chunk(b"__CURSOR=s=1;i=3\nMESSAGE=half").await;
    assert_eq!(desk.texts(2).await.len(), 2);
    drop(upload);
    let book = std::sync::Arc::clone(&desk.port.book);
    until(|| book.page().refused[Refusal::Malformed as usize] == 1).await;
    assert_eq!((book.page().stored, book.page().under_way()), (2, 0));
}

#[tokio::test]
async fn an_upload_without_end_ends_when_the_journal_is_full_or_the_source_stops() {
    let mut desk = Desk::new();
    let address = start(vec![source("rete", &desk.port, None)]).await;
    let mut refused = Upload::begin(address).await;
    refused.chunk(PLAIN.as_bytes()).await;
    desk.delivery().await.1.refuse(Refused::Full);
    assert!(refused.answer().await.starts_with("HTTP/1.1 429 "));
    let mut stopped = Upload::begin(address).await;
    stopped.chunk(PLAIN.as_bytes()).await;
    assert_eq!(desk.texts(2).await.len(), 2);
    desk.port.stop.cancel();
    // What was stored was not acknowledged: it will be sent again.
    assert!(stopped.answer().await.starts_with("HTTP/1.1 503 "));
}

#[tokio::test]
async fn what_is_no_journal_is_refused_and_counted() {
    let desk = Desk::new();
    let address = start(vec![source("rete", &desk.port, None)]).await;
    for (headers, body, status) in [
        (&JOURNAL[..], &b"<34>1 no journal\n"[..], 400),
        (&[], PLAIN.as_bytes(), 415),
        (&[JOURNAL[0], ("content-encoding", "zstd")], PLAIN.as_bytes(), 415),
    ] {
        assert_eq!(post(address, "/upload", headers, body).await.status, status);
    }
    assert_eq!((desk.page().refused_total(), desk.page().stored), (3, 0));
}

#[tokio::test]
async fn a_pipe_that_opens_with_an_entry_is_cut_into_entries() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export");
    let (entry, frame) = two_lines();
    std::fs::write(&path, [PLAIN.as_bytes(), &entry].concat()).unwrap();
    let mut desk = Desk::new();
    let running = tokio::spawn(Stdin::of(std::fs::File::open(&path).unwrap()).run(desk.port.clone()));
    assert_eq!(desk.texts(3).await[2], frame);
    soon(running).await.unwrap().unwrap();
    std::fs::write(&path, "__CUR\n__CURSOR=x\n").unwrap();
    let running = tokio::spawn(Stdin::of(std::fs::File::open(&path).unwrap()).run(desk.port.clone()));
    assert_eq!(desk.texts(2).await, ["__CUR", "__CURSOR=x"]);
    soon(running).await.unwrap().unwrap();
}

/// A journal file of so many entries; the last one has two lines.
fn journal_file(folder: &std::path::Path, entries: u64) -> std::path::PathBuf {
    let mut export = Vec::new();
    for number in 1..=entries {
        let time_us = 1_773_648_764_000_000 + number;
        write!(
            export,
            "__CURSOR=s=0123456789abcdef0123456789abcdef;i={number:x};b=fedcba9876543210fedcba9876543210;m={number:x};\
             t={time_us:x};x={number:x}\n__REALTIME_TIMESTAMP={time_us}\n__MONOTONIC_TIMESTAMP={number}\n\
             _BOOT_ID=fedcba9876543210fedcba9876543210\n_HOSTNAME=gw\nPRIORITY=6\n"
        )
        .unwrap();
        if number == entries {
            let value = b"one\n_HOSTNAME=forged";
            export.extend_from_slice(b"MESSAGE\n");
            export.extend_from_slice(&(value.len() as u64).to_le_bytes());
            export.extend_from_slice(value);
            export.extend_from_slice(b"\n\n");
        } else {
            write!(export, "MESSAGE=entry {number}\n\n").unwrap();
        }
    }
    let (text, journal) = (folder.join("export"), folder.join("prova.journal"));
    std::fs::write(&text, export).unwrap();
    let made = Command::new("/lib/systemd/systemd-journal-remote")
        .arg(format!("--output={}", journal.display()))
        .arg(&text)
        .stderr(Stdio::null())
        .status();
    assert!(made.unwrap().success());
    journal
}

/// True when the frame is that entry of such a file, whatever the order of its fields.
fn is_entry(frame: &str, number: u64, entries: u64) -> bool {
    let message = match number == entries {
        true => "\nMESSAGE=one\n\t_HOSTNAME=forged".to_owned(),
        false => format!("\nMESSAGE=entry {number}"),
    };
    frame.starts_with("__CURSOR=")
        && (format!("{frame}\n")).contains(&(message + "\n"))
        && frame.lines().filter(|line| line.starts_with("_HOSTNAME=")).eq(["_HOSTNAME=gw"])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn journalctl_is_read_through_a_pipe() {
    if !(has("journalctl") && has("systemd-journal-remote")) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let journal = journal_file(folder.path(), 2_000);
    let mut exported = Command::new("journalctl")
        .arg(format!("--file={}", journal.display()))
        .args(["-o", "export"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let pipe = std::os::fd::OwnedFd::from(exported.stdout.take().unwrap());
    let mut desk = Desk::new();
    let running = tokio::spawn(Stdin::of(pipe.into()).run(desk.port.clone()));
    for (number, frame) in (1..).zip(desk.texts(2_000).await) {
        assert!(is_entry(&frame, number, 2_000), "{frame}");
    }
    soon(running).await.unwrap().unwrap();
    assert!(exported.wait().unwrap().success());
    assert_eq!(desk.page().refused_total(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn systemd_journal_upload_is_answered_once_its_entries_are_durable() {
    if !(has("systemd-journal-upload") && has("systemd-journal-remote")) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let journal = journal_file(folder.path(), 2_000);
    let mut desk = Desk::new();
    let http = Http::bind(ANY, None).await.unwrap();
    let url = format!("--url=http://{}", http.local_addr());
    tokio::spawn(http.run(desk.port.clone()));
    let mut upload = Command::new("/lib/systemd/systemd-journal-upload")
        .args([url, format!("--file={}", journal.display()), "--follow=no".to_owned()])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    for (number, frame) in (1..).zip(desk.texts(2_000).await) {
        assert!(is_entry(&frame, number, 2_000), "{frame}");
    }
    let ended = tokio::task::spawn_blocking(move || upload.wait());
    assert!(soon(ended).await.unwrap().unwrap().success());
    assert_eq!((desk.page().stored, desk.page().refused_total()), (2_000, 0));
}
