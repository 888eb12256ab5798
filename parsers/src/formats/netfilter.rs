//! Linux netfilter LOG lines: iptables, nftables, UFW, firewalld, Shorewall, OpenWrt, Proxmox.
//!
//! The verdict is a word of the administrator's prefix (`DROP`, `BLOCK`, `ACCEPT`, …). A prefix without
//! one is read as denied: a LOG rule stands in front of a drop far more often than in front of an accept.
//! UFW's `AUDIT` says a packet was seen, whatever became of it: allowed, outcome unknown.
//!
//! Promises: linear; the packet an ICMP error quotes (in brackets) is not read as this one.
//! Must not know: other messages of the kernel. Source: Linux net/netfilter/nf_log_syslog.c.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use schema::{Action, Column, EventBuilder, Outcome};

use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::clf;

/// See the module.
pub static FORMAT: Format = Format {
    name: "netfilter",
    title: "Linux netfilter (iptables, nftables, UFW)",
    reference: "Linux 6.12, net/netfilter/nf_log_syslog.c",
    programs: &["kernel", "ulogd", "pve-firewall"],
    starts: b"[0123456789",
    needs: &[("", "=")],
    keys: &[],
    recognise: |payload| cut(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// Made once: lines of access logs are searched too.
static DESTINATION: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b" DST="));

/// The prefix, and the packet from `IN=` on (from `OUT=` where Proxmox leaves the other out).
fn cut(text: &str) -> Option<(&str, &str)> {
    let head = text.get(..DESTINATION.find(text.as_bytes())?)?;
    let out = head.find(" OUT=");
    let at = match out {
        Some(out) => head.get(..out)?.rfind("IN=").unwrap_or(out + 1),
        None => head.find(" IN=")? + 1,
    };
    let (prefix, packet) = text.split_at_checked(at)?;
    (packet.contains(" SRC=") && packet.contains(" PROTO=")).then_some((prefix, packet))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected IN= OUT= SRC= DST= PROTO=");
    let (prefix, packet) = cut(payload.text).ok_or(SHAPE)?;
    let prefix = without_uptime(prefix);
    let (label, when) = proxmox(prefix);
    if let Some(when) = when
        && !payload.is_stamped
        && !payload.set_time(event, when)
    {
        return Err(Unreadable("no such day or hour"));
    }
    let (action, outcome) = verdict(label);
    event.action(action);
    event.outcome(outcome);
    let label = label.trim().trim_end_matches(':').trim();
    event.text_if_said(
        Column::RuleName,
        label.strip_prefix('[').and_then(|l| l.strip_suffix(']')).unwrap_or(label),
    );
    let (mut input, mut output) = ("", "");
    // The packet that an ICMP error quotes stands in brackets behind.
    for word in packet.split(' ').take_while(|word| !word.starts_with('[')) {
        match word.split_once('=') {
            Some(("IN", value)) => input = value,
            Some(("OUT", value)) => output = value,
            Some(("SRC", value)) => set_address(Column::SourceIp, value, event)?,
            Some(("DST", value)) => set_address(Column::DestinationIp, value, event)?,
            Some(("MAC", value)) => set_mac(value, event),
            Some(("PROTO", value)) => event.text(Column::NetworkTransport, transport(value)),
            Some(("SPT", value)) => {
                event.int_text(Column::SourcePort, value);
            }
            Some(("DPT", value)) => {
                event.int_text(Column::DestinationPort, value);
            }
            Some((key @ ("LEN" | "TTL" | "TYPE" | "CODE" | "UID" | "MARK" | "HOPLIMIT"), value)) => {
                event.field(field_name(key), value);
            }
            None if word == "SYN" => event.field("tcp_flags", "SYN"),
            _ => {}
        }
    }
    event.text_if_said(Column::ObserverIngress, input);
    event.text_if_said(Column::ObserverEgress, output);
    match (input.is_empty(), output.is_empty()) {
        (false, true) => event.text(Column::NetworkDirection, "inbound"),
        (true, false) => event.text(Column::NetworkDirection, "outbound"),
        _ => {}
    }
    Ok(())
}

fn set_address(column: Column, value: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.ip(column, value).then_some(()).ok_or(Unreadable("SRC or DST is no address"))
}

fn field_name(key: &str) -> &'static str {
    match key {
        "LEN" => "length",
        "TTL" | "HOPLIMIT" => "ttl",
        "TYPE" => "icmp_type",
        "CODE" => "icmp_code",
        "UID" => "uid",
        _ => "mark",
    }
}

/// `[ 1234.567890] rest` without the uptime.
fn without_uptime(prefix: &str) -> &str {
    let Some((uptime, rest)) = prefix.strip_prefix('[').and_then(|inner| inner.split_once(']')) else {
        return prefix;
    };
    let is_uptime = uptime.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'.'));
    if is_uptime { rest.trim_start() } else { prefix }
}

/// Proxmox's own file: `104 1 tap104i0-IN 20/Jun/2026:16:20:14 +0200 DROP: `.
fn proxmox(prefix: &str) -> (&str, Option<crate::time::When>) {
    let mut words = prefix.splitn(4, ' ');
    let is_digits = |word: Option<&str>| word.is_some_and(super::peer::is_digits);
    if !is_digits(words.next()) || !is_digits(words.next()) || words.next().is_none() {
        return (prefix, None);
    }
    match words.next().and_then(clf) {
        Some((when, rest)) => (rest.trim_start(), Some(when)),
        None => (prefix, None),
    }
}

/// What the prefix says became of the packet.
fn verdict(prefix: &str) -> (Action, Outcome) {
    let is_word = |part: &str, word: &str| {
        let head = part.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
        let tail = part.len().checked_sub(word.len()).and_then(|at| part.get(at..));
        head || tail.is_some_and(|tail| tail.eq_ignore_ascii_case(word))
    };
    let says = |words: &[&str]| {
        let mut parts = prefix.split(|c: char| !c.is_ascii_alphanumeric());
        parts.any(|part| words.iter().any(|word| is_word(part, word)))
    };
    if let Some(is_allowed) = letter(prefix) {
        return if is_allowed {
            (Action::ConnectionAllowed, Outcome::Success)
        } else {
            (Action::ConnectionDenied, Outcome::Failure)
        };
    }
    if says(&["drop", "dropped", "block", "deny", "denied", "reject", "refuse", "disallow", "limit"]) {
        (Action::ConnectionDenied, Outcome::Failure)
    } else if says(&["accept", "allow", "pass", "permit"]) {
        (Action::ConnectionAllowed, Outcome::Success)
    } else if says(&["audit"]) {
        (Action::ConnectionAllowed, Outcome::Unknown)
    } else {
        (Action::ConnectionDenied, Outcome::Failure)
    }
}

/// `[WAN_IN-2001-A]`, `[WAN_LOCAL-default-D]`, `[LAN_IN-A-2147483647]`: gateways of Ubiquiti and VyOS name chain, rule
/// and verdict, `A` for accept, `D` for drop, `R` for reject.
fn letter(prefix: &str) -> Option<bool> {
    let inner = prefix.trim().strip_prefix('[')?.split_once(']')?.0;
    let is_rule = |part: &str| part == "default" || super::peer::is_digits(part);
    if !inner.split('-').any(is_rule) {
        return None;
    }
    inner.split('-').rev().find_map(|part| match part {
        "A" => Some(true),
        "D" | "R" => Some(false),
        _ => None,
    })
}

/// Destination, source and type, 14 bytes: the source is bytes 7 to 12.
fn set_mac(value: &str, event: &mut EventBuilder<'_>) {
    if value.len() >= 35
        && value.get(17..18) == Some(":")
        && let Some(source) = value.get(18..35)
    {
        event.text(Column::SourceMac, source);
    }
}

fn transport(protocol: &str) -> &str {
    match protocol {
        "TCP" | "6" => "tcp",
        "UDP" | "17" => "udp",
        "ICMP" | "1" => "icmp",
        "ICMPv6" | "58" => "ipv6-icmp",
        "ESP" | "50" => "esp",
        "AH" | "51" => "ah",
        "GRE" | "47" => "gre",
        "SCTP" | "132" => "sctp",
        "2" => "igmp",
        other => other,
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "UFW blocks",
        text: "Mar 16 02:41:07 portale kernel: [81213.411920] [UFW BLOCK] IN=ens18 OUT= MAC=52:54:00:12:34:56:52:54:00:ab:cd:ef:08:00 SRC=198.51.100.77 DST=192.0.2.10 LEN=40 TOS=0x00 PREC=0x00 TTL=244 ID=54321 PROTO=TCP SPT=43210 DPT=3389 WINDOW=1024 RES=0x00 SYN URGP=0",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.77"),
            ("source_port", "43210"),
            ("destination_ip", "192.0.2.10"),
            ("destination_port", "3389"),
            ("network_transport", "tcp"),
            ("network_direction", "inbound"),
            ("observer_ingress", "ens18"),
            ("source_mac", "52:54:00:ab:cd:ef"),
            ("rule_name", "UFW BLOCK"),
        ],
        absent: &["parse_error", "observer_egress"],
    },
    Sample {
        about: "an accepted packet that leaves",
        text: "Mar 16 08:00:00 gw kernel: OUT-ACCEPT: IN= OUT=eth1 SRC=192.0.2.20 DST=203.0.113.80 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=UDP SPT=5353 DPT=53 LEN=40",
        expect: &[
            ("event_action", "connection_allowed"),
            ("event_outcome", "success"),
            ("network_direction", "outbound"),
            ("observer_egress", "eth1"),
            ("network_transport", "udp"),
            ("destination_port", "53"),
            ("rule_name", "OUT-ACCEPT"),
        ],
        absent: &["source_mac", "observer_ingress"],
    },
    Sample {
        about: "IPv6, forwarded, no word in the prefix",
        text: "Mar 16 08:00:01 gw kernel: IN=eth0 OUT=eth1 MAC=52:54:00:12:34:56:52:54:00:ab:cd:ef:86:dd SRC=2001:0db8:0000:0000:0000:0000:0000:0007 DST=2001:0db8:0001:0000:0000:0000:0000:0001 LEN=80 TC=0 HOPLIMIT=60 FLOWLBL=0 PROTO=TCP SPT=40000 DPT=22 SYN",
        expect: &[
            ("event_action", "connection_denied"),
            ("source_ip", "2001:db8::7"),
            ("destination_ip", "2001:db8:1::1"),
            ("observer_ingress", "eth0"),
            ("observer_egress", "eth1"),
        ],
        absent: &["network_direction", "rule_name"],
    },
    Sample {
        about: "an ICMP error quotes another packet",
        text: "Mar 16 08:00:02 gw kernel: FW-DROP IN=eth0 OUT= MAC= SRC=198.51.100.1 DST=192.0.2.10 LEN=56 TTL=250 ID=0 PROTO=ICMP TYPE=3 CODE=3 [SRC=192.0.2.10 DST=203.0.113.99 LEN=40 PROTO=UDP SPT=53 DPT=4000 ]",
        expect: &[
            ("event_action", "connection_denied"),
            ("source_ip", "198.51.100.1"),
            ("destination_ip", "192.0.2.10"),
            ("network_transport", "icmp"),
            ("fields.icmp_type", "3"),
        ],
        absent: &["source_port", "destination_port", "source_mac"],
    },
    Sample {
        about: "Proxmox's own file",
        text: "104 1 tap104i0-IN 16/Mar/2026:16:20:14 +0100 DROP: IN=fwbr104i0 OUT=fwbr104i0 MAC=52:54:00:12:34:56:52:54:00:ab:cd:ef:08:00 SRC=192.0.2.34 DST=192.0.2.200 LEN=60 TTL=63 ID=4 DF PROTO=TCP SPT=51610 DPT=22 SYN",
        expect: &[
            ("event_action", "connection_denied"),
            ("timestamp", "2026-03-16T15:20:14.000000Z"),
            ("rule_name", "DROP"),
            ("destination_port", "22"),
        ],
        absent: &["time_guess"],
    },
    Sample {
        about: "truncated: a line cut in the address",
        text: "Mar 16 02:41:07 portale kernel: [UFW BLOCK] IN=ens18 OUT= MAC=52:54:00:12:34:56:52:54:00:ab:cd:ef:08:00 SRC=198.51.1 DST=192.0.2.10 PROTO=TCP SPT=4",
        expect: &[("parse_error", "SRC or DST is no address")],
        absent: &["source_ip", "event_outcome", "rule_name"],
    },
    Sample {
        about: "hostile: a prefix that imitates a packet does not move the addresses",
        text: "Mar 16 02:41:07 portale kernel: DROP SRC=203.0.113.9 DPT=1 IN=ens18 OUT= MAC= SRC=198.51.100.77 DST=192.0.2.10 LEN=40 PROTO=TCP SPT=43210 DPT=3389 SYN",
        expect: &[("source_ip", "198.51.100.77"), ("destination_port", "3389")],
        absent: &[],
    },
    Sample {
        about: "a gateway whose verdict is a letter",
        text: "<4>Mar 16 02:41:07 gw kernel: [LAN_IN-2001-A]IN=eth1 OUT=eth0 MAC=52:54:00:12:34:56:52:54:00:ab:cd:ef:08:00 SRC=192.0.2.31 DST=203.0.113.8 LEN=60 TTL=63 ID=1 DF PROTO=TCP SPT=50001 DPT=443 SYN",
        expect: &[
            ("event_action", "connection_allowed"),
            ("event_outcome", "success"),
            ("rule_name", "LAN_IN-2001-A"),
            ("observer_egress", "eth0"),
        ],
        absent: &["parse_error"],
    },
];
