//! One template: its id, its words, its text.
//!
//! Promises: id and text are functions of the messages it was made of. Must not know: other templates.

use std::fmt;

use super::hash;
use super::skeleton::{Skeleton, Span, VALUE};

/// How a value is written in a template.
const WILDCARD: &str = "<*>";
/// The low bits of an id count the template's words.
const LENGTH_MASK: u64 = 63;

/// Names a template: a hash of its words, the same wherever it is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TemplateId(u64);

impl TemplateId {
    /// The id of a sequence of words.
    pub(super) fn of(words: &[u64]) -> TemplateId {
        let hash = hash::finish(words.iter().copied().fold(0, hash::then));
        TemplateId((hash & !LENGTH_MASK) | (words.len() as u64 & LENGTH_MASK))
    }

    /// The id as a number, to be kept.
    pub fn to_bits(self) -> u64 {
        self.0
    }

    /// The id that [`TemplateId::to_bits`] gave.
    pub fn from_bits(bits: u64) -> TemplateId {
        TemplateId(bits)
    }

    /// What all forgotten templates of as many words are counted as.
    pub(super) fn rest(self) -> TemplateId {
        TemplateId(self.0 & LENGTH_MASK)
    }
}

/// Sixteen hexadecimal digits.
impl fmt::Display for TemplateId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:016x}", self.0)
    }
}

/// A skeleton that was seen, or made of several.
#[derive(Debug, Clone)]
pub(super) struct Template {
    pub(super) id: TemplateId,
    /// Index of the one it was joined to; its own when it stands for itself.
    pub(super) parent: u32,
    /// Messages of it and of all joined to it; 0 when it is joined to another.
    pub(super) count: u64,
    pub(super) words: Box<[u64]>,
    pub(super) text: Box<str>,
    /// Where the words stand in the text.
    pub(super) spans: Box<[Span]>,
}

impl Template {
    /// The template of a skeleton read from `text`.
    pub(super) fn new(id: TemplateId, skeleton: &Skeleton, text: &str) -> Template {
        let (text, spans) = render(skeleton, text);
        Template { id, parent: 0, count: 0, words: skeleton.words().into(), text, spans }
    }

    /// The same with a value at `place`.
    pub(super) fn with_value(&self, place: usize) -> Template {
        let skeleton = Skeleton::with_value(&self.words, &self.spans, place);
        Template::new(TemplateId::of(skeleton.words()), &skeleton, &self.text)
    }
}

/// The text of what was forgotten.
pub(super) fn rest_text(id: TemplateId) -> String {
    vec![WILDCARD; id.rest().0 as usize].join(" ")
}

/// The text with wildcards for values and single spaces, and where words and values stand in it.
fn render(skeleton: &Skeleton, text: &str) -> (Box<str>, Box<[Span]>) {
    let mut out = String::with_capacity(text.len());
    let mut spans = Vec::with_capacity(skeleton.spans().len());
    let mut copied = 0;
    for (word, span) in skeleton.words().iter().zip(skeleton.spans()) {
        push_spaced(&mut out, text.get(copied..span.start as usize).unwrap_or_default());
        let start = out.len() as u32;
        let own = text.get(span.start as usize..span.end as usize).unwrap_or_default();
        out.push_str(if *word == VALUE { WILDCARD } else { own });
        spans.push(Span { start, end: out.len() as u32 });
        copied =
            span.end as usize + usize::from(is_closed_behind(own, text.as_bytes().get(span.end as usize)));
    }
    push_spaced(&mut out, text.get(copied..).unwrap_or_default().trim_ascii_end());
    (out.into(), spans.into())
}

/// True when a bracket that opens inside a value closes behind it.
fn is_closed_behind(value: &str, next: Option<&u8>) -> bool {
    let pair = match next {
        Some(b')') => ('(', ')'),
        Some(b']') => ('[', ']'),
        Some(b'}') => ('{', '}'),
        Some(b'>') => ('<', '>'),
        _ => return false,
    };
    value.matches(pair.0).count() > value.matches(pair.1).count()
}

/// Adds a text, each run of white space as one space, none at the start.
fn push_spaced(out: &mut String, text: &str) {
    for char in text.chars() {
        if !char.is_whitespace() {
            out.push(char);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
}
