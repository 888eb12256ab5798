//! AT-29: a supplier whose contract has ended still gets in, copies the electoral roll out and leaves
//! itself a way back.

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::fortigate::{self, Flow, Verdict};
use crate::devices::fortigate_vpn::{self as vpn, Tunnel};
use crate::devices::postgres::{self, Audit, Session};
use crate::devices::windows::EventLog;
use crate::devices::windows_events::{self as events, Process};
use crate::hosts::Windows;
use crate::story::Stage;
use crate::town::Supplier;

/// The scenario.
pub(crate) struct FormerSupplier;

const EXPORTS: [(&str, &str); 3] = [
    ("elettorale.elettori", "id, codice_fiscale, cognome, nome, via, civico, sezione"),
    ("elettorale.sezioni", "numero, sede, via"),
    ("elettorale.tessere", "elettore, numero, rilasciata"),
];

impl Attack for FormerSupplier {
    fn facts(&self) -> Facts {
        Facts {
            number: 29,
            family: Family::Database,
            title_en: "Former supplier still inside",
            title_it: "Fornitore cessato ancora dentro",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let town = stage.town;
        let supplier = &town.former_supplier;
        let pause_ms = stage.rng.between(20 * MINUTE_MS, 40 * HOUR_MS).min(stage.window_ms() / 4);
        let length_ms = 2 * pause_ms + 5 * HOUR_MS;
        let mut at_ms = stage.start_anytime(length_ms);
        // First only whether the account still works.
        at_ms = visit(stage, at_ms, supplier, (town.hosts.suite.ip, 443));
        at_ms = visit(stage, at_ms + pause_ms, supplier, (town.hosts.db_host.ip, 5_432));
        at_ms = export(stage, at_ms, supplier);
        at_ms = visit(stage, at_ms + pause_ms, supplier, (town.hosts.terminal.ip, 3_389));
        leave_a_way_back(stage, at_ms, supplier, &town.hosts.terminal);
        let entity = Entity::default()
            .with("user_name", &supplier.login)
            .with("source_ip", supplier.address)
            .with("source_ip", supplier.tunnel)
            .with("host_name", &town.hosts.terminal.computer);
        Planted { entity, detections: vec!["DB-20", "AC-23", "AC-20", "DB-06"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // A supplier under contract, in office hours, on two servers and, asked by somebody, on that PC.
        let (town, person) = (stage.town, stage.person());
        let Some(supplier) = town.suppliers.first() else { return Entity::default() };
        let at_ms = stage.start_in_office(HOUR_MS);
        let at_ms = visit(stage, at_ms, supplier, (town.hosts.suite.ip, 3_389));
        let at_ms = visit(stage, at_ms + MINUTE_MS, supplier, (town.hosts.terminal.ip, 3_389));
        let computer = town.pc_of(person);
        let (image, parent) = (r"C:\Program Files\TeamViewer\TeamViewer.exe", r"C:\Windows\explorer.exe");
        let process = Process { user: &person.login, image, command: image, parent };
        let log = EventLog::of_pc(town, &computer);
        events::process(&mut stage.lines, town, &log, at_ms + MINUTE_MS, &process);
        Entity::default()
            .with("user_name", &supplier.login)
            .with("source_ip", supplier.address)
            .with("source_ip", supplier.tunnel)
            .with("host_name", &computer)
    }
}

/// A session of the VPN and what is opened through it; the end of its beginning.
fn visit(stage: &mut Stage<'_>, at_ms: i64, supplier: &Supplier, to: (std::net::Ipv4Addr, u16)) -> i64 {
    let town = stage.town;
    let ends = (supplier.address, supplier.tunnel);
    let tunnel = Tunnel::new(&mut stage.rng, vpn::SUPPLIERS, &supplier.login, ends);
    vpn::opened(&mut stage.lines, town, at_ms, &tunnel);
    let mut at_ms = at_ms + stage.rng.between(15, 120) * SECOND_MS;
    for _ in 0..stage.rng.count(2, 5) {
        let flow = Flow {
            source: (supplier.tunnel, stage.rng.port(49_152, 65_000)),
            destination: to,
            protocol: 6,
            verdict: Verdict::Close,
            interfaces: ("ssl.root", "SERVER"),
            policy: 40,
            bytes: (stage.rng.size(4_000, 90_000), stage.rng.size(9_000, 900_000)),
            duration_s: stage.rng.port(5, 300).into(),
        };
        fortigate::traffic(&mut stage.lines, town, at_ms, &flow);
        at_ms += stage.minutes(1, 6);
    }
    at_ms
}

/// The electoral roll, table by table; the end of it.
fn export(stage: &mut Stage<'_>, start_ms: i64, supplier: &Supplier) -> i64 {
    let town = stage.town;
    let server = &town.hosts.registry;
    let session = Session {
        user: &supplier.login,
        database: server.database,
        client: (supplier.tunnel, stage.rng.port(49_152, 65_000)),
        pid: stage.rng.port(2_000, 32_000).into(),
        program: stage.rng.pick(&["pg_dump", "pg_dumpall", "pg_dump"]),
    };
    postgres::connected(&mut stage.lines, server, start_ms, &session);
    let mut at_ms = start_ms;
    for (table, columns) in EXPORTS.into_iter().take(stage.rng.count(1, 3)) {
        at_ms += stage.rng.between(10, 90) * SECOND_MS;
        let statement = format!("COPY {table} ({columns}) TO stdout;");
        let rows = town.inhabitants * 4 / 5 + stage.rng.below(900);
        let audit = Audit { class: "READ", command: "COPY", object: table, statement: &statement, rows };
        postgres::audit(&mut stage.lines, server, at_ms, &session, &audit);
    }
    at_ms
}

/// A program to come back without the VPN.
fn leave_a_way_back(stage: &mut Stage<'_>, at_ms: i64, supplier: &Supplier, server: &Windows) {
    let (service, image) = stage.rng.pick(&[
        ("TeamViewer", r"C:\Program Files\TeamViewer\TeamViewer_Service.exe"),
        ("AnyDesk Service", r"C:\ProgramData\AnyDesk\AnyDesk.exe"),
        ("RustDesk", r"C:\Program Files\RustDesk\rustdesk.exe"),
    ]);
    let log = EventLog::of(server);
    let parent = r"C:\Windows\explorer.exe";
    let process = Process { user: &supplier.login, image, command: image, parent };
    events::process(&mut stage.lines, stage.town, &log, at_ms, &process);
    events::service_installed(&mut stage.lines, &log, at_ms + 7 * SECOND_MS, service, image);
}
