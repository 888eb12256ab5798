//! Rules over a stream that does not end: alerts while it runs, the same in the end as one scan gives.
//!
//! An alert is provisional when its rule first holds, and final when no event that is on time can change it. A final alert
//! has the scan's own id; when it is another than the provisional one had, it says which it supersedes.
//!
//! Promises: rows held are bounded, and what is given up for it is counted. Must not know: sockets, clocks, where alerts go.

use std::sync::Arc;

use rayon::prelude::*;
use schema::{Alert, EventBatch};

use super::alerts;
use super::detector::Detector;
use super::evaluator::Evaluator;
use super::failures::Failures;
use super::hits::BatchHits;
use super::names::Names;
pub use super::watch::Standing;
use super::watch::{Told, Watch};
use crate::context::Context;
use crate::coverage::{RuleCoverage, RuleFailure, RuleLearning, Seen};
use crate::error::Error;
use crate::incident::Book;
use crate::problem::Problem;
use crate::rule::Rule;
use crate::sigma::SigmaSet;
use crate::span::HOUR_US;
use crate::sql::Window;

/// Places of evidence that a live alert carries.
const LIVE_PLACES_MAX: usize = 100;

/// Settings of a live engine.
#[derive(Debug, Clone, Copy)]
pub struct LiveOptions {
    /// How long after its own time an event may be received and still count, µs.
    pub lateness_us: i64,
    /// Memory for rows, in bytes; beyond it the rule that holds most gives up its older half.
    pub memory_bytes_max: usize,
}

impl Default for LiveOptions {
    fn default() -> LiveOptions {
        LiveOptions { lateness_us: HOUR_US, memory_bytes_max: 256 << 20 }
    }
}

/// An alert of a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveAlert {
    /// What rang.
    pub alert: Alert,
    /// How sure it is.
    pub standing: Standing,
    /// Id of a provisional alert that this one replaces.
    pub supersedes: Option<String>,
}

/// Rules at work on a stream.
#[derive(Debug)]
pub struct Live {
    pub(super) evaluator: Arc<Evaluator>,
    pub(super) watches: Vec<Watch>,
    pub(super) names: Names,
    pub(super) parser_version: String,
    seen: Seen,
    failures: Failures,
    /// What rules that failed had told.
    taken_back: Vec<LiveAlert>,
    options: LiveOptions,
    rows_shed: u64,
}

impl Live {
    /// An engine for these rules. SQL rules that cannot run come back as problems; the others run.
    pub fn new(
        rules: Vec<Rule>,
        sigma: SigmaSet,
        context: &Context,
        options: LiveOptions,
    ) -> (Live, Vec<Problem>) {
        let (evaluator, problems) = Evaluator::new(rules, sigma, context, false, None);
        let mut watches = Vec::new();
        watches.resize_with(evaluator.detectors().len(), Watch::default);
        let live = Live {
            evaluator: Arc::new(evaluator),
            watches,
            names: Names::default(),
            parser_version: String::new(),
            seen: Seen::default(),
            failures: Failures::default(),
            taken_back: Vec::new(),
            options,
            rows_shed: 0,
        };
        (live, problems)
    }

    /// What evaluates batches, to be shared by threads while this engine takes their hits in.
    pub fn evaluator(&self) -> Arc<Evaluator> {
        Arc::clone(&self.evaluator)
    }

    /// Number of rules that run.
    pub fn rules_running(&self) -> usize {
        self.evaluator.rules_running()
    }

    /// What incidents ask of the rules.
    pub fn book(&self) -> Arc<Book> {
        Arc::clone(self.evaluator.book())
    }

    /// See [`Evaluator::evaluate`].
    pub fn evaluate(&self, batch: &EventBatch) -> Result<BatchHits, Error> {
        self.evaluator.evaluate(batch)
    }

    /// Rows held for windows; rows, and habits of groups, given up for memory so far.
    pub fn rows(&self) -> (usize, u64) {
        let forgotten: u64 = self.watches.iter().map(Watch::habits_forgotten).sum();
        (self.watches.iter().map(Watch::rows).sum(), self.rows_shed + forgotten)
    }

    /// Rules that do not know some source of theirs for long enough to tell what is new or usual there.
    pub fn learning(&self) -> Vec<RuleLearning> {
        let watches = self.watches.iter().zip(self.evaluator.detectors());
        let learning = watches.filter_map(|(watch, detector)| {
            let min_history_us = detector.layout.min_history_us()?;
            let sources = watch.learning(min_history_us);
            let rule_id = detector.card.id.to_string();
            let is_learning = watch.knows_nothing() || !sources.is_empty();
            is_learning.then_some(RuleLearning { rule_id, min_history_us, sources })
        });
        learning.collect()
    }

    /// For each SQL rule, whether it runs and was fed so far.
    pub fn coverage(&self) -> Vec<RuleCoverage> {
        let detectors = self.evaluator.detectors().iter();
        let learning = |rule_id: &str, min_history_us| {
            let at = detectors.clone().position(|detector| &*detector.card.id == rule_id);
            let watch = at.and_then(|at| self.watches.get(at));
            watch.map(|watch| watch.learning(min_history_us)).unwrap_or_default()
        };
        self.evaluator.coverage().report(&self.seen, self.failures.all(), learning)
    }

    /// Rules that failed so far, in the order in which they did: they are off.
    pub fn failures(&self) -> &[RuleFailure] {
        self.failures.all()
    }

    /// Takes the hits of a batch in.
    pub fn absorb(&mut self, hits: BatchHits) -> Result<(), Error> {
        self.names.extend(hits.names);
        self.seen.add(&hits.seen);
        if self.parser_version < hits.parser_version {
            self.parser_version = hits.parser_version;
        }
        for (watch, detector) in self.watches.iter_mut().zip(self.evaluator.detectors()) {
            watch.learn(detector, &hits.histories);
        }
        for (position, error) in hits.failed {
            self.fail(position, error)?;
        }
        for (position, rows) in hits.rows {
            if self.failures.has(position) {
                continue;
            }
            let detector = self.evaluator.detectors().get(position);
            // Over a whole range there is nothing to tell before its end: such rules run as jobs.
            let detector = detector.filter(|detector| detector.layout.window != Window::Whole);
            if let (Some(detector), Some(watch)) = (detector, self.watches.get_mut(position)) {
                let pushed = watch.push(detector, rows);
                pushed.or_else(|error| self.fail(position, error))?;
            }
        }
        self.keep_in_bounds()
    }

    /// What is new at `now_us`: everything received before that has been absorbed.
    pub fn judge(&mut self, now_us: i64) -> Result<Vec<LiveAlert>, Error> {
        // What is received from now on, and is on time, happened no earlier than this less one.
        self.settle(now_us.saturating_sub(self.options.lateness_us).saturating_sub(1))
    }

    /// What is new when nothing more comes: every alert is final.
    pub fn finish(&mut self) -> Result<Vec<LiveAlert>, Error> {
        self.settle(i64::MAX)
    }

    fn settle(&mut self, settled_us: i64) -> Result<Vec<LiveAlert>, Error> {
        let due: Vec<(usize, (&Detector, &mut Watch))> = self
            .evaluator
            .detectors()
            .iter()
            .zip(&mut self.watches)
            .enumerate()
            .filter(|(_, (_, watch))| watch.is_due(settled_us))
            .collect();
        let (names, version) = (&self.names, &*self.parser_version);
        let told = due.into_par_iter().map(|(position, (detector, watch))| {
            let told = watch.judge(detector, settled_us).map(|told| {
                told.into_iter().map(|told| live_alert(detector, told, names, version)).collect()
            });
            (position, told)
        });
        let told: Vec<(usize, Result<Vec<LiveAlert>, Error>)> = told.collect();
        let mut all = Vec::new();
        for (position, of_rule) in told {
            match of_rule {
                Ok(alerts) => all.extend(alerts),
                Err(error) => self.fail(position, error)?,
            }
        }
        all.append(&mut self.taken_back);
        all.sort_by(|a, b| alerts::order(&a.alert, &b.alert));
        Ok(all)
    }

    /// A rule is off from now on, holds nothing, and takes back what may have become otherwise.
    fn fail(&mut self, position: usize, error: Error) -> Result<(), Error> {
        self.failures.add(position, error)?;
        if let (Some(watch), Some(detector)) =
            (self.watches.get_mut(position), self.evaluator.detectors().get(position))
        {
            let open = watch.give_up().into_iter();
            self.taken_back
                .extend(open.map(|told| live_alert(detector, told, &self.names, &self.parser_version)));
        }
        Ok(())
    }

    fn keep_in_bounds(&mut self) -> Result<(), Error> {
        let mut held_bytes: usize = self.watches.iter().map(Watch::bytes).sum();
        while held_bytes > self.options.memory_bytes_max {
            let watches = self.watches.iter_mut().zip(self.evaluator.detectors());
            let Some((watch, detector)) = watches.max_by_key(|(watch, _)| watch.bytes()) else { break };
            let before = watch.bytes();
            self.rows_shed += watch.shed(detector)? as u64;
            if watch.bytes() >= before {
                break;
            }
            held_bytes -= before - watch.bytes();
        }
        Ok(())
    }
}

fn live_alert(detector: &Detector, told: Told, names: &Names, parser_version: &str) -> LiveAlert {
    let Told { run, standing, supersedes_us } = told;
    let mut alert = alerts::alert(detector, run, names, parser_version);
    if alert.evidence.len() > LIVE_PLACES_MAX {
        alert.evidence.truncate(LIVE_PLACES_MAX);
        alert.evidence_truncated = true;
    }
    let card = &detector.card;
    let supersedes = supersedes_us
        .map(|first_us| alerts::alert_id(&card.id, card.version, &alert.tenant, &alert.entities, first_us));
    LiveAlert { alert, standing, supersedes }
}
