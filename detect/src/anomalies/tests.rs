//! From lines to verdicts.

use super::series::Finding;
use super::*;

const MINUTE_US: i64 = 60_000_000;
const DAY_US: i64 = 24 * 60 * MINUTE_US;
/// A Monday.
const START_US: i64 = 4 * DAY_US;

/// The lines of a parcel from the desk to the door, at its time.
fn parcel(number: u32, steps: &[&str]) -> Vec<(i64, String)> {
    let line = |(step, text): (usize, &&str)| {
        (
            START_US + (i64::from(number) * 5 + step as i64) * MINUTE_US,
            text.replace('N', &format!("PRT_{}", 70_000 + number)),
        )
    };
    steps.iter().enumerate().map(line).collect()
}

const USUAL: [&str; 4] =
    ["parcel N taken at the desk", "weighed N: 300 grams", "label printed for N", "N left with the van"];

fn trained(lines: &[(i64, String)]) -> Judge {
    let mut trainer = Trainer::default();
    for (timestamp_us, message) in lines {
        trainer.observe(&Row { message, timestamp_us: *timestamp_us, entity: "desk" });
    }
    trainer.learn()
}

fn judged(mut judge: Judge, lines: &[(i64, String)]) -> Vec<SessionVerdict> {
    for (timestamp_us, message) in lines {
        judge.observe(&Row { message, timestamp_us: *timestamp_us, entity: "desk" });
    }
    judge.into_sessions()
}

/// Two hundred usual parcels, one in ten of them returned, all interleaved.
fn usual_parcels() -> Vec<(i64, String)> {
    let steps =
        |number| if number % 10 == 0 { [&USUAL[..], &["N came back"]].concat() } else { USUAL.to_vec() };
    let mut lines: Vec<_> = (0..200).flat_map(|number| parcel(number, &steps(number))).collect();
    lines.sort();
    lines
}

#[test]
fn a_session_of_unusual_events_is_anomalous_and_the_reason_names_them() {
    let judge = trained(&usual_parcels());
    assert_eq!(judge.shapes().collect::<Vec<_>>(), ["PRT_#"]);
    let lost = [&USUAL[..3], &["N not found in the van"]].concat();
    let unweighed = [USUAL[0], USUAL[2], USUAL[3]];
    let twice = [USUAL[0], USUAL[0], USUAL[1], USUAL[1], USUAL[2], USUAL[3]];
    let lines =
        [parcel(901, &USUAL), parcel(902, &lost), parcel(903, &unweighed), parcel(904, &twice)].concat();
    let verdicts = judged(judge, &lines);
    let anomalous: Vec<&str> =
        verdicts.iter().filter(|verdict| verdict.reason.is_some()).map(|verdict| &*verdict.session).collect();
    assert_eq!(anomalous, ["PRT_70902", "PRT_70903"]);
    let reason = |at: usize| verdicts[at].reason.clone().unwrap();
    assert!(reason(1).unseen.concat().contains("not found"), "{:?}", reason(1));
    assert!(reason(1).missing.concat().contains("left with"), "{:?}", reason(1));
    assert!(reason(2).missing.concat().contains("weighed"), "{:?}", reason(2));
    assert!(reason(2).unseen.is_empty() && reason(2).unusual.is_empty(), "{:?}", reason(2));
    assert!(verdicts[1].score > verdicts[0].score);
}

#[test]
fn a_rare_kind_of_session_that_training_repeats_is_normal() {
    let returned = [&USUAL[..], &["N came back"]].concat();
    let verdicts = judged(trained(&usual_parcels()), &parcel(905, &returned));
    assert_eq!(verdicts.len(), 1);
    assert_eq!(verdicts[0].reason, None);
}

#[test]
fn a_value_that_most_lines_share_is_no_identifier() {
    let limit = |n: u32| if n.is_multiple_of(2) { 5000 } else { 5000 + n };
    let lines: Vec<_> = (0..1000)
        .flat_map(|n| {
            [(START_US, format!("limit {} set", limit(n))), (START_US, format!("limit {} kept", limit(n)))]
        })
        .collect();
    assert_eq!(trained(&lines).shapes().count(), 0);
}

#[test]
fn lines_without_stories_give_no_sessions() {
    let requests: Vec<_> =
        (0..3000).map(|n| (START_US, format!("request req-{} served", 10_000 + n))).collect();
    assert_eq!(trained(&requests).shapes().count(), 0);
}

#[test]
fn many_other_shapes_do_not_push_out_the_one_that_groups() {
    let mut lines = usual_parcels();
    lines.extend((0..500).map(|n| (START_US, format!("loaded module mod{n}x_123"))));
    lines.sort();
    assert_eq!(trained(&lines).shapes().collect::<Vec<_>>(), ["PRT_#"]);
}

/// Lines of a day, by the hour: few at night, many in the morning, none of the streams exactly alike.
fn lines_of(day: i64, minute: i64) -> i64 {
    let hour = minute / 60;
    let base = if (8..14).contains(&hour) { 40 } else { 15 };
    base + (day * 31 + minute / 5 * 7).rem_euclid(5)
}

/// Observes `days` of five-minute windows, with `lines` in each.
fn observe_days(days: std::ops::Range<i64>, lines: impl Fn(i64, i64) -> i64, mut observe: impl FnMut(&Row)) {
    for day in days {
        for minute in (0..24 * 60).step_by(5) {
            let count = lines(day, minute);
            for line in 0..count {
                let timestamp_us =
                    START_US + day * DAY_US + minute * MINUTE_US + line * 5 * MINUTE_US / count;
                observe(&Row { message: "door opened", timestamp_us, entity: "hall/door" });
            }
        }
    }
}

/// The minutes of anomalous windows in `days` after two weeks of usual ones.
fn anomalous_minutes(days: i64, lines: impl Fn(i64, i64) -> i64) -> Vec<i64> {
    let mut trainer = Trainer::default();
    observe_days(-14..0, lines_of, |row| trainer.observe(row));
    let mut judge = trainer.learn();
    observe_days(0..days, lines, |row| judge.observe(row));
    let windows = judge.windows().flat_map(|(_, windows)| windows);
    let anomalous = windows.filter(|window| matches!(window.finding, Finding::Anomalous(_)));
    anomalous.map(|window| (window.window_start_us - START_US) / MINUTE_US).collect()
}

#[test]
fn days_like_the_others_are_normal() {
    assert_eq!(anomalous_minutes(5, lines_of), [0_i64; 0]);
}

#[test]
fn a_burst_is_found_in_its_window() {
    let burst = |day, minute| lines_of(day, minute) * if day == 1 && minute == 600 { 4 } else { 1 };
    let minutes = anomalous_minutes(3, burst);
    let start = 24 * 60 + 600;
    assert_eq!(minutes.first(), Some(&start));
    assert!(minutes.iter().all(|minute| *minute < start + 6 * 60), "{minutes:?}");
}

#[test]
fn the_rate_of_the_day_at_night_is_anomalous() {
    let awake = |day, minute| lines_of(day, if day == 1 && minute == 120 { 600 } else { minute });
    assert_eq!(anomalous_minutes(3, awake), [24 * 60 + 120]);
}

#[test]
fn silence_is_anomalous_while_it_is_news() {
    let silent = |day, minute| if day == 1 { 0 } else { lines_of(day, minute) };
    let minutes = anomalous_minutes(3, silent);
    assert_eq!(minutes.first(), Some(&(24 * 60)));
    assert!(minutes.iter().all(|minute| *minute < 2 * 24 * 60 + 6 * 60), "{minutes:?}");
}

#[test]
fn a_new_level_is_news_only_for_a_while() {
    let doubled = |day, minute| lines_of(day, minute) * 2;
    let minutes = anomalous_minutes(24, doubled);
    assert!(minutes.iter().any(|minute| *minute < 60), "{minutes:?}");
    assert!(minutes.iter().all(|minute| *minute < 21 * 24 * 60), "{minutes:?}");
}

#[test]
fn what_is_hardly_known_is_learnt_not_judged() {
    let mut judge = Trainer::default().learn();
    observe_days(0..1, lines_of, |row| judge.observe(row));
    let windows: Vec<_> = judge.windows().flat_map(|(_, windows)| windows).collect();
    assert_eq!(windows.len(), 24);
    assert!(windows.iter().all(|window| window.finding == Finding::Learning));
}
