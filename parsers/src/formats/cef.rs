//! CEF, ArcSight's Common Event Format, of any vendor that has no format of its own.
//!
//! `CEF:0|Vendor|Product|Version|Signature id|Name|Severity|key=value key=value…`
//!
//! Promises: the header is cut at its seven pipes, escaped ones apart, before any value is looked at.
//! Must not know: the envelope. Source: ArcSight, Implementing Common Event Format, version 26.

mod samples;

use memchr::memmem;
use schema::{Column, EventBuilder};

use super::extension::{Attributes, Header, Separator};
use crate::format::{Format, Payload, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "cef",
    title: "CEF (ArcSight Common Event Format), any vendor",
    reference: "ArcSight, Implementing Common Event Format, version 26",
    programs: &["cef"],
    starts: b"CAP\"",
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

    /// The whole message; none when it is no CEF or its header is cut.
    pub(super) fn read(payload: &Payload<'a>) -> Option<Message<'a>> {
        let (header, extension) = header(body(payload)?)?;
        let attributes = Attributes::read(extension, Separator::Blank, header.vendor);
        Some(Message { header, attributes })
    }

    /// Fills the open event; what a vendor's format knows better it sets afterwards.
    pub(super) fn write(&self, payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
        if payload.program.eq_ignore_ascii_case("cef") {
            event.clear(Column::ProcessName);
        }
        self.attributes.write(&self.header, payload, event);
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let message = Message::read(payload).ok_or(Unreadable("the CEF header is cut"))?;
    message.write(payload, event);
    Ok(())
}

/// What follows `CEF:VERSION|`. A relay may have quoted the line, a module (`ASM:`) may stand in front, and
/// a tag reader takes `CEF: 0|` for a program.
fn body<'a>(payload: &Payload<'a>) -> Option<&'a str> {
    let text = payload.text.trim_start();
    if payload.program.eq_ignore_ascii_case("cef") {
        return version(text);
    }
    let text = match text.strip_prefix('"') {
        Some(quoted) => quoted.strip_suffix('"').unwrap_or(quoted),
        None => text,
    };
    let mut rest = text;
    for _ in 0..2 {
        let head = rest.get(..12.min(rest.len())).unwrap_or(rest);
        let at = memmem::find(head.as_bytes(), b"CEF:")?;
        let is_module = rest.get(..at)?.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b':');
        let after = rest.get(at + 4..)?;
        if !is_module {
            return None;
        }
        if let Some(body) = version(after.trim_start_matches(' ')) {
            return Some(body);
        }
        rest = after;
    }
    None
}

/// What follows `0|`.
fn version(text: &str) -> Option<&str> {
    let (version, rest) = text.split_once('|')?;
    let is_version =
        (1..=4).contains(&version.len()) && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_version.then_some(rest)
}

/// Six fields, each closed by a pipe; the last pipe may be missing where there is no extension.
fn header(body: &str) -> Option<(Header<'_>, &str)> {
    let (vendor, rest) = field(body)?;
    let (product, rest) = field(rest)?;
    let (version, rest) = field(rest)?;
    let (event_id, rest) = field(rest)?;
    let (name, rest) = field(rest)?;
    let (severity, extension) = field(rest).unwrap_or((rest, ""));
    (severity.len() <= 32)
        .then_some((Header { vendor, product, version, event_id, name, severity }, extension))
}

/// What stands before the next pipe that is not escaped, and what follows it.
pub(super) fn field(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let pipe = memchr::memchr_iter(b'|', bytes).find(|at| {
        let before = bytes.get(..*at).unwrap_or_default();
        before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 0
    })?;
    Some((text.get(..pipe)?, text.get(pipe + 1..)?))
}
