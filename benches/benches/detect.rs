//! Detections over Arrow batches and from lines; beside them `rsigma-eval` over the same lines.
//!
//! `cargo bench -p campanile-benches --bench detect --features peers`. The Sigma rules are those of the folder that
//! `CAMPANILE_SIGMA` names (SigmaHQ's `rules`, say); without it only the built-in pack is measured.

use std::fs;
use std::path::{Path, PathBuf};

use benches::messages::{Source, access, fortigate, rfc3164, sshd};
use benches::{frames, lines, windows};
use detect::sigma::{RuleText, SigmaSet};
use detect::{Context, Engine, Options};
use divan::counter::ItemsCount;
use parsers::{ParseSettings, Parser, Zone};
use rayon::prelude::*;
use schema::EventBatch;

/// Events of one batch of lines.
const BATCH_LINES: usize = 8_192;
const BATCHES: usize = 16;
const EVENTS: usize = BATCH_LINES * BATCHES;

fn main() {
    divan::main();
}

fn sigma_folder() -> Option<PathBuf> {
    std::env::var_os("CAMPANILE_SIGMA").map(PathBuf::from).filter(|folder| folder.is_dir())
}

/// The rule files below `folder`, in order.
fn rule_texts(folder: &Path) -> Vec<RuleText> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let files = paths.into_iter().flat_map(|path| {
        if path.is_dir() {
            return rule_texts(&path);
        }
        let is_rule = path.extension().is_some_and(|extension| extension == "yml");
        let text = is_rule.then(|| fs::read_to_string(&path).ok()).flatten();
        text.map(|text| RuleText { path: path.to_string_lossy().into(), text }).into_iter().collect()
    });
    files.collect()
}

/// The rules of these folders below SigmaHQ's `rules`.
fn sigma(folders: &[&str]) -> Option<Vec<RuleText>> {
    let folder = sigma_folder()?;
    Some(folders.iter().flat_map(|name| rule_texts(&folder.join(name))).collect())
}

/// Windows events, no two alike, in batches of lines.
fn windows_lines() -> Vec<String> {
    let mut source = Source::new(7);
    (0..BATCHES).map(|_| lines(windows::event, &mut source, BATCH_LINES)).collect()
}

/// Lines of servers and firewalls.
fn server_lines() -> Vec<String> {
    let mut source = Source::new(7);
    let messages = [sshd, access, rfc3164, fortigate];
    messages.iter().cycle().take(BATCHES).map(|message| lines(*message, &mut source, BATCH_LINES)).collect()
}

fn parsed(parser: &Parser, text: &str) -> Vec<EventBatch> {
    parser.parse(&frames(text)).unwrap_or_default()
}

fn parser() -> Option<Parser> {
    Parser::new(ParseSettings { format: None, zone: Zone::utc() }).ok()
}

/// Rows of the batch that rules match.
fn matches(set: &SigmaSet, batch: &EventBatch) -> usize {
    set.matches(batch).iter().map(|found| found.rows.len()).sum()
}

/// All Windows rules over Arrow batches.
#[divan::bench(args = [1, 2], sample_count = 10, sample_size = 1)]
fn windows_rules(bencher: divan::Bencher<'_, '_>, threads: usize) {
    let (Some(texts), Some(parser)) = (sigma(&["windows"]), parser()) else { return };
    let (set, _) = SigmaSet::compile(texts);
    let batches: Vec<_> = windows_lines().iter().flat_map(|text| parsed(&parser, text)).collect();
    let Ok(pool) = rayon::ThreadPoolBuilder::new().num_threads(threads).build() else { return };
    bencher
        .counter(ItemsCount::new(EVENTS))
        .bench(|| pool.install(|| batches.par_iter().map(|batch| matches(&set, batch)).sum::<usize>()));
}

/// All Windows rules, and as many again (those of them that still compile) that look for other words.
#[divan::bench(args = [false, true], sample_count = 10, sample_size = 1)]
fn windows_rules_doubled(bencher: divan::Bencher<'_, '_>, is_doubled: bool) {
    let (Some(mut texts), Some(parser)) = (sigma(&["windows"]), parser()) else { return };
    if is_doubled {
        texts.extend(texts.iter().map(in_other_words).collect::<Vec<_>>());
    }
    let (set, _) = SigmaSet::compile(texts);
    let batches: Vec<_> = windows_lines().iter().flat_map(|text| parsed(&parser, text)).collect();
    bencher
        .counter(ItemsCount::new(EVENTS))
        .bench(|| batches.iter().map(|batch| matches(&set, batch)).sum::<usize>());
}

/// The rule with each letter of its quoted values thirteen letters on.
fn in_other_words(rule: &RuleText) -> RuleText {
    let turned = |letter: char| match letter {
        'a'..='m' | 'A'..='M' => char::from(letter as u8 + 13),
        'n'..='z' | 'N'..='Z' => char::from(letter as u8 - 13),
        other => other,
    };
    let mut is_detection = false;
    let lines = rule.text.lines().map(|line| {
        if !line.starts_with([' ', '#']) {
            is_detection = line.starts_with("detection:");
        }
        match line.split_once('\'') {
            Some((before, value)) if is_detection => {
                format!("{before}'{}\n", value.chars().map(turned).collect::<String>())
            }
            _ => format!("{line}\n"),
        }
    });
    RuleText { path: format!("{} turned", rule.path).into(), text: lines.collect() }
}

/// All Windows rules from lines of JSON.
#[divan::bench(args = [1, 2], sample_count = 10, sample_size = 1)]
fn windows_rules_from_lines(bencher: divan::Bencher<'_, '_>, threads: usize) {
    let (Some(texts), Some(parser)) = (sigma(&["windows"]), parser()) else { return };
    let (set, _) = SigmaSet::compile(texts);
    let lines = windows_lines();
    let Ok(pool) = rayon::ThreadPoolBuilder::new().num_threads(threads).build() else { return };
    let count = |text: &String| parsed(&parser, text).iter().map(|batch| matches(&set, batch)).sum::<usize>();
    bencher
        .counter(ItemsCount::new(EVENTS))
        .bench(|| pool.install(|| lines.par_iter().map(count).sum::<usize>()));
}

/// The built-in pack, alone and with all Linux, web and network rules, over Arrow batches.
#[divan::bench(args = [(1, false), (2, false), (1, true), (2, true)], sample_count = 10, sample_size = 1)]
fn pack(bencher: divan::Bencher<'_, '_>, (threads, with_sigma): (usize, bool)) {
    let texts = if with_sigma { sigma(&["linux", "web", "network"]) } else { Some(Vec::new()) };
    let (Some(texts), Some(parser)) = (texts, parser()) else { return };
    let (set, _) = SigmaSet::compile(texts);
    let (engine, _) = Engine::new(detect::pack::builtin().0, set, &Context::default(), Options::default());
    let evaluator = engine.evaluator();
    let batches: Vec<_> = server_lines().iter().flat_map(|text| parsed(&parser, text)).collect();
    let Ok(pool) = rayon::ThreadPoolBuilder::new().num_threads(threads).build() else { return };
    bencher.counter(ItemsCount::new(EVENTS)).bench(|| {
        let count = |batch| evaluator.evaluate(batch).map_or(0, |hits| hits.events);
        pool.install(|| batches.par_iter().map(count).sum::<u64>())
    });
}

/// Reading and compiling the rules.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn load(bencher: divan::Bencher<'_, '_>) {
    let Some(texts) = sigma(&["windows"]) else { return };
    bencher
        .counter(ItemsCount::new(texts.len()))
        .with_inputs(|| texts.clone())
        .bench_values(|texts| SigmaSet::compile(texts).0.rules().len());
}

#[cfg(feature = "peers")]
mod peers {
    use super::*;
    use rsigma_eval::JsonEvent;

    /// rsigma: the same lines as trees, event by event, one thread. It does not look at log sources here.
    #[divan::bench(sample_count = 3, sample_size = 1)]
    fn rsigma(bencher: divan::Bencher<'_, '_>) {
        let Some(texts) = sigma(&["windows"]) else { return };
        let mut engine = rsigma_eval::Engine::new();
        for rule in &texts {
            if let Ok(parsed) = rsigma_parser::parse_sigma_yaml(&rule.text) {
                engine.add_rules(&parsed.rules);
            }
        }
        let lines = windows_lines();
        bencher.counter(ItemsCount::new(EVENTS)).bench(|| {
            let events =
                lines.iter().flat_map(|text| text.lines()).filter_map(|line| serde_json::from_str(line).ok());
            events.map(|event| engine.evaluate(&JsonEvent::owned(event)).len()).sum::<usize>()
        });
    }
}
