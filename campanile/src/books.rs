//! What a run over files read: lines, events, errors, problems. Told at the end of every run.
//!
//! Promises: every event is counted once, under its format; every input that was named is in them.

use std::collections::BTreeMap;

use arrow::array::Array;
use ingest::files::{InputProblem, InputReport};
use schema::{Column, EventBatch};

use crate::exit::Exit;
use crate::terminal::Terminal;

/// Problems told one by one; the rest is counted.
const PROBLEMS_SHOWN_MAX: usize = 50;

/// The books of a run.
#[derive(Debug, Default)]
pub struct Books {
    /// One for each input, in order of reading.
    pub inputs: Vec<InputBook>,
    /// Inputs that could not even be opened.
    pub problems: Vec<InputProblem>,
    /// By format.
    pub formats: BTreeMap<String, FormatBook>,
    /// Time of the first event, µs since 1970 UTC.
    pub first_us: Option<i64>,
    /// Time of the last event, µs since 1970 UTC.
    pub last_us: Option<i64>,
}

/// One input.
#[derive(Debug)]
pub struct InputBook {
    /// Its path as given or found.
    pub name: String,
    /// What reading it came to.
    pub report: InputReport,
    /// Events that could not be read whole.
    pub errors: u64,
}

/// One format.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct FormatBook {
    /// Rows.
    pub events: u64,
    /// Rows with a `parse_error`.
    pub errors: u64,
    /// Where the first error is and what it says.
    pub first_error: Option<String>,
}

/// What one batch adds to the books.
#[derive(Debug, Default)]
pub struct Tally {
    formats: Vec<(String, FormatBook)>,
    first_us: Option<i64>,
    last_us: Option<i64>,
}

impl Tally {
    /// Counts the events of one batch of frames.
    pub fn of(batches: &[EventBatch]) -> Tally {
        let mut tally = Tally::default();
        for batch in batches.iter().filter(|batch| !batch.is_empty()) {
            let text = |column: Column, row: usize| {
                batch
                    .texts(column)
                    .filter(|texts| texts.is_valid(row))
                    .map(|texts| texts.value(row).to_owned())
            };
            let mut book = FormatBook { events: batch.len() as u64, ..FormatBook::default() };
            if let Some(errors) = batch.texts(Column::ParseError) {
                book.errors = (errors.len() - errors.null_count()) as u64;
                let first = (0..errors.len()).find(|row| errors.is_valid(*row));
                book.first_error = first.map(|row| {
                    let line = batch.ints(Column::Seq).map_or(0, |seq| seq.value(row));
                    let file = text(Column::Collector, row).unwrap_or_default();
                    format!("{file}:{line}: {}", errors.value(row))
                });
            }
            let (first, last) = span(batch);
            tally.first_us = earlier(tally.first_us, first);
            tally.last_us = tally.last_us.max(last);
            tally.formats.push((text(Column::Format, 0).unwrap_or_default(), book));
        }
        tally
    }

    /// Number of events.
    pub fn events(&self) -> u64 {
        self.formats.iter().map(|(_, book)| book.events).sum()
    }

    fn errors(&self) -> u64 {
        self.formats.iter().map(|(_, book)| book.errors).sum()
    }
}

/// First and last time that a device stated: where it stated none, the time is that of reception.
fn span(batch: &EventBatch) -> (Option<i64>, Option<i64>) {
    let (Some(times), Some(guesses)) = (batch.times(Column::Timestamp), batch.texts(Column::TimeGuess))
    else {
        return (None, None);
    };
    let stated = times.iter().zip(guesses).filter(|(_, guess)| *guess != Some("missing"));
    stated
        .filter_map(|(time, _)| time)
        .fold((None, None), |(first, last), time| (earlier(first, Some(time)), last.max(Some(time))))
}

fn earlier(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

impl Books {
    /// Adds what a batch of the input at `input` counted.
    pub fn add(&mut self, input: usize, tally: Tally) {
        if let Some(book) = self.inputs.get_mut(input) {
            book.errors += tally.errors();
        }
        self.first_us = earlier(self.first_us, tally.first_us);
        self.last_us = self.last_us.max(tally.last_us);
        for (format, book) in tally.formats {
            let total = self.formats.entry(format).or_default();
            total.events += book.events;
            total.errors += book.errors;
            total.first_error = total.first_error.take().or(book.first_error);
        }
    }

    /// Rows in all.
    pub fn events(&self) -> u64 {
        self.formats.values().map(|book| book.events).sum()
    }

    /// Rows no format knew.
    pub fn plain(&self) -> u64 {
        self.formats.get(parsers::PLAIN).map_or(0, |book| book.events)
    }

    /// Rows that could not be read whole.
    pub fn errors(&self) -> u64 {
        self.formats.values().map(|book| book.errors).sum()
    }

    /// Lines in all.
    pub fn lines(&self) -> u64 {
        self.inputs.iter().map(|input| input.report.lines).sum()
    }

    /// Everything that could not be read.
    pub fn all_problems(&self) -> impl Iterator<Item = &InputProblem> {
        self.problems.iter().chain(self.inputs.iter().flat_map(|input| &input.report.problems))
    }

    /// How the run ended as far as reading goes. `strict` makes counted errors an exit code.
    pub fn exit(&self, strict: bool) -> Exit {
        if self.all_problems().next().is_some() {
            Exit::Unreadable
        } else if strict && self.errors() > 0 {
            Exit::Asked
        } else {
            Exit::Done
        }
    }

    /// Tells standard error what could not be read, and counts what was.
    pub fn tell(&self, terminal: &Terminal) {
        for problem in self.all_problems().take(PROBLEMS_SHOWN_MAX) {
            terminal.error_text(&problem_line(problem));
        }
        let left_out = self.all_problems().count().saturating_sub(PROBLEMS_SHOWN_MAX);
        if left_out > 0 {
            terminal.error_text(&format!("{left_out} more inputs could not be read, or not whole"));
        }
        let truncated: u64 = self.inputs.iter().map(|input| input.report.truncated).sum();
        let recoded: u64 = self.inputs.iter().map(|input| input.report.recoded).sum();
        let mut counted = format!(
            "read {} lines of {} files: {} events, {} of unknown format (plain), {} with errors",
            self.lines(),
            self.inputs.len(),
            self.events(),
            self.plain(),
            self.errors()
        );
        if truncated > 0 {
            counted.push_str(&format!(", {truncated} cut at the longest line"));
        }
        if recoded > 0 {
            counted.push_str(&format!(", {recoded} not UTF-8"));
        }
        terminal.note(counted);
        for (format, book) in self.formats.iter().filter(|(_, book)| book.errors > 0) {
            let first = book.first_error.as_deref().unwrap_or_default();
            terminal.note(format!("  {format}: {} with errors, the first at {first}", book.errors));
        }
    }
}

/// What could not be read, where, and the mend, on one line.
pub fn problem_line(problem: &InputProblem) -> String {
    let mut place = problem.path.clone();
    if let Some(line) = problem.line {
        place.push_str(&format!(", after line {line}"));
    }
    if let Some(offset) = problem.offset_bytes {
        place.push_str(&format!(", byte {offset}"));
    }
    format!("{place}: {} ({})", problem.message, problem.mend)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(format: &str, events: u64, errors: u64, place: Option<&str>) -> Tally {
        let book = FormatBook { events, errors, first_error: place.map(str::to_owned) };
        Tally { formats: vec![(format.to_owned(), book)], first_us: Some(5), last_us: Some(9) }
    }

    #[test]
    fn counts_add_up_and_the_first_error_is_the_one_told() {
        let mut books = Books::default();
        let report = InputReport { lines: 12, ..InputReport::default() };
        books.inputs.push(InputBook { name: "a".into(), report, errors: 0 });
        books.add(0, tally("sshd", 5, 1, Some("a:3: odd")));
        books.add(0, tally("sshd", 2, 1, Some("a:9: odd")));
        books.add(0, tally("plain", 5, 0, None));
        assert_eq!((books.lines(), books.events(), books.plain(), books.errors()), (12, 12, 5, 2));
        assert_eq!(books.inputs[0].errors, 2);
        assert_eq!(books.formats["sshd"].first_error.as_deref(), Some("a:3: odd"));
        assert_eq!((books.first_us, books.last_us), (Some(5), Some(9)));
        assert_eq!(books.exit(false), Exit::Done);
        assert_eq!(books.exit(true), Exit::Asked);
    }
}
