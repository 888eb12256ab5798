//! AT-03: many machines ask the portal's search for random words until it gives way.

use std::net::{IpAddr, Ipv4Addr};

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::SECOND_MS;
use crate::devices::web::{self, Request};
use crate::story::Stage;
use crate::words::BROWSERS;

/// The scenario.
pub(crate) struct PortalFlood;

impl Attack for PortalFlood {
    fn facts(&self) -> Facts {
        Facts {
            number: 3,
            family: Family::Continuity,
            title_en: "Application DDoS on the portal",
            title_it: "Attacco DDoS applicativo al portale",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        // Short and thick: the whole flood must stay a small part of the day's lines.
        let length_s = stage.rng.between(60, 85);
        let per_second = stage.rng.between(26, 32);
        let start_ms = stage.start_anytime(length_s * SECOND_MS);
        let count = usize::try_from(length_s * per_second).unwrap_or(0);
        flood(stage, start_ms, length_s * SECOND_MS, count, 0.3);
        Planted { entity: entity(stage), detections: vec!["SC-02", "SC-05"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        let start_ms = stage.start_anytime(90 * SECOND_MS);
        let count = stage.rng.count(180, 320);
        flood(stage, start_ms, 90 * SECOND_MS, count, 1.1);
        entity(stage)
    }
}

/// `count` searches over `length_ms`; the portal starts to fail after `breaks` of the time.
fn flood(stage: &mut Stage<'_>, start_ms: i64, length_ms: i64, count: usize, breaks: f64) {
    let site = &stage.town.hosts.portal;
    let path = stage.rng.pick(&["/ricerca", "/servizi/cerca", "/ricerca/avanzata"]);
    let method = stage.rng.pick(&["GET", "GET", "POST"]);
    let parameter = stage.rng.pick(&["q", "testo", "chiave"]);
    let bots: Vec<IpAddr> = (0..stage.rng.count(280, 900)).map(|_| bot(stage)).collect();
    let mut elapsed = 0.0;
    for at_ms in stage.spread(start_ms, length_ms, count) {
        elapsed += 1.0 / f64::from(u32::try_from(count).unwrap_or(1).max(1));
        let failing = elapsed > breaks && stage.rng.chance(0.75);
        let status = if failing { stage.rng.pick(&[502, 504, 504, 503]) } else { 200 };
        let client =
            bots.get(stage.rng.count(0, bots.len() - 1)).copied().unwrap_or_else(|| stage.outsider(0));
        let word = stage.rng.next_u64();
        let target = format!("{path}?{parameter}={:011x}", word >> 20);
        let agent = stage.rng.pick(&BROWSERS);
        let bytes = if failing { 559 } else { stage.rng.size(8_000, 20_000) };
        let request = Request { client, method, target: &target, status, bytes, referrer: "-", agent };
        web::access(&mut stage.lines, site, at_ms, &request);
        if failing && stage.rng.chance(0.05) {
            let text =
                "upstream timed out (110: Connection timed out) while reading response header from upstream";
            web::error(&mut stage.lines, site, at_ms + 5, 2_211, client, text);
        }
    }
}

fn bot(stage: &mut Stage<'_>) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(198, 18, stage.rng.octet(128, 255), stage.rng.octet(1, 254)))
}

fn entity(stage: &Stage<'_>) -> Entity {
    let site = &stage.town.hosts.portal;
    Entity::default()
        .with("url_domain", &site.domain)
        .with("host_name", &site.host)
        .with("destination_ip", site.public_ip)
        .with("destination_ip", site.ip)
}
