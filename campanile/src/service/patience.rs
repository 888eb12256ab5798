//! How long senders may take for what they have begun.

use std::time::Duration;

/// As usual, unless a test of a debug build cannot wait so long.
pub fn patience(usual: Duration) -> Duration {
    #[cfg(debug_assertions)]
    if let Some(ms) = std::env::var("CAMPANILE_PATIENCE_MS").ok().and_then(|ms| ms.parse().ok()) {
        return Duration::from_millis(ms);
    }
    usual
}
