//! AT-18: at night somebody pulls and cuts the line to the branch office and the region at the switch:
//! the port falls, the neighbour is lost, the branch's telephones and the operator's line with it.
//! There is no word of a power cut.

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::{asterisk, switch, ups};
use crate::story::Stage;

/// The scenario.
pub(crate) struct CutLine;

impl Attack for CutLine {
    fn facts(&self) -> Facts {
        Facts {
            number: 18,
            family: Family::Continuity,
            title_en: "SPC and regional link cut at the switch",
            title_it: "Collegamento SPC e regionale tagliato allo switch",
            office: None,
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let town = stage.town;
        let port = stage.rng.pick(&[
            "GigabitEthernet1/0/48",
            "TenGigabitEthernet1/1/1",
            "TenGigabitEthernet1/1/2",
            "GigabitEthernet1/1/4",
        ]);
        let away_ms = stage.rng.between(HOUR_MS, 5 * HOUR_MS).min(stage.window_ms() / 4);
        let start_ms = stage.start_where(away_ms + HOUR_MS, |_, hour| (1..5).contains(&hour));
        let cut_ms = pull(stage, start_ms, port);
        let neighbour = town.inside(98, stage.rng.octet(1, 6));
        switch::neighbour(&mut stage.lines, town, cut_ms + 400, neighbour, false);
        let number = operator_number(stage);
        telephones(stage, cut_ms, &number);
        let back_ms = cut_ms + away_ms;
        switch::link(&mut stage.lines, town, back_ms, port, true);
        switch::neighbour(&mut stage.lines, town, back_ms + 20 * SECOND_MS, neighbour, true);
        let entity = Entity::default()
            .with("observer_ingress", port)
            .with("host_name", &town.hosts.switch.name)
            .with("host_name", &town.hosts.exchange.name);
        Planted { entity, detections: vec!["SC-25", "SC-26", "SC-32"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // The mains fail at the branch for some minutes; the battery says so first.
        let town = stage.town;
        let (start_ms, length_ms) = (stage.start_anytime(HOUR_MS), stage.minutes(4, 15));
        ups::state(&mut stage.lines, town, start_ms, "on battery");
        let first = stage.rng.octet(31, 40);
        for place in 0..stage.rng.octet(3, 6) {
            let port = format!("GigabitEthernet1/0/{}", first + place);
            let at_ms = start_ms + stage.rng.between(300, 9_000);
            switch::link(&mut stage.lines, town, at_ms, &port, false);
            let at_ms = start_ms + length_ms + stage.rng.between(5, 60) * SECOND_MS;
            switch::link(&mut stage.lines, town, at_ms, &port, true);
            let extension = format!("2{}", first + place);
            let at_ms = start_ms + stage.rng.between(20, 60) * SECOND_MS;
            asterisk::reachable(&mut stage.lines, town, at_ms, &extension, 14, false);
            let at_ms = start_ms + length_ms + stage.rng.between(70, 150) * SECOND_MS;
            asterisk::reachable(&mut stage.lines, town, at_ms, &extension, 21, true);
        }
        let number = operator_number(stage);
        asterisk::operator_silent(&mut stage.lines, town, start_ms + 40 * SECOND_MS, &number, 1);
        ups::state(&mut stage.lines, town, start_ms + length_ms, "on line power");
        Entity::default()
            .with("host_name", &town.hosts.switch.name)
            .with("host_name", &town.hosts.exchange.name)
            .with("host_name", &town.hosts.network.name)
    }
}

/// The cable is pulled at before it gives: the port falls and comes back; when it falls for good.
fn pull(stage: &mut Stage<'_>, start_ms: i64, port: &str) -> i64 {
    let (pairs, length_ms) = (stage.rng.count(1, 7), stage.minutes(2, 7));
    let instants = stage.spread(start_ms, length_ms, 2 * pairs + 1);
    for (place, at_ms) in instants.into_iter().enumerate() {
        switch::link(&mut stage.lines, stage.town, at_ms, port, place % 2 == 1);
    }
    start_ms + length_ms
}

/// The branch's telephones fall silent one after the other; the exchange calls for its operator.
fn telephones(stage: &mut Stage<'_>, cut_ms: i64, number: &str) {
    let town = stage.town;
    let first = stage.rng.port(231, 245);
    let (count, length_ms) = (stage.rng.count(7, 15), stage.rng.between(40, 110) * SECOND_MS);
    let instants = stage.spread(cut_ms + 5 * SECOND_MS, length_ms, count);
    for (extension, at_ms) in (first..).zip(instants) {
        let answer_ms = stage.rng.size(9, 60);
        asterisk::reachable(&mut stage.lines, town, at_ms, &extension.to_string(), answer_ms, false);
    }
    // Asterisk waits for `registertimeout`, twenty seconds unless it was changed.
    let wait_ms = stage.rng.pick(&[20, 20, 30, 60]) * SECOND_MS;
    let mut at_ms = cut_ms + stage.rng.between(20, 100) * SECOND_MS;
    let attempts = usize::try_from(stage.minutes(5, 30) / MINUTE_MS).unwrap_or(0);
    for attempt in 1..=attempts {
        asterisk::operator_silent(&mut stage.lines, town, at_ms, number, attempt);
        at_ms += wait_ms;
    }
}

fn operator_number(stage: &mut Stage<'_>) -> String {
    format!("0{}555{:04}", stage.rng.pick(&["6", "2", "81", "444"]), stage.rng.below(10_000))
}
