//! Looks whether verdicts say that rules are over their budget of false alarms.
//!
//! Promises: the log of alerts is read only when somebody has judged since, or a day has begun; nothing waits for it.
//! Must not know: rules, who judges.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use ingest::ReceiveClock;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::processing::WorkBook;
use crate::config::Settings;
use crate::detections::false_alarms::FalseAlarms;
use crate::exit::Result;
use crate::moment::day_of;
use crate::state::STATE_FILE;
use crate::told::Told;

/// How often it is looked whether somebody has judged.
const LOOK_INTERVAL: Duration = Duration::from_secs(30);
/// Days whose false alarms count.
const DAYS: i32 = 7;

/// What it looks at.
pub struct Verdicts {
    /// Folder of the alerts and the state.
    pub folder: PathBuf,
    /// The configuration in force.
    pub settings: watch::Receiver<Arc<Settings>>,
    /// What time it is.
    pub clock: Arc<ReceiveClock>,
    /// Where it is counted.
    pub book: Arc<WorkBook>,
}

/// What must be as it was for the count to hold: the budget, the day, the state's files.
type Print = (u64, i32, [Option<(u64, SystemTime)>; 2]);

impl Verdicts {
    /// Looks until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let mut looks = interval(LOOK_INTERVAL);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut seen = None;
        loop {
            tokio::select! {
                _ = looks.tick() => {}
                () = stop.cancelled() => return,
            }
            let now = self.print();
            if seen.replace(now) == Some(now) {
                continue;
            }
            let (folder, since_day) = (self.folder.clone(), now.1 + 1 - DAYS);
            let counted = tokio::task::spawn_blocking(move || false_alarms(&folder, since_day)).await;
            match counted {
                Ok(Ok(counted)) => self.tell(&counted, now.0),
                Ok(Err(error)) => tracing::error!(%error, "verdicts cannot be read"),
                Err(error) => tracing::error!(%error, "counting verdicts died"),
            }
        }
    }

    fn print(&self) -> Print {
        let file = |name: String| {
            let file = std::fs::metadata(self.folder.join(name)).ok()?;
            Some((file.len(), file.modified().ok()?))
        };
        let files = [file(STATE_FILE.to_owned()), file(format!("{STATE_FILE}-wal"))];
        (self.settings.borrow().detect.false_alarms_per_day, day_of(self.clock.now_us()), files)
    }

    fn tell(&self, counted: &[FalseAlarms], budget: u64) {
        let over = counted.iter().filter(|of_rule| of_rule.days_over(budget) > 0);
        let mut rules: Vec<&str> = Vec::new();
        for FalseAlarms { rule_id, tenant, .. } in over {
            tracing::warn!(
                rule = rule_id,
                tenant,
                budget,
                "more false alarms in a day than the rule may have: see `campanile rules budget`"
            );
            rules.push(rule_id);
        }
        rules.sort_unstable();
        rules.dedup();
        self.book.rules_over_budget.store(rules.len() as u64, Ordering::Relaxed);
    }
}

/// The false alarms since a day; where nobody ever judged the log is not read.
fn false_alarms(folder: &Path, since_day: i32) -> Result<Vec<FalseAlarms>> {
    match folder.join(STATE_FILE).exists() {
        true => Ok(FalseAlarms::of(&Told::judged(folder)?, since_day)),
        false => Ok(Vec::new()),
    }
}
