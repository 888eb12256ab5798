//! Alerts that tell one story, and what is said of it.
//!
//! Promises: an incident is said whole each time, so that the last word on it is enough. Must not know: how alerts are linked.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::alert::Severity;

/// A rule that rang in an incident, the first time that it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// When it rang, µs since 1970 UTC.
    pub rang_us: i64,
    /// The rule.
    pub rule_id: String,
    /// Its title, English.
    pub title: String,
    /// Its title, Italian.
    pub title_it: String,
    /// How serious its alert is.
    pub severity: Severity,
    /// Where in an attack it stands: an ATT&CK tactic such as `TA0008`; none when its rule says no technique.
    pub tactic: Option<String>,
    /// The alert.
    pub alert: String,
}

/// Alerts of one story; it may be of one alert only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// From the alert that rang first: later alerts do not change it.
    pub id: String,
    /// The tenant concerned.
    pub tenant: String,
    /// What happened, English.
    pub title: String,
    /// What happened, Italian.
    pub title_it: String,
    /// No less serious than its gravest alert.
    pub severity: Severity,
    /// First event, µs since 1970 UTC.
    pub first_us: i64,
    /// Last event, µs since 1970 UTC.
    pub last_us: i64,
    /// Its alerts, those of chains included.
    pub alerts: u64,
    /// Rules that rang, those of chains included.
    pub rules: BTreeSet<String>,
    /// Addresses, accounts and hosts that more than one of its alerts names.
    pub links: BTreeSet<String>,
    /// What happened one after the other; the first ones when there are very many: `rules` has all.
    pub steps: Vec<Step>,
    /// Chains that hold, by the id of their rule.
    pub chains: Vec<String>,
    /// What to do first, Italian: of the chain that holds, else of the step that is furthest.
    pub response_it: Vec<String>,
}

/// Why an incident is spoken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum News {
    /// There was none before.
    Opened,
    /// It is more serious than it was, or a chain holds that did not.
    Escalated,
    /// Something else of it has changed.
    Changed,
    /// None of its alerts holds any more.
    Withdrawn,
}

impl News {
    /// True for what people are to be told at once.
    pub fn is_told(self) -> bool {
        self != News::Changed
    }
}

/// An incident as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldIncident {
    /// Why.
    pub news: News,
    /// Ids of incidents that are this one now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supersedes: Vec<String>,
    /// What it is.
    #[serde(flatten)]
    pub incident: Incident,
}
