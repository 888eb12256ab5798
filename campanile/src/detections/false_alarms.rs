//! What verdicts say of rules: false alarms of each rule, by tenant and day.

use std::collections::BTreeMap;

use schema::Verdict;

use crate::moment::day_of;
use crate::told::Told;

/// False alarms of a rule at a tenant, at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FalseAlarms {
    /// The rule.
    pub rule_id: String,
    /// The tenant.
    pub tenant: String,
    /// How many on each UTC day, days since 1970.
    pub by_day: BTreeMap<i32, u64>,
}

impl FalseAlarms {
    /// Those of a log that rang since a day; the rule with most first.
    pub fn of(told: &Told, since_day: i32) -> Vec<FalseAlarms> {
        let mut by_rule = BTreeMap::<(&str, &str), BTreeMap<i32, u64>>::new();
        for row in told.holding() {
            let (alert, day) = (&row.alert, day_of(row.alert.rang_us));
            let is_false = told.judgement(row).is_some_and(|judgement| judgement.verdict == Verdict::False);
            if is_false && day >= since_day {
                let of_rule = by_rule.entry((&alert.rule_id, &alert.tenant)).or_default();
                *of_rule.entry(day).or_default() += 1;
            }
        }
        let mut all: Vec<FalseAlarms> = by_rule
            .into_iter()
            .map(|((rule_id, tenant), by_day)| FalseAlarms {
                rule_id: rule_id.to_owned(),
                tenant: tenant.to_owned(),
                by_day,
            })
            .collect();
        all.sort_by_key(|of_rule| std::cmp::Reverse(of_rule.count()));
        all
    }

    /// All of them.
    pub fn count(&self) -> u64 {
        self.by_day.values().sum()
    }

    /// The most of one day.
    pub fn most_in_a_day(&self) -> u64 {
        self.by_day.values().copied().max().unwrap_or(0)
    }

    /// Days with more than `budget`.
    pub fn days_over(&self, budget: u64) -> u64 {
        self.by_day.values().filter(|count| **count > budget).count() as u64
    }
}
