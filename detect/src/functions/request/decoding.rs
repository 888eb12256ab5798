//! The layers a request's text was wrapped in, taken off in one place for every family.
//!
//! A layer is percent escapes (`%XX`, IIS's `%uXXXX`, overlong UTF-8), plus signs in the first one, the
//! escapes of a server's log (`\xHH`, `\"`), of JavaScript (`\uXXXX`, `\u{X}`) and of HTML (`&#x3c;`, `&lt;`).
//! What a target folds is folded: upper case, full-width letters.
//!
//! Promises: linear in the text for a bounded number of layers; what is no escape stays as it is.
//! Must not know: families.

use std::borrow::Cow;

/// Longer texts are judged up to here.
const BYTES_MAX: usize = 8_192;
/// Layers of encoding that are taken off.
const LAYERS_MAX: usize = 3;
/// HTML's names for the characters an attack needs.
const ENTITIES: [(&[u8], char); 10] = [
    (b"lt;", '<'),
    (b"gt;", '>'),
    (b"quot;", '"'),
    (b"apos;", '\''),
    (b"amp;", '&'),
    (b"colon;", ':'),
    (b"tab;", '\t'),
    (b"newline;", '\n'),
    (b"lpar;", '('),
    (b"rpar;", ')'),
];

/// A text as its target would read it.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    /// Lower case; the text with one layer less each, the outermost first. Never empty.
    pub layers: Vec<Cow<'a, str>>,
}

impl Decoded<'_> {
    /// The text with every layer taken off.
    pub fn plain(&self) -> &str {
        self.layers.last().map_or("", |layer| layer)
    }

    /// Layers below the first: one layer is how browsers write, more hide something.
    pub fn hidden_layers(&self) -> usize {
        self.layers.len() - 1
    }
}

/// Takes the layers off `text`.
pub(super) fn decode(text: &str) -> Decoded<'_> {
    let text = text.get(..text.floor_char_boundary(BYTES_MAX)).unwrap_or_default();
    let mut plain = lower(without_layer(text, true));
    let mut layers = Vec::with_capacity(1);
    while layers.len() + 1 < LAYERS_MAX {
        let next = without_layer(&plain, false);
        if next == plain {
            break;
        }
        let next = lower(Cow::Owned(next.into_owned()));
        layers.push(std::mem::replace(&mut plain, next));
    }
    layers.push(plain);
    Decoded { layers }
}

fn lower(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
        return Cow::Owned(text.chars().map(folded).collect());
    }
    text
}

/// Lower case; a full-width letter as its ASCII one, which databases and file systems take it for.
fn folded(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        _ => letter,
    }
    .to_ascii_lowercase()
}

/// One layer off.
fn without_layer(text: &str, plus_is_blank: bool) -> Cow<'_, str> {
    let is_escape = |byte: u8| matches!(byte, b'%' | b'&' | b'\\') || (plus_is_blank && byte == b'+');
    if !text.bytes().any(is_escape) {
        return Cow::Borrowed(text);
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        let escape = match first {
            b'+' if plus_is_blank => Some((Escape::Byte(b' '), after)),
            b'%' => percent(after),
            b'&' => entity(after),
            b'\\' => backslash(after),
            _ => None,
        };
        let Some((escape, after)) = escape else {
            decoded.push(first);
            continue;
        };
        rest = after;
        match escape {
            Escape::Byte(byte) => decoded.push(byte),
            Escape::Letter(letter) => {
                decoded.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
    }
    Cow::Owned(text_of(decoded))
}

enum Escape {
    Byte(u8),
    Letter(char),
}

/// What stands behind `%`.
fn percent(rest: &[u8]) -> Option<(Escape, &[u8])> {
    if let Some((byte, after)) = hex_byte(rest) {
        // Overlong forms of an ASCII character: C0 AF is a slash to a careless decoder.
        let second = after.strip_prefix(b"%").and_then(hex_byte);
        if let (0xc0 | 0xc1, Some((next, after))) = (byte, second)
            && next & 0xc0 == 0x80
        {
            return Some((Escape::Byte((byte & 0x1f) << 6 | (next & 0x3f)), after));
        }
        return Some((Escape::Byte(byte), after));
    }
    let rest = rest.strip_prefix(b"u").or_else(|| rest.strip_prefix(b"U"))?;
    let (letter, rest) = four_digits(rest)?;
    Some((Escape::Letter(letter), rest))
}

/// What stands behind `&`: a named or numbered character of HTML.
fn entity(rest: &[u8]) -> Option<(Escape, &[u8])> {
    let Some(number) = rest.strip_prefix(b"#") else {
        return ENTITIES.iter().find_map(|(name, letter)| {
            let (head, after) = rest.split_at_checked(name.len())?;
            head.eq_ignore_ascii_case(name).then_some((Escape::Letter(*letter), after))
        });
    };
    let (radix, digits) = match number.strip_prefix(b"x").or_else(|| number.strip_prefix(b"X")) {
        Some(digits) => (16, digits),
        None => (10, number),
    };
    let (letter, rest) = digits_until(digits, radix)?;
    Some((Escape::Letter(letter), rest.strip_prefix(b";").unwrap_or(rest)))
}

/// What stands behind a backslash: `xHH`, `uXXXX`, `u{X}`, a quote, a backslash.
fn backslash(rest: &[u8]) -> Option<(Escape, &[u8])> {
    let (first, after) = rest.split_first()?;
    match first {
        b'x' | b'X' => hex_byte(after).map(|(byte, rest)| (Escape::Byte(byte), rest)),
        b'u' => {
            let (letter, rest) = match after.strip_prefix(b"{") {
                Some(digits) => {
                    let (letter, rest) = digits_until(digits, 16)?;
                    (letter, rest.strip_prefix(b"}")?)
                }
                None => four_digits(after)?,
            };
            Some((Escape::Letter(letter), rest))
        }
        b'"' | b'\'' | b'\\' => Some((Escape::Byte(*first), after)),
        _ => None,
    }
}

/// A character of one to seven digits.
fn digits_until(text: &[u8], radix: u32) -> Option<(char, &[u8])> {
    let length = text.iter().take(7).take_while(|byte| char::from(**byte).is_digit(radix)).count();
    let (digits, rest) = text.split_at_checked(length)?;
    let value = u32::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()?;
    Some((char::from_u32(value)?, rest))
}

fn four_digits(text: &[u8]) -> Option<(char, &[u8])> {
    let (high, rest) = hex_byte(text)?;
    let (low, rest) = hex_byte(rest)?;
    Some((char::from_u32(u32::from(high) << 8 | u32::from(low))?, rest))
}

/// The byte of two hexadecimal digits.
fn hex_byte(text: &[u8]) -> Option<(u8, &[u8])> {
    let ([high, low], rest) = text.split_first_chunk::<2>()?;
    Some((hex_digit(*high)? << 4 | hex_digit(*low)?, rest))
}

fn hex_digit(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// The bytes as text; those that are not UTF-8 are U+FFFD.
fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layer_comes_off() {
        for (text, plain) in [
            ("a%20b+c", "a b c"),
            ("%2527 OR", "' or"),
            ("%252527", "'"),
            ("..%c0%af..%c1%9c", "../..\\"),
            ("%u003cScript%uFF1E", "<script>"),
            ("&lt;img&#x20;src&#61;x&gt;", "<img src=x>"),
            ("\\x3cb\\x3E \\u0061\\u{62} \\\"", "<b> ab \""),
            ("100% vero & falso \\n", "100% vero & falso \\n"),
            ("a=1&lt=2&amp=3", "a=1&lt=2&amp=3"),
            ("\u{ff07}", "'"),
            ("%zz%4%", "%zz%4%"),
            ("", ""),
        ] {
            assert_eq!(decode(text).plain(), plain, "{text}");
        }
    }

    #[test]
    fn layers_are_counted_and_bounded() {
        assert_eq!(decode("a%20b").hidden_layers(), 0);
        assert_eq!(decode("a%2520b").hidden_layers(), 1);
        assert_eq!(decode("%25252525252525252520").hidden_layers(), 2);
        assert!(matches!(decode("/semplice.html?a=1").layers[0], Cow::Borrowed(_)));
    }
}
