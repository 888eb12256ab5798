//! The nearest value of one parameter with which a rule would have kept its budget.

use std::collections::BTreeMap;

use detect::Rule;
use detect::rule::ParamValue;
use schema::{Alert, Verdict};

use super::candidates;
use crate::detections::own_lines;
use crate::moment::day_of;
use crate::told::Told;

/// A rule with another value, as the engine runs it.
pub struct Trial {
    name: String,
    value: ParamValue,
    distance: f64,
    /// Under an id of its own.
    pub rule: Rule,
}

/// A rule that is over its budget, and what is tried with it.
pub struct Tried {
    /// As it runs today.
    pub rule: Rule,
    /// The nearest first.
    pub trials: Vec<Trial>,
    /// Changes that are not tried: the rule's own lines say why.
    refused: Vec<String>,
}

/// What came of it.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Proposal {
    /// The parameter and the value that keeps it inside.
    pub change: Option<(String, ParamValue)>,
    /// False alarms that there would still have been.
    pub false_left: u64,
    /// Alerts that were judged true and ring all the same.
    pub true_kept: u64,
    /// Alerts judged expected, or not at all, that would not have rung.
    pub others_lost: u64,
    /// Why nothing is proposed.
    pub why: Option<String>,
}

impl Proposal {
    /// Of a rule that has no parameters here: a chain, a Sigma rule, one that is gone.
    pub fn of_none() -> Proposal {
        why("it is no rule with parameters".to_owned())
    }

    /// `failures = 27`.
    pub fn words(&self) -> Option<String> {
        self.change.as_ref().map(|(name, value)| format!("{name} = {value}"))
    }
}

/// An alert that was told, and what is said of it.
struct Known<'t> {
    alert: &'t Alert,
    verdict: Option<Verdict>,
}

impl Trial {
    fn change(&self) -> String {
        format!("{} = {}", self.name, self.value)
    }
}

impl Tried {
    /// Values of each number of a rule, as far as its own lines that must ring do.
    pub fn of(rule: Rule) -> Tried {
        let (mut trials, mut refused) = (Vec::new(), Vec::new());
        for (name, own) in &rule.params {
            for values in candidates::values(own) {
                let changed: Vec<Trial> =
                    values.into_iter().filter_map(|value| trial(&rule, name, own, value)).collect();
                // What silences them silences them further on too.
                let rings = changed.partition_point(|trial| silent(&trial.rule).is_none());
                if let Some(trial) = changed.get(rings) {
                    let test = silent(&trial.rule).unwrap_or_default();
                    refused.push(format!("{} silences its own lines, \"{test}\"", trial.change()));
                }
                trials.extend(changed.into_iter().take(rings));
            }
        }
        trials.sort_by(|a, b| a.distance.total_cmp(&b.distance));
        Tried { rule, trials, refused }
    }

    /// Chooses, with the alerts of each rule that was run, by its id. Of `told` those alerts count that rang since a day.
    pub fn proposal(
        &self,
        alerts: &BTreeMap<&str, Vec<&Alert>>,
        told: &Told,
        since_day: i32,
        budget: u64,
    ) -> Proposal {
        let found = |rule: &Rule| alerts.get(rule.id.as_str()).map(Vec::as_slice).unwrap_or_default();
        let today = found(&self.rule);
        let known: Vec<Known<'_>> = told
            .holding()
            .filter(|row| row.alert.rule_id == self.rule.id && day_of(row.alert.rang_us) >= since_day)
            .map(|row| Known {
                alert: &row.alert,
                verdict: told.judgement(row).map(|judgement| judgement.verdict),
            })
            // What the lake has no more, or the rule does not find today, is no measure.
            .filter(|known| rings(known, today))
            .collect();
        let of = |verdict| known.iter().filter(move |known| known.verdict == Some(verdict));
        if is_inside(of(Verdict::False), budget) {
            return why("as it runs today it keeps inside over what the lake still has".to_owned());
        }
        if self.trials.is_empty() && self.refused.is_empty() {
            return why("it has no number that could be changed".to_owned());
        }
        let (mut loses_true, mut breaks) = (None, None);
        for trial in &self.trials {
            let found = found(&trial.rule);
            let left: Vec<&Known<'_>> = of(Verdict::False).filter(|known| rings(known, found)).collect();
            if !is_inside(left.iter().copied(), budget) {
                continue;
            }
            if let Some(lost) = of(Verdict::True).find(|known| !rings(known, found)) {
                let id = &lost.alert.id;
                loses_true
                    .get_or_insert_with(|| format!("{} loses {id}, which was judged true", trial.change()));
                continue;
            }
            if let Some(failure) = own_lines::broken(&trial.rule).into_iter().next() {
                breaks.get_or_insert_with(|| {
                    format!("{} breaks its own test \"{}\"", trial.change(), failure.test)
                });
                continue;
            }
            let is_other =
                |known: &&Known<'_>| !matches!(known.verdict, Some(Verdict::True | Verdict::False));
            let lost = known.iter().filter(is_other).filter(|known| !rings(known, found)).count();
            return Proposal {
                change: Some((trial.name.clone(), trial.value.clone())),
                false_left: left.len() as u64,
                true_kept: of(Verdict::True).count() as u64,
                others_lost: lost as u64,
                why: None,
            };
        }
        let reasons: Vec<String> =
            loses_true.into_iter().chain(breaks).chain(self.refused.iter().cloned()).collect();
        match reasons.is_empty() {
            true => why("no value near its own keeps it inside".to_owned()),
            false => why(format!("nothing keeps it inside: {}", reasons.join("; "))),
        }
    }
}

fn why(why: String) -> Proposal {
    Proposal { why: Some(why), ..Proposal::default() }
}

fn trial(rule: &Rule, name: &str, own: &ParamValue, value: ParamValue) -> Option<Trial> {
    let distance = candidates::distance(own, &value)?;
    let mut changed = rule.clone();
    changed.id = format!("{} ({name} = {value})", rule.id);
    changed.set(name, value.clone());
    Some(Trial { name: name.to_owned(), value, distance, rule: changed })
}

/// The first test whose lines must ring and do not.
fn silent(rule: &Rule) -> Option<String> {
    own_lines::broken(rule).into_iter().find(|failure| failure.is_silent).map(|failure| failure.test)
}

/// True when an alert is among these, whatever event it begins with.
fn rings(known: &Known<'_>, alerts: &[&Alert]) -> bool {
    let Known { alert, .. } = known;
    alerts.iter().any(|found| {
        found.tenant == alert.tenant
            && found.entities == alert.entities
            && found.first_us <= alert.last_us
            && found.last_us >= alert.first_us
    })
}

fn is_inside<'k>(false_alarms: impl Iterator<Item = &'k Known<'k>>, budget: u64) -> bool {
    let mut by_day = BTreeMap::<(&str, i32), u64>::new();
    for Known { alert, .. } in false_alarms {
        *by_day.entry((&alert.tenant, day_of(alert.rang_us))).or_default() += 1;
    }
    by_day.values().all(|count| *count <= budget)
}
