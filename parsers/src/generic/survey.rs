//! From where on the words of a text may say something, told without cutting it into words.
//!
//! Most sentences tell of nothing that has a column. What has one needs a sign (`=`, `:`, a quote, a slash that opens a word, a
//! mailbox's `@`, the point in an address) or a word that tells of accounts or access; before the first of them a text is passed
//! over.
//!
//! Promises: linear, no look behind the first such sign; what is passed over moves no column, whatever follows. Must not
//! know: what is read of words.

use super::marks::{self, STEP, is_letter, is_start, is_within};
use super::tokens::TOKENS_MAX;
use super::words::Words;

/// Words before a sign that its readers may look at.
const WORDS_BACK: usize = 4;

/// A word begins here, perhaps within a name of several.
const START: u8 = 1;
/// No prose: a sign that parts, a quote that may open, a point behind a digit.
const SIGN: u8 = 0x80;

/// Where the first word begins that a reader may look at; none when the text says nothing, or all that it says `is_read`
/// from its first sign on, which is asked for once.
pub(super) fn first_word(text: &str, is_read: impl FnOnce(usize) -> bool) -> Option<usize> {
    let (bytes, words) = (text.as_bytes(), Words::all());
    let mut last = b' ';
    for (step, chunk) in bytes.chunks(STEP).enumerate() {
        let marks = marks::of_chunk(last, chunk, mark_of);
        for (index, eight) in marks.as_chunks::<8>().0.iter().enumerate() {
            let mut marked = u64::from_le_bytes(*eight);
            while marked != 0 {
                let place = marked.trailing_zeros();
                let at = step * STEP + index * 8 + (place / 8) as usize;
                if place % 8 != 0 {
                    if is_read(at) {
                        return None;
                    }
                    // A line of that many words is data: only the first of them are read, counted from its start.
                    let is_short = bytes.len() <= TOKENS_MAX;
                    return Some(if is_short { words_back(bytes, at) } else { 0 });
                }
                if words.may_tell(bytes, at) {
                    return Some(0);
                }
                marked &= marked - 1;
            }
        }
        last = chunk.last().copied().unwrap_or(b' ');
    }
    None
}

/// What a byte is behind another.
#[inline(always)]
const fn mark_of(byte: u8, before: u8) -> u8 {
    let is_behind_digit = is_within(before, b'0', b'9');
    // Paths and URLs open with a slash or have a colon before it; `12/2026` and `e/o` say nothing.
    let is_in_word = is_behind_digit | is_letter(before);
    // From `$` to `9`, a blank, `!`, `;`, `_`, what is not ASCII.
    let is_prose = is_letter(byte)
        | is_within(byte, b'$', b'9') & ((byte != b'/') | is_in_word)
        | is_within(byte, b' ', b'!')
        | (byte == b';')
        | (byte == b'_')
        | (byte >= 0x80);
    let opens = (byte == b'.') & is_behind_digit | (byte == b'\'') & !is_in_word;
    (is_start(byte, before) as u8 * START) | ((!is_prose | opens) as u8 * SIGN)
}

/// Where the word begins that stands [`WORDS_BACK`] words before the one of a sign, so that cutting may begin there: behind
/// a blank and the last letter or digit of another word. The start when that is too far.
fn words_back(bytes: &[u8], sign: usize) -> usize {
    let before = bytes.get(..sign).unwrap_or_default();
    let ends = before.windows(3).enumerate().rev().filter(|(_, around)| match around {
        [last, b' ', first] => *first != b' ' && last.is_ascii_alphanumeric(),
        _ => false,
    });
    ends.map(|(at, _)| at + 2).nth(WORDS_BACK).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::Array;
    use proptest::prelude::*;
    use proptest::string::string_regex;
    use schema::{Action, Column, EventBatch, EventBuilder, Frame, FrameBatch, Origin, StreamContext};

    use super::super::gather::Gathered;
    use super::super::members::Prose;
    use super::super::{read_words, sentence};
    use super::*;

    #[test]
    fn prose_without_signs_and_news_is_passed_over() {
        let none = |text: &str| first_word(text, |_| false);
        for text in [
            "",
            "istanza 12 n. 1 chiusa in 363 ms dall'operatore adm.conti, esito positivo; città",
            "a_b (c) - d",
            "atto 12/2026, PDF/A e/o altro",
        ] {
            assert_eq!(none(text), None, "{text}");
        }
        for text in [
            "a User", "x: y", "a 'b", "no.2.x", "a1.2", "userX", "aLogin", "from", "\tx", "x=1", "a@b",
            "a /b", "a-/b",
        ] {
            assert_eq!(none(text), Some(0), "{text}");
        }
        assert_eq!(none("a, b c d e f g=1"), Some(5));
        assert_eq!(none("a, b, c d, e f g h i (192.0.2.7)"), Some(13));
    }

    #[test]
    fn pairs_up_to_the_end_are_asked_for_once() {
        let text = "done, ip=192.0.2.7 stato=ok";
        assert_eq!(first_word(text, |sign| text.get(sign - 2..=sign) == Some("ip=")), None);
    }

    /// What is found in a text, and the fields it has; `is_whole` has all words cut and looked at.
    fn found(text: &str, is_whole: bool) -> String {
        let origin = Origin { collector: "x".into(), source: "t".into(), tenant: "d".into() };
        let frame = Frame { start: 0, end: text.len() as u32, seq: 1, sub: 0 };
        let frames = FrameBatch::new(
            Arc::new(origin),
            0,
            StreamContext::default(),
            text.to_owned(),
            vec![frame],
            vec![],
        );
        let text = std::str::from_utf8(frames.text()).unwrap();
        let (mut out, mut prose, mut event) =
            (Gathered::new(true), Prose::default(), EventBuilder::new(text));
        if is_whole {
            read_words(text, 0, 0, &mut out, &mut prose, Some(&mut event));
        } else {
            sentence(text, 0, &mut out, &mut prose, Some(&mut event));
        }
        event.int(Column::Seq, 1);
        event.int(Column::EventCount, 1);
        event.timestamp_us(1);
        event.action(Action::ApplicationEvent);
        event.finish_event();
        let batch = event.finish(&frames, "plain", "1").unwrap();
        format!("{out:?} {:?} {:?}", prose.texts().collect::<Vec<_>>(), fields(&batch))
    }

    fn fields(batch: &EventBatch) -> Vec<(&str, &str)> {
        let set = batch.fields().iter().filter(|field| field.values.is_valid(0));
        set.map(|field| (&*field.key, field.values.value(0))).collect()
    }

    const WORD: &str = "istanza|di|per|for|from|User|login|FAILED|logged|in|port|GET|m\\.verdi|l'ufficio|12|3\\.5|\
        192\\.0\\.2\\.7|fe80::1|a-b|-|->|è|x@example\\.org|/a/b|12/2026|GET/b|HTTP/1|\"a b\"|'c|\\(|\\[7\\]|aLogin|[a-z]{1,9}";
    const PAIR: &str = "(ip|src|user|status|esito|rif|time|url|msg|a_b|dst\\.port|rule)=\
        (192\\.0\\.2\\.7|ok|failed|[a-z0-9]{1,9}|a-b|/x/y|root|x@example\\.org|è|a:b|-|)";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]
        #[test]
        fn what_is_passed_over_and_read_at_once_changes_nothing(
            sentence in string_regex(&format!("(({WORD})(|,|;|:|\\.) ){{0,12}}")).unwrap(),
            pairs in string_regex(&format!("({PAIR}( | | |, |; | ({WORD}) )){{0,4}}({PAIR})?")).unwrap(),
        ) {
            let text = format!("{sentence}{pairs}");
            prop_assert_eq!(found(&text, false), found(&text, true));
        }
    }
}
