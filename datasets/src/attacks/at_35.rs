//! AT-35: somebody walks through the citizens' applications by their number.

use std::net::IpAddr;

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{MINUTE_MS, SECOND_MS};
use crate::devices::web::{self, Request};
use crate::story::Stage;
use crate::words::BROWSERS;

/// The scenario.
pub(crate) struct ApplicationsByNumber;

impl Attack for ApplicationsByNumber {
    fn facts(&self) -> Facts {
        Facts {
            number: 35,
            family: Family::Database,
            title_en: "Enumeration of applications by number",
            title_it: "Enumerazione delle pratiche per numero",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let client = stage.outsider(0);
        let count = stage.rng.count(290, 460);
        let length_ms = stage.minutes(9, 14);
        let start_ms = stage.start_anytime(length_ms + 2 * MINUTE_MS);
        let page = stage.rng.pick(&["/istanza?id=", "/istanza/", "/pratica/", "/servizi/istanza?id="]);
        let agent = stage.rng.pick(&[
            "python-requests/2.32.3",
            "Mozilla/5.0 (X11; Linux x86_64; rv:136.0) Gecko/20100101 Firefox/136.0",
            "curl/8.5.0",
            "Go-http-client/2.0",
        ]);
        let mut number = stage.rng.size(1_000, 60_000);
        for at_ms in stage.spread(start_ms, length_ms, count) {
            // Now and then the walk steps back to a number that failed.
            let back = stage.rng.chance(0.03);
            number = if back { number.saturating_sub(4) } else { number + stage.rng.size(1, 2) };
            let found = stage.rng.chance(0.82);
            let request = Request {
                client,
                method: "GET",
                target: &format!("{page}{number}"),
                status: if found { 200 } else { 404 },
                bytes: if found { stage.rng.size(9_000, 30_000) } else { 1_402 },
                referrer: "-",
                agent,
            };
            web::access(&mut stage.lines, &stage.town.hosts.portal, at_ms, &request);
            if found && stage.rng.chance(0.12) {
                let target = format!("/allegati/{number}/documento.pdf");
                let bytes = stage.rng.size(40_000, 900_000);
                let download = Request { target: &target, bytes, ..request };
                web::access(&mut stage.lines, &stage.town.hosts.portal, at_ms + SECOND_MS, &download);
            }
        }
        let path = page.split('?').next().unwrap_or(page);
        Planted { entity: entity(stage, client).with("url_path", path), detections: vec!["WB-07"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // A surveyor's office opens its own applications of the year, in the order it finds them.
        let client = stage.outsider(0);
        let count = stage.rng.count(18, 55);
        let start_ms = stage.start_anytime(45 * MINUTE_MS);
        let agent = stage.rng.pick(&BROWSERS);
        let referrer = format!("https://{}/area-personale", stage.town.hosts.portal.domain);
        for at_ms in stage.spread(start_ms, 40 * MINUTE_MS, count) {
            let request = Request {
                client,
                method: "GET",
                target: &format!("/istanza?id={}", stage.rng.size(1_000, 60_000)),
                status: 200,
                bytes: stage.rng.size(9_000, 30_000),
                referrer: &referrer,
                agent,
            };
            web::access(&mut stage.lines, &stage.town.hosts.portal, at_ms, &request);
        }
        Entity::default().with("source_ip", client)
    }
}

fn entity(stage: &Stage<'_>, client: IpAddr) -> Entity {
    Entity::default().with("source_ip", client).with("url_domain", &stage.town.hosts.portal.domain)
}
