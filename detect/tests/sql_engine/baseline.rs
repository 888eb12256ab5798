//! Rules for more than is usual.

use std::collections::BTreeMap;

use detect::coverage::{LearningSource, Status};
use detect::engine::Options;
use detect::sigma::SigmaSet;
use detect::{Context, Engine, Findings, Rule};
use proptest::prelude::*;
use schema::Alert;

use crate::events::{Event, batch, batch_from, engine, find, source};
use crate::live::{LATENESS_US, courses, finals, received, scanned, streamed};

const S: i64 = 1_000_000;
const DAY: i64 = 86_400 * S;
/// Monday 4 May 2026, ten o'clock in Italy: the 2nd of June is a holiday, and no clock is changed.
const MONDAY: i64 = 1_777_881_600 * S;

/// A rule for many failures of an address in twenty seconds: more than usual, and never fewer than three.
fn rule(more: &str) -> Rule {
    crate::events::rule(
        "window = \"20s\"\n[baseline]\nof = \"n\"\ntimes = 4\nmin_history = \"14d\"",
        &format!(
            "SELECT source_ip, sum(event_count) AS n FROM events WHERE event_outcome = 'failure'
             GROUP BY source_ip HAVING sum(event_count) >= 3 {more}"
        ),
    )
}

/// So many failures at once, on a day at ten.
fn failures(day: i64, count: i64) -> Event {
    Event { count, ..Event::failure(MONDAY + day * DAY, "203.0.113.9", day) }
}

/// The days on which it rang.
fn rang(findings: &Findings) -> Vec<i64> {
    findings.alerts.iter().map(|alert| (alert.rang_us - MONDAY) / DAY).collect()
}

fn found(events: &[Event]) -> Vec<i64> {
    rang(&find(rule(""), &[batch(events)]))
}

#[test]
fn what_comes_every_week_rings_until_it_is_known_and_then_only_when_it_is_more() {
    let weekly = [0, 7, 14, 21, 28].map(|day| failures(day, 10));
    assert_eq!(found(&weekly), [0, 7], "until then HAVING alone decides");
    let more = [&weekly[..], &[failures(35, 14), failures(42, 15)]].concat();
    assert_eq!(found(&more), [0, 7, 42]);
    let on_another_day = [&weekly[..], &[failures(36, 3)]].concat();
    assert_eq!(found(&on_another_day), [0, 7, 36]);
}

#[test]
fn a_rule_that_does_not_know_what_is_usual_says_that_it_is_learning_and_rings_all_the_same() {
    let findings = find(rule(""), &[batch(&[failures(0, 3), failures(7, 2)])]);
    let sources = vec![LearningSource { source: source("test"), watched_us: 7 * DAY }];
    let learning = Status::Learning { sources, min_history_us: 14 * DAY, is_silent: false };
    assert_eq!((rang(&findings), &findings.coverage[0].status), (vec![0], &learning));
}

#[test]
fn clocks_far_off_and_files_of_last_year_are_no_past() {
    let weekly = [0, 7, 14, 21, 28].map(|day| failures(day, 10));
    for far in [-20_000, -366, 27_000] {
        let with = [&[failures(far, 10)], &weekly[..]].concat();
        let mut expected = vec![far, 0, 7];
        expected.sort_unstable();
        assert_eq!(found(&with), expected, "{far}");
    }
    assert_eq!(found(&[failures(-366, 10), failures(0, 10), failures(1, 10)]), [-366, 0, 1], "HAVING alone");
}

#[test]
fn a_source_is_compared_from_its_own_first_day_on() {
    let old: Vec<Event> =
        (-28..40).map(|day| Event::failure(MONDAY + day * DAY, "198.51.100.1", day)).collect();
    let weekly = [0, 7, 14, 21].map(|day| failures(day, 10));
    let findings = find(rule(""), &[batch_from("old", &old), batch_from("new", &weekly)]);
    assert_eq!(rang(&findings), [0, 7], "not one week more than alone");
}

#[test]
fn what_is_only_remembered_is_usual_and_rings_not() {
    let mut engine = engine(rule(""), Options::default());
    assert_eq!(engine.past().unwrap().watched_us(), 29 * DAY);
    engine.recall_before(MONDAY + 28 * DAY);
    for day in [0, 7, 14, 21] {
        engine.recall(engine.evaluator().remember(&batch(&[failures(day, 10)]))).unwrap();
    }
    engine.absorb(engine.evaluate(&batch(&[failures(28, 10), failures(29, 10)])).unwrap()).unwrap();
    assert_eq!(rang(&engine.finish().unwrap()), [29]);
}

#[test]
fn a_baseline_is_of_a_number_that_the_rule_selects() {
    for (of, said) in [("m", "the baseline's m is not selected"), ("source_ip", "source_ip is no number")] {
        let mut rule = rule("");
        rule.baseline.as_mut().unwrap().of = of.to_owned();
        let (_, problems) =
            Engine::new(vec![rule], SigmaSet::default(), &Context::default(), Options::default());
        assert!(problems[0].message.contains(said), "{problems:?}");
    }
}

/// Events of Mondays and Tuesdays of six weeks, all in one minute of the day.
fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = (0i64..6, 0i64..2, 0i64..60, 1u8..3, 1i64..4);
    prop::collection::vec(event, 1..160).prop_map(|parts| {
        let made = parts.into_iter().zip(1..).map(|((week, day, second, ip, count), seq)| Event {
            count,
            ..Event::failure(MONDAY + (7 * week + day) * DAY + second * S, &format!("203.0.113.{ip}"), seq)
        });
        made.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_stream_knows_what_is_usual_as_a_scan_does(
        events in events(),
        delays_us in prop::collection::vec(0i64..=LATENESS_US, 1..40),
        course in courses(),
    ) {
        let received = received(events.clone(), &delays_us);
        for rule in [rule(""), rule("AND max(event_count) < 3")] {
            let whole: BTreeMap<String, Alert> =
                scanned(rule.clone(), &events).into_iter().map(|alert| (alert.id.clone(), alert)).collect();
            prop_assert_eq!(finals(&streamed(rule, &received, &course)), whole);
        }
    }
}
