//! WireGuard: what the kernel module says of its peers, and `wg-quick`.
//!
//! Promises: linear; the peer's address is the outer one, in the last parentheses or behind ` from `.
//! Must not know: the rest of the kernel's messages. Source: Linux 6.12, drivers/net/wireguard; wg-quick(8).

use schema::{Action, Column, EventBuilder};

use super::account::between;
use super::{flow, peer};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "wireguard",
    title: "WireGuard",
    reference: "Linux 6.12, drivers/net/wireguard; wg-quick(8)",
    programs: &["kernel", "wg-quick", "wireguard"],
    starts: b"w[",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        payload.program.ends_with("wg-quick") || without_uptime(payload.text).starts_with("wireguard: ")
    },
    parse,
    samples: SAMPLES,
};

/// `[ 1234.567890] text` without the uptime.
fn without_uptime(text: &str) -> &str {
    match text.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((uptime, rest)) if uptime.trim_start().starts_with(|c: char| c.is_ascii_digit()) => {
            rest.trim_start()
        }
        _ => text,
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = without_uptime(payload.text);
    let Some(rest) = text.strip_prefix("wireguard: ") else {
        quick(text, event);
        return Ok(());
    };
    let (interface, said) = rest.split_once(": ").unwrap_or(("", rest));
    if !interface.contains(' ') {
        event.text_if_said(Column::ObserverIngress, interface);
    }
    let number = flow::word_after(said, "peer ");
    if peer::is_digits(number) {
        event.field("peer", number);
    }
    outer(said, event);
    meaning(said, event);
    Ok(())
}

/// `… peer 1 (192.0.2.1:51820)`, `… from 192.0.2.1:51820`; sent packets name the peer too.
fn outer(said: &str, event: &mut EventBuilder<'_>) {
    let is_end = |text: &str| flow_end(text).is_some();
    let in_brackets = said
        .split_once("peer ")
        .and_then(|(_, rest)| rest.split_once('('))
        .and_then(|(_, rest)| rest.split_once(')'))
        .map(|(inner, _)| inner)
        .filter(|inner| is_end(inner));
    let behind = said.rsplit_once(" from ").map(|(_, rest)| rest.split([' ', ',']).next().unwrap_or(rest));
    let Some((address, port)) = in_brackets.or(behind).and_then(flow_end) else { return };
    flow::source(event, address, port);
}

/// `192.0.2.1:51820`, `[2001:db8::1%eth0]:51820`.
fn flow_end(text: &str) -> Option<(&str, &str)> {
    let (address, port) = super::account::address_and_port(text);
    peer::is_address(address).then_some((address, port))
}

fn meaning(said: &str, event: &mut EventBuilder<'_>) {
    let starts = |words: &[&str]| words.iter().any(|word| said.starts_with(word));
    if starts(&["Packet has unallowed src IP", "No peer has allowed IPs matching", "Packet is neither"]) {
        flow::verdict(event, false);
        if let Some(inner) = between(said, "src IP (", ")") {
            event.field("inner_ip", inner);
        }
        event.field("reason", said.split(" (").next().unwrap_or(said));
    } else if starts(&[
        "Invalid handshake",
        "Invalid MAC of handshake",
        "Invalid cookie",
        "Could not decrypt",
    ]) || said.contains("not complete after 20 attempts")
        || said.contains("did not complete after")
    {
        flow::did(event, Action::VpnConnect, false);
        event.field("reason", said.split([':', '(']).next().unwrap_or(said).trim_end());
    } else if starts(&["Keypair "]) && said.contains(" created for peer ") {
        flow::did(event, Action::VpnConnect, true);
    } else if starts(&["Peer "]) && said.contains(" destroyed") {
        flow::did(event, Action::VpnDisconnect, true);
    } else if starts(&["Interface created", "Interface destroyed"]) {
        flow::link(event, starts(&["Interface created"]));
    } else {
        event.action(Action::ApplicationEvent);
    }
}

/// `[#] ip link add wg0 type wireguard`: a command that wg-quick runs.
fn quick(text: &str, event: &mut EventBuilder<'_>) {
    let Some(command) = text.strip_prefix("[#] ") else {
        event.action(Action::ApplicationEvent);
        return;
    };
    let mut words = command.split(' ');
    if command.starts_with("ip link add ") && command.ends_with(" type wireguard") {
        flow::link(event, true);
        event.text_if_said(Column::ObserverIngress, words.nth(3).unwrap_or(""));
    } else if command.starts_with("ip link delete ") {
        flow::link(event, false);
        event.text_if_said(Column::ObserverIngress, command.rsplit(' ').next().unwrap_or(""));
    } else {
        flow::did(event, Action::ProcessStart, true);
    }
    event.text(Column::ProcessCommandLine, command);
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a peer sends what it may not",
        text: "Mar 16 09:12:44 gw kernel: [4120.500210] wireguard: wg0: Packet has unallowed src IP (192.0.2.3) from peer 1 (198.51.100.7:51820)",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.7"),
            ("source_port", "51820"),
            ("observer_ingress", "wg0"),
            ("fields.inner_ip", "192.0.2.3"),
            ("fields.peer", "1"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a stranger tries a handshake, over IPv6",
        text: "Mar 16 09:12:44 gw kernel: wireguard: wg0: Invalid handshake initiation from [2001:db8::7]:51820",
        expect: &[
            ("event_action", "vpn_connect"),
            ("event_outcome", "failure"),
            ("source_ip", "2001:db8::7"),
            ("source_port", "51820"),
        ],
        absent: &["fields.peer"],
    },
    Sample {
        about: "a session is keyed",
        text: "Mar 16 09:12:44 gw kernel: wireguard: wg0: Keypair 12 created for peer 3",
        expect: &[("event_action", "vpn_connect"), ("event_outcome", "success"), ("fields.peer", "3")],
        absent: &["source_ip"],
    },
    Sample {
        about: "a tunnel is brought up",
        text: "Mar 16 09:12:44 gw wg-quick[812]: [#] ip link add wg0 type wireguard",
        expect: &[
            ("event_action", "link_change"),
            ("event_outcome", "success"),
            ("observer_ingress", "wg0"),
            ("process_command_line", "ip link add wg0 type wireguard"),
        ],
        absent: &[],
    },
    Sample {
        about: "truncated: a line cut in the address",
        text: "Mar 16 09:12:44 gw kernel: wireguard: wg0: Invalid handshake initiation from 198.51.1",
        expect: &[("event_action", "vpn_connect"), ("event_outcome", "failure")],
        absent: &["source_ip"],
    },
    Sample {
        about: "hostile: an inner address that imitates a peer moves no field",
        text: "Mar 16 09:12:44 gw kernel: wireguard: wg0: Packet has unallowed src IP (2001:db8::9) from peer 2 ([2001:db8::7%eth0]:4000)",
        expect: &[("source_ip", "2001:db8::7"), ("source_port", "4000"), ("fields.inner_ip", "2001:db8::9")],
        absent: &[],
    },
];
