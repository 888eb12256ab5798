//! Planted against found: which attacks of a labelled data set rang, and what rang without reason.
//!
//! *Found* means: a rule of the label's expected detections rings with the label's entity, at least 80 % of
//! its evidence inside the labelled lines, between the attack's start and its end + the rule's window.
//! Any other alert of severity low or higher is a false alarm, unless it belongs to the incident of an alert
//! that found an attack, or at least 80 % of its evidence are lines of attacks: then it is extra.
//! Must not know: rules, files, how alerts are made.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use schema::{Alert, Place, Severity};

/// Least part of an alert's evidence that must lie in an attack's lines.
const INSIDE_MIN: f64 = 0.8;

/// Lines of files.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    by_file: HashMap<Arc<str>, HashSet<u64>>,
}

impl Lines {
    /// Adds lines of a file.
    pub fn add(&mut self, file: impl Into<Arc<str>>, lines: impl IntoIterator<Item = u64>) {
        self.by_file.entry(file.into()).or_default().extend(lines);
    }

    /// True when the place is one of these lines.
    pub fn contains(&self, place: &Place) -> bool {
        self.by_file.get(&place.file).is_some_and(|lines| lines.contains(&place.line))
    }

    /// Part of an alert's evidence that lies in these lines, from 0 to 1.
    pub fn share_of(&self, alert: &Alert) -> f64 {
        let inside = alert.evidence.iter().filter(|place| self.contains(place)).count();
        if alert.evidence.is_empty() { 0.0 } else { inside as f64 / alert.evidence.len() as f64 }
    }
}

/// A labelled attack, or its look-alike that must stay quiet.
#[derive(Debug, Clone)]
pub struct Planted {
    /// Id of the scenario.
    pub attack: String,
    /// What it is.
    pub title: String,
    /// True for a look-alike.
    pub is_twin: bool,
    /// Column and value an alert must name; any of them.
    pub entities: Vec<(String, String)>,
    /// Its lines.
    pub lines: Lines,
    /// First line's time, µs since 1970 UTC.
    pub start_us: i64,
    /// Last line's time, µs since 1970 UTC.
    pub end_us: i64,
    /// Rules of which one must ring.
    pub detections_expected: Vec<String>,
}

/// What became of one planted attack.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Index into the planted.
    pub planted: usize,
    /// Index of the alert that found it, the first to ring.
    pub found_by: Option<usize>,
    /// Rules that found it, in order.
    pub rules: Vec<String>,
    /// When nothing found it: what came nearest.
    pub reason: Option<String>,
}

/// An alert that should not have rung.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FalseAlarm {
    /// Index of the alert.
    pub alert: usize,
    /// The scenario whose look-alike rang, when one did.
    pub twin_of: Option<String>,
}

/// The whole comparison.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evaluation {
    /// One for each attack, in the labels' order.
    pub verdicts: Vec<Verdict>,
    /// Alerts without reason, in order.
    pub false_alarms: Vec<FalseAlarm>,
    /// Alerts about attacks beside those that found them.
    pub extra: Vec<usize>,
}

impl Evaluation {
    /// Number of attacks that were found.
    pub fn found(&self) -> usize {
        self.verdicts.iter().filter(|verdict| verdict.found_by.is_some()).count()
    }
}

/// Compares. `window_us` gives the length of a rule's window, 0 for a match rule.
pub fn evaluate(planted: &[Planted], alerts: &[Alert], window_us: impl Fn(&str) -> i64) -> Evaluation {
    let mut evaluation = Evaluation::default();
    let mut used = BTreeSet::new();
    for (index, attack) in planted.iter().enumerate().filter(|(_, planted)| !planted.is_twin) {
        let mut hits: Vec<(i64, usize)> = alerts
            .iter()
            .enumerate()
            .filter(|(_, alert)| miss(attack, alert, window_us(&alert.rule_id)).is_none())
            .map(|(at, alert)| (alert.rang_us, at))
            .collect();
        hits.sort_unstable();
        used.extend(hits.iter().map(|(_, at)| *at));
        let mut rules: Vec<String> = Vec::new();
        for rule in hits.iter().filter_map(|(_, at)| alerts.get(*at)).map(|alert| &alert.rule_id) {
            if !rules.contains(rule) {
                rules.push(rule.clone());
            }
        }
        let found_by = hits.first().map(|(_, at)| *at);
        let reason = found_by.is_none().then(|| nearest_miss(attack, alerts, &window_us));
        evaluation.verdicts.push(Verdict { planted: index, found_by, rules, reason });
    }
    judge_others(planted, alerts, &used, &mut evaluation);
    evaluation
}

/// Alerts that found nothing: extra or false.
fn judge_others(planted: &[Planted], alerts: &[Alert], used: &BTreeSet<usize>, evaluation: &mut Evaluation) {
    let incidents: BTreeSet<&str> =
        used.iter().filter_map(|at| alerts.get(*at)?.incident.as_deref()).collect();
    let mut attack_lines = Lines::default();
    for attack in planted.iter().filter(|planted| !planted.is_twin) {
        for (file, lines) in &attack.lines.by_file {
            attack_lines.add(Arc::clone(file), lines.iter().copied());
        }
    }
    let others = alerts.iter().enumerate().filter(|(at, _)| !used.contains(at));
    for (at, alert) in others.filter(|(_, alert)| alert.severity >= Severity::Low) {
        let in_incident = alert.incident.as_deref().is_some_and(|incident| incidents.contains(incident));
        if in_incident || attack_lines.share_of(alert) >= INSIDE_MIN {
            evaluation.extra.push(at);
            continue;
        }
        let twin_of = planted
            .iter()
            .find(|planted| planted.is_twin && planted.lines.share_of(alert) >= INSIDE_MIN)
            .map(|twin| twin.attack.clone());
        evaluation.false_alarms.push(FalseAlarm { alert: at, twin_of });
    }
}

/// Why an alert does not find an attack; none when it does. The first reasons are the farthest away.
fn miss(attack: &Planted, alert: &Alert, window_us: i64) -> Option<(u8, String)> {
    let rule = &alert.rule_id;
    if !attack.detections_expected.contains(rule) {
        return Some((0, "no expected rule rang".to_owned()));
    }
    let share = attack.lines.share_of(alert);
    if !names_entity(attack, alert) {
        let named: Vec<&str> = alert.entities.values().map(String::as_str).collect();
        let nearness = if share > 0.0 { 2 } else { 1 };
        return Some((nearness, format!("{rule} rang for {}", named.join(", "))));
    }
    if share < INSIDE_MIN {
        return Some((
            3,
            format!("{rule} rang with {:.0} % of its evidence in the attack's lines", share * 100.0),
        ));
    }
    if alert.rang_us < attack.start_us || alert.rang_us > attack.end_us.saturating_add(window_us) {
        return Some((4, format!("{rule} rang outside the attack's time")));
    }
    None
}

fn names_entity(attack: &Planted, alert: &Alert) -> bool {
    alert
        .entities
        .values()
        .any(|value| attack.entities.iter().any(|(_, wanted)| wanted.eq_ignore_ascii_case(value)))
}

fn nearest_miss(attack: &Planted, alerts: &[Alert], window_us: &impl Fn(&str) -> i64) -> String {
    let misses = alerts.iter().filter_map(|alert| miss(attack, alert, window_us(&alert.rule_id)));
    // Of equally near ones the first.
    let nearest = misses.fold(None::<(u8, String)>, |best, next| match best {
        Some(best) if best.0 >= next.0 => Some(best),
        _ => Some(next),
    });
    nearest.map_or_else(|| "no expected rule rang".to_owned(), |(_, reason)| reason)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use schema::Provenance;

    use super::*;

    fn planted(attack: &str, is_twin: bool, lines: std::ops::RangeInclusive<u64>) -> Planted {
        let mut places = Lines::default();
        places.add("auth.log", lines);
        Planted {
            attack: attack.into(),
            title: attack.into(),
            is_twin,
            entities: vec![("source_ip".into(), "203.0.113.9".into()), ("user_name".into(), "mrossi".into())],
            lines: places,
            start_us: 1_000,
            end_us: 2_000,
            detections_expected: vec!["AC-01".into()],
        }
    }

    fn alert(rule: &str, entity: &str, lines: std::ops::RangeInclusive<u64>, rang_us: i64) -> Alert {
        Alert {
            id: format!("{rule}-{rang_us}"),
            rule_id: rule.into(),
            rule_title: String::new(),
            rule_title_it: String::new(),
            severity: Severity::Medium,
            tenant: "default".into(),
            entities: BTreeMap::from([("source_ip".into(), entity.into())]),
            first_us: rang_us,
            last_us: rang_us,
            rang_us,
            count: 1,
            evidence: lines.map(|line| Place { file: "auth.log".into(), line }).collect(),
            evidence_truncated: false,
            incident: None,
            provenance: Provenance::default(),
        }
    }

    fn judged(alerts: &[Alert]) -> Evaluation {
        let planted = [planted("AT-01", false, 1..=100), planted("AT-01", true, 201..=210)];
        evaluate(&planted, alerts, |_| 600)
    }

    #[test]
    fn an_attack_is_found_by_an_expected_rule_with_its_entity_its_lines_and_its_time() {
        let evaluation = judged(&[alert("AC-01", "203.0.113.9", 1..=50, 2_600)]);
        assert_eq!(evaluation.found(), 1);
        assert_eq!(evaluation.verdicts[0].rules, ["AC-01"]);
        assert!(evaluation.false_alarms.is_empty() && evaluation.extra.is_empty());
    }

    #[test]
    fn each_condition_that_fails_leaves_the_attack_unfound_and_says_why() {
        for (alert, reason) in [
            (alert("AC-02", "203.0.113.9", 300..=301, 1_500), "no expected rule rang"),
            (alert("AC-01", "198.51.100.1", 1..=50, 1_500), "AC-01 rang for 198.51.100.1"),
            (
                alert("AC-01", "203.0.113.9", 51..=150, 1_500),
                "AC-01 rang with 50 % of its evidence in the attack's lines",
            ),
            (alert("AC-01", "203.0.113.9", 1..=50, 2_601), "AC-01 rang outside the attack's time"),
            (alert("AC-01", "203.0.113.9", 1..=50, 999), "AC-01 rang outside the attack's time"),
        ] {
            let evaluation = judged(&[alert]);
            assert_eq!(evaluation.found(), 0);
            assert_eq!(evaluation.verdicts[0].reason.as_deref(), Some(reason));
        }
    }

    #[test]
    fn the_earliest_ring_counts_and_the_nearest_miss_is_told() {
        let late = alert("AC-01", "MROSSI", 1..=50, 1_900);
        let early = alert("AC-01", "203.0.113.9", 1..=50, 1_200);
        assert_eq!(judged(&[late.clone(), early]).verdicts[0].found_by, Some(1));
        let far = alert("AC-09", "x", 300..=300, 1_500);
        let near = alert("AC-01", "203.0.113.9", 81..=180, 1_500);
        let evaluation = judged(&[far, near]);
        assert!(evaluation.verdicts[0].reason.as_deref().unwrap().contains("20 %"));
    }

    #[test]
    fn other_alerts_on_the_attacks_lines_or_of_its_incident_are_extra_and_the_rest_false() {
        let mut found = alert("AC-01", "203.0.113.9", 1..=50, 1_500);
        found.incident = Some("incident-1".into());
        let same_lines = alert("AC-14", "someone", 10..=20, 1_500);
        let mut same_incident = alert("CH-01", "someone", 300..=310, 9_000);
        same_incident.incident = Some("incident-1".into());
        let stray = alert("AC-14", "someone", 300..=310, 1_500);
        let twin = alert("AC-01", "203.0.113.9", 201..=210, 5_000);
        let mut informative = alert("AC-09", "someone", 300..=310, 1_500);
        informative.severity = Severity::Info;
        let alerts = [found, same_lines, same_incident, stray, twin, informative];
        let evaluation = judged(&alerts);
        assert_eq!(evaluation.extra, [1, 2]);
        assert_eq!(
            evaluation.false_alarms,
            [FalseAlarm { alert: 3, twin_of: None }, FalseAlarm { alert: 4, twin_of: Some("AT-01".into()) }]
        );
    }

    #[test]
    fn an_alert_without_evidence_lies_in_no_attack() {
        let bare = Alert { evidence: Vec::new(), ..alert("AC-01", "x", 1..=1, 1) };
        assert_eq!(Lines::default().share_of(&bare), 0.0);
    }
}
