//! `campanile lists import`: the rows of a file, added to a list.
//!
//! Promises: what stands in the list's file stays as it is, its comments too; nothing is written unless every row is right.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use schema::lists::Validity;

use super::{ImportArgs, asked, unknown};
use crate::config::{self, Settings};
use crate::exit::{Exit, Failure, Result};
use crate::moment;
use crate::output;
use crate::terminal::Terminal;
use crate::town::list_file::{BadRow, Entry, ListFile};
use crate::town::{self, list_file};

/// Wrong rows told one by one; the rest is counted.
const BAD_ROWS_SHOWN_MAX: usize = 20;
/// What a list's file begins with.
const NEW_FILE: &str = "value,valid_from,valid_until,note\n";

/// Adds.
pub fn run(args: &ImportArgs, terminal: &Terminal) -> Result<Exit> {
    let settings = config::settings(&args.config)?;
    let zone = town::tenant(&settings).map_or("Europe/Rome", |tenant| tenant.timezone.as_str());
    let zone = moment::time_zone(zone)?;
    let Some(path) = settings.lists.get(&args.name) else {
        return Err(not_configured(args, &settings));
    };
    let rows = fs::read_to_string(&args.file).map_err(|error| {
        let help = "name a CSV file of UTF-8 text";
        Failure::usage_text(format!("cannot read {}: {error}", args.file.display()), help)
    })?;
    let rows = ListFile::read(&rows, &zone).map_err(|wrong| refused(&args.file, &wrong))?;
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => NEW_FILE.to_owned(),
        text => text?,
    };
    let known = ListFile::read(&text, &zone).map_err(|wrong| refused(path, &wrong))?;
    let key = |entry: &Entry| -> (String, Validity) { (entry.value.to_lowercase(), entry.validity.clone()) };
    let mut seen: HashSet<_> = known.entries.iter().map(key).collect();
    let fresh: Vec<&Entry> = rows.entries.iter().filter(|entry| seen.insert(key(entry))).collect();
    if !fresh.is_empty() {
        let text = joined(&text, &known, &rows.columns, &fresh)?;
        let written = ListFile::read(&text, &zone).map_err(|wrong| refused(path, &wrong))?;
        let meant = known.entries.iter().chain(fresh.iter().copied()).map(key);
        if !written.entries.iter().map(key).eq(meant) {
            let help = "a row of one of the files has more cells than columns, or a value begins with `#`";
            let message = format!("{} would not say what it is meant to: nothing was added", path.display());
            return Err(Failure::usage_text(message, help));
        }
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        // Where a link points, and with the rights it has.
        let place = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        output::whole(&place, |temporary| {
            let mut file = File::create(temporary)?;
            if let Ok(metadata) = fs::metadata(&place) {
                file.set_permissions(metadata.permissions())?;
            }
            file.write_all(text.as_bytes())?;
            Ok(file.sync_all()?)
        })?;
    }
    let (added, there) = (fresh.len(), rows.entries.len() - fresh.len());
    terminal.note(format!("{}: {added} added, {there} stood there already: {}", args.name, path.display()));
    Ok(Exit::Done)
}

fn not_configured(args: &ImportArgs, settings: &Settings) -> Failure {
    let name = &args.name;
    if !asked().contains_key(name) {
        return unknown(name, Some(settings));
    }
    let help = format!(
        "write under [lists] of {}: {name} = \"/etc/campanile/lists/{name}.csv\"",
        args.config.display()
    );
    Failure::usage_text(format!("the list `{name}` has no file"), help)
}

fn refused(path: &Path, wrong: &[BadRow]) -> Failure {
    let shown = wrong.iter().take(BAD_ROWS_SHOWN_MAX);
    let mut rows: Vec<String> =
        shown.map(|row| format!("line {}: {} ({})", row.line, row.what, row.help)).collect();
    if wrong.len() > BAD_ROWS_SHOWN_MAX {
        rows.push(format!("and {} more", wrong.len() - BAD_ROWS_SHOWN_MAX));
    }
    let message = format!("{} rows of {} are wrong\n{}", wrong.len(), path.display(), rows.join("\n"));
    Failure::usage_text(message, "mend them and import the file again: nothing of it was added")
}

/// The text of the list's file with the entries below. A column that it lacks is added to the line that names them.
fn joined(text: &str, known: &ListFile, columns: &[String], fresh: &[&Entry]) -> Result<String> {
    let has_cells = |position: usize| {
        fresh.iter().any(|entry| entry.cells.get(position).is_some_and(|cell| !cell.is_empty()))
    };
    let missing = columns.iter().enumerate().filter(|(_, column)| !known.columns.contains(column));
    let missing: Vec<&String> = missing.filter(|(at, _)| has_cells(*at)).map(|(_, column)| column).collect();
    let header = list_file::header_line(text).map_or(0, |(line, _)| line);
    let delimiter = char::from(known.delimiter);
    let mut whole = String::with_capacity(text.len());
    for (index, line) in text.lines().enumerate() {
        whole.push_str(line);
        if index == header {
            for column in &missing {
                whole.push(delimiter);
                whole.push_str(column);
            }
        }
        whole.push('\n');
    }
    let mut rows = csv::WriterBuilder::new().delimiter(known.delimiter).from_writer(Vec::new());
    let unwritable =
        |error: &dyn std::fmt::Display| Failure::internal(format!("the list cannot be written: {error}"));
    for entry in fresh {
        let cell = |column: &String| {
            let position = columns.iter().position(|other| other == column);
            position.and_then(|position| entry.cells.get(position)).map_or("", String::as_str)
        };
        let cells = known.columns.iter().map(cell).chain(missing.iter().map(|column| cell(column)));
        rows.write_record(cells).map_err(|error| unwritable(&error))?;
    }
    let rows = rows.into_inner().map_err(|error| unwritable(&error))?;
    whole.push_str(&String::from_utf8(rows).map_err(|error| unwritable(&error))?);
    Ok(whole)
}
