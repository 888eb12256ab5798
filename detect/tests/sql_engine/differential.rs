//! The engine against DataFusion's own window functions: the same meaning, executed twice.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::AsArray;
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use datafusion::prelude::SessionContext;
use detect::engine::Options;
use detect::rule::Origin;
use detect::sigma::SigmaSet;
use detect::{Context, Engine, Rule};
use proptest::prelude::*;
use schema::Alert;

use crate::events::{Event, batch, engine, rule, rule_text};
use crate::invariance::events;

/// An aggregate condition: as HAVING, and as the aggregates and the test over a window frame.
const CONDITIONS: &[(&str, &[&str], &str)] = &[
    ("sum(event_count) >= 7", &["sum(event_count)"], "a0 >= 7"),
    ("count(DISTINCT user_name) >= 3", &["count(DISTINCT user_name)"], "a0 >= 3"),
    (
        "count(*) FILTER (WHERE event_outcome = 'failure') >= 3 AND count(user_name) < 6",
        &["count(*) FILTER (WHERE event_outcome = 'failure')", "count(user_name)"],
        "a0 >= 3 AND a1 < 6",
    ),
    (
        "max(timestamp) FILTER (WHERE event_outcome = 'success') > min(timestamp) FILTER (WHERE event_outcome = 'failure')",
        &[
            "max(CASE WHEN event_outcome = 'success' THEN timestamp END)",
            "min(CASE WHEN event_outcome = 'failure' THEN timestamp END)",
        ],
        "a0 > a1",
    ),
    (
        "max(event_count) = 2 AND min(event_count) = 1",
        &["max(event_count)", "min(event_count)"],
        "a0 = 2 AND a1 = 1",
    ),
    (
        "count(*) > 3 OR sum(event_count) FILTER (WHERE event_outcome = 'failure') >= 5",
        &["count(*)", "sum(CASE WHEN event_outcome = 'failure' THEN event_count END)"],
        "a0 > 3 OR a1 >= 5",
    ),
    (
        "count(*) >= 2 AND count(*) FILTER (WHERE event_outcome = 'success') = 0",
        &["count(*)", "count(*) FILTER (WHERE event_outcome = 'success')"],
        "a0 >= 2 AND a1 = 0",
    ),
    (
        "coalesce(sum(event_count) FILTER (WHERE event_outcome = 'success'), 0) < 2 AND count(*) >= 3",
        &["sum(CASE WHEN event_outcome = 'success' THEN event_count END)", "count(*)"],
        "coalesce(a0, 0) < 2 AND a1 >= 3",
    ),
    ("sum(event_count) = 4", &["sum(event_count)"], "a0 = 4"),
    ("avg(event_count) > 2.1", &["avg(event_count)"], "a0 > 2.1"),
    ("sum(event_count * 0.25) BETWEEN 1.0 AND 2.0", &["sum(event_count * 0.25)"], "a0 BETWEEN 1.0 AND 2.0"),
    ("min(user_name) = max(user_name)", &["min(user_name)", "max(user_name)"], "a0 = a1"),
    (
        "source_ip = '203.0.113.2' AND sum(event_count) > 3",
        &["sum(event_count)"],
        "source_ip = '203.0.113.2' AND a0 > 3",
    ),
];

/// Instants at which the condition holds, by DataFusion.
async fn ringing(events: &[Event], condition: usize, window_us: i64) -> BTreeMap<String, BTreeSet<i64>> {
    let (_, aggregates, test) = CONDITIONS[condition];
    let session = SessionContext::new();
    session.register_batch("events", batch(events).to_table().unwrap()).unwrap();
    let frame = format!(
        "OVER (PARTITION BY source_ip ORDER BY timestamp RANGE BETWEEN INTERVAL '{} microseconds' PRECEDING AND CURRENT ROW)",
        window_us - 1
    );
    let columns: Vec<String> = aggregates
        .iter()
        .enumerate()
        .map(|(at, aggregate)| format!("{aggregate} {frame} AS a{at}"))
        .collect();
    let sql = format!(
        "SELECT source_ip, timestamp, CAST(1 AS BIGINT) FROM (SELECT source_ip, timestamp, {} FROM events
         WHERE source_ip IS NOT NULL) WHERE {test}",
        columns.join(", ")
    );
    let mut instants: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    for rows in session.sql(&sql).await.unwrap().collect().await.unwrap() {
        let addresses = arrow::compute::cast(rows.column(0), &arrow::datatypes::DataType::Utf8).unwrap();
        let times = rows.column(1).as_primitive::<TimestampMicrosecondType>();
        assert_eq!(rows.column(2).as_primitive::<Int64Type>().len(), times.len());
        for row in 0..rows.num_rows() {
            let address = addresses.as_string::<i32>().value(row).to_owned();
            instants.entry(address).or_default().insert(times.value(row));
        }
    }
    instants
}

/// (address, rang, first, last, count, lines) of each run, made from the instants alone.
type Shown = (String, i64, i64, i64, u64, Vec<u64>);

fn expected(events: &[Event], instants: &BTreeMap<String, BTreeSet<i64>>, window_us: i64) -> Vec<Shown> {
    let mut runs = Vec::new();
    for (address, times) in instants {
        let mut spans: Vec<(i64, i64)> = Vec::new();
        for time in times {
            match spans.last_mut() {
                Some((_, last)) if time - *last < window_us => *last = *time,
                _ => spans.push((*time, *time)),
            }
        }
        for (rang, last) in spans {
            let mut inside: Vec<&Event> = events
                .iter()
                .filter(|e| e.source_ip.as_ref() == Some(address))
                .filter(|e| e.time_us > rang - window_us && e.time_us <= last)
                .collect();
            inside.sort_by_key(|event| event.time_us);
            let count = inside.iter().map(|event| event.count as u64).sum();
            let mut lines: Vec<u64> = inside.iter().map(|event| event.seq as u64).collect();
            lines.sort_unstable();
            let (first, end) = (inside[0].time_us, inside[inside.len() - 1].time_us);
            runs.push((address.clone(), rang, first, end, count, lines));
        }
    }
    runs.sort();
    runs
}

fn shown(alerts: &[Alert]) -> Vec<Shown> {
    let mut shown: Vec<Shown> = alerts
        .iter()
        .map(|a| {
            let lines = a.evidence.iter().map(|place| place.line).collect();
            (a.entities["source_ip"].clone(), a.rang_us, a.first_us, a.last_us, a.count, lines)
        })
        .collect();
    shown.sort();
    shown
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_rings_where_datafusions_window_functions_do(
        events in events(80),
        condition in 0..CONDITIONS.len(),
        window_s in 1i64..60,
        cut in 1usize..50,
    ) {
        let window_us = window_s * 1_000_000;
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let instants = runtime.block_on(ringing(&events, condition, window_us));
        let sql = format!("SELECT source_ip FROM events GROUP BY source_ip HAVING {}", CONDITIONS[condition].0);
        let mut engine = engine(rule(&format!("window = \"{window_s}s\""), &sql), Default::default());
        for part in events.chunks(cut) {
            let hits = engine.evaluate(&batch(part)).unwrap();
            engine.absorb(hits).unwrap();
        }
        let found = engine.finish().unwrap();
        prop_assert_eq!(shown(&found.alerts), expected(&events, &instants, window_us), "{}", sql);
    }
}

/// Conditions on one event, of every shape the engine treats in a way of its own.
const FILTERS: &[&str] = &[
    "event_outcome = 'failure' AND user_name IS NOT NULL",
    "'failure' = event_outcome",
    "event_outcome <> 'failure'",
    "NOT (event_outcome = 'failure')",
    "event_outcome NOT IN ('failure', 'unknown')",
    "event_outcome IN ('success', 'unknown') AND NOT user_name LIKE '%2'",
    "event_outcome = 'failure' AND event_outcome = 'success'",
    "(event_action = 'login' AND user_name = 'utente-dal-nome-lungo-1')
     OR (event_action IN ('logout', 'login') AND source_ip = '203.0.113.1')",
    "user_name = 'utente-dal-nome-lungo-3' OR event_count > 2",
    "user_name = 'utente-dal-nome-lungo-3' OR user_name = 'nobody' OR user_name IS NULL",
    "fields['reason'] = 'locked'",
    "fields['reason'] IS NULL AND source_ip = '203.0.113.2'",
    "coalesce(fields['reason'], user_name, 'x') LIKE '%e%'",
    "fields['absent'] IS NULL AND event_count = 1",
    "cardinality(fields) = 1",
    "regexp_like(user_name, 'LUNGO-[12]$', 'i')",
    "NOT regexp_like(user_name, 'lungo-[12]$')",
    "user_name ~ '3$' OR user_name !~ 'utente'",
    "user_name ~* 'UTENTE' AND fields['reason'] ~ '^l'",
    "CASE WHEN event_outcome = 'failure' THEN event_count > 1 ELSE source_ip IS NULL END",
    "event_outcome IS NULL OR (source_ip = '203.0.113.3') IS NOT TRUE",
    "class = 'web'",
    "lower(user_name) LIKE '%-1' OR concat(user_name, '?', coalesce(fields['reason'], '')) LIKE '%3?%'",
    "event_count > 1 AND concat(user_name, '?', coalesce(fields['reason'], '')) LIKE '%3?l%'",
    "CASE WHEN user_name LIKE '%1' THEN lower(fields['reason']) ELSE lower(source_ip) END LIKE 'l%'",
    "timestamp >= TIMESTAMP '1970-01-01T00:01:00Z' AND event_outcome = 'success'",
];

async fn passing(events: &[Event], filter: &str) -> Vec<u64> {
    let session = SessionContext::new();
    session.register_batch("events", batch(events).to_table().unwrap()).unwrap();
    let sql = format!("SELECT seq FROM events WHERE {filter} ORDER BY seq");
    let mut lines = Vec::new();
    for rows in session.sql(&sql).await.unwrap().collect().await.unwrap() {
        lines.extend(rows.column(0).as_primitive::<Int64Type>().values().iter().map(|seq| *seq as u64));
    }
    lines
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_matches_what_where_selects(events in events(60), filter in 0..FILTERS.len(), reasons in any::<u64>()) {
        let mut events = events;
        for (at, event) in events.iter_mut().enumerate() {
            event.reason = match reasons >> (at % 32 * 2) & 3 {
                0 => Some("locked".to_owned()),
                1 => Some("a reason longer than twelve bytes".to_owned()),
                _ => None,
            };
        }
        let filter = FILTERS[filter];
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let expected = runtime.block_on(passing(&events, filter));
        let engine = engine(rule("", &format!("SELECT tenant FROM events WHERE {filter}")), Default::default());
        let matches = engine.evaluate(&batch(&events)).unwrap().matches();
        let found: Vec<u64> = matches.iter().map(|matched| matched.place.line).collect();
        prop_assert_eq!(found, expected, "{}", filter);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rules_that_share_what_they_compute_match_as_each_does_alone(events in events(60), first in 0..FILTERS.len()) {
        let batch = batch(&events);
        let rules = (0..FILTERS.len()).map(|at| {
            // Whoever comes first computes for those behind it.
            let filter = FILTERS[(first + at) % FILTERS.len()];
            let text = rule_text("", &format!("SELECT tenant FROM events WHERE {filter}"));
            Rule::parse("t.sql", &text.replace("T-1", &format!("T-{at}")), Origin::File).unwrap()
        });
        let (together, problems) =
            Engine::new(rules.collect(), SigmaSet::default(), &Context::default(), Options::default());
        prop_assert_eq!(problems, []);
        let matches = together.evaluate(&batch).unwrap().matches();
        for at in 0..FILTERS.len() {
            let filter = FILTERS[(first + at) % FILTERS.len()];
            let alone = engine(rule("", &format!("SELECT tenant FROM events WHERE {filter}")), Default::default());
            let alone = alone.evaluate(&batch).unwrap().matches();
            let id = format!("T-{at}");
            let found = matches.iter().filter(|matched| *matched.rule_id == *id).map(|matched| &matched.place);
            prop_assert!(found.eq(alone.iter().map(|matched| &matched.place)), "{}", filter);
        }
    }
}
