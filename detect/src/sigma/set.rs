//! A set of Sigma rules, compiled together, and what it finds in a batch.
//!
//! Promises: a match depends on the event and the rule alone, not on the other events of the batch, on the
//! order of rules, or on threads. Must not know: where rule files come from, alerts.

use rsigma_parser::{FilterRule, FilterRuleTarget, LogSource, SigmaRule};
use rustc_hash::FxHashMap;
use schema::EventBatch;

use super::atoms::AtomId;
use super::describe::describe;
use super::formula::Formula;
use super::load::{Document, Documents, RuleText, load_all};
use super::necessary::necessary;
use super::panel::{Compiled, Panel};
use super::problem::{Problem, ProblemKind};
use super::routes::{Route, routes_of, rows_by_signature};
use super::rule::{Rule, log_source_words};
use super::search::compile_detections;

/// Sigma rules ready to run. Shared by threads: what a batch remembers belongs to the call.
#[derive(Debug, Default)]
pub struct SigmaSet {
    rules: Vec<Rule>,
    pub(super) compiled: Compiled,
    pub(super) panels: Vec<Panel>,
}

/// The rows of a batch that a rule matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleMatches {
    /// Index of the rule in [`SigmaSet::rules`].
    pub rule: usize,
    /// Rows of the batch, ascending.
    pub rows: Vec<u32>,
}

/// How a rule is evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Every question that it asks, in words.
    pub atoms: Vec<String>,
    /// The atoms without one of which no event matches: only where one fired is the rule looked at. None for
    /// a rule that is looked at for every event of its log source.
    pub necessary: Option<Vec<String>>,
}

impl SigmaSet {
    /// Compiles rule files. A file that is wrong costs only itself: it comes back as a [`Problem`].
    pub fn compile(texts: impl IntoIterator<Item = RuleText>) -> (SigmaSet, Vec<Problem>) {
        let (documents, mut problems) = load_all(texts.into_iter().collect());
        let mut set = SigmaSet::default();
        let filters = set.compile_filters(&documents, &mut problems);
        let mut path_of_id: FxHashMap<String, std::sync::Arc<str>> = FxHashMap::default();
        for Document { content: rule, file } in &documents.rules {
            let mut report = |kind| problems.push(file.problem(Some(&rule.title), kind));
            let compiled = compile_detections(&rule.detection, &mut set.compiled.atoms);
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
            formula.sort_by_cost(&set.compiled.atoms);
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
            set.compiled.formulas.push(formula);
            routes.into_iter().for_each(|route| set.add(index, route));
        }
        set.panels.iter_mut().for_each(|panel| panel.prepare(&set.compiled));
        (set, problems)
    }

    /// Puts a rule with those of its view.
    fn add(&mut self, rule: usize, route: Route) {
        let view = route.view();
        let position = self.panels.iter().position(|panel| panel.view() == view).unwrap_or_else(|| {
            self.panels.push(Panel::new(view));
            self.panels.len() - 1
        });
        if let Some(panel) = self.panels.get_mut(position) {
            panel.add(rule, route);
        }
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
            match compile_detections(&filter.detection, &mut self.compiled.atoms) {
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
        self.compiled.atoms.len()
    }

    /// How a rule is evaluated, by its index in [`rules`](SigmaSet::rules).
    pub fn explain(&self, rule: usize) -> Option<Explanation> {
        let atoms = &self.compiled.atoms;
        let formula = self.compiled.formulas.get(rule)?;
        let in_words = |ids: Vec<AtomId>| -> Vec<String> {
            ids.into_iter().filter_map(|id| Some(describe(atoms.get(id)?, atoms))).collect()
        };
        let necessary = necessary(formula, atoms).map(in_words);
        Some(Explanation { atoms: in_words(formula.atoms().into_iter().collect()), necessary })
    }

    /// The rules that match events of the batch, in the order of the rules.
    pub fn matches(&self, batch: &EventBatch) -> Vec<RuleMatches> {
        if self.panels.is_empty() {
            return Vec::new();
        }
        let signatures = rows_by_signature(batch);
        let mut found: Vec<RuleMatches> = Vec::new();
        for panel in &self.panels {
            panel.matches(&self.compiled, batch, &signatures, &mut found);
        }
        merge(found)
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
