//! The configuration taken up anew while senders send: what is right holds, what is wrong is named, nothing is lost.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use super::program::{Folder, RULE};
use super::serving::Service;

/// A folder with a service whose rules are in `rules/`, of which one never rings.
fn folder() -> Folder {
    let folder = Folder::new();
    configure(&folder, &tcp_source("servers", ""), "");
    folder
        .file("rules/quiet.sql", RULE.replace("T-01", "T-00").replace("failures = 20", "failures = 1000000"));
    folder
}

fn configure(folder: &Folder, sources: &str, rest: &str) {
    let text = format!(
        "data_dir = \"data\"\n{sources}[lake]\nflush = {{ rows = 1_000_000, age = \"1h\" }}\n\
         [detect]\nrules = [\"rules\"]\n{rest}"
    );
    let http = if rest.contains("[http]") { "" } else { "[http]\nlisten = \"127.0.0.1:0\"\n" };
    folder.file("campanile.toml", text + http);
}

fn tcp_source(name: &str, more: &str) -> String {
    format!("[[source]]\nname = \"{name}\"\ntype = \"syslog\"\nlisten = \"tcp://127.0.0.1:0\"\n{more}")
}

/// Sends numbered lines until told to stop, no faster than the service works on them, and answers how many.
fn send(service: &Service, is_over: &AtomicBool) -> u64 {
    let mut stream = TcpStream::connect(service.source("servers")).unwrap();
    let mut sent = 0;
    while !is_over.load(Ordering::Relaxed) {
        for _ in 0..10 {
            stream.write_all(format!("<38>1 - srv01 app 1 - - numero {sent}\n").as_bytes()).unwrap();
            sent += 1;
        }
        service.wait_for(|status| status["work"]["behind"] == 0);
    }
    sent
}

fn alerts(service: &Service) -> Vec<Value> {
    let (_, body) = service.ask("GET", "/api/alerts", "");
    body.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn reloads(status: &Value, what: &str) -> u64 {
    status["configuration"][what].as_u64().unwrap()
}

#[test]
fn a_rule_that_was_added_rings_a_bad_one_is_named_and_no_line_is_lost() {
    let folder = folder();
    let service = Service::start(&folder);
    let is_over = AtomicBool::new(false);
    let sent = std::thread::scope(|threads| {
        let sending = threads.spawn(|| send(&service, &is_over));
        folder.file("rules/guessing.sql", RULE);
        service.hang_up();
        service.wait_for(|status| reloads(status, "taken") >= 1);
        let mut attack = TcpStream::connect(service.source("servers")).unwrap();
        for n in 0..30 {
            let attempt = format!(
                "<38>1 - srv01 sshd {n} - - Failed password for root from 203.0.113.9 port 4{n:04} ssh2\n"
            );
            attack.write_all(attempt.as_bytes()).unwrap();
        }
        service.wait_for(|_| alerts(&service).iter().any(|alert| alert["rule_id"] == "T-01"));

        folder.file("rules/bad.sql", RULE.replace("T-01", "T-02").replace("source_ip,", "souce_ip,"));
        service.hang_up();
        let status = service.wait_for(|status| reloads(status, "refused") >= 1);
        let why = status["configuration"]["last_refusal"].as_str().unwrap();
        assert!(why.starts_with("rules/bad.sql:") && why.contains("souce_ip"), "{why}");
        std::fs::remove_file(folder.path().join("rules/bad.sql")).unwrap();
        let taken = reloads(&service.status(), "taken");
        service.hang_up();
        let status = service.wait_for(|status| reloads(status, "taken") > taken);
        assert!(status["configuration"]["last_refusal"].is_null(), "{status}");
        is_over.store(true, Ordering::Relaxed);
        sending.join().unwrap()
    });
    let (code, said) = service.stop();
    assert_eq!(code, 0, "{said}");
    for words in ["2 rules watch", "bad.sql:", "what was in force stays"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let query = "select count(*) n, count(distinct seq) d, count(distinct message) m from events where message like 'numero %'";
    let row = folder.run(&["sql", "--lake", "data/lake", query]).expect(0).objects().remove(0);
    assert_eq!(row, serde_json::json!({"n": sent, "d": sent, "m": sent}));
}

#[test]
fn sources_come_go_and_change_their_limits_without_a_restart() {
    let folder = folder();
    let service = Service::start(&folder);
    let sources = tcp_source("servers", "max_line = \"100B\"\n") + &tcp_source("more", "");
    configure(&folder, &sources, "[http]\nlisten = \"127.0.0.1:1\"\n");
    service.hang_up();
    let status = service.wait_for(|status| reloads(status, "taken") >= 1);
    assert_eq!(status["configuration"]["needs_restart"], serde_json::json!(["http"]));
    let address =
        status["sources"][1]["address"].as_str().unwrap().strip_prefix("tcp://").unwrap().to_owned();
    for address in [service.source("servers"), address.parse().unwrap()] {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(format!("<38>1 - srv01 app 1 - - {}\n", "x".repeat(500)).as_bytes()).unwrap();
    }
    let status = service.wait_for(|status| status["work"]["worked_upto"] == 2);
    let truncated: Vec<&Value> =
        status["sources"].as_array().unwrap().iter().map(|source| &source["truncated"]).collect();
    assert_eq!(truncated, [1, 0]);

    configure(&folder, &tcp_source("more", "allow = [\"192.0.2.0/24\"]\n"), "");
    service.hang_up();
    let status = service.wait_for(|status| reloads(status, "taken") >= 2 && status["sources"][1].is_null());
    assert_eq!(status["sources"][0]["source"], "more", "{status}");
    let mut stream = TcpStream::connect(address).unwrap();
    assert_eq!(stream.read(&mut [0; 1]).unwrap_or(0), 0, "its network may not send any more");
}

#[test]
fn a_changed_file_is_taken_up_unasked_and_refused_with_the_mend() {
    let folder = folder();
    let service = Service::start(&folder);
    configure(&folder, &tcp_source("servers", "max_lines = \"1KiB\"\n"), "");
    let status = service.wait_for(|status| reloads(status, "refused") >= 1);
    let why = status["configuration"]["last_refusal"].as_str().unwrap();
    assert!(why.starts_with("campanile.toml:6:1: unknown key `max_lines`"), "{why}");
    let ran = folder.run(&["status", "--url", &format!("http://{}", service.http()), "--output", "table"]);
    assert!(ran.expect(0).out.contains("the configuration on disk is refused"));
}
