//! Letter case, as Sigma ignores it: beyond ASCII too, one character for one character.
//!
//! Promises: folding keeps the number of characters, so that `?` still counts them.
//! Must not know: patterns, fields.

use std::borrow::Cow;

/// `text` with the case of its letters taken away; borrowed when there is none.
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Cow::Owned(text.to_ascii_lowercase());
        }
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(fold_char).collect())
}

/// The lower case of `letter` when that is one character; both small sigmas of Greek are one letter.
fn fold_char(letter: char) -> char {
    if letter == 'ς' {
        return 'σ';
    }
    let mut lower = letter.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_beyond_ascii_lose_their_case_and_keep_their_number() {
        assert_eq!(fold("CITTÀ di ÖSTERREICH"), "città di österreich");
        assert_eq!(fold("İstanbul").chars().count(), "İstanbul".chars().count());
        assert_eq!(fold("ΟΔΟΣ"), fold("οδος"));
        assert!(matches!(fold("already-small 42"), Cow::Borrowed(_)));
    }
}
