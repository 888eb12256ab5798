//! The gate: pages over HTTP. For now one page, on the machine's own address.
//!
//! Invariant: knows no rule and no file; what it shows is handed to it.

mod page;

pub use page::{Error, serve_page};
