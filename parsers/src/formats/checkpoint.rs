//! Check Point gateways and management: the Log Exporter's shapes (syslog, Splunk, generic, JSON) and the export of
//! SmartView Tracker.
//!
//! Promises: the first value of a field counts; escapes keep what a client sent within its value.
//! Must not know: how CEF and LEEF are cut.

mod keys;
mod meaning;
mod pairs;
mod samples;
mod tracker;

use schema::{Column, EventBuilder};

use super::account::set_user;
use super::peer::is_digits;
use super::{carried, http, transport};
use crate::format::{Format, Payload, Unreadable};
use crate::time::{epoch, iso, iso_prefix};
use keys::{Key, Values};
use pairs::{Shape, pairs};

/// See the module.
pub static FORMAT: Format = Format {
    name: "checkpoint",
    title: "Check Point (Log Exporter syslog, key=value, JSON, CEF, LEEF; SmartView Tracker export)",
    reference: "Check Point sk122323 Log Exporter, sk144192 Log Fields Description",
    programs: &["checkpoint", "cp-gw", "cplogexporter", "cef"],
    starts: b"[CLs1{\"talAoUhp",
    needs: &[("", "\""), ("", "[:"), ("", " ="), ("", "|")],
    keys: &["loguid"],
    recognise,
    parse,
    samples: samples::SAMPLES,
};

/// How far the first field may stand: a header that no envelope took.
const HEAD_BYTES_MAX: usize = 320;
/// Where the fields that tell the vendor stand.
const KEYS_BYTES_MAX: usize = 2048;

fn recognise(payload: &Payload<'_>) -> bool {
    if let Some(json) = payload.json {
        return json.has_all(&["loguid", "product"]) || json.has_all(&["loguid", "origin", "time"]);
    }
    tracker::is_row(payload.text) || body(payload).is_some() || is_carried(payload)
}

/// CEF and LEEF of the Log Exporter.
fn is_carried(payload: &Payload<'_>) -> bool {
    carried::header(payload).is_some_and(|header| header.vendor == "Check Point")
}

/// Reads CEF and LEEF: the blade stands in the header.
fn read_carried(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (header, attributes) = carried::read(payload, event)?;
    let mut values = Values::new();
    for (key, value) in attributes.pairs() {
        let own = match key {
            "act" => "action",
            "request" => "resource",
            _ => key,
        };
        values.put(own, value);
    }
    values.put("product", header.product);
    values.put("protection_name", attributes.labelled(&["protectionname"]));
    event.ip(Column::HostIp, values.get(Key::Origin));
    meaning::fill(&values, event);
    Ok(())
}

/// The fields and their shape, when they are surely Check Point's.
fn body<'a>(payload: &Payload<'a>) -> Option<(&'a str, Shape)> {
    if let Some(found) = bracketed(payload.text) {
        return Some((found, Shape::Quoted));
    }
    let text = payload.text.trim_start();
    let head = text.get(..KEYS_BYTES_MAX).unwrap_or(text);
    let is_known = |sign: &str, separator: u8| {
        let at = |key: &str| has_key(head, key, sign, separator);
        (at("loguid") || at("uuid") || at("UUid") || at("i/f_dir") || at("ifdir") || at("orig"))
            && (at("product") || at("action") || at("Action"))
            && (at("origin") || at("orig") || at("src"))
    };
    let first_end = head.find(['|', ';', ' '])?;
    if !head.get(..first_end)?.contains('=') {
        return None;
    }
    match head.as_bytes().get(first_end)? {
        b'|' if is_known("=", b'|') => Some((text, Shape::Bars)),
        b';' if is_known("=", b';') => Some((text, Shape::Semicolons)),
        b' ' if is_known("=\"", b' ') => Some((text, Shape::Blanks)),
        _ => None,
    }
}

/// True when a key stands at the start, or behind a separator and perhaps a blank, with that sign behind it.
fn has_key(head: &str, key: &str, sign: &str, separator: u8) -> bool {
    memchr::memmem::find_iter(head.as_bytes(), key.as_bytes()).any(|at| {
        let before = head.get(..at).unwrap_or_default().trim_end_matches(' ');
        let is_first = before.is_empty() || separator == b' ' && before.len() < at;
        (is_first || before.as_bytes().last() == Some(&separator))
            && head.get(at + key.len()..).is_some_and(|rest| rest.starts_with(sign))
    })
}

/// What stands behind the `[` of `CheckPoint 1234 - [action:"Drop"; …]`.
fn bracketed(text: &str) -> Option<&str> {
    let head = text.get(..HEAD_BYTES_MAX).unwrap_or(text);
    let at = memchr::memchr(b'[', head.as_bytes())?;
    let before = head.get(..at)?.trim_end();
    let is_header = before.is_empty()
        || matches!(before, "syslog" | "- -")
        || (before.ends_with('-') && before.len() < 8)
        || before.contains(" CheckPoint ");
    if !is_header {
        return None;
    }
    let fields = text.get(at + 1..)?;
    let (key, after) = fields.split_once(':')?;
    let is_key = !key.is_empty()
        && key.len() <= 32
        && key.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'/'));
    (is_key && (after.starts_with('"') || after.starts_with(":\""))).then_some(fields)
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.text(Column::ObserverVendor, "Check Point");
    if payload.json.is_none() && tracker::is_row(payload.text) {
        return tracker::read(payload, event);
    }
    if payload.json.is_none() && body(payload).is_none() && is_carried(payload) {
        return read_carried(payload, event);
    }
    let mut values = Values::new();
    if let Some(json) = payload.json {
        for member in json.members() {
            put(&mut values, member.key(), member.scalar().unwrap_or_default(), event);
        }
    } else {
        let (text, shape) = body(payload).ok_or(Unreadable("expected fields of Check Point"))?;
        header(payload, event);
        for (key, value) in pairs(text, shape) {
            put(&mut values, key, value, event);
        }
    }
    if !values.has(Key::Action) && !values.has(Key::Product) && !values.has(Key::Operation) {
        return Err(Unreadable("neither action nor product: the line is cut"));
    }
    stamp(&values, payload, event);
    origin(&values, event);
    flow(&values, event);
    content(&values, event);
    meaning::fill(&values, event);
    Ok(())
}

fn put<'a>(values: &mut Values<'a>, key: &str, value: &'a str, event: &mut EventBuilder<'_>) {
    let is_noise = matches!(key, "flags" | "version" | "sequencenum" | "__policy_id_tag" | "db_tag");
    if !values.put(key, value) && !value.is_empty() && !is_noise && (1..=64).contains(&key.len()) {
        event.field(key, value);
    }
}

/// `1 2026-03-16T08:12:44Z HOST CheckPoint 1234 - [`, when no envelope took it; older releases write a blank for the `T`.
fn header(payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
    let Some(head) = payload.text.trim_start().strip_prefix("1 ") else { return };
    let Some((when, rest)) = iso_prefix(head) else { return };
    payload.set_time(event, when);
    event.text_if_said(Column::HostName, rest.split(' ').find(|word| !word.is_empty()).unwrap_or_default());
}

fn stamp(values: &Values<'_>, payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
    let said = values.get(Key::Time);
    if let Some(time_us) = epoch(said) {
        payload.set_time_us(event, time_us);
    } else if let Some(when) = iso(said)
        && (when.offset_s.is_some() || !payload.is_stamped)
    {
        payload.set_time(event, when);
    }
}

/// The gateway.
fn origin(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    event.text_if_said(Column::ObserverProduct, values.get(Key::Product));
    event.ip(Column::HostIp, values.get(Key::Origin));
    // `CN=gateway,O=management.example`, the signs perhaps escaped.
    let name = values.get(Key::Gateway);
    let name =
        ["CN=", "cn=", "CN\\=", "cn\\="].iter().find_map(|mark| name.strip_prefix(mark)).unwrap_or(name);
    let name = name.split(',').next().unwrap_or(name);
    if !event.is_set(Column::HostName) {
        event.text_if_said(Column::HostName, name);
    } else if !name.is_empty() {
        event.field("gateway", name);
    }
    event.text_if_said(Column::LogLevel, values.get(Key::Severity));
}

/// Addresses, ports, interfaces, bytes.
fn flow(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    for key in [Key::ProxySource, Key::Source, Key::ClientIp] {
        if event.ip(Column::SourceIp, values.get(key)) {
            break;
        }
    }
    event.ip(Column::DestinationIp, values.get(Key::Destination));
    event.int_text(Column::SourcePort, values.get(Key::SourcePort));
    let service = values.get(Key::DestinationPort);
    if is_digits(service) {
        event.int_text(Column::DestinationPort, service);
    } else if !service.is_empty() {
        event.field("service", service);
    }
    event.text_if_said(Column::NetworkTransport, transport::name(values.get(Key::Protocol)));
    event.text_if_said(Column::SourceMac, values.get(Key::SourceMac));
    let interface = values.get(Key::Interface);
    let (ingress, egress) = match values.get(Key::Direction) {
        "outbound" => (values.get(Key::InZone), interface),
        _ => (interface, values.first(&[Key::OutInterface, Key::OutZone])),
    };
    event.text_if_said(Column::ObserverIngress, ingress);
    event.text_if_said(Column::ObserverEgress, egress);
    let zones = (values.get(Key::InZone), values.get(Key::OutZone));
    match zones {
        ("Internal", "External") => event.text(Column::NetworkDirection, "outbound"),
        ("External", "Internal" | "Local") => event.text(Column::NetworkDirection, "inbound"),
        ("Internal", "Internal" | "Local") => event.text(Column::NetworkDirection, "internal"),
        _ => {}
    }
    event.int_text(Column::SourceBytes, values.get(Key::BytesOut));
    event.int_text(Column::DestinationBytes, values.get(Key::BytesIn));
    event.text_if_said(Column::RuleId, values.first(&[Key::Rule, Key::RuleUid]));
    event.text_if_said(Column::RuleName, values.get(Key::RuleName));
    for (name, key) in [
        ("nat_source_ip", Key::NatSource),
        ("nat_source_port", Key::NatSourcePort),
        ("nat_destination_ip", Key::NatDestination),
        ("nat_destination_port", Key::NatDestinationPort),
    ] {
        if !matches!(values.get(key), "" | "0" | "0.0.0.0") {
            event.field(name, values.get(key));
        }
    }
}

/// Who, and what was asked for.
fn content(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    user(values.first(&[Key::User, Key::Administrator]), event);
    let resource = values.get(Key::Resource);
    if resource.contains("://") || resource.starts_with('/') {
        http::set_target("", resource, event);
    } else {
        event.text_if_said(Column::UrlDomain, resource);
    }
    for (column, key) in [
        (Column::DestinationDomain, Key::DestinationName),
        (Column::DnsQuestionName, Key::DnsQuery),
        (Column::DnsQuestionType, Key::DnsType),
        (Column::EmailFrom, Key::EmailFrom),
        (Column::EmailSubject, Key::EmailSubject),
        (Column::EmailTo, Key::EmailTo),
        (Column::FilePath, Key::FileName),
        (Column::HttpRequestMethod, Key::Method),
        (Column::HttpRequestReferrer, Key::Referrer),
        (Column::UserAgentOriginal, Key::UserAgent),
    ] {
        event.text_if_said(column, values.get(key));
    }
    if values.get(Key::Sha256).len() == 64 {
        event.text(Column::FileHashSha256, values.get(Key::Sha256));
    }
    for (name, key) in [
        ("action", Key::Action),
        ("application", Key::Application),
        ("auth_method", Key::AuthMethod),
        ("category", Key::Category),
        ("direction", Key::Direction),
        ("inzone", Key::InZone),
        ("loguid", Key::LogUid),
        ("machine", Key::Machine),
        ("message", Key::Message),
        ("object", Key::ObjectName),
        ("object_type", Key::ObjectType),
        ("operation", Key::Operation),
        ("outzone", Key::OutZone),
        ("peer_gateway", Key::PeerGateway),
        ("protection_id", Key::ProtectionId),
        ("rule_uid", Key::RuleUid),
        ("service_id", Key::ServiceId),
        ("server_name", Key::Host),
        ("subject", Key::Subject),
        ("vpn_feature", Key::VpnFeature),
    ] {
        let value = values.get(key);
        if !value.is_empty() {
            event.field(name, value);
        }
    }
}

/// `DOMAIN\user`, `user`, or `Given Family (user)` as identity awareness writes it: the name stays as written.
fn user(account: &str, event: &mut EventBuilder<'_>) {
    let account = account.trim();
    if let Some((_, inner)) = account.strip_suffix(')').and_then(|text| text.rsplit_once(" ("))
        && !inner.contains(' ')
        && !inner.is_empty()
    {
        event.field("account", inner);
    }
    set_user(event, account);
}
