//! The lines that rules carry, through the very parsers and engine of a scan.

use std::ops::ControlFlow;

use detect::testing::{self, File};
use detect::{Rule, pack};
use ingest::files::{ReadOptions, read_stream};
use parsers::{ParseSettings, Parser, Zone};
use schema::EventBatch;

use crate::health_events;

/// Reception time of test lines, 31 December 2026: a stamp without a year is of 2026, as tests are
/// (µs since 1970 UTC).
const RECEIVED_US: i64 = 1_798_761_599_000_000;

/// Tests of a rule that do not hold, each in words; first those whose lines must ring and do not.
pub fn broken(rule: &Rule) -> Vec<testing::Failure> {
    let others = others(std::slice::from_ref(rule));
    // A rule that cannot run is told when it is to.
    let mut failures = testing::run(rule, &others, &parse).unwrap_or_default();
    failures.sort_by_key(|failure| !failure.is_silent);
    failures
}

/// What a chain may wait for: these rules, and the built-in ones.
pub fn others(rules: &[Rule]) -> Vec<Rule> {
    if rules.iter().all(|rule| rule.chain.is_none()) {
        return Vec::new();
    }
    let mut others = rules.to_vec();
    others.extend(pack::builtin().0.into_iter().filter(|rule| rules.iter().all(|other| other.id != rule.id)));
    others
}

/// The events of a test's file. A zone that does not exist is told by the test's own check.
pub fn parse(file: &File<'_>) -> Vec<EventBatch> {
    let mut options = ReadOptions {
        received_us: Some(RECEIVED_US),
        now_us: RECEIVED_US,
        tenant: file.tenant.into(),
        ..ReadOptions::default()
    };
    let File { name, bytes, .. } = *file;
    let Ok(zone) = Zone::named(file.zone) else { return Vec::new() };
    let mut parser = Parser::new(ParseSettings { format: None, zone }).ok();
    // What the service writes of itself, as it is received from there.
    if name == health_events::SOURCE {
        options.source = health_events::SOURCE.into();
        parser = health_events::parser().ok();
    }
    let Some(parser) = parser else { return Vec::new() };
    let mut events = Vec::new();
    let mut sink = |frames| match parser.parse(&frames) {
        Ok(batches) => {
            events.extend(batches);
            ControlFlow::Continue(())
        }
        Err(_) => ControlFlow::Break(()),
    };
    drop(read_stream(name, bytes, &options, &mut sink));
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_lines_are_read_by_the_real_parsers_in_their_year() {
        let line =
            b"<86>Mar 16 10:00:00 portale sshd[2]: Failed password for root from 203.0.113.9 port 22 ssh2\n";
        let file = |zone| File { name: "test.log", bytes: line, zone, tenant: "default" };
        let events = parse(&file("Europe/Rome"));
        let times = events[0].times(schema::Column::Timestamp).unwrap();
        assert_eq!(crate::output::timestamp::rfc3339(times.value(0)), "2026-03-16T09:00:00.000000Z");
        assert_eq!(events[0].len(), 1);
        assert!(parse(&file("Europe/Roma")).is_empty());
    }
}
