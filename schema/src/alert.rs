//! What a rule says when it rings, with all that is needed to believe it.
//!
//! Promises: an alert names its evidence and what decided (rule text, lists, parsers). Must not know: how it was found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How serious an alert is, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; never an alarm.
    Info,
    /// To be read within the week.
    Low,
    /// To be read today.
    Medium,
    /// To be acted upon today.
    High,
    /// To be acted upon now.
    Critical,
}

impl Severity {
    /// Every severity, the least first.
    pub const ALL: [Severity; 5] =
        [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

    /// Its word in files and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }

    /// The Italian word shown to people.
    pub const fn name_it(self) -> &'static str {
        match self {
            Severity::Info => "informativa",
            Severity::Low => "bassa",
            Severity::Medium => "media",
            Severity::High => "alta",
            Severity::Critical => "critica",
        }
    }
}

/// One place in a file or stream: the collector (the file's path in file mode) and the seq (its line).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Collector, the path in file mode.
    pub file: std::sync::Arc<str>,
    /// Seq, the 1-based line in file mode.
    pub line: u64,
}

/// What decided, so that the same alert can be made again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// SHA-256 of the rule's text, lowercase hex.
    pub rule_sha256: String,
    /// Versions of the lists the rule read, by name.
    pub lists: BTreeMap<String, String>,
    /// Version of the parsers.
    pub parser_version: String,
}

/// An alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Final key: rule, version, tenant, entity and first event hashed (lowercase hex).
    pub id: String,
    /// The rule that rang.
    pub rule_id: String,
    /// Its title, English.
    pub rule_title: String,
    /// Its title, Italian.
    pub rule_title_it: String,
    /// How serious it is.
    pub severity: Severity,
    /// The tenant concerned.
    pub tenant: String,
    /// Column name to value: who or what the alert is about.
    pub entities: BTreeMap<String, String>,
    /// First event of the run, µs since 1970 UTC.
    pub first_us: i64,
    /// Last event of the run, µs since 1970 UTC.
    pub last_us: i64,
    /// When the rule first held, µs since 1970 UTC of the event that made it ring.
    pub rang_us: i64,
    /// Events of the run, exact.
    pub count: u64,
    /// Where they are, in order of file and line; whole up to a bound.
    pub evidence: Vec<Place>,
    /// True when `evidence` was cut at the bound.
    pub evidence_truncated: bool,
    /// Incident the alert belongs to, when others are linked with it.
    pub incident: Option<String>,
    /// What decided.
    pub provenance: Provenance,
}
