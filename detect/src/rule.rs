//! A detection: what its file says, read and checked, but not yet compiled.
//!
//! Promises: one file, one rule; whatever is wrong with the header is a [`Problem`] with its place.
//! Must not know: SQL, events, how rules run.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use schema::Severity;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::header;
use crate::problem::Problem;

/// A text in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// English.
    pub en: String,
    /// Italian.
    pub it: String,
}

/// Which of the two alarm families of a town hall a rule serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// The continuity of a service.
    Continuity,
    /// A sensitive database.
    Database,
    /// Both.
    Both,
}

impl Family {
    /// Its word in rule files and outputs.
    pub const fn name(self) -> &'static str {
        match self {
            Family::Continuity => "continuity",
            Family::Database => "database",
            Family::Both => "both",
        }
    }
}

/// Where a rule comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// It travels in the binary.
    Builtin,
    /// A file of the user.
    File,
}

/// A parameter's value.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged, expecting = "a number, a text, true or false, or a list of texts")]
pub enum ParamValue {
    /// true or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// A text.
    Text(String),
    /// Several texts, for `x IN ($names)`.
    Texts(Vec<String>),
}

impl fmt::Display for ParamValue {
    /// As it would be written in SQL.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParamValue::Boolean(value) => write!(out, "{value}"),
            ParamValue::Integer(value) => write!(out, "{value}"),
            ParamValue::Float(value) => write!(out, "{value}"),
            ParamValue::Text(value) => write!(out, "'{value}'"),
            ParamValue::Texts(values) => write!(out, "('{}')", values.join("', '")),
        }
    }
}

/// What `in_list(x, 'name')` says while the tenant's list is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhenEmpty {
    /// The rule does not run, and says so.
    Silent,
    /// Everything is on the list.
    Everything,
    /// Nothing is on the list.
    NothingListed,
}

/// What a rule needs to see anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Requires {
    /// Classes of events; one of them is enough.
    pub classes: Vec<String>,
    /// Columns (`fields.KEY` for a key of `fields`) that must not always be null.
    pub columns: Vec<String>,
}

/// What a chain waits for: alerts of other rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainSpec {
    /// Longest time from its first step to its last, µs.
    pub within_us: i64,
    /// What there must be.
    pub of: ChainOf,
}

/// Which alerts make a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainOf {
    /// Steps of one incident, one after the other: for each the rules, techniques and tactics of which one is enough.
    Steps(Vec<Vec<String>>),
    /// One address outside, in so many tenants.
    Tenants(usize),
}

/// When what a rule selects is new: its entities together, seen in no event that the rule selects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstSeen {
    /// For so long before the event, µs; who was away for longer is new again.
    pub within_us: i64,
    /// A source that is watched for less than that teaches and rings nothing, µs.
    pub min_history_us: i64,
    /// A tenant's list of what is known: once it has entries, nothing need be learnt.
    pub list: Option<String>,
}

/// When what a window rule counts is more than is usual: its own past says what is, at the hours that are alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// The output column that is compared.
    pub of: String,
    /// Median deviations above the median that are still usual.
    pub times: f64,
    /// A tenant that is watched for less has nothing usual: what HAVING says rings, µs.
    pub min_history_us: i64,
}

/// A test a rule carries: lines, and the alerts they must raise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleTest {
    /// What it shows.
    pub name: String,
    /// When the first line was written, RFC 3339.
    pub start: String,
    /// Zone of the devices' clocks, an IANA name.
    pub timezone: String,
    /// The tenant's lists in this test.
    pub lists: BTreeMap<String, Vec<String>>,
    /// One map of entities for each alert expected; none when it must stay silent.
    pub alerts: Vec<BTreeMap<String, String>>,
    /// The lines.
    pub lines: Vec<TestLine>,
}

/// A line of a test, as a device sends it, `count` times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestLine {
    /// The line with its placeholders.
    pub text: String,
    /// First repetition, µs after the test's start.
    pub at_us: i64,
    /// How many times.
    pub count: u32,
    /// Distance of two repetitions, µs.
    pub every_us: i64,
    /// File it is written to.
    pub file: String,
    /// Tenant that sends it.
    pub tenant: String,
}

/// A detection as its file says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Name for ever, as `AC-01`.
    pub id: String,
    /// Raised when a change of the rule must raise alerts anew; 1 at first.
    pub version: u32,
    /// Title.
    pub title: Bilingual,
    /// What it catches.
    pub description: Bilingual,
    /// How serious its alerts are.
    pub severity: Severity,
    /// Alarm family.
    pub family: Family,
    /// Length of the trailing window, µs; none for a match rule or a look at the whole range.
    pub window_us: Option<i64>,
    /// It rings only for what was not seen before; none when it rings whatever was.
    pub first_seen: Option<FirstSeen>,
    /// It rings only for more than is usual; none when HAVING alone decides.
    pub baseline: Option<Baseline>,
    /// What a chain waits for; none for a rule over events.
    pub chain: Option<ChainSpec>,
    /// Output columns that are entities; none when the file leaves the choice to the engine.
    pub entity: Option<Vec<String>>,
    /// ATT&CK techniques.
    pub attack: Vec<String>,
    /// Class of the Italian cybersecurity agency's taxonomy.
    pub acn_class: String,
    /// What it needs.
    pub requires: Requires,
    /// Benign things that look alike, English.
    pub false_positives: Vec<String>,
    /// The same, Italian.
    pub false_positives_it: Vec<String>,
    /// First response, Italian, step by step.
    pub response_it: Vec<String>,
    /// What it watches of employees: `no`, or a text.
    pub privacy: String,
    /// Why it is off by default; none when it is on.
    pub disabled: Option<Bilingual>,
    /// Parameters with their defaults.
    pub params: BTreeMap<String, ParamValue>,
    /// Tenant lists it reads.
    pub lists: BTreeMap<String, WhenEmpty>,
    /// Its tests.
    pub tests: Vec<RuleTest>,
    /// The whole file.
    pub text: Arc<str>,
    /// SHA-256 of the whole file, lowercase hex.
    pub sha256: String,
    /// Where it comes from.
    pub origin: Origin,
    /// File name: the path below `rules/` for a built-in rule.
    pub path: String,
    /// Byte of `text` at which the SQL starts.
    pub(crate) body_start: usize,
}

impl Rule {
    /// Reads the rule file `text`.
    pub fn parse(path: &str, text: &str, origin: Origin) -> Result<Rule, Vec<Problem>> {
        header::read(path, text, origin)
    }

    /// Gives a parameter another value. Alerts name what decided, and windows begin anew with it: the hash is another one.
    pub fn set(&mut self, name: &str, value: ParamValue) {
        self.sha256 = sha256_hex(&format!("{}\n{name} = {value:?}", self.sha256));
        self.params.insert(name.to_owned(), value);
    }

    /// Rules that hold for a time: the window, how far back something was not seen, or the time within which a chain must come
    /// to its end, µs.
    pub fn length_us(&self) -> Option<i64> {
        let before_us = self.first_seen.as_ref().map(|first_seen| first_seen.within_us);
        self.window_us.or(before_us).or(self.chain.as_ref().map(|chain| chain.within_us))
    }

    /// True when what it finds hangs on a past.
    pub fn remembers(&self) -> bool {
        self.first_seen.is_some() || self.baseline.is_some()
    }

    /// The SQL.
    pub fn body(&self) -> &str {
        self.text.get(self.body_start..).unwrap_or_default().trim()
    }

    /// True when it runs unless it is told not to.
    pub fn is_enabled(&self) -> bool {
        self.disabled.is_none()
    }

    /// The folder of its file, the last one: `access` for `access/ssh_guess.sql`.
    pub fn folder(&self) -> &str {
        let mut parts = self.path.rsplit(['/', '\\']);
        parts.next();
        parts.next().unwrap_or_default()
    }

    /// The file with the header's characters blanked, so that places in the SQL are places in the file.
    pub(crate) fn body_in_place(&self) -> String {
        let header = self.text.get(..self.body_start).unwrap_or_default();
        let blanks = header.chars().filter(|c| *c == '\n');
        blanks.chain(self.text.get(self.body_start..).unwrap_or_default().chars()).collect()
    }
}

/// SHA-256 of a rule's text, lowercase hex.
pub(crate) fn sha256_hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
