//! What is wrong with a rule file, as data: where, what, and the mend.
//!
//! Promises: lines and columns count from 1, columns and widths in characters.
//! Must not know: how problems are shown.

use std::fmt;
use std::ops::Range;

/// One thing wrong with a rule file, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// File the problem is in, as the user named it.
    pub path: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Characters concerned, at least 1.
    pub width: usize,
    /// The whole line.
    pub source_line: String,
    /// What is wrong, in English.
    pub message: String,
    /// The mend, when one is known.
    pub help: Option<String>,
}

impl Problem {
    /// A problem with the bytes `span` of `text`, the whole text of the file `path`.
    pub fn at_bytes(path: &str, text: &str, span: Range<usize>, message: impl Into<String>) -> Problem {
        let start = text.floor_char_boundary(span.start);
        let end = text.floor_char_boundary(span.end.max(start));
        let before = text.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.matches('\n').count() + 1;
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        let width =
            text.get(start..end).and_then(|part| part.lines().next()).map_or(1, |p| p.chars().count());
        Problem::at(path, text, line, column, width, message)
    }

    /// A problem with `width` characters at `line` and `column` of `text`.
    pub fn at(
        path: &str,
        text: &str,
        line: usize,
        column: usize,
        width: usize,
        message: impl Into<String>,
    ) -> Problem {
        Problem {
            path: path.to_owned(),
            line: line.max(1),
            column: column.max(1),
            width: width.max(1),
            source_line: text.lines().nth(line.saturating_sub(1)).unwrap_or_default().to_owned(),
            message: message.into(),
            help: None,
        }
    }

    /// A problem with the file as a whole.
    pub fn whole(path: &str, message: impl Into<String>) -> Problem {
        Problem::at(path, "", 1, 1, 1, message)
    }

    /// The same problem with its mend.
    pub fn with_help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(help.into());
        self
    }

    /// The same problem; when one of `known` is like `unknown`, it is proposed.
    pub fn did_you_mean<'k>(mut self, unknown: &str, known: impl IntoIterator<Item = &'k str>) -> Problem {
        if let Some(nearest) = nearest(unknown, known) {
            self.help = Some(format!("did you mean `{nearest}`?"));
        }
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}:{}: {}", self.path, self.line, self.column, self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(out, " ({help})"))
    }
}

impl std::error::Error for Problem {}

/// Least likeness of a name that is still proposed, from 0 (nothing alike) to 1 (equal).
const LIKENESS_MIN: f64 = 0.75;

/// The known name most like `unknown`, when one is like it at all.
pub fn nearest<'k>(unknown: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let unknown = unknown.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&unknown, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness >= LIKENESS_MIN)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_in_characters_from_one() {
        let text = "prima\nperché sbagliato\n";
        let at = text.find("sbagliato").unwrap();
        let problem = Problem::at_bytes("a.sql", text, at..at + 9, "wrong");
        assert_eq!((problem.line, problem.column, problem.width), (2, 8, 9));
        assert_eq!(problem.source_line, "perché sbagliato");
    }

    #[test]
    fn a_slip_of_the_pen_is_recognised_and_another_word_is_not() {
        let known = ["severity", "source_ip", "window"];
        assert_eq!(nearest("severty", known), Some("severity"));
        assert_eq!(nearest("src_ip", known), Some("source_ip"));
        assert_eq!(nearest("zzz", known), None);
    }
}
