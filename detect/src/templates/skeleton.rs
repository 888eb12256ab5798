//! A message's skeleton: its constant words in order, and where values stand between them.
//!
//! A value is what surely changes from line to line: a word with a digit, a path, an address, a name of three labels,
//! what follows `key=`, a quoted member of a JSON object, `true`, empty brackets, a date, a quantity with its unit. Values
//! side by side are one, so that a list is as one item. Punctuation counts for nothing but as a limit of words.
//!
//! Promises: linear in the message; at most [`WORDS_MAX`] words and [`TEXT_BYTES_MAX`] bytes are read, what lies behind is
//! one value. Must not know: other messages.

use std::sync::LazyLock;

use super::stamp::CALENDAR_NAMES;
use super::{bytes, hash};

/// Most words of a skeleton.
const WORDS_MAX: usize = 62;
/// Longest part of a message that is read.
const TEXT_BYTES_MAX: usize = 1024;
/// Stands for a value in the sequence of words.
pub(super) const VALUE: u64 = 0;

/// Units of quantities, part of the value they follow.
const UNITS: &[&[u8]] = &[
    b"B", b"kB", b"KB", b"MB", b"GB", b"TB", b"KiB", b"MiB", b"GiB", b"TiB", b"byte", b"bytes", b"us", b"ms",
    b"msec", b"s", b"sec", b"secs", b"second", b"seconds", b"min", b"minutes", b"hours",
];

/// Values that are words, as programs write them.
const LITERALS: &[&[u8]] = &[b"true", b"false", b"null"];

/// Names of months and days: in front of a value they are part of a date.
static CALENDAR: LazyLock<[u64; CALENDAR_NAMES.len()]> =
    LazyLock::new(|| CALENDAR_NAMES.map(|name| hash::word(name.as_bytes())));

/// Where a word or a value stands in its text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// The skeleton of one message, filled anew for each, so that a line costs no allocation.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Skeleton {
    words: Vec<u64>,
    spans: Vec<Span>,
}

impl Skeleton {
    /// Words by their hashes, [`VALUE`] for values.
    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }

    /// Where each stands in the message.
    pub(super) fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Reads a message.
    pub(super) fn read(&mut self, message: &str) {
        self.words.clear();
        self.spans.clear();
        let text = head_bytes(message);
        let mut at = 0;
        while let Some(byte) = text.get(at)
            && self.words.len() < WORDS_MAX
        {
            at = match bytes::class(*byte) {
                bytes::SPACE => at + 1,
                bytes::LIMIT => self.limit(text, at),
                _ => self.word(text, at),
            };
        }
        if at < message.trim_ascii_end().len() {
            self.value(at, message.len());
        }
    }

    /// The same with a value at `place`.
    pub(super) fn with_value(words: &[u64], spans: &[Span], place: usize) -> Skeleton {
        let mut skeleton = Skeleton::default();
        for (at, (word, span)) in words.iter().zip(spans).enumerate() {
            if at == place || *word == VALUE {
                skeleton.value(span.start as usize, span.end as usize);
            } else {
                skeleton.push(*word, span.start as usize, span.end as usize);
            }
        }
        skeleton
    }

    /// What a limit says of what follows it; gives where to go on.
    fn limit(&mut self, text: &[u8], at: usize) -> usize {
        let limit = text.get(at).copied().unwrap_or_default();
        let before =
            at.checked_sub(1).and_then(|at| text.get(at)).map_or(bytes::SPACE, |byte| bytes::class(*byte));
        let after = text.get(at + 1).copied().unwrap_or(b' ');
        let is_in_quotes = at > 0 && text.get(at - 1) == Some(&b'"');
        let end = match limit {
            b'=' if before & (bytes::SPACE | bytes::LIMIT) == 0 && !matches!(after, b'=' | b'>' | b'~') => {
                Some(bytes::value_end(text, at + 1))
            }
            b':' if is_in_quotes => bytes::quoted_end(text, at + 1 + usize::from(after == b' ')),
            open if before == bytes::SPACE && bytes::is_empty_pair(open, after) => Some(at + 2),
            _ => None,
        };
        let Some(end) = end else { return at + 1 };
        let start = if matches!(limit, b'=' | b':') { at + 1 } else { at };
        self.value(start, end);
        end
    }

    /// A word or a value from its first byte; gives where to go on.
    fn word(&mut self, text: &[u8], start: usize) -> usize {
        let word = bytes::word(text, start);
        let own = text.get(start..word.end).unwrap_or_default();
        if word.is_value
            || LITERALS.contains(&own)
            || (self.words.last() == Some(&VALUE) && UNITS.contains(&own))
        {
            self.value(start, word.end);
        } else if word.has_letter {
            self.push(hash::word(own), start, word.end);
        }
        word.next
    }

    fn push(&mut self, word: u64, start: usize, end: usize) {
        self.words.push(word);
        self.spans.push(Span { start: start as u32, end: end as u32 });
    }

    /// A value, to which belong the name of a day before it and a value before that.
    fn value(&mut self, start: usize, end: usize) {
        let mut start = start as u32;
        while let (Some(word), Some(span)) = (self.words.last(), self.spans.last())
            && (*word == VALUE || CALENDAR.contains(word))
        {
            start = span.start;
            self.words.pop();
            self.spans.pop();
        }
        self.push(VALUE, start as usize, end);
    }
}

/// The part of a message that is read: it ends between words when it can.
fn head_bytes(message: &str) -> &[u8] {
    let text = message.as_bytes();
    let Some(head) =
        text.get(..message.floor_char_boundary(TEXT_BYTES_MAX)).filter(|head| head.len() < text.len())
    else {
        return text;
    };
    let space = head.iter().rposition(|byte| bytes::class(*byte) == bytes::SPACE);
    space.and_then(|space| head.get(..space)).unwrap_or(head)
}
