//! The texts of evidence lines: the inputs are read once more, and only those that hold evidence.
//!
//! Promises: an input whose lines are all found is not read further; standard input, which is gone,
//! has no quotes. Must not know: alerts' meaning.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use ingest::files::{Input, ReadOptions};
use schema::{Alert, FrameBatch, Place};

use super::EVIDENCE_SHOWN_MAX;

/// Longest text quoted, in characters.
const QUOTE_CHARS_MAX: usize = 600;

/// Texts of lines.
#[derive(Debug, Default)]
pub struct Quotes {
    texts: HashMap<Place, String>,
}

impl Quotes {
    /// The text of a line.
    pub fn get(&self, place: &Place) -> Option<&str> {
        self.texts.get(place).map(String::as_str)
    }

    /// Adds a line, cut when it is long.
    pub fn add(&mut self, place: Place, text: &str) {
        let cut = match text.char_indices().nth(QUOTE_CHARS_MAX) {
            Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
            None => text.to_owned(),
        };
        self.texts.insert(place, cut);
    }
}

/// Reads the texts that a report of these alerts quotes.
pub fn quotes(alerts: &[Alert], inputs: &[Input], options: &ReadOptions) -> Quotes {
    let mut wanted: HashMap<Arc<str>, HashSet<u64>> = HashMap::new();
    for place in alerts.iter().flat_map(|alert| alert.evidence.iter().take(EVIDENCE_SHOWN_MAX)) {
        wanted.entry(Arc::clone(&place.file)).or_default().insert(place.line);
    }
    let options = ReadOptions { hash: false, progress: None, ..options.clone() };
    let mut quotes = Quotes::default();
    for input in inputs.iter().filter(|input| &*input.name != "-") {
        let is_of_input = |file: &str| {
            file.strip_prefix(&*input.name).is_some_and(|rest| rest.is_empty() || rest.starts_with('!'))
        };
        let mut missing: usize =
            wanted.iter().filter(|(file, _)| is_of_input(file)).map(|(_, lines)| lines.len()).sum();
        if missing == 0 {
            continue;
        }
        let mut sink = |frames: FrameBatch| {
            missing -= quote_batch(&frames, &wanted, &mut quotes).min(missing);
            if missing == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        // What cannot be read was told when it was scanned.
        drop(input.read(&options, &mut sink));
    }
    quotes
}

/// Takes the wanted lines of a batch; how many there were.
fn quote_batch(frames: &FrameBatch, wanted: &HashMap<Arc<str>, HashSet<u64>>, quotes: &mut Quotes) -> usize {
    let file = &frames.origin.collector;
    let Some(lines) = wanted.get(file) else { return 0 };
    let mut found = 0;
    for frame in frames.frames().iter().filter(|frame| lines.contains(&frame.seq)) {
        let bytes = frames.text().get(frame.start as usize..frame.end as usize).unwrap_or_default();
        quotes.add(Place { file: Arc::clone(file), line: frame.seq }, &String::from_utf8_lossy(bytes));
        found += 1;
    }
    found
}
