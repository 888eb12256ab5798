//! What rules and functions know of the town in a run over files: its clock, its days off, its lists.
//!
//! Promises: a list that cannot be read is told with its file and line, and nothing runs on half a list.
//! Must not know: rules.

pub mod list_file;

use std::path::Path;

use detect::Context;
use jiff::tz::TimeZone;
use schema::{Calendar, Lists};

use self::list_file::{BadRow, COLUMNS_HELP, ListFile};
use crate::config::{Settings, Tenant};
use crate::exit::{Failure, Result};

/// The town as configured; without a configuration one that keeps the usual hours and has no lists.
pub fn context(configured: Option<&Settings>, zone: &TimeZone) -> Result<Context> {
    let mut calendar = Calendar { timezone: zone.clone(), ..Calendar::default() };
    let mut lists = Lists::default();
    if let Some(settings) = configured {
        if let Some(tenant) = tenant(settings) {
            calendar.holidays = tenant.holidays.iter().copied().collect();
        }
        for (name, path) in &settings.lists {
            lists.insert(name.as_str(), list_file(path, zone)?.list());
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

/// Reads the file of a list.
pub fn list_file(path: &Path, zone: &TimeZone) -> Result<ListFile> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let help = "give the path of a CSV file under [lists], relative to where campanile runs";
        Failure::usage_text(format!("cannot read the list {}: {error}", path.display()), help)
    })?;
    ListFile::read(&text, zone).map_err(|wrong| match wrong.first() {
        Some(BadRow { line, what, help }) => {
            Failure::usage_text(format!("list {}, line {line}: {what}", path.display()), *help)
        }
        None => Failure::usage_text(format!("list {} cannot be read", path.display()), COLUMNS_HELP),
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;

    use super::*;

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
    fn what_is_wrong_with_a_list_is_told_with_its_file_and_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("admins.csv");
        std::fs::write(&path, "value,valid_from\nadm.gio,ieri\n").unwrap();
        match list_file(&path, &TimeZone::UTC) {
            Err(Failure::Told(_, report)) => {
                assert!(report.to_string().ends_with("admins.csv, line 2: `ieri` is no date"), "{report}");
            }
            other => panic!("{:?}", other.map(|_| ())),
        }
    }
}
