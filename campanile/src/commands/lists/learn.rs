//! `campanile lists learn`: what events say could stand on a list, as CSV for a person.
//!
//! Promises: what stands on the list already is left out; nothing is put in force.

use std::sync::Arc;

use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;
use detect::Context;
use detect::learning::{self, Learnable};
use futures::TryStreamExt;

use super::{LearnArgs, asked, unknown};
use crate::commands::lake;
use crate::commands::past::Past;
use crate::exit::{Exit, Failure, Result};
use crate::language::Language;
use crate::output::timestamp::rfc3339;
use crate::progress::Progress;
use crate::query::{self, EventsTable, Tables};
use crate::terminal::Terminal;

/// Proposes.
pub fn run(args: &LearnArgs, terminal: &Terminal) -> Result<Exit> {
    let name = args.name.as_str();
    let Some(learnable) = learning::by_name(name) else {
        return Err(match asked().contains_key(name) {
            true => {
                let known: Vec<&str> = learning::ALL.iter().map(|learnable| learnable.list).collect();
                let help = format!("write it by hand; what can be learnt: {}", known.join(", "));
                Failure::usage_text(format!("no event tells what belongs on the list `{name}`"), help)
            }
            false => unknown(name, None),
        });
    };
    let town = args.past.settings.town()?;
    if let Some(from) = learnable.from.filter(|from| town.lists.is_empty(from)) {
        let help = "name it under [lists] of the configuration, and the configuration with -c";
        let message = format!("{name} is learnt from the list `{from}`, and that is empty");
        return Err(Failure::usage_text(message, help));
    }
    let rows = answer(args, learnable, &town, terminal)?;
    let proposed = write(&rows, learnable, &town, terminal)?;
    let language = Language::of_environment();
    terminal.note(match language {
        Language::English => format!("{proposed} proposals for {name}: read each, edit, then `campanile lists import {name} FILE`"),
        Language::Italian => {
            format!("{proposed} proposte per {name}: leggerle una per una, correggerle, poi `campanile lists import {name} FILE`")
        }
    });
    Ok(Exit::Done)
}

fn answer(
    args: &LearnArgs,
    learnable: &Learnable,
    town: &Context,
    terminal: &Terminal,
) -> Result<Vec<RecordBatch>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let past = args.past.find()?;
    let text = learnable.query(args.days);
    let ask = async |tables: &Tables, partitions| -> Result<Vec<RecordBatch>> {
        let stream = query::start(&text, tables, town, partitions).await?;
        stream.try_collect().await.map_err(|error| query::failure(&text, &error))
    };
    runtime.block_on(async {
        match past {
            Past::Lake(location) => ask(&lake::tables(&location).await?, query::all_cores()).await,
            Past::Logs(reading) => {
                let progress = Progress::new(terminal, reading.total_bytes());
                let events = EventsTable::new(*reading, progress);
                let rows = ask(&Tables::of_files(Arc::new(events.clone()))?, 1).await;
                events.finish_progress();
                if let Some(books) = events.take_books() {
                    books.tell(terminal);
                }
                rows
            }
        }
    })
}

/// Writes what is not on the list yet; how many.
fn write(rows: &[RecordBatch], learnable: &Learnable, town: &Context, terminal: &Terminal) -> Result<usize> {
    let seen = Language::of_environment().pick(learnable.seen_en, learnable.seen_it);
    let known = town.lists.get(learnable.list);
    let mut csv = csv::Writer::from_writer(terminal.out());
    csv.write_record(["value", "valid_from", "valid_until", "note"]).map_err(failure)?;
    let mut proposed = 0;
    for rows in rows {
        let number =
            |name: &str| -> Result<Arc<dyn Array>> { Ok(cast(column(rows, name)?, &DataType::Int64)?) };
        let values = cast(column(rows, "value")?, &DataType::Utf8)?;
        let (days, events, last) = (number("days")?, number("events")?, column(rows, "last")?);
        for row in 0..rows.num_rows() {
            let value = values.as_string::<i32>().value(row);
            if known.is_some_and(|list| list.contains(value)) {
                continue;
            }
            let count = |array: &Arc<dyn Array>| array.as_primitive::<Int64Type>().value(row);
            let last_us = last.as_primitive::<TimestampMicrosecondType>().value(row);
            let last_day = rfc3339(last_us).chars().take("2026-03-16".len()).collect::<String>();
            let (days, events) = (count(&days), count(&events));
            let note = match Language::of_environment() {
                Language::English => format!("{seen}: {days} days, {events} events, last {last_day}"),
                Language::Italian => format!("{seen}: {days} giorni, {events} eventi, l'ultimo {last_day}"),
            };
            csv.write_record([value, "", "", &note]).map_err(failure)?;
            proposed += 1;
        }
    }
    csv.flush()?;
    Ok(proposed)
}

fn column<'r>(rows: &'r RecordBatch, name: &str) -> Result<&'r Arc<dyn Array>> {
    rows.column_by_name(name).ok_or_else(|| Failure::internal(format!("the answer has no column {name}")))
}

fn failure(error: csv::Error) -> Failure {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => Failure::internal(format!("CSV could not be written: {other:?}")),
    }
}
