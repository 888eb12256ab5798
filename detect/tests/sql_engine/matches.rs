//! Rules without aggregates.

use schema::Outcome;

use crate::events::{Event, batch, engine, find, rule};

const HOUR: i64 = 3_600_000_000;

fn successes() -> detect::Rule {
    rule("", "SELECT source_ip, user_name FROM events WHERE event_outcome = 'success'")
}

fn success(time_us: i64, source_ip: &str, seq: i64) -> Event {
    Event { outcome: Outcome::Success, ..Event::failure(time_us, source_ip, seq) }
}

#[test]
fn matches_of_one_entity_within_the_hour_are_one_alert() {
    let events = [
        success(0, "203.0.113.9", 1),
        success(HOUR - 1, "203.0.113.9", 2),
        success(HOUR, "198.51.100.1", 3),
        success(2 * HOUR - 1, "203.0.113.9", 4),
        Event::failure(3, "203.0.113.9", 5),
    ];
    let alerts = find(successes(), &[batch(&events)]).alerts;
    let shown: Vec<(&str, u64, i64)> =
        alerts.iter().map(|a| (&*a.entities["source_ip"], a.count, a.rang_us)).collect();
    assert_eq!(shown, [("203.0.113.9", 2, 0), ("198.51.100.1", 1, HOUR), ("203.0.113.9", 1, 2 * HOUR - 1)]);
}

#[test]
fn a_match_without_any_entity_still_rings() {
    let mut event = success(0, "x", 1);
    event.source_ip = None;
    event.user_name = None;
    let alerts = find(successes(), &[batch(&[event])]).alerts;
    assert_eq!(alerts.len(), 1);
    assert!(alerts[0].entities.is_empty());
}

#[test]
fn every_matching_event_is_shown_when_asked_for() {
    let engine = engine(successes(), Default::default());
    let events = [success(0, "203.0.113.9", 7), success(1, "203.0.113.9", 8), Event::failure(2, "x", 9)];
    let matches = engine.evaluate(&batch(&events)).unwrap().matches();
    let shown: Vec<(u64, &str, &str)> =
        matches.iter().map(|m| (m.place.line, &*m.place.file, &*m.rule_id)).collect();
    assert_eq!(shown, [(7, "auth.log", "T-1"), (8, "auth.log", "T-1")]);
}

#[test]
fn an_alert_has_the_same_id_whenever_it_is_found() {
    let events = [success(0, "203.0.113.9", 1)];
    let [a, b] = [(); 2].map(|()| find(successes(), &[batch(&events)]).alerts.remove(0));
    assert_eq!(a, b);
    assert_eq!(a.id.len(), 16);
    let other = find(successes(), &[batch(&[success(1, "203.0.113.9", 1)])]).alerts.remove(0);
    assert_ne!(a.id, other.id);
}
