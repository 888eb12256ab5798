//! Evaluates formulas over the rows of a scope.
//!
//! Promises: an atom asks each distinct value at most once a batch, and only for rows that still matter;
//! the order of rules and of a formula's parts does not change an answer. Must not know: routes, files.

use rustc_hash::FxHashMap;

use super::atoms::{AtomId, AtomTable};
use super::formula::Formula;
use super::matcher::{Matcher, Part, has_part};
use super::rows::Rows;
use super::scope::{Scope, ScopeColumn};

/// What is known of an atom in this batch.
enum Verdicts {
    /// Some distinct values were asked; of those, some said yes.
    Some { asked: Rows, accepted: Rows },
    /// All were asked, and none said yes.
    Never,
    /// All were asked, and these rows match.
    Rows(Rows),
}

/// The memory of one scope's evaluation.
pub(super) struct Evaluation<'s, 'b> {
    scope: &'s mut Scope<'b>,
    atoms: &'s AtomTable,
    verdicts: FxHashMap<AtomId, Verdicts>,
}

impl<'s, 'b> Evaluation<'s, 'b> {
    pub(super) fn new(scope: &'s mut Scope<'b>, atoms: &'s AtomTable) -> Evaluation<'s, 'b> {
        Evaluation { scope, atoms, verdicts: FxHashMap::default() }
    }

    /// The rows of `candidates` for which the formula holds.
    pub(super) fn rows(&mut self, formula: &Formula, candidates: &Rows) -> Rows {
        match formula {
            Formula::Atom(id) => self.atom_rows(*id, candidates),
            Formula::Not(inner) => {
                let mut rows = candidates.clone();
                rows.subtract(&self.rows(inner, candidates));
                rows
            }
            Formula::All(parts) => {
                let mut rows = candidates.clone();
                for part in parts {
                    if rows.is_empty() {
                        break;
                    }
                    rows = self.rows(part, &rows);
                }
                rows
            }
            Formula::Any(parts) => {
                let mut rows = Rows::none(self.scope.len());
                let mut left = candidates.clone();
                for part in parts {
                    if left.is_empty() {
                        break;
                    }
                    let more = self.rows(part, &left);
                    left.subtract(&more);
                    rows.union(&more);
                }
                rows
            }
            Formula::AtLeast(least, parts) => {
                let mut counts = vec![0usize; self.scope.len()];
                for part in parts {
                    for row in self.rows(part, candidates).iter() {
                        if let Some(count) = counts.get_mut(row) {
                            *count += 1;
                        }
                    }
                }
                let mut rows = Rows::none(self.scope.len());
                for row in candidates.iter() {
                    if counts.get(row).is_some_and(|count| count >= least) {
                        rows.insert(row);
                    }
                }
                rows
            }
        }
    }

    fn atom_rows(&mut self, id: AtomId, candidates: &Rows) -> Rows {
        let Some(atom) = self.atoms.get(id) else { return Rows::none(self.scope.len()) };
        let column = self.scope.column(atom.operand, self.atoms);
        if column.distinct() == 0 {
            return Rows::none(self.scope.len());
        }
        if let Matcher::SameAs { other, part, cased } = &atom.matcher {
            let other = self.scope.column(*other, self.atoms);
            return same_rows(&column, &other, (*part, *cased), candidates);
        }
        if candidates.count() == self.scope.len() && !self.is_settled(id) {
            self.verdicts.insert(id, ask_all(&atom.matcher, &column, self.scope.len()));
        }
        let verdicts = self.verdicts.entry(id).or_insert_with(|| Verdicts::Some {
            asked: Rows::none(column.distinct()),
            accepted: Rows::none(column.distinct()),
        });
        match verdicts {
            Verdicts::Never => Rows::none(self.scope.len()),
            Verdicts::Rows(known) => {
                let mut rows = candidates.clone();
                rows.intersect(known);
                rows
            }
            Verdicts::Some { asked, accepted } => {
                ask_some(&atom.matcher, &column, (asked, accepted), candidates)
            }
        }
    }

    /// True when every value was asked.
    fn is_settled(&self, id: AtomId) -> bool {
        matches!(self.verdicts.get(&id), Some(Verdicts::Never | Verdicts::Rows(_)))
    }
}

/// Asks every distinct value; rows are only looked at when one says yes, which is rare.
fn ask_all(matcher: &Matcher, column: &ScopeColumn<'_>, rows: usize) -> Verdicts {
    let mut accepted = Rows::none(column.distinct());
    for index in 0..column.distinct() {
        let (value, folded) = column.value(index);
        if matcher.accepts(value, folded) {
            accepted.insert(index);
        }
    }
    if accepted.is_empty() {
        return Verdicts::Never;
    }
    let mut matching = Rows::none(rows);
    for row in 0..rows {
        if column.of_row(row).any(|index| accepted.contains(index)) {
            matching.insert(row);
        }
    }
    Verdicts::Rows(matching)
}

/// The rows of `candidates` that have a value the matcher accepts; only their values are asked.
fn ask_some(
    matcher: &Matcher,
    column: &ScopeColumn<'_>,
    (asked, accepted): (&mut Rows, &mut Rows),
    candidates: &Rows,
) -> Rows {
    let mut rows = Rows::none(candidates.universe());
    for row in candidates.iter() {
        for index in column.of_row(row) {
            if !asked.contains(index) {
                asked.insert(index);
                let (value, folded) = column.value(index);
                if matcher.accepts(value, folded) {
                    accepted.insert(index);
                }
            }
            if accepted.contains(index) {
                rows.insert(row);
                break;
            }
        }
    }
    rows
}

/// The rows of `candidates` where one field has the text of another; both must be there.
fn same_rows(
    column: &ScopeColumn<'_>,
    other: &ScopeColumn<'_>,
    (part, cased): (Part, bool),
    candidates: &Rows,
) -> Rows {
    let mut rows = Rows::none(candidates.universe());
    for row in candidates.iter() {
        let holds = column.of_row(row).any(|left| {
            let (value, folded) = column.value(left);
            other.of_row(row).any(|right| {
                let (other_value, other_folded) = other.value(right);
                match cased {
                    true => has_part(value, other_value, part),
                    false => has_part(folded, other_folded, part),
                }
            })
        });
        if holds {
            rows.insert(row);
        }
    }
    rows
}
