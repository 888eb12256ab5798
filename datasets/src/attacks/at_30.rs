//! AT-30: an officer of the local police cancels fines at night; then the rows are deleted with the
//! application's own account.

use std::net::Ipv4Addr;

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::municipal::{self, Act};
use crate::devices::postgres::{self, Audit, Session};
use crate::people::{Office, Person};
use crate::story::Stage;

/// The scenario.
pub(crate) struct CancelledFines;

const FINES: &str = "sanzioni.verbali";
const GENERIC: [&str; 4] = ["ERRORE MATERIALE", "ANNULLATO D'UFFICIO", "DOPPIO", "VARIE"];

impl Attack for CancelledFines {
    fn facts(&self) -> Facts {
        Facts {
            number: 30,
            family: Family::Database,
            title_en: "Fines quietly cancelled",
            title_it: "Verbali annullati in silenzio",
            office: Some(Office::Police),
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let (town, officer) = (stage.town, stage.person());
        // Two nights when there are; in a short time both are one.
        let night_ms = if stage.window_ms() > 60 * HOUR_MS { 24 * HOUR_MS } else { 0 };
        let start_ms = stage.start_where(night_ms + 3 * HOUR_MS, |_, hour| (0..4).contains(&hour));
        let reason = stage.rng.pick(&GENERIC);
        let few = stage.rng.count(5, 12);
        let end_ms = cancel(stage, start_ms, (officer, few), reason);
        let again_ms = if night_ms == 0 { end_ms + 4 * MINUTE_MS } else { start_ms + night_ms };
        let many = stage.rng.count(22, 34);
        let end_ms = cancel(stage, again_ms, (officer, many), reason);
        let length_ms = stage.minutes(4, 18);
        erase(stage, end_ms + length_ms, officer.ip);
        let entity = Entity::default()
            .with("user_name", &officer.login)
            .with("user_name", &town.hosts.registry.app_user)
            .with("source_ip", officer.ip);
        Planted { entity, detections: vec!["DB-19", "DB-05"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // A sign was wrong: two of the office cancel what it brought, in the morning, all for one cause.
        let officer = stage.person();
        let colleague = stage.town.staff.somebody(&mut stage.rng, Office::Police);
        let start_ms = stage.start_in_office(2 * HOUR_MS);
        let reason = "SEGNALETICA ERRATA VIA GARIBALDI, DET. 214";
        let (first, second) = (stage.rng.count(9, 18), stage.rng.count(6, 14));
        let end_ms = cancel(stage, start_ms, (officer, first), reason);
        cancel(stage, end_ms + 2 * MINUTE_MS, (colleague, second), reason);
        Entity::default()
            .with("user_name", &officer.login)
            .with("user_name", &colleague.login)
            .with("source_ip", officer.ip)
    }
}

/// Opens and cancels `count` fines in the suite, one after the other; the end of it.
fn cancel(stage: &mut Stage<'_>, start_ms: i64, (person, count): (&Person, usize), reason: &str) -> i64 {
    let town = stage.town;
    let server = &town.hosts.registry;
    let session = Session {
        user: &person.login,
        database: server.database,
        client: (server.app_ip, stage.rng.port(40_000, 60_000)),
        pid: stage.rng.port(2_000, 32_000).into(),
        program: "suite-sanzioni",
    };
    let mut at_ms = start_ms;
    for _ in 0..count {
        let number = stage.rng.size(1_000, 48_000);
        let statement = format!("select * from sanzioni.verbali where id = {number}");
        let read = Audit { class: "READ", command: "SELECT", object: FINES, statement: &statement, rows: 1 };
        postgres::audit(&mut stage.lines, server, at_ms, &session, &read);
        let changed_ms = at_ms + stage.rng.between(4, 15) * SECOND_MS;
        let quoted = reason.replace('\'', "''");
        let statement = format!(
            "update sanzioni.verbali set stato = 'ANNULLATO', motivo = '{quoted}' where id = {number}"
        );
        let write =
            Audit { class: "WRITE", command: "UPDATE", object: FINES, statement: &statement, rows: 1 };
        postgres::audit(&mut stage.lines, server, changed_ms, &session, &write);
        let object = format!("verbale:{number} motivo:{reason}");
        let act = Act {
            module: "Sanzioni",
            user: &person.login,
            from: person.ip,
            action: "ANNULLA_VERBALE",
            object: &object,
            rows: 1,
        };
        municipal::suite(&mut stage.lines, town, changed_ms + 60, &act);
        at_ms = changed_ms + stage.rng.between(8, 30) * SECOND_MS;
    }
    at_ms
}

/// The cancelled rows go, with the application's account but not through the application.
fn erase(stage: &mut Stage<'_>, at_ms: i64, from: Ipv4Addr) {
    let server = &stage.town.hosts.registry;
    let session = Session {
        user: &server.app_user,
        database: server.database,
        client: (from, stage.rng.port(49_152, 65_000)),
        pid: stage.rng.port(2_000, 32_000).into(),
        program: stage.rng.pick(&["psql", "DBeaver 24.3.1 - Main", "pgAdmin 4 - CONN:7120334"]),
    };
    postgres::connected(&mut stage.lines, server, at_ms, &session);
    let statement = stage.rng.pick(&[
        "DELETE FROM sanzioni.verbali WHERE stato = 'ANNULLATO' AND motivo NOT LIKE '%DET.%'",
        "DELETE FROM sanzioni.verbali WHERE stato = 'ANNULLATO' AND aggiornato > now() - interval '2 days'",
        "delete from sanzioni.verbali where stato = 'ANNULLATO' and not notificato",
    ]);
    let rows = stage.rng.size(27, 46);
    let audit = Audit { class: "WRITE", command: "DELETE", object: FINES, statement, rows };
    postgres::audit(&mut stage.lines, server, at_ms + 40 * SECOND_MS, &session, &audit);
}
