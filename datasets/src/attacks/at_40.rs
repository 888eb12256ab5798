//! AT-40: before an election, voters' records are changed at night from another office's PC, and
//! the log is cleared.

use std::net::{IpAddr, Ipv4Addr};

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::postgres::{self, Audit, Session};
use crate::devices::windows::EventLog;
use crate::devices::windows_events::{self as events, Process};
use crate::devices::windows_security::{self as security, Logon};
use crate::people::{Office, Person};
use crate::story::Stage;

/// The scenario.
pub(crate) struct AlteredVoters;

const CHANGES: [&str; 4] = [
    "UPDATE elettorale.elettori SET sezione = ~ WHERE sezione = ^ AND via = 'VIA ROMA'",
    "UPDATE elettorale.elettori SET via = 'VIA GARIBALDI', civico = ~ WHERE sezione = ^",
    "UPDATE elettorale.elettori SET tessera = NULL WHERE sezione = ~ AND anno = 19^",
    "DELETE FROM elettorale.elettori WHERE sezione = ~ AND id % 97 = ^",
];
const CLEARINGS: [(&str, &str); 3] = [
    (r"C:\Windows\System32\wevtutil.exe", "wevtutil cl Security"),
    (r"C:\Windows\System32\wevtutil.exe", "wevtutil.exe cl Application"),
    (
        r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe",
        "powershell.exe -nop -c Clear-EventLog -LogName Security,System",
    ),
];

impl Attack for AlteredVoters {
    fn facts(&self) -> Facts {
        Facts {
            number: 40,
            family: Family::Database,
            title_en: "Citizen records altered before an election",
            title_it: "Schede degli elettori alterate prima del voto",
            office: Some(Office::Register),
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let (town, operator) = (stage.town, stage.person());
        let desk = town.staff.somebody(&mut stage.rng, Office::Technical);
        let start_ms = stage.start_where(2 * HOUR_MS, |_, hour| !(5..22).contains(&hour));
        let computer = town.pc_of(desk);
        let log = EventLog::of_pc(town, &computer);
        let from = (IpAddr::V4(desk.ip), 0);
        let logon = Logon { user: operator, kind: 2, package: "Negotiate", from, workstation: &desk.pc };
        security::logon(&mut stage.lines, town, &log, start_ms, &logon);
        let session = session(stage, operator, desk.ip);
        let at_ms = look(stage, start_ms + 2 * MINUTE_MS, &session);
        let rows = stage.rng.size(1_700, 3_000);
        let count = stage.rng.count(14, 40);
        let length_ms = stage.minutes(9, 25);
        change(stage, at_ms, length_ms, &session, (count, rows));
        let at_ms = at_ms + length_ms + stage.minutes(2, 12);
        let (image, command) = stage.rng.pick(&CLEARINGS);
        let parent = r"C:\Windows\System32\cmd.exe";
        let process = Process { user: &operator.login, image, command, parent };
        events::process(&mut stage.lines, town, &log, at_ms, &process);
        if command.contains("Security") {
            security::log_cleared(&mut stage.lines, town, &log, at_ms + 300, operator);
        }
        let entity = Entity::default()
            .with("user_name", &operator.login)
            .with("source_ip", desk.ip)
            .with("host_name", &computer)
            .with("host_name", &desk.pc)
            .with("db_name", town.hosts.registry.database);
        Planted { entity, detections: vec!["DB-19", "DB-05", "SC-27"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // The half-yearly revision: a few dozen voters, in office hours, through the suite.
        let operator = stage.person();
        let start_ms = stage.start_in_office(HOUR_MS);
        let session = session(stage, operator, stage.town.hosts.registry.app_ip);
        let (count, rows) = (stage.rng.count(4, 9), stage.rng.size(60, 300));
        change(stage, start_ms, 50 * MINUTE_MS, &session, (count, rows));
        Entity::default().with("user_name", &operator.login)
    }
}

fn session<'a>(stage: &mut Stage<'a>, operator: &'a Person, client: Ipv4Addr) -> Session<'a> {
    Session {
        user: &operator.login,
        database: stage.town.hosts.registry.database,
        client: (client, stage.rng.port(49_152, 65_000)),
        pid: stage.rng.port(2_000, 32_000).into(),
        program: "suite-elettorale",
    }
}

/// Many small reads before and between; the end of them.
fn look(stage: &mut Stage<'_>, start_ms: i64, session: &Session<'_>) -> i64 {
    let server = &stage.town.hosts.registry;
    postgres::connected(&mut stage.lines, server, start_ms, session);
    let count = stage.rng.count(20, 34);
    let length_ms = stage.minutes(7, 14);
    for at_ms in stage.spread(start_ms + SECOND_MS, length_ms, count) {
        let section = stage.rng.size(1, 14);
        let statement =
            format!("select id, cognome, nome, via from elettorale.elettori where sezione = {section}");
        let rows = stage.rng.size(1, 60);
        let object = "elettorale.elettori";
        let audit = Audit { class: "READ", command: "SELECT", object, statement: &statement, rows };
        postgres::audit(&mut stage.lines, server, at_ms, session, &audit);
    }
    start_ms + length_ms + SECOND_MS
}

/// `count` statements that change about `rows` records in all.
fn change(
    stage: &mut Stage<'_>,
    start_ms: i64,
    length_ms: i64,
    session: &Session<'_>,
    (count, rows): (usize, u64),
) {
    let server = &stage.town.hosts.registry;
    let each = rows / count as u64;
    for at_ms in stage.spread(start_ms, length_ms, count) {
        let first = stage.rng.size(1, 14).to_string();
        let second = stage.rng.size(15, 96).to_string();
        let statement = stage.rng.pick(&CHANGES).replace('~', &first).replace('^', &second);
        let command = if statement.starts_with("DELETE") { "DELETE" } else { "UPDATE" };
        let rows = each + stage.rng.below(each / 10 + 1);
        let object = "elettorale.elettori";
        let audit = Audit { class: "WRITE", command, object, statement: &statement, rows };
        postgres::audit(&mut stage.lines, server, at_ms, session, &audit);
    }
}
