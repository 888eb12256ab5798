//! Atoms that a rule cannot match without: when none of them fired in a batch, the rule is not entered.
//!
//! Promises: wherever the formula holds, one of its necessary atoms does. Must not know: batches.

use super::atoms::{AtomId, AtomTable};
use super::formula::Formula;

/// Atoms one of which holds wherever `formula` does, the rarest such set; none when the formula may hold
/// without any atom that leaves a trace.
pub(super) fn necessary(formula: &Formula, atoms: &AtomTable) -> Option<Vec<AtomId>> {
    let mut found = rarest(formula, atoms)?.atoms;
    found.sort_unstable();
    found.dedup();
    Some(found)
}

struct Set {
    atoms: Vec<AtomId>,
    /// How common it may be that one of them holds.
    weight: u64,
}

fn rarest(formula: &Formula, atoms: &AtomTable) -> Option<Set> {
    match formula {
        Formula::Atom(id) => {
            let clue = atoms.get(*id)?.clue.as_ref()?;
            Some(Set { atoms: vec![*id], weight: clue.weight() })
        }
        Formula::Not(_) => None,
        Formula::All(parts) => {
            parts.iter().filter_map(|part| rarest(part, atoms)).min_by_key(|set| set.weight)
        }
        Formula::Any(parts) => one_of(parts.iter().map(|part| rarest(part, atoms))),
        // Of any so many parts that fewer than `least` are left out, one holds.
        Formula::AtLeast(least, parts) => {
            let spare = least.checked_sub(1)?;
            let mut sets: Vec<Option<Set>> = parts.iter().map(|part| rarest(part, atoms)).collect();
            sets.sort_by_key(|set| set.as_ref().map_or(u64::MAX, |set| set.weight));
            one_of(sets.into_iter().take(parts.len().saturating_sub(spare)))
        }
    }
}

fn one_of(sets: impl Iterator<Item = Option<Set>>) -> Option<Set> {
    let mut whole = Set { atoms: Vec::new(), weight: 0 };
    for set in sets {
        let set = set?;
        whole.atoms.extend(set.atoms);
        whole.weight = whole.weight.saturating_add(set.weight);
    }
    Some(whole)
}
