//! Runs the tests that rules carry: lines as devices send them, through the parsers, to alerts.
//!
//! Each test runs as written and at ten shifts of the clock, because an alert may not depend on where the
//! clock happens to stand. Parsing comes from the caller: this crate knows no parser.

mod render;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use arrow::array::Array;
use schema::{Alert, Calendar, Column, EventBatch, List, Lists};

use crate::context::Context;
use crate::coverage::Status;
use crate::engine::{Engine, Options};
use crate::problem::Problem;
use crate::rule::{Rule, RuleTest};
use crate::sigma::SigmaSet;
use crate::span::{HOUR_US, SECOND_US};

/// Parses a file of a test to events.
pub type Parse<'p> = dyn Fn(&File<'_>) -> Vec<EventBatch> + 'p;

/// What devices of one tenant wrote.
#[derive(Debug, Clone, Copy)]
pub struct File<'t> {
    /// Its name.
    pub name: &'t str,
    /// Its lines.
    pub bytes: &'t [u8],
    /// Zone of the devices' clocks.
    pub zone: &'t str,
    /// Whose it is.
    pub tenant: &'t str,
}

/// Times a test is run with its clock shifted.
const SHIFTS: i64 = 10;
/// Distance of two shifts, µs.
const SHIFT_US: i64 = 37 * SECOND_US;
/// The last shift is so much later still, µs: another week has other dates.
const WEEK_US: i64 = 7 * 24 * HOUR_US;

/// A test that did not go as its rule says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The rule.
    pub rule_id: String,
    /// The test's name.
    pub test: String,
    /// How far the clock was shifted, seconds.
    pub shift_s: i64,
    /// True when an alert did not come that its lines must raise.
    pub is_silent: bool,
    /// What was expected and what came instead.
    pub message: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rule, test, message) = (&self.rule_id, &self.test, &self.message);
        match self.shift_s {
            0 => write!(out, "{rule}, \"{test}\": {message}"),
            shift_s => write!(out, "{rule}, \"{test}\", clock shifted by {shift_s} s: {message}"),
        }
    }
}

/// Runs the tests of a rule. Problems when the rule itself cannot run. `others`: rules that a chain may wait for.
pub fn run(rule: &Rule, others: &[Rule], parse: &Parse<'_>) -> Result<Vec<Failure>, Vec<Problem>> {
    let others = if rule.chain.is_some() { others } else { &[] };
    let mut failures = Vec::new();
    for test in &rule.tests {
        let mut engine = engine_for(rule, others, test)?;
        for shift in 0..=SHIFTS {
            let shift_us = shift * SHIFT_US + if shift == SHIFTS { WEEK_US } else { 0 };
            if let Err(Deviation { message, is_silent }) = run_once(&mut engine, rule, test, shift_us, parse)
            {
                failures.push(Failure {
                    rule_id: rule.id.clone(),
                    test: test.name.clone(),
                    shift_s: shift_us / SECOND_US,
                    is_silent,
                    message,
                });
                // The other shifts would say the same again.
                break;
            }
        }
    }
    Ok(failures)
}

/// An engine with the rule, and the others that run, in the test's town.
fn engine_for(rule: &Rule, others: &[Rule], test: &RuleTest) -> Result<Engine, Vec<Problem>> {
    let mut lists = Lists::default();
    for (name, items) in &test.lists {
        lists.insert(name, List::new(items));
    }
    let context = Context::new(Calendar::default(), lists);
    let options = Options { run_disabled: true, ..Options::default() };
    let others =
        others.iter().filter(|other| other.id != rule.id && other.is_enabled() && other.chain.is_none());
    let rules = others.chain([rule]).cloned().collect();
    let (engine, problems) = Engine::new(rules, SigmaSet::default(), &context, options);
    if problems.is_empty() { Ok(engine) } else { Err(problems) }
}

/// How a run did not go as its test says.
struct Deviation {
    message: String,
    is_silent: bool,
}

impl From<String> for Deviation {
    /// A rule that fails rings for nobody.
    fn from(message: String) -> Deviation {
        Deviation { message, is_silent: true }
    }
}

fn run_once(
    engine: &mut Engine,
    rule: &Rule,
    test: &RuleTest,
    shift_us: i64,
    parse: &Parse<'_>,
) -> Result<(), Deviation> {
    let mut told = Told::default();
    for ((tenant, name), text) in render::files(test, shift_us)? {
        let file = File { name: &name, bytes: text.as_bytes(), zone: &test.timezone, tenant: &tenant };
        for batch in parse(&file) {
            told.note(&batch);
            let hits = engine.evaluate(&batch).map_err(|error| chain(&error))?;
            engine.absorb(hits).map_err(|error| chain(&error))?;
        }
    }
    let mut found = engine.finish().map_err(|error| chain(&error))?;
    for rule in &found.coverage {
        if let Status::Failed(reason) = &rule.status {
            return Err(format!("the rule failed: {reason}; the lines were read as {told}").into());
        }
    }
    let others: BTreeSet<String> = found.alerts.iter().map(|alert| alert.rule_id.clone()).collect();
    found.alerts.retain(|alert| alert.rule_id == rule.id);
    if rule.chain.is_some() {
        told.rules = others;
    }
    let (missing, unexpected) = compare(&test.alerts, &found.alerts);
    if missing.is_empty() && unexpected.is_empty() {
        return Ok(());
    }
    let (mut message, is_silent) = (String::new(), !missing.is_empty());
    for entities in missing {
        message += &format!("no alert for {}; ", shown(entities));
    }
    for alert in unexpected {
        message += &format!("unexpected alert for {} ({} events); ", shown(&alert.entities), alert.count);
    }
    Err(Deviation { message: format!("{message}the lines were read as {told}"), is_silent })
}

fn chain(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", chain(source)),
        None => error.to_string(),
    }
}

fn shown(entities: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = entities.iter().map(|(name, value)| format!("{name}={value}")).collect();
    if pairs.is_empty() { "nobody".to_owned() } else { pairs.join(" ") }
}

/// Expected alerts that did not come, and alerts nobody expected.
fn compare<'t>(
    expected: &'t [BTreeMap<String, String>],
    found: &'t [Alert],
) -> (Vec<&'t BTreeMap<String, String>>, Vec<&'t Alert>) {
    let mut free: Vec<&Alert> = found.iter().collect();
    let mut missing = Vec::new();
    // Those that say most choose first, so that a vague one does not take the alert of a precise one.
    let mut expected: Vec<&BTreeMap<String, String>> = expected.iter().collect();
    expected.sort_by_key(|entities| std::cmp::Reverse(entities.len()));
    for entities in expected {
        let is_meant =
            |alert: &&Alert| entities.iter().all(|(name, value)| alert.entities.get(name) == Some(value));
        match free.iter().position(is_meant) {
            Some(position) => {
                free.remove(position);
            }
            None => missing.push(entities),
        }
    }
    (missing, free)
}

/// What the parsers made of a test's lines, for a reader who wonders why a rule is silent.
#[derive(Default)]
struct Told {
    kinds: BTreeMap<String, u64>,
    errors: BTreeSet<String>,
    /// Of a chain, the rules that rang.
    rules: BTreeSet<String>,
}

impl Told {
    fn note(&mut self, batch: &EventBatch) {
        let columns = [Column::Format, Column::Class, Column::EventAction, Column::EventOutcome];
        for row in 0..batch.len() {
            let word = |column| {
                let texts = batch.texts(column).filter(|texts| texts.is_valid(row));
                texts.map_or("-", |texts| texts.value(row))
            };
            *self.kinds.entry(columns.map(word).join("/")).or_insert(0) += 1;
            if word(Column::ParseError) != "-" {
                self.errors.insert(word(Column::ParseError).to_owned());
            }
        }
    }
}

impl fmt::Display for Told {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kinds.is_empty() {
            return out.write_str("no event at all");
        }
        let kinds: Vec<String> = self.kinds.iter().map(|(kind, count)| format!("{count} x {kind}")).collect();
        out.write_str(&kinds.join(", "))?;
        if !self.rules.is_empty() {
            let rules: Vec<&str> = self.rules.iter().map(String::as_str).collect();
            write!(out, "; {} rang", rules.join(", "))?;
        }
        self.errors.iter().try_for_each(|error| write!(out, " [{error}]"))
    }
}
