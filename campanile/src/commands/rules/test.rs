//! `campanile rules test`: the tests that rules carry, through the very parsers and engine of a scan.

use detect::{Problem, testing};
use miette::Report;
use rayon::prelude::*;

use super::selection::Selection;
use crate::detections::own_lines;
use crate::diagnostics::Fault;
use crate::exit::{Exit, Result};
use crate::terminal::Terminal;

/// What the tests of one rule came to, or why it cannot run.
type Outcome = std::result::Result<Vec<testing::Failure>, Vec<Problem>>;

/// Runs the tests. Exit 1 when one fails or a rule cannot run.
pub fn run(words: &[String], terminal: &Terminal) -> Result<Exit> {
    let selection = Selection::of(words)?;
    let mut failed = selection.faults.len();
    for fault in selection.faults {
        terminal.report(Report::new(fault).as_ref());
    }
    let others = own_lines::others(&selection.rules);
    let outcomes: Vec<Outcome> =
        selection.rules.par_iter().map(|rule| testing::run(rule, &others, &own_lines::parse)).collect();
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
