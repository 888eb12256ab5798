//! Bytes to events: envelopes, formats, times, and what to do with what nobody knows.
//!
//! Invariant: no files, no sockets, no wall clock; linear time; no panic. An event is a function of
//! (bytes, receive time, source settings, stream context, parser version), nothing else.

mod batches;
pub mod envelopes;
pub mod format;
pub mod formats;
mod generic;
pub mod json;
pub mod key_value;
pub mod mapping;
mod parser;
mod records;
mod registry;
mod scan;
pub mod time;

pub use format::{Format, Payload, Sample, Unreadable};
pub use mapping::Mapping;
pub use parser::{ParseError, ParseSettings, Parser};
pub use registry::{PLAIN, by_name};
pub use time::{Clock, Zone};

/// Version of the parsers, in every event: raised when a parser gives other columns for the same bytes.
pub const PARSER_VERSION: &str = env!("CARGO_PKG_VERSION");
