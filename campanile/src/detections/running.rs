//! Rules over files: batches evaluated on all cores, taken in by one engine, alerts at the end.
//!
//! Promises: memory bounded by the engine's budget and the pipeline's; the same input, rules and settings
//! give the same findings. Must not know: how findings are shown.

use std::ops::RangeInclusive;
use std::time::Instant;

use arrow::array::BooleanArray;
use detect::engine::{Costs, Match};
use detect::{BatchHits, Context, Engine, Evaluator, Findings, Options};
use schema::{Column, EventBatch};

use crate::books::Books;
use crate::detections::loading::Loaded;
use crate::detections::summary;
use crate::diagnostics::Fault;
use crate::exit::{Result, failed};
use crate::pipeline;
use crate::progress::Progress;
use crate::reading::Reading;

/// What failed, in words.
const ENGINE: &str = "the detection engine failed";

/// What a run found.
pub struct Scanned {
    /// Alerts, incidents, coverage.
    pub findings: Findings,
    /// What was read.
    pub books: Books,
    /// Events that were left out: they reached the service too late for its stream.
    pub late: u64,
    /// Rules that ran.
    pub rules_running: usize,
    /// Rules that the engine could not run, or not to the end.
    pub faults: Vec<Fault>,
    /// What each rule took.
    pub costs: Costs,
}

/// What rules keep of some events.
#[derive(Default)]
struct Evaluated {
    hits: Vec<BatchHits>,
    /// Of events before the span, for rules that must know of them.
    recalled: Vec<BatchHits>,
    matches: Vec<Match>,
}

/// Runs the rules over the inputs, in that `town`. Events outside `span` (µs since 1970 UTC) are left out; those before it only
/// make things known. `on_matches` gets the single-event matches of each batch, in order of the input.
pub fn scan(
    reading: &Reading,
    loaded: &mut Loaded,
    town: &Context,
    span: Option<&RangeInclusive<i64>>,
    progress: &Progress,
    mut on_matches: Option<&mut dyn FnMut(Vec<Match>) -> Result<()>>,
) -> Result<Scanned> {
    let rules = std::mem::take(&mut loaded.rules);
    let sigma = std::mem::take(&mut loaded.sigma);
    let (mut engine, problems) = Engine::new(rules, sigma, town, measured());
    let evaluator = engine.evaluator();
    let mut faults: Vec<Fault> = problems.iter().map(Fault::of_rule).collect();
    let rules_running = engine.rules_running();
    let (wants_matches, wants_past) = (on_matches.is_some(), engine.past().is_some());
    span.into_iter().for_each(|span| engine.recall_before(*span.start()));
    let books = pipeline::run(
        reading,
        progress,
        |batches| evaluate(&evaluator, &batches, span, wants_matches, wants_past),
        |Evaluated { hits, recalled, matches }| {
            if let Some(on_matches) = &mut on_matches
                && !matches.is_empty()
            {
                on_matches(matches)?;
            }
            recalled.into_iter().try_for_each(|hits| engine.recall(hits)).map_err(failed(ENGINE))?;
            hits.into_iter().try_for_each(|hits| engine.absorb(hits)).map_err(failed(ENGINE))
        },
    )?;
    let findings = engine.finish().map_err(failed(ENGINE))?;
    faults.extend(summary::failed(&findings.coverage).map(|(rule_id, reason)| {
        let message = format!("rule {rule_id} stopped at an event it cannot be evaluated on: {reason}");
        Fault::new(message).help("write TRY_CAST for CAST, and nullif(x, 0) below a division")
    }));
    // A file's events were received when they happened.
    Ok(Scanned { findings, books, late: 0, rules_running, faults, costs: engine.costs() })
}

/// Settings of an engine that measures what rules cost.
pub fn measured() -> Options {
    Options { clock: Some(Instant::now), ..Options::default() }
}

/// What the rules keep of the events of one batch of frames.
fn evaluate(
    evaluator: &Evaluator,
    batches: &[EventBatch],
    span: Option<&RangeInclusive<i64>>,
    wants_matches: bool,
    wants_past: bool,
) -> Result<Evaluated> {
    let mut evaluated = Evaluated::default();
    for batch in batches {
        let of_batch = match span {
            Some(span) => evaluator.evaluate(&filtered(batch, |time_us| span.contains(&time_us))?),
            None => evaluator.evaluate(batch),
        }
        .map_err(failed(ENGINE))?;
        if wants_matches {
            evaluated.matches.extend(of_batch.matches());
        }
        evaluated.hits.push(of_batch);
        if let Some(span) = span.filter(|_| wants_past) {
            let before = filtered(batch, |time_us| time_us < *span.start())?;
            if !before.is_empty() {
                evaluated.recalled.push(evaluator.remember(&before));
            }
        }
    }
    evaluated.matches.sort_unstable();
    Ok(evaluated)
}

fn filtered(batch: &EventBatch, keeps: impl Fn(i64) -> bool) -> Result<EventBatch> {
    let Some(times) = batch.times(Column::Timestamp) else { return Ok(batch.clone()) };
    Ok(batch.filter(&BooleanArray::from_unary(times, keeps))?)
}
