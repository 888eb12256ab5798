//! AT-19: an application is made to fail and writes the same error without end; in the night the disk
//! of the database server is full, the protocol's database stops writing, the portal answers 500.

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::postgres::{self, Session};
use crate::devices::session;
use crate::devices::web::{self, Request};
use crate::story::Stage;
use crate::words::BROWSERS;

/// The scenario.
pub(crate) struct FullDisk;

const ERRORS: [&str; 4] = [
    "ERROR [scheduler-3] conservazione: invio del pacchetto fallito: Connection refused; nuovo tentativo subito",
    "ERROR [http-nio-8080-exec-7] protocollo: java.lang.IllegalStateException: sessione non valida",
    "SEVERE [worker-2] fascicoli: impossibile leggere l'allegato: java.io.EOFException",
    "ERROR [pec-poller] scarico PEC fallito: javax.mail.MessagingException: Read timed out; nuovo tentativo subito",
];
const WRITES: [&str; 3] = [
    "insert into documenti (numero, oggetto) values ($1, $2)",
    "update documenti set stato = $1 where numero = $2",
    "insert into registro_accessi (utente, pagina) values ($1, $2)",
];
const FORMS: [&str; 4] = ["/istanze/invia", "/pratiche/nuova", "/istanze/allegati", "/prenotazioni/conferma"];

impl Attack for FullDisk {
    fn facts(&self) -> Facts {
        Facts {
            number: 19,
            family: Family::Continuity,
            title_en: "Disk filled by logs in the night",
            title_it: "Disco riempito dai log nella notte",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let town = stage.town;
        let quiet_ms = stage.rng.between(40 * MINUTE_MS, 4 * HOUR_MS).min(stage.window_ms() / 4);
        let start_ms = stage.start_where(quiet_ms + HOUR_MS, |_, hour| !(6..22).contains(&hour));
        same_error(stage, start_ms, quiet_ms);
        let at_ms = start_ms + quiet_ms + stage.rng.between(1, 50) * SECOND_MS;
        nothing_left(stage, at_ms);
        let at_ms = at_ms + stage.minutes(1, 4);
        statements_refused(stage, at_ms);
        portal_fails(stage, at_ms + MINUTE_MS);
        let entity = Entity::default()
            .with("host_name", &town.hosts.db_host.name)
            .with("db_name", town.hosts.protocol_db.database)
            .with("host_name", &town.hosts.portal.host)
            .with("url_domain", &town.hosts.portal.domain);
        Planted { entity, detections: vec!["SC-18", "SC-05"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // A long report of the accounts sorts on disk: big temporary files, a warning, and room again.
        let town = stage.town;
        let (server, host) = (&town.hosts.registry, &town.hosts.db_host);
        let session = Session {
            user: town.payroll_account,
            database: server.database,
            client: (server.app_ip, stage.rng.port(40_000, 60_000)),
            pid: stage.rng.port(2_000, 32_000).into(),
            program: "stipendi-batch",
        };
        let (start_ms, length_ms) = (stage.start_off_hours(HOUR_MS), stage.minutes(10, 40));
        let count = stage.rng.count(8, 24);
        for (place, at_ms) in stage.spread(start_ms, length_ms, count).into_iter().enumerate() {
            let bytes = stage.rng.size(1 << 30, 1 << 33);
            let text = format!(
                "temporary file: path \"base/pgsql_tmp/pgsql_tmp{}.{place}\", size {bytes}",
                session.pid
            );
            postgres::log(&mut stage.lines, server, at_ms, &session, &text);
        }
        let (used, tenths) = (stage.rng.size(86, 93), stage.rng.size(0, 9));
        let text =
            format!("'dati' space usage {used}.{tenths}% matches resource limit [space usage > 85.0%]");
        session::daemon(&mut stage.lines, host, start_ms + length_ms / 2, "monit", 412, &text);
        let text = "'dati' space usage check succeeded [current space usage = 61.4%]";
        session::daemon(&mut stage.lines, host, start_ms + length_ms + MINUTE_MS, "monit", 412, text);
        Entity::default().with("host_name", &host.name).with("user_name", session.user)
    }
}

/// The same error again and again; syslog counts most of them.
fn same_error(stage: &mut Stage<'_>, start_ms: i64, length_ms: i64) {
    let host = &stage.town.hosts.db_host;
    let (text, pid) = (stage.rng.pick(&ERRORS), stage.rng.port(900, 30_000).into());
    let count = stage.rng.count(60, 160);
    for (place, at_ms) in stage.spread(start_ms, length_ms, count).into_iter().enumerate() {
        if place % 3 == 0 {
            session::daemon(&mut stage.lines, host, at_ms, "protocollo", pid, text);
            continue;
        }
        let text = format!("message repeated {} times: [ {text}]", stage.rng.size(3_000, 14_000));
        session::daemon(&mut stage.lines, host, at_ms, "protocollo", pid, &text);
    }
}

/// What the server itself still manages to send over the network.
fn nothing_left(stage: &mut Stage<'_>, start_ms: i64) {
    let host = &stage.town.hosts.db_host;
    let writers = [
        (
            "rsyslogd",
            "file '/var/log/syslog'[9] write error - see https://www.rsyslog.com/solving-rsyslog-write-errors/ for help OS error: No space left on device [v8.2302.0]",
        ),
        (
            "systemd-journald",
            "Failed to write entry (22 items, 761 bytes), ignoring: No space left on device",
        ),
        ("protocollo", "java.io.IOException: No space left on device"),
        ("snmpd", "/var/lib/snmp/snmpd.conf: No space left on device"),
    ];
    let (count, length_ms) = (stage.rng.count(6, 22), stage.minutes(2, 9));
    let pids = writers.map(|_| stage.rng.port(300, 9_000));
    for at_ms in stage.spread(start_ms, length_ms, count) {
        let place = stage.rng.count(0, writers.len() - 1);
        let Some(((program, text), pid)) = writers.iter().zip(pids).nth(place) else { continue };
        session::daemon(&mut stage.lines, host, at_ms, program, pid.into(), text);
    }
}

fn statements_refused(stage: &mut Stage<'_>, start_ms: i64) {
    let server = &stage.town.hosts.protocol_db;
    let (count, length_ms) = (stage.rng.count(20, 60), stage.minutes(6, 14));
    for at_ms in stage.spread(start_ms, length_ms, count) {
        let session = Session {
            user: &server.app_user,
            database: server.database,
            client: (server.app_ip, stage.rng.port(40_000, 60_000)),
            pid: stage.rng.port(2_000, 32_000).into(),
            program: "protocollo",
        };
        let (block, statement) = (stage.rng.size(24_000, 26_000), stage.rng.pick(&WRITES));
        let message = format!("could not extend file \"base/16391/{block}\": No space left on device");
        postgres::error(&mut stage.lines, server, at_ms, &session, "53100", &message, statement);
    }
}

/// Whoever sends a form gets an error.
fn portal_fails(stage: &mut Stage<'_>, start_ms: i64) {
    let (town, site) = (stage.town, &stage.town.hosts.portal);
    let (minutes, per_minute) = (stage.rng.between(5, 9), stage.rng.between(32, 55));
    let count = usize::try_from(minutes * per_minute).unwrap_or(0);
    for at_ms in stage.spread(start_ms, minutes * MINUTE_MS, count) {
        let client = town.citizen(&mut stage.rng);
        let (target, agent) = (stage.rng.pick(&FORMS), stage.rng.pick(&BROWSERS));
        let (method, status) =
            (stage.rng.pick(&["GET", "POST", "POST"]), stage.rng.pick(&[500, 500, 500, 503]));
        let request = Request { client, method, target, status, bytes: 1_204, referrer: "-", agent };
        web::access(&mut stage.lines, site, at_ms, &request);
    }
}
