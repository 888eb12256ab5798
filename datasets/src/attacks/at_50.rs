//! AT-50: a scan from outside finds the remote desktop that a test rule had left open.

use std::net::{IpAddr, Ipv4Addr};

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::fortigate::{self, Flow, Message, Verdict};
use crate::devices::windows::EventLog;
use crate::devices::windows_security::{self as security, Logon};
use crate::people::{Office, Person};
use crate::story::Stage;

/// The scenario.
pub(crate) struct ForgottenDesktop;

const PUBLIC: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 14);
const RATED_PORTS: [u16; 19] = [
    21, 22, 23, 25, 80, 110, 143, 443, 445, 1_433, 3_306, 3_389, 5_432, 5_900, 6_379, 8_080, 8_443, 9_200,
    27_017,
];
const UNKNOWN_ACCOUNT: u64 = 0xc000_0064;
const WRONG_PASSWORD: u64 = 0xc000_006a;
const ACCOUNTS: [&str; 8] =
    ["administrator", "admin", "test", "user", "scanner", "backup", "utente", "sindaco"];

impl Attack for ForgottenDesktop {
    fn facts(&self) -> Facts {
        Facts {
            number: 50,
            family: Family::Continuity,
            title_en: "Two-stage scan that found a forgotten remote desktop",
            title_it: "Scansione in due tempi che trova un desktop remoto dimenticato",
            office: Some(Office::Informatics),
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let (town, technician, attacker) = (stage.town, stage.person(), stage.outsider(0));
        let quiet_ms = stage.rng.between(10 * MINUTE_MS, 5 * HOUR_MS).min(stage.window_ms() / 4);
        let start_ms = stage.start_anytime(2 * quiet_ms + 2 * HOUR_MS);
        open_rule(stage, start_ms, technician);
        let at_ms = scan(stage, start_ms + quiet_ms);
        let pause_ms = stage.minutes(2, 35);
        let at_ms = visit(stage, at_ms + pause_ms);
        let at_ms = guess(stage, at_ms + MINUTE_MS, attacker);
        warn(stage, at_ms + quiet_ms);
        let terminal = &town.hosts.terminal;
        let short = terminal.computer.split('.').next().unwrap_or(&terminal.computer);
        let entity = Entity::default()
            .with("source_ip", attacker)
            .with("source_ip", technician.ip)
            .with("user_name", &technician.login)
            .with("destination_ip", PUBLIC)
            .with("host_name", &terminal.computer)
            .with("host_name", short);
        Planted { entity, detections: vec!["NT-02", "SC-30", "AC-01", "NT-09"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // A rating company looks at a few ports from time to time, and finds them shut.
        let source = stage.outsider_v4(0);
        let count = stage.rng.count(7, 19);
        let start_ms = stage.start_anytime(20 * MINUTE_MS);
        for (port, at_ms) in RATED_PORTS.into_iter().zip(stage.spread(start_ms, 15 * MINUTE_MS, count)) {
            refuse(stage, at_ms, source, port);
        }
        Entity::default().with("source_ip", source)
    }
}

/// A technician publishes the terminal server for a test.
fn open_rule(stage: &mut Stage<'_>, at_ms: i64, technician: &Person) {
    let town = stage.town;
    let from = IpAddr::V4(technician.ip);
    let user = technician.login.as_str();
    fortigate::admin_login(&mut stage.lines, town, at_ms, from, user, true);
    let change = stage.rng.pick(&[
        "srcaddr[SEDI->all]service[HTTPS->ALL]",
        "srcaddr[all]dstaddr[VIP-TEST-RDP]service[ALL]action[accept]",
        "srcaddr[LAN->all]dstaddr[VIP-3389]service[HTTPS->RDP]",
    ]);
    let at_ms = at_ms + stage.rng.between(40, 300) * SECOND_MS;
    fortigate::config_change(&mut stage.lines, town, at_ms, from, user, "firewall.policy", change);
}

/// Refused knocks on many ports of one address; the end of it.
fn scan(stage: &mut Stage<'_>, start_ms: i64) -> i64 {
    let source = stage.outsider_v4(0);
    let count = stage.rng.count(70, 150);
    let length_ms = stage.rng.between(60, 480) * SECOND_MS;
    let mut port = stage.rng.port(10, 90);
    for at_ms in stage.spread(start_ms, length_ms, count) {
        refuse(stage, at_ms, source, port);
        port = port.saturating_add(stage.rng.port(1, 60));
    }
    start_ms + length_ms
}

fn refuse(stage: &mut Stage<'_>, at_ms: i64, source: Ipv4Addr, port: u16) {
    let town = stage.town;
    let flow = Flow {
        source: (source, stage.rng.port(40_000, 65_000)),
        destination: (PUBLIC, port),
        protocol: 6,
        verdict: Verdict::Deny,
        interfaces: ("wan1", "root"),
        policy: 0,
        bytes: (0, 0),
        duration_s: 0,
    };
    fortigate::traffic(&mut stage.lines, town, at_ms, &flow);
}

/// The open port answers; the end of it.
fn visit(stage: &mut Stage<'_>, start_ms: i64) -> i64 {
    let town = stage.town;
    let source = stage.outsider_v4(0);
    let count = stage.rng.count(3, 9);
    let length_ms = stage.minutes(1, 6);
    for at_ms in stage.spread(start_ms, length_ms, count) {
        let flow = Flow {
            source: (source, stage.rng.port(40_000, 65_000)),
            destination: (PUBLIC, 3_389),
            protocol: 6,
            verdict: Verdict::Close,
            interfaces: ("wan1", "SERVER"),
            policy: 57,
            bytes: (stage.rng.size(2_600, 30_000), stage.rng.size(4_000, 60_000)),
            duration_s: stage.rng.port(1, 40).into(),
        };
        fortigate::traffic(&mut stage.lines, town, at_ms, &flow);
    }
    start_ms + length_ms
}

/// Passwords tried on the terminal server, none right; the end of it.
fn guess(stage: &mut Stage<'_>, start_ms: i64, attacker: IpAddr) -> i64 {
    let (town, technician) = (stage.town, stage.person());
    let log = EventLog::of(&town.hosts.terminal);
    let count = stage.rng.count(60, 125);
    let length_ms = stage.minutes(8, 14);
    let kind = stage.rng.pick(&[3, 10]);
    for at_ms in stage.spread(start_ms, length_ms, count) {
        let name = stage.rng.pick(&ACCOUNTS);
        let account = Person { login: name.to_owned(), ..technician.clone() };
        let from = (attacker, stage.rng.port(40_000, 65_000));
        let logon = Logon { user: &account, kind, package: "NTLM", from, workstation: "kali" };
        let reason = if name == "administrator" { WRONG_PASSWORD } else { UNKNOWN_ACCOUNT };
        security::logon_failed(&mut stage.lines, town, &log, at_ms, &logon, reason);
    }
    start_ms + length_ms
}

/// Somebody who watches the Internet tells the town.
fn warn(stage: &mut Stage<'_>, at_ms: i64) {
    let town = stage.town;
    let to = format!("ced@{}", town.domain);
    let subject = format!("Servizio RDP esposto su {PUBLIC} porta 3389");
    let message = Message {
        client: stage.outsider(1),
        from: "segnalazioni@csirt.example",
        to: &to,
        subject: &subject,
        bytes: stage.rng.size(6_000, 20_000),
    };
    fortigate::message(&mut stage.lines, town, at_ms, &message);
}
