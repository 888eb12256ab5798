//! Barracuda CloudGen Firewall: `LEVEL    HOST text`, the level padded to nine columns; firewall activity parted by bars.
//!
//! Promises: linear; activity is read by position or by its keys, and the first value of a key counts.
//! Must not know: the syslog envelope. Source: Barracuda Campus, Firewall Activity Log Format; Syslog Streaming.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::set_user;
use super::flow::{self, word_after};
use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "barracuda_cloudgen",
    title: "Barracuda CloudGen Firewall",
    reference: "Barracuda Campus, available log files and structure; firewall activity log format",
    programs: &["box_firewall_activity", "box_firewall", "box_auth_service", "box_config", "box_event_event"],
    starts: b"INWESFDACP",
    needs: &[],
    keys: &[],
    recognise: |payload| Line::read(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

struct Line<'a> {
    level: &'a str,
    host: &'a str,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn read(text: &'a str) -> Option<Line<'a>> {
        let (level, rest) = text.split_at_checked(9)?;
        let level = level.strip_suffix("  ")?.trim_end();
        let is_level = matches!(
            level,
            "Info" | "Notice" | "Warning" | "Error" | "Alert" | "Fatal" | "Debug" | "Security" | "Panic"
        );
        let (host, text) = rest.split_once(' ')?;
        (is_level && !host.is_empty() && host.len() <= 64).then_some(Line {
            level,
            host,
            text: text.trim_start(),
        })
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = Line::read(payload.text).ok_or(Unreadable("expected LEVEL HOST TEXT"))?;
    event.text(Column::ObserverVendor, "Barracuda");
    event.text(Column::ObserverProduct, "CloudGen Firewall");
    event.text(Column::LogLevel, line.level);
    event.text(Column::HostName, line.host);
    let text = line.text;
    if let Some((verb, rest)) = text.split_once(": ")
        && let Some(action) = verdict(verb)
        && rest.contains('|')
    {
        return activity(action, rest, event);
    }
    if let Some(rest) = text.strip_prefix("firewall: [") {
        return threat(rest, event);
    }
    if !(login(text, event) || configuration(text, event)) {
        event.action(Action::ApplicationEvent);
        mentions(text, event);
    }
    Ok(())
}

/// Whether a verb lets a flow through; `Remove` is its end.
fn verdict(verb: &str) -> Option<Action> {
    Some(match verb {
        "Allow" | "Detect" | "Scan" => Action::ConnectionAllowed,
        "Remove" => Action::ConnectionClosed,
        "Block" | "Deny" | "Drop" | "Fail" | "Reject" => Action::ConnectionDenied,
        _ => return None,
    })
}

/// `type|proto|srcIF|srcIP|srcPort|srcMAC|dstIP|dstPort|service|dstIF|rule|info|srcNAT|dstNAT|duration|count|received|
/// sent|…|user`, bare or as `key=value`.
fn activity(action: Action, text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const NAMES: &[&str] = &[
        "type",
        "proto",
        "srcIF",
        "srcIP",
        "srcPort",
        "srcMAC",
        "dstIP",
        "dstPort",
        "dstService",
        "dstIF",
        "rule",
        "info",
        "srcNAT",
        "dstNAT",
        "duration",
        "count",
        "receivedBytes",
        "sentBytes",
        "receivedPackets",
        "sentPackets",
        "user",
        "protocol",
        "application",
        "target",
        "content",
        "urlcat",
    ];
    let is_keyed = text.split('|').next().is_some_and(|first| first.starts_with("type="));
    // Of a key that stands twice the first counts: what a client asked for comes late.
    let mut seen = 0_u32;
    for (at, value) in text.split('|').enumerate() {
        let (name, value) = if is_keyed {
            value.split_once('=').unwrap_or(("", ""))
        } else {
            (NAMES.get(at).copied().unwrap_or(""), value)
        };
        let bit = NAMES.iter().position(|known| *known == name).map_or(0, |place| 1 << place);
        if seen & bit == 0 {
            seen |= bit;
            column(name, value.trim(), event);
        }
    }
    if !event.is_set(Column::SourceIp) {
        return Err(Unreadable("expected the source as fourth value"));
    }
    flow::did(event, action, action != Action::ConnectionDenied);
    Ok(())
}

fn column(name: &str, value: &str, event: &mut EventBuilder<'_>) {
    match name {
        "proto" => flow::set_transport(event, value),
        "srcIF" => event.text_if_said(Column::ObserverIngress, value),
        "dstIF" => event.text_if_said(Column::ObserverEgress, value),
        "srcIP" => {
            event.ip(Column::SourceIp, value);
        }
        "dstIP" => {
            event.ip(Column::DestinationIp, value);
        }
        "srcPort" => {
            event.int_text(Column::SourcePort, value);
        }
        "dstPort" => {
            event.int_text(Column::DestinationPort, value);
        }
        "receivedBytes" => {
            event.int_text(Column::DestinationBytes, value);
        }
        "sentBytes" => {
            event.int_text(Column::SourceBytes, value);
        }
        "srcMAC" => {
            flow::set_mac(event, value);
        }
        "rule" => event.text_if_said(Column::RuleName, value),
        "user" => set_user(event, value),
        "dstService" | "protocol" => event.text_if_said(Column::NetworkProtocol, value),
        "info" | "application" | "urlcat" if !value.is_empty() => event.field(name, value),
        _ => {}
    }
}

/// `Request] Allow:   IPS ALLIP(0) A -> B:0 |[ID: 5000002 NAME]||3|Probing`.
fn threat(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (_, rest) = text.split_once("] ").ok_or(Unreadable("expected [KIND] VERDICT: FLOW"))?;
    let (verb, rest) = rest.split_once(':').ok_or(Unreadable("expected [KIND] VERDICT: FLOW"))?;
    let is_blocked = verdict(verb) == Some(Action::ConnectionDenied);
    event.action(Action::IntrusionDetected);
    event.outcome(if is_blocked { Outcome::Failure } else { Outcome::Unknown });
    event.field("blocked", if is_blocked { "true" } else { "false" });
    if let Some((from, to)) = rest.split_once(" -> ") {
        flow::source_pair(event, from.rsplit(' ').next().unwrap_or(from));
        flow::destination_pair(event, to.split([' ', '|']).next().unwrap_or(to));
    }
    if let Some((id, name)) = rest
        .split_once("[ID: ")
        .and_then(|(_, rest)| rest.split_once(']'))
        .and_then(|(inner, _)| inner.split_once(' '))
    {
        event.text(Column::RuleId, id);
        event.text(Column::RuleName, name);
    }
    if let Some(category) = rest.rsplit('|').next() {
        event.field("category", category);
    }
    Ok(())
}

/// Logins on the box, of firewall users, and VPN sessions.
fn login(text: &str, event: &mut EventBuilder<'_>) -> bool {
    // `LOGIN ATTEMPT: boxconfig[50357]: Login NAME from ADDRESS : Allowed.`
    if let Some(rest) = text.strip_prefix("LOGIN ATTEMPT: ") {
        let (tag, said) = rest.split_once(": ").unwrap_or(("", rest));
        let (program, pid) = tag.split_once('[').unwrap_or((tag, ""));
        event.text_if_said(Column::ProcessName, program);
        event.int_text(Column::ProcessPid, pid.trim_end_matches(']'));
        let (head, result) = said.rsplit_once(" : ").unwrap_or((said, ""));
        flow::did(event, Action::Login, result.starts_with("Allowed"));
        let (user, address) = head.rsplit_once(" from ").unwrap_or((head, ""));
        event.text_if_said(Column::UserName, user.strip_prefix("Login ").unwrap_or(user));
        event.ip(Column::SourceIp, address);
        return true;
    }
    // `phibs: Authentication Login for peer=ADDRESS … user=NAME`
    if let Some((_, rest)) =
        text.split_once("Authentication ").filter(|(head, _)| head.is_empty() || head.ends_with(": "))
    {
        let action = match rest.split([' ', '(']).next() {
            Some("Login") => Action::Login,
            Some("Logout" | "Timeout") => Action::SessionClose,
            _ => return false,
        };
        flow::did(event, action, !rest.contains("failed"));
        event.ip(Column::SourceIp, word_after(rest, "peer="));
        set_user(
            event,
            rest.split_once(" user=").map_or("", |(_, user)| user.split(' ').next().unwrap_or(user)),
        );
        return true;
    }
    // `ADDRESS:PORT login succeeded: NAME …`
    if let Some((end, rest)) = text.split_once(" login ")
        && flow::source_pair(event, end)
    {
        flow::did(event, Action::Login, rest.starts_with("succeeded"));
        let user = rest.split_once(": ").map_or("", |(_, user)| user.split(' ').next().unwrap_or(user));
        event.text_if_said(Column::UserName, user);
        return true;
    }
    false
}

/// `[NAME@ADDRESS_PORT]  Commit operation: 0 Execute: LINE`, `Session from ADDRESS:PORT mode=0`.
fn configuration(text: &str, event: &mut EventBuilder<'_>) -> bool {
    if let Some((who, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once("] "))
        && let Some((user, end)) = who.rsplit_once('@')
        && let Some((address, port)) = end.rsplit_once('_')
        && flow::source(event, address, port)
    {
        flow::did(event, Action::ConfigChange, true);
        event.text_if_said(Column::UserName, user);
        let said = rest.trim_start();
        event.field("changed", said);
        if let Some((_, line)) = said.split_once(" Execute: ") {
            event.text_if_said(Column::ProcessCommandLine, line);
        }
        return true;
    }
    if let Some(rest) = text.strip_prefix("Session from ") {
        flow::did(event, Action::SessionOpen, true);
        flow::source_pair(event, flow::word(rest));
        return true;
    }
    // `New Session GCSID_NAME_ADDRESS_PORT_NUMBER`
    if let Some(id) = text.strip_prefix("New Session GCSID_") {
        flow::did(event, Action::SessionOpen, true);
        let mut parts = id.trim_end().rsplit('_').skip(1);
        let (port, address) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        flow::source(event, address, port);
        return true;
    }
    false
}

/// The control centre that is told, the process that is watched.
fn mentions(text: &str, event: &mut EventBuilder<'_>) {
    event.ip(Column::DestinationIp, flow::last_word_after(text, " to Control Center "));
    if let Some(rest) = text.strip_prefix("was able to ping process ") {
        let (pid, path) = rest.split_once(" (").unwrap_or((rest, ""));
        if peer::is_digits(pid) {
            event.int_text(Column::ProcessPid, pid);
        }
        event.text_if_said(Column::FilePath, path.trim_end_matches('.').trim_end_matches(')'));
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a flow is allowed, by position",
        text: "Info     fw-sede Allow: LOUT|UDP|eth1|192.0.2.31|61988|00:00:5e:00:53:01|203.0.113.53|53|domain|eth0|LAN-2-INTERNET|0|198.51.100.1|203.0.113.53|0|1|0|0|0|0|mrossi|||||",
        expect: &[
            ("event_action", "connection_allowed"),
            ("event_outcome", "success"),
            ("source_ip", "192.0.2.31"),
            ("source_port", "61988"),
            ("source_mac", "00:00:5e:00:53:01"),
            ("destination_ip", "203.0.113.53"),
            ("destination_port", "53"),
            ("network_transport", "udp"),
            ("network_protocol", "domain"),
            ("observer_ingress", "eth1"),
            ("observer_egress", "eth0"),
            ("rule_name", "LAN-2-INTERNET"),
            ("user_name", "mrossi"),
            ("host_name", "fw-sede"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a flow is blocked, by key",
        text: "<134>Mar 16 09:12:44 fw-sede Warning  fw-sede Block: type=FWD|proto=TCP|srcIF=eth0|srcIP=198.51.100.23|srcPort=44321|srcMAC=|dstIP=192.0.2.10|dstPort=3389|dstService=rdp|dstIF=eth1|rule=BLOCKALL|info=Block by Rule|srcNAT=0.0.0.0|dstNAT=0.0.0.0|duration=0|count=1|receivedBytes=0|sentBytes=0",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("destination_port", "3389"),
            ("rule_name", "BLOCKALL"),
            ("fields.info", "Block by Rule"),
        ],
        absent: &["source_mac", "user_name"],
    },
    Sample {
        about: "hostile: a refused login whose name imitates an address",
        text: "Notice   fw-sede LOGIN ATTEMPT: boxconfig[503]: Login x from 203.0.113.9 from 198.51.100.23 : Denied.",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("user_name", "x from 203.0.113.9"),
            ("process_name", "boxconfig"),
        ],
        absent: &[],
    },
    Sample {
        about: "an intrusion",
        text: "Warning  fw-sede firewall: [Request] Block:   IPS TCP(6) 198.51.100.23:4000 -> 192.0.2.10:80 |[ID: 5000002 PROVA scansione]||3|Probing",
        expect: &[
            ("event_action", "intrusion_detected"),
            ("event_outcome", "failure"),
            ("rule_id", "5000002"),
            ("rule_name", "PROVA scansione"),
            ("source_ip", "198.51.100.23"),
            ("destination_port", "80"),
        ],
        absent: &[],
    },
    Sample {
        about: "an administrator's change",
        text: "Info     fw-sede [admin@192.0.2.7_29010]  Commit operation: 0 Execute: /opt/x/activate /opt/x.conf",
        expect: &[
            ("event_action", "config_change"),
            ("user_name", "admin"),
            ("source_ip", "192.0.2.7"),
            ("source_port", "29010"),
            ("process_command_line", "/opt/x/activate /opt/x.conf"),
        ],
        absent: &[],
    },
    Sample {
        about: "truncated: a line cut before the source",
        text: "Info     fw-sede Allow: LOUT|UDP|eth1|192.0.",
        expect: &[("parse_error", "expected the source as fourth value")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a target that imitates keys",
        text: "Info     fw-sede Block: type=FWD|proto=TCP|srcIF=p1|srcIP=192.0.2.31|srcPort=50001|srcMAC=00:00:5e:00:53:01|dstIP=203.0.113.8|dstPort=80|dstService=http|dstIF=p2|rule=NEGA|target=x|srcIP=203.0.113.9|user=root",
        expect: &[("event_action", "connection_denied"), ("source_ip", "192.0.2.31")],
        absent: &["parse_error"],
    },
];
