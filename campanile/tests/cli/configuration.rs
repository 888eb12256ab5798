//! `config`: faults with their place and mend, origins, a starter that is right.

use super::program::{Folder, RULE, guessing};

#[test]
fn the_starter_passes_the_check_and_is_never_written_over_a_file() {
    let folder = Folder::new();
    folder.run(&["config", "init", "campanile.toml"]).expect(0);
    folder.run(&["config", "check"]).expect(0);
    folder.run(&["config", "init", "campanile.toml"]).expect(2);
    let shown = folder.run(&["config", "show"]).expect(0).out;
    assert!(shown.contains("listen = \"127.0.0.1:8514\"  # campanile.toml:"), "{shown}");
    assert!(shown.contains("cosc"), "{shown}");
    let schema = folder.run(&["config", "schema"]).expect(0).out;
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert!(schema["properties"]["source"].is_object());
}

#[test]
fn several_tenants_are_told_that_they_share_a_calendar_and_lists() {
    let folder = Folder::new();
    let check = |text: &str| {
        folder.file("campanile.toml", text);
        folder.run(&["config", "check"]).expect(0).err
    };
    assert!(!check("[tenant.borgo]\n").contains("for all tenants"));
    assert!(check("[tenant.borgo]\n[tenant.castello]\n").contains("none is named `default`"));
    assert!(check("[tenant.borgo]\n[tenant.default]\n").contains("days off of [tenant.default]"));
}

#[test]
fn a_malformed_configuration_is_told_with_line_column_and_mend() {
    let folder = Folder::new();
    for (text, place, words) in [
        ("[journal]\ndisk_buget = \"1GiB\"\n", "bad.toml:2:1", "did you mean `disk_budget`?"),
        ("[http]\nlisten = 8514\n", "bad.toml:2:10", "invalid type"),
        ("[http\n", "bad.toml:1:", "]"),
        ("[lake]\nflush = { age = \"30\" }\n", "bad.toml:2:", "is no length of time"),
        (
            "[[source]]\nname = \"fw\"\ntype = \"syslog\"\nformat = \"autoo\"\n",
            "bad.toml:4:11",
            "did you mean `auto`?",
        ),
        (
            "[[source]]\nname = \"centro\"\ntype = \"campanile\"\nformat = \"suite.toml\"\n",
            "bad.toml:4:11",
            "does not read what is forwarded",
        ),
    ] {
        folder.file("bad.toml", text);
        for command in ["check", "show"] {
            let ran = folder.run(&["config", command, "-c", "bad.toml"]).expect(2);
            assert!(ran.err.contains(place) && ran.err.contains(words), "{text}\n{}", ran.err);
        }
    }
    folder.file("mapped.toml", "[[source]]\nname = \"suite\"\ntype = \"http\"\nformat = \"nowhere.toml\"\n");
    let ran = folder.run(&["config", "check", "-c", "mapped.toml"]).expect(2);
    assert!(ran.err.contains("mapping file `nowhere.toml`"), "{}", ran.err);
    let ran = folder.run(&["config", "check", "-c", "none.toml"]).expect(2);
    assert!(ran.err.contains("none.toml"), "{}", ran.err);
    folder.file("bytes.toml", [0xff, 0xfe, 0x00]);
    folder.run(&["config", "check", "-c", "bytes.toml"]).expect(2);
}

#[test]
fn a_configuration_brings_its_rules_its_lists_and_its_days_off() {
    let folder = Folder::new();
    folder.file("auth.log", guessing(25));
    folder.file("rules/guessing.sql", RULE);
    folder.file(
        "scanners.csv",
        "value,valid_from,valid_until,note\n203.0.113.0/24,2026-03-01,2026-03-31,yearly test\n",
    );
    folder.file(
        "campanile.toml",
        "[tenant.default]\nholidays = [\"2026-03-16\"]\n[detect]\nrules = [\"rules\"]\n[lists]\nscanners = \"scanners.csv\"\n",
    );
    let now = ["--now", "2026-03-17T00:00:00Z"];
    let scanned =
        folder.run(&[&["scan", "-c", "campanile.toml", "auth.log", "--output", "ndjson"], &now[..]].concat());
    let alerts = scanned.expect(0).objects();
    assert_eq!(alerts.iter().map(|alert| &alert["rule_id"]).collect::<Vec<_>>(), ["T-01"]);
    let query = "select count(*) filter (where in_list(source_ip, 'scanners', timestamp)) as listed,
                        count(*) filter (where in_list(source_ip, 'scanners', timestamp + interval '30 days')) as later,
                        count(*) filter (where off_hours(timestamp)) as off from events";
    let asked = |config: &[&str]| {
        let args = [&["sql", query, "auth.log", "--output", "ndjson"], config, &now[..]].concat();
        folder.run(&args).expect(0).objects().remove(0)
    };
    let counts = |row: &serde_json::Value| ["listed", "later", "off"].map(|name| row[name].as_i64().unwrap());
    assert_eq!(counts(&asked(&["-c", "campanile.toml"])), [25, 0, 25]);
    assert_eq!(counts(&asked(&[])), [0, 0, 0]);
}

#[test]
fn a_list_that_cannot_be_read_stops_the_run_with_its_line() {
    let folder = Folder::new();
    folder.file("auth.log", guessing(1));
    folder.file("campanile.toml", "[lists]\nadmins = \"admins.csv\"\n");
    let scan = ["scan", "-c", "campanile.toml", "auth.log"];
    assert!(folder.run(&scan).expect(2).err.contains("admins.csv"));
    folder.file("admins.csv", "value,valid_until\nadm.gio,domani\n");
    assert!(folder.run(&scan).expect(2).err.contains("line 2: `domani` is no date"));
}
