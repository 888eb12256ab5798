//! What rules and functions know of the town in a run over files: its clock, its days off, its lists.
//!
//! Promises: a list that cannot be read is told with its file and line, and nothing runs on half a list.
//! Must not know: rules.

use std::path::Path;

use detect::Context;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use schema::lists::ALWAYS;
use schema::{Calendar, List, Lists};

use crate::config::{Settings, Tenant};
use crate::exit::{Failure, Result};
use crate::moment;

/// The town as configured; without a configuration one that keeps the usual hours and has no lists.
pub fn context(configured: Option<&Settings>, zone: &TimeZone) -> Result<Context> {
    let mut calendar = Calendar { timezone: zone.clone(), ..Calendar::default() };
    let mut lists = Lists::default();
    if let Some(settings) = configured {
        if let Some(tenant) = tenant(settings) {
            calendar.holidays = tenant.holidays.iter().copied().collect();
        }
        for (name, path) in &settings.lists {
            lists.insert(name.as_str(), list(path, zone)?);
        }
    }
    Ok(Context::new(calendar, lists))
}

/// The tenant that events of files belong to.
pub const DEFAULT_TENANT: &str = "default";

/// The tenant whose clock and days off detections and jobs go by: the default one, else the only one.
pub fn tenant(settings: &Settings) -> Option<&Tenant> {
    let only = || settings.tenant.values().next().filter(|_| settings.tenant.len() == 1);
    settings.tenant.get(DEFAULT_TENANT).or_else(only)
}

/// Reads a list: CSV with a header line, column `value`, and `valid_from` and `valid_until` where items are not
/// for ever (a date, the whole day counted, or a moment). Other columns are for people.
fn list(path: &Path, zone: &TimeZone) -> Result<List> {
    let wrong = |line: u64, what: String, help: &str| {
        Failure::usage_text(format!("list {}, line {line}: {what}", path.display()), help.to_owned())
    };
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_path(path)
        .map_err(|error| {
            let help = "give the path of a CSV file under [lists], relative to where campanile runs";
            Failure::usage_text(format!("cannot read the list {}: {error}", path.display()), help)
        })?;
    let header = reader.headers().map_err(|error| wrong(1, error.to_string(), COLUMNS_HELP))?.clone();
    let column = |name: &str| header.iter().position(|column| column == name);
    let Some(value) = column("value") else {
        return Err(wrong(1, "there is no column `value`".to_owned(), COLUMNS_HELP));
    };
    let (from, until) = (column("valid_from"), column("valid_until"));
    let mut list = List::default();
    for record in reader.records() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(0, csv::Position::line);
            wrong(line, error.to_string(), COLUMNS_HELP)
        })?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |position: Option<usize>| {
            position.and_then(|position| record.get(position)).filter(|cell| !cell.is_empty())
        };
        let bound = |text: &str, is_end| {
            moment_us(text, is_end, zone).ok_or_else(|| {
                wrong(line, format!("`{text}` is no date"), "write 2026-03-16, or 2026-03-16T10:00:00+01:00")
            })
        };
        let start = cell(from).map_or(Ok(ALWAYS.start), |text| bound(text, false))?;
        let end = cell(until).map_or(Ok(ALWAYS.end), |text| bound(text, true))?;
        list.add(cell(Some(value)).unwrap_or_default(), start..end);
    }
    Ok(list)
}

const COLUMNS_HELP: &str =
    "the first line names the columns: value, and valid_from, valid_until where wanted";

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

    fn read(text: &str) -> Result<List> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.csv");
        std::fs::write(&path, text).unwrap();
        list(&path, &TimeZone::get("Europe/Rome").unwrap())
    }

    fn us(text: &str) -> i64 {
        text.parse::<jiff::Timestamp>().unwrap().as_microsecond()
    }

    #[test]
    fn a_list_knows_since_when_and_until_when() {
        let text = "value,valid_from,valid_until,note\n# people of the supplier\n\
                    fornitore1,2026-03-01,2026-03-31,contract 12\n\"192.0.2.0/28\",,,\n";
        let list = read(text).unwrap();
        assert!(list.contains_at("FORNITORE1", us("2026-03-31T23:59:59+02:00")));
        assert!(!list.contains_at("fornitore1", us("2026-04-01T00:00:00+02:00")));
        assert!(!list.contains_at("fornitore1", us("2026-02-28T23:59:59+01:00")));
        assert!(list.contains_at("192.0.2.7", 0));
    }

    #[test]
    fn the_only_tenant_gives_its_days_off_whatever_its_name() {
        let off = |text: &str| {
            let settings: Settings = toml::from_str(text).unwrap();
            let town = context(Some(&settings), &TimeZone::UTC).unwrap();
            town.calendar.holidays.iter().map(Date::to_string).collect::<Vec<_>>()
        };
        let of = |name: &str, day: &str| format!("[tenant.{name}]\nholidays = [\"{day}\"]\n");
        assert_eq!(off(&of("borgo", "2026-06-24")), ["2026-06-24"]);
        assert_eq!(off(&(of("borgo", "2026-06-24") + &of("default", "2026-09-08"))), ["2026-09-08"]);
        assert_eq!(off(&(of("borgo", "2026-06-24") + &of("castello", "2026-09-08"))), [] as [&str; 0]);
    }

    #[test]
    fn what_is_wrong_with_a_list_is_told_with_its_line() {
        let told = |text: &str| match read(text) {
            Err(Failure::Told(_, report)) => report.to_string(),
            other => panic!("{:?}", other.map(|_| ())),
        };
        assert!(told("utente\nadm.gio\n").contains("line 1: there is no column `value`"));
        assert!(told("value,valid_from\nadm.gio,ieri\n").contains("line 2: `ieri` is no date"));
    }
}
