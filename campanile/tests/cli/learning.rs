//! What is learnt from lines alone: templates, and what departs from ordinary days.

use std::fmt::Write as _;

use serde_json::Value;

use super::program::Folder;

/// A civic desk's application: practices that are opened, checked, and signed or refused, one every four minutes.
fn practices(first: u32, count: u32, day: u32) -> String {
    let mut log = String::new();
    for practice in first..first + count {
        let minute = (practice - first) * 4 % 1_440;
        let at = |second: u32| {
            format!("2026-03-{day:02}T{:02}:{:02}:{second:02}Z sportello app[77]:", minute / 60, minute % 60)
        };
        writeln!(log, "{} practice PRT-{practice:06} opened at desk {}", at(1), practice % 7).unwrap();
        writeln!(log, "{} documents of PRT-{practice:06} checked in {} ms", at(9), practice * 13 % 900)
            .unwrap();
        let end = if practice % 3 == 0 { "signed" } else { "refused" };
        writeln!(log, "{} practice PRT-{practice:06} {end}", at(20)).unwrap();
    }
    log
}

fn text<'a>(object: &'a Value, key: &str) -> &'a str {
    object[key].as_str().unwrap_or_else(|| panic!("{key} in {object}"))
}

#[test]
fn lines_of_one_sentence_have_one_template_and_its_id_is_the_same_in_every_run() {
    let folder = Folder::new();
    folder.file("a.log", practices(100, 40, 16));
    folder.file("b.log", practices(9_000, 40, 17));
    let all = folder.run(&["templates", "a.log", "b.log"]).expect(0);
    let objects = all.objects();
    assert_eq!(objects.len(), 240, "one object a line");
    assert_eq!((text(&objects[121], "file"), objects[121]["line"].as_i64()), ("b.log", Some(2)));
    let id_of = |line: &Value| text(line, "template_id").to_owned();
    let opened: Vec<String> = objects.iter().step_by(3).map(id_of).collect();
    assert!(opened.iter().all(|id| *id == opened[0]), "{opened:?}");
    assert_ne!(id_of(&objects[1]), opened[0]);
    assert_eq!(text(&objects[1], "template"), "documents of <*> checked in <*>");
    assert!(all.err.contains("templates: 4 in 240 events"), "{}", all.err);
    let alone = folder.run(&["templates", "b.log"]).expect(0).objects();
    assert_eq!(id_of(&alone[0]), opened[0]);
}

#[test]
fn a_session_of_another_course_is_anomalous_and_says_why() {
    let folder = Folder::new();
    folder.file("ordinary.log", practices(1_000, 300, 16));
    let odd = "2026-03-17T05:00:01Z sportello app[77]: practice PRT-777777 opened at desk 2\n\
               2026-03-17T05:00:02Z sportello app[77]: archive of PRT-777777 copied to an unknown share\n";
    folder.file("today.log", practices(5_000, 60, 17) + odd);
    let args = ["anomalies", "--train", "ordinary.log", "today.log"];
    let ran = folder.run(&args).expect(0);
    let sessions: Vec<Value> =
        ran.objects().into_iter().filter(|object| object.get("session").is_some()).collect();
    assert_eq!(sessions.len(), 61, "{}", ran.err);
    let anomalous: Vec<&Value> = sessions.iter().filter(|object| object["anomalous"] == true).collect();
    assert_eq!(anomalous.len(), 1, "{anomalous:?}");
    assert_eq!(text(anomalous[0], "session"), "PRT-777777");
    assert!(text(anomalous[0], "reason").contains("copied to an unknown share"), "{}", anomalous[0]);
    assert_eq!(ran.out, folder.run(&args).expect(0).out, "the same bytes twice");
}

#[test]
fn a_flood_stands_out_of_a_steady_rate() {
    let folder = Folder::new();
    let day = |day: u32, flood_hour: Option<u32>| {
        let mut log = String::new();
        for minute in 0..1_440 {
            let lines = if flood_hour == Some(minute / 60) { 200 } else { 4 };
            for line in 0..lines {
                let (hour, minute) = (minute / 60, minute % 60);
                writeln!(
                    log,
                    "2026-03-{day:02}T{hour:02}:{minute:02}:{:02}Z portale web[9]: page served",
                    line % 60
                )
                .unwrap();
            }
        }
        log
    };
    folder.file("ordinary.log", (9..16).map(|number| day(number, None)).collect::<String>());
    folder.file("today.log", day(16, Some(15)));
    let ran = folder.run(&["anomalies", "--train", "ordinary.log", "today.log"]).expect(0);
    let windows: Vec<Value> =
        ran.objects().into_iter().filter(|object| object["anomalous"] == true).collect();
    assert!(!windows.is_empty(), "nothing stood out: {}", ran.err);
    for window in &windows {
        let start = text(window, "window_start");
        assert!(("2026-03-16T14:55".."2026-03-16T17").contains(&start), "{window}");
        assert!(text(window, "entity").contains("web"), "{window}");
    }
}

#[test]
fn what_cannot_be_learnt_from_is_said() {
    let folder = Folder::new();
    folder.file("today.log", practices(1, 3, 17));
    let ran = folder.run(&["anomalies", "today.log"]).expect(2);
    assert!(ran.err.contains("--train"), "{}", ran.err);
    folder.run(&["anomalies", "--train", "absent.log", "today.log"]).expect(3);
    folder.run(&["templates", "absent.log"]).expect(3);
}
