//! What each rule keeps of a batch: the part of the engine that all threads share.
//!
//! Promises: pure, the same batch gives the same hits whatever else runs. Must not know: what is done with hits.

use std::sync::Arc;

use arrow::array::{ArrayRef, UInt32Array};
use arrow::compute::take;
use arrow::record_batch::RecordBatch;
use schema::EventBatch;

use super::cost::{Clock, Laps};
use super::detector::{Detector, SIGMA_ENTITIES, Work};
use super::facts::Questions;
use super::history::Histories;
use super::hits::BatchHits;
use super::names::Names;
use super::values::Values;
use super::{failed, select};
use crate::context::Context;
use crate::coverage::{Coverage, Seen};
use crate::error::Error;
use crate::incident::Book;
use crate::problem::Problem;
use crate::rule::{Rule, WhenEmpty};
use crate::sigma::SigmaSet;
use crate::sql::{Derivations, Planner};

/// Rules made ready.
#[derive(Debug)]
pub struct Evaluator {
    detectors: Vec<Detector>,
    questions: Questions,
    derivations: Derivations,
    sigma: SigmaSet,
    /// Position of the first Sigma rule among the detectors.
    sigma_from: usize,
    coverage: Coverage,
    book: Arc<Book>,
    clock: Option<Clock>,
}

impl Evaluator {
    pub(super) fn new(
        rules: Vec<Rule>,
        sigma: SigmaSet,
        context: &Context,
        run_disabled: bool,
        clock: Option<Clock>,
    ) -> (Evaluator, Vec<Problem>) {
        let (book, mut problems) = Book::new(&rules, &sigma, context, run_disabled);
        let mut evaluator = Evaluator {
            detectors: Vec::new(),
            questions: Questions::default(),
            derivations: Derivations::default(),
            sigma,
            sigma_from: 0,
            coverage: Coverage::default(),
            book: Arc::new(book),
            clock,
        };
        match Planner::new(context) {
            Ok(planner) => {
                for rule in rules {
                    problems.extend(evaluator.add(&rule, &planner, context, run_disabled));
                }
                evaluator.derivations = planner.into_derivations();
            }
            Err(error) => problems.push(Problem::whole("", error.to_string())),
        }
        evaluator.sigma_from = evaluator.detectors.len();
        evaluator.detectors.extend(Detector::sigma(evaluator.sigma.rules()));
        (evaluator, problems)
    }

    /// Makes a SQL rule ready, or notes why it does not run.
    fn add(&mut self, rule: &Rule, planner: &Planner, context: &Context, run_disabled: bool) -> Vec<Problem> {
        let silent = rule
            .lists
            .iter()
            .find(|(name, when)| **when == WhenEmpty::Silent && context.lists.is_empty(name));
        if let (Some(reason), false) = (&rule.disabled, run_disabled) {
            self.coverage.disabled(rule, reason.clone());
        } else if let Some((list, _)) = silent {
            self.coverage.silent(rule, list);
        } else if rule.chain.is_none() {
            match planner.compile(rule) {
                Ok(compiled) => {
                    self.coverage.running(rule, &compiled.selection, compiled.layout.min_history_us());
                    self.detectors.push(Detector::sql(rule, compiled, context, &mut self.questions));
                }
                Err(found) => return found,
            }
        }
        Vec::new()
    }

    pub(super) fn detectors(&self) -> &[Detector] {
        &self.detectors
    }

    /// What incidents ask of the rules.
    pub(super) fn book(&self) -> &Arc<Book> {
        &self.book
    }

    /// Number of rules that run, chains included.
    pub(super) fn rules_running(&self) -> usize {
        self.detectors.len() + self.book.chains()
    }

    pub(super) fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// What each rule keeps of a batch. Pure: batches may be evaluated in parallel.
    pub fn evaluate(&self, batch: &EventBatch) -> Result<BatchHits, Error> {
        let learns = self.detectors.iter().any(|detector| detector.layout.remembers());
        let histories = if learns { Histories::of(batch) } else { Histories::default() };
        let mut hits = BatchHits::of(batch, self.coverage.look(batch), histories);
        let mut laps = Laps::start(self.clock);
        self.select(batch, |_| true, &mut hits, &mut laps);
        for matched in self.sigma.matches(batch) {
            let position = self.sigma_from + matched.rule;
            let Some(detector) = self.detectors.get(position) else { continue };
            let rows = sigma_rows(detector, batch, matched.rows.into(), &mut hits.names)?;
            hits.push(position, detector, rows);
        }
        hits.sigma_cost = laps.lap();
        Ok(hits)
    }

    /// What rules keep of a batch of the past that they know by. The others do not look at it. Pure like [`Self::evaluate`].
    pub fn remember(&self, batch: &EventBatch) -> BatchHits {
        let mut hits = BatchHits::of(batch, Seen::default(), Histories::of(batch));
        self.select(batch, |detector| detector.layout.remembers(), &mut hits, &mut Laps::start(self.clock));
        hits
    }

    /// Adds what these SQL rules keep of a batch.
    fn select(
        &self,
        batch: &EventBatch,
        looks: impl Fn(&Detector) -> bool,
        hits: &mut BatchHits,
        laps: &mut Laps,
    ) {
        let facts = self.questions.ask(batch);
        let mut values = Values::new(batch, &self.derivations);
        let sql = self.detectors.iter().enumerate().take(self.sigma_from);
        for (position, detector) in sql.filter(|(_, detector)| looks(detector)) {
            let Work::Sql { selection, needs } = &detector.work else { continue };
            let Some(candidates) = facts.rows_meeting(needs) else { continue };
            let (layout, shape) = (&*detector.layout, &*detector.shape);
            let rows = select::select(selection, layout, shape, &mut values, &candidates, &mut hits.names);
            match rows {
                Ok(Some(rows)) => hits.push(position, detector, rows),
                Ok(None) => {}
                Err(error) => hits.failed.push((position, failed(detector, error))),
            }
            if self.clock.is_some() {
                hits.costs.push((position, laps.lap()));
            }
        }
    }
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
