//! How a run ends: the exit codes users and scripts rely on, and failures that carry one.
//!
//! Promises: every error that leaves a command has an exit code and says what to do about it where
//! that is known. A closed pipe (`| head`) is no error.

use std::io;
use std::process::ExitCode;

use arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use datasets::GenerateError;
use miette::{Diagnostic, Report};

use crate::terminal::Terminal;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done; what was counted on the way is reported, not an exit code.
    Done = 0,
    /// What the user asked to fail on happened.
    Asked = 1,
    /// Wrong usage or configuration.
    Usage = 2,
    /// Some inputs could not be read; the rest was done.
    Unreadable = 3,
    /// A fault of Campanile or of the machine.
    Internal = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// Why a command could not go on.
#[derive(Debug)]
pub enum Failure {
    /// Told to the user, with the exit code that goes with it.
    Told(Exit, Report),
    /// The reader of our output went away.
    PipeClosed,
}

/// What a command answers.
pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// Wrong usage or configuration.
    pub fn usage(problem: impl Diagnostic + Send + Sync + 'static) -> Failure {
        Failure::Told(Exit::Usage, Report::new(problem))
    }

    /// Wrong usage, in words, and the mend.
    pub fn usage_text(message: impl Into<String>, help: impl Into<String>) -> Failure {
        Failure::usage(Plain { message: message.into(), help: Some(help.into()) })
    }

    /// A fault that is not the user's.
    pub fn internal(message: impl Into<String>) -> Failure {
        Failure::Told(Exit::Internal, Report::new(Plain { message: message.into(), help: None }))
    }

    /// The mend, where one is known.
    pub fn help(&self) -> String {
        match self {
            Failure::Told(_, report) => report.help().map(|help| help.to_string()).unwrap_or_default(),
            Failure::PipeClosed => String::new(),
        }
    }

    /// Writes the failure to standard error and gives the exit code.
    pub fn show(self, terminal: &Terminal) -> ExitCode {
        match self {
            Failure::PipeClosed => Exit::Done.into(),
            Failure::Told(exit, report) => {
                terminal.report(report.as_ref());
                exit.into()
            }
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Told(_, report) => write!(out, "{report}"),
            Failure::PipeClosed => out.write_str("the reader of the output went away"),
        }
    }
}

/// A fault that is not the user's, with what caused it: for `map_err`.
pub fn failed<E: std::error::Error>(what: &'static str) -> impl FnOnce(E) -> Failure {
    move |error| {
        let mut message = format!("{what}: {error}");
        let mut source = error.source();
        while let Some(inner) = source {
            message.push_str(&format!(": {inner}"));
            source = inner.source();
        }
        Failure::internal(message)
    }
}

/// An error of words only.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
struct Plain {
    message: String,
    help: Option<String>,
}

impl Diagnostic for Plain {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Failure::PipeClosed;
        }
        Failure::internal(format!("input or output failed: {error}"))
    }
}

impl From<GenerateError> for Failure {
    fn from(error: GenerateError) -> Failure {
        match &error {
            GenerateError::Write { source, .. } => Failure::usage_text(
                format!("{error}: {source}"),
                "name a folder you may write to, with room in it",
            ),
            _ => Failure::usage_text(error.to_string(), "see `campanile generate --help`"),
        }
    }
}

impl From<ArrowError> for Failure {
    fn from(error: ArrowError) -> Failure {
        match error {
            ArrowError::IoError(_, error) => error.into(),
            other => Failure::internal(format!("a batch of rows could not be handled: {other}")),
        }
    }
}

impl From<parquet::errors::ParquetError> for Failure {
    fn from(error: parquet::errors::ParquetError) -> Failure {
        match error {
            parquet::errors::ParquetError::External(inner) => match inner.downcast::<io::Error>() {
                Ok(error) => (*error).into(),
                Err(other) => Failure::internal(format!("Parquet could not be written: {other}")),
            },
            other => Failure::internal(format!("Parquet could not be written: {other}")),
        }
    }
}

impl From<DataFusionError> for Failure {
    fn from(error: DataFusionError) -> Failure {
        Failure::internal(format!("the query engine failed: {error}"))
    }
}
