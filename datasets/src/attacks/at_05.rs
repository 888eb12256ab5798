//! AT-05: a few addresses hold the albo's connections open with requests that never end.

use std::net::IpAddr;

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{MINUTE_MS, SECOND_MS};
use crate::devices::web::{self, Request};
use crate::story::Stage;
use crate::words::BROWSERS;

/// The scenario.
pub(crate) struct SlowRequests;

impl Attack for SlowRequests {
    fn facts(&self) -> Facts {
        Facts {
            number: 5,
            family: Family::Continuity,
            title_en: "Slowloris on the albo",
            title_it: "Attacco Slowloris all'albo pretorio",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let site = &stage.town.hosts.albo;
        let sources: Vec<IpAddr> = (0..stage.rng.octet(3, 6)).map(|index| stage.outsider(index)).collect();
        let (length_min, per_minute) = (stage.rng.between(6, 9), stage.rng.between(38, 58));
        let length_ms = length_min * MINUTE_MS;
        // Late, when nobody is at work to notice.
        let start_ms = stage.start_where(length_ms, |_, hour| !(6..22).contains(&hour));
        let count = usize::try_from(length_min * per_minute).unwrap_or(0);
        for at_ms in stage.spread(start_ms, length_ms, count) {
            // A connection holds for some tens of seconds before the server gives it up.
            let place = stage.rng.count(0, sources.len() - 1);
            let client = sources.get(place).copied().unwrap_or_else(|| stage.outsider(0));
            web::timed_out(&mut stage.lines, site, at_ms, client);
        }
        let pid = stage.rng.port(900, 9_000).into();
        for at_ms in stage.spread(start_ms + 3 * MINUTE_MS, length_ms - 3 * MINUTE_MS, 4) {
            web::workers_exhausted(&mut stage.lines, site, at_ms, pid);
        }
        unreachable(stage, start_ms + length_ms - 3 * MINUTE_MS);
        let entity = sources.iter().fold(site_entity(stage), |entity, ip| entity.with("source_ip", ip));
        Planted { entity, detections: vec!["SC-04", "SC-05"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // Telephones on a weak cell give up now and then.
        let site = &stage.town.hosts.albo;
        let length_ms = stage.minutes(60, 110);
        let start_ms = stage.start_anytime(length_ms);
        let clients: Vec<IpAddr> =
            (0..stage.rng.count(4, 9)).map(|_| stage.town.citizen(&mut stage.rng)).collect();
        let count = stage.rng.count(14, 34);
        let agent = stage.rng.pick(&BROWSERS);
        for at_ms in stage.spread(start_ms, length_ms, count) {
            let Some(client) = clients.get(stage.rng.count(0, clients.len() - 1)).copied() else { continue };
            web::timed_out(&mut stage.lines, site, at_ms, client);
            let request = Request {
                client,
                method: "GET",
                target: "/albo",
                status: 200,
                bytes: 9_211,
                referrer: "-",
                agent,
            };
            web::access(&mut stage.lines, site, at_ms + 4 * SECOND_MS, &request);
        }
        site_entity(stage)
    }
}

/// The last minutes: whoever comes gets an error.
fn unreachable(stage: &mut Stage<'_>, start_ms: i64) {
    let site = &stage.town.hosts.albo;
    let count = stage.rng.count(150, 240);
    for at_ms in stage.spread(start_ms, 170 * SECOND_MS, count) {
        let client = stage.town.citizen(&mut stage.rng);
        let agent = stage.rng.pick(&BROWSERS);
        let target = stage.rng.pick(&["/albo", "/albo", "/css/bootstrap-italia.min.css", "/favicon.ico"]);
        let status = stage.rng.pick(&[503, 503, 503, 504]);
        let request = Request { client, method: "GET", target, status, bytes: 559, referrer: "-", agent };
        web::access(&mut stage.lines, site, at_ms, &request);
    }
}

fn site_entity(stage: &Stage<'_>) -> Entity {
    let site = &stage.town.hosts.albo;
    Entity::default().with("url_domain", &site.domain).with("host_name", &site.host)
}
