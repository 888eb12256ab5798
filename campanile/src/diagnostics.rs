//! Faults with a place, shown the same way whatever they are about: the line, the mark under it, the mend.
//!
//! Rules, SQL and configuration all end here. Promises: the place shown is the place in the user's file.

use std::ops::Range;

use miette::{
    Diagnostic, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents,
};

/// A fault at a place of a text.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    message: String,
    help: Option<String>,
    place: Option<Place>,
    is_warning: bool,
}

#[derive(Debug)]
struct Place {
    source: PartOfFile,
    span: Range<usize>,
    label: String,
}

impl Fault {
    /// A fault without a place.
    pub fn new(message: impl Into<String>) -> Fault {
        Fault { message: message.into(), help: None, place: None, is_warning: false }
    }

    /// A fault at the bytes `span` of `text`, which is the whole of the file `name`.
    pub fn at(name: &str, text: &str, span: Range<usize>, message: impl Into<String>) -> Fault {
        let source = PartOfFile { name: name.to_owned(), text: text.to_owned(), first_line: 1 };
        let start = text.floor_char_boundary(span.start);
        let end = text.ceil_char_boundary(span.end.max(start));
        let place = Some(Place { source, span: start..end, label: "here".to_owned() });
        Fault { place, ..Fault::new(message) }
    }

    /// A fault of a rule file: one line of it is known.
    pub fn of_rule(problem: &detect::Problem) -> Fault {
        let line = &problem.source_line;
        let at = |chars: usize| line.char_indices().nth(chars).map_or(line.len(), |(at, _)| at);
        let start = at(problem.column.saturating_sub(1));
        let end = at(problem.column.saturating_sub(1) + problem.width);
        let source =
            PartOfFile { name: problem.path.clone(), text: line.clone(), first_line: problem.line.max(1) };
        let place = (!line.is_empty()).then(|| Place { source, span: start..end, label: "here".to_owned() });
        let message = match place {
            Some(_) => problem.message.clone(),
            None => format!("{}: {}", problem.path, problem.message),
        };
        Fault { message, help: problem.help.clone(), place, is_warning: false }
    }

    /// With the mend.
    pub fn help(mut self, help: impl Into<String>) -> Fault {
        self.help = Some(help.into());
        self
    }

    /// With the words under the mark.
    pub fn label(mut self, label: impl Into<String>) -> Fault {
        if let Some(place) = &mut self.place {
            place.label = label.into();
        }
        self
    }

    /// Told, but nothing stops.
    pub fn warning(mut self) -> Fault {
        self.is_warning = true;
        self
    }
}

impl Diagnostic for Fault {
    fn severity(&self) -> Option<miette::Severity> {
        Some(if self.is_warning { miette::Severity::Warning } else { miette::Severity::Error })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place.as_ref().map(|place| &place.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = self.place.as_ref()?;
        let length = place.span.len().max(1);
        let label = LabeledSpan::new_primary_with_span(Some(place.label.clone()), (place.span.start, length));
        Some(Box::new(std::iter::once(label)))
    }
}

/// A diagnostic in one line, its place first.
pub fn sentence(diagnostic: &dyn Diagnostic) -> String {
    let place = || {
        let label = diagnostic.labels()?.next()?;
        let contents = diagnostic.source_code()?.read_span(label.inner(), 0, 0).ok()?;
        Some(format!("{}:{}:{}: ", contents.name()?, contents.line() + 1, contents.column() + 1))
    };
    format!("{}{diagnostic}", place().unwrap_or_default())
}

/// A text that is a file or begins at some line of one.
#[derive(Debug)]
struct PartOfFile {
    name: String,
    text: String,
    first_line: usize,
}

impl SourceCode for PartOfFile {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.text.read_span(span, lines_before, lines_after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            *inner.span(),
            inner.line() + self.first_line - 1,
            inner.column(),
            inner.line_count(),
        )))
    }
}

/// Byte of the 1-based line and column (in characters) of a text.
pub fn byte_of(text: &str, line: usize, column: usize) -> usize {
    let line_start =
        text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>().min(text.len());
    let rest = text.get(line_start..).unwrap_or_default();
    let within = rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at);
    line_start + within
}

#[cfg(test)]
mod tests {
    use super::*;
    use miette::{GraphicalReportHandler, GraphicalTheme};

    fn shown(fault: &Fault) -> String {
        let mut text = String::new();
        GraphicalReportHandler::new_themed(GraphicalTheme::none()).render_report(&mut text, fault).unwrap();
        text
    }

    #[test]
    fn a_fault_shows_its_file_line_column_and_mend() {
        let text = "first\nsecnd line\nthird\n";
        let fault = Fault::at("a.toml", text, 6..11, "unknown key `secnd`").help("did you mean `second`?");
        let shown = shown(&fault);
        assert!(shown.contains("a.toml:2:1"), "{shown}");
        assert_eq!(sentence(&fault), "a.toml:2:1: unknown key `secnd`");
        assert!(shown.contains("secnd line") && shown.contains("did you mean `second`?"), "{shown}");
    }

    #[test]
    fn a_fault_of_one_known_line_keeps_that_lines_number() {
        let problem = detect::Problem {
            path: "rule.sql".into(),
            line: 41,
            column: 8,
            width: 3,
            source_line: "SELECT foo FROM events".into(),
            message: "unknown column".into(),
            help: None,
        };
        let shown = shown(&Fault::of_rule(&problem));
        assert!(shown.contains("rule.sql:41:8"), "{shown}");
    }

    #[test]
    fn lines_and_columns_are_counted_in_characters() {
        assert_eq!(byte_of("è1\nàb", 2, 2), 6);
        assert_eq!(byte_of("è1\nàb", 9, 9), 7);
    }
}
