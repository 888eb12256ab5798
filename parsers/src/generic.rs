//! What can be read of a payload that no format knows: JSON members, pairs, tables, sentences, moments.
//!
//! Promises: a column is filled only where a name, a word or a shape says what it is; the format stays `plain`;
//! linear in the payload. Must not know: any product.

mod beside;
mod gather;
mod kinds;
mod marks;
mod members;
mod names;
mod pairs;
mod prose;
mod signs;
mod stamps;
mod survey;
mod table;
mod tokens;
mod wording;
mod words;

use schema::EventBuilder;

use crate::format::Payload;
use crate::json::{Json, Kind, Member, Scratch};
use gather::Gathered;
use members::Prose;

/// What is found in a sentence inside JSON counts less than the members around it.
const INNER: u8 = 56;
/// What a moment at the head of a line counts: more than any key.
const HEAD: u8 = 0;
/// A moment somewhere in the head.
const NEAR_HEAD: u8 = 72;

/// Fills the open event from the payload's generic shape.
pub(crate) fn read(payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
    let text = payload.text;
    let mut scratch = Scratch::default();
    let mut out = Gathered::new(wants_moment(payload, event));
    let mut prose = Prose::default();
    if beside::is_there(payload) {
        beside::read(payload, &mut out, event);
        out.close();
    }
    if let Some(json) = payload.json {
        let inner = members_in_text(*json).and_then(|text| scratch.read(text));
        members::read(*json, &mut out, &mut prose, event);
        if let Some(inner) = inner {
            out.close();
            members::read(inner, &mut out, &mut prose, event);
        }
        inner_sentences(&prose, &mut out);
        out.write(payload, event);
        return;
    }
    if let Some(header) = payload.first_line
        && table::read(header, text, &mut out, event)
    {
        out.write(payload, event);
        return;
    }
    if out.wants_moment()
        && let Some((moment, at)) = stamps::in_head(text)
    {
        out.moment(moment, if at <= 40 { HEAD } else { NEAR_HEAD });
    }
    // `text {"key":"value"}`: the object must reach to the end.
    let braces = || memchr::memchr_iter(b'{', text.as_bytes());
    let opening = braces().find(|at| text.as_bytes().get(at + 1) == Some(&b'"'));
    let object = opening.and_then(|at| text.split_at_checked(at));
    let json = object.and_then(|(_, object)| scratch.read(object.trim_end()));
    match (object, json) {
        (Some((before, _)), Some(json)) => {
            // The pairs in front are the program's, and so is the object more surely than words are.
            pairs_of(before, &mut out, &mut prose, event);
            out.close();
            members::read(json, &mut out, &mut prose, event);
            sentence(before, 0, &mut out, &mut Prose::default(), None);
        }
        _ => sentence(whole(text), 0, &mut out, &mut prose, Some(event)),
    }
    inner_sentences(&prose, &mut out);
    out.write(payload, event);
}

/// How a login ended, when one of those texts tells of one.
pub(crate) fn login<'a>(texts: impl Iterator<Item = &'a str>) -> Option<schema::Outcome> {
    let mut wording = wording::Wording::default();
    texts.for_each(|text| wording.read(text));
    wording.login()
}

/// True for a word that opens news of accounts or access rather than being a machine's name.
pub(crate) fn is_of_news(word: &str) -> bool {
    let parts = words::TELLING.and(words::ENDS).and(words::CHANGE).and(words::NO_USER);
    words::Words::all().parts(word).is_any(parts)
}

/// True for a word that says how something ended rather than being a program's name.
pub(crate) fn is_of_ends(word: &str) -> bool {
    words::Words::all().parts(word).is_any(words::ENDS.and(words::CHANGE))
}

/// True while the text may still tell when it was: the envelope has not, or left something out and a number opens it.
fn wants_moment(payload: &Payload<'_>, event: &EventBuilder<'_>) -> bool {
    !payload.is_stamped || event.is_set(schema::Column::TimeGuess) && stamps::opens(payload.text)
}

/// A line that stands in quotes, without them.
fn whole(text: &str) -> &str {
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| !inner.contains('"')).unwrap_or(text)
}

/// Sentences inside quotes or an object: they fill what the payload's own names left open, and move nothing.
fn inner_sentences<'a>(prose: &Prose<'a>, out: &mut Gathered<'a>) {
    if prose.texts().next().is_none() {
        return;
    }
    out.close();
    for text in prose.texts() {
        sentence(text, INNER, out, &mut Prose::default(), None);
    }
}

/// Fills the columns a format left open from the names of a JSON payload's members; all members become fields.
pub(crate) fn complete(payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
    if let Some(json) = payload.json {
        let mut out = Gathered::new(wants_moment(payload, event));
        members::read(*json, &mut out, &mut Prose::default(), event);
        out.complete(payload, event);
    }
}

/// Fills the columns a format left open from what its transport says beside the payload; all of that becomes fields.
pub(crate) fn complete_beside(payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
    if beside::is_there(payload) {
        let mut out = Gathered::new(false);
        beside::read(payload, &mut out, event);
        out.complete(payload, event);
    }
}

/// Fills the columns a format left open from pairs whose keys are no product's it knows.
pub(crate) fn complete_pairs<'a>(
    pairs: impl Iterator<Item = (&'a str, &'a str)>,
    payload: &Payload<'_>,
    event: &mut EventBuilder<'_>,
) {
    let mut out = Gathered::new(wants_moment(payload, event));
    for (key, value) in pairs {
        out.put_named(key, value, 0);
    }
    out.complete(payload, event);
}

/// The pairs of a text alone.
fn pairs_of<'a>(text: &'a str, out: &mut Gathered<'a>, prose: &mut Prose<'a>, event: &mut EventBuilder<'_>) {
    tokens::with_tokens(text, 0, |tokens, sum| {
        if let Some(first) = sum.first_pair {
            pairs::read(text, tokens, first, 0, out, prose, Some(event));
        }
    });
}

/// Pairs and prose of one text.
fn sentence<'a>(
    text: &'a str,
    more: u8,
    out: &mut Gathered<'a>,
    prose: &mut Prose<'a>,
    mut event: Option<&mut EventBuilder<'_>>,
) {
    let is_read = |sign| pairs::plain::read(text, sign, more, out, event.as_deref_mut());
    if let Some(first) = survey::first_word(text, is_read) {
        read_words(text, first, more, out, prose, event);
    }
}

/// The same by the words from `first` on.
fn read_words<'a>(
    text: &'a str,
    first: usize,
    more: u8,
    out: &mut Gathered<'a>,
    prose: &mut Prose<'a>,
    event: Option<&mut EventBuilder<'_>>,
) {
    tokens::with_tokens(text, first, |tokens, sum| {
        if let Some(first) = sum.first_pair {
            pairs::read(text, tokens, first, more, out, prose, event);
        }
        out.wording.read_tokens(tokens, sum.parts);
        prose::read(text, tokens, sum, more, out);
    });
}

/// Names of members that may hold an event as text: of others, a client may have written it.
const CARRIERS: &[&str] = &[
    "message",
    "msg",
    "log",
    "event",
    "raw",
    "_raw",
    "payload",
    "data",
    "body",
    "record",
    "original",
    "description",
    "details",
    "notes",
];

/// The first member at the top that carries a JSON object as text.
fn members_in_text<'a>(json: Json<'a>) -> Option<&'a str> {
    let carries = |member: &Member<'_>| {
        let (text, key) = (member.raw(), member.key());
        text.len() > 16
            && text.starts_with('{')
            && text.ends_with('}')
            && CARRIERS.iter().any(|name| name.eq_ignore_ascii_case(key))
    };
    json.members().filter(|member| member.kind() == Kind::Text).find(carries).map(Member::raw)
}

#[cfg(test)]
mod tests;
