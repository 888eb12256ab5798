//! A progress bar for long work: bytes, events a second, time left. On a terminal only.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::terminal::Terminal;

/// Progress of one run over files.
pub struct Progress {
    bar: ProgressBar,
    events: AtomicU64,
}

impl Progress {
    /// A bar over `total_bytes` (0 when not known, as for standard input).
    pub fn new(terminal: &Terminal, total_bytes: u64) -> Progress {
        let bar = if !terminal.progress {
            ProgressBar::hidden()
        } else if total_bytes == 0 {
            ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8))
                .with_style(style("{spinner} {bytes} · {msg} · {elapsed}"))
        } else {
            ProgressBar::with_draw_target(Some(total_bytes), ProgressDrawTarget::stderr_with_hz(8))
                .with_style(style("{bar:32} {bytes}/{total_bytes} · {bytes_per_sec} · {msg} · {eta} left"))
        };
        Progress { bar, events: AtomicU64::new(0) }
    }

    /// Where reading stands, in bytes of the inputs as they lie on disk.
    pub fn read_to(&self, bytes: u64) {
        self.bar.set_position(bytes);
    }

    /// Counts events that came out.
    pub fn add_events(&self, events: u64) {
        let total = self.events.fetch_add(events, Ordering::Relaxed) + events;
        if !self.bar.is_hidden() {
            let elapsed_s = self.bar.elapsed().as_secs_f64().max(Duration::from_millis(1).as_secs_f64());
            self.bar.set_message(format!("{:.0} events/s", total as f64 / elapsed_s));
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
