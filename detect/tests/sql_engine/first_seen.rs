//! Rules for what was not seen before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use detect::coverage::{LearningSource, Status};
use detect::engine::Options;
use detect::rule::FirstSeen;
use detect::sigma::SigmaSet;
use detect::{Context, Engine, Findings, Live, LiveOptions, Rule, Standing};
use proptest::prelude::*;
use schema::{Alert, EventBatch};

use crate::events::{Event, batch, batch_from, batch_in, engine, find, source};
use crate::live::{LATENESS_US, courses, finals, received, scanned, streamed};

const S: i64 = 1_000_000;

/// A rule for an address and an account that were not seen together.
pub fn rule(within_us: i64, min_history_us: i64) -> Rule {
    let header = "[first_seen]\nwithin = \"60d\"\nmin_history = \"14d\"";
    let sql = "SELECT source_ip, user_name FROM events WHERE event_action = 'login' AND event_count < 3";
    let mut rule = crate::events::rule(header, sql);
    // A file may not ask for a past that is shorter than what comes late: here seconds stand for days.
    rule.first_seen = Some(FirstSeen { within_us, min_history_us, list: None });
    rule
}

fn event(time_s: i64, source_ip: &str) -> Event {
    Event::failure(time_s * S, source_ip, time_s)
}

/// When it rang, seconds.
fn rang_s(findings: &Findings) -> Vec<i64> {
    findings.alerts.iter().map(|alert| alert.rang_us / S).collect()
}

#[test]
fn what_is_new_rings_once_and_again_when_it_was_away_for_long() {
    let (known, new) = ("198.51.100.1", "203.0.113.9");
    let steady = (0..300).step_by(10).map(|at| event(at, known));
    let events: Vec<Event> = steady.chain([100, 101, 159, 219, 278].map(|at| event(at, new))).collect();
    assert_eq!(rang_s(&find(rule(60 * S, 50 * S), &[batch(&events)])), [100, 219]);
}

#[test]
fn a_source_that_is_new_itself_teaches_first() {
    let old: Vec<Event> = (0..200).step_by(10).map(|at| event(at, "198.51.100.1")).collect();
    let new = [120, 130, 169, 170].map(|at| event(at, &format!("203.0.113.{at}")));
    let findings = find(rule(60 * S, 50 * S), &[batch_from("old", &old), batch_from("new", &new)]);
    assert_eq!(rang_s(&findings), [170]);
}

/// It learns about these sources, each watched for so long.
fn learning(sources: &[(&str, i64)], min_history_us: i64) -> Status {
    let sources = sources.iter().map(|(name, us)| LearningSource { source: source(name), watched_us: *us });
    Status::Learning { sources: sources.collect(), min_history_us, is_silent: true }
}

#[test]
fn a_source_that_is_new_is_said_to_be_learning_beside_an_old_one() {
    let old: Vec<Event> = (0..200).step_by(10).map(|at| event(at, "198.51.100.1")).collect();
    let new = batch_from("new", &[event(170, "198.51.100.1"), event(190, "198.51.100.1")]);
    let other = Event { count: 3, ..event(180, "198.51.100.1") };
    let batches = [batch_from("old", &old), new, batch_from("not asked", &[other])];
    let findings = find(rule(60 * S, 50 * S), &batches);
    assert_eq!(findings.coverage[0].status, learning(&[("new", 20 * S)], 50 * S));
}

const DAY: i64 = 86_400;

/// Days on which what is new rings, when a known address is seen on those days and a new one on that day.
fn rings(known: &[i64], new: i64) -> bool {
    let known = known.iter().map(|day| event(day * DAY, "198.51.100.1"));
    let events: Vec<Event> = known.chain([event(new * DAY, "203.0.113.9")]).collect();
    let findings = find(rule(60 * DAY * S, 14 * DAY * S), &[batch(&events)]);
    findings.alerts.iter().any(|alert| alert.entities["source_ip"] == "203.0.113.9")
}

#[test]
fn a_pause_as_long_as_it_takes_to_learn_begins_anew() {
    assert!(rings(&[0, 7, 13], 14));
    assert!(!rings(&[1, 7, 13], 14));
    assert!(rings(&[0, 13, 26, 39], 40), "pauses of thirteen days");
    assert!(!rings(&[0, 10, 24, 30], 34), "a pause of fourteen days");
    assert!(rings(&[0, 10, 24, 30, 36], 38));
}

#[test]
fn clocks_far_off_and_files_of_last_year_are_no_past() {
    let week: Vec<i64> = (0..7).collect();
    let (in_1970, last_year, in_2099) = (-20_000, -366, 27_000);
    for far in [in_1970, last_year, in_2099] {
        assert!(!rings(&[&week[..], &[far]].concat(), 7), "{far} ends no learning");
        assert!(!rings(&week, far), "{far} is not watched");
    }
    let weeks: Vec<i64> = (0..21).collect();
    assert!(rings(&[&weeks[..], &[in_1970, last_year, in_2099]].concat(), 21), "and hides nothing");
}

#[test]
fn another_format_of_one_source_teaches_for_itself() {
    let old: Vec<Event> = (0..200).step_by(10).map(|at| event(at, "198.51.100.1")).collect();
    let new = [150, 190].map(|at| event(at, &format!("203.0.113.{at}")));
    let batches = [batch_in("a", "file", &old), batch_in("b", "file", &new)];
    assert_eq!(rang_s(&find(rule(60 * S, 50 * S), &batches)), [] as [i64; 0]);
    let batches = [batch_in("a", "file", &old), batch_in("a", "file", &new)];
    assert_eq!(rang_s(&find(rule(60 * S, 50 * S), &batches)), [150, 190]);
}

#[test]
fn what_the_rule_does_not_select_is_a_past_too() {
    let others = (0..100).step_by(10).map(|at| Event { count: 3, ..event(at, "198.51.100.1") });
    let events: Vec<Event> = others.chain([event(90, "203.0.113.9")]).collect();
    assert_eq!(rang_s(&find(rule(60 * S, 50 * S), &[batch(&events)])), [90]);
}

#[test]
fn a_rule_without_enough_of_a_past_says_that_it_is_learning() {
    let events: Vec<Event> = (0..5).map(|at| event(10 * at, &format!("203.0.113.{at}"))).collect();
    let found = find(rule(60 * S, 50 * S), &[batch(&events)]);
    assert!(found.alerts.is_empty());
    assert_eq!(found.coverage[0].status, learning(&[("test", 40 * S)], 50 * S));
    let found = find(rule(60 * S, 40 * S), &[batch(&events)]);
    assert_eq!((rang_s(&found), &found.coverage[0].status), (vec![40], &Status::Fed));
}

#[test]
fn what_is_only_remembered_makes_known_and_rings_not() {
    let mut engine = engine(rule(60 * S, 50 * S), Options::default());
    let past = engine.past().unwrap();
    assert_eq!(past.watched_us(), 100 * S);
    assert_eq!(past.condition(|us| format!("{us}")), "(60000000 AND (true AND event_action IN ('login')))");
    engine.recall_before(100 * S);
    let hits = engine.evaluator().remember(&batch(&[event(70, "203.0.113.9")]));
    engine.recall(hits).unwrap();
    engine.recall_source(source("test"), 0, 80 * S);
    let hits = engine.evaluate(&batch(&[event(100, "203.0.113.9"), event(100, "203.0.113.8")])).unwrap();
    engine.absorb(hits).unwrap();
    let found = engine.finish().unwrap();
    let addresses: Vec<&String> = found.alerts.iter().map(|alert| &alert.entities["source_ip"]).collect();
    assert_eq!(addresses, ["203.0.113.8"]);
    assert_eq!(found.events, 2);
}

/// A clock that goes on whenever it is looked at.
fn tick() -> Instant {
    static BEGUN: OnceLock<Instant> = OnceLock::new();
    static LOOKS: AtomicU64 = AtomicU64::new(0);
    *BEGUN.get_or_init(Instant::now) + Duration::from_secs(LOOKS.fetch_add(1, Ordering::Relaxed))
}

#[test]
fn only_rules_that_remember_look_at_the_past() {
    let plain = crate::events::rule("", "SELECT source_ip FROM events WHERE event_action = 'login'");
    let named = |mut rule: Rule, id: &str| {
        rule.id = id.to_owned();
        rule
    };
    let plain = (0..20).map(|n| named(plain.clone(), &format!("T-{n}")));
    let rules = plain.chain([named(rule(60 * S, 50 * S), "NEW")]).collect();
    let options = Options { clock: Some(tick), ..Options::default() };
    let (mut engine, problems) = Engine::new(rules, SigmaSet::default(), &Context::default(), options);
    assert_eq!(problems, []);
    let (before, now) = (batch(&[event(70, "203.0.113.9")]), batch(&[event(129, "203.0.113.9")]));
    engine.recall_before(100 * S);
    engine.recall(engine.evaluator().remember(&before)).unwrap();
    let took = |engine: &Engine| engine.costs().rules.iter().filter(|(_, took)| !took.is_zero()).count();
    assert_eq!(took(&engine), 1);
    engine.absorb(engine.evaluate(&now).unwrap()).unwrap();
    assert_eq!(took(&engine), 21);
    let found = engine.finish().unwrap();
    assert_eq!((found.events, found.alerts.len()), (1, 20), "what is remembered is no finding, and known");
}

/// Days of logins with pauses, all in one minute of the day.
fn days() -> impl Strategy<Value = Vec<Event>> {
    let login = (0i64..16, 0i64..60, 0u8..3, 1u8..5);
    prop::collection::vec(login, 1..60).prop_map(|logins| {
        let made = logins.into_iter().map(|(day, second, ip, user)| {
            let at = Event { time_us: (day * DAY + second) * S, ..event(day * 60 + second, "") };
            let (source_ip, user_name) = (format!("203.0.113.{ip}"), format!("utente{user}"));
            Event { source_ip: Some(source_ip), user_name: Some(user_name), ..at }
        });
        made.collect()
    })
}

/// Whether events go back from a day before that time to `min_history_us` before it, without a pause as long.
fn was_watched(times_us: &[i64], at_us: i64, min_history_us: i64) -> bool {
    let mut later_us = at_us - DAY * S;
    let mut before_us: Vec<i64> = times_us.iter().copied().filter(|us| *us <= later_us).collect();
    before_us.sort_by_key(|us| std::cmp::Reverse(*us));
    for us in before_us {
        if later_us - us >= min_history_us {
            return false;
        }
        if at_us - us >= min_history_us {
            return true;
        }
        later_us = us;
    }
    false
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_not_seen_for_so_long_is_new_again_and_nothing_else_is(events in days(), within_days in 1i64..8) {
        let (within_us, min_history_us) = (within_days * DAY * S, 2 * DAY * S);
        let times_us: Vec<i64> = events.iter().map(|event| event.time_us).collect();
        let entity = |event: &Event| (event.source_ip.clone(), event.user_name.clone());
        let is_new = |event: &Event| {
            let mut before = events.iter().filter(|other| entity(other) == entity(event));
            !before.any(|other| other.time_us < event.time_us && event.time_us - other.time_us < within_us)
        };
        let expected: BTreeSet<_> = events
            .iter()
            .filter(|event| is_new(event) && was_watched(&times_us, event.time_us, min_history_us))
            .map(|event| (event.time_us, entity(event)))
            .collect();
        let rang: BTreeSet<_> = scanned(rule(within_us, min_history_us), &events)
            .into_iter()
            .map(|alert| {
                let entity = |name: &str| alert.entities.get(name).cloned();
                (alert.rang_us, (entity("source_ip"), entity("user_name")))
            })
            .collect();
        prop_assert_eq!(rang, expected);
    }

    #[test]
    fn a_stream_pauses_and_learns_as_a_scan_does(
        events in days(),
        delays_us in prop::collection::vec(0i64..=LATENESS_US, 1..40),
        course in courses(),
    ) {
        let received = received(events.clone(), &delays_us);
        for min_history_days in [1, 2] {
            let rule = rule(5 * DAY * S, min_history_days * DAY * S);
            let whole: BTreeMap<String, Alert> =
                scanned(rule.clone(), &events).into_iter().map(|alert| (alert.id.clone(), alert)).collect();
            prop_assert_eq!(finals(&streamed(rule, &received, &course)), whole);
        }
    }
}

fn live(options: LiveOptions) -> Live {
    let rules = vec![rule(600 * S, 50 * S)];
    let (live, problems) = Live::new(rules, SigmaSet::default(), &Context::default(), options);
    assert_eq!(problems, []);
    live
}

fn absorb(live: &mut Live, batch: &EventBatch) {
    let hits = live.evaluate(batch).unwrap();
    live.absorb(hits).unwrap();
}

#[test]
fn of_what_is_settled_one_row_an_entity_is_kept_and_given_up_when_it_is_old() {
    let mut live = live(LiveOptions { lateness_us: 0, ..LiveOptions::default() });
    for at in 0..500 {
        absorb(&mut live, &batch(&[event(at, &format!("203.0.113.{}", at % 7))]));
    }
    assert_eq!(live.learning(), []);
    live.judge(500 * S).unwrap();
    assert_eq!(live.rows(), (7, 0));
    absorb(&mut live, &batch(&[event(1_100, "203.0.113.9")]));
    live.judge(1_200 * S).unwrap();
    assert_eq!(live.rows(), (1, 0));
}

#[test]
fn over_its_budget_it_learns_anew_instead_of_calling_the_forgotten_new() {
    let mut live = live(LiveOptions { lateness_us: 0, memory_bytes_max: 64 << 10 });
    let mut told = Vec::new();
    for at in 0..40 {
        let events: Vec<Event> = (0..100)
            .map(|n| event(at, &format!("203.0.{at}.{n}")))
            .chain([event(at, "198.51.100.1")])
            .collect();
        absorb(&mut live, &batch(&events));
        told.extend(live.judge(at * S).unwrap());
    }
    assert!(live.rows().1 > 0, "{:?}", live.rows());
    assert_eq!(live.learning().len(), 1);
    absorb(&mut live, &batch(&[event(60, "203.0.0.1"), event(150, "203.0.0.2")]));
    told.extend(live.finish().unwrap());
    let told: Vec<_> = told.iter().map(|told| (told.alert.rang_us / S, told.standing)).collect();
    assert_eq!(told, [(150, Standing::Final)]);
}
