//! The SQL engine from outside: rules over batches to alerts.

mod builtin;
mod coverage;
mod differential;
mod events;
mod invariance;
mod lists;
mod matches;
mod refusals;
mod windows;
