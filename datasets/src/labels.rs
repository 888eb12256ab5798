//! `labels.json`: what was planted, where, when, and what should ring.
//!
//! Promises: line numbers count from 1 in the written files; times are RFC 3339 in UTC.
//! Must not know: how lines are made.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::attacks::{Entity, Family};
use crate::story::Span;

/// The whole of `labels.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    /// The generated town.
    pub town: TownLabel,
    /// Seed.
    pub seed: u64,
    /// Number of generated days.
    pub days: u32,
    /// First local day.
    pub first_day: String,
    /// Lines written in all.
    pub lines: u64,
    /// Planted attacks.
    pub attacks: Vec<StoryLabel>,
    /// Look-alikes of attacks below every threshold: nothing may ring on them.
    pub twins: Vec<StoryLabel>,
    /// Harmless oddities, one per day they happened.
    pub benign: Vec<OddityLabel>,
}

/// The fictional town.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TownLabel {
    /// Invented name.
    pub name: String,
    /// ISTAT-like code.
    pub istat: String,
    /// Domain of web and mail.
    pub domain: String,
    /// Inhabitants.
    pub inhabitants: u64,
    /// Patron saint's day, `MM-DD`.
    pub patron_saint: String,
    /// Accounts of the administrators.
    pub administrators: Vec<String>,
    /// Accounts of the suppliers under contract.
    pub suppliers: Vec<String>,
    /// Networks of the suppliers' tunnels.
    pub supplier_pools: Vec<String>,
    /// Accounts of contracts and people that have ended.
    pub ended_accounts: Vec<String>,
    /// Accounts of people who are about to leave.
    pub leavers: Vec<String>,
    /// Names of the servers.
    pub servers: Vec<String>,
    /// Accounts the backups run as.
    pub backup_accounts: Vec<String>,
    /// Accounts of applications and batches.
    pub service_accounts: Vec<String>,
    /// Addresses the administrators work from.
    pub admin_hosts: Vec<String>,
    /// Addresses many people share.
    pub shared_nat: Vec<String>,
    /// Addresses that scan with leave.
    pub known_scanners: Vec<String>,
    /// Outside addresses that get large volumes: the nightly copy.
    pub known_destinations: Vec<String>,
}

/// One value, or several any of which may be named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One value.
    One(String),
    /// Several values.
    Many(Vec<String>),
}

impl OneOrMany {
    /// All the values.
    #[must_use]
    pub fn values(&self) -> &[String] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

/// An attack, or its twin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoryLabel {
    /// Scenario, `AT-NN`.
    pub attack: String,
    /// What it is aimed at.
    pub family: Family,
    /// Italian title.
    pub title_it: String,
    /// English title.
    pub title_en: String,
    /// Values an alert may name, by column of the event table.
    pub entity: BTreeMap<String, OneOrMany>,
    /// Time of its first line.
    pub start: String,
    /// Time of its last line.
    pub end: String,
    /// Detections any of which should ring; absent from a twin.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub detections_expected: Vec<String>,
    /// Its lines.
    pub lines: Vec<FileLines>,
}

/// Lines of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileLines {
    /// Name of the file in the output folder.
    pub file: String,
    /// First and last line of each run, from 1.
    pub ranges: Vec<(u64, u64)>,
}

/// A harmless oddity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OddityLabel {
    /// Oddity, `BN-NN`.
    pub id: String,
    /// Time of its first line.
    pub start: String,
    /// Time of its last line.
    pub end: String,
}

/// An instant in RFC 3339, UTC.
pub(crate) fn instant(at_ms: i64) -> String {
    Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}

pub(crate) fn oddity(number: u8, span: Span) -> OddityLabel {
    OddityLabel { id: format!("BN-{number:02}"), start: instant(span.start_ms), end: instant(span.end_ms) }
}

pub(crate) fn entity(entity: &Entity) -> BTreeMap<String, OneOrMany> {
    let column = |(column, values): (&&'static str, &Vec<String>)| {
        let values = match values.as_slice() {
            [value] => OneOrMany::One(value.clone()),
            _ => OneOrMany::Many(values.clone()),
        };
        ((*column).to_owned(), values)
    };
    entity.0.iter().map(column).collect()
}

/// Line numbers of one story in one file, as runs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Runs(Vec<(u64, u64)>);

impl Runs {
    /// Adds a line number; numbers come in order.
    pub(crate) fn add(&mut self, number: u64) {
        match self.0.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => self.0.push((number, number)),
        }
    }

    pub(crate) fn into_ranges(self) -> Vec<(u64, u64)> {
        self.0
    }
}
