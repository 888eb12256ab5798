//! Rules at work on files: loading them, running them, what came of it.
//!
//! `scan` and `demo` go through here, so that what is shown is what runs.

pub mod alert_rows;
pub mod false_alarms;
pub mod incident_rows;
pub mod loading;
pub mod own_lines;
pub mod running;
pub mod summary;
pub mod told_rows;
pub mod tuning;
