//! AT-28: a technician opens the register with a client of his own, reads the social services and
//! switches the audit off and on again.

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::postgres::{self, Audit, Session};
use crate::people::Office;
use crate::story::Stage;

/// The scenario.
pub(crate) struct CuriousTechnician;

/// Sensitive tables and how they are read whole.
const READS: [(&str, &str); 4] = [
    ("servizi_sociali.assistiti", "SELECT * FROM servizi_sociali.assistiti"),
    ("servizi_sociali.interventi", "SELECT * FROM servizi_sociali.interventi i ORDER BY i.data DESC"),
    ("servizi_sociali.contributi", "SELECT c.* FROM servizi_sociali.contributi c"),
    (
        "anagrafe.persone",
        "SELECT p.* FROM anagrafe.persone p JOIN servizi_sociali.assistiti a ON a.persona = p.id",
    ),
];
const AUDIT_OFF: [&str; 3] = [
    "ALTER SYSTEM SET pgaudit.log = 'none'",
    "ALTER SYSTEM SET log_statement = 'none'",
    "ALTER SYSTEM SET pgaudit.log TO none",
];

impl Attack for CuriousTechnician {
    fn facts(&self) -> Facts {
        Facts {
            number: 28,
            family: Family::Database,
            title_en: "Direct SQL by a curious technician",
            title_it: "SQL diretto di un tecnico curioso",
            office: Some(Office::Informatics),
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let (town, person) = (stage.town, stage.person());
        let server = &town.hosts.registry;
        let program = stage.rng.pick(&[
            "DBeaver 24.3.1 - SQLEditor <Script-4.sql>",
            "psql",
            "pgAdmin 4 - CONN:8120771",
            "Microsoft Excel ODBC",
        ]);
        let pause_ms = stage.minutes(15, 120);
        let start_ms = stage.start_in_office(pause_ms + 2 * HOUR_MS);
        let session = Session {
            user: &person.login,
            database: server.database,
            client: (person.ip, stage.rng.port(49_152, 65_000)),
            pid: stage.rng.port(2_000, 32_000).into(),
            program,
        };
        postgres::connected(&mut stage.lines, server, start_ms, &session);
        let at_ms = read(stage, start_ms + MINUTE_MS, &session);
        let off_ms = at_ms + stage.minutes(1, 8);
        let off = stage.rng.pick(&AUDIT_OFF);
        setting(stage, off_ms, &session, off);
        // What happens meanwhile is not audited; then he looks at what was written before.
        let on_ms = off_ms + pause_ms;
        let on = if off.contains("log_statement") {
            "ALTER SYSTEM SET log_statement = 'mod'"
        } else {
            "ALTER SYSTEM SET pgaudit.log = 'read, write, ddl, role'"
        };
        setting(stage, on_ms, &session, on);
        let log = "select pg_read_file('log/postgresql.csv', 0, 800000)";
        let audit = Audit { class: "READ", command: "SELECT", object: "", statement: log, rows: 1 };
        postgres::audit(&mut stage.lines, server, on_ms + 40 * SECOND_MS, &session, &audit);
        read(stage, on_ms + 2 * MINUTE_MS, &session);
        let entity = Entity::default()
            .with("user_name", &person.login)
            .with("source_ip", person.ip)
            .with("db_name", server.database);
        Planted { entity, detections: vec!["DB-11", "DB-13", "DB-12"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // The yearly statistics: counts on views, through the suite.
        let (town, person) = (stage.town, stage.person());
        let server = &town.hosts.registry;
        let start_ms = stage.start_in_office(HOUR_MS);
        let session = Session {
            user: &person.login,
            database: server.database,
            client: (server.app_ip, stage.rng.port(40_000, 60_000)),
            pid: stage.rng.port(2_000, 32_000).into(),
            program: "suite-demografici",
        };
        let count = stage.rng.count(3, 7);
        for at_ms in stage.spread(start_ms, 50 * MINUTE_MS, count) {
            let (object, statement) = stage.rng.pick(&[
                ("statistica.v_eta", "select classe, sesso, n from statistica.v_eta order by classe"),
                ("statistica.v_famiglie", "select componenti, n from statistica.v_famiglie"),
                ("statistica.v_movimenti", "select mese, nati, morti, iscritti from statistica.v_movimenti"),
            ]);
            let rows = stage.rng.size(20, 300);
            let audit = Audit { class: "READ", command: "SELECT", object, statement, rows };
            postgres::audit(&mut stage.lines, server, at_ms, &session, &audit);
        }
        Entity::default().with("user_name", &person.login).with("source_ip", person.ip)
    }
}

/// Reads two or three tables whole; the end of it.
fn read(stage: &mut Stage<'_>, start_ms: i64, session: &Session<'_>) -> i64 {
    let server = &stage.town.hosts.registry;
    let mut tables = READS;
    stage.rng.shuffle(&mut tables);
    let mut at_ms = start_ms;
    for (object, statement) in tables.into_iter().take(stage.rng.count(2, 4)) {
        at_ms += stage.rng.between(20, 150) * SECOND_MS;
        let rows = stage.rng.size(16_000, 31_000);
        let audit = Audit { class: "READ", command: "SELECT", object, statement, rows };
        postgres::audit(&mut stage.lines, server, at_ms, session, &audit);
    }
    at_ms
}

/// A server setting is changed and read in.
fn setting(stage: &mut Stage<'_>, at_ms: i64, session: &Session<'_>, statement: &str) {
    let server = &stage.town.hosts.registry;
    let audit = Audit { class: "DDL", command: "ALTER SYSTEM", object: "", statement, rows: 0 };
    postgres::audit(&mut stage.lines, server, at_ms, session, &audit);
    let reload =
        Audit { class: "READ", command: "SELECT", object: "", statement: "select pg_reload_conf()", rows: 1 };
    postgres::audit(&mut stage.lines, server, at_ms + 900, session, &reload);
}
