//! The words everyone speaks: the event table, batches of frames and events, alerts, tenants and what is known of
//! their towns.
//!
//! Invariant: no input, no output, no clock. Every other crate may use this one; it uses none of them.

pub mod alert;
pub mod batch;
pub mod builder;
pub mod calendar;
mod cells;
pub mod columns;
mod event;
pub mod frame;
pub mod frame_bytes;
pub mod incident;
pub mod lists;
pub mod network;
pub mod taxonomy;
pub mod tenant;
mod texts;
pub mod verdict;

pub use alert::{Alert, Place, Provenance, Severity};
pub use batch::{EventBatch, FieldColumn};
pub use builder::EventBuilder;
pub use calendar::{Calendar, OfficeDay};
pub use columns::{Column, Kind};
pub use event::Event;
pub use frame::{Flaw, Forwarded, Frame, FrameBatch, Origin, Reading, StreamContext};
pub use incident::{Incident, News, Step, ToldIncident};
pub use lists::{List, Lists};
pub use network::{Network, is_ipv4};
pub use taxonomy::{Action, Class, Outcome};
pub use tenant::{Cosc, Tenant, Territory};
pub use verdict::{Judgement, Verdict};
