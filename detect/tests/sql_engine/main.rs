//! The SQL engine from outside: rules over batches to alerts.

extern crate campanile_detect as detect;

mod builtin;
mod coverage;
mod differential;
mod events;
mod invariance;
mod lists;
mod matches;
mod refusals;
mod windows;
