//! The service is killed again and again while senders send: what was acknowledged is in the lake, each journalled frame
//! once.
//!
//! `CAMPANILE_LONG=1` kills ten times as often.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::process::ExitStatusExt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::program::Folder;
use super::serving::Service;

/// Lines of one request.
const BATCH: u64 = 20;

/// Moments at which the program ends itself, each hit in every run of the test.
const KILL_POINTS: [&str; 7] = [
    "journal.written",
    "journal.synced",
    "journal.answered",
    "work.parsed",
    "lake.due",
    "lake.committed",
    "windows.written",
];

/// What a sender did: how often each number was sent, and which were acknowledged.
#[derive(Default)]
struct Sent {
    times: BTreeMap<u64, u64>,
    acknowledged: Vec<u64>,
    next: u64,
}

/// Sends batches until the service is gone. A batch without an answer is sent again by the next call.
fn send(address: SocketAddr, sent: &mut Sent, is_over: &AtomicBool) {
    while !is_over.load(Ordering::Relaxed) {
        let numbers = sent.next..sent.next + BATCH;
        let body: String = numbers.clone().map(|n| format!("numero {n}\n")).collect();
        for n in numbers.clone() {
            *sent.times.entry(n).or_default() += 1;
        }
        match post(address, &body) {
            Some(200) => {
                sent.acknowledged.extend(numbers.clone());
                sent.next = numbers.end;
            }
            Some(code) => panic!("the service answered {code}"),
            None => return,
        }
    }
}

/// The answer's code; none when the service went away.
fn post(address: SocketAddr, body: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(address).ok()?;
    let head = format!(
        "POST /ingest?source=files HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split_whitespace().nth(1)?.parse().ok()
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.file(
        "campanile.toml",
        "data_dir = \"data\"\n[[source]]\nname = \"files\"\ntype = \"http\"\n\
         [lake]\nflush = { rows = 1_000, age = \"50ms\" }\n[detect]\nrules = [\"rules\"]\n[http]\nlisten = \"127.0.0.1:0\"\n",
    );
    let rule = "/*---\nid = \"T-1\"\ntitle.en = \"t\"\ntitle.it = \"t\"\ndescription.en = \"d\"\ndescription.it = \"d\"\n\
                severity = \"low\"\nfamily = \"both\"\nwindow = \"1m\"\n---*/\n\
                SELECT source, count(*) n FROM events WHERE message LIKE 'numero%' GROUP BY source HAVING count(*) > 5\n";
    folder.file("rules/t.sql", rule);
    folder
}

/// Every acknowledged number is in the lake, none more often than it was sent, and each seq once.
fn check(folder: &Folder, sent: &Sent) {
    let query = "select message, count(*) n from events group by message";
    let ran = folder.run(&["sql", "--lake", "data/lake", query]).expect(0);
    let stored: BTreeMap<u64, u64> = ran
        .objects()
        .iter()
        .map(|row| {
            let number = row["message"].as_str().unwrap().strip_prefix("numero ").unwrap();
            (number.parse().unwrap(), row["n"].as_u64().unwrap())
        })
        .collect();
    for number in &sent.acknowledged {
        assert!(stored.contains_key(number), "{number} was acknowledged and is lost");
    }
    for (number, times) in &stored {
        assert!(
            *times <= sent.times[number],
            "{number} was sent {} times and is {times} times",
            sent.times[number]
        );
    }
    let query = "select count(*) n, count(distinct seq) d, max(seq) m from events";
    let row = folder.run(&["sql", "--lake", "data/lake", query]).expect(0).objects().remove(0);
    assert_eq!(
        (&row["n"], &row["n"]),
        (&row["d"], &row["m"]),
        "a seq is there once, and none is left out: {row}"
    );
}

#[test]
fn a_kill_at_every_named_moment_loses_and_doubles_nothing() {
    let folder = folder();
    let mut sent = Sent::default();
    for (round, point) in KILL_POINTS.iter().cycle().take(KILL_POINTS.len() * 2).enumerate() {
        let nth = 1 + round % 3;
        let point = format!("{point}:{nth}");
        // What the journal still holds is worked on at the start: the moment may come before any sender.
        let ended = match Service::start_with(&folder, &[("CAMPANILE_KILL_POINT", &point)]) {
            Err((ended, _)) => ended,
            Ok(mut service) => {
                send(service.http(), &mut sent, &AtomicBool::new(false));
                service.ended()
            }
        };
        assert_eq!(ended.signal(), Some(6), "{point} was not passed so often");
    }
    stop(&folder);
    check(&folder, &sent);
}

#[test]
fn a_kill_at_any_moment_loses_and_doubles_nothing() {
    let kills = if std::env::var_os("CAMPANILE_LONG").is_some() { 500 } else { 50 };
    let folder = folder();
    let sent = Mutex::new(Sent::default());
    for kill in 0..kills {
        let service = Service::start(&folder);
        let address = service.http();
        let is_over = AtomicBool::new(false);
        std::thread::scope(|threads| {
            threads.spawn(|| send(address, &mut sent.lock().unwrap(), &is_over));
            // Another moment each time: after so many frames are durable.
            let least = 1 + (kill * 37) % 400;
            let from = service.status()["journal"]["durable_upto"].as_u64().unwrap();
            service.wait_for(|status| status["journal"]["durable_upto"].as_u64().unwrap() >= from + least);
            service.kill();
            is_over.store(true, Ordering::Relaxed);
        });
    }
    stop(&folder);
    check(&folder, &sent.lock().unwrap());
}

fn stop(folder: &Folder) {
    let (code, said) = Service::start(folder).stop();
    assert_eq!(code, 0, "{said}");
}
