//! `campanile rules lint`: all that is wrong with rules, each at its place.

use detect::Context;
use detect::lint::{Level, lint};
use detect::sql::Planner;
use miette::Report;

use super::selection::Selection;
use crate::diagnostics::Fault;
use crate::exit::{Exit, Failure, Result};
use crate::terminal::Terminal;

/// Checks. Exit 1 when a rule is not fit to run or to be shipped.
pub fn run(words: &[String], terminal: &Terminal) -> Result<Exit> {
    let selection = Selection::of(words)?;
    let town = Context::default();
    let planner = Planner::new(&town).map_err(|error| Failure::internal(error.to_string()))?;
    let (mut errors, mut warnings) = (0, 0);
    for fault in selection.faults {
        errors += 1;
        terminal.report(Report::new(fault).as_ref());
    }
    for found in selection.rules.iter().flat_map(|rule| lint(rule, &planner)) {
        let mut fault = Fault::of_rule(&found.problem).label(found.code);
        match found.level {
            Level::Error => errors += 1,
            Level::Warning => {
                warnings += 1;
                fault = fault.warning();
            }
        }
        terminal.report(Report::new(fault).as_ref());
    }
    for note in &selection.notes {
        terminal.note(note.to_string());
    }
    let rules = selection.rules.len() + selection.sigma.rules().len();
    let notes = selection.notes.len();
    terminal.note(format!("{rules} rules: {errors} errors, {warnings} warnings, {notes} notes"));
    Ok(if errors > 0 { Exit::Asked } else { Exit::Done })
}
