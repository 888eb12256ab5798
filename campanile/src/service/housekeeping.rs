//! The care of the lake and of the originals while the service runs.
//!
//! Promises: what fails is told and tried again the next time; nothing waits for it; nothing is expired in an hour in which
//! this machine's clock was set, nor in the first one. Must not know: events.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use ingest::ReceiveClock;
use storage::lake::{Lake, Retention};
use tokio::runtime::Handle;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::moment;

/// How often small files are joined.
const COMPACT_INTERVAL: Duration = Duration::from_secs(60);
/// Compactions between two looks at what is past its retention.
const EXPIRE_EVERY: u64 = 60;

/// Cares until told to stop. `expiries` goes to the sealing thread.
pub async fn run(lake: Lake, expiries: mpsc::Sender<i32>, clock: Arc<ReceiveClock>, stop: CancellationToken) {
    let mut ticks = interval(COMPACT_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut steps = clock.steps();
    for turn in 1_u64.. {
        tokio::select! {
            _ = ticks.tick() => {}
            () = stop.cancelled() => return,
        }
        let (handle, joined) = (Handle::current(), lake.clone());
        // It encodes for seconds on the thread that polls it.
        match tokio::task::spawn_blocking(move || handle.block_on(joined.compact())).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "small files are not joined this time"
                );
            }
            Err(error) => tracing::error!(%error, "joining small files died"),
        }
        if turn % EXPIRE_EVERY == 0 {
            let steps_before = std::mem::replace(&mut steps, clock.steps());
            // By a clock that was set, days would be dropped that are not over.
            if steps != steps_before {
                tracing::warn!("nothing is expired this time: this machine's clock was set");
                continue;
            }
            let now_us = clock.now_us();
            let today = moment::day_of(now_us);
            // Who seals no longer expires nothing either.
            expiries.send(today).ok();
            let days_kept = |class: Retention| Some(class.days());
            let expired = lake.expire(today, days_kept).await.map(drop);
            if let Err(error) = expired.and(lake.vacuum(now_us).await.map(drop)) {
                tracing::warn!(error = &error as &dyn std::error::Error, "nothing is expired this time");
            }
        }
    }
}
