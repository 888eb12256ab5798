//! What can be wrong with a Sigma file, said so that its author can mend it.
//!
//! Promises: a problem names the file, the line where known, and the nearest right word for a wrong one.
//! Must not know: how problems are shown.

use std::fmt;
use std::sync::Arc;

/// A finding about one rule file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it was named to the loader.
    pub path: Arc<str>,
    /// Line of the file from 1, when known.
    pub line: Option<u32>,
    /// Title of the rule, when it could be read.
    pub title: Option<String>,
    /// What is wrong.
    pub kind: ProblemKind,
}

impl Problem {
    /// True when the rule does not run because its author made a mistake; false for notes.
    pub fn is_error(&self) -> bool {
        !matches!(
            self.kind,
            ProblemKind::NeedsValues(_)
                | ProblemKind::NotRouted(_)
                | ProblemKind::NotRunYet(_)
                | ProblemKind::Metadata(_)
                | ProblemKind::FilterWithoutRule(_)
                | ProblemKind::SameId(_)
        )
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.kind),
            None => write!(f, "{}: {}", self.path, self.kind),
        }
    }
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProblemKind {
    /// The file is larger than rules may be.
    #[error("a rule file has at most {max_bytes} bytes, this one {bytes}")]
    TooLong {
        /// Its size.
        bytes: usize,
        /// The limit.
        max_bytes: usize,
    },
    /// No YAML.
    #[error("this is not YAML: {0}")]
    Yaml(String),
    /// YAML, but no Sigma document.
    #[error("{0}")]
    Document(String),
    /// A required field is missing.
    #[error("the field `{field}` is missing{}", did_you_mean(.nearest))]
    MissingField {
        /// The field.
        field: String,
        /// A key of the file that looks like it.
        nearest: Option<String>,
    },
    /// A modifier that Sigma does not have.
    #[error("there is no modifier `{modifier}`{}", did_you_mean(.nearest))]
    UnknownModifier {
        /// As written.
        modifier: String,
        /// The nearest one there is.
        nearest: Option<String>,
    },
    /// Modifiers that do not go together, or not with the value.
    #[error("{field}: {reason}")]
    Modifiers {
        /// Field and modifiers as written.
        field: String,
        /// Why not.
        reason: String,
    },
    /// The condition cannot be read.
    #[error("the condition cannot be read: {0}")]
    Condition(String),
    /// The condition names a search that is not there.
    #[error("the condition names `{name}`, which is no search of this rule{}", did_you_mean(.nearest))]
    UnknownSearch {
        /// As written.
        name: String,
        /// The nearest one there is.
        nearest: Option<String>,
    },
    /// A search that says nothing.
    #[error("the search `{0}` is empty")]
    EmptySearch(String),
    /// A regular expression that cannot be compiled.
    #[error("regular expression `{expression}`: {reason}")]
    Regex {
        /// As written.
        expression: String,
        /// What the compiler said.
        reason: String,
    },
    /// Lists in events, which our events do not have (Sigma 3 array matching).
    #[error("{0}: matching inside lists is not supported")]
    ArrayMatching(String),
    /// A note: the rule has placeholders and nobody gave values for them; it is skipped.
    #[error("skipped: `{0}` needs values from outside (modifier expand)")]
    NeedsValues(String),
    /// A note: no event log is known for the log source; the rule is kept and never rings.
    #[error("no events are known for log source {0}")]
    NotRouted(String),
    /// A note: a document of a kind that is read and not run yet.
    #[error("{0} is not run yet")]
    NotRunYet(&'static str),
    /// A note: metadata that cannot be read; the rule runs without.
    #[error("{0}")]
    Metadata(String),
    /// A note: a filter names a rule that is not loaded.
    #[error("the filter names rule `{0}`, which is not loaded")]
    FilterWithoutRule(String),
    /// A note: two rules have one id.
    #[error("the id is that of {0} too")]
    SameId(String),
}

fn did_you_mean(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|word| format!("; did you mean `{word}`?")).unwrap_or_default()
}

/// The word of `known` nearest to `word`, when it is near enough to be meant.
pub(super) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.chars().count() / 3).max(1))
        .min()
        .map(|(_, candidate)| candidate.to_owned())
}
