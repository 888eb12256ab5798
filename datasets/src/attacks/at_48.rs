//! AT-48: a backup left on the site gives away the database's password, and a VPN account.

use std::net::{IpAddr, Ipv4Addr};

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::fortigate_vpn::{self as vpn, Tunnel};
use crate::devices::postgres::{self, Audit, Session};
use crate::devices::web::{self, Request};
use crate::story::Stage;
use crate::words::BROWSERS;

/// The scenario.
pub(crate) struct ForgottenBackup;

/// Beginnings and ends of what a scanner tries.
const STEMS: [&str; 24] = [
    "backup", "db", "dump", "site", "www", "old", "test", "admin", "config", "data", "export", "ftp", "home",
    "html", "log", "new", "prod", "public", "sito", "sql", "temp", "upload", "comune", "albo",
];
const ENDS: [&str; 8] = [".zip", ".tar.gz", ".sql", ".bak", ".old", ".rar", ".env", "/"];

impl Attack for ForgottenBackup {
    fn facts(&self) -> Facts {
        Facts {
            number: 48,
            family: Family::Database,
            title_en: "Configuration backup left on the web site",
            title_it: "Copia della configurazione dimenticata sul sito",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let (town, person) = (stage.town, stage.person());
        let quiet_ms = stage.rng.between(10 * MINUTE_MS, 3 * HOUR_MS).min(stage.window_ms() / 4);
        let start_ms = stage.start_anytime(2 * quiet_ms + 3 * HOUR_MS);
        let at_ms = probe(stage, start_ms);
        let archive =
            stage.rng.pick(&["/backup_sito.zip", "/backup-www.zip", "/old/backup.zip", "/backup_db.sql.gz"]);
        let at_ms = take(stage, at_ms + MINUTE_MS, archive);
        let client = town.inside(20, stage.rng.octet(100, 140));
        use_password(stage, at_ms + quiet_ms, client);
        two_places(stage, at_ms + 2 * quiet_ms + 5 * MINUTE_MS);
        let mut entity = Entity::default()
            .with("url_path", archive)
            .with("url_path", "/.env")
            .with("url_domain", &town.hosts.site.domain)
            .with("source_ip", client)
            .with("source_ip", person.home)
            .with("user_name", &town.hosts.web_db.app_user)
            .with("user_name", &person.login);
        for index in 0..4 {
            entity = entity.with("source_ip", stage.outsider(index));
        }
        Planted { entity, detections: vec!["WB-01", "WB-06", "DB-11", "AC-21"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // The documents of a tender, which are there to be taken; some old links are broken.
        let client = stage.outsider(0);
        let start_ms = stage.start_anytime(HOUR_MS);
        let agent = stage.rng.pick(&BROWSERS);
        let count = stage.rng.count(9, 26);
        let year = stage.rng.size(2_024, 2_026);
        for at_ms in stage.spread(start_ms, 50 * MINUTE_MS, count) {
            let found = stage.rng.chance(0.6);
            let target = format!("/bandi/{year}/gara_{}.zip", stage.rng.size(1, 40));
            let (status, bytes) =
                if found { (200, stage.rng.size(2_000_000, 40_000_000)) } else { (404, 1_270) };
            get(stage, at_ms, client, &target, (status, bytes), agent);
        }
        Entity::default().with("source_ip", client)
    }
}

fn get(
    stage: &mut Stage<'_>,
    at_ms: i64,
    client: IpAddr,
    target: &str,
    (status, bytes): (u16, u64),
    agent: &str,
) {
    let request = Request { client, method: "GET", target, status, bytes, referrer: "-", agent };
    web::access(&mut stage.lines, &stage.town.hosts.site, at_ms, &request);
}

/// A scanner tries names of files that should not be there; the end of it.
fn probe(stage: &mut Stage<'_>, start_ms: i64) -> i64 {
    let client = stage.outsider(0);
    let agent = stage.rng.pick(&[
        "Mozilla/5.0 (compatible; Nuclei - Open-source project)",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
        "gobuster/3.6",
        "python-requests/2.31.0",
    ]);
    let mut paths: Vec<String> =
        STEMS.iter().flat_map(|stem| ENDS.iter().map(move |end| format!("/{stem}{end}"))).collect();
    stage.rng.shuffle(&mut paths);
    paths.truncate(stage.rng.count(105, 175));
    let length_ms = stage.rng.between(70, 260) * SECOND_MS;
    let instants = stage.spread(start_ms, length_ms, paths.len());
    for (path, at_ms) in paths.iter().zip(instants) {
        let status = stage.rng.pick(&[404, 404, 404, 404, 404, 404, 403, 403, 301, 404]);
        get(stage, at_ms, client, path, (status, 1_270), agent);
    }
    let bytes = stage.rng.size(600, 2_400);
    get(stage, start_ms + length_ms + 900, client, "/.env", (200, bytes), agent);
    start_ms + length_ms + 900
}

/// The archive is taken from three addresses; the end of it.
fn take(stage: &mut Stage<'_>, start_ms: i64, archive: &str) -> i64 {
    let bytes = stage.rng.size(8_000_000, 60_000_000);
    let agent = stage.rng.pick(&["Wget/1.21.4", "curl/8.5.0", "Mozilla/5.0 (X11; Linux x86_64)"]);
    let mut at_ms = start_ms;
    for index in 0..3 {
        let client = stage.outsider(index);
        get(stage, at_ms, client, archive, (200, bytes), agent);
        at_ms += stage.minutes(1, 12);
    }
    at_ms
}

/// The site's account enters the database from another machine of its network.
fn use_password(stage: &mut Stage<'_>, start_ms: i64, client: Ipv4Addr) {
    let server = &stage.town.hosts.web_db;
    let program = stage.rng.pick(&["psql", "HeidiSQL", "DBeaver 24.3.1 - Main"]);
    let session = Session {
        user: &server.app_user,
        database: server.database,
        client: (client, stage.rng.port(40_000, 60_000)),
        pid: stage.rng.port(2_000, 32_000).into(),
        program,
    };
    postgres::connected(&mut stage.lines, server, start_ms, &session);
    let count = stage.rng.count(3, 9);
    for at_ms in stage.spread(start_ms + SECOND_MS, 6 * MINUTE_MS, count) {
        let statement = stage.rng.pick(&[
            "select id, nome, email, hash from public.utenti limit 200",
            "select * from public.impostazioni",
            "select version()",
            "select id, oggetto, file from public.atti order by id desc limit 500",
        ]);
        let object = if statement.contains("utenti") { "public.utenti" } else { "" };
        let rows = stage.rng.size(1, 500);
        let audit = Audit { class: "READ", command: "SELECT", object, statement, rows };
        postgres::audit(&mut stage.lines, server, at_ms, &session, &audit);
    }
}

/// The same VPN account from home and, minutes later, from another city.
fn two_places(stage: &mut Stage<'_>, start_ms: i64) {
    let (town, person) = (stage.town, stage.person());
    let mut at_ms = start_ms;
    let given = [town.inside(99, stage.rng.octet(16, 100)), town.inside(99, stage.rng.octet(101, 200))];
    let mut open = Vec::new();
    for (from, given) in [IpAddr::V4(person.home), stage.outsider(3)].into_iter().zip(given) {
        let tunnel = Tunnel::new(&mut stage.rng, vpn::EMPLOYEES, &person.login, (from, given));
        vpn::opened(&mut stage.lines, town, at_ms, &tunnel);
        open.push((at_ms, tunnel));
        at_ms += stage.rng.between(60, 400) * SECOND_MS;
    }
    let end_ms = at_ms + stage.minutes(12, 60);
    for (began_ms, tunnel) in open {
        let bytes = (4_100_000, 31_000_000);
        vpn::closed(&mut stage.lines, town, end_ms, &tunnel, end_ms - began_ms, bytes);
    }
}
