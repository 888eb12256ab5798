//! Searching signs that stand near, as quotes and blanks of short texts do, eight bytes a step.
//!
//! A call of `memchr` costs more than most keys and values are long; where nothing is near, it takes over.
//!
//! Promises: linear. Must not know: what the signs mean.

use memchr::{memchr, memchr2};

/// How far ahead counts as near, in words of eight bytes: each stands in line wherever a sign is searched.
const NEAR_WORDS: usize = 2;

const ONES: u64 = u64::from_le_bytes([1; 8]);
const HIGH_BITS: u64 = ONES << 7;

/// Eight times the same byte.
#[inline]
const fn eight(byte: u8) -> u64 {
    ONES * byte as u64
}

/// Marks the zero bytes of a word; above the first there may be false marks.
#[inline]
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGH_BITS
}

/// Marks the blanks and control characters of a word and nothing else.
#[inline]
fn white(word: u64) -> u64 {
    !(((word | HIGH_BITS) - eight(b' ' + 1)) | word) & HIGH_BITS
}

/// Index of the first marked byte of a word.
#[inline]
fn first(marks: u64) -> usize {
    (marks.trailing_zeros() / 8) as usize
}

/// Where the first byte stands that `marks` marks in a word, by words while it is near, else by `far`.
#[inline]
fn find(
    bytes: &[u8],
    from: usize,
    marks: impl Fn(u64) -> u64,
    far: impl Fn(&[u8]) -> Option<usize>,
) -> Option<usize> {
    let mut at = from;
    for _ in 0..NEAR_WORDS {
        let Some(word) = word_at(bytes, at) else { break };
        let marks = marks(word);
        if marks != 0 {
            return Some(at + first(marks));
        }
        at += 8;
    }
    Some(at + far(bytes.get(at..)?)?)
}

/// The eight bytes from `from` on, the first one lowest; none at the end of a text.
#[inline]
fn word_at(bytes: &[u8], from: usize) -> Option<u64> {
    bytes.get(from..)?.first_chunk().map(|eight| u64::from_le_bytes(*eight))
}

/// Where `sign` stands first, from `from` on.
#[inline]
pub(crate) fn one(sign: u8, bytes: &[u8], from: usize) -> Option<usize> {
    find(bytes, from, |word| zeros(word ^ eight(sign)), |rest| memchr(sign, rest))
}

/// Where `a` or `b` stands first, from `from` on.
#[inline]
pub(crate) fn either(a: u8, b: u8, bytes: &[u8], from: usize) -> Option<usize> {
    find(bytes, from, |word| zeros(word ^ eight(a)) | zeros(word ^ eight(b)), |rest| memchr2(a, b, rest))
}

/// Where the first blank or control character stands, from `from` on.
#[inline]
pub(crate) fn blank(bytes: &[u8], from: usize) -> Option<usize> {
    find(bytes, from, white, far_blank)
}

fn far_blank(bytes: &[u8]) -> Option<usize> {
    let (words, tail) = bytes.as_chunks::<8>();
    let mut marks = words.iter().map(|word| white(u64::from_le_bytes(*word)));
    match marks.clone().position(|marks| marks != 0) {
        Some(index) => Some(index * 8 + first(marks.nth(index)?)),
        None => Some(words.len() * 8 + tail.iter().position(|byte| *byte <= b' ')?),
    }
}

/// Where a name of structured data ends that begins at `from`: before a blank or control character, `=`, `]` or `"`.
#[inline]
pub(crate) fn name_end(bytes: &[u8], from: usize) -> Option<usize> {
    let ends = |byte: &u8| *byte <= b' ' || matches!(byte, b'=' | b']' | b'"');
    let marks = |word| {
        white(word) | zeros(word ^ eight(b'=')) | zeros(word ^ eight(b']')) | zeros(word ^ eight(b'"'))
    };
    find(bytes, from, marks, |rest| rest.iter().position(ends))
}

/// Sixteen bytes at most as one number, the first one lowest, zero behind the last; none of more. Of two words that
/// overlap each says the same where they do.
#[inline]
pub(crate) fn sixteen(bytes: &[u8]) -> Option<u128> {
    let length = bytes.len();
    if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        let behind = u128::from(u64::from_le_bytes(*last)).checked_shl(8 * (length as u32 - 8))?;
        return (length <= 16).then_some(u128::from(u64::from_le_bytes(*first)) | behind);
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let behind = u128::from(u32::from_le_bytes(*last)) << (8 * (length - 4));
        return Some(u128::from(u32::from_le_bytes(*first)) | behind);
    }
    Some(bytes.iter().rev().fold(0, |word, byte| word << 8 | u128::from(*byte)))
}

/// A text without the white space around it, as most stand there already.
#[inline]
pub(crate) fn trim(text: &str) -> &str {
    let is_bare = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let bytes = text.as_bytes();
    if is_bare(bytes.first()) && is_bare(bytes.last()) { text } else { text.trim() }
}

/// A text cut at its first blank: what stands before, and what behind.
#[inline]
pub(crate) fn word(text: &str) -> Option<(&str, &str)> {
    let end = one(b' ', text.as_bytes(), 0)?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

/// A text cut at the first place of a short `mark`: what stands before, and what behind.
#[inline]
pub(crate) fn cut<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let (bytes, mark) = (text.as_bytes(), mark.as_bytes());
    let mut from = 0;
    loop {
        let at = one(*mark.first()?, bytes, from)?;
        if bytes.get(at..)?.starts_with(mark) {
            return Some((text.get(..at)?, text.get(at + mark.len()..)?));
        }
        from = at + 1;
    }
}

/// A text cut at the last place of a short `mark`: what stands before, and what behind.
#[inline]
pub(crate) fn cut_last<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let (bytes, mark) = (text.as_bytes(), mark.as_bytes());
    let mut end = (bytes.len() + 1).checked_sub(mark.len())?;
    loop {
        let at = bytes.get(..end)?.iter().rposition(|byte| Some(byte) == mark.first())?;
        if bytes.get(at..)?.starts_with(mark) {
            return Some((text.get(..at)?, text.get(at + mark.len()..)?));
        }
        end = at;
    }
}

/// Where `sign` stands first, and where the word before it begins: behind the last separator or white space.
#[inline]
pub(crate) fn last_word_before(sign: u8, separator: u8, bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    // Mostly no other word stands before it, and a separator at most.
    let start = from + usize::from(bytes.get(from) == Some(&separator));
    let mut at = start;
    for _ in 0..NEAR_WORDS {
        let Some(word) = word_at(bytes, at) else { break };
        let signs = zeros(word ^ eight(sign));
        let before_signs = signs.wrapping_sub(1) & !signs;
        // A blank is white space, too.
        let separators = if separator > b' ' { zeros(word ^ eight(separator)) } else { 0 };
        if (separators | white(word)) & before_signs != 0 {
            break;
        }
        if signs != 0 {
            return Some((start, at + first(signs)));
        }
        at += 8;
    }
    let at = one(sign, bytes, from)?;
    let ends = |byte: &u8| *byte == separator || *byte <= b' ';
    let start = bytes.get(from..at)?.iter().rposition(ends).map_or(from, |end| from + end + 1);
    Some((start, at))
}

/// Copies what stands before the first `a` or `b`, or all, to the start of `to`; gives how much. What `to` has behind
/// it may be lost. None when it has no room.
#[inline]
pub(crate) fn copy_until_either(a: u8, b: u8, from: &[u8], to: &mut [u8]) -> Option<usize> {
    let mut length = 0;
    while let Some(word) = word_at(from, length) {
        // All eight, and those behind the sign are written over: shorter than a copy of so many.
        *to.get_mut(length..)?.first_chunk_mut()? = word.to_le_bytes();
        let marks = zeros(word ^ eight(a)) | zeros(word ^ eight(b));
        if marks != 0 {
            return Some(length + first(marks));
        }
        length += 8;
    }
    for byte in from.get(length..)?.iter().take_while(|byte| **byte != a && **byte != b) {
        *to.get_mut(length)? = *byte;
        length += 1;
    }
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sign_is_found_wherever_it_stands() {
        for length in 0..80 {
            let mut bytes = vec![b'x'; length];
            assert_eq!(either(b'"', b'\\', &bytes, 0), None);
            assert_eq!(one(b'"', &bytes, 0), None);
            for at in 0..length {
                // A byte one above the sign behind it must not count.
                bytes[at] = b'"';
                if at + 1 < length {
                    bytes[at + 1] = b'#';
                }
                for from in 0..=at {
                    assert_eq!(one(b'"', &bytes, from), Some(at), "{length} {from}");
                    assert_eq!(either(b'\\', b'"', &bytes, from), Some(at), "{length} {from}");
                    assert_eq!(blank(&bytes, from), None);
                }
                assert_eq!(one(b'"', &bytes, at + 1), None);
                bytes.fill(b'x');
            }
        }
        assert_eq!(one(b'x', b"x", 2), None);
    }

    #[test]
    fn white_space_is_trimmed_as_the_standard_library_does() {
        for text in ["", " ", "a", " a", "a ", "a b", "\u{a0}a", "a\u{3000}", "à", "\ta\u{b}", "è\u{2003}"]
        {
            assert_eq!(trim(text), text.trim(), "{text:?}");
        }
    }

    #[test]
    fn sixteen_bytes_are_a_number() {
        let bytes: Vec<u8> = (1..20).collect();
        for length in 0..20 {
            let number = bytes.iter().take(length).rev().fold(0, |word, byte| word << 8 | u128::from(*byte));
            let expected = (length <= 16).then_some(number);
            assert_eq!(sixteen(bytes.get(..length).unwrap_or_default()), expected, "{length}");
        }
    }

    #[test]
    fn a_word_ends_at_the_first_blank() {
        for length in 0..60 {
            for blank_sign in [' ', '\t', '\0'] {
                let text = format!("{}{blank_sign}è b", "à".repeat(length));
                assert_eq!(blank(text.as_bytes(), 0), Some(2 * length));
                assert_eq!(word(&text), text.split_once(' '));
            }
        }
        assert_eq!(word("none"), None);
    }

    #[test]
    fn a_text_is_cut_as_the_standard_library_cuts_it() {
        for text in [
            "",
            " ",
            " x",
            " x ",
            "a x b x  x c",
            " x x ",
            "x  x",
            "  x  ",
            &"è x".repeat(30),
            &" ".repeat(70),
        ] {
            for mark in [" x ", " ", "x", " x", "èx", "  "] {
                assert_eq!(cut(text, mark), text.split_once(mark), "{text:?} {mark:?}");
                assert_eq!(cut_last(text, mark), text.rsplit_once(mark), "{text:?} {mark:?}");
            }
        }
    }

    #[test]
    fn a_word_before_a_sign_begins_behind_what_ends_one() {
        for pad in 0..20 {
            for key in ["", "k", "a_key", "a_much_longer_key", "chiavè"] {
                for end in [" ", ";", "\t", "\n", "x; "] {
                    let text = format!("{}{end}{key}=v=", "!".repeat(pad));
                    let start = pad + end.len();
                    let found = last_word_before(b'=', b';', text.as_bytes(), 0);
                    assert_eq!(found, Some((start, start + key.len())), "{text}");
                }
            }
        }
        assert_eq!(last_word_before(b'=', b' ', b"no sign in here at all", 3), None);
        assert_eq!(last_word_before(b'=', b' ', b"a=1", 9), None);
    }

    #[test]
    fn what_is_copied_ends_before_the_sign() {
        for length in 0..40 {
            for sign_at in 0..=length {
                let mut bytes = vec![0xC3; length];
                if let Some(sign) = bytes.get_mut(sign_at) {
                    *sign = b'\\';
                }
                let mut copied = vec![0; length];
                assert_eq!(copy_until_either(b'"', b'\\', &bytes, &mut copied), Some(sign_at));
                assert_eq!(copied[..sign_at], bytes[..sign_at]);
                if sign_at > 0 {
                    assert_eq!(copy_until_either(b'"', b'\\', &bytes, &mut copied[..sign_at / 2]), None);
                }
            }
        }
    }
}
