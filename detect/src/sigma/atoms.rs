//! The atoms of all rules: one question to one field, held once however many rules ask it.
//!
//! Promises: equal questions have one number. Must not know: batches, rules.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::clue::clue_of;
use super::matcher::{Matcher, Test};
use crate::clues::Clue;

/// What an atom looks at.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Operand {
    /// A field, by Sigma's name for it.
    Field(Arc<str>),
    /// Every text value of the event.
    AnyText,
}

/// Index of an operand.
pub(super) type OperandId = u32;

/// Index of an atom.
pub(super) type AtomId = u32;

/// A question to a field.
#[derive(Debug)]
pub(super) struct Atom {
    pub(super) operand: OperandId,
    pub(super) matcher: Matcher,
    /// What betrays that it holds.
    pub(super) clue: Option<Clue>,
}

/// Every atom of a set of rules.
#[derive(Debug, Default)]
pub(super) struct AtomTable {
    operands: Vec<Operand>,
    operand_ids: FxHashMap<Operand, OperandId>,
    atoms: Vec<Atom>,
    atom_ids: FxHashMap<(OperandId, Test), AtomId>,
}

impl AtomTable {
    /// The number of an operand, new or known.
    pub(super) fn operand(&mut self, operand: Operand) -> OperandId {
        let next = self.operands.len() as OperandId;
        *self.operand_ids.entry(operand).or_insert_with_key(|operand| {
            self.operands.push(operand.clone());
            next
        })
    }

    /// The number of an atom, new or known; the error is that of a regular expression.
    pub(super) fn atom(&mut self, operand: OperandId, test: Test) -> Result<AtomId, String> {
        if let Some(known) = self.atom_ids.get(&(operand, test.clone())) {
            return Ok(*known);
        }
        let matcher = Matcher::new(&test)?;
        let id = self.atoms.len() as AtomId;
        let clue = clue_of(&matcher);
        self.atoms.push(Atom { operand, matcher, clue });
        self.atom_ids.insert((operand, test), id);
        Ok(id)
    }

    /// Number of atoms.
    pub(super) fn len(&self) -> usize {
        self.atoms.len()
    }

    /// An atom by its number.
    pub(super) fn get(&self, id: AtomId) -> Option<&Atom> {
        self.atoms.get(id as usize)
    }

    /// An operand by its number.
    pub(super) fn operand_of(&self, id: OperandId) -> Option<&Operand> {
        self.operands.get(id as usize)
    }

    /// True for the operand that is every text of an event.
    pub(super) fn is_any_text(&self, id: OperandId) -> bool {
        matches!(self.operand_of(id), Some(Operand::AnyText))
    }

    /// How dear an atom is.
    pub(super) fn cost(&self, id: AtomId) -> u32 {
        let Some(atom) = self.get(id) else { return 0 };
        // What a look at all values tells is mostly known before it is asked.
        if atom.clue.as_ref().is_some_and(|clue| clue.proves && clue.is_quick()) {
            return 1;
        }
        let breadth = if self.is_any_text(atom.operand) { 40 } else { 1 };
        atom.matcher.cost() * breadth
    }
}
