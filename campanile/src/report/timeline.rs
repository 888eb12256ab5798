//! Alerts on a time line, as numbers for an inline SVG: a lane a severity, a mark an alert.
//!
//! Promises: every alert has a mark inside the picture, a dot at least. Must not know: HTML.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use schema::{Alert, Severity};

/// Width of the picture.
const WIDTH: i64 = 1_000;
/// Where the time begins, after the names of the lanes.
const LEFT: i64 = 90;
/// Height of a lane.
const LANE: i64 = 26;
/// Least width of a mark.
const MARK_MIN: i64 = 10;
/// Ticks on the axis.
const TICKS: i64 = 6;

/// The picture.
pub struct Timeline {
    pub width: i64,
    pub height: i64,
    pub left: i64,
    pub bottom: i64,
    pub lanes: Vec<Lane>,
    pub ticks: Vec<Tick>,
    pub marks: Vec<Mark>,
}

/// One severity.
pub struct Lane {
    pub name: &'static str,
    pub y: i64,
}

/// A moment on the axis.
pub struct Tick {
    pub x: i64,
    pub label: String,
}

/// One alert.
pub struct Mark {
    pub x: i64,
    pub y: i64,
    pub width: i64,
    pub class: &'static str,
    pub anchor: String,
    pub title: String,
}

/// The picture of these alerts; none when there are none. `anchor` names an alert's place on the page.
pub fn draw(alerts: &[&Alert], zone: &TimeZone, anchor: impl Fn(usize) -> String) -> Option<Timeline> {
    let first_us = alerts.iter().map(|alert| alert.first_us).min()?;
    let last_us = alerts.iter().map(|alert| alert.last_us).max()?.max(first_us);
    let length_us = last_us.saturating_sub(first_us).max(1);
    let scale = |time_us: i64| {
        let part = time_us.saturating_sub(first_us) as f64 / length_us as f64;
        LEFT + (part * (WIDTH - LEFT - MARK_MIN) as f64) as i64
    };
    let mut severities: Vec<Severity> = alerts.iter().map(|alert| alert.severity).collect();
    severities.sort_unstable_by(|a, b| b.cmp(a));
    severities.dedup();
    let lane_y = |index: usize| 20 + index as i64 * LANE;
    let lanes: Vec<Lane> = severities
        .iter()
        .enumerate()
        .map(|(index, severity)| Lane { name: severity.name_it(), y: lane_y(index) })
        .collect();
    let bottom = lane_y(lanes.len());
    let marks = alerts
        .iter()
        .enumerate()
        .map(|(index, alert)| {
            let lane = severities.iter().position(|severity| *severity == alert.severity).unwrap_or(0);
            let x = scale(alert.first_us);
            Mark {
                x,
                y: lane_y(lane) - 5,
                width: (scale(alert.last_us) - x).max(MARK_MIN),
                class: alert.severity.name(),
                anchor: anchor(index),
                title: format!("{} {}", alert.rule_id, alert.rule_title_it),
            }
        })
        .collect();
    let ticks = (0..TICKS)
        .map(|index| {
            let time_us = first_us.saturating_add((length_us / (TICKS - 1)).saturating_mul(index));
            Tick { x: scale(time_us), label: label(time_us, length_us, zone) }
        })
        .collect();
    Some(Timeline { width: WIDTH, height: bottom + 20, left: LEFT, bottom, lanes, ticks, marks })
}

/// A tick's words: the hour for a short time, the day for a long one, the year for a very long one.
fn label(time_us: i64, length_us: i64, zone: &TimeZone) -> String {
    let pattern = match length_us / 86_400_000_000 {
        0 => "%H:%M:%S",
        1..300 => "%d/%m %H:%M",
        _ => "%d/%m/%Y",
    };
    Timestamp::from_microsecond(time_us)
        .map(|time| time.to_zoned(zone.clone()).strftime(pattern).to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use schema::Provenance;

    use super::*;

    fn alert(severity: Severity, first_us: i64, last_us: i64) -> Alert {
        Alert {
            id: String::new(),
            rule_id: "AC-01".into(),
            rule_title: String::new(),
            rule_title_it: String::new(),
            severity,
            tenant: String::new(),
            entities: BTreeMap::new(),
            first_us,
            last_us,
            rang_us: first_us,
            count: 1,
            evidence: Vec::new(),
            evidence_truncated: false,
            incident: None,
            provenance: Provenance::default(),
        }
    }

    #[test]
    fn every_alert_has_a_mark_inside_the_picture_and_severities_a_lane_each() {
        let alerts = [
            alert(Severity::Low, i64::MIN / 2, i64::MIN / 2),
            alert(Severity::Critical, 0, 10),
            alert(Severity::Low, 5, i64::MAX / 2),
        ];
        let shown: Vec<&Alert> = alerts.iter().collect();
        let timeline = draw(&shown, &TimeZone::UTC, |index| format!("a{index}")).unwrap();
        assert_eq!(timeline.marks.len(), 3);
        assert_eq!(timeline.lanes.iter().map(|lane| lane.name).collect::<Vec<_>>(), ["critica", "bassa"]);
        for mark in &timeline.marks {
            assert!(mark.x >= LEFT && mark.x + mark.width <= WIDTH, "{} {}", mark.x, mark.width);
        }
        assert!(draw(&[], &TimeZone::UTC, |_| String::new()).is_none());
    }
}
