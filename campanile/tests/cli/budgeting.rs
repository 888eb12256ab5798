//! The budget of false alarms: counted from verdicts, with the parameter that would have kept it; the example of the guide.

use std::io::Write;
use std::net::TcpStream;

use serde_json::{Value, json};

use super::program::{Folder, RULE};
use super::serving::Service;

fn configure(folder: &Folder, detect: &str) {
    folder.file(
        "campanile.toml",
        format!(
            "data_dir = \"data\"\n[[source]]\nname = \"servers\"\ntype = \"syslog\"\nlisten = \"tcp://127.0.0.1:0\"\n\
             [http]\nlisten = \"127.0.0.1:0\"\n[detect]\nrules = [\"rules\"]\n{detect}\n"
        ),
    );
}

/// A service at which each address failed so often to log in, at one moment, and what was said of their alerts.
fn judged(addresses: &[(&str, usize, &str)]) -> Folder {
    let folder = Folder::new();
    configure(&folder, "");
    folder.file("rules/guessing.sql", RULE);
    let service = Service::start(&folder);
    let mut stream = TcpStream::connect(service.source("servers")).unwrap();
    let now = jiff::Timestamp::now();
    for (address, failures, _) in addresses {
        for n in 0..*failures {
            let attempt = format!(
                "<38>1 {now} portale sshd {n} - - Failed password for root from {address} port 4{n:04} ssh2\n"
            );
            stream.write_all(attempt.as_bytes()).unwrap();
        }
    }
    let query = "select id, entities['source_ip'] ip from alerts";
    service.wait_for(|_| service.sql(query).len() == addresses.len());
    let sent: usize = addresses.iter().map(|(_, failures, _)| failures).sum();
    service.wait_for(|status| status["work"]["worked_upto"] == sent);
    let ids = service.sql(query);
    assert_eq!(service.stop().0, 0);
    for (address, _, verdict) in addresses.iter().filter(|(_, _, verdict)| !verdict.is_empty()) {
        let id = ids.iter().find(|row| row["ip"] == *address).unwrap()["id"].as_str().unwrap().to_owned();
        folder.run(&["alerts", "judge", &id, "--verdict", verdict, "--by", "anna"]).expect(0);
    }
    folder
}

fn budget(folder: &Folder) -> (Vec<Value>, String) {
    let ran = folder.run(&["rules", "budget", "--output", "ndjson"]).expect(0);
    (ran.objects(), ran.err)
}

fn guide() -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide/analyst.md");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_guide_s_example_of_a_budget_holds() {
    let folder = judged(&[
        ("203.0.113.9", 60, "true"),
        ("192.0.2.10", 21, "false"),
        ("192.0.2.11", 23, "false"),
        ("192.0.2.12", 21, ""),
    ]);
    let (rows, said) = budget(&folder);
    let expected = json!({
        "rule_id": "T-01", "tenant": "default", "false_alarms": 2, "most_in_a_day": 2, "days_over": 1,
        "proposal": "failures = 22", "false_left": 1, "true_kept": 1, "others_lost": 1
    });
    assert_eq!(rows, [expected]);
    let change = "[detect.parameters]\nT-01 = { failures = 22 }";
    assert!(said.contains(change), "{said}");
    assert!(
        guide().contains(change)
            && guide().contains("| `T-01` | `default` | 2 | 2 | 1 | `failures = 22` | 1 | 1 | 1 |")
    );

    // Nothing at all may be false: further on, and still before the rule's own lines are silent.
    configure(&folder, "false_alarms_per_day = 0");
    let (rows, _) = budget(&folder);
    assert_eq!((&rows[0]["proposal"], &rows[0]["false_left"]), (&json!("failures = 24"), &json!(0)));
    // In force it keeps inside what the lake has.
    configure(&folder, "false_alarms_per_day = 0\nparameters = { T-01 = { failures = 24 } }");
    folder.run(&["config", "check"]).expect(0);
    let (rows, _) = budget(&folder);
    assert!(rows[0]["why"].as_str().unwrap().contains("keeps inside"), "{}", rows[0]);
    let service = Service::start(&folder);
    service.wait_for(|status| status["work"]["rules_over_budget"] == 1);
    let mut stream = TcpStream::connect(service.source("servers")).unwrap();
    let now = jiff::Timestamp::now();
    for (address, failures) in [("198.51.100.7", 23), ("198.51.100.8", 24)] {
        for n in 0..failures {
            let attempt = format!(
                "<38>1 {now} portale sshd {n} - - Failed password for root from {address} port 4{n:04} ssh2\n"
            );
            stream.write_all(attempt.as_bytes()).unwrap();
        }
    }
    let query = "select entities['source_ip'] ip from alerts where entities['source_ip'] like '198.51.100.%'";
    service.wait_for(|_| !service.sql(query).is_empty());
    assert_eq!(service.sql(query), [json!({"ip": "198.51.100.8"})]);
    configure(&folder, "parameters = { T-01 = { failures = 26 } }");
    service.hang_up();
    let status = service.wait_for(|status| status["configuration"]["refused"] == 1);
    let why = status["configuration"]["last_refusal"].as_str().unwrap();
    assert!(why.contains("T-01 with failures = 26 no longer rings at its own lines"), "{why}");
    assert_eq!(service.stop().0, 0);
}

#[test]
fn what_would_silence_the_rule_s_own_lines_or_a_true_alert_is_not_proposed() {
    let folder = judged(&[("192.0.2.10", 40, "false"), ("192.0.2.11", 50, "false")]);
    let (rows, _) = budget(&folder);
    let why = rows[0]["why"].as_str().unwrap();
    assert!(why.contains("failures = 26 silences its own lines, \"rings\""), "{why}");
    assert!(rows[0].get("proposal").is_none(), "{}", rows[0]);

    let folder =
        judged(&[("192.0.2.10", 21, "false"), ("192.0.2.11", 22, "false"), ("203.0.113.9", 21, "true")]);
    let (rows, _) = budget(&folder);
    let why = rows[0]["why"].as_str().unwrap();
    assert!(why.contains("failures = 22 loses") && why.contains("judged true"), "{why}");
}

#[test]
fn a_tuning_that_silences_the_rule_s_own_lines_is_refused_wherever_it_would_come_into_force() {
    let folder = Folder::new();
    folder.file("rules/guessing.sql", RULE);
    for (parameters, words) in [
        ("T-01 = { failures = 26 }", "T-01 with failures = 26 no longer rings at its own lines: \"rings\""),
        ("T-01 = { failure = 26 }", "did you mean `failures`?"),
        ("T-01 = { failures = \"many\" }", "its own value is 20"),
        ("T-02 = { failures = 22 }", "did you mean `T-01`?"),
    ] {
        configure(&folder, &format!("parameters = {{ {parameters} }}"));
        for command in [&["config", "check"][..], &["serve", "-c", "campanile.toml"]] {
            let ran = folder.run(command).expect(2);
            assert!(ran.err.contains(words), "{parameters}, {command:?}: {}", ran.err);
        }
    }
    configure(&folder, "parameters = { T-01 = { failures = 25 } }");
    folder.run(&["config", "check"]).expect(0);
    // A scan with that configuration runs with it.
    folder.file("24.log", super::program::guessing(24));
    folder.file("25.log", super::program::guessing(25));
    let scan = |args: &[&str]| {
        let now = ["scan", "--now", "2026-03-20T00:00:00Z", "--output", "ndjson"];
        folder.run(&[&now, args].concat()).expect(0).objects().len()
    };
    assert_eq!(scan(&["--config", "campanile.toml", "24.log"]), 0);
    assert_eq!(scan(&["--config", "campanile.toml", "25.log"]), 1);
    assert_eq!(scan(&["--no-builtin", "--rules", "rules", "24.log"]), 1);
}
