//! The SQL engine from outside: rules over batches to alerts.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, which stop at the first surprise"
)]

mod baseline;
mod builtin;
mod coverage;
mod differential;
mod events;
mod first_seen;
mod invariance;
mod lists;
mod live;
mod matches;
mod refusals;
mod windows;
