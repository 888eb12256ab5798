//! Rules that see the same events, and which of them a batch enters.
//!
//! Promises: a rule that is not entered matches no row. Must not know: how formulas are evaluated.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;
use schema::EventBatch;

use super::atoms::{AtomId, AtomTable, OperandId};
use super::evaluate::Evaluation;
use super::formula::Formula;
use super::index::OperandIndex;
use super::necessary::necessary;
use super::routes::Route;
use super::rows::Rows;
use super::scope::Scope;
use super::set::RuleMatches;

/// Rules that see the same events.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) route: Route,
    /// Indexes of rules, ascending.
    pub(super) rules: Vec<usize>,
    /// The rules that an atom lets in.
    let_in: FxHashMap<AtomId, Vec<usize>>,
    /// Rules that may match without any atom that betrays itself.
    always: Vec<usize>,
    /// Operands of the atoms that let rules in.
    operands: Vec<OperandId>,
}

/// What groups need to evaluate their rules.
#[derive(Debug, Default)]
pub(super) struct Compiled {
    /// By rule.
    pub(super) formulas: Vec<Formula>,
    pub(super) atoms: AtomTable,
    pub(super) indexes: FxHashMap<OperandId, OperandIndex>,
}

impl Compiled {
    /// The necessary atoms of a rule, their operands indexed; none when it has none or one cannot be indexed.
    fn necessary(&mut self, rule: usize) -> Option<Vec<AtomId>> {
        let atoms = necessary(self.formulas.get(rule)?, &self.atoms)?;
        for atom in &atoms {
            let operand = self.atoms.get(*atom)?.operand;
            if let Entry::Vacant(place) = self.indexes.entry(operand) {
                place.insert(self.atoms.index_of(operand)?);
            }
        }
        Some(atoms)
    }
}

impl Group {
    pub(super) fn new(route: Route) -> Group {
        Group {
            route,
            rules: Vec::new(),
            let_in: FxHashMap::default(),
            always: Vec::new(),
            operands: Vec::new(),
        }
    }

    /// Finds out what lets each rule in, and has the operands of that indexed.
    pub(super) fn prepare(&mut self, compiled: &mut Compiled) {
        for rule in &self.rules {
            match compiled.necessary(*rule) {
                Some(atoms) => {
                    atoms.into_iter().for_each(|atom| self.let_in.entry(atom).or_default().push(*rule))
                }
                None => self.always.push(*rule),
            }
        }
        let operands = self.let_in.keys().filter_map(|atom| compiled.atoms.get(*atom));
        self.operands = operands.map(|atom| atom.operand).collect();
        self.operands.sort_unstable();
        self.operands.dedup();
    }

    /// Adds the matches of the group's rules among `rows` of the batch, which take its route.
    pub(super) fn matches(
        &self,
        compiled: &Compiled,
        batch: &EventBatch,
        rows: &[u32],
        found: &mut Vec<RuleMatches>,
    ) {
        let mut scope = Scope::new(batch, rows, self.route.view());
        let mut evaluation = Evaluation::new(&mut scope, &compiled.atoms);
        for operand in &self.operands {
            if let Some(index) = compiled.indexes.get(operand) {
                evaluation.look_at(*operand, index);
            }
        }
        for (rule, mut matching) in self.entered(&evaluation, rows.len()) {
            let Some(formula) = compiled.formulas.get(rule) else { continue };
            evaluation.keep(formula, &mut matching);
            let rows: Vec<u32> = matching.iter().filter_map(|row| rows.get(row).copied()).collect();
            if !rows.is_empty() {
                found.push(RuleMatches { rule, rows });
            }
        }
    }

    /// The rules that may match, with the rows in which they may.
    fn entered(&self, evaluation: &Evaluation<'_, '_>, rows: usize) -> Vec<(usize, Rows)> {
        let fired = evaluation.fired().filter_map(|atom| Some((atom, self.let_in.get(&atom)?)));
        let mut entries: Vec<(usize, AtomId)> =
            fired.flat_map(|(atom, rules)| rules.iter().map(move |rule| (*rule, atom))).collect();
        entries.sort_unstable();
        let by_rule = entries.chunk_by(|(left, _), (right, _)| left == right);
        let let_in = by_rule.filter_map(|entries| {
            let atoms = entries.iter().map(|(_, atom)| *atom);
            entries.first().map(|(rule, _)| (*rule, evaluation.possible_rows(atoms)))
        });
        let_in.chain(self.always.iter().map(|rule| (*rule, Rows::all(rows)))).collect()
    }
}
