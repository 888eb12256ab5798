//! AT-32: tickets are collected to be cracked offline; the account found copies the directory and
//! makes a new domain administrator.

use std::net::IpAddr;

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::windows::EventLog;
use crate::devices::windows_directory as directory;
use crate::devices::windows_security::{self as security, Logon, Ticket};
use crate::people::Person;
use crate::story::Stage;

/// The scenario.
pub(crate) struct Kerberoasting;

const RC4: u64 = 0x17;
const AES: u64 = 0x12;
/// Service accounts with a principal name.
const SERVICES: [&str; 30] = [
    "svc_sql",
    "svc_iis",
    "svc_veeam",
    "svc_protocollo",
    "svc_tributi",
    "svc_anagrafe",
    "svc_stampa",
    "svc_wsus",
    "svc_fax",
    "svc_scanner",
    "svc_sharepoint",
    "svc_exchange",
    "svc_gis",
    "svc_sit",
    "svc_paghe",
    "svc_presenze",
    "svc_backup2",
    "svc_monitor",
    "svc_ldap",
    "svc_antivirus",
    "svc_suap",
    "svc_cie",
    "svc_firma",
    "svc_conserva",
    "svc_posta",
    "svc_portale",
    "svc_ced",
    "svc_mensa",
    "svc_varchi",
    "svc_verbali",
];
/// Rights to replicate the directory, as the event lists them: changes, all changes, filtered set.
const REPLICATION: [&str; 3] = [
    "%%7688\n\t\t{1131f6aa-9c07-11d1-f79f-00c04fc2dcd2}\n\t{19195a5b-6da0-11d0-afd3-00c04fd930c9}",
    "%%7688\n\t\t{1131f6ad-9c07-11d1-f79f-00c04fc2dcd2}\n\t{19195a5b-6da0-11d0-afd3-00c04fd930c9}",
    "%%7688\n\t\t{89e95b76-444d-4c62-991a-0facbeda640c}\n\t{19195a5b-6da0-11d0-afd3-00c04fd930c9}",
];

impl Attack for Kerberoasting {
    fn facts(&self) -> Facts {
        Facts {
            number: 32,
            family: Family::Database,
            title_en: "Kerberoasting, then domain administrator",
            title_it: "Kerberoasting e poi amministratore di dominio",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let (town, victim) = (stage.town, stage.person());
        let [_, cracked] = &town.administrators;
        let quiet_ms = stage.rng.between(30 * MINUTE_MS, 6 * HOUR_MS).min(stage.window_ms() / 3);
        let start_ms = stage.start_anytime(quiet_ms + 2 * HOUR_MS);
        let mut at_ms = without_password(stage, start_ms, victim);
        at_ms = roast(stage, at_ms + 3 * MINUTE_MS, victim);
        at_ms = take_over(stage, at_ms + quiet_ms, victim, cracked);
        let fresh =
            stage.rng.pick(&["adm.supporto", "svc_manutenzione", "helpdesk2", "admin.temp", "ced.ext"]);
        promote(stage, at_ms + 4 * MINUTE_MS, cracked, fresh);
        let [first, _] = &town.hosts.controllers;
        let entity = Entity::default()
            .with("user_name", &victim.login)
            .with("user_name", &cracked.login)
            .with("user_name", fresh)
            .with("user_target_name", fresh)
            .with("source_ip", victim.ip)
            .with("host_name", &first.computer)
            .with("host_name", &victim.pc);
        Planted { entity, detections: vec!["AC-12", "AC-11", "AC-05", "AC-17", "AC-10", "CH-01"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // The inventory asks for the tickets of a few services, with AES.
        let (town, person) = (stage.town, stage.person());
        let start_ms = stage.start_in_office(20 * MINUTE_MS);
        let [first, _] = &town.hosts.controllers;
        let log = EventLog::of(first);
        let from = (IpAddr::V4(person.ip), stage.rng.port(49_152, 65_000));
        let ticket = Ticket { user: person, from, encryption: AES, preauth: 2 };
        security::ticket_granting(&mut stage.lines, town, &log, start_ms, &ticket);
        let count = stage.rng.count(3, 5);
        for (service, at_ms) in SERVICES.iter().zip(stage.spread(start_ms + 900, 9 * MINUTE_MS, count)) {
            security::service_ticket(&mut stage.lines, town, &log, at_ms, &ticket, service);
        }
        Entity::default().with("user_name", &person.login).with("source_ip", person.ip)
    }
}

/// Accounts that need no pre-authentication give their ticket away; the end of it.
fn without_password(stage: &mut Stage<'_>, start_ms: i64, victim: &Person) -> i64 {
    let town = stage.town;
    let [first, _] = &town.hosts.controllers;
    let log = EventLog::of(first);
    let mut names =
        ["scanner", "totem", "ospite.urp", "biblioteca", "archivio", "varchi", "tablet.pl", "sala"];
    stage.rng.shuffle(&mut names);
    let count = stage.rng.count(5, 8);
    let length_ms = stage.rng.between(20, 300) * SECOND_MS;
    let instants = stage.spread(start_ms, length_ms, count);
    for (name, at_ms) in names.iter().zip(instants) {
        let account = Person { login: (*name).to_owned(), rid: victim.rid + 4_000, ..victim.clone() };
        let from = (IpAddr::V4(victim.ip), stage.rng.port(49_152, 65_000));
        let ticket = Ticket { user: &account, from, encryption: RC4, preauth: 0 };
        security::ticket_granting(&mut stage.lines, town, &log, at_ms, &ticket);
    }
    start_ms + length_ms
}

/// Service tickets with the weak cipher, one for each service; the end of it.
fn roast(stage: &mut Stage<'_>, start_ms: i64, victim: &Person) -> i64 {
    let town = stage.town;
    let [first, _] = &town.hosts.controllers;
    let log = EventLog::of(first);
    let from = (IpAddr::V4(victim.ip), stage.rng.port(49_152, 65_000));
    let granting = Ticket { user: victim, from, encryption: AES, preauth: 2 };
    security::ticket_granting(&mut stage.lines, town, &log, start_ms, &granting);
    let mut services = SERVICES;
    stage.rng.shuffle(&mut services);
    let count = stage.rng.count(17, 30);
    let length_ms = stage.rng.between(4, 500) * SECOND_MS;
    for (service, at_ms) in services.iter().zip(stage.spread(start_ms + 700, length_ms, count)) {
        let from = (from.0, stage.rng.port(49_152, 65_000));
        let ticket = Ticket { from, encryption: RC4, ..granting };
        security::service_ticket(&mut stage.lines, town, &log, at_ms, &ticket, service);
    }
    start_ms + length_ms
}

/// The cracked account comes from the victim's PC and copies the directory; the end of it.
fn take_over(stage: &mut Stage<'_>, start_ms: i64, victim: &Person, cracked: &Person) -> i64 {
    let town = stage.town;
    let [first, _] = &town.hosts.controllers;
    let log = EventLog::of(first);
    let from = (IpAddr::V4(victim.ip), stage.rng.port(49_152, 65_000));
    let logon = Logon { user: cracked, kind: 3, package: "NTLM", from, workstation: &victim.pc };
    security::logon(&mut stage.lines, town, &log, start_ms, &logon);
    security::special_privileges(&mut stage.lines, town, &log, start_ms + 4, cracked);
    let remote = Logon { kind: 10, package: "Negotiate", ..logon };
    let at_ms = start_ms + stage.minutes(1, 12);
    security::logon(&mut stage.lines, town, &log, at_ms, &remote);
    let at_ms = at_ms + stage.minutes(2, 15);
    let count = stage.rng.count(3, 9);
    let length_ms = stage.rng.between(10, 90) * SECOND_MS;
    for (step, at_ms) in stage.spread(at_ms, length_ms, count).into_iter().enumerate() {
        let rights = REPLICATION.get(step % REPLICATION.len()).copied().unwrap_or_default();
        directory::directory_access(&mut stage.lines, town, &log, at_ms, cracked, rights);
    }
    at_ms + length_ms
}

/// A new account enters the administrators' group.
fn promote(stage: &mut Stage<'_>, at_ms: i64, cracked: &Person, fresh: &str) {
    let town = stage.town;
    let [first, _] = &town.hosts.controllers;
    let log = EventLog::of(first);
    security::account(&mut stage.lines, town, &log, at_ms, 4720, cracked, fresh);
    security::account(&mut stage.lines, town, &log, at_ms + 60, 4722, cracked, fresh);
    let at_ms = at_ms + stage.rng.between(5, 200) * SECOND_MS;
    security::group_add(&mut stage.lines, town, &log, at_ms, cracked, fresh, "Domain Admins");
}
