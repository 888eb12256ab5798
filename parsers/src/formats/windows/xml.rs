//! The event as XML, the shape Event Viewer, WEF collectors and agents hand on: `<Event><System>…</System>…`.
//!
//! Promises: linear, no recursion; a value without entities is a slice of what was received; markup inside a value is
//! escaped by Windows, so that no value opens an element.
//! Must not know: what an event means, envelopes. Source: Microsoft, Event Schema (events.xsd).

use memchr::{memchr, memchr2, memchr3};
use schema::EventBuilder;

use super::WindowsEvent;
use super::members::{put_header_texts, put_text};
use super::tree::param_name;
use crate::json::Kind;

/// The values of one event that hold entities, undone, in order.
#[derive(Debug, Default)]
pub(in crate::formats) struct Unescaped {
    text: String,
    ends: Vec<usize>,
}

impl Unescaped {
    /// Undoes the entities of an event's values. Nothing is allocated when there are none.
    pub(in crate::formats) fn of(xml: &str) -> Unescaped {
        let mut unescaped = Unescaped::default();
        if memchr(b'&', xml.as_bytes()).is_some() {
            walk(xml, &mut |leaf| {
                if memchr(b'&', leaf.value.as_bytes()).is_some() {
                    undo(leaf.value, &mut unescaped.text);
                    unescaped.ends.push(unescaped.text.len());
                }
            });
        }
        unescaped
    }
}

/// True when a text starts as an event does.
pub(in crate::formats) fn is_event(text: &str) -> bool {
    let rest = text.trim_ascii_start();
    let rest = match rest.strip_prefix("<?xml") {
        Some(rest) => rest.split_once("?>").map_or("", |(_, rest)| rest.trim_ascii_start()),
        None => rest,
    };
    rest.strip_prefix("<Event").is_some_and(|rest| {
        rest.starts_with([' ', '>']) && rest.contains("<System>") && rest.contains("<EventID")
    })
}

/// Gathers an event; false when its XML does not end.
pub(in crate::formats) fn read<'a>(
    xml: &'a str,
    unescaped: &'a Unescaped,
    record: &mut WindowsEvent<'a>,
    event: &mut EventBuilder<'_>,
) -> bool {
    // The header stands first, but what is set under its names must not be lost to event data: two passes.
    let (mut level, mut keywords) = ("", "");
    let mut values = Values { unescaped, next: 0, start: 0 };
    let is_whole = walk(xml, &mut |leaf| {
        let value = values.of(leaf.value);
        match leaf.section {
            "System" => match leaf.name {
                "EventID" => record.id = value,
                "Channel" => record.channel = value,
                "Computer" => record.computer = value,
                "Level" => level = value,
                "Keywords" => keywords = value,
                "Provider" => record.provider = attribute(leaf.attributes, "Name"),
                "TimeCreated" => record.stamp = attribute(leaf.attributes, "SystemTime"),
                "Security" => record.account.sid = attribute(leaf.attributes, "UserID"),
                _ => {}
            },
            "RenderingInfo" => match leaf.name {
                "Message" => record.message = value,
                "Level" => record.level = value,
                _ => {}
            },
            _ => {}
        }
    });
    if !is_whole {
        return false;
    }
    let said = |kind, text: &'a str| (!text.is_empty()).then_some((kind, text));
    put_header_texts(record, said(Kind::Number, level), said(Kind::Text, keywords), event);
    put_data(xml, Values { unescaped, next: 0, start: 0 }, record, event);
    true
}

/// Named values under their names, unnamed ones as `param1` to `paramN`.
fn put_data<'a>(
    xml: &'a str,
    mut values: Values<'a>,
    record: &mut WindowsEvent<'a>,
    event: &mut EventBuilder<'_>,
) {
    let mut unnamed = 0;
    walk(xml, &mut |leaf| {
        let value = values.of(leaf.value);
        let name = match (leaf.section, leaf.name) {
            ("EventData", "Data") => match attribute(leaf.attributes, "Name") {
                "" => {
                    unnamed += 1;
                    param_name(unnamed)
                }
                name => name,
            },
            ("EventData" | "UserData", name) => name,
            _ => "",
        };
        if !name.is_empty() {
            put_text(name, value, record, event);
        }
    });
}

/// The values as they come, those with entities out of the list.
struct Values<'a> {
    unescaped: &'a Unescaped,
    next: usize,
    start: usize,
}

impl<'a> Values<'a> {
    fn of(&mut self, raw: &'a str) -> &'a str {
        if memchr(b'&', raw.as_bytes()).is_none() {
            return raw;
        }
        let Some(end) = self.unescaped.ends.get(self.next) else { return raw };
        let value = self.unescaped.text.get(self.start..*end).unwrap_or_default();
        self.next += 1;
        self.start = *end;
        value
    }
}

/// An element without elements inside.
struct Leaf<'a> {
    /// The child of `Event` it lies in.
    section: &'a str,
    name: &'a str,
    attributes: &'a str,
    /// As received, entities and all.
    value: &'a str,
}

/// Shows every leaf of an event in order; false when the event does not end.
fn walk<'a>(xml: &'a str, visit: &mut dyn FnMut(Leaf<'a>)) -> bool {
    let (mut depth, mut section) = (0_usize, "");
    let mut open: Option<Tag<'a>> = None;
    for tag in (Tags { rest: xml }) {
        match tag.kind {
            TagKind::Open => {
                depth += 1;
                if depth == 2 {
                    section = tag.name;
                }
                open = Some(tag);
            }
            TagKind::Empty => {
                visit(Leaf { section, name: tag.name, attributes: tag.attributes, value: "" });
                open = None;
            }
            TagKind::Close => {
                if let Some(opened) = open.take()
                    && depth > 2
                {
                    let (name, attributes) = (opened.name, opened.attributes);
                    visit(Leaf { section, name, attributes, value: tag.before });
                }
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return true;
                }
            }
        }
    }
    false
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum TagKind {
    Open,
    Close,
    /// `<NAME …/>`.
    Empty,
}

#[derive(Clone, Copy)]
struct Tag<'a> {
    kind: TagKind,
    /// Without its prefix.
    name: &'a str,
    attributes: &'a str,
    /// The text between the last tag and this one.
    before: &'a str,
}

/// The tags of a text; comments, declarations and instructions are passed over.
struct Tags<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        loop {
            let open = memchr(b'<', self.rest.as_bytes())?;
            let before = self.rest.get(..open)?;
            let inner = self.rest.get(open + 1..)?;
            let end = tag_end(inner.as_bytes())?;
            let body = inner.get(..end)?;
            self.rest = inner.get(end + 1..)?;
            if body.starts_with(['?', '!']) {
                continue;
            }
            let (kind, body) = match (body.strip_prefix('/'), body.strip_suffix('/')) {
                (Some(body), _) => (TagKind::Close, body),
                (None, Some(body)) => (TagKind::Empty, body),
                (None, None) => (TagKind::Open, body),
            };
            let (name, attributes) = body.split_once([' ', '\t', '\r', '\n']).unwrap_or((body, ""));
            let name = name.rsplit_once(':').map_or(name, |(_, name)| name);
            return Some(Tag { kind, name, attributes, before });
        }
    }
}

/// Where the `>` of a tag stands: one inside a quoted value is none.
fn tag_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr3(b'>', b'\'', b'"', bytes.get(at..)?)?;
        let quote = *bytes.get(at)?;
        if quote == b'>' {
            return Some(at);
        }
        at += 1;
        at += memchr(quote, bytes.get(at..)?)? + 1;
    }
}

/// The value of an attribute; empty when absent.
fn attribute<'a>(attributes: &'a str, name: &str) -> &'a str {
    let mut rest = attributes;
    while let Some((key, behind)) = rest.split_once('=') {
        let behind = behind.trim_ascii_start();
        let Some(quote) = behind.bytes().next().filter(|byte| matches!(byte, b'\'' | b'"')) else { break };
        let inner = behind.get(1..).unwrap_or_default();
        let Some(end) = memchr(quote, inner.as_bytes()) else { break };
        if key.trim_ascii() == name {
            return inner.get(..end).unwrap_or_default();
        }
        rest = inner.get(end + 1..).unwrap_or_default();
    }
    ""
}

/// Appends a value with its entities undone; what is no entity stays as it is.
fn undo(raw: &str, out: &mut String) {
    /// Longest entity: `&#1114111;`.
    const ENTITY_BYTES_MAX: usize = 10;
    let mut rest = raw;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        out.push_str(rest.get(..at).unwrap_or_default());
        let behind = rest.get(at + 1..).unwrap_or_default();
        let bytes = behind.as_bytes();
        let window = bytes.get(..bytes.len().min(ENTITY_BYTES_MAX)).unwrap_or_default();
        let end = memchr2(b';', b'&', window).filter(|end| bytes.get(*end) == Some(&b';'));
        match end.and_then(|end| Some((entity(behind.get(..end)?)?, end))) {
            Some((character, end)) => {
                out.push(character);
                rest = behind.get(end + 1..).unwrap_or_default();
            }
            None => {
                out.push('&');
                rest = behind;
            }
        }
    }
    out.push_str(rest);
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_undone_and_what_is_none_stays() {
        for (raw, plain) in [
            ("a &lt;b&gt; &amp;amp; &#xe8;&#232;", "a <b> &amp; èè"),
            ("&", "&"),
            ("&nothing; &#x110000; &lt", "&nothing; &#x110000; &lt"),
            ("&&&&lt;", "&&&<"),
        ] {
            let mut out = String::new();
            undo(raw, &mut out);
            assert_eq!(out, plain, "{raw}");
        }
    }

    #[test]
    fn attributes_are_found_in_either_quotes() {
        assert_eq!(attribute("Name='a b' Guid=\"{x='y'}\"", "Guid"), "{x='y'}");
        assert_eq!(attribute("Name='a' Guid=\"", "Guid"), "");
        assert_eq!(attribute("Qualifiers=\"16384\"", "Name"), "");
    }

    #[test]
    fn deep_and_broken_markup_ends() {
        assert!(!walk(&"<a>".repeat(100_000), &mut |_| {}));
        assert!(!walk(&"<a b='".repeat(10_000), &mut |_| {}));
        assert!(walk("</a>", &mut |_| {}));
    }
}
