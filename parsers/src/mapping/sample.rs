//! Samples of a mapping file, run as tests.

use std::sync::Arc;

use schema::{Frame, FrameBatch, Origin, StreamContext};

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
    let batches = parser.parse(&frames(sample)).unwrap_or_default();
    let event = batches.first().map(|batch| batch.event(0)).unwrap_or_default();
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
    let context =
        StreamContext { first_line: sample.header.as_deref().map(Arc::from), ..StreamContext::default() };
    FrameBatch::new(Arc::new(origin), RECEIVED_US, context, text, vec![frame], vec![])
}
