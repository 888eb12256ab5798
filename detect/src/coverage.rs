//! "Would we have seen it?": which rules ran, and whether the scan held what they need.
//!
//! Promises: a rule is blind when no event had one of its classes, or none of those had a column it needs.
//! Must not know: how rules run.

use std::collections::BTreeMap;
use std::fmt;

use arrow::array::Array;
use arrow::buffer::BooleanBuffer;
use schema::{Column, EventBatch};
use serde::{Deserialize, Serialize};

use crate::rule::{Bilingual, Rule};
use crate::sql::{Input, Selection};

/// How a rule fared in a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleCoverage {
    /// The rule.
    pub rule_id: String,
    /// Whether it could have rung.
    pub status: Status,
}

/// Whether a rule could have rung.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// It ran, on events of its classes with the columns it needs.
    Fed,
    /// It ran, but had nothing to look at.
    Blind {
        /// Its classes, when no event was of any of them.
        classes: Vec<String>,
        /// Columns that were null in every event of its classes.
        columns: Vec<String>,
    },
    /// It ran, but some of its sources were not watched for long enough to tell what is new or usual there.
    Learning {
        /// Those sources.
        sources: Vec<LearningSource>,
        /// How long that must be, µs.
        min_history_us: i64,
        /// True when it rings for nothing of them meanwhile; false when its fixed threshold alone decides.
        is_silent: bool,
    },
    /// It did not run, because a list it reads is empty.
    ListEmpty(String),
    /// It did not run, because it is off by default.
    Disabled(Bilingual),
    /// It stopped at an event it cannot be evaluated on, and found nothing.
    Failed(String),
}

/// What a tenant gets in one format from one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceName {
    /// Whose it is.
    pub tenant: String,
    /// Where it comes from.
    pub source: String,
    /// How it is written.
    pub format: String,
}

impl fmt::Display for SourceName {
    /// `rete/dhcpd`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.source, self.format)
    }
}

/// A source of which a rule does not know yet what is usual there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LearningSource {
    /// Which one.
    pub source: SourceName,
    /// For how long it was watched, µs.
    pub watched_us: i64,
}

/// A rule that does not know some of its sources for long enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleLearning {
    /// The rule.
    pub rule_id: String,
    /// How long it must know a source, µs.
    pub min_history_us: i64,
    /// The sources; none as long as nothing was seen at all.
    pub sources: Vec<LearningSource>,
}

/// A rule that failed while it ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFailure {
    /// The rule.
    pub rule_id: String,
    /// What failed in it.
    pub reason: String,
}

/// Columns and keys of `fields` that some event of one class had.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct SeenColumns {
    /// One bit for each [`Column::index`].
    columns: u128,
    /// One for each watched key.
    keys: Vec<bool>,
}

/// What events held, by class.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    by_class: BTreeMap<String, SeenColumns>,
}

#[derive(Debug)]
enum Fate {
    Runs {
        classes: Vec<String>,
        columns: Vec<String>,
        min_history_us: Option<i64>,
        /// True when it rings for nothing as long as it learns.
        is_silent: bool,
    },
    ListEmpty(String),
    Disabled(Bilingual),
}

/// What rules need.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    rules: Vec<(String, Fate)>,
    /// Keys of `fields` that some rule needs.
    keys: Vec<String>,
}

impl Seen {
    /// Adds what a batch held.
    pub fn add(&mut self, batch: &Seen) {
        for (class, new) in &batch.by_class {
            let known = self.by_class.entry(class.clone()).or_default();
            known.columns |= new.columns;
            known.keys.resize(new.keys.len(), false);
            for (known, new) in known.keys.iter_mut().zip(&new.keys) {
                *known |= *new;
            }
        }
    }
}

impl Coverage {
    /// Notes a rule that runs, and how long it must know a source, µs.
    pub fn running(&mut self, rule: &Rule, selection: &Selection, min_history_us: Option<i64>) {
        let mut classes = rule.requires.classes.clone();
        if classes.is_empty() {
            let of_class = selection.needs.iter().find(|need| need.input == Input::Column(Column::Class));
            classes = of_class.map(|need| need.values.iter().cloned().collect()).unwrap_or_default();
        }
        let columns = rule.requires.columns.clone();
        for key in columns.iter().filter_map(|column| field_key(column)) {
            if !self.keys.iter().any(|known| known == key) {
                self.keys.push(key.to_owned());
            }
        }
        let is_silent = rule.first_seen.is_some();
        self.rules.push((rule.id.clone(), Fate::Runs { classes, columns, min_history_us, is_silent }));
    }

    /// Notes a rule that does not run because a list is empty.
    pub fn silent(&mut self, rule: &Rule, list: &str) {
        self.rules.push((rule.id.clone(), Fate::ListEmpty(list.to_owned())));
    }

    /// Notes a rule that is off.
    pub fn disabled(&mut self, rule: &Rule, reason: Bilingual) {
        self.rules.push((rule.id.clone(), Fate::Disabled(reason)));
    }

    /// What a batch holds.
    pub fn look(&self, batch: &EventBatch) -> Seen {
        let mut seen = Seen::default();
        for (class, rows) in rows_by_class(batch) {
            let has = |array: &dyn Array| match array.nulls() {
                _ if array.null_count() == array.len() => false,
                None => true,
                Some(nulls) => (nulls.inner() & &rows).count_set_bits() > 0,
            };
            let columns = Column::ALL.iter().filter(|column| has(batch.array(**column)));
            let columns = columns.fold(0u128, |bits, column| bits | 1 << column.index());
            let keys = self.keys.iter().map(|key| batch.field(key).is_some_and(|values| has(values)));
            seen.by_class.insert(class.to_owned(), SeenColumns { columns, keys: keys.collect() });
        }
        seen
    }

    /// How every rule fared on what was seen; `learning` says about which sources a rule that needs so long a past learns, µs.
    pub fn report(
        &self,
        seen: &Seen,
        failures: &[RuleFailure],
        learning: impl Fn(&str, i64) -> Vec<LearningSource>,
    ) -> Vec<RuleCoverage> {
        let fared = |id: &str, fate: &Fate| match fate {
            Fate::ListEmpty(list) => Status::ListEmpty(list.clone()),
            Fate::Disabled(reason) => Status::Disabled(reason.clone()),
            Fate::Runs { classes, columns, min_history_us, is_silent } => {
                match (self.fed(classes, columns, seen), min_history_us) {
                    (Status::Fed, Some(min_history_us)) => match learning(id, *min_history_us) {
                        sources if sources.is_empty() => Status::Fed,
                        sources => Status::Learning {
                            sources,
                            min_history_us: *min_history_us,
                            is_silent: *is_silent,
                        },
                    },
                    (status, _) => status,
                }
            }
        };
        let failure = |id: &str| failures.iter().find(|failure| failure.rule_id == id);
        let status = |id: &str, fate: &Fate| match failure(id) {
            Some(failure) => Status::Failed(failure.reason.clone()),
            None => fared(id, fate),
        };
        let rules = self.rules.iter();
        rules.map(|(id, fate)| RuleCoverage { rule_id: id.clone(), status: status(id, fate) }).collect()
    }

    fn fed(&self, classes: &[String], columns: &[String], seen: &Seen) -> Status {
        let asked = |class: &String| classes.is_empty() || classes.contains(class);
        let seen: Vec<&SeenColumns> =
            seen.by_class.iter().filter(|(class, _)| asked(class)).map(|(_, seen)| seen).collect();
        if seen.is_empty() {
            return Status::Blind { classes: classes.to_vec(), columns: Vec::new() };
        }
        let was_seen = |column: &String| match field_key(column) {
            Some(key) => {
                let position = self.keys.iter().position(|known| known == key);
                position.is_some_and(|at| seen.iter().any(|seen| seen.keys.get(at) == Some(&true)))
            }
            None => Column::by_name(column)
                .is_some_and(|column| seen.iter().any(|seen| seen.columns & (1 << column.index()) != 0)),
        };
        let missing: Vec<String> = columns.iter().filter(|column| !was_seen(column)).cloned().collect();
        if missing.is_empty() {
            return Status::Fed;
        }
        Status::Blind { classes: Vec::new(), columns: missing }
    }
}

/// The key of `fields.KEY` or `fields['KEY']`.
pub(crate) fn field_key(column: &str) -> Option<&str> {
    let rest = column.strip_prefix(schema::columns::FIELDS)?;
    rest.strip_prefix('.').or_else(|| rest.strip_prefix("['")?.strip_suffix("']"))
}

/// The rows of each class.
fn rows_by_class(batch: &EventBatch) -> Vec<(&str, BooleanBuffer)> {
    let Some(classes) = batch.texts(Column::Class) else { return Vec::new() };
    let mut distinct: Vec<&str> = Vec::new();
    let mut last = None;
    for (row, view) in classes.views().iter().enumerate() {
        if last == Some(*view) || classes.is_null(row) {
            continue;
        }
        last = Some(*view);
        let class = classes.value(row);
        if !distinct.contains(&class) {
            distinct.push(class);
        }
    }
    if let [only] = distinct.as_slice() {
        return vec![(*only, BooleanBuffer::new_set(batch.len()))];
    }
    let rows_of = |class: &str| {
        BooleanBuffer::collect_bool(batch.len(), |row| classes.is_valid(row) && classes.value(row) == class)
    };
    distinct.iter().map(|class| (*class, rows_of(class))).collect()
}
