//! Coded messages: access policy, access lists, pools, administration, TLS.
//!
//! Promises: a code that is not known is judged by words the device writes. Must not know: heads.

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::account::{between, set_principal};
use super::super::flow::{self, last_word_after, word_after};
use super::set_flow;

/// Reads the text of a code; the code is empty when it was cut.
pub(super) fn read(code: &str, text: &str, event: &mut EventBuilder<'_>) {
    let is_known = match code.get(..4) {
        Some("0107" | "0142") => administration(text, event),
        Some("0158") => access_list(text, event),
        Some("0131") => application(text, event),
        _ => false,
    };
    if is_known || access_policy(text, event) || pool(text, event) || traffic(text, event) {
        return;
    }
    event.action(Action::ApplicationEvent);
    set_flow(text, event);
}

/// Sessions of APM.
fn access_policy(text: &str, event: &mut EventBuilder<'_>) -> bool {
    if let Some(rest) = text.strip_prefix("New session from client IP ") {
        flow::did(event, Action::SessionOpen, true);
        event.ip(Column::SourceIp, flow::word(rest));
        event.ip(Column::DestinationIp, word_after(rest, " at VIP "));
    } else if let Some(user) = text.strip_prefix("Username '") {
        event.action(Action::ApplicationEvent);
        set_principal(event, user.trim_end().trim_end_matches('\''));
    } else if let Some(result) = text.strip_prefix("Access policy result: ") {
        let is_denied = result.contains("Deny") || result.contains("denied");
        flow::did(event, Action::Login, !is_denied);
        event.field("result", result.trim_end());
    } else if text.starts_with("Session deleted") {
        flow::did(event, Action::SessionClose, true);
        event.field(
            "reason",
            text.split_once(" due to ").map_or(text, |(_, reason)| reason).trim_end_matches('.'),
        );
    } else if let Some(rest) = text.strip_prefix("Session statistics - ") {
        event.action(Action::ApplicationEvent);
        event.int_text(Column::SourceBytes, word_after(rest, "bytes in: "));
        event.int_text(Column::DestinationBytes, word_after(rest, "bytes out: "));
    } else if text.starts_with("Assigned PPP Dynamic IPv") {
        flow::did(event, Action::VpnConnect, true);
        event.field("assigned_ip", word_after(text, "IPv4: "));
        event.ip(Column::SourceIp, word_after(text, "Client IP: "));
    } else if text.starts_with("PPP tunnel ") && text.contains(" closed") {
        flow::did(event, Action::VpnDisconnect, true);
    } else if let Some(agent) = text.strip_prefix("Received User-Agent header: ") {
        event.action(Action::ApplicationEvent);
        event.text_if_said(Column::UserAgentOriginal, agent.trim_end());
    } else if let Some(rest) = text.strip_prefix("Following rule '") {
        event.action(Action::ApplicationEvent);
        event.text_if_said(Column::RuleName, rest.split("' from item ").next().unwrap_or(""));
        event.field(
            "result",
            between(rest, "ending '", "'").or_else(|| between(rest, "terminalout '", "'")).unwrap_or(""),
        );
    } else if text.split('\'').next().is_some_and(|module| module.contains("uthenticat"))
        && (text.contains("successful") || text.contains("failed"))
    {
        authentication(text, event);
    } else {
        return false;
    }
    true
}

/// `AD module: authenticate with 'NAME' successfully`, `… authentication with 'NAME' failed: REASON`.
fn authentication(text: &str, event: &mut EventBuilder<'_>) {
    // The name is quoted and may hold either word: what is judged stands behind its last quote.
    let (user, tail) =
        text.split_once('\'').and_then(|(_, rest)| rest.rsplit_once('\'')).unwrap_or(("", text));
    let tail = if tail.is_empty() { text } else { tail };
    // `… failed: …, principal name: NAME` quotes once only; `(… 'x' …) failed 'y'` does not occur.
    flow::did(event, Action::Login, tail.contains("successful"));
    set_principal(event, user);
    event.field("auth_method", text.split(' ').next().unwrap_or(""));
    if let Some((_, reason)) = tail.split_once("failed: ") {
        event.field("reason", reason);
    }
}

/// `discard ACL: /VPN/NAME:0 packet: tcp A:P -> B:P`.
fn access_list(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let Some((verb, rest)) = text.split_once(" ACL: ") else { return false };
    flow::verdict(event, matches!(verb, "allow" | "continue"));
    let (name, packet) = rest.split_once(" packet: ").unwrap_or((rest, ""));
    event.text_if_said(Column::RuleName, name.rsplit_once(':').map_or(name, |(name, _)| name));
    flow::set_transport(event, packet.split(' ').next().unwrap_or(""));
    set_flow(packet, event);
    true
}

/// `[SECEV] Request violations: …, source ip: A, …, request: <GET https://… HTTP/1.0`.
fn application(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let Some(rest) = text.strip_prefix("[SECEV] ") else { return false };
    event.action(Action::WafBlock);
    event.outcome(Outcome::Unknown);
    let (head, request) = rest.split_once(", request: <").unwrap_or((rest, ""));
    let value =
        |key: &str| head.split_once(key).map_or("", |(_, rest)| rest.split([',', '.']).next().unwrap_or(""));
    event.text_if_said(Column::RuleName, value("Request violations: "));
    event.ip(Column::SourceIp, word_after(head, ", source ip: "));
    event.int_text(Column::SourcePort, value(", source port: "));
    event.ip(Column::DestinationIp, word_after(head, ", destination ip: "));
    event.int_text(Column::DestinationPort, value(", destination port: "));
    for (name, key) in [("support_id", "Support id: "), ("profile", "HTTP classifier: ")] {
        event.field(name, value(key));
    }
    let line = request.lines().next().unwrap_or("").trim_end_matches('>');
    super::super::http::set_request(line, event);
    true
}

/// Who administers the device, and what he changes.
fn administration(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let Some(rest) = text.strip_prefix("AUDIT - ") else {
        return if let Some(rest) = text.strip_prefix("Bad password (") {
            flow::did(event, Action::Login, false);
            event.text_if_said(Column::UserName, rest.trim_end().trim_end_matches(')'));
            true
        } else {
            false
        };
    };
    // `user admin - RAW: httpd(pam_audit): user=admin(admin) partition=[All] … host=A attempts=1 start="…"`
    if let Some((_, raw)) =
        rest.split_once("user=").filter(|_| rest.contains("attempts=") || rest.contains("pam_audit"))
    {
        let is_failure =
            rest.contains("User not authenticated") || rest.contains("failed") || rest.contains("FAIL");
        let is_end = rest.contains(" end=\"");
        flow::did(event, if is_end { Action::Logout } else { Action::Login }, !is_failure);
        event.text_if_said(Column::UserName, raw.split(['(', ' ']).next().unwrap_or(raw));
        event.ip(Column::SourceIp, last_word_after(raw, " host="));
        return true;
    }
    let is_success = rest.contains("[Command OK]");
    // `pid=1 user=root folder=/Common module=(tmos)# status=[Command OK] cmd_data=LINE`
    if let Some((head, line)) = rest.split_once(" cmd_data=") {
        let is_look = ["list", "show", "quit", "exit", "cd "].iter().any(|verb| line.starts_with(verb));
        flow::did(event, if is_look { Action::ProcessStart } else { Action::ConfigChange }, is_success);
        event.text_if_said(Column::UserName, word_after(head, "user="));
        event.text_if_said(Column::ProcessCommandLine, line.trim_end());
        return true;
    }
    // `user admin - transaction #1-2 - object 0 - modify { … } [Status=Command OK]`
    flow::did(event, Action::ConfigChange, rest.contains("[Status=Command OK]") || is_success);
    event.text_if_said(Column::UserName, word_after(rest, "user "));
    if let Some((_, change)) = rest.split_once(" - object 0 - ") {
        event.field("changed", change.split(" [Status=").next().unwrap_or(change));
    }
    true
}

/// `Pool /Common/NAME member /Common/A:80 monitor status down. […]`, nodes, virtual servers.
fn pool(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let is_subject =
        ["Pool ", "Node ", "Virtual ", "SNMP_TRAP: "].iter().any(|subject| text.starts_with(subject));
    if !is_subject {
        return false;
    }
    let is_up =
        text.contains(" status up") || text.contains("became available") || text.contains("now available");
    let is_down =
        text.contains(" status down") || text.contains("unavailable") || text.contains("forced down");
    if !is_up && !is_down {
        return false;
    }
    flow::did(event, Action::HealthChange, is_up && !is_down);
    event.field("state", if is_down { "critical" } else { "ok" });
    let name = word_after(text, " member ");
    let name = if name.is_empty() { text.split(' ').nth(1).unwrap_or("") } else { name };
    event.text_if_said(Column::ServiceName, name);
    true
}

/// What the traffic engine says of connections.
fn traffic(text: &str, event: &mut EventBuilder<'_>) -> bool {
    if text.contains("Syncookie") || text.contains("SYN flood") || text.contains("Limiting closed port RST") {
        event.action(Action::DdosDetected);
        event.outcome(Outcome::Unknown);
    } else if text.contains("SSL Handshake failed") || text.contains("Connection error: ssl") {
        event.action(Action::ApplicationEvent);
        event.outcome(Outcome::Failure);
        event.field("reason", text.split_once("Connection error: ").map_or(text, |(_, reason)| reason));
    } else if let Some(rest) = text.strip_prefix("RST sent from ") {
        event.action(Action::ConnectionDenied);
        event.outcome(Outcome::Failure);
        flow::destination_pair(event, flow::word(rest));
        flow::source_pair(event, word_after(rest, " to "));
        return true;
    } else {
        return false;
    }
    set_flow(text, event);
    true
}
