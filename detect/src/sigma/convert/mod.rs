//! A Sigma rule as a SQL rule, to be read and edited.
//!
//! | file | what it writes |
//! |---|---|
//! | `scope` | which events the rule sees |
//! | `place` | where a field stands |
//! | `condition`, `layout` | what is asked of them, and how it is laid out |
//! | `sample` | an event that the rule matches, and one that it does not |
//!
//! Promises: the SQL is true for the events that the rule matches, and no others; a rule of which that cannot be said is
//! refused, and why. Must not know: files, parsers.

mod condition;
mod layout;
mod place;
mod sample;
mod scope;

use std::fmt::Write as _;

use serde_json::Value;

use self::condition::Writer;
use self::layout::Sql;
use self::sample::Sample;
use super::fields::View;
use super::formula::Formula;
use super::routes::Route;
use super::rule::Rule;
use super::set::SigmaSet;
use crate::lint::is_attack_id;
use crate::rule::{self, Origin};
use crate::testing::{self, Parse};

/// Why a rule has no SQL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Unsayable {
    /// What has no word in SQL.
    pub reason: String,
    /// What the author can do.
    pub help: String,
}

impl Unsayable {
    fn new(reason: impl Into<String>, help: impl Into<String>) -> Unsayable {
        Unsayable { reason: reason.into(), help: help.into() }
    }
}

/// A Sigma rule as the file of a SQL rule.
#[derive(Debug)]
pub struct Conversion {
    head: String,
    body: String,
    samples: Vec<Sample>,
}

impl Conversion {
    /// The file without tests.
    pub fn text(&self) -> String {
        self.with(&[])
    }

    /// The file with those tests that hold when their lines go through the parsers.
    pub fn tested(&self, parse: &Parse<'_>) -> String {
        let holds = |sample: &&Sample| {
            let rule = rule::Rule::parse("", &self.with(&[*sample]), Origin::File);
            rule.is_ok_and(|rule| testing::run(&rule, &[], parse).is_ok_and(|failures| failures.is_empty()))
        };
        self.with(&self.samples.iter().filter(holds).collect::<Vec<_>>())
    }

    fn with(&self, samples: &[&Sample]) -> String {
        let tests: String = samples.iter().map(|sample| sample.test()).collect();
        format!("/*---\n{}{tests}---*/\n{}", self.head, self.body)
    }
}

impl SigmaSet {
    /// A rule, by its index in [`rules`](SigmaSet::rules), as a SQL rule.
    pub fn convert(&self, rule: usize) -> Result<Conversion, Unsayable> {
        let nothing = || Unsayable::new("there is no such rule", "");
        let (head, formula) =
            self.rules().get(rule).zip(self.compiled.formulas.get(rule)).ok_or_else(nothing)?;
        let mut by_view: Vec<(View, Vec<&Route>)> = Vec::new();
        for panel in &self.panels {
            let routes: Vec<&Route> = panel.routes_of(rule).collect();
            if !routes.is_empty() {
                by_view.push((panel.view(), routes));
            }
        }
        by_view.sort_by_key(|(view, _)| *view);
        if by_view.is_empty() {
            return Err(Unsayable::new(
                format!("no events are known for log source {}: the rule never rings", head.log_source),
                "give it a log source that is known",
            ));
        }
        let seen = by_view.iter().map(|(view, routes)| self.seen(*view, routes, formula));
        let condition = Sql::any(seen.collect::<Result<Vec<_>, _>>()?);
        let mut body = "SELECT host_name, user_name, source_ip\nFROM events\nWHERE ".to_owned();
        condition.write(2, &mut body);
        body.push('\n');
        let samples = sample::of(&by_view, formula, &self.compiled.atoms);
        Ok(Conversion { head: header(head), body, samples })
    }

    /// What the rule matches of the events of one view.
    fn seen(&self, view: View, routes: &[&Route], formula: &Formula) -> Result<Sql, Unsayable> {
        let asked = Writer { atoms: &self.compiled.atoms, view }.formula(formula)?;
        let flat = |sql| match sql {
            Sql::All(parts) => parts,
            other => vec![other],
        };
        Ok(Sql::All([flat(scope::condition(routes)), flat(asked)].concat()))
    }
}

/// The header's lines. What Sigma does not say is left for the author.
fn header(rule: &Rule) -> String {
    let mut head = String::new();
    let mut line = |text: String| {
        head.push_str(&text);
        head.push('\n');
    };
    line(format!("# From the Sigma rule {}: {}", in_one_line(&rule.id), in_one_line(&rule.log_source)));
    if let Some(author) = &rule.author {
        line(format!("# Author: {}", in_one_line(author)));
    }
    for reference in &rule.references {
        line(format!("# {}", in_one_line(reference)));
    }
    let title = in_one_line(&rule.title);
    let description = match rule.description.trim() {
        "" => title.clone(),
        text => in_one_line(text),
    };
    line(format!("id = {}", quoted(&id(rule))));
    for (key, text) in [("title", &title), ("description", &description)] {
        line(format!("{key}.en = {}", quoted(text)));
        line(format!("{key}.it = {}  # to be translated", quoted(text)));
    }
    line(format!("severity = {}", quoted(rule.severity.name())));
    line("family = \"both\"".to_owned());
    let attack = rule.tags.iter().filter_map(|tag| tag.strip_prefix("attack.")).map(str::to_uppercase);
    line(format!("attack = {}", list(attack.filter(|technique| is_attack_id(technique)))));
    line(format!("false_positives = {}", list(rule.false_positives.iter().map(|text| in_one_line(text)))));
    head
}

/// The rule's id; of one that has none, its file's name.
fn id(rule: &Rule) -> String {
    let is_sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !rule.id.is_empty() && rule.id.chars().all(is_sign) {
        return rule.id.clone();
    }
    let name = rule.path.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let id: String = stem.chars().map(|c| if is_sign(c) { c } else { '-' }).collect();
    if id.is_empty() { "sigma".to_owned() } else { id }
}

fn list(texts: impl Iterator<Item = String>) -> String {
    let texts: Vec<String> = texts.map(|text| quoted(&text)).collect();
    format!("[{}]", texts.join(", "))
}

/// A comment must not end before its line does.
fn in_one_line(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words.join(" ").replace("*/", "* /")
}

/// A basic string of TOML, whose escapes JSON shares; nothing in it ends the comment that the header is.
fn quoted(text: &str) -> String {
    let json = Value::from(text).to_string();
    json.replace('\u{7f}', "\\u007f").replace("*/", "*\\u002f").replace("/*", "\\u002f*")
}

impl Sample {
    /// The test's lines of the header.
    fn test(&self) -> String {
        let mut text = String::new();
        let (name, alerts) = match self.rings {
            true => ("an event with what the rule looks for", "[{}]"),
            false => ("an event of the same kind without it", "[]"),
        };
        let written = write!(
            text,
            "[[test]]\nname = \"{name}\"\nalerts = {alerts}\n[[test.line]]\ntext = {}\n",
            quoted(&self.line)
        );
        debug_assert!(written.is_ok());
        text
    }
}
