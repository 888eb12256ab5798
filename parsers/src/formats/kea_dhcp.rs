//! Kea DHCP (v4, v6, DDNS, control agent): `LEVEL [LOGGER] CODE TEXT`, in files with a stamp in front or by syslog.
//!
//! Promises: linear; level, logger and code stand before any text of the client.
//! Must not know: the syslog envelope, the clock, other formats.
//! Source: Kea Messages Manual; Kea ARM, "Logging".

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::peer::is_hardware_address;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::{self, When};

/// See the module.
pub static FORMAT: Format = Format {
    name: "kea_dhcp",
    title: "Kea (DHCP server)",
    reference: "Kea Messages Manual",
    programs: &["kea-dhcp4", "kea-dhcp6", "kea-dhcp-ddns", "kea-ctrl-agent"],
    starts: b"0123456789DIWEF",
    needs: &[],
    keys: &[],
    recognise: |payload| payload.program.starts_with("kea-") || head(payload.text).logger.starts_with("kea-"),
    parse,
    samples: SAMPLES,
};

/// What stands in front of the text of a message.
#[derive(Default)]
struct Head<'a> {
    when: Option<When>,
    level: &'a str,
    logger: &'a str,
    code: &'a str,
    text: &'a str,
}

/// `[STAMP ]LEVEL [LOGGER] CODE TEXT`.
fn head(text: &str) -> Head<'_> {
    let mut head = Head { text, ..Head::default() };
    if let Some((when, rest)) = time::iso_prefix(text) {
        head.when = Some(when);
        head.text = rest.trim_start();
    }
    if let Some((level, rest)) = head.text.split_once(' ')
        && matches!(level, "FATAL" | "ERROR" | "WARN" | "INFO" | "DEBUG")
    {
        (head.level, head.text) = (level, rest.trim_start());
    }
    if let Some((logger, rest)) = head.text.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
        (head.logger, head.text) = (logger, rest);
    }
    let (code, rest) = head.text.split_once(' ').unwrap_or((head.text, ""));
    if code.contains('_')
        && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    {
        (head.code, head.text) = (code, rest);
    }
    head
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let head = head(payload.text);
    if let Some(when) = head.when
        && !payload.set_inner_time(event, when)
    {
        return Err(Unreadable("no such day or hour"));
    }
    event.text_if_said(Column::LogLevel, head.level);
    let (logger, process) = head.logger.split_once('/').unwrap_or((head.logger, ""));
    if let Some((program, _)) = logger.split_once('.')
        && !event.is_set(Column::ProcessName)
    {
        event.text(Column::ProcessName, program);
    }
    if let Some((pid, _)) = process.split_once('.')
        && !event.is_set(Column::ProcessPid)
    {
        event.int_text(Column::ProcessPid, pid);
    }
    if head.code.is_empty() {
        event.action(Action::ApplicationEvent);
        return Ok(());
    }
    event.text(Column::EventCode, head.code);
    client(head.text, event);
    classify(&head, event)
}

/// `[hwtype=1 MAC], cid=[..], tid=0x1: ` or `duid=[..], [hwtype=1 MAC], tid=0x1: ` in front of a text.
fn client(text: &str, event: &mut EventBuilder<'_>) {
    let front = text.split_once(": ").map_or(text, |(front, _)| front);
    if let Some(mac) = between(front, "hwtype=1 ", "]").filter(|mac| is_hardware_address(mac)) {
        event.text(Column::SourceMac, mac);
    }
    for (key, name) in [("cid=[", "client_id"), ("duid=[", "duid")] {
        if let Some(value) = between(front, key, "]").filter(|value| *value != "no info") {
            event.field(name, value);
        }
    }
}

fn classify(head: &Head<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (code, text) = (head.code, head.text);
    if code.ends_with("_LEASE_ALLOC") || code.ends_with("_LEASE_RENEW") || code.ends_with("_LEASE_REUSE") {
        let rest = text.split_once(": lease ").or_else(|| text.split_once(" lease ")).map(|(_, rest)| rest);
        let rest = rest.ok_or(Unreadable("a lease without its address"))?;
        let rest =
            rest.strip_prefix("for address ").or_else(|| rest.strip_prefix("for prefix ")).unwrap_or(rest);
        let (address, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        if !event.ip(Column::SourceIp, address.split('/').next().unwrap_or(address)) {
            return Err(Unreadable("a lease without its address"));
        }
        if let Some(seconds) = between(rest, " for ", " seconds") {
            event.field_number("lease_s", seconds);
        }
        event.action(Action::DhcpLease);
        event.outcome(Outcome::Success);
        return Ok(());
    }
    let is_failure = code.contains("_ALLOC_FAIL")
        || code.contains("_PACKET_NAK")
        || code.ends_with("_ALLOC_ERROR")
        || code.ends_with("_DECLINE_LEASE")
        || code.ends_with("_DECLINE")
        || code.ends_with("_SUBNET_SELECTION_FAILED");
    if is_failure {
        event.action(Action::DhcpFailure);
        event.outcome(Outcome::Failure);
        event.field("reason", text.rsplit_once("]: ").map_or(text, |(_, reason)| reason));
    } else if code.ends_with("_STARTED") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
    } else if code.ends_with("_SHUTDOWN") {
        event.action(Action::ServiceStop);
        event.outcome(Outcome::Success);
    } else if code.ends_with("_CONFIG_COMPLETE") {
        event.action(Action::ConfigChange);
        event.outcome(Outcome::Success);
    } else {
        event.action(Action::ApplicationEvent);
        if let Some(command) = between(text, "eceived command '", "'") {
            event.field("action", command);
        }
    }
    if let Some(address) = between(text, "address ", " ").or_else(|| between(text, "addr ", " ")) {
        event.ip(Column::SourceIp, address.trim_end_matches([',', '.']));
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a lease is given, in a file",
        text: "2026-03-16 09:12:44.112 INFO  [kea-dhcp4.leases/812.140252] DHCP4_LEASE_ALLOC [hwtype=1 02:00:00:00:11:22], cid=[01:02:00:00:00:11:22], tid=0x1a2b: lease 192.0.2.40 has been allocated for 3600 seconds",
        expect: &[
            ("event_action", "dhcp_lease"),
            ("event_outcome", "success"),
            ("event_code", "DHCP4_LEASE_ALLOC"),
            ("source_ip", "192.0.2.40"),
            ("source_mac", "02:00:00:00:11:22"),
            ("fields.lease_s", "3600"),
            ("process_name", "kea-dhcp4"),
            ("process_pid", "812"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a lease of an IPv6 address, by syslog",
        text: "<30>Mar 16 09:12:45 srv-rete kea-dhcp6[911]: INFO  [kea-dhcp6.leases.140] DHCP6_LEASE_ALLOC duid=[00:01:00:01:25:a1], [hwtype=1 02:00:00:00:11:22], tid=0x1a2b: lease for address 2001:db8::40 and iaid=7 has been allocated for 3600 seconds",
        expect: &[
            ("event_action", "dhcp_lease"),
            ("source_ip", "2001:db8::40"),
            ("source_mac", "02:00:00:00:11:22"),
            ("host_name", "srv-rete"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "no address is left",
        text: "2026-03-16 09:12:44.112 WARN  [kea-dhcp4.alloc-engine/812.140252] ALLOC_ENGINE_V4_ALLOC_FAIL_SUBNET [hwtype=1 02:00:00:00:11:22], cid=[no info], tid=0x1a2b: failed to allocate an IPv4 lease in the subnet 192.0.2.0/24, subnet-id 1, shared network (none)",
        expect: &[
            ("event_action", "dhcp_failure"),
            ("event_outcome", "failure"),
            ("source_mac", "02:00:00:00:11:22"),
            ("log_level", "WARN"),
        ],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "a lease without a logger",
        text: "<30>Mar 16 09:12:45 srv-rete kea-dhcp4[911]: INFO DHCP4_LEASE_ALLOC [hwtype=1 02:00:00:00:11:22], cid=[no info], tid=0x1a2b: lease 192.0.2.40 has been allocated for 3600 seconds",
        expect: &[("event_action", "dhcp_lease"), ("source_ip", "192.0.2.40")],
        absent: &["parse_error", "fields.client_id"],
    },
    Sample {
        about: "truncated: a lease cut before its address",
        text: "2026-03-16 09:12:44.112 INFO  [kea-dhcp4.leases/812.140252] DHCP4_LEASE_ALLOC [hwtype=1 02:00:00:00:11:22], cid=[no in",
        expect: &[("parse_error", "a lease without its address")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a command that imitates a lease gives none",
        text: "2026-03-16 09:12:44.112 INFO  [kea-dhcp4.commands/812.140252] COMMAND_RECEIVED Received command 'DHCP4_LEASE_ALLOC : lease 203.0.113.1 has'",
        expect: &[("event_action", "application_event"), ("event_code", "COMMAND_RECEIVED")],
        absent: &["parse_error", "source_ip"],
    },
];
