//! Alerts of one attack as people meet them: one incident, told when it opens and when it gets graver.

use std::io::Write;
use std::net::TcpStream;

use serde_json::{Value, json};

use super::program::Folder;
use super::serving::Service;

const CAME_IN: &str = r#"/*---
id = "T-IN"
title.en = "Somebody came in"
title.it = "Qualcuno è entrato"
description.en = "A login."
description.it = "Un accesso."
severity = "medium"
family = "both"
attack = ["T1078"]
entity = ["host_name", "user_name"]
response_it = ["1. Chiedere chi è."]
---*/
SELECT host_name, user_name FROM events WHERE event_action = 'login' AND event_outcome = 'success'
"#;

const COPIED: &str = r#"/*---
id = "T-OUT"
title.en = "A register was copied"
title.it = "Una banca dati è stata copiata"
description.en = "A dump."
description.it = "Una copia."
severity = "medium"
family = "database"
attack = ["T1005"]
entity = ["host_name"]
response_it = ["1. Fermare la copia."]
---*/
SELECT host_name FROM events WHERE message LIKE '%dump of anagrafe%'
"#;

const CHAIN: &str = r#"/*---
id = "T-CH"
title.en = "Chain"
title.it = "Catena"
description.en = "Came in and copied."
description.it = "È entrato e ha copiato."
severity = "critical"
family = "database"
attack = ["TA0010"]
acn_class = "Violazione dati / IS-1"
response_it = ["1. Chiamare il DPO."]
[chain]
within = "1h"
steps = [["TA0001"], ["T-OUT"]]
[[test]]
name = "in, then the copy"
alerts = [{ host_name = "srv01", user_name = "mrossi" }]
[[test.line]]
text = '<38>{rfc3164} srv01 sshd[7]: Accepted password for mrossi from 192.0.2.9 port 40001 ssh2'
[[test.line]]
text = '<14>{rfc3164} srv01 cron[8]: dump of anagrafe done'
at = "5m"
[[test]]
name = "the copy of another server"
alerts = []
[[test.line]]
text = '<38>{rfc3164} srv01 sshd[7]: Accepted password for mrossi from 192.0.2.9 port 40001 ssh2'
[[test.line]]
text = '<14>{rfc3164} srv02 cron[8]: dump of anagrafe done'
at = "5m"
---*/
"#;

const CAME_IN_LINE: &str =
    "<38>1 - srv01 sshd 7 - - Accepted password for mrossi from 192.0.2.9 port 40001 ssh2\n";
const COPIED_LINE: &str = "<14>1 - srv01 cron 8 - - dump of anagrafe done\n";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.file("rules/came_in.sql", CAME_IN);
    folder.file("rules/copied.sql", COPIED);
    folder.file("rules/chain.sql", CHAIN);
    folder.file(
        "campanile.toml",
        "data_dir = \"data\"\n[[source]]\nname = \"servers\"\ntype = \"syslog\"\nlisten = \"tcp://127.0.0.1:0\"\n\
         [detect]\nrules = [\"rules\"]\n[[deliver]]\ntype = \"file\"\nurl = \"delivered.ndjson\"\n\
         min_severity = \"low\"\n[http]\nlisten = \"127.0.0.1:0\"\n",
    );
    folder
}

fn send(service: &Service, line: &str) {
    TcpStream::connect(service.source("servers")).unwrap().write_all(line.as_bytes()).unwrap();
}

/// The incidents as a service shows them.
fn incidents(service: &Service) -> Vec<Value> {
    service
        .sql("select id, severity, title_it, alerts, rules, chains, response_it from incidents order by id")
}

#[test]
fn an_attack_over_a_restart_is_one_incident_and_two_messages() {
    let folder = folder();
    let service = Service::start(&folder);
    send(&service, CAME_IN_LINE);
    service.wait_for(|_| incidents(&service).len() == 1);
    let opened = incidents(&service);
    assert_eq!((&opened[0]["severity"], &opened[0]["alerts"]), (&json!("medium"), &json!(1)));
    assert_eq!(opened[0]["response_it"], json!(["1. Chiedere chi è."]));
    assert_eq!(service.stop().0, 0);

    let service = Service::start(&folder);
    send(&service, COPIED_LINE);
    service.wait_for(|_| incidents(&service).iter().any(|incident| incident["severity"] == "critical"));
    let grown = incidents(&service);
    let is = json!({
        "id": opened[0]["id"], "severity": "critical", "alerts": 3, "rules": ["T-CH", "T-IN", "T-OUT"], "chains": ["T-CH"],
        "title_it": "Catena: Qualcuno è entrato, poi Una banca dati è stata copiata",
        "response_it": ["1. Chiamare il DPO."],
    });
    assert_eq!(grown, [is]);
    let told = service.sql("select distinct incident from alerts");
    assert_eq!(told, [json!({"incident": opened[0]["id"]})], "every alert is of it");
    let (code, body) = service.ask("GET", "/api/incidents", "");
    let shown: Value = serde_json::from_str(body.trim()).unwrap();
    assert_eq!((code, &shown["steps"][1]["rule_id"]), (200, &json!("T-OUT")));
    assert_eq!(service.status()["work"]["incidents"], 1);
    let delivered = || std::fs::read_to_string(folder.path().join("delivered.ndjson")).unwrap_or_default();
    service.wait_for(|_| delivered().lines().count() >= 2);
    assert_eq!(service.stop().0, 0);

    let delivered = delivered();
    let messages: Vec<Value> = delivered.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let news: Vec<&Value> = messages.iter().map(|message| &message["story"]["news"]).collect();
    assert_eq!(news, ["opened", "escalated"], "{delivered}");
    assert_eq!(messages[1]["rule_id"], "T-CH", "the alert of the chain says it");
    let query = "select id, alerts from incidents";
    let stopped = folder.run(&["sql", "--lake", "data/lake", query]).expect(0).objects();
    assert_eq!(stopped, [json!({"id": opened[0]["id"], "alerts": 3})]);
}

#[test]
fn a_chain_is_listed_checked_tested_and_explained_like_other_rules() {
    let folder = folder();
    let listed = folder.run(&["rules", "list", "rules", "--output", "ndjson"]).expect(0).objects();
    assert!(listed.iter().any(|rule| rule["rule_id"] == "T-CH" && rule["window"] == "1 h"), "{listed:?}");
    let checked = folder.run(&["rules", "lint", "rules/chain.sql"]).expect(0);
    assert!(checked.err.contains("1 rules: 0 errors, 0 warnings"), "{}", checked.err);
    let tested = folder.run(&["rules", "test", "rules/came_in.sql", "rules/copied.sql", "rules/chain.sql"]);
    assert!(tested.expect(0).err.contains("3 rules, 2 tests"));
    let explained = folder.run(&["rules", "explain", "rules/chain.sql"]).expect(0).out;
    assert!(
        explained.contains("chain: alerts of one incident") && explained.contains("TA0001"),
        "{explained}"
    );
    folder.file("alone/chain.sql", CHAIN.replace("T-OUT\"", "T-99\""));
    let alone = folder.run_with(&["scan", "--no-builtin", "--rules", "alone", "-"], b"");
    assert!(alone.err.contains("can be the step"), "{}", alone.err);
}

#[test]
fn a_scan_finds_the_chain_and_its_report_tells_the_story() {
    let folder = folder();
    folder.file("srv01.log", format!("{CAME_IN_LINE}{COPIED_LINE}"));
    let args = [
        "scan",
        "--no-builtin",
        "--rules",
        "rules",
        "--report",
        "report.html",
        "--fail-on",
        "critical",
        "srv01.log",
    ];
    let ran = folder.run(&args).expect(1);
    let alerts = ran.objects();
    let chain = alerts.iter().find(|alert| alert["rule_id"] == "T-CH").unwrap();
    assert_eq!(chain["evidence"].as_array().unwrap().len(), 2);
    assert!(alerts.iter().all(|alert| alert["incident"] == chain["incident"]), "{alerts:?}");
    let report = std::fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(report.contains("Catena: Qualcuno è entrato, poi Una banca dati è stata copiata"));
}
