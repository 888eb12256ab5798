//! Rules over past days: how often they would have rung, and with other values.

use serde_json::{Value, json};

use super::jobs::attacked;
use super::program::{Folder, RULE, guessing};

/// The change, the alerts and the broken tests of each row.
fn counts(rows: &[Value]) -> Vec<(Value, Value, Value)> {
    rows.iter()
        .map(|row| (row["change"].clone(), row["alerts"].clone(), row["tests_broken"].clone()))
        .collect()
}

/// Thirty attempts on each of two days.
fn two_days() -> Folder {
    let folder = Folder::new();
    folder.file("rule.sql", RULE);
    folder.file("16.log", guessing(30));
    folder.file("17.log", guessing(30).replace("Mar 16", "Mar 17"));
    folder
}

#[test]
fn a_rule_is_counted_a_day_and_so_is_each_value_near_its_own() {
    let folder = two_days();
    let args = ["rules", "backtest", "rule.sql", "--logs", "16.log", "--logs", "17.log"];
    let now = ["--now", "2026-03-20T00:00:00Z"];
    let ran = folder.run(&[&args[..], &now].concat()).expect(0);
    let rows = ran.objects();
    let none = Value::Null;
    let expected = [
        (none.clone(), json!(2), none),
        (json!("failures = 10"), json!(2), json!(0)),
        (json!("failures = 15"), json!(2), json!(0)),
        (json!("failures = 30"), json!(2), json!(1)),
        (json!("failures = 40"), json!(0), json!(1)),
    ];
    assert_eq!(counts(&rows), expected);
    assert_eq!((&rows[0]["alerts_per_day"], &rows[0]["most_in_a_day"]), (&json!(1.0), &json!(1)));
    assert_eq!(rows[0]["top"], json!({"source_ip=203.0.113.9": 2}));
    assert_eq!(rows[0]["coverage"], "fed");
    assert!(rows[0]["ns_per_event"].as_f64().unwrap() > 0.0, "{}", rows[0]);
    assert!(ran.err.contains("2 days with events, 60 events read"), "{}", ran.err);

    let last_day =
        folder.run(&[&args[..], &now, &["--days", "1", "--set", "failures=31"]].concat()).expect(0);
    let rows = last_day.objects();
    assert_eq!(counts(&rows)[0].1, json!(1));
    assert_eq!(counts(&rows)[1], (json!("failures = 31"), json!(0), json!(1)));
}

#[test]
fn what_a_service_stored_is_looked_at_from_its_last_event_back() {
    let folder = attacked();
    let of_configuration = folder.run(&["rules", "backtest", "hunts", "-c", "campanile.toml"]).expect(0);
    assert_eq!(counts(&of_configuration.objects())[0].1, json!(1));
    let args = ["rules", "backtest", "hunts", "--lake", "data/lake", "--days", "1", "--set", "failures=31"];
    let rows = folder.run(&args).expect(0).objects();
    assert_eq!(rows.iter().map(|row| row["alerts"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 0]);
}

#[test]
fn what_cannot_be_tried_is_told() {
    let folder = two_days();
    folder.file("empty.log", "");
    for (args, words) in [
        (&["rule.sql"][..], "--lake"),
        (&["rule.sql", "--lake", "absent"], "cannot read the lake absent"),
        (&["rule.sql", "--logs", "empty.log"], "no events"),
        (&["AC-1", "--logs", "16.log"], "did you mean"),
        (&["CH-01", "--logs", "16.log"], "alerts of other rules"),
        (&["rule.sql", "--logs", "16.log", "--set", "failures=many"], "whole number"),
        (&["rule.sql", "--logs", "16.log", "--set", "failure=3"], "did you mean `failures`?"),
        (&["rule.sql", "--logs", "16.log", "--days", "0"], "--days"),
    ] {
        let ran = folder.run(&[&["rules", "backtest"], args].concat()).expect(2);
        assert!(ran.err.contains(words), "{args:?}: {}", ran.err);
    }
}
