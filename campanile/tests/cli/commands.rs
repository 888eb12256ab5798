//! Every command: help with an example, registries, parse and SQL on small files.

use super::program::{Folder, guessing};

#[test]
fn wrong_usage_exits_with_two_and_names_what_was_meant() {
    let folder = Folder::new();
    let ran = folder.run(&["prase", "x"]).expect(2);
    assert!(ran.err.contains("parse"), "{}", ran.err);
    let ran = folder.run(&["formats", "winlogbeet"]).expect(2);
    assert!(ran.err.contains("did you mean `winlogbeat`?"), "{}", ran.err);
    let ran = folder.run(&["parse", "--format", "sshd", "x"]).expect(2);
    assert!(ran.err.contains("did you mean `openssh`?"), "{}", ran.err);
    let ran = folder.run(&["parse", "--timezone", "Europe/Roma", "x"]).expect(2);
    assert!(ran.err.contains("did you mean `Europe/Rome`?"), "{}", ran.err);
    folder.run(&["--help"]).expect(0);
    folder.run(&["--version"]).expect(0);
}

#[test]
fn registries_are_listed_in_every_format() {
    let folder = Folder::new();
    for command in ["formats", "columns", "functions"] {
        for format in ["table", "ndjson", "csv", "json"] {
            let ran = folder.run(&[command, "--output", format]).expect(0);
            assert!(ran.out.lines().count() > 5, "{command} {format}: {}", ran.out);
        }
    }
    let ran = folder.run(&["columns"]).expect(0);
    assert!(ran.objects().iter().any(|object| object["column"] == "source_ip"));
    let ran = folder.run(&["completions", "bash"]).expect(0);
    assert!(ran.out.contains("_campanile"));
    assert!(folder.run(&["man"]).expect(0).out.contains(".TH"));
}

#[test]
fn events_come_out_one_a_line_in_input_order_and_the_same_bytes_twice() {
    let folder = Folder::new();
    folder.file("a.log", guessing(3) + "what nobody knows\n\u{1b}[31mred\n");
    folder.file("b.log", guessing(2));
    let args = ["parse", "--now", "2026-03-20T00:00:00Z", "a.log", "b.log"];
    let first = folder.run(&args).expect(0);
    let objects = first.objects();
    let places: Vec<(&str, i64)> =
        objects.iter().map(|o| (o["file"].as_str().unwrap(), o["line"].as_i64().unwrap())).collect();
    assert_eq!(
        places,
        [("a.log", 1), ("a.log", 2), ("a.log", 3), ("a.log", 4), ("a.log", 5), ("b.log", 1), ("b.log", 2)]
    );
    assert_eq!(objects[0]["timestamp"], "2026-03-16T09:00:00.000000Z");
    assert_eq!(objects[0]["event_ingested"], "2026-03-20T00:00:00.000000Z");
    assert_eq!(objects[0]["source_ip"], "203.0.113.9");
    assert_eq!(objects[3]["format"], "plain");
    assert!(first.out.chars().all(|c| c == '\n' || !c.is_control()), "a control character left raw");
    assert_eq!(first.out, folder.run(&args).expect(0).out);
}

#[test]
fn events_come_out_in_columns_too() {
    let folder = Folder::new();
    folder.file("a.log", guessing(3));
    let csv = folder.run(&["parse", "--output", "csv", "a.log"]).expect(0).out;
    assert!(csv.starts_with("file,line,") && csv.lines().count() == 4, "{csv}");
    let json = folder.run(&["parse", "--output", "json", "a.log"]).expect(0).out;
    assert_eq!(serde_json::from_str::<Vec<serde_json::Value>>(&json).unwrap().len(), 3);
    let table = folder.run(&["parse", "--output", "table", "a.log"]).expect(0).out;
    assert!(table.contains("203.0.113.9") && !table.contains('\u{1b}'), "{table}");
}

#[test]
fn strict_makes_a_counted_parse_error_an_exit_code() {
    let folder = Folder::new();
    let long = "x".repeat(100_000);
    folder.file("long.log", format!("{long}\n"));
    let ran = folder.run(&["parse", "long.log"]).expect(0);
    assert!(ran.err.contains("1 with errors") && ran.err.contains("long.log:1"), "{}", ran.err);
    folder.run(&["parse", "--strict", "long.log"]).expect(1);
}

#[test]
fn sql_reads_files_and_marks_what_is_wrong_with_a_query() {
    let folder = Folder::new();
    folder.file("a.log", guessing(7));
    let query = "select source_ip, sum(event_count) n from events where event_outcome = 'failure' group by 1";
    let ran = folder.run(&["sql", query, "a.log"]).expect(0);
    assert_eq!(ran.out, "{\"source_ip\":\"203.0.113.9\",\"n\":7}\n");
    folder.file("q.sql", query);
    assert_eq!(folder.run(&["sql", "-f", "q.sql", "a.log"]).expect(0).out, ran.out);
    assert_eq!(folder.run_with(&["sql", "-", "a.log"], query.as_bytes()).expect(0).out, ran.out);
    assert_eq!(folder.run_with(&["sql", query, "-"], guessing(7).as_bytes()).expect(0).out, ran.out);
    let limited =
        folder.run(&["sql", "select line from (select seq line from events) limit 2", "a.log"]).expect(0);
    assert_eq!(limited.out, "{\"line\":1}\n{\"line\":2}\n");
    let wrong = folder.run(&["sql", "select sorce_ip from events", "a.log"]).expect(2);
    assert!(
        wrong.err.contains("did you mean `source_ip`?") && wrong.err.contains("query:1:8"),
        "{}",
        wrong.err
    );
    let wrong = folder.run(&["sql", "drop table events", "a.log"]).expect(2);
    assert!(wrong.err.contains("only reading is allowed"), "{}", wrong.err);
    let twice = "select count(*) n from events a join events b on a.seq = b.seq";
    let ran = folder.run_with(&["sql", twice, "-"], guessing(2).as_bytes());
    assert_ne!(ran.code, 0);
    assert!(ran.err.contains("standard input can be read only once"), "{}", ran.err);
}

#[test]
fn the_generator_writes_the_same_town_for_the_same_seed() {
    let folder = Folder::new();
    let make = |out: &str, seed: &str| {
        let args = ["generate", "--out", out, "--seed", seed, "--days", "1", "--scale", "0.02"];
        folder.run(&args).expect(0);
        std::fs::read(folder.path().join(out).join("labels.json")).unwrap()
    };
    let first = make("a", "3");
    assert_eq!(first, make("b", "3"));
    assert_ne!(first, make("c", "4"));
    let ran = folder.run(&["generate", "--out", "d", "--only", "AT-99"]).expect(2);
    assert!(ran.err.contains("AT-99"), "{}", ran.err);
    folder.run(&["generate"]).expect(2);
}

#[test]
fn the_demo_ends_with_one_object_and_its_exit_code_says_whether_it_went_well() {
    let folder = Folder::new();
    let args = ["demo", "--exit", "--seed", "5", "--days", "1", "--scale", "0.02", "--output", "json"];
    let play = || {
        let ran = folder.run(&args);
        let last = ran.out.lines().last().unwrap_or_default().to_owned();
        let mut object: serde_json::Value =
            serde_json::from_str(&last).unwrap_or_else(|e| panic!("{e}: {}", ran.err));
        object.as_object_mut().unwrap().remove("seconds").expect("seconds");
        (ran.code, object)
    };
    let (code, object) = play();
    let number = |key: &str| object[key].as_u64().unwrap_or_else(|| panic!("{key}: {object}"));
    assert!(number("planted") > 0 && number("events") > 1_000 && number("days") == 1);
    let went_well = number("found") == number("planted") && number("false_alarms") <= 2;
    assert_eq!(code, i32::from(!went_well), "{object}");
    assert_eq!(object["attacks"].as_array().unwrap().len() as u64, number("planted"));
    assert_eq!((code, object.clone()), play(), "the same seed must give the same result");
}
