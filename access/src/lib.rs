//! The gate: what is asked over HTTP.
//!
//! Invariant: knows no rule and no file; what it shows is handed to it.

pub mod delivery;

mod page;
mod server;

pub use page::{Error, serve_page};
pub use server::{guarded, local};
