//! Every sample of every format: read alike under `auto` and pinned, alone and among all others.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, which stop at the first surprise"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use parsers::format::stream;
use parsers::{Format, ParseSettings, Parser, Sample, Zone, formats};
use schema::{Column, Event, Flaw, Frame, FrameBatch, Origin, StreamContext};

/// 2026-12-01 00:00 UTC, so that year-less stamps of the samples fall in 2026.
const RECEIVED_US: i64 = 1_796_083_200_000_000;

fn parser(format: Option<&str>) -> Parser {
    let zone = Zone::named("Europe/Rome").unwrap();
    Parser::new(ParseSettings { format: format.map(str::to_owned), zone }).unwrap()
}

/// The samples as one stream, under the header of the last one that has any.
fn frames(samples: &[&Sample]) -> FrameBatch {
    let (mut text, mut frames, mut context) = (String::new(), Vec::new(), StreamContext::default());
    for (seq, sample) in (1..).zip(samples) {
        let (header, body) = stream(sample.text);
        if header != StreamContext::default() {
            context = header;
        }
        let start = text.len() as u32;
        text.push_str(body);
        frames.push(Frame { start, end: text.len() as u32, seq, sub: 0 });
        text.push('\n');
    }
    let origin = Origin { collector: "sample".into(), source: "test".into(), tenant: "default".into() };
    FrameBatch::new(Arc::new(origin), RECEIVED_US, context, text, frames, vec![])
}

fn events(parser: &Parser, batch: &FrameBatch) -> BTreeMap<i64, Event> {
    let mut events = BTreeMap::new();
    for batch in parser.parse(batch).unwrap() {
        for row in 0..batch.len() {
            let seq = batch.ints(Column::Seq).unwrap().value(row);
            let mut event = batch.event(row);
            event.remove(Column::Seq.name());
            assert!(events.insert(seq, event).is_none(), "one event a frame");
        }
    }
    events
}

fn all_samples() -> Vec<(&'static Format, &'static Sample)> {
    formats::ALL
        .iter()
        .flat_map(|format| format.samples.iter().map(move |sample| (*format, sample)))
        .collect()
}

#[test]
fn every_sample_becomes_the_event_it_says_under_auto() {
    let auto = parser(None);
    let mut wrong = Vec::new();
    for (format, sample) in all_samples() {
        let event = events(&auto, &frames(&[sample])).remove(&1).unwrap();
        let place = format!("{} / {}", format.name, sample.about);
        if event["format"] != format.name {
            wrong.push(format!("{place}: read as {}", event["format"]));
        }
        for (column, expected) in sample.expect {
            if event.get(*column).map(String::as_str) != Some(*expected) {
                wrong.push(format!("{place}: {column} is {:?}, not {expected:?}", event.get(*column)));
            }
        }
        for column in sample.absent {
            if let Some(value) = event.get(*column) {
                wrong.push(format!("{place}: {column} must stay null, is {value:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Formats that know no failure, and the sample that comes nearest to one.
const WITHOUT_FAILURES: &[(&str, &str)] = &[
    ("fail2ban", "an address is banned"),
    ("pdnd_json", "no time is said"),
    ("nfdump_csv", "columns of nfdump 1.7"),
    ("arpwatch", "an address answers from another card"),
    ("scanlogd", "a scan"),
    ("pihole_ftl", "a client asks too often"),
    ("mysql_slow", "how long it took"),
    ("teamviewer", "a session that never ended"),
];

/// Refused, failed, or an error by its own level.
fn is_failure(event: &Event) -> bool {
    let is = |column: &str, words: &[&str]| {
        event.get(column).is_some_and(|value| words.contains(&value.to_ascii_lowercase().as_str()))
    };
    is("event_outcome", &["failure"]) || is("log_level", &["error", "critical", "fatal", "severe"])
}

#[test]
fn every_format_shows_a_failure_a_cut_line_and_an_attackers_text() {
    let auto = parser(None);
    let read = |sample: &Sample| events(&auto, &frames(&[sample])).remove(&1).unwrap();
    let mut lacking = Vec::new();
    for format in formats::ALL {
        let has = |fits: &dyn Fn(&Sample) -> bool| format.samples.iter().any(fits);
        let without = WITHOUT_FAILURES.iter().find(|(name, _)| *name == format.name);
        let has_failure = match without {
            None => has(&|sample| is_failure(&read(sample))),
            Some((_, about)) => has(&|sample| sample.about == *about),
        };
        for (what, is_there) in [
            ("five samples", format.samples.len() >= 5),
            ("a failure", has_failure),
            (
                "a truncated line with what must stay null",
                has(&|sample| sample.is_truncated() && !sample.absent.is_empty()),
            ),
            ("a hostile line", has(&Sample::is_hostile)),
        ] {
            if !is_there {
                lacking.push(format!("{} has no {what}", format.name));
            }
        }
    }
    assert!(lacking.is_empty(), "{} lack:\n{}", lacking.len(), lacking.join("\n"));
}

#[test]
fn a_pinned_format_reads_its_samples_as_auto_does() {
    let auto = parser(None);
    for (format, sample) in all_samples() {
        let batch = frames(&[sample]);
        assert_eq!(
            events(&parser(Some(format.name)), &batch),
            events(&auto, &batch),
            "{} / {}",
            format.name,
            sample.about
        );
    }
}

#[test]
fn what_was_read_before_changes_no_event() {
    let auto = parser(None);
    // Samples with a stream header of their own cannot share a stream.
    let samples: Vec<&Sample> = all_samples()
        .into_iter()
        .map(|(_, sample)| sample)
        .filter(|sample| sample.text.starts_with("# ") || !sample.text.starts_with(['#', '%']))
        .collect();
    let alone: Vec<Event> =
        samples.iter().map(|sample| events(&auto, &frames(&[sample])).remove(&1).unwrap()).collect();
    // A fixed walk over all positions with a stride coprime to the count is as good as a shuffle.
    for stride in [1, 7, 11, 13] {
        let order: Vec<usize> =
            (0..samples.len()).map(|index| (index * stride + 3) % samples.len()).collect();
        let mixed: Vec<&Sample> = order.iter().map(|index| samples[*index]).collect();
        let together = events(&auto, &frames(&mixed));
        for (position, index) in order.iter().enumerate() {
            assert_eq!(together[&(position as i64 + 1)], alone[*index], "{}", samples[*index].about);
        }
    }
}

/// Formats with a failure whose first words are a success's, or whose values have no end of their own.
const SAME_UP_TO_THE_LAST: &[&str] = &["exchange_protocol", "f5_bigip", "fortigate", "qnap"];

#[test]
fn a_failure_that_is_cut_between_two_words_is_never_a_success() {
    let auto = parser(None);
    let mut wrong = Vec::new();
    for (format, sample) in all_samples() {
        let is_line = !sample.text.starts_with(['#', '%']) && !sample.text.contains('\n');
        let is_failure = |event: &Event| event.get("event_outcome").is_some_and(|said| said == "failure");
        // An attacker's text may say anything, and be the last there is.
        let is_known = SAME_UP_TO_THE_LAST.contains(&format.name);
        if !is_line || is_known || sample.is_hostile() || !is_failure(&events(&auto, &frames(&[sample]))[&1])
        {
            continue;
        }
        let text = sample.text;
        let is_word =
            |at: usize| matches!(text.as_bytes()[at], b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_');
        let cuts: Vec<usize> = (text.len() / 8..text.len())
            .filter(|at| text.is_char_boundary(*at) && is_word(at - 1) && !is_word(*at))
            .collect();
        let frames =
            (1..).zip(&cuts).map(|(seq, cut)| Frame { start: 0, end: *cut as u32, seq, sub: 0 }).collect();
        let origin = Origin { collector: "x".into(), source: "t".into(), tenant: "d".into() };
        let context = StreamContext::default();
        let batch = FrameBatch::new(Arc::new(origin), RECEIVED_US, context, text.to_owned(), frames, vec![]);
        for (cut, event) in cuts.iter().zip(events(&auto, &batch).values()) {
            let is_success = event.get("event_outcome").is_some_and(|said| said == "success");
            if event["format"] == format.name && is_success && !event.contains_key("parse_error") {
                let read = text.get(..*cut).unwrap_or_default();
                wrong.push(format!("{} / {}: {read}", format.name, sample.about));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// The event of a line, with what its reader had to do to it.
fn event_of(line: &str, flaw: Option<Flaw>) -> Event {
    let origin = Origin { collector: "x".into(), source: "t".into(), tenant: "d".into() };
    let frame = Frame { start: 0, end: line.len() as u32, seq: 1, sub: 0 };
    let flaws = flaw.map(|flaw| (0, flaw)).into_iter().collect();
    let context = StreamContext::default();
    let batch = FrameBatch::new(Arc::new(origin), RECEIVED_US, context, line.to_owned(), vec![frame], flaws);
    events(&parser(None), &batch).remove(&1).unwrap()
}

#[test]
fn a_line_that_was_cut_at_the_limit_keeps_what_is_read_and_says_so() {
    let line = "<86>Mar 16 02:40:11 gw sshd[2]: Failed password for root from 198.51.100.23 port 51022 ssh2";
    let event = event_of(line, Some(Flaw::Truncated));
    assert_eq!(event["parse_error"], "line longer than the limit, the rest was cut");
    assert_eq!((&*event["source_ip"], &*event["format"]), ("198.51.100.23", "openssh"));
    let event = event_of(line, Some(Flaw::Recoded));
    assert_eq!(event["fields.recoded"], "windows-1252");
    assert!(!event.contains_key("parse_error"));
}

#[test]
fn of_a_line_both_cut_and_recoded_both_are_said_and_the_next_line_s_too() {
    let origin = Origin { collector: "x".into(), source: "t".into(), tenant: "d".into() };
    let frame = |start, seq| Frame { start, end: start + 3, seq, sub: 0 };
    let flaws = vec![(0, Flaw::Truncated), (0, Flaw::Recoded), (1, Flaw::Truncated)];
    let (context, frames) = (StreamContext::default(), vec![frame(0, 1), frame(3, 2)]);
    let batch = FrameBatch::new(Arc::new(origin), RECEIVED_US, context, "uno due".to_owned(), frames, flaws);
    let read = events(&parser(None), &batch);
    let said = |seq: i64| (read[&seq].contains_key("parse_error"), read[&seq].contains_key("fields.recoded"));
    assert_eq!((said(1), said(2)), ((true, true), (true, false)));
}

#[test]
fn control_bytes_stay_in_the_text_and_hide_no_column() {
    let coloured = "\u{1b}[31mLogin failed for user 'verdi' from 192.0.2.7\u{1b}[0m";
    let event = event_of(coloured, None);
    assert_eq!((&*event["source_ip"], &*event["user_name"]), ("192.0.2.7", "verdi"));
    assert_eq!(event["message"], coloured);
    let event = event_of(
        "<86>Mar 16 02:40:11 gw sshd[2]: Failed password for invalid user a\0\u{1b}[2Jb from 198.51.100.23 port 1 ssh2",
        None,
    );
    assert_eq!((&*event["source_ip"], &*event["user_name"]), ("198.51.100.23", "a\0\u{1b}[2Jb"));
}

#[test]
fn any_bytes_become_one_event_with_their_text_kept() {
    let auto = parser(None);
    proptest::proptest!(|(line in "\\PC{0,200}")| {
        let origin = Origin { collector: "x".into(), source: "t".into(), tenant: "d".into() };
        let frame = Frame { start: 0, end: line.len() as u32, seq: 1, sub: 0 };
        let batch = FrameBatch::new(Arc::new(origin), RECEIVED_US, StreamContext::default(), line.clone(), vec![frame], vec![]);
        let event = events(&auto, &batch).remove(&1).unwrap();
        proptest::prop_assert!(line.ends_with(&event["message"]));
    });
}
