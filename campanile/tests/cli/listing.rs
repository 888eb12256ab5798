//! Lists of the town: shown, added to, learnt.

use serde_json::{Value, json};

use super::program::{Folder, Ran};

const CONFIGURATION: &str = "[lists]\nadmins = \"admins.csv\"\nsuppliers = \"suppliers.csv\"\n";

/// A town with one administrator and a supplier whose contract ended.
fn town() -> Folder {
    let folder = Folder::new();
    folder.file("campanile.toml", CONFIGURATION);
    folder.file("admins.csv", "# technicians\nvalue,note\nadm.anna,Anna\n");
    folder.file("suppliers.csv", "value,valid_from,valid_until\nfornitore1,2020-01-01,2020-12-31\n");
    folder
}

fn text(folder: &Folder, name: &str) -> String {
    std::fs::read_to_string(folder.path().join(name)).unwrap()
}

fn show(folder: &Folder, name: &[&str]) -> Vec<Value> {
    folder.run(&[&["lists", "show"], name, &["--output", "ndjson"]].concat()).expect(0).objects()
}

#[test]
fn a_list_is_shown_with_its_validity_and_all_lists_with_who_asks_for_them() {
    let folder = town();
    let admins = show(&folder, &["admins"]);
    assert_eq!(admins, [json!({"value": "adm.anna", "valid_now": true, "note": "Anna"})]);
    let suppliers = show(&folder, &["suppliers"]);
    assert_eq!(suppliers[0]["valid_now"], false);
    assert_eq!(suppliers[0]["valid_from"], "2019-12-31T23:00:00.000000Z");
    assert_eq!(suppliers[0]["valid_until"], "2020-12-31T23:00:00.000000Z");
    let all = show(&folder, &[]);
    let of = |name: &str| all.iter().find(|row| row["list"] == name).unwrap_or_else(|| panic!("no {name}"));
    assert_eq!((&of("suppliers")["entries"], &of("suppliers")["valid_now"]), (&json!(1), &json!(0)));
    assert!(of("admins")["silent_without"].as_str().unwrap().contains("AC-05"), "{}", of("admins"));
    assert_eq!(of("known_scanners")["entries"], 0);
    assert!(of("known_scanners").get("path").is_none());
    assert_eq!(show(&folder, &["known_scanners"]), [] as [Value; 0]);
    let ran = folder.run(&["lists", "show", "admns"]).expect(2);
    assert!(ran.err.contains("did you mean `admins`?"), "{}", ran.err);
}

#[test]
fn rows_are_added_once_and_what_stood_there_stays() {
    let folder = town();
    folder.file(
        "new.csv",
        "value;valid_until;note\nADM.anna;;again\nadm.gio;2030-12-31;Rossi, Giorgio\nadm.gio;2030-12-31;\n",
    );
    let ran = folder.run(&["lists", "import", "admins", "new.csv"]).expect(0);
    assert!(ran.err.contains("1 added, 2 stood there already"), "{}", ran.err);
    let expected =
        "# technicians\nvalue,note,valid_until\nadm.anna,Anna\nadm.gio,\"Rossi, Giorgio\",2030-12-31\n";
    assert_eq!(text(&folder, "admins.csv"), expected);
    assert_eq!(show(&folder, &["admins"]).len(), 2);
    std::fs::remove_file(folder.path().join("suppliers.csv")).unwrap();
    folder.run(&["lists", "import", "suppliers", "new.csv"]).expect(0);
    assert!(
        text(&folder, "suppliers.csv").starts_with("value,valid_from,valid_until,note\nADM.anna,,,again\n")
    );
}

#[test]
fn one_wrong_row_keeps_all_of_them_out() {
    let folder = town();
    folder.file("new.csv", "value,valid_from\nadm.gio,\nadm.ugo,ieri\n,2026-01-01\n");
    let before = text(&folder, "admins.csv");
    let ran = folder.run(&["lists", "import", "admins", "new.csv"]).expect(2);
    assert!(ran.err.contains("2 rows of new.csv are wrong"), "{}", ran.err);
    assert!(
        ran.err.contains("line 3: `ieri` is no date") && ran.err.contains("line 4: there is no value"),
        "{}",
        ran.err
    );
    assert_eq!(text(&folder, "admins.csv"), before);
    let ran = folder.run(&["lists", "import", "known_scanners", "new.csv"]).expect(2);
    assert!(ran.err.contains("known_scanners = \"/etc/campanile/lists/known_scanners.csv\""), "{}", ran.err);
    folder.run(&["lists", "import", "admins", "absent.csv"]).expect(2);
}

/// Commands as root of two technicians on three days, and of one on a single day.
fn commands_as_root() -> String {
    let line = |day: u32, user: &str| {
        format!(
            "<85>Mar {day} 10:00:00 srv01 sudo:   {user} : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/usr/bin/apt update\n"
        )
    };
    let days = (16..19).flat_map(|day| [line(day, "adm.anna"), line(day, "adm.gio")]);
    days.chain([line(18, "passante")]).collect()
}

fn learn(folder: &Folder, args: &[&str]) -> Ran {
    folder.run(
        &[&["lists", "learn", "admins", "--logs", "auth.log", "--now", "2026-03-20T00:00:00Z"], args]
            .concat(),
    )
}

#[test]
fn what_is_done_habitually_is_proposed_and_can_be_imported_as_it_is() {
    let folder = town();
    folder.file("auth.log", commands_as_root());
    let ran = learn(&folder, &[]).expect(0);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), 3, "{}", ran.out);
    assert_eq!(lines[0], "value,valid_from,valid_until,note");
    assert!(
        lines[1].starts_with("adm.anna,,,") && lines[1].contains("3 days, 3 events, last 2026-03-18"),
        "{}",
        lines[1]
    );
    assert!(lines[2].starts_with("adm.gio,,,"), "{}", lines[2]);
    // What stands on the list already is not proposed.
    let ran = learn(&folder, &["-c", "campanile.toml"]).expect(0);
    assert!(ran.out.lines().count() == 2 && ran.out.contains("adm.gio"), "{}", ran.out);
    folder.file("proposed.csv", &ran.out);
    folder.run(&["lists", "import", "admins", "proposed.csv"]).expect(0);
    assert_eq!(show(&folder, &["admins"]).len(), 2);
    // One day is no habit.
    let ran = learn(&folder, &["--days", "1"]).expect(0);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
}

#[test]
fn what_cannot_be_learnt_is_told() {
    let folder = town();
    folder.file("auth.log", commands_as_root());
    for (args, words) in [
        (&["leavers", "--logs", "auth.log"][..], "no event tells"),
        (&["admns", "--logs", "auth.log"], "did you mean `admins`?"),
        (&["admins"], "--lake"),
        (&["admin_hosts", "--logs", "auth.log"], "learnt from the list `admins`"),
    ] {
        let ran = folder.run(&[&["lists", "learn"], args].concat()).expect(2);
        assert!(ran.err.contains(words), "{args:?}: {}", ran.err);
    }
}

#[test]
fn every_list_that_can_be_learnt_is_asked_of_real_events() {
    let folder = town();
    folder.file("auth.log", commands_as_root());
    for learnable in detect::learning::ALL {
        let args = ["lists", "learn", learnable.list, "--logs", "auth.log", "-c", "campanile.toml"];
        let ran = folder.run(&args).expect(0);
        assert!(
            ran.out.starts_with("value,valid_from,valid_until,note\n"),
            "{}: {}",
            learnable.list,
            ran.out
        );
    }
}
