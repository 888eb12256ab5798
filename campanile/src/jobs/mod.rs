//! Scheduled forensics: what is stored, looked at again.
//!
//! | file | what |
//! |---|---|
//! | `cron` | when a job is due |
//! | `history` | what ran, and what came of it |
//! | `work` | one run, from the lake to alerts and files |
//! | `lake_scan`, `hunt` | rules, and indicators, over the lake |

mod cron;
mod history;
mod hunt;
pub mod lake_scan;
mod work;

pub use cron::Cron;
pub use history::{History, Run};
pub use work::{Done, Span, Work};

/// What jobs leave behind, in `data_dir`.
pub const HISTORY_FILE: &str = "jobs.ndjson";
/// Folder of their report files, in `data_dir`.
pub const REPORTS_FOLDER: &str = "reports";
