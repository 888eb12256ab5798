//! Evaluates formulas over the rows of a batch.
//!
//! Of an operand that was looked at, the atoms that a look finds are known to hold nowhere but in the rows of the
//! values that betray them. All other atoms are asked value by value, for rows that still matter.
//!
//! Promises: an atom asks each value of a column at most once a batch; the order of rules and of a formula's
//! parts does not change an answer. Must not know: routes, files.

use std::collections::hash_map::Entry;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::atoms::{Atom, AtomId, AtomTable, OperandId};
use super::formula::Formula;
use super::index::{Fired, OperandIndex};
use super::matcher::{Matcher, has_part};
use super::rows::Rows;
use super::scope::{Scope, ScopeColumn};
use crate::clues::Part;

/// The values that an atom was asked about, and of those the ones it accepts.
struct Asked {
    asked: Rows,
    accepted: Rows,
}

/// The memory of one panel's evaluation.
pub(super) struct Evaluation<'s, 'b> {
    scope: Scope<'s, 'b>,
    atoms: &'s AtomTable,
    /// Atoms that are found by looks at their operands.
    found_by_look: &'s FxHashSet<AtomId>,
    looked_at: FxHashSet<OperandId>,
    /// Where those of them may hold that may hold somewhere.
    traces: FxHashMap<AtomId, Rows>,
    asked: FxHashMap<AtomId, Asked>,
}

impl<'s, 'b> Evaluation<'s, 'b> {
    pub(super) fn new(
        scope: Scope<'s, 'b>,
        atoms: &'s AtomTable,
        found_by_look: &'s FxHashSet<AtomId>,
    ) -> Evaluation<'s, 'b> {
        Evaluation {
            scope,
            atoms,
            found_by_look,
            looked_at: FxHashSet::default(),
            traces: FxHashMap::default(),
            asked: FxHashMap::default(),
        }
    }

    /// Looks for the needles of an operand in its values; of any text, in `rows` alone.
    pub(super) fn look_at(&mut self, operand: OperandId, index: &OperandIndex, rows: &Rows) {
        self.looked_at.insert(operand);
        let mut fired = Fired::none(self.scope.len());
        if self.atoms.is_any_text(operand) {
            for (column, left_out) in self.scope.every_text(rows) {
                let counts = |row| rows.contains(row) && left_out.binary_search(&(row as u32)).is_err();
                index.look(&column, &mut fired, counts);
            }
        } else {
            index.look(&self.scope.column(operand, self.atoms), &mut fired, |_| true);
        }
        for (atom, rows) in index.named(fired) {
            match self.traces.entry(atom) {
                Entry::Occupied(known) => known.into_mut().union(&rows),
                Entry::Vacant(place) => {
                    place.insert(rows);
                }
            }
        }
    }

    /// The atoms that may hold in some row, of the operands looked at.
    pub(super) fn fired(&self) -> impl Iterator<Item = AtomId> + '_ {
        self.traces.keys().copied()
    }

    /// The rows in which one of `atoms` may hold, all of operands looked at.
    pub(super) fn possible_rows(&self, atoms: impl IntoIterator<Item = AtomId>) -> Rows {
        let mut rows = Rows::none(self.scope.len());
        let traces = atoms.into_iter().filter_map(|atom| self.traces.get(&atom));
        traces.for_each(|trace| rows.union(trace));
        rows
    }

    /// Keeps of `rows` those for which the formula holds.
    pub(super) fn keep(&mut self, formula: &Formula, rows: &mut Rows) {
        match formula {
            Formula::Atom(id) => self.keep_atom(*id, rows),
            Formula::Not(inner) if self.is_silent(inner) => {}
            Formula::Not(inner) => {
                let mut matching = rows.clone();
                self.keep(inner, &mut matching);
                rows.subtract(&matching);
            }
            Formula::All(parts) => {
                for part in parts {
                    if rows.is_empty() {
                        break;
                    }
                    self.keep(part, rows);
                }
            }
            Formula::Any(parts) => {
                let mut left = std::mem::replace(rows, Rows::none(self.scope.len()));
                for part in parts {
                    if left.is_empty() {
                        break;
                    }
                    if self.is_silent(part) {
                        continue;
                    }
                    let mut more = left.clone();
                    self.keep(part, &mut more);
                    left.subtract(&more);
                    rows.union(&more);
                }
            }
            Formula::AtLeast(least, parts) => self.keep_at_least(*least, parts, rows),
        }
    }

    fn keep_at_least(&mut self, least: usize, parts: &[Formula], rows: &mut Rows) {
        let mut counts = vec![0usize; self.scope.len()];
        for part in parts {
            let mut matching = rows.clone();
            self.keep(part, &mut matching);
            for row in matching.iter() {
                if let Some(count) = counts.get_mut(row) {
                    *count += 1;
                }
            }
        }
        let candidates = std::mem::replace(rows, Rows::none(self.scope.len()));
        for row in candidates.iter() {
            if counts.get(row).is_some_and(|count| *count >= least) {
                rows.insert(row);
            }
        }
    }

    /// True for an atom that is known to hold nowhere.
    fn is_silent(&self, formula: &Formula) -> bool {
        let Formula::Atom(id) = formula else { return false };
        !self.traces.contains_key(id) && self.atoms.get(*id).is_none_or(|atom| self.is_traced(*id, atom))
    }

    /// True for an atom that holds nowhere but in its trace.
    fn is_traced(&self, id: AtomId, atom: &Atom) -> bool {
        self.looked_at.contains(&atom.operand) && self.found_by_look.contains(&id)
    }

    fn keep_atom(&mut self, id: AtomId, rows: &mut Rows) {
        let Some(atom) = self.atoms.get(id) else { return rows.clear() };
        if let Some(clue) = &atom.clue
            && self.is_traced(id, atom)
        {
            match self.traces.get(&id) {
                Some(trace) => rows.intersect(trace),
                None => rows.clear(),
            }
            if clue.proves || rows.is_empty() {
                return;
            }
        }
        let column = self.scope.column(atom.operand, self.atoms);
        if let Matcher::SameAs { other, part, cased } = &atom.matcher {
            let other = self.scope.column(*other, self.atoms);
            return keep_same(&column, &other, (*part, *cased), rows);
        }
        self.ask(id, &atom.matcher, &column, rows);
    }

    /// Keeps the rows that have a value the matcher accepts; only their values are asked.
    fn ask(&mut self, id: AtomId, matcher: &Matcher, column: &Rc<ScopeColumn<'b>>, rows: &mut Rows) {
        let new = || Asked { asked: Rows::none(column.values()), accepted: Rows::none(column.values()) };
        let Asked { asked, accepted } = self.asked.entry(id).or_insert_with(new);
        rows.retain(|row| {
            column.of_row(row).any(|index| {
                if !asked.contains(index) {
                    asked.insert(index);
                    let folded = if matcher.ignores_case() { column.folded(index) } else { "" };
                    if matcher.accepts(column.value(index), folded) {
                        accepted.insert(index);
                    }
                }
                accepted.contains(index)
            })
        });
    }
}

/// Keeps the rows where one field has the text of another; both must be there.
fn keep_same(
    column: &ScopeColumn<'_>,
    other: &ScopeColumn<'_>,
    (part, cased): (Part, bool),
    rows: &mut Rows,
) {
    rows.retain(|row| {
        column.of_row(row).any(|left| {
            other.of_row(row).any(|right| match cased {
                true => has_part(column.value(left), other.value(right), part),
                false => has_part(column.folded(left), other.folded(right), part),
            })
        })
    });
}
