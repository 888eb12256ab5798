//! AT-22: SQL injection on the albo that ends up reading the taxes.

use std::net::IpAddr;

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{MINUTE_MS, SECOND_MS};
use crate::devices::postgres::{self, Audit, Session};
use crate::devices::web::{self, Request};
use crate::story::Stage;
use crate::words::BROWSERS;

/// The scenario.
pub(crate) struct SqlInjection;

/// What is put after the number, as sent; `~` stands for a number.
const PROBES: [&str; 10] = [
    "%27",
    "%27%20AND%20~=~--%20-",
    "%27%20OR%20%271%27=%271",
    "%20AND%201=(SELECT%20COUNT(*)%20FROM%20pg_tables)--",
    "%27%20ORDER%20BY%20~--%20-",
    "%27)%20OR%20(%27a%27=%27a",
    "%27;SELECT%20pg_sleep(~)--",
    "%20UNION%20SELECT%20NULL,NULL--%20-",
    "%27%20UNION%20ALL%20SELECT%20NULL,NULL,NULL--",
    "%27%20AND%20CAST((SELECT%20version())%20AS%20int)=~--",
];
/// Errors the database answers with: SQLSTATE, message.
const ERRORS: [(&str, &str); 4] = [
    ("42601", "syntax error at or near \"AND\""),
    ("42601", "unterminated quoted string at or near \"'\""),
    ("42703", "column \"a\" does not exist"),
    ("22P02", "invalid input syntax for type integer: \"1'\""),
];

impl Attack for SqlInjection {
    fn facts(&self) -> Facts {
        Facts {
            number: 22,
            family: Family::Database,
            title_en: "SQL injection on the albo that reads the taxes",
            title_it: "SQL injection sull'albo pretorio con lettura dei tributi",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let attacker = stage.outsider(0);
        let length_ms = stage.minutes(12, 40);
        let start_ms = stage.start_anytime(length_ms + 90 * MINUTE_MS);
        let agent = stage.rng.pick(&[
            "sqlmap/1.9.2#stable (https://sqlmap.org)",
            "Mozilla/5.0 (X11; Linux x86_64)",
            "python-requests/2.32.3",
        ]);
        let page =
            stage.rng.pick(&["/albo/dettaglio?id=", "/albo/dettaglio?categoria=2&id=", "/albo/allegato?id="]);
        let count = stage.rng.count(110, 240);
        for at_ms in stage.spread(start_ms, length_ms, count) {
            probe(stage, at_ms, attacker, page, agent);
        }
        let start_ms = start_ms + length_ms + stage.minutes(2, 25);
        let count = stage.rng.count(9, 30);
        let length_ms = stage.minutes(8, 50);
        let instants = stage.spread(start_ms, length_ms, count);
        for (step, at_ms) in instants.into_iter().enumerate() {
            // The last read takes the whole table.
            let whole = step + 1 == count;
            let rows = if whole { stage.rng.size(10_400, 17_900) } else { stage.rng.size(60, 900) };
            steal(stage, at_ms, attacker, page, agent, rows);
        }
        let server = &stage.town.hosts.web_db;
        let entity = Entity::default()
            .with("source_ip", attacker)
            .with("source_ip", server.app_ip)
            .with("user_name", &server.app_user)
            .with("db_name", server.database);
        Planted { entity, detections: vec!["WB-01", "DB-01", "DB-02", "DB-12"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // A surname with an apostrophe in the search, twice or three times.
        let client = stage.outsider(0);
        let start_ms = stage.start_anytime(15 * MINUTE_MS);
        let count = stage.rng.count(2, 3);
        let agent = stage.rng.pick(&BROWSERS);
        for at_ms in stage.spread(start_ms, 10 * MINUTE_MS, count) {
            let target = stage.rng.pick(&[
                "/albo/cerca?testo=D%27Angelo",
                "/albo/cerca?testo=dell%27acqua",
                "/albo/cerca?testo=O%27Neil",
            ]);
            let request =
                Request { client, method: "GET", target, status: 200, bytes: 9_211, referrer: "-", agent };
            web::access(&mut stage.lines, &stage.town.hosts.albo, at_ms, &request);
        }
        Entity::default().with("source_ip", client)
    }
}

fn session<'a>(stage: &mut Stage<'a>) -> Session<'a> {
    let server = &stage.town.hosts.web_db;
    Session {
        user: &server.app_user,
        database: server.database,
        client: (server.app_ip, stage.rng.port(40_000, 60_000)),
        pid: stage.rng.port(2_000, 32_000).into(),
        program: "albo-web",
    }
}

fn probe(stage: &mut Stage<'_>, at_ms: i64, attacker: IpAddr, page: &str, agent: &str) {
    let town = stage.town;
    let number = stage.rng.size(2, 99).to_string();
    let payload = stage.rng.pick(&PROBES).replace('~', &number);
    let target = format!("{page}{}{payload}", stage.rng.size(1_000, 9_000));
    let status = stage.rng.pick(&[500, 500, 500, 200, 404, 403]);
    let request = Request {
        client: attacker,
        method: "GET",
        target: &target,
        status,
        bytes: 1_290,
        referrer: "-",
        agent,
    };
    web::access(&mut stage.lines, &town.hosts.albo, at_ms, &request);
    if status != 500 {
        return;
    }
    let (state, message) = stage.rng.pick(&ERRORS);
    let session = session(stage);
    let statement = format!(
        "select id, oggetto, file from atti where id = '1{}'",
        payload.replace("%27", "'").replace("%20", " ")
    );
    postgres::error(&mut stage.lines, &town.hosts.web_db, at_ms + 8, &session, state, message, &statement);
    if stage.rng.chance(0.4) {
        let text = format!(
            "PHP Fatal error:  Uncaught PDOException: SQLSTATE[{state}]: {message} in /var/www/albo/dettaglio.php:214"
        );
        web::error(&mut stage.lines, &town.hosts.albo, at_ms + 10, 2_211, attacker, &text);
    }
}

fn steal(stage: &mut Stage<'_>, at_ms: i64, attacker: IpAddr, page: &str, agent: &str, rows: u64) {
    let town = stage.town;
    let offset = stage.rng.size(0, 9) * 500;
    let target = format!(
        "{page}-1%27%20UNION%20SELECT%20codice_fiscale,cognome,iban%20FROM%20tributi.contribuenti%20OFFSET%20{offset}--%20-"
    );
    let bytes = 180_000 + rows * 41;
    let request = Request {
        client: attacker,
        method: "GET",
        target: &target,
        status: 200,
        bytes,
        referrer: "-",
        agent,
    };
    let session = session(stage);
    let statement = format!(
        "select id, oggetto, file from atti where id = '-1' UNION SELECT codice_fiscale,cognome,iban FROM tributi.contribuenti OFFSET {offset}"
    );
    let audit = Audit {
        class: "READ",
        command: "SELECT",
        object: "tributi.contribuenti",
        statement: &statement,
        rows,
    };
    postgres::audit(&mut stage.lines, &town.hosts.web_db, at_ms, &session, &audit);
    web::access(&mut stage.lines, &town.hosts.albo, at_ms + SECOND_MS, &request);
}
