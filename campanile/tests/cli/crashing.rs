//! The service is killed again and again while senders send over three protocols: what was acknowledged is in the lake and in the
//! originals, each journalled frame once.
//!
//! `CAMPANILE_LONG=1` kills twenty times as often.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Scope;

use super::numbered_senders::{Protocol, Sender};
use super::program::Folder;
use super::serving::Service;

/// Moments at which the program ends itself, each hit in every run of the test, and how often they may be passed before.
const KILL_POINTS: [(&str, usize); 13] = [
    ("journal.written", 3),
    ("journal.synced", 3),
    ("journal.answered", 3),
    ("work.parsed", 3),
    ("lake.due", 3),
    ("lake.files_written", 3),
    ("lake.committed", 3),
    ("seal.written", 3),
    ("seal.synced", 3),
    ("seal.recorded", 3),
    ("windows.written", 1),
    ("compaction.file_written", 1),
    ("compaction.committed", 1),
];

/// Commits that leave files enough to join.
const COMMITS_MIN: u64 = 8;

fn folder() -> Folder {
    let folder = Folder::new();
    let source = |protocol: Protocol| {
        let (kind, listen) = match protocol {
            Protocol::Http => ("http", ""),
            Protocol::Relp => ("relp", "listen = \"tcp://127.0.0.1:0\"\n"),
            Protocol::Lumberjack => ("lumberjack", "listen = \"tcp://127.0.0.1:0\"\n"),
        };
        format!("[[source]]\nname = \"{}\"\ntype = \"{kind}\"\n{listen}", protocol.name())
    };
    let sources: String = Protocol::ALL.map(source).concat();
    folder.file(
        "campanile.toml",
        format!(
            "data_dir = \"data\"\n{sources}[lake]\nflush = {{ rows = 1_000, age = \"50ms\" }}\n[originals]\nage = \"50ms\"\n\
             [detect]\nrules = [\"rules\"]\n[http]\nlisten = \"127.0.0.1:0\"\n"
        ),
    );
    let rule = "/*---\nid = \"T-1\"\ntitle.en = \"t\"\ntitle.it = \"t\"\ndescription.en = \"d\"\ndescription.it = \"d\"\n\
                severity = \"low\"\nfamily = \"both\"\nwindow = \"1m\"\n---*/\n\
                SELECT source, count(*) n FROM events WHERE message LIKE '%numero%' GROUP BY source HAVING count(*) > 5\n";
    folder.file("rules/t.sql", rule);
    folder
}

fn senders() -> Vec<Sender> {
    Protocol::ALL.map(Sender::new).into()
}

fn address(service: &Service, sender: &Sender) -> SocketAddr {
    match sender.protocol {
        Protocol::Http => service.http(),
        protocol => service.source(protocol.name()),
    }
}

/// Every sender sends on a thread of its own until `is_over`, or the service is gone.
fn send<'scope>(
    threads: &'scope Scope<'scope, '_>,
    service: &Service,
    senders: &'scope mut [Sender],
    is_over: &'scope AtomicBool,
) {
    for sender in senders {
        let address = address(service, sender);
        threads.spawn(move || sender.send(address, is_over));
    }
}

/// Every acknowledged number is in the lake, none more often than it was sent, and each seq once.
fn check(folder: &Folder, senders: &[Sender]) {
    let query = "select source, regexp_replace(message, '^.*numero ([0-9]+).*$', '$1') as number, count(*) n from events \
                 where source <> 'campanile' group by 1, 2";
    let ran = folder.run(&["sql", "--lake", "data/lake", query]).expect(0);
    let mut stored = BTreeMap::<(String, u64), u64>::new();
    for row in ran.objects() {
        let number = row["number"].as_str().unwrap().parse().unwrap_or_else(|_| panic!("{row}"));
        stored.insert((row["source"].as_str().unwrap().to_owned(), number), row["n"].as_u64().unwrap());
    }
    for sender in senders {
        let source = sender.protocol.name();
        assert!(!sender.acknowledged.is_empty(), "{source} was never answered");
        for number in &sender.acknowledged {
            assert!(
                stored.contains_key(&(source.to_owned(), *number)),
                "{source} {number} was acknowledged and is lost"
            );
        }
        for ((_, number), times) in stored.iter().filter(|((stored_of, _), _)| stored_of == source) {
            let sent = sender.times[number];
            assert!(*times <= sent, "{source} {number} was sent {sent} times and is {times} times");
        }
    }
    check_originals(folder, senders);
    let query = "select count(*) n, count(distinct seq) d, max(seq) m from events";
    let row = folder.run(&["sql", "--lake", "data/lake", query]).expect(0).objects().remove(0);
    assert_eq!(
        (&row["n"], &row["n"]),
        (&row["d"], &row["m"]),
        "a seq is there once, and none is left out: {row}"
    );
}

/// Every frame of the journal is sealed once, with what was acknowledged in it, and the chain holds.
fn check_originals(folder: &Folder, senders: &[Sender]) {
    let place = ["--data-dir", "data"];
    folder.run(&[&["evidence", "verify"], &place[..]].concat()).expect(0);
    folder.run(&[&["evidence", "export", "1-1000000000", "--to", "exported"], &place[..]].concat()).expect(0);
    let events = std::fs::read_to_string(folder.path().join("exported/events.csv")).unwrap();
    let mut seqs: Vec<u64> =
        events.lines().skip(1).map(|line| line.split(',').nth(1).unwrap().parse().unwrap()).collect();
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>(), "each frame once");
    let texts = std::fs::read_to_string(folder.path().join("exported/originals.log")).unwrap();
    let numbers = texts.split("numero ").skip(1);
    let numbers: BTreeSet<u64> = numbers
        .map(|text| text.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap())
        .collect();
    for number in senders.iter().flat_map(|sender| &sender.acknowledged) {
        assert!(numbers.contains(number), "{number} was acknowledged and is not in the originals");
    }
}

#[test]
fn a_kill_at_every_named_moment_loses_and_doubles_nothing() {
    let rounds = if std::env::var_os("CAMPANILE_LONG").is_some() { 20 } else { 1 };
    let folder = folder();
    let (mut senders, is_over) = (senders(), AtomicBool::new(false));
    let points = KILL_POINTS.iter().cycle().take(KILL_POINTS.len() * rounds);
    for (round, (point, passed_max)) in points.enumerate() {
        let is_compaction = point.starts_with("compaction");
        if *point == "compaction.file_written" {
            // What is killed there leaves them as they are, for the next point.
            leave_files(&folder, &mut senders[..1]);
        }
        let point = format!("{point}:{}", 1 + round % passed_max);
        // What the journal still holds is worked on at the start: the moment may come before any sender.
        let ended = match Service::start_with(&folder, &[("CAMPANILE_KILL_POINT", &point)]) {
            Err((ended, _)) => ended,
            Ok(mut service) => std::thread::scope(|threads| {
                // Files are joined at the start; commits that come in between would put it off.
                if !is_compaction {
                    send(threads, &service, &mut senders, &is_over);
                }
                service.ended()
            }),
        };
        assert_eq!(ended.signal(), Some(6), "{point} was not passed so often");
    }
    stop(&folder);
    check(&folder, &senders);
}

/// Sends until there are files enough for the next start to join, and all is committed.
fn leave_files(folder: &Folder, senders: &mut [Sender]) {
    let service = Service::start(folder);
    let is_over = AtomicBool::new(false);
    std::thread::scope(|threads| {
        send(threads, &service, senders, &is_over);
        service.wait_for(|status| status["lake"]["commits"].as_u64().unwrap() >= COMMITS_MIN);
        is_over.store(true, Ordering::Relaxed);
    });
    assert_eq!(service.stop().0, 0);
}

#[test]
fn a_kill_at_any_moment_loses_and_doubles_nothing() {
    let kills = if std::env::var_os("CAMPANILE_LONG").is_some() { 500 } else { 20 };
    let folder = folder();
    let mut senders = senders();
    for kill in 0..kills {
        let service = Service::start(&folder);
        let is_over = AtomicBool::new(false);
        std::thread::scope(|threads| {
            send(threads, &service, &mut senders, &is_over);
            // Another moment each time: after so many frames are durable.
            let least = 1 + (kill * 37) % 400;
            let from = service.status()["journal"]["durable_upto"].as_u64().unwrap();
            service.wait_for(|status| status["journal"]["durable_upto"].as_u64().unwrap() >= from + least);
            service.kill();
            is_over.store(true, Ordering::Relaxed);
        });
    }
    stop(&folder);
    check(&folder, &senders);
}

fn stop(folder: &Folder) {
    let (code, said) = Service::start(folder).stop();
    assert_eq!(code, 0, "{said}");
}
