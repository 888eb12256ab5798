//! Unbound: queries, replies, local answers and the resolver's own messages, by syslog or in its log file.
//!
//! Promises: linear; a name's blanks and signs are escaped by Unbound, so words are its own.
//! Must not know: the syslog envelope, the clock, other formats.
//! Source: unbound.conf(5): log-queries, log-replies, log-local-actions, log-servfail, log-tag-queryreply; util/log.c.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::nlnet;
use super::peer::{is_address, is_digits};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "unbound",
    title: "Unbound (DNS resolver)",
    reference: "unbound.conf(5), log-queries, log-replies",
    programs: &["unbound"],
    starts: b"[0123456789",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        payload.program == "unbound"
            || payload.program.ends_with("/unbound")
            || nlnet::head(payload.text, "unbound").is_some()
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = match nlnet::head(payload.text, "unbound") {
        Some(head) => {
            head.write("unbound", payload, event)?;
            head.text
        }
        None => match payload.text.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
            Some((_, text)) => text,
            None => payload.text,
        },
    };
    let (level, said) = match text.split_once(": ") {
        Some((
            level @ ("info" | "notice" | "error" | "warning" | "fatal error" | "debug" | "query" | "reply"),
            said,
        )) => (level, said),
        _ => ("", text),
    };
    if !matches!(level, "query" | "reply") {
        event.text_if_said(Column::LogLevel, level);
    }
    if !question(said, event) && !judged(said, event) {
        life(said, event);
    }
    Ok(())
}

/// `ADDRESS NAME TYPE CLASS`, and for a reply ` RCODE SECONDS CACHED BYTES`.
fn question(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let mut words = text.split(' ');
    let (Some(address), Some(name), Some(kind), Some(class)) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return false;
    };
    let (address, port) = address.split_once('@').unwrap_or((address, ""));
    if !is_address(address) || !is_class(class) {
        return false;
    }
    event.ip(Column::SourceIp, address);
    if is_digits(port) {
        event.int_text(Column::SourcePort, port);
    }
    set_name(name, kind, event);
    let Some(rcode) = words.next().filter(|rcode| !rcode.is_empty()) else {
        event.action(Action::DnsQuery);
        event.outcome(Outcome::Unknown);
        return true;
    };
    answered(rcode, event);
    for key in ["duration_s", "cached", "bytes"] {
        if let Some(value) = words.next() {
            event.field(key, value);
        }
    }
    true
}

fn is_class(text: &str) -> bool {
    matches!(text, "IN" | "CH" | "HS" | "ANY" | "NONE") || text.starts_with("CLASS")
}

fn set_name(name: &str, kind: &str, event: &mut EventBuilder<'_>) {
    let bare = name.strip_suffix('.').filter(|bare| !bare.is_empty()).unwrap_or(name);
    event.text_if_said(Column::DnsQuestionName, bare);
    event.text_if_said(Column::DnsQuestionType, kind);
}

fn answered(rcode: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::DnsResponse);
    event.outcome(Outcome::of(rcode == "NOERROR"));
    event.field("rcode", rcode);
}

/// Local answers, response policy, failures and refusals.
fn judged(text: &str, event: &mut EventBuilder<'_>) -> bool {
    if let Some(rest) = text.strip_prefix("rpz: applied ") {
        // `[LIST] ZONE ACTION ADDRESS@PORT NAME TYPE CLASS`
        let rest = match rest.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
            Some((list, rest)) => {
                event.text_if_said(Column::RuleName, list);
                rest
            }
            None => rest,
        };
        return local(rest, "rpz", event);
    }
    if let Some((what, rest)) = text.split_once(" <").filter(|(what, _)| {
        matches!(*what, "SERVFAIL" | "validation failure" | "resolving" | "response for")
            || what.starts_with("validation failure")
    }) {
        let (asked, reason) = rest.split_once('>').unwrap_or((rest, ""));
        let mut words = asked.split(' ');
        set_name(words.next().unwrap_or(""), words.next().unwrap_or(""), event);
        if what == "resolving" || what == "response for" {
            event.action(Action::ApplicationEvent);
            return true;
        }
        answered("SERVFAIL", event);
        event.field("reason", reason.trim_start_matches([':', ' ']));
        return true;
    }
    if let Some((front, address)) = text.split_once(" from ")
        && (front.starts_with("refused query") || front.starts_with("dropped"))
    {
        event.ip(Column::SourceIp, address.split([' ', ':', '@']).next().unwrap_or(address));
        answered("REFUSED", event);
        return true;
    }
    if let Some(rest) =
        text.strip_prefix("ratelimit exceeded ").or_else(|| text.strip_prefix("ip_ratelimit exceeded "))
    {
        let mut words = rest.split(' ');
        event.ip(Column::SourceIp, words.next().unwrap_or(""));
        event.action(Action::DdosDetected);
        event.outcome(Outcome::Unknown);
        event.field("rate", words.next().unwrap_or(""));
        return true;
    }
    local(text, "local-zone", event)
}

/// `ZONE ACTION ADDRESS@PORT NAME TYPE CLASS`.
fn local(text: &str, policy: &str, event: &mut EventBuilder<'_>) -> bool {
    let mut words = text.split(' ');
    let (Some(zone), Some(action), Some(client)) = (words.next(), words.next(), words.next()) else {
        return false;
    };
    let (Some(name), Some(kind), Some(class)) = (words.next(), words.next(), words.next()) else {
        return false;
    };
    let Some((address, port)) = client.split_once('@').filter(|(address, _)| is_address(address)) else {
        return false;
    };
    if !is_class(class) {
        return false;
    }
    event.ip(Column::SourceIp, address);
    event.int_text(Column::SourcePort, port);
    set_name(name, kind, event);
    event.field("policy", policy);
    event.field("zone", zone.strip_suffix('.').unwrap_or(zone));
    event.field("action", action);
    event.action(Action::DnsResponse);
    let is_refused = ["deny", "refuse", "nxdomain", "nodata", "drop", "inform_deny", "block"]
        .iter()
        .any(|word| action.contains(word));
    event.outcome(Outcome::of(!is_refused));
    true
}

fn life(text: &str, event: &mut EventBuilder<'_>) {
    if text.starts_with("start of service") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
    } else if text.starts_with("service stopped") {
        event.action(Action::ServiceStop);
        event.outcome(Outcome::Success);
    } else {
        event.action(Action::ApplicationEvent);
        if let Some(rest) = text.strip_prefix("generate keytag query ") {
            event.field("action", "keytag query");
            event.field("keytag", rest.split(' ').next().unwrap_or(rest));
        } else if let Some(command) =
            between(text, "control cmd:", "\n").or_else(|| text.strip_prefix("control cmd:"))
        {
            event.field("action", "control");
            event.field("command", command.trim());
        } else if text.starts_with("server stats") {
            event.field("action", "statistics");
        }
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a query, by syslog",
        text: "<30>Mar 16 09:12:44 fw1 unbound[812]: [812:1] info: 192.0.2.31 www.borgo.example. AAAA IN",
        expect: &[
            ("class", "dns"),
            ("event_action", "dns_query"),
            ("event_outcome", "unknown"),
            ("source_ip", "192.0.2.31"),
            ("dns_question_name", "www.borgo.example"),
            ("dns_question_type", "AAAA"),
            ("process_pid", "812"),
            ("log_level", "info"),
        ],
        absent: &["parse_error", "fields.rcode"],
    },
    Sample {
        about: "a reply in the log file",
        text: "[1773648764] unbound[812:0] reply: 2001:db8::31 x7.borgo.example. A IN NXDOMAIN 0.012345 0 111",
        expect: &[
            ("event_action", "dns_response"),
            ("event_outcome", "failure"),
            ("fields.rcode", "NXDOMAIN"),
            ("source_ip", "2001:db8::31"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
            ("process_pid", "812"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a name is blocked by a policy zone",
        text: "<30>Mar 16 09:12:44 fw1 unbound[812]: [812:1] info: rpz: applied [filtro] bad.example. rpz-nxdomain 192.0.2.31@51844 www.bad.example. A IN",
        expect: &[
            ("event_action", "dns_response"),
            ("event_outcome", "failure"),
            ("rule_name", "filtro"),
            ("source_port", "51844"),
            ("dns_question_name", "www.bad.example"),
            ("fields.zone", "bad.example"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a name cannot be resolved",
        text: "<27>Mar 16 09:12:44 fw1 unbound[812]: [812:0] error: SERVFAIL <rotto.example. A IN>: all the configured stub or forward servers failed, at zone .",
        expect: &[
            ("event_action", "dns_response"),
            ("event_outcome", "failure"),
            ("fields.rcode", "SERVFAIL"),
            ("dns_question_name", "rotto.example"),
            ("log_level", "error"),
        ],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "the service starts",
        text: "<29>Mar 16 09:12:44 fw1 unbound[812]: [812:0] info: start of service (unbound 1.19.2).",
        expect: &[("event_action", "service_start"), ("event_outcome", "success")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a query cut before its class",
        text: "<30>Mar 16 09:12:44 fw1 unbound[812]: [812:1] info: 192.0.2.31 www.borgo.ex",
        expect: &[("event_action", "application_event"), ("host_name", "fw1")],
        absent: &["source_ip", "dns_question_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a name that imitates a client does not move the address",
        text: "<30>Mar 16 09:12:44 fw1 unbound[812]: [812:1] info: 192.0.2.31 198.51.100.9\\032x.example.\\032A\\032IN. TXT IN",
        expect: &[("source_ip", "192.0.2.31"), ("dns_question_type", "TXT")],
        absent: &["parse_error"],
    },
];
