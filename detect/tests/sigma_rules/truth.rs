//! The truth sets of the development data, when they are at hand: same pairs of rule and event, none more.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use detect::sigma::{RuleText, SigmaSet};
use flate2::read::GzDecoder;
use serde_json::Value;

use crate::events::windows;

type Pair = (String, String, u64);

/// The data: `CAMPANILE_TRUTH`, or beside the checkout.
fn truth() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let folder = std::env::var_os("CAMPANILE_TRUTH").map_or(beside, PathBuf::from);
    if !folder.join("detect").is_dir() {
        println!("skipped: no truth data in {}", folder.display());
        return None;
    }
    Some(folder)
}

fn rule_texts(folder: &Path, texts: &mut Vec<RuleText>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rule_texts(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "yml") {
            let text = fs::read_to_string(&path).unwrap();
            texts.push(RuleText { path: path.to_string_lossy().into(), text });
        }
    }
}

fn compiled(folder: &Path) -> (SigmaSet, usize) {
    let mut texts = Vec::new();
    rule_texts(folder, &mut texts);
    let files = texts.len();
    let (set, problems) = SigmaSet::compile(texts);
    problems.iter().for_each(|problem| println!("{problem}"));
    (set, files)
}

fn lines(path: &Path) -> Vec<String> {
    let bytes = fs::read(path).unwrap();
    let mut text = String::new();
    if path.extension().is_some_and(|extension| extension == "gz") {
        GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    text.lines().map(str::to_owned).collect()
}

fn expected(folder: &Path) -> BTreeSet<Pair> {
    let plain = folder.join("expected.ndjson");
    let path = if plain.exists() { plain } else { folder.join("expected.ndjson.gz") };
    let pair = |line: String| {
        let pair: Value = serde_json::from_str(&line).unwrap();
        let text = |key: &str| pair[key].as_str().unwrap().to_owned();
        (text("rule_id"), text("file"), pair["line"].as_u64().unwrap())
    };
    lines(&path).into_iter().map(pair).collect()
}

/// Rule, file and lines that the evaluators disagree on; the scorer leaves them out.
fn disputed(folder: &Path) -> BTreeSet<Pair> {
    let path = folder.join("disagreements.tsv");
    let rows = if path.exists() { lines(&path) } else { Vec::new() };
    let mut pairs = BTreeSet::new();
    for row in rows.iter().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        for line in cells[3].split(',') {
            pairs.insert((cells[0].to_owned(), cells[1].to_owned(), line.parse().unwrap()));
        }
    }
    pairs
}

/// Matches of the rules for Windows in every event file of a set, the number of events, and the time that
/// the rules took of it.
fn found(set: &SigmaSet, folder: &Path) -> (BTreeSet<Pair>, usize, Duration) {
    let mut pairs = BTreeSet::new();
    let (mut events, mut time) = (0, Duration::ZERO);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().trim_end_matches(".gz").to_owned();
        if !name.ends_with(".ndjson") || name.starts_with("expected") {
            continue;
        }
        let values: Vec<Value> =
            lines(&path).iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        events += values.len();
        for (chunk, part) in values.chunks(2_000).enumerate() {
            let batch = windows(part);
            let start = Instant::now();
            let matches = set.matches(&batch);
            time += start.elapsed();
            for matches in matches {
                let rule = &set.rules()[matches.rule];
                if !rule.log_source.contains("product=windows") {
                    continue;
                }
                for row in matches.rows {
                    pairs.insert((
                        rule.id.clone(),
                        name.clone(),
                        (chunk * 2_000) as u64 + u64::from(row) + 1,
                    ));
                }
            }
        }
    }
    (pairs, events, time)
}

fn is_exact(name: &str, rules: Option<&str>) {
    let Some(data) = truth() else { return };
    let folder = data.join("detect").join(name);
    let (set, _) = compiled(&rules.map_or_else(|| folder.join("rules"), |rules| data.join(rules)));
    let expected = expected(&folder);
    let (mut found, events, time) = found(&set, &folder);
    let disputed = disputed(&folder);
    found.retain(|pair| !disputed.contains(pair));
    println!("{name}: {} pairs in {events} events, rules took {time:.2?}", expected.len());
    let missed: Vec<_> = expected.difference(&found).take(10).collect();
    let extra: Vec<_> = found.difference(&expected).take(10).collect();
    assert!(missed.is_empty() && extra.is_empty(), "missed {missed:#?}, extra {extra:#?}");
}

#[test]
fn the_traps_are_exact() {
    is_exact("sigma-traps", None);
}

#[test]
fn the_regression_set_is_exact() {
    is_exact("sigma-regression", Some("sigma"));
}

#[test]
fn the_workload_is_exact() {
    is_exact("sigma-workload", Some("sigma"));
}

#[test]
fn nearly_every_public_rule_compiles() {
    let Some(data) = truth() else { return };
    let start = Instant::now();
    let (set, files) = compiled(&data.join("sigma"));
    println!("{} of {files} rules, {} atoms, {:.2?}", set.rules().len(), set.atom_count(), start.elapsed());
    assert!(set.rules().len() * 1000 >= files * 995, "{} of {files}", set.rules().len());
}
