//! OpenBSD and FreeBSD packet filter as tcpdump prints pflog: `rule 4/(match) block in on em0: A.P > B.P: …`.
//!
//! Promises: linear; the addresses come before anything the packet carried. Must not know: the envelope.
//! Source: tcpdump(8), print-pflog.c; pflogd(8).

use memchr::memmem;
use schema::{Action, Column, EventBuilder, Outcome};

use super::peer::{is_address, is_digits};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "openbsd_pf",
    title: "OpenBSD and FreeBSD packet filter (tcpdump of pflog)",
    reference: "tcpdump, print-pflog.c; pflogd(8)",
    programs: &["pf", "pflog", "tcpdump"],
    starts: b"r0123456789",
    needs: &[("", "/():")],
    keys: &[],
    recognise: |payload| Line::read(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// How far the words about the rule may reach.
const HEAD_BYTES_MAX: usize = 256;

struct Line<'a> {
    rule: &'a str,
    reason: &'a str,
    action: &'a str,
    direction: &'a str,
    interface: &'a str,
    packet: &'a str,
}

impl<'a> Line<'a> {
    /// `[STAMP ]rule NUMBER[.RULESET.SUB]/[NUMBER](REASON): ACTION DIRECTION on INTERFACE: PACKET`.
    fn read(text: &'a str) -> Option<Line<'a>> {
        let head = text.get(..HEAD_BYTES_MAX).unwrap_or(text);
        let open = memmem::find(head.as_bytes(), b"/")?;
        let (before, after) = (text.get(..open)?, text.get(open + 1..)?);
        // The envelope of a line without host takes `rule` for one.
        let rule = before.rsplit(' ').next()?;
        if !rule.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
            || !rule.starts_with(|sign: char| sign.is_ascii_digit())
        {
            return None;
        }
        let (code, after) = after.split_once('(')?;
        if !code.is_empty() && !is_digits(code) {
            return None;
        }
        let (reason, after) = after.split_once(')')?;
        let mut after = after.strip_prefix(':').unwrap_or(after).trim_start();
        // `[uid 0, pid 41]`
        if let Some((_, rest)) = after.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
            after = rest;
        }
        let (verdict, packet) = after.split_once(": ")?;
        let mut words = verdict.split(' ');
        let (action, direction) = (words.next()?, words.next()?);
        let interface = words.next().filter(|word| *word == "on").and_then(|_| words.next())?;
        (["in", "out", "fwd"].contains(&direction) && reason.len() < 32).then_some(Line {
            rule,
            reason,
            action,
            direction,
            interface,
            packet,
        })
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = Line::read(payload.text).ok_or(Unreadable("expected rule NUMBER/(REASON)"))?;
    if line.rule.len() == payload.text.find('/').unwrap_or_default() {
        // What the envelope took for a host was the word `rule`.
        event.clear(Column::HostName);
    }
    event.text(Column::RuleId, line.rule);
    let column = if line.direction == "out" { Column::ObserverEgress } else { Column::ObserverIngress };
    event.text(column, line.interface);
    event.field("reason", line.reason);
    event.field("direction", line.direction);
    let allowed = matches!(line.action, "pass" | "rdr" | "nat" | "binat" | "match" | "synproxy");
    event.action(if allowed { Action::ConnectionAllowed } else { Action::ConnectionDenied });
    event.outcome(Outcome::of(allowed));
    let (source, rest) = line.packet.split_once(" > ").ok_or(Unreadable("no addresses"))?;
    let destination = rest.split(": ").next().unwrap_or(rest).split(' ').next().unwrap_or_default();
    let source = source.rsplit(' ').next().unwrap_or(source);
    end(source, [Column::SourceIp, Column::SourcePort], event);
    end(destination.trim_end_matches(':'), [Column::DestinationIp, Column::DestinationPort], event);
    if let Some(transport) = transport(line.packet, rest) {
        event.text(Column::NetworkTransport, transport);
    }
    Ok(())
}

/// `192.0.2.1.443`, `192.0.2.1`, `2001:db8::1.443`, `2001:db8::1`.
fn end(text: &str, [address, port]: [Column; 2], event: &mut EventBuilder<'_>) {
    if let Some((bare, number)) = text.rsplit_once('.')
        && is_digits(number)
        && is_address(bare)
    {
        event.ip(address, bare);
        event.int_text(port, number);
        return;
    }
    event.ip(address, text);
}

/// By the words behind the addresses.
fn transport(packet: &str, rest: &str) -> Option<&'static str> {
    let (_, said) = rest.split_once(": ")?;
    let starts = |words: &[&str]| words.iter().any(|word| said.starts_with(word));
    if starts(&["Flags [", "S ", "S\t", "F ", "P ", "R ", ". ", "FP ", "SE ", "[|tcp]", "tcp "]) {
        Some("tcp")
    } else if starts(&["icmp6", "ICMP6"]) {
        Some("ipv6-icmp")
    } else if starts(&["icmp", "ICMP"]) {
        Some("icmp")
    } else if starts(&["udp", "UDP", "[udp", "NBT UDP"]) || packet.contains(" udp ") {
        Some("udp")
    } else {
        None
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a connection is blocked",
        text: "Mar 16 09:12:44.112233 rule 4/(match) block in on em0: 198.51.100.23.44321 > 192.0.2.10.3389: S 123456789:123456789(0) win 64240 <mss 1460>",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("rule_id", "4"),
            ("observer_ingress", "em0"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "44321"),
            ("destination_ip", "192.0.2.10"),
            ("destination_port", "3389"),
            ("network_transport", "tcp"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
        ],
        absent: &["parse_error", "host_name", "observer_egress"],
    },
    Sample {
        about: "FreeBSD's tcpdump through logger",
        text: "<134>Mar 16 09:12:45 gw pf: rule 16.ext.2/0(match): pass out on vtnet0: 192.0.2.41.53210 > 203.0.113.53.53: udp 40",
        expect: &[
            ("event_action", "connection_allowed"),
            ("rule_id", "16.ext.2"),
            ("observer_egress", "vtnet0"),
            ("network_transport", "udp"),
            ("host_name", "gw"),
        ],
        absent: &["parse_error", "observer_ingress"],
    },
    Sample {
        about: "IPv6",
        text: "<134>Mar 16 09:12:45 gw pf: rule 2/(match) [uid 0, pid 41] block in on em1: 2001:db8::23.44321 > 2001:db8::10.22: Flags [S], seq 1, win 1, length 0",
        expect: &[
            ("source_ip", "2001:db8::23"),
            ("source_port", "44321"),
            ("destination_port", "22"),
            ("network_transport", "tcp"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "ICMP has no ports",
        text: "<134>Mar 16 09:12:45 gw pf: rule 7/(match) block in on em0: 198.51.100.23 > 192.0.2.10: icmp: echo request",
        expect: &[("source_ip", "198.51.100.23"), ("network_transport", "icmp")],
        absent: &["parse_error", "source_port"],
    },
    Sample {
        about: "truncated: cut before the addresses",
        text: "<134>Mar 16 09:12:45 gw pf: rule 7/(match) block in on em0: 198.51.1",
        expect: &[("parse_error", "no addresses")],
        absent: &["event_outcome", "source_ip"],
    },
    Sample {
        about: "hostile: a name asked for that imitates addresses moves none",
        text: "<134>Mar 16 09:12:45 gw pf: rule 7/(match) block out on em0: 192.0.2.41.5000 > 203.0.113.53.53: 41+ A? 203.0.113.66.1 > 203.0.113.67.2: x. (40)",
        expect: &[
            ("source_ip", "192.0.2.41"),
            ("destination_ip", "203.0.113.53"),
            ("destination_port", "53"),
        ],
        absent: &["parse_error"],
    },
];
