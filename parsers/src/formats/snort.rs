//! Snort alerts: fast and syslog lines (`[1:2009358:5] MESSAGE [**] {TCP} A:P -> B:P`), Suricata's `fast.log`, and
//! Snort 3's `alert_json`.
//!
//! Promises: linear; the flow is read behind the last brace, whatever a rule's message holds.
//! Must not know: the syslog envelope, EVE. Source: Snort 2.9 manual, alert_fast, alert_syslog; Snort 3, alert_json.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::{flow, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::Json;
use crate::time::{When, iso_prefix};

/// See the module.
pub static FORMAT: Format = Format {
    name: "snort",
    title: "Snort alerts (fast, syslog, JSON), Suricata fast.log",
    reference: "Snort 2.9 manual, alert_fast and alert_syslog; Snort 3, alert_json",
    programs: &["snort", "suricata"],
    starts: b"0123456789[{",
    needs: &[],
    keys: &["rule"],
    recognise: |payload| match payload.json {
        Some(json) => is_alert_json(*json),
        None => Alert::read(payload.text).is_some(),
    },
    parse,
    samples: SAMPLES,
};

/// An alert cut at its marks.
struct Alert<'a> {
    stamp: &'a str,
    generator: &'a str,
    signature: &'a str,
    message: &'a str,
    /// Classification, priority, protocol and ends.
    tail: &'a str,
    is_blocked: bool,
}

impl<'a> Alert<'a> {
    /// `[STAMP  ][[Drop] ][**] [GID:SID:REV] MESSAGE [**] [Classification: …] [Priority: 1] {TCP} A -> B`; syslog has
    /// no stars.
    fn read(text: &'a str) -> Option<Alert<'a>> {
        let (stamp, rest) = match text.split_once(' ') {
            Some((stamp, rest)) if when(stamp).is_some() => (stamp, rest.trim_start()),
            _ => ("", text),
        };
        let (is_blocked, rest) = ["[Drop] ", "[wDrop] ", "[Block] ", "[Reject] "]
            .iter()
            .find_map(|mark| rest.strip_prefix(mark))
            .map_or((false, rest), |rest| (true, rest.trim_start()));
        let rest = rest.strip_prefix("[**] ").unwrap_or(rest);
        let is_blocked = is_blocked || rest.starts_with("[Drop] ");
        let rest = rest.strip_prefix("[Drop] ").unwrap_or(rest);
        let (id, said) = rest.strip_prefix('[')?.split_once("] ")?;
        let mut numbers = id.split(':');
        let (generator, signature, revision) = (numbers.next()?, numbers.next()?, numbers.next()?);
        if numbers.next().is_some()
            || ![generator, signature, revision].iter().all(|part| peer::is_digits(part))
        {
            return None;
        }
        let marks = [" [**] ", " [Classification: ", " [Priority: ", " {"];
        let end = marks.iter().find_map(|mark| said.rfind(mark).map(|at| (at, *mark)));
        let (at, _) = end?;
        // The classification stands in front of the priority, the priority in front of the brace.
        let at = marks.iter().filter_map(|mark| said.rfind(mark)).min().unwrap_or(at);
        let (message, tail) = said.split_at_checked(at)?;
        Some(Alert { stamp, generator, signature, message: message.trim_matches('"'), tail, is_blocked })
    }
}

/// `03/16-09:12:44.112233`, `03/16/26-09:12:44.112233`, `03/16/2026-09:12:44.112233`: month first.
fn when(stamp: &str) -> Option<When> {
    let (date, time) = stamp.split_once('-')?;
    let mut parts = date.split('/');
    let (month, day) = (parts.next()?.parse::<u8>().ok()?, parts.next()?.parse::<u8>().ok()?);
    let year = match parts.next() {
        None => None,
        Some(year) if year.len() == 2 => Some(2000 + year.parse::<i32>().ok()?),
        Some(year) => Some(year.parse::<i32>().ok().filter(|_| year.len() == 4)?),
    };
    if parts.next().is_some() || time.len() > 20 {
        return None;
    }
    // The hour is read by the reader of ISO stamps, on a day of its own.
    let mut text = [0_u8; 32];
    let length = 11 + time.len();
    for (slot, byte) in text.iter_mut().zip(b"2000-01-01 ".iter().copied().chain(time.bytes())) {
        *slot = byte;
    }
    let (when, rest) = iso_prefix(std::str::from_utf8(text.get(..length)?).ok()?)?;
    rest.is_empty().then_some(When { year, month, day, ..when })
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if let Some(json) = payload.json {
        return alert_json(payload, *json, event);
    }
    const SHAPE: Unreadable = Unreadable("expected [GID:SID:REV] MESSAGE {PROTOCOL} A -> B");
    let alert = Alert::read(payload.text).ok_or(SHAPE)?;
    if let Some(when) = when(alert.stamp)
        && !payload.set_time(event, when)
    {
        return Err(Unreadable("no such day or hour"));
    }
    detected(alert.is_blocked, event);
    event.text(Column::RuleId, alert.signature);
    event.text(Column::RuleName, alert.message);
    event.field("generator_id", alert.generator);
    for (name, mark) in [("category", "[Classification: "), ("severity", "[Priority: ")] {
        if let Some(value) = between(alert.tail, mark, "]") {
            event.field(name, value);
        }
    }
    let (protocol, ends) =
        alert.tail.rsplit_once('{').and_then(|(_, rest)| rest.split_once("} ")).ok_or(SHAPE)?;
    flow::set_transport(event, protocol);
    let (from, to) = ends.split_once(" -> ").ok_or(SHAPE)?;
    end(from, true, event);
    end(to.trim_end(), false, event);
    Ok(())
}

fn detected(is_blocked: bool, event: &mut EventBuilder<'_>) {
    event.action(Action::IntrusionDetected);
    event.outcome(if is_blocked { Outcome::Failure } else { Outcome::Unknown });
    event.field("blocked", if is_blocked { "true" } else { "false" });
}

/// `ADDRESS:PORT`; Snort writes IPv6 without brackets, so the port is what stands behind the last colon.
fn end(text: &str, is_source: bool, event: &mut EventBuilder<'_>) {
    let (address, port) = match text.rsplit_once(':') {
        Some((address, port)) if !peer::is_address(text) || text.matches(':').count() > 7 => (address, port),
        _ => (text, ""),
    };
    if is_source {
        flow::source(event, address, port);
    } else {
        flow::destination(event, address, port);
    }
}

/// Snort 3's own members; `rule` is `GID:SID:REV`.
fn is_alert_json(json: Json<'_>) -> bool {
    json.scalar("rule").is_some_and(|rule| rule.matches(':').count() == 2)
        && (json.get("src_ap").is_some() || json.get("src_addr").is_some())
}

fn alert_json(payload: &Payload<'_>, json: Json<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = |path: &str| json.scalar(path).unwrap_or("");
    if let Some(time_us) = crate::time::epoch(text("seconds")) {
        payload.set_time_us(event, time_us);
    } else if let Some(when) = when(text("timestamp")) {
        payload.set_time(event, when);
    }
    detected(matches!(text("action"), "drop" | "block" | "reject" | "would_drop"), event);
    event.text_if_said(Column::RuleId, text("rule").split(':').nth(1).unwrap_or(""));
    event.text_if_said(Column::RuleName, text("msg"));
    flow::set_transport(event, text("proto"));
    end(text("src_ap"), true, event);
    end(text("dst_ap"), false, event);
    if event.ip(Column::SourceIp, text("src_addr")) {
        event.int_text(Column::SourcePort, text("src_port"));
    }
    if event.ip(Column::DestinationIp, text("dst_addr")) {
        event.int_text(Column::DestinationPort, text("dst_port"));
    }
    event.text_if_said(Column::NetworkProtocol, text("service"));
    event.text_if_said(Column::ObserverIngress, text("iface"));
    for (name, path) in [("category", "class"), ("severity", "priority")] {
        if let Some(value) = json.scalar(path) {
            event.field(name, value);
        }
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "syslog",
        text: "<33>Mar 16 09:12:44 sonda snort[812]: [1:2900001:5] PROVA scansione [Classification: Attempted Information Leak] [Priority: 2] {TCP} 198.51.100.23:44321 -> 192.0.2.10:443",
        expect: &[
            ("event_action", "intrusion_detected"),
            ("event_outcome", "unknown"),
            ("rule_id", "2900001"),
            ("rule_name", "PROVA scansione"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "44321"),
            ("destination_ip", "192.0.2.10"),
            ("destination_port", "443"),
            ("network_transport", "tcp"),
            ("fields.category", "Attempted Information Leak"),
            ("fields.severity", "2"),
            ("fields.blocked", "false"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "fast.log, dropped, IPv6",
        text: "03/16/2026-09:12:44.112233  [Drop] [**] [1:2900002:1] PROVA [**] [Classification: Misc Attack] [Priority: 1] {UDP} 2001:0db8:0000:0000:0000:0000:0000:0023:53 -> 2001:0db8:0000:0000:0000:0000:0000:0010:4000",
        expect: &[
            ("event_outcome", "failure"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
            ("source_ip", "2001:db8::23"),
            ("source_port", "53"),
            ("destination_ip", "2001:db8::10"),
            ("destination_port", "4000"),
            ("fields.blocked", "true"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "fast, without year and ports",
        text: "03/16-09:12:44.112233  [**] [1:384:5] PROVA ping [**] [Priority: 3] {ICMP} 198.51.100.23 -> 192.0.2.10",
        expect: &[
            ("rule_id", "384"),
            ("network_transport", "icmp"),
            ("source_ip", "198.51.100.23"),
            ("destination_ip", "192.0.2.10"),
        ],
        absent: &["source_port", "destination_port", "parse_error"],
    },
    Sample {
        about: "Snort 3, JSON",
        text: r#"{ "timestamp" : "03/16-09:12:44.112233", "pkt_num" : 1, "proto" : "TCP", "pkt_gen" : "raw", "dir" : "C2S", "src_ap" : "198.51.100.23:44321", "dst_ap" : "192.0.2.10:80", "rule" : "1:2900003:2", "action" : "allow", "msg" : "PROVA" }"#,
        expect: &[
            ("rule_id", "2900003"),
            ("rule_name", "PROVA"),
            ("source_port", "44321"),
            ("destination_ip", "192.0.2.10"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a line cut before the flow",
        text: "<33>Mar 16 09:12:44 sonda snort[812]: [1:2900001:5] PROVA [Classification: Misc activity] [Priority: 3] {TCP} 198.51.1",
        expect: &[("parse_error", "expected [GID:SID:REV] MESSAGE {PROTOCOL} A -> B")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a message that imitates a flow moves none",
        text: "<33>Mar 16 09:12:44 sonda snort[812]: [1:2900001:5] PROVA {TCP} 203.0.113.9:1 -> 203.0.113.8:2 [Priority: 3] {UDP} 198.51.100.23:53 -> 192.0.2.10:53",
        expect: &[("source_ip", "198.51.100.23"), ("network_transport", "udp")],
        absent: &[],
    },
];
