//! How the fictional comune would have set the service up: its sources, its lists, its days off.
//!
//! Promises: what is written is what a person could have written. Must not know: rules, what was planted.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use datasets::{Generation, TownLabel};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::config::{LakeFlush, Length, Settings, Source, Tenant};
use crate::exit::{Failure, Result};
use crate::town::DEFAULT_TENANT;

/// Name of the configuration in the town's folder.
const CONFIG_FILE: &str = "campanile.toml";
/// Name of the service's folder in it.
const SERVICE_FOLDER: &str = "service";
/// The town's days pass in seconds: by its own clock some commits a second would be due.
const COMMIT_AGE_MS: u64 = 24 * 3_600_000;
/// So that some hundred thousand events at most wait in memory.
const COMMIT_ROWS: u64 = 250_000;

/// The configuration, written into the town's folder with its lists: each log file is a source over the service's own HTTP port.
pub fn set_up(town: &Generation, folder: &Path) -> Result<Settings> {
    let data_dir = folder.join(SERVICE_FOLDER);
    if data_dir.exists() {
        return Err(Failure::usage_text(
            format!("{} holds an exercise already", folder.display()),
            "name another folder with --out, or remove this one",
        ));
    }
    let mut settings = Settings { data_dir, ..Settings::default() };
    settings.source = town.files().map(Source::over_http).collect();
    settings.lists = write_lists(&town.town(), &folder.join("lists"))?;
    settings.lake.flush = LakeFlush { rows: COMMIT_ROWS, age: Length(COMMIT_AGE_MS) };
    "127.0.0.1:0".clone_into(&mut settings.http.listen);
    if let Some(tenant) = settings.tenant.get_mut(DEFAULT_TENANT) {
        let TownLabel { name, istat, patron_saint, .. } = town.town();
        let first = Timestamp::from_millisecond(town.start_ms()).map_err(unwritable)?;
        let first = first.to_zoned(TimeZone::UTC).year();
        // A run may pass New Year.
        let years = [first, first.saturating_add(1)];
        let days = years.iter().filter_map(|year| format!("{year}-{patron_saint}").parse().ok()).collect();
        *tenant = Tenant { name, istat, holidays: days, ..Tenant::default() };
    }
    let text = toml::to_string_pretty(&settings).map_err(unwritable)?;
    std::fs::write(folder.join(CONFIG_FILE), text)?;
    Ok(settings)
}

fn unwritable(error: impl Display) -> Failure {
    Failure::internal(format!("the exercise's configuration cannot be written: {error}"))
}

/// What the town's own people would have listed: a CSV file a list.
fn write_lists(town: &TownLabel, folder: &Path) -> Result<BTreeMap<String, PathBuf>> {
    std::fs::create_dir_all(folder)?;
    let own_domains = [town.domain.clone()];
    let mut paths = BTreeMap::new();
    for (name, items) in [
        ("admins", town.administrators.as_slice()),
        ("suppliers", &town.suppliers),
        ("supplier_pools", &town.supplier_pools),
        ("ended_accounts", &town.ended_accounts),
        ("leavers", &town.leavers),
        ("servers", &town.servers),
        ("backup_accounts", &town.backup_accounts),
        ("service_accounts", &town.service_accounts),
        ("admin_hosts", &town.admin_hosts),
        ("shared_nat", &town.shared_nat),
        ("known_scanners", &town.known_scanners),
        ("known_destinations", &town.known_destinations),
        ("own_domains", &own_domains),
    ] {
        let path = folder.join(format!("{name}.csv"));
        std::fs::write(&path, format!("value\n{}\n", items.join("\n")))?;
        paths.insert(name.to_owned(), path);
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use datasets::GenerateOptions;

    use super::*;
    use crate::{config, town};

    #[test]
    fn the_rules_know_the_town_as_its_own_people_would_tell_it() {
        let folder = tempfile::tempdir().unwrap();
        let options = GenerateOptions { days: 1, ..GenerateOptions::default() };
        let generation = Generation::start(&options, folder.path()).unwrap();
        let settings = set_up(&generation, folder.path()).unwrap();
        let read_back = config::settings(&folder.path().join(CONFIG_FILE)).unwrap();
        assert_eq!(read_back, settings);
        let context = town::context(Some(&settings), &TimeZone::UTC).unwrap();
        let label = generation.town();
        assert!(label.administrators.iter().all(|name| context.lists.get("admins").unwrap().contains(name)));
        let ended = context.lists.get("ended_accounts").unwrap();
        assert!(label.ended_accounts.iter().all(|name| ended.contains(name)));
        let first = Timestamp::from_millisecond(generation.start_ms()).unwrap().to_zoned(TimeZone::UTC);
        let patron = format!("{}-{}", first.year(), label.patron_saint).parse().unwrap();
        assert!(context.calendar.is_holiday(patron));
        std::fs::create_dir(folder.path().join(SERVICE_FOLDER)).unwrap();
        assert!(set_up(&generation, folder.path()).is_err());
    }
}
