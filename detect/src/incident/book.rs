//! What incidents ask of rules: where in an attack they stand, what to do first, and the chains.
//!
//! Must not know: SQL, how alerts are linked.

use std::collections::BTreeMap;

use schema::{Alert, Severity};

use super::chain::Chain;
use crate::attack::{Tactic, tactics};
use crate::context::Context;
use crate::problem::Problem;
use crate::rule::{ChainOf, Rule, WhenEmpty};
use crate::sigma::SigmaSet;

/// What is less serious is an attempt or a hint, not a step of an attack.
pub(super) const STEP_SEVERITY_MIN: Severity = Severity::Medium;

/// What one rule says of itself.
#[derive(Debug, Clone, Default)]
struct Page {
    techniques: Vec<String>,
    tactics: Vec<Tactic>,
    response_it: Vec<String>,
}

/// What rules say of themselves, and the chains.
#[derive(Debug, Clone, Default)]
pub struct Book {
    pages: BTreeMap<String, Page>,
    pub(super) chains: Vec<Chain>,
    /// The longest window of a rule, µs.
    pub(super) window_us_max: i64,
}

impl Book {
    /// The book of these rules; chains that are off are left out unless `with_disabled`. A chain with a step that no rule can be
    /// is a problem.
    pub(crate) fn new(
        rules: &[Rule],
        sigma: &SigmaSet,
        context: &Context,
        with_disabled: bool,
    ) -> (Book, Vec<Problem>) {
        let mut book = Book::default();
        for rule in rules {
            let page = Page {
                techniques: rule.attack.clone(),
                tactics: rule.attack.iter().flat_map(|id| tactics(id)).copied().collect(),
                response_it: rule.response_it.clone(),
            };
            book.pages.insert(rule.id.clone(), page);
            book.window_us_max = book.window_us_max.max(rule.window_us.unwrap_or(0));
        }
        for rule in sigma.rules() {
            let techniques = rule.tags.iter().filter_map(|tag| tag.strip_prefix("attack.t"));
            let techniques: Vec<String> = techniques.map(|digits| format!("T{digits}")).collect();
            let tagged = rule.tags.iter().filter_map(|tag| Tactic::by_tag(tag));
            let implied = techniques.iter().flat_map(|id| tactics(id)).copied();
            let tactics = tagged.chain(implied).collect();
            book.pages.insert(rule.id.clone(), Page { techniques, tactics, ..Page::default() });
        }
        let mut problems = Vec::new();
        let waits = |rule: &Rule| {
            rule.lists.iter().any(|(name, when)| *when == WhenEmpty::Silent && context.lists.is_empty(name))
        };
        for rule in rules.iter().filter(|rule| (rule.is_enabled() || with_disabled) && !waits(rule)) {
            let Some(spec) = &rule.chain else { continue };
            if let ChainOf::Steps(steps) = &spec.of
                && let Some(step) = steps.iter().find(|step| !book.has_rule_for(step))
            {
                let message =
                    format!("no rule that was read can be the step {} of {}", step.join(", "), rule.id);
                problems.push(Problem::whole(&rule.path, message));
                continue;
            }
            book.chains.push(Chain::new(rule, spec, context));
        }
        (book, problems)
    }

    /// True for the rule of a chain.
    pub(super) fn is_chain(&self, rule_id: &str) -> bool {
        self.chains.iter().any(|chain| chain.rule_id == rule_id)
    }

    /// True for the rule of a chain over tenants.
    pub(super) fn is_across(&self, rule_id: &str) -> bool {
        self.chains.iter().any(|chain| chain.rule_id == rule_id && chain.is_across())
    }

    /// The longest time of a chain over tenants, µs.
    pub(super) fn across_us_max(&self) -> i64 {
        let across = self.chains.iter().filter(|chain| chain.is_across());
        across.map(Chain::within_us).max().unwrap_or(0)
    }

    /// Number of chains.
    pub(crate) fn chains(&self) -> usize {
        self.chains.len()
    }

    /// Where in an attack a rule stands.
    pub(super) fn tactic(&self, rule_id: &str) -> Option<Tactic> {
        self.pages.get(rule_id)?.tactics.first().copied()
    }

    /// What to do first when a rule rings, Italian.
    pub(super) fn response_it(&self, rule_id: &str) -> &[String] {
        self.pages.get(rule_id).map_or(&[], |page| &page.response_it)
    }

    /// True when an alert is what one of these words says: its rule, or a technique or tactic of it if it is grave enough.
    pub(super) fn is_one_of(&self, alert: &Alert, words: &[String]) -> bool {
        let is_grave = alert.severity >= STEP_SEVERITY_MIN;
        let page = self.pages.get(&alert.rule_id).filter(|_| is_grave);
        words.iter().any(|word| *word == alert.rule_id || page.is_some_and(|page| page.is(word)))
    }

    fn has_rule_for(&self, words: &[String]) -> bool {
        words
            .iter()
            .any(|word| self.pages.contains_key(word) || self.pages.values().any(|page| page.is(word)))
    }
}

impl Page {
    /// True for a technique of the rule, also one that its own is part of, and for a tactic of its techniques.
    fn is(&self, word: &str) -> bool {
        let is_technique = |technique: &String| {
            technique.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.techniques.iter().any(is_technique)
            || Tactic::by_id(word).is_some_and(|tactic| self.tactics.contains(&tactic))
    }
}
