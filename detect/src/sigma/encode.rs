//! The encodings that modifiers ask for: UTF-16 in three dresses, Base64 and its three offsets.
//!
//! Promises: an offset spelling holds only characters that do not depend on what surrounds the text.
//! Must not know: fields, rules.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A dress of UTF-16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Utf16 {
    /// Little end first (`wide`, `utf16le`).
    Little,
    /// Big end first (`utf16be`).
    Big,
    /// Little end first after a byte order mark (`utf16`).
    Marked,
}

/// `text` as UTF-16.
pub(super) fn utf16(text: &str, dress: Utf16) -> Vec<u8> {
    let mut bytes = if dress == Utf16::Marked { vec![0xff, 0xfe] } else { Vec::new() };
    for unit in text.encode_utf16() {
        bytes.extend(if dress == Utf16::Big { unit.to_be_bytes() } else { unit.to_le_bytes() });
    }
    bytes
}

/// `bytes` in Base64.
pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The spellings of `bytes` inside a longer Base64 text, by where they start in a group of three.
///
/// The characters that bytes before or after have a part in are cut; `None` when nothing is left of one.
pub(super) fn base64_offsets(bytes: &[u8]) -> Option<Vec<String>> {
    (0..3usize)
        .map(|offset| {
            let mut shifted = vec![b' '; offset];
            shifted.extend_from_slice(bytes);
            let text = STANDARD.encode(&shifted);
            // Six bits a character: the first whole one of ours, and the last.
            let start = (offset * 8).div_ceil(6);
            let end = shifted.len() * 8 / 6;
            text.get(start..end).filter(|kept| !kept.is_empty()).map(str::to_owned)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_offset_spelling_stands_in_the_encoding_of_any_surrounding() {
        for secret in ["net user", "whoami", "Get-Item", "ab", "àè"] {
            let spellings = base64_offsets(secret.as_bytes()).unwrap();
            for (before, after) in [("", ""), ("x", "~"), ("xy", "\u{7f}q"), ("abc", "zz"), ("!?", "a")] {
                let whole = base64(format!("{before}{secret}{after}").as_bytes());
                let found = spellings.iter().any(|spelling| whole.contains(spelling.as_str()));
                assert!(found, "{secret} between {before:?} and {after:?} in {whole}");
            }
        }
    }

    #[test]
    fn one_byte_leaves_nothing_certain_at_some_offset() {
        assert_eq!(base64_offsets(b"a"), None);
    }

    #[test]
    fn wide_text_has_its_low_byte_first() {
        assert_eq!(utf16("Hi", Utf16::Little), [0x48, 0, 0x69, 0]);
        assert_eq!(utf16("H", Utf16::Big), [0, 0x48]);
        assert_eq!(utf16("H", Utf16::Marked), [0xff, 0xfe, 0x48, 0]);
    }
}
