//! Every sample of every format: read alike under `auto` and pinned, alone and among all others.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, which stop at the first surprise"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use parsers::{Format, ParseSettings, Parser, Sample, Zone, formats};
use schema::{Column, EventBatch, Frame, FrameBatch, Kind, Origin, StreamContext};

/// 2026-12-01 00:00 UTC, so that year-less stamps of the samples fall in 2026.
const RECEIVED_US: i64 = 1_796_083_200_000_000;

type Event = BTreeMap<String, String>;

fn parser(format: Option<&str>) -> Parser {
    let zone = Zone::named("Europe/Rome").unwrap();
    Parser::new(ParseSettings { format: format.map(str::to_owned), zone }).unwrap()
}

/// A sample's text: `#` lines (not `# `, with which MySQL's slow log opens) and a CSV header (marked by a line `%header …`) are stream context.
fn frames(samples: &[&Sample]) -> FrameBatch {
    let (mut text, mut frames, mut directives) = (String::new(), Vec::new(), String::new());
    let mut first_line = None;
    for (seq, sample) in (1..).zip(samples) {
        let mut body = sample.text;
        while body.starts_with('#') && !body.starts_with("# ") {
            let (line, rest) = body.split_once('\n').unwrap_or((body, ""));
            directives.push_str(line);
            directives.push('\n');
            body = rest;
        }
        if let Some(rest) = body.strip_prefix("%header ") {
            let (line, rest) = rest.split_once('\n').unwrap_or((rest, ""));
            first_line = Some(Arc::from(line));
            body = rest;
        }
        let start = text.len() as u32;
        text.push_str(body);
        frames.push(Frame { start, end: text.len() as u32, seq, sub: 0 });
        text.push('\n');
    }
    let origin = Origin { collector: "sample".into(), source: "test".into(), tenant: "default".into() };
    let directives = (!directives.is_empty()).then(|| Arc::from(directives));
    FrameBatch::new(
        Arc::new(origin),
        RECEIVED_US,
        StreamContext { directives, first_line },
        text,
        frames,
        vec![],
    )
}

fn events(parser: &Parser, batch: &FrameBatch) -> BTreeMap<i64, Event> {
    let mut events = BTreeMap::new();
    for batch in parser.parse(batch).unwrap() {
        for row in 0..batch.len() {
            let seq = batch.ints(Column::Seq).unwrap().value(row);
            assert!(events.insert(seq, event(&batch, row)).is_none(), "one event a frame");
        }
    }
    events
}

fn event(batch: &EventBatch, row: usize) -> Event {
    use arrow::array::Array;
    let mut event = Event::new();
    for column in Column::ALL {
        if *column == Column::Seq || batch.array(*column).is_null(row) {
            continue;
        }
        let value = match column.kind() {
            Kind::Text => batch.texts(*column).unwrap().value(row).to_owned(),
            Kind::Int => batch.ints(*column).unwrap().value(row).to_string(),
            Kind::Time => utc(batch.times(*column).unwrap().value(row)),
        };
        event.insert(column.name().to_owned(), value);
    }
    for field in batch.fields() {
        if field.values.is_valid(row) {
            event.insert(format!("fields.{}", field.key), field.values.value(row).to_owned());
        }
    }
    event
}

/// `2026-03-16T08:12:44.112000Z`.
fn utc(time_us: i64) -> String {
    let time = jiff::Timestamp::from_microsecond(time_us).unwrap();
    format!("{time:.6}")
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
