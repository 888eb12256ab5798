//! `campanile rules convert`: a Sigma rule as a SQL rule, to be read and edited.

use detect::pack::RuleFile;

use super::selection::Selection;
use super::show;
use crate::detections::loading::tell_faults;
use crate::detections::own_lines;
use crate::exit::{Exit, Failure, Result};
use crate::terminal::Terminal;

/// Prints the rule's SQL.
pub fn run(word: &str, terminal: &Terminal) -> Result<Exit> {
    let selection = Selection::of(&[word.to_owned()])?;
    let text = match selection.sigma.rules() {
        [] if selection.rules.is_empty() && !selection.files.iter().any(RuleFile::is_sigma) => {
            let help = "name a .yml file with one, or the id of a built-in one";
            return Err(Failure::usage_text(format!("{word} holds no Sigma rule"), help));
        }
        [] if selection.rules.is_empty() => {
            tell_faults(selection.faults, terminal);
            return Ok(Exit::Usage);
        }
        [] => {
            let help = format!("`campanile rules show {word}` prints it");
            return Err(Failure::usage_text(format!("{word} is SQL already"), help));
        }
        [_] => selection.sigma.convert(0).map(|conversion| conversion.tested(&own_lines::parse)),
        rules => {
            let message = format!("{word} holds {} Sigma rules", rules.len());
            return Err(Failure::usage_text(
                message,
                "name a file with one: the SQL of a rule is a file of its own",
            ));
        }
    };
    let text = text.map_err(|unsayable| {
        Failure::usage_text(format!("{word} has no SQL: {}", unsayable.reason), unsayable.help)
    })?;
    for note in &selection.notes {
        terminal.note(note.to_string());
    }
    let exit = show::print(&text, terminal)?;
    if !text.contains("alerts = [{}]") {
        terminal.note("no event could be made for its tests: add [[test]] with lines of a device");
    }
    Ok(exit)
}
