//! Messages of the packet engine, by feature and event.
//!
//! Promises: an event that is not known keeps the keys it has. Must not know: heads and stamps.

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::account::{between, set_principal};
use super::super::{flow, http, peer};

/// The value behind ` - KEY `, up to the next ` - `, without quotes.
fn value<'a>(text: &'a str, key: &str) -> &'a str {
    behind(text.split_once(key).map(|(_, rest)| rest))
}

fn last_value<'a>(text: &'a str, key: &str) -> &'a str {
    behind(text.rsplit_once(key).map(|(_, rest)| rest))
}

fn behind(rest: Option<&str>) -> &str {
    let rest = rest.unwrap_or("");
    // `:` parts the older messages: `User rossi : Group(s) N/A : Vserver …`.
    let rest = rest.split(" - ").next().unwrap_or(rest);
    rest.split(" : ").next().unwrap_or(rest).trim().trim_matches('"')
}

/// Reads a message.
pub(super) fn read(feature: &str, name: &str, text: &str, event: &mut EventBuilder<'_>) {
    meaning(feature, name, text, event);
    if name == "LOGIN_FAILED" || name.ends_with("LOGIN_FAILURE") {
        refused(text, event);
    } else {
        who(text, event);
        // What a browser calls itself is its own.
        ends(text.split(" - Browser").next().unwrap_or(text), event);
    }
    for (field, key) in [
        ("reason", "Reason "),
        ("session_id", "SessionId: "),
        ("bytes_sent", "Total_bytes_send "),
        ("bytes_received", "Total_bytes_recv "),
        ("vserver", "Vserver "),
        ("nat_ip", "Nat_ip "),
        ("cipher", "CipherSuite "),
        ("logout_method", "LogoutMethod "),
    ] {
        let said = value(text, key);
        if !said.is_empty() && said != "Mapped Ip" {
            event.field(field, said);
        }
    }
    event.text_if_said(Column::TlsVersion, value(text, "ClientVersion "));
    event.text_if_said(Column::UserAgentOriginal, value(text, "Browser_type "));
}

fn meaning(feature: &str, name: &str, text: &str, event: &mut EventBuilder<'_>) {
    match (feature, name) {
        (_, "LOGIN") => flow::did(event, Action::Login, true),
        (_, "LOGIN_FAILED") => flow::did(event, Action::Login, false),
        (_, "LOGOUT") => flow::did(event, Action::Logout, true),
        (_, "CMD_EXECUTED") => command(text, event),
        ("TCP" | "UDP", _) if name.ends_with("DELINK") || name.ends_with("TERMINATE") => {
            flow::did(event, Action::ConnectionClosed, true);
            event.text(Column::NetworkTransport, if feature == "TCP" { "tcp" } else { "udp" });
        }
        (_, "TCPCONNSTAT" | "UDPFLOWSTAT" | "TCPCONN_TIMEDOUT" | "ICAEND_CONNSTAT") => {
            flow::did(event, Action::ConnectionClosed, true);
        }
        (_, "ICASTART") => flow::did(event, Action::ConnectionAllowed, true),
        (_, "NONHTTP_RESOURCEACCESS_DENIED" | "HTTP_RESOURCEACCESS_DENIED") => {
            flow::verdict(event, false);
            event.text_if_said(Column::RuleName, value(text, "Denied_by_policy "));
            http::set_target("", value(text, "Denied_url "), event);
        }
        (_, "HTTPREQUEST") => request(text, event),
        ("SSLLOG", _) if name.starts_with("SSL_HANDSHAKE_") && name != "SSL_HANDSHAKE_SUBJECTNAME" => {
            event.action(Action::ApplicationEvent);
            match name {
                "SSL_HANDSHAKE_SUCCESS" => event.outcome(Outcome::Success),
                "SSL_HANDSHAKE_FAILURE" => event.outcome(Outcome::Failure),
                _ => {}
            }
        }
        ("EVENT", "DEVICEUP" | "DEVICEDOWN" | "MONITORUP" | "MONITORDOWN" | "STATECHANGE") => {
            device(name, text, event)
        }
        ("APPFW", _) if !matches!(name, "Message" | "APPFW_SIGNATURES_UPDATE") => firewall(name, text, event),
        _ => event.action(Action::ApplicationEvent),
    }
}

/// `User NAME - ADM_User NONE - Remote_ip ADDRESS - Command "LINE" - Status "Success"`: the line may hold anything.
fn command(text: &str, event: &mut EventBuilder<'_>) {
    let (head, rest) = text.split_once(" - Command \"").unwrap_or((text, ""));
    let (line, status) = rest.rsplit_once("\" - Status \"").unwrap_or((rest, ""));
    let is_success = status.starts_with("Success");
    // Looking changes nothing.
    let verb = line.split(' ').next().unwrap_or("");
    let action = match verb {
        "show" | "stat" | "sh" | "ping" | "traceroute" => Action::ProcessStart,
        "login" => Action::Login,
        "logout" => Action::Logout,
        "reboot" | "shutdown" => Action::SystemStop,
        _ => Action::ConfigChange,
    };
    flow::did(event, action, is_success);
    event.text_if_said(Column::ProcessCommandLine, line);
    event.ip(Column::SourceIp, value(head, "Remote_ip "));
}

/// `… SSO is ON : GET /path - -`.
fn request(text: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::HttpRequest);
    let Some((_, line)) = text.split_once(" : SSO is ").and_then(|(_, rest)| rest.split_once(" : ")) else {
        return;
    };
    let (method, rest) = line.split_once(' ').unwrap_or((line, ""));
    event.text_if_said(Column::HttpRequestMethod, method);
    let target = rest.trim_end().trim_end_matches('-').trim_end().trim_end_matches('-').trim_end();
    http::set_target(method, target, event);
}

/// `Device "server_vip_…" - State UP`.
fn device(name: &str, text: &str, event: &mut EventBuilder<'_>) {
    let is_up = name.ends_with("UP") || value(text, "State ").starts_with("UP");
    flow::did(event, Action::HealthChange, is_up);
    event.field("state", if is_up { "ok" } else { "critical" });
    event.text_if_said(Column::ServiceName, between(text, "Device \"", "\"").unwrap_or(""));
}

/// `CLIENT ID PROFILE URL message <blocked>`.
fn firewall(name: &str, text: &str, event: &mut EventBuilder<'_>) {
    let is_blocked = text.contains("<blocked>");
    event.action(Action::WafBlock);
    event.outcome(if is_blocked { Outcome::Failure } else { Outcome::Success });
    event.field("blocked", if is_blocked { "true" } else { "false" });
    event.text(Column::RuleName, name);
    event.ip(Column::SourceIp, flow::word(text));
    if let Some(url) = text.split(' ').find(|word| word.starts_with("http")) {
        http::set_target("", url, event);
    }
}

/// A refused login: the name was typed by a stranger, so the address is the last one said.
fn refused(text: &str, event: &mut EventBuilder<'_>) {
    let head = text.rsplit_once(" - Failure_reason ").map_or(text, |(head, _)| head);
    // The name before the address is the client's, and the browser that some releases name behind it: then of two
    // addresses none is believed.
    const MARK: &str = " - Client_ip ";
    let mut cuts = text.match_indices(MARK).filter_map(|(at, _)| {
        let (address, behind) = text.get(at + MARK.len()..)?.split_once(" - ")?;
        let is_cut = behind.starts_with("Failure_reason ") && peer::is_address(address.trim());
        is_cut.then_some((text.get(..at)?, address))
    });
    let (first, last) = (cuts.next(), cuts.last());
    let is_doubtful = last.is_some() && text.contains(" - Browser ");
    let (user, address) = match last.or(first) {
        Some(found) if !is_doubtful => found,
        Some(_) => ("", ""),
        None => head.rsplit_once(MARK).unwrap_or((head, "")),
    };
    set_principal(event, user.strip_prefix("User ").unwrap_or(user).trim());
    event.ip(Column::SourceIp, address.trim());
    let reason = last_value(text, "Failure_reason ");
    if !reason.is_empty() {
        event.field("reason", reason);
    }
}

fn who(text: &str, event: &mut EventBuilder<'_>) {
    let user = ["- User ", " User ", "\"SSO ns_sslvpn_process_sso_conn: user ", ": user "]
        .iter()
        .map(|key| value(text, key))
        .find(|user| !user.is_empty());
    let user = user.or_else(|| text.strip_prefix("User ").map(|rest| behind(Some(rest)))).unwrap_or("");
    let user = user.split(' ').next().unwrap_or(user);
    if !user.is_empty() && user != "NONE" {
        set_principal(event, user);
    }
}

fn ends(text: &str, event: &mut EventBuilder<'_>) {
    let source = value(text, "Source ");
    if source.starts_with(|c: char| c.is_ascii_hexdigit() || c == '[') {
        flow::source_pair(event, source);
    }
    if !event.is_set(Column::SourceIp) {
        let keys = ["Client_ip ", "ClientIP ", "Remote_ip ", " clientip ", "Srcip: ", "client_ip "];
        let address = keys.iter().map(|key| flow::word_after(text, key)).find(|address| !address.is_empty());
        event.ip(Column::SourceIp, address.unwrap_or(""));
        event.int_text(Column::SourcePort, value(text, "ClientPort "));
    }
    // `Context NAME@ADDRESS - SessionId: …`
    if !event.is_set(Column::SourceIp)
        && let Some((_, address)) =
            text.strip_prefix("Context ").map(|rest| behind(Some(rest))).and_then(|c| c.rsplit_once('@'))
    {
        event.ip(Column::SourceIp, address);
    }
    if !flow::destination_pair(event, value(text, "Destination ")) {
        event.ip(Column::DestinationIp, flow::word_after(text, "Dstip: "));
    }
}
