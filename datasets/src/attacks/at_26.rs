//! AT-26: one address logs in with the SPID identities of dozens of citizens, one after the other.

use std::net::IpAddr;

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::municipal::{self, FederatedLogin};
use crate::devices::web::{self, Request};
use crate::story::Stage;
use crate::words::BROWSERS;

/// The scenario.
pub(crate) struct IdentitiesInSeries;

const PROVIDERS: [&str; 4] =
    ["idp.posta.example", "idp.unita.example", "login.camera.example", "id.telefonia.example"];
const CERTIFICATES: [&str; 5] = ["residenza", "stato-famiglia", "nascita", "cittadinanza", "contestuale"];

impl Attack for IdentitiesInSeries {
    fn facts(&self) -> Facts {
        Facts {
            number: 26,
            family: Family::Database,
            title_en: "SPID identities used in series from one address",
            title_it: "Identità SPID usate in serie da un solo indirizzo",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let client = stage.outsider(0);
        let per_hour = stage.rng.between(22, 45);
        let length_ms = stage.minutes(70, 170);
        let count = usize::try_from(length_ms * per_hour / HOUR_MS).unwrap_or(0);
        let start_ms = stage.start_anytime(length_ms + 2 * MINUTE_MS);
        log_in(stage, start_ms, length_ms, count, client);
        let entity =
            Entity::default().with("source_ip", client).with("url_domain", &stage.town.hosts.portal.domain);
        Planted { entity, detections: vec!["DB-16"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // A family around one modem, before the enrolments close.
        let client = stage.outsider(0);
        let count = stage.rng.count(3, 5);
        let start_ms = stage.start_anytime(52 * MINUTE_MS);
        log_in(stage, start_ms, 50 * MINUTE_MS, count, client);
        Entity::default().with("source_ip", client)
    }
}

/// `count` people log in from one address and each downloads a certificate.
fn log_in(stage: &mut Stage<'_>, start_ms: i64, length_ms: i64, count: usize, client: IpAddr) {
    let town = stage.town;
    let site = &town.hosts.portal;
    let agent = stage.rng.pick(&BROWSERS);
    let referrer = format!("https://{}/", site.domain);
    for at_ms in stage.spread(start_ms, length_ms, count) {
        let get = |target, status, bytes| Request {
            client,
            method: "GET",
            target,
            status,
            bytes,
            referrer: &referrer,
            agent,
        };
        web::access(&mut stage.lines, site, at_ms, &get("/sso/spid/login", 302, 0));
        let at_ms = at_ms + stage.rng.between(9, 35) * SECOND_MS;
        let assertion = Request { method: "POST", ..get("/sso/spid/acs", 302, 0) };
        web::access(&mut stage.lines, site, at_ms, &assertion);
        let login = FederatedLogin {
            from: client,
            provider: stage.rng.pick(&PROVIDERS),
            subject: stage.rng.next_u64(),
            level: 2,
            success: true,
        };
        municipal::spid(&mut stage.lines, town, at_ms + 120, &login);
        let kind = stage.rng.pick(&CERTIFICATES);
        let number = stage.rng.size(100_000, 999_999);
        let target = format!("/servizi/anagrafe/certificati/{kind}/{number}.pdf");
        let bytes = stage.rng.size(60_000, 140_000);
        let at_ms = at_ms + stage.rng.between(5, 40) * SECOND_MS;
        web::access(&mut stage.lines, site, at_ms, &get(&target, 200, bytes));
    }
}
