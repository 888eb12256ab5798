//! AT-23: a supplier's account is used at night to dump the population register and carry it away.

use std::net::{IpAddr, Ipv4Addr};

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::fortigate::{self, Flow, Verdict};
use crate::devices::fortigate_vpn::{self as vpn, Tunnel};
use crate::devices::postgres::{self, Audit, Session};
use crate::devices::session;
use crate::devices::sshd::{self, Peer};
use crate::devices::windows::EventLog;
use crate::devices::windows_events::{self as events, Process};
use crate::story::Stage;
use crate::town::Supplier;

/// The scenario.
pub(crate) struct RegisterDump;

/// Tables a dump copies out, with their columns.
const TABLES: [(&str, &str); 6] = [
    ("anagrafe.persone", "id, codice_fiscale, cognome, nome, nato, via, civico"),
    ("anagrafe.famiglie", "id, intestatario, indirizzo"),
    ("anagrafe.documenti", "id, persona, tipo, numero, scadenza"),
    ("anagrafe.cittadinanze", "persona, stato, dal"),
    ("anagrafe.residenze", "persona, via, civico, dal, al"),
    ("tributi.contribuenti", "id, codice_fiscale, iban"),
];
const LOOKING_AROUND: [&str; 5] = [
    "select count(*) from anagrafe.persone",
    "select relname, reltuples from pg_class order by reltuples desc limit 20",
    "select pg_size_pretty(pg_database_size('anagrafe'))",
    "select * from anagrafe.persone limit 10",
    "select current_user, version()",
];

impl Attack for RegisterDump {
    fn facts(&self) -> Facts {
        Facts {
            number: 23,
            family: Family::Database,
            title_en: "Dump of the population register and upload",
            title_it: "Copia dell'anagrafe e invio all'esterno",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let town = stage.town;
        let Some(supplier) = town.suppliers.get(1) else {
            return Planted { entity: Entity::default(), detections: Vec::new() };
        };
        let (attacker, drop) = (stage.outsider(0), stage.outsider_v4(1));
        let mut at_ms = stage.start_where(4 * HOUR_MS, |_, hour| (1..4).contains(&hour));
        let ends = (attacker, supplier.tunnel);
        let tunnel = Tunnel::new(&mut stage.rng, vpn::SUPPLIERS, &supplier.login, ends);
        vpn::opened(&mut stage.lines, town, at_ms, &tunnel);
        let start_ms = at_ms;
        at_ms += stage.minutes(2, 15);
        at_ms = read(stage, at_ms, supplier);
        at_ms = dump(stage, at_ms + 2 * MINUTE_MS, supplier);
        at_ms = pack(stage, at_ms + MINUTE_MS, supplier);
        let total = stage.rng.size(3_300_000_000, 6_000_000_000);
        at_ms = upload(stage, at_ms + MINUTE_MS, (town.hosts.db_host.ip, "SERVER"), drop, total);
        let bytes = (9_400_000, 71_000_000);
        vpn::closed(&mut stage.lines, town, at_ms + MINUTE_MS, &tunnel, at_ms - start_ms, bytes);
        let hosts = &town.hosts;
        let entity = Entity::default()
            .with("user_name", &supplier.login)
            .with("source_ip", attacker)
            .with("source_ip", supplier.tunnel)
            .with("source_ip", hosts.db_host.ip)
            .with("destination_ip", drop)
            .with("host_name", &hosts.db_host.name)
            .with("db_name", hosts.registry.database);
        Planted { entity, detections: vec!["AC-19", "DB-11", "DB-06", "DB-15", "NT-08", "CH-03"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // Drawings for a tender: packed without a password, sent to the usual exchange site.
        let (town, person) = (stage.town, stage.person());
        let start_ms = stage.start_in_office(HOUR_MS);
        let computer = town.pc_of(person);
        let command = format!(r"7z.exe a C:\Users\{}\Desktop\tavole_gara.7z D:\Progetti\*.dwg", person.login);
        let process = Process {
            user: &person.login,
            image: r"C:\Program Files\7-Zip\7z.exe",
            command: &command,
            parent: r"C:\Windows\explorer.exe",
        };
        events::process(&mut stage.lines, town, &EventLog::of_pc(town, &computer), start_ms, &process);
        let (_, destination) = town.outside_service(&mut stage.rng);
        let total = stage.rng.size(90_000_000, 240_000_000);
        upload(stage, start_ms + 4 * MINUTE_MS, (person.ip, "LAN"), destination, total);
        Entity::default()
            .with("user_name", &person.login)
            .with("source_ip", person.ip)
            .with("host_name", &computer)
            .with("host_name", &person.pc)
    }
}

fn session<'a>(stage: &mut Stage<'a>, supplier: &'a Supplier, program: &'a str) -> Session<'a> {
    Session {
        user: &supplier.login,
        database: stage.town.hosts.registry.database,
        client: (supplier.tunnel, stage.rng.port(49_152, 65_000)),
        pid: stage.rng.port(2_000, 32_000).into(),
        program,
    }
}

/// Looks around with a client of its own; the end of it.
fn read<'a>(stage: &mut Stage<'a>, start_ms: i64, supplier: &'a Supplier) -> i64 {
    let server = &stage.town.hosts.registry;
    let program = stage.rng.pick(&["psql", "DBeaver 24.3.1 - Main", "pgAdmin 4 - CONN:4411982"]);
    let session = session(stage, supplier, program);
    postgres::connected(&mut stage.lines, server, start_ms, &session);
    let mut statements = LOOKING_AROUND;
    stage.rng.shuffle(&mut statements);
    let mut at_ms = start_ms;
    for statement in statements.into_iter().take(stage.rng.count(2, 5)) {
        at_ms += stage.rng.between(8, 90) * SECOND_MS;
        let object = if statement.contains("persone") { "anagrafe.persone" } else { "" };
        let audit =
            Audit { class: "READ", command: "SELECT", object, statement, rows: stage.rng.size(1, 20) };
        postgres::audit(&mut stage.lines, server, at_ms, &session, &audit);
    }
    at_ms
}

/// Copies the tables out; the end of it.
fn dump<'a>(stage: &mut Stage<'a>, start_ms: i64, supplier: &'a Supplier) -> i64 {
    let town = stage.town;
    let server = &town.hosts.registry;
    let session = session(stage, supplier, "pg_dump");
    postgres::connected(&mut stage.lines, server, start_ms, &session);
    let mut at_ms = start_ms;
    for (table, columns) in TABLES.into_iter().take(stage.rng.count(4, 6)) {
        at_ms += stage.rng.between(15, 200) * SECOND_MS;
        let statement = format!("COPY {table} ({columns}) TO stdout;");
        let rows = town.inhabitants + stage.rng.below(30_000);
        let audit = Audit { class: "READ", command: "COPY", object: table, statement: &statement, rows };
        postgres::audit(&mut stage.lines, server, at_ms, &session, &audit);
    }
    at_ms
}

/// Packs the dump with a password, on the database's own server; the end of it.
fn pack(stage: &mut Stage<'_>, start_ms: i64, supplier: &Supplier) -> i64 {
    let host = &stage.town.hosts.db_host;
    let peer = Peer {
        ip: IpAddr::V4(supplier.tunnel),
        port: stage.rng.port(49_152, 65_000),
        pid: stage.rng.port(2_000, 32_000).into(),
    };
    sshd::accepted(&mut stage.lines, host, start_ms, peer, &supplier.login, "password");
    let name = stage.rng.pick(&["a", "agg", "tmp_0", "log_old", "rilascio"]);
    let tool = stage.rng.pick(&["/usr/bin/7z a -mhe=on", "/usr/bin/7z a -mx1", "/usr/bin/zip -r"]);
    let archive = if tool.contains("zip -r") { "zip" } else { "7z" };
    let command = if archive == "zip" {
        format!("{tool} -P Aw{} /var/tmp/{name}.zip /var/tmp/dump", stage.rng.size(1_000, 99_999))
    } else {
        format!("{tool} -pAw{} /var/tmp/{name}.7z /var/tmp/dump", stage.rng.size(1_000, 99_999))
    };
    let at_ms = start_ms + stage.rng.between(20, 160) * SECOND_MS;
    session::sudo(&mut stage.lines, host, at_ms, &supplier.login, &command);
    at_ms + stage.minutes(2, 8)
}

/// Sends `total` bytes in a few flows within three quarters of an hour; the end of it.
fn upload(
    stage: &mut Stage<'_>,
    start_ms: i64,
    (source, zone): (Ipv4Addr, &'static str),
    destination: Ipv4Addr,
    total: u64,
) -> i64 {
    let town = stage.town;
    let count = stage.rng.count(4, 9);
    let length_ms = stage.minutes(15, 44);
    let each = total / count as u64;
    for at_ms in stage.spread(start_ms, length_ms, count) {
        let sent = each + stage.rng.below(each / 40 + 1);
        let flow = Flow {
            source: (source, stage.rng.port(32_768, 65_000)),
            destination: (destination, 443),
            protocol: 6,
            verdict: Verdict::Close,
            interfaces: (zone, "wan1"),
            policy: 21,
            bytes: (sent, sent / 90),
            duration_s: stage.rng.port(60, 600).into(),
        };
        fortigate::traffic(&mut stage.lines, town, at_ms, &flow);
    }
    start_ms + length_ms
}
