//! Runs rules over batches of events: evaluation in parallel, exact trailing windows at the end of a scan,
//! memory under a bound.
//!
//! | file | what it holds |
//! |---|---|
//! | `facts`, `select` | from a batch to the rows a rule keeps |
//! | `rows`, `names`, `store`, `merge` | how rows are kept, spilled and read back in order |
//! | `slide`, `accumulate`, `evidence` | exact windows over ordered rows |
//! | `detector`, `alerts` | a rule made ready; what its runs are called |
//!
//! Meaning. A rule with `window` rings for a group at an event when HAVING holds over the group's events in
//! `(t - window, t]`, events of the same instant included. Ringing events less than a window apart are one
//! run, and a run is one alert: its evidence are the group's events from a window before the first ringing
//! event (exclusive) to the last one. A rule with GROUP BY but no `window` is judged once, over the whole
//! range. A rule without aggregates rings at each match; matches of one entity less than [`MATCH_GAP_US`]
//! apart are one alert. Groups are kept apart by tenant. Rows whose group keys are all null belong to nobody
//! and are left out of rules with GROUP BY; a match without entity is still a match.
//!
//! Invariant: the order in which batches come, how events are cut into batches, and whether rows were spilled
//! change nothing in what is found.

mod accumulate;
mod alerts;
mod detector;
mod evidence;
mod facts;
mod hits;
mod merge;
mod names;
mod rows;
mod select;
mod slide;
mod store;

use std::path::PathBuf;

use arrow::array::{ArrayRef, UInt32Array};
use arrow::compute::take;
use arrow::record_batch::RecordBatch;
use rayon::prelude::*;
use schema::{Alert, EventBatch};

use crate::context::Context;
use crate::coverage::{Coverage, RuleCoverage};
use crate::error::Error;
use crate::incident::{self, Incident};
use crate::problem::Problem;
use crate::rule::{Rule, WhenEmpty};
use crate::sigma::SigmaSet;
use crate::span::HOUR_US;
use crate::sql::Planner;
use detector::{Detector, SIGMA_ENTITIES, Work};
pub use evidence::PLACES_MAX;
use facts::Questions;
pub use hits::{BatchHits, Match};
use names::Names;
use slide::{Run, Slider};
use store::Store;

/// Matches of one entity closer than this are one alert, µs.
pub const MATCH_GAP_US: i64 = HOUR_US;

/// Settings of an engine.
#[derive(Debug, Clone)]
pub struct Options {
    /// Memory for rows waiting for the end of the scan, in bytes; beyond it they go to temporary files.
    pub memory_bytes_max: usize,
    /// Folder of temporary files; the system's own when none.
    pub spill_folder: Option<PathBuf>,
    /// Also run rules that are off by default.
    pub run_disabled: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { memory_bytes_max: 256 << 20, spill_folder: None, run_disabled: false }
    }
}

/// What a scan found.
#[derive(Debug, Clone, PartialEq)]
pub struct Findings {
    /// Alerts by first event, rule and entity.
    pub alerts: Vec<Alert>,
    /// Alerts of one story, by their first event.
    pub incidents: Vec<Incident>,
    /// For each SQL rule, whether it ran and was fed.
    pub coverage: Vec<RuleCoverage>,
    /// Rows read.
    pub events: u64,
    /// Times that rows went to temporary files.
    pub spills: u64,
}

/// Rules at work.
#[derive(Debug)]
pub struct Engine {
    detectors: Vec<Detector>,
    questions: Questions,
    sigma: SigmaSet,
    /// Position of the first Sigma rule among the detectors.
    sigma_from: usize,
    stores: Vec<Store>,
    names: Names,
    parser_version: String,
    coverage: Coverage,
    options: Options,
    events: u64,
    spills: u64,
}

impl Engine {
    /// An engine for SQL rules. Rules that cannot run come back as problems; the others run.
    pub fn new(rules: Vec<Rule>, context: &Context, options: Options) -> (Engine, Vec<Problem>) {
        let mut engine = Engine {
            detectors: Vec::new(),
            questions: Questions::default(),
            sigma: SigmaSet::default(),
            sigma_from: 0,
            stores: Vec::new(),
            names: Names::default(),
            parser_version: String::new(),
            coverage: Coverage::default(),
            options,
            events: 0,
            spills: 0,
        };
        let mut problems = Vec::new();
        let planner = match Planner::new(context) {
            Ok(planner) => planner,
            Err(error) => return (engine, vec![Problem::whole("", error.to_string())]),
        };
        for rule in rules {
            let silent = rule
                .lists
                .iter()
                .find(|(name, when)| **when == WhenEmpty::Silent && context.lists.is_empty(name));
            if let (Some(reason), false) = (&rule.disabled, engine.options.run_disabled) {
                engine.coverage.disabled(&rule, reason.clone());
            } else if let Some((list, _)) = silent {
                engine.coverage.silent(&rule, list);
            } else {
                match planner.compile(&rule) {
                    Ok(compiled) => {
                        engine.coverage.running(&rule, &compiled.selection);
                        let detector = Detector::sql(&rule, compiled, context, &mut engine.questions);
                        engine.detectors.push(detector);
                    }
                    Err(found) => problems.extend(found),
                }
            }
        }
        engine.sigma_from = engine.detectors.len();
        engine.stores.resize_with(engine.detectors.len(), Store::default);
        (engine, problems)
    }

    /// The same engine with Sigma rules beside its SQL rules.
    pub fn with_sigma(mut self, sigma: SigmaSet) -> Engine {
        self.detectors.truncate(self.sigma_from);
        self.detectors.extend(Detector::sigma(sigma.rules()));
        self.stores.clear();
        self.stores.resize_with(self.detectors.len(), Store::default);
        self.sigma = sigma;
        self
    }

    /// Number of rules that run.
    pub fn rules_running(&self) -> usize {
        self.detectors.len()
    }

    /// What each rule keeps of a batch. Pure: batches may be evaluated in parallel.
    pub fn evaluate(&self, batch: &EventBatch) -> Result<BatchHits, Error> {
        let mut hits = BatchHits::of(batch, self.coverage.look(batch));
        let facts = self.questions.ask(batch);
        for (position, detector) in self.detectors.iter().enumerate().take(self.sigma_from) {
            let Work::Sql { selection, needs } = &detector.work else { continue };
            let Some(candidates) = facts.rows_meeting(needs) else { continue };
            let (layout, shape) = (&*detector.layout, &*detector.shape);
            let rows = select::select(selection, layout, shape, batch, &candidates, &mut hits.names);
            if let Some(rows) = rows.map_err(|error| failed(detector, error))? {
                hits.push(position, detector, rows);
            }
        }
        for matched in self.sigma.matches(batch) {
            let position = self.sigma_from + matched.rule;
            let Some(detector) = self.detectors.get(position) else { continue };
            let rows = sigma_rows(detector, batch, matched.rows.into(), &mut hits.names)?;
            hits.push(position, detector, rows);
        }
        Ok(hits)
    }

    /// Takes the hits of a batch in; their order does not matter.
    pub fn absorb(&mut self, hits: BatchHits) -> Result<(), Error> {
        self.names.extend(hits.names);
        self.events += hits.events;
        self.coverage.add(&hits.seen);
        if self.parser_version < hits.parser_version {
            self.parser_version = hits.parser_version;
        }
        for (position, rows) in hits.rows {
            if let Some(store) = self.stores.get_mut(position) {
                store.push(rows)?;
            }
        }
        self.keep_in_bounds()
    }

    /// Spills the largest stores until half the budget is free.
    fn keep_in_bounds(&mut self) -> Result<(), Error> {
        let mut held_bytes: usize = self.stores.iter().map(Store::bytes).sum();
        if held_bytes <= self.options.memory_bytes_max {
            return Ok(());
        }
        let mut largest: Vec<usize> = (0..self.stores.len()).collect();
        largest.sort_by_key(|position| std::cmp::Reverse(self.stores.get(*position).map_or(0, Store::bytes)));
        for position in largest {
            let (Some(store), Some(detector)) = (self.stores.get_mut(position), self.detectors.get(position))
            else {
                continue;
            };
            held_bytes = held_bytes.saturating_sub(store.bytes());
            store.spill(&detector.shape, self.options.spill_folder.as_deref())?;
            self.spills += 1;
            if held_bytes <= self.options.memory_bytes_max / 2 {
                break;
            }
        }
        Ok(())
    }

    /// Slides every rule's window over its rows and says what was found. The engine is empty afterwards.
    pub fn finish(&mut self) -> Result<Findings, Error> {
        let stores = std::mem::take(&mut self.stores);
        self.stores.resize_with(self.detectors.len(), Store::default);
        let work: Vec<(&Detector, Store)> = self.detectors.iter().zip(stores).collect();
        let found = work.into_par_iter().map(|(detector, mut store)| -> Result<Vec<Alert>, Error> {
            let runs = runs_of(detector, &mut store)?;
            let alert = |run| alerts::alert(detector, run, &self.names, &self.parser_version);
            Ok(runs.into_iter().map(alert).collect())
        });
        let found: Vec<Vec<Alert>> = found.collect::<Result<_, _>>()?;
        let mut all: Vec<Alert> = found.into_iter().flatten().collect();
        alerts::sort(&mut all);
        let incidents = incident::link(&mut all);
        Ok(Findings {
            alerts: all,
            incidents,
            coverage: self.coverage.report(),
            events: std::mem::take(&mut self.events),
            spills: std::mem::take(&mut self.spills),
        })
    }
}

/// The runs of a rule over its rows.
fn runs_of(detector: &Detector, store: &mut Store) -> Result<Vec<Run>, Error> {
    let mut rows = store.read(&detector.shape)?;
    let wrap = |error| failed(detector, error);
    let mut slider = Slider::new(&detector.layout, &detector.shape).map_err(wrap)?;
    while let Some(batch) = rows.next()? {
        slider.push(&batch).map_err(wrap)?;
    }
    slider.finish().map_err(wrap)
}

fn sigma_rows(
    detector: &Detector,
    batch: &EventBatch,
    rows: UInt32Array,
    names: &mut Names,
) -> Result<RecordBatch, Error> {
    let entities: Vec<ArrayRef> = SIGMA_ENTITIES
        .iter()
        .map(|column| take(batch.array(*column), &rows, None))
        .collect::<Result<_, _>>()?;
    Ok(select::assemble(&detector.shape, batch, &rows, entities, names)?)
}

fn failed(detector: &Detector, source: datafusion::error::DataFusionError) -> Error {
    Error::Rule { rule_id: detector.card.id.to_string(), source: Box::new(source) }
}
