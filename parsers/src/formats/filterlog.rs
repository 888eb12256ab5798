//! pfSense and OPNsense packet filter (`filterlog`): comma separated values.
//!
//! Promises: linear; what the packet carried comes after what the firewall wrote. Must not know: the envelope.
//! Source: Netgate, Raw Filter Log Format; OPNsense ports, filterlog/files/description.txt.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer::{is_address, is_digits};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "filterlog",
    title: "pfSense and OPNsense packet filter (filterlog)",
    reference: "Netgate, Raw Filter Log Format; OPNsense filterlog description",
    programs: &["filterlog"],
    starts: b"0123456789f",
    needs: &[],
    keys: &[],
    recognise: |payload| Rule::read(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// What every row begins with, and the words behind it.
struct Rule<'a> {
    number: &'a str,
    sub_number: &'a str,
    anchor: &'a str,
    tracker: &'a str,
    interface: &'a str,
    reason: &'a str,
    action: &'a str,
    direction: &'a str,
    /// From the IP version on.
    rest: std::str::Split<'a, char>,
}

impl<'a> Rule<'a> {
    fn read(text: &'a str) -> Option<Rule<'a>> {
        let text = text.strip_prefix("filterlog: ").unwrap_or(text).trim();
        let mut rest = text.split(',');
        let mut next = || rest.next();
        let (number, sub_number, anchor, tracker) = (next()?, next()?, next()?, next()?);
        let (interface, reason, action, direction) = (next()?, next()?, next()?, next()?);
        let is_rule = (is_digits(number) || number.is_empty())
            && [
                "match",
                "bad-offset",
                "fragment",
                "short",
                "normalize",
                "memory",
                "bad-timestamp",
                "congestion",
            ]
            .iter()
            .chain(&[
                "ip-option",
                "proto-cksum",
                "state-mismatch",
                "state-insert",
                "state-limit",
                "src-limit",
            ])
            .chain(&["synproxy", "map-failed", "dummynet"])
            .any(|known| *known == reason)
            && ["in", "out", "in/out"].contains(&direction);
        is_rule.then_some(Rule {
            number,
            sub_number,
            anchor,
            tracker,
            interface,
            reason,
            action,
            direction,
            rest,
        })
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const CUT: Unreadable = Unreadable("the row is cut");
    let rule = Rule::read(payload.text).ok_or(Unreadable("expected RULE,SUB,ANCHOR,TRACKER,INTERFACE,…"))?;
    event.text_if_said(Column::RuleId, rule.number);
    let column = if rule.direction == "out" { Column::ObserverEgress } else { Column::ObserverIngress };
    event.text_if_said(column, rule.interface);
    for (name, value) in [
        ("sub_rule", rule.sub_number),
        ("anchor", rule.anchor),
        ("tracker", rule.tracker),
        ("reason", rule.reason),
        ("direction", rule.direction),
    ] {
        if !value.is_empty() {
            event.field(name, value);
        }
    }
    decision(rule.action, event);
    let mut rest = rule.rest;
    let version = rest.next().ok_or(CUT)?;
    let (protocol, length) = match version {
        // TOS, ECN, TTL, id, offset, flags, protocol's number and name.
        "4" => (nth(&mut rest, 7).ok_or(CUT)?, rest.next().ok_or(CUT)?),
        "6" => hop_limit_and_protocol(&mut rest).ok_or(CUT)?,
        _ => return Err(Unreadable("neither IPv4 nor IPv6")),
    };
    event.field("ip_version", version);
    event.field("packet_bytes", length);
    let (source, destination) = (rest.next().ok_or(CUT)?, rest.next().ok_or(CUT)?);
    event.ip(Column::SourceIp, source);
    event.ip(Column::DestinationIp, destination);
    if is_digits(protocol) {
        event.text_if_said(Column::NetworkTransport, super::transport::name(protocol));
    } else {
        event.text_if_said(Column::NetworkTransport, protocol);
    }
    transport(protocol, &mut rest, event);
    Ok(())
}

fn nth<'a>(words: &mut impl Iterator<Item = &'a str>, count: usize) -> Option<&'a str> {
    words.nth(count)
}

/// `CLASS,FLOW,HOPLIMIT,PROTOCOL,NUMBER,LENGTH` up to the addresses. Some relays repeat IPv4's columns: then what
/// stands between is passed over, up to the word before the addresses.
fn hop_limit_and_protocol<'a>(rest: &mut std::str::Split<'a, char>) -> Option<(&'a str, &'a str)> {
    let (_class, _flow, _hops) = (rest.next()?, rest.next()?, rest.next()?);
    let mut protocol = rest.next()?;
    let mut number = rest.next()?;
    let mut length = rest.next()?;
    for _ in 0..4 {
        let is_next_address = rest.clone().next().is_some_and(is_address);
        if is_next_address {
            break;
        }
        (protocol, number, length) = (number, length, rest.next()?);
    }
    // The name may be in capitals, and the number before it.
    let name = if is_digits(protocol) && !is_digits(number) { number } else { protocol };
    Some((name, length))
}

fn decision(action: &str, event: &mut EventBuilder<'_>) {
    match action {
        "pass" | "rdr" | "nat" | "binat" => {
            event.action(Action::ConnectionAllowed);
            event.outcome(Outcome::Success);
        }
        "block" | "reject" | "drop" | "synproxy-drop" => {
            event.action(Action::ConnectionDenied);
            event.outcome(Outcome::Failure);
        }
        _ => event.action(Action::ApplicationEvent),
    }
    event.field("action", action);
}

/// Ports and flags, or what kind of ICMP.
fn transport<'a>(protocol: &str, rest: &mut impl Iterator<Item = &'a str>, event: &mut EventBuilder<'_>) {
    let is = |name: &str| protocol.eq_ignore_ascii_case(name);
    if is("tcp") || is("udp") || is("sctp") || protocol == "6" || protocol == "17" {
        event.int_text(Column::SourcePort, rest.next().unwrap_or_default());
        event.int_text(Column::DestinationPort, rest.next().unwrap_or_default());
        let _length = rest.next();
        if let Some(flags) = rest.next().filter(|flags| !flags.is_empty()) {
            event.field("tcp_flags", flags);
        }
    } else if (is("icmp") || is("icmp6") || is("ipv6-icmp"))
        && let Some(kind) = rest.next().filter(|kind| !kind.is_empty())
    {
        event.field("icmp_type", kind);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "pfSense blocks a TCP connection",
        text: "<134>Mar 16 09:12:44 fw filterlog[41234]: 76,,,1000000103,igb1,match,block,in,4,0x0,,51,54321,0,DF,6,tcp,60,198.51.100.23,192.0.2.10,44321,3389,0,S,123456789,,64240,,mss;sackOK;TS",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "44321"),
            ("destination_ip", "192.0.2.10"),
            ("destination_port", "3389"),
            ("network_transport", "tcp"),
            ("rule_id", "76"),
            ("observer_ingress", "igb1"),
            ("fields.tracker", "1000000103"),
            ("fields.tcp_flags", "S"),
            ("host_name", "fw"),
        ],
        absent: &["parse_error", "observer_egress"],
    },
    Sample {
        about: "OPNsense passes UDP over IPv6",
        text: "<134>1 2026-03-16T09:12:44+01:00 opnsense filterlog 41234 - [meta sequenceId=\"2\"] 98,,,5f00ab12cd34ef56,re0,match,pass,out,6,0x00,0x0ab12,51,udp,17,73,2001:db8::41,2001:db8::53,53210,53,73",
        expect: &[
            ("event_action", "connection_allowed"),
            ("event_outcome", "success"),
            ("source_ip", "2001:db8::41"),
            ("destination_port", "53"),
            ("network_transport", "udp"),
            ("observer_egress", "re0"),
        ],
        absent: &["parse_error", "observer_ingress", "fields.tcp_flags"],
    },
    Sample {
        about: "an ICMP request",
        text: "<134>Mar 16 09:12:45 fw filterlog[41234]: 8,,,1000000103,igb5,match,block,in,4,0x0,,250,31401,0,none,1,icmp,92,198.51.100.23,192.0.2.10,request,540,55972",
        expect: &[("network_transport", "icmp"), ("fields.icmp_type", "request"), ("rule_id", "8")],
        absent: &["parse_error", "source_port"],
    },
    Sample {
        about: "hostile: a text in the packet's part that imitates ports moves none",
        text: "<134>Mar 16 09:12:45 fw filterlog[41234]: 74,,,1000000117,enc0,match,pass,out,4,0x0,,242,41007,0,none,1,icmp,56,198.51.100.23,192.0.2.10,unreach,host 203.0.113.66,44,55,tcp",
        expect: &[("source_ip", "198.51.100.23"), ("fields.icmp_type", "unreach")],
        absent: &["parse_error", "source_port", "destination_port"],
    },
    Sample {
        about: "truncated: a row cut before its addresses",
        text: "<134>Mar 16 09:12:45 fw filterlog[41234]: 74,,,1000000117,enc0,match,pass,out,4,0x0,,242,48",
        expect: &[("parse_error", "the row is cut")],
        absent: &["event_outcome", "rule_id"],
    },
    Sample {
        about: "CARP between two firewalls",
        text: "<134>Mar 16 09:12:45 fw filterlog[41234]: 53,,,1000000118,em1,match,pass,in,4,0xe0,,255,0,0,DF,112,carp,56,192.0.2.1,192.0.2.2,advertise,255,1,2,0,1",
        expect: &[("event_action", "connection_allowed"), ("network_transport", "carp")],
        absent: &["parse_error", "source_port"],
    },
];
