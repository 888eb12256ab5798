//! The log of Windows Defender Firewall (`pfirewall.log`), W3C extended with columns of its own.
//!
//! Promises: linear; times are local, as the file's header says. Must not know: files; the directive in force comes
//! with the stream, and a line without one is read when every value is of the kind its place wants.
//! Source: Microsoft, "Configure the Windows Firewall Log", "Interpreting the Windows Firewall log".

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::iso_prefix;

/// See the module.
pub static FORMAT: Format = Format {
    name: "windows_firewall",
    title: "Windows Defender Firewall log (pfirewall.log)",
    reference: "Microsoft, Windows Firewall log, version 1.5",
    programs: &[],
    starts: b"0123456789",
    needs: &[("", ":-"), ("", ":/")],
    keys: &[],
    recognise: |payload| Line::cut(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// `DATE TIME ACTION PROTOCOL SRC DST SPORT DPORT SIZE FLAGS SYN ACK WIN TYPE CODE INFO PATH [PID]`.
struct Line<'a> {
    action: &'a str,
    protocol: &'a str,
    source: &'a str,
    destination: &'a str,
    source_port: &'a str,
    destination_port: &'a str,
    rest: &'a str,
}

impl<'a> Line<'a> {
    fn cut(text: &'a str) -> Option<Line<'a>> {
        let (_, rest) = iso_prefix(text)?;
        let mut words = rest.strip_prefix(' ')?.splitn(7, ' ');
        let mut next = || words.next();
        let line = Line {
            action: next()?,
            protocol: next()?,
            source: next()?,
            destination: next()?,
            source_port: next()?,
            destination_port: next()?,
            rest: next()?,
        };
        let is_action =
            matches!(line.action, "ALLOW" | "DROP" | "OPEN" | "CLOSE" | "INFO-EVENTS-LOST" | "OPEN-INBOUND");
        let is_address = |text: &str| text == "-" || peer::is_address(text);
        let is_port = |text: &str| text == "-" || peer::is_digits(text);
        (is_action
            && is_address(line.source)
            && is_address(line.destination)
            && is_port(line.source_port)
            && is_port(line.destination_port))
        .then_some(line)
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = Line::cut(payload.text).ok_or(Unreadable("expected DATE TIME ACTION PROTOCOL SRC DST"))?;
    let (when, _) = iso_prefix(payload.text).ok_or(Unreadable("no such date and time"))?;
    if !payload.set_time(event, when) {
        return Err(Unreadable("no such day or hour"));
    }
    event.text(Column::ObserverVendor, "Microsoft");
    event.text(Column::ObserverProduct, "Windows Firewall");
    match line.action {
        "DROP" => {
            event.action(Action::ConnectionDenied);
            event.outcome(Outcome::Failure);
        }
        "CLOSE" => {
            event.action(Action::ConnectionClosed);
            event.outcome(Outcome::Success);
        }
        "INFO-EVENTS-LOST" => {
            event.action(Action::ApplicationEvent);
            event.field("action", "events_lost");
        }
        _ => {
            event.action(Action::ConnectionAllowed);
            event.outcome(Outcome::Success);
        }
    }
    event.ip(Column::SourceIp, line.source);
    event.ip(Column::DestinationIp, line.destination);
    event.int_text(Column::SourcePort, line.source_port);
    event.int_text(Column::DestinationPort, line.destination_port);
    event.text_if_said(Column::NetworkTransport, transport(line.protocol));
    set_rest(line.rest, event);
    Ok(())
}

/// A name, or the number of a protocol that has no name there.
fn transport(protocol: &str) -> &str {
    match protocol {
        "TCP" => "tcp",
        "UDP" => "udp",
        "ICMP" => "icmp",
        "ICMPv6" | "58" => "ipv6-icmp",
        "2" => "igmp",
        "47" => "gre",
        "50" => "esp",
        other => other,
    }
}

/// `SIZE FLAGS SYN ACK WIN TYPE CODE INFO PATH [PID]`.
fn set_rest(rest: &str, event: &mut EventBuilder<'_>) {
    let mut words = rest.trim_end().split(' ');
    let mut next = || words.next().unwrap_or_default();
    let (size, flags) = (next(), next());
    let (_syn, _ack, _window) = (next(), next(), next());
    let (kind, code, _info, path, pid) = (next(), next(), next(), next(), next());
    event.int_text(Column::SourceBytes, size);
    for (key, value) in [("tcp_flags", flags), ("icmp_type", kind), ("icmp_code", code)] {
        if !value.is_empty() && value != "-" {
            event.field(key, value);
        }
    }
    match path {
        "SEND" => event.text(Column::NetworkDirection, "outbound"),
        "RECEIVE" => event.text(Column::NetworkDirection, "inbound"),
        "FORWARD" => event.text(Column::NetworkDirection, "forward"),
        _ => {}
    }
    if peer::is_digits(pid) {
        event.int_text(Column::ProcessPid, pid);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a connection is dropped",
        text: "#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path\n2026-03-16 09:12:44 DROP TCP 198.51.100.7 192.0.2.10 51234 3389 52 S 1805213414 0 64240 - - - RECEIVE",
        expect: &[
            ("class", "network"),
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.7"),
            ("source_port", "51234"),
            ("destination_ip", "192.0.2.10"),
            ("destination_port", "3389"),
            ("network_transport", "tcp"),
            ("network_direction", "inbound"),
            ("fields.tcp_flags", "S"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "fields.icmp_type"],
    },
    Sample {
        about: "a connection is allowed, with its program",
        text: "2026-03-16 09:12:45 ALLOW UDP 192.0.2.10 192.0.2.1 58123 53 0 - - - - - - - SEND 1432",
        expect: &[
            ("event_action", "connection_allowed"),
            ("network_direction", "outbound"),
            ("process_pid", "1432"),
            ("destination_port", "53"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an echo request",
        text: "2026-03-16 09:12:46 DROP ICMP 2001:db8::7 2001:db8::1 - - 60 - - - - 8 0 - RECEIVE",
        expect: &[("network_transport", "icmp"), ("fields.icmp_type", "8")],
        absent: &["parse_error", "source_port", "destination_port"],
    },
    Sample {
        about: "events were lost",
        text: "2026-03-16 09:12:47 INFO-EVENTS-LOST - - - - - 12 - - - - - - 12 -",
        expect: &[("event_action", "application_event"), ("fields.action", "events_lost")],
        absent: &["parse_error", "event_outcome", "source_ip"],
    },
    Sample {
        about: "truncated: cut behind the ports",
        text: "2026-03-16 09:72:47 DROP TCP 198.51.100.7 192.0.2.10 51234 3389 5",
        expect: &[("parse_error", "no such day or hour")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: no value of a packet can hold a blank, what is too much stays out",
        text: "2026-03-16 09:12:48 DROP TCP 198.51.100.7 192.0.2.10 51234 445 52 S 1 0 8192 - - - RECEIVE x 203.0.113.9 ALLOW",
        expect: &[("source_ip", "198.51.100.7"), ("event_outcome", "failure")],
        absent: &["parse_error", "process_pid"],
    },
];
