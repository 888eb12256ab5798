//! AT-24: somebody who leaves for another post stays two evenings, reads whole lists and the office's
//! documents, and sends them to a mailbox of their own; weeks later the account still works.

use std::net::IpAddr;

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::fortigate::{self, Flow, Verdict};
use crate::devices::postgres::{self, Audit, Session};
use crate::devices::samba;
use crate::devices::windows::EventLog;
use crate::devices::windows_security::{self as security, Logon};
use crate::people::Office;
use crate::story::Stage;
use crate::words::{DOCUMENTS, EXTENSIONS};

/// The scenario.
pub(crate) struct LeavingEmployee;

/// Lists of the archive: table and what is asked of it.
const LISTS: [(&str, &str); 6] = [
    (
        "tributi.posizioni",
        "select anno, imposta, dovuto, versato, contribuente from tributi.posizioni where anno =",
    ),
    ("tributi.accertamenti", "select * from tributi.accertamenti where anno ="),
    ("tributi.rateizzazioni", "select * from tributi.rateizzazioni where anno ="),
    ("edilizia.pratiche", "select numero, oggetto, richiedente, importo from edilizia.pratiche where anno ="),
    ("edilizia.sopralluoghi", "select * from edilizia.sopralluoghi where anno ="),
    ("gare.offerte", "select gara, impresa, ribasso from gare.offerte where anno ="),
];

impl Attack for LeavingEmployee {
    fn facts(&self) -> Facts {
        Facts {
            number: 24,
            family: Family::Database,
            title_en: "Leaving employee takes lists and documents along",
            title_it: "Dipendente in uscita porta via elenchi e documenti",
            office: Some(Office::Taxes),
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let pause_ms = stage.rng.between(20 * MINUTE_MS, 45 * HOUR_MS).min(stage.window_ms() / 4);
        let length_ms = 2 * pause_ms + 4 * HOUR_MS;
        let start_ms = stage.start_where(length_ms, |day, hour| day.is_working() && (19..22).contains(&hour));
        let mut at_ms = start_ms;
        for _ in 0..2 {
            arrive(stage, at_ms);
            let (lists, files) = (stage.rng.count(12, 22), stage.rng.count(380, 700));
            at_ms = read_lists(stage, at_ms + 2 * MINUTE_MS, lists);
            at_ms = read_documents(stage, at_ms + MINUTE_MS, files);
            send(stage, at_ms + 2 * MINUTE_MS);
            at_ms += pause_ms;
        }
        arrive(stage, at_ms + MINUTE_MS);
        Planted { entity: entity(stage), detections: vec!["DB-09", "DB-05"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // The work is handed over to a colleague, in the morning: one list, some dozens of documents.
        let start_ms = stage.start_in_office(2 * HOUR_MS);
        arrive(stage, start_ms);
        let at_ms = read_lists(stage, start_ms + MINUTE_MS, 1);
        let files = stage.rng.count(40, 110);
        read_documents(stage, at_ms + 5 * MINUTE_MS, files);
        entity(stage)
    }
}

fn arrive(stage: &mut Stage<'_>, at_ms: i64) {
    let (town, person) = (stage.town, stage.person());
    let from = (IpAddr::V4(person.ip), stage.rng.port(49_152, 65_535));
    let logon = Logon { user: person, kind: 3, package: "Kerberos", from, workstation: "-" };
    security::logon(&mut stage.lines, town, &EventLog::of(&town.hosts.suite), at_ms, &logon);
}

/// One list after the other; the end of it.
fn read_lists(stage: &mut Stage<'_>, start_ms: i64, count: usize) -> i64 {
    let (town, person) = (stage.town, stage.person());
    let server = &town.hosts.registry;
    let session = Session {
        user: &person.login,
        database: server.database,
        client: (server.app_ip, stage.rng.port(40_000, 60_000)),
        pid: stage.rng.port(2_000, 32_000).into(),
        program: "suite-tributi",
    };
    let length_ms = stage.minutes(11, 24);
    for at_ms in stage.spread(start_ms, length_ms, count) {
        let (object, statement) = stage.rng.pick(&LISTS);
        let statement = format!("{statement} {}", stage.rng.size(2_019, 2_026));
        let rows = stage.rng.size(60, 900);
        let audit = Audit { class: "READ", command: "SELECT", object, statement: &statement, rows };
        postgres::audit(&mut stage.lines, server, at_ms, &session, &audit);
    }
    start_ms + length_ms
}

/// The office's documents, one after the other; the end of it.
fn read_documents(stage: &mut Stage<'_>, start_ms: i64, count: usize) -> i64 {
    let (town, person) = (stage.town, stage.person());
    let folder = stage.rng.pick(&["Tributi/accertamenti", "Tributi/ricorsi", "Tributi/ruoli"]);
    let length_ms = stage.minutes(14, 40);
    for at_ms in stage.spread(start_ms, length_ms, count) {
        let (name, extension) = (stage.rng.pick(&DOCUMENTS), stage.rng.pick(&EXTENSIONS));
        let path = format!("{folder}/{name}_{:04}.{extension}", stage.rng.size(1, 3_000));
        samba::opened(&mut stage.lines, town, at_ms, (person, person.ip), "r", &path);
    }
    start_ms + length_ms
}

/// Attachments go into a mailbox on the web.
fn send(stage: &mut Stage<'_>, start_ms: i64) {
    let (town, person, mailbox) = (stage.town, stage.person(), stage.outsider_v4(0));
    let count = stage.rng.count(4, 9);
    for at_ms in stage.spread(start_ms, 12 * MINUTE_MS, count) {
        let sent = stage.rng.size(6_000_000, 24_000_000);
        let flow = Flow {
            source: (person.ip, stage.rng.port(49_152, 65_000)),
            destination: (mailbox, 443),
            protocol: 6,
            verdict: Verdict::Close,
            interfaces: ("LAN", "wan1"),
            policy: 12,
            bytes: (sent, sent / 60),
            duration_s: stage.rng.port(10, 90).into(),
        };
        fortigate::traffic(&mut stage.lines, town, at_ms + SECOND_MS, &flow);
    }
}

fn entity(stage: &Stage<'_>) -> Entity {
    Entity::default().with("user_name", &stage.person().login).with("source_ip", stage.person().ip)
}
