//! Incidents: alerts that tell one story, because they share an address, an account or a host; and the chains of steps that
//! make a story more serious than its alerts.
//!
//! | file | what it holds |
//! |---|---|
//! | `link` | which alerts are one story |
//! | `chain`, `book` | what a chain waits for; what rules say of themselves |
//! | `told` | the same while alerts come: what is new, and what is forgotten |
//!
//! Promises: the same alerts give the same incidents, in whatever order they were told; an alert is in one incident.
//! Must not know: how alerts were found, who is told.

mod book;
mod chain;
mod link;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use schema::{Alert, Incident, Severity, Step};
use sha2::{Digest, Sha256};

pub use book::Book;
use book::STEP_SEVERITY_MIN;
pub use told::{Incidents, Telling};

use crate::attack::Tactic;
use crate::span::HOUR_US;

/// Alerts on one entity farther apart than this are different stories, µs.
pub const LINK_GAP_US: i64 = 48 * HOUR_US;
/// What rings later than this after the first alert of a story is another one, µs.
pub const SPAN_MAX_US: i64 = 7 * 24 * HOUR_US;
/// From so many tactics on, each further on in an attack than those before, a story is one step graver than its gravest alert.
pub const TACTICS_MIN: usize = 3;
/// Steps that are said of an incident.
const STEPS_MAX: usize = 50;
/// Entities of an incident that are named.
const LINKS_MAX: usize = 50;

/// Alerts of one story, and what they come to.
pub(crate) struct Story {
    pub incident: Incident,
    /// Its alerts, those of chains left out, by position.
    pub members: Vec<usize>,
    /// Alerts of the chains that hold.
    pub chains: Vec<Alert>,
}

/// The order in which alerts rang.
fn rang(a: &&Alert, b: &&Alert) -> std::cmp::Ordering {
    a.rang_us.cmp(&b.rang_us).then_with(|| (&a.rule_id, &a.id).cmp(&(&b.rule_id, &b.id)))
}

/// The stories of one tenant's alerts, which are in the order in which they rang.
fn stories(alerts: &[&Alert], book: &Book) -> Vec<Story> {
    let stories = link::groups(alerts).into_iter().filter_map(|group| {
        let members: Vec<&Alert> = group.members.iter().filter_map(|at| alerts.get(*at)).copied().collect();
        let id = id(members.first()?);
        let chains = book.chains.iter().filter_map(|chain| chain.over_steps(&members, book));
        let chains: Vec<Alert> = chains.map(|alert| Alert { incident: Some(id.clone()), ..alert }).collect();
        let incident = incident(id, &members, &chains, group.links, book)?;
        Some(Story { incident, members: group.members, chains })
    });
    stories.collect()
}

/// Alerts of chains over tenants.
fn across<'a>(alerts: impl Iterator<Item = &'a Alert>, book: &Book) -> Vec<Alert> {
    if !book.chains.iter().any(chain::Chain::is_across) {
        return Vec::new();
    }
    let mut alerts: Vec<&Alert> = alerts.collect();
    alerts.sort_unstable_by(rang);
    book.chains.iter().flat_map(|chain| chain.over_tenants(&alerts)).collect()
}

/// Finds the incidents among `alerts`, notes them there, and adds the alerts of chains.
pub(crate) fn link(alerts: &mut Vec<Alert>, book: &Book) -> Vec<Incident> {
    alerts.extend(across(alerts.iter(), book));
    let mut by_tenant: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (position, alert) in alerts.iter().enumerate() {
        by_tenant.entry(&alert.tenant).or_default().push(position);
    }
    let (mut incidents, mut chains, mut of) = (Vec::new(), Vec::new(), vec![None; alerts.len()]);
    for mut positions in by_tenant.into_values() {
        let at = |position: &usize| alerts.get(*position);
        positions.sort_unstable_by(|a, b| at(a).zip(at(b)).map_or_else(|| a.cmp(b), |(a, b)| rang(&a, &b)));
        let of_tenant: Vec<&Alert> = positions.iter().filter_map(at).collect();
        for story in stories(&of_tenant, book) {
            for position in story.members.iter().filter_map(|at| positions.get(*at)) {
                if let Some(of) = of.get_mut(*position) {
                    *of = Some(story.incident.id.clone());
                }
            }
            chains.extend(story.chains);
            incidents.push(story.incident);
        }
    }
    for (alert, incident) in alerts.iter_mut().zip(of) {
        alert.incident = incident;
    }
    alerts.extend(chains);
    incidents.sort_by(|a, b| (a.first_us, &a.id).cmp(&(b.first_us, &b.id)));
    incidents
}

/// The id of the incident that begins with this alert.
fn id(first: &Alert) -> String {
    let digest = Sha256::digest(format!("incident {}", first.id).as_bytes());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// What is said of alerts that are in the order in which they rang.
fn incident(
    id: String,
    members: &[&Alert],
    chains: &[Alert],
    links: BTreeSet<String>,
    book: &Book,
) -> Option<Incident> {
    let first = members.first()?;
    let all = || members.iter().copied().chain(chains);
    let steps = steps(members, book);
    let furthest = furthest(&steps, book);
    let gravest = all().map(|alert| alert.severity).max()?;
    let raised = if tactics_reached(&steps, book) >= TACTICS_MIN { graver(gravest) } else { gravest };
    // Of equally grave chains the one that held last says what to do.
    let chain = chains.iter().max_by_key(|chain| (chain.severity, chain.rang_us));
    let said_by = chain.map(|chain| &chain.rule_id).or(furthest.map(|step| &step.rule_id));
    Some(Incident {
        id,
        tenant: first.tenant.clone(),
        title: title(
            [
                chain.map(|chain| &chain.rule_title),
                steps.first().map(|step| &step.title),
                furthest.map(|step| &step.title),
            ],
            "then",
        ),
        title_it: title(
            [
                chain.map(|chain| &chain.rule_title_it),
                steps.first().map(|step| &step.title_it),
                furthest.map(|step| &step.title_it),
            ],
            "poi",
        ),
        severity: raised,
        first_us: all().map(|alert| alert.first_us).min()?,
        last_us: all().map(|alert| alert.last_us).max()?,
        alerts: all().count() as u64,
        rules: all().map(|alert| alert.rule_id.clone()).collect(),
        links: links.into_iter().take(LINKS_MAX).collect(),
        response_it: said_by.map(|rule_id| book.response_it(rule_id).to_vec()).unwrap_or_default(),
        chains: chains.iter().map(|chain| chain.rule_id.clone()).collect(),
        steps: steps.into_iter().take(STEPS_MAX).collect(),
    })
}

/// Each rule the first time that it rang.
fn steps(members: &[&Alert], book: &Book) -> Vec<Step> {
    let mut firsts: Vec<&Alert> = Vec::new();
    for alert in members {
        if !firsts.iter().any(|first| first.rule_id == alert.rule_id) {
            firsts.push(alert);
        }
    }
    let step = |alert: &Alert| Step {
        rang_us: alert.rang_us,
        rule_id: alert.rule_id.clone(),
        title: alert.rule_title.clone(),
        title_it: alert.rule_title_it.clone(),
        severity: alert.severity,
        tactic: book.tactic(&alert.rule_id).map(|tactic| tactic.id().to_owned()),
        alert: alert.id.clone(),
    };
    firsts.into_iter().map(step).collect()
}

/// Where a step stands in an attack; nowhere when it is an attempt or a hint.
fn tactic(step: &Step, book: &Book) -> Option<Tactic> {
    book.tactic(&step.rule_id).filter(|_| step.severity >= STEP_SEVERITY_MIN)
}

/// The step that is furthest on in an attack; of several the gravest, then the first.
fn furthest<'s>(steps: &'s [Step], book: &Book) -> Option<&'s Step> {
    steps.iter().rev().max_by_key(|step| (tactic(step, book), step.severity))
}

/// How many tactics the steps come to, each further on than all before.
fn tactics_reached(steps: &[Step], book: &Book) -> usize {
    let mut reached: Vec<Tactic> = Vec::new();
    for tactic in steps.iter().filter_map(|step| tactic(step, book)) {
        if reached.last().is_none_or(|last| *last < tactic) {
            reached.push(tactic);
        }
    }
    reached.len()
}

/// `CHAIN: FIRST, then FURTHEST`, as far as there is one.
fn title([chain, first, furthest]: [Option<&String>; 3], then: &str) -> String {
    let story = match (first, furthest) {
        (Some(first), Some(furthest)) if first != furthest => format!("{first}, {then} {furthest}"),
        (first, _) => first.cloned().unwrap_or_default(),
    };
    match chain {
        Some(chain) => format!("{chain}: {story}"),
        None => story,
    }
}

fn graver(severity: Severity) -> Severity {
    Severity::ALL.iter().copied().find(|other| *other > severity).unwrap_or(severity)
}

#[cfg(test)]
mod tests;
