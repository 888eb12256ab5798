//! What is wrong with a mapping file: where, which key, and what was perhaps meant.

use std::fmt;

/// One fault of a mapping file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {}{text}", if .key.is_empty() { String::new() } else { format!("`{}`: ", .key) })]
pub struct MappingProblem {
    /// Line in the file, from 1.
    pub line: usize,
    /// The key, dotted; empty when the file is no TOML.
    pub key: String,
    /// What is wrong, and what was perhaps meant.
    pub text: String,
}

/// Every fault of a mapping file, in order of lines; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingProblems(pub Vec<MappingProblem>);

impl fmt::Display for MappingProblems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                out.write_str("\n")?;
            }
            write!(out, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for MappingProblems {}

/// `did you mean X?`, or the words there are.
pub(super) fn hint<'k>(word: &str, known: impl Iterator<Item = &'k str> + Clone) -> String {
    let wanted = word.to_lowercase();
    let near = known
        .clone()
        .map(|candidate| (strsim::damerau_levenshtein(&wanted, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len().min(wanted.len()) / 3)
        .min_by_key(|(distance, _)| *distance);
    match near {
        Some((_, near)) => format!("did you mean `{near}`?"),
        None => {
            let words: Vec<&str> = known.take(12).collect();
            format!("known: {}", words.join(", "))
        }
    }
}
