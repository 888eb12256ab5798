//! From the generator's labels to what the evaluation asks for.
//!
//! Promises: files are named as the labels name them, by their place in the town's folder. Must not know: rules, alerts.

use datasets::{Labels, StoryLabel};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::evaluation::{Lines, Planted};
use crate::exit::{Failure, Result};

/// What was planted, attacks first, then their look-alikes.
pub fn planted(labels: &Labels) -> Result<Vec<Planted>> {
    let attacks = labels.attacks.iter().map(|story| (story, false));
    let twins = labels.twins.iter().map(|story| (story, true));
    attacks.chain(twins).map(|(story, is_twin)| one(story, is_twin)).collect()
}

fn one(story: &StoryLabel, is_twin: bool) -> Result<Planted> {
    let mut lines = Lines::default();
    for file in &story.lines {
        lines.add(file.file.as_str(), file.ranges.iter().flat_map(|(first, last)| *first..=*last));
    }
    let entities = story.entity.iter().flat_map(|(column, values)| {
        values.values().iter().map(|value| (column.clone(), value.clone())).collect::<Vec<_>>()
    });
    Ok(Planted {
        attack: story.attack.clone(),
        title: story.title_it.clone(),
        is_twin,
        entities: entities.collect(),
        lines,
        start_us: instant_us(&story.start)?,
        end_us: instant_us(&story.end)?,
        detections_expected: story.detections_expected.clone(),
    })
}

fn instant_us(text: &str) -> Result<i64> {
    let time = text.parse::<Timestamp>();
    time.map(|time| time.as_microsecond())
        .map_err(|error| Failure::internal(format!("a label's time `{text}` cannot be read: {error}")))
}

/// When the last generated day is over, µs since 1970 UTC: the moment the logs are taken as received.
pub fn end_us(labels: &Labels, zone: &TimeZone) -> Result<i64> {
    let unreadable =
        |error| Failure::internal(format!("the first day of the labels cannot be read: {error}"));
    let first: Date = labels.first_day.parse().map_err(unreadable)?;
    let end = first.checked_add(i64::from(labels.days).days()).map_err(unreadable)?;
    let midnight = end.to_zoned(zone.clone()).map_err(unreadable)?;
    Ok(midnight.timestamp().as_microsecond())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use datasets::{Family, FileLines, OneOrMany};
    use serde_json::json;

    use super::*;

    fn story() -> StoryLabel {
        StoryLabel {
            attack: "AT-01".into(),
            family: Family::Continuity,
            title_it: "Prova".into(),
            title_en: "Test".into(),
            entity: BTreeMap::from([(
                "source_ip".into(),
                OneOrMany::Many(vec!["192.0.2.1".into(), "192.0.2.2".into()]),
            )]),
            start: "2026-03-16T09:00:00Z".into(),
            end: "2026-03-16T10:00:00Z".into(),
            detections_expected: vec!["AC-01".into()],
            lines: vec![FileLines { file: "a.log".into(), ranges: vec![(3, 5), (9, 9)] }],
        }
    }

    #[test]
    fn a_label_keeps_its_entities_times_and_lines() {
        let planted = one(&story(), false).unwrap();
        assert_eq!(planted.entities.len(), 2);
        assert_eq!(planted.end_us - planted.start_us, 3_600_000_000);
        let place = |line| schema::Place { file: "a.log".into(), line };
        let inside = [3, 4, 5, 9].map(place);
        assert!(inside.iter().all(|place| planted.lines.contains(place)));
        assert!(!planted.lines.contains(&place(6)));
    }

    /// The labels of a town without attacks.
    fn labels() -> Labels {
        let town = json!({
            "name": "", "istat": "", "domain": "comune.example", "inhabitants": 0, "patron_saint": "03-30",
            "administrators": ["adm.uno"], "suppliers": [], "supplier_pools": [], "ended_accounts": [],
            "leavers": [], "servers": [], "backup_accounts": [], "service_accounts": [],
            "admin_hosts": ["192.0.2.0/28"], "shared_nat": [], "known_scanners": [], "known_destinations": []
        });
        let labels = json!({
            "town": town, "seed": 1, "days": 2, "first_day": "2026-03-28", "lines": 0,
            "attacks": [], "twins": [], "benign": []
        });
        serde_json::from_value(labels).unwrap()
    }

    #[test]
    fn the_days_end_at_local_midnight() {
        let zone = TimeZone::get("Europe/Rome").unwrap();
        let end: Timestamp = "2026-03-29T22:00:00Z".parse().unwrap();
        assert_eq!(end_us(&labels(), &zone).unwrap(), end.as_microsecond());
    }
}
