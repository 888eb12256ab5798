//! What a service of an earlier version left behind, killed with frames that no lake had yet, is gone on with by this one.
//!
//! `CAMPANILE_WRITE_FIXTURE=1 cargo test -p campanile --test cli earlier_versions` writes the folder of this version; its name stands in
//! [`VERSIONS`] then. Folders are never written anew once their version is out.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::program::Folder;
use super::serving::Service;

/// Versions whose folders are kept.
const VERSIONS: [&str; 1] = ["0.1.0"];

/// Lines that the lake holds, and those that only the journal holds.
const IN_THE_LAKE: u64 = 20;
const IN_THE_JOURNAL: u64 = 10;

fn fixture(version: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(version)
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.file(
        "campanile.toml",
        format!(
            "data_dir = \"data\"\n[[source]]\nname = \"files\"\ntype = \"http\"\n\
             [lake]\nflush = {{ rows = {IN_THE_LAKE}, age = \"1d\" }}\n[detect]\nrules = [\"rules\"]\n[http]\nlisten = \"127.0.0.1:0\"\n"
        ),
    );
    let rule = "/*---\nid = \"T-1\"\ntitle.en = \"t\"\ntitle.it = \"t\"\ndescription.en = \"d\"\ndescription.it = \"d\"\n\
                severity = \"low\"\nfamily = \"both\"\nwindow = \"1m\"\n---*/\n\
                SELECT source, count(*) n FROM events WHERE message LIKE 'numero%' GROUP BY source HAVING count(*) > 5\n";
    folder.file("rules/t.sql", rule);
    folder
}

/// Sends lines of these numbers, and waits until they are worked on.
fn send(service: &Service, numbers: std::ops::Range<u64>) {
    let upto = numbers.end - 1;
    // The rule asks for those of the first batch.
    let now = jiff::Timestamp::now();
    let word = if upto == IN_THE_LAKE { "numero" } else { "altro" };
    let line = |n| format!("<38>1 {now} srv01 app 1 - - {word} {n}\n");
    let (code, said) = service.ask("POST", "/ingest", &numbers.map(line).collect::<String>());
    assert_eq!(code, 200, "{said}");
    service.wait_for(|status| status["work"]["worked_upto"].as_u64().unwrap() >= upto);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, to) = {
            let entry = entry.unwrap();
            (entry.path(), to.join(entry.file_name()))
        };
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).unwrap();
        }
    }
}

/// Makes the folder of this version, when asked to.
fn write() {
    let folder = folder();
    let service = Service::start(&folder);
    send(&service, 1..IN_THE_LAKE + 1);
    service.wait_for(|status| {
        status["lake"]["committed_upto"] == IN_THE_LAKE
            && service.sql("select rule_id from alerts") == [json!({"rule_id": "T-1"})]
    });
    let id = service.sql("select id from alerts")[0]["id"].as_str().unwrap().to_owned();
    folder.run(&["alerts", "judge", &id, "--verdict", "false", "--by", "anna"]).expect(0);
    assert_eq!(service.stop().0, 0);
    let service = Service::start(&folder);
    send(&service, IN_THE_LAKE + 1..IN_THE_LAKE + IN_THE_JOURNAL + 1);
    service.kill();
    let kept = fixture(env!("CARGO_PKG_VERSION"));
    if kept.exists() {
        fs::remove_dir_all(&kept).unwrap();
    }
    copy(&folder.path().join("data"), &kept);
}

#[test]
fn what_an_earlier_version_left_behind_is_gone_on_with() {
    if std::env::var_os("CAMPANILE_WRITE_FIXTURE").is_some() {
        write();
    }
    for version in VERSIONS {
        let folder = folder();
        copy(&fixture(version), &folder.path().join("data"));
        let service = Service::start(&folder);
        let all = IN_THE_LAKE + IN_THE_JOURNAL;
        let status = service.wait_for(|status| status["work"]["worked_upto"] == all);
        assert_eq!(
            (&status["lake"]["committed_upto"], &status["journal"]["lost"]),
            (&json!(IN_THE_LAKE), &json!(0))
        );
        let query = "select count(*) n, count(distinct seq) d, max(seq) m, \
                     count(distinct message) t from events where source = 'files'";
        assert_eq!(service.sql(query), [json!({"n": all, "d": all, "m": all, "t": all})], "{version}");
        // The alert that its windows and its log knew, told once, and what was said of it.
        let alerts = "select rule_id, verdict, judged_by, count(*) n from alerts group by 1, 2, 3";
        let told = json!({"rule_id": "T-1", "verdict": "false", "judged_by": "anna", "n": 1});
        assert_eq!(service.sql(alerts), [told], "{version}");
        send(&service, all + 1..all + 2);
        assert_eq!(service.stop().0, 0);
        let ran = folder.run(&["sql", "--lake", "data/lake", query]).expect(0);
        let all = all + 1;
        assert_eq!(ran.objects(), [json!({"n": all, "d": all, "m": all, "t": all})], "{version}");
    }
}
