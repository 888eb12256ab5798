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
    targets: Targets,
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
        let open = |(target, least): &(Target, Severity)| Delivery::open(target.clone(), *least, log, folder);
        // All are open before one runs.
        let deliveries = targets.iter().map(open).collect::<std::io::Result<Vec<_>>>()?;
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        for delivery in deliveries {
            tasks.spawn(delivery.run(grown.clone(), stop.clone()));
        }
        Ok(Delivering { log: log.to_owned(), folder: folder.to_owned(), grown, targets, tasks, stop })
    }

    /// Starts others in their place, if they differ. When that fails, the old ones run on.
    pub async fn replace(&mut self, targets: Targets) -> Result<()> {
        if targets == self.targets {
            return Ok(());
        }
        self.stop().await;
        let start = |targets| Delivering::start(&self.log, &self.folder, self.grown.clone(), targets);
        let (started, refused) = match start(targets) {
            Ok(started) => (started, Ok(())),
            Err(failure) => (start(self.targets.clone())?, Err(failure)),
        };
        *self = started;
        refused
    }

    /// Stops them. What was not delivered yet is delivered after the next start.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn targets_that_cannot_be_delivered_to_leave_the_old_ones_at_work() {
        let folder = tempfile::tempdir().unwrap();
        let (log, cursors) = (folder.path().join("alerts.ndjson"), folder.path().join("deliveries"));
        std::fs::write(&log, "").unwrap();
        let to = |name: &str| vec![(Target::File(folder.path().join(name)), Severity::Info)];
        let grown = watch::Sender::new(0);
        let start = |targets| Delivering::start(&log, &cursors, grown.subscribe(), targets).unwrap();
        start(to("new")).stop().await;
        for cursor in std::fs::read_dir(&cursors).unwrap() {
            std::fs::write(cursor.unwrap().path(), "no number").unwrap();
        }
        let mut delivering = start(to("old"));
        assert!(delivering.replace(to("new")).await.is_err());
        assert_eq!((&delivering.targets, delivering.tasks.len()), (&to("old"), 1));
        delivering.stop().await;
    }
}
