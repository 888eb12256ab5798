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
