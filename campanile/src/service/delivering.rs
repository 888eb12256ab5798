//! The deliveries of alerts that run, and others in their place.
//!
//! Promises: one delivery a target at a time; what was not delivered yet is delivered by the next one.
//! Must not know: alerts.

use std::path::{Path, PathBuf};

use access::delivery::{Delivery, Target};
use schema::Severity;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Settings;
use crate::exit::Result;

/// Deliveries from one log of alerts.
pub struct Delivering {
    log: PathBuf,
    folder: PathBuf,
    grown: watch::Receiver<u64>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// Where alerts of at least that severity go.
pub type Targets = Vec<(Target, Severity)>;

/// The targets of the configuration, their secrets read.
pub fn targets(settings: &Settings) -> Result<Targets> {
    settings.deliver.iter().map(|delivery| Ok((delivery.target()?, delivery.min_severity.into()))).collect()
}

impl Delivering {
    /// Starts a delivery for each target. `grown` changes whenever the log has grown; cursors are kept in `folder`.
    pub fn start(
        log: &Path,
        folder: &Path,
        grown: watch::Receiver<u64>,
        targets: Targets,
    ) -> Result<Delivering> {
        std::fs::create_dir_all(folder)?;
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        for (target, least) in targets {
            let delivery = Delivery::open(target, least, log, folder)?;
            tasks.spawn(delivery.run(grown.clone(), stop.clone()));
        }
        Ok(Delivering { log: log.to_owned(), folder: folder.to_owned(), grown, tasks, stop })
    }

    /// Starts others in their place. When that fails, none runs.
    pub async fn replace(&mut self, targets: Targets) -> Result<()> {
        self.stop().await;
        *self = Delivering::start(&self.log, &self.folder, self.grown.clone(), targets)?;
        Ok(())
    }

    /// Stops them. What was not delivered yet is delivered after the next start.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}
