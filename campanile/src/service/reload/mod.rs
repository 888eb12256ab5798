//! Configuration, rules, lists and certificates taken up anew while a node runs: on SIGHUP, and when a file has changed.
//!
//! Promises: a reload is taken whole or not at all; what is wrong is told with its place and counted, and what was in force
//! stays; no sender's connection is closed and no frame lost for it. Must not know: what the settings mean to each part.

mod forwarding;
mod serving;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use miette::Report;
use tokio::signal::unix::Signal;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::sources::Change;
use super::status::ConfigurationStatus;
use super::watched_files;
use crate::config::{self, Settings};
use crate::diagnostics;
use crate::exit::Failure;
pub use forwarding::Forwarding;
pub use serving::Serving;

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
    Taken(Taken),
    /// Why it is not.
    Refused(Vec<Report>),
}

/// A configuration that was taken up.
pub struct Taken {
    /// Rules that run now, where rules run.
    pub rules: Option<usize>,
    /// What has changed and only a restart takes up.
    pub needs_restart: Vec<String>,
}

/// The parts of a node that follow its configuration.
pub trait Follows: Send + 'static {
    /// Takes it up whole, or says what is wrong with it and leaves everything as it was.
    fn take_up(&mut self, settings: &Settings) -> impl Future<Output = Result<Taken, Vec<Report>>> + Send;
}

/// The configuration in force, and the parts that follow it.
pub struct Reloader<Parts> {
    /// What follows.
    pub parts: Parts,
    /// What holds now.
    pub in_force: watch::Sender<Arc<Settings>>,
    /// What is counted.
    pub book: Arc<Mutex<ConfigurationStatus>>,
    /// The files as they were when they were read last: see [`watched_files::print`].
    pub read: u64,
}

impl<Parts: Follows> Reloader<Parts> {
    /// Reloads until the node stops, and answers the parts, which outlive that.
    pub async fn run(
        mut self,
        reloads: Option<Reloads>,
        stop: CancellationToken,
        mut tell: impl FnMut(Reloaded) + Send,
    ) -> Parts {
        let Some(Reloads { path, mut hangups }) = reloads else {
            stop.cancelled().await;
            return self.parts;
        };
        let mut looks = interval(LOOK_INTERVAL);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut seen = self.read;
        loop {
            let is_asked = tokio::select! {
                hangup = hangups.recv() => hangup.is_some(),
                _ = looks.tick() => false,
                () = stop.cancelled() => return self.parts,
            };
            let now = self.print(&path);
            let has_settled = now == std::mem::replace(&mut seen, now) && now != self.read;
            if is_asked || has_settled {
                // Before anything is read: what changes meanwhile is looked at again.
                self.read = now;
                let reloaded = self.reload(&path).await.map_or_else(Reloaded::Refused, Reloaded::Taken);
                self.note(&reloaded);
                tell(reloaded);
            }
        }
    }

    fn print(&self, path: &Path) -> u64 {
        watched_files::print(path, &self.in_force.borrow())
    }

    async fn reload(&mut self, path: &Path) -> Result<Taken, Vec<Report>> {
        let path = path.to_owned();
        let settings = apart(move || read(&path)).await?;
        let taken = self.parts.take_up(&settings).await?;
        self.in_force.send_replace(Arc::new(settings));
        Ok(taken)
    }

    fn note(&self, reloaded: &Reloaded) {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        match reloaded {
            Reloaded::Taken(taken) => {
                book.taken += 1;
                book.last_refusal = None;
                book.needs_restart.clone_from(&taken.needs_restart);
            }
            Reloaded::Refused(faults) => {
                book.refused += 1;
                book.last_refusal = faults.first().map(|fault| diagnostics::sentence(fault.as_ref()));
            }
        }
    }
}

/// Reads files where waiting for a disk holds up nobody.
async fn apart<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, Vec<Report>> + Send + 'static,
) -> Result<T, Vec<Report>> {
    let read = tokio::task::spawn_blocking(read).await;
    read.unwrap_or_else(|error| Err(vec![Report::msg(error.to_string())]))
}

fn read(path: &Path) -> Result<Settings, Vec<Report>> {
    let checked = config::load(path).map_err(told)?;
    match checked.settings {
        Some(settings) if checked.faults.is_empty() => Ok(settings),
        _ => Err(checked.faults.into_iter().map(Report::new).collect()),
    }
}

/// What has changed and only a start takes up, as it is called in the file: these settings, and sources.
fn needs_restart(settings: &[(&str, bool)], change: &Change) -> Vec<String> {
    let changed = settings.iter().filter(|(_, differs)| *differs).map(|(name, _)| (*name).to_owned());
    changed.chain(change.left_out.iter().map(|name| format!("source {name}"))).collect()
}

fn told(failure: Failure) -> Vec<Report> {
    match failure {
        Failure::Told(_, report) => vec![report],
        Failure::PipeClosed => Vec::new(),
    }
}
