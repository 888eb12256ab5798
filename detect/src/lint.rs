//! What a careful colleague would say of a rule that can be read and planned.
//!
//! Promises: every finding has a code, a level and a mend. Must not know: how findings are shown.

use schema::{Action, Class, Column};

use crate::attack::tactics;
use crate::coverage::field_key;
use crate::problem::{Problem, nearest};
use crate::rule::{ChainOf, Rule};
use crate::sql::{AggregateKind, Compiled, Input, Planner};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The rule would work better with the mend.
    Warning,
    /// The rule is not fit to be shipped.
    Error,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// Its name, for ever.
    pub code: &'static str,
    /// How bad it is.
    pub level: Level,
    /// Where, what and the mend.
    pub problem: Problem,
}

/// Checks a rule. One that cannot be planned has its problems as errors `cannot-run`.
pub fn lint(rule: &Rule, planner: &Planner) -> Vec<Lint> {
    let mut lints = Lints { rule, found: Vec::new() };
    lints.texts();
    lints.tests();
    lints.requires();
    lints.attack();
    if rule.chain.is_some() {
        lints.chain();
        return lints.found;
    }
    match planner.compile(rule) {
        Ok(compiled) => lints.compiled(&compiled),
        Err(problems) => lints.found.extend(problems.into_iter().map(|problem| Lint {
            code: "cannot-run",
            level: Level::Error,
            problem,
        })),
    }
    lints.found
}

struct Lints<'r> {
    rule: &'r Rule,
    found: Vec<Lint>,
}

impl Lints<'_> {
    /// Notes a finding at the first place of `text` in the file.
    fn note(&mut self, code: &'static str, level: Level, text: &str, message: String, help: &str) {
        let at = self.rule.text.find(text).filter(|_| !text.is_empty());
        let span = at.map_or(0..0, |at| at..at + text.len());
        let problem = Problem::at_bytes(&self.rule.path, &self.rule.text, span, message);
        let problem = if help.is_empty() { problem } else { problem.with_help(help) };
        self.found.push(Lint { code, level, problem });
    }

    fn texts(&mut self) {
        let rule = self.rule;
        for (key, text) in [
            ("title.en", &rule.title.en),
            ("title.it", &rule.title.it),
            ("description.en", &rule.description.en),
            ("description.it", &rule.description.it),
        ] {
            if text.trim().is_empty() {
                self.note("empty-text", Level::Error, key, format!("{key} is empty"), "");
            }
        }
        if rule.response_it.is_empty() {
            let help = "response_it = [\"1. ...\"]: what the office does first";
            self.note(
                "no-response",
                Level::Warning,
                "id",
                "the rule says no first response".to_owned(),
                help,
            );
        }
        if rule.false_positives.len() != rule.false_positives_it.len() {
            let help = "false_positives_it = [\"...\"]: the same texts in Italian, one for one";
            self.note(
                "untranslated",
                Level::Warning,
                "false_positives",
                "false_positives and false_positives_it do not pair up".to_owned(),
                help,
            );
        }
        if rule.acn_class.trim().is_empty() {
            let help = "acn_class = \"...\", the class of the national taxonomy";
            self.note("no-acn-class", Level::Warning, "id", "the rule has no ACN class".to_owned(), help);
        }
    }

    fn tests(&mut self) {
        let tests = &self.rule.tests;
        let missing =
            match (tests.iter().any(|t| !t.alerts.is_empty()), tests.iter().any(|t| t.alerts.is_empty())) {
                (true, true) => None,
                (false, _) => Some("a test whose lines must ring it"),
                (true, false) => Some("a test whose lines must leave it silent (alerts = [])"),
            };
        if let Some(missing) = missing {
            let help = "add a [[test]] with [[test.line]]";
            self.note("untested", Level::Error, "id", format!("the rule lacks {missing}"), help);
        }
        if let Some(test) = tests.iter().find(|test| test.lines.is_empty()) {
            let name = test.name.clone();
            self.note("empty-test", Level::Error, &name, format!("the test \"{name}\" has no lines"), "");
        }
    }

    fn requires(&mut self) {
        let requires = &self.rule.requires;
        for class in &requires.classes {
            if !Class::ALL.iter().any(|known| known.name() == class) {
                let hint = hint(class, Class::ALL.iter().map(|known| known.name()));
                self.note("unknown-class", Level::Error, class, format!("there is no class {class}"), &hint);
            }
        }
        for column in &requires.columns {
            if Column::by_name(column).is_none() && field_key(column).is_none() {
                let hint = hint(column, Column::ALL.iter().map(|known| known.name()));
                self.note(
                    "unknown-column",
                    Level::Error,
                    column,
                    format!("there is no column {column}"),
                    &hint,
                );
            }
        }
    }

    fn attack(&mut self) {
        for technique in &self.rule.attack {
            if !is_attack_id(technique) {
                let message = format!("{technique} is no ATT&CK technique or tactic");
                let help = "as T1110, T1110.001 or TA0040";
                self.note("attack-id", Level::Error, technique, message, help);
            }
        }
    }

    /// A chain has its numbers in `[chain]`, and reads no columns.
    fn chain(&mut self) {
        let rule = self.rule;
        for name in rule.params.keys() {
            let message = format!("a chain does not use ${name}");
            self.note("unused-param", Level::Error, name, message, "take it out of [param]");
        }
        if let Some(ChainOf::Steps(steps)) = rule.chain.as_ref().map(|chain| &chain.of) {
            for word in steps.iter().flatten().filter(|word| is_attack_id(word) && tactics(word).is_empty()) {
                let message =
                    format!("{word} has no known tactic: only a rule that names it can be the step");
                self.note("attack-id", Level::Warning, word, message, "");
            }
        }
    }

    fn compiled(&mut self, compiled: &Compiled) {
        let rule = self.rule;
        for name in rule.params.keys().filter(|name| !compiled.params.contains(name)) {
            let message = format!("the SQL does not use ${name}");
            self.note("unused-param", Level::Error, name, message, "take it out of [param]");
        }
        for name in rule.lists.keys().filter(|name| !compiled.lists.contains(name)) {
            let message = format!("the SQL does not ask in_list(x, '{name}')");
            self.note("unused-list", Level::Error, name, message, "take it out of the header");
        }
        let is_bare = |a: &crate::sql::Aggregate| {
            a.kind == AggregateKind::Count && a.argument.is_none() && a.filter.is_none()
        };
        if compiled.layout.aggregates.iter().any(is_bare) {
            let message = "count(*) counts lines, not events: a line may stand for many".to_owned();
            self.note("bare-count", Level::Warning, "count(*)", message, "write sum(event_count)");
        }
        let casts = compiled.casts.iter().cloned();
        self.found.extend(casts.map(|problem| Lint { code: "cast", level: Level::Warning, problem }));
        self.words(compiled);
    }

    /// Words of the taxonomy that do not exist match nothing, for ever and in silence.
    fn words(&mut self, compiled: &Compiled) {
        for need in &compiled.selection.needs {
            let known: Vec<&str> = match need.input {
                Input::Column(Column::Class) => Class::ALL.iter().map(|class| class.name()).collect(),
                Input::Column(Column::EventAction) => {
                    Action::ALL.iter().map(|action| action.name()).collect()
                }
                Input::Column(Column::EventOutcome) => vec!["success", "failure", "unknown"],
                _ => continue,
            };
            for word in need.values.iter().filter(|word| !known.contains(&word.as_str())) {
                let (message, hint) =
                    (format!("{} is never '{word}'", need.input), hint(word, known.iter().copied()));
                self.note("unknown-word", Level::Error, &format!("'{word}'"), message, &hint);
            }
        }
    }
}

fn hint<'k>(unknown: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    nearest(unknown, known).map(|nearest| format!("did you mean `{nearest}`?")).unwrap_or_default()
}

/// True for `T1234`, `T1234.567` and `TA0012`.
pub(crate) fn is_attack_id(text: &str) -> bool {
    let digits = |text: &str, number: usize| text.len() == number && text.bytes().all(|b| b.is_ascii_digit());
    if let Some(tactic) = text.strip_prefix("TA") {
        return digits(tactic, 4);
    }
    let Some(technique) = text.strip_prefix('T') else { return false };
    match technique.split_once('.') {
        Some((technique, sub)) => digits(technique, 4) && digits(sub, 3),
        None => digits(technique, 4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;
    use crate::rule::Origin;

    const RULE: &str = r#"/*---
id = "X-01"
title.en = "t"
title.it = "t"
description.en = "d"
description.it = "d"
severity = "low"
family = "both"
window = "10m"
attack = ["T1110.001"]
acn_class = "Brute force"
response_it = ["1. x"]
requires = { classes = ["authentication"], columns = ["source_ip", "fields.reason"] }
[param]
failures = 20
[[test]]
name = "rings"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = 'x'
[[test]]
name = "silent"
alerts = []
[[test.line]]
text = 'y'
---*/
SELECT source_ip, sum(event_count) AS n FROM events WHERE event_action = 'login'
GROUP BY source_ip HAVING sum(event_count) >= $failures
"#;

    fn codes(text: &str) -> Vec<&'static str> {
        let rule = Rule::parse("x.sql", text, Origin::File).unwrap();
        lint(&rule, &Planner::new(&Context::default()).unwrap()).iter().map(|lint| lint.code).collect()
    }

    #[test]
    fn a_good_rule_has_nothing_to_be_said_of() {
        assert_eq!(codes(RULE), [] as [&str; 0]);
    }

    #[test]
    fn each_fault_is_found_once() {
        for (from, to, code) in [
            ("T1110.001", "T110", "attack-id"),
            ("\"authentication\"", "\"auth\"", "unknown-class"),
            ("\"source_ip\", \"fields", "\"src_ip\", \"fields", "unknown-column"),
            ("failures = 20", "failures = 20\nburst = 5", "unused-param"),
            ("[param]", "[list.admins]\nwhen_empty = \"silent\"\n[param]", "unused-list"),
            ("alerts = []", "alerts = [{}]", "untested"),
            ("sum(event_count) AS n", "count(*) AS n", "bare-count"),
            ("event_action = 'login'", "CAST(fields['n'] AS BIGINT) > 5", "cast"),
            ("event_action = 'login'", "TRY_CAST(fields['n'] AS BIGINT) > fields['m']::BIGINT", "cast"),
            ("'login'", "'logon'", "unknown-word"),
            ("response_it = [\"1. x\"]", "", "no-response"),
            ("window = \"10m\"", "window = \"10m\"\nfalse_positives = [\"a\"]", "untranslated"),
            ("$failures", "$failure", "cannot-run"),
        ] {
            assert_eq!(codes(&RULE.replacen(from, to, 1)), [code], "{from} -> {to}");
        }
    }
}
