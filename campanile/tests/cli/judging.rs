//! What people say of alerts: by the command line, while the service runs and when it does not, shown by SQL.

use std::io::Write;
use std::net::TcpStream;

use serde_json::{Value, json};

use super::program::{Folder, RULE, Ran};
use super::serving::Service;

/// An alert in the log: its id, its rule, its standing, and what it takes the place of.
type Line<'l> = (&'l str, &'l str, &'l str, Option<&'l str>);

/// A folder with a log of these alerts.
fn told(alerts: &[Line<'_>]) -> Folder {
    let folder = Folder::new();
    folder.file("campanile.toml", "data_dir = \"data\"\n");
    let line = |(id, rule, standing, supersedes): &Line<'_>| {
        json!({"id": id, "rule_id": rule, "standing": standing, "supersedes": supersedes, "told_us": 1_773_655_260_000_000_i64,
               "rule_title": "Guessing", "rule_title_it": "Tentativi", "severity": "high", "tenant": "default",
               "entities": {"source_ip": "203.0.113.9"}, "first_us": 1_773_655_200_000_000_i64,
               "last_us": 1_773_655_250_000_000_i64, "rang_us": 1_773_655_250_000_000_i64, "count": 30,
               "evidence": [{"file": "campanile", "line": 7}, {"file": "comune-a", "line": 9}], "evidence_truncated": false,
               "incident": null, "provenance": {"rule_sha256": "", "lists": {}, "parser_version": ""}})
        .to_string()
            + "\n"
    };
    folder.file("data/alerts.ndjson", alerts.iter().map(line).collect::<String>());
    folder
}

fn judge(folder: &Folder, args: &[&str]) -> Ran {
    folder.run(&[&["alerts", "judge", "--by", "anna"], args].concat())
}

fn listed(folder: &Folder, args: &[&str]) -> Vec<Value> {
    let ran = folder.run(&[&["alerts", "list", "--output", "ndjson"], args].concat()).expect(0);
    ran.objects().into_iter().map(|row| json!([row["id"], row["verdict"], row["judged_by"]])).collect()
}

#[test]
fn a_verdict_is_kept_with_who_and_why_and_is_replaced_only_again() {
    let folder = told(&[("aa11", "T-01", "final", None), ("bb22", "T-01", "final", None)]);
    let ran = judge(&folder, &["aa", "--verdict", "expected", "--note", " the supplier's scan "]).expect(0);
    assert!(ran.err.contains("aa11 (T-01 source_ip=203.0.113.9): expected"), "{}", ran.err);
    assert_eq!(listed(&folder, &[]), [json!(["aa11", "expected", "anna"]), json!(["bb22", null, null])]);
    assert_eq!(listed(&folder, &["--unjudged"]), [json!(["bb22", null, null])]);

    let ran =
        folder.run(&["alerts", "judge", "aa11", "bb22", "--verdict", "false", "--by", "bruno"]).expect(2);
    for words in ["aa11", "was judged already: expected, anna", "the supplier's scan", "--again"] {
        assert!(ran.err.contains(words), "{words}: {}", ran.err);
    }
    assert_eq!(
        listed(&folder, &[]),
        [json!(["aa11", "expected", "anna"]), json!(["bb22", "false", "bruno"])]
    );
    let again = ["alerts", "judge", "aa11", "--verdict", "false", "--by", "bruno", "--again"];
    assert!(folder.run(&again).expect(0).err.contains("false, was expected, anna"));
    let shown = folder.run(&["alerts", "show", "aa11", "--output", "table"]).expect(0).out;
    let verdicts: Vec<&str> = shown.lines().filter(|line| line.starts_with("verdict")).collect();
    assert_eq!(verdicts.len(), 2, "{shown}");
    assert!(verdicts[0].contains("false, bruno") && verdicts[1].contains("expected, anna"), "{shown}");
    assert!(shown.contains("7 comune-a:9"), "as `evidence show` takes them: {shown}");
}

#[test]
fn a_verdict_goes_with_an_alert_to_the_one_that_takes_its_place() {
    let folder = told(&[("aa11", "T-01", "provisional", None)]);
    judge(&folder, &["aa11", "--verdict", "false"]).expect(0);
    let log = std::fs::read_to_string(folder.path().join("data/alerts.ndjson")).unwrap();
    let line = log.replace("aa11", "cc33").replace("provisional", "final");
    let line = line.replace("\"supersedes\":null", "\"supersedes\":\"aa11\"");
    folder.file("data/alerts.ndjson", format!("{log}{line}"));
    assert_eq!(listed(&folder, &[]), [json!(["cc33", "false", "anna"])]);
    // Who has the old mail names the old one.
    let ran = judge(&folder, &["aa11", "--verdict", "true"]).expect(2);
    assert!(ran.err.contains("cc33") && ran.err.contains("judged already: false"), "{}", ran.err);
    judge(&folder, &["aa11", "--verdict", "true", "--again"]).expect(0);
    assert_eq!(listed(&folder, &[]), [json!(["cc33", "true", "anna"])]);
    let shown = folder.run(&["alerts", "show", "cc33", "--output", "table"]).expect(0).out;
    assert_eq!(shown.lines().filter(|line| line.starts_with("verdict")).count(), 2, "{shown}");
}

#[test]
fn what_cannot_be_judged_is_told_and_nothing_is() {
    let folder = told(&[("aa11", "T-01", "final", None), ("aa22", "T-02", "final", None)]);
    for (args, words) in [
        (&["aa", "--verdict", "false"][..], "2 alerts begin with `aa`"),
        (&["ab11", "--verdict", "false"], "did you mean `aa11`?"),
        (&["aa22", "ab11", "--verdict", "false"], "there is no alert `ab11`"),
        (&["t-02", "--verdict", "false"], "`t-02` is a rule"),
        (&["t-02", "--verdict", "false"], "aa22 (T-02 source_ip=203.0.113.9)"),
        (&["zzzz", "--verdict", "false"], "campanile alerts list"),
        (&["aa22", "--verdict", "wrong"], "[possible values: true, false, expected]"),
        (&["aa22"], "--verdict"),
        (&["aa22", "--verdict", "false", "-c", "other.toml"], "cannot read the configuration other.toml"),
    ] {
        let ran = judge(&folder, args).expect(2);
        assert!(ran.err.contains(words), "{args:?}: {}", ran.err);
    }
    let ran = folder.run(&["alerts", "judge", "aa22", "--verdict", "false", "--by", " "]).expect(2);
    assert!(ran.err.contains("--by NAME"), "{}", ran.err);
    assert_eq!(listed(&folder, &["--unjudged"]).len(), 2);

    judge(&folder, &["aa22", "--verdict", "false"]).expect(0);
    folder.file(
        "data/state.sqlite",
        "this is no database, and longer than the hundred bytes of a header of one: so it is read",
    );
    for args in [
        &["alerts", "list"][..],
        &["alerts", "judge", "aa22", "--verdict", "true", "--by", "anna"],
        &["backup", "--to", "copy"],
    ] {
        let ran = folder.run(args).expect(2);
        assert!(
            ran.err.contains("it is damaged") && ran.err.contains("no service at work"),
            "{args:?}: {}",
            ran.err
        );
    }
}

#[test]
fn a_verdict_is_in_sql_at_once_whether_the_service_runs_or_not_and_in_a_backup() {
    let folder = Folder::new();
    let configuration = |data: &str| {
        format!(
            "data_dir = \"{data}\"\n[[source]]\nname = \"servers\"\ntype = \"syslog\"\nlisten = \"tcp://127.0.0.1:0\"\n\
             [detect]\nrules = [\"rules\"]\n[http]\nlisten = \"127.0.0.1:0\"\n"
        )
    };
    folder.file("campanile.toml", configuration("data"));
    folder.file("rules/guessing.sql", RULE);
    let query = "select verdict, judged_by, judged_at is not null as at, judged_note from alerts where rule_id = 'T-01'";
    let service = Service::start(&folder);
    let now = jiff::Timestamp::now().to_string();
    let attempt = |n: usize| {
        format!(
            "<38>1 {now} portale sshd {n} - - Failed password for root from 203.0.113.9 port 4{n:04} ssh2\n"
        )
    };
    let mut stream = TcpStream::connect(service.source("servers")).unwrap();
    (0..30).for_each(|n| stream.write_all(attempt(n).as_bytes()).unwrap());
    service.wait_for(|_| service.sql(query) == [json!({"at": false})]);
    let id = service.sql("select id from alerts")[0]["id"].as_str().unwrap().to_owned();
    judge(&folder, &[&id, "--verdict", "false", "--note", "prova"]).expect(0);
    let expected = [json!({"verdict": "false", "judged_by": "anna", "at": true, "judged_note": "prova"})];
    assert_eq!(service.sql(query), expected);
    folder.run(&["backup", "--to", "copy"]).expect(0);
    assert_eq!(service.stop().0, 0);
    let over_lake =
        |data: &str| folder.run(&["sql", "--lake", &format!("{data}/lake"), query]).expect(0).objects();
    assert_eq!(over_lake("data"), expected);

    folder.run(&["restore", "copy", "--verify", "--to", "elsewhere"]).expect(0);
    assert_eq!(over_lake("elsewhere"), expected);
    folder.file("campanile.toml", configuration("elsewhere"));
    judge(&folder, &[&id, "--verdict", "true", "--again"]).expect(0);
    assert_eq!(over_lake("elsewhere")[0]["verdict"], "true");
    folder.file("copy/data/state.sqlite", "");
    let ran = folder.run(&["restore", "copy", "--verify"]).expect(1);
    assert!(ran.err.contains("data/state.sqlite is not what was copied"), "{}", ran.err);
}
