//! `scan` and `rules`: alerts, reports, broken rules.

use super::program::{Folder, RULE, guessing};

const NOW: &str = "2026-03-20T00:00:00Z";

#[test]
fn an_alert_is_one_object_with_its_evidence_and_the_run_repeats_byte_for_byte() {
    let folder = Folder::new();
    folder.file("rules/t_01.sql", RULE);
    folder.file("auth.log", guessing(30));
    let args = ["scan", "--no-builtin", "--rules", "rules", "--now", NOW, "auth.log"];
    let ran = folder.run(&args).expect(0);
    let alerts = ran.objects();
    assert_eq!(alerts.len(), 1, "{}", ran.err);
    assert_eq!(alerts[0]["rule_id"], "T-01");
    assert_eq!(alerts[0]["rule_title_it"], "Tentativi ripetuti");
    assert_eq!(alerts[0]["severity"], "high");
    assert_eq!(alerts[0]["entities"]["source_ip"], "203.0.113.9");
    assert_eq!(alerts[0]["count"], 30);
    assert_eq!(alerts[0]["evidence"].as_array().unwrap().len(), 30);
    assert_eq!(alerts[0]["evidence"][0], serde_json::json!({"file": "auth.log", "line": 1}));
    assert_eq!(ran.out, folder.run(&args).expect(0).out);
    folder.run(&[&args[..], &["--fail-on", "high"]].concat()).expect(1);
    folder.run(&[&args[..], &["--fail-on", "critical"]].concat()).expect(0);
    for format in ["table", "csv", "json"] {
        let ran = folder.run(&[&args[..], &["--output", format]].concat()).expect(0);
        assert!(ran.out.contains("203.0.113.9"), "{format}: {}", ran.out);
    }
}

#[test]
fn a_scan_without_alerts_says_what_was_read_with_which_rules_and_what_was_missing() {
    let folder = Folder::new();
    folder.file("auth.log", guessing(3));
    let ran = folder.run(&["scan", "--now", NOW, "auth.log"]).expect(0);
    assert_eq!(ran.out, "");
    assert!(ran.err.contains("read 3 lines of 1 files"), "{}", ran.err);
    assert!(ran.err.contains("no alert:") && ran.err.contains("rules ran"), "{}", ran.err);
    assert!(ran.err.contains("their silence proves nothing"), "{}", ran.err);
}

#[test]
fn the_span_leaves_events_out_and_a_span_turned_round_is_refused() {
    let folder = Folder::new();
    folder.file("t.sql", RULE);
    folder.file("auth.log", guessing(30));
    let base = ["scan", "--no-builtin", "--rules", "t.sql", "--now", NOW, "auth.log"];
    let with = |more: &[&str]| folder.run(&[&base[..], more].concat());
    assert_eq!(with(&["--since", "2026-03-16 10:02"]).expect(0).objects().len(), 0);
    assert_eq!(with(&["--since", "2026-03-16"]).expect(0).objects().len(), 1);
    assert_eq!(with(&["--until", "1w"]).expect(0).objects().len(), 0);
    with(&["--since", "1d", "--until", "2d"]).expect(2);
    with(&["--since", "some time ago"]).expect(2);
}

#[test]
fn what_is_new_is_told_where_it_is_known_what_is_usual() {
    let folder = Folder::new();
    let login = |day: i32, country: &str| {
        format!(
            r#"{{"createdDateTime":"2026-03-{day:02}T08:00:00Z","userPrincipalName":"urp@borgo.example","ipAddress":"198.51.100.23","location":{{"countryOrRegion":"{country}"}},"status":{{"errorCode":0}}}}"#
        ) + "\n"
    };
    let old = (1..=20).map(|day| login(day, if day == 10 { "DE" } else { "IT" }));
    folder.file("old.ndjson", old.collect::<String>());
    folder.file("new.ndjson", login(21, "RO") + &login(21, "DE"));
    let scan =
        |more: &[&str]| folder.run(&[&["scan", "--now", "2026-03-22T00:00:00Z"], more].concat()).expect(0);
    let countries = |more: &[&str]| -> Vec<String> {
        let told = scan(more).objects().into_iter().filter(|alert| alert["rule_id"] == "AC-08");
        told.map(|alert| alert["entities"]["country"].as_str().unwrap().to_owned()).collect()
    };
    let alone = scan(&["new.ndjson"]);
    assert!(
        alone.err.contains("learning what is usual here: AC-08 (file/entra_signin 0 s / 14 d)"),
        "{}",
        alone.err
    );
    assert_eq!(countries(&["old.ndjson", "new.ndjson"]), ["RO"]);
    assert_eq!(countries(&["--since", "2026-03-21", "old.ndjson", "new.ndjson"]), ["RO"]);
    let learning = scan(&["--since", "2026-03-21", "new.ndjson"]);
    assert_eq!(learning.objects().len(), 0, "{}", learning.out);
}

#[test]
fn every_match_of_a_single_event_rule_is_told_without_grouping() {
    let folder = Folder::new();
    let rule = RULE
        .replace("window = \"10m\"\n", "")
        .replace("[param]\nfailures = 20\n", "")
        .split("GROUP BY")
        .next()
        .unwrap()
        .replace("SELECT source_ip, sum(event_count) AS failures", "SELECT source_ip, user_name");
    folder.file("m.sql", rule);
    folder.file("auth.log", guessing(30));
    let args = ["scan", "--no-builtin", "--rules", "m.sql", "--now", NOW, "auth.log"];
    let ran = folder.run(&[&args[..], &["--matches"]].concat()).expect(0);
    let lines: Vec<i64> = ran.objects().iter().map(|object| object["line"].as_i64().unwrap()).collect();
    assert_eq!(lines, (1..=30).collect::<Vec<i64>>());
    assert_eq!(folder.run(&args).expect(0).objects().len(), 1);
}

#[test]
fn a_rule_that_fails_while_it_runs_is_told_and_costs_only_itself() {
    let folder = Folder::new();
    folder.file("rules/t_01.sql", RULE);
    let failing = RULE
        .replace("\"T-01\"", "\"T-02\"")
        .replace("event_action = 'login'", "CAST(user_name AS BIGINT) > 5 AND event_action = 'login'");
    folder.file("rules/t_02.sql", failing);
    folder.file("auth.log", guessing(30));
    let args = ["scan", "--no-builtin", "--rules", "rules", "--now", NOW, "auth.log"];
    let ran = folder.run(&args).expect(0);
    let rules: Vec<String> =
        ran.objects().iter().map(|alert| alert["rule_id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(rules, ["T-01"], "{}", ran.err);
    assert!(ran.err.contains("rule T-02 stopped"), "{}", ran.err);
    folder.run(&[&args[..], &["--strict"]].concat()).expect(1);
}

#[test]
fn the_report_is_one_page_with_the_evidence_and_the_hashes_of_the_inputs() {
    let folder = Folder::new();
    folder.file("t.sql", RULE);
    folder.file("auth.log", guessing(30));
    let args = [
        "scan",
        "--no-builtin",
        "--rules",
        "t.sql",
        "--now",
        NOW,
        "--report",
        "r.html",
        "auth.log",
        "none.log",
    ];
    folder.run(&args).expect(3);
    let page = std::fs::read_to_string(folder.path().join("r.html")).unwrap();
    for part in [
        "Tentativi ripetuti",
        "Cosa fare adesso",
        "Bloccare l",
        "auth.log:1",
        "Failed password",
        "<svg",
        "none.log",
    ] {
        assert!(page.contains(part), "{part} is missing");
    }
    let hash = page.split("<code>").nth(1).unwrap().split("</code>").next().unwrap();
    assert_eq!(hash.len(), 64, "{hash}");
    assert!(!page.contains("<script") && !page.contains("http://") && !page.contains("https://"));
    let ran = folder.run(&["scan", "--report", "no/such/folder/r.html", "auth.log"]).expect(2);
    assert!(ran.err.contains("r.html"), "{}", ran.err);
}

#[test]
fn a_broken_rule_is_shown_at_its_line_and_costs_only_itself() {
    let folder = Folder::new();
    folder.file("rules/good.sql", RULE);
    folder.file(
        "rules/column.sql",
        RULE.replace("T-01", "T-02").replace("SELECT source_ip,", "SELECT sorce_ip,"),
    );
    folder.file("rules/header.sql", RULE.replace("T-01", "T-03").replace("severity = ", "severty = "));
    folder.file(
        "rules/syntax.sql",
        RULE.replace("T-01", "T-04").replace("GROUP BY source_ip", "GROUP source_ip"),
    );
    folder.file("rules/none.sql", "SELECT 1");
    folder.file("rules/bytes.sql", [0xff, 0xfe, 0x00, 0x41]);
    let sigma = "title: Broken\nid: 4d2f1a4e-0000-4000-8000-000000000001\nlogsource:\n  product: linux\n\
                 detection:\n  selection:\n    message|containz: x\n  condition: selection\n";
    folder.file("rules/broken.yml", sigma);
    folder.file("rules/noyaml.yml", "title: [");
    folder.file("auth.log", guessing(30));
    let args = ["scan", "--no-builtin", "--rules", "rules", "--now", NOW, "auth.log"];
    let ran = folder.run(&args).expect(0);
    assert_eq!(ran.objects().len(), 1, "{}", ran.err);
    for words in [
        "did you mean `source_ip`?",
        "column.sql:",
        "severity",
        "header.sql:7:",
        "syntax.sql:",
        "none.sql:1:1",
        "bytes.sql",
        "containz",
        "broken.yml:",
        "noyaml.yml",
    ] {
        assert!(ran.err.contains(words), "{words} is not told:\n{}", ran.err);
    }
    folder.run(&[&args[..], &["--strict"]].concat()).expect(1);
    folder.run(&["rules", "lint", "rules"]).expect(1);
    folder.run(&["rules", "test", "rules"]).expect(1);
    folder.run(&["scan", "--rules", "nowhere", "auth.log"]).expect(2);
    folder.run(&["scan", "--no-builtin", "auth.log"]).expect(2);
}

#[test]
fn rules_are_listed_shown_explained_tested_and_begun() {
    let folder = Folder::new();
    folder.file("t.sql", RULE);
    let listed = folder.run(&["rules", "list", "t.sql"]).expect(0).objects();
    assert_eq!((listed.len(), &listed[0]["rule_id"]), (1, &serde_json::json!("T-01")));
    assert!(folder.run(&["rules", "list"]).expect(0).objects().len() >= 30);
    assert_eq!(folder.run(&["rules", "show", "t.sql"]).expect(0).out, RULE);
    let explained = folder.run(&["rules", "explain", "t.sql"]).expect(0).out;
    assert!(explained.contains("window") && explained.contains("source_ip"), "{explained}");
    let ran = folder.run(&["rules", "test", "t.sql"]).expect(0);
    assert!(ran.err.contains("1 rules, 2 tests"), "{}", ran.err);
    let begun = folder.run(&["rules", "new", "LOCAL-01"]).expect(0).out;
    folder.file("local.sql", begun);
    folder.run(&["rules", "lint", "local.sql"]).expect(0);
    folder.run(&["rules", "test", "local.sql"]).expect(0);
    let schema = folder.run(&["rules", "schema"]).expect(0).out;
    assert!(serde_json::from_str::<serde_json::Value>(&schema).unwrap()["properties"]["window"].is_object());
    folder.run(&["rules", "new", "no blanks"]).expect(2);
    let ran = folder.run(&["rules", "show", "AC-0l"]).expect(2);
    assert!(ran.err.contains("did you mean `AC-0"), "{}", ran.err);
}

#[test]
fn a_rule_whose_test_fails_is_told_with_what_came_instead() {
    let folder = Folder::new();
    folder.file("t.sql", RULE.replace("count = 25", "count = 15"));
    let ran = folder.run(&["rules", "test", "t.sql"]).expect(1);
    assert!(ran.err.contains("T-01, \"rings\"") && ran.err.contains("no alert for"), "{}", ran.err);
}

#[test]
fn every_built_in_rule_passes_its_own_tests_at_every_clock() {
    let folder = Folder::new();
    folder.run(&["rules", "test"]).expect(0);
}
