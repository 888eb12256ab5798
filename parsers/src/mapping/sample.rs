//! Samples of a mapping file, run as tests.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::Array;
use schema::{Column, EventBatch, Frame, FrameBatch, Kind, Origin, StreamContext};

use super::{Mapping, MappingSample};
use crate::parser::Parser;
use crate::time::Zone;

/// 2026-12-01 00:00 UTC: samples are read as received then, their zone Europe/Rome.
const RECEIVED_US: i64 = 1_796_083_200_000_000;

/// A sample that became something else.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("sample `{about}`: {column} {}", match (.found, .expected) {
    (None, Some(expected)) => format!("is missing, not `{expected}`"),
    (Some(found), Some(expected)) => format!("is `{found}`, not `{expected}`"),
    (Some(found), None) => format!("is `{found}` and must stay empty"),
    (None, None) => "cannot be read".to_owned(),
})]
pub struct SampleFailure {
    /// What the sample shows.
    pub about: String,
    /// The column.
    pub column: String,
    /// What it became.
    pub found: Option<String>,
    /// What the sample says; none when it must stay empty.
    pub expected: Option<String>,
}

/// Runs every sample.
pub(super) fn check(mapping: &Arc<Mapping>) -> Vec<SampleFailure> {
    let zone = Zone::named("Europe/Rome").unwrap_or_else(|_| Zone::utc());
    let parser = Parser::with_mapping(Arc::clone(mapping), zone);
    mapping.samples.iter().flat_map(|sample| failures(&parser, sample)).collect()
}

fn failures(parser: &Parser, sample: &MappingSample) -> Vec<SampleFailure> {
    let event =
        parser.parse(&frames(sample)).ok().and_then(|batches| batches.first().map(event)).unwrap_or_default();
    let failure = |column: &str, found: Option<&String>, expected: Option<&String>| SampleFailure {
        about: sample.about.clone(),
        column: column.to_owned(),
        found: found.cloned(),
        expected: expected.cloned(),
    };
    let wrong = sample.expect.iter().filter_map(|(column, expected)| {
        let found = event.get(column);
        (found != Some(expected)).then(|| failure(column, found, Some(expected)))
    });
    let unwanted = sample.absent.iter().filter_map(|column| {
        let found = event.get(column);
        found.is_some().then(|| failure(column, found, None))
    });
    wrong.chain(unwanted).collect()
}

fn frames(sample: &MappingSample) -> FrameBatch {
    let text = sample.text.clone();
    let origin = Origin { collector: "sample".into(), source: "sample".into(), tenant: "default".into() };
    let frame = Frame { start: 0, end: text.len() as u32, seq: 1, sub: 0 };
    let context = StreamContext { directives: None, first_line: sample.header.as_deref().map(Arc::from) };
    FrameBatch::new(Arc::new(origin), RECEIVED_US, context, text, vec![frame], vec![])
}

/// The first event of a batch as text by column.
fn event(batch: &EventBatch) -> BTreeMap<String, String> {
    let mut event = BTreeMap::new();
    for column in Column::ALL {
        if batch.array(*column).is_null(0) {
            continue;
        }
        let value = match column.kind() {
            Kind::Text => batch.texts(*column).map(|texts| texts.value(0).to_owned()),
            Kind::Int => batch.ints(*column).map(|ints| ints.value(0).to_string()),
            Kind::Time => batch.times(*column).and_then(|times| {
                jiff::Timestamp::from_microsecond(times.value(0)).ok().map(|time| format!("{time:.6}"))
            }),
        };
        if let Some(value) = value {
            event.insert(column.name().to_owned(), value);
        }
    }
    for field in batch.fields() {
        if field.values.is_valid(0) {
            event.insert(format!("fields.{}", field.key), field.values.value(0).to_owned());
        }
    }
    event
}
