//! AT-45: passwords are read from the memory of a PC, and an administrator's hash opens the rest.

use std::net::IpAddr;

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::windows::EventLog;
use crate::devices::windows_directory as directory;
use crate::devices::windows_events::{self as events, Process};
use crate::devices::windows_security::{self as security, Logon, Ticket};
use crate::people::{Office, Person};
use crate::story::Stage;

/// The scenario.
pub(crate) struct CredentialFanOut;

const LSASS: &str = r"C:\Windows\System32\lsass.exe";
const AES: u64 = 0x12;
/// Tools that read the memory of passwords: image, command line, rights asked for.
const DUMPERS: [(&str, &str, &str); 3] = [
    (
        r"C:\Users\Public\procdump64.exe",
        r"procdump64.exe -accepteula -ma lsass.exe C:\Users\Public\l.dmp",
        "0x1fffff",
    ),
    (
        r"C:\Windows\System32\rundll32.exe",
        r"rundll32.exe C:\Windows\System32\comsvcs.dll, MiniDump 716 C:\Users\Public\x.bin full",
        "0x1fffff",
    ),
    (r"C:\Users\Public\k64.exe", r"k64.exe privilege::debug sekurlsa::logonpasswords exit", "0x1010"),
];

impl Attack for CredentialFanOut {
    fn facts(&self) -> Facts {
        Facts {
            number: 45,
            family: Family::Continuity,
            title_en: "Credential theft and fan-out in the domain",
            title_it: "Furto di credenziali e diffusione nel dominio",
            office: Some(Office::Accounting),
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let (town, victim) = (stage.town, stage.person());
        let [admin, _] = &town.administrators;
        let quiet_ms = stage.rng.between(15 * MINUTE_MS, 2 * HOUR_MS).min(stage.window_ms() / 4);
        let start_ms = stage.start_anytime(2 * quiet_ms + 2 * HOUR_MS);
        let at_ms = dump(stage, start_ms, victim);
        let at_ms = tickets(stage, at_ms + quiet_ms, victim, admin);
        let at_ms = fan_out(stage, at_ms + 2 * MINUTE_MS, victim, admin);
        let computer = format!("DESKTOP-{:07X}$", stage.rng.below(1 << 28));
        let [first, _] = &town.hosts.controllers;
        let log = EventLog::of(first);
        directory::computer_created(&mut stage.lines, town, &log, at_ms + quiet_ms, victim, &computer);
        let entity = Entity::default()
            .with("user_name", &victim.login)
            .with("user_name", &admin.login)
            .with("user_name", format!(r"{}\{}", town.netbios, admin.login))
            .with("user_target_name", &computer)
            .with("service_name", "PSEXESVC")
            .with("source_ip", victim.ip)
            .with("host_name", town.pc_of(victim))
            .with("host_name", &victim.pc)
            .with("host_name", &first.computer);
        Planted { entity, detections: vec!["AC-16", "AC-14", "AC-15", "AC-13", "AC-18", "CH-01"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // The inventory agent is put on a few new PCs.
        let (town, person) = (stage.town, stage.person());
        let start_ms = stage.start_in_office(HOUR_MS);
        let count = stage.rng.count(2, 3);
        let pcs = town.some_pcs(&mut stage.rng, count);
        for (pc, at_ms) in pcs.iter().zip(stage.spread(start_ms, 40 * MINUTE_MS, count)) {
            let log = EventLog::of_pc(town, pc);
            let from = (IpAddr::V4(person.ip), stage.rng.port(49_152, 65_000));
            let logon = Logon { user: person, kind: 3, package: "NTLM", from, workstation: &person.pc };
            security::logon(&mut stage.lines, town, &log, at_ms, &logon);
            let image = r"C:\Program Files\Inventario\agente.exe";
            let service = ("AgenteInventario", image);
            directory::service_installed(&mut stage.lines, town, &log, at_ms + 900, person, service);
        }
        let computer = town.pc_of(person);
        let log = EventLog::of_pc(town, &computer);
        let reader = (person.login.as_str(), r"C:\Windows\System32\taskmgr.exe");
        let at_ms = start_ms + 45 * MINUTE_MS;
        events::process_accessed(&mut stage.lines, town, &log, at_ms, reader, (LSASS, "0x1000"));
        Entity::default()
            .with("user_name", &person.login)
            .with("source_ip", person.ip)
            .with("host_name", &computer)
    }
}

/// The memory of the password process is read; the end of it.
fn dump(stage: &mut Stage<'_>, start_ms: i64, victim: &Person) -> i64 {
    let town = stage.town;
    let computer = town.pc_of(victim);
    let log = EventLog::of_pc(town, &computer);
    let (image, command, rights) = stage.rng.pick(&DUMPERS);
    let parent = r"C:\Windows\System32\cmd.exe";
    let process = Process { user: &victim.login, image, command, parent };
    events::process(&mut stage.lines, town, &log, start_ms, &process);
    let by = (victim.login.as_str(), image);
    events::process_accessed(&mut stage.lines, town, &log, start_ms + 240, by, (LSASS, rights));
    start_ms + stage.minutes(1, 6)
}

/// Service tickets of the administrator, whose granting ticket nobody asked for; the end of it.
fn tickets(stage: &mut Stage<'_>, start_ms: i64, victim: &Person, admin: &Person) -> i64 {
    let town = stage.town;
    let [first, second] = &town.hosts.controllers;
    let servers = [first, &town.hosts.suite, &town.hosts.terminal];
    let count = stage.rng.count(3, 8);
    let length_ms = stage.rng.between(20, 280) * SECOND_MS;
    for (step, at_ms) in stage.spread(start_ms, length_ms, count).into_iter().enumerate() {
        let controller = if step % 3 == 2 { second } else { first };
        let Some(server) = servers.get(step % servers.len()) else { continue };
        let service = format!("{}$", server.computer.split('.').next().unwrap_or("DC01"));
        let from = (IpAddr::V4(victim.ip), stage.rng.port(49_152, 65_000));
        let ticket = Ticket { user: admin, from, encryption: AES, preauth: 2 };
        let log = EventLog::of(controller);
        security::service_ticket(&mut stage.lines, town, &log, at_ms, &ticket, &service);
    }
    start_ms + length_ms
}

/// Network logons and a remote service on every machine reached; the end of it.
fn fan_out(stage: &mut Stage<'_>, start_ms: i64, victim: &Person, admin: &Person) -> i64 {
    let town = stage.town;
    let count = stage.rng.count(8, 14);
    let pcs = town.some_pcs(&mut stage.rng, count);
    let image = r"%SystemRoot%\PSEXESVC.exe";
    let length_ms = stage.minutes(4, 24);
    for (pc, at_ms) in pcs.iter().zip(stage.spread(start_ms, length_ms, count)) {
        let log = EventLog::of_pc(town, pc);
        let from = (IpAddr::V4(victim.ip), stage.rng.port(49_152, 65_000));
        let logon = Logon { user: admin, kind: 3, package: "NTLM", from, workstation: &victim.pc };
        security::logon(&mut stage.lines, town, &log, at_ms, &logon);
        events::service_installed(&mut stage.lines, &log, at_ms + 700, "PSEXESVC", image);
        let service = ("PSEXESVC", image);
        directory::service_installed(&mut stage.lines, town, &log, at_ms + 702, admin, service);
    }
    start_ms + length_ms
}
