//! What a Sigma rule says about itself.
//!
//! Promises: nothing here decides what matches. Must not know: atoms, events.

use std::fmt::Write as _;
use std::sync::Arc;

use rsigma_parser::{Level, LogSource, SigmaRule};
use schema::Severity;
use sha2::{Digest, Sha256};

/// The head of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its id; the path of its file when it has none.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its description, empty when it has none.
    pub description: String,
    /// How serious a match is; medium when the rule does not say.
    pub severity: Severity,
    /// Its tags, as written (`attack.t1110`).
    pub tags: Vec<String>,
    /// What may ring it without harm.
    pub false_positives: Vec<String>,
    /// Who wrote it: the Detection Rule License asks to name them with every match.
    pub author: Option<String>,
    /// Where its facts come from.
    pub references: Vec<String>,
    /// Its log source in words: `category=process_creation product=windows`.
    pub log_source: String,
    /// The file, as it was named to the loader.
    pub path: Arc<str>,
    /// SHA-256 of the file's text, lowercase hex.
    pub sha256: Arc<str>,
}

impl Rule {
    pub(super) fn new(rule: &SigmaRule, path: &Arc<str>, sha256: &Arc<str>) -> Rule {
        Rule {
            id: rule.id.clone().unwrap_or_else(|| path.to_string()),
            title: rule.title.clone(),
            description: rule.description.clone().unwrap_or_default(),
            severity: severity(rule.level),
            tags: rule.tags.clone(),
            false_positives: rule.falsepositives.clone(),
            author: rule.author.clone(),
            references: rule.references.clone(),
            log_source: log_source_words(&rule.logsource),
            path: Arc::clone(path),
            sha256: Arc::clone(sha256),
        }
    }
}

fn severity(level: Option<Level>) -> Severity {
    match level {
        Some(Level::Informational) => Severity::Info,
        Some(Level::Low) => Severity::Low,
        Some(Level::Medium) | None => Severity::Medium,
        Some(Level::High) => Severity::High,
        Some(Level::Critical) => Severity::Critical,
    }
}

pub(super) fn log_source_words(source: &LogSource) -> String {
    let parts = [("category", &source.category), ("product", &source.product), ("service", &source.service)];
    let said = parts.iter().filter_map(|(name, value)| value.as_ref().map(|value| format!("{name}={value}")));
    let words: Vec<String> = said.collect();
    if words.is_empty() { "(none)".to_owned() } else { words.join(" ") }
}

/// SHA-256 of a text, lowercase hex.
pub(super) fn sha256_hex(text: &str) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        // Writing to a String cannot fail.
        let written = write!(hex, "{byte:02x}");
        debug_assert!(written.is_ok());
    }
    hex
}
