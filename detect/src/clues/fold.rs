//! Letter case, as Sigma ignores it: beyond ASCII too, one character for one character.
//!
//! Promises: folding keeps the number of characters, so that `?` still counts them.
//! Must not know: patterns, fields.

use std::borrow::Cow;

/// `text` with the case of its letters taken away; borrowed when there is none.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Cow::Owned(text.to_ascii_lowercase());
        }
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(fold_char).collect())
}

/// Adds [`fold`] of a text to `folded`.
pub(crate) fn fold_into(text: &str, folded: &mut String) {
    let start = folded.len();
    if !text.is_ascii() {
        folded.extend(text.chars().map(fold_char));
        return;
    }
    folded.push_str(text);
    if let Some(added) = folded.get_mut(start..) {
        added.make_ascii_lowercase();
    }
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
        let mut joined = String::from("A ");
        ["CITTÀ ", "Roma ", "small"].iter().for_each(|text| fold_into(text, &mut joined));
        assert_eq!(joined, "A città roma small");
    }
}
