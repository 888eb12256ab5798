//! The parts of `campanile serve` that follow the configuration.

use std::sync::{Arc, PoisonError, RwLock, mpsc};

use detect::Context;
use miette::Report;
use tokio::sync::oneshot;

use super::super::delivering::{Delivering, targets};
use super::super::detections::{Detections, parsers};
use super::super::processing;
use super::super::readers::Parsers;
use super::super::sources::Sources;
use super::{Follows, Taken, apart, needs_restart, told};
use crate::config::Settings;

/// Sources, rules, deliveries.
pub struct Serving {
    /// What the service was started with.
    pub started: Settings,
    /// The sources.
    pub sources: Sources,
    /// Deliveries of alerts.
    pub delivering: Delivering,
    /// The way to the working thread.
    pub changes: mpsc::Sender<processing::Change>,
    /// What SQL functions know of the town.
    pub town: Arc<RwLock<Context>>,
}

impl Follows for Serving {
    async fn take_up(&mut self, settings: &Settings) -> Result<Taken, Vec<Report>> {
        let named = settings.clone();
        let (detections, parsers) = apart(move || compiled(&named)).await?;
        let targets = targets(settings).map_err(told)?;
        let change = self.sources.prepare(settings).await.map_err(told)?;
        self.delivering.replace(targets).await.map_err(told)?;
        // From here on nothing is refused.
        let (at_work, is_at_work) = oneshot::channel();
        let rules = detections.live.rules_running();
        let to_work = processing::Change { live: detections.live, parsers, at_work };
        // A working thread that has ended ends the service.
        if self.changes.send(to_work).is_ok() {
            is_at_work.await.ok();
        }
        let started = &self.started;
        let differs = [
            ("data_dir", started.data_dir != settings.data_dir),
            ("journal", started.journal != settings.journal),
            ("lake", started.lake != settings.lake),
            ("originals", started.originals != settings.originals),
            ("http", started.http != settings.http),
        ];
        let needs_restart = needs_restart(&differs, &change);
        self.sources.make(change);
        *self.town.write().unwrap_or_else(PoisonError::into_inner) = detections.town;
        Ok(Taken { rules: Some(rules), needs_restart })
    }
}

/// Rules and parsers of the settings. Rules with faults refuse them, other than at a start: what runs is better.
fn compiled(settings: &Settings) -> Result<(Detections, Parsers), Vec<Report>> {
    let mut detections = Detections::load(settings).map_err(told)?;
    if !detections.faults.is_empty() {
        return Err(detections.faults.drain(..).map(Report::new).collect());
    }
    let parsers = parsers(settings, Err).map_err(told)?;
    Ok((detections, parsers))
}
