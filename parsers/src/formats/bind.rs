//! BIND 9 `named`: queries, answers, refusals, zone transfers and updates, by syslog or in files with BIND's own stamp.
//!
//! Promises: linear; address and port stand before any name a client chose, and names hold no bare quote or space.
//! Must not know: the syslog envelope, files, the clock, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "bind",
    title: "BIND 9 (DNS server)",
    reference: "BIND 9 Administrator Reference Manual, logging; bin/named and lib/ns/query.c",
    programs: &["named"],
    starts: b"0123456789cqsex",
    needs: &[("", "#")],
    keys: &[],
    recognise: |payload| {
        let body = body(payload.text).1;
        payload.program == "named" || (body.starts_with("client ") && body.contains('#'))
    },
    parse,
    samples: SAMPLES,
};

/// Words that `print-category` and `print-severity` put in front (logging categories of the manual).
const PREFIXES: &[&str] = &[
    "client",
    "cname",
    "config",
    "critical",
    "database",
    "default",
    "delegation-only",
    "dispatch",
    "dnssec",
    "edns-disabled",
    "error",
    "general",
    "info",
    "lame-servers",
    "network",
    "notice",
    "notify",
    "queries",
    "query-errors",
    "rate-limit",
    "resolver",
    "rpz",
    "rpz-passthru",
    "security",
    "serve-stale",
    "spill",
    "trust-anchor-telemetry",
    "unmatched",
    "update",
    "update-security",
    "warning",
    "xfer-in",
    "xfer-out",
    "zoneload",
];

/// The stamp of a file and what stands behind stamp, categories and severity.
fn body(text: &str) -> (Option<time::When>, &str) {
    let (when, mut rest) = match time::bind(text).or_else(|| time::iso_prefix(text)) {
        Some((when, rest)) => (Some(when), rest.trim_start_matches(' ')),
        None => (None, text),
    };
    while let Some((word, after)) = rest.split_once(": ")
        && (PREFIXES.contains(&word) || word.starts_with("debug "))
    {
        rest = after.trim_start_matches(' ');
    }
    (when, rest)
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (when, text) = body(payload.text);
    if let Some(when) = when {
        payload.set_time(event, when);
    }
    if let Some(rest) = text.strip_prefix("client ") {
        return client(rest, event);
    }
    // `view internal:   validating …`.
    let text = match text.strip_prefix("view ").and_then(|rest| rest.split_once(": ")) {
        Some((_, rest)) => rest.trim_start_matches(' '),
        None => text,
    };
    if let Some(rest) = text.strip_prefix("transfer of '") {
        return transfer_in(rest, event);
    }
    if let Some(rest) = text.strip_prefix("zone ") {
        zone(rest, event);
        return Ok(());
    }
    if let Some(rest) = text.strip_prefix("validating ") {
        let (name, _) = rest.split_once(": ").unwrap_or((rest, ""));
        question(name, event);
        event.action(Action::ApplicationEvent);
        event.field("action", "validating");
        return Ok(());
    }
    if resolving(text, event) {
        return Ok(());
    }
    event.action(if text.starts_with("starting BIND") {
        Action::ServiceStart
    } else if text.starts_with("shutting down") || text == "exiting" {
        Action::ServiceStop
    } else {
        Action::ApplicationEvent
    });
    Ok(())
}

/// `[@0x7f8a2c001e40 ]ADDRESS#PORT[/key KEY] [(NAME)]: [view VIEW: ]TEXT`.
fn client(rest: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected client ADDRESS#PORT: TEXT");
    let rest = match rest.strip_prefix('@') {
        Some(pointer) => pointer.split_once(' ').ok_or(SHAPE)?.1,
        None => rest,
    };
    let (address, rest) = rest.split_once('#').ok_or(SHAPE)?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (port, rest) = rest.split_at_checked(digits).ok_or(SHAPE)?;
    if !event.ip(Column::SourceIp, address) {
        return Err(SHAPE);
    }
    event.int_text(Column::SourcePort, port);
    let (head, mut text) = rest.split_once(": ").ok_or(SHAPE)?;
    if let Some(view) = text.strip_prefix("view ")
        && let Some((view, after)) = view.split_once(": ")
    {
        event.field("view", view);
        text = after;
    }
    if let Some(name) = between(head, "(", ")") {
        event.text_if_said(Column::DnsQuestionName, name);
    }
    asked(text, event)
}

/// What a client asked and got.
fn asked(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if let Some(query) = text.strip_prefix("query: ").or_else(|| text.strip_prefix("answer: ")) {
        return query_or_answer(query, event);
    }
    if infoblox(text, event) {
        return Ok(());
    }
    if let Some(transfer) =
        text.strip_prefix("zone transfer '").or_else(|| text.strip_prefix("bad zone transfer request: '"))
    {
        question(transfer.split('\'').next().unwrap_or(transfer), event);
        event.action(Action::DnsZoneTransfer);
        event.outcome(Outcome::Failure);
        event.field("reason", "denied");
    } else if let Some(transfer) = text.strip_prefix("transfer of '") {
        let (zone, what) = transfer.split_once("': ").unwrap_or((transfer, ""));
        question(zone, event);
        event.action(Action::DnsZoneTransfer);
        event.outcome(if what.contains(" ended") { Outcome::Success } else { Outcome::Unknown });
    } else if text.starts_with("query ") && text.contains("' denied") {
        if let Some(name) = between(text, "'", "'") {
            question(name, event);
        }
        event.action(Action::DnsResponse);
        event.outcome(Outcome::Failure);
        event.field("rcode", "REFUSED");
    } else if let Some(failed) = text.strip_prefix("query failed (") {
        let (rcode, rest) = failed.split_once(')').unwrap_or((failed, ""));
        if let Some(name) = between(rest, " for ", " ") {
            question(name, event);
        }
        event.action(Action::DnsResponse);
        event.outcome(Outcome::Failure);
        event.field("rcode", rcode);
    } else if let Some(rewrite) = text.strip_prefix("rpz ") {
        rewritten(rewrite, event);
    } else if text.starts_with("update ") || text.starts_with("updating zone ") {
        event.action(Action::ConfigChange);
        event.outcome(Outcome::of(!text.contains(" denied") && !text.contains("failed")));
        if let Some(zone) = between(text, "'", "'") {
            event.field("cfg_path", zone);
        }
        if let Some((_, change)) = text.split_once("': ") {
            event.field("new", change);
        }
    } else {
        event.action(Action::ApplicationEvent);
    }
    Ok(())
}

/// `UDP: query: NAME CLASS TYPE response: RCODE FLAGS [ANSWERS]`, as Infoblox logs answers; false when it is not that.
fn infoblox(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let Some((transport, rest)) = text.split_once(": query: ") else { return false };
    let transport = match transport {
        "UDP" => "udp",
        "TCP" => "tcp",
        _ => return false,
    };
    let Some((asked, answer)) = rest.split_once(" response: ") else { return false };
    let mut words = asked.split(' ');
    let (Some(name), Some(_class), Some(kind)) = (words.next(), words.next(), words.next()) else {
        return false;
    };
    event.text(Column::NetworkTransport, transport);
    event.text_if_said(Column::DnsQuestionName, name);
    event.text(Column::DnsQuestionType, kind);
    event.action(Action::DnsResponse);
    let (rcode, rest) = answer.split_once(' ').unwrap_or((answer, ""));
    event.outcome(Outcome::of(rcode == "NOERROR"));
    event.field("rcode", rcode);
    let (flags, answers) = rest.split_once(' ').unwrap_or((rest, ""));
    event.field("flags", flags);
    if !answers.is_empty() {
        event.field("answer", answers.trim_end_matches(';'));
    }
    true
}

/// `NAME CLASS TYPE FLAGS (SERVER)[ -> RCODE]`.
fn query_or_answer(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut words = text.split(' ');
    let (Some(name), Some(_class), Some(kind)) = (words.next(), words.next(), words.next()) else {
        return Err(Unreadable("expected NAME CLASS TYPE"));
    };
    event.text(Column::DnsQuestionName, name);
    event.text(Column::DnsQuestionType, kind);
    if let Some(flags) = words.next() {
        event.field("flags", flags);
    }
    if let Some(server) = words.next().and_then(|word| word.strip_prefix('(')?.strip_suffix(')')) {
        event.ip(Column::DestinationIp, server);
    }
    match text.rsplit_once(" -> ") {
        Some((_, rcode)) => {
            event.action(Action::DnsResponse);
            event.outcome(Outcome::of(rcode == "NOERROR"));
            event.field("rcode", rcode);
        }
        None => {
            event.action(Action::DnsQuery);
            event.outcome(Outcome::Unknown);
        }
    }
    Ok(())
}

/// `QNAME CNAME rewrite NAME/TYPE/CLASS via ZONE`.
fn rewritten(text: &str, event: &mut EventBuilder<'_>) {
    let Some((policy, rest)) = text.split_once(" rewrite ") else {
        event.action(Action::ApplicationEvent);
        return;
    };
    let (name, rest) = rest.split_once(" via ").unwrap_or((rest, ""));
    question(name, event);
    if rest.contains("failed:") {
        event.action(Action::ApplicationEvent);
        return;
    }
    event.action(Action::DnsResponse);
    event.outcome(Outcome::Failure);
    event.field("rpz", policy);
    event.text_if_said(Column::RuleName, rest.split(' ').next().unwrap_or(rest));
}

/// A zone fetched from its primary: `ZONE/CLASS' from ADDRESS#PORT: TEXT`.
fn transfer_in(rest: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected transfer of 'ZONE' from ADDRESS#PORT: TEXT");
    let (zone, rest) = rest.split_once("' from ").ok_or(SHAPE)?;
    let (address, rest) = rest.split_once('#').ok_or(SHAPE)?;
    let (port, text) = rest.split_once(": ").ok_or(SHAPE)?;
    event.text(Column::DnsQuestionName, zone.split('/').next().unwrap_or(zone));
    event.ip(Column::SourceIp, address);
    event.int_text(Column::SourcePort, port);
    event.action(Action::DnsZoneTransfer);
    event.outcome(if text.starts_with("Transfer completed") || text.ends_with("status: success") {
        Outcome::Success
    } else if text.contains("failed") || text.starts_with("Transfer status") {
        Outcome::Failure
    } else {
        Outcome::Unknown
    });
    Ok(())
}

/// `ZONE/CLASS: TEXT`.
fn zone(rest: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::ApplicationEvent);
    let Some((zone, text)) = rest.split_once(": ") else { return };
    event.field("zone", zone);
    if text.starts_with("Transfer started") || text.starts_with("transferred serial") {
        event.action(Action::DnsZoneTransfer);
        event.outcome(if text.starts_with("transferred") { Outcome::Success } else { Outcome::Unknown });
        event.text(Column::DnsQuestionName, zone.split('/').next().unwrap_or(zone));
    } else if let Some((name, _)) = text.split_once(": bad owner name") {
        question(name, event);
    }
}

/// `network unreachable resolving 'NAME/TYPE/CLASS': ADDRESS#PORT` and its kin: what the resolver could not find out.
fn resolving(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let Some((what, rest)) = text.split_once(" resolving '") else { return false };
    let (name, server) = rest.split_once('\'').unwrap_or((rest, ""));
    question(name, event);
    if let Some((_, server)) = server.rsplit_once(": ")
        && let Some((address, port)) = server.split_once('#')
    {
        event.ip(Column::SourceIp, address);
        event.int_text(Column::SourcePort, port);
    }
    event.action(Action::DnsResponse);
    event.outcome(Outcome::Failure);
    event.field("reason", what);
    let rcode = between(what, "RCODE (", ")").or_else(|| between(what, "(", ")"));
    if let Some(rcode) = rcode.or(what.starts_with("SERVFAIL").then_some("SERVFAIL")) {
        event.field("rcode", rcode);
    }
    true
}

/// Question of `NAME/TYPE/CLASS`, `NAME/TYPE` or `NAME/CLASS` (a zone). A name may hold `/`, so the cuts start right.
fn question(text: &str, event: &mut EventBuilder<'_>) {
    let without_class = ["/IN", "/CH", "/HS", "/ANY"].iter().find_map(|class| text.strip_suffix(class));
    let (name, kind) = match without_class.unwrap_or(text).rsplit_once('/') {
        Some((name, kind)) if kind.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) => {
            (name, kind)
        }
        _ => (without_class.unwrap_or(text), ""),
    };
    event.text_if_said(Column::DnsQuestionName, name);
    event.text_if_said(Column::DnsQuestionType, kind);
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a query, by syslog with category and severity",
        text: "<30>Mar 16 09:12:44 srv-dns named[812]: queries: info: client @0x7f8a2c001e40 192.0.2.31#51844 (www.borgo.example): query: www.borgo.example IN AAAA +E(0)K (192.0.2.1)",
        expect: &[
            ("class", "dns"),
            ("event_action", "dns_query"),
            ("event_outcome", "unknown"),
            ("source_ip", "192.0.2.31"),
            ("source_port", "51844"),
            ("dns_question_name", "www.borgo.example"),
            ("dns_question_type", "AAAA"),
            ("destination_ip", "192.0.2.1"),
        ],
        absent: &["parse_error", "fields.rcode"],
    },
    Sample {
        about: "a query refused, in a file with BIND's stamp",
        text: "16-Mar-2026 09:12:44.112 security: info: client 198.51.100.9#3076 (altrui.example): query (cache) 'altrui.example/ANY/IN' denied (allow-query-cache did not match)",
        expect: &[
            ("event_action", "dns_response"),
            ("event_outcome", "failure"),
            ("fields.rcode", "REFUSED"),
            ("dns_question_name", "altrui.example"),
            ("dns_question_type", "ANY"),
            ("source_ip", "198.51.100.9"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error", "destination_ip"],
    },
    Sample {
        about: "a zone transfer is refused",
        text: "<28>Mar 16 02:12:44 srv-dns named[812]: client @0x7f1 2001:db8::7#5121 (borgo.example): zone transfer 'borgo.example/AXFR/IN' denied",
        expect: &[
            ("event_action", "dns_zone_transfer"),
            ("event_outcome", "failure"),
            ("source_ip", "2001:db8::7"),
            ("dns_question_name", "borgo.example"),
            ("dns_question_type", "AXFR"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a zone transfer is done",
        text: "<30>Mar 16 02:12:44 srv-dns named[812]: client @0x7f1 198.51.100.7#5121 (borgo.example): transfer of 'borgo.example/IN': AXFR ended: 1 messages, 42 records, 1811 bytes, 0.001 secs",
        expect: &[
            ("event_action", "dns_zone_transfer"),
            ("event_outcome", "success"),
            ("dns_question_name", "borgo.example"),
        ],
        absent: &["parse_error", "dns_question_type"],
    },
    Sample {
        about: "an answer with its code",
        text: "<30>Mar 16 02:12:44 srv-dns named[812]: client @0x7f1 192.0.2.31#5121 (x7.example): answer: x7.example IN A + (192.0.2.1) -> NXDOMAIN",
        expect: &[
            ("event_action", "dns_response"),
            ("event_outcome", "failure"),
            ("fields.rcode", "NXDOMAIN"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an answer as Infoblox logs it",
        text: "<30>Mar 16 09:12:44 dns1 named[812]: client 192.0.2.31#37521: UDP: query: x7.borgo.example IN AAAA response: NXDOMAIN +AE",
        expect: &[
            ("event_action", "dns_response"),
            ("event_outcome", "failure"),
            ("fields.rcode", "NXDOMAIN"),
            ("network_transport", "udp"),
            ("dns_question_name", "x7.borgo.example"),
            ("dns_question_type", "AAAA"),
        ],
        absent: &["parse_error", "fields.answer"],
    },
    Sample {
        about: "truncated: a line cut in its address",
        text: "<30>Mar 16 02:12:44 srv-dns named[812]: client @0x7f1 192.0.2.3",
        expect: &[("parse_error", "expected client ADDRESS#PORT: TEXT"), ("host_name", "srv-dns")],
        absent: &["source_ip", "dns_question_name"],
    },
    Sample {
        about: "hostile: a name that imitates a client does not move the address",
        text: r"<30>Mar 16 02:12:44 srv-dns named[812]: client @0x7f1 192.0.2.31#5121 (client\032198.51.100.9#53.example): query: client\032198.51.100.9#53.example IN TXT + (192.0.2.1)",
        expect: &[
            ("event_action", "dns_query"),
            ("source_ip", "192.0.2.31"),
            ("source_port", "5121"),
            ("dns_question_type", "TXT"),
        ],
        absent: &["parse_error"],
    },
];
