//! An event that a rule matches, as a line that a device could send, and one of the same kind that it does not.
//!
//! Promises: best effort; whether a line does what is said of it is for the rule's tests to find out. Windows events only:
//! they keep Sigma's names, so that any of them can be written. Must not know: SQL.

use std::collections::BTreeMap;

use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::{Map, Value};

use crate::sigma::atoms::{AtomTable, Operand, OperandId};
use crate::sigma::fields::{OF_4688, View};
use crate::sigma::formula::Formula;
use crate::sigma::matcher::{Matcher, Order};
use crate::sigma::pattern::{Pattern, Piece, Run};
use crate::sigma::routes::Route;

/// Most characters of a made value.
const VALUE_CHARS_MAX: usize = 4_096;

/// A line, and whether the rule rings at it.
#[derive(Debug)]
pub(super) struct Sample {
    pub(super) line: String,
    pub(super) rings: bool,
}

/// Samples for the first Windows route of a rule.
pub(super) fn of(by_view: &[(View, Vec<&Route>)], formula: &Formula, atoms: &AtomTable) -> Vec<Sample> {
    let of_windows = by_view.iter().find_map(|(view, routes)| match routes.first() {
        Some(Route::Windows { channels, event_ids, event_types, .. }) => {
            Some((*view, [channels.first(), event_ids.first(), event_types.first()]))
        }
        _ => None,
    });
    let Some((view, [channel, event_id, event_type])) = of_windows else { return Vec::new() };
    let own = [
        ("Channel", channel.copied().unwrap_or("Application")),
        ("EventID", event_id.copied().unwrap_or("1")),
        ("Provider_Name", "Microsoft-Windows-Sysmon"),
        ("Computer", "PC-01.comune.example"),
    ];
    let own = own.into_iter().chain(event_type.map(|text| ("EventType", *text)));
    let own: BTreeMap<String, String> = own.map(|(key, text)| (key.to_owned(), text.to_owned())).collect();
    let mut made = Made { atoms, values: BTreeMap::new() };
    let mut samples = vec![Sample { line: line(&own), rings: false }];
    if made.satisfy(formula) {
        let mut event = own;
        for (operand, value) in made.values {
            if let Some(Operand::Field(name)) = atoms.operand_of(operand) {
                event.insert(key_of(name, view).to_owned(), value.text());
            }
        }
        samples.insert(0, Sample { line: line(&event), rings: true });
    }
    samples
}

fn key_of(name: &str, view: View) -> &str {
    let renamed = OF_4688.iter().find(|(sysmon, _)| view == View::Security4688 && *sysmon == name);
    renamed.map_or(name, |(_, security)| *security)
}

/// A flat object. A brace of a value is no placeholder of a test's line.
fn line(event: &BTreeMap<String, String>) -> String {
    let mut object = Map::new();
    for (key, text) in event {
        object.insert(key.clone(), Value::from(text.replace('{', "{{")));
    }
    let object = Value::Object(object).to_string();
    format!("{{\"@timestamp\":\"{{utc}}\",{}", object.trim_start_matches('{'))
}

/// What a value must have.
#[derive(Debug, Default)]
struct Wanted {
    whole: Option<String>,
    start: String,
    parts: Vec<String>,
    end: String,
}

impl Wanted {
    fn text(&self) -> String {
        if let Some(whole) = &self.whole {
            return whole.clone();
        }
        let parts = self.parts.iter().map(String::as_str);
        let text: Vec<&str> =
            [self.start.as_str()].into_iter().chain(parts).chain([self.end.as_str()]).collect();
        let text: Vec<&str> = text.into_iter().filter(|part| !part.is_empty()).collect();
        text.join(" ").chars().take(VALUE_CHARS_MAX).collect()
    }
}

/// The values of an event that is being made.
struct Made<'a> {
    atoms: &'a AtomTable,
    values: BTreeMap<OperandId, Wanted>,
}

impl Made<'_> {
    /// Adds what makes the formula hold; false when that cannot be made. What must not be is left out and hoped for.
    fn satisfy(&mut self, formula: &Formula) -> bool {
        match formula {
            Formula::Not(_) => true,
            Formula::All(parts) => parts.iter().all(|part| self.satisfy(part)),
            // What is said of an event comes before what is not said.
            Formula::Any(parts) => {
                let is_negative = |part: &&Formula| matches!(part, Formula::Not(_));
                let positive = parts.iter().filter(|part| !is_negative(part));
                positive.chain(parts.iter().filter(is_negative)).any(|part| self.satisfy(part))
            }
            Formula::AtLeast(least, parts) => {
                parts.iter().filter(|part| self.satisfy(part)).take(*least).count() == *least
            }
            Formula::Atom(id) => {
                let Some(atom) = self.atoms.get(*id) else { return false };
                self.ask(atom.operand, &atom.matcher)
            }
        }
    }

    fn ask(&mut self, operand: OperandId, matcher: &Matcher) -> bool {
        let wanted = self.values.entry(operand).or_default();
        match matcher {
            Matcher::Present | Matcher::Text { pattern: Pattern::Any, .. } => {
                wanted.parts.push("x".to_owned())
            }
            Matcher::Text { pattern, .. } => match pattern {
                Pattern::Any => {}
                Pattern::Equals(text) => wanted.whole = Some(text.clone()),
                Pattern::Starts(text) => wanted.start = text.clone(),
                Pattern::Ends(text) => wanted.end = text.clone(),
                Pattern::Contains(sought) => wanted.parts.push(sought.text().to_owned()),
                Pattern::Whole(run) => wanted.whole = Some(example_of_run(run)),
                Pattern::Runs { first, middle, last } => {
                    wanted.start.push_str(&example_of_run(first));
                    wanted.parts.extend(middle.iter().map(example_of_run));
                    wanted.end.insert_str(0, &example_of_run(last));
                }
            },
            Matcher::Regex(regex) => {
                match regex_syntax::parse(regex.as_str()).ok().and_then(|hir| example(&hir)) {
                    Some(text) => wanted.parts.push(text),
                    None => return false,
                }
            }
            Matcher::Network { address, .. } => wanted.whole = Some(address.to_string()),
            Matcher::Number { order, number } => {
                let number = match order {
                    Order::Less => number - 1.0,
                    Order::Greater => number + 1.0,
                    Order::LessOrEqual | Order::Equal | Order::GreaterOrEqual => *number,
                };
                wanted.whole = Some(number.to_string());
            }
            Matcher::Time { .. } | Matcher::SameAs { .. } => return false,
        }
        true
    }
}

fn example_of_run(run: &Run) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::One => "x".to_owned(),
        Piece::Many => String::new(),
        Piece::Dash => "-".to_owned(),
    };
    run.pieces().iter().map(piece).collect()
}

/// A short text that an expression matches; none where it is too long.
fn example(hir: &Hir) -> Option<String> {
    let text = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => String::new(),
        HirKind::Literal(literal) => String::from_utf8(literal.0.to_vec()).ok()?,
        HirKind::Class(Class::Unicode(class)) => {
            let in_class =
                |letter: &char| class.iter().any(|range| (range.start()..=range.end()).contains(letter));
            let plain = ('a'..='z').chain('0'..='9').find(in_class);
            plain.or_else(|| class.iter().next().map(|range| range.start()))?.to_string()
        }
        HirKind::Class(Class::Bytes(_)) => return None,
        HirKind::Repetition(repetition) => {
            let one = example(&repetition.sub)?;
            let times = repetition.min as usize;
            if one.len().saturating_mul(times) > VALUE_CHARS_MAX {
                return None;
            }
            one.repeat(times)
        }
        HirKind::Capture(capture) => example(&capture.sub)?,
        HirKind::Concat(parts) => parts.iter().map(example).collect::<Option<String>>()?,
        HirKind::Alternation(parts) => parts.iter().find_map(example)?,
    };
    (text.len() <= VALUE_CHARS_MAX).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_of_an_expression_is_matched_by_it() {
        for expression in [r"^C:\\Users\\[^\\]+\.dat$", "(?i)(foo|bar){2}x?", r"\d{3}-\w+", "[^a-z0-9]{2}"] {
            let text = example(&regex_syntax::parse(expression).unwrap()).unwrap();
            assert!(regex::Regex::new(expression).unwrap().is_match(&text), "{expression}: {text}");
        }
        assert_eq!(example(&regex_syntax::parse("(a{1000}){1000}").unwrap()), None);
    }
}
