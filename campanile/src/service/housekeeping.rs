//! The lake's care while the service runs.
//!
//! Promises: what fails is told and tried again the next time; nothing waits for it; nothing is expired in a run in which
//! this machine's clock was set. Must not know: events.

use std::sync::Arc;
use std::time::Duration;

use ingest::ReceiveClock;
use storage::lake::{Lake, Retention};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::moment;

/// How often small files are joined.
const COMPACT_INTERVAL: Duration = Duration::from_secs(60);
/// Compactions between two looks at what is past its retention.
const EXPIRE_EVERY: u64 = 60;

/// Cares until told to stop.
pub async fn run(lake: Lake, clock: Arc<ReceiveClock>, stop: CancellationToken) {
    let mut ticks = interval(COMPACT_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for turn in 0_u64.. {
        tokio::select! {
            _ = ticks.tick() => {}
            () = stop.cancelled() => return,
        }
        if let Err(error) = lake.compact().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "small files are not joined this time");
        }
        // By a clock that was set, days would be dropped that are not over.
        if turn % EXPIRE_EVERY == 0 && clock.steps() == 0 {
            let now_us = clock.now_us();
            let days_kept = |class: Retention| Some(class.days());
            let expired = lake.expire(moment::day_of(now_us), days_kept).await.map(drop);
            if let Err(error) = expired.and(lake.vacuum(now_us).await.map(drop)) {
                tracing::warn!(error = &error as &dyn std::error::Error, "nothing is expired this time");
            }
        }
    }
}
