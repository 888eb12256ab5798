//! AT-16: with an administrator's account somebody switches the logging off, machine by machine, and
//! then makes an administrator of his own.

use std::net::IpAddr;

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::postgres::{self, Audit, Session};
use crate::devices::windows::EventLog;
use crate::devices::windows_security::{self as security, Logon};
use crate::devices::{auditd, fortigate};
use crate::story::Stage;

/// The scenario.
pub(crate) struct SilencedLogs;

impl Attack for SilencedLogs {
    fn facts(&self) -> Facts {
        Facts {
            number: 16,
            family: Family::Continuity,
            title_en: "Silent logging switched off before an intrusion",
            title_it: "Registrazioni spente in silenzio prima di un'intrusione",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let (town, from) = (stage.town, stage.person().ip);
        let [_, admin] = &town.administrators;
        let [controller, _] = &town.hosts.controllers;
        let log = EventLog::of(controller);
        let mut at_ms = stage.start_off_hours(3 * HOUR_MS);
        let source = (IpAddr::V4(from), stage.rng.port(49_152, 65_535));
        let logon = Logon { user: admin, kind: 10, package: "Negotiate", from: source, workstation: "-" };
        security::logon(&mut stage.lines, town, &log, at_ms, &logon);
        security::special_privileges(&mut stage.lines, town, &log, at_ms + 2, admin);
        at_ms += stage.minutes(4, 25);
        kernel_audit_off(stage, at_ms);
        at_ms += stage.minutes(3, 25);
        database_audit_off(stage, at_ms);
        at_ms += stage.minutes(3, 25);
        let (admin_ip, user) = (IpAddr::V4(from), &admin.login);
        fortigate::admin_login(&mut stage.lines, town, at_ms, admin_ip, user, true);
        at_ms += stage.minutes(1, 4);
        let (path, change) = ("log.syslogd.setting", "status[enable->disable]");
        fortigate::config_change(&mut stage.lines, town, at_ms, admin_ip, user, path, change);
        at_ms += stage.minutes(8, 60);
        security::log_cleared(&mut stage.lines, town, &log, at_ms, admin);
        at_ms += stage.rng.between(20, 200) * SECOND_MS;
        let made = stage.rng.pick(&["svc_print", "assistenza", "scan01", "manut.ced", "healthmon"]);
        security::account(&mut stage.lines, town, &log, at_ms, 4_720, admin, made);
        at_ms += stage.rng.between(10, 90) * SECOND_MS;
        security::group_add(&mut stage.lines, town, &log, at_ms, admin, made, "Domain Admins");
        let short = controller.computer.split('.').next().unwrap_or(&controller.computer);
        let entity = Entity::default()
            .with("user_name", user)
            .with("user_target_name", made)
            .with("source_ip", from)
            .with("host_name", &controller.computer)
            .with("host_name", short)
            .with("host_name", &town.hosts.db_host.name)
            .with("host_name", &town.hosts.firewall.name)
            .with("db_name", town.hosts.registry.database);
        let detections = vec!["SC-26", "DB-13", "SC-27", "AC-10", "CH-01"];
        Planted { entity, detections }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // The collector moves: the firewall gets its new address, a rule is added, the office a printer group.
        let town = stage.town;
        let [admin, _] = &town.administrators;
        let [controller, _] = &town.hosts.controllers;
        let log = EventLog::of(controller);
        let mut at_ms = stage.start_in_office(HOUR_MS);
        let change = format!("server[{}->{}]", town.inside(2, 70), town.inside(2, stage.rng.octet(71, 90)));
        let from = IpAddr::V4(admin.ip);
        let path = "log.syslogd.setting";
        fortigate::config_change(&mut stage.lines, town, at_ms, from, &admin.login, path, &change);
        at_ms += stage.minutes(3, 15);
        for _ in 0..stage.rng.count(2, 4) {
            let change = r#"op=add_rule key="comune" list=4"#;
            auditd::configured(&mut stage.lines, &town.hosts.db_host, at_ms, 1_004, change);
            at_ms += stage.rng.between(1, 20) * SECOND_MS;
        }
        at_ms += stage.minutes(3, 15);
        let member = &stage.person().login;
        security::group_add(&mut stage.lines, town, &log, at_ms, admin, member, "Stampanti-Sede");
        Entity::default().with("user_name", &admin.login).with("host_name", &town.hosts.db_host.name)
    }
}

/// The kernel's audit of the database server: rules out, then off.
fn kernel_audit_off(stage: &mut Stage<'_>, start_ms: i64) {
    let host = &stage.town.hosts.db_host;
    let mut at_ms = start_ms;
    for key in ["comune", "accessi", "postgres", "sudoers"].iter().take(stage.rng.count(2, 4)) {
        let change = format!("op=remove_rule key=\"{key}\" list=4");
        auditd::configured(&mut stage.lines, host, at_ms, 1_004, &change);
        at_ms += stage.rng.between(1, 25) * SECOND_MS;
    }
    auditd::configured(&mut stage.lines, host, at_ms, 1_004, "op=set audit_enabled=0 old=1");
}

/// The register's audit is set to nothing, and the server told so.
fn database_audit_off(stage: &mut Stage<'_>, at_ms: i64) {
    let town = stage.town;
    let (server, [_, admin]) = (&town.hosts.registry, &town.administrators);
    let session = Session {
        user: &admin.login,
        database: server.database,
        client: (stage.person().ip, stage.rng.port(49_152, 60_000)),
        pid: stage.rng.port(2_000, 32_000).into(),
        program: "psql",
    };
    postgres::connected(&mut stage.lines, server, at_ms, &session);
    let statement = stage.rng.pick(&[
        "ALTER SYSTEM SET pgaudit.log = 'none'",
        "alter system set pgaudit.log to 'none'",
        "ALTER DATABASE anagrafe SET pgaudit.log = 'none'",
    ]);
    let command = if statement.contains("DATABASE") { "ALTER DATABASE SET" } else { "ALTER SYSTEM" };
    let audit = Audit { class: "DDL", command, object: "", statement, rows: 0 };
    let at_ms = at_ms + stage.rng.between(5, 60) * SECOND_MS;
    postgres::audit(&mut stage.lines, server, at_ms, &session, &audit);
    let audit =
        Audit { class: "READ", command: "SELECT", object: "", statement: "SELECT pg_reload_conf()", rows: 1 };
    postgres::audit(&mut stage.lines, server, at_ms + MINUTE_MS / 6, &session, &audit);
}
