//! Sophos Firewall (SFOS; XG and XGS): `key=value` of the device standard and the central reporting format.
//!
//! Promises: one pass over the pairs; the first value of a key counts. Must not know: the envelope, Sophos UTM.

mod keys;
mod meaning;
mod samples;

use memchr::memmem;
use schema::{Column, EventBuilder};

use super::account::set_user;
use super::civil_time::{date_and_time, offset_s};
use super::peer::{is_address, is_digits};
use super::{http, transport};
use crate::format::{Format, Payload, Unreadable};
use crate::key_value::pairs;
use crate::time::{When, iso};
use keys::{Key, Values};

/// See the module.
pub static FORMAT: Format = Format {
    name: "sophos_xg",
    title: "Sophos Firewall (SFOS, key=value)",
    reference: "Sophos Firewall syslog guide 21.5",
    programs: &[],
    starts: b"dtl",
    needs: &[("device", "=_"), ("timestamp=", "=_"), ("date=", "=_"), ("log_", "=_")],
    keys: &[],
    recognise,
    parse,
    samples: samples::SAMPLES,
};

/// Where the keys that tell the product stand.
const HEAD_BYTES: usize = 512;

fn recognise(payload: &Payload<'_>) -> bool {
    let text = payload.text.trim_start();
    if !["device=", "device_name=", "timestamp=", "date=", "log_id=", "log_type="]
        .iter()
        .any(|key| text.starts_with(key))
    {
        return false;
    }
    let bytes = text.as_bytes();
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    let has = |key: &[u8]| memmem::find(head, key).is_some();
    has(b"log_id=") && has(b"log_type=") && (has(b"log_component=") || has(b"log_subtype="))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut values = Values::new();
    for (key, value) in pairs(payload.text, b' ') {
        if !values.put(key, value) && !matches!(value, "" | "0" | "N/A") && (1..=64).contains(&key.len()) {
            event.field(key, value);
        }
    }
    if !values.has(Key::Component) && !values.has(Key::Subtype) {
        return Err(Unreadable("no log_component: the line is cut"));
    }
    event.text(Column::ObserverVendor, "Sophos");
    event.text(Column::ObserverProduct, "Sophos Firewall");
    stamp(&values, payload, event);
    origin(&values, event);
    flow(&values, event);
    content(&values, event);
    leftover(&values, event);
    meaning::fill(&values, event);
    Ok(())
}

/// `timestamp="2026-03-16T09:12:44+0100"`, or `date=`, `time=` and `timezone=`.
fn stamp(values: &Values<'_>, payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
    let when = match iso(values.get(Key::Timestamp)) {
        Some(when) => when,
        None => {
            let Some(when) = date_and_time(values.get(Key::Date), values.get(Key::Time)) else { return };
            When { offset_s: offset_s(values.get(Key::TimeZone)), ..when }
        }
    };
    if when.offset_s.is_some() || !payload.is_stamped || event.is_set(Column::TimeGuess) {
        payload.set_time(event, when);
    }
}

/// The firewall, its message, and who.
fn origin(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    // The central reporting format writes the product here.
    if !matches!(values.get(Key::DeviceName), "SFW" | "") {
        event.text(Column::HostName, values.get(Key::DeviceName));
    }
    event.text_if_said(Column::EventCode, values.get(Key::LogId));
    event.text_if_said(Column::LogLevel, values.get(Key::Severity));
    let user = values.get(Key::User);
    if user != "-" {
        set_user(event, user);
    }
    event.text_if_said(Column::GroupName, values.get(Key::Group));
}

/// Addresses, ports, interfaces, bytes.
fn flow(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    for key in [Key::SourceIp, Key::RemoteIp] {
        if event.ip(Column::SourceIp, values.get(key)) {
            break;
        }
    }
    event.ip(Column::DestinationIp, values.get(Key::DestinationIp));
    for (column, key) in
        [(Column::SourcePort, Key::SourcePort), (Column::DestinationPort, Key::DestinationPort)]
    {
        event.int_text(column, values.get(key));
    }
    event.text_if_said(Column::SourceMac, values.first(&[Key::SourceMac, Key::ClientAddress]));
    event.text_if_said(Column::NetworkTransport, transport::name(values.get(Key::Protocol)));
    event.text_if_said(Column::ObserverIngress, values.first(&[Key::InInterface, Key::SourceZone]));
    event.text_if_said(Column::ObserverEgress, values.first(&[Key::OutInterface, Key::DestinationZone]));
    let inside = |kind: &str| match kind {
        "LAN" | "DMZ" | "WIFI" | "LOCAL" => Some(true),
        "WAN" => Some(false),
        _ => None,
    };
    let zones = (values.get(Key::SourceZoneKind), values.get(Key::DestinationZoneKind));
    if let (Some(from), Some(to)) = (inside(zones.0), inside(zones.1))
        && (from || to)
    {
        let word = match (from, to) {
            (true, true) => "internal",
            (true, false) => "outbound",
            (false, _) => "inbound",
        };
        event.text(Column::NetworkDirection, word);
    }
    event.int_text(Column::SourceBytes, values.get(Key::BytesSent));
    event.int_text(Column::DestinationBytes, values.get(Key::BytesReceived));
    if values.get(Key::RuleId) != "0" {
        event.text_if_said(Column::RuleId, values.get(Key::RuleId));
    }
    event.text_if_said(Column::RuleName, values.get(Key::RuleName));
}

/// What was asked for: names, URLs, files, mail.
fn content(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    let url = values.get(Key::Url);
    http::set_target("", url, event);
    let domain = values.get(Key::Domain);
    if is_address(domain) {
        event.ip(Column::DestinationIp, domain);
    } else {
        event.text_if_said(Column::DestinationDomain, domain);
    }
    if !url.is_empty() && !event.is_set(Column::UrlDomain) {
        event.text_if_said(Column::UrlDomain, domain);
    }
    event.text_if_said(Column::UrlQuery, values.get(Key::Query).trim_start_matches('?'));
    let status = values.get(Key::HttpStatus);
    if is_digits(status) && status != "0" {
        event.int_text(Column::HttpResponseStatusCode, status);
    }
    for (column, key) in [
        (Column::HttpRequestMethod, Key::HttpMethod),
        (Column::HttpRequestReferrer, Key::Referrer),
        (Column::UserAgentOriginal, Key::Agent),
        (Column::FilePath, Key::File),
        (Column::EmailFrom, Key::MailFrom),
        (Column::EmailTo, Key::MailTo),
        (Column::EmailSubject, Key::MailSubject),
        (Column::EmailMessageId, Key::MailId),
        (Column::TlsVersion, Key::TlsVersion),
    ] {
        event.text_if_said(column, values.get(key));
    }
    if values.get(Key::Sha256).len() == 64 {
        event.text(Column::FileHashSha256, values.get(Key::Sha256));
    }
    for (rule, number) in [(Key::IpsSignatureName, Key::IpsSignature), (Key::Malware, Key::IpsSignature)] {
        if values.has(rule) {
            event.text(Column::RuleName, values.get(rule));
            event.text_if_said(Column::RuleId, values.get(number));
        }
    }
}

/// Keys that have no column.
fn leftover(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    for (name, key) in [
        ("type", Key::LogType),
        ("component", Key::Component),
        ("subtype", Key::Subtype),
        ("status", Key::Status),
        ("action", Key::Action),
        ("application", Key::Application),
        ("auth_method", Key::AuthMethod),
        ("category", Key::Category),
        ("connection", Key::Connection),
        ("message", Key::Message),
        ("reason", Key::Reason),
        ("source_zone", Key::SourceZone),
        ("destination_zone", Key::DestinationZone),
    ] {
        if values.has(key) {
            event.field(name, values.get(key));
        }
    }
}
