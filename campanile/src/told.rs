//! What a log of told alerts comes to: each alert and each incident as it was told last, and what people say of it.
//!
//! Promises: a line that is being written, or of another version, is left out; a verdict on an alert holds for the one that took
//! its place. Must not know: who writes the log, who asks.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use access::delivery::ToldAlert;
use schema::{Incident, Judgement, News};

use crate::exit::Result;
use crate::service::ALERTS_FILE;
use crate::state;

/// An incident, and when people heard of it.
#[derive(Debug, Clone)]
pub struct Known {
    /// As it was told last.
    pub incident: Incident,
    /// When it was told first, µs since 1970 UTC.
    pub opened_us: i64,
    /// When it was told last, µs since 1970 UTC.
    pub told_us: i64,
}

/// Alerts and incidents.
#[derive(Debug, Default)]
pub struct Told {
    /// Each alert in its last standing, in the order in which it was told first.
    pub alerts: Vec<ToldAlert>,
    /// Incidents that there are, by id.
    pub incidents: BTreeMap<String, Known>,
    /// What incidents are now that were told under another id.
    became: HashMap<String, String>,
    places: HashMap<String, usize>,
    /// Alerts that others have taken the place of, and which.
    superseded: HashMap<String, String>,
    /// The judgement that holds of each alert that has one.
    judgements: HashMap<String, Judgement>,
}

impl Told {
    /// What the service of that folder told, with what people say of it.
    pub fn judged(folder: &Path) -> Result<Told> {
        let mut told = Told::read(&folder.join(ALERTS_FILE))?;
        for judgement in state::judgements(folder)? {
            told.judgements.insert(judgement.alert.clone(), judgement);
        }
        Ok(told)
    }

    /// Reads a log; one that is not there says nothing.
    pub fn read(path: &Path) -> io::Result<Told> {
        let file = match std::fs::File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Told::default()),
            file => file?,
        };
        let mut told = Told::default();
        for line in BufReader::new(file).lines() {
            if let Ok(alert) = serde_json::from_str::<ToldAlert>(&line?) {
                told.add(alert);
            }
        }
        for alert in &mut told.alerts {
            while let Some(now) = alert.alert.incident.as_ref().and_then(|id| told.became.get(id)) {
                alert.alert.incident = Some(now.clone());
            }
        }
        Ok(told)
    }

    /// Alerts that hold.
    pub fn holding(&self) -> impl Iterator<Item = &ToldAlert> {
        self.alerts.iter().filter(|alert| self.holds(alert))
    }

    /// False for one that was withdrawn, or that another has taken the place of.
    pub fn holds(&self, alert: &ToldAlert) -> bool {
        alert.standing != "withdrawn" && !self.superseded.contains_key(&alert.alert.id)
    }

    /// The alert of that id, or the one that has taken its place.
    pub fn now(&self, id: &str) -> Option<&ToldAlert> {
        let mut ids = HashSet::from([id]);
        let mut now = id;
        while let Some(next) = self.superseded.get(now).filter(|next| ids.insert(next)) {
            now = next;
        }
        self.alerts.get(*self.places.get(now)?)
    }

    /// What people say of an alert: of itself, else of what it has taken the place of.
    pub fn judgement(&self, alert: &ToldAlert) -> Option<&Judgement> {
        let (mut ids, mut next) = (HashSet::new(), Some(alert));
        while let Some(alert) = next.filter(|alert| ids.insert(&alert.alert.id)) {
            if let Some(judgement) = self.judgements.get(&alert.alert.id) {
                return Some(judgement);
            }
            let before = alert.supersedes.as_ref().and_then(|before| self.places.get(before));
            next = before.and_then(|place| self.alerts.get(*place));
        }
        None
    }

    fn add(&mut self, mut alert: ToldAlert) {
        if let Some(story) = alert.story.take() {
            let id = story.incident.id.clone();
            // An id that is told again is itself.
            self.became.remove(&id);
            let mut opened_us = self.incidents.get(&id).map_or(alert.told_us, |known| known.opened_us);
            for before in story.supersedes {
                let known = self.incidents.remove(&before);
                opened_us = known.map_or(opened_us, |known| known.opened_us.min(opened_us));
                self.became.insert(before, id.clone());
            }
            if story.news == News::Withdrawn {
                self.incidents.remove(&id);
            } else {
                let known = Known { incident: story.incident, opened_us, told_us: alert.told_us };
                self.incidents.insert(id, known);
            }
        }
        self.superseded.remove(&alert.alert.id);
        if let Some(before) = &alert.supersedes {
            self.superseded.insert(before.clone(), alert.alert.id.clone());
        }
        let place = *self.places.entry(alert.alert.id.clone()).or_insert(self.alerts.len());
        match self.alerts.get_mut(place) {
            // Told again it need not say anew whose place it took.
            Some(earlier) => {
                alert.supersedes = alert.supersedes.or(earlier.supersedes.take());
                *earlier = alert;
            }
            None => self.alerts.push(alert),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use schema::{Alert, Provenance, Severity, ToldIncident};

    use super::*;

    fn line(id: &str, incident: &str, told_us: i64, story: Option<(News, &[&str])>) -> ToldAlert {
        let alert = Alert {
            id: id.to_owned(),
            rule_id: "T-1".to_owned(),
            rule_title: String::new(),
            rule_title_it: String::new(),
            severity: Severity::Low,
            tenant: "default".to_owned(),
            entities: BTreeMap::new(),
            first_us: 0,
            last_us: 0,
            rang_us: 0,
            count: 1,
            evidence: Vec::new(),
            evidence_truncated: false,
            incident: Some(incident.to_owned()),
            provenance: Provenance::default(),
        };
        let story = story.map(|(news, supersedes)| ToldIncident {
            news,
            supersedes: supersedes.iter().map(|id| (*id).to_owned()).collect(),
            incident: Incident {
                id: incident.to_owned(),
                tenant: "default".to_owned(),
                title: String::new(),
                title_it: String::new(),
                severity: Severity::Low,
                first_us: 0,
                last_us: told_us,
                alerts: 1,
                rules: Default::default(),
                links: Default::default(),
                steps: Vec::new(),
                chains: Vec::new(),
                response_it: Vec::new(),
            },
        });
        ToldAlert { standing: "final".to_owned(), supersedes: None, told_us, alert, story }
    }

    fn told(lines: &[ToldAlert]) -> Told {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alerts.ndjson");
        let text: String = lines.iter().map(|line| serde_json::to_string(line).unwrap() + "\n").collect();
        std::fs::write(&path, text + "{\"half").unwrap();
        Told::read(&path).unwrap()
    }

    #[test]
    fn incidents_that_became_one_are_one_and_their_alerts_are_its() {
        let told = told(&[
            line("a", "A", 1, Some((News::Opened, &[]))),
            line("b", "B", 2, Some((News::Opened, &[]))),
            line("c", "A", 3, Some((News::Escalated, &["B"]))),
            line("d", "Z", 4, Some((News::Changed, &["A"]))),
        ]);
        let ids: Vec<&String> = told.incidents.keys().collect();
        assert_eq!(ids, ["Z"]);
        assert_eq!((told.incidents["Z"].opened_us, told.incidents["Z"].told_us), (1, 4));
        assert!(told.alerts.iter().all(|told| told.alert.incident.as_deref() == Some("Z")));
    }

    #[test]
    fn a_verdict_outlives_every_telling_of_the_alert_that_took_its_place() {
        let later = |standing: &str, supersedes: Option<&str>| ToldAlert {
            standing: standing.to_owned(),
            supersedes: supersedes.map(str::to_owned),
            ..line("y", "A", 2, None)
        };
        let mut told =
            told(&[line("x", "A", 1, None), later("provisional", Some("x")), later("final", None)]);
        let judgement = Judgement {
            alert: "x".to_owned(),
            verdict: schema::Verdict::False,
            judged_by: "anna".to_owned(),
            judged_us: 5,
            note: None,
        };
        told.judgements.insert("x".to_owned(), judgement.clone());
        let y = told.now("x").unwrap();
        assert_eq!((y.alert.id.as_str(), y.standing.as_str()), ("y", "final"));
        assert_eq!(told.judgement(y), Some(&judgement));
        assert_eq!(told.holding().count(), 1);
    }

    #[test]
    fn an_incident_that_was_withdrawn_is_none_and_one_that_parts_again_has_its_id() {
        let told = told(&[
            line("a", "A", 1, Some((News::Opened, &[]))),
            line("b", "B", 2, Some((News::Opened, &[]))),
            line("c", "A", 3, Some((News::Changed, &["B"]))),
            line("c", "A", 4, Some((News::Changed, &[]))),
            line("b", "B", 4, Some((News::Opened, &[]))),
            line("a", "A", 5, Some((News::Withdrawn, &[]))),
        ]);
        assert_eq!(told.incidents.keys().collect::<Vec<_>>(), ["B"]);
        let b = told.alerts.iter().find(|told| told.alert.id == "b").unwrap();
        assert_eq!(b.alert.incident.as_deref(), Some("B"));
        assert_eq!(told.alerts.len(), 3, "each alert once");
    }
}
