//! AT-07: resolvers all over the Internet ask the comune's name server for names that do not exist.

use std::net::{IpAddr, Ipv4Addr};

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{MINUTE_MS, SECOND_MS};
use crate::devices::mail::{self, Answer};
use crate::devices::resolver;
use crate::story::Stage;

/// The scenario.
pub(crate) struct ZoneFlood;

const LETTERS: [char; 30] = [
    'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v',
    'w', 'x', 'y', 'z', '0', '1', '4', '7', '9',
];

impl Attack for ZoneFlood {
    fn facts(&self) -> Facts {
        Facts {
            number: 7,
            family: Family::Continuity,
            title_en: "DNS random-subdomain flood on the comune's zone",
            title_it: "Flood DNS di sottodomini casuali sulla zona del Comune",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let town = stage.town;
        // Short and thick: an hour of it would drown the day.
        let length_ms = stage.rng.between(160, 250) * SECOND_MS;
        let start_ms = stage.start_anytime(length_ms + 25 * MINUTE_MS);
        let resolvers: Vec<IpAddr> = (0..stage.rng.count(60, 260)).map(|_| somebodys(stage)).collect();
        let letters = stage.rng.count(7, 14);
        let kind = stage.rng.pick(&["A", "A", "AAAA", "TXT"]);
        let count = stage.rng.count(820, 1_180);
        for at_ms in stage.spread(start_ms, length_ms, count) {
            let name = format!("{}.{}", label(stage, letters), town.domain);
            let place = stage.rng.count(0, resolvers.len() - 1);
            let client = resolvers.get(place).copied().unwrap_or_else(|| stage.outsider(0));
            let port = stage.rng.port(1_024, 65_000);
            resolver::asked_from_outside(&mut stage.lines, town, at_ms, (client, port), &name, kind);
        }
        inside_suffers(stage, start_ms + length_ms / 2, length_ms / 2);
        mail_waits(stage, start_ms + length_ms);
        Planted { entity: zone(stage), detections: vec!["SC-21"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // A PC puts the public suffix behind every short name it looks for.
        let (town, person) = (stage.town, stage.person());
        let length_ms = stage.minutes(35, 70);
        let start_ms = stage.start_in_office(length_ms);
        let count = stage.rng.count(110, 210);
        for at_ms in stage.spread(start_ms, length_ms, count) {
            let role = stage.rng.pick(&["stampante", "pc-anag", "pc-trib", "srv", "nas", "wpad"]);
            let name = format!("{role}{:02}.{}", stage.rng.below(40), town.domain);
            let port = stage.rng.port(49_152, 65_535);
            resolver::query(&mut stage.lines, town, at_ms, person.ip, port, &name, "A");
        }
        zone(stage).with("source_ip", person.ip)
    }
}

/// Names the staff really needs get no answer.
fn inside_suffers(stage: &mut Stage<'_>, start_ms: i64, length_ms: i64) {
    let town = stage.town;
    let count = stage.rng.count(20, 60);
    for at_ms in stage.spread(start_ms, length_ms, count) {
        let client = (town.staff.anybody(&mut stage.rng).ip, stage.rng.port(49_152, 65_535));
        let host = stage.rng.pick(&["portale", "www", "albo", "posta"]);
        let name = format!("{host}.{}", town.domain);
        resolver::failed(&mut stage.lines, town, at_ms, client, &name);
    }
}

fn mail_waits(stage: &mut Stage<'_>, start_ms: i64) {
    let town = stage.town;
    let (count, length_ms) = (stage.rng.count(8, 24), stage.minutes(6, 20));
    for at_ms in stage.spread(start_ms, length_ms, count) {
        let to = format!("ufficio{}@provincia.example", stage.rng.below(30));
        let from = format!("{}@{}", town.staff.anybody(&mut stage.rng).login, town.domain);
        let queue = stage.rng.port(1, 65_535).into();
        mail::queued(&mut stage.lines, town, at_ms, queue, &from, 21_480, 1);
        let answer = Answer::Later("450 4.1.8", "Sender address rejected: Domain not found");
        mail::attempted(&mut stage.lines, town, at_ms + 1_400, queue, &to, answer);
    }
}

fn label(stage: &mut Stage<'_>, letters: usize) -> String {
    (0..letters).map(|_| stage.rng.pick(&LETTERS)).collect()
}

/// A resolver of some provider.
fn somebodys(stage: &mut Stage<'_>) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(198, 18, stage.rng.octet(128, 255), stage.rng.octet(1, 254)))
}

/// The zone, and the name above it that somebody registered.
fn zone(stage: &Stage<'_>) -> Entity {
    let town = stage.town;
    let above = town.domain.split_once('.').map_or(town.domain.as_str(), |(_, above)| above);
    Entity::default()
        .with("dns_question_name", &town.domain)
        .with("dns_question_name", above)
        .with("host_name", &town.hosts.resolver.name)
}
