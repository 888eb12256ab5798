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
