//! Runs of ringing events, and what is known of before when rows are slid over.
//!
//! Must not know: how runs are found.

use std::collections::HashMap;

use rustc_hash::FxHashMap;
use schema::Calendar;
use serde::{Deserialize, Serialize};

use super::evidence::Evidence;
use super::history::Histories;
use super::usual::Usual;

/// A run of ringing events of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Run {
    /// Name key of the tenant.
    pub tenant: u64,
    /// Entities that are not null, as (position among the layout's entities, text).
    pub entities: Vec<(usize, String)>,
    /// Its group, as sorted rows compare it.
    pub key: GroupKey,
    /// The same as rows not yet sorted are told apart by; of no use to another process.
    #[serde(skip)]
    pub group_hash: u64,
    /// Time of the first event that rang, µs since 1970 UTC.
    pub rang_us: i64,
    /// Time of the last one.
    pub last_rang_us: i64,
    /// What rang.
    pub evidence: Evidence,
}

/// Tenant and group keys of a row, as bytes that compare like them.
pub(crate) type GroupKey = Box<[u8]>;

/// Instants that are settled: they are not judged again.
#[derive(Debug, Clone)]
pub(crate) struct Floors {
    /// Every instant up to here, µs since 1970 UTC.
    pub settled_us: i64,
    /// For groups whose run goes on, those before the run.
    pub open: HashMap<GroupKey, i64>,
}

impl Default for Floors {
    /// Nothing is settled.
    fn default() -> Floors {
        Floors { settled_us: i64::MIN, open: HashMap::new() }
    }
}

impl Floors {
    /// That of a group.
    pub fn of(&self, key: &[u8]) -> i64 {
        self.open.get(key).copied().unwrap_or(self.settled_us)
    }
}

/// What is known of before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    /// What is judged already.
    pub floors: &'a Floors,
    /// No event can change an instant up to here any more, µs since 1970 UTC.
    pub settled_us: i64,
    /// What happened up to here is only remembered, µs since 1970 UTC.
    pub recalled_us: i64,
    /// Since when sources are watched.
    pub histories: &'a Histories,
    /// What groups are used to.
    pub usual: &'a FxHashMap<GroupKey, Usual>,
    /// The town's clock and days off.
    pub calendar: &'a Calendar,
}
