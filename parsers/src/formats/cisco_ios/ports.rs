//! Ports, links, neighbours, access lists and what a switch does with stations it does not trust.
//!
//! Promises: false for a mnemonic that is not known. Must not know: the header.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{Line, between, is, source};
use crate::format::Unreadable;

/// Reads a message of any other facility.
pub(super) fn read(line: &Line<'_>, event: &mut EventBuilder<'_>) -> Result<bool, Unreadable> {
    let text = line.text;
    match (line.facility, line.mnemonic) {
        ("LINK" | "LINEPROTO", "UPDOWN" | "CHANGED") => link(text, event)?,
        ("ETHPORT", mnemonic) if mnemonic.starts_with("IF_UP") || mnemonic.starts_with("IF_DOWN") => {
            let interface = text.strip_prefix("Interface ").unwrap_or(text);
            port(interface.split([' ', ',']).next().unwrap_or(interface), event);
            changed(mnemonic.starts_with("IF_UP"), event);
        }
        ("ETH_PORT_CHANNEL", "PORT_UP" | "PORT_DOWN") => {
            changed(line.mnemonic == "PORT_UP", event);
            port(text.split(": ").next().unwrap_or(text), event);
        }
        ("UDLD", "UDLD_PORT_DISABLED") => {
            changed(false, event);
            port(between(text, "interface ", ",").unwrap_or(""), event);
        }
        ("L2FM", "L2FM_MAC_MOVE" | "L2FM_MAC_MOVE2") => {
            is(Action::MacMove, Outcome::Unknown, event);
            event.text_if_said(Column::SourceMac, after_word(text, "Mac "));
            port(after_word(text, " to "), event);
        }
        ("PM", "ERR_DISABLE") => {
            changed(false, event);
            event.field("reason", text.split(" detected").next().unwrap_or(text));
            port(between(text, "putting ", " in err-disable").unwrap_or(""), event);
        }
        ("BGP" | "OSPF" | "OSPFV3" | "DUAL" | "ISIS", mnemonic)
            if mnemonic.starts_with("ADJ") || mnemonic == "NBRCHANGE" =>
        {
            let is_up =
                [" Up", " is up", "to FULL", "new adjacency"].iter().any(|words| text.contains(words));
            changed(is_up, event);
            if let Some(address) = text.split([' ', ',']).find(|word| event.ip(Column::SourceIp, word)) {
                event.field("neighbour", address);
            }
        }
        ("SEC" | "IPV6" | "SEC_6", mnemonic) if mnemonic.contains("ACCESSLOG") => access_list(text, event)?,
        ("PORT_SECURITY" | "SW_MATM" | "SW_DAI" | "DHCP_SNOOPING" | "IP", _) => {
            return Ok(station(line, event));
        }
        ("MAB" | "DOT1X" | "AUTHMGR" | "SESSION_MGR", mnemonic) => {
            let is_success = matches!(mnemonic, "SUCCESS" | "AUTH_SUCCESS");
            if !is_success && !mnemonic.contains("FAIL") {
                return Ok(false);
            }
            is(Action::NacDecision, Outcome::of(is_success), event);
            event.text_if_said(Column::SourceMac, between(text, "client (", ")").unwrap_or(""));
            port(between(text, " on Interface ", " ").unwrap_or(""), event);
        }
        ("IPS", "SIGNATURE") => signature(text, event)?,
        ("ENVMON" | "PLATFORM_ENV" | "ENVIRONMENT" | "PLATFORM" | "FAN" | "ILPOWER", _) => {
            is(Action::HealthChange, Outcome::Failure, event);
            event.field("metric", "environment");
            event.field(
                "state",
                if line.code.contains("-1-") || line.code.contains("-2-") { "critical" } else { "warning" },
            );
        }
        ("ARP", "DUP_SRC_IP") => {
            is(Action::MacMove, Outcome::Unknown, event);
            event.text_if_said(Column::SourceMac, between(text, "received from ", " ").unwrap_or(""));
            if let Some((_, address)) = text.rsplit_once("local, ") {
                event.ip(Column::SourceIp, address.split(' ').next().unwrap_or(address));
            }
        }
        ("SPANTREE", _) => {
            event.action(Action::ApplicationEvent);
            port(between(text, " port ", " ").unwrap_or(""), event);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// `Interface X, changed state to down`, `Line protocol on Interface X, changed state to up`.
fn link(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (name, state) = text
        .rsplit_once(", changed state to ")
        .ok_or(Unreadable("expected Interface NAME, changed state to STATE"))?;
    port(name.rsplit("Interface ").next().unwrap_or(name), event);
    changed(state.trim_end().ends_with("up"), event);
    Ok(())
}

fn changed(is_up: bool, event: &mut EventBuilder<'_>) {
    is(Action::LinkChange, Outcome::of(is_up), event);
    event.field("state", if is_up { "up" } else { "down" });
}

fn port(name: &str, event: &mut EventBuilder<'_>) {
    event.text_if_said(Column::ObserverIngress, name.trim_end_matches(['.', ',']));
}

/// `list NAME denied tcp A(1) -> B(2), 1 packet`; ICMP without ports, standard lists without a destination.
fn access_list(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected list NAME permitted or denied PROTOCOL A -> B");
    let rest = text.strip_prefix("list ").or_else(|| text.strip_prefix("access-list ")).ok_or(SHAPE)?;
    let (name, rest) = rest.split_once(' ').ok_or(SHAPE)?;
    let (verb, rest) = rest.split_once(' ').ok_or(SHAPE)?;
    match verb {
        "permitted" => is(Action::ConnectionAllowed, Outcome::Success, event),
        "denied" => is(Action::ConnectionDenied, Outcome::Failure, event),
        _ => return Err(SHAPE),
    }
    event.text(Column::RuleName, name);
    let (flow, count) = rest.rsplit_once(", ").unwrap_or((rest, ""));
    if let Some(packets) = count.split(' ').next().filter(|packets| !packets.is_empty()) {
        event.field_number("packets", packets);
    }
    match flow.split_once(" -> ") {
        Some((from, to)) => {
            let (transport, from) = from.split_once(' ').ok_or(SHAPE)?;
            event.text(Column::NetworkTransport, transport);
            source(from.split(' ').next().unwrap_or(from), event);
            let (address, port) = to.split_once('(').unwrap_or((to, ""));
            event.ip(Column::DestinationIp, address.trim_end());
            event.int_text(Column::DestinationPort, port.split(')').next().unwrap_or(port));
        }
        None => source(flow.split(' ').next().unwrap_or(flow), event),
    }
    Ok(())
}

/// Stations that move, collide or break port security.
fn station(line: &Line<'_>, event: &mut EventBuilder<'_>) -> bool {
    let text = line.text;
    let (mac, interface) = match (line.facility, line.mnemonic) {
        ("PORT_SECURITY", _) => (after_word(text, "MAC address "), after_word(text, "on port ")),
        ("SW_MATM", "MACFLAP_NOTIF") => (after_word(text, "Host "), after_word(text, "between port ")),
        ("DHCP_SNOOPING", _) => (after_word(text, "MAC sa: "), ""),
        ("SW_DAI", _) => (
            text.split_once("([").and_then(|(_, rest)| rest.split('/').next()).unwrap_or(""),
            after_word(text, " on "),
        ),
        ("IP", "DUPADDR") => {
            event.ip(Column::SourceIp, after_word(text, "Duplicate address "));
            (after_word(text, "sourced by "), after_word(text, " on "))
        }
        _ => return false,
    };
    is(Action::MacMove, Outcome::Unknown, event);
    event.text_if_said(Column::SourceMac, mac);
    port(interface, event);
    true
}

/// The word behind `open`, without the punctuation that follows it.
fn after_word<'a>(text: &'a str, open: &str) -> &'a str {
    let Some((_, rest)) = text.split_once(open) else { return "" };
    rest.split([' ', ',']).next().unwrap_or(rest).trim_end_matches(['.', ','])
}

/// `Sig:2004 Subsig:1 Sev:4 NAME [A:1 -> B:2]`.
fn signature(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected Sig:N Subsig:N Sev:N NAME [A -> B]");
    let (head, flow) =
        text.trim_end().strip_suffix(']').and_then(|rest| rest.rsplit_once(" [")).ok_or(SHAPE)?;
    let (from, to) = flow.split_once(" -> ").ok_or(SHAPE)?;
    let id = between(head, "Sig:", " ").ok_or(SHAPE)?;
    is(Action::IntrusionDetected, Outcome::Unknown, event);
    event.text(Column::RuleId, id);
    if let Some((_, name)) = head.split_once("Sev:").and_then(|(_, rest)| rest.split_once(' ')) {
        event.text(Column::RuleName, name);
    }
    source(from, event);
    let (address, port) = super::super::account::address_and_port(to);
    event.ip(Column::DestinationIp, address);
    event.int_text(Column::DestinationPort, port);
    Ok(())
}
