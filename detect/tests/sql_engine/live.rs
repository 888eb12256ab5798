//! A stream gives in the end what one scan gives, and tells before it ends.

use std::collections::BTreeMap;

use detect::coverage::{RuleCoverage, Status};
use detect::engine::Options;
use detect::sigma::SigmaSet;
use detect::{Context, Engine, Live, LiveAlert, LiveOptions, Rule, Standing};
use proptest::prelude::*;
use schema::Alert;

use crate::events::{Event, batch, engine, rule};
use crate::{first_seen, invariance};

pub const LATENESS_US: i64 = 30_000_000;

/// A rule that more events can silence, one that they cannot, one without aggregates, and one for what is new.
fn rules() -> [Rule; 4] {
    let distinct = rule(
        "window = \"20s\"",
        "SELECT source_ip, count(DISTINCT user_name) AS users FROM events WHERE event_action = 'login'
         GROUP BY source_ip HAVING count(DISTINCT user_name) >= 3 AND max(event_count) < 3",
    );
    let sum = rule(
        "window = \"10s\"",
        "SELECT source_ip, sum(event_count) AS n FROM events WHERE event_outcome = 'failure'
         GROUP BY source_ip HAVING sum(event_count) >= 4",
    );
    let matching = rule("", "SELECT source_ip, user_name FROM events WHERE event_outcome = 'success'");
    [distinct, sum, matching, first_seen::rule(20_000_000, LATENESS_US + 5_000_000)]
}

fn live(rule: Rule, options: LiveOptions) -> Live {
    let (live, problems) = Live::new(vec![rule], SigmaSet::default(), &Context::default(), options);
    assert_eq!(problems, []);
    live
}

pub fn scanned(rule: Rule, events: &[Event]) -> Vec<Alert> {
    let mut engine = engine(rule, Options::default());
    let hits = engine.evaluate(&batch(events)).unwrap();
    engine.absorb(hits).unwrap();
    let mut alerts = engine.finish().unwrap().alerts;
    alerts.iter_mut().for_each(|alert| alert.incident = None);
    alerts
}

/// Events in the order in which they are received, each with its receive time.
pub fn received(events: Vec<Event>, delays_us: &[i64]) -> Vec<(i64, Event)> {
    let delays = delays_us.iter().cycle();
    let mut received: Vec<(i64, Event)> =
        events.into_iter().zip(delays).map(|(event, delay_us)| (event.time_us + delay_us, event)).collect();
    received.sort_by_key(|(received_us, _)| *received_us);
    received
}

/// How a stream is cut and looked at.
#[derive(Debug, Clone)]
pub struct Course {
    /// Events absorbed together.
    part: usize,
    /// Before that part the engine is saved, and another takes up what was saved.
    restarts_before: usize,
    /// Behind each part, in turn: is the engine saved, and is it judged then?
    looks: Vec<(bool, bool)>,
}

pub fn courses() -> impl Strategy<Value = Course> {
    let looks = prop::collection::vec((prop::bool::weighted(0.3), prop::bool::weighted(0.7)), 1..8);
    (1usize..30, 0usize..20, looks).prop_map(|(part, restarts_before, looks)| Course {
        part,
        restarts_before,
        looks,
    })
}

/// What a stream tells.
pub fn streamed(rule: Rule, received: &[(i64, Event)], course: &Course) -> Vec<LiveAlert> {
    let new = || live(rule.clone(), LiveOptions { lateness_us: LATENESS_US, ..LiveOptions::default() });
    let (mut live, mut told) = (new(), Vec::new());
    let looks = course.looks.iter().cycle();
    for ((at, part), (is_saved, is_judged)) in received.chunks(course.part).enumerate().zip(looks) {
        if at == course.restarts_before {
            let mut saved = Vec::new();
            live.save(&mut saved).unwrap();
            live = new();
            live.restore(&mut saved.as_slice()).unwrap();
        }
        let events: Vec<Event> = part.iter().map(|(_, event)| event.clone()).collect();
        let hits = live.evaluate(&batch(&events)).unwrap();
        live.absorb(hits).unwrap();
        if *is_saved {
            live.save(&mut Vec::new()).unwrap();
        }
        if *is_judged {
            told.extend(live.judge(part.last().unwrap().0).unwrap());
        }
    }
    told.extend(live.finish().unwrap());
    told
}

/// The final alerts by id; each was told once.
pub fn finals(told: &[LiveAlert]) -> BTreeMap<String, Alert> {
    let mut finals = BTreeMap::new();
    for live in told.iter().filter(|live| live.standing == Standing::Final) {
        let before = finals.insert(live.alert.id.clone(), live.alert.clone());
        assert!(before.is_none(), "{} is final twice", live.alert.id);
    }
    finals
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_stream_gives_the_final_alerts_of_a_scan_whatever_its_order_and_parts(
        events in invariance::events(120),
        delays_us in prop::collection::vec(0i64..=LATENESS_US, 1..40),
        course in courses(),
    ) {
        let received = received(events.clone(), &delays_us);
        for rule in rules() {
            let whole: BTreeMap<String, Alert> =
                scanned(rule.clone(), &events).into_iter().map(|alert| (alert.id.clone(), alert)).collect();
            prop_assert_eq!(finals(&streamed(rule, &received, &course)), whole);
        }
    }

    #[test]
    fn what_was_told_and_is_not_final_is_withdrawn_or_superseded(
        events in invariance::events(120),
        delays_us in prop::collection::vec(0i64..=LATENESS_US, 1..40),
        course in courses(),
    ) {
        let received = received(events, &delays_us);
        for rule in rules() {
            let told = streamed(rule, &received, &course);
            let finals = finals(&told);
            let ended = |id: &String| {
                finals.contains_key(id)
                    || told.iter().any(|live| {
                        live.supersedes.as_ref() == Some(id)
                            || (live.standing == Standing::Withdrawn && live.alert.id == *id)
                    })
            };
            for live in told.iter().filter(|live| live.standing == Standing::Provisional) {
                prop_assert!(ended(&live.alert.id), "{:?}", live.alert);
            }
        }
    }
}

#[test]
fn an_alert_is_told_when_its_last_needed_event_has_come_and_is_final_after_window_and_lateness() {
    let [_, sum, ..] = rules();
    let mut live = live(sum, LiveOptions { lateness_us: LATENESS_US, ..LiveOptions::default() });
    let events: Vec<Event> = (0..4).map(|n| Event::failure(n * 1_000_000, "203.0.113.9", n)).collect();
    let hits = live.evaluate(&batch(&events)).unwrap();
    live.absorb(hits).unwrap();
    let told = live.judge(3_000_000).unwrap();
    assert_eq!(told.iter().map(|live| live.standing).collect::<Vec<_>>(), [Standing::Provisional]);
    assert_eq!(live.judge(3_000_000 + 10_000_000 + LATENESS_US).unwrap(), []);
    let told = live.judge(3_000_000 + 10_000_000 + LATENESS_US + 1).unwrap();
    assert_eq!(told.iter().map(|live| live.standing).collect::<Vec<_>>(), [Standing::Final]);
    assert_eq!(live.rows(), (0, 0), "nothing is kept of what is final");
}

#[test]
fn a_live_engine_over_its_budget_gives_up_old_rows_and_says_so() {
    let [distinct, ..] = rules();
    let mut live = live(distinct, LiveOptions { memory_bytes_max: 64 << 10, ..LiveOptions::default() });
    let events: Vec<Event> = (0..20_000).map(|n| Event::failure(n * 1_000, "203.0.113.9", n)).collect();
    for part in events.chunks(1_000) {
        let hits = live.evaluate(&batch(part)).unwrap();
        live.absorb(hits).unwrap();
    }
    let (held, shed) = live.rows();
    assert!(shed > 10_000 && held as u64 + shed == 20_000, "{held} held, {shed} given up");
}

#[test]
fn a_live_engine_keeps_its_budget_when_all_events_share_one_time() {
    let [distinct, ..] = rules();
    let memory_bytes_max = 64 << 10;
    let mut live = live(distinct, LiveOptions { memory_bytes_max, ..LiveOptions::default() });
    for part in 0..20 {
        let events: Vec<Event> =
            (0..1_000).map(|n| Event::failure(5_000_000, "203.0.113.9", part * 1_000 + n)).collect();
        let hits = live.evaluate(&batch(&events)).unwrap();
        live.absorb(hits).unwrap();
    }
    let (held, shed) = live.rows();
    assert!(held < 2_000 && held as u64 + shed == 20_000, "{held} held, {shed} given up");
}

/// A rule that fails on a row, and one that fails on a group.
fn failing() -> [Rule; 2] {
    let cast = rule("", "SELECT source_ip FROM events WHERE CAST(fields['reason'] AS BIGINT) > 5");
    let division = rule(
        "window = \"10s\"",
        "SELECT source_ip, sum(event_count) AS n FROM events GROUP BY source_ip
         HAVING sum(event_count) / (count(DISTINCT user_name) - 1) > 0",
    );
    [cast, division].map(|mut rule| {
        rule.id = "T-2".to_owned();
        rule
    })
}

#[test]
fn a_rule_that_fails_is_off_and_the_others_go_on() {
    let event =
        |n: i64| Event { reason: Some("abc".to_owned()), ..Event::failure(n * 1_000_000, "203.0.113.9", n) };
    let batch = batch(&(0..4).map(event).collect::<Vec<_>>());
    for failing in failing() {
        let [_, sum, ..] = rules();
        let (mut live, problems) =
            Live::new(vec![failing, sum], SigmaSet::default(), &Context::default(), LiveOptions::default());
        assert_eq!(problems, []);
        let mut told = Vec::new();
        for _ in 0..2 {
            live.absorb(live.evaluate(&batch).unwrap()).unwrap();
            told.extend(live.judge(3_000_000).unwrap());
        }
        told.extend(live.finish().unwrap());
        let ids: Vec<(&str, Standing)> = told.iter().map(|t| (&*t.alert.rule_id, t.standing)).collect();
        assert_eq!(ids, [("T-1", Standing::Provisional), ("T-1", Standing::Final)]);
        let failures: Vec<&str> = live.failures().iter().map(|failure| &*failure.rule_id).collect();
        assert_eq!(failures, ["T-2"], "told once");
        let failed = |rule: &RuleCoverage| matches!(rule.status, Status::Failed(_));
        assert_eq!(live.coverage().iter().map(failed).collect::<Vec<_>>(), [true, false]);
    }
}

#[test]
fn a_rule_that_fails_in_a_scan_finds_nothing_and_the_others_their_own() {
    let fits = Event { reason: Some("9".to_owned()), ..Event::failure(0, "198.51.100.1", 1) };
    let fits_not = Event { reason: Some("abc".to_owned()), ..Event::failure(0, "203.0.113.9", 2) };
    for failing in failing() {
        let other = rule("", "SELECT source_ip FROM events WHERE event_count = 1");
        let (mut engine, _) =
            Engine::new(vec![failing, other], SigmaSet::default(), &Context::default(), Options::default());
        for event in [&fits, &fits_not, &fits] {
            engine.absorb(engine.evaluate(&batch(std::slice::from_ref(event))).unwrap()).unwrap();
        }
        let found = engine.finish().unwrap();
        assert!(found.alerts.iter().all(|alert| alert.rule_id == "T-1") && !found.alerts.is_empty());
        assert!(matches!(found.coverage[0].status, Status::Failed(_)), "{:?}", found.coverage);
    }
}
