//! Stormshield Network Security (SNS): WELF `key=value` of every audit log (`logtype`).
//!
//! Promises: one pass over the pairs; the first value of a key counts. Must not know: the envelope.

mod keys;
mod meaning;
mod samples;

use memchr::memmem;
use schema::{Column, EventBuilder};

use super::account::set_user;
use super::civil_time::offset_s;
use super::{http, transport};
use crate::format::{Format, Payload, Unreadable};
use crate::key_value::pairs;
use crate::time::{When, iso};
use keys::{Key, Values};

/// See the module.
pub static FORMAT: Format = Format {
    name: "stormshield",
    title: "Stormshield Network Security (SNS)",
    reference: "Stormshield, Description of audit logs, SNS 4",
    programs: &["asqd", "serverd"],
    starts: b"it",
    needs: &[("id=", "=\""), ("time=", "=\"")],
    keys: &[],
    recognise,
    parse,
    samples: samples::SAMPLES,
};

/// Where the keys that tell the product stand.
const HEAD_BYTES: usize = 320;

/// `time=`, `fw=`, `tz=` and `startime=` in front: other WELF devices (SonicWall) write `sn=` and no `tz=`.
fn recognise(payload: &Payload<'_>) -> bool {
    let text = payload.text;
    if !text.starts_with("id=firewall ") && !text.starts_with("time=\"") {
        return false;
    }
    let bytes = text.as_bytes();
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    let has = |key: &[u8]| memmem::find(head, key).is_some();
    has(b" fw=\"") && has(b" tz=") && has(b" startime=\"")
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut values = Values::new();
    for (key, value) in pairs(payload.text, b' ') {
        let is_noise = matches!(key, "id" | "confid" | "slotlevel" | "ipv");
        if !values.put(key, value) && !value.is_empty() && !is_noise && (1..=64).contains(&key.len()) {
            event.field(key, value);
        }
    }
    if !values.has(Key::LogType) {
        return Err(Unreadable("no logtype: the line is cut"));
    }
    event.text(Column::ObserverVendor, "Stormshield");
    event.text(Column::ObserverProduct, "Stormshield Network Security");
    stamp(&values, payload, event);
    event.text_if_said(Column::HostName, values.get(Key::Firewall));
    event.text_if_said(Column::LogLevel, values.get(Key::Priority));
    flow(&values, event);
    content(&values, event);
    meaning::fill(&values, event);
    Ok(())
}

/// The firewall's own time, in the zone it says.
fn stamp(values: &Values<'_>, payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
    let Some(when) = iso(values.get(Key::Time)).or_else(|| iso(values.get(Key::Start))) else { return };
    let offset_s = offset_s(values.get(Key::TimeZone));
    if offset_s.is_some() || !payload.is_stamped || event.is_set(Column::TimeGuess) {
        payload.set_time(event, When { offset_s, ..when });
    }
}

/// Addresses, ports, interfaces, bytes, rule.
fn flow(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    for key in [Key::SourceIp, Key::Address] {
        if event.ip(Column::SourceIp, values.get(key)) {
            break;
        }
    }
    event.ip(Column::DestinationIp, values.get(Key::DestinationIp));
    for (column, key) in [
        (Column::SourcePort, Key::SourcePort),
        (Column::DestinationPort, Key::DestinationPort),
        (Column::SourceBytes, Key::Sent),
        (Column::DestinationBytes, Key::Received),
    ] {
        event.int_text(column, values.get(key));
    }
    if let Ok(count @ 2..) = values.get(Key::Repeat).parse::<i64>() {
        event.int(Column::EventCount, count);
    }
    event.text_if_said(Column::SourceMac, values.get(Key::SourceMac));
    event.text_if_said(Column::NetworkTransport, transport::name(values.get(Key::IpProtocol)));
    event.text_if_said(Column::NetworkProtocol, values.get(Key::Protocol));
    let ingress = values.first(&[Key::SourceInterface, Key::SourceInterfaceId]);
    event.text_if_said(Column::ObserverIngress, ingress);
    let egress = values.first(&[Key::DestinationInterface, Key::DestinationInterfaceId]);
    event.text_if_said(Column::ObserverEgress, egress);
    if values.get(Key::LogType) != "auth" {
        event.text_if_said(Column::RuleId, values.get(Key::RuleId));
    }
    event.text_if_said(Column::RuleName, values.get(Key::RuleName));
}

/// Who, and what was asked for.
fn content(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    set_user(event, values.get(Key::User));
    event.text_if_said(Column::UserDomain, values.get(Key::Domain));
    let kind = values.get(Key::LogType);
    let is_web = kind == "web" || (kind == "plugin" && matches!(values.get(Key::Protocol), "http" | "https"));
    if is_web {
        event.text_if_said(Column::HttpRequestMethod, values.get(Key::Operation));
        http::set_target(values.get(Key::Operation), values.get(Key::Argument), event);
        if !event.is_set(Column::UrlDomain) {
            event.text_if_said(Column::UrlDomain, values.get(Key::DestinationName));
        }
        if values.get(Key::Result).len() == 3 {
            event.int_text(Column::HttpResponseStatusCode, values.get(Key::Result));
        }
    } else if values.has(Key::Argument) {
        event.field("arg", values.get(Key::Argument));
    }
    event.text_if_said(Column::DestinationDomain, values.get(Key::DestinationName));
    event.text_if_said(Column::EmailFrom, values.get(Key::MailFrom));
    event.text_if_said(Column::EmailTo, values.get(Key::MailTo));
    event.text_if_said(Column::EmailSubject, values.get(Key::Subject));
    for (name, key) in [
        ("action", Key::Action),
        ("auth_method", Key::Method),
        ("category", Key::CategorySite),
        ("class", Key::Class),
        ("error", Key::Error),
        ("logtype", Key::LogType),
        ("message", Key::Message),
        ("phase", Key::Phase),
        ("session_id", Key::Session),
        ("source_host", Key::SourceName),
    ] {
        if values.has(key) {
            event.field(name, values.get(key));
        }
    }
}
