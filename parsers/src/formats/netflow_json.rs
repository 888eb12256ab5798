//! NetFlow v9 and IPFIX flows as collectors write them in JSON: IANA's names (`sourceIPv4Address`), those of NetFlow v9
//! (`IPV4_SRC_ADDR`, any case), pmacct's, GoFlow's and nfdump's.
//!
//! Promises: linear; a member's name decides. Must not know: the envelope.
//! Source: IANA, IP Flow Information Export Entities; RFC 3954 §8; pmacct, goflow2 and nfdump manuals.

use schema::{Action, Column, EventBuilder, Outcome};

use super::flow;
use super::slots::slots;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::{Json, Kind};
use crate::time::{epoch, epoch_fraction, iso};

/// See the module.
pub static FORMAT: Format = Format {
    name: "netflow_json",
    title: "NetFlow, IPFIX (JSON of collectors)",
    reference: "IANA IPFIX Information Elements; RFC 3954",
    programs: &[],
    starts: b"{ ",
    needs: &[],
    keys: &[
        "sourceIPv4Address",
        "sourceIPv6Address",
        "IPV4_SRC_ADDR",
        "IPV6_SRC_ADDR",
        "ipv4_src_addr",
        "ipv6_src_addr",
        "source_ipv4_address",
        "src4_addr",
        "src6_addr",
        "ip_src",
        "SrcAddr",
        "src_addr",
        "netflow",
    ],
    recognise: |payload| payload.json.is_some_and(|json| flow_of(*json).is_some()),
    parse,
    samples: SAMPLES,
};

slots! {
    /// What a flow says, by every collector's name for it.
    enum Key;
    /// The values.
    struct Values;
    nothing ""; keep first;
    Source = b"sourceIPv4Address" | b"sourceIPv6Address" | b"IPV4_SRC_ADDR" | b"IPV6_SRC_ADDR" | b"ipv4_src_addr"
        | b"ipv6_src_addr" | b"ip_src" | b"src4_addr" | b"src6_addr" | b"SrcAddr" | b"src_addr" | b"source_ipv4_address"
        | b"source_ipv6_address";
    Target = b"destinationIPv4Address" | b"destinationIPv6Address" | b"IPV4_DST_ADDR" | b"IPV6_DST_ADDR"
        | b"ipv4_dst_addr" | b"ipv6_dst_addr" | b"ip_dst" | b"dst4_addr" | b"dst6_addr" | b"DstAddr" | b"dst_addr"
        | b"destination_ipv4_address" | b"destination_ipv6_address";
    SourcePort = b"sourceTransportPort" | b"udpSourcePort" | b"tcpSourcePort" | b"L4_SRC_PORT" | b"l4_src_port"
        | b"port_src" | b"src_port" | b"SrcPort" | b"source_transport_port";
    TargetPort = b"destinationTransportPort" | b"udpDestinationPort" | b"tcpDestinationPort" | b"L4_DST_PORT"
        | b"l4_dst_port" | b"port_dst" | b"dst_port" | b"DstPort" | b"destination_transport_port";
    Proto = b"protocolIdentifier" | b"PROTOCOL" | b"protocol" | b"ip_proto" | b"proto" | b"Proto"
        | b"protocol_identifier";
    Bytes = b"octetDeltaCount" | b"octetTotalCount" | b"IN_BYTES" | b"in_bytes" | b"bytes" | b"Bytes"
        | b"octet_delta_count";
    BytesBack = b"reverseOctetDeltaCount" | b"OUT_BYTES" | b"out_bytes" | b"postOctetDeltaCount"
        | b"reverse_octet_delta_count";
    Packets = b"packetDeltaCount" | b"packetTotalCount" | b"IN_PKTS" | b"in_pkts" | b"packets" | b"Packets"
        | b"in_packets";
    In = b"ingressInterface" | b"INPUT_SNMP" | b"input_snmp" | b"iface_in" | b"InIf" | b"in_if";
    Out = b"egressInterface" | b"OUTPUT_SNMP" | b"output_snmp" | b"iface_out" | b"OutIf" | b"out_if";
    Flags = b"tcpControlBits" | b"TCP_FLAGS" | b"tcp_flags" | b"TCPFlags";
    Start = b"flowStartMilliseconds" | b"flowStartSeconds" | b"timestamp_start" | b"TimeFlowStart"
        | b"time_flow_start_ns" | b"first" | b"stamp_inserted" | b"t_first";
    SourceMac = b"sourceMacAddress" | b"IN_SRC_MAC" | b"in_src_mac" | b"mac_src" | b"SrcMac" | b"src_mac";
    Exporter = b"exporterIPv4Address" | b"peer_ip_src" | b"SamplerAddress" | b"sampler_address"
        | b"exporter_ipv4_address" | b"host";
    Drop = b"forwardingStatus" | b"FORWARDING_STATUS" | b"forwarding_status";
}

/// Where the flow's members stand: at the top, or below `netflow` as Logstash puts them.
enum Place<'a> {
    Top,
    Below(crate::json::Member<'a>),
}

fn flow_of(json: Json<'_>) -> Option<Place<'_>> {
    /// One source and one target name of each collector that no other log uses.
    const SIGNS: &[(&str, &str)] = &[
        ("sourceIPv4Address", "destinationIPv4Address"),
        ("sourceIPv6Address", "destinationIPv6Address"),
        ("IPV4_SRC_ADDR", "IPV4_DST_ADDR"),
        ("IPV6_SRC_ADDR", "IPV6_DST_ADDR"),
        ("ipv4_src_addr", "ipv4_dst_addr"),
        ("ipv6_src_addr", "ipv6_dst_addr"),
        ("source_ipv4_address", "destination_ipv4_address"),
        ("src4_addr", "dst4_addr"),
        ("src6_addr", "dst6_addr"),
    ];
    if SIGNS.iter().any(|(source, target)| json.get(source).is_some() && json.get(target).is_some())
        || json.has_all(&["ip_src", "ip_dst", "ip_proto", "bytes"])
        || json.has_all(&["SrcAddr", "DstAddr", "FlowDirection"])
        || json.has_all(&["src_addr", "dst_addr", "sampler_address"])
        || json.has_all(&["SrcAddr", "DstAddr", "SamplerAddress"])
    {
        return Some(Place::Top);
    }
    let below = json.get("netflow").filter(|member| member.kind() == Kind::Object)?;
    let is_flow =
        SIGNS.iter().any(|(source, target)| below.get(source).is_some() && below.get(target).is_some());
    is_flow.then_some(Place::Below(below))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    let place = flow_of(json).ok_or(Unreadable("expected the two addresses of a flow"))?;
    let mut values = Values::new();
    match place {
        Place::Top => json.members().for_each(|member| keep(member.key(), member.scalar(), &mut values)),
        Place::Below(below) => {
            below.members().for_each(|member| keep(member.key(), member.scalar(), &mut values))
        }
    }
    if !flow::source(event, values.get(Key::Source), values.get(Key::SourcePort))
        || !flow::destination(event, values.get(Key::Target), values.get(Key::TargetPort))
    {
        return Err(Unreadable("an end that is no address"));
    }
    set_time(payload, json, values.get(Key::Start), event);
    flow::set_transport(event, values.get(Key::Proto));
    event.int_text(Column::SourceBytes, values.get(Key::Bytes));
    event.int_text(Column::DestinationBytes, values.get(Key::BytesBack));
    for (column, key) in [(Column::ObserverIngress, Key::In), (Column::ObserverEgress, Key::Out)] {
        // 0 is "not known".
        event.text_if_said(column, Some(values.get(key)).filter(|index| *index != "0").unwrap_or(""));
    }
    flow::set_mac(event, values.get(Key::SourceMac));
    event.ip(Column::HostIp, values.get(Key::Exporter));
    for (name, key) in [("packets", Key::Packets), ("tcp_flags", Key::Flags)] {
        if values.has(key) {
            event.field_number(name, values.get(key));
        }
    }
    // Forwarding status: the two upper bits are 2 for dropped (RFC 7270 §4.12).
    let is_dropped = values.get(Key::Drop).parse::<u8>().is_ok_and(|status| status >> 6 == 2);
    event.action(if is_dropped { Action::ConnectionDenied } else { Action::ConnectionAllowed });
    event.outcome(if is_dropped { Outcome::Failure } else { Outcome::Success });
    Ok(())
}

fn keep<'a>(key: &str, value: Option<&'a str>, values: &mut Values<'a>) {
    if let Some(value) = value {
        values.put(key, value);
    }
}

/// The flow's own start, else the record's `@timestamp`; up-times say no instant.
fn set_time(payload: &Payload<'_>, json: Json<'_>, start: &str, event: &mut EventBuilder<'_>) {
    for text in [start, json.scalar("@timestamp").unwrap_or(""), json.scalar("timestamp").unwrap_or("")] {
        if let Some(time_us) = epoch(text) {
            return payload.set_time_us(event, time_us);
        }
        if let Some((time_us, "")) = epoch_fraction(text) {
            return payload.set_time_us(event, time_us);
        }
        if let Some(when) = iso(text)
            && payload.set_time(event, when.in_utc())
        {
            return;
        }
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "IPFIX by IANA's names",
        text: r#"{"flowStartMilliseconds":1773648764112,"sourceIPv4Address":"192.0.2.31","destinationIPv4Address":"203.0.113.8","protocolIdentifier":6,"sourceTransportPort":50001,"destinationTransportPort":443,"octetDeltaCount":2380,"packetDeltaCount":12,"ingressInterface":3,"egressInterface":0,"tcpControlBits":27}"#,
        expect: &[
            ("event_action", "connection_allowed"),
            ("event_outcome", "success"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
            ("source_ip", "192.0.2.31"),
            ("source_port", "50001"),
            ("destination_ip", "203.0.113.8"),
            ("destination_port", "443"),
            ("network_transport", "tcp"),
            ("source_bytes", "2380"),
            ("observer_ingress", "3"),
            ("fields.packets", "12"),
        ],
        absent: &["parse_error", "observer_egress"],
    },
    Sample {
        about: "NetFlow v9, IPv6",
        text: r#"{"IPV6_SRC_ADDR":"2001:db8::31","IPV6_DST_ADDR":"2001:db8:1::1","L4_SRC_PORT":38005,"L4_DST_PORT":123,"PROTOCOL":17,"IN_BYTES":76,"IN_PKTS":1}"#,
        expect: &[
            ("source_ip", "2001:db8::31"),
            ("destination_port", "123"),
            ("network_transport", "udp"),
            ("source_bytes", "76"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "Logstash's codec, dropped",
        text: r#"{"@timestamp":"2026-03-16T08:12:44.000Z","netflow":{"version":9,"ipv4_src_addr":"192.0.2.31","ipv4_dst_addr":"203.0.113.8","l4_src_port":50001,"l4_dst_port":445,"protocol":6,"in_bytes":40,"forwarding_status":129}}"#,
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
            ("destination_port", "445"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an address that is cut",
        text: r#"{"sourceIPv4Address":"192.0.2","destinationIPv4Address":"203.0.113.8","protocolIdentifier":6}"#,
        expect: &[("parse_error", "an end that is no address")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "truncated: cut before its port",
        text: r#"{"flowStartMilliseconds":1773648764112,"sourceIPv4Address":"192.0.2.31","destinationIPv4Address":"203.0.113.8","protocolIdentifier":6,"s"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "connection_allowed"),
            ("event_outcome", "success"),
            ("source_ip", "192.0.2.31"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["source_port", "destination_port", "source_bytes", "observer_ingress"],
    },
    Sample {
        about: "hostile: an application's name that imitates members moves no field",
        text: r#"{"applicationName":"\",\"sourceIPv4Address\":\"203.0.113.9","sourceIPv4Address":"192.0.2.31","destinationIPv4Address":"203.0.113.8","protocolIdentifier":1}"#,
        expect: &[("source_ip", "192.0.2.31"), ("network_transport", "icmp")],
        absent: &["source_port"],
    },
];
