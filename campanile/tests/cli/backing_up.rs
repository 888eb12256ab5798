//! A backup taken while the service works, and another service that goes on from it.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use super::numbered_senders::{Protocol, Sender};
use super::program::Folder;
use super::serving::Service;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.file(
        "campanile.toml",
        "data_dir = \"data\"\n[[source]]\nname = \"files\"\ntype = \"http\"\n\
         [lake]\nflush = { rows = 1_000, age = \"50ms\" }\n[originals]\nage = \"50ms\"\n[detect]\nrules = [\"rules\"]\n[http]\nlisten = \"127.0.0.1:0\"\n",
    );
    let rule = "/*---\nid = \"T-1\"\ntitle.en = \"t\"\ntitle.it = \"t\"\ndescription.en = \"d\"\ndescription.it = \"d\"\n\
                severity = \"low\"\nfamily = \"both\"\nwindow = \"1m\"\n---*/\n\
                SELECT source, count(*) n FROM events WHERE message LIKE 'numero%' GROUP BY source HAVING count(*) > 5\n";
    folder.file("rules/t.sql", rule);
    folder
}

/// What the first events are, whatever came after.
fn first(service: &Service, upto: u64) -> Value {
    let query = format!(
        "select count(*) n, count(distinct seq) d, min(message) a, max(message) z, sum(seq) s from events where seq <= {upto}"
    );
    service.sql(&query).remove(0)
}

#[test]
fn a_service_restored_from_a_backup_that_was_taken_while_it_worked_gives_the_same_answers() {
    let folder = folder();
    let service = Service::start(&folder);
    let (mut sender, is_over) = (Sender::new(Protocol::Http), AtomicBool::new(false));
    let (durable, answer) = std::thread::scope(|threads| {
        threads.spawn(|| sender.send(service.http(), &is_over));
        service.wait_for(|status| status["lake"]["commits"].as_u64().unwrap() >= 12);
        let durable = service.status()["journal"]["durable_upto"].as_u64().unwrap();
        folder.run(&["backup", "-c", "campanile.toml", "--to", "copies/one"]).expect(0);
        service.wait_for(|status| status["journal"]["durable_upto"].as_u64().unwrap() > durable + 100);
        is_over.store(true, Ordering::Relaxed);
        service.wait_for(|status| status["work"]["worked_upto"].as_u64().unwrap() >= durable);
        (durable, first(&service, durable))
    });
    assert_eq!((&answer["n"], &answer["d"]), (&json!(durable), &json!(durable)));
    let alerts = "select id, rule_id from alerts order by id";
    let told = service.sql(alerts);
    assert_eq!(service.stop().0, 0);

    let ran = folder.run(&["restore", "copies/one", "--verify", "--to", "elsewhere/data"]).expect(0);
    assert!(ran.err.contains("files are what was copied"), "{}", ran.err);
    let kept = folder
        .path()
        .join("copies/one/configuration")
        .join(folder.path().canonicalize().unwrap().strip_prefix("/").unwrap().join("rules/t.sql"));
    assert!(kept.exists(), "{}", kept.display());
    let text = std::fs::read_to_string(folder.path().join("campanile.toml")).unwrap();
    folder.file("campanile.toml", text.replace("data_dir = \"data\"", "data_dir = \"elsewhere/data\""));
    let service = Service::start(&folder);
    let status = service.wait_for(|status| status["work"]["behind"] == 0);
    assert!(status["journal"]["durable_upto"].as_u64().unwrap() >= durable, "{status}");
    assert_eq!(status["journal"]["lost"], 0);
    assert_eq!(first(&service, durable), answer);
    service.wait_for(|_| service.sql(alerts) == told);
    let all = service.sql("select count(*) n, count(distinct seq) d, max(seq) m from events").remove(0);
    assert_eq!((&all["n"], &all["n"]), (&all["d"], &all["m"]), "{all}");
    assert_eq!(service.stop().0, 0);
}

#[test]
fn a_backup_that_was_changed_is_not_believed_and_nothing_is_overwritten() {
    let folder = folder();
    assert_eq!(Service::start(&folder).stop().0, 0);
    folder.run(&["backup", "--to", "copy"]).expect(0);
    folder.run(&["backup", "--to", "copy"]).expect(2);
    folder.run(&["restore", "copy", "--to", "data"]).expect(2);
    folder.run(&["restore", "data", "--verify"]).expect(2);
    folder.run(&["restore", "copy", "--verify"]).expect(0);
    folder.file("copy/data/alerts.ndjson", "{}\n");
    let ran = folder.run(&["restore", "copy", "--verify", "--to", "new"]).expect(1);
    assert!(ran.err.contains("data/alerts.ndjson is not what was copied"), "{}", ran.err);
    // Also when nobody asks: what is restored is compared.
    let ran = folder.run(&["restore", "copy", "--to", "new"]).expect(2);
    assert!(ran.err.contains("data/alerts.ndjson is not what was copied"), "{}", ran.err);
    folder.file("copy/data/windows/windows-9", "");
    let ran = folder.run(&["restore", "copy", "--verify"]).expect(1);
    assert!(ran.err.contains("data/windows/windows-9 was not copied"), "{}", ran.err);
    assert!(!folder.path().join("new").exists() && !folder.path().join("new.new").exists());
    folder.file("new.new/mine", "");
    folder.run(&["restore", "copy", "--to", "new"]).expect(2);
    assert!(folder.path().join("new.new/mine").exists(), "what is not ours is left alone");
}
