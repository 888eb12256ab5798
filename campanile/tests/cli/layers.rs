//! Who may know whom: the graph of DESIGN section 2, read from the manifests.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Crate, and the crates of ours it may use.
const ALLOWED: [(&str, &[&str]); 9] = [
    ("schema", &[]),
    ("parsers", &["schema"]),
    ("storage", &["schema"]),
    ("ingest", &["schema", "storage", "parsers"]),
    ("detect", &["schema"]),
    ("access", &["schema", "storage", "detect"]),
    ("datasets", &["schema"]),
    ("campanile", &["schema", "parsers", "storage", "ingest", "detect", "access", "datasets"]),
    ("benches", &["schema", "parsers", "storage", "ingest", "detect", "access", "datasets", "campanile"]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn manifest(path: &Path) -> toml::Table {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    toml::from_str(&text).unwrap()
}

/// Every table of dependencies in a manifest, those of tests and builds and of targets too.
fn dependencies(manifest: &toml::Table) -> BTreeSet<String> {
    let mut tables = vec![manifest];
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    tables.extend(targets.iter().flat_map(|targets| targets.values()).filter_map(toml::Value::as_table));
    tables
        .iter()
        .flat_map(|table| {
            ["dependencies", "dev-dependencies", "build-dependencies"].map(|kind| table.get(kind))
        })
        .flatten()
        .filter_map(toml::Value::as_table)
        .flat_map(|table| {
            table.iter().map(|(name, value)| {
                let renamed = value.get("package").and_then(toml::Value::as_str);
                renamed.unwrap_or(name).trim_start_matches("campanile-").to_owned()
            })
        })
        .collect()
}

#[test]
fn dependencies_point_down_only() {
    let workspace = manifest(&root().join("Cargo.toml"));
    let members = workspace["workspace"]["members"].as_array().unwrap();
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.into_iter().collect();
    let mut forbidden = Vec::new();
    for member in members.iter().map(|member| member.as_str().unwrap()) {
        let Some(may_use) = allowed.get(member) else {
            forbidden.push(format!("{member} has no place in the graph"));
            continue;
        };
        for used in dependencies(&manifest(&root().join(member).join("Cargo.toml"))) {
            if allowed.contains_key(used.as_str()) && !may_use.contains(&used.as_str()) {
                forbidden.push(format!("{member} -> {used}"));
            }
        }
    }
    assert!(forbidden.is_empty(), "forbidden arrows: {}", forbidden.join(", "));
}

#[test]
fn a_forbidden_arrow_would_be_seen_wherever_it_stands_in_a_manifest() {
    let text = "[dev-dependencies]\nparsers.workspace = true\n[target.'cfg(unix)'.dependencies]\n\
                x = { package = \"campanile-detect\", path = \"../detect\" }\n";
    let found = dependencies(&toml::from_str(text).unwrap());
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["detect", "parsers"]);
}

/// Words that both the town's devices and the rules take from the world outside, and whose they are.
const OF_THE_WORLD: [(&str, &str); 36] = [
    ("POST", "RFC 9110"),
    ("ScriptBlockText", "Windows event 4104"),
    ("Properties", "Windows event 4662"),
    ("NTLM", "Windows event 4624"),
    ("0x1010", "access mask of Sysmon event 10"),
    ("0x1fffff", "access mask of Sysmon event 10"),
    ("krbtgt", "Kerberos in Windows domains"),
    ("0", "pre-authentication type of Windows event 4768"),
    ("3", "logon type of Windows event 4624"),
    ("postgres", "PostgreSQL's own account"),
    ("root", "Unix's own account"),
    ("www-data", "Debian's account of web servers"),
    ("asterisk", "name of a daemon"),
    ("job", "a common noun"),
    ("GET", "RFC 9110"),
    ("DELETE", "RFC 9110"),
    ("COPY", "PostgreSQL's statement"),
    ("information", "level of FortiOS"),
    ("sshd", "name of a daemon"),
    ("dovecot", "name of a daemon"),
    ("su", "name of a program"),
    ("sudo", "name of a program"),
    ("i", "flag of regular expressions"),
    ("down", "state of a link"),
    ("new", "what a changed setting is now"),
    ("old", "what a changed setting was"),
    ("srv", "provider of Windows event 2013"),
    ("certbot", "name of a program"),
    ("curl", "name of a program"),
    ("monit", "name of a program"),
    ("php", "name of a program"),
    ("python3", "name of a program"),
    ("sh", "name of a program"),
    ("2", "logon type of Windows event 4624"),
    ("errorCode", "key of CloudTrail's records"),
    ("postfix/smtpd", "name of a daemon"),
];

/// Every file below `folder` with this extension.
fn files(folder: &Path, extension: &str) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let here = files.into_iter().filter(|path| path.extension().is_some_and(|found| found == extension));
    here.chain(folders.iter().flat_map(|folder| self::files(folder, extension))).collect()
}

/// What stands between two quotes of this kind on one line.
fn quoted(text: &str, quote: char) -> BTreeSet<String> {
    text.lines().flat_map(|line| line.split(quote).skip(1).step_by(2)).map(str::to_owned).collect()
}

#[test]
fn the_town_is_not_made_of_what_the_rules_look_for() {
    let text = |path: &std::path::PathBuf| std::fs::read_to_string(path).unwrap();
    let literals = |folder: &str| -> BTreeSet<String> {
        files(&root().join(folder), "rs").iter().flat_map(|path| quoted(&text(path), '"')).collect()
    };
    let (vocabulary, town) = (literals("schema/src"), literals("datasets/src"));
    let mut shared = BTreeSet::new();
    for path in files(&root().join("detect/rules"), "sql") {
        let rule = text(&path);
        let (_, sql) = rule.split_once("---*/").unwrap_or_else(|| panic!("{} has no header", path.display()));
        let is_word = |word: &String| word.chars().any(char::is_alphanumeric);
        let own = quoted(sql, '\'').into_iter().filter(is_word);
        let own = own.filter(|word| town.contains(word) && !vocabulary.contains(word));
        shared.extend(own.filter(|word| OF_THE_WORLD.iter().all(|(known, _)| known != word)));
    }
    // The names of lists are what a tenant's configuration calls them.
    shared.retain(|word| word != "suppliers");
    assert!(shared.is_empty(), "detect/rules and datasets/src share {shared:?}");
}

#[test]
fn neither_the_town_nor_the_detections_read_the_other_ones_files() {
    for (folder, other) in [("datasets", "detect/"), ("detect", "datasets/")] {
        for path in files(&root().join(folder), "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(!text.contains(&format!("../{other}")), "{} reads {other}", path.display());
        }
    }
}
