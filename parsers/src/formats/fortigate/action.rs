//! What a FortiGate message means, by type, subtype and action.
//!
//! Must not know: how the line was read. Source: FortiOS Log Message Reference 7.4.

use schema::{Action, Column, EventBuilder, Outcome};

use super::config;
use super::keys::{Key, Values};

/// Sets action and outcome.
pub(super) fn fill(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    let (kind, subtype) = (values.get(Key::Type), values.get(Key::Subtype));
    let action = match (kind, subtype) {
        ("traffic", "http-transaction") => request(values, event),
        ("traffic", _) => traffic(values, event),
        ("event", "vpn") => vpn(values, event),
        ("event", _) => of_system(values, event),
        ("utm", profile) => security_profile(profile, values, event),
        // FortiOS 5 wrote the profile as the type.
        (
            profile @ ("virus" | "webfilter" | "ips" | "emailfilter" | "anomaly" | "app-ctrl" | "dns" | "waf"
            | "dlp"),
            _,
        ) => security_profile(profile, values, event),
        _ => Action::ApplicationEvent,
    };
    event.action(action);
}

/// True when the firewall refused what it saw.
fn is_blocked(values: &Values<'_>) -> bool {
    matches!(
        values.get(Key::Action),
        "deny"
            | "denied"
            | "block"
            | "blocked"
            | "drop"
            | "dropped"
            | "reset"
            | "reset_client"
            | "reset_server"
            | "drop_session"
            | "clear_session"
            | "ip-conn"
            | "violation"
            | "quarantine"
            | "quarantined"
            | "redirected"
            | "exempt-block"
            | "spam"
            | "discard"
            | "blackhole"
    )
}

/// A line that was cut before its verdict says nothing of it.
fn traffic(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    if values.get(Key::Action).is_empty() && values.get(Key::Status).is_empty() {
        return Action::ApplicationEvent;
    }
    if is_blocked(values) {
        event.outcome(Outcome::Failure);
        return Action::ConnectionDenied;
    }
    event.outcome(Outcome::Success);
    Action::ConnectionAllowed
}

fn request(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    event.outcome(Outcome::of(!is_blocked(values)));
    Action::HttpRequest
}

fn security_profile(profile: &str, values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let blocked = is_blocked(values);
    match profile {
        "ips" => intrusion(blocked, event),
        "anomaly" | "dos" => anomaly(values, blocked, event),
        "virus" => virus(values, blocked, event),
        "webfilter" => request(values, event),
        "waf" => {
            event.field("blocked", if blocked { "true" } else { "false" });
            event.outcome(Outcome::of(!blocked));
            Action::WafBlock
        }
        "app-ctrl" => traffic(values, event),
        "dns" => {
            let is_query = values.get(Key::EventType) == "dns-query";
            event.outcome(match (blocked, is_query) {
                (true, _) => Outcome::Failure,
                (false, true) => Outcome::Unknown,
                (false, false) => Outcome::Success,
            });
            if is_query { Action::DnsQuery } else { Action::DnsResponse }
        }
        "emailfilter" | "email" => {
            event.outcome(Outcome::of(!blocked));
            if blocked { Action::MailBlocked } else { Action::MailReceived }
        }
        _ if blocked => {
            event.outcome(Outcome::Failure);
            Action::ConnectionDenied
        }
        _ => Action::ApplicationEvent,
    }
}

fn intrusion(blocked: bool, event: &mut EventBuilder<'_>) -> Action {
    event.field("blocked", if blocked { "true" } else { "false" });
    event.outcome(if blocked { Outcome::Failure } else { Outcome::Unknown });
    Action::IntrusionDetected
}

/// Names of anomalies end in what was counted: a scan is no flood.
fn anomaly(values: &Values<'_>, blocked: bool, event: &mut EventBuilder<'_>) -> Action {
    let name = values.get(Key::Attack);
    if name.ends_with("_scan") || name.ends_with("_sweep") {
        return intrusion(blocked, event);
    }
    event.field("blocked", if blocked { "true" } else { "false" });
    if values.has(Key::Count) {
        event.field("rate", values.get(Key::Count));
    }
    event.outcome(Outcome::Unknown);
    Action::DdosDetected
}

/// Messages about scanning that found nothing (oversized files, submissions) are no detections.
fn virus(values: &Values<'_>, blocked: bool, event: &mut EventBuilder<'_>) -> Action {
    let found = values.has(Key::Virus)
        || matches!(
            values.get(Key::EventType),
            "infected" | "outbreak-prevention" | "malware-list" | "botnet"
        );
    if !found {
        return Action::ApplicationEvent;
    }
    event.outcome(Outcome::of(blocked));
    Action::MalwareDetected
}

fn vpn(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let failed = matches!(values.get(Key::Status), "failure" | "failed" | "error" | "negotiate_error");
    match values.get(Key::Action) {
        "ssl-login-fail" => {
            event.outcome(Outcome::Failure);
            event.field("auth_method", "ssl-vpn");
            reason(values, event);
            Action::Login
        }
        "tunnel-up" => {
            event.outcome(Outcome::Success);
            Action::VpnConnect
        }
        "tunnel-down" => {
            event.outcome(Outcome::Success);
            reason(values, event);
            Action::VpnDisconnect
        }
        "negotiate" | "phase1-failure" | "phase2-failure" if failed => {
            event.outcome(Outcome::Failure);
            reason(values, event);
            Action::VpnConnect
        }
        _ => {
            if failed {
                event.outcome(Outcome::Failure);
            }
            reason(values, event);
            Action::ApplicationEvent
        }
    }
}

/// Why, in the words all formats share; FortiOS's own when there is none for it.
fn reason(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    let said = values.get(Key::Reason);
    let reason = match said {
        "" | "none" => return,
        "passwd_invalid" | "sslvpn_login_permission_denied" | "invalid password" => "wrong_credential",
        "name_invalid"
        | "sslvpn_login_unknown_user"
        | "sslvpn_login_no_matching_policy"
        | "invalid user name" => "unknown_user",
        "sslvpn_login_password_expired" => "password_expired",
        "exceed_limit" => "account_locked",
        other => other,
    };
    event.field("reason", reason);
}

fn of_system(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    if values.has(Key::CfgPath) {
        return config::change(values, event);
    }
    if values.has(Key::DhcpMessage) {
        return lease(values, event);
    }
    reason(values, event);
    let status = values.get(Key::Status);
    let failed = status.eq_ignore_ascii_case("failed") || status.eq_ignore_ascii_case("failure");
    // Cut before its status, an attempt may have ended either way.
    let ended = if status.is_empty() { Outcome::Unknown } else { Outcome::of(!failed) };
    match message_id(values.get(Key::LogId)) {
        32001 => return login(Outcome::Success, values, event),
        32002 => return login(Outcome::Failure, values, event),
        32021 | 43010 => {
            event.outcome(Outcome::Success);
            event.text_if_said(Column::UserTargetName, values.get(Key::User));
            return Action::AccountLockout;
        }
        32009 => {
            event.outcome(Outcome::Success);
            return Action::SystemStart;
        }
        32138 | 32200 | 32201 => {
            event.outcome(Outcome::Success);
            return Action::SystemStop;
        }
        _ => {}
    }
    match values.get(Key::Action) {
        "login" => login(ended, values, event),
        "logout" | "auth-logout" | "FSSO-logoff" => {
            event.outcome(Outcome::Success);
            Action::Logout
        }
        "authentication" | "Authentication" | "auth" => login(ended, values, event),
        "FSSO-logon" | "auth-logon" => {
            event.outcome(Outcome::Success);
            Action::SessionOpen
        }
        "interface-stat-change" | "link-status" => link(status, event),
        "download" | "backup" | "backup-conf" => {
            event.outcome(Outcome::of(!failed));
            Action::ConfigExport
        }
        "delete-log" | "clear-log" | "clear" if values.get(Key::Description).contains("og") => {
            event.outcome(Outcome::Success);
            event.field("channel", "log");
            Action::LogCleared
        }
        _ => {
            if failed {
                event.outcome(Outcome::Failure);
            }
            Action::ApplicationEvent
        }
    }
}

/// The last five digits of a log id name the message; what stands before is type and subtype.
fn message_id(log_id: &str) -> u32 {
    let start = log_id.len().saturating_sub(6);
    log_id.get(start..).and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

fn login(ended: Outcome, values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    event.outcome(ended);
    if values.has(Key::Method) {
        event.field("auth_method", values.get(Key::Method));
    }
    Action::Login
}

fn link(status: &str, event: &mut EventBuilder<'_>) -> Action {
    let up = status.eq_ignore_ascii_case("up");
    event.field("state", if up { "up" } else { "down" });
    event.outcome(Outcome::of(up));
    Action::LinkChange
}

fn lease(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    match values.get(Key::DhcpMessage) {
        "Ack" => {
            event.outcome(Outcome::Success);
            Action::DhcpLease
        }
        "Nak" | "Decline" => {
            event.outcome(Outcome::Failure);
            Action::DhcpFailure
        }
        _ => Action::ApplicationEvent,
    }
}
