//! `url_decode(text)`: a text of a URL as it was meant.

use std::borrow::Cow;

use arrow::array::StringViewArray;

use super::{Answer, Argument, Function};

pub(super) const FUNCTION: Function = Function {
    name: "url_decode",
    signature: "url_decode(text text) -> text",
    meaning_en: "The text with %XX and %uXXXX decoded once and + as a space; bytes that are not UTF-8 become \u{fffd}",
    meaning_it: "Il testo con %XX e %uXXXX decodificati una volta e + come spazio; i byte non UTF-8 diventano \u{fffd}",
    example: "url_decode(url_query)",
    arguments: &[Argument::Text],
    answer: Answer::Text,
    run: |arguments| arguments.map::<_, StringViewArray>(|text| url_decode(text).into_owned()),
};

/// Decodes once; what is no escape stays as it is.
pub(super) fn url_decode(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| byte == b'%' || byte == b'+') {
        return Cow::Borrowed(text);
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'+' => decoded.push(b' '),
            b'%' => {
                if let Some((byte, after)) = hex_byte(rest) {
                    decoded.push(byte);
                    rest = after;
                } else if let Some((letter, after)) = hex_letter(rest) {
                    decoded.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                    rest = after;
                } else {
                    decoded.push(b'%');
                }
            }
            other => decoded.push(*other),
        }
    }
    Cow::Owned(
        String::from_utf8(decoded).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned()),
    )
}

/// The byte of two hexadecimal digits.
fn hex_byte(text: &[u8]) -> Option<(u8, &[u8])> {
    let (digits, rest) = text.split_first_chunk::<2>()?;
    Some((hex_digit(digits[0])? << 4 | hex_digit(digits[1])?, rest))
}

/// The character of IIS's `%uXXXX`.
fn hex_letter(text: &[u8]) -> Option<(char, &[u8])> {
    let rest = text.strip_prefix(b"u").or_else(|| text.strip_prefix(b"U"))?;
    let (high, rest) = hex_byte(rest)?;
    let (low, rest) = hex_byte(rest)?;
    Some((char::from_u32(u32::from(high) << 8 | u32::from(low))?, rest))
}

fn hex_digit(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded_once_and_broken_ones_stay() {
        assert_eq!(url_decode("a%20b+c%2527"), "a b c%27");
        assert_eq!(url_decode("perch%C3%A9%u0027"), "perché'");
        assert_eq!(url_decode("100%"), "100%");
        assert_eq!(url_decode("%zz%4"), "%zz%4");
        assert_eq!(url_decode("%ff"), "\u{fffd}");
        assert!(matches!(url_decode("semplice"), Cow::Borrowed(_)));
    }
}
