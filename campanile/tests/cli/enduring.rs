//! More than can be worked on, and for a long time.
//!
//! `CAMPANILE_LONG=1` makes the overload last a minute and gives the small journal its turn; `CAMPANILE_SOAK_S` is how long the
//! soak lasts. `just overload` and `just soak` run them on a release build.

use std::io::Write;
use std::net::{TcpStream, UdpSocket};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::overload::{MEMORY_KIB_MAX, answers, folder, line, number, source};
use super::program::Folder;
use super::serving::Service;

/// Says that it is over, also when a test fails: who sends would never end.
struct Over<'f>(&'f AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What a firewall says of a connection: so much to read that one sender sends more of it than is worked on.
fn connection(n: u64) -> String {
    let (near, far) = (n.wrapping_mul(0x9E37_79B9) >> 8 & 0xff, n.wrapping_mul(0x85EB_CA6B) >> 16 & 0xff);
    format!(
        "<189>date=2026-03-16 time=09:12:{:02} devname=\"FGT-TEST\" devid=\"FG100FTK00000009\" eventtime={}000000000 tz=\"+0000\" \
         logid=\"0000000013\" type=\"traffic\" subtype=\"forward\" level=\"notice\" vd=\"root\" srcip=192.0.2.{near} srcport={} \
         srcintf=\"lan\" srcintfrole=\"lan\" dstip=198.51.100.{far} dstport=443 dstintf=\"wan1\" dstintfrole=\"wan\" policyid={} \
         sessionid={n} proto=6 action=\"accept\" policytype=\"policy\" service=\"HTTPS\" trandisp=\"snat\" app=\"SSL\" \
         duration={} sentbyte={} rcvdbyte={} sentpkt={} rcvdpkt={}\n",
        n % 60,
        1_773_652_000 + n / 10_000,
        1_024 + n % 60_000,
        n % 60,
        n % 600,
        n % 100_000,
        n % 1_000_000,
        n % 900,
        n % 800,
    )
}

/// Sends datagrams until it is over, so many a second, and answers how many.
fn flood(
    address: std::net::SocketAddr,
    per_second: f64,
    message: fn(u64) -> String,
    is_over: &AtomicBool,
) -> u64 {
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    let (began, mut sent) = (Instant::now(), 0);
    while !is_over.load(Ordering::Relaxed) {
        let due = (began.elapsed().as_secs_f64() * per_second) as u64;
        while sent < due {
            // A full buffer of our own is a datagram not sent.
            if udp.send_to(message(sent).as_bytes(), address).is_ok() {
                sent += 1;
            }
        }
        std::thread::yield_now();
    }
    sent
}

#[test]
fn three_times_what_it_can_work_on_is_counted_and_a_quiet_source_loses_nothing() {
    let is_long = std::env::var_os("CAMPANILE_LONG").is_some();
    let overload = Duration::from_secs(if is_long { 60 } else { 3 });
    let folder = folder(
        &[("flood", "udp://127.0.0.1:0"), ("quiet", "tcp://127.0.0.1:0")],
        "[lake]\nflush = { rows = 100_000, age = \"1s\" }\n",
    );
    let service = Service::start(&folder);
    let mut quiet = TcpStream::connect(service.source("quiet")).unwrap();
    // A stream waits: it shows what can be worked on.
    let measured = if is_long { 500_000 } else { 5_000 };
    let began = Instant::now();
    (0..measured).for_each(|n| quiet.write_all(connection(n).as_bytes()).unwrap());
    service.wait_for(|status| number(&status["work"]["worked_upto"]) >= measured);
    let sustainable = measured as f64 / began.elapsed().as_secs_f64();

    let (is_over, mut told) = (AtomicBool::new(false), measured);
    let sent = std::thread::scope(|threads| {
        let flooding =
            threads.spawn(|| flood(service.source("flood"), 3.0 * sustainable, connection, &is_over));
        let over = Over(&is_over);
        let began = Instant::now();
        while began.elapsed() < overload {
            quiet.write_all(line(told).as_bytes()).unwrap();
            told += 1;
            answers(&service);
            assert!(service.memory_kib("VmHWM") < MEMORY_KIB_MAX, "{} KiB", service.memory_kib("VmHWM"));
        }
        drop(over);
        flooding.join().unwrap()
    });
    let times = sent as f64 / overload.as_secs_f64() / sustainable;
    // The kernel counts what it dropped when the next datagram comes.
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    let status = service.wait_for(|status| {
        udp.send_to(line(0).as_bytes(), service.source("flood")).unwrap();
        let all = status["sources"].as_array().unwrap();
        all.iter().all(|source| source["under_way"] == 0)
            && number(&source(status, "flood")["received"]) >= sent
    });
    let book = source(&status, "flood");
    println!(
        "{sustainable:.0} frames/s can be worked on; {times:.1} times that for {overload:?}: {sent} sent, {} stored, refused {}; \
         {told} of a quiet source, all answered; peak {} MiB",
        book["stored"],
        book["refused"],
        service.memory_kib("VmHWM") / 1024
    );
    let (code, said) = service.stop();
    assert_eq!(code, 0, "{said}");
    let query = "select count(*) n from events where source = 'quiet'";
    let rows = folder.run(&["sql", "--lake", "data/lake", query]).expect(0).objects();
    assert_eq!(rows[0]["n"], told);
}

/// A text that no compression makes smaller.
fn incompressible(seed: u64, bytes: usize) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) + 1;
    let next = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'a' + ((state >> 58) % 26) as u8)
    };
    (0..bytes).map(next).collect()
}

#[test]
fn a_small_journal_that_is_full_asks_senders_to_wait_and_takes_them_again_by_itself() {
    if std::env::var_os("CAMPANILE_LONG").is_none() {
        return;
    }
    let folder = folder(
        &[],
        "[detect]\nrules = []\n[journal]\ndisk_budget = \"128MiB\"\n[lake]\nflush = { rows = 1_000_000, age = \"2s\" }\n",
    );
    let service = Service::start(&folder);
    let (mut acknowledged, mut waits) = (0_u64, 0_u64);
    while waits == 0 || acknowledged < 10_000 {
        let body: String = (0..200).map(|n| incompressible(acknowledged + n, 20_000) + "\n").collect();
        match service.ask("POST", "/ingest?source=files", &body) {
            (200, _) => acknowledged += 200,
            (429, _) => waits += 1,
            other => panic!("{other:?}"),
        }
    }
    println!("{acknowledged} lines acknowledged, {waits} times asked to wait");
    let (code, said) = service.stop();
    assert_eq!(code, 0, "{said}");
    // The service's own source may have something to say, too.
    let query = "select count(*) n from events where source = 'files'";
    let rows = folder.run(&["sql", "--lake", "data/lake", query]).expect(0).objects();
    assert_eq!(rows[0]["n"], acknowledged);
}

/// Lines of ordinary traffic a second.
const ORDINARY_PER_S: f64 = 50_000.0;

/// The service at one moment of the soak.
struct Sample {
    kib: u64,
    open_files: usize,
    lake_files: usize,
    behind: u64,
}

impl Sample {
    fn take(service: &Service, folder: &Folder) -> Sample {
        answers(service);
        let lake_files = glob(&folder.path().join("data/lake"), ".parquet");
        Sample {
            kib: service.memory_kib("VmRSS"),
            open_files: std::fs::read_dir(format!("/proc/{}/fd", service.id())).unwrap().count(),
            lake_files,
            behind: number(&service.status()["work"]["behind"]),
        }
    }
}

/// Files below a folder with that end.
fn glob(folder: &Path, end: &str) -> usize {
    // What is joined may be gone between being listed and being looked at.
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries
        .map(
            |path| {
                if path.is_dir() { glob(&path, end) } else { path.to_string_lossy().ends_with(end).into() }
            },
        )
        .sum()
}

#[test]
fn an_hour_of_ordinary_traffic_leaves_memory_and_files_as_they_were() {
    let Some(seconds) = std::env::var("CAMPANILE_SOAK_S").ok().and_then(|seconds| seconds.parse().ok())
    else {
        return;
    };
    let soak = Duration::from_secs(seconds);
    let folder = folder(
        &[("servers", "tcp://127.0.0.1:0"), ("network", "udp://127.0.0.1:0")],
        "[lake]\nflush = { rows = 500_000, age = \"5s\" }\n",
    );
    let service = Service::start(&folder);
    let (is_over, sent) = (AtomicBool::new(false), AtomicU64::new(0));
    let mut samples = Vec::new();
    std::thread::scope(|threads| {
        let _over = Over(&is_over);
        threads.spawn(|| flood(service.source("network"), 100.0, line, &is_over));
        threads.spawn(|| ordinary(&service, &is_over, &sent));
        let began = Instant::now();
        while began.elapsed() < soak {
            let sample = Sample::take(&service, &folder);
            println!(
                "{:>5} s: {} MiB, {} files open, {} in the lake, {} frames behind, {} lines sent",
                began.elapsed().as_secs(),
                sample.kib / 1024,
                sample.open_files,
                sample.lake_files,
                sample.behind,
                sent.load(Ordering::Relaxed)
            );
            samples.push(sample);
            let next = Instant::now() + soak / 100;
            while Instant::now() < next {
                std::thread::park_timeout(soak / 100);
            }
        }
    });
    service.wait_for(|status| {
        status["sources"].as_array().unwrap().iter().all(|source| source["under_way"] == 0)
    });
    let (code, said) = service.stop();
    assert_eq!(code, 0, "{said}");
    // What the last half held at most is not much more than what the first did.
    let (first, last) = samples.split_at(samples.len() / 2);
    let most = |samples: &[Sample], of: fn(&Sample) -> u64| samples.iter().map(of).max().unwrap_or(0);
    let grew = |of: fn(&Sample) -> u64, by: u64| {
        let (first, last) = (most(first, of), most(last, of));
        assert!(last <= first + by, "{first}, then {last}");
    };
    grew(|sample| sample.kib, most(first, |sample| sample.kib) / 4 + (64 << 10));
    grew(|sample| sample.open_files as u64, 64);
    // Files that were joined are kept for queries under way: they grow by what is written, not without bound.
    grew(|sample| sample.behind, 2 * ORDINARY_PER_S as u64);
    let rows =
        folder.run(&["sql", "--lake", "data/lake", "select count(*) n from events where source = 'servers'"]);
    assert_eq!(rows.expect(0).objects()[0]["n"], sent.load(Ordering::Relaxed));
}

/// So many lines a second over TCP, on a connection of their own every ten seconds.
fn ordinary(service: &Service, is_over: &AtomicBool, sent: &AtomicU64) {
    let began = Instant::now();
    let per_connection = 10 * ORDINARY_PER_S as u64;
    let mut stream = TcpStream::connect(service.source("servers")).unwrap();
    let mut n = 0;
    while !is_over.load(Ordering::Relaxed) {
        let due = (began.elapsed().as_secs_f64() * ORDINARY_PER_S) as u64;
        let due = due.min((n / per_connection + 1) * per_connection);
        let lines: String = (n..due).map(line).collect();
        stream.write_all(lines.as_bytes()).unwrap();
        if n < due && due.is_multiple_of(per_connection) {
            stream = TcpStream::connect(service.source("servers")).unwrap();
        }
        n = due;
        sent.store(n, Ordering::Relaxed);
        std::thread::park_timeout(Duration::from_millis(2));
    }
}
