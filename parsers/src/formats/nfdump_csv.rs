//! NetFlow and IPFIX flows as `nfdump -o csv` prints them: columns by the first line, else by their usual order.
//!
//! Promises: linear; a line with another number of values than its header is refused.
//! Must not know: files; the header comes with the stream. Source: nfdump 1.6 and 1.7, output_csv.c.

use schema::{Action, Column, EventBuilder, Outcome};

use super::slots::slots;
use super::{flow, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::{epoch_fraction, iso};

/// See the module.
pub static FORMAT: Format = Format {
    name: "nfdump_csv",
    title: "NetFlow, IPFIX (nfdump CSV)",
    reference: "nfdump 1.7, output_csv.c",
    programs: &["nfdump"],
    starts: b"0123456789",
    needs: &[],
    keys: &[],
    recognise: |payload| header(payload).is_some() || is_usual(payload.text),
    parse,
    samples: SAMPLES,
};

slots! {
    /// Columns of nfdump 1.6 and, behind the bar, of 1.7.
    enum Key;
    /// Their values.
    struct Values;
    nothing "-"; keep first;
    First = b"ts" | b"firstSeen"; Last = b"te" | b"lastSeen"; Duration = b"td" | b"duration";
    Source = b"sa" | b"srcAddr"; Target = b"da" | b"dstAddr"; SourcePort = b"sp" | b"srcPort";
    TargetPort = b"dp" | b"dstPort"; Proto = b"pr" | b"proto"; Flags = b"flg" | b"flags";
    Packets = b"ipkt" | b"packets"; Bytes = b"ibyt" | b"bytes"; BytesBack = b"obyt";
    In = b"in"; Out = b"out"; SourceMac = b"ismc"; Router = b"ra"; Forwarding = b"fwd";
}

/// The order of `-o csv` without a header; what stands behind these is not read.
const USUAL: &str = "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out";

/// The header line of nfdump, when the stream has it and the line is another.
fn header<'a>(payload: &Payload<'a>) -> Option<&'a str> {
    let first = payload.first_line?.trim_end();
    let is_header =
        first.starts_with("ts,te,td,sa,da,") || first.starts_with("firstSeen,duration,proto,srcAddr,");
    (is_header && payload.text.contains(',')).then_some(first)
}

/// Stamp, stamp, duration, address, address, port, port: nothing else looks so.
fn is_usual(text: &str) -> bool {
    let mut values = text.split(',');
    let stamps = values.by_ref().take(2).filter(|value| iso(value).is_some()).count();
    let is_number = |value: Option<&str>| value.is_some_and(|value| value.trim().parse::<f64>().is_ok());
    stamps == 2
        && is_number(values.next())
        && values.by_ref().take(2).filter(|value| peer::is_address(value.trim())).count() == 2
        && is_number(values.next())
        && is_number(values.next())
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let named = header(payload);
    let names = named.unwrap_or(USUAL);
    let mut read = Values::new();
    let mut values = payload.text.trim_end().split(',');
    for (at, name) in names.split(',').enumerate() {
        match values.next() {
            Some(value) => {
                read.put(name, value.trim());
            }
            // Without a header the line may be shorter, as `-o extended` writes it.
            None if named.is_none() && at > 7 => break,
            None => return Err(Unreadable("fewer values than columns")),
        }
    }
    if named.is_some() && values.next().is_some() {
        return Err(Unreadable("more values than columns"));
    }
    set(payload, &read, event)
}

fn set(payload: &Payload<'_>, read: &Values<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const TIME: Unreadable = Unreadable("a start that is no time");
    let first = read.get(Key::First);
    match epoch_fraction(first) {
        Some((time_us, "")) => payload.set_time_us(event, time_us),
        _ => {
            let when = iso(first).ok_or(TIME)?;
            payload.set_time(event, when).then_some(()).ok_or(TIME)?;
        }
    }
    if !flow::source(event, read.get(Key::Source), read.get(Key::SourcePort)) {
        return Err(Unreadable("a source that is no address"));
    }
    // ICMP has type and code, `3.1`, for a port.
    flow::destination(event, read.get(Key::Target), read.get(Key::TargetPort));
    flow::set_transport(event, read.get(Key::Proto));
    event.int_text(Column::SourceBytes, read.get(Key::Bytes));
    event.int_text(Column::DestinationBytes, read.get(Key::BytesBack));
    event.text_if_said(Column::ObserverIngress, read.get(Key::In));
    event.text_if_said(Column::ObserverEgress, read.get(Key::Out));
    event.ip(Column::HostIp, read.get(Key::Router));
    flow::set_mac(event, read.get(Key::SourceMac));
    for (name, key) in [("duration_s", Key::Duration), ("tcp_flags", Key::Flags), ("packets", Key::Packets)] {
        let value = read.get(key);
        if !value.is_empty() {
            event.field(name, value);
        }
    }
    event.action(Action::ConnectionAllowed);
    event.outcome(Outcome::Success);
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a flow, its columns named",
        text: "%header ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out,sas,das\n2026-03-16 09:12:44.112,2026-03-16 09:13:45.000,60.888,192.0.2.31,203.0.113.80,51844,443,TCP,.AP.SF,0,0,41,2380,60,91422,3,4,0,0",
        expect: &[
            ("event_action", "connection_allowed"),
            ("event_outcome", "success"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
            ("source_ip", "192.0.2.31"),
            ("source_port", "51844"),
            ("destination_ip", "203.0.113.80"),
            ("destination_port", "443"),
            ("network_transport", "tcp"),
            ("source_bytes", "2380"),
            ("destination_bytes", "91422"),
            ("observer_ingress", "3"),
            ("fields.duration_s", "60.888"),
            ("fields.packets", "41"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "the usual order, without a header",
        text: "2026-03-16 09:12:44.112,2026-03-16 09:13:45.000,60.888,2001:db8::31,2001:db8:1::80,51844,53,UDP,......,0,0,1,80",
        expect: &[
            ("source_ip", "2001:db8::31"),
            ("destination_port", "53"),
            ("network_transport", "udp"),
            ("source_bytes", "80"),
        ],
        absent: &["parse_error", "destination_bytes"],
    },
    Sample {
        about: "columns of nfdump 1.7",
        text: "%header firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,flows\n2026-03-16 09:12:44.112,1.5,17,192.0.2.31,50001,192.0.2.1,53,1,80,1",
        expect: &[
            ("source_ip", "192.0.2.31"),
            ("destination_ip", "192.0.2.1"),
            ("destination_port", "53"),
            ("network_transport", "udp"),
            ("source_bytes", "80"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a line cut before its end",
        text: "%header ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt\n2026-03-16 09:12:44.112,2026-03-16 09:13:45.000,60.888,192.0.2.31,203.0",
        expect: &[("parse_error", "fewer values than columns")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a value too many, as if a column had been slipped in",
        text: "%header ts,te,td,sa,da,sp,dp,pr\n2026-03-16 09:12:44.112,2026-03-16 09:13:45.000,1.0,203.0.113.9,192.0.2.31,203.0.113.80,51844,443,TCP",
        expect: &[("parse_error", "more values than columns")],
        absent: &["source_ip", "destination_port"],
    },
];
