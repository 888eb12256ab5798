//! Named moments at which a test ends the process, as a power cut would. In builds with debug assertions only.

#[cfg(debug_assertions)]
use std::sync::{
    LazyLock,
    atomic::{AtomicU64, Ordering},
};

/// `NAME:N`: the process ends when it comes by NAME for the N-th time.
#[cfg(debug_assertions)]
static ARMED: LazyLock<Option<(String, u64)>> = LazyLock::new(|| {
    let armed = std::env::var("CAMPANILE_KILL_POINT").ok()?;
    let (name, times) = armed.split_once(':')?;
    Some((name.to_owned(), times.parse().ok()?))
});

#[cfg(debug_assertions)]
static PASSED: AtomicU64 = AtomicU64::new(0);

/// Comes by the moment of that name.
#[cfg(debug_assertions)]
pub fn pass(name: &str) {
    if let Some((armed, times)) = &*ARMED
        && armed == name
        && PASSED.fetch_add(1, Ordering::Relaxed) + 1 == *times
    {
        std::process::abort();
    }
}

/// Comes by the moment of that name.
#[cfg(not(debug_assertions))]
#[inline]
pub fn pass(_name: &str) {}
