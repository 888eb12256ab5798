//! What a Palo Alto Networks log means, by type, subtype and action.
//!
//! Must not know: how the line was read.
//! Source: PAN-OS Administrator's Guide, Syslog Field Descriptions; GlobalProtect event ids.

use schema::{Action, Column, EventBuilder, Outcome};

use super::keys::{Key, Values};
use super::system;
use crate::formats::csv::with_single_quotes;

/// Sets action and outcome.
pub(super) fn fill(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    let action = match values.get(Key::LogType) {
        "TRAFFIC" | "DECRYPTION" | "SCTP" | "GTP" | "START" | "END" | "TUNNEL" => traffic(values, event),
        "THREAT" => threat(values, event),
        "URL" => request(values, event),
        "FILE" => threat_of("file", values, event),
        "DNS" => {
            event.outcome(Outcome::of(!is_blocked(values)));
            Action::DnsResponse
        }
        "SYSTEM" => {
            let mut action = Action::ApplicationEvent;
            with_single_quotes(values.get(Key::Description), |text| {
                action = system::read(values, text, event)
            });
            action
        }
        "CONFIG" => configuration(values, event),
        "USERID" => mapping(values, event),
        "GLOBALPROTECT" => global_protect(values, event),
        "AUTHENTICATION" | "AUTH" => authentication(values, event),
        "HIPMATCH" | "HIP-MATCH" => {
            event.outcome(Outcome::Success);
            Action::NacDecision
        }
        "CORRELATION" => {
            threat_name(values, event);
            event.outcome(Outcome::Unknown);
            Action::IntrusionDetected
        }
        _ => Action::ApplicationEvent,
    };
    event.action(action);
}

/// True when the firewall refused what it saw.
fn is_blocked(values: &Values<'_>) -> bool {
    let action = values.get(Key::Action);
    ["deny", "drop", "reset", "block", "sinkhole", "Deny", "Drop", "Reset", "Block", "Sinkhole"]
        .iter()
        .any(|word| action.starts_with(word))
}

fn traffic(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let refused = is_blocked(values)
        || (values.get(Key::Action).is_empty() && matches!(values.get(Key::Subtype), "drop" | "deny"));
    // The end of a session says no verdict only when the row was cut.
    if values.get(Key::Action).is_empty() && !refused {
        return Action::ApplicationEvent;
    }
    event.outcome(Outcome::of(!refused));
    if refused { Action::ConnectionDenied } else { Action::ConnectionAllowed }
}

fn request(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    event.outcome(Outcome::of(!is_blocked(values)));
    Action::HttpRequest
}

fn threat(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    threat_of(values.get(Key::Subtype), values, event)
}

fn threat_of(subtype: &str, values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    if subtype == "url" {
        return request(values, event);
    }
    threat_name(values, event);
    let blocked = is_blocked(values);
    match subtype {
        "virus" | "wildfire-virus" | "ml-virus" => {
            event.outcome(Outcome::of(blocked));
            Action::MalwareDetected
        }
        // A verdict of the sandbox: the category is the verdict.
        "wildfire" => {
            let verdict = values.first(&[Key::Verdict, Key::Category]);
            if !blocked && !matches!(verdict, "malicious" | "phishing" | "c2") {
                return Action::ApplicationEvent;
            }
            event.outcome(Outcome::of(blocked));
            Action::MalwareDetected
        }
        "flood" => {
            event.outcome(Outcome::Unknown);
            event.field("blocked", if blocked { "true" } else { "false" });
            Action::DdosDetected
        }
        "file" | "data" | "dlp" | "dlp-non-file" => {
            if !blocked {
                return Action::ApplicationEvent;
            }
            event.outcome(Outcome::Failure);
            Action::ConnectionDenied
        }
        _ => {
            event.outcome(if blocked { Outcome::Failure } else { Outcome::Unknown });
            event.field("blocked", if blocked { "true" } else { "false" });
            Action::IntrusionDetected
        }
    }
}

/// `Name of the signature(12345)`.
fn threat_name(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    let said = values.get(Key::ThreatId);
    let cut = said.strip_suffix(')').and_then(|text| text.rsplit_once('('));
    let (name, number) = match cut {
        Some((name, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => (name, number),
        _ if said.bytes().all(|byte| byte.is_ascii_digit()) => ("", said),
        _ => (said, ""),
    };
    let name = if name.is_empty() { values.get(Key::ThreatName) } else { name };
    if !name.is_empty() {
        event.field("threat", name);
    }
    if !matches!(number, "" | "0") {
        event.text(Column::EventCode, number);
    }
}

fn configuration(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let path = values.get(Key::Path);
    let command = values.get(Key::Command);
    event.outcome(Outcome::of(!matches!(values.get(Key::Result), "Failed" | "Unauthorized")));
    if !path.is_empty() {
        with_single_quotes(path, |path| event.field("cfg_path", path));
    }
    event.text_if_said(Column::ProcessCommandLine, command);
    let is_of = |part: &str| path.contains(part);
    if is_of("mgt-config users") || is_of("local-user-database user") {
        let account = path.split(" users ").nth(1).or_else(|| path.split(" user ").nth(1)).unwrap_or("");
        event.text_if_said(Column::UserTargetName, account.split(' ').next().unwrap_or(""));
        return match command {
            "delete" => Action::AccountDelete,
            _ if is_of("phash") => Action::PasswordReset,
            _ => Action::AccountModify,
        };
    }
    if is_of("rulebase") { Action::PolicyChange } else { Action::ConfigChange }
}

/// User-ID maps a user to an address: a session is known, nobody was asked for a password.
fn mapping(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    match values.get(Key::Subtype) {
        "login" => {
            event.outcome(Outcome::Success);
            Action::SessionOpen
        }
        "logout" => {
            event.outcome(Outcome::Success);
            Action::SessionClose
        }
        _ => Action::ApplicationEvent,
    }
}

fn global_protect(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let failed = values.get(Key::Status).eq_ignore_ascii_case("failure");
    let said = values.first(&[Key::Reason, Key::Error, Key::Description]);
    if failed && !said.is_empty() {
        with_single_quotes(said, |reason| event.field("reason", reason));
    }
    let name = values.get(Key::EventName);
    let action = match (name, values.get(Key::Stage)) {
        ("gateway-connected" | "gateway-register" | "clientlessvpn-login", _) | (_, "connected") => {
            Action::VpnConnect
        }
        ("gateway-logout" | "clientlessvpn-logout", _) | (_, "logout") => Action::VpnDisconnect,
        (name, "login")
            if name.ends_with("auth") || name.ends_with("login") || name.ends_with("prelogin") =>
        {
            Action::Login
        }
        (name, _) if name.ends_with("-auth") => Action::Login,
        (_, "login") => Action::Login,
        _ => Action::ApplicationEvent,
    };
    // A client says hello before anybody is asked who they are.
    let action = if name.ends_with("-prelogin") { Action::ApplicationEvent } else { action };
    if !values.get(Key::Status).is_empty() {
        event.outcome(Outcome::of(!failed));
    }
    action
}

fn authentication(values: &Values<'_>, event: &mut EventBuilder<'_>) -> Action {
    let said = values.first(&[Key::EventName, Key::Description]);
    let lower = |word: &str| said.to_ascii_lowercase().contains(word);
    if said.is_empty() {
        return Action::ApplicationEvent;
    }
    with_single_quotes(said, |text| event.field("reason", text));
    let failed = ["fail", "denied", "invalid", "timed out", "timeout", "reject", "lock"]
        .iter()
        .any(|word| lower(word));
    if failed || lower("success") {
        event.outcome(Outcome::of(!failed));
    }
    if values.get(Key::Policy).is_empty() { Action::Login } else { Action::MfaChallenge }
}
