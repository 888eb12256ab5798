//! Incidents of several alerts, for people.
//!
//! Must not know: HTML.

use std::cmp::Reverse;

use jiff::tz::TimeZone;
use schema::Incident;

use super::without_number;
use crate::moment;
use crate::terminal::printable;

/// Incidents that are shown; the alerts of the others are.
const STORIES_MAX: usize = 50;

/// One incident.
pub struct Story {
    pub id: String,
    pub class: &'static str,
    pub severity: &'static str,
    pub title: String,
    pub alerts: u64,
    pub first: String,
    pub last: String,
    pub links: String,
    pub steps: Vec<Step>,
    pub response: Vec<String>,
}

/// What happened when.
pub struct Step {
    pub time: String,
    pub rule_id: String,
    pub title: String,
}

/// Those of several alerts, the gravest first.
pub fn stories(incidents: &[Incident], zone: &TimeZone) -> Vec<Story> {
    let mut order: Vec<&Incident> = incidents.iter().filter(|incident| incident.alerts > 1).collect();
    order.sort_by_key(|incident| (Reverse(incident.severity), incident.first_us));
    order.into_iter().take(STORIES_MAX).map(|incident| story(incident, zone)).collect()
}

fn story(incident: &Incident, zone: &TimeZone) -> Story {
    let steps = incident.steps.iter().map(|step| Step {
        time: moment::local(step.rang_us, zone),
        rule_id: step.rule_id.clone(),
        title: step.title_it.clone(),
    });
    let links: Vec<String> = incident.links.iter().map(|link| printable(link, false).into_owned()).collect();
    Story {
        id: incident.id.clone(),
        class: incident.severity.name(),
        severity: incident.severity.name_it(),
        title: incident.title_it.clone(),
        alerts: incident.alerts,
        first: moment::local(incident.first_us, zone),
        last: moment::local(incident.last_us, zone),
        links: links.join(", "),
        steps: steps.collect(),
        response: incident.response_it.iter().map(|step| without_number(step).to_owned()).collect(),
    }
}
