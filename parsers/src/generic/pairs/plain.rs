//! `key=value key=value …` up to the end of a text, read without cutting it into words: what most programs that write
//! pairs write, behind their sentence or alone.
//!
//! Promises: what it reads is what the reading of any other pairs would have found, and prose nothing; of anything else it
//! reads nothing. Must not know: products.

use schema::EventBuilder;

use super::super::gather::Gathered;
use super::super::marks::{self, STEP, is_letter, is_start, is_within};
use super::super::names::{self, Meaning};
use super::super::tokens::TOKENS_MAX;
use super::super::words::{Parts, Words};
use super::{KEY_BYTES_MAX, Value, is_phrase, start_of, take};
use crate::scan;

/// Most pairs that are read so.
const PAIRS_MAX: usize = 24;
/// A word begins here, perhaps within a name of several: the lowest of a byte's bits.
const START: u8 = 1;
/// Ends a pair.
const BLANK: u8 = 2;
/// `=`.
const EQUALS: u8 = 4;
/// May stand in a value, in no key.
const VALUE: u8 = 8;
/// Neither.
const OTHER: u8 = 16;

/// One pair: where its key begins, where its `=` stands, where its value ends.
#[derive(Debug, Clone, Copy, Default)]
struct Pair {
    start: u16,
    equals: u16,
    end: u16,
    meaning: Option<(Meaning, u8)>,
}

impl Pair {
    /// Its key and its value.
    #[inline]
    fn of(self, text: &str) -> (&str, &str) {
        let [start, equals, end] = [self.start, self.equals, self.end].map(usize::from);
        (text.get(start..equals).unwrap_or_default(), text.get(equals + 1..end).unwrap_or_default())
    }
}

/// Takes the pairs from the one whose `=` stands at `sign` to the end of the text; false, and nothing taken, when others
/// stand there too, or words that may tell of access.
pub(in crate::generic) fn read<'a>(
    text: &'a str,
    sign: usize,
    more: u8,
    out: &mut Gathered<'a>,
    mut event: Option<&mut EventBuilder<'_>>,
) -> bool {
    let Some(start) = first_key(text.as_bytes(), sign) else { return false };
    let mut pairs = [Pair::default(); PAIRS_MAX];
    let Some(count) = cut(text, start, &mut pairs) else { return false };
    out.begin_pairs(Parts::NONE);
    for pair in pairs.iter().take(count) {
        let (key, value) = pair.of(text);
        if let Some(event) = event.as_deref_mut() {
            event.field(key, scan::trim(value));
        }
        let (start, end) = (usize::from(pair.equals) + 1, usize::from(pair.end));
        let value = Value { text: value, start, end, is_quoted: false };
        take(key, pair.meaning, &value, || start_of(text, start), more, out);
    }
    out.end_pairs();
    true
}

/// Where the key before the first sign begins, when it is one word for certain: at the start, or behind a comma or semicolon.
fn first_key(bytes: &[u8], sign: usize) -> Option<usize> {
    if bytes.get(sign) != Some(&b'=') || bytes.len() > TOKENS_MAX {
        return None;
    }
    let Some(blank) = bytes.get(..sign)?.iter().rposition(|byte| *byte == b' ') else { return Some(0) };
    let before = bytes.get(blank.checked_sub(1)?)?;
    matches!(before, b',' | b';').then_some(blank + 1)
}

/// The pairs of a text from `start` on, and how many; none when it holds anything else.
fn cut(text: &str, start: usize, pairs: &mut [Pair; PAIRS_MAX]) -> Option<usize> {
    let (bytes, words) = (text.as_bytes(), Words::all());
    let of_word = |at: usize| u16::try_from(at).ok();
    let mut open = Pair { start: of_word(start)?, ..Pair::default() };
    let (mut count, mut last) = (0, b' ');
    for (step, chunk) in bytes.get(start..)?.chunks(STEP).enumerate() {
        let marks = marks::of_chunk(last, chunk, mark_of);
        for (index, eight) in marks.as_chunks::<8>().0.iter().enumerate() {
            let mut marked = u64::from_le_bytes(*eight);
            while marked != 0 {
                let place = marked.trailing_zeros();
                let at = start + step * STEP + index * 8 + (place / 8) as usize;
                marked &= marked - 1;
                if place % 8 == 0 {
                    if words.may_tell(bytes, at) {
                        return None;
                    }
                    continue;
                }
                match 1 << (place % 8) {
                    EQUALS if open.equals == 0 => open.equals = of_word(at)?,
                    VALUE if open.equals > 0 => {}
                    BLANK => {
                        *pairs.get_mut(count)? = whole(text, Pair { end: of_word(at)?, ..open })?;
                        count += 1;
                        open = Pair { start: of_word(at + 1)?, ..Pair::default() };
                    }
                    _ => return None,
                }
            }
        }
        last = chunk.last().copied()?;
    }
    *pairs.get_mut(count)? = whole(text, Pair { end: of_word(text.len())?, ..open })?;
    Some(count + 1)
}

/// A pair with what its key means, when key and value are words that the cutter of words would leave whole.
fn whole(text: &str, pair: Pair) -> Option<Pair> {
    let (key, value) = pair.of(text);
    let (first, end) = (key.as_bytes().first()?, key.as_bytes().last()?);
    let is_key = first.is_ascii_alphabetic() && *end != b'-' && key.len() <= KEY_BYTES_MAX;
    let (first, end) = (value.as_bytes().first()?, value.as_bytes().last()?);
    let is_value = (first.is_ascii_alphanumeric() || *first == b'/') && end.is_ascii_alphanumeric();
    let meaning = names::meaning(key);
    (is_key && is_value && !meaning.is_some_and(is_phrase)).then_some(Pair { meaning, ..pair })
}

/// What a byte is behind another.
#[inline(always)]
const fn mark_of(byte: u8, before: u8) -> u8 {
    let is_plain = is_letter(byte) | is_within(byte, b'0', b'9') | (byte == b'_') | (byte == b'-');
    let (is_blank, is_equals) = (byte == b' ', byte == b'=');
    // `%`, `&`, `*`, `+`, `.`, `/`, `:` and `@`.
    let is_of_value = is_within(byte, b'%', b'&')
        | is_within(byte, b'*', b'+')
        | is_within(byte, b'.', b'/')
        | (byte == b':')
        | (byte == b'@');
    (is_start(byte, before) as u8 * START)
        | (is_blank as u8 * BLANK)
        | (is_equals as u8 * EQUALS)
        | (is_of_value as u8 * VALUE)
        | (!(is_plain | is_blank | is_equals | is_of_value) as u8 * OTHER)
}
