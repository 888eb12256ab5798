//! Zyxel firewalls (ZLD: USG, USG FLEX, ATP): `src="A:P" dst="B:P" msg="…" note="…" user="…" devID="…" cat="…"`.
//!
//! Promises: one pass over the pairs; the first value of a key counts. Must not know: the envelope.
//! Source: Zyxel, USG FLEX/ATP Series User's Guide, Log Settings and Log Descriptions.

use memchr::memmem;
use schema::{Action, Column, EventBuilder, Outcome};

use super::account::{address_and_port, set_user};
use super::http;
use super::slots::slots;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::key_value::pairs;

/// See the module.
pub static FORMAT: Format = Format {
    name: "zyxel",
    title: "Zyxel USG FLEX and ATP (ZLD)",
    reference: "Zyxel, ZyWALL USG FLEX/ATP Series User's Guide, Log Descriptions",
    programs: &[],
    starts: b"s",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        let text = payload.text;
        text.starts_with("src=\"")
            && text.get(..160).unwrap_or(text).contains(" dst=\"")
            && memmem::find(text.as_bytes(), b" note=\"").is_some()
            && memmem::find(text.as_bytes(), b" msg=\"").is_some()
    },
    parse,
    samples: SAMPLES,
};

slots! {
    /// A key that fills a column or decides what happened.
    enum Key;
    /// Values of a line by key.
    struct Values;
    nothing "unknown"; keep first;
    Category = b"cat" | b"class";
    Destination = b"dst";
    Device = b"devID";
    Message = b"msg";
    Note = b"note";
    Object = b"ob";
    Source = b"src";
    User = b"user";
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut values = Values::new();
    for (key, value) in pairs(payload.text, b' ') {
        if !values.put(key, value) && !value.is_empty() && (1..=64).contains(&key.len()) {
            event.field(key, value);
        }
    }
    if !values.has(Key::Category) && !values.has(Key::Device) {
        return Err(Unreadable("neither devID nor cat: the line is cut"));
    }
    event.text(Column::ObserverVendor, "Zyxel");
    event.text(Column::ObserverProduct, "ZLD");
    for (key, address, port) in [
        (Key::Source, Column::SourceIp, Column::SourcePort),
        (Key::Destination, Column::DestinationIp, Column::DestinationPort),
    ] {
        let (bare, number) = end(values.get(key));
        if !matches!(bare, "0.0.0.0" | "::") && event.ip(address, bare) && number != "0" {
            event.int_text(port, number);
        }
    }
    set_user(event, values.get(Key::User));
    for (name, key) in [
        ("category", Key::Category),
        ("device_id", Key::Device),
        ("message", Key::Message),
        ("note", Key::Note),
        ("object", Key::Object),
    ] {
        if values.has(key) {
            event.field(name, values.get(key));
        }
    }
    meaning(&values, event);
    Ok(())
}

/// `192.0.2.1:443`, `[2001:db8::1]:443`, `2001:db8::1:443` with the port last.
fn end(text: &str) -> (&str, &str) {
    match address_and_port(text) {
        (bare, "") if bare.matches(':').count() == 8 => bare.rsplit_once(':').unwrap_or((bare, "")),
        other => other,
    }
}

fn meaning(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    let (note, message) = (values.get(Key::Note), values.get(Key::Message));
    let category = values.get(Key::Category).to_ascii_lowercase();
    let lower = message.to_ascii_lowercase();
    let is_refused =
        note.contains("BLOCK") || note.contains("DROP") || note.contains("REJECT") || note.contains("DENY");
    let (action, outcome) = match category.as_str() {
        "security policy control"
        | "firewall"
        | "secure-policy"
        | "access control"
        | "default"
        | "session limit"
        | "traffic log"
        | "traffic-log" => {
            rule(message, event);
            let denied =
                is_refused || lower.ends_with("drop") || lower.ends_with("reject") || lower.ends_with("deny");
            let action = if denied { Action::ConnectionDenied } else { Action::ConnectionAllowed };
            (action, Outcome::of(!denied))
        }
        "user" | "account" => login(note, &lower, values, event),
        "idp" | "ips" | "adp" | "anomaly" | "reputation" | "ip reputation" | "dns filter"
        | "url threat filter" => {
            event.field("blocked", if is_refused { "true" } else { "false" });
            event.text_if_said(Column::RuleName, message);
            (Action::IntrusionDetected, if is_refused { Outcome::Failure } else { Outcome::Unknown })
        }
        "anti-virus" | "anti-malware" | "sandboxing" => (Action::MalwareDetected, Outcome::of(is_refused)),
        "content filter" | "blocked web sites" | "forward web sites" | "web content filter"
        | "url filter" => {
            let url = message.split([' ', ':', ',']).next().unwrap_or(message);
            if url.contains('.') {
                http::set_path(url.find('/').and_then(|at| url.get(at..)).unwrap_or_default(), event);
                event.text_if_said(Column::UrlDomain, url.split('/').next().unwrap_or(url));
            }
            (Action::HttpRequest, Outcome::of(!(is_refused || category.starts_with("blocked"))))
        }
        "ike" | "ipsec" | "ssl vpn" | "sslvpn" | "l2tp over ipsec" => return tunnel(&lower, event),
        "system" | "interface" | "port" if lower.contains("link") || lower.contains("interface") => {
            let down = lower.contains("down") || lower.contains("disconnect") || lower.contains("dead");
            event.field("state", if down { "down" } else { "up" });
            (Action::LinkChange, Outcome::of(!down))
        }
        "dhcp" if lower.contains("assigned") || lower.contains("dhcp ack") => {
            (Action::DhcpLease, Outcome::Success)
        }
        _ => {
            event.action(Action::ApplicationEvent);
            return;
        }
    };
    event.action(action);
    event.outcome(outcome);
}

/// `priority:3, from WAN to LAN, TCP, service RDP, DROP`, `Match default rule, DROP`.
fn rule(message: &str, event: &mut EventBuilder<'_>) {
    if let Some((_, rest)) = message.split_once("priority:") {
        event.text_if_said(Column::RuleId, rest.split(',').next().unwrap_or(rest).trim());
    }
    if message.starts_with("Match default rule") {
        event.text(Column::RuleName, "default rule");
    }
    if let Some((from, to)) = message
        .split_once("from ")
        .and_then(|(_, rest)| rest.split(',').next())
        .and_then(|zones| zones.split_once(" to "))
    {
        event.text_if_said(Column::ObserverIngress, from);
        event.text_if_said(Column::ObserverEgress, to);
    }
    let protocol = message.split(", ").find(|word| matches!(*word, "TCP" | "UDP" | "ICMP" | "GRE" | "ESP"));
    event.text_if_said(Column::NetworkTransport, protocol.unwrap_or_default());
}

/// `Administrator admin(MAC=-) from https has logged in ZyWALL`, `Failed login attempt to ZyWALL from http/https
/// (incorrect password or inexistent username)`.
fn login(note: &str, lower: &str, values: &Values<'_>, event: &mut EventBuilder<'_>) -> (Action, Outcome) {
    if !values.has(Key::User)
        && let Some(name) = values.get(Key::Message).split(' ').nth(1).and_then(|word| word.split('(').next())
        && lower.contains(" has logged ")
    {
        set_user(event, name);
    }
    if lower.contains("logged out") {
        return (Action::Logout, Outcome::Success);
    }
    if lower.contains("lockout") || lower.contains("locked") {
        return (Action::AccountLockout, Outcome::Success);
    }
    let failed = lower.contains("fail") || lower.contains("denied") || note.contains("Fail");
    (Action::Login, Outcome::of(!failed))
}

fn tunnel(lower: &str, event: &mut EventBuilder<'_>) {
    let action = if lower.contains("disconnect") || lower.contains("delete") || lower.contains("terminated") {
        Action::VpnDisconnect
    } else if lower.contains("built successfully")
        || lower.contains("established")
        || lower.contains("connected")
    {
        Action::VpnConnect
    } else if lower.contains("fail") || lower.contains("no proposal chosen") {
        event.action(Action::VpnConnect);
        event.outcome(Outcome::Failure);
        return;
    } else {
        event.action(Action::ApplicationEvent);
        return;
    };
    event.action(action);
    event.outcome(Outcome::Success);
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "dropped by the default rule",
        text: "<142>Mar 16 09:12:44 usgflex100 src=\"198.51.100.23:44321\" dst=\"192.0.2.10:3389\" msg=\"Match default rule, DROP\" note=\"ACCESS BLOCK\" user=\"unknown\" devID=\"00005e005301\" cat=\"Security Policy Control\"",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "44321"),
            ("destination_ip", "192.0.2.10"),
            ("destination_port", "3389"),
            ("rule_name", "default rule"),
            ("host_name", "usgflex100"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "allowed by a rule",
        text: "<142>Mar 16 09:12:45 usgflex100 src=\"192.0.2.41:51844\" dst=\"203.0.113.80:443\" msg=\"priority:4, from LAN1 to WAN, TCP, service HTTPS, ACCEPT\" note=\"ACCESS FORWARD\" user=\"averdi\" devID=\"00005e005301\" cat=\"Security Policy Control\"",
        expect: &[
            ("event_action", "connection_allowed"),
            ("event_outcome", "success"),
            ("rule_id", "4"),
            ("user_name", "averdi"),
            ("observer_ingress", "LAN1"),
            ("observer_egress", "WAN"),
            ("network_transport", "TCP"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login failed",
        text: "<139>Mar 16 09:12:46 usgflex100 src=\"198.51.100.23:0\" dst=\"0.0.0.0:0\" msg=\"Failed login attempt to ZyWALL from http/https (incorrect password or inexistent username)\" note=\"Account: admin\" user=\"admin\" devID=\"00005e005301\" cat=\"User\"",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "admin"),
            ("source_ip", "198.51.100.23"),
        ],
        absent: &["parse_error", "source_port", "destination_ip"],
    },
    Sample {
        about: "truncated: a line cut before its category",
        text: "<142>Mar 16 09:12:44 usgflex100 src=\"198.51.100.23:44321\" dst=\"192.0.2.10:3389\" msg=\"Match default rule, DROP\" note=\"ACC",
        expect: &[("parse_error", "neither devID nor cat: the line is cut")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "hostile: a user who calls himself by more keys moves none",
        text: "<139>Mar 16 09:12:46 usgflex100 src=\"198.51.100.23:0\" dst=\"0.0.0.0:0\" msg=\"Failed login attempt to ZyWALL from ssh\" note=\"Account: x\" user=\"x src=203.0.113.66 cat=Firewall\" devID=\"00005e005301\" cat=\"User\"",
        expect: &[("event_action", "login"), ("source_ip", "198.51.100.23")],
        absent: &["parse_error"],
    },
];
