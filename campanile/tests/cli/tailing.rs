//! `tail`: the events of a running service as they come.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::program::Folder;
use super::serving::Service;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.file(
        "campanile.toml",
        "data_dir = \"data\"\n[[source]]\nname = \"servers\"\ntype = \"syslog\"\nlisten = \"tcp://127.0.0.1:0\"\n\
         [detect]\nrules = []\n[http]\nlisten = \"127.0.0.1:0\"\n",
    );
    folder
}

fn line(host: &str, n: u64) -> String {
    format!("<38>1 2026-03-16T10:00:00Z {host} app 1 - - numero {n}\n")
}

#[test]
fn what_comes_and_is_asked_for_is_shown_once_and_in_order() {
    let folder = folder();
    let service = Service::start(&folder);
    let mut tcp = TcpStream::connect(service.source("servers")).unwrap();
    tcp.write_all(line("srv02", 0).as_bytes()).unwrap();
    service.wait_for(|status| status["work"]["worked_upto"] == 1);
    let url = format!("http://{}", service.http());
    let mut tail = Command::new(env!("CARGO_BIN_EXE_campanile"))
        .args(["tail", "--url", &url, "host_name = 'srv02' -- only this one"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    let mut stderr = BufReader::new(tail.stderr.take().unwrap());
    stderr.read_line(&mut said).unwrap();
    assert!(said.contains("events behind seq 1"), "{said}");
    let mut shown = BufReader::new(tail.stdout.take().unwrap()).lines();
    for n in 1..=3 {
        tcp.write_all((line("srv01", 10 * n) + &line("srv02", n)).as_bytes()).unwrap();
        let event: Value = serde_json::from_str(&shown.next().unwrap().unwrap()).unwrap();
        assert_eq!(event["message"], format!("numero {n}"), "{event}");
        assert_eq!(event["seq"], 1 + 2 * n);
    }
    tail.kill().unwrap();
    tail.wait().unwrap();
}

#[test]
fn a_filter_that_is_wrong_is_told_at_once_in_the_services_words() {
    let folder = folder();
    let service = Service::start(&folder);
    let url = format!("http://{}", service.http());
    let ran = folder.run(&["tail", "--url", &url, "hostname = 'srv01'"]).expect(2);
    assert!(ran.err.contains("hostname") && ran.err.contains("host_name"), "{}", ran.err);
    let ran = folder.run(&["tail", "--url", &url, "--output", "parquet"]).expect(2);
    assert!(ran.err.contains("--output ndjson"), "{}", ran.err);
    assert_eq!(service.stop().0, 0);
    let ran = folder.run(&["tail", "--url", &url]).expect(2);
    assert!(ran.err.contains("no service answers"), "{}", ran.err);
}
