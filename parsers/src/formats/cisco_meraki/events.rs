//! Lines of the kind `events`: leases, VPN, Wi-Fi, ports, uplinks.
//!
//! Promises: an event that is not known keeps its name. Must not know: the head.

use schema::{Action, Column, EventBuilder};

use super::super::account::set_principal;
use super::super::flow::{self, word_after};
use super::value;

/// Reads an event.
pub(super) fn read(text: &str, event: &mut EventBuilder<'_>) {
    let kind = match text.strip_prefix("type=") {
        Some(rest) => rest.split(' ').next().unwrap_or(rest),
        None => text.split(' ').next().unwrap_or(text),
    };
    event.field("action", kind);
    if text.starts_with("dhcp ") {
        dhcp(text, event);
    } else if kind.starts_with("anyconnect_vpn") || kind.starts_with("client_vpn") {
        client_vpn(kind, text, event);
    } else if kind == "vpn_connectivity_change" {
        let is_up = value(text, "connectivity=") == "true";
        flow::did(event, if is_up { Action::VpnConnect } else { Action::VpnDisconnect }, true);
        flow::source_pair(event, value(text, "peer_contact="));
    } else if text.starts_with("port ") && text.contains(" status changed from ") {
        flow::link(event, !text.trim_end().ends_with(" to down"));
        event.text_if_said(Column::ObserverIngress, text.split(' ').nth(1).unwrap_or(""));
    } else if text.contains("uplink")
        || text.starts_with("failover")
        || text.starts_with("Cellular connection")
    {
        flow::link(event, !text.contains("down"));
    } else if kind == "content_filtering_block" {
        flow::did(event, Action::HttpRequest, false);
        super::http::set_target("", value(text, "url="), event);
        flow::destination_pair(event, value(text, "server="));
        flow::set_mac(event, value(text, "client_mac="));
    } else {
        wireless(kind, text, event);
    }
}

/// `dhcp lease of ip A from mx mac M for client mac M from router R on subnet S with dns D`.
fn dhcp(text: &str, event: &mut EventBuilder<'_>) {
    if text.starts_with("dhcp lease of ip ") {
        flow::did(event, Action::DhcpLease, true);
    } else if text.starts_with("dhcp no offers") || text.contains("no free") || text.contains("NAK") {
        flow::did(event, Action::DhcpFailure, false);
    } else {
        event.action(Action::ApplicationEvent);
    }
    event.ip(Column::SourceIp, word_after(text, " of ip "));
    let mac = word_after(text, "client mac ");
    if !flow::set_mac(event, mac) {
        flow::set_mac(event, word_after(text, "for mac "));
    }
}

/// `… user id 'NAME' local ip A connected from B`, `type=… msg= 'Peer IP=A Peer port=N User[NAME]: text'`.
fn client_vpn(kind: &str, text: &str, event: &mut EventBuilder<'_>) {
    let is = |words: &[&str]| words.iter().any(|word| kind.ends_with(word));
    if is(&["auth_failure", "connection_failure", "_failure"]) {
        flow::did(event, Action::Login, false);
    } else if is(&["auth_success", "_auth"]) {
        flow::did(event, Action::Login, true);
    } else if is(&["vpn_connect"]) {
        flow::did(event, Action::VpnConnect, true);
    } else if is(&["vpn_disconnect"]) || text.contains("Connection closed") {
        flow::did(event, Action::VpnDisconnect, true);
    } else if is(&["connection_success"]) {
        flow::did(event, Action::VpnConnect, true);
    } else {
        event.action(Action::ApplicationEvent);
    }
    let user = text
        .split_once("user id '")
        .and_then(|(_, rest)| rest.rsplit_once("' "))
        .map(|(user, _)| user.split("' local ip").next().unwrap_or(user))
        .or_else(|| text.split_once("User[").and_then(|(_, rest)| rest.split_once(']')).map(|(user, _)| user))
        .or_else(|| {
            text.split_once("user_id='").and_then(|(_, rest)| rest.split_once('\'')).map(|(user, _)| user)
        });
    set_principal(event, user.unwrap_or(""));
    let peer = ["Peer IP=", " connected from ", " disconnected from ", "remote_ip="]
        .iter()
        .map(|key| word_after(text, key))
        .find(|word| !word.is_empty());
    flow::source(event, peer.unwrap_or(""), word_after(text, "Peer port="));
    flow::destination(event, word_after(text, "Server IP="), word_after(text, "Server port="));
    let local = word_after(text, " local ip ");
    if !local.is_empty() {
        event.field("assigned_ip", local);
    }
    if let Some((_, message)) = text
        .split_once("]: ")
        .or_else(|| text.split_once("Peer port=").and_then(|(_, rest)| rest.split_once(": ")))
    {
        event.field("reason", message.trim_end().trim_end_matches('\'').trim_end());
    }
}

/// Stations of access points and of ports with 802.1X.
fn wireless(kind: &str, text: &str, event: &mut EventBuilder<'_>) {
    match kind {
        "association" | "8021x_eap_success" | "wpa_auth" | "splash_auth" | "8021x_auth" => {
            flow::did(event, Action::NacDecision, true);
        }
        "8021x_eap_failure" | "wpa_deauth_failure" | "8021x_client_deauth_failure" | "mac_auth_failure" => {
            flow::did(event, Action::NacDecision, false);
        }
        "disassociation" | "wpa_deauth" | "8021x_deauth" | "8021x_client_deauth" => {
            flow::did(event, Action::SessionClose, true);
        }
        _ => event.action(Action::ApplicationEvent),
    }
    for key in ["client_mac=", "mac="] {
        if flow::set_mac(event, value(text, key)) {
            break;
        }
    }
    event.text_if_said(Column::UserName, value(text, "identity="));
    // An identity is what a station calls itself.
    event.ip(Column::SourceIp, value(text.split(" identity=").next().unwrap_or(text), "client_ip="));
    event.text_if_said(Column::ObserverIngress, value(text, "port="));
    for (name, key) in [("reason", "reason="), ("radio", "radio="), ("vap", "vap=")] {
        let said = value(text, key);
        if !said.is_empty() {
            event.field(name, said);
        }
    }
}
