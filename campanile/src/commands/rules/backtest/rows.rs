//! What came of the trials, as rows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{
    ArrayRef, Float64Array, MapBuilder, StringArray, StringBuilder, UInt64Array, UInt64Builder,
};
use arrow::record_batch::RecordBatch;
use detect::coverage::{LearningSource, Status};
use schema::Alert;

use super::trials::Trials;
use crate::detections::alert_rows::entities_shown;
use crate::detections::running::Scanned;
use crate::exit::Result;
use crate::language::Language;
use crate::moment::{self, day_of};

/// Entities named of each trial, those with most alerts.
const TOP_MAX: usize = 3;

/// The days that were looked at, and what was found in them.
pub struct Outcome<'s> {
    days: BTreeSet<i32>,
    events: u64,
    /// Others, which came too late for the stream.
    late: u64,
    /// Of the engine's rules by id, SQL only.
    statuses: BTreeMap<&'s str, &'s Status>,
    alerts: BTreeMap<&'s str, Vec<&'s Alert>>,
    costs: BTreeMap<&'s str, Duration>,
    sigma_cost: Duration,
}

/// A row of the answer.
#[derive(Default)]
struct Row {
    rule_id: String,
    change: Option<String>,
    tests_broken: Option<u64>,
    alerts: u64,
    alerts_per_day: f64,
    most_in_a_day: u64,
    entities: u64,
    /// Entities and their alerts.
    top: Vec<(String, u64)>,
    ns_per_event: Option<f64>,
    coverage: Option<String>,
}

impl<'s> Outcome<'s> {
    /// The last `days_max` days with events, of what was scanned.
    pub fn of(scanned: &'s Scanned, days_max: u32) -> Outcome<'s> {
        let findings = &scanned.findings;
        let days: BTreeSet<i32> = findings.days.iter().rev().take(days_max as usize).copied().collect();
        let mut alerts: BTreeMap<&str, Vec<&Alert>> = BTreeMap::new();
        for alert in findings.alerts.iter().filter(|alert| days.contains(&day_of(alert.rang_us))) {
            alerts.entry(&alert.rule_id).or_default().push(alert);
        }
        let statuses = findings.coverage.iter().map(|rule| (rule.rule_id.as_str(), &rule.status)).collect();
        let costs = scanned.costs.rules.iter().map(|(rule, took)| (rule.as_str(), *took)).collect();
        let (events, late, sigma_cost) = (findings.events, scanned.late, scanned.costs.sigma);
        Outcome { days, events, late, statuses, alerts, costs, sigma_cost }
    }

    /// One line for people; `chains` rules were left out.
    pub fn told(&self, chains: usize, language: Language) -> String {
        let (days, events) = (self.days.len(), self.events);
        let mut told = match language {
            Language::English => format!("{days} days with events, {events} events read"),
            Language::Italian => format!("{days} giorni con eventi, {events} eventi letti"),
        };
        if self.late > 0 {
            let words = language.pick(
                "more came too late for the live stream and count in no window",
                "altri arrivati troppo tardi per il flusso dal vivo, fuori da ogni finestra",
            );
            told.push_str(&format!("; {} {words}", self.late));
        }
        if chains > 0 {
            let words = language.pick(
                "chains left out: they look at the alerts of other rules",
                "catene escluse: guardano le segnalazioni di altre regole",
            );
            told.push_str(&format!("; {chains} {words}"));
        }
        if !self.sigma_cost.is_zero() {
            let words =
                language.pick("ns an event for all Sigma rules", "ns a evento per tutte le regole Sigma");
            told.push_str(&format!("; {:.0} {words}", self.per_event(self.sigma_cost)));
        }
        told
    }

    /// A row each trial that ran, the rule that rang most first and its changes below it; then the Sigma rules.
    pub fn rows(&self, trials: &Trials, sigma: &[String]) -> Result<RecordBatch> {
        let mut rows: Vec<Row> = Vec::new();
        for trial in trials.iter() {
            // Why it cannot run was told.
            let Some(status) = self.statuses.get(trial.rule.id.as_str()) else { continue };
            rows.push(Row {
                rule_id: trial.rule_id.clone(),
                change: trial.change.clone(),
                tests_broken: trial.tests_broken,
                ns_per_event: self.costs.get(trial.rule.id.as_str()).map(|took| self.per_event(*took)),
                coverage: Some(shown(status)),
                ..self.counted(&trial.rule.id)
            });
        }
        rows.extend(sigma.iter().map(|id| self.counted(id)));
        let as_it_stands = rows.iter().filter(|row| row.change.is_none());
        let alerts: BTreeMap<String, u64> =
            as_it_stands.map(|row| (row.rule_id.clone(), row.alerts)).collect();
        let rank = |row: &Row| alerts.get(&row.rule_id).copied().unwrap_or(0);
        // The changes of a rule stay in their order.
        rows.sort_by(|a, b| rank(b).cmp(&rank(a)).then_with(|| a.rule_id.cmp(&b.rule_id)));
        batch(&rows)
    }

    /// The alerts of a rule of the engine.
    fn counted(&self, id: &str) -> Row {
        let alerts = self.alerts.get(id).map(Vec::as_slice).unwrap_or_default();
        let (mut by_day, mut by_entity) = (BTreeMap::<i32, u64>::new(), BTreeMap::<String, u64>::new());
        for alert in alerts {
            *by_day.entry(day_of(alert.rang_us)).or_default() += 1;
            *by_entity.entry(entities_shown(alert)).or_default() += 1;
        }
        let entities = by_entity.len() as u64;
        let mut top: Vec<(String, u64)> = by_entity.into_iter().collect();
        top.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        top.truncate(TOP_MAX);
        let per_day = alerts.len() as f64 / self.days.len().max(1) as f64;
        Row {
            rule_id: id.to_owned(),
            alerts: alerts.len() as u64,
            alerts_per_day: (per_day * 100.0).round() / 100.0,
            most_in_a_day: by_day.into_values().max().unwrap_or(0),
            entities,
            top,
            ..Row::default()
        }
    }

    /// Nanoseconds of one thread for each event read.
    fn per_event(&self, took: Duration) -> f64 {
        let ns = took.as_nanos() as f64 / self.events.max(1) as f64;
        (ns * 10.0).round() / 10.0
    }
}

/// Whether a rule could have rung.
fn shown(status: &Status) -> String {
    match status {
        Status::Fed => "fed".to_owned(),
        Status::Blind { classes, columns } if columns.is_empty() => {
            format!("blind: no event of class {}", classes.join(", "))
        }
        Status::Blind { columns, .. } => format!("blind: never set: {}", columns.join(", ")),
        Status::Learning { sources, min_history_us, .. } => {
            let least = moment::length(*min_history_us);
            let watched = sources.iter().map(|LearningSource { source, watched_us }| {
                format!("{source} {} of {least} seen", moment::length(*watched_us))
            });
            format!("learning: {}", watched.collect::<Vec<String>>().join(", "))
        }
        Status::ListEmpty(list) => format!("not run: the list {list} is empty"),
        Status::Disabled(_) => "not run: off by default".to_owned(),
        Status::Failed(reason) => format!("failed: {reason}"),
    }
}

fn batch(rows: &[Row]) -> Result<RecordBatch> {
    let numbers =
        |of: fn(&Row) -> u64| -> ArrayRef { Arc::new(UInt64Array::from_iter_values(rows.iter().map(of))) };
    let texts =
        |of: fn(&Row) -> Option<&str>| -> ArrayRef { Arc::new(StringArray::from_iter(rows.iter().map(of))) };
    let per_day = Float64Array::from_iter_values(rows.iter().map(|row| row.alerts_per_day));
    let ns_per_event = Float64Array::from_iter(rows.iter().map(|row| row.ns_per_event));
    let tests_broken = UInt64Array::from_iter(rows.iter().map(|row| row.tests_broken));
    Ok(RecordBatch::try_from_iter_with_nullable([
        ("rule_id", texts(|row| Some(row.rule_id.as_str())), false),
        ("change", texts(|row| row.change.as_deref()), true),
        ("alerts", numbers(|row| row.alerts), false),
        ("alerts_per_day", Arc::new(per_day) as ArrayRef, false),
        ("most_in_a_day", numbers(|row| row.most_in_a_day), false),
        ("entities", numbers(|row| row.entities), false),
        ("top", top(rows)?, false),
        ("ns_per_event", Arc::new(ns_per_event), true),
        ("tests_broken", Arc::new(tests_broken), true),
        ("coverage", texts(|row| row.coverage.as_deref()), true),
    ])?)
}

fn top(rows: &[Row]) -> Result<ArrayRef> {
    let mut map = MapBuilder::new(None, StringBuilder::new(), UInt64Builder::new());
    for row in rows {
        for (entity, alerts) in &row.top {
            map.keys().append_value(entity);
            map.values().append_value(*alerts);
        }
        map.append(true)?;
    }
    Ok(Arc::new(map.finish()))
}
