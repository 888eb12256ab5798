//! All needles of one operand: one look at a value says which of its atoms may hold.
//!
//! Promises: an atom with a clue that is not among the fired ones holds for no value. Must not know: rules.

use super::atoms::{Atom, AtomId};
use super::rows::Rows;
use super::scope::ScopeColumn;
use crate::clues::ClueIndex;

/// Position of an atom among those of the operand.
type Slot = u32;

/// The needles of the atoms of one operand.
#[derive(Debug)]
pub(super) struct OperandIndex {
    /// By slot.
    atoms: Vec<AtomId>,
    clues: ClueIndex,
}

impl OperandIndex {
    /// The index of the atoms that have a clue.
    pub(super) fn new<'a>(atoms: impl Iterator<Item = (AtomId, &'a Atom)>) -> OperandIndex {
        let (atoms, clues): (Vec<_>, Vec<_>) =
            atoms.filter_map(|(id, atom)| Some((id, atom.clue.as_ref()?))).unzip();
        OperandIndex { atoms, clues: ClueIndex::new(clues) }
    }

    /// True when it finds nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.atoms.is_empty()
    }

    /// Looks through the values of a column for the rows that count. The atoms that may hold there are in `fired` then.
    pub(super) fn look(&self, column: &ScopeColumn<'_>, fired: &mut Fired, counts: impl Fn(usize) -> bool) {
        if column.values() == 0 {
            return;
        }
        fired.position_of.resize(self.atoms.len(), 0);
        let (mut slots, mut ends) = (Vec::new(), Vec::with_capacity(column.values()));
        // A needle that stands in a value many times is one find: else a long value of many rows would cost its length in each.
        let mut seen_in = vec![0u32; self.atoms.len()];
        for (value, turn) in (0..column.values()).zip(1u32..) {
            self.clues.look(column.value(value), column.folded(value), |slot: Slot| {
                if let Some(seen_in) = seen_in.get_mut(slot as usize).filter(|seen_in| **seen_in != turn) {
                    *seen_in = turn;
                    slots.push(slot);
                }
            });
            ends.push(slots.len());
        }
        if slots.is_empty() {
            return;
        }
        for (row, value) in column.cells() {
            let start = value.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or_default();
            let of_value = ends.get(value).and_then(|end| slots.get(start..*end)).unwrap_or_default();
            if !of_value.is_empty() && counts(row) {
                of_value.iter().for_each(|slot| fired.add(*slot, row));
            }
        }
    }

    /// The atoms that may hold, with the rows that betray them.
    pub(super) fn named(&self, fired: Fired) -> impl Iterator<Item = (AtomId, Rows)> + '_ {
        let rows = fired.rows_of.into_iter();
        rows.filter_map(|(slot, rows)| self.atoms.get(slot as usize).map(|id| (*id, rows)))
    }
}

/// The rows found so far, by slot.
pub(super) struct Fired {
    rows: usize,
    /// Position in `rows_of` plus one, by slot; zero for slots that have none.
    position_of: Vec<u32>,
    rows_of: Vec<(Slot, Rows)>,
}

impl Fired {
    /// None of a batch of so many rows.
    pub(super) fn none(rows: usize) -> Fired {
        Fired { rows, position_of: Vec::new(), rows_of: Vec::new() }
    }

    #[inline]
    fn add(&mut self, slot: Slot, row: usize) {
        let Some(position) = self.position_of.get_mut(slot as usize) else { return };
        if *position == 0 {
            self.rows_of.push((slot, Rows::none(self.rows)));
            *position = self.rows_of.len() as u32;
        }
        if let Some((_, rows)) = self.rows_of.get_mut(*position as usize - 1) {
            rows.insert(row);
        }
    }
}
