//! Rules that failed while they ran: from then on such a rule is off, and the others go on.
//!
//! Promises: a rule fails once. Must not know: what failed in it.

use crate::coverage::RuleFailure;
use crate::error::Error;

/// Rules that failed, by position, in the order in which they did.
#[derive(Debug, Default)]
pub(super) struct Failures {
    positions: Vec<usize>,
    all: Vec<RuleFailure>,
}

impl Failures {
    /// Notes why the rule at that position failed. An error that is no rule's own comes back.
    pub fn add(&mut self, position: usize, error: Error) -> Result<(), Error> {
        match error {
            Error::Rule { rule_id, source } => {
                if !self.has(position) {
                    self.positions.push(position);
                    self.all.push(RuleFailure { rule_id, reason: source.to_string() });
                }
                Ok(())
            }
            other => Err(other),
        }
    }

    /// True when the rule at that position failed.
    pub fn has(&self, position: usize) -> bool {
        self.positions.contains(&position)
    }

    /// All of them.
    pub fn all(&self) -> &[RuleFailure] {
        &self.all
    }
}
