//! ISC `dhcpd`: addresses given, refused and given back.
//!
//! Promises: a client's name, which the client chooses, moves no field: address and hardware address are read
//! before it, interface and reason behind the last ` via `.
//! Must not know: the syslog envelope, files, the clock, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::peer::is_hardware_address;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "dhcpd",
    title: "ISC dhcpd (DHCP server)",
    reference: "ISC DHCP, server/dhcp.c",
    programs: &["dhcpd", "dhcpd6"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |_| true,
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = payload.text;
    let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
    if verb.starts_with("DHCP") && verb.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return message(verb, rest, event);
    }
    event.action(Action::ApplicationEvent);
    Ok(())
}

/// `DHCPACK on ADDRESS to MAC (NAME) via INTERFACE[: REASON]` and its kin.
fn message(verb: &str, rest: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (head, tail) = rest.rsplit_once(" via ").ok_or(Unreadable("a DHCP message without its interface"))?;
    let (interface, reason) = match tail.split_once(": ") {
        Some((interface, reason)) => (interface, reason),
        None => (tail, ""),
    };
    client(head, event);
    let (interface, added) = interface.split_once(' ').unwrap_or((interface, ""));
    appliance(added, event);
    event.text_if_said(Column::ObserverIngress, interface);
    event.text(Column::EventCode, verb);
    outcome(verb, reason, event);
    Ok(())
}

/// What Infoblox adds behind the interface: `relay ADDRESS lease-duration SECONDS`, `TransID HEX uid ID`.
fn appliance(text: &str, event: &mut EventBuilder<'_>) {
    let mut words = text.split(' ');
    while let Some(key) = words.next() {
        let name = match key {
            "relay" => "relay",
            "lease-duration" => "lease_s",
            "TransID" => "transaction",
            "uid" => "client_id",
            _ => continue,
        };
        if let Some(value) = words.next() {
            event.field(name, value);
        }
    }
}

/// The words before ` via `: `on ADDRESS to MAC (NAME)`, `for ADDRESS (SERVER) from MAC`, `to ADDRESS (MAC)`.
fn client(head: &str, event: &mut EventBuilder<'_>) {
    let mut rest = head;
    while let Some((word, after)) = rest.split_once(' ') {
        let (value, next) = after.split_once(' ').unwrap_or((after, ""));
        match word {
            "on" | "for" | "of" => {
                event.ip(Column::SourceIp, value);
                rest = match next.strip_prefix('(').and_then(|server| server.split_once(") ")) {
                    Some((_server, after)) => after,
                    None => next,
                };
            }
            "from" | "to" => {
                if is_hardware_address(value) {
                    event.text(Column::SourceMac, value);
                } else {
                    event.ip(Column::SourceIp, value);
                }
                named(next, event);
                return;
            }
            _ => rest = after,
        }
    }
}

/// `(NAME)`, which is the client's own word, or `(MAC)` of an answer to DHCPINFORM.
fn named(text: &str, event: &mut EventBuilder<'_>) {
    let Some(name) = text.strip_prefix('(').map(|name| name.strip_suffix(')').unwrap_or(name)) else {
        return;
    };
    if is_hardware_address(name) {
        event.text(Column::SourceMac, name);
    } else if !name.is_empty() {
        event.field("client_name", name);
    }
}

fn outcome(verb: &str, reason: &str, event: &mut EventBuilder<'_>) {
    let is_empty_pool = reason.ends_with("no free leases");
    if is_empty_pool || matches!(verb, "DHCPNAK" | "DHCPDECLINE") {
        event.action(Action::DhcpFailure);
        event.outcome(Outcome::Failure);
        event.field("reason", if is_empty_pool { "no free leases" } else { verb });
        if let Some(network) = between(reason, "network ", ":") {
            event.field("network", network);
        }
    } else if verb == "DHCPACK" {
        event.action(Action::DhcpLease);
        event.outcome(Outcome::Success);
    } else {
        event.action(Action::ApplicationEvent);
        event.field("action", verb);
        if !reason.is_empty() {
            event.field("reason", reason);
        }
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a lease is given",
        text: "<30>Mar 16 09:12:44 srv-rete dhcpd[812]: DHCPACK on 192.0.2.31 to 3c:52:82:00:11:22 (PC-ANAG-02) via eth0.20",
        expect: &[
            ("event_action", "dhcp_lease"),
            ("event_outcome", "success"),
            ("source_ip", "192.0.2.31"),
            ("source_mac", "3c:52:82:00:11:22"),
            ("observer_ingress", "eth0.20"),
            ("fields.client_name", "PC-ANAG-02"),
            ("host_name", "srv-rete"),
        ],
        absent: &["parse_error", "destination_ip"],
    },
    Sample {
        about: "the pool is empty",
        text: "<27>Mar 16 09:12:44 srv-rete dhcpd[812]: DHCPDISCOVER from 02:00:00:00:11:22 via eth0.30: network guest: no free leases",
        expect: &[
            ("event_action", "dhcp_failure"),
            ("event_outcome", "failure"),
            ("source_mac", "02:00:00:00:11:22"),
            ("observer_ingress", "eth0.30"),
            ("fields.reason", "no free leases"),
            ("fields.network", "guest"),
        ],
        absent: &["source_ip", "parse_error"],
    },
    Sample {
        about: "an address is refused",
        text: "<30>Mar 16 09:12:45 srv-rete dhcpd: DHCPNAK on 192.0.2.9 to 02:00:00:00:11:22 via 192.0.2.254",
        expect: &[("event_action", "dhcp_failure"), ("fields.reason", "DHCPNAK"), ("source_ip", "192.0.2.9")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a request that names the server",
        text: "<30>Mar 16 09:12:45 srv-rete dhcpd: DHCPREQUEST for 192.0.2.9 (192.0.2.1) from 02:00:00:00:11:22 (tablet) via eth0",
        expect: &[
            ("event_action", "application_event"),
            ("fields.action", "DHCPREQUEST"),
            ("source_ip", "192.0.2.9"),
            ("source_mac", "02:00:00:00:11:22"),
            ("fields.client_name", "tablet"),
        ],
        absent: &["event_outcome", "parse_error"],
    },
    Sample {
        about: "an appliance adds its words behind the interface",
        text: "<30>Mar 16 09:12:45 srv-rete dhcpd[812]: DHCPACK on 192.0.2.9 to 02:00:00:00:11:22 (tablet) via eth2 relay 192.0.2.254 lease-duration 172800",
        expect: &[
            ("event_action", "dhcp_lease"),
            ("observer_ingress", "eth2"),
            ("fields.relay", "192.0.2.254"),
            ("fields.lease_s", "172800"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a message cut before its interface",
        text: "<30>Mar 16 09:12:45 srv-rete dhcpd: DHCPACK on 192.0.2.9 to 02:00:00:0",
        expect: &[("parse_error", "a DHCP message without its interface")],
        absent: &["source_ip", "source_mac", "event_outcome"],
    },
    Sample {
        about: "hostile: a client's name that imitates an empty pool does not make one",
        text: "<30>Mar 16 09:12:45 srv-rete dhcpd: DHCPACK on 192.0.2.9 to 02:00:00:00:11:22 (x) via eth9: network g: no free leases) via eth0",
        expect: &[
            ("event_action", "dhcp_lease"),
            ("observer_ingress", "eth0"),
            ("source_ip", "192.0.2.9"),
            ("fields.client_name", "x) via eth9: network g: no free leases"),
        ],
        absent: &["fields.reason", "fields.network"],
    },
];
