//! The exact meaning of `window`.

use schema::Outcome;

use crate::events::{Event, batch, find, rule};

const SECOND: i64 = 1_000_000;
const IP: &str = "203.0.113.9";

fn three_in_ten_seconds() -> detect::Rule {
    rule(
        "window = \"10s\"",
        "SELECT source_ip, sum(event_count) AS n FROM events WHERE event_outcome = 'failure'
         GROUP BY source_ip HAVING sum(event_count) >= 3",
    )
}

fn failures(times_us: &[i64]) -> Vec<Event> {
    times_us.iter().zip(1..).map(|(time_us, seq)| Event::failure(*time_us, IP, seq)).collect()
}

#[test]
fn an_event_exactly_as_old_as_the_window_is_outside() {
    let outside = failures(&[0, 5 * SECOND, 10 * SECOND]);
    assert_eq!(find(three_in_ten_seconds(), &[batch(&outside)]).alerts, []);
    let inside = failures(&[0, 5 * SECOND, 10 * SECOND - 1]);
    let alerts = find(three_in_ten_seconds(), &[batch(&inside)]).alerts;
    assert_eq!(alerts.len(), 1);
    assert_eq!((alerts[0].first_us, alerts[0].last_us), (0, 10 * SECOND - 1));
    assert_eq!(alerts[0].rang_us, 10 * SECOND - 1);
    assert_eq!(alerts[0].entities["source_ip"], IP);
}

#[test]
fn events_of_one_instant_are_seen_together() {
    let alerts = find(three_in_ten_seconds(), &[batch(&failures(&[7, 7, 7]))]).alerts;
    assert_eq!((alerts.len(), alerts[0].count, alerts[0].rang_us), (1, 3, 7));
}

#[test]
fn times_before_1970_and_at_the_ends_of_time_do_no_harm() {
    let events = failures(&[i64::MIN, -3, -2, -1, i64::MAX]);
    let alerts = find(three_in_ten_seconds(), &[batch(&events)]).alerts;
    assert_eq!((alerts.len(), alerts[0].first_us, alerts[0].last_us), (1, -3, -1));
}

#[test]
fn runs_part_where_ringing_pauses_for_the_window_and_evidence_is_never_shared() {
    // Rings at 2 s; then at 12 s, exactly one window later: another run.
    let events = failures(&[0, SECOND, 2 * SECOND, 3 * SECOND, 11 * SECOND, 12 * SECOND + 500_000]);
    let alerts = find(three_in_ten_seconds(), &[batch(&events)]).alerts;
    let spans: Vec<(i64, i64, u64)> = alerts.iter().map(|a| (a.first_us, a.last_us, a.count)).collect();
    assert_eq!(spans, [(0, 12 * SECOND + 500_000, 6)], "3 s and 12.5 s are less than a window apart");
    let events = failures(&[0, SECOND, 2 * SECOND, 12 * SECOND, 12 * SECOND, 12 * SECOND]);
    let alerts = find(three_in_ten_seconds(), &[batch(&events)]).alerts;
    let lines: Vec<Vec<u64>> = alerts.iter().map(|a| a.evidence.iter().map(|p| p.line).collect()).collect();
    assert_eq!(lines, [vec![1, 2, 3], vec![4, 5, 6]]);
}

#[test]
fn events_before_the_ringing_one_are_evidence_and_later_silent_ones_are_not() {
    let events = failures(&[0, 4 * SECOND, 8 * SECOND, 17 * SECOND, 40 * SECOND]);
    let alerts = find(three_in_ten_seconds(), &[batch(&events)]).alerts;
    assert_eq!(alerts.len(), 1);
    assert_eq!((alerts[0].count, alerts[0].last_us), (3, 8 * SECOND));
}

#[test]
fn rows_count_as_many_events_as_they_stand_for() {
    let mut events = failures(&[0]);
    events[0].count = 30;
    let alerts = find(three_in_ten_seconds(), &[batch(&events)]).alerts;
    assert_eq!((alerts[0].count, alerts[0].evidence.len()), (30, 1));
}

#[test]
fn groups_without_any_value_are_dropped() {
    let mut events = failures(&[0, 1, 2]);
    for event in &mut events {
        event.source_ip = None;
    }
    assert_eq!(find(three_in_ten_seconds(), &[batch(&events)]).alerts, []);
}

#[test]
fn without_a_window_having_is_judged_once_over_the_whole_range() {
    let sql =
        "SELECT source_ip, sum(event_count) AS n FROM events GROUP BY source_ip HAVING sum(event_count) = 4";
    let events = failures(&[0, 3_600 * SECOND, 7_200 * SECOND, 90_000 * SECOND]);
    let alerts = find(rule("", sql), &[batch(&events)]).alerts;
    assert_eq!((alerts.len(), alerts[0].count, alerts[0].evidence.len()), (1, 4, 4));
    assert_eq!(alerts[0].rang_us, 90_000 * SECOND);
    let five = failures(&[0, 1, 2, 3, 4]);
    assert_eq!(
        find(rule("", sql), &[batch(&five)]).alerts,
        [],
        "four of five would ring in a trailing window"
    );
}

#[test]
fn a_login_after_failures_rings_and_one_before_them_does_not() {
    let after_failures = || {
        rule(
            "window = \"10m\"",
            "SELECT source_ip FROM events GROUP BY source_ip
             HAVING sum(event_count) FILTER (WHERE event_outcome = 'failure') >= 3
                AND max(timestamp) FILTER (WHERE event_outcome = 'success')
                  > min(timestamp) FILTER (WHERE event_outcome = 'failure')",
        )
    };
    let mut events = failures(&[SECOND, 2 * SECOND, 3 * SECOND, 4 * SECOND]);
    events[3].outcome = Outcome::Success;
    let alerts = find(after_failures(), &[batch(&events)]).alerts;
    assert_eq!((alerts.len(), alerts[0].rang_us), (1, 4 * SECOND));
    events[3].time_us = 0;
    assert_eq!(find(after_failures(), &[batch(&events)]).alerts, []);
}

#[test]
fn evidence_is_whole_up_to_its_bound_and_the_count_stays_exact() {
    let times: Vec<i64> = (0..12_000).collect();
    let alerts = find(three_in_ten_seconds(), &[batch(&failures(&times))]).alerts;
    assert_eq!(alerts.len(), 1);
    assert_eq!((alerts[0].count, alerts[0].evidence.len()), (12_000, detect::engine::PLACES_MAX));
    assert!(alerts[0].evidence_truncated);
}

#[test]
fn an_entity_may_be_an_aggregate_and_keys_of_fields_are_columns() {
    let sql = "SELECT fields['reason'] AS why, min(user_name) AS user_name FROM events
               GROUP BY fields['reason'] HAVING avg(event_count) > 1.4";
    let mut events = failures(&[0, 1]);
    events[0].reason = Some("locked".to_owned());
    events[1].reason = Some("locked".to_owned());
    events[1].count = 2;
    let found = find(rule("window = \"1m\"\nentity = [\"why\", \"user_name\"]", sql), &[batch(&events)]);
    let entities = &found.alerts[0].entities;
    assert_eq!((&*entities["why"], &*entities["user_name"]), ("locked", "m.verdi"));
}
