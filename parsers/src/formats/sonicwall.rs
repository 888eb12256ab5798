//! SonicWall (SonicOS): `id=firewall sn=… time="…" fw=… pri=… m=NUMBER msg="…" src=A:P:IF:NAME dst=…`.
//!
//! Promises: linear; the message number decides where the catalogue is known, else the words of `msg`, which the
//! device writes. Of two values of one key the first counts: what a client sends (`arg`, `usr`) stands behind.
//! Must not know: the syslog envelope; Stormshield, whose lines also begin with `id=firewall` but name `startime`.
//! Source: SonicWall, SonicOS Log Events Reference Guide.

use schema::{Action, Column, EventBuilder, Outcome};

use super::slots::slots;
use super::{account, flow, http};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::key_value::pairs;
use crate::time::iso_prefix;

/// See the module.
pub static FORMAT: Format = Format {
    name: "sonicwall",
    title: "SonicWall (SonicOS)",
    reference: "SonicOS Log Events Reference Guide",
    programs: &["sonicwall"],
    starts: b"i",
    needs: &[("id=", "=")],
    keys: &[],
    recognise: |payload| {
        let text = payload.text.trim_start();
        text.starts_with("id=") && text.contains(" sn=") && text.contains(" fw=") && text.contains(" pri=")
    },
    parse,
    samples: SAMPLES,
};

slots! {
    /// Keys that are read.
    enum Key;
    /// Their values.
    struct Values;
    nothing "N/A"; keep first;
    Id = b"id"; Serial = b"sn"; Time = b"time"; Firewall = b"fw"; Priority = b"pri"; Category = b"c"; Number = b"m";
    Msg = b"msg"; Source = b"src"; Target = b"dst"; SourceV6 = b"srcV6"; TargetV6 = b"dstV6";
    SourceMac = b"srcMac"; Proto = b"proto"; Sent = b"sent"; Received = b"rcvd"; User = b"usr" | b"user" | b"susr";
    Rule = b"rule"; Host = b"dstname"; Argument = b"arg"; Method = b"op"; Result = b"result"; Note = b"note";
    Action = b"fw_action"; Signature = b"sid"; IpsCategory = b"ipscat" | b"spycat"; Code = b"code";
    CategoryName = b"Category"; SourceZone = b"srcZone"; TargetZone = b"dstZone"; Session = b"sess";
    Duration = b"dur" | b"cdur"; Agent = b"agent"; Domain = b"dom";
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut values = Values::new();
    for (key, value) in pairs(payload.text, b' ') {
        values.put(key, value);
    }
    if !values.has(Key::Number) && !values.has(Key::Msg) {
        return Err(Unreadable("expected m= or msg="));
    }
    if let Some((when, _)) = iso_prefix(values.get(Key::Time)) {
        payload.set_time(event, when);
    }
    event.text(Column::ObserverVendor, "SonicWall");
    event.text(Column::ObserverProduct, "SonicOS");
    event.text_if_said(Column::EventCode, values.get(Key::Number));
    event.ip(Column::HostIp, values.get(Key::Firewall));
    end(values.get(Key::Source), values.get(Key::SourceV6), true, event);
    end(values.get(Key::Target), values.get(Key::TargetV6), false, event);
    columns(&values, event);
    classify(&values, event);
    Ok(())
}

/// `ADDRESS:PORT:INTERFACE:NAME`, all but the first optional; IPv6 stands in a key of its own and leaves the first
/// part empty.
fn end(text: &str, v6: &str, is_source: bool, event: &mut EventBuilder<'_>) {
    let mut parts = text.split(':');
    let address = parts.next().unwrap_or("");
    let (port, interface) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let address = if v6.is_empty() { address } else { v6 };
    if is_source {
        flow::source(event, address, port);
        event.text_if_said(Column::ObserverIngress, interface);
    } else {
        flow::destination(event, address, port);
        event.text_if_said(Column::ObserverEgress, interface);
    }
}

fn columns(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    let (transport, service) = values.get(Key::Proto).split_once('/').unwrap_or((values.get(Key::Proto), ""));
    flow::set_transport(event, transport);
    event.text_if_said(Column::NetworkProtocol, service);
    flow::set_mac(event, values.get(Key::SourceMac));
    event.int_text(Column::SourceBytes, values.get(Key::Sent));
    event.int_text(Column::DestinationBytes, values.get(Key::Received));
    account::set_user(event, values.get(Key::User));
    event.text_if_said(Column::UserDomain, values.get(Key::Domain));
    event.text_if_said(Column::RuleName, values.get(Key::Rule));
    event.text_if_said(Column::UserAgentOriginal, values.get(Key::Agent));
    for (name, key) in [
        ("reason", Key::Note),
        ("text", Key::Msg),
        ("source_zone", Key::SourceZone),
        ("destination_zone", Key::TargetZone),
        ("category", Key::CategoryName),
        ("session", Key::Session),
        ("duration", Key::Duration),
    ] {
        let value = values.get(key);
        if !value.is_empty() {
            event.field(name, value);
        }
    }
}

/// By number where it has one meaning, else by the device's words.
fn classify(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    let message = values.get(Key::Msg);
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    match values.get(Key::Number) {
        "97" | "16" | "14" | "1574" | "1575" => return web(values, event),
        "98" => return flow::did(event, Action::ConnectionAllowed, true),
        "537" => return flow::did(event, Action::ConnectionClosed, true),
        "36" | "37" | "38" | "41" | "173" | "174" | "175" | "522" | "524" | "533" | "534" | "646" | "647" => {
            return flow::verdict(event, false);
        }
        "29" | "31" | "199" | "235" | "236" | "237" | "238" | "1080" | "139" => {
            return flow::did(event, Action::Login, true);
        }
        "30" | "32" | "33" | "35" | "140" | "200" | "329" | "744" | "745" | "746" | "747" | "748" | "749"
        | "759" | "1149" => return flow::did(event, Action::Login, false),
        "261" | "262" | "263" | "264" | "265" => return flow::did(event, Action::Logout, true),
        "608" | "609" | "789" | "790" | "794" | "795" | "1154" | "1155" | "82" | "83" | "22" | "23"
        | "27" | "81" => {
            return intrusion(message, values, event);
        }
        "809" => return malware(message, event),
        _ => {}
    }
    if says(&["login denied", "login failed", "Login failed", "Authentication failed", "bad credentials"]) {
        flow::did(event, Action::Login, false);
    } else if says(&["login allowed", "logged in", "login successful"]) {
        flow::did(event, Action::Login, true);
    } else if says(&["logged out"]) {
        flow::did(event, Action::Logout, true);
    } else if says(&["IPS ", "Attack", "attack", "spoof", "scan detected", "Anti-Spyware"]) {
        intrusion(message, values, event);
    } else if says(&["Anti-Virus", "Virus"]) {
        malware(message, event);
    } else if says(&["dropped", "denied", "blocked", "Blocked", "rejected", "Dropped"])
        || ["drop", "deny"].iter().any(|word| values.get(Key::Action).contains(word))
    {
        flow::verdict(event, false);
    } else if says(&["Connection Opened", "allowed", "Allowed"]) {
        flow::verdict(event, true);
    } else if says(&["Link Up", "link up", "Link Down", "link down"]) {
        flow::link(event, says(&["Link Up", "link up"]));
    } else if says(&["onfiguration changed", "onfiguration change", "Settings changed", "modified"]) {
        flow::did(event, Action::ConfigChange, true);
    } else if values.get(Key::Action).contains("forward") && event.is_set(Column::DestinationIp) {
        flow::verdict(event, true);
    } else {
        event.action(Action::ApplicationEvent);
    }
}

/// A page asked for: `op` is the method by number, `result` the status.
fn web(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    let is_denied = values.get(Key::Number) == "14" || values.get(Key::Msg).contains("denied");
    flow::did(event, Action::HttpRequest, !is_denied);
    let method = match values.get(Key::Method) {
        "1" | "GET" => "GET",
        "2" | "POST" => "POST",
        "3" | "HEAD" => "HEAD",
        _ => "",
    };
    event.text_if_said(Column::HttpRequestMethod, method);
    event.text_if_said(Column::UrlDomain, values.get(Key::Host));
    event.text_if_said(Column::DestinationDomain, values.get(Key::Host));
    http::set_path(values.get(Key::Argument), event);
    if !is_denied {
        http::set_status(values.get(Key::Result), event);
    }
}

fn intrusion(message: &str, values: &Values<'_>, event: &mut EventBuilder<'_>) {
    event.action(Action::IntrusionDetected);
    let is_blocked =
        message.contains("Prevention") || message.contains("dropped") || message.contains("blocked");
    event.outcome(if is_blocked { Outcome::Failure } else { Outcome::Unknown });
    event.field("blocked", if is_blocked { "true" } else { "false" });
    event.text_if_said(Column::RuleId, values.get(Key::Signature));
    event.text(Column::RuleName, values.first(&[Key::IpsCategory, Key::Msg]));
}

/// `Gateway Anti-Virus Alert: NAME (Trojan) blocked.`
fn malware(message: &str, event: &mut EventBuilder<'_>) {
    flow::did(event, Action::MalwareDetected, message.contains("blocked"));
    let name = message.split_once(": ").map_or(message, |(_, name)| name);
    event.text_if_said(Column::RuleName, name.trim_end_matches('.').trim_end_matches(" blocked"));
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a flow ends",
        text: "<134>  id=firewall sn=0017C5000000 time=\"2026-03-16 09:12:44 UTC\" fw=192.0.2.1 pri=6 c=1024 m=537 msg=\"Connection Closed\" n=12 src=192.0.2.31:50001:X0:pc-anag dst=203.0.113.8:443:X1:www.borgo.example proto=tcp/https sent=2380 rcvd=91422 usr=\"COMUNE\\\\mrossi\" rule=\"12 (LAN->WAN)\"",
        expect: &[
            ("event_action", "connection_closed"),
            ("event_outcome", "success"),
            ("event_code", "537"),
            ("timestamp", "2026-03-16T09:12:44.000000Z"),
            ("source_ip", "192.0.2.31"),
            ("source_port", "50001"),
            ("destination_ip", "203.0.113.8"),
            ("destination_port", "443"),
            ("observer_ingress", "X0"),
            ("observer_egress", "X1"),
            ("network_transport", "tcp"),
            ("network_protocol", "https"),
            ("source_bytes", "2380"),
            ("destination_bytes", "91422"),
            ("rule_name", "12 (LAN->WAN)"),
            ("host_ip", "192.0.2.1"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a packet is dropped",
        text: "id=firewall sn=0017C5000000 time=\"2026-03-16 09:12:44\" fw=192.0.2.1 pri=5 c=64 m=36 msg=\"TCP connection dropped\" n=3 src=198.51.100.23:44321:X1 dst=192.0.2.10:3389:X0 proto=tcp/3389",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("destination_port", "3389"),
        ],
        absent: &["user_name"],
    },
    Sample {
        about: "an administrator is refused",
        text: "id=firewall sn=0017C5000000 time=\"2026-03-16 09:12:44\" fw=192.0.2.1 pri=1 c=32 m=30 msg=\"Administrator login denied due to bad credentials\" n=1 usr=\"admin\" src=198.51.100.23:0:X1 dst=192.0.2.1:443:X1 proto=tcp/https",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "admin"),
            ("source_ip", "198.51.100.23"),
        ],
        absent: &[],
    },
    Sample {
        about: "a page, over IPv6",
        text: "id=firewall sn=0017C5000000 time=\"2026-03-16 09:12:44\" fw=192.0.2.1 pri=6 c=1024 m=97 msg=\"Web site hit\" n=9 srcV6=2001:db8::31 src=:50001:X0 dstV6=2001:db8:1::8 dst=:80:X1 proto=tcp/http op=1 result=200 rcvd=512 dstname=www.borgo.example arg=/albo?id=1 code=64 Category=\"Government\"",
        expect: &[
            ("event_action", "http_request"),
            ("source_ip", "2001:db8::31"),
            ("destination_ip", "2001:db8:1::8"),
            ("source_port", "50001"),
            ("http_request_method", "GET"),
            ("http_response_status_code", "200"),
            ("url_domain", "www.borgo.example"),
            ("url_path", "/albo"),
            ("url_query", "id=1"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: an argument that imitates keys moves none",
        text: "id=firewall sn=0017C5000000 time=\"2026-03-16 09:12:44\" fw=192.0.2.1 pri=6 c=1024 m=97 msg=\"Web site hit\" src=198.51.100.23:1:X1 dst=192.0.2.10:80:X0 proto=tcp/http op=1 dstname=x.example arg=/a src=203.0.113.9:9",
        expect: &[("source_ip", "198.51.100.23"), ("source_port", "1"), ("url_path", "/a")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a line cut before its number",
        text: "id=firewall sn=0017C5000000 time=\"2026-03-16 09:12:44\" fw=192.0.2.1 pri=6 c=10",
        expect: &[("parse_error", "expected m= or msg=")],
        absent: &["event_code", "host_ip"],
    },
];
