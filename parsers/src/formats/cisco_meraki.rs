//! Cisco Meraki (MX, MR, MS): `[1 ]EPOCH NAME KIND text`, kinds `flows`, `urls`, `events`, `security_event` and more.
//!
//! Promises: linear; keys are read from the front, what a client sent (a URL, a user agent) stands behind.
//! Must not know: the syslog envelope. Source: Cisco Meraki, Syslog Event Types and Log Samples.

mod events;
mod samples;

use schema::{Action, Column, EventBuilder, Outcome};

use super::{flow, http};
use crate::format::{Format, Payload, Unreadable};
use crate::time::epoch_fraction;

/// See the module.
pub static FORMAT: Format = Format {
    name: "cisco_meraki",
    title: "Cisco Meraki",
    reference: "Cisco Meraki, Syslog Event Types and Log Samples",
    programs: &[],
    starts: b"1",
    needs: &[],
    keys: &[],
    recognise: |payload| Line::read(payload.text).is_some(),
    parse,
    samples: samples::SAMPLES,
};

const KINDS: &[&str] = &[
    "flows",
    "firewall",
    "vpn_firewall",
    "cellular_firewall",
    "bridge_anyconnect_client_vpn_firewall",
    "ip_flow_start",
    "ip_flow_end",
    "urls",
    "events",
    "ids-alerts",
    "security_event",
    "airmarshal_events",
    "l7_firewall",
];

struct Line<'a> {
    time_us: i64,
    name: &'a str,
    kind: &'a str,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn read(text: &'a str) -> Option<Line<'a>> {
        // The version of RFC 5424, whose stamp Meraki does not write.
        let text = text.strip_prefix("1 ").unwrap_or(text);
        let (time_us, rest) = epoch_fraction(text)?;
        let (name, rest) = rest.strip_prefix(' ')?.split_once(' ')?;
        let (kind, text) = rest.split_once(' ').unwrap_or((rest, ""));
        KINDS.contains(&kind).then_some(Line { time_us, name, kind, text })
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = Line::read(payload.text).ok_or(Unreadable("expected EPOCH NAME KIND TEXT"))?;
    payload.set_time_us(event, line.time_us);
    event.text(Column::ObserverVendor, "Cisco");
    event.text(Column::ObserverProduct, "Meraki");
    event.text(Column::HostName, line.name);
    event.field("kind", line.kind);
    match line.kind {
        "urls" => url(line.text, event),
        "events" => events::read(line.text, event),
        "ids-alerts" | "security_event" => security(line.text, event),
        "airmarshal_events" => air(line.text, event),
        "ip_flow_end" => {
            ends(line.text, event)?;
            flow::did(event, Action::ConnectionClosed, true);
        }
        "ip_flow_start" => {
            ends(line.text, event)?;
            flow::verdict(event, true);
        }
        _ => {
            ends(line.text, event)?;
            flow::verdict(event, is_allowed(line.text));
        }
    }
    Ok(())
}

/// The word in front, or the pattern's: `0` and `allow` let through, `1` and `deny` do not.
fn is_allowed(text: &str) -> bool {
    let pattern = text.split_once(" pattern: ").map_or("", |(_, pattern)| pattern);
    let is_denied = text.starts_with("deny") || pattern.starts_with('1') || pattern.starts_with("deny");
    !is_denied
}

/// A value up to the next blank, of the first such key.
fn value<'a>(text: &'a str, key: &str) -> &'a str {
    let at = if text.starts_with(key) {
        Some(0)
    } else {
        text.find(key).filter(|at| text.as_bytes().get(at.wrapping_sub(1)) == Some(&b' '))
    };
    let rest = at.and_then(|at| text.get(at + key.len()..)).unwrap_or("");
    match rest.strip_prefix('\'') {
        Some(quoted) => quoted.split('\'').next().unwrap_or(quoted),
        None => rest.split(' ').next().unwrap_or(rest),
    }
}

/// `src=A dst=B mac=M protocol=P sport=N dport=N`.
fn ends(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let head = text.split(" pattern: ").next().unwrap_or(text);
    if !flow::source(event, value(head, "src="), value(head, "sport=")) {
        return Err(Unreadable("expected src=ADDRESS"));
    }
    flow::destination(event, value(head, "dst="), value(head, "dport="));
    flow::set_transport(event, value(head, "protocol="));
    flow::set_mac(event, value(head, "mac="));
    if let Some((_, pattern)) = text.split_once(" pattern: ") {
        event.text_if_said(Column::RuleName, pattern);
    }
    Ok(())
}

/// `src=A:P dst=B:P mac=M agent='…' request: GET https://…`.
fn url(text: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::HttpRequest);
    let (head, request) = text.split_once(" request: ").unwrap_or((text, ""));
    let (head, agent) = head.split_once(" agent='").unwrap_or((head, ""));
    flow::source_pair(event, value(head, "src="));
    flow::destination_pair(event, value(head, "dst="));
    flow::set_mac(event, value(head, "mac="));
    event.text_if_said(Column::UserName, value(head, "user="));
    event.text_if_said(Column::UserAgentOriginal, agent.strip_suffix('\'').unwrap_or(agent));
    let (method, target) = request.split_once(' ').unwrap_or((request, ""));
    // HTTPS is seen by its name only: `UNKNOWN https://host/...`.
    if method != "UNKNOWN" {
        event.text_if_said(Column::HttpRequestMethod, method);
    }
    http::set_target(method, target, event);
}

/// `[ids_alerted ]signature=1:28423:1 … src=A:P dst=B:P message: NAME`, and scanned files.
fn security(text: &str, event: &mut EventBuilder<'_>) {
    let (head, message) = text.split_once(" message: ").unwrap_or((text, ""));
    flow::source_pair(event, value(head, "src="));
    flow::destination_pair(event, value(head, "dst="));
    flow::set_transport(event, value(head, "protocol=").split('/').next().unwrap_or(""));
    flow::set_mac(event, value(head, "mac="));
    // Behind the name of a file, which may hold any key.
    let last = |key: &str| value(head.rfind(key).and_then(|at| head.get(at..)).unwrap_or_default(), key);
    event.text_if_said(Column::FileHashSha256, last("sha256="));
    http::set_target("", value(head, "url="), event);
    let is_blocked = matches!(last("action="), "block" | "blocked") || last("decision=") == "blocked";
    if head.contains("signature=") {
        event.action(Action::IntrusionDetected);
        event.outcome(if is_blocked { Outcome::Failure } else { Outcome::Unknown });
        event.field("blocked", if is_blocked { "true" } else { "false" });
        event.text_if_said(Column::RuleId, value(head, "signature=").split(':').nth(1).unwrap_or(""));
        event.text_if_said(Column::RuleName, message);
        return;
    }
    event.text_if_said(Column::RuleName, value(head, "name="));
    event.field("disposition", last("disposition="));
    if last("disposition=") == "malicious" {
        flow::did(event, Action::MalwareDetected, is_blocked);
    } else {
        event.action(Action::ApplicationEvent);
    }
}

/// `type= rogue_ssid_detected ssid='…' bssid='…' src='…' dst='…'`.
fn air(text: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::IntrusionDetected);
    event.outcome(Outcome::Unknown);
    let kind =
        text.split_once("type=").map_or("", |(_, rest)| rest.trim_start()).split(' ').next().unwrap_or("");
    event.text_if_said(Column::RuleName, kind);
    flow::set_mac(event, value(text, "src="));
    for (name, key) in [("ssid", "ssid="), ("bssid", "bssid=")] {
        event.field(name, value(text, key));
    }
}
