//! AT-47: the site's database account reads the catalogue and makes a superuser, who reads the register.

use std::net::Ipv4Addr;

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::postgres::{self, Audit, Session};
use crate::hosts::Postgres;
use crate::story::Stage;

/// The scenario.
pub(crate) struct NewSuperuser;

/// What asks the catalogue what there is.
const CATALOGUE: [&str; 6] = [
    "SELECT table_schema, table_name FROM information_schema.tables LIMIT 50 OFFSET ~",
    "SELECT column_name, data_type FROM information_schema.columns WHERE ordinal_position = ~",
    "SELECT relname FROM pg_catalog.pg_class WHERE relkind = 'r' OFFSET ~",
    "SELECT rolname, rolsuper FROM pg_catalog.pg_roles OFFSET ~",
    "SELECT datname FROM pg_catalog.pg_database OFFSET ~",
    "SELECT column_name FROM information_schema.columns WHERE table_name ILIKE '%pers%' OFFSET ~",
];
const READS: [(&str, &str); 4] = [
    ("anagrafe.persone", "SELECT * FROM anagrafe.persone"),
    (
        "anagrafe.famiglie",
        "SELECT f.*, p.codice_fiscale FROM anagrafe.famiglie f JOIN anagrafe.persone p ON true",
    ),
    ("tributi.contribuenti", "SELECT codice_fiscale, iban FROM tributi.contribuenti"),
    ("elettorale.elettori", "SELECT * FROM elettorale.elettori"),
];

impl Attack for NewSuperuser {
    fn facts(&self) -> Facts {
        Facts {
            number: 47,
            family: Family::Database,
            title_en: "New database superuser made by the application account",
            title_it: "Nuovo superutente della base dati creato dall'utenza applicativa",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let town = stage.town;
        let site = &town.hosts.web_db;
        let quiet_ms = stage.rng.between(10 * MINUTE_MS, 90 * MINUTE_MS);
        let start_ms = stage.start_anytime(quiet_ms + 2 * HOUR_MS);
        let session = session(stage, site, (&site.app_user, site.app_ip), "albo-web");
        let count = stage.rng.count(36, 62);
        let length_ms = stage.rng.between(200, 560) * SECOND_MS;
        enumerate(stage, site, start_ms, length_ms, count, &session);
        let role = stage.rng.pick(&["manut", "dba2", "repl_ext", "supporto", "bi_lettura"]);
        let at_ms = start_ms + length_ms + stage.minutes(2, 15);
        create(stage, at_ms, role, &session);
        let client = town.inside(20, stage.rng.octet(60, 95));
        read(stage, at_ms + quiet_ms, (role, client));
        let entity = Entity::default()
            .with("user_name", &site.app_user)
            .with("user_name", role)
            .with("user_target_name", role)
            .with("source_ip", site.app_ip)
            .with("source_ip", client)
            .with("db_name", site.database)
            .with("db_name", town.hosts.registry.database);
        Planted { entity, detections: vec!["DB-14", "DB-07", "DB-11", "DB-12"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // The suite starts again and looks at its own tables, once.
        let server = &stage.town.hosts.registry;
        let start_ms = stage.start_anytime(5 * MINUTE_MS);
        let session = session(stage, server, (&server.app_user, server.app_ip), "suite-demografici");
        let count = stage.rng.count(5, 11);
        postgres::connected(&mut stage.lines, server, start_ms, &session);
        let length_ms = stage.rng.between(4, 30) * SECOND_MS;
        enumerate(stage, server, start_ms + 300, length_ms, count, &session);
        Entity::default().with("user_name", &server.app_user).with("source_ip", server.app_ip)
    }
}

fn session<'a>(
    stage: &mut Stage<'a>,
    server: &'a Postgres,
    (user, client): (&'a str, Ipv4Addr),
    program: &'a str,
) -> Session<'a> {
    Session {
        user,
        database: server.database,
        client: (client, stage.rng.port(40_000, 60_000)),
        pid: stage.rng.port(2_000, 32_000).into(),
        program,
    }
}

/// `count` reads of the catalogue.
fn enumerate(
    stage: &mut Stage<'_>,
    server: &Postgres,
    start_ms: i64,
    length_ms: i64,
    count: usize,
    session: &Session<'_>,
) {
    for (step, at_ms) in stage.spread(start_ms, length_ms, count).into_iter().enumerate() {
        let statement = stage.rng.pick(&CATALOGUE).replace('~', &step.to_string());
        let rows = stage.rng.size(1, 50);
        let audit = Audit { class: "READ", command: "SELECT", object: "", statement: &statement, rows };
        postgres::audit(&mut stage.lines, server, at_ms, session, &audit);
    }
}

/// A role above all others, and its rights.
fn create(stage: &mut Stage<'_>, start_ms: i64, role: &str, session: &Session<'_>) {
    let server = &stage.town.hosts.web_db;
    let options =
        stage.rng.pick(&["LOGIN SUPERUSER", "WITH SUPERUSER LOGIN", "LOGIN CREATEROLE CREATEDB SUPERUSER"]);
    let statements = [
        ("CREATE ROLE", format!("CREATE ROLE {role} {options} PASSWORD <REDACTED>")),
        ("GRANT", format!("GRANT ALL PRIVILEGES ON ALL TABLES IN SCHEMA public TO {role}")),
        ("GRANT", format!("GRANT ALL PRIVILEGES ON DATABASE anagrafe TO {role} WITH GRANT OPTION")),
    ];
    let mut at_ms = start_ms;
    for (command, statement) in &statements {
        let audit = Audit { class: "ROLE", command, object: "", statement, rows: 0 };
        postgres::audit(&mut stage.lines, server, at_ms, session, &audit);
        at_ms += stage.rng.between(4, 90) * SECOND_MS;
    }
}

/// The new role reads whole tables from a machine that never asked before.
fn read<'a>(stage: &mut Stage<'a>, start_ms: i64, (role, client): (&'a str, Ipv4Addr)) {
    let server = &stage.town.hosts.registry;
    let program = stage.rng.pick(&["psql", "python3", "DBeaver 24.3.1 - Main"]);
    let session = session(stage, server, (role, client), program);
    postgres::connected(&mut stage.lines, server, start_ms, &session);
    let mut tables = READS;
    stage.rng.shuffle(&mut tables);
    let mut at_ms = start_ms;
    for (object, statement) in tables.into_iter().take(stage.rng.count(2, 4)) {
        at_ms += stage.rng.between(20, 160) * SECOND_MS;
        let rows = stage.rng.size(15_500, 29_000);
        let audit = Audit { class: "READ", command: "SELECT", object, statement, rows };
        postgres::audit(&mut stage.lines, server, at_ms, &session, &audit);
    }
}
