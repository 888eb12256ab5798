//! A query that cannot be run: what is wrong, marked where it stands, with the name that was meant.

use datafusion::common::SchemaError;
use datafusion::error::DataFusionError;
use schema::Column;
use schema::columns::FIELDS;

use crate::diagnostics::{Fault, byte_of};
use crate::exit::{Exit, Failure};
use crate::suggest;

/// Name the query is shown under.
const NAME: &str = "query";

/// The failure to tell.
pub fn failure(query: &str, error: &DataFusionError) -> Failure {
    let root = error.find_root();
    let fault = match root {
        DataFusionError::SQL(parser, _) => syntax(query, &parser.to_string()),
        DataFusionError::SchemaError(schema, _) => {
            unknown_column(query, schema).unwrap_or_else(|| at_diagnostic(query, error, schema.to_string()))
        }
        DataFusionError::ResourcesExhausted(message) => {
            Fault::new(format!("the query needs too much memory: {message}"))
                .help("ask for fewer columns or rows, or group by something with fewer values")
        }
        DataFusionError::Plan(message) | DataFusionError::NotImplemented(message) => {
            planned(query, error, message)
        }
        DataFusionError::Execution(message) => Fault::new(message.clone()),
        DataFusionError::External(inner) => Fault::new(inner.to_string()),
        other => at_diagnostic(query, error, other.strip_backtrace()),
    };
    let exit = match root {
        DataFusionError::Internal(_) | DataFusionError::IoError(_) | DataFusionError::External(_) => {
            Exit::Internal
        }
        _ => Exit::Usage,
    };
    Failure::Told(exit, miette::Report::new(fault))
}

/// `... at Line: 1, Column: 8`
fn syntax(query: &str, message: &str) -> Fault {
    let message = message.trim_start_matches("sql parser error: ");
    let (words, place) = message.rsplit_once(" at Line: ").unwrap_or((message, ""));
    let mut numbers = place.split(", Column: ").map(|number| number.trim_end_matches(')').parse::<usize>());
    match (numbers.next(), numbers.next()) {
        (Some(Ok(line)), Some(Ok(column))) => {
            let at = byte_of(query, line, column);
            Fault::at(NAME, query, at..word_end(query, at), words)
        }
        _ => Fault::at(NAME, query, query.len()..query.len(), words),
    }
}

fn unknown_column(query: &str, error: &SchemaError) -> Option<Fault> {
    let SchemaError::FieldNotFound { field, valid_fields } = error else { return None };
    let name = field.name();
    let known: Vec<&str> = valid_fields.iter().map(|column| column.name()).collect();
    let message = format!("unknown column `{name}`");
    let all = || Column::ALL.iter().map(|column| column.name()).chain(std::iter::once(FIELDS));
    let help = match suggest::nearest(name, known).or_else(|| suggest::nearest(name, all())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("`campanile columns` lists them; what has no column is in fields['{name}']"),
    };
    Some(Fault::at(NAME, query, find_word(query, name), message).help(help))
}

/// A fault of planning; unknown tables and functions are recognised by their words.
fn planned(query: &str, error: &DataFusionError, message: &str) -> Fault {
    if let Some(table) = between(message, "table '", "' not found") {
        let table = table.rsplit('.').next().unwrap_or(table);
        return Fault::at(NAME, query, find_word(query, table), format!("unknown table `{table}`"))
            .help("the table over files is `events`; over a lake there are `alerts` and `sources` too");
    }
    if let Some(function) = between(message, "Invalid function '", "'") {
        let known: Vec<&str> = detect::functions::ALL.iter().map(|function| function.name).collect();
        let near = suggest::nearest(function, known).or_else(|| between(message, "Did you mean '", "'"));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`campanile functions` lists those beside standard SQL".to_owned(),
        };
        return Fault::at(NAME, query, find_word(query, function), format!("unknown function `{function}`"))
            .help(help);
    }
    if ["DDL not supported", "DML not supported", "Statement not supported"]
        .iter()
        .any(|no| message.contains(no))
    {
        return Fault::at(NAME, query, 0..word_end(query, 0), "only reading is allowed")
            .help("write a SELECT");
    }
    at_diagnostic(query, error, message.to_owned())
}

/// Where DataFusion says it is, or the whole query.
fn at_diagnostic(query: &str, error: &DataFusionError, message: String) -> Fault {
    let message = message.lines().next().unwrap_or_default().to_owned();
    let diagnostic = error.diagnostic();
    let span = diagnostic.and_then(|diagnostic| diagnostic.span);
    let place = span.map_or(0..0, |span| {
        let start = byte_of(query, span.start.line as usize, span.start.column as usize);
        start..byte_of(query, span.end.line as usize, span.end.column as usize)
    });
    let fault = match span {
        Some(_) => Fault::at(NAME, query, place, message),
        None => Fault::new(message),
    };
    match diagnostic.and_then(|diagnostic| diagnostic.helps.first()) {
        Some(help) => fault.help(help.message.clone()),
        None => fault,
    }
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let rest = text.split_once(before)?.1;
    Some(rest.split_once(after)?.0)
}

/// The first place where a name stands as a word of its own, whatever its case.
fn find_word(query: &str, name: &str) -> std::ops::Range<usize> {
    let (folded, wanted) = (query.to_ascii_lowercase(), name.to_ascii_lowercase());
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    folded
        .match_indices(&wanted)
        .map(|(at, found)| at..at + found.len())
        .find(|place| {
            let before = folded.get(..place.start).and_then(|text| text.chars().next_back());
            let after = folded.get(place.end..).and_then(|text| text.chars().next());
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        })
        .unwrap_or(0..0)
}

fn word_end(query: &str, at: usize) -> usize {
    let rest = query.get(at..).unwrap_or_default();
    at + rest.find(|c: char| c.is_whitespace()).unwrap_or(rest.len()).max(1).min(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn told(query: &str) -> (Exit, String, String) {
        let args = crate::reading::ReadingArgs::default();
        let reading = crate::reading::Reading::open(&args).unwrap();
        let terminal =
            crate::terminal::Terminal::new(&crate::terminal::TerminalArgs { quiet: true, no_progress: true });
        let events = super::super::EventsTable::new(reading, crate::progress::Progress::new(&terminal, 0));
        let town = events.town().clone();
        let tables = super::super::Tables::of_files(std::sync::Arc::new(events)).unwrap();
        match super::super::start(query, &tables, &town, 1).await {
            Err(Failure::Told(exit, report)) => {
                let help = report.help().map(|help| help.to_string()).unwrap_or_default();
                let span = report.labels().and_then(|mut labels| labels.next());
                let at = span.map(|span| {
                    query.get(span.offset()..span.offset() + span.len()).unwrap_or_default().to_owned()
                });
                (exit, format!("{report} @ {}", at.unwrap_or_default()), help)
            }
            _ => panic!("`{query}` ran"),
        }
    }

    #[tokio::test]
    async fn a_wrong_name_is_marked_where_it_stands_and_the_right_one_proposed() {
        let (exit, text, help) = told("select count(*), souce_ip from events group by 2").await;
        assert_eq!((exit, text.as_str()), (Exit::Usage, "unknown column `souce_ip` @ souce_ip"));
        assert_eq!(help, "did you mean `source_ip`?");
        let (_, text, help) = told("select entrpy(message) from events").await;
        assert_eq!(
            (text.as_str(), help.as_str()),
            ("unknown function `entrpy` @ entrpy", "did you mean `entropy`?")
        );
        let (_, text, help) = told("select * from evnts").await;
        assert_eq!(
            (text.as_str(), help.as_str()),
            (
                "unknown table `evnts` @ evnts",
                "the table over files is `events`; over a lake there are `alerts` and `sources` too"
            )
        );
    }

    #[tokio::test]
    async fn a_slip_of_syntax_is_marked_and_writing_is_refused() {
        let (exit, text, _) = told("select message from events group message").await;
        assert_eq!(exit, Exit::Usage);
        assert!(text.contains("Expected") && text.contains("@ group"), "{text}");
        for query in
            ["drop table events", "copy events to 'x.csv'", "set datafusion.execution.batch_size = 1"]
        {
            let (exit, text, _) = told(query).await;
            assert_eq!((exit, text.starts_with("only reading is allowed")), (Exit::Usage, true), "{text}");
        }
    }
}
