//! What a start finds: another service in its folder, a journal that is older than the lake, files that were being followed.

use std::io::Write;

use serde_json::{Value, json};

use super::program::Folder;
use super::serving::Service;

/// A folder with a service of one source.
fn folder(source: &str) -> Folder {
    let folder = Folder::new();
    folder.file(
        "campanile.toml",
        format!("data_dir = \"data\"\n[[source]]\n{source}[detect]\nrules = []\n[http]\nlisten = \"127.0.0.1:0\"\n"),
    );
    folder
}

/// Events, and how many differ.
fn counted(service: &Service) -> Value {
    service.sql("select count(*) n, count(distinct message) d from events").remove(0)
}

#[test]
fn a_folder_is_one_services() {
    let folder = folder("name = \"files\"\ntype = \"http\"\n");
    let service = Service::start(&folder);
    let ran = folder.run(&["serve", "-c", "campanile.toml"]).expect(2);
    assert!(ran.err.contains("another service works in data"), "{}", ran.err);
    assert_eq!(service.ask("POST", "/ingest?source=files", "numero 1\n").0, 200);
    assert_eq!(service.stop().0, 0);
}

#[test]
fn what_is_acknowledged_after_the_journal_was_removed_is_stored() {
    let folder = folder("name = \"files\"\ntype = \"http\"\n");
    let send = |service: &Service, numbers: std::ops::Range<u64>| {
        let lines: String = numbers.map(|n| format!("numero {n}\n")).collect();
        assert_eq!(service.ask("POST", "/ingest?source=files", &lines).0, 200);
    };
    let service = Service::start(&folder);
    send(&service, 0..10);
    assert_eq!(service.stop().0, 0);
    std::fs::remove_dir_all(folder.path().join("data/journal")).unwrap();
    let service = Service::start(&folder);
    send(&service, 10..15);
    service.wait_for(|status| status["work"]["behind"] == 0);
    assert_eq!(counted(&service), json!({"n": 15, "d": 15}));
    assert_eq!(service.ask("GET", "/health", "").0, 200);
}

#[test]
fn files_are_followed_on_where_a_stop_left_them() {
    let folder = folder("name = \"web.access\"\ntype = \"file\"\npaths = [\"*.log\"]\n");
    let log = folder.file("web.log", "numero 1\nnumero 2\n");
    let append = |line: &str| {
        std::fs::OpenOptions::new().append(true).open(&log).unwrap().write_all(line.as_bytes()).unwrap();
    };
    let service = Service::start(&folder);
    service.wait_for(|status| status["work"]["worked_upto"] == 2);
    // Read in a later look: how far the file is durable was saved meanwhile.
    append("numero 3\n");
    service.wait_for(|status| status["work"]["worked_upto"] == 3);
    assert_eq!(service.stop().0, 0);
    append("numero 4\n");
    let service = Service::start(&folder);
    service.wait_for(|status| status["work"]["worked_upto"] == 4);
    assert_eq!(counted(&service), json!({"n": 4, "d": 4}));
}
