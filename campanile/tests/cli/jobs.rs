//! Scheduled forensics over what the service stored: due, made up for, told, written, looked back at.

use std::io::Write;
use std::net::TcpStream;

use serde_json::{Value, json};

use super::program::{Folder, RULE};
use super::serving::Service;

const JOBS: &str = r#"
[[job]]
name = "hunt"
schedule = "30 2 * * *"
run = "scan"
rules = ["hunts"]
[[job]]
name = "readable"
schedule = "31 2 * * *"
run = "report"
rules = ["hunts"]
[[job]]
name = "indicators"
schedule = "32 2 * * *"
run = "retro-hunt"
list = "indicators"
severity = "high"
[[job]]
name = "failures"
schedule = "33 2 * * *"
run = "sql"
query = "select source_ip, count(*) n from events where event_outcome = 'failure' group by 1"
severity = "low"
[[job]]
name = "broken"
schedule = "34 2 * * *"
run = "sql"
query = "select souce_ip from events"
"#;
const NAMES: [&str; 5] = ["hunt", "readable", "indicators", "failures", "broken"];

fn configure(folder: &Folder, jobs: &str) {
    let text = format!(
        "data_dir = \"data\"\n[[source]]\nname = \"servers\"\ntype = \"syslog\"\nlisten = \"tcp://127.0.0.1:0\"\n\
         [detect]\nrules = []\n[lists]\nindicators = \"indicators.csv\"\n{jobs}\n[http]\nlisten = \"127.0.0.1:0\"\n"
    );
    folder.file("campanile.toml", text);
    folder.file("hunts/guessing.sql", RULE);
    folder.file("indicators.csv", "value\n203.0.113.9\nevil.example\n");
}

/// A service that was attacked and ran no rule.
pub fn attacked() -> Folder {
    let folder = Folder::new();
    configure(&folder, "");
    let service = Service::start(&folder);
    let mut stream = TcpStream::connect(service.source("servers")).unwrap();
    for n in 0..30 {
        let attempt = format!(
            "<38>1 - srv01 sshd {n} - - Failed password for root from 203.0.113.9 port 4{n:04} ssh2\n"
        );
        stream.write_all(attempt.as_bytes()).unwrap();
    }
    service.wait_for(|status| status["work"]["worked_upto"] == 30);
    assert_eq!(service.stop().0, 0);
    folder
}

/// Each job ran two days ago, as far as its history knows.
fn ran_before(folder: &Folder) {
    let us =
        jiff::Timestamp::now().checked_sub(jiff::SignedDuration::from_hours(48)).unwrap().as_microsecond();
    let run = |job: &&str| {
        let run = json!({"job": job, "scheduled_us": us, "from_us": us, "upto_us": us, "started_us": us, "ended_us": us,
                         "alerts": 0, "rows": 0, "files": []});
        run.to_string() + "\n"
    };
    folder.file("data/jobs.ndjson", NAMES.iter().map(run).collect::<String>());
}

fn history(folder: &Folder) -> Vec<Value> {
    folder.run(&["jobs", "history", "-c", "campanile.toml", "--output", "ndjson"]).expect(0).objects()
}

#[test]
fn what_was_due_while_the_service_was_down_runs_once_and_is_in_the_history() {
    let folder = attacked();
    configure(&folder, JOBS);
    ran_before(&folder);
    let service = Service::start(&folder);
    service.wait_for(|_| history(&folder).len() == 2 * NAMES.len());
    assert_eq!(service.stop().0, 0);
    let runs = history(&folder).split_off(NAMES.len());
    assert_eq!(runs.iter().map(|run| run["job"].as_str().unwrap()).collect::<Vec<_>>(), NAMES);
    // They look back as far as the last run, which was before the last moment of the schedule.
    assert!(runs.iter().all(|run| run["from"].as_str() < run["scheduled"].as_str()), "{runs:?}");
    assert!(runs[4]["outcome"].as_str().unwrap().contains("unknown column"), "{}", runs[4]);
}

#[test]
fn jobs_run_by_hand_find_what_is_stored_and_write_it_down() {
    let folder = attacked();
    configure(&folder, JOBS);
    let run = |job: &str| folder.run(&["jobs", "run", job, "-c", "campanile.toml", "--output", "ndjson"]);
    let found = run("hunt").expect(0).objects();
    assert_eq!((&found[0]["rule_id"], &found[0]["count"]), (&json!("T-01"), &json!(30)));
    let found = run("indicators").expect(0).objects();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["entities"], json!({"source_ip": "203.0.113.9"}));
    assert_eq!((&found[0]["rule_id"], &found[0]["count"]), (&json!("CH-05"), &json!(30)));
    let found = run("failures").expect(0).objects();
    assert_eq!((&found[0]["rule_id"], &found[0]["severity"]), (&json!("job-failures"), &json!("low")));
    run("readable").expect(0);
    run("broken").expect(2);
    run("hnt").expect(2);

    let runs = history(&folder);
    assert_eq!(runs.len(), 4);
    let report = |place: usize, end: &str| {
        let files = runs[place]["files"].as_str().unwrap();
        let file = files.split(' ').find(|file| file.ends_with(end)).unwrap();
        std::fs::read_to_string(folder.path().join(file)).unwrap()
    };
    assert!(report(0, ".ndjson").contains("T-01"));
    assert!(report(2, ".csv").contains("203.0.113.9,30"));
    let page = report(3, ".html");
    assert!(page.contains("Tentativi ripetuti") && page.contains("Failed password for root"), "{page}");
    let listed =
        folder.run(&["jobs", "list", "-c", "campanile.toml", "--output", "ndjson"]).expect(0).objects();
    assert_eq!(listed.len(), NAMES.len());
    assert_eq!((&listed[0]["run"], &listed[0]["outcome"]), (&json!("scan"), &json!("1 alert, 1 row")));
}

#[test]
fn what_a_job_finds_is_told_once() {
    let folder = attacked();
    configure(&folder, &JOBS.replace("schedule = \"30 2 * * *\"", "schedule = \"* * * * *\""));
    ran_before(&folder);
    for _ in 0..2 {
        let service = Service::start(&folder);
        let told =
            |service: &Service| service.sql("select rule_id, standing from alerts where rule_id = 'T-01'");
        service.wait_for(|_| !told(&service).is_empty());
        assert_eq!(told(&service), [json!({"rule_id": "T-01", "standing": "final"})]);
        assert_eq!(service.stop().0, 0);
    }
}

#[test]
fn a_job_that_cannot_run_is_told_when_the_configuration_is_read() {
    let folder = Folder::new();
    for (job, place, words) in [
        ("schedule = \"30 2 * *\"\nrun = \"scan\"", "campanile.toml:3:13", "five fields and not 4"),
        ("schedule = \"30 25 * * *\"\nrun = \"scan\"", "campanile.toml:3:13", "`25` is no hour"),
        ("schedule = \"0 2 * * *\"\nrun = \"sql\"", "campanile.toml:2:9", "has no query"),
        (
            "schedule = \"0 2 * * *\"\nrun = \"retro-hunt\"\nlist = \"evil\"",
            "campanile.toml:5:9",
            "no list `evil`",
        ),
    ] {
        folder.file("campanile.toml", format!("[[job]]\nname = \"nightly\"\n{job}\n"));
        let ran = folder.run(&["config", "check"]).expect(2);
        assert!(ran.err.contains(place) && ran.err.contains(words), "{job}: {}", ran.err);
    }
}
