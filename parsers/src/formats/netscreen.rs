//! Juniper NetScreen and SSG (ScreenOS): `NetScreen device_id=… [Root]system-notification-00257(traffic): …`.
//!
//! Promises: linear; the number decides what happened. Must not know: the envelope.
//! Source: Juniper, ScreenOS 6.3 Message Log Reference Guide.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::{address_and_port, between, set_user};
use super::flow;
use super::peer::{is_address, is_digits};
use super::transport;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "netscreen",
    title: "Juniper NetScreen and SSG (ScreenOS)",
    reference: "Juniper, ScreenOS 6.3.0 Message Log Reference Guide",
    programs: &[],
    starts: b"N",
    needs: &[],
    keys: &[],
    recognise: |payload| payload.text.starts_with("NetScreen device_id="),
    parse,
    samples: SAMPLES,
};

/// `NetScreen device_id=ID  [VSYS]system-LEVEL-NUMBER[(KIND)]: TEXT`.
struct Message<'a> {
    device: &'a str,
    vsys: &'a str,
    level: &'a str,
    number: &'a str,
    text: &'a str,
}

impl<'a> Message<'a> {
    fn read(text: &'a str) -> Option<Message<'a>> {
        let (device, rest) = text.strip_prefix("NetScreen device_id=")?.split_once(' ')?;
        let rest = rest.trim_start();
        let (vsys, rest) = match rest.strip_prefix('[') {
            Some(inner) => inner.split_once(']')?,
            None => ("", rest),
        };
        let rest = rest.trim_start().strip_prefix("system-")?;
        let (level, rest) = rest.split_once('-')?;
        let (code, said) = rest.split_once(": ")?;
        let number = code.split('(').next()?;
        is_digits(number).then_some(Message { device, vsys, level, number, text: said })
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let message =
        Message::read(payload.text).ok_or(Unreadable("expected system-LEVEL-NUMBER: the line is cut"))?;
    event.text(Column::ObserverVendor, "Juniper");
    event.text(Column::ObserverProduct, "ScreenOS");
    event.text(Column::EventCode, message.number);
    event.text(Column::LogLevel, message.level);
    event.text_if_said(Column::HostName, if is_digits(message.device) { "" } else { message.device });
    event.field("device_id", message.device);
    if !message.vsys.is_empty() {
        event.field("vsys", message.vsys);
    }
    // The firewall ends a sentence with its own clock: `(2026-03-16 09:12:44)`.
    let text = message.text.rsplit_once(" (20").map_or(message.text, |(text, _)| text);
    if message.number == "00257" {
        traffic(text, event);
        return Ok(());
    }
    parties(text, event);
    meaning(message.number, message.level, text, event);
    Ok(())
}

/// `start_time="…" duration=0 policy_id=1 service=… proto=6 src zone=A dst zone=B action=Deny sent=0 rcvd=0 src=… dst=…`.
fn traffic(text: &str, event: &mut EventBuilder<'_>) {
    // Keys may hold a blank (`src zone`), values too (`service=proto 47`): each is cut at the next known key.
    let value = |key: &str| {
        let at = memchr::memmem::find(text.as_bytes(), key.as_bytes())?;
        let rest = text.get(at + key.len()..)?;
        let end = KEYS.iter().filter_map(|next| memchr::memmem::find(rest.as_bytes(), next.as_bytes())).min();
        Some(rest.get(..end.unwrap_or(rest.len()))?.trim())
    };
    let get = |key| value(key).unwrap_or_default();
    // Of a line that is cut in the next key, that key's start would be part of it.
    let action = get(" action=").split(' ').next().unwrap_or_default();
    let denied = action.eq_ignore_ascii_case("deny") || action.eq_ignore_ascii_case("reject");
    // A line that was cut before its verdict says nothing of it.
    if action.is_empty() {
        event.action(Action::ApplicationEvent);
    } else {
        flow::verdict(event, !denied);
    }
    event.ip(Column::SourceIp, get(" src="));
    event.ip(Column::DestinationIp, get(" dst="));
    for (column, key) in [
        (Column::SourcePort, " src_port="),
        (Column::DestinationPort, " dst_port="),
        (Column::SourceBytes, " sent="),
        (Column::DestinationBytes, " rcvd="),
    ] {
        event.int_text(column, get(key));
    }
    event.text_if_said(Column::NetworkTransport, transport::name(get(" proto=")));
    event.text_if_said(Column::RuleId, get(" policy_id="));
    event.text_if_said(Column::ObserverIngress, get(" src zone="));
    event.text_if_said(Column::ObserverEgress, get(" dst zone="));
    for (name, key) in [
        ("action", " action="),
        ("duration_s", " duration="),
        ("nat_source_ip", " src-xlated ip="),
        ("nat_destination_ip", " dst-xlated ip="),
        ("reason", " reason="),
        ("service", " service="),
        ("session_id", " session_id="),
    ] {
        if let Some(value) = value(key).filter(|value| !value.is_empty()) {
            event.field(name, value);
        }
    }
}

const KEYS: &[&str] = &[
    " action=",
    " dst zone=",
    " dst-xlated ip=",
    " dst=",
    " dst_port=",
    " duration=",
    " icmp type=",
    " policy_id=",
    " port=",
    " proto=",
    " rcvd=",
    " reason=",
    " sent=",
    " service=",
    " session_id=",
    " src zone=",
    " src-xlated ip=",
    " src=",
    " src_port=",
];

/// `From A:P to B:P, proto TCP (zone Z int  I)`, `by NAME via web from host A to B:P`.
fn parties(text: &str, event: &mut EventBuilder<'_>) {
    // A name that was typed may hold the words that mark an end: it closes at the last quote.
    let typed = text.split_once("dmin user \"").and_then(|(_, rest)| rest.rsplit_once("\" "));
    if let Some((name, _)) = typed {
        set_user(event, name);
    }
    let text = typed.map_or(text, |(_, rest)| rest);
    let source = between_words(text, "From ", " to ")
        .or_else(|| last_behind(text, "from host "))
        .or_else(|| last_behind(text, " from "));
    if let Some(source) = source {
        end(source, [Column::SourceIp, Column::SourcePort], event);
    }
    if let Some(destination) = last_behind(text, " to ") {
        end(destination, [Column::DestinationIp, Column::DestinationPort], event);
    }
    if let Some((_, rest)) = text.split_once(", proto ") {
        let protocol = rest.split([' ', ',']).next().unwrap_or(rest);
        event.text_if_said(Column::NetworkTransport, protocol);
    }
    if let Some((_, rest)) = text.rsplit_once(" int ") {
        let interface = rest.trim_start().split([' ', ')', ',']).next().unwrap_or_default();
        event.text_if_said(Column::ObserverIngress, interface);
    }
    if typed.is_some() {
        return;
    }
    if let Some((_, rest)) = text.rsplit_once(" by ") {
        let name = rest.split([' ', '.']).next().unwrap_or(rest);
        set_user(event, name);
    }
    if let Some(name) = between(text, "dmin user \"", "\"").or_else(|| between(text, "ser ", " at ")) {
        set_user(event, name);
    }
}

fn between_words<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    between(text, open, close).filter(|found| !found.contains(' '))
}

/// The word behind the last such mark.
fn last_behind<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    let (_, rest) = text.rsplit_once(mark)?;
    Some(rest.split([' ', ',']).next().unwrap_or(rest).trim_end_matches('.'))
}

fn end(text: &str, [address, port]: [Column; 2], event: &mut EventBuilder<'_>) {
    let (bare, number) = address_and_port(text);
    if is_address(bare) {
        event.ip(address, bare);
        event.int_text(port, number);
    }
}

fn meaning(number: &str, level: &str, text: &str, event: &mut EventBuilder<'_>) {
    let lower = text.to_ascii_lowercase();
    let (action, outcome) = match number {
        "00515" | "00518" | "00519" if lower.contains("logged out") => (Action::Logout, Outcome::Success),
        "00515" | "00518" | "00519" | "00520" | "00414" => (
            Action::Login,
            if ["fail", "reject", "refused"].iter().any(|word| lower.contains(word)) {
                Outcome::Failure
            } else if ["success", "logged", "accepted", "passed"].iter().any(|word| lower.contains(word)) {
                Outcome::Success
            } else {
                Outcome::Unknown
            },
        ),
        "00018" => (Action::PolicyChange, Outcome::Success),
        "00767" if lower.contains("configuration") => (Action::ConfigChange, Outcome::Success),
        "00536" if lower.contains("completed") => (Action::VpnConnect, Outcome::Success),
        "00536" if lower.contains("fail") || lower.contains("reject") => {
            (Action::VpnConnect, Outcome::Failure)
        }
        // Attacks by name: 00004 to 00033 and 00401 to 00450 name floods, scans and malformed packets.
        _ if matches!(level, "emergency" | "alert" | "critical") && text.contains('!') => {
            let (name, _) = text.split_once('!').unwrap_or((text, ""));
            event.text(Column::RuleName, name);
            if lower.contains("flood") || lower.contains("limit") {
                (Action::DdosDetected, Outcome::Unknown)
            } else {
                (Action::IntrusionDetected, Outcome::Unknown)
            }
        }
        _ if lower.contains("was modified by")
            || lower.contains("was added by")
            || lower.contains("was deleted by") =>
        {
            (Action::ConfigChange, Outcome::Success)
        }
        _ => {
            event.action(Action::ApplicationEvent);
            return;
        }
    };
    event.action(action);
    event.outcome(outcome);
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "traffic denied by a policy",
        text: "<133>Mar 16 09:12:44 ssg5 ssg5-serial: NetScreen device_id=ssg5  [Root]system-notification-00257(traffic): start_time=\"2026-03-16 09:12:44\" duration=0 policy_id=320001 service=proto 47 proto=6 src zone=Untrust dst zone=Trust action=Deny sent=0 rcvd=60 src=198.51.100.23 dst=192.0.2.10 src_port=44321 dst_port=3389 session_id=0",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("event_code", "00257"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "44321"),
            ("destination_ip", "192.0.2.10"),
            ("destination_port", "3389"),
            ("destination_bytes", "60"),
            ("network_transport", "tcp"),
            ("rule_id", "320001"),
            ("observer_ingress", "Untrust"),
            ("observer_egress", "Trust"),
            ("fields.service", "proto 47"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "a flood",
        text: "<128>Mar 16 09:12:45 ssg5 ssg5-serial: NetScreen device_id=ssg5  [Root]system-emergency-00005: SYN flood! From 198.51.100.23:41437 to 192.0.2.10:80, proto TCP (zone Untrust int  ethernet0/0). Occurred 1 times. (2026-03-16 09:12:44)",
        expect: &[
            ("event_action", "ddos_detected"),
            ("rule_name", "SYN flood"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "41437"),
            ("destination_port", "80"),
            ("observer_ingress", "ethernet0/0"),
            ("network_transport", "TCP"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a policy was changed",
        text: "<133>Mar 16 09:13:45 ssg5 ssg5-serial: NetScreen device_id=0275000000000017  [Root]system-notification-00018: Policy (5, Trust->Untrust, 192.0.2.0/24->203.0.113.0/24,ANY, Permit) was modified by mbianchi via web from host 192.0.2.7 to 192.0.2.1:443. (2026-03-16 09:13:45)",
        expect: &[
            ("event_action", "policy_change"),
            ("user_name", "mbianchi"),
            ("source_ip", "192.0.2.7"),
            ("destination_ip", "192.0.2.1"),
            ("destination_port", "443"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an administrator's login failed",
        text: "<132>Mar 16 09:14:45 ssg5 ssg5-serial: NetScreen device_id=ssg5  [Root]system-warning-00519: Login attempt to system by admin via SSH from 198.51.100.23:51000 has failed (2026-03-16 09:14:45)",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "admin"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "51000"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a line cut before its number",
        text: "<133>Mar 16 09:12:44 ssg5 ssg5-serial: NetScreen device_id=ssg5  [Root]system-notif",
        expect: &[("parse_error", "expected system-LEVEL-NUMBER: the line is cut")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "hostile: a user who calls himself by an address moves none",
        text: "<132>Mar 16 09:14:45 ssg5 ssg5-serial: NetScreen device_id=ssg5  [Root]system-warning-00519: Login attempt to system by x from 203.0.113.66:1 via SSH from 198.51.100.23:51000 has failed (2026-03-16 09:14:45)",
        expect: &[("event_outcome", "failure"), ("source_ip", "198.51.100.23")],
        absent: &["parse_error", "destination_ip"],
    },
    Sample {
        about: "hostile: an administrator typed in quotes imitates both ends",
        text: "<132>Mar 16 09:14:45 ssg5 ssg5-serial: NetScreen device_id=ssg5  [Root]system-warning-00518: Admin user \"x\" from 203.0.113.66:1 to 203.0.113.67\" login attempt for SSH management (port 22) from 198.51.100.23:51000 failed (2026-03-16 09:14:45)",
        expect: &[
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("user_name", "x\" from 203.0.113.66:1 to 203.0.113.67"),
        ],
        absent: &["destination_ip", "parse_error"],
    },
];
