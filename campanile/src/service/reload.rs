//! Configuration, rules, lists and certificates taken up anew while the service runs: on SIGHUP, and when a file has changed.
//!
//! Promises: a reload is taken whole or not at all; what is wrong is told with its place and counted, and what was in force
//! stays; no connection is closed and no frame lost for it. Must not know: what the settings mean to each part.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock, mpsc};
use std::time::Duration;

use detect::Context;
use miette::Report;
use tokio::signal::unix::Signal;
use tokio::sync::{oneshot, watch};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::delivering::{Delivering, targets};
use super::detections::{Detections, parsers};
use super::processing;
use super::readers::Parsers;
use super::sources::Sources;
use super::status::ConfigurationStatus;
use super::watched_files;
use crate::config::{self, Settings};
use crate::diagnostics;
use crate::exit::Failure;

/// How often files are looked at. They are taken up when they have changed and stayed the same for so long.
const LOOK_INTERVAL: Duration = Duration::from_secs(2);

/// Where the configuration comes from, and who asks for it anew.
pub struct Reloads {
    /// Its file.
    pub path: PathBuf,
    /// SIGHUP.
    pub hangups: Signal,
}

/// What a reload came to.
pub enum Reloaded {
    /// It is in force.
    Taken {
        /// Rules that run now.
        rules: usize,
        /// What has changed and only a restart takes up.
        needs_restart: Vec<String>,
    },
    /// Why it is not.
    Refused(Vec<Report>),
}

/// The configuration in force, and the parts that follow it.
pub struct Reloader {
    /// What the service was started with.
    pub started: Settings,
    /// What holds now.
    pub in_force: watch::Sender<Arc<Settings>>,
    /// The sources.
    pub sources: Sources,
    /// Deliveries of alerts.
    pub delivering: Delivering,
    /// The way to the working thread.
    pub changes: mpsc::Sender<processing::Change>,
    /// What SQL functions know of the town.
    pub town: Arc<RwLock<Context>>,
    /// What is counted.
    pub book: Arc<Mutex<ConfigurationStatus>>,
    /// The files as they were when they were read last: see [`watched_files::print`].
    pub read: u64,
}

/// A configuration that was read, with its rules compiled.
struct Fresh {
    settings: Settings,
    detections: Detections,
    parsers: Parsers,
}

impl Reloader {
    /// Reloads until the service stops, and answers the deliveries, which outlive the sources.
    pub async fn run(
        mut self,
        reloads: Option<Reloads>,
        stop: CancellationToken,
        mut tell: impl FnMut(Reloaded),
    ) -> Delivering {
        let Some(Reloads { path, mut hangups }) = reloads else {
            stop.cancelled().await;
            return self.delivering;
        };
        let mut looks = interval(LOOK_INTERVAL);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut seen = self.read;
        loop {
            let is_asked = tokio::select! {
                hangup = hangups.recv() => hangup.is_some(),
                _ = looks.tick() => false,
                () = stop.cancelled() => return self.delivering,
            };
            let now = self.print(&path);
            let has_settled = now == std::mem::replace(&mut seen, now) && now != self.read;
            if is_asked || has_settled {
                // Before anything is read: what changes meanwhile is looked at again.
                self.read = now;
                let reloaded = match self.reload(&path).await {
                    Ok(reloaded) => reloaded,
                    Err(faults) => Reloaded::Refused(faults),
                };
                self.note(&reloaded);
                tell(reloaded);
            }
        }
    }

    fn print(&self, path: &Path) -> u64 {
        watched_files::print(path, &self.in_force.borrow())
    }

    async fn reload(&mut self, path: &Path) -> Result<Reloaded, Vec<Report>> {
        let path = path.to_owned();
        let read = tokio::task::spawn_blocking(move || read(&path)).await;
        let Fresh { settings, detections, parsers } =
            read.map_err(|error| vec![Report::msg(error.to_string())])??;
        let targets = targets(&settings).map_err(told)?;
        let change = self.sources.prepare(&settings).await.map_err(told)?;
        self.delivering.replace(targets).await.map_err(told)?;
        // From here on nothing is refused.
        let (at_work, is_at_work) = oneshot::channel();
        let rules = detections.live.rules_running();
        let to_work = processing::Change { live: detections.live, parsers, at_work };
        // A working thread that has ended ends the service.
        if self.changes.send(to_work).is_ok() {
            is_at_work.await.ok();
        }
        let mut needs_restart = needs_restart(&self.started, &settings);
        needs_restart.extend(change.left_out.iter().map(|name| format!("source {name}")));
        self.sources.make(change);
        *self.town.write().unwrap_or_else(PoisonError::into_inner) = detections.town;
        self.in_force.send_replace(Arc::new(settings));
        Ok(Reloaded::Taken { rules, needs_restart })
    }

    fn note(&self, reloaded: &Reloaded) {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        match reloaded {
            Reloaded::Taken { needs_restart, .. } => {
                book.taken += 1;
                book.last_refusal = None;
                book.needs_restart.clone_from(needs_restart);
            }
            Reloaded::Refused(faults) => {
                book.refused += 1;
                book.last_refusal = faults.first().map(|fault| diagnostics::sentence(fault.as_ref()));
            }
        }
    }
}

/// Reads all that a configuration names. Rules with faults refuse it, other than at a start: what runs is better.
fn read(path: &Path) -> Result<Fresh, Vec<Report>> {
    let checked = config::load(path).map_err(told)?;
    let settings = match checked.settings {
        Some(settings) if checked.faults.is_empty() => settings,
        _ => return Err(checked.faults.into_iter().map(Report::new).collect()),
    };
    let mut detections = Detections::load(&settings).map_err(told)?;
    if !detections.faults.is_empty() {
        return Err(detections.faults.drain(..).map(Report::new).collect());
    }
    let parsers = parsers(&settings, Err).map_err(told)?;
    Ok(Fresh { settings, detections, parsers })
}

/// What of the settings only a start takes up, as it is called in the file.
fn needs_restart(started: &Settings, now: &Settings) -> Vec<String> {
    let differs = [
        ("data_dir", started.data_dir != now.data_dir),
        ("journal", started.journal != now.journal),
        ("lake", started.lake != now.lake),
        ("originals", started.originals != now.originals),
        ("http", started.http != now.http),
    ];
    differs.iter().filter(|(_, differs)| *differs).map(|(name, _)| (*name).to_owned()).collect()
}

fn told(failure: Failure) -> Vec<Report> {
    match failure {
        Failure::Told(_, report) => vec![report],
        Failure::PipeClosed => Vec::new(),
    }
}
