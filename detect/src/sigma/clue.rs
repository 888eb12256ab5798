//! The clues of matchers.
//!
//! Must not know: fields, rules.

use super::matcher::Matcher;
use super::pattern::{Pattern, Run};
use crate::clues::{Clue, Part};

/// What betrays a matcher's yes; none when it may accept values that have nothing in common.
pub(super) fn clue_of(matcher: &Matcher) -> Option<Clue> {
    match matcher {
        Matcher::Text { pattern, cased } => of_pattern(pattern, *cased),
        Matcher::Regex(regex) => Clue::regex(regex.as_str()),
        _ => None,
    }
}

fn of_pattern(pattern: &Pattern, cased: bool) -> Option<Clue> {
    let (text, part) = match pattern {
        Pattern::Any => return None,
        Pattern::Equals(text) => (text.as_str(), Part::Whole),
        Pattern::Starts(text) => (text.as_str(), Part::Start),
        Pattern::Ends(text) => (text.as_str(), Part::End),
        Pattern::Contains(sought) => (sought.text(), Part::Anywhere),
        Pattern::Whole(run) => return longest_of([run]),
        Pattern::Runs { first, middle, last } => return longest_of([first, last].into_iter().chain(middle)),
    };
    Clue::text(text, part, !cased)
}

fn longest_of<'r>(runs: impl IntoIterator<Item = &'r Run>) -> Option<Clue> {
    let text = runs.into_iter().flat_map(Run::texts).max_by_key(|text| text.len())?;
    Clue::text(text, Part::Anywhere, false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clues::Needle;
    use crate::sigma::matcher::Test;
    use crate::sigma::pattern::Piece;

    fn clue(pieces: &[Piece], cased: bool) -> Option<Clue> {
        clue_of(&Matcher::new(&Test::Text { pieces: pieces.to_vec(), cased }).unwrap())
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
        assert_eq!(clue_of(&Matcher::Present), None);
        assert!(clue(&[Piece::Text(String::new())], false).is_some(), "an empty value is a whole value");
    }
}
