//! What changes nothing: how events are cut into batches, the order of batches, spilling.

use detect::Findings;
use detect::engine::Options;
use proptest::prelude::*;

use crate::events::{Event, batch, engine, rule};

fn distinct_users() -> detect::Rule {
    rule(
        "window = \"20s\"",
        "SELECT source_ip, count(DISTINCT user_name) AS users FROM events WHERE event_action = 'login'
         GROUP BY source_ip HAVING count(DISTINCT user_name) >= 3 AND max(event_count) < 3",
    )
}

pub fn events(max: usize) -> impl Strategy<Value = Vec<Event>> {
    let event = (0i64..120, 0u8..4, 0u8..5, any::<bool>(), 1i64..4);
    prop::collection::vec(event, 1..max).prop_map(|parts| {
        let made = parts.into_iter().zip(1..).map(|((time_s, ip, user, is_failure, count), seq)| Event {
            time_us: time_s * 1_000_000,
            source_ip: (ip > 0).then(|| format!("203.0.113.{ip}")),
            user_name: (user > 0).then(|| format!("utente-dal-nome-lungo-{user}")),
            outcome: schema::Outcome::of(!is_failure),
            count,
            seq,
            reason: None,
        });
        made.collect()
    })
}

fn find(options: Options, parts: &[&[Event]]) -> Findings {
    let mut engine = engine(distinct_users(), options);
    for part in parts {
        let hits = engine.evaluate(&batch(part)).unwrap();
        engine.absorb(hits).unwrap();
    }
    let mut findings = engine.finish().unwrap();
    findings.spills = 0;
    findings
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cutting_reordering_and_spilling_change_no_alert(
        events in events(120),
        cut in 1usize..40,
        from in 0usize..10,
    ) {
        let whole = find(Options::default(), &[&events]);
        let mut parts: Vec<&[Event]> = events.chunks(cut).collect();
        let turns = from % parts.len();
        parts.rotate_left(turns);
        prop_assert_eq!(&find(Options::default(), &parts), &whole);
        parts.reverse();
        let spilling = Options { memory_bytes_max: 1, ..Options::default() };
        prop_assert_eq!(&find(spilling, &parts), &whole);
    }
}

#[test]
fn an_engine_over_its_budget_spills_and_says_so() {
    let options = Options { memory_bytes_max: 64 << 10, ..Options::default() };
    let mut engine = engine(distinct_users(), options);
    let events: Vec<Event> = (0..20_000).map(|n| Event::failure(n * 1_000, "203.0.113.9", n)).collect();
    for part in events.chunks(1_000) {
        let hits = engine.evaluate(&batch(part)).unwrap();
        engine.absorb(hits).unwrap();
    }
    let findings = engine.finish().unwrap();
    assert!(findings.spills >= 5, "{}", findings.spills);
    assert_eq!(findings.events, 20_000);
    assert_eq!(engine.finish().unwrap().events, 0, "an engine is empty once finished");
}
