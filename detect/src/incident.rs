//! Incidents: alerts that tell one story, because they share an address, an account or a host within a day.
//!
//! Promises: the same alerts give the same incidents; an alert is in one incident at most. What every machine
//! has (root, loopback) links nothing. Must not know: how alerts were found.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use schema::{Alert, Severity};
use sha2::{Digest, Sha256};

use crate::span::HOUR_US;

/// Alerts on one entity farther apart than this are different stories, µs.
pub const LINK_GAP_US: i64 = 24 * HOUR_US;
/// From so many different rules on, a story is one step graver than its gravest alert.
pub const CHAIN_RULES_MIN: usize = 3;

/// Accounts that exist everywhere: sharing them says nothing.
const COMMON_ACCOUNTS: [&str; 18] = [
    "root",
    "administrator",
    "administrators",
    "admin",
    "system",
    "sistema",
    "localsystem",
    "nobody",
    "anonymous",
    "anonymous logon",
    "accesso anonimo",
    "guest",
    "local service",
    "network service",
    "servizio locale",
    "servizio di rete",
    "www-data",
    "postgres",
];

/// Alerts of one story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Its id, from that of its first alert: later alerts do not change it.
    pub id: String,
    /// The tenant concerned.
    pub tenant: String,
    /// Ids of its alerts, by first event.
    pub alerts: Vec<String>,
    /// Rules that rang.
    pub rules: BTreeSet<String>,
    /// What links the alerts.
    pub links: BTreeSet<String>,
    /// How serious the story is.
    pub severity: Severity,
    /// First event, µs since 1970 UTC.
    pub first_us: i64,
    /// Last event, µs since 1970 UTC.
    pub last_us: i64,
}

/// What two alerts may share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Link {
    Address(IpAddr),
    Account(String),
    Host(String),
    Subject(String),
}

impl Link {
    fn text(&self) -> String {
        match self {
            Link::Address(address) => address.to_string(),
            Link::Account(text) | Link::Host(text) | Link::Subject(text) => text.clone(),
        }
    }
}

/// Finds the incidents among `alerts`, which are in order of their first event, and notes them in the alerts.
pub(crate) fn link(alerts: &mut [Alert]) -> Vec<Incident> {
    let mut groups = Groups { parents: (0..alerts.len()).collect() };
    let mut latest: BTreeMap<(&str, Link), (usize, i64)> = BTreeMap::new();
    let mut links: Vec<BTreeSet<String>> = vec![BTreeSet::new(); alerts.len()];
    for (position, alert) in alerts.iter().enumerate() {
        for link in links_of(alert) {
            let text = link.text();
            let entry = latest.entry((&alert.tenant, link)).or_insert((position, i64::MIN));
            let (earlier, last_us) = *entry;
            if earlier != position && alert.first_us.saturating_sub(last_us) <= LINK_GAP_US {
                groups.join(earlier, position);
                if let Some(noted) = links.get_mut(position) {
                    noted.insert(text);
                }
            }
            *entry = (position, last_us.max(alert.last_us));
        }
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for position in 0..alerts.len() {
        members.entry(groups.root(position)).or_default().push(position);
    }
    let stories = members.into_values().filter(|positions| positions.len() > 1);
    let stories: Vec<(Vec<usize>, Incident)> = stories
        .filter_map(|positions| Some((positions.clone(), incident(alerts, &positions, &links)?)))
        .collect();
    let mut incidents = Vec::with_capacity(stories.len());
    for (positions, incident) in stories {
        for position in positions {
            if let Some(alert) = alerts.get_mut(position) {
                alert.incident = Some(incident.id.clone());
            }
        }
        incidents.push(incident);
    }
    incidents
}

fn incident(alerts: &[Alert], positions: &[usize], links: &[BTreeSet<String>]) -> Option<Incident> {
    let members: Vec<&Alert> = positions.iter().filter_map(|position| alerts.get(*position)).collect();
    let first = members.first()?;
    let rules: BTreeSet<String> = members.iter().map(|alert| alert.rule_id.clone()).collect();
    let gravest = members.iter().map(|alert| alert.severity).max()?;
    let severity = if rules.len() >= CHAIN_RULES_MIN { graver(gravest) } else { gravest };
    let digest = Sha256::digest(format!("incident {}", first.id).as_bytes());
    Some(Incident {
        id: digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect(),
        tenant: first.tenant.clone(),
        alerts: members.iter().map(|alert| alert.id.clone()).collect(),
        rules,
        links: positions.iter().filter_map(|position| links.get(*position)).flatten().cloned().collect(),
        severity,
        first_us: first.first_us,
        last_us: members.iter().map(|alert| alert.last_us).max()?,
    })
}

fn graver(severity: Severity) -> Severity {
    Severity::ALL.iter().copied().find(|other| *other > severity).unwrap_or(severity)
}

/// What an alert can be linked by.
fn links_of(alert: &Alert) -> BTreeSet<Link> {
    alert.entities.iter().filter_map(|(column, value)| link_of(column, value)).collect()
}

/// An address is one whatever column it stands in; an account is one without its domain, a host by its first
/// label.
fn link_of(column: &str, value: &str) -> Option<Link> {
    if let Ok(address) = value.parse::<IpAddr>() {
        let address = address.to_canonical();
        let links = !address.is_loopback() && !address.is_unspecified();
        return links.then_some(Link::Address(address));
    }
    let value = value.to_lowercase();
    let account = value.rsplit('\\').next().unwrap_or_default().split('@').next().unwrap_or_default().trim();
    let host = value.split('.').next().unwrap_or_default();
    match column {
        "user_name" | "user_target_name" if !account.is_empty() && !COMMON_ACCOUNTS.contains(&account) => {
            Some(Link::Account(account.to_owned()))
        }
        "host_name" | "destination_domain" if !host.is_empty() && host != "localhost" => {
            Some(Link::Host(host.to_owned()))
        }
        "subject_ref" if !value.is_empty() => Some(Link::Subject(value)),
        _ => None,
    }
}

/// Alerts joined into groups; the root of a group is its first alert.
struct Groups {
    parents: Vec<usize>,
}

impl Groups {
    fn root(&mut self, mut position: usize) -> usize {
        while let Some(parent) = self.parents.get(position).copied().filter(|parent| *parent != position) {
            let grandparent = self.parents.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.parents.get_mut(position) {
                *slot = grandparent;
            }
            position = grandparent;
        }
        position
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if let Some(slot) = self.parents.get_mut(a.max(b)) {
            *slot = a.min(b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert(rule: &str, hour: i64, entities: &[(&str, &str)]) -> Alert {
        let entities = entities.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        Alert {
            id: format!("{rule}-{hour}"),
            rule_id: rule.to_owned(),
            rule_title: String::new(),
            rule_title_it: String::new(),
            severity: Severity::Medium,
            tenant: "default".to_owned(),
            entities,
            first_us: hour * HOUR_US,
            last_us: hour * HOUR_US,
            rang_us: hour * HOUR_US,
            count: 1,
            evidence: Vec::new(),
            evidence_truncated: false,
            incident: None,
            provenance: Default::default(),
        }
    }

    #[test]
    fn an_address_links_across_columns_and_a_host_by_its_short_name() {
        let mut alerts = [
            alert("A", 0, &[("source_ip", "203.0.113.9"), ("host_name", "srv-ts.example.it")]),
            alert("B", 5, &[("destination_ip", "203.0.113.9")]),
            alert("C", 20, &[("host_name", "SRV-TS"), ("user_name", r"ENTE\m.verdi")]),
            alert("D", 30, &[("user_name", "m.verdi@example.it")]),
            alert("E", 31, &[("source_ip", "198.51.100.1")]),
        ];
        let incidents = link(&mut alerts);
        assert_eq!(incidents.len(), 1);
        assert_eq!(incidents[0].alerts, ["A-0", "B-5", "C-20", "D-30"]);
        assert_eq!(incidents[0].severity, Severity::High, "four rules in one story");
        assert_eq!(alerts[4].incident, None);
        assert!(alerts[..4].iter().all(|alert| alert.incident.as_ref() == Some(&incidents[0].id)));
    }

    #[test]
    fn more_than_a_day_apart_or_of_another_tenant_is_another_story() {
        let mut alerts = [
            alert("A", 0, &[("source_ip", "203.0.113.9")]),
            alert("B", 25, &[("source_ip", "203.0.113.9")]),
            alert("C", 26, &[("source_ip", "203.0.113.9")]),
        ];
        alerts[2].tenant = "other".to_owned();
        assert_eq!(link(&mut alerts), []);
    }

    #[test]
    fn what_every_machine_has_links_nothing() {
        let mut alerts = [
            alert("A", 0, &[("user_name", "root"), ("source_ip", "127.0.0.1")]),
            alert("B", 1, &[("user_name", "root"), ("source_ip", "127.0.0.1")]),
            alert("A", 2, &[("user_name", "SERVIZIO LOCALE")]),
            alert("B", 3, &[("user_name", r"NT AUTHORITY\Servizio locale")]),
        ];
        assert_eq!(link(&mut alerts), []);
    }
}
