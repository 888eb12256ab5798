//! A chain: alerts of other rules that together say more than each.
//!
//! A chain of steps holds for an incident when there is an alert for each step, each rung no earlier than the one before, of
//! another rule than it, all within the chain's time. A chain over tenants holds for an address outside while it is in the alerts
//! of so many tenants within the chain's time. What holds is an alert of the chain's own rule.
//!
//! Promises: the same alerts give the same alerts; those that ring later change none of them. Must not know: SQL, who is told.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::IpAddr;

use schema::{Alert, List, Place, Provenance, Severity};

use super::LINK_GAP_US;
use super::book::{Book, STEP_SEVERITY_MIN};
use super::link::link_of;
use crate::context::Context;
use crate::engine::alert_id;
use crate::rule::{Bilingual, ChainOf, ChainSpec, Rule};

/// Places that an alert of a chain takes from each of its steps.
const STEP_PLACES_MAX: usize = 20;

/// A chain made ready.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    pub rule_id: String,
    version: u32,
    pub title: Bilingual,
    pub severity: Severity,
    sha256: String,
    spec: ChainSpec,
    /// Versions of the lists.
    lists: BTreeMap<String, String>,
    /// Who makes no chain.
    exempt: Vec<List>,
}

impl Chain {
    pub fn new(rule: &Rule, spec: &ChainSpec, context: &Context) -> Chain {
        let lists = || rule.lists.keys().filter_map(|name| Some((name, context.lists.get(name)?)));
        Chain {
            rule_id: rule.id.clone(),
            version: rule.version,
            title: rule.title.clone(),
            severity: rule.severity,
            sha256: rule.sha256.clone(),
            spec: spec.clone(),
            lists: lists().map(|(name, list)| (name.clone(), list.version())).collect(),
            exempt: lists().map(|(_, list)| list.clone()).collect(),
        }
    }

    /// True for a chain over tenants.
    pub fn is_across(&self) -> bool {
        matches!(self.spec.of, ChainOf::Tenants(_))
    }

    /// How long it may take, µs.
    pub fn within_us(&self) -> i64 {
        self.spec.within_us
    }

    /// The alert of the first time that the steps are there among an incident's alerts, which are in the order in which they
    /// rang.
    pub fn over_steps(&self, alerts: &[&Alert], book: &Book) -> Option<Alert> {
        let ChainOf::Steps(steps) = &self.spec.of else { return None };
        // For each step, by the rule of its alert, the way there that began last.
        let mut reached: Vec<BTreeMap<&str, Vec<&Alert>>> = vec![BTreeMap::new(); steps.len()];
        for alert in alerts.iter().filter(|alert| !self.is_exempt(alert)) {
            // Backwards: no alert is two steps.
            for (at, words) in steps.iter().enumerate().rev() {
                if !book.is_one_of(alert, words) {
                    continue;
                }
                let before = at.checked_sub(1).and_then(|before| reached.get(before));
                let way = match before {
                    None => vec![*alert],
                    Some(before) => match self.longest(before, alert) {
                        Some(way) => way,
                        None => continue,
                    },
                };
                if at + 1 == steps.len() {
                    let tenant = alert.tenant.clone();
                    return Some(self.alert(tenant, alert.rang_us, &way));
                }
                if let Some(reached) = reached.get_mut(at) {
                    reached.insert(&alert.rule_id, way);
                }
            }
        }
        None
    }

    /// The way that goes on with this alert and began last: it has the most time left.
    fn longest<'a>(
        &self,
        before: &BTreeMap<&str, Vec<&'a Alert>>,
        alert: &'a Alert,
    ) -> Option<Vec<&'a Alert>> {
        let others = before.iter().filter(|(rule_id, _)| **rule_id != alert.rule_id);
        let start_us = |way: &Vec<&Alert>| way.first().map_or(i64::MIN, |first| first.rang_us);
        let (_, way) = others.max_by_key(|(_, way)| start_us(way))?;
        let is_within = alert.rang_us.saturating_sub(start_us(way)) <= self.spec.within_us;
        is_within.then(|| way.iter().copied().chain([alert]).collect())
    }

    /// One alert for each tenant that has an address in common with so many others, and again when it was quiet there for
    /// longer than a story is. `alerts` are in the
    /// order in which they rang.
    pub fn over_tenants(&self, alerts: &[&Alert]) -> Vec<Alert> {
        let ChainOf::Tenants(tenants_min) = self.spec.of else { return Vec::new() };
        let mut by_address: BTreeMap<IpAddr, Vec<&Alert>> = BTreeMap::new();
        for alert in alerts.iter().filter(|alert| alert.severity >= STEP_SEVERITY_MIN) {
            let address = alert.entities.get("source_ip").and_then(|text| text.parse::<IpAddr>().ok());
            if let Some(address) = address.map(|address| address.to_canonical())
                && !schema::network::is_private(address)
                && !self.is_exempt(alert)
            {
                by_address.entry(address).or_default().push(alert);
            }
        }
        by_address.into_values().flat_map(|alerts| self.over_address(&alerts, tenants_min)).collect()
    }

    fn over_address(&self, alerts: &[&Alert], tenants_min: usize) -> Vec<Alert> {
        let (mut window, mut found) = (VecDeque::<&Alert>::new(), Vec::new());
        let (mut seen_us, mut told) = (BTreeMap::<&str, i64>::new(), BTreeSet::new());
        for alert in alerts {
            let tenant = alert.tenant.as_str();
            if alert.rule_id == self.rule_id {
                // It was told before, of alerts that may be gone.
                told.insert(tenant);
                continue;
            }
            let before_us = seen_us.insert(tenant, alert.rang_us);
            if before_us.is_some_and(|before_us| alert.rang_us.saturating_sub(before_us) > LINK_GAP_US) {
                told.remove(tenant);
            }
            window.push_back(alert);
            let is_over = |first: &&Alert| alert.rang_us.saturating_sub(first.rang_us) > self.spec.within_us;
            while window.front().is_some_and(is_over) {
                window.pop_front();
            }
            let tenants: BTreeSet<&str> = window.iter().copied().map(|alert| alert.tenant.as_str()).collect();
            if tenants.len() < tenants_min {
                continue;
            }
            for tenant in tenants {
                if told.insert(tenant) {
                    let steps: Vec<&Alert> =
                        window.iter().copied().filter(|alert| alert.tenant == tenant).collect();
                    found.push(self.alert(tenant.to_owned(), alert.rang_us, &steps));
                }
            }
        }
        found
    }

    fn is_exempt(&self, alert: &Alert) -> bool {
        let is_listed =
            |value: &String| self.exempt.iter().any(|list| list.contains_at(value, alert.first_us));
        alert.entities.values().any(is_listed)
    }

    /// The alert of these steps, which there are.
    fn alert(&self, tenant: String, rang_us: i64, steps: &[&Alert]) -> Alert {
        let mut entities = BTreeMap::new();
        for (column, value) in steps.iter().flat_map(|step| &step.entities) {
            if link_of(column, value).is_some() && !entities.contains_key(column) {
                entities.insert(column.clone(), value.clone());
            }
        }
        let first_us = steps.iter().map(|step| step.first_us).min().unwrap_or(rang_us);
        let places = steps.iter().flat_map(|step| step.evidence.iter().take(STEP_PLACES_MAX));
        let mut evidence: Vec<Place> = places.cloned().collect();
        evidence.sort_unstable();
        evidence.dedup();
        let is_cut = |step: &&Alert| step.evidence_truncated || step.evidence.len() > STEP_PLACES_MAX;
        let parser_version = steps.iter().map(|step| &step.provenance.parser_version).max();
        Alert {
            id: alert_id(&self.rule_id, self.version, &tenant, &entities, first_us),
            rule_id: self.rule_id.clone(),
            rule_title: self.title.en.clone(),
            rule_title_it: self.title.it.clone(),
            severity: self.severity,
            tenant,
            entities,
            first_us,
            last_us: steps.iter().map(|step| step.last_us).max().unwrap_or(rang_us),
            rang_us,
            count: steps.iter().map(|step| step.count).sum(),
            evidence,
            evidence_truncated: steps.iter().any(is_cut),
            incident: None,
            provenance: Provenance {
                rule_sha256: self.sha256.clone(),
                lists: self.lists.clone(),
                parser_version: parser_version.cloned().unwrap_or_default(),
            },
        }
    }
}
