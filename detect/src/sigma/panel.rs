//! Rules whose events name their fields alike, evaluated over a batch together.
//!
//! Promises: a rule is evaluated for the rows that its routes take, no others; one that is not entered matches no row.
//! Must not know: how formulas are evaluated.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};
use schema::EventBatch;

use super::atoms::{Atom, AtomId, AtomTable, OperandId};
use super::evaluate::Evaluation;
use super::fields::View;
use super::formula::Formula;
use super::index::OperandIndex;
use super::matcher::Matcher;
use super::necessary::necessary;
use super::routes::{Route, Signature};
use super::rows::Rows;
use super::scope::{Reach, Scope};
use super::set::RuleMatches;
use crate::clues::Clue;

/// Rules whose events name their fields alike.
#[derive(Debug)]
pub(super) struct Panel {
    view: View,
    routes: Vec<Route>,
    /// By rule, positions of the routes by which it sees events of this view.
    routes_of: FxHashMap<usize, Vec<usize>>,
    /// The rules that an atom lets in.
    let_in: FxHashMap<AtomId, Vec<usize>>,
    /// Rules that may match without any atom that betrays itself.
    always: Vec<usize>,
    /// What is looked at before rules are entered.
    looks: Vec<Look>,
    /// The atoms that looks find.
    found_by_look: FxHashSet<AtomId>,
    /// The routes whose rules ask an operand anything.
    asked_by: FxHashMap<OperandId, BTreeSet<usize>>,
}

/// An operand whose values are looked through for what lets rules in.
#[derive(Debug)]
struct Look {
    operand: OperandId,
    /// Positions of the routes whose rules it lets in.
    routes: Vec<usize>,
    index: OperandIndex,
}

/// What panels need to evaluate their rules.
#[derive(Debug, Default)]
pub(super) struct Compiled {
    /// By rule.
    pub(super) formulas: Vec<Formula>,
    pub(super) atoms: AtomTable,
}

impl Compiled {
    /// The atoms of a rule's formula.
    fn atoms_of(&self, rule: usize) -> impl Iterator<Item = (AtomId, &Atom)> {
        let ids = self.formulas.get(rule).map(Formula::atoms).unwrap_or_default();
        ids.into_iter().filter_map(|id| Some((id, self.atoms.get(id)?)))
    }

    /// The necessary atoms of a rule.
    fn necessary(&self, rule: usize) -> Option<Vec<AtomId>> {
        necessary(self.formulas.get(rule)?, &self.atoms)
    }
}

impl Panel {
    pub(super) fn new(view: View) -> Panel {
        Panel {
            view,
            routes: Vec::new(),
            routes_of: FxHashMap::default(),
            let_in: FxHashMap::default(),
            always: Vec::new(),
            looks: Vec::new(),
            found_by_look: FxHashSet::default(),
            asked_by: FxHashMap::default(),
        }
    }

    /// How its events name their fields.
    pub(super) fn view(&self) -> View {
        self.view
    }

    /// The routes by which a rule sees events of this view.
    pub(super) fn routes_of(&self, rule: usize) -> impl Iterator<Item = &Route> {
        let positions = self.routes_of.get(&rule).into_iter().flatten();
        positions.filter_map(|position| self.routes.get(*position))
    }

    /// Takes a rule in, for the events of one of its routes.
    pub(super) fn add(&mut self, rule: usize, route: Route) {
        let position = self.routes.iter().position(|known| *known == route).unwrap_or_else(|| {
            self.routes.push(route);
            self.routes.len() - 1
        });
        self.routes_of.entry(rule).or_default().push(position);
    }

    /// Finds out what lets each rule in, and what has to be looked at for that.
    pub(super) fn prepare(&mut self, compiled: &Compiled) {
        let mut rules: Vec<usize> = self.routes_of.keys().copied().collect();
        rules.sort_unstable();
        for rule in &rules {
            match compiled.necessary(*rule) {
                Some(atoms) => {
                    atoms.into_iter().for_each(|atom| self.let_in.entry(atom).or_default().push(*rule))
                }
                None => self.always.push(*rule),
            }
        }
        // Where atoms are asked, and by which routes' rules.
        let mut asked: BTreeMap<(OperandId, AtomId), BTreeSet<usize>> = BTreeMap::new();
        for rule in &rules {
            let routes = self.routes_of.get(rule).map_or(&[][..], Vec::as_slice);
            for (id, atom) in compiled.atoms_of(*rule) {
                asked.entry((atom.operand, id)).or_default().extend(routes);
                if let Matcher::SameAs { other, .. } = &atom.matcher {
                    self.asked_by.entry(*other).or_default().extend(routes);
                }
            }
        }
        for ((operand, id), routes) in &asked {
            self.asked_by.entry(*operand).or_default().extend(routes);
            let is_quick = |atom: &Atom| atom.clue.as_ref().is_some_and(Clue::is_quick);
            if self.let_in.contains_key(id) || compiled.atoms.get(*id).is_some_and(is_quick) {
                self.found_by_look.insert(*id);
            }
        }
        let asked: Vec<_> = asked.into_iter().collect();
        for of_operand in asked.chunk_by(|((left, _), _), ((right, _), _)| left == right) {
            self.add_looks(of_operand, compiled);
        }
    }

    /// Adds the looks at an operand with these atoms. Any text is looked at for each route that asks by itself: there is so
    /// much of it, and each has so few atoms. A field is looked at for all, once it lets a rule in.
    fn add_looks(&mut self, asked: &[((OperandId, AtomId), BTreeSet<usize>)], compiled: &Compiled) {
        let Some(((operand, _), _)) = asked.first() else { return };
        if compiled.atoms.is_any_text(*operand) {
            let routes: BTreeSet<usize> = asked.iter().flat_map(|(_, routes)| routes).copied().collect();
            for route in routes {
                let of_route = asked.iter().filter(|(_, routes)| routes.contains(&route));
                self.add_look(*operand, of_route, vec![route], compiled);
            }
            return;
        }
        let letting_in = asked.iter().filter(|((_, id), _)| self.let_in.contains_key(id));
        let routes: BTreeSet<usize> = letting_in.flat_map(|(_, routes)| routes).copied().collect();
        self.add_look(*operand, asked.iter(), routes.into_iter().collect(), compiled);
    }

    fn add_look<'a>(
        &mut self,
        operand: OperandId,
        asked: impl Iterator<Item = &'a ((OperandId, AtomId), BTreeSet<usize>)>,
        routes: Vec<usize>,
        compiled: &Compiled,
    ) {
        let found = asked.filter(|((_, id), _)| self.found_by_look.contains(id));
        let index = OperandIndex::new(found.filter_map(|((_, id), _)| Some((*id, compiled.atoms.get(*id)?))));
        if !routes.is_empty() && !index.is_empty() {
            self.looks.push(Look { operand, routes, index });
        }
    }

    /// Adds the matches of its rules in a batch whose rows have these signatures.
    pub(super) fn matches(
        &self,
        compiled: &Compiled,
        batch: &EventBatch,
        signatures: &[(Signature<'_>, Vec<u32>)],
        found: &mut Vec<RuleMatches>,
    ) {
        let reach = self.reach(signatures, batch.len());
        if reach.taken.iter().all(Rows::is_empty) {
            return;
        }
        let looks = self.looks.iter().map(|look| (look, reach.of(&look.routes)));
        let looks: Vec<(&Look, Rows)> = looks.filter(|(_, rows)| !rows.is_empty()).collect();
        let mut every_text = Rows::none(batch.len());
        let at_any_text = looks.iter().filter(|(look, _)| compiled.atoms.is_any_text(look.operand));
        at_any_text.for_each(|(_, rows)| every_text.union(rows));
        let scope = Scope::new(batch, self.view, &reach, &every_text);
        let mut evaluation = Evaluation::new(scope, &compiled.atoms, &self.found_by_look);
        for (look, rows) in &looks {
            evaluation.look_at(look.operand, &look.index, rows);
        }
        for (rule, mut rows) in self.entered(&evaluation, &reach) {
            let Some(formula) = compiled.formulas.get(rule) else { continue };
            evaluation.keep(formula, &mut rows);
            if !rows.is_empty() {
                found.push(RuleMatches { rule, rows: rows.iter().map(|row| row as u32).collect() });
            }
        }
    }

    fn reach(&self, signatures: &[(Signature<'_>, Vec<u32>)], rows: usize) -> Reach<'_> {
        let taken = self.routes.iter().map(|route| {
            let mut taken = Rows::none(rows);
            for (_, rows) in signatures.iter().filter(|(signature, _)| route.takes(signature)) {
                rows.iter().for_each(|row| taken.insert(*row as usize));
            }
            taken
        });
        Reach { taken: taken.collect(), asked_by: &self.asked_by, rows }
    }

    /// The rules that may match, with the rows in which they may.
    fn entered(&self, evaluation: &Evaluation<'_, '_>, reach: &Reach<'_>) -> Vec<(usize, Rows)> {
        let fired = evaluation.fired().filter_map(|atom| Some((atom, self.let_in.get(&atom)?)));
        let mut entries: Vec<(usize, AtomId)> =
            fired.flat_map(|(atom, rules)| rules.iter().map(move |rule| (*rule, atom))).collect();
        entries.sort_unstable();
        let by_rule = entries.chunk_by(|(left, _), (right, _)| left == right);
        let taken = |rule: &usize| reach.of(self.routes_of.get(rule).into_iter().flatten());
        let let_in = by_rule.filter_map(|entries| {
            let (rule, _) = entries.first()?;
            let mut rows = taken(rule);
            rows.intersect(&evaluation.possible_rows(entries.iter().map(|(_, atom)| *atom)));
            Some((*rule, rows))
        });
        let always = self.always.iter().map(|rule| (*rule, taken(rule)));
        let_in.chain(always).filter(|(_, rows)| !rows.is_empty()).collect()
    }
}
