//! Sigma's text patterns: plain text, `*`, `?` and the dashes of `windash`, anchored at both ends.
//!
//! Promises: `*` takes line ends too; a `*` inside a pattern moves no anchor; matching goes forward
//! only (no backtracking). Must not know: fields, letter case (both sides come folded when case is ignored).

use std::sync::OnceLock;

use memchr::memmem::Finder;

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Piece {
    /// This text.
    Text(String),
    /// `?`: exactly one character.
    One,
    /// `*`: any text, none included.
    Many,
    /// A sign that Windows programs take as the start of an option.
    Dash,
}

/// The signs that `windash` holds equal.
const DASHES: [char; 5] = ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'];

/// True for a sign that Windows programs take as the start of an option.
pub(super) fn is_dash(sign: char) -> bool {
    DASHES.contains(&sign)
}

/// A pattern ready to be matched with whole values.
#[derive(Debug, Clone)]
pub(super) enum Pattern {
    /// Any value at all.
    Any,
    /// This value.
    Equals(String),
    /// Values that begin so.
    Starts(String),
    /// Values that end so.
    Ends(String),
    /// Values that hold it.
    Contains(Sought),
    /// One run without `*`: the whole value.
    Whole(Run),
    /// Runs between `*`: the first at the start, the last at the end, the others in order.
    Runs { first: Run, middle: Vec<Run>, last: Run },
}

/// A text to be found anywhere. What finds it is made when it is first asked for: looks have answered for most texts.
#[derive(Debug, Clone)]
pub(super) struct Sought {
    text: String,
    finder: OnceLock<Box<Finder<'static>>>,
}

impl Sought {
    fn new(text: String) -> Sought {
        Sought { text, finder: OnceLock::new() }
    }

    /// The text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// True when it stands in `value`.
    #[inline]
    fn is_in(&self, value: &str) -> bool {
        let finder = self.finder.get_or_init(|| Box::new(Finder::new(self.text.as_bytes()).into_owned()));
        finder.find(value.as_bytes()).is_some()
    }
}

impl Pattern {
    /// The pattern of `pieces`.
    pub(super) fn new(pieces: Vec<Piece>) -> Pattern {
        let mut runs = vec![Run::default()];
        for piece in pieces {
            match (piece, runs.last_mut()) {
                (Piece::Many, _) => runs.push(Run::default()),
                (piece, Some(run)) => run.push(piece),
                (_, None) => {}
            }
        }
        let last = runs.pop().unwrap_or_default();
        if runs.is_empty() {
            return match last.plain() {
                Some(text) => Pattern::Equals(text),
                None => Pattern::Whole(last),
            };
        }
        let first = runs.remove(0);
        let mut middle: Vec<Run> = runs.into_iter().filter(|run| !run.pieces.is_empty()).collect();
        match (first.plain().as_deref(), middle.as_slice(), last.plain().as_deref()) {
            (Some(""), [], Some("")) => Pattern::Any,
            (Some(text), [], Some("")) => Pattern::Starts(text.to_owned()),
            (Some(""), [], Some(text)) => Pattern::Ends(text.to_owned()),
            (Some(""), [run], Some("")) if run.plain().is_some() => {
                Pattern::Contains(Sought::new(run.plain().unwrap_or_default()))
            }
            _ => {
                middle.iter_mut().for_each(Run::prepare);
                Pattern::Runs { first, middle, last }
            }
        }
    }

    /// True when the whole of `value` is as the pattern says.
    #[inline]
    pub(super) fn matches(&self, value: &str) -> bool {
        match self {
            Pattern::Any => true,
            Pattern::Equals(text) => value == text,
            Pattern::Starts(text) => value.starts_with(text.as_str()),
            Pattern::Ends(text) => value.ends_with(text.as_str()),
            Pattern::Contains(sought) => sought.is_in(value),
            Pattern::Whole(run) => run.strip_start(value) == Some(""),
            Pattern::Runs { first, middle, last } => {
                let Some(rest) = first.strip_start(value) else { return false };
                let Some(mut rest) = last.strip_end(rest) else { return false };
                for run in middle {
                    match run.find(rest) {
                        Some(after) => rest = after,
                        None => return false,
                    }
                }
                true
            }
        }
    }

    /// How dear one look is, to try the cheap ones first.
    pub(super) fn cost(&self) -> u32 {
        match self {
            Pattern::Any => 1,
            Pattern::Equals(_) | Pattern::Starts(_) | Pattern::Ends(_) => 2,
            Pattern::Contains(_) => 10,
            Pattern::Whole(_) | Pattern::Runs { .. } => 20,
        }
    }
}

/// Pieces between two `*`: a fixed number of characters.
#[derive(Debug, Clone, Default)]
pub(super) struct Run {
    pieces: Vec<Piece>,
    /// Finds the first piece when that is text.
    finder: Option<Box<Finder<'static>>>,
}

impl Run {
    fn push(&mut self, piece: Piece) {
        match (piece, self.pieces.last_mut()) {
            (Piece::Text(text), _) if text.is_empty() => {}
            (Piece::Text(text), Some(Piece::Text(before))) => before.push_str(&text),
            (piece, _) => self.pieces.push(piece),
        }
    }

    fn prepare(&mut self) {
        if let Some(Piece::Text(text)) = self.pieces.first() {
            self.finder = Some(Box::new(Finder::new(text.as_bytes()).into_owned()));
        }
    }

    /// Its text when it has no signs.
    fn plain(&self) -> Option<String> {
        match self.pieces.as_slice() {
            [] => Some(String::new()),
            [Piece::Text(text)] => Some(text.clone()),
            _ => None,
        }
    }

    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Its texts: a value that the run matches has each of them.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            Piece::One | Piece::Many | Piece::Dash => None,
        })
    }

    /// What follows the run at the start of `value`.
    fn strip_start<'v>(&self, value: &'v str) -> Option<&'v str> {
        let mut rest = value;
        for piece in &self.pieces {
            rest = match piece {
                Piece::Text(text) => rest.strip_prefix(text.as_str())?,
                Piece::One => after_first(rest, |_| true)?,
                Piece::Dash => after_first(rest, is_dash)?,
                Piece::Many => rest,
            };
        }
        Some(rest)
    }

    /// What precedes the run at the end of `value`.
    fn strip_end<'v>(&self, value: &'v str) -> Option<&'v str> {
        let mut rest = value;
        for piece in self.pieces.iter().rev() {
            rest = match piece {
                Piece::Text(text) => rest.strip_suffix(text.as_str())?,
                Piece::One => before_last(rest, |_| true)?,
                Piece::Dash => before_last(rest, is_dash)?,
                Piece::Many => rest,
            };
        }
        Some(rest)
    }

    /// What follows the leftmost occurrence of the run in `value`.
    fn find<'v>(&self, value: &'v str) -> Option<&'v str> {
        let mut rest = value;
        loop {
            if let Some(finder) = &self.finder {
                rest = rest.get(finder.find(rest.as_bytes())?..)?;
            }
            if let Some(after) = self.strip_start(rest) {
                return Some(after);
            }
            rest = after_first(rest, |_| true)?;
        }
    }
}

fn after_first(text: &str, fits: impl Fn(char) -> bool) -> Option<&str> {
    let mut chars = text.chars();
    chars.next().filter(|first| fits(*first)).map(|_| chars.as_str())
}

fn before_last(text: &str, fits: impl Fn(char) -> bool) -> Option<&str> {
    let mut chars = text.chars();
    chars.next_back().filter(|last| fits(*last)).map(|_| chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::new(pieces(text))
    }

    /// `*`, `?` and `~` (a dash) as signs, the rest as text.
    fn pieces(text: &str) -> Vec<Piece> {
        text.chars()
            .map(|sign| match sign {
                '*' => Piece::Many,
                '?' => Piece::One,
                '~' => Piece::Dash,
                plain => Piece::Text(plain.to_string()),
            })
            .collect()
    }

    #[test]
    fn a_star_inside_moves_no_anchor() {
        assert!(pattern("*a*c").matches("xx a b c"));
        assert!(!pattern("*a*c").matches("a c x"));
        assert!(pattern("a*c*").matches("abc and more"));
        assert!(!pattern("a*c*").matches("x abc"));
    }

    #[test]
    fn the_two_ends_may_not_share_characters() {
        assert!(!pattern("ab*bc").matches("abc"));
        assert!(pattern("ab*bc").matches("abbc"));
    }

    #[test]
    fn a_question_mark_is_one_character_of_any_length_in_bytes() {
        assert!(pattern("a?c").matches("aèc"));
        assert!(!pattern("a?c").matches("ac"));
        assert!(pattern("*?b").matches("àb"));
        assert!(!pattern("*?b").matches("b"));
    }

    #[test]
    fn a_dash_is_any_of_five_signs_and_nothing_else() {
        for sign in ["-", "/", "–", "—", "―"] {
            assert!(pattern("*tool ~x*").matches(&format!("run tool {sign}x now")));
        }
        assert!(!pattern("*tool ~x*").matches("run tool +x now"));
    }

    /// The textbook meaning, slow and plain.
    fn reference(pieces: &[Piece], value: &[char]) -> bool {
        match (pieces.split_first(), value.split_first()) {
            (None, first) => first.is_none(),
            (Some((Piece::Many, later)), first) => {
                reference(later, value) || first.is_some_and(|(_, rest)| reference(pieces, rest))
            }
            (Some((Piece::One, later)), Some((_, rest))) => reference(later, rest),
            (Some((Piece::Dash, later)), Some((sign, rest))) => is_dash(*sign) && reference(later, rest),
            (Some((Piece::Text(text), later)), Some((sign, rest))) => {
                text.chars().eq([*sign]) && reference(later, rest)
            }
            (Some(_), None) => false,
        }
    }

    proptest! {
        #[test]
        fn every_shape_of_pattern_means_what_the_textbook_says(
            text in "[ab*?~é]{0,8}", value in "[ab\\-/é\n]{0,10}",
        ) {
            let letters: Vec<char> = value.chars().collect();
            prop_assert_eq!(pattern(&text).matches(&value), reference(&pieces(&text), &letters));
        }
    }
}
