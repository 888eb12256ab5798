//! The jobs of the configuration, each run when it is due.
//!
//! Promises: one run at a time; a moment that passed while the service was down, or another job ran, is made up for by one
//! run that looks back as far as the last one that succeeded; a run that is cut off by a stop comes again.
//! Must not know: what jobs do.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use detect::{LiveAlert, Standing};
use ingest::ReceiveClock;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use schema::Alert;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::alert_log::AlertLog;
use crate::config::{Job, Settings};
use crate::exit::{Failure, Result};
use crate::jobs::{Cron, Done, History, Run, Span, Work};
use crate::query::Tables;
use crate::town;

/// How often schedules are looked at.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);
/// Places of evidence that an alert of a job carries, as a live one does.
const PLACES_MAX: usize = 100;

/// What the jobs work with.
pub struct Jobs {
    /// The configuration in force.
    pub settings: watch::Receiver<Arc<Settings>>,
    /// What is stored.
    pub tables: Tables,
    /// Where alerts are told.
    pub log: Arc<Mutex<AlertLog>>,
    /// What ran.
    pub history: History,
    /// Folder of report files.
    pub reports: PathBuf,
    /// What time it is.
    pub clock: Arc<ReceiveClock>,
}

/// A run that is due.
struct Due {
    job: Job,
    scheduled_us: i64,
    span: Span,
}

impl Jobs {
    /// Runs what is due until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let jobs = Arc::new(self);
        let started_us = jobs.clock.now_us();
        let mut looks = interval(LOOK_INTERVAL);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = looks.tick() => {}
                () = stop.cancelled() => return,
            }
            let settings = Arc::clone(&jobs.settings.borrow());
            if settings.job.is_empty() {
                continue;
            }
            let due = match jobs.due(&settings, started_us) {
                Ok(Some(due)) => due,
                Ok(None) => continue,
                Err(error) => {
                    tracing::error!(%error, "the history of jobs cannot be read");
                    continue;
                }
            };
            let (worker, stop) = (Arc::clone(&jobs), stop.clone());
            let handle = Handle::current();
            // Rules take a core of their own meanwhile.
            let ran = tokio::task::spawn_blocking(move || {
                handle.block_on(worker.work(&settings, &due, &stop));
            });
            if let Err(error) = ran.await {
                tracing::error!(%error, "a job died");
            }
        }
    }

    /// The job that has been due for longest.
    fn due(&self, settings: &Settings, started_us: i64) -> std::io::Result<Option<Due>> {
        let runs = self.history.read()?;
        let now_us = self.clock.now_us();
        let zone = town::tenant(settings);
        let zone = zone.and_then(|tenant| TimeZone::get(&tenant.timezone).ok()).unwrap_or(TimeZone::UTC);
        let due = settings.job.iter().filter_map(|job| {
            let of_job = || runs.iter().rev().filter(|run| run.job == job.name);
            // A job that never ran begins with the next moment.
            let before_us = of_job().find_map(|run| run.scheduled_us).unwrap_or(started_us);
            let now = Timestamp::from_microsecond(now_us).ok()?;
            let scheduled_us = Cron::read(&job.schedule).ok()?.last_upto(now, &zone)?.as_microsecond();
            let since_us = job.since_us();
            let done_upto_us = of_job().find(|run| run.error.is_none()).map(|run| run.upto_us);
            let from_us = scheduled_us.saturating_sub(since_us).min(done_upto_us.unwrap_or(i64::MAX));
            let span = Span { from_us, upto_us: now_us };
            (scheduled_us > before_us).then(|| Due { job: job.clone(), scheduled_us, span })
        });
        Ok(due.min_by_key(|due| due.scheduled_us))
    }

    async fn work(&self, settings: &Settings, due: &Due, stop: &CancellationToken) {
        let started_us = self.clock.now_us();
        let work = Work { tables: &self.tables, settings, reports: &self.reports, stop };
        let done = work.run(&due.job, due.span).await.and_then(|done| self.tell(done));
        if stop.is_cancelled() && done.is_err() {
            return;
        }
        let (done, error) = match done {
            Ok(done) => (done, None),
            Err(Failure::Told(_, report)) => (Done::default(), Some(report.to_string())),
            Err(Failure::PipeClosed) => (Done::default(), Some("its output was closed".to_owned())),
        };
        if let Some(error) = &error {
            tracing::error!(job = due.job.name, error, "a job failed");
        }
        let run = Run {
            job: due.job.name.clone(),
            scheduled_us: Some(due.scheduled_us),
            from_us: due.span.from_us,
            upto_us: due.span.upto_us,
            started_us,
            ended_us: self.clock.now_us(),
            alerts: done.alerts.len() as u64,
            rows: done.rows,
            files: done.files,
            error,
        };
        if let Err(error) = self.history.add(&run) {
            tracing::error!(job = run.job, %error, "a run cannot be noted: it will come again");
        }
    }

    /// Tells what was found, and was not told before.
    fn tell(&self, done: Done) -> Result<Done> {
        let live = |mut alert: Alert| {
            alert.evidence_truncated |= alert.evidence.len() > PLACES_MAX;
            alert.evidence.truncate(PLACES_MAX);
            LiveAlert { alert, standing: Standing::Final, supersedes: None }
        };
        let alerts = done.alerts.iter().cloned().map(live).collect();
        self.log.lock().unwrap_or_else(PoisonError::into_inner).tell(alerts, self.clock.now_us())?;
        Ok(done)
    }
}
