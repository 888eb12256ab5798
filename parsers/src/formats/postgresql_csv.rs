//! PostgreSQL's csvlog (23 to 26 columns).
//!
//! Promises: columns are cut by CSV's rules, so that a statement's commas and quotes stay in it.
//! Must not know: what a message means.

mod samples;

use schema::{Column, EventBuilder};

use super::csv::{self, with_single_quotes};
use super::postgresql::level::Level;
use super::postgresql::message::{self, Said};
use crate::format::{Format, Payload, Unreadable};
use crate::time::iso_prefix;

/// See the module.
pub static FORMAT: Format = Format {
    name: "postgresql_csv",
    title: "PostgreSQL csvlog",
    reference: "PostgreSQL documentation, 20.8.4 Using CSV-Format Log Output",
    programs: &[],
    starts: b"0123456789",
    needs: &[],
    keys: &[],
    recognise: |payload| read(payload.text).is_some_and(|row| row.level.is_some()),
    parse,
    samples: samples::SAMPLES,
};

/// Columns up to the program's name.
const COLUMNS: usize = 23;

/// A line cut into its columns.
struct Row<'a> {
    values: [&'a str; COLUMNS],
    /// How many columns there were.
    count: usize,
    /// None when the level is cut off.
    level: Option<Level>,
    /// True when the last value's quote never closes.
    is_open: bool,
}

/// The columns of a line that begins as csvlog does: a stamp and a comma; none when the level column
/// is there and is no level.
fn read(text: &str) -> Option<Row<'_>> {
    let (_, rest) = iso_prefix(text)?;
    if !rest.starts_with(',') {
        return None;
    }
    let mut row = Row { values: [""; COLUMNS], count: 0, level: None, is_open: false };
    let mut rest = text;
    for place in &mut row.values {
        let cell = csv::cell(rest);
        *place = cell.text;
        row.count += 1;
        row.is_open = cell.is_open;
        match cell.rest {
            Some(after) => rest = after,
            None => break,
        }
    }
    if let Some(word) = row.values.get(11).filter(|word| !word.is_empty()) {
        row.level = Some(Level::of(word)?);
    }
    Some(row)
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let row = read(payload.text).ok_or(Unreadable("no stamp and comma"))?;
    let level = row.level.ok_or(Unreadable("no level column"))?;
    if row.is_open || row.count < 14 {
        return Err(Unreadable("the row is cut"));
    }
    let get = |index: usize| row.values.get(index).copied().unwrap_or_default();
    if let Some((when, _)) = iso_prefix(get(0))
        && (when.offset_s.is_some() || !payload.is_stamped)
    {
        payload.set_time(event, when);
    }
    event.text_if_said(Column::UserName, get(1));
    event.text_if_said(Column::DbName, get(2));
    event.int_text(Column::ProcessPid, get(3));
    connection(get(4), event);
    let said = [
        ("session_id", 5),
        ("command_tag", 7),
        ("detail", 14),
        ("hint", 15),
        ("context", 18),
        ("client_program", 22),
    ];
    for (key, index) in said {
        if !get(index).is_empty() {
            with_single_quotes(get(index), |text| event.field(key, text));
        }
    }
    let (word, state) = (get(11), get(12));
    with_single_quotes(get(13), |message| {
        message::fill(&Said { level, word, state, message }, event);
    });
    message::refine(get(14), event);
    if !event.is_set(Column::DbStatement) {
        with_single_quotes(get(19), |statement| event.text_if_said(Column::DbStatement, statement));
    }
    Ok(())
}

/// `192.0.2.7:51022`, `2001:db8::7:51022`, `[local]`.
fn connection(text: &str, event: &mut EventBuilder<'_>) {
    let (address, port) = text.rsplit_once(':').unwrap_or((text, ""));
    if event.ip(Column::SourceIp, address) {
        event.int_text(Column::SourcePort, port);
    }
}
