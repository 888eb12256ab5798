//! Tunnels, the zone firewall, NX-OS access lists, wireless stations, services that crash.
//!
//! Promises: false for a mnemonic that is not known. Must not know: the header.

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::flow::{self, word_after};
use super::{Line, between, is};

/// Reads a message of a facility that guards traffic.
pub(super) fn read(line: &Line<'_>, event: &mut EventBuilder<'_>) -> bool {
    let text = line.text;
    match (line.facility, line.mnemonic) {
        ("CRYPTO", "SESSION_STATUS") => {
            let is_up = text.contains("tunnel is UP");
            is(if is_up { Action::VpnConnect } else { Action::VpnDisconnect }, Outcome::Success, event);
            flow::source_pair(event, word_after(text, "Peer "));
        }
        ("CRYPTO", mnemonic)
            if mnemonic.contains("INV") || mnemonic.contains("FAIL") || mnemonic.contains("REJECT") =>
        {
            is(Action::VpnConnect, Outcome::Failure, event);
            event.ip(Column::SourceIp, last_address(text));
            event.field("reason", text);
        }
        ("FW", "DROP_PKT" | "LOG_SUMMARY") => zone(text, event),
        ("FW", "SESS_AUDIT_TRAIL_START" | "SESS_AUDIT_TRAIL") => audit_trail(line.mnemonic, text, event),
        ("ACLLOG", mnemonic) if mnemonic.starts_with("ACLLOG_FLOW") => logged(text, event),
        ("DOT11", "ASSOC" | "ROAMED") => wireless(Action::NacDecision, true, text, event),
        ("DOT11", "DISASSOC") => wireless(Action::SessionClose, true, text, event),
        ("DOT11", mnemonic) if mnemonic.contains("AUTH_FAIL") => {
            wireless(Action::NacDecision, false, text, event)
        }
        ("CLIENT_ORCH_LOG", "CLIENT_ADDED_TO_RUN_STATE") => {
            is(Action::NacDecision, Outcome::Success, event);
            event.text_if_said(Column::UserName, between(text, "Username entry (", ")").unwrap_or(""));
            flow::set_mac(event, word_after(text, "MAC: "));
            event.field("ssid", between(text, "ssid (", ")").unwrap_or(""));
        }
        ("SYSMGR", "SERVICE_CRASHED" | "SERVICE_TERMINATED") => {
            is(Action::ServiceCrash, Outcome::Failure, event);
            event.text_if_said(Column::ServiceName, between(text, "ervice \"", "\"").unwrap_or(""));
            event.int_text(Column::ProcessPid, word_after(text, "(PID "));
        }
        ("HSRP" | "VRRP" | "GLBP", _) | ("VPC", _) => {
            event.action(Action::ApplicationEvent);
            event.text_if_said(Column::ObserverIngress, text.split(' ').next().unwrap_or(""));
        }
        _ => return false,
    }
    true
}

/// The last word that is an address, a port behind it or not.
fn last_address(text: &str) -> &str {
    let bare = |word: &str| word.trim_end_matches(['.', ',', ')', ';']).len();
    text.rsplit([' ', '='])
        .map(|word| word.get(..bare(word)).unwrap_or(word))
        .find(|word| super::super::peer::is_address(word))
        .unwrap_or("")
}

/// `Dropping tcp session A:P B:P on zone-pair NAME class NAME due to REASON with ip ident 0`.
fn zone(text: &str, event: &mut EventBuilder<'_>) {
    is(Action::ConnectionDenied, Outcome::Failure, event);
    let Some((transport, rest)) =
        text.strip_prefix("Dropping ").and_then(|rest| rest.split_once(" session "))
    else {
        return;
    };
    flow::set_transport(event, transport);
    let mut words = rest.split(' ');
    flow::source_pair(event, words.next().unwrap_or(""));
    flow::destination_pair(event, words.next().unwrap_or(""));
    event.text_if_said(Column::RuleName, word_after(rest, "zone-pair "));
    if let Some(reason) = between(rest, " due to ", " with ip ident") {
        event.field("reason", reason.trim());
    }
}

/// `Start tcp session: initiator (A:P) -- responder (B:P)`, `Stop … initiator (A:P) sent N bytes -- responder (B:P) sent N bytes`.
fn audit_trail(mnemonic: &str, text: &str, event: &mut EventBuilder<'_>) {
    let is_start = mnemonic.ends_with("_START");
    is(if is_start { Action::ConnectionAllowed } else { Action::ConnectionClosed }, Outcome::Success, event);
    flow::set_transport(
        event,
        text.split(' ').find(|word| matches!(*word, "tcp" | "udp" | "icmp")).unwrap_or(""),
    );
    let (from, to) = text.split_once(" -- ").unwrap_or((text, ""));
    flow::source_pair(event, between(from, "initiator (", ")").unwrap_or(""));
    flow::destination_pair(event, between(to, "responder (", ")").unwrap_or(""));
    event.int_text(Column::SourceBytes, between(from, " sent ", " bytes").unwrap_or(""));
    event.int_text(Column::DestinationBytes, between(to, " sent ", " bytes").unwrap_or(""));
}

/// NX-OS: `Src IP: A, Dst IP: B, Src Port: N, Dst Port: N, Src Intf: IF, Protocol: "TCP"(6), ACL Name: NAME, ACE Action: Deny, …`.
fn logged(text: &str, event: &mut EventBuilder<'_>) {
    let value = |key: &str| {
        text.split_once(key).map_or("", |(_, rest)| rest.split(',').next().unwrap_or(rest).trim())
    };
    flow::verdict(event, !value("ACE Action: ").starts_with("Deny"));
    flow::source(event, value("Src IP: "), value("Src Port: "));
    flow::destination(event, value("Dst IP: "), value("Dst Port: "));
    flow::set_transport(event, between(text, "Protocol: \"", "\"").unwrap_or(""));
    event.text_if_said(Column::ObserverIngress, value("Src Intf: "));
    event.text_if_said(Column::RuleName, value("ACL Name: "));
}

/// `Interface Dot11Radio0, Station NAME MAC Associated`.
fn wireless(action: Action, is_success: bool, text: &str, event: &mut EventBuilder<'_>) {
    flow::did(event, action, is_success);
    event.text_if_said(Column::ObserverIngress, word_after(text, "Interface "));
    for word in text.split(' ') {
        flow::set_mac(event, word.trim_end_matches([',', '.']));
    }
}
