//! AT-42: a body's key of the test environment is tried on our interface in production until it opens.

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS};
use crate::devices::municipal::{self, Call, Direction};
use crate::story::Stage;

/// The scenario.
pub(crate) struct TestKey;

const INTERFACES: [&str; 4] = ["residenza", "stato-famiglia", "tributi-posizione", "elenco-strade"];
const BODIES: [&str; 4] = ["asl-collaudo", "provincia-test", "unione-dev", "gestore-idrico-coll"];

impl Attack for TestKey {
    fn facts(&self) -> Facts {
        Facts {
            number: 42,
            family: Family::Database,
            title_en: "Key of the test environment used in production",
            title_it: "Chiave dell'ambiente di prova usata in esercizio",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let call = Call {
            direction: Direction::Incoming,
            api: stage.rng.pick(&INTERFACES),
            application: stage.rng.pick(&BODIES),
            client: stage.outsider(0),
            status: 401,
            latency_ms: 0,
        };
        let start_ms = stage.start_anytime(2 * HOUR_MS);
        let length_ms = stage.minutes(5, 8);
        let per_minute = stage.rng.between(34, 52);
        let count = usize::try_from(length_ms * per_minute / MINUTE_MS).unwrap_or(0);
        ask(stage, start_ms, length_ms, count, &call);
        // Then a token is taken, and people are read.
        let opened_ms = start_ms + length_ms + stage.minutes(2, 20);
        let count = stage.rng.count(50, 110);
        let length_ms = stage.minutes(15, 50);
        ask(stage, opened_ms, length_ms, count, &Call { status: 200, ..call });
        let entity = Entity::default()
            .with("source_ip", call.client)
            .with("user_name", call.application)
            .with("service_name", call.api);
        Planted { entity, detections: vec!["WB-10", "DB-10"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // A known body goes live: its first tokens are made out for the wrong audience.
        let call = Call {
            direction: Direction::Incoming,
            api: "residenza",
            application: "prefettura-verifiche",
            client: stage.outsider(0),
            status: 401,
            latency_ms: 0,
        };
        let start_ms = stage.start_in_office(HOUR_MS);
        let count = stage.rng.count(6, 18);
        ask(stage, start_ms, 12 * MINUTE_MS, count, &call);
        let count = stage.rng.count(60, 110);
        ask(stage, start_ms + 20 * MINUTE_MS, 35 * MINUTE_MS, count, &Call { status: 200, ..call });
        Entity::default().with("source_ip", call.client).with("user_name", call.application)
    }
}

fn ask(stage: &mut Stage<'_>, start_ms: i64, length_ms: i64, count: usize, call: &Call<'_>) {
    let town = stage.town;
    for at_ms in stage.spread(start_ms, length_ms, count) {
        let latency_ms = if call.status == 401 { stage.rng.size(2, 14) } else { stage.rng.size(40, 700) };
        municipal::govway(&mut stage.lines, town, at_ms, &Call { latency_ms, ..*call });
    }
}
