//! Too many, too slow, no room: what senders and disks do to a service that others need.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::process::Command;

use rcgen::generate_simple_self_signed;
use rlimit::Resource;
use serde_json::Value;

use super::program::Folder;
use super::serving::Service;

/// The most memory that a service may take, whatever is sent to it.
pub const MEMORY_KIB_MAX: u64 = 1 << 20;

/// A folder with a configuration of these sources, and more at its end.
pub fn folder(sources: &[(&str, &str)], more: &str) -> Folder {
    let folder = Folder::new();
    let source = |(name, listen): &(&str, &str)| {
        format!("[[source]]\nname = \"{name}\"\ntype = \"syslog\"\nlisten = \"{listen}\"\n")
    };
    let sources: String = sources.iter().map(source).collect();
    let http = "[[source]]\nname = \"files\"\ntype = \"http\"\n";
    let text = format!("data_dir = \"data\"\n{sources}{http}[http]\nlisten = \"127.0.0.1:0\"\n{more}");
    folder.file("campanile.toml", text);
    folder
}

pub fn source<'s>(status: &'s Value, name: &str) -> &'s Value {
    status["sources"].as_array().unwrap().iter().find(|source| source["source"] == name).unwrap()
}

pub fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

pub fn line(n: u64) -> String {
    format!("<38>1 2026-03-16T10:00:00Z srv01 app 1 - - numero {n}\n")
}

/// What is asked of a service under load.
pub fn answers(service: &Service) {
    assert_eq!(service.ask("GET", "/health", "").0, 200);
    assert_eq!(service.sql("select 1 as one")[0]["one"], 1);
}

/// Raises what this process may open, and answers it.
fn open_files() -> u64 {
    let (_, hard) = Resource::NOFILE.get().unwrap();
    Resource::NOFILE.set(hard, hard).unwrap();
    hard
}

#[test]
fn thousands_of_silent_connections_leave_room_for_lines_health_and_queries() {
    let folder = folder(
        &[("servers", "tcp://127.0.0.1:0"), ("network", "udp://127.0.0.1:0")],
        "[detect]\nrules = []\n",
    );
    // The service's own port has as many; tests beside this one need some too.
    let connections = 5_000.min((open_files().saturating_sub(2_000) / 2).max(100));
    println!("{connections} connections");
    // The service finds a low limit and raises it.
    let service = Service::start_by(&folder, "ulimit -Sn 256; exec \"$0\" \"$@\"");
    let before_kib = service.memory_kib("VmRSS");
    let address = service.source("servers");
    let open =
        |count| -> Vec<TcpStream> { (0..count).map(|_| TcpStream::connect(address).unwrap()).collect() };
    // From many threads: a connection whose first packet is lost waits a second.
    let silent: Vec<TcpStream> = std::thread::scope(|threads| {
        let opening: Vec<_> = (0..50).map(|_| threads.spawn(|| open(connections / 50))).collect();
        opening.into_iter().flat_map(|opened| opened.join().unwrap()).collect()
    });
    let connections = silent.len() as u64;
    service.wait_for(|status| source(status, "servers")["connections"] == connections);
    let each_kib = service.memory_kib("VmRSS").saturating_sub(before_kib) / connections;
    assert!(each_kib < 32, "a silent connection takes {each_kib} KiB");
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    udp.send_to(line(1).as_bytes(), service.source("network")).unwrap();
    (&silent[0]).write_all(line(2).as_bytes()).unwrap();
    service.wait_for(|status| status["work"]["worked_upto"] == 2);
    answers(&service);
    assert_eq!(service.sql("select count(*) n from events")[0]["n"], 2);
    assert_eq!(service.stop().0, 0);
}

#[test]
fn a_service_that_may_open_few_files_turns_connections_away_and_keeps_on_storing() {
    let folder = folder(
        &[("servers", "tcp://127.0.0.1:0")],
        "[detect]\nrules = []\n[lake]\nflush = { rows = 1_000_000, age = \"50ms\" }\n",
    );
    let service = Service::start_by(&folder, "ulimit -n 400; exec \"$0\" \"$@\"");
    let streams: Vec<TcpStream> =
        (0..300).map(|_| TcpStream::connect(service.source("servers")).unwrap()).collect();
    let status = service.wait_for(|status| {
        let source = source(status, "servers");
        number(&source["connections"]) + number(&source["connections_refused"]) == 300
    });
    assert!(number(&source(&status, "servers")["connections"]) >= 16, "{status}");
    for n in 0..5 {
        (&streams[0]).write_all(line(n).as_bytes()).unwrap();
        service.wait_for(|status| number(&status["lake"]["committed_upto"]) == n + 1);
        answers(&service);
    }
    let (code, said) = service.stop();
    assert_eq!(code, 0, "{said}");
    assert!(!said.contains("Too many open files"), "{said}");
}

#[test]
fn senders_that_come_to_no_end_are_closed_and_counted_and_a_silent_one_is_left_alone() {
    let folder = folder(
        &[("servers", "tcp://127.0.0.1:0"), ("secure", "tls://127.0.0.1:0")],
        "[detect]\nrules = []\n",
    );
    let pair = generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    folder.file("cert.pem", pair.cert.pem());
    folder.file("key.pem", pair.signing_key.serialize_pem());
    let path = folder.path().join("campanile.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let tls = "listen = \"tls://127.0.0.1:0\"\ntls = { certificate = \"cert.pem\", key = \"key.pem\" }\n";
    std::fs::write(&path, text.replace("listen = \"tls://127.0.0.1:0\"\n", tls)).unwrap();
    let service = Service::start_with(&folder, &[("CAMPANILE_PATIENCE_MS", "5000")]).unwrap();
    let many = |address: SocketAddr, begins: &[u8]| -> Vec<TcpStream> {
        (0..100)
            .map(|_| {
                let mut stream = TcpStream::connect(address).unwrap();
                stream.write_all(begins).unwrap();
                stream
            })
            .collect()
    };
    let mut silent = TcpStream::connect(service.source("servers")).unwrap();
    // The type of a record and the first byte of its version.
    let half_open = many(service.source("secure"), &[0x16, 0x03]);
    let slow = many(service.source("servers"), b"<38>1 - h a - - - x");
    let slow_http = many(service.http(), b"POST /ingest?source=files HTTP/1.1\r\nhost: x\r\nx-slow: ");
    // A byte at a time on each, as long as it is taken.
    let status = service.wait_for(|status| {
        slow.iter().chain(&slow_http).for_each(|mut stream| drop(stream.write_all(b"x")));
        let refused = |name: &str| number(&source(status, name)["connections_refused"]);
        [refused("servers"), refused("secure"), number(&status["http"]["given_up"])] == [100; 3]
    });
    assert_eq!(status["http"]["connections"], 1, "the one that asks");
    for mut stream in half_open.into_iter().chain(slow).chain(slow_http) {
        // Closed or reset: either way it is over.
        stream.read_to_end(&mut Vec::new()).ok();
    }
    silent.write_all(line(1).as_bytes()).unwrap();
    // What the slow ones had said is kept.
    let status = service.wait_for(|status| source(status, "servers")["stored"] == 101);
    assert_eq!(source(&status, "servers")["connections"], 1);
    answers(&service);
    assert_eq!(service.stop().0, 0);
}

#[test]
fn host_names_without_number_take_no_more_memory_than_one() {
    // A debug build works on some thousand lines a second.
    let hosts = if std::env::var_os("CAMPANILE_LONG").is_some() { 100_000 } else { 20_000 };
    let folder =
        folder(&[("servers", "tcp://127.0.0.1:0")], "[lake]\nflush = { rows = 20_000, age = \"1s\" }\n");
    let service = Service::start(&folder);
    let send = |from: u64, count: u64, host: &dyn Fn(u64) -> String| {
        let now = jiff::Timestamp::now();
        let mut stream = TcpStream::connect(service.source("servers")).unwrap();
        for n in (from..from + count).step_by(1_000) {
            let lines = (n..n + 1_000).map(|n| {
                let host = host(n);
                format!("<86>1 {now:.6} {host} sshd {n} - - Failed password for root from 203.0.113.9 port 4242 ssh2\n")
            });
            stream.write_all(lines.collect::<String>().as_bytes()).unwrap();
        }
        service.wait_for(|status| number(&status["lake"]["committed_upto"]) >= from + count);
        service.memory_kib("VmRSS")
    };
    let one_kib = send(0, 5_000, &|_| "srv01".to_owned());
    let many_kib = send(5_000, hosts, &|n| format!("srv{n:06}.comune.example"));
    println!("{} MiB with one host name, {} MiB with {hosts}", one_kib / 1024, many_kib / 1024);
    assert!(many_kib < MEMORY_KIB_MAX && many_kib < one_kib + (192 << 10));
    answers(&service);
    let (code, said) = service.stop();
    assert_eq!(code, 0, "{said}");
}

/// Starts the service with a disk of its own of 32 MiB, where the system lets us make one.
fn start_on_a_small_disk(folder: &Folder) -> Option<Service> {
    let mounts = "mount -t tmpfs -o size=32m tmpfs data";
    std::fs::create_dir(folder.path().join("data")).unwrap();
    let tried = Command::new("unshare").args(["-rm", "sh", "-c", mounts]).current_dir(folder.path()).output();
    if !tried.is_ok_and(|tried| tried.status.success()) {
        println!("no disk of our own can be made here");
        return None;
    }
    let script = format!("exec unshare -rm sh -c '{mounts} && exec \"$0\" \"$@\"' \"$0\" \"$@\"");
    Some(Service::start_by(folder, &script))
}

#[test]
fn on_a_full_disk_senders_are_asked_to_wait_and_once_it_has_room_the_service_goes_on_by_itself() {
    let folder = folder(&[], "[lake]\nflush = { rows = 1_000_000, age = \"100ms\" }\n");
    let Some(service) = start_on_a_small_disk(&folder) else { return };
    let mut acknowledged = 0;
    let mut post = || {
        let body: String = (acknowledged..acknowledged + 50).map(line).collect();
        let (code, answer) = service.ask("POST", "/ingest?source=files", &body);
        assert!(matches!(code, 200 | 429), "{code} {answer}");
        acknowledged += if code == 200 { 50 } else { 0 };
        (code, acknowledged)
    };
    assert_eq!(post().0, 200);
    let data = folder.path().join("data/filler");
    let filler = format!("/proc/{}/root{}", service.id(), data.display());
    for round in 1..=2 {
        let mut file = std::fs::File::create(&filler).unwrap();
        for bytes in [1 << 20, 1 << 12, 1] {
            while file.write_all(&vec![0; bytes]).is_ok() {}
        }
        drop(file);
        while post().0 == 200 {}
        // Rows that cannot be committed wait.
        answers(&service);
        let status = service.status();
        assert!(number(&status["journal"]["failures"]) >= round, "{status}");
        std::fs::remove_file(&filler).unwrap();
        while post().0 == 429 {}
    }
    let (_, acknowledged) = post();
    let status = service.wait_for(|status| status["work"]["worked_upto"] == acknowledged);
    assert_eq!(source(&status, "files")["under_way"], 0);
    let counted =
        service.sql("select count(*) n, count(distinct message) d from events where source = 'files'");
    assert_eq!((&counted[0]["n"], &counted[0]["d"]), (&acknowledged.into(), &acknowledged.into()));
    service.wait_for(|status| status["lake"]["committed_upto"] == acknowledged);
    let (code, said) = service.stop();
    assert_eq!(code, 0, "{said}");
}
