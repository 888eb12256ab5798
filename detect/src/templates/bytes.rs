//! The bytes of a message: what each is, where words and values end.
//!
//! Promises: linear; never outside the text. Must not know: what a word means.

/// White space.
pub(super) const SPACE: u8 = 1;
/// Punctuation that ends a word.
pub(super) const LIMIT: u8 = 2;
const DIGIT: u8 = 4;
const DOT: u8 = 8;
/// Marks of paths and addresses.
const PATH: u8 = 16;
const LETTER: u8 = 32;
const OTHER: u8 = 64;

static CLASSES: [u8; 256] = classes();

#[allow(clippy::indexing_slicing, reason = "run by the compiler, which checks it")]
const fn classes() -> [u8; 256] {
    let mut classes = [OTHER; 256];
    let mut byte = 0;
    while byte < classes.len() {
        classes[byte] = match byte as u8 {
            b' ' | b'\t'..=b'\r' => SPACE,
            b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'<' | b'>' | b'"' | b'\'' | b'`' => LIMIT,
            b',' | b';' | b':' | b'=' | b'|' | b'!' | b'?' => LIMIT,
            b'0'..=b'9' => DIGIT,
            b'.' => DOT,
            b'/' | b'\\' | b'@' => PATH,
            b'a'..=b'z' | b'A'..=b'Z' | 0x80.. => LETTER,
            _ => OTHER,
        };
        byte += 1;
    }
    classes
}

/// What a byte is.
pub(super) fn class(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(OTHER)
}

/// A word as it stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    /// Behind its last byte.
    pub(super) end: usize,
    /// Where to read on.
    pub(super) next: usize,
    /// True for what surely changes from line to line.
    pub(super) is_value: bool,
    pub(super) has_letter: bool,
}

/// The word that starts at `start`, which is neither space nor limit.
pub(super) fn word(text: &[u8], start: usize) -> Word {
    if let Some(end) = hex_groups_end(text, start) {
        return Word { end, next: end, is_value: true, has_letter: false };
    }
    let mut at = start;
    let mut seen = 0;
    let mut dots = 0;
    while let Some(byte) = text.get(at) {
        let class = class(*byte);
        // Two dots are no part of a word: leaders, an ellipsis.
        let is_leader = class == DOT && text.get(at + 1) == Some(&b'.');
        if class & (SPACE | LIMIT) != 0 || is_leader {
            break;
        }
        seen |= class;
        dots += usize::from(class == DOT);
        at += 1;
    }
    let ends_in_dot = at > start && text.get(at - 1) == Some(&b'.');
    let end = at - usize::from(ends_in_dot);
    dots -= usize::from(ends_in_dot);
    let is_place =
        dots == 1 && text.get(end) == Some(&b':') && text.get(end + 1).is_some_and(u8::is_ascii_digit);
    let is_value = seen & DIGIT != 0 || dots >= 2 || (seen & PATH != 0 && end > start + 1) || is_place;
    let leaders = text.get(at..).unwrap_or_default().iter().take_while(|byte| **byte == b'.').count();
    Word { end, next: at + leaders, is_value, has_letter: seen & LETTER != 0 }
}

/// Behind three or more groups of hexadecimal digits with colons between: hardware and IPv6 addresses.
fn hex_groups_end(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    let mut groups = 0;
    loop {
        let rest = text.get(at..)?;
        let digits = rest.iter().take(5).take_while(|byte| byte.is_ascii_hexdigit()).count();
        if digits > 4 || (digits == 0 && groups == 0) {
            return None;
        }
        groups += usize::from(digits > 0);
        match rest.get(digits) {
            Some(b':') => at += digits + 1,
            Some(byte) if class(*byte) & (SPACE | LIMIT) == 0 => return None,
            _ => return (groups >= 3).then_some(at + digits),
        }
    }
}

/// Where the value of `key=` ends.
pub(super) fn value_end(text: &[u8], start: usize) -> usize {
    if let Some(end) = quoted_end(text, start) {
        return end;
    }
    let rest = text.get(start..).unwrap_or_default();
    let is_end = |byte: &u8| {
        class(*byte) == SPACE || matches!(byte, b',' | b';' | b')' | b']' | b'}' | b'>' | b'"' | b'\'' | b'|')
    };
    start + rest.iter().position(is_end).unwrap_or(rest.len())
}

/// Behind the closing quote of what opens with one.
pub(super) fn quoted_end(text: &[u8], start: usize) -> Option<usize> {
    let quote = text.get(start).copied().filter(|byte| matches!(byte, b'"' | b'\''))?;
    let mut at = start + 1;
    loop {
        match *text.get(at)? {
            b'\\' => at += 2,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// True for brackets or quotes with nothing inside.
pub(super) fn is_empty_pair(open: u8, close: u8) -> bool {
    matches!(
        (open, close),
        (b'(', b')') | (b'[', b']') | (b'{', b'}') | (b'<', b'>') | (b'"', b'"') | (b'\'', b'\'')
    )
}
