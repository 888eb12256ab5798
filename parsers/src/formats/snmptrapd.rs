//! SNMP traps as Net-SNMP's `snmptrapd` logs them: sender, then `OID = TYPE: VALUE` bindings.
//!
//! Promises: linear; the transport address, which the receiver saw, is the source, never one a binding claims.
//! Must not know: the envelope. Source: Net-SNMP 5.9, snmptrapd(8), apps/snmptrapd_log.c; RFC 3418.

use schema::{Action, Column, EventBuilder};

use super::account::between;
use super::{flow, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::iso_prefix;

/// See the module.
pub static FORMAT: Format = Format {
    name: "snmptrapd",
    title: "SNMP traps (Net-SNMP snmptrapd)",
    reference: "Net-SNMP 5.9, snmptrapd(8); RFC 3418",
    programs: &["snmptrapd"],
    starts: b"0123456789",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        payload.program.ends_with("snmptrapd")
            || (iso_prefix(payload.text).is_some()
                && (payload.text.contains(" [UDP: [") || payload.text.contains(" TRAP, SNMP v1, community ")))
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (text, when) = match iso_prefix(payload.text) {
        Some((when, rest)) => (rest.trim_start(), Some(when)),
        None => (payload.text, None),
    };
    if let Some(when) = when
        && !payload.is_stamped
        && !payload.set_time(event, when)
    {
        return Err(Unreadable("no such day or hour"));
    }
    let is_trap = sender(text, event);
    if !is_trap {
        event.action(Action::ApplicationEvent);
        return Ok(());
    }
    meaning(text, event);
    bindings(text, event);
    Ok(())
}

/// `NAME [UDP: [A]:161->[B]:162]:` of version 2, `NAME [A] (via UDP: [A]:161->[B]:162) TRAP, SNMP v1, …` of version 1.
fn sender(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let Some((name, rest)) = text.split_once(' ') else { return false };
    let Some((from, to)) = text.split_once("UDP: [").and_then(|(_, rest)| rest.split_once("]:")) else {
        return false;
    };
    event.ip(Column::SourceIp, from);
    event.int_text(Column::SourcePort, to.split("->").next().unwrap_or("").trim_end_matches([']', ')']));
    if !peer::is_address(name) && !name.starts_with('<') {
        event.text_if_said(Column::HostName, name);
    }
    // The agent's own word of version 1, which a relay keeps.
    if let Some(agent) =
        rest.strip_prefix('[').and_then(|rest| rest.split_once("] (via ")).map(|(agent, _)| agent)
        && agent != from
    {
        event.field("agent_address", agent);
    }
    event.text(Column::NetworkTransport, "udp");
    true
}

/// The generic traps of RFC 3418 and the UPS-MIB, by name or number.
fn meaning(text: &str, event: &mut EventBuilder<'_>) {
    let oid = between(text, "snmpTrapOID.0 = OID: ", "\t")
        .or_else(|| text.split_once("snmpTrapOID.0 = OID: ").map(|(_, rest)| rest))
        .or_else(|| text.split_once(".1.3.6.1.6.3.1.1.4.1.0 = OID: ").map(|(_, rest)| rest));
    let oid = oid.map_or("", |oid| oid.split(['\t', ' ', '\n', ',']).next().unwrap_or(oid));
    let name = if oid.is_empty() { version_1(text) } else { oid };
    if !name.is_empty() {
        event.text(Column::EventCode, name);
    }
    let is = |words: &[&str]| words.iter().any(|word| name.ends_with(word));
    if is(&["linkUp", ".6.3.1.1.5.4", "Link Up Trap"]) {
        flow::link(event, true);
    } else if is(&["linkDown", ".6.3.1.1.5.3", "Link Down Trap"]) {
        flow::link(event, false);
    } else if is(&[
        "coldStart",
        "warmStart",
        ".6.3.1.1.5.1",
        ".6.3.1.1.5.2",
        "Cold Start Trap",
        "Warm Start Trap",
    ]) {
        flow::did(event, Action::SystemStart, true);
    } else if is(&["authenticationFailure", ".6.3.1.1.5.5", "Authentication Failure Trap"]) {
        flow::did(event, Action::Login, false);
        event.field("service", "snmp");
    } else if is(&["upsTrapOnBattery", "upsOnBattery", ".33.2.1", ".318.0.5"]) {
        flow::did(event, Action::PowerChange, false);
        event.field("state", "on_battery");
    } else if is(&["powerRestored", ".318.0.9"]) {
        flow::did(event, Action::PowerChange, true);
        event.field("state", "on_mains");
    } else if is(&["lowBattery", ".318.0.7"]) {
        flow::did(event, Action::PowerChange, false);
        event.field("state", "low_battery");
    } else {
        event.action(Action::ApplicationEvent);
    }
}

/// `… community public\n\tENTERPRISE Cold Start Trap (0) Uptime: …`.
fn version_1(text: &str) -> &str {
    const TRAPS: &[&str] = &[
        "Link Up Trap",
        "Link Down Trap",
        "Cold Start Trap",
        "Warm Start Trap",
        "Authentication Failure Trap",
        "Enterprise Specific Trap",
    ];
    let head = text.split_once(" TRAP, SNMP v1").map_or("", |(_, rest)| rest);
    TRAPS.iter().find(|name| head.contains(**name)).copied().unwrap_or("")
}

/// The port a link trap is about.
fn bindings(text: &str, event: &mut EventBuilder<'_>) {
    let value = |name: &str| {
        let (_, rest) = text.split_once(name)?;
        let (_, rest) = rest.split_once(": ")?;
        rest.split(['\t', '\n']).next()
    };
    let port = [
        "IF-MIB::ifName.",
        "IF-MIB::ifDescr.",
        "IF-MIB::ifIndex.",
        ".1.3.6.1.2.1.2.2.1.2.",
        ".1.3.6.1.2.1.2.2.1.1.",
    ]
    .iter()
    .find_map(|name| value(name));
    event.text_if_said(
        Column::ObserverIngress,
        port.unwrap_or("").trim_matches('"').split(", ").next().unwrap_or(""),
    );
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a link goes down",
        text: "Mar 16 09:12:44 nms snmptrapd[612]: 2026-03-16 09:12:44 sw-sede.borgo.example [UDP: [192.0.2.3]:49152->[192.0.2.9]:162]:#012DISMAN-EVENT-MIB::sysUpTimeInstance = Timeticks: (12345) 0:02:03.45\tSNMPv2-MIB::snmpTrapOID.0 = OID: IF-MIB::linkDown\tIF-MIB::ifIndex.3 = INTEGER: 3\tIF-MIB::ifAdminStatus.3 = INTEGER: up(1)",
        expect: &[
            ("event_action", "link_change"),
            ("event_outcome", "failure"),
            ("source_ip", "192.0.2.3"),
            ("source_port", "49152"),
            ("host_name", "sw-sede.borgo.example"),
            ("event_code", "IF-MIB::linkDown"),
            ("observer_ingress", "3"),
            ("fields.state", "down"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a community that is not known, by numbers",
        text: "2026-03-16 09:12:44 <UNKNOWN> [UDP: [198.51.100.23]:161->[192.0.2.9]:162]:\t.1.3.6.1.2.1.1.3.0 = Timeticks: (1) 0:00:00.01\t.1.3.6.1.6.3.1.1.4.1.0 = OID: .1.3.6.1.6.3.1.1.5.5",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("fields.service", "snmp"),
        ],
        absent: &["host_name"],
    },
    Sample {
        about: "version 1, a start",
        text: "Mar 16 09:12:44 nms snmptrapd[612]: 2026-03-16 09:12:44 192.0.2.3 [203.0.113.9] (via UDP: [192.0.2.3]:161->[192.0.2.9]:162) TRAP, SNMP v1, community public#012#011SNMPv2-SMI::enterprises.9.1 Cold Start Trap (0) Uptime: 0:00:00.12",
        expect: &[
            ("event_action", "system_start"),
            ("source_ip", "192.0.2.3"),
            ("fields.agent_address", "203.0.113.9"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a binding that imitates a sender moves no field",
        text: "Mar 16 09:12:44 nms snmptrapd[612]: sw [UDP: [192.0.2.3]:161->[192.0.2.9]:162]:#012SNMPv2-MIB::snmpTrapOID.0 = OID: IF-MIB::linkUp\tIF-MIB::ifDescr.3 = STRING: x [UDP: [203.0.113.9]:1->[203.0.113.8]:2]:",
        expect: &[("event_outcome", "success"), ("source_ip", "192.0.2.3"), ("source_port", "161")],
        absent: &[],
    },
    Sample {
        about: "truncated: a line cut in the address",
        text: "Mar 16 09:12:44 nms snmptrapd[612]: 2026-03-16 09:12:44 sw [UDP: [192.0.",
        expect: &[("event_action", "application_event"), ("format", "snmptrapd")],
        absent: &["source_ip", "event_outcome"],
    },
];
