//! A rule as a boolean formula over atoms.
//!
//! Promises: two-valued logic; what is dear stands after what is cheap. Must not know: what atoms ask.

use std::collections::BTreeSet;

use super::atoms::{AtomId, AtomTable};

/// A boolean formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Formula {
    Atom(AtomId),
    Not(Box<Formula>),
    /// Every one; true of none.
    All(Vec<Formula>),
    /// At least one; false of none.
    Any(Vec<Formula>),
    /// At least so many.
    AtLeast(usize, Vec<Formula>),
}

impl Formula {
    /// Its negation.
    pub(super) fn negate(self) -> Formula {
        match self {
            Formula::Not(inner) => *inner,
            other => Formula::Not(Box::new(other)),
        }
    }

    /// Every one of `parts`.
    pub(super) fn all(mut parts: Vec<Formula>) -> Formula {
        match parts.len() {
            1 => parts.remove(0),
            _ => Formula::All(parts),
        }
    }

    /// At least one of `parts`.
    pub(super) fn any(mut parts: Vec<Formula>) -> Formula {
        match parts.len() {
            1 => parts.remove(0),
            _ => Formula::Any(parts),
        }
    }

    /// Number of nodes.
    pub(super) fn size(&self) -> usize {
        1 + match self {
            Formula::Atom(_) => 0,
            Formula::Not(inner) => inner.size(),
            Formula::All(parts) | Formula::Any(parts) | Formula::AtLeast(_, parts) => {
                parts.iter().map(Formula::size).sum()
            }
        }
    }

    /// Its atoms, each once, ascending.
    pub(super) fn atoms(&self) -> BTreeSet<AtomId> {
        match self {
            Formula::Atom(id) => BTreeSet::from([*id]),
            Formula::Not(inner) => inner.atoms(),
            Formula::All(parts) | Formula::Any(parts) | Formula::AtLeast(_, parts) => {
                parts.iter().flat_map(Formula::atoms).collect()
            }
        }
    }

    /// Puts cheap parts first, so that dear ones meet fewer rows; the meaning is the same.
    pub(super) fn sort_by_cost(&mut self, atoms: &AtomTable) {
        match self {
            Formula::Atom(_) => {}
            Formula::Not(inner) => inner.sort_by_cost(atoms),
            Formula::All(parts) | Formula::Any(parts) | Formula::AtLeast(_, parts) => {
                parts.iter_mut().for_each(|part| part.sort_by_cost(atoms));
                parts.sort_by_cached_key(|part| part.cost(atoms));
            }
        }
    }

    fn cost(&self, atoms: &AtomTable) -> u32 {
        match self {
            Formula::Atom(id) => atoms.cost(*id),
            Formula::Not(inner) => inner.cost(atoms).saturating_add(1),
            Formula::All(parts) | Formula::Any(parts) | Formula::AtLeast(_, parts) => {
                parts.iter().fold(0, |sum, part| sum.saturating_add(part.cost(atoms)))
            }
        }
    }
}
