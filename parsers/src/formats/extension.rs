//! What CEF and LEEF share: a list of `key=value` attributes under the names of two dictionaries, and what
//! they say in the event table.
//!
//! A format of one vendor that rides on CEF or LEEF calls the same reader ([`super::cef::Message`],
//! [`super::leef::Message`]), writes it, and sets what it knows better.
//!
//! Promises: linear; the first value of a key counts, so that a text further behind moves nothing; of several sources the
//! one that no text can have made up.
//! Must not know: headers, vendors other than by the table in `vendors`.
//! Source: ArcSight, Implementing Common Event Format, extension dictionary; IBM QRadar LEEF, predefined attributes.

mod customs;
pub(super) mod keys;
mod kind;
mod pairs;
mod sources;
mod stamp;
mod text;
mod vendors;
mod write;

use crate::format::Payload;
use customs::Customs;
pub(super) use keys::Key;
use keys::Values;
pub(super) use pairs::Separator;
use schema::{Column, EventBuilder};
pub(super) use text::unescaped;

/// Who wrote the attributes, by the header in front of them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Header<'a> {
    pub(super) vendor: &'a str,
    pub(super) product: &'a str,
    pub(super) version: &'a str,
    /// CEF: signature id (device event class id); LEEF: event id.
    pub(super) event_id: &'a str,
    /// CEF only.
    pub(super) name: &'a str,
    /// CEF only.
    pub(super) severity: &'a str,
}

/// The attributes of one message.
#[derive(Debug)]
pub(super) struct Attributes<'a> {
    text: &'a str,
    separator: Separator<'a>,
    values: Values<'a>,
    customs: Customs<'a>,
    /// There are keys that no dictionary has.
    has_others: bool,
}

impl<'a> Attributes<'a> {
    /// Reads the attributes of a message of that vendor.
    pub(super) fn read(text: &'a str, separator: Separator<'a>, vendor: &str) -> Attributes<'a> {
        let mut attributes = Attributes {
            text,
            separator,
            values: Values::new(),
            customs: Customs::default(),
            has_others: false,
        };
        let aliases = vendors::aliases(vendor);
        for (key, value) in pairs::pairs(text, separator) {
            let known = match vendors::known(aliases, key) {
                Some(alias) => attributes.values.put(alias, value),
                None => attributes.values.put(key, value) || attributes.customs.put(key, value),
            };
            attributes.has_others |= !known;
        }
        if separator == Separator::Blank && sources::are_many(text) {
            attributes.values.replace(Key::SourceIp, sources::last_certain(text));
        }
        attributes
    }

    /// The value of a key of the dictionaries as written (escapes kept); empty when not said.
    pub(super) fn get(&self, key: Key) -> &'a str {
        said(self.values.get(key))
    }

    /// The first of these that says something.
    pub(super) fn first(&self, keys: &[Key]) -> &'a str {
        keys.iter().map(|key| self.get(*key)).find(|value| !value.is_empty()).unwrap_or_default()
    }

    /// The custom value whose label is one of these (lower case, letters and digits only); empty when none is.
    pub(super) fn labelled(&self, labels: &[&str]) -> &'a str {
        said(self.customs.labelled(labels))
    }

    /// The value of a key of the vendor's own; empty when not said. Walks the text: for a few keys only.
    #[allow(dead_code, reason = "for formats of one vendor")]
    pub(super) fn other(&self, key: &str) -> &'a str {
        pairs::pairs(self.text, self.separator)
            .find(|(name, _)| *name == key)
            .map_or("", |(_, value)| said(value))
    }

    /// All attributes in order, under the keys of the message, escapes kept.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        pairs::pairs(self.text, self.separator).map(|(key, value)| (key, said(value)))
    }

    /// Fills the open event from the header and all attributes.
    pub(super) fn write(&self, header: &Header<'_>, payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
        write::header(header, event);
        write::columns(self, event);
        write::rule(self, header, event);
        write::fields(self, header.vendor, event);
        stamp::set(self, payload, event);
        kind::set(self, header, event);
        if self.has_others || self.customs.named().next().is_some() {
            // Some products write whole records under names of their own.
            let others = pairs::pairs(self.text, self.separator)
                .filter(|(key, _)| !keys::is_known(key) && !keys::is_unmapped(key));
            crate::generic::complete_pairs(others.chain(self.customs.named()), payload, event);
        }
    }
}

/// The value, or nothing when it is a word for nothing.
fn said(value: &str) -> &str {
    match value {
        "-" | "N/A" | "n/a" | "None" | "none" | "null" | "NULL" | "(null)" | "\"\"" => "",
        value => value,
    }
}

/// Sets a column when something is said, escapes undone.
fn set(event: &mut EventBuilder<'_>, column: Column, value: &str) {
    if !value.is_empty() {
        event.text_if_said(column, &unescaped(value));
    }
}
