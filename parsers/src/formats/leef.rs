//! LEEF, IBM QRadar's Log Event Extended Format 1.0 and 2.0, of any vendor that has no format of its own.
//!
//! `LEEF:1.0|Vendor|Product|Version|Event id|key=value<tab>key=value…`, `LEEF:2.0|…|Event id|delimiter|…`
//!
//! Promises: the header is cut at its pipes before any value is looked at. Must not know: the envelope.
//! Source: IBM Security QRadar, Log Event Extended Format, version 2.

mod samples;

use schema::EventBuilder;

use super::cef::field;
use super::extension::{Attributes, Header, Separator};
use crate::format::{Format, Payload, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "leef",
    title: "LEEF (IBM QRadar Log Event Extended Format), any vendor",
    reference: "IBM Security QRadar, Log Event Extended Format, version 2",
    programs: &["leef"],
    starts: b"L\"",
    needs: &[],
    keys: &[],
    recognise: |payload| body(payload).is_some(),
    parse,
    samples: samples::SAMPLES,
};

/// A message: for formats of one vendor too.
#[derive(Debug)]
pub(super) struct Message<'a> {
    pub(super) header: Header<'a>,
    pub(super) attributes: Attributes<'a>,
}

impl<'a> Message<'a> {
    /// The header alone, for a format that recognises its vendor.
    pub(super) fn header(payload: &Payload<'a>) -> Option<Header<'a>> {
        header(body(payload)?).map(|(header, _)| header)
    }

    /// The whole message; none when it is no LEEF or its header is cut.
    pub(super) fn read(payload: &Payload<'a>) -> Option<Message<'a>> {
        let body = body(payload)?;
        let (header, rest) = header(body)?;
        let (separator, text) = delimiter(rest, body.starts_with('2'));
        let attributes = Attributes::read(text, separator, header.vendor);
        Some(Message { header, attributes })
    }

    /// Fills the open event; what a vendor's format knows better it sets afterwards.
    pub(super) fn write(&self, payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
        self.attributes.write(&self.header, payload, event);
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let message = Message::read(payload).ok_or(Unreadable("the LEEF header is cut"))?;
    message.write(payload, event);
    Ok(())
}

/// What follows `LEEF:`, from the version on. A relay may have quoted the line.
fn body<'a>(payload: &Payload<'a>) -> Option<&'a str> {
    let text = payload.text.trim_start();
    let text = match text.strip_prefix('"') {
        Some(quoted) => quoted.strip_suffix('"').unwrap_or(quoted),
        None => text,
    };
    let is_tag = payload.program.eq_ignore_ascii_case("leef");
    let body = if is_tag { text } else { text.strip_prefix("LEEF:")?.trim_start_matches(' ') };
    (body.starts_with("1.0|") || body.starts_with("2.0|") || body.starts_with("1|") || body.starts_with("2|"))
        .then_some(body)
}

fn header(body: &str) -> Option<(Header<'_>, &str)> {
    let (_, rest) = field(body)?;
    let (vendor, rest) = field(rest)?;
    let (product, rest) = field(rest)?;
    let (version, rest) = field(rest)?;
    let (event_id, rest) = field(rest)?;
    Some((Header { vendor, product, version, event_id, ..Header::default() }, rest))
}

/// The delimiter in force and the attributes behind it. Version 2 names one: a character, or its code
/// (`x5E`, `0x5E`); tabs are the rule, and some relays write them as text or turn them into blanks.
fn delimiter(rest: &str, is_second: bool) -> (Separator<'_>, &str) {
    if is_second && let Some((word, attributes)) = rest.split_once('|').filter(|(word, _)| word.len() <= 6) {
        if let Some(separator) = named(word) {
            return (Separator::Text(separator), attributes);
        }
        if word.is_empty() {
            return (tabs(attributes), attributes);
        }
    }
    (tabs(rest), rest)
}

fn named(word: &str) -> Option<&str> {
    let mut characters = word.chars();
    if characters.next().is_some() && characters.next().is_none() {
        return Some(word);
    }
    let code = word.strip_prefix("0x").or_else(|| word.strip_prefix(['x', 'X']))?;
    let code = u8::from_str_radix(code, 16).ok().filter(u8::is_ascii)?;
    ASCII.get(usize::from(code)..usize::from(code) + 1)
}

/// Every ASCII character in its place, to name one by its code without a copy.
static ASCII: &str = "\0\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\u{8}\t\n\u{b}\u{c}\r\u{e}\u{f}\u{10}\u{11}\u{12}\u{13}\u{14}\u{15}\u{16}\u{17}\u{18}\u{19}\u{1a}\u{1b}\u{1c}\u{1d}\u{1e}\u{1f} !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\u{7f}";

fn tabs(attributes: &str) -> Separator<'_> {
    ["\t", "#011", "\\0x09", "\\t", "<009>"]
        .into_iter()
        .find(|tab| attributes.contains(tab))
        .map_or(Separator::Blank, Separator::Text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delimiter_is_a_character_or_its_code() {
        for (rest, separator, attributes) in [
            ("^|a=1^b=2", Separator::Text("^"), "a=1^b=2"),
            ("x5E|a=1^b=2", Separator::Text("^"), "a=1^b=2"),
            ("0x09|a=1\tb=2", Separator::Text("\t"), "a=1\tb=2"),
            ("|a=1\tb=2", Separator::Text("\t"), "a=1\tb=2"),
            ("a=1\tb=2|", Separator::Text("\t"), "a=1\tb=2|"),
        ] {
            assert_eq!(delimiter(rest, true), (separator, attributes), "{rest}");
        }
        assert_eq!(delimiter("a=1 b=2", false), (Separator::Blank, "a=1 b=2"));
        assert_eq!(ASCII.len(), 128);
    }
}
