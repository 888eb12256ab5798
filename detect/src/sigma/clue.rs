//! What betrays a matcher's yes: texts, one of which every value that it accepts must have.
//!
//! Promises: a value without any of the texts is never accepted. Must not know: fields, rules.

use super::fold::fold;
use super::matcher::{Matcher, Part};
use super::pattern::{Pattern, Run};
use super::regex_literals::regex_literals;

/// A text shorter than this stands in too many values to be worth finding, unless it is all of one.
const NEEDLE_BYTES_MIN: usize = 2;

/// Beyond so many bytes a longer needle is not rarer.
const NEEDLE_BYTES_TELLING: usize = 20;

/// A text without case, and where it stands in a value without case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Needle {
    pub(super) text: String,
    pub(super) part: Part,
}

/// The needles of a matcher.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Clue {
    pub(super) needles: Vec<Needle>,
    /// True when a needle found is the answer; else the matcher decides.
    pub(super) proves: bool,
    /// True when it speaks of values in ASCII only: any other may be accepted without a needle.
    pub(super) ascii_only: bool,
}

impl Clue {
    /// None when the matcher may accept values that have nothing in common.
    pub(super) fn of(matcher: &Matcher) -> Option<Clue> {
        let clue = match matcher {
            Matcher::Text { pattern, cased } => of_pattern(pattern, *cased)?,
            Matcher::Regex(regex) => {
                let texts = regex_literals(regex.as_str())?;
                let needles = texts.into_iter().map(|text| Needle { text, part: Part::Anywhere });
                Clue { needles: needles.collect(), proves: false, ascii_only: true }
            }
            _ => return None,
        };
        let tells = |needle: &Needle| needle.part == Part::Whole || needle.text.len() >= NEEDLE_BYTES_MIN;
        clue.needles.iter().all(tells).then_some(clue)
    }

    /// How common values with a needle may be, to choose between clues: by the length of the needles.
    pub(super) fn weight(&self) -> u64 {
        let weight = |needle: &Needle| 1u64 << NEEDLE_BYTES_TELLING.saturating_sub(needle.text.len());
        self.needles.iter().map(weight).sum()
    }
}

fn of_pattern(pattern: &Pattern, cased: bool) -> Option<Clue> {
    let (text, part) = match pattern {
        Pattern::Any => return None,
        Pattern::Equals(text) => (text.as_str(), Part::Whole),
        Pattern::Starts(text) => (text.as_str(), Part::Start),
        Pattern::Ends(text) => (text.as_str(), Part::End),
        Pattern::Contains(finder) => (std::str::from_utf8(finder.needle()).ok()?, Part::Anywhere),
        Pattern::Whole(run) => return longest_of([run]),
        Pattern::Runs { first, middle, last } => return longest_of([first, last].into_iter().chain(middle)),
    };
    let needle = Needle { text: fold(text).into_owned(), part };
    Some(Clue { needles: vec![needle], proves: !cased, ascii_only: false })
}

fn longest_of<'r>(runs: impl IntoIterator<Item = &'r Run>) -> Option<Clue> {
    let text = runs.into_iter().flat_map(Run::texts).max_by_key(|text| text.len())?;
    let needle = Needle { text: fold(text).into_owned(), part: Part::Anywhere };
    Some(Clue { needles: vec![needle], proves: false, ascii_only: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sigma::matcher::Test;
    use crate::sigma::pattern::Piece;

    fn clue(pieces: &[Piece], cased: bool) -> Option<Clue> {
        Clue::of(&Matcher::new(&Test::Text { pieces: pieces.to_vec(), cased }).unwrap())
    }

    #[test]
    fn plain_texts_prove_and_case_or_signs_leave_the_answer_to_the_matcher() {
        let text = || Piece::Text("Tool".to_owned());
        let needle = |part| vec![Needle { text: "tool".to_owned(), part }];
        let of = |part, proves| Some(Clue { needles: needle(part), proves, ascii_only: false });
        assert_eq!(clue(&[Piece::Many, text(), Piece::Many], false), of(Part::Anywhere, true));
        assert_eq!(clue(&[Piece::Many, text()], false), of(Part::End, true));
        assert_eq!(clue(&[text(), Piece::Many], true), of(Part::Start, false));
        assert_eq!(clue(&[text()], true), of(Part::Whole, false));
        let signs = [Piece::Many, Piece::Dash, text(), Piece::One, Piece::Text("x".to_owned())];
        assert_eq!(clue(&signs, false), of(Part::Anywhere, false));
    }

    #[test]
    fn what_is_too_short_or_no_text_betrays_nothing() {
        assert_eq!(clue(&[Piece::Many, Piece::Text("-".to_owned()), Piece::Many], false), None);
        assert_eq!(clue(&[Piece::Many], false), None);
        assert_eq!(clue(&[Piece::One], false), None);
        assert_eq!(Clue::of(&Matcher::Present), None);
        assert!(clue(&[Piece::Text(String::new())], false).is_some(), "an empty value is a whole value");
    }
}
