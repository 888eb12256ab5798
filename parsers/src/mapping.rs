//! Mapping files: a format written in TOML, for the logs of one site that no format of the registry knows.
//!
//! A file says how a line is cut (CSV, JSON, `key=value`, a regular expression with named groups), which field fills
//! which column, what the words for actions and outcomes mean, and has samples that are its tests.
//!
//! Promises: a wrong file is refused with line, key and what was perhaps meant; a line that does not fit is an event
//! with `parse_error`, never a guess; linear; a fiscal code in clear never becomes `subject_ref`.
//! Must not know: files, any product.

mod cut;
mod definition;
mod problem;
mod sample;
mod write;

use std::sync::Arc;

use schema::{Action, Column, EventBuilder, Outcome};

use crate::format::{Payload, Unreadable};
use crate::time::Zone;
use cut::Cut;
pub use problem::{MappingProblem, MappingProblems};
pub use sample::SampleFailure;

/// A format out of a mapping file.
#[derive(Debug)]
pub struct Mapping {
    name: String,
    title: String,
    cut: Cut,
    /// Names of the fields that the rules below use, by their places.
    names: Vec<String>,
    time: Option<TimeRule>,
    /// The column, and the fields it may come from, the first that says something.
    columns: Vec<(Column, Vec<usize>)>,
    fixed: Vec<(Column, String)>,
    action: Words<Action>,
    outcome: Words<Outcome>,
    samples: Vec<MappingSample>,
}

/// When it happened.
#[derive(Debug)]
struct TimeRule {
    /// Joined by a blank when there are many (day and hour apart).
    fields: Vec<usize>,
    shape: TimeShape,
    zone: Option<Zone>,
}

#[derive(Debug)]
enum TimeShape {
    Iso,
    Epoch,
    /// `dd/MM/yyyy HH:mm:ss`.
    Pattern(String),
}

/// What a field's words mean.
#[derive(Debug)]
struct Words<T> {
    field: Option<usize>,
    values: Vec<(String, T)>,
    default: Option<T>,
}

/// A line of the file and the event it must become.
#[derive(Debug)]
struct MappingSample {
    about: String,
    text: String,
    header: Option<String>,
    expect: Vec<(String, String)>,
    absent: Vec<String>,
}

impl Mapping {
    /// Reads a mapping file's text.
    pub fn read(text: &str) -> Result<Mapping, MappingProblems> {
        definition::read(text)
    }

    /// Its name in the `format` column.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is, for people.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Runs the samples; what they became otherwise than they say.
    pub fn check(self: &Arc<Mapping>) -> Vec<SampleFailure> {
        sample::check(self)
    }

    /// True when it reads JSON objects, not lines.
    pub(crate) fn reads_json(&self) -> bool {
        matches!(self.cut, Cut::Json)
    }

    /// Reads a payload into the open event.
    pub(crate) fn parse(
        &self,
        payload: &Payload<'_>,
        event: &mut EventBuilder<'_>,
    ) -> Result<(), Unreadable> {
        write::read(self, payload, event)
    }
}
