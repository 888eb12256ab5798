//! AT-21: one operator of the register looks up hundreds of people and exports the list.

use std::net::IpAddr;

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::municipal::{self, Act};
use crate::devices::postgres::{self, Audit, Session};
use crate::devices::windows::EventLog;
use crate::devices::windows_security::{self as security, Logon};
use crate::people::Office;
use crate::story::Stage;

/// The scenario.
pub(crate) struct MassLookUps;

impl Attack for MassLookUps {
    fn facts(&self) -> Facts {
        Facts {
            number: 21,
            family: Family::Database,
            title_en: "Mass extraction from the population register by one operator",
            title_it: "Estrazione massiva dall'anagrafe da parte di un operatore",
            office: Some(Office::Register),
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let (town, person) = (stage.town, stage.person());
        let length_ms = stage.minutes(65, 130);
        let early = stage.rng.chance(0.5);
        let start_ms = if early {
            stage.start_where(length_ms + HOUR_MS, |day, hour| day.is_working() && hour == 7)
        } else {
            stage.start_off_hours(length_ms + HOUR_MS)
        };
        arrive(stage, start_ms);
        let per_hour = stage.rng.between(170, 260);
        let count = usize::try_from(length_ms * per_hour / HOUR_MS).unwrap_or(0);
        look_up(stage, start_ms + 2 * MINUTE_MS, length_ms, count);
        let at_ms = start_ms + length_ms + stage.minutes(4, 20);
        let rows = stage.rng.size(11_000, town.inhabitants);
        export(stage, at_ms, rows);
        let computer = town.pc_of(person);
        let device = stage.rng.pick(&["Flash_Disk", "DataTraveler", "Ultra_USB"]);
        let at_ms = at_ms + stage.rng.between(30, 400) * SECOND_MS;
        security::device_connected(
            &mut stage.lines,
            town,
            &EventLog::of_pc(town, &computer),
            at_ms,
            person,
            device,
        );
        Planted { entity: entity(stage), detections: vec!["DB-03", "DB-05", "DB-12"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // A school asks for its list: some dozens of records and a small export, in the morning.
        let start_ms = stage.start_in_office(90 * MINUTE_MS);
        arrive(stage, start_ms);
        let count = stage.rng.count(20, 38);
        look_up(stage, start_ms + MINUTE_MS, 55 * MINUTE_MS, count);
        let rows = stage.rng.size(90, 350);
        export(stage, start_ms + 70 * MINUTE_MS, rows);
        entity(stage)
    }
}

fn session<'a>(stage: &mut Stage<'a>) -> Session<'a> {
    let server = &stage.town.hosts.registry;
    Session {
        user: &stage.person().login,
        database: server.database,
        client: (server.app_ip, stage.rng.port(40_000, 60_000)),
        pid: stage.rng.port(2_000, 32_000).into(),
        program: "suite-demografici",
    }
}

fn arrive(stage: &mut Stage<'_>, at_ms: i64) {
    let (town, person) = (stage.town, stage.person());
    let from = (IpAddr::V4(person.ip), stage.rng.port(49_152, 65_535));
    let logon = Logon { user: person, kind: 3, package: "Kerberos", from, workstation: "-" };
    security::logon(&mut stage.lines, town, &EventLog::of(&town.hosts.suite), at_ms, &logon);
}

fn look_up(stage: &mut Stage<'_>, start_ms: i64, length_ms: i64, count: usize) {
    let (town, person) = (stage.town, stage.person());
    let session = session(stage);
    let first = stage.rng.size(1_000, 30_000);
    for (step, at_ms) in stage.spread(start_ms, length_ms, count).into_iter().enumerate() {
        let subject = first + step as u64 * 3;
        let statement = format!("select * from anagrafe.persone where id = {subject}");
        let audit = Audit {
            class: "READ",
            command: "SELECT",
            object: "anagrafe.persone",
            statement: &statement,
            rows: 1,
        };
        postgres::audit(&mut stage.lines, &town.hosts.registry, at_ms, &session, &audit);
        if stage.rng.chance(0.5) {
            let object = format!("soggetto:{:08x}", subject.wrapping_mul(0x9e37_79b9) & 0xffff_ffff);
            let act = Act {
                module: "Demografici",
                user: &person.login,
                from: person.ip,
                action: "Consultazione",
                object: &object,
                rows: 1,
            };
            municipal::suite(&mut stage.lines, town, at_ms + 70, &act);
        }
    }
}

fn export(stage: &mut Stage<'_>, at_ms: i64, rows: u64) {
    let (town, person) = (stage.town, stage.person());
    let session = session(stage);
    let statement = stage.rng.pick(&[
        "select codice_fiscale, cognome, nome, nato, via, civico from anagrafe.persone order by cognome",
        "select p.*, f.intestatario from anagrafe.persone p join anagrafe.famiglie f on f.id = p.famiglia",
        "select cognome, nome, nato, telefono from anagrafe.persone where residente",
    ]);
    let audit = Audit { class: "READ", command: "SELECT", object: "anagrafe.persone", statement, rows };
    postgres::audit(&mut stage.lines, &town.hosts.registry, at_ms, &session, &audit);
    let act = Act {
        module: "Demografici",
        user: &person.login,
        from: person.ip,
        action: "Esporta",
        object: "ElencoResidenti",
        rows,
    };
    municipal::suite(&mut stage.lines, town, at_ms + 900, &act);
}

fn entity(stage: &Stage<'_>) -> Entity {
    Entity::default().with("user_name", &stage.person().login).with("source_ip", stage.person().ip)
}
