//! The columns of a Palo Alto Networks log.
//!
//! Must not know: how the line was read, what it means.

use schema::{Column, EventBuilder};

use super::keys::{Key, Values};
use crate::format::Payload;
use crate::formats::csv::with_single_quotes;
use crate::formats::http::host_of;
use crate::time::{iso, month_day};

/// Fills what the fields say.
pub(super) fn fill(values: &Values<'_>, payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
    event.text(Column::ObserverVendor, "Palo Alto Networks");
    event.text(Column::ObserverProduct, "PAN-OS");
    stamp(values, payload, event);
    event.text_if_said(Column::HostName, values.get(Key::DeviceName).trim());
    event.text_if_said(Column::LogLevel, values.get(Key::Severity));
    flow(values, event);
    with_single_quotes(values.first(&[Key::SourceUser, Key::AdminUser]), |account| user(account, event));
    requested(values, event);
    rest(values, event);
}

/// The stamp with the finest resolution has a zone; the others are in the device's own.
fn stamp(values: &Values<'_>, payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
    let said = [Key::HighResolution, Key::TimeReceived, Key::TimeGenerated];
    let when = match said.iter().filter_map(|key| iso(values.get(*key))).find(|when| when.offset_s.is_some())
    {
        // JSON says UTC everywhere: then what was generated counts, not what was received.
        Some(_) if iso(values.get(Key::TimeGenerated)).is_some_and(|when| when.offset_s.is_some()) => {
            iso(values.get(Key::HighResolution)).or_else(|| iso(values.get(Key::TimeGenerated)))
        }
        Some(when) => Some(when),
        None => civil(values.get(Key::TimeReceived)).or_else(|| civil(values.get(Key::TimeGenerated))),
    };
    let Some(when) = when else { return };
    // Without a zone the stamp is no better than an envelope's that is sure.
    if when.offset_s.is_some() || !payload.is_stamped || event.is_set(Column::TimeGuess) {
        payload.set_time(event, when);
    }
}

/// `2026/03/16 09:12:44`, or CEF's `Mar 16 2026 09:12:44`, which is in UTC.
fn civil(text: &str) -> Option<crate::time::When> {
    iso(text).or_else(|| {
        let (when, rest) = month_day(text)?;
        (rest.is_empty() && when.year.is_some()).then(|| when.in_utc())
    })
}

/// Addresses, ports, zones, bytes.
fn flow(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    let keys = [Key::SourceAddress, Key::SourceAddress6, Key::PublicAddress, Key::PublicAddress6, Key::Host];
    for key in keys {
        let address = values.get(key);
        if address != "0.0.0.0" && address != "::" && event.ip(Column::SourceIp, address) {
            break;
        }
    }
    event.ip(Column::DestinationIp, values.get(Key::DestinationAddress));
    for (column, key) in
        [(Column::SourcePort, Key::SourcePort), (Column::DestinationPort, Key::DestinationPort)]
    {
        // User-ID and ICMP logs say 0 for none.
        if values.get(key) != "0" {
            event.int_text(column, values.get(key));
        }
    }
    event.text_if_said(Column::SourceMac, values.get(Key::SourceMac));
    event.text_if_said(Column::NetworkTransport, values.get(Key::Protocol));
    event.text_if_said(Column::NetworkProtocol, protocol(values.get(Key::Application)));
    event.int_text(Column::SourceBytes, values.get(Key::BytesSent));
    event.int_text(Column::DestinationBytes, values.get(Key::BytesReceived));
    event.text_if_said(Column::ObserverIngress, values.first(&[Key::FromZone, Key::InboundInterface]));
    event.text_if_said(Column::ObserverEgress, values.first(&[Key::ToZone, Key::OutboundInterface]));
    event.text_if_said(Column::RuleName, values.first(&[Key::Rule, Key::HipMatchName]));
    event.text_if_said(Column::RuleId, values.get(Key::RuleId));
    if let Ok(count @ 2..) = values.get(Key::RepeatCount).parse::<i64>() {
        event.int(Column::EventCount, count);
    }
}

/// Applications of App-ID that are protocols.
fn protocol(application: &str) -> &str {
    match application {
        "web-browsing" => "http",
        "ssl" => "tls",
        "ms-rdp" => "rdp",
        "dns" | "smtp" | "ssh" | "ftp" | "ldap" | "kerberos" | "ntp" | "snmp" | "telnet" | "imap"
        | "pop3" | "sip" | "quic" | "syslog" | "radius" => application,
        _ => "",
    }
}

/// `DOMAIN\user` (the backslash once or twice), `user@domain` or `user`.
pub(super) fn user(account: &str, event: &mut EventBuilder<'_>) {
    if let Some(address) = account.strip_prefix("x-fwd-for: ") {
        event.field("x_forwarded_for", address);
        return;
    }
    if let Some((domain, name)) = account.split_once('\\') {
        event.text_if_said(Column::UserDomain, domain);
        event.text_if_said(Column::UserName, name.trim_start_matches('\\'));
        return;
    }
    event.text_if_said(Column::UserName, account);
    if let Some((_, domain)) = account.rsplit_once('@') {
        event.text_if_said(Column::UserDomain, domain);
    }
}

/// What was asked for: URL, file, mail, name.
fn requested(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    let is_url = values.get(Key::LogType) == "THREAT" && values.get(Key::Subtype) == "url";
    let url = if is_url { values.first(&[Key::Url, Key::FileName]) } else { values.get(Key::Url) };
    with_single_quotes(url, |url| self::url(url, event));
    // A signature on a DNS query writes the name that was asked where others write a file's.
    let is_query = values.get(Key::Subtype) == "spyware" && values.get(Key::Application) == "dns";
    if !is_url {
        let column = if is_query { Column::DnsQuestionName } else { Column::FilePath };
        with_single_quotes(values.get(Key::FileName), |name| event.text_if_said(column, name));
    }
    for (column, key) in [
        (Column::UserAgentOriginal, Key::UserAgent),
        (Column::HttpRequestReferrer, Key::Referrer),
        (Column::EmailSubject, Key::Subject),
        (Column::EmailFrom, Key::Sender),
        (Column::EmailTo, Key::Recipient),
    ] {
        with_single_quotes(values.get(key), |text| event.text_if_said(column, text));
    }
    if !matches!(values.get(Key::HttpMethod), "unknown" | "0") {
        event.text_if_said(Column::HttpRequestMethod, values.get(Key::HttpMethod));
    }
    let hash = values.get(Key::FileHash);
    if hash.len() == 64 {
        event.text(Column::FileHashSha256, hash);
    }
    event.text_if_said(Column::TlsVersion, values.get(Key::TlsVersion));
    event.text_if_said(Column::DestinationDomain, values.first(&[Key::ServerName, Key::DestinationHost]));
    event.text_if_said(Column::DnsQuestionName, values.get(Key::QuestionName));
    event.text_if_said(Column::DnsQuestionType, values.get(Key::QuestionType));
}

/// `host[:port]/path?query`, as PAN-OS writes it without a scheme.
fn url(url: &str, event: &mut EventBuilder<'_>) {
    let url = url.split_once("://").filter(|(scheme, _)| scheme.len() <= 5).map_or(url, |(_, rest)| rest);
    let end = url.find(['/', '?']).unwrap_or(url.len());
    let (authority, target) = url.split_at_checked(end).unwrap_or((url, ""));
    let host = host_of(authority);
    event.text_if_said(Column::UrlDomain, host);
    event.text_if_said(Column::DestinationDomain, host);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    event.text_if_said(Column::UrlPath, path);
    event.text_if_said(Column::UrlQuery, query);
}

/// Keys that have no column, under the names all formats use where there is one.
fn rest(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    for (name, key) in [
        ("type", Key::LogType),
        ("subtype", Key::Subtype),
        ("action", Key::Action),
        ("action_source", Key::ActionSource),
        ("application", Key::Application),
        ("auth_method", Key::AuthMethod),
        ("auth_protocol", Key::AuthProtocol),
        ("auth_policy", Key::Policy),
        ("auth_server", Key::ServerProfile),
        ("category", Key::Category),
        ("client", Key::Client),
        ("destination_user", Key::DestinationUser),
        ("direction", Key::Direction),
        ("egress_interface", Key::OutboundInterface),
        ("error", Key::Error),
        ("event_id", Key::EventName),
        ("file_type", Key::FileType),
        ("gateway", Key::Gateway),
        ("hip_type", Key::HipMatchType),
        ("ingress_interface", Key::InboundInterface),
        ("machine", Key::MachineName),
        ("mapping_source", Key::MappingSource),
        ("object", Key::Object),
        ("portal", Key::Portal),
        ("serial", Key::Serial),
        ("session_end_reason", Key::EndReason),
        ("session_id", Key::SessionId),
        ("source_host", Key::SourceHost),
        ("stage", Key::Stage),
        ("status", Key::Status),
        ("tag", Key::Tag),
        ("threat_category", Key::ThreatCategory),
        ("tunnel_type", Key::TunnelType),
        ("vsys", Key::Vsys),
        ("x_forwarded_for", Key::ForwardedFor),
    ] {
        let value = values.get(key);
        if !value.is_empty() {
            event.field(name, value);
        }
    }
    // An address that was not translated stands here once more.
    for (name, key, same) in [
        ("nat_source_ip", Key::NatSource, Key::SourceAddress),
        ("nat_source_port", Key::NatSourcePort, Key::SourcePort),
        ("nat_destination_ip", Key::NatDestination, Key::DestinationAddress),
        ("nat_destination_port", Key::NatDestinationPort, Key::DestinationPort),
        ("private_ip", Key::PrivateAddress, Key::PublicAddress),
    ] {
        let value = values.get(key);
        if !matches!(value, "" | "0" | "0.0.0.0") && value != values.get(same) {
            event.field(name, value);
        }
    }
}
