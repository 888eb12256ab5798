//! What betrays that a text is answered "yes": other texts, one of which every such text has.
//!
//! Rules ask thousands of questions of few columns. A value is looked through for the needles of all of them at once; only
//! those that it has a needle of are put to it.
//!
//! Promises: a value without any needle of a question is answered "no". Must not know: rules, columns.

mod fold;
mod index;
mod needles;
mod regex_literals;

pub(crate) use fold::{fold, fold_into};
pub(crate) use index::ClueIndex;
use needles::LONG_BYTES;
use regex_literals::regex_literals;

/// A text shorter than this stands in too many values to be worth finding, unless it is all of one.
const NEEDLE_BYTES_MIN: usize = 2;

/// Beyond so many bytes a longer needle is not rarer.
const NEEDLE_BYTES_TELLING: usize = 20;

/// Where a text must stand in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Whole,
    Start,
    End,
    Anywhere,
}

/// A text without case, and where it stands in a value without case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Needle {
    pub text: String,
    pub part: Part,
}

/// The needles of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clue {
    pub needles: Vec<Needle>,
    /// True when a needle found is the answer; else the question must be asked.
    pub proves: bool,
    /// True when it speaks of values in ASCII only: any other may be answered "yes" without a needle.
    pub ascii_only: bool,
}

impl Clue {
    /// Of a question that a text in its place answers, when case is ignored.
    pub fn text(text: &str, part: Part, proves: bool) -> Option<Clue> {
        let needle = Needle { text: fold(text).into_owned(), part };
        Clue { needles: vec![needle], proves, ascii_only: false }.telling()
    }

    /// Of a regular expression that is to be found in a value.
    pub fn regex(expression: &str) -> Option<Clue> {
        let texts = regex_literals(expression)?;
        let needles = texts.into_iter().map(|text| Needle { text, part: Part::Anywhere });
        Clue { needles: needles.collect(), proves: false, ascii_only: true }.telling()
    }

    /// The same, unless too many values would have a needle.
    fn telling(self) -> Option<Clue> {
        let tells = |needle: &Needle| needle.part == Part::Whole || needle.text.len() >= NEEDLE_BYTES_MIN;
        self.needles.iter().all(tells).then_some(self)
    }

    /// True when its needles are found at little cost, however long the value.
    pub fn is_quick(&self) -> bool {
        let is_quick = |needle: &Needle| needle.part != Part::Anywhere || needle.text.len() >= LONG_BYTES;
        self.needles.iter().all(is_quick)
    }

    /// How common values with a needle may be, to choose between clues: by the length of the needles.
    pub fn weight(&self) -> u64 {
        let weight = |needle: &Needle| 1u64 << NEEDLE_BYTES_TELLING.saturating_sub(needle.text.len());
        self.needles.iter().map(weight).sum()
    }
}
