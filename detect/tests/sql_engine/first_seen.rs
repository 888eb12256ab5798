//! Rules for what was not seen before.

use detect::coverage::Status;
use detect::engine::Options;
use detect::rule::FirstSeen;
use detect::sigma::SigmaSet;
use detect::{Context, Findings, Live, LiveOptions, Rule, Standing};
use schema::EventBatch;

use crate::events::{Event, batch, batch_from, engine, find};

const S: i64 = 1_000_000;

/// A rule for an address and an account that were not seen together.
pub fn rule(within_us: i64, min_history_us: i64) -> Rule {
    let header = "[first_seen]\nwithin = \"60d\"\nmin_history = \"14d\"";
    let sql = "SELECT source_ip, user_name FROM events WHERE event_action = 'login' AND event_count < 3";
    let mut rule = crate::events::rule(header, sql);
    // A file may not ask for a past that is shorter than what comes late: here seconds stand for days.
    rule.first_seen = Some(FirstSeen { within_us, min_history_us });
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
    let learning = Status::Learning { watched_us: 40 * S, min_history_us: 50 * S, is_silent: true };
    assert_eq!(found.coverage[0].status, learning);
    let found = find(rule(60 * S, 40 * S), &[batch(&events)]);
    assert_eq!((rang_s(&found), &found.coverage[0].status), (vec![40], &Status::Fed));
}

#[test]
fn what_is_only_remembered_makes_known_and_rings_not() {
    let mut engine = engine(rule(60 * S, 50 * S), Options::default());
    let past = engine.past().unwrap();
    assert_eq!(past.length_us(), 60 * S);
    assert_eq!(past.condition(|us| format!("{us}")), "(60000000 AND (true AND event_action IN ('login')))");
    engine.recall_before(100 * S);
    let hits = engine.evaluate(&batch(&[event(70, "203.0.113.9")])).unwrap();
    engine.recall(hits).unwrap();
    engine.recall_source("default", "test", 0, 80 * S);
    let hits = engine.evaluate(&batch(&[event(100, "203.0.113.9"), event(100, "203.0.113.8")])).unwrap();
    engine.absorb(hits).unwrap();
    let found = engine.finish().unwrap();
    let addresses: Vec<&String> = found.alerts.iter().map(|alert| &alert.entities["source_ip"]).collect();
    assert_eq!(addresses, ["203.0.113.8"]);
    assert_eq!(found.events, 2);
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
    assert_eq!(live.rules_learning(), 0);
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
    assert_eq!(live.rules_learning(), 1);
    absorb(&mut live, &batch(&[event(60, "203.0.0.1"), event(150, "203.0.0.2")]));
    told.extend(live.finish().unwrap());
    let told: Vec<_> = told.iter().map(|told| (told.alert.rang_us / S, told.standing)).collect();
    assert_eq!(told, [(150, Standing::Final)]);
}
