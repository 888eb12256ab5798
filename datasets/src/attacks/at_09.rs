//! AT-09: a technician who was dismissed still has his VPN account and the administrator's password:
//! in a quarter of an hour the switches lose their configuration, the firewall its policies, the
//! domain its log.

use std::net::{IpAddr, Ipv4Addr};

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::fortigate;
use crate::devices::fortigate_vpn::{self as vpn, Tunnel};
use crate::devices::switch::{self, Prompt};
use crate::devices::windows::EventLog;
use crate::devices::windows_events::{self as events, Process};
use crate::devices::windows_security::{self as security, Logon};
use crate::people::Person;
use crate::story::Stage;

/// The scenario.
pub(crate) struct DismissedTechnician;

impl Attack for DismissedTechnician {
    fn facts(&self) -> Facts {
        Facts {
            number: 9,
            family: Family::Continuity,
            title_en: "Sabotage by a dismissed technician",
            title_it: "Sabotaggio di un tecnico allontanato",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let (town, home) = (stage.town, stage.outsider(0));
        let given = town.inside(99, stage.rng.octet(201, 250));
        let account = town.former_technician;
        let [_, admin] = &town.administrators;
        let mut at_ms = stage.start_off_hours(HOUR_MS);
        let tunnel = Tunnel::new(&mut stage.rng, "VPN-Tecnici", account, (home, given));
        vpn::opened(&mut stage.lines, town, at_ms, &tunnel);
        at_ms += stage.rng.between(40, 240) * SECOND_MS;
        let switches = erase_switches(stage, at_ms, given);
        at_ms += stage.minutes(5, 8);
        delete_policies(stage, at_ms, IpAddr::V4(given), &admin.login);
        at_ms += stage.minutes(3, 6);
        clear_log(stage, at_ms, given, admin);
        let [_, controller] = &town.hosts.controllers;
        let short = controller.computer.split('.').next().unwrap_or(&controller.computer);
        let entity = Entity::default()
            .with("user_name", account)
            .with("user_name", &admin.login)
            .with("source_ip", home)
            .with("source_ip", given)
            .with("host_name", &controller.computer)
            .with("host_name", short);
        let entity = switches.iter().fold(entity, |entity, switch| entity.with("host_name", switch));
        Planted { entity, detections: vec!["DB-20", "AC-05", "SC-29", "SC-27", "SC-30", "CH-01"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // New firmware, announced: an administrator restarts a few switches from his own PC, one by one.
        let town = stage.town;
        let [admin, _] = &town.administrators;
        let count = stage.rng.count(2, 3);
        let mut at_ms = stage.start_off_hours(2 * HOUR_MS);
        let from = IpAddr::V4(admin.ip);
        fortigate::admin_login(&mut stage.lines, town, at_ms, from, &admin.login, true);
        let mut entity = Entity::default().with("user_name", &admin.login);
        for switch in town.hosts.floor_switches.iter().take(count) {
            at_ms += stage.minutes(2, 6);
            let prompt = Prompt { switch, user: &admin.login, from: admin.ip };
            switch::login(&mut stage.lines, town, at_ms, prompt, true);
            at_ms += stage.minutes(1, 3);
            switch::configured(&mut stage.lines, town, at_ms, prompt);
            at_ms += stage.minutes(5, 9);
            switch::reloaded(&mut stage.lines, town, at_ms, prompt);
            at_ms += stage.minutes(4, 7);
            switch::restarted(&mut stage.lines, town, at_ms, switch);
            entity = entity.with("host_name", switch);
        }
        entity
    }
}

/// One switch after the other: erased, restarted; it comes back without a name and says no more.
fn erase_switches<'a>(stage: &mut Stage<'a>, start_ms: i64, from: Ipv4Addr) -> Vec<&'a str> {
    let town = stage.town;
    let mut switches: Vec<&str> = town.hosts.floor_switches.iter().map(String::as_str).collect();
    stage.rng.shuffle(&mut switches);
    switches.truncate(stage.rng.count(4, 6));
    let user = stage.rng.pick(&["admin", "netadmin", "cisco"]);
    let mut at_ms = start_ms;
    for switch in &switches {
        let prompt = Prompt { switch, user, from };
        switch::login(&mut stage.lines, town, at_ms, prompt, true);
        at_ms += stage.rng.between(8, 25) * SECOND_MS;
        switch::erased(&mut stage.lines, town, at_ms, switch);
        at_ms += stage.rng.between(3, 12) * SECOND_MS;
        switch::reloaded(&mut stage.lines, town, at_ms, prompt);
        at_ms += stage.rng.between(4, 20) * SECOND_MS;
    }
    switches
}

fn delete_policies(stage: &mut Stage<'_>, start_ms: i64, from: IpAddr, user: &str) {
    let town = stage.town;
    fortigate::admin_login(&mut stage.lines, town, start_ms, from, user, true);
    let (first, count) = (stage.rng.port(1, 9), stage.rng.count(6, 18));
    let length_ms = stage.rng.between(50, 160) * SECOND_MS;
    let instants = stage.spread(start_ms + 20 * SECOND_MS, length_ms, count);
    for (policy, at_ms) in (first..).zip(instants) {
        fortigate::policy_deleted(&mut stage.lines, town, at_ms, from, user, policy);
    }
}

/// At the desktop of a domain controller, with the administrator's password.
fn clear_log(stage: &mut Stage<'_>, at_ms: i64, from: Ipv4Addr, admin: &Person) {
    let town = stage.town;
    let [_, controller] = &town.hosts.controllers;
    let log = EventLog::of(controller);
    let from = (IpAddr::V4(from), stage.rng.port(49_152, 65_535));
    let logon = Logon { user: admin, kind: 10, package: "Negotiate", from, workstation: "-" };
    security::logon(&mut stage.lines, town, &log, at_ms, &logon);
    security::special_privileges(&mut stage.lines, town, &log, at_ms + 2, admin);
    let at_ms = at_ms + stage.rng.between(20, 70) * SECOND_MS;
    let command = stage.rng.pick(&["wevtutil cl Security", "wevtutil.exe clear-log Security"]);
    let image = r"C:\Windows\System32\wevtutil.exe";
    let parent = r"C:\Windows\System32\cmd.exe";
    let process = Process { user: &admin.login, image, command, parent };
    events::process(&mut stage.lines, town, &log, at_ms, &process);
    security::log_cleared(&mut stage.lines, town, &log, at_ms + 300, admin);
    let at_ms = at_ms + stage.rng.between(5, 40) * SECOND_MS + MINUTE_MS / 2;
    security::logoff(&mut stage.lines, town, &log, at_ms, admin, 10);
}
