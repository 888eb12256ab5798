//! What alerts may share, and which of them share it.
//!
//! Promises: what every machine has (root, loopback) links nothing; the same alerts make the same stories, in whatever order they
//! were told. Must not know: rules.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use schema::Alert;

use super::{LINK_GAP_US, SPAN_MAX_US};

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

/// What two alerts may share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Link {
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

/// An address is one whatever column it stands in; an account is one without its domain, a host by its first label.
pub(super) fn link_of(column: &str, value: &str) -> Option<Link> {
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

/// Alerts of one story, by position, and what more than one of them names.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub members: Vec<usize>,
    pub links: BTreeSet<String>,
}

/// Puts alerts of one tenant, which are in the order in which they rang, into stories. An alert joins the stories that
/// named something of its own no longer than [`LINK_GAP_US`] before, and that are not older than [`SPAN_MAX_US`].
pub(super) fn groups(alerts: &[&Alert]) -> Vec<Group> {
    let mut roots = Roots { parents: (0..alerts.len()).collect() };
    let mut latest: BTreeMap<Link, (usize, i64)> = BTreeMap::new();
    let mut links: Vec<BTreeSet<String>> = vec![BTreeSet::new(); alerts.len()];
    for (position, alert) in alerts.iter().enumerate() {
        let is_open = |root: usize| {
            let opened = alerts.get(root);
            opened.is_some_and(|opened| alert.rang_us.saturating_sub(opened.rang_us) <= SPAN_MAX_US)
        };
        let of_alert: BTreeSet<Link> =
            alert.entities.iter().filter_map(|(column, value)| link_of(column, value)).collect();
        for link in of_alert {
            let text = link.text();
            let (earlier, last_us) = latest.get(&link).copied().unwrap_or((position, i64::MIN));
            let is_near = alert.first_us.saturating_sub(last_us) <= LINK_GAP_US;
            if earlier != position && is_near && is_open(roots.of(earlier)) {
                roots.join(earlier, position);
                if let Some(noted) = links.get_mut(position) {
                    noted.insert(text);
                }
            }
            latest.insert(link, (position, last_us.max(alert.last_us)));
        }
    }
    let mut groups: BTreeMap<usize, Group> = BTreeMap::new();
    for (position, links) in links.into_iter().enumerate() {
        let group = groups.entry(roots.of(position)).or_default();
        group.members.push(position);
        group.links.extend(links);
    }
    groups.into_values().collect()
}

/// Alerts joined into groups; the root of a group is its first alert.
struct Roots {
    parents: Vec<usize>,
}

impl Roots {
    fn of(&mut self, mut position: usize) -> usize {
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
        let (a, b) = (self.of(a), self.of(b));
        if let Some(slot) = self.parents.get_mut(a.max(b)) {
            *slot = a.min(b);
        }
    }
}
