//! FortiGate (FortiOS) log messages as `key=value`: traffic, security profiles, system and VPN events.
//!
//! Promises: one pass over the pairs; a client's text (URL, user agent, user) moves no other key.
//! Must not know: the envelope.

mod action;
mod cef;
mod config;
mod keys;
mod samples;
mod stamp;

use schema::{Column, EventBuilder};

use super::{account, http, transport};
use crate::format::{Format, Payload, Unreadable};
use keys::{Key, Sign, Values};

/// See the module.
pub static FORMAT: Format = Format {
    name: "fortigate",
    title: "Fortinet FortiGate (FortiOS, key=value and CEF)",
    reference: "Fortinet, FortiOS Log Message Reference 7.4",
    programs: &["cef"],
    starts: b" delitvCL\"",
    needs: &[
        ("date=", "="),
        ("time", "="),
        ("itime=", "="),
        ("eventtime=", "="),
        ("devname=", "="),
        ("devid=", "="),
        ("logver=", "="),
        ("type=", "="),
        ("vd=", "="),
        ("logid=", "="),
        ("", "|"),
    ],
    keys: &[],
    recognise,
    parse,
    samples: samples::SAMPLES,
};

/// First keys of a line, by how a device or a relay begins it.
const FIRST_KEYS: &[&str] = &[
    "date=",
    "time=",
    "timestamp=",
    "itime=",
    "eventtime=",
    "devname=",
    "devid=",
    "logver=",
    "type=",
    "vd=",
    "logid=",
];

/// The signs of a line's keys, when all are there.
const ALL_SIGNS: u8 = Sign::Device as u8 | Sign::Type as u8 | Sign::Level as u8;
/// How far from the start the keys that tell the product stand.
const HEAD_BYTES: usize = 384;

fn recognise(payload: &Payload<'_>) -> bool {
    if opens(payload.text) { is_key_value(payload.text) } else { cef::is_own(payload) }
}

/// True for a text that begins as a line of pairs does.
fn opens(text: &str) -> bool {
    let text = text.trim_start_matches(' ');
    FIRST_KEYS.iter().any(|key| text.starts_with(key))
}

/// `type` and `level` with `vd` or `devid`: no other product writes these (FortiWeb and FortiMail write
/// `device_id`, Sophos `log_type`, all before what a FortiGate would).
fn is_key_value(text: &str) -> bool {
    let head = text.get(..text.floor_char_boundary(HEAD_BYTES)).unwrap_or(text);
    let (mut said, mut is_other) = (0, false);
    keys::read(head, |pair| {
        said |= pair.told.sign as u8;
        is_other = pair.told.sign == Sign::OtherProduct;
        !is_other && said != ALL_SIGNS
    });
    !is_other && said == ALL_SIGNS
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if !opens(payload.text) && cef::is_own(payload) {
        return cef::read(payload, event);
    }
    let mut values = Values::new();
    keys::read(payload.text, |pair| {
        match pair.told.name {
            Some(name) => values.put_at(name, pair.value),
            None if !pair.value.is_empty() => event.field(pair.key(), pair.value),
            None => {}
        }
        true
    });
    if !values.has(Key::Type) {
        return Err(Unreadable("no type: the line is cut"));
    }
    event.text(Column::ObserverVendor, "Fortinet");
    event.text(Column::ObserverProduct, "FortiGate");
    stamp::set(&values, payload, event);
    origin(&values, event);
    flow(&values, event);
    content(&values, event);
    leftover(&values, event);
    action::fill(&values, event);
    Ok(())
}

/// The device, its message, and who.
fn origin(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    event.text_if_said(Column::HostName, values.get(Key::DeviceName));
    event.text_if_said(Column::EventCode, values.get(Key::LogId));
    event.text_if_said(Column::LogLevel, values.get(Key::Level));
    account::set_user(event, values.first(&[Key::User, Key::UnauthenticatedUser]));
    event.text_if_said(Column::GroupName, values.get(Key::Group));
}

/// Addresses, ports, interfaces, bytes. An administrator's address stands in `ui="https(192.0.2.7)"`.
fn flow(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    let ui = values.get(Key::Ui);
    let console = ui.split_once('(').map_or("", |(_, address)| address.trim_end_matches(')'));
    let source = values.first(&[Key::SourceIp, Key::RemoteIp, Key::UserIp, Key::Ip]);
    event.ip(Column::SourceIp, if source.is_empty() { console } else { source });
    event.int_text(Column::SourcePort, values.first(&[Key::SourcePort, Key::RemotePort]));
    event.text_if_said(Column::SourceMac, values.first(&[Key::SourceMac, Key::MasterSourceMac, Key::Mac]));
    event.ip(Column::DestinationIp, values.first(&[Key::DestIp, Key::LocalIp]));
    event.int_text(Column::DestinationPort, values.first(&[Key::DestPort, Key::LocalPort]));
    event.text_if_said(Column::ObserverIngress, values.first(&[Key::SourceInterface, Key::Interface]));
    event.text_if_said(Column::ObserverEgress, values.first(&[Key::DestInterface, Key::OutInterface]));
    event.text_if_said(Column::NetworkTransport, transport::name(values.get(Key::Protocol)));
    // Interim messages of a long session carry what was added since the last one.
    event.int_text(Column::SourceBytes, values.first(&[Key::SourceBytesDelta, Key::SourceBytes]));
    event.int_text(Column::DestinationBytes, values.first(&[Key::DestBytesDelta, Key::DestBytes]));
    event.text_if_said(Column::RuleId, values.get(Key::Policy));
    event.text_if_said(Column::RuleName, values.get(Key::PolicyName));
    if let Some(direction) = direction(values) {
        event.text(Column::NetworkDirection, direction);
    }
    event.text_if_said(Column::NetworkProtocol, protocol(values.get(Key::Service)));
}

/// By the roles of the interfaces, when both are said; a security profile's `direction` is that of the
/// payload, not of the connection.
fn direction(values: &Values<'_>) -> Option<&'static str> {
    let is_inside = |role: &str| match role {
        "lan" | "dmz" => Some(true),
        "wan" => Some(false),
        _ => None,
    };
    match (is_inside(values.get(Key::SourceRole))?, is_inside(values.get(Key::DestRole))?) {
        (true, true) => Some("internal"),
        (true, false) => Some("outbound"),
        (false, true) => Some("inbound"),
        (false, false) => None,
    }
}

/// The services that are protocols; others are names of ports or clouds.
fn protocol(service: &str) -> &'static str {
    match service {
        "HTTP" => "http",
        "HTTPS" => "https",
        "DNS" => "dns",
        "SSH" => "ssh",
        "SMTP" => "smtp",
        "SMTPS" => "smtps",
        "IMAP" => "imap",
        "IMAPS" => "imaps",
        "POP3" => "pop3",
        "FTP" => "ftp",
        "RDP" => "rdp",
        "SMB" => "smb",
        "LDAP" => "ldap",
        "LDAPS" => "ldaps",
        "NTP" => "ntp",
        "SNMP" => "snmp",
        "SSL" => "tls",
        "TELNET" => "telnet",
        "SYSLOG" => "syslog",
        "KERBEROS" => "kerberos",
        _ => "",
    }
}

/// What was asked for: names, URLs, files, mail.
fn content(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    event.text_if_said(Column::UserAgentOriginal, values.get(Key::Agent));
    event.text_if_said(Column::HttpRequestMethod, values.get(Key::HttpMethod));
    event.text_if_said(Column::HttpRequestReferrer, values.get(Key::Referrer));
    event.text_if_said(Column::TlsVersion, values.get(Key::TlsVersion));
    if values.get(Key::Type) != "event" {
        event.text_if_said(Column::DestinationDomain, values.get(Key::Host));
    }
    if values.has(Key::Url) {
        // `/path?query` beside a host name, or a whole URL that names its host.
        event.text_if_said(Column::UrlDomain, values.get(Key::Host));
        http::set_target("", values.get(Key::Url), event);
    }
    let name = values.get(Key::QuestionName).trim_start_matches('[').trim_end_matches(']');
    event.text_if_said(Column::DnsQuestionName, name);
    event.text_if_said(Column::DnsQuestionType, values.get(Key::QuestionType));
    event.text_if_said(Column::FilePath, values.get(Key::FileName));
    let hash = values.get(Key::FileHash);
    if hash.len() == 64 {
        event.text(Column::FileHashSha256, hash);
    }
    event.text_if_said(Column::EmailFrom, values.get(Key::Sender));
    event.text_if_said(Column::EmailTo, values.get(Key::Recipient));
    event.text_if_said(Column::EmailSubject, values.get(Key::Subject));
    for (rule, number) in [(Key::Attack, Key::AttackId), (Key::Virus, Key::VirusId)] {
        event.text_if_said(Column::RuleName, values.get(rule));
        event.text_if_said(Column::RuleId, values.get(number));
    }
}

/// Keys that decide what happened stay in `fields` under their own names.
fn leftover(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    for (key, name) in [
        ("type", Key::Type),
        ("subtype", Key::Subtype),
        ("eventtype", Key::EventType),
        ("action", Key::Action),
        ("status", Key::Status),
        ("service", Key::Service),
        ("logdesc", Key::Description),
        ("ui", Key::Ui),
        ("method", Key::Method),
        ("tunneltype", Key::TunnelType),
        ("vpntunnel", Key::Vpn),
        ("direction", Key::Direction),
        ("srcintfrole", Key::SourceRole),
        ("dstintfrole", Key::DestRole),
        ("domain", Key::Domain),
        ("count", Key::Count),
    ] {
        let value = values.get(name);
        if !value.is_empty() {
            event.field(key, value);
        }
    }
}
