//! The result of an exercise: rows an attack, one object for scripts, words for people.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, StringArray, UInt64Array};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use datasets::Labels;
use schema::{Alert, Severity};
use serde_json::{Value, json};

use super::evaluation::{Evaluation, Planted, Verdict};
use crate::detections::alert_rows::entities_shown;
use crate::moment;
use crate::report::{Exercise, ExerciseRow};

/// Most false alarms a day that an exercise may have.
const FALSE_ALARMS_A_DAY_MAX: f64 = 2.0;

/// An exercise that was run.
pub struct ExerciseResult<'a> {
    /// What the generator says.
    pub labels: &'a Labels,
    /// What was planted.
    pub planted: &'a [Planted],
    /// What rang.
    pub alerts: &'a [Alert],
    /// The comparison.
    pub evaluation: &'a Evaluation,
    /// Events read.
    pub events: u64,
    /// Time of generating and scanning.
    pub seconds: f64,
}

/// One attack and what became of it.
struct Row<'a> {
    planted: &'a Planted,
    verdict: &'a Verdict,
    alert: Option<&'a Alert>,
}

impl Row<'_> {
    /// Who or what: as the alert names it, else as the label does.
    fn entity(&self) -> String {
        match self.alert {
            Some(alert) => entities_shown(alert),
            None => {
                let pairs = self.planted.entities.iter().take(3);
                pairs.map(|(column, value)| format!("{column}={value}")).collect::<Vec<String>>().join(" ")
            }
        }
    }

    fn rules(&self) -> String {
        match self.alert {
            Some(_) => self.verdict.rules.join(" "),
            None => format!("({})", self.planted.detections_expected.join(" ")),
        }
    }

    /// From the attack's first line to the alert, µs.
    fn delay_us(&self) -> Option<i64> {
        self.alert.map(|alert| alert.rang_us.saturating_sub(self.planted.start_us))
    }
}

impl ExerciseResult<'_> {
    fn rows(&self) -> Vec<Row<'_>> {
        let verdicts = self.evaluation.verdicts.iter();
        let row = |verdict: &'_ Verdict| {
            self.planted.get(verdict.planted).map(|planted| (planted, verdict.found_by))
        };
        verdicts
            .filter_map(|verdict| {
                let (planted, found_by) = row(verdict)?;
                Some(Row { planted, verdict, alert: found_by.and_then(|at| self.alerts.get(at)) })
            })
            .collect()
    }

    fn false_alarms_a_day(&self) -> f64 {
        self.evaluation.false_alarms.len() as f64 / f64::from(self.labels.days.max(1))
    }

    /// Incidents that somebody has to read.
    fn incidents(&self) -> usize {
        let read = self.alerts.iter().filter(|alert| alert.severity >= Severity::Low);
        read.filter_map(|alert| alert.incident.as_ref()).collect::<BTreeSet<_>>().len()
    }

    /// True when every attack was found and the false alarms are few.
    pub fn is_passed(&self) -> bool {
        self.evaluation.found() == self.evaluation.verdicts.len()
            && self.false_alarms_a_day() <= FALSE_ALARMS_A_DAY_MAX
    }

    /// One row an attack.
    pub fn batch(&self) -> Result<RecordBatch, ArrowError> {
        let rows = self.rows();
        let text = |of: &dyn Fn(&Row<'_>) -> String| {
            Arc::new(StringArray::from_iter_values(rows.iter().map(of))) as ArrayRef
        };
        let delays = rows.iter().map(|row| row.delay_us().map(|us| us as f64 / 1e6));
        let evidence = rows.iter().map(|row| row.alert.map(|alert| alert.evidence.len() as u64));
        let found = rows.iter().map(|row| Some(row.alert.is_some()));
        let reasons = rows.iter().map(|row| row.verdict.reason.clone());
        RecordBatch::try_from_iter_with_nullable([
            ("attack", text(&|row| row.planted.attack.clone()), false),
            ("title", text(&|row| row.planted.title.clone()), false),
            ("found", Arc::new(BooleanArray::from_iter(found)) as ArrayRef, false),
            ("entity", text(&|row| row.entity()), false),
            ("rules", text(&|row| row.rules()), false),
            ("time_to_alert_s", Arc::new(Float64Array::from_iter(delays)) as ArrayRef, true),
            ("evidence", Arc::new(UInt64Array::from_iter(evidence)) as ArrayRef, true),
            ("reason", Arc::new(StringArray::from_iter(reasons)) as ArrayRef, true),
        ])
    }

    /// One row an attack, for a screen.
    pub fn batch_shown(&self) -> Result<RecordBatch, ArrowError> {
        let rows = self.rows();
        let text = |of: &dyn Fn(&Row<'_>) -> String| {
            Arc::new(StringArray::from_iter_values(rows.iter().map(of))) as ArrayRef
        };
        let time = |row: &Row<'_>| match row.delay_us() {
            Some(delay_us) => moment::length(delay_us),
            None => format!("NOT FOUND: {}", row.verdict.reason.as_deref().unwrap_or_default()),
        };
        let evidence =
            |row: &Row<'_>| row.alert.map_or(String::new(), |alert| alert.evidence.len().to_string());
        RecordBatch::try_from_iter([
            ("attack", text(&|row| row.planted.attack.clone())),
            ("what", text(&|row| row.planted.title.clone())),
            ("entity", text(&|row| row.entity())),
            ("rule", text(&|row| row.rules())),
            ("time to alert", text(&time)),
            ("evidence", text(&evidence)),
        ])
    }

    /// False alarms in words, one each.
    pub fn false_alarms(&self) -> Vec<String> {
        let words = self.evaluation.false_alarms.iter().filter_map(|alarm| {
            let alert = self.alerts.get(alarm.alert)?;
            let place = alert.evidence.first().map(|place| format!("{}:{}", place.file, place.line));
            let twin =
                alarm.twin_of.as_ref().map(|attack| format!(", look-alike of {attack}")).unwrap_or_default();
            Some(format!(
                "{} {} [{}]: {} events from {}{twin}",
                alert.rule_id,
                alert.rule_title_it,
                entities_shown(alert),
                alert.count,
                place.unwrap_or_default()
            ))
        });
        words.collect()
    }

    /// One line on the whole.
    pub fn sentence(&self) -> String {
        let evaluation = self.evaluation;
        let twins_rang = evaluation.false_alarms.iter().filter(|alarm| alarm.twin_of.is_some()).count();
        format!(
            "{} of {} attacks found; {} false alarms in {} days ({:.1} a day), {} of them look-alikes; \
             {} further alerts on attacks; {} incidents to read in all; {} events in {:.1} s",
            evaluation.found(),
            evaluation.verdicts.len(),
            evaluation.false_alarms.len(),
            self.labels.days,
            self.false_alarms_a_day(),
            twins_rang,
            evaluation.extra.len(),
            self.incidents(),
            self.events,
            self.seconds
        )
    }

    /// The object that scripts rely on.
    pub fn object(&self) -> Value {
        let evaluation = self.evaluation;
        let rows = self.rows();
        let attacks = rows.iter().map(|row| {
            json!({
                "attack": row.planted.attack, "title": row.planted.title, "found": row.alert.is_some(),
                "entity": row.entity(), "rules": row.verdict.rules,
                "detections_expected": row.planted.detections_expected,
                "time_to_alert_s": row.delay_us().map(|us| us as f64 / 1e6),
                "evidence": row.alert.map(|alert| alert.evidence.len()), "reason": row.verdict.reason,
            })
        });
        let attacks: Vec<Value> = attacks.collect();
        json!({
            "planted": evaluation.verdicts.len(),
            "found": evaluation.found(),
            "false_alarms": evaluation.false_alarms.len(),
            "days": self.labels.days,
            "events": self.events,
            "seconds": (self.seconds * 1_000.0).round() / 1_000.0,
            "seed": self.labels.seed,
            "town": self.labels.town.name,
            "lines": self.labels.lines,
            "false_alarms_per_day": self.false_alarms_a_day(),
            "extra": evaluation.extra.len(),
            "incidents": self.incidents(),
            "twins": self.labels.twins.len(),
            "attacks": attacks,
            "false_alarm_reasons": self.false_alarms(),
        })
    }

    /// What the report's page shows of it.
    pub fn page(&self) -> Exercise {
        let row = |row: &Row<'_>| ExerciseRow {
            attack: row.planted.attack.clone(),
            title: row.planted.title.clone(),
            entity: row.entity(),
            rules: row.rules(),
            time: row.delay_us().map_or("non trovato".to_owned(), moment::length),
            evidence: row.alert.map_or(0, |alert| alert.evidence.len()),
            class: if row.alert.is_some() { "ok" } else { "bad" },
        };
        Exercise {
            summary: format!(
                "{} ({} abitanti, comune immaginario): {} attacchi simulati in {} giorni, {} trovati; \
                 {} falsi allarmi. {} situazioni simili ma innocue dovevano restare in silenzio.",
                self.labels.town.name,
                self.labels.town.inhabitants,
                self.evaluation.verdicts.len(),
                self.labels.days,
                self.evaluation.found(),
                self.evaluation.false_alarms.len(),
                self.labels.twins.len()
            ),
            rows: self.rows().iter().map(row).collect(),
            false_alarms: self.false_alarms(),
        }
    }
}
