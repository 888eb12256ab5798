//! How far the journals of other nodes are durable here: what a node that sends is told, so that it goes on from there.
//!
//! Promises: a position is never ahead of what is durable; their number is bounded. Must not know: sockets, the journal.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Journals that are known at most.
const JOURNALS_MAX: usize = 64 * 1024;

/// Positions, shared by whoever stores and whoever receives.
#[derive(Debug, Clone, Default)]
pub struct Positions(Arc<RwLock<HashMap<u64, u64>>>);

impl Positions {
    /// Those that are known at the start.
    pub fn new(positions: impl Iterator<Item = (u64, u64)>) -> Positions {
        Positions(Arc::new(RwLock::new(positions.collect())))
    }

    /// The last seq of a journal that is durable here; 0 when none is.
    pub fn of(&self, journal: u64) -> u64 {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&journal).copied().unwrap_or(0)
    }

    /// What that journal has up to `upto` is durable here.
    pub fn set(&self, journal: u64, upto: u64) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(journal, upto);
    }

    /// False for a journal that is not known, when too many are.
    pub fn admits(&self, journal: u64) -> bool {
        let positions = self.0.read().unwrap_or_else(PoisonError::into_inner);
        positions.len() < JOURNALS_MAX || positions.contains_key(&journal)
    }
}
