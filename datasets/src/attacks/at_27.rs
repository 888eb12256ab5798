//! AT-27: the key for the national register is stolen and a script asks for people at night.

use std::net::IpAddr;

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::municipal::{self, Call, Direction};
use crate::story::Stage;

/// The scenario.
pub(crate) struct StolenKey;

impl Attack for StolenKey {
    fn facts(&self) -> Facts {
        Facts {
            number: 27,
            family: Family::Database,
            title_en: "Key for a national base stolen and used by a script",
            title_it: "Chiave per una banca dati nazionale rubata e usata da uno script",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let town = stage.town;
        let call = Call {
            direction: Direction::Outgoing,
            api: stage.rng.pick(&["ANPR-C001", "ANPR-C015"]),
            application: stage.rng.pick(&[
                "verifica-massiva",
                "batch-01",
                "svc-consultazione",
                "client-7f3a",
            ]),
            // A machine inside that the script was left on.
            client: IpAddr::V4(town.inside(4, stage.rng.octet(200, 240))),
            status: 200,
            latency_ms: 0,
        };
        let start_ms = stage.start_where(2 * HOUR_MS, |_, hour| (1..4).contains(&hour));
        let length_ms = stage.minutes(28, 48);
        let per_minute = stage.rng.between(7, 14);
        let count = usize::try_from(length_ms * per_minute / MINUTE_MS).unwrap_or(0);
        // Codes made up by rule: most belong to nobody.
        let unknown = 0.74 + stage.rng.unit() * 0.12;
        ask(
            stage,
            start_ms,
            length_ms,
            count,
            &call,
            |stage| if stage.rng.chance(unknown) { 404 } else { 200 },
        );
        // The key is changed; the script goes on with the old one for some minutes.
        let rotated_ms = start_ms + length_ms + stage.minutes(1, 6);
        let count = stage.rng.count(40, 90);
        let length_ms = stage.minutes(2, 7);
        ask(stage, rotated_ms, length_ms, count, &call, |_| 401);
        let entity = Entity::default()
            .with("service_name", call.api)
            .with("user_name", call.application)
            .with("source_ip", call.client);
        Planted { entity, detections: vec!["DB-10", "WB-10"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // A realignment that the supplier announced: many calls, nearly all answered.
        let call = Call {
            direction: Direction::Outgoing,
            api: "ANPR-C015",
            application: "riallineamento-anpr",
            client: IpAddr::V4(stage.town.hosts.suite.ip),
            status: 200,
            latency_ms: 0,
        };
        let start_ms = stage.start_in_office(HOUR_MS);
        let count = stage.rng.count(180, 320);
        ask(
            stage,
            start_ms,
            50 * MINUTE_MS,
            count,
            &call,
            |stage| if stage.rng.chance(0.02) { 404 } else { 200 },
        );
        Entity::default().with("user_name", call.application)
    }
}

/// `count` calls, one after the other.
fn ask(
    stage: &mut Stage<'_>,
    start_ms: i64,
    length_ms: i64,
    count: usize,
    call: &Call<'_>,
    status: impl Fn(&mut Stage<'_>) -> u16,
) {
    let town = stage.town;
    for at_ms in stage.spread(start_ms, length_ms, count) {
        let call =
            Call { status: status(stage), latency_ms: stage.rng.size(60, SECOND_MS.unsigned_abs()), ..*call };
        municipal::govway(&mut stage.lines, town, at_ms, &call);
    }
}
