//! What must not change a match: the order of rules, how a batch is cut, other rules beside.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::events::{compile, process_rule, processes};

const SEARCHES: [&str; 8] = [
    "A|contains: al",
    "A|endswith: '?a'",
    "A: [null, '']",
    "B|re: '[0-9]{2}'",
    "B|gte: 5",
    "A|fieldref: B",
    "B|exists: true",
    "A: 'al*a'",
];

const CONDITIONS: [&str; 5] = ["a and b", "a or not b", "not (a and b)", "1 of them", "2 of them"];

fn rule() -> impl Strategy<Value = String> {
    (0..SEARCHES.len(), 0..SEARCHES.len(), 0..CONDITIONS.len()).prop_map(|(a, b, condition)| {
        process_rule(&format!(
            "  a:\n    {}\n  b:\n    {}\n  condition: {}",
            SEARCHES[a], SEARCHES[b], CONDITIONS[condition]
        ))
    })
}

fn event() -> impl Strategy<Value = Value> {
    let text =
        prop_oneof![Just(json!(null)), Just(json!("")), "(al|fa|ALFA|[0-9]){0,3}".prop_map(Value::from)];
    (text.clone(), text).prop_map(|(a, b)| json!({"A": a, "B": b}))
}

/// (text of rule, event) of every match, with the batch cut into pieces of that size.
fn found(rules: &[String], events: &[Value], piece: usize) -> BTreeSet<(String, usize)> {
    let texts: Vec<&str> = rules.iter().map(String::as_str).collect();
    let (set, problems) = compile(&texts);
    assert!(problems.is_empty(), "{problems:?}");
    let mut found = BTreeSet::new();
    for (index, part) in events.chunks(piece).enumerate() {
        for matches in set.matches(&processes(part)) {
            for row in matches.rows {
                found.insert((rules[matches.rule].clone(), index * piece + row as usize));
            }
        }
    }
    found
}

#[test]
fn threads_share_a_set_and_find_the_same() {
    let (set, _) = compile(&[&process_rule("  s:\n    A|contains: al\n  condition: s")]);
    let events = processes(&[json!({"A": "alfa"}), json!({"A": "beta"}), json!({"A": "ALtro"})]);
    let found = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| set.matches(&events))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(found.iter().all(|matches| *matches == found[0]) && found[0][0].rows == [0, 2]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn order_of_rules_and_cut_of_batches_change_nothing(
        rules in prop::collection::vec(rule(), 1..6),
        events in prop::collection::vec(event(), 1..80),
        piece in 1usize..80,
    ) {
        let whole = found(&rules, &events, events.len());
        let backwards: Vec<String> = rules.iter().rev().cloned().collect();
        prop_assert_eq!(&found(&backwards, &events, piece), &whole);
        let mut alone = BTreeSet::new();
        for rule in &rules {
            alone.extend(found(std::slice::from_ref(rule), &events, piece));
        }
        prop_assert_eq!(&alone, &whole);
    }
}
