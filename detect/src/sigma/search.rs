//! The searches of a rule and the condition over them, as one formula.
//!
//! Promises: a name that is no search of the rule is an error with the nearest one; the formula's size
//! is bounded. Must not know: events.

use std::collections::BTreeMap;

use rsigma_parser::{ConditionExpr, Detection, Detections, Quantifier, SelectorPattern};

use super::atoms::AtomTable;
use super::formula::Formula;
use super::item::{compile_item, compile_keywords};
use super::problem::{ProblemKind, nearest};

/// Nodes that a rule's formula may have.
const NODES_MAX: usize = 200_000;

/// The formula of a whole detection section: any of its conditions.
pub(super) fn compile_detections(
    detections: &Detections,
    atoms: &mut AtomTable,
) -> Result<Formula, ProblemKind> {
    let mut searches = BTreeMap::new();
    // In order of name: the parser's own order changes from run to run.
    let named: BTreeMap<&String, &Detection> = detections.named.iter().collect();
    for (name, detection) in named {
        searches.insert(name.as_str(), compile_search(name, detection, atoms)?);
    }
    let mut nodes_left = NODES_MAX;
    let conditions = detections
        .conditions
        .iter()
        .map(|condition| compile_condition(condition, &searches, &mut nodes_left))
        .collect::<Result<Vec<_>, _>>()?;
    if conditions.is_empty() {
        return Err(ProblemKind::MissingField { field: "condition".to_owned(), nearest: None });
    }
    Ok(Formula::any(conditions))
}

fn compile_search(name: &str, detection: &Detection, atoms: &mut AtomTable) -> Result<Formula, ProblemKind> {
    let empty = || ProblemKind::EmptySearch(name.to_owned());
    match detection {
        Detection::AllOf(items) if items.is_empty() => Err(empty()),
        Detection::AllOf(items) => {
            let parts = items.iter().map(|item| compile_item(item, atoms)).collect::<Result<_, _>>()?;
            Ok(Formula::all(parts))
        }
        Detection::AnyOf(list) if list.is_empty() => Err(empty()),
        Detection::AnyOf(list) => {
            let parts = list.iter().map(|part| compile_search(name, part, atoms));
            Ok(Formula::any(parts.collect::<Result<_, _>>()?))
        }
        Detection::Keywords(values) if values.is_empty() => Err(empty()),
        Detection::Keywords(values) => compile_keywords(values, atoms),
        Detection::And(list) => {
            let parts = list.iter().map(|part| compile_search(name, part, atoms));
            Ok(Formula::all(parts.collect::<Result<_, _>>()?))
        }
        Detection::ArrayMatch { field, .. } => Err(ProblemKind::ArrayMatching(field.clone())),
        Detection::Conditional { .. } => Err(ProblemKind::ArrayMatching(name.to_owned())),
    }
}

fn compile_condition(
    condition: &ConditionExpr,
    searches: &BTreeMap<&str, Formula>,
    nodes_left: &mut usize,
) -> Result<Formula, ProblemKind> {
    let mut each = |parts: &[ConditionExpr]| {
        parts.iter().map(|part| compile_condition(part, searches, nodes_left)).collect::<Result<Vec<_>, _>>()
    };
    match condition {
        ConditionExpr::And(parts) => Ok(Formula::all(each(parts)?)),
        ConditionExpr::Or(parts) => Ok(Formula::any(each(parts)?)),
        ConditionExpr::Not(inner) => Ok(compile_condition(inner, searches, nodes_left)?.negate()),
        ConditionExpr::Identifier(name) => match searches.get(name.as_str()) {
            Some(formula) => take(formula, nodes_left),
            None => Err(unknown_search(name, searches)),
        },
        ConditionExpr::Selector { quantifier, pattern } => {
            let chosen: Vec<&Formula> = searches
                .iter()
                .filter(|(name, _)| is_selected(pattern, name))
                .map(|(_, formula)| formula)
                .collect();
            if chosen.is_empty() {
                return Err(unknown_search(&pattern.to_string(), searches));
            }
            let parts = chosen.into_iter().map(|formula| take(formula, nodes_left));
            let parts = parts.collect::<Result<Vec<_>, _>>()?;
            Ok(match quantifier {
                Quantifier::Any => Formula::any(parts),
                Quantifier::All => Formula::all(parts),
                Quantifier::Count(count) => {
                    Formula::AtLeast(usize::try_from(*count).unwrap_or(usize::MAX), parts)
                }
            })
        }
    }
}

/// A copy of a search, as long as the rule stays within its bound.
fn take(formula: &Formula, nodes_left: &mut usize) -> Result<Formula, ProblemKind> {
    *nodes_left = nodes_left
        .checked_sub(formula.size())
        .ok_or_else(|| ProblemKind::Condition("it asks for more than a rule may hold".to_owned()))?;
    Ok(formula.clone())
}

/// `them` leaves out names that begin with `_`; a pattern has any number of `*`.
fn is_selected(pattern: &SelectorPattern, name: &str) -> bool {
    let SelectorPattern::Pattern(pattern) = pattern else { return !name.starts_with('_') };
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

fn unknown_search(name: &str, searches: &BTreeMap<&str, Formula>) -> ProblemKind {
    let nearest = nearest(name, searches.keys().copied());
    ProblemKind::UnknownSearch { name: name.to_owned(), nearest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_of_searches_may_have_stars_anywhere() {
        let pattern = |text: &str| SelectorPattern::Pattern(text.to_owned());
        assert!(is_selected(&pattern("selection_*"), "selection_img"));
        assert!(is_selected(&pattern("sel*img"), "selection_img"));
        assert!(is_selected(&pattern("*_c*_*"), "filter_cli_one"));
        assert!(!is_selected(&pattern("selection_*"), "selection"));
        assert!(!is_selected(&pattern("filter"), "filter_main"));
        assert!(!is_selected(&pattern("aba*aba"), "aba"));
        assert!(is_selected(&SelectorPattern::Them, "x") && !is_selected(&SelectorPattern::Them, "_x"));
    }
}
