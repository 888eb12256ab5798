//! What can go wrong while rules run; what is wrong with a rule is a [`Problem`](crate::Problem) instead.

use std::io;

/// An error of the engine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An Arrow kernel failed.
    #[error("columns could not be computed")]
    Arrow(#[from] arrow::error::ArrowError),
    /// An expression failed.
    #[error("rule {rule_id} could not be evaluated")]
    Rule {
        /// The rule.
        rule_id: String,
        /// Why.
        #[source]
        source: Box<datafusion::error::DataFusionError>,
    },
    /// A session could not be made.
    #[error("the SQL session failed")]
    Session(#[from] Box<datafusion::error::DataFusionError>),
    /// What was saved of a stream's windows cannot be read.
    #[error("the saved windows cannot be read: {0}")]
    Checkpoint(String),
    /// Rows could not be written to, or read back from, a temporary file.
    #[error("temporary file of the detection engine")]
    Spill(#[from] io::Error),
}
