//! The clues of many questions to one text.
//!
//! Promises: a question that is not among the possible ones is answered "no". Must not know: what is asked.

use rustc_hash::FxHashMap;

use super::needles::Needles;
use super::{Clue, Part};

/// The clues of questions, which are known by their position.
#[derive(Debug)]
pub(crate) struct ClueIndex {
    needles: Needles,
    /// By number of the needle, the questions that it betrays.
    betrays: Vec<Vec<u32>>,
    /// Questions whose clue says nothing of values beyond ASCII.
    beyond_ascii: Vec<u32>,
}

impl ClueIndex {
    pub fn new<'c>(clues: impl IntoIterator<Item = &'c Clue>) -> ClueIndex {
        let mut number_of: FxHashMap<(&str, Part), usize> = FxHashMap::default();
        let mut texts: Vec<(&str, Part)> = Vec::new();
        let (mut betrays, mut beyond_ascii): (Vec<Vec<u32>>, Vec<u32>) = (Vec::new(), Vec::new());
        for (question, clue) in (0u32..).zip(clues) {
            if clue.ascii_only {
                beyond_ascii.push(question);
            }
            for needle in &clue.needles {
                let text = (needle.text.as_str(), needle.part);
                let number = *number_of.entry(text).or_insert(texts.len());
                if number == texts.len() {
                    texts.push(text);
                    betrays.push(Vec::new());
                }
                if let Some(questions) = betrays.get_mut(number) {
                    questions.push(question);
                }
            }
        }
        ClueIndex { needles: Needles::new(&texts), betrays, beyond_ascii }
    }

    /// Calls `possible` with each question that may be answered "yes" for `value`; with some more than once. `folded` is the
    /// value without case.
    #[inline]
    pub fn look(&self, value: &str, folded: &str, mut possible: impl FnMut(u32)) {
        self.needles.find(folded, |number| {
            let questions = self.betrays.get(number as usize);
            questions.into_iter().flatten().for_each(|question| possible(*question));
        });
        if !self.beyond_ascii.is_empty() && !value.is_ascii() {
            self.beyond_ascii.iter().for_each(|question| possible(*question));
        }
    }
}
