//! The working thread: durable frames to events, events to detections and lake.
//!
//! Promises: every durable frame is parsed once and handed to the lake once; what cannot be done now is told and tried
//! again, never skipped; when the lake is behind, this waits, and the journal holds what has not come yet; a disk that is
//! full ends nothing: alerts, windows and rows wait until it takes them.
//! Must not know: sources, how the journal is kept.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arrow::array::Array;
use detect::coverage::{RuleCoverage, RuleLearning};
use detect::{BatchHits, Evaluator, Live, punctual};
use ingest::ReceiveClock;
use parsers::Parser;
use rayon::prelude::*;
use schema::{Column, EventBatch, FrameBatch};
use storage::kill_point;
use storage::lake::LakeWriter;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::alert_log::AlertLog;
use super::checkpoints::Checkpoints;
use super::feed::{Block, Follower, Next};
use super::readers::Parsers;
use super::source_work::SourceWorks;
use crate::exit::{Failure, Result, failed};

/// How long the thread sleeps at most when nothing comes.
const IDLE_WAIT: Duration = Duration::from_millis(100);
/// How soon what the disk did not take is tried again.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);
/// How often windows are judged at most.
const JUDGE_INTERVAL: Duration = Duration::from_millis(200);
/// Judging takes at most one part in so many of the thread's time.
const JUDGE_SHARE: u32 = 5;

/// How often windows are saved at most.
const SAVE_INTERVAL: Duration = Duration::from_secs(10);
/// Saving takes at most one part in so many of the thread's time.
const SAVE_SHARE: u32 = 20;
/// Frames of different sources reach the journal in another order than they came, by less than this, µs.
const SETTLE_SLACK_US: i64 = 2_000_000;

/// What the working thread counts.
#[derive(Debug, Default)]
pub struct WorkBook {
    /// Events made of frames.
    pub events: AtomicU64,
    /// Events with a `parse_error`.
    pub parse_errors: AtomicU64,
    /// Events of no known format.
    pub plain: AtomicU64,
    /// Events that came too late for windows.
    pub late: AtomicU64,
    /// Seqs that the disk lost.
    pub lost: AtomicU64,
    /// Alerts told, each standing counted.
    pub alerts: AtomicU64,
    /// Incidents that are not over.
    pub incidents: AtomicU64,
    /// Alerts of incidents given up for memory.
    pub alerts_forgotten: AtomicU64,
    /// Rows held for windows.
    pub rows_held: AtomicU64,
    /// Rows given up for memory.
    pub rows_shed: AtomicU64,
    /// Rules that still learn what is usual, and where.
    pub learning: Mutex<Vec<RuleLearning>>,
    /// Rules that had more false alarms in a day than they may, by the verdicts.
    pub rules_over_budget: AtomicU64,
    /// Rules that failed and are off.
    pub rules_failed: AtomicU64,
    /// What was found in the frames of each source.
    pub sources: SourceWorks,
    /// Last seq worked on.
    pub worked_upto: AtomicU64,
    /// Last seq that the saved windows stand for.
    pub saved_upto: AtomicU64,
}

/// Rules and parsers that take the place of those at work.
pub struct Change {
    /// The rules.
    pub live: Live,
    /// How frames are read.
    pub parsers: Parsers,
    /// Is told when they are at work.
    pub at_work: oneshot::Sender<()>,
}

/// Detections at work on the stream.
pub struct Watching {
    /// The engine.
    pub live: Live,
    /// Events older than this when received are late, µs.
    pub lateness_us: i64,
    /// Where alerts go.
    pub log: Arc<Mutex<AlertLog>>,
    /// Where windows are saved.
    pub checkpoints: Checkpoints,
    /// Rows that engines before this one gave up for memory.
    pub shed_before: u64,
}

/// The working thread's own.
pub struct Processing {
    /// Where frames come from.
    pub follower: Follower,
    /// How they are read.
    pub parsers: Parsers,
    /// What looks at events.
    pub watching: Watching,
    /// What is to take the place of rules and parsers.
    pub changes: Receiver<Change>,
    /// Where events go.
    pub lake: LakeWriter,
    /// Runs the lake's commits.
    pub runtime: Handle,
    /// What time it is.
    pub clock: Arc<ReceiveClock>,
    /// What is counted.
    pub book: Arc<WorkBook>,
    /// Everything that came before that has been worked on, but for what waited long for room, µs since 1970 UTC.
    pub settled_us: i64,
}

/// One batch of frames worked on.
struct Worked {
    events: Vec<EventBatch>,
    hits: Vec<BatchHits>,
    late: usize,
}

impl Processing {
    /// Works until the journal ends. Answers which rules ran and were fed.
    pub fn run(mut self) -> Result<Vec<RuleCoverage>> {
        let (mut judge_at, mut save_at) = (Instant::now(), Instant::now() + SAVE_INTERVAL);
        loop {
            // Before the wait: what is received meanwhile is not waited for.
            let now_us = self.clock.now_us();
            match self.follower.next(IDLE_WAIT).map_err(failed("the journal cannot be read"))? {
                Next::Block(block) => self.work(block)?,
                Next::Damage(damage) => {
                    let lost = damage.seqs.end - damage.seqs.start;
                    self.book.lost.fetch_add(lost, Ordering::Relaxed);
                    tracing::error!(
                        segment = damage.segment,
                        first_byte = damage.bytes.start,
                        end_byte = damage.bytes.end,
                        first_seq = damage.seqs.start,
                        lost,
                        "the journal is damaged"
                    );
                }
                Next::Idle => self.settle(now_us),
                Next::End => {
                    // Nothing was received since that is not worked on.
                    self.settle(self.clock.now_us());
                    break;
                }
            }
            if let Ok(change) = self.changes.try_recv() {
                self.change(change)?;
            }
            if Instant::now() >= judge_at {
                let began = Instant::now();
                self.judge()?;
                judge_at = Instant::now() + JUDGE_INTERVAL.max(began.elapsed() * JUDGE_SHARE);
            }
            if Instant::now() >= save_at {
                let began = Instant::now();
                if let Err(error) = self.save() {
                    tracing::error!(%error, "the detections' windows are not saved this time");
                }
                save_at = Instant::now() + SAVE_INTERVAL.max(began.elapsed() * SAVE_SHARE);
            }
        }
        self.judge()?;
        self.save()?;
        let unwritten = self.log().unwritten();
        if unwritten > 0 {
            // They are told after the next start: windows were not saved behind them.
            return Err(Failure::internal(format!("{unwritten} alerts cannot be written")));
        }
        Ok(self.watching.live.coverage())
    }

    /// Saves what windows hold. As long as alerts are not told they would be lost with it.
    fn save(&mut self) -> Result<()> {
        if self.log().unwritten() > 0 {
            return Ok(());
        }
        let worked_upto = self.book.worked_upto.load(Ordering::Relaxed);
        let Watching { live, checkpoints, .. } = &mut self.watching;
        if checkpoints.saved_upto < worked_upto {
            checkpoints.save(live, worked_upto)?;
        }
        self.book.saved_upto.store(worked_upto, Ordering::Relaxed);
        Ok(())
    }

    fn log(&self) -> MutexGuard<'_, AlertLog> {
        self.watching.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts other rules and parsers to work, between two blocks.
    fn change(&mut self, change: Change) -> Result<()> {
        let Change { mut live, mut parsers, at_work } = change;
        let worked_upto = self.book.worked_upto.load(Ordering::Relaxed);
        self.tell_failures();
        self.log().read_anew(live.book());
        let watching = &mut self.watching;
        watching.checkpoints.hand_over(&mut watching.live, &mut live, worked_upto)?;
        watching.shed_before += watching.live.rows().1;
        watching.live = live;
        self.book.rules_failed.store(0, Ordering::Relaxed);
        std::mem::swap(&mut self.parsers, &mut parsers);
        self.parsers.inherit(parsers);
        // Whoever asked may be gone.
        at_work.send(()).ok();
        Ok(())
    }

    fn work(&mut self, block: Block) -> Result<()> {
        // After a start the lake and the windows may stand at different places of the journal.
        let Watching { live, lateness_us, checkpoints, .. } = &self.watching;
        let is_watched = live.rules_running() > 0 && checkpoints.saved_upto < *block.seqs.start();
        let evaluator = is_watched.then(|| live.evaluator());
        let evaluator = evaluator.as_deref().map(|evaluator| (evaluator, *lateness_us));
        self.parsers.learn(&block.batches);
        let parsers = &self.parsers;
        let worked: Vec<Worked> = block
            .batches
            .par_iter()
            .map(|frames| work_on(frames, parsers.of(frames), evaluator))
            .collect::<Result<_>>()?;
        let mut events = Vec::with_capacity(worked.len());
        for (frames, of_batch) in block.batches.iter().zip(worked) {
            let lag_us = self.clock.now_us() - frames.arrived_us();
            self.book.sources.count(frames.via(), &of_batch.events, lag_us);
            self.book.late.fetch_add(of_batch.late as u64, Ordering::Relaxed);
            of_batch.events.iter().for_each(|batch| self.count(batch));
            events.extend(of_batch.events);
            let absorbed = of_batch.hits.into_iter().try_for_each(|hits| self.watching.live.absorb(hits));
            absorbed.map_err(failed("the detection engine failed"))?;
        }
        kill_point::pass("work.parsed");
        self.keep(events, *block.seqs.end())?;
        let arrived_us = block.batches.iter().map(FrameBatch::arrived_us);
        self.settle(arrived_us.min().unwrap_or_default());
        self.book.worked_upto.store(*block.seqs.end(), Ordering::Relaxed);
        Ok(())
    }

    /// Hands events to the lake; when it has no room, commits first.
    fn keep(&mut self, events: Vec<EventBatch>, upto_seq: u64) -> Result<()> {
        loop {
            match self.lake.append(events.clone(), upto_seq, self.clock.now_us()) {
                Ok(()) => return Ok(()),
                Err(storage::Error::LakeFull { .. }) => {
                    let flushed = self.runtime.block_on(self.lake.flush()).map(drop);
                    match flushed.map_err(failed("the lake cannot be written")) {
                        // What is left comes again from the journal.
                        Err(failure) if self.follower.is_ending() => return Err(failure),
                        Err(failure) => {
                            tracing::error!(%failure, "trying again");
                            self.runtime.block_on(async { tokio::time::sleep(RETRY_INTERVAL).await });
                        }
                        Ok(()) => {}
                    }
                }
                Err(error) => return Err(failed("the lake does not take events")(error)),
            }
        }
    }

    fn settle(&mut self, arrived_us: i64) {
        self.settled_us = self.settled_us.max(arrived_us - SETTLE_SLACK_US);
    }

    /// Tells what is new.
    fn judge(&mut self) -> Result<()> {
        let watching = &mut self.watching;
        let alerts = watching.live.judge(self.settled_us).map_err(failed("the detection engine failed"))?;
        let (held, shed) = watching.live.rows();
        self.book.rows_held.store(held as u64, Ordering::Relaxed);
        self.book.rows_shed.store(watching.shed_before + shed, Ordering::Relaxed);
        *self.book.learning.lock().unwrap_or_else(PoisonError::into_inner) = watching.live.learning();
        let mut log = self.log();
        log.settle(self.settled_us, self.clock.now_us());
        let told = match log.tell(alerts, self.clock.now_us()) {
            Ok(told) => told,
            Err(error) => {
                tracing::error!(%error, alerts = log.unwritten(), "alerts cannot be written, trying again");
                return Ok(());
            }
        };
        kill_point::pass("alerts.told");
        for told in told {
            tracing::warn!(
                rule = told.alert.rule_id,
                severity = told.alert.severity.name(),
                standing = told.standing,
                tenant = told.alert.tenant,
                "{}",
                told.alert.rule_title
            );
        }
        let (open, forgotten) = log.incidents();
        self.book.incidents.store(open as u64, Ordering::Relaxed);
        self.book.alerts_forgotten.store(forgotten, Ordering::Relaxed);
        self.book.alerts.store(log.count(), Ordering::Relaxed);
        drop(log);
        self.tell_failures();
        Ok(())
    }

    /// Tells of rules that failed since this was last asked.
    fn tell_failures(&self) {
        let failures = self.watching.live.failures();
        let told = self.book.rules_failed.swap(failures.len() as u64, Ordering::Relaxed);
        for failure in failures.iter().skip(told as usize) {
            tracing::error!(
                rule = failure.rule_id,
                reason = failure.reason,
                "a rule failed: it is off until rules are read again"
            );
        }
    }

    fn count(&self, batch: &EventBatch) {
        self.book.events.fetch_add(batch.len() as u64, Ordering::Relaxed);
        let errors = batch.texts(Column::ParseError).map_or(0, |errors| errors.len() - errors.null_count());
        self.book.parse_errors.fetch_add(errors as u64, Ordering::Relaxed);
        let format = batch.texts(Column::Format).filter(|formats| !formats.is_empty());
        if format.is_some_and(|formats| formats.value(0) == parsers::PLAIN) {
            self.book.plain.fetch_add(batch.len() as u64, Ordering::Relaxed);
        }
    }
}

/// Parses a batch of frames and looks at its events.
fn work_on(frames: &FrameBatch, parser: &Parser, evaluator: Option<(&Evaluator, i64)>) -> Result<Worked> {
    let events = parser.parse(frames).map_err(failed("a batch of frames cannot be parsed"))?;
    let (mut hits, mut late) = (Vec::new(), 0);
    if let Some((evaluator, lateness_us)) = evaluator {
        // What was long under way between nodes comes too late for windows that are over here.
        let delay_us = frames.arrived_us().saturating_sub(frames.received_us).max(0);
        let lateness_us = lateness_us.saturating_sub(delay_us);
        for batch in &events {
            let (on_time, of_batch) = punctual(batch, lateness_us)?;
            late += of_batch;
            hits.push(evaluator.evaluate(&on_time).map_err(failed("the detection engine failed"))?);
        }
    }
    Ok(Worked { events, hits, late })
}
