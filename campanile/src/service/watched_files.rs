//! Whether the files that a configuration names have changed since they were read.
//!
//! Must not know: what is in them.

use std::fs::Metadata;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::commands::formats;
use crate::config::{Secret, Settings};

/// Deepest folder below a folder of rules.
const DEPTH_MAX: usize = 16;

/// A number that changes with any of the files: the configuration at `path`, rules, lists, mapping files, certificates, secrets.
pub fn print(path: &Path, settings: &Settings) -> u64 {
    let tls = settings.source.iter().filter_map(|source| source.tls.as_ref());
    let secrets = settings.source.iter().map(|source| &source.secret);
    let secrets = secrets.chain(settings.deliver.iter().map(|delivery| &delivery.secret));
    let files: Vec<PathBuf> = std::iter::once(path.to_owned())
        .chain(settings.detect.rules.iter().map(PathBuf::from))
        .chain(settings.lists.values().cloned())
        .chain(
            settings
                .source
                .iter()
                .filter(|source| formats::is_mapping(&source.format))
                .map(|source| source.format.clone().into()),
        )
        .chain(tls.flat_map(|tls| {
            [Some(&tls.certificate), Some(&tls.key), tls.client_authorities.as_ref()]
                .into_iter()
                .flatten()
                .cloned()
        }))
        .chain(
            settings
                .forward
                .iter()
                .filter_map(|forward| forward.tls.as_ref())
                .flat_map(|tls| tls.paths().map(Path::to_owned)),
        )
        .chain(secrets.filter_map(|secret| match secret {
            Some(Secret::File(path)) => Some(path.clone()),
            _ => None,
        }))
        .collect();
    print_of(files.iter().map(PathBuf::as_path))
}

/// A number that changes with any of these files.
pub fn print_of<'a>(paths: impl Iterator<Item = &'a Path>) -> u64 {
    let mut print = DefaultHasher::new();
    paths.for_each(|path| add(path, 0, &mut print));
    print.finish()
}

/// A file, or all that are below a folder. What cannot be looked at counts as not there.
fn add(path: &Path, depth: usize, print: &mut DefaultHasher) {
    let Ok(metadata) = std::fs::metadata(path) else { return };
    if !metadata.is_dir() {
        return (path, state(&metadata)).hash(print);
    }
    let Ok(entries) = std::fs::read_dir(path) else { return };
    let mut below: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    below.sort_unstable();
    if depth < DEPTH_MAX {
        below.iter().for_each(|path| add(path, depth + 1, print));
    }
}

fn state(metadata: &Metadata) -> (u64, Option<std::time::SystemTime>) {
    (metadata.len(), metadata.modified().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Source;

    #[test]
    fn a_rule_that_is_added_changed_or_removed_changes_the_print_and_nothing_else_does() {
        let folder = tempfile::tempdir().unwrap();
        let (path, rules) = (folder.path().join("campanile.toml"), folder.path().join("rules"));
        std::fs::create_dir_all(rules.join("deep")).unwrap();
        std::fs::write(&path, "").unwrap();
        let mut settings = Settings::default();
        settings.detect.rules = vec!["builtin".to_owned(), rules.display().to_string()];
        let mapping = folder.path().join("suite.toml");
        let format = mapping.display().to_string();
        settings.source.push(Source { format, ..Source::over_http("suite") });
        let print = || print(&path, &settings);
        let empty = print();
        assert_eq!(empty, print());
        std::fs::write(rules.join("deep/a.sql"), "one").unwrap();
        let added = print();
        std::fs::write(rules.join("deep/a.sql"), "another").unwrap();
        let changed = print();
        std::fs::write(folder.path().join("other.txt"), "x").unwrap();
        assert_eq!(changed, print());
        std::fs::remove_file(rules.join("deep/a.sql")).unwrap();
        assert_eq!(empty, print());
        assert!(empty != added && added != changed);
        std::fs::write(mapping, "name").unwrap();
        assert_ne!(empty, print());
    }
}
