//! What the pairs and words of a message mean.
//!
//! Promises: an unknown key or sentence changes nothing. Must not know: layouts.

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::account::between;
use super::super::flow::{self, last_word_after, word_after};
use super::super::peer;

/// What needs more than one pair.
#[derive(Default)]
pub(super) struct Traffic<'a> {
    /// The verdict, when there is one.
    pub(super) is_allowed: Option<bool>,
    method: &'a str,
    host: &'a str,
    path: &'a str,
    threat: &'a str,
    virus: &'a str,
    message: &'a str,
}

/// True for a word that lets through, false for one that refuses.
pub(super) fn verdict(word: &str) -> Option<bool> {
    match word.trim_end_matches(':') {
        "Allow" | "ProxyAllow" => Some(true),
        "Deny" | "Drop" | "Block" | "ProxyDeny" | "ProxyDrop" | "ProxyBlock" | "Reject" => Some(false),
        _ => None,
    }
}

/// Keys of the two ends and of who is at one.
const ENDS: &[(&str, Column)] = &[
    ("src", Column::SourceIp),
    ("dst", Column::DestinationIp),
    ("srcPort", Column::SourcePort),
    ("dstPort", Column::DestinationPort),
    ("src_user", Column::UserName),
    ("policy", Column::RuleName),
];

/// One pair, of syslog or LEEF.
pub(super) fn pair<'a>(key: &str, value: &'a str, traffic: &mut Traffic<'a>, event: &mut EventBuilder<'_>) {
    // Of a key that stands twice the first counts: what a client asked for comes late.
    if let Some((_, column)) = ENDS.iter().find(|(name, _)| *name == key)
        && event.is_set(*column)
    {
        return;
    }
    match key {
        "disp" if traffic.is_allowed.is_none() => traffic.is_allowed = verdict(value),
        "policy" => event.text_if_said(Column::RuleName, value),
        "rule_name" => event.text_if_said(Column::RuleName, value),
        "in_if" => event.text_if_said(Column::ObserverIngress, value),
        "out_if" => event.text_if_said(Column::ObserverEgress, value),
        "src" => {
            event.ip(Column::SourceIp, value);
        }
        "dst" => {
            event.ip(Column::DestinationIp, value);
        }
        "srcPort" => {
            event.int_text(Column::SourcePort, value);
        }
        "dstPort" => {
            event.int_text(Column::DestinationPort, value);
        }
        "sent_bytes" => {
            event.int_text(Column::SourceBytes, value);
        }
        "rcvd_bytes" => {
            event.int_text(Column::DestinationBytes, value);
        }
        "proto" => flow::set_transport(event, value),
        "host_name" => event.text_if_said(Column::HostName, value),
        "src_user" => user(value, event),
        "op" => traffic.method = value,
        "dstname" if traffic.host.is_empty() => traffic.host = value,
        "arg" if traffic.path.is_empty() => traffic.path = value,
        "signature_name" | "attack_name" => traffic.threat = value,
        "signature_id" => event.text_if_said(Column::RuleId, value),
        "virus" => traffic.virus = value,
        "tls_version" => event.text_if_said(Column::TlsVersion, value),
        "sni" => event.text_if_said(Column::DestinationDomain, value),
        "question" => event.text_if_said(Column::DnsQuestionName, value),
        "record_type" => event.text_if_said(Column::DnsQuestionType, value),
        "app_name" => event.text_if_said(Column::NetworkProtocol, value),
        "file_name" | "filename" => event.text_if_said(Column::FilePath, value),
        "msg" => traffic.message = value,
        "geo_src" | "geo_dst" | "category" | "cats" | "proxy_act" | "reputation" | "content_type" => {
            event.field(key, value);
        }
        _ => {}
    }
}

/// Action and outcome by all that was said; `words` is a message without a flow.
pub(super) fn classify(traffic: &Traffic<'_>, words: &str, event: &mut EventBuilder<'_>) {
    if !traffic.message.is_empty() && traffic.is_allowed.is_some() {
        event.field("reason", traffic.message);
    }
    let is_allowed = traffic.is_allowed;
    if !traffic.virus.is_empty() {
        event.text(Column::RuleName, traffic.virus);
        flow::did(event, Action::MalwareDetected, is_allowed == Some(false));
    } else if !traffic.threat.is_empty() {
        event.text(Column::RuleName, traffic.threat);
        event.action(Action::IntrusionDetected);
        event.outcome(if is_allowed == Some(false) { Outcome::Failure } else { Outcome::Unknown });
        event.field("blocked", if is_allowed == Some(false) { "true" } else { "false" });
    } else if !traffic.method.is_empty() && !traffic.host.is_empty() {
        flow::did(event, Action::HttpRequest, is_allowed != Some(false));
        event.text(Column::HttpRequestMethod, traffic.method);
    } else if let Some(is_allowed) = is_allowed {
        flow::verdict(event, is_allowed);
    } else {
        sentence(words, event);
    }
    if !traffic.host.is_empty() {
        super::set_url(traffic.host, traffic.path, event);
    }
}

/// `NAME@SERVER`: the server that knows the account is no domain of it.
fn user(account: &str, event: &mut EventBuilder<'_>) {
    let (name, server) = account.rsplit_once('@').unwrap_or((account, ""));
    super::super::account::set_user(event, name);
    if !server.is_empty() {
        event.field("auth_server", server);
    }
}

/// What a message without a flow says.
fn sentence(text: &str, event: &mut EventBuilder<'_>) {
    if let Some(rest) = text.strip_prefix("DHCP") {
        return dhcp(text, rest, event);
    }
    // `user [NAME@SERVER] from ADDRESS was …`, `User NAME@SERVER from ADDRESS log in …`: what became of it stands last.
    let (head, tail) = text.rsplit_once(" from ").unwrap_or(("", text));
    let is = |words: &[&str]| words.iter().any(|word| tail.contains(word));
    if is(&["was accepted", " logged in", "log in attempt was accepted", "was authenticated"]) {
        flow::did(event, Action::Login, true);
    } else if is(&["was rejected", "Rejected", "login failed", "Authentication failed"]) {
        flow::did(event, Action::Login, false);
    } else if is(&[" logged out", "was logged off", "log out"]) {
        flow::did(event, Action::Logout, true);
    } else if is(&["tunnel is established", "Tunnel established", "Phase 2 completed"]) {
        flow::did(event, Action::VpnConnect, true);
    } else if is(&["configuration updated", "configuration was", "has updated", "saved the configuration"]) {
        flow::did(event, Action::ConfigChange, true);
    } else {
        event.action(Action::ApplicationEvent);
    }
    let (head, tail) = if head.is_empty() { (text, "") } else { (head, tail) };
    let name = match head.split_once(" user [").and_then(|(_, rest)| rest.rsplit_once(']')) {
        Some((name, _)) => name,
        None => head.split_once("ser ").map_or("", |(_, rest)| rest.split(' ').next().unwrap_or("")),
    };
    user(name, event);
    event.ip(Column::SourceIp, flow::word(tail));
    if let Some(address) = Some(word_after(tail, "virtual IP is ")).filter(|address| !address.is_empty()) {
        event.field("assigned_ip", address.trim_end_matches('.'));
    }
    let reason =
        tail.split_once(" - ").or_else(|| tail.split_once("rejected, ")).map_or("", |(_, reason)| reason);
    if !reason.is_empty() {
        event.field("reason", reason.trim_end_matches('.'));
    }
}

/// `DHCPACK on ADDRESS to MAC (NAME) via INTERFACE`.
fn dhcp(text: &str, verb: &str, event: &mut EventBuilder<'_>) {
    match verb.split(' ').next() {
        Some("ACK") => flow::did(event, Action::DhcpLease, true),
        Some("NAK" | "DECLINE") => flow::did(event, Action::DhcpFailure, false),
        _ => event.action(Action::ApplicationEvent),
    }
    event.ip(
        Column::SourceIp,
        [" on ", " for "]
            .iter()
            .map(|word| word_after(text, word))
            .find(|word| peer::is_address(word))
            .unwrap_or(""),
    );
    let mac = [" to ", " from "].iter().map(|word| word_after(text, word)).find(|word| flow::is_mac(word));
    event.text_if_said(Column::SourceMac, mac.unwrap_or(""));
    event.text_if_said(Column::ObserverIngress, last_word_after(text, " via "));
    if let Some(name) = between(text, " (", ") via ") {
        event.field("client_name", name);
    }
}
