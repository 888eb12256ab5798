//! Days of the lake read anew from their originals: what a mapping file says now holds for the past, too.

use super::program::Folder;
use super::serving::Service;

/// Lines of a suite that nobody has described yet.
const LINES: &str =
    "2026-03-16 09:12:44;mrossi;Esporta;198.51.100.60\n2026-03-16 09:13:01;lverdi;Accesso;198.51.100.61\n";

const MAPPING: &str = r#"
name = "suite"
title = "A suite's audit"

[read]
kind = "regex"
pattern = "^(?<quando>[^;]+);(?<utente>[^;]+);(?<azione>[^;]+);(?<ip>[^;]+)$"

[time]
field = "quando"
format = "yyyy-MM-dd HH:mm:ss"

[columns]
user_name = "utente"
source_ip = "ip"

[action]
field = "azione"
default = "application_event"

[action.values]
Esporta = "export"
Accesso = "login"

[[sample]]
about = "an export"
text = "2026-03-16 09:12:44;mrossi;Esporta;198.51.100.60"
expect = { event_action = "export", user_name = "mrossi" }
"#;

fn configuration(source: &str, format: &str) -> String {
    format!(
        "data_dir = \"data\"\n[[source]]\nname = \"{source}\"\ntype = \"http\"\nformat = \"{format}\"\n\
         [lake]\nflush = {{ rows = 1_000, age = \"50ms\" }}\n[http]\nlisten = \"127.0.0.1:0\"\n[detect]\nrules = []\n"
    )
}

/// A folder whose lake has the lines, read by no format, and their originals.
fn kept() -> Folder {
    let folder = Folder::new();
    // A mapping file that is not there yet keeps no service from collecting.
    folder.file("campanile.toml", configuration("suite", "suite.toml"));
    let service = Service::start(&folder);
    let (code, said) = service.ask("POST", "/ingest?source=suite", LINES);
    assert_eq!(code, 200, "{said}");
    service.wait_for(|status| status["lake"]["committed_upto"].as_u64().unwrap() >= 2);
    assert_eq!(service.stop().0, 0);
    folder.run(&["lake", "reparse", "--to", "9999-12-31"]).expect(2);
    folder.file("suite.toml", MAPPING);
    folder
}

fn events(folder: &Folder) -> Vec<(i64, String, Option<String>)> {
    let query = "select seq, format, user_name from events where source = 'suite' order by seq";
    let ran = folder.run(&["sql", query, "--lake", "data/lake"]).expect(0);
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let row = |row: serde_json::Value| {
        (row["seq"].as_i64().unwrap(), text(&row["format"]).unwrap(), text(&row["user_name"]))
    };
    ran.objects().into_iter().map(row).collect()
}

#[test]
fn the_past_is_read_by_a_mapping_file_written_later() {
    let folder = kept();
    let plain = |seq| (seq, "plain".to_owned(), None);
    assert_eq!(events(&folder), [plain(1), plain(2)]);
    // Yesterday is the last day when none is named.
    let ran = folder.run(&["lake", "reparse"]).expect(0);
    assert!(ran.objects().is_empty() && ran.err.contains("days read anew: 0"), "{}", ran.err);
    let ran = folder.run(&["lake", "reparse", "--to", "9999-12-31"]).expect(0);
    let row = |format: &str| ran.objects().into_iter().find(|row| row["format"] == format).unwrap();
    assert_eq!((row("plain")["before"].as_i64(), row("plain")["after"].as_i64()), (Some(2), Some(0)));
    assert_eq!((row("suite")["before"].as_i64(), row("suite")["after"].as_i64()), (Some(0), Some(2)));
    let read = |seq, name: &str| (seq, "suite".to_owned(), Some(name.to_owned()));
    assert_eq!(events(&folder), [read(1, "mrossi"), read(2, "lverdi")]);
    // Nothing of it has moved the journal: a service goes on behind it.
    let service = Service::start(&folder);
    let (code, said) = service.ask("POST", "/ingest?source=suite", LINES);
    assert_eq!(code, 200, "{said}");
    service.wait_for(|status| status["lake"]["committed_upto"].as_u64().is_some_and(|upto| upto >= 4));
    assert_eq!(service.stop().0, 0);
    assert_eq!(events(&folder).len(), 4);
}

#[test]
fn a_day_without_its_originals_stays_as_it_is() {
    let folder = kept();
    let before = events(&folder);
    // Nor does a source that the configuration has no more.
    folder.file("campanile.toml", configuration("altra", "suite.toml"));
    let ran = folder.run(&["lake", "reparse", "--to", "9999-12-31"]).expect(3);
    assert!(ran.err.contains("no source `suite` of tenant `default`"), "{}", ran.err);
    assert_eq!(events(&folder), before);
    folder.file("campanile.toml", configuration("suite", "suite.toml"));
    for entry in std::fs::read_dir(folder.path().join("data/originals")).unwrap() {
        let path = entry.unwrap().path();
        if path.to_str().unwrap().contains(".object-") {
            std::fs::remove_file(path).unwrap();
        }
    }
    let ran = folder.run(&["lake", "reparse", "--to", "9999-12-31"]).expect(3);
    assert!(ran.err.contains("stays as it is"), "{}", ran.err);
    assert_eq!(events(&folder), before);
    folder.run(&["lake", "reparse", "--to", "domani"]).expect(2);
    folder.run(&["lake", "reparse", "-c", "nowhere.toml"]).expect(2);
}
