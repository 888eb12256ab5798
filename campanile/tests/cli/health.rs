//! The health of sources as people see it: tables, and alerts about silence and clocks.

use std::io::Write;
use std::net::TcpStream;

use serde_json::{Value, json};

use super::program::Folder;
use super::serving::Service;

const SILENT: &str = include_str!("../../../detect/rules/continuity/source_silent.sql");
const CLOCK_OFF: &str = include_str!("../../../detect/rules/continuity/source_clock_off.sql");

/// Two sources, reports as often as a test can wait for, and the rules about them.
fn folder() -> Folder {
    let folder = Folder::new();
    let source = |name: &str| {
        format!("[[source]]\nname = \"{name}\"\ntype = \"syslog\"\nlisten = \"tcp://127.0.0.1:0\"\n")
    };
    let text = format!(
        "data_dir = \"data\"\n{}{}[detect]\nrules = [\"rules\"]\n[http]\nlisten = \"127.0.0.1:0\"\n",
        source("firewall"),
        source("nas")
    );
    folder.file("campanile.toml", text);
    let quick = SILENT
        .replace("reports = 30", "reports = 5")
        .replace("silence_s = 300", "silence_s = 1")
        .replace("times = 6", "times = 2");
    folder.file("rules/silent.sql", quick);
    folder.file("rules/clock_off.sql", CLOCK_OFF);
    folder
}

fn rang(service: &Service, rule_id: &str, source: &str) -> bool {
    let query = format!("select entities['log_source'] s from alerts where rule_id = '{rule_id}'");
    service.sql(&query).iter().any(|row| row["s"] == source)
}

#[test]
fn a_source_that_stops_and_one_whose_clock_is_off_are_alerts_and_all_health_is_a_table() {
    let folder = folder();
    let service = Service::start_with(&folder, &[("CAMPANILE_HEALTH_MS", "100")]).unwrap();
    let mut firewall = TcpStream::connect(service.source("firewall")).unwrap();
    let mut nas = TcpStream::connect(service.source("nas")).unwrap();
    let an_hour_ago = jiff::Timestamp::now().checked_sub(jiff::SignedDuration::from_mins(50)).unwrap();
    let mut sent = 0;
    let spoke = "select count(*) n from events where event_action = 'source_health' and service_name = 'firewall' \
                 and cast(fields['received'] as bigint) > 0";
    while service.sql(spoke)[0]["n"].as_u64().unwrap() < 8 || !rang(&service, "SC-35", "nas") {
        firewall.write_all(b"<38>1 - fw01 app 1 - - heard\n").unwrap();
        nas.write_all(format!("<38>1 {an_hour_ago:.6} nas01 app 1 - - heard\n").as_bytes()).unwrap();
        sent += 1;
    }
    assert!(!rang(&service, "SC-35", "firewall"), "its lines say no time of their own");
    // From here on the firewall is silent.
    service.wait_for(|_| rang(&service, "SC-26", "firewall"));

    let all = "select source, kind, received, stored, refused, events, parse_errors, frames_per_second, skew_ms, \
               last_seen > reported - interval '1 day' as is_recent from sources order by source";
    let row =
        |row: &Value| json!([row["source"], row["kind"], row["received"], row["stored"], row["is_recent"]]);
    service.wait_for(|_| service.sql(all).iter().all(|row| row["events"] == sent));
    let rows = service.sql(all);
    assert_eq!(row(&rows[0]), json!(["firewall", "syslog", sent, sent, true]), "{rows:?}");
    assert_eq!(rows[0]["frames_per_second"], 0.0);
    let (code, said) = service.stop();
    assert_eq!(code, 0, "{said}");

    let ran = folder.run(&["sql", "--lake", "data/lake", "--output", "ndjson", all]).expect(0);
    assert_eq!(ran.objects().iter().map(row).collect::<Vec<_>>(), rows.iter().map(row).collect::<Vec<_>>());
    let query = "select rule_id, severity, entities['log_source'] s from alerts where rule_id = 'SC-26' and told is not null";
    let ran = folder.run(&["sql", "--lake", "data/lake", "--output", "ndjson", query]).expect(0);
    assert!(ran.objects().contains(&json!({"rule_id": "SC-26", "severity": "medium", "s": "firewall"})));
}

#[test]
fn a_text_that_cannot_be_read_is_a_sample_of_its_source() {
    let folder = folder();
    let service = Service::start_with(&folder, &[("CAMPANILE_HEALTH_MS", "100")]).unwrap();
    let mut firewall = TcpStream::connect(service.source("firewall")).unwrap();
    let cut = r#"{"@timestamp":"2026-03-16T08","ecs":{"version":"8.0"},"user":{"name":"mrossi"}}"#;
    firewall.write_all(format!("{cut}\n").as_bytes()).unwrap();
    let status = service.wait_for(|status| status["sources"][0]["parse_errors"] == 1);
    let sample = status["sources"][0]["parse_error_samples"][0].as_str().unwrap();
    assert!(sample.contains("no time: {\"@timestamp\""), "{sample}");
    let query = "select parse_errors, parse_error_sample from sources where source = 'firewall'";
    service.wait_for(|_| service.sql(query).first().is_some_and(|row| row["parse_errors"] == 1));
    assert!(service.sql(query)[0]["parse_error_sample"].as_str().unwrap().contains("mrossi"));
}

#[test]
fn no_source_may_have_the_name_of_the_services_own() {
    let folder = Folder::new();
    folder.file(
        "campanile.toml",
        "[[source]]\nname = \"campanile\"\ntype = \"syslog\"\nlisten = \"tcp://127.0.0.1:0\"\n",
    );
    let ran = folder.run(&["config", "check"]).expect(2);
    assert!(
        ran.err.contains("campanile.toml:2:") && ran.err.contains("no source may be named"),
        "{}",
        ran.err
    );
}
