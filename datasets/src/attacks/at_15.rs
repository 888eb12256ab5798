//! AT-15: as AT-01 up to the shadow copies; then the protection of another machine sees it, the account
//! is disabled, and nothing is encrypted.

use std::net::IpAddr;

use super::at_01::{blind, connect, guess, look_around, spread};
use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::windows::EventLog;
use crate::devices::windows_events::{self as events, Process};
use crate::devices::windows_security as security;
use crate::people::Person;
use crate::story::Stage;

/// The scenario.
pub(crate) struct StoppedRansom;

impl Attack for StoppedRansom {
    fn facts(&self) -> Facts {
        Facts {
            number: 15,
            family: Family::Continuity,
            title_en: "Ransomware stopped: only preparation",
            title_it: "Ransomware fermato: solo la preparazione",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let (town, victim, attacker) = (stage.town, stage.person(), stage.outsider(0));
        let inside = town.inside(99, stage.rng.octet(201, 250));
        let quiet_ms = stage.rng.between(20 * MINUTE_MS, 3 * HOUR_MS).min(stage.window_ms() / 6);
        let start_ms = stage.start_off_hours(2 * quiet_ms + 90 * MINUTE_MS);
        let at_ms = guess(stage, start_ms, attacker, victim);
        let at_ms = connect(stage, at_ms, (attacker, inside), victim) + stage.minutes(3, 20);
        look_around(stage, at_ms, victim, IpAddr::V4(inside));
        spread(stage, at_ms + quiet_ms, victim);
        let at_ms = blind(stage, at_ms + 2 * quiet_ms, victim);
        isolate(stage, at_ms, victim);
        let computers = [&town.hosts.terminal.computer, &town.hosts.suite.computer];
        let shorts = computers.map(|name| name.split('.').next().unwrap_or(name));
        let entity = Entity::default()
            .with("user_name", &victim.login)
            .with("user_name", format!("{}\\{}", town.netbios, victim.login))
            .with("source_ip", attacker)
            .with("source_ip", inside)
            .with("source_ip", town.hosts.terminal.ip);
        let names = computers.into_iter().map(String::as_str).chain(shorts);
        let entity = names.fold(entity, |entity, name| entity.with("host_name", name));
        Planted { entity, detections: vec!["AC-03", "SC-10", "SC-06", "CH-02"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // Another maker's antivirus takes over on the terminal server: the old one stops, the new one is installed.
        let town = stage.town;
        let [admin, _] = &town.administrators;
        let terminal = &town.hosts.terminal;
        let log = EventLog::of(terminal);
        let (old, new, image) = stage.rng.pick(&[
            ("ESET Service", "WithSecure Ultralight", r"C:\Program Files (x86)\F-Secure\fshoster64.exe"),
            ("Sophos Agent", "ESET Service", r"C:\Program Files\ESET\ESET Security\ekrn.exe"),
            ("Kaspersky Endpoint Security", "Sophos Agent", r"C:\Program Files\Sophos\SophosNtpService.exe"),
        ]);
        let mut at_ms = stage.start_off_hours(HOUR_MS);
        events::service_state(&mut stage.lines, &log, at_ms, old, false);
        at_ms += stage.minutes(1, 4);
        let command = r#""C:\Windows\System32\msiexec.exe" /i \\deploy\antivirus\agent.msi /qn"#;
        let (installer, parent) = (r"C:\Windows\System32\msiexec.exe", r"C:\Windows\explorer.exe");
        let process = Process { user: &admin.login, image: installer, command, parent };
        events::process(&mut stage.lines, town, &log, at_ms, &process);
        at_ms += stage.minutes(1, 4);
        events::service_installed(&mut stage.lines, &log, at_ms, new, image);
        at_ms += stage.rng.between(2, 20) * SECOND_MS;
        events::service_state(&mut stage.lines, &log, at_ms, new, true);
        Entity::default().with("user_name", &admin.login).with("host_name", &terminal.computer)
    }
}

/// The tool is found on the next server, and the administrator disables the account.
fn isolate(stage: &mut Stage<'_>, start_ms: i64, victim: &Person) {
    let town = stage.town;
    let [admin, _] = &town.administrators;
    let log = EventLog::of(&town.hosts.suite);
    let threat = stage.rng.pick(&[
        "Ransom:Win64/Akira.PA!MTB",
        "HackTool:Win32/Mimikatz!pz",
        "Ransom:Win32/Lockbit.HA",
    ]);
    let file = stage.rng.pick(&["svc64.exe", "w.exe", "update.exe", "lb3.exe"]);
    let path = format!(r"C:\Users\{}\AppData\Local\Temp\{file}", victim.login);
    let mut at_ms = start_ms + stage.minutes(1, 5);
    for _ in 0..stage.rng.count(1, 4) {
        events::malware_found(&mut stage.lines, town, &log, at_ms, &victim.login, threat, &path);
        at_ms += stage.rng.between(2, 9) * SECOND_MS;
        events::malware_removed(&mut stage.lines, town, &log, at_ms, &victim.login, threat, &path);
        at_ms += stage.rng.between(10, 90) * SECOND_MS;
    }
    at_ms += stage.minutes(3, 25);
    let [controller, _] = &town.hosts.controllers;
    let controller = EventLog::of(controller);
    security::account(&mut stage.lines, town, &controller, at_ms, 4_725, admin, &victim.login);
    let terminal = EventLog::of(&town.hosts.terminal);
    security::logoff(&mut stage.lines, town, &terminal, at_ms + MINUTE_MS, victim, 10);
}
