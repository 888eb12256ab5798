//! Runs rules over batches of events: evaluation in parallel, exact trailing windows at the end of a scan,
//! memory under a bound.
//!
//! | file | what it holds |
//! |---|---|
//! | `evaluator`, `facts`, `values`, `select` | from a batch to the rows each rule keeps |
//! | `rows`, `names`, `store`, `spill` | how rows are kept |
//! | `candidates`, `merge` | those that may matter, in order |
//! | `slide`, `accumulate`, `evidence` | exact windows over ordered rows |
//! | `run`, `usual`, `last` | runs; what a group is used to; what is remembered of rows |
//! | `history`, `past` | since when a source is watched; what a scan must know of before |
//! | `live`, `watch`, `checkpoint` | the same over a stream that does not end |
//! | `detector`, `alerts`, `failures` | a rule made ready; what its runs are called; that it failed |
//! | `cost` | how long each rule takes |
//!
//! Meaning. A rule with `window` rings for a group at an event when HAVING holds over the group's events in
//! `(t - window, t]`, events of the same instant included. Ringing events less than a window apart are one
//! run, and a run is one alert: its evidence are the group's events from a window before the first ringing
//! event (exclusive) to the last one. With a baseline it rings where HAVING holds and what is compared is more than the group is
//! used to at that hour. A rule with GROUP BY but no `window` is judged once, over the whole
//! range. A rule without aggregates rings at each match; matches of one entity less than [`MATCH_GAP_US`]
//! apart are one alert. A rule with `[first_seen]` rings at a match whose entities together no match had in so long before,
//! if its source was watched that long ago; each is an alert. Groups are kept apart by tenant. Rows whose group keys are all null belong to nobody
//! and are left out of rules with GROUP BY or `[first_seen]`; a match without entity is still a match.
//!
//! A rule that cannot be evaluated on some event finds nothing from then on, in a scan nothing at all; the others go on.
//!
//! Invariant: the order in which batches come, how events are cut into batches, and whether rows were spilled
//! change nothing in what is found.

mod accumulate;
mod alerts;
mod candidates;
mod checkpoint;
mod cost;
mod detector;
mod evaluator;
mod evidence;
mod facts;
mod failures;
mod history;
mod hits;
mod last;
mod live;
mod merge;
mod names;
mod past;
mod punctual;
mod rows;
mod run;
mod select;
mod slide;
mod spill;
mod store;
mod usual;
mod values;
mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arrow::record_batch::RecordBatch;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use schema::{Alert, EventBatch, Incident};

use crate::context::Context;
use crate::coverage::{RuleCoverage, Seen};
use crate::error::Error;
use crate::incident;
use crate::problem::Problem;
use crate::rule::Rule;
use crate::sigma::SigmaSet;
use crate::span::HOUR_US;
pub(crate) use alerts::alert_id;
use candidates::{Counts, within};
use cost::Laps;
pub use cost::{Clock, Costs};
use detector::Detector;
pub use evaluator::Evaluator;
pub use evidence::PLACES_MAX;
use failures::Failures;
use history::Histories;
pub use hits::{BatchHits, Match};
pub use live::{Live, LiveAlert, LiveOptions, Standing};
use merge::Sorter;
use names::Names;
pub use past::Past;
pub use punctual::punctual;
use run::{Floors, Known, Run};
use slide::Slider;
use store::Store;

/// Matches of one entity closer than this are one alert, µs.
pub const MATCH_GAP_US: i64 = HOUR_US;

/// Days that [`Findings`] tell apart: ten years.
pub const DAYS_MAX: usize = 3_660;

/// Settings of an engine.
#[derive(Debug, Clone)]
pub struct Options {
    /// Memory for rows waiting for the end of the scan, in bytes; beyond it they go to temporary files.
    pub memory_bytes_max: usize,
    /// Folder of temporary files; the system's own when none.
    pub spill_folder: Option<PathBuf>,
    /// Also run rules that are off by default.
    pub run_disabled: bool,
    /// Measures what each rule costs; without it nothing is measured.
    pub clock: Option<Clock>,
}

impl Default for Options {
    fn default() -> Options {
        Options { memory_bytes_max: 256 << 20, spill_folder: None, run_disabled: false, clock: None }
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
    /// Days that they lie on (UTC, since 1970); of more than [`DAYS_MAX`] the last ones.
    pub days: BTreeSet<i32>,
    /// Times that rows went to temporary files.
    pub spills: u64,
}

/// Rules at work: what their evaluation kept so far.
#[derive(Debug)]
pub struct Engine {
    evaluator: Arc<Evaluator>,
    stores: Vec<Store>,
    names: Names,
    parser_version: String,
    seen: Seen,
    histories: Histories,
    /// Keys of the sources that each rule's rows were of, by position, where that matters.
    sources: BTreeMap<usize, BTreeSet<u64>>,
    /// What happened up to then is only remembered, µs since 1970 UTC.
    recalled_us: i64,
    failures: Failures,
    options: Options,
    events: u64,
    days: BTreeSet<i32>,
    spills: u64,
    /// What each rule took, by position.
    costs: Vec<Duration>,
    /// What the Sigma rules took together.
    sigma_cost: Duration,
}

impl Engine {
    /// An engine for these rules. SQL rules that cannot run come back as problems; the others run.
    pub fn new(
        rules: Vec<Rule>,
        sigma: SigmaSet,
        context: &Context,
        options: Options,
    ) -> (Engine, Vec<Problem>) {
        let (evaluator, problems) =
            Evaluator::new(rules, sigma, context, options.run_disabled, options.clock);
        let mut stores = Vec::new();
        stores.resize_with(evaluator.detectors().len(), Store::default);
        let mut engine = Engine {
            evaluator: Arc::new(evaluator),
            stores,
            names: Names::default(),
            parser_version: String::new(),
            seen: Seen::default(),
            histories: Histories::default(),
            sources: BTreeMap::new(),
            recalled_us: i64::MIN,
            failures: Failures::default(),
            options,
            events: 0,
            days: BTreeSet::new(),
            spills: 0,
            costs: Vec::new(),
            sigma_cost: Duration::ZERO,
        };
        engine.costs.resize(engine.stores.len(), Duration::ZERO);
        (engine, problems)
    }

    /// What evaluates batches, to be shared by threads while this engine takes their hits in.
    pub fn evaluator(&self) -> Arc<Evaluator> {
        Arc::clone(&self.evaluator)
    }

    /// Number of rules that run.
    pub fn rules_running(&self) -> usize {
        self.evaluator.rules_running()
    }

    /// See [`Evaluator::evaluate`].
    pub fn evaluate(&self, batch: &EventBatch) -> Result<BatchHits, Error> {
        self.evaluator.evaluate(batch)
    }

    /// Takes the hits of a batch in; their order does not matter.
    pub fn absorb(&mut self, hits: BatchHits) -> Result<(), Error> {
        self.names.extend(hits.names);
        self.events += hits.events;
        self.days.extend(hits.days);
        while self.days.len() > DAYS_MAX {
            self.days.pop_first();
        }
        for (position, took) in hits.costs {
            self.add_cost(position, took);
        }
        self.sigma_cost += hits.sigma_cost;
        self.seen.add(&hits.seen);
        self.histories.extend(&hits.histories);
        if self.parser_version < hits.parser_version {
            self.parser_version = hits.parser_version;
        }
        self.keep_all(hits.rows, hits.failed)
    }

    /// Keeps rows of rules, and notes which failed.
    fn keep_all(
        &mut self,
        rows: Vec<(usize, RecordBatch)>,
        failed: Vec<(usize, Error)>,
    ) -> Result<(), Error> {
        for (position, error) in failed {
            self.failures.add(position, error)?;
            if let Some(store) = self.stores.get_mut(position) {
                *store = Store::default();
            }
        }
        for (position, rows) in rows {
            if !self.failures.has(position) {
                self.keep(position, rows)?;
            }
        }
        self.keep_in_bounds()
    }

    fn keep(&mut self, position: usize, rows: RecordBatch) -> Result<(), Error> {
        let detector = self.evaluator.detectors().get(position);
        let (Some(store), Some(detector)) = (self.stores.get_mut(position), detector) else { return Ok(()) };
        if detector.layout.source().is_some() {
            self.sources.entry(position).or_default().extend(detector.sources(&rows));
        }
        store.push(rows)
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
            let (Some(store), Some(detector)) =
                (self.stores.get_mut(position), self.evaluator.detectors().get(position))
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
        self.stores.resize_with(stores.len(), Store::default);
        let mut work: Vec<(usize, &Detector, Store)> = Vec::with_capacity(stores.len());
        for (position, (detector, store)) in self.evaluator.detectors().iter().zip(stores).enumerate() {
            work.push((position, detector, store));
        }
        // The longest first: none is left alone with one at the end.
        work.sort_by_key(|(.., store)| std::cmp::Reverse(store.rows()));
        let folder = self.options.spill_folder.as_deref();
        let histories = std::mem::take(&mut self.histories);
        let found = work.into_par_iter().with_max_len(1).map(|(position, detector, store)| {
            let alert = |run| alerts::alert(detector, run, &self.names, &self.parser_version);
            let mut laps = Laps::start(self.options.clock);
            let runs = runs_of(detector, store, &histories, self.recalled_us, folder);
            let alerts = runs.map(|runs| runs.into_iter().map(alert).collect());
            (position, alerts, laps.lap())
        });
        let found: Vec<(usize, Result<Vec<Alert>, Error>, Duration)> = found.collect();
        let (mut all, mut failures) = (Vec::new(), std::mem::take(&mut self.failures));
        for (position, of_rule, took) in found {
            self.add_cost(position, took);
            match of_rule {
                Ok(alerts) => all.extend(alerts),
                Err(error) => failures.add(position, error)?,
            }
        }
        let seen = std::mem::take(&mut self.seen);
        let sources = std::mem::take(&mut self.sources);
        let learning = |rule_id: &str, min_history_us| {
            let at = self.evaluator.detectors().iter().position(|detector| &*detector.card.id == rule_id);
            let of_rule = at.and_then(|at| sources.get(&at)).cloned().unwrap_or_default();
            histories.learning(&of_rule, min_history_us)
        };
        let coverage = self.evaluator.coverage().report(&seen, failures.all(), learning);
        let incidents = incident::link(&mut all, self.evaluator.book());
        let findings = Findings::of(all, incidents, coverage, std::mem::take(&mut self.events));
        let days = std::mem::take(&mut self.days);
        Ok(Findings { days, spills: std::mem::take(&mut self.spills), ..findings })
    }

    fn add_cost(&mut self, position: usize, took: Duration) {
        if let Some(cost) = self.costs.get_mut(position) {
            *cost += took;
        }
    }

    /// What the rules cost so far, when the engine has a clock.
    pub fn costs(&self) -> Costs {
        let ids = self.evaluator.detectors().iter().map(|detector| detector.card.id.to_string());
        Costs { rules: ids.zip(self.costs.iter().copied()).collect(), sigma: self.sigma_cost }
    }
}

impl Findings {
    /// These alerts in order, and their incidents.
    pub fn of(
        mut alerts: Vec<Alert>,
        incidents: Vec<Incident>,
        coverage: Vec<RuleCoverage>,
        events: u64,
    ) -> Findings {
        alerts::sort(&mut alerts);
        Findings { alerts, incidents, coverage, events, days: BTreeSet::new(), spills: 0 }
    }
}

/// The runs of a rule over its rows.
fn runs_of(
    detector: &Detector,
    store: Store,
    histories: &Histories,
    recalled_us: i64,
    folder: Option<&Path>,
) -> Result<Vec<Run>, Error> {
    let (layout, shape) = (&*detector.layout, &*detector.shape);
    let wrap = |error| failed(detector, error);
    let mut sorter = Sorter::new(shape, folder);
    if layout.floor.is_some() {
        let mut counts = Counts::default();
        store.read(|rows| counts.add(layout, shape, rows).map(drop).map_err(wrap))?;
        let kept = counts.candidates(layout);
        store.read(|rows| sorter.push(within(&kept, layout, shape, rows).map_err(wrap)?))?;
    } else {
        store.read(|rows| sorter.push(rows.clone()))?;
    }
    drop(store);
    let mut rows = sorter.finish()?;
    let (floors, usual) = (Floors::default(), FxHashMap::default());
    let calendar = &detector.town.calendar;
    let known =
        Known { floors: &floors, settled_us: i64::MAX, recalled_us, histories, usual: &usual, calendar };
    let mut slider = Slider::new(layout, shape, known).map_err(wrap)?;
    while let Some(batch) = rows.next()? {
        slider.push(&batch).map_err(wrap)?;
    }
    Ok(slider.finish().map_err(wrap)?.runs)
}

fn failed(detector: &Detector, source: datafusion::error::DataFusionError) -> Error {
    Error::Rule { rule_id: detector.card.id.to_string(), source: Box::new(source) }
}
