//! Writes the seeds and dictionaries of the fuzz targets below a folder: out of the samples of the registry and the
//! mapping files of the guide, so that a new format is fuzzed from its first day.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::{env, fs, io};

use parsers::formats::ALL;
use schema::{Action, Column};

/// Ends a frame in an input of the targets.
const FRAME_END: &str = "\u{1e}";
/// Ends a part in an input of `growth`.
const PART_END: &str = "\u{1d}";
/// A running number in an input of `growth`.
const NUMBER: &str = "\u{1f}";

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args_os().nth(1).ok_or("the folder to write to")?;
    let folder = Path::new(&folder);
    let samples: Vec<&str> = ALL.iter().flat_map(|format| format.samples).map(|sample| sample.text).collect();
    let programs = ALL.iter().flat_map(|format| format.programs).copied();
    write(folder, "registry", &registry(&samples), &dictionary(&samples, programs))?;
    write(
        folder,
        "growth",
        &growth(&samples),
        &dictionary(&samples, [PART_END, FRAME_END, NUMBER].into_iter()),
    )?;
    let mappings = mappings()?;
    let words =
        Column::ALL.iter().map(|column| column.name()).chain(Action::ALL.iter().map(|action| action.name()));
    write(folder, "mapping", &mapping(&mappings, &samples), &dictionary(&mappings, words))
}

/// Each sample, and the samples of a format together.
fn registry(samples: &[&str]) -> Vec<String> {
    let together = ALL.iter().map(|format| {
        let texts: Vec<&str> = format.samples.iter().map(|sample| sample.text).collect();
        texts.join(FRAME_END)
    });
    samples.iter().map(|sample| (*sample).to_owned()).chain(together).collect()
}

/// Each sample with its second half repeated, and as many frames whose words, or whose names, are numbered.
fn growth(samples: &[&str]) -> Vec<String> {
    let half = |text: &str| {
        let (head, unit) = text.split_at(text.ceil_char_boundary(text.len() / 2));
        format!("{head}{PART_END}{unit}")
    };
    let numbered = |text: &str, before: &str| {
        let unit = text.replace(before, &format!("{NUMBER}{before}"));
        format!("{PART_END}{unit}{FRAME_END}")
    };
    let all = |text: &&str| [half(text), numbered(text, " "), numbered(text, "="), numbered(text, "\":")];
    samples.iter().flat_map(all).collect()
}

/// Each mapping file with some lines.
fn mapping(mappings: &[String], samples: &[&str]) -> Vec<String> {
    let lines: Vec<&str> = samples.iter().step_by(samples.len().div_ceil(8)).copied().collect();
    let lines = lines.join(FRAME_END);
    mappings.iter().map(|file| format!("{file}{FRAME_END}{lines}")).collect()
}

fn mappings() -> io::Result<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide/mappings");
    fs::read_dir(folder)?.map(|entry| fs::read_to_string(entry?.path())).collect()
}

/// Words that stand in more than one text, and further ones.
fn dictionary<'t>(texts: &'t [impl AsRef<str>], further: impl Iterator<Item = &'t str>) -> Vec<&'t str> {
    let mut texts_by_word: BTreeMap<&str, usize> = further.map(|word| (word, 2)).collect();
    for text in texts {
        let mut words: Vec<&str> =
            text.as_ref().split_ascii_whitespace().filter(|word| is_token(word)).collect();
        words.sort_unstable();
        words.dedup();
        for word in words {
            *texts_by_word.entry(word).or_default() += 1;
        }
    }
    texts_by_word.into_iter().filter(|(_, texts)| *texts > 1).map(|(word, _)| word).collect()
}

fn is_token(word: &str) -> bool {
    (2..=32).contains(&word.len()) && !word.bytes().any(|byte| byte.is_ascii_digit())
}

fn write(folder: &Path, target: &str, seeds: &[String], dictionary: &[&str]) -> Result<(), Box<dyn Error>> {
    let corpus = folder.join("corpus").join(target);
    fs::create_dir_all(&corpus)?;
    for (index, seed) in seeds.iter().enumerate() {
        fs::write(corpus.join(format!("seed-{index}")), seed)?;
    }
    let dictionaries = folder.join("dictionaries");
    fs::create_dir_all(&dictionaries)?;
    let entries: String = dictionary.iter().map(|word| entry(word)).collect();
    Ok(fs::write(dictionaries.join(target), entries)?)
}

/// `"word"` as libFuzzer's dictionaries write it.
fn entry(word: &str) -> String {
    let bytes = word.bytes().map(|byte| match byte {
        b'"' | b'\\' => format!("\\{}", char::from(byte)),
        0x20..=0x7e => char::from(byte).to_string(),
        _ => format!("\\x{byte:02X}"),
    });
    format!("\"{}\"\n", bytes.collect::<String>())
}
