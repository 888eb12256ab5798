//! A set of Sigma rules, compiled together, and what it finds in a batch.
//!
//! Promises: a match depends on the event and the rule alone, not on the other events of the batch, on the
//! order of rules, or on threads. Must not know: where rule files come from, alerts.

use rsigma_parser::{FilterRule, FilterRuleTarget, LogSource, SigmaRule};
use rustc_hash::FxHashMap;
use schema::EventBatch;

use super::atoms::AtomTable;
use super::evaluate::Evaluation;
use super::formula::Formula;
use super::load::{Document, Documents, RuleText, load};
use super::problem::{Problem, ProblemKind};
use super::routes::{Route, routes_of, rows_by_signature};
use super::rows::Rows;
use super::rule::{Rule, log_source_words};
use super::scope::Scope;
use super::search::compile_detections;

/// Sigma rules ready to run. Shared by threads: what a batch remembers belongs to the call.
#[derive(Debug, Default)]
pub struct SigmaSet {
    rules: Vec<Rule>,
    formulas: Vec<Formula>,
    atoms: AtomTable,
    groups: Vec<Group>,
}

/// Rules that see the same events.
#[derive(Debug)]
struct Group {
    route: Route,
    /// Indexes of rules, ascending.
    rules: Vec<usize>,
}

/// The rows of a batch that a rule matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleMatches {
    /// Index of the rule in [`SigmaSet::rules`].
    pub rule: usize,
    /// Rows of the batch, ascending.
    pub rows: Vec<u32>,
}

impl SigmaSet {
    /// Compiles rule files. A file that is wrong costs only itself: it comes back as a [`Problem`].
    pub fn compile(texts: impl IntoIterator<Item = RuleText>) -> (SigmaSet, Vec<Problem>) {
        let (mut documents, mut problems) = (Documents::default(), Vec::new());
        for text in texts {
            load(text, &mut documents, &mut problems);
        }
        let mut set = SigmaSet::default();
        let filters = set.compile_filters(&documents, &mut problems);
        let mut group_of: FxHashMap<Route, usize> = FxHashMap::default();
        let mut path_of_id: FxHashMap<String, std::sync::Arc<str>> = FxHashMap::default();
        for Document { content: rule, file } in &documents.rules {
            let mut report = |kind| problems.push(file.problem(Some(&rule.title), kind));
            let compiled = compile_detections(&rule.detection, &mut set.atoms);
            let mut formula = match compiled {
                Ok(formula) => formula,
                Err(kind) => {
                    report(kind);
                    continue;
                }
            };
            for (filter, also) in &filters {
                if applies(filter, rule) {
                    formula = Formula::All(vec![formula, also.clone()]);
                }
            }
            formula.sort_by_cost(&set.atoms);
            let routes = routes_of(&rule.logsource);
            if routes.is_empty() {
                report(ProblemKind::NotRouted(log_source_words(&rule.logsource)));
            }
            if let Some(id) = &rule.id
                && let Some(other) = path_of_id.insert(id.clone(), file.path.clone())
            {
                report(ProblemKind::SameId(other.to_string()));
            }
            let index = set.rules.len();
            set.rules.push(Rule::new(rule, &file.path, &file.sha256));
            set.formulas.push(formula);
            for route in routes {
                let group = *group_of.entry(route).or_insert_with_key(|route| {
                    set.groups.push(Group { route: route.clone(), rules: Vec::new() });
                    set.groups.len() - 1
                });
                if let Some(group) = set.groups.get_mut(group) {
                    group.rules.push(index);
                }
            }
        }
        (set, problems)
    }

    fn compile_filters<'d>(
        &mut self,
        documents: &'d Documents,
        problems: &mut Vec<Problem>,
    ) -> Vec<(&'d FilterRule, Formula)> {
        let mut filters = Vec::new();
        for Document { content: filter, file } in &documents.filters {
            if let FilterRuleTarget::Specific(names) = &filter.rules {
                let is_loaded = |name: &str| documents.rules.iter().any(|rule| is_named(&rule.content, name));
                for name in names.iter().filter(|name| !is_loaded(name)) {
                    let kind = ProblemKind::FilterWithoutRule(name.clone());
                    problems.push(file.problem(Some(&filter.title), kind));
                }
            }
            match compile_detections(&filter.detection, &mut self.atoms) {
                Ok(formula) => filters.push((filter, formula)),
                Err(kind) => problems.push(file.problem(Some(&filter.title), kind)),
            }
        }
        filters
    }

    /// The heads of the rules, in the order of their files.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Number of distinct questions that the rules ask.
    pub fn atom_count(&self) -> usize {
        self.atoms.len()
    }

    /// The rules that match events of the batch, in the order of the rules.
    pub fn matches(&self, batch: &EventBatch) -> Vec<RuleMatches> {
        let signatures = rows_by_signature(batch);
        let mut found: Vec<RuleMatches> = Vec::new();
        for group in &self.groups {
            let taken = signatures.iter().filter(|(signature, _)| group.route.takes(signature));
            let mut rows: Vec<u32> = taken.flat_map(|(_, rows)| rows.iter().copied()).collect();
            if !rows.is_empty() {
                rows.sort_unstable();
                self.group_matches(group, batch, &rows, &mut found);
            }
        }
        merge(found)
    }

    fn group_matches(&self, group: &Group, batch: &EventBatch, rows: &[u32], found: &mut Vec<RuleMatches>) {
        let mut scope = Scope::new(batch, rows, group.route.view());
        let all = Rows::all(rows.len());
        let mut evaluation = Evaluation::new(&mut scope, &self.atoms);
        for rule in &group.rules {
            let Some(formula) = self.formulas.get(*rule) else { continue };
            let matching = evaluation.rows(formula, &all);
            let rows: Vec<u32> = matching.iter().filter_map(|row| rows.get(row).copied()).collect();
            if !rows.is_empty() {
                found.push(RuleMatches { rule: *rule, rows });
            }
        }
    }
}

/// One entry a rule, in the order of rules.
fn merge(mut found: Vec<RuleMatches>) -> Vec<RuleMatches> {
    found.sort_by_key(|matches| matches.rule);
    let mut merged: Vec<RuleMatches> = Vec::with_capacity(found.len());
    for matches in found {
        match merged.last_mut() {
            Some(last) if last.rule == matches.rule => {
                last.rows.extend(matches.rows);
                last.rows.sort_unstable();
                last.rows.dedup();
            }
            _ => merged.push(matches),
        }
    }
    merged
}

/// True when a filter is for a rule: by id, name or title, and within the filter's log source.
fn applies(filter: &FilterRule, rule: &SigmaRule) -> bool {
    let is_meant = match &filter.rules {
        FilterRuleTarget::Any => true,
        FilterRuleTarget::Specific(names) => names.iter().any(|name| is_named(rule, name)),
    };
    is_meant && filter.logsource.as_ref().is_none_or(|wide| is_within(&rule.logsource, wide))
}

fn is_named(rule: &SigmaRule, name: &str) -> bool {
    [rule.id.as_deref(), rule.name.as_deref(), Some(rule.title.as_str())].contains(&Some(name))
}

/// True when every part that the wider log source gives is the narrower one's too.
fn is_within(narrow: &LogSource, wide: &LogSource) -> bool {
    [(&narrow.category, &wide.category), (&narrow.product, &wide.product), (&narrow.service, &wide.service)]
        .iter()
        .all(|(narrow, wide)| wide.is_none() || narrow == wide)
}
