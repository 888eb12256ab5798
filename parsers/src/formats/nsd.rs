//! NSD: refused transfers and notifications, rate limits, zone updates, by syslog or in its log file.
//!
//! Promises: linear; names hold no bare blank. Must not know: the syslog envelope, the clock, other formats.
//! Source: nsd.conf(5); NSD, query.c, rrl.c, axfr.c, xfrd.c.

use schema::{Action, Column, EventBuilder, Outcome};

use super::nlnet;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "nsd",
    title: "NSD (authoritative DNS server)",
    reference: "nsd.conf(5)",
    programs: &["nsd"],
    starts: b"[0123456789",
    needs: &[],
    keys: &[],
    recognise: |payload| payload.program == "nsd" || nlnet::head(payload.text, "nsd").is_some(),
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = match nlnet::head(payload.text, "nsd") {
        Some(head) => {
            head.write("nsd", payload, event)?;
            head.text
        }
        None => payload.text,
    };
    let (level, said) = match text.split_once(": ") {
        Some((level @ ("info" | "notice" | "error" | "warning" | "debug"), said)) => (level, said),
        _ => ("", text),
    };
    event.text_if_said(Column::LogLevel, level);
    if let Some(rest) = said.strip_prefix("ratelimit ") {
        return rate_limit(rest, event);
    }
    let transfer = ["axfr for ", "ixfr for ", "notify for "]
        .iter()
        .find_map(|opening| said.strip_prefix(opening).map(|rest| (*opening, rest)));
    match transfer {
        Some((opening, rest)) => transfer_asked(opening, rest, event),
        None => {
            life(said, event);
            Ok(())
        }
    }
}

/// `block ZONE type TYPE target NETWORK query ADDRESS QTYPE`, `unblock …`.
fn rate_limit(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut words = text.split(' ');
    let (Some(verb), Some(zone)) = (words.next(), words.next()) else {
        return Err(Unreadable("expected ratelimit VERB ZONE"));
    };
    event.text_if_said(Column::DnsQuestionName, zone.strip_suffix('.').unwrap_or(zone));
    while let Some(key) = words.next() {
        match key {
            "target" => event.field("target", words.next().unwrap_or("")),
            "query" => {
                event.ip(Column::SourceIp, words.next().unwrap_or(""));
                event.text_if_said(Column::DnsQuestionType, words.next().unwrap_or(""));
            }
            _ => {}
        }
    }
    event.field("action", verb);
    if verb == "unblock" {
        event.action(Action::ApplicationEvent);
    } else {
        event.action(Action::DnsResponse);
        event.outcome(Outcome::Failure);
        event.field("reason", "ratelimit");
    }
    Ok(())
}

/// `[zone ]NAME from [client ]ADDRESS refused, REASON`.
fn transfer_asked(opening: &str, rest: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let rest = rest.strip_prefix("zone ").unwrap_or(rest);
    let (zone, rest) = rest.split_once(" from ").ok_or(Unreadable("a transfer without its client"))?;
    let rest = rest.strip_prefix("client ").unwrap_or(rest);
    let (address, said) = rest.split_once(' ').unwrap_or((rest, ""));
    event.text_if_said(Column::DnsQuestionName, zone.strip_suffix('.').unwrap_or(zone));
    event.ip(Column::SourceIp, address.split('@').next().unwrap_or(address));
    event.field("action", opening.split(' ').next().unwrap_or(opening));
    let is_refused = said.starts_with("refused");
    if opening == "notify for " {
        event.action(Action::ApplicationEvent);
    } else {
        event.action(Action::DnsZoneTransfer);
        event.text(Column::DnsQuestionType, if opening == "axfr for " { "AXFR" } else { "IXFR" });
    }
    if is_refused {
        event.outcome(Outcome::Failure);
        event.field("reason", said.strip_prefix("refused, ").unwrap_or(said));
    }
    Ok(())
}

fn life(text: &str, event: &mut EventBuilder<'_>) {
    if text.starts_with("nsd started") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
    } else if text.contains("shutting down") {
        event.action(Action::ServiceStop);
        event.outcome(Outcome::Success);
    } else {
        event.action(Action::ApplicationEvent);
        if let Some(rest) = text.strip_prefix("zone ") {
            let zone = rest.split(' ').next().unwrap_or(rest);
            event.field("zone", zone.strip_suffix('.').unwrap_or(zone));
        }
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a zone transfer is refused",
        text: "[2026-03-16 09:12:44.112] nsd[812]: info: axfr for borgo.example. from 198.51.100.23 refused, no acl matches",
        expect: &[
            ("event_action", "dns_zone_transfer"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("dns_question_name", "borgo.example"),
            ("fields.reason", "no acl matches"),
            ("process_pid", "812"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a client asks too often",
        text: "[1773648764] nsd[812]: info: ratelimit block borgo.example. type any target 198.51.100.0/24 query 198.51.100.23 TYPE255",
        expect: &[
            ("event_action", "dns_response"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("dns_question_type", "TYPE255"),
            ("fields.target", "198.51.100.0/24"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a notification is refused, by syslog",
        text: "<30>Mar 16 09:12:44 dns1 nsd[812]: notify for borgo.example. from 2001:db8::7 refused, no acl matches",
        expect: &[("event_outcome", "failure"), ("source_ip", "2001:db8::7"), ("fields.action", "notify")],
        absent: &["parse_error"],
    },
    Sample {
        about: "the server is up",
        text: "<29>Mar 16 09:12:44 dns1 nsd[812]: nsd started (NSD 4.8.0), pid 811",
        expect: &[("event_action", "service_start"), ("event_outcome", "success")],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "truncated: a transfer cut before its client",
        text: "[1773648764] nsd[812]: info: axfr for borgo.exam",
        expect: &[("parse_error", "a transfer without its client")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a name that imitates a client does not move the address",
        text: "[1773648764] nsd[812]: info: ratelimit block query\\032203.0.113.1\\032.example. type any target 198.51.100.0/24 query 198.51.100.23 TXT",
        expect: &[("source_ip", "198.51.100.23"), ("dns_question_type", "TXT")],
        absent: &["parse_error"],
    },
];
