//! Work in the offices: look-ups in the registers, shared documents, protocol, storage.

use std::net::IpAddr;

use super::{Beat, Rhythm};
use crate::clock::{DAY_MS, SECOND_MS};
use crate::devices::iis;
use crate::devices::municipal::{self, Act};
use crate::devices::postgres::{self, Audit, Session};
use crate::devices::web::Request;
use crate::devices::{nas, samba};
use crate::people::Office;
use crate::words::{BROWSERS, DOCUMENTS, EXTENSIONS, FOLDERS, SURNAMES};

const LOOK_UPS_PER_DAY: f64 = 9_000.0;
const FILES_PER_DAY: f64 = 24_000.0;
const PROTOCOL_PER_DAY: f64 = 8_000.0;
const STORAGE_PER_DAY: f64 = 4_000.0;

/// Table, statement and suite module of a look-up.
const REGISTER_READS: [(&str, &str, &str); 3] = [
    (
        "anagrafe.persone",
        "select id, cognome, nome, nato, via from anagrafe.persone where cognome like ",
        "Demografici",
    ),
    ("anagrafe.famiglie", "select * from anagrafe.famiglie where intestatario = ", "Demografici"),
    ("anagrafe.certificati", "select * from anagrafe.certificati where persona = ", "Demografici"),
];
const TAX_READS: [(&str, &str, &str); 2] = [
    ("tributi.contribuenti", "select * from tributi.contribuenti where cognome like ", "Tributi"),
    (
        "tributi.posizioni",
        "select anno, imposta, dovuto, versato from tributi.posizioni where contribuente = ",
        "Tributi",
    ),
];

/// IIS writes its header when the log starts and when the UTC day does.
pub(super) fn iis_header(beat: &mut Beat<'_>) {
    let slice = beat.slice;
    let midnight_ms = slice.end_ms.div_euclid(DAY_MS) * DAY_MS;
    if slice.day.index == 0 && slice.start_ms == slice.day.start_ms {
        iis::header(beat.lines, beat.town, slice.start_ms);
    } else if (slice.start_ms..slice.end_ms).contains(&midnight_ms) {
        iis::header(beat.lines, beat.town, midnight_ms);
    }
}

/// An operator opens a record in the suite: web pages, audited read, suite audit.
pub(super) fn look_ups(beat: &mut Beat<'_>) {
    let town = beat.town;
    beat.each(LOOK_UPS_PER_DAY, Rhythm::Office, |beat, at_ms| {
        let register = beat.rng.chance(0.65);
        let office = if register { Office::Register } else { Office::Taxes };
        let person = town.staff.somebody(&mut beat.rng, office);
        let (object, statement, module) =
            if register { beat.rng.pick(&REGISTER_READS) } else { beat.rng.pick(&TAX_READS) };
        let statement = if statement.ends_with("like ") {
            let name = beat.rng.pick(&SURNAMES).to_uppercase();
            format!("{statement}'{name}%'")
        } else {
            format!("{statement}{}", beat.rng.size(1_000, 40_000))
        };
        let rows = 1 + beat.rng.below(6) * beat.rng.below(6);
        let session = Session {
            user: &person.login,
            database: town.hosts.registry.database,
            client: (town.hosts.registry.app_ip, beat.rng.port(40_000, 60_000)),
            pid: beat.rng.port(2_000, 32_000).into(),
            program: "suite-demografici",
        };
        let audit = Audit { class: "READ", command: "SELECT", object, statement: &statement, rows };
        postgres::audit(beat.lines, &town.hosts.registry, at_ms, &session, &audit);
        if beat.rng.chance(0.6) {
            let act =
                Act { module, user: &person.login, from: person.ip, action: "Consultazione", object, rows };
            municipal::suite(beat.lines, town, at_ms + 80, &act);
        }
        for (step, target) in
            ["/suite/ricerca.aspx", "/suite/scheda.aspx?tab=1", "/suite/api/stato"].iter().enumerate()
        {
            let request = Request {
                client: IpAddr::V4(person.ip),
                method: if step == 0 { "POST" } else { "GET" },
                target,
                status: 200,
                bytes: 0,
                referrer: "-",
                agent: BROWSERS.first().copied().unwrap_or("-"),
            };
            let taken_ms = beat.rng.size(15, 900);
            let delay_ms = i64::try_from(step).unwrap_or(0) * 700;
            iis::access(beat.lines, town, at_ms + delay_ms, &person.login, &request, taken_ms);
        }
    });
}

/// Documents of the shared folders, through the Linux file server.
pub(super) fn shared_files(beat: &mut Beat<'_>) {
    let town = beat.town;
    beat.each(FILES_PER_DAY, Rhythm::Office, |beat, at_ms| {
        let person = town.staff.anybody(&mut beat.rng);
        let who = (person, person.ip);
        let path = document(beat);
        let draw = beat.rng.unit();
        if draw < 0.72 {
            samba::opened(beat.lines, town, at_ms, who, "r", &path);
        } else if draw < 0.97 {
            samba::opened(beat.lines, town, at_ms, who, "w", &path);
        } else if draw < 0.985 {
            samba::operation(beat.lines, town, at_ms, who, "unlinkat", &[&path]);
        } else {
            // People rename within the same kind of document.
            let renamed = path.replace('/', "/def_").replacen("/def_", "/", 1);
            samba::operation(beat.lines, town, at_ms, who, "renameat", &[&path, &renamed]);
        }
    });
}

/// The protocol's database: slow statements and the odd error, without audit.
pub(super) fn protocol(beat: &mut Beat<'_>) {
    let server = &beat.town.hosts.protocol_db;
    beat.each(PROTOCOL_PER_DAY, Rhythm::Office, |beat, at_ms| {
        let session = Session {
            user: &server.app_user,
            database: server.database,
            client: (server.app_ip, beat.rng.port(40_000, 60_000)),
            pid: beat.rng.port(2_000, 32_000).into(),
            program: "protocollo",
        };
        if beat.rng.chance(0.004) {
            let statement = "insert into allegati (documento, numero) values (2211, 1)";
            let message = "duplicate key value violates unique constraint \"allegati_pkey\"";
            postgres::error(beat.lines, server, at_ms, &session, "23505", message, statement);
        } else {
            let number = beat.rng.size(1_000, 48_000);
            let duration_ms = beat.rng.size(200, 4_000);
            let text = format!("duration: {duration_ms}.112 ms  execute <unnamed>: select * from documenti where numero = {number}");
            postgres::log(beat.lines, server, at_ms, &session, &text);
        }
    });
}

/// Documents on the network storage.
pub(super) fn storage(beat: &mut Beat<'_>) {
    let town = beat.town;
    beat.each(STORAGE_PER_DAY, Rhythm::Office, |beat, at_ms| {
        let person = town.staff.somebody(&mut beat.rng, Office::Technical);
        let path = document(beat);
        let verb = beat.rng.pick(&["read", "read", "read", "write", "create", "delete"]);
        nas::file(beat.lines, town, at_ms, &person.login, person.ip, verb, &path);
    });
    beat.each(2.0, Rhythm::Office, |beat, at_ms| {
        nas::backup(beat.lines, town, at_ms + 30 * SECOND_MS, true);
    });
}

fn document(beat: &mut Beat<'_>) -> String {
    let folder = beat.rng.pick(&FOLDERS);
    let name = beat.rng.pick(&DOCUMENTS);
    let number = beat.rng.size(1, 900);
    let extension = beat.rng.pick(&EXTENSIONS);
    format!("{folder}/{name}_{number:03}.{extension}")
}
