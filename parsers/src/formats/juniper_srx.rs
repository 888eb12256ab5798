//! Juniper Junos and SRX firewalls: structured data of RFC 5424 (`RT_FLOW_SESSION_CLOSE [junos@2636…]`) and sentences.
//!
//! Promises: linear; the message's name decides what happened. Must not know: the envelope.

mod flow;
mod keys;
mod samples;
mod sentences;
mod system;

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::set_user;
use super::peer::is_digits;
use super::{http, transport};
use crate::format::{Format, Payload, Unreadable};
use crate::key_value::pairs;
use crate::time::iso_prefix;
use keys::{Key, Values};

/// See the module.
pub static FORMAT: Format = Format {
    name: "juniper_srx",
    title: "Juniper Junos and SRX",
    reference: "Juniper, System Log Explorer",
    programs: &[
        "rt_flow",
        "rt_ids",
        "rt_utm",
        "rt_idp",
        "rt_aamw",
        "rt_secintel",
        "rt_screen",
        "junos-flow",
        "mgd",
        "l2ald",
        "rpd",
        "chassisd",
        "kmd",
        "ikemd",
        "jsrpd",
        "snmpd",
        "dcd",
        "mib2d",
        "utmd",
        "idpd",
        "web-api",
        "httpd-gk",
        "keyadmin",
        "rshd",
        "login",
        "sshd",
        "fwauthd",
        "eventd",
        "pfed",
        "alarmd",
        "craftd",
        "jddosd",
        "cosd",
        "dfwd",
        "vrrpd",
        "lacpd",
        "l2cpd",
        "appidd",
        "nsd",
        "wmic",
        "useridd",
        "ffp",
        "cli",
        "sdxd",
        "dfcd",
        "xntpd",
        "smgd-service",
        "authd",
        "jdhcpd",
        "bbe-smgd",
        "fpc0",
        "init",
        "jlaunchd",
        "license-check",
    ],
    starts: b"2ABCDEFGHIJKLMNOPRSUVWXacdefijklmnprsuvwx",
    needs: &[("", "_"), ("", "[]:"), ("", "[@.")],
    keys: &[],
    recognise: |payload| Message::read(payload).is_some(),
    parse,
    samples: samples::SAMPLES,
};

/// A message cut at its name.
struct Message<'a> {
    name: &'a str,
    text: &'a str,
    program: &'a str,
    pid: &'a str,
    /// `[junos@2636… name="value"]`, empty for a sentence.
    data: &'a str,
}

impl<'a> Message<'a> {
    /// `NAME: text`, `program[12]: NAME: text`, or a name in the envelope with structured data.
    fn read(payload: &Payload<'a>) -> Option<Message<'a>> {
        if payload.structured_data.starts_with("[junos@2636.") {
            let name = payload.message_id;
            let name = if is_name(name) { name } else { payload.program };
            let data = payload.structured_data;
            return Some(Message { name, text: payload.text, program: "", pid: "", data });
        }
        if let Some((name, data)) = structured(payload.text) {
            return Some(Message { name, text: "", program: "", pid: "", data });
        }
        let tagged = if payload.program.is_empty() { tag(payload.text) } else { None };
        let (program, pid, text) = tagged.unwrap_or(("", "", payload.text));
        if let Some((name, said)) = named(text) {
            return Some(Message { name, text: said, program, pid, data: "" });
        }
        if payload.program.starts_with("RT_") && is_name(payload.message_id) {
            return Some(Message { name: payload.message_id, text, program, pid, data: "" });
        }
        let daemon = if program.is_empty() { payload.program } else { program };
        let is_shell = daemon == "rshd" && text.contains(" as ") && text.contains(": cmd='");
        (is_shell || daemon == "keyadmin").then_some(Message { name: "", text, program, pid, data: "" })
    }
}

/// How far structured data may stand behind a header that no envelope took.
const HEAD_BYTES_MAX: usize = 256;

/// `2026-03-16T08:12:44Z HOST RT_FLOW - NAME [junos@2636… …]`, what a relay put its own header before.
fn structured(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let head = bytes.get(..HEAD_BYTES_MAX).unwrap_or(bytes);
    memchr::memchr(b'@', head)?;
    let at = memchr::memmem::find(head, b" [junos@2636.")?;
    let name = text.get(..at)?.rsplit(' ').next()?;
    is_name(name).then_some((name, text.get(at + 1..)?))
}

/// A daemon's tag that no envelope took: `mgd[94759]: `.
fn tag(text: &str) -> Option<(&str, &str, &str)> {
    let head = text.get(..48.min(text.len())).unwrap_or_default();
    let (program, rest) = head.split_once('[')?;
    let (pid, _) = rest.split_once("]: ")?;
    let is_program =
        !program.is_empty() && program.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let text = text.get(program.len() + pid.len() + 4..)?;
    (is_program && is_digits(pid)).then_some((program, pid, text))
}

/// `NAME: text`.
fn named(text: &str) -> Option<(&str, &str)> {
    let length = text.bytes().position(|byte| !is_name_byte(byte))?;
    let (name, rest) = text.split_at_checked(length)?;
    rest.strip_prefix(": ").filter(|_| is_name(name)).map(|said| (name, said))
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'
}

/// Junos's names: `RT_FLOW_SESSION_CLOSE`, `UI_AUTH_EVENT`, `KMD_PM_SA_ESTABLISHED`: a known head and `_`.
fn is_name(name: &str) -> bool {
    const HEADS: &[&str] = &[
        "AAMW",
        "AAMWD",
        "ALARMD",
        "APPTRACK",
        "APPQOS",
        "ASP",
        "AUTHD",
        "AV",
        "BFDD",
        "CHASSISD",
        "CONTENT",
        "CRAFTD",
        "COSD",
        "DCD",
        "DFWD",
        "DYNAMIC",
        "ESWD",
        "EVENTD",
        "FLOW",
        "FWAUTH",
        "GPRSD",
        "HNCACHED",
        "IDP",
        "IKE",
        "JADE",
        "JDHCPD",
        "JSRPD",
        "JTASK",
        "KMD",
        "L2ALD",
        "L2ALM",
        "L2CPD",
        "LACPD",
        "LFMD",
        "LIBJNX",
        "LICENSE",
        "LLDPD",
        "LOGIN",
        "MIB2D",
        "MCSN",
        "NSD",
        "PFE",
        "PFED",
        "PING",
        "PKID",
        "RMOPD",
        "RPD",
        "RT",
        "RTPERF",
        "SECINTEL",
        "SNMP",
        "SNMPD",
        "SSHD",
        "SSL",
        "SYSTEM",
        "UI",
        "UTMD",
        "VCCPD",
        "VRRPD",
        "WEB",
        "WEBFILTER",
        "ANTISPAM",
        "USERID",
        "SECURITY",
    ];
    name.len() <= 64
        && name.bytes().all(is_name_byte)
        && name.split_once('_').is_some_and(|(head, _)| HEADS.contains(&head))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let message = Message::read(payload).ok_or(Unreadable("expected NAME: text"))?;
    event.text(Column::ObserverVendor, "Juniper");
    event.text(Column::ObserverProduct, "Junos");
    event.text_if_said(Column::EventCode, message.name);
    event.text_if_said(Column::ProcessName, message.program);
    if !message.pid.is_empty() {
        event.int_text(Column::ProcessPid, message.pid);
    }
    if message.name.is_empty() {
        if !system::remote_shell(message.text, event) {
            event.action(Action::ApplicationEvent);
        }
        return Ok(());
    }
    let mut values = Values::new();
    if !message.data.is_empty() {
        inner_header(payload, event);
        for (key, value) in pairs(message.data, b' ') {
            if !values.put(key, value) && !matches!(value, "" | "N/A" | "UNKNOWN") {
                event.field(key, value);
            }
        }
    } else if is_flow(message.name) {
        if message.name.starts_with("RT_FLOW_") && !flow::read(message.text, &mut values) {
            return Err(Unreadable("no addresses: the line is cut"));
        }
        sentences::read(message.name, message.text, &mut values);
    }
    if !is_flow(message.name) {
        system::read(message.name, message.text, event);
        user(&values, event);
        return Ok(());
    }
    columns(&values, event);
    meaning(message.name, &values, event);
    Ok(())
}

/// The firewall's own stamp and name, when they stand within the payload.
fn inner_header(payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
    let Some((when, rest)) = iso_prefix(payload.text).filter(|(when, _)| when.offset_s.is_some()) else {
        return;
    };
    payload.set_time(event, when);
    event.text_if_said(Column::HostName, rest.trim_start().split(' ').next().unwrap_or_default());
}

/// Messages about traffic.
fn is_flow(name: &str) -> bool {
    [
        "RT_FLOW_",
        "FLOW_",
        "RT_SCREEN_",
        "WEBFILTER_",
        "AV_",
        "IDP_",
        "APPTRACK_",
        "CONTENT_",
        "ANTISPAM_",
        "AAMW_",
        "SECINTEL_",
    ]
    .iter()
    .any(|head| name.starts_with(head))
}

fn user(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    if !matches!(values.get(Key::User), "UNKNOWN" | "unauthenticated-user" | "unknown-user") {
        set_user(event, values.get(Key::User));
    }
    event.ip(Column::SourceIp, values.get(Key::SourceIp));
    event.text_if_said(Column::ProcessCommandLine, values.get(Key::Command));
}

fn columns(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    user(values, event);
    event.ip(Column::DestinationIp, values.get(Key::DestinationIp));
    for (column, key) in [
        (Column::SourcePort, Key::SourcePort),
        (Column::DestinationPort, Key::DestinationPort),
        (Column::SourceBytes, Key::BytesFromClient),
        (Column::DestinationBytes, Key::BytesFromServer),
    ] {
        event.int_text(column, values.get(key));
    }
    event.text_if_said(Column::NetworkTransport, transport::name(values.get(Key::Protocol)));
    event
        .text_if_said(Column::ObserverIngress, values.first(&[Key::InterfaceIn, Key::SourceZone, Key::Zone]));
    event.text_if_said(Column::ObserverEgress, values.first(&[Key::InterfaceOut, Key::DestinationZone]));
    event.text_if_said(Column::RuleName, values.get(Key::Policy));
    event.text_if_said(Column::FilePath, values.get(Key::File));
    let url = values.get(Key::Url);
    if url.contains("://") || url.starts_with('/') {
        http::set_target("", url, event);
    } else {
        event.text_if_said(Column::UrlDomain, http::host_of(url.split('/').next().unwrap_or(url)));
        http::set_path(url.find('/').and_then(|at| url.get(at..)).unwrap_or_default(), event);
    }
    http::set_path(values.get(Key::Object), event);
    event.text_if_said(Column::DestinationDomain, values.get(Key::HttpHost));
    for (name, key) in [
        ("action", Key::Action),
        ("application", Key::Application),
        ("category", Key::Category),
        ("destination_zone", Key::DestinationZone),
        ("duration_s", Key::Elapsed),
        ("reason", Key::Reason),
        ("service", Key::Service),
        ("session_id", Key::SessionId),
        ("severity", Key::Severity),
        ("source_zone", Key::SourceZone),
    ] {
        if !matches!(values.get(key), "" | "UNKNOWN" | "None") {
            event.field(name, values.get(key));
        }
    }
    for (name, key, same) in [
        ("nat_source_ip", Key::NatSource, Key::SourceIp),
        ("nat_source_port", Key::NatSourcePort, Key::SourcePort),
        ("nat_destination_ip", Key::NatDestination, Key::DestinationIp),
        ("nat_destination_port", Key::NatDestinationPort, Key::DestinationPort),
    ] {
        if values.has(key) && values.get(key) != values.get(same) {
            event.field(name, values.get(key));
        }
    }
}

fn meaning(name: &str, values: &Values<'_>, event: &mut EventBuilder<'_>) {
    let verdict = values.get(Key::Action).to_ascii_lowercase();
    let is_blocked =
        ["drop", "block", "close", "reject", "deny", "redirect"].iter().any(|word| verdict.contains(word));
    let (action, outcome) = if name.ends_with("_SESSION_DENY") || name.ends_with("_SESSION_DENY_LS") {
        (Action::ConnectionDenied, Outcome::Failure)
    } else if name.contains("_SESSION_CREATE")
        || name.contains("_SESSION_UPDATE")
        || name.contains("SESSION_VOL_UPDATE")
    {
        (Action::ConnectionAllowed, Outcome::Success)
    } else if name.contains("_SESSION_CLOSE") || name.contains("APPTRACK_SESSION") {
        (Action::ConnectionClosed, Outcome::Success)
    } else if name.starts_with("RT_SCREEN_") {
        return screen(is_blocked, values, event);
    } else if name.starts_with("WEBFILTER_URL_") {
        let denied = name.contains("BLOCKED") || is_blocked;
        (Action::HttpRequest, Outcome::of(!denied))
    } else if name.starts_with("IDP_ATTACK") {
        detected(values.get(Key::Attack), is_blocked, event);
        (Action::IntrusionDetected, if is_blocked { Outcome::Failure } else { Outcome::Unknown })
    } else if name.starts_with("AV_VIRUS_DETECTED") {
        event.text_if_said(Column::RuleName, values.get(Key::Virus));
        (Action::MalwareDetected, Outcome::of(is_blocked || verdict.is_empty()))
    } else if name.starts_with("CONTENT_FILTERING_BLOCKED") || (name.starts_with("SECINTEL_") && is_blocked) {
        (Action::ConnectionDenied, Outcome::Failure)
    } else {
        event.action(Action::ApplicationEvent);
        event.field("action", name);
        return;
    };
    event.action(action);
    event.outcome(outcome);
}

fn detected(name: &str, is_blocked: bool, event: &mut EventBuilder<'_>) {
    event.field("blocked", if is_blocked { "true" } else { "false" });
    event.text_if_said(Column::RuleName, name);
}

/// Screens count floods and scans.
fn screen(is_blocked: bool, values: &Values<'_>, event: &mut EventBuilder<'_>) {
    let name = values.get(Key::Attack);
    detected(name, is_blocked, event);
    let lower = name.to_ascii_lowercase();
    if lower.contains("flood") || lower.contains("limit") {
        event.action(Action::DdosDetected);
        event.outcome(Outcome::Unknown);
        return;
    }
    event.action(Action::IntrusionDetected);
    event.outcome(if is_blocked { Outcome::Failure } else { Outcome::Unknown });
}
