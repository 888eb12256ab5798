//! The parts of `campanile forward` that follow the configuration.

use std::sync::Arc;

use miette::Report;
use tokio::sync::watch;

use super::super::sending::Way;
use super::super::sources::Sources;
use super::{Follows, Taken, apart, needs_restart, told};
use crate::config::Settings;

/// Sources, and the way to the node above.
pub struct Forwarding {
    /// What the node was started with.
    pub started: Settings,
    /// The sources.
    pub sources: Sources,
    /// Where the sending task reads the way.
    pub way: watch::Sender<Arc<Way>>,
}

impl Follows for Forwarding {
    async fn take_up(&mut self, settings: &Settings) -> Result<Taken, Vec<Report>> {
        let named = settings.clone();
        let way = apart(move || Way::of(&named).map_err(told)).await?;
        let change = self.sources.prepare(settings).await.map_err(told)?;
        // From here on nothing is refused.
        let started = &self.started;
        let collector =
            |settings: &Settings| settings.forward.as_ref().map(|forward| forward.collector.clone());
        let differs = [
            ("data_dir", started.data_dir != settings.data_dir),
            ("journal", started.journal != settings.journal),
            ("http", started.http != settings.http),
            ("forward.collector", collector(started) != collector(settings)),
        ];
        let needs_restart = needs_restart(&differs, &change);
        self.sources.make(change);
        self.way.send_if_modified(|in_force| {
            let way = way.after(in_force);
            let is_other = !way.is_same(in_force);
            if is_other {
                *in_force = Arc::new(way);
            }
            is_other
        });
        Ok(Taken { rules: None, needs_restart })
    }
}
