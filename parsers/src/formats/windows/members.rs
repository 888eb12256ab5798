//! From JSON members to an event and its verbatim view in `fields`: the header every shape has, the
//! event data, and the flat shape in which both lie side by side.
//!
//! Promises: a text is set as sent (an empty one too), a number as a number, null and missing not at
//! all, objects and lists left out; the header's names are never overwritten by event data.
//! Must not know: what an event means.

use schema::EventBuilder;

use super::WindowsEvent;
use crate::json::{Kind, Member};

/// Sets one member of event data.
#[inline]
pub(in crate::formats) fn put_member<'a>(
    member: Member<'a>,
    record: &mut WindowsEvent<'a>,
    event: &mut EventBuilder<'_>,
) {
    let kind = member.kind();
    if !matches!(kind, Kind::Null | Kind::Object | Kind::Array) {
        put(member.key(), kind, member.raw(), record, event);
    }
}

/// Sets one text of event data.
#[inline]
pub(in crate::formats) fn put_text<'a>(
    key: &str,
    value: &'a str,
    record: &mut WindowsEvent<'a>,
    event: &mut EventBuilder<'_>,
) {
    put(key, Kind::Text, value, record, event);
}

#[inline]
fn put<'a>(
    key: &str,
    kind: Kind,
    value: &'a str,
    record: &mut WindowsEvent<'a>,
    event: &mut EventBuilder<'_>,
) {
    if key.is_empty() {
        return;
    }
    record.facts.put(key, value);
    if !is_header(key) {
        put_verbatim(key, kind, value, event);
    }
}

#[inline]
fn put_verbatim(key: &str, kind: Kind, value: &str, event: &mut EventBuilder<'_>) {
    if kind == Kind::Number {
        event.field_number(key, value);
    } else {
        event.field(key, value);
    }
}

/// Names that belong to the header: event data of the same name (`Channel` of event 104) stays out.
fn is_header(key: &str) -> bool {
    matches!(
        key.as_bytes(),
        b"EventID" | b"Channel" | b"Provider_Name" | b"Computer" | b"Level" | b"Keywords"
    )
}

/// Sets the header of a shape that keeps it apart from the event data.
pub(in crate::formats) fn put_header(
    record: &WindowsEvent<'_>,
    level: Option<Member<'_>>,
    keywords: Option<Member<'_>>,
    event: &mut EventBuilder<'_>,
) {
    put_header_texts(record, level.and_then(said), keywords.and_then(said), event);
}

/// A scalar and its kind.
fn said(member: Member<'_>) -> Option<(Kind, &str)> {
    match member.kind() {
        Kind::Null | Kind::Object | Kind::Array => None,
        kind => Some((kind, member.raw())),
    }
}

/// Sets the header from texts.
pub(in crate::formats) fn put_header_texts(
    record: &WindowsEvent<'_>,
    level: Option<(Kind, &str)>,
    keywords: Option<(Kind, &str)>,
    event: &mut EventBuilder<'_>,
) {
    if !record.id.is_empty() {
        event.field_number("EventID", record.id);
    }
    for (name, value) in
        [("Channel", record.channel), ("Provider_Name", record.provider), ("Computer", record.computer)]
    {
        if !value.is_empty() {
            event.field(name, value);
        }
    }
    for (name, said) in [("Level", level), ("Keywords", keywords)] {
        if let Some((kind, text)) = said {
            put_verbatim(name, kind, text, event);
        }
    }
}

/// What of the flat shape is known only once all members were seen.
#[derive(Debug, Default)]
struct Seen<'a> {
    host_name: &'a str,
    source_name: &'a str,
    has_account_type: bool,
    severity: &'a str,
    level: &'a str,
    zoned_stamp: &'a str,
    event_time: &'a str,
}

/// Sets all members of the flat shape: header and event data side by side, as NXLog and others write it.
pub(in crate::formats) fn put_flat<'a>(
    members: impl Iterator<Item = Member<'a>>,
    record: &mut WindowsEvent<'a>,
    event: &mut EventBuilder<'_>,
) {
    let mut seen = Seen::default();
    for member in members {
        let (key, kind, value) = (member.key(), member.kind(), member.raw());
        if matches!(kind, Kind::Null | Kind::Object | Kind::Array) || key.is_empty() {
            continue;
        }
        if key == "EventID" {
            record.id = value;
            event.field_number(key, value);
            continue;
        }
        put_verbatim(key, kind, value, event);
        header_member(key, value, record, &mut seen);
    }
    if record.computer.is_empty() && !seen.host_name.is_empty() {
        record.computer = seen.host_name;
        event.field("Computer", seen.host_name);
    }
    if record.provider.is_empty() && !seen.source_name.is_empty() {
        record.provider = seen.source_name;
        event.field("Provider_Name", seen.source_name);
    }
    // NXLog says AccountType when the account is the header's; alone, AccountName is event data.
    if !seen.has_account_type {
        record.account = super::Account::default();
    }
    record.level = if seen.severity.is_empty() { seen.level } else { seen.severity };
    record.stamp = if seen.zoned_stamp.is_empty() { seen.event_time } else { seen.zoned_stamp };
}

#[inline]
fn header_member<'a>(key: &str, value: &'a str, record: &mut WindowsEvent<'a>, seen: &mut Seen<'a>) {
    match key.as_bytes() {
        b"Channel" => record.channel = value,
        b"Provider_Name" => record.provider = value,
        b"Computer" => record.computer = value,
        b"SourceName" => seen.source_name = value,
        b"ProviderName" if seen.source_name.is_empty() => seen.source_name = value,
        b"Hostname" => seen.host_name = value,
        b"Severity" => seen.severity = value,
        b"Level" => seen.level = value,
        b"Keywords" => record.keywords = value,
        b"EventType" => record.kind = value,
        b"@timestamp" => seen.zoned_stamp = value,
        b"TimeCreated" | b"SystemTime" if seen.zoned_stamp.is_empty() => seen.zoned_stamp = value,
        b"EventTime" | b"TimeGenerated" => seen.event_time = value,
        b"Message" => record.message = value,
        b"AccountType" => seen.has_account_type = true,
        b"Domain" => record.account.domain = value,
        b"UserID" => record.account.sid = value,
        b"AccountName" => {
            record.account.name = value;
            record.facts.put(key, value);
        }
        _ => {
            record.facts.put(key, value);
        }
    }
}
