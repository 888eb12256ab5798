//! AT-14: the password of an extension is guessed and the exchange calls premium numbers all night.

use std::net::IpAddr;

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::asterisk::{self, Telephone};
use crate::story::Stage;

/// The scenario.
pub(crate) struct TollFraud;

impl Attack for TollFraud {
    fn facts(&self) -> Facts {
        Facts {
            number: 14,
            family: Family::Continuity,
            title_en: "VoIP toll fraud over the weekend",
            title_it: "Frode telefonica VoIP nel fine settimana",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let (town, attacker) = (stage.town, stage.outsider(0));
        let extension = stage.rng.port(201, 260).to_string();
        let start_ms = stage.start_where(4 * HOUR_MS, |_, hour| !(4..22).contains(&hour));
        let guessing_ms = stage.rng.between(130, 260) * SECOND_MS;
        let count = stage.rng.count(110, 190);
        for at_ms in stage.spread(start_ms, guessing_ms, count) {
            let tried =
                if stage.rng.chance(0.6) { &extension } else { &stage.rng.port(200, 299).to_string() };
            let telephone = Telephone { extension: tried, ip: attacker, port: stage.rng.port(5_060, 5_099) };
            let known = stage.rng.chance(0.8);
            let reason = if known { "Wrong password" } else { "No matching peer found" };
            asterisk::refused(&mut stage.lines, town, at_ms, telephone, reason);
        }
        let at_ms = start_ms + guessing_ms + stage.rng.between(1, 8) * SECOND_MS;
        let telephone = Telephone { extension: &extension, ip: attacker, port: 5_071 };
        asterisk::registered(&mut stage.lines, town, at_ms, telephone);
        let at_ms = at_ms + stage.minutes(10, 60);
        let length_ms = stage.minutes(35, 80);
        let prefix = stage.rng.pick(&["00882", "00881", "00371", "00252", "00239"]);
        let count = stage.rng.count(40, 70);
        call(stage, at_ms, length_ms, &extension, prefix, count);
        let entity = Entity::default()
            .with("user_name", extension)
            .with("source_ip", attacker)
            .with("host_name", &town.hosts.exchange.name);
        Planted { entity, detections: vec!["SC-33"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // The twinning office calls its friends abroad; a telephone has lost its password for a moment.
        let town = stage.town;
        let extension = stage.rng.port(201, 260).to_string();
        let ip = IpAddr::V4(town.inside(7, stage.rng.octet(90, 120)));
        let start_ms = stage.start_in_office(100 * MINUTE_MS);
        for attempt in 0..stage.rng.between(3, 9) {
            let telephone = Telephone { extension: &extension, ip, port: 5_060 };
            let at_ms = start_ms + attempt * 20 * SECOND_MS;
            asterisk::refused(&mut stage.lines, town, at_ms, telephone, "Wrong password");
        }
        let count = stage.rng.count(3, 6);
        call(stage, start_ms + 10 * MINUTE_MS, 80 * MINUTE_MS, &extension, "0033", count);
        Entity::default()
            .with("user_name", extension)
            .with("source_ip", ip)
            .with("host_name", &town.hosts.exchange.name)
    }
}

/// `count` calls to numbers with a prefix.
fn call(stage: &mut Stage<'_>, start_ms: i64, length_ms: i64, extension: &str, prefix: &str, count: usize) {
    let block = stage.rng.size(100, 999);
    for at_ms in stage.spread(start_ms, length_ms, count) {
        let number = format!("{prefix}{block}{:04}", stage.rng.below(10_000));
        let (call, ringing_ms) = (stage.rng.port(1, 60_000).into(), stage.rng.between(1_500, 9_000));
        asterisk::called(&mut stage.lines, stage.town, at_ms, call, extension, &number, ringing_ms);
    }
}
