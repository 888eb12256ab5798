//! `campanile lists show`.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, StringArray, TimestampMicrosecondArray, UInt64Array};
use arrow::record_batch::RecordBatch;
use detect::rule::WhenEmpty;
use jiff::tz::TimeZone;
use schema::lists::ALWAYS;

use super::{ShowArgs, asked, unknown};
use crate::config::{self, Settings};
use crate::exit::{Exit, Result};
use crate::moment;
use crate::output;
use crate::terminal::Terminal;
use crate::town::{self, list_file::ListFile};

/// Shows all lists, or one.
pub fn run(args: &ShowArgs, terminal: &Terminal) -> Result<Exit> {
    let settings = config::settings(&args.config)?;
    let zone = town::tenant(&settings).map_or("Europe/Rome", |tenant| tenant.timezone.as_str());
    let zone = moment::time_zone(zone)?;
    let now_us = moment::now_us();
    let rows = match &args.name {
        None => overview(&settings, &zone, now_us)?,
        Some(name) => match settings.lists.get(name) {
            Some(path) => entries(&town::list_file(path, &zone)?, now_us)?,
            None if asked().contains_key(name) => entries(&ListFile::default(), now_us)?,
            None => return Err(unknown(name, Some(&settings))),
        },
    };
    output::write_all(args.output.format(terminal), &rows, terminal)?;
    Ok(Exit::Done)
}

/// A row a list.
fn overview(settings: &Settings, zone: &TimeZone, now_us: i64) -> Result<RecordBatch> {
    let asked = asked();
    let names: BTreeSet<&str> = asked.keys().chain(settings.lists.keys()).map(String::as_str).collect();
    let files = names.iter().map(|name| match settings.lists.get(*name) {
        Some(path) => town::list_file(path, zone),
        None => Ok(ListFile::default()),
    });
    let files: Vec<ListFile> = files.collect::<Result<_>>()?;
    let path = |name: &&str| settings.lists.get(*name).map(|path| path.display().to_string());
    let rules = |name: &&str, silent: bool| {
        let of_list = asked.get(*name).into_iter().flatten();
        let rules = of_list.filter(|(_, when)| !silent || *when == WhenEmpty::Silent);
        let rules: Vec<&str> = rules.map(|(rule, _)| rule.as_str()).collect();
        (!rules.is_empty()).then(|| rules.join(" "))
    };
    let valid =
        |file: &ListFile| file.entries.iter().filter(|entry| entry.validity.contains(&now_us)).count();
    Ok(RecordBatch::try_from_iter_with_nullable([
        ("list", Arc::new(StringArray::from_iter_values(&names)) as ArrayRef, false),
        ("entries", counts(files.iter().map(|file| file.entries.len())), false),
        ("valid_now", counts(files.iter().map(valid)), false),
        ("rules", texts(names.iter().map(|name| rules(name, false))), true),
        ("silent_without", texts(names.iter().map(|name| rules(name, true))), true),
        ("path", texts(names.iter().map(path)), true),
    ])?)
}

/// A row an item: whether it counts now, since when and until when, and what is written beside it.
fn entries(file: &ListFile, now_us: i64) -> Result<RecordBatch> {
    let entries = &file.entries;
    let values = StringArray::from_iter_values(entries.iter().map(|entry| &entry.value));
    let valid = entries.iter().map(|entry| Some(entry.validity.contains(&now_us)));
    let from = entries.iter().map(|entry| Some(entry.validity.start).filter(|time| *time != ALWAYS.start));
    let until = entries.iter().map(|entry| Some(entry.validity.end).filter(|time| *time != ALWAYS.end));
    let mut columns = vec![
        ("value".to_owned(), Arc::new(values) as ArrayRef, false),
        ("valid_now".to_owned(), Arc::new(valid.collect::<BooleanArray>()) as ArrayRef, false),
        ("valid_from".to_owned(), times(from), true),
        ("valid_until".to_owned(), times(until), true),
    ];
    let known: BTreeSet<String> = columns.iter().map(|(name, ..)| name.clone()).collect();
    for (position, column) in file.columns.iter().enumerate().filter(|(_, column)| !known.contains(*column)) {
        let cells =
            entries.iter().map(|entry| entry.cells.get(position).filter(|cell| !cell.is_empty()).cloned());
        columns.push((column.clone(), texts(cells), true));
    }
    Ok(RecordBatch::try_from_iter_with_nullable(columns)?)
}

fn texts(texts: impl Iterator<Item = Option<String>>) -> ArrayRef {
    Arc::new(texts.collect::<StringArray>())
}

fn counts(counts: impl Iterator<Item = usize>) -> ArrayRef {
    Arc::new(UInt64Array::from_iter_values(counts.map(|count| count as u64)))
}

fn times(times: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(times.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
}
