//! The kinds of signs a word is made of, so that a reader passes over words that cannot be what it looks for.
//!
//! Promises: one look at a byte. Must not know: what words mean.

/// Kinds of signs, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Signs(u8);

/// `a` to `z`.
pub(super) const SMALL: Signs = Signs(1);
/// `A` to `Z`.
pub(super) const CAPITAL: Signs = Signs(2);
/// `0` to `9`.
pub(super) const DIGIT: Signs = Signs(4);
/// A point.
pub(super) const POINT: Signs = Signs(8);
/// A colon.
pub(super) const COLON: Signs = Signs(16);
/// A slash.
pub(super) const SLASH: Signs = Signs(32);
/// Any other sign that may stand in a word.
pub(super) const OTHER: Signs = Signs(64);
/// What may end a word: white space, control characters, brackets, separators, and a written-out break's first sign.
pub(super) const END: Signs = Signs(128);
/// What opens a word and nothing else.
pub(super) const WORD: Signs = Signs(SMALL.0 | CAPITAL.0 | DIGIT.0);
/// Letters of English.
pub(super) const LETTER: Signs = Signs(SMALL.0 | CAPITAL.0);
/// Every kind.
pub(super) const ALL: Signs = Signs(u8::MAX);

impl Signs {
    /// No sign.
    pub(super) const NONE: Signs = Signs(0);

    /// True when it has one of those kinds.
    #[inline]
    pub(super) const fn is_any(self, kinds: Signs) -> bool {
        self.0 & kinds.0 != 0
    }

    /// True when it has no other kinds than those.
    #[inline]
    pub(super) const fn is_only(self, kinds: Signs) -> bool {
        self.0 & !kinds.0 == 0
    }

    /// Both.
    #[inline]
    pub(super) const fn and(self, other: Signs) -> Signs {
        Signs(self.0 | other.0)
    }
}

/// The kind of a byte.
#[inline]
pub(super) fn of(byte: u8) -> Signs {
    KINDS.get(usize::from(byte)).copied().unwrap_or(OTHER)
}

/// The kinds of eight bytes, the first one lowest.
#[inline]
pub(super) fn of_eight(bytes: [u8; 8]) -> u64 {
    (0..).zip(bytes).fold(0, |kinds, (at, byte)| kinds | u64::from(of(byte).0) << (8 * at))
}

/// Which of eight bytes are letters that may begin a word of a name, and which is a letter at all, by their lowest bits.
#[inline]
pub(super) fn starts(kinds: u64, is_in_word: u64) -> (u64, u64) {
    const LOW: u64 = u64::from_le_bytes([1; 8]);
    let (small, capitals) = (kinds & LOW, kinds >> 1 & LOW);
    let letters = small | capitals;
    (letters & !(letters << 8 | is_in_word) | capitals, letters)
}

/// How many of eight bytes stand before the first that may end a word, and their kinds.
#[inline]
pub(super) fn before_end(kinds: u64) -> (usize, Signs) {
    let ends = kinds & u64::from_le_bytes([END.0; 8]);
    let mut before = kinds & ends.wrapping_sub(1) & !ends;
    before |= before >> 32;
    before |= before >> 16;
    before |= before >> 8;
    ((ends.trailing_zeros() / 8) as usize, Signs(before as u8))
}

/// How many of eight bytes are small letters before the first that is none.
#[inline]
pub(super) fn small_letters(bytes: [u8; 8]) -> usize {
    leading::<b'a', b'z'>(bytes)
}

/// How many of eight bytes are digits before the first that is none.
#[inline]
pub(super) fn digits(bytes: [u8; 8]) -> usize {
    leading::<b'0', b'9'>(bytes)
}

/// How many of eight bytes lie between two others, or are one of them, before the first that does not.
#[inline]
fn leading<const FIRST: u8, const LAST: u8>(bytes: [u8; 8]) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    let word = u64::from_le_bytes(bytes);
    let seven = word & !HIGH;
    // The high bit of each byte.
    let from_first = seven + ONES * u64::from(0x80 - FIRST);
    let behind_last = seven + ONES * u64::from(0x7f - LAST);
    let inside = from_first & !behind_last & !word & HIGH;
    ((inside ^ HIGH).trailing_zeros() / 8) as usize
}

/// The eight bytes from `at` on, blanks behind the last.
#[inline]
pub(super) fn eight(bytes: &[u8], at: usize) -> [u8; 8] {
    let rest = bytes.get(at..).unwrap_or_default();
    if let Some(eight) = rest.first_chunk() {
        return *eight;
    }
    let mut eight = [b' '; 8];
    for (place, byte) in eight.iter_mut().zip(rest) {
        *place = *byte;
    }
    eight
}

/// Where the first byte stands, from `at` on, that may end a word; at the end when none does.
#[inline]
pub(super) fn next_end(bytes: &[u8], at: usize) -> usize {
    let mut at = at;
    loop {
        let (length, _) = before_end(of_eight(eight(bytes, at)));
        at += length;
        if length < 8 {
            return at;
        }
    }
}

/// True for the signs that end a word and belong to none.
#[inline]
pub(super) const fn ends_word(byte: u8) -> bool {
    matches!(byte, b',' | b';' | b'|' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'<' | b'>' | b'=' | b'"')
}

static KINDS: [Signs; 256] = {
    let mut kinds = [OTHER; 256];
    let mut rest: &mut [Signs] = &mut kinds;
    let mut byte = 0_u8;
    while let Some((place, others)) = rest.split_first_mut() {
        *place = kind(byte);
        byte = byte.wrapping_add(1);
        rest = others;
    }
    kinds
};

const fn kind(byte: u8) -> Signs {
    match byte {
        b'a'..=b'z' => SMALL,
        b'A'..=b'Z' => CAPITAL,
        b'0'..=b'9' => DIGIT,
        b'.' => POINT,
        b':' => COLON,
        b'/' => SLASH,
        0..=b' ' | b'\\' | b'#' => END,
        _ if ends_word(byte) => END,
        _ => OTHER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn eight_bytes_at_a_time_say_what_each_says(text in "[a-zA-Z0-9 .:/,=_è\\\\\"#-]{0,30}", from in 0usize..30) {
            let bytes = text.as_bytes();
            let is_end = |byte: &u8| of(*byte).is_any(END);
            let end = bytes.iter().skip(from).position(is_end).map_or(bytes.len().max(from), |at| from + at);
            prop_assert_eq!(next_end(bytes, from), end);
            let (length, signs) = before_end(of_eight(eight(bytes, from)));
            prop_assert_eq!(length, (end - from).min(8));
            let each = bytes.iter().skip(from).take(length).fold(Signs::default(), |all, byte| all.and(of(*byte)));
            prop_assert_eq!(signs, each);
            let small = bytes.iter().skip(from).take_while(|byte| byte.is_ascii_lowercase()).count();
            prop_assert_eq!(small_letters(eight(bytes, from)), small.min(8));
            let numerals = bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
            prop_assert_eq!(digits(eight(bytes, from)), numerals.min(8));
        }
    }
}
