//! `campanile rules test`: the tests that rules carry, through the very parsers and engine of a scan.

use std::ops::ControlFlow;

use detect::testing::{self, File};
use detect::{Problem, Rule, pack};
use ingest::files::{ReadOptions, read_stream};
use miette::Report;
use parsers::{ParseSettings, Parser, Zone};
use rayon::prelude::*;
use schema::EventBatch;

use super::selection::Selection;
use crate::diagnostics::Fault;
use crate::exit::{Exit, Result};
use crate::health_events;
use crate::terminal::Terminal;

/// Reception time of test lines, 31 December 2026: a stamp without a year is of 2026, as tests are
/// (µs since 1970 UTC).
const RECEIVED_US: i64 = 1_798_761_599_000_000;

/// What the tests of one rule came to, or why it cannot run.
type Outcome = std::result::Result<Vec<testing::Failure>, Vec<Problem>>;

/// Runs the tests. Exit 1 when one fails or a rule cannot run.
pub fn run(words: &[String], terminal: &Terminal) -> Result<Exit> {
    let selection = Selection::of(words)?;
    let mut failed = selection.faults.len();
    for fault in selection.faults {
        terminal.report(Report::new(fault).as_ref());
    }
    let others = others(&selection.rules);
    let outcomes: Vec<Outcome> =
        selection.rules.par_iter().map(|rule| testing::run(rule, &others, &parse)).collect();
    let mut tests = 0;
    for (rule, outcome) in selection.rules.iter().zip(outcomes) {
        tests += rule.tests.len();
        match outcome {
            Ok(failures) => {
                failed += failures.len();
                for failure in failures {
                    terminal.error_text(&failure.to_string());
                }
            }
            Err(problems) => {
                failed += 1;
                for problem in problems {
                    terminal.report(Report::new(Fault::of_rule(&problem)).as_ref());
                }
            }
        }
    }
    let rules = selection.rules.len();
    terminal.note(format!("{rules} rules, {tests} tests, each at eleven clocks: {failed} failed"));
    let sigma = selection.sigma.rules().len();
    if sigma > 0 {
        terminal.note(format!("{sigma} Sigma rules carry no tests"));
    }
    Ok(if failed > 0 { Exit::Asked } else { Exit::Done })
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
