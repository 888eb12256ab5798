//! A list as a file: CSV with a header line, column `value`, and `valid_from` and `valid_until` where items are not for
//! ever (a date, the whole day counted, or a moment). Other columns are for people, and so are lines that begin with `#`.
//!
//! Promises: what is wrong is told with its line, all of it. Must not know: what a list is for.

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use schema::lists::{ALWAYS, Validity};
use schema::{List, Network};

use crate::moment;

/// What the columns are, for whoever got them wrong.
pub const COLUMNS_HELP: &str =
    "the first line names the columns: value, and valid_from, valid_until where wanted";

/// The columns that mean something.
const VALUE: &str = "value";
const VALID_FROM: &str = "valid_from";
const VALID_UNTIL: &str = "valid_until";

/// A file that was read.
#[derive(Debug, Default)]
pub struct ListFile {
    /// The columns, as the header names them.
    pub columns: Vec<String>,
    /// What stands between them.
    pub delimiter: u8,
    /// The items, in order.
    pub entries: Vec<Entry>,
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The text, address or network.
    pub value: String,
    /// While it is on the list.
    pub validity: Validity,
    /// All cells, one a column.
    pub cells: Vec<String>,
}

/// A row that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Its line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub what: String,
    /// The mend.
    pub help: &'static str,
}

impl ListFile {
    /// Reads the whole; an error is every row that is wrong.
    pub fn read(text: &str, zone: &TimeZone) -> Result<ListFile, Vec<BadRow>> {
        let text = text.trim_start_matches('\u{feff}');
        let delimiter = delimiter(text);
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .delimiter(delimiter)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let bad = |line, what: String, help| BadRow { line, what, help };
        let header = reader.headers().map_err(|error| vec![bad(1, error.to_string(), COLUMNS_HELP)])?;
        let columns: Vec<String> = header.iter().map(str::to_owned).collect();
        if !columns.iter().any(|column| column == VALUE) {
            let line = header_line(text).map_or(1, |(line, _)| line as u64 + 1);
            return Err(vec![bad(line, "there is no column `value`".to_owned(), COLUMNS_HELP)]);
        }
        let (mut entries, mut wrong) = (Vec::new(), Vec::new());
        for record in reader.records() {
            let line = match &record {
                Ok(record) => record.position().map_or(0, csv::Position::line),
                Err(error) => error.position().map_or(0, csv::Position::line),
            };
            let entry = record.map_err(|error| (error.to_string(), COLUMNS_HELP)).and_then(|record| {
                let cells = (0..columns.len()).map(|cell| record.get(cell).unwrap_or_default().to_owned());
                entry(&columns, cells.collect(), zone)
            });
            match entry {
                Ok(entry) => entries.push(entry),
                Err((what, help)) => wrong.push(bad(line, what, help)),
            }
        }
        if wrong.is_empty() { Ok(ListFile { columns, delimiter, entries }) } else { Err(wrong) }
    }

    /// The list that rules ask.
    pub fn list(&self) -> List {
        let mut list = List::default();
        for entry in &self.entries {
            list.add(&entry.value, entry.validity.clone());
        }
        list
    }
}

/// Spreadsheets in Italian part cells by semicolons.
fn delimiter(text: &str) -> u8 {
    let has_semicolon = header_line(text).is_some_and(|(_, line)| line.contains(';'));
    if has_semicolon { b';' } else { b',' }
}

/// The line that names the columns, and its index.
pub fn header_line(text: &str) -> Option<(usize, &str)> {
    text.trim_start_matches('\u{feff}')
        .lines()
        .enumerate()
        .find(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
}

fn entry(columns: &[String], cells: Vec<String>, zone: &TimeZone) -> Result<Entry, (String, &'static str)> {
    let cell = |name: &str| {
        let position = columns.iter().position(|column| column == name)?;
        cells.get(position).map(String::as_str).filter(|cell| !cell.is_empty())
    };
    let value = cell(VALUE).ok_or_else(|| ("there is no value".to_owned(), "fill the column value"))?;
    if is_bad_network(value) {
        return Err((format!("`{value}` is no network"), "write 192.0.2.0/24, 2001:db8::/32"));
    }
    let bound = |text: &str, is_end| {
        let help = "write 2026-03-16, or 2026-03-16T10:00:00+01:00";
        moment_us(text, is_end, zone).ok_or_else(|| (format!("`{text}` is no date"), help))
    };
    let from_us = cell(VALID_FROM).map_or(Ok(ALWAYS.start), |text| bound(text, false))?;
    let until_us = cell(VALID_UNTIL).map_or(Ok(ALWAYS.end), |text| bound(text, true))?;
    if from_us >= until_us {
        return Err(("valid_until lies before valid_from".to_owned(), "swap them"));
    }
    Ok(Entry { value: value.to_owned(), validity: from_us..until_us, cells })
}

/// True for an address and a number that no network has; what follows an address may also be a path.
fn is_bad_network(value: &str) -> bool {
    let Some((address, bits)) = value.split_once('/') else { return false };
    let is_meant = address.trim().parse::<std::net::IpAddr>().is_ok()
        && !bits.is_empty()
        && bits.bytes().all(|byte| byte.is_ascii_digit());
    is_meant && value.parse::<Network>().is_err()
}

/// The start of a moment's span, or its end: a date stands for the whole day.
fn moment_us(text: &str, is_end: bool, zone: &TimeZone) -> Option<i64> {
    match text.parse::<Date>() {
        Ok(date) if text.len() == "2026-03-16".len() => {
            let date = if is_end { date.checked_add(1.day()).ok()? } else { date };
            Some(date.to_zoned(zone.clone()).ok()?.timestamp().as_microsecond())
        }
        _ => moment::moment_us("", text, zone, 0).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ListFile, Vec<BadRow>> {
        ListFile::read(text, &TimeZone::get("Europe/Rome").unwrap())
    }

    fn us(text: &str) -> i64 {
        text.parse::<jiff::Timestamp>().unwrap().as_microsecond()
    }

    #[test]
    fn a_list_knows_since_when_and_until_when() {
        let text = "value,valid_from,valid_until,note\n# people of the supplier\n\
                    fornitore1,2026-03-01,2026-03-31,contract 12\n\"192.0.2.0/28\",,,\n";
        let list = read(text).unwrap().list();
        assert!(list.contains_at("FORNITORE1", us("2026-03-31T23:59:59+02:00")));
        assert!(!list.contains_at("fornitore1", us("2026-04-01T00:00:00+02:00")));
        assert!(!list.contains_at("fornitore1", us("2026-02-28T23:59:59+01:00")));
        assert!(list.contains_at("192.0.2.7", 0));
    }

    #[test]
    fn a_spreadsheet_in_italian_is_read_too() {
        let file = read("\u{feff}# tecnici\nvalue;note\nadm.gio;Rossi, Giorgio\n").unwrap();
        assert_eq!(file.entries[0].cells, ["adm.gio", "Rossi, Giorgio"]);
        assert_eq!(file.delimiter, b';');
    }

    #[test]
    fn every_row_that_is_wrong_is_told_with_its_line() {
        let told = |text: &str| {
            let wrong = read(text).unwrap_err();
            wrong.into_iter().map(|row| format!("{}: {}", row.line, row.what)).collect::<Vec<_>>()
        };
        assert_eq!(told("# a list\nutente\nadm.gio\n"), ["2: there is no column `value`"]);
        let rows = "value,valid_from,valid_until\nadm.gio,ieri,\nadm.anna,,\n,2026-01-01,\n\
                    x,2026-02-01,2026-01-01\n192.0.2.0/33,,\nDOMINIO/utente,,\n";
        assert_eq!(
            told(rows),
            [
                "2: `ieri` is no date",
                "4: there is no value",
                "5: valid_until lies before valid_from",
                "6: `192.0.2.0/33` is no network"
            ]
        );
    }
}
