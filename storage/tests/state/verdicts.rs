//! Verdicts, by one and by many at once.

use std::collections::BTreeSet;

use schema::{Judgement, Verdict};
use storage::state::Judged;
use storage::{State, StateReader};

use super::support::{judge, judgement, judgements, path};

#[test]
fn a_verdict_stands_until_it_is_replaced_and_none_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let state = State::open(&path(&folder)).unwrap();
    let first = Judgement { note: Some("un'esercitazione".to_owned()), ..judgement("a", Verdict::Expected) };
    let second = judgement("a", Verdict::False);
    assert_eq!(judge(&state, first.clone(), false), Judged::Taken(None));
    assert_eq!(judge(&state, second.clone(), false), Judged::Stands(first.clone()));
    assert_eq!(judgements(&path(&folder)), std::slice::from_ref(&first));
    assert_eq!(judge(&state, second.clone(), true), Judged::Taken(Some(first.clone())));
    let other = judgement("b", Verdict::True);
    assert_eq!(judge(&state, other.clone(), true), Judged::Taken(None));
    let judged = state.judge(vec![judgement("c", Verdict::True), first.clone()], false).unwrap();
    assert_eq!(judged, [Judged::Taken(None), Judged::Stands(second.clone())]);
    drop(state);
    assert_eq!(judgements(&path(&folder)), [first, second, other, judgement("c", Verdict::True)]);
}

#[test]
fn many_who_judge_at_once_through_two_openings_lose_and_double_nothing() {
    const THREADS: usize = 8;
    const EACH: usize = 50;
    let folder = tempfile::tempdir().unwrap();
    // Nobody has made it yet: each may be the first.
    let states: [State; 2] = std::thread::scope(|threads| {
        let open = || threads.spawn(|| State::open(&path(&folder)).unwrap());
        [open(), open()].map(|opening| opening.join().unwrap())
    });
    // Every alert is judged by two threads, of which one is told that it came second.
    let taken: usize = std::thread::scope(|threads| {
        let judging = |thread: usize| {
            let state = &states[thread % 2];
            threads.spawn(move || {
                let alerts = (0..EACH).map(|n| format!("{}-{n}", thread / 2));
                let judged = alerts.map(|alert| judge(state, judgement(&alert, Verdict::True), false));
                judged.filter(|judged| matches!(judged, Judged::Taken(None))).count()
            })
        };
        let judging: Vec<_> = (0..THREADS).map(judging).collect();
        judging.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(taken, THREADS / 2 * EACH);
    let kept = judgements(&path(&folder));
    assert_eq!(kept.len(), taken);
    assert_eq!(kept.iter().map(|kept| &kept.alert).collect::<BTreeSet<_>>().len(), taken);
}

#[test]
fn whoever_reads_waits_for_no_writer_and_sees_what_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    assert!(StateReader::open(&path(&folder)).unwrap().is_none(), "nothing was ever kept there");
    let state = State::open(&path(&folder)).unwrap();
    for n in 1..=20 {
        judge(&state, judgement(&n.to_string(), Verdict::True), false);
        assert_eq!(judgements(&path(&folder)).len(), n);
    }
    let writing = rusqlite::Connection::open(path(&folder)).unwrap();
    writing.execute_batch("BEGIN IMMEDIATE; DELETE FROM verdicts").unwrap();
    assert_eq!(judgements(&path(&folder)).len(), 20, "what is not committed is nobody's");
    writing.execute_batch("COMMIT").unwrap();
    assert!(judgements(&path(&folder)).is_empty());
}
