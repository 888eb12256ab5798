//! Openings and signs without which a text is none of some format's: what lacks them need not be shown to it.
//!
//! Formats that claim many first bytes, or first bytes of many sentences, name them. Promises: a format that would
//! recognise a text is asked. Must not know: what a format reads beyond that.

use crate::format::{Format, Payload};
use crate::scan;

/// ASCII signs that a text has, one bit each; letters and digits have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Signs(u64);

impl Signs {
    /// The signs of a text.
    pub(super) fn of(text: &str) -> Signs {
        let of = |byte: &u8| BITS.get(usize::from(*byte)).copied().unwrap_or(0);
        let (many, rest) = text.as_bytes().as_chunks::<16>();
        let of_all = |signs, bytes: &[u8]| bytes.iter().map(of).fold(signs, |signs, more| signs | more);
        Signs(of_all(many.iter().fold(0, |signs, bytes| of_all(signs, bytes)), rest))
    }

    /// Both.
    fn and(self, other: Signs) -> Signs {
        Signs(self.0 | other.0)
    }
}

/// What of a payload tells which formats it may be of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// The first four bytes behind white space, the first one lowest; zero behind the last.
    opening: u32,
    signs: Signs,
    /// Those before the first blank.
    first_word: Signs,
}

/// Bytes of an element's name in structured data that are looked at.
const ELEMENT_BYTES: usize = 12;

impl Look {
    /// A look at a payload whose text is `trimmed` behind its white space.
    pub(super) fn at(payload: &Payload<'_>, trimmed: &str) -> Look {
        // Of the elements that a format looks for the number has parts: `[junos@2636.1.1.1.2.40 …`.
        let element = payload.structured_data.get(..ELEMENT_BYTES).filter(|name| name.contains('.'));
        let element = element.unwrap_or_default();
        let signs = Signs::of(payload.text).and(Signs::of(payload.message_id)).and(Signs::of(element));
        let (first_word, _) = scan::word(trimmed).unwrap_or((trimmed, ""));
        Look { opening: opening(trimmed), signs, first_word: Signs::of(first_word) }
    }
}

/// The first four bytes of a text.
fn opening(text: &str) -> u32 {
    let four = text.as_bytes().first_chunk().copied().unwrap_or_else(|| {
        let mut bytes = text.bytes();
        [(); 4].map(|()| bytes.next().unwrap_or(0))
    });
    u32::from_le_bytes(four)
}

/// What a format cannot do without.
#[derive(Debug, Clone, Copy)]
pub(super) struct Need {
    opening: u32,
    /// The bytes of the opening that count.
    mask: u32,
    signs: Signs,
    first_word: Signs,
}

impl Need {
    fn of(opens: &str, signs: &str) -> Need {
        // The digits have their high four bits in common.
        let mask = opening(opens).to_le_bytes().map(|byte| match byte {
            0 => 0,
            b'0' => 0xf0,
            _ => 0xff,
        });
        let mask = u32::from_le_bytes(mask);
        let first_word = signs.strip_prefix(' ').unwrap_or_default();
        let (signs, first_word) = (Signs::of(signs), Signs::of(first_word));
        Need { opening: opening(opens) & mask, mask, signs, first_word }
    }

    /// True when a payload that has it may begin with that byte.
    pub(super) fn may_begin(self, byte: u8) -> bool {
        (u32::from(byte) ^ self.opening) & self.mask & 0xff == 0
    }

    /// True when a payload has it.
    #[inline]
    pub(super) fn is_met(self, look: Look) -> bool {
        let other = u64::from((look.opening ^ self.opening) & self.mask);
        let missing = self.signs.0 & !look.signs.0 | self.first_word.0 & !look.first_word.0;
        // At once: most payloads fail in one of them, and which is hard to foretell.
        other | missing == 0
    }
}

/// What a format needs, in alternatives; nothing when it names none.
pub(super) fn needs(format: &Format) -> Vec<Need> {
    match format.needs {
        [] => vec![Need::of("", "")],
        needs => needs.iter().map(|(opens, signs)| Need::of(opens, signs)).collect(),
    }
}

static BITS: [u64; 256] = {
    let mut bits = [0; 256];
    let mut rest: &mut [u64] = &mut bits;
    let (mut byte, mut next) = (0_u8, 0);
    while let Some((place, others)) = rest.split_first_mut() {
        if byte == b'\t' || byte == b'\n' || byte.is_ascii_punctuation() {
            *place = 1 << next;
            next += 1;
        }
        byte = byte.wrapping_add(1);
        rest = others;
    }
    bits
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::ALL;

    #[test]
    fn every_opening_and_every_sign_counts() {
        for (format, (opens, signs)) in
            ALL.iter().flat_map(|format| format.needs.iter().map(move |need| (format, need)))
        {
            assert!(
                signs.trim_start().bytes().all(|byte| Signs::of(&char::from(byte).to_string()) != Signs(0)),
                "{signs}"
            );
            let said = Signs::of(signs);
            let look = |text: &str| Look { opening: opening(text), signs: said, first_word: said };
            assert!(Need::of(opens, signs).is_met(look(&format!("{opens} x"))), "{}", format.name);
            assert_eq!(Need::of(opens, signs).is_met(look("~")), opens.is_empty(), "{}", format.name);
        }
        assert_eq!(Signs::of("abc 123 è"), Signs(0));
        // A sign that must stand before the first blank is not found behind it.
        let (text, first) = ("a b=c", "a");
        let look = Look { opening: opening(text), signs: Signs::of(text), first_word: Signs::of(first) };
        assert!(Need::of("", "=").is_met(look) && !Need::of("", " =").is_met(look));
    }
}
