//! PAN-OS system logs: an event id and a sentence.
//!
//! Promises: a user's name cannot end its own quotes: the sentence is cut from the right.
//! Must not know: how the line was read. Source: PAN-OS system log event ids.

use schema::{Action, Column, EventBuilder, Outcome};

use super::columns;
use super::keys::{Key, Values};
use crate::formats::account::between;
use crate::formats::peer::is_address;

/// Sets what the sentence says and gives the action.
pub(super) fn read(values: &Values<'_>, text: &str, event: &mut EventBuilder<'_>) -> Action {
    event.text_if_said(Column::EventCode, values.get(Key::EventName));
    if !text.is_empty() {
        event.field("description", text);
    }
    parties(text, event);
    let name = values.get(Key::EventName);
    if let Some(action) = session(name, text, event) {
        return action;
    }
    match values.get(Key::Subtype) {
        "vpn" => tunnel(name, event),
        "dhcp" if name == "lease-start" => lease(text, event),
        "hw" | "ha" if values.get(Key::Severity).eq_ignore_ascii_case("critical") => {
            event.field("state", "critical");
            event.outcome(Outcome::Failure);
            Action::HealthChange
        }
        _ => of_device(name, text, event),
    }
}

/// Logins and logouts of administrators and remote users.
fn session(name: &str, text: &str, event: &mut EventBuilder<'_>) -> Option<Action> {
    let lower = text.get(..64).unwrap_or(text).to_ascii_lowercase();
    let failed = lower.starts_with("failed authentication")
        || lower.contains("authentication failed")
        || (text.contains("' failed authentication") || text.contains(" failed authentication."));
    if failed {
        event.outcome(Outcome::Failure);
        if let Some(reason) = reason(text) {
            event.field("reason", reason);
        }
        return Some(Action::Login);
    }
    if lower.starts_with("authenticated for user") || lower.contains(" authenticated for user") {
        event.outcome(Outcome::Success);
        return Some(Action::Login);
    }
    if lower.starts_with("user ") && text.contains(" logged in via ") {
        event.outcome(Outcome::Success);
        return Some(Action::Login);
    }
    if lower.starts_with("user ") && text.contains(" logged out via ") {
        event.outcome(Outcome::Success);
        return Some(Action::Logout);
    }
    match name {
        "auth-fail" | "globalprotectgateway-auth-fail" | "globalprotectportal-auth-fail" => {
            event.outcome(Outcome::Failure);
            Some(Action::Login)
        }
        "globalprotectgateway-auth-succ" | "globalprotectportal-auth-succ" => {
            event.outcome(Outcome::Success);
            Some(Action::Login)
        }
        "globalprotectgateway-regist-succ" | "globalprotectgateway-config-succ" => {
            event.outcome(Outcome::Success);
            Some(Action::VpnConnect)
        }
        "globalprotectgateway-regist-fail" | "globalprotectgateway-config-fail" => {
            event.outcome(Outcome::Failure);
            Some(Action::VpnConnect)
        }
        "globalprotectgateway-logout-succ" => {
            event.outcome(Outcome::Success);
            Some(Action::VpnDisconnect)
        }
        _ => None,
    }
}

/// Why a login failed, in the words all formats share where there is one.
fn reason(text: &str) -> Option<&str> {
    let (_, said) = text.rsplit_once("Reason: ")?;
    let ends = [". auth profile ", ". From: ", ", From: ", ", Auth type", ".  auth profile "];
    let end = ends.iter().filter_map(|end| said.find(end)).min().unwrap_or(said.len());
    let said = said.get(..end).unwrap_or(said);
    Some(match said.trim_end_matches(['.', ' ']) {
        "Invalid username/password" => "wrong_credential",
        "User is in locked users list" => "account_locked",
        "User is not in allowlist" | "User is not in allow list" => "not_allowed",
        other => other,
    })
}

/// Who, from where, to which server.
fn parties(text: &str, event: &mut EventBuilder<'_>) {
    if let Some(user) = user(text) {
        columns::user(user, event);
    }
    if let Some((_, realm)) = text.rsplit_once("'. realm '") {
        event.text_if_said(Column::UserDomain, realm.split('\'').next().unwrap_or(realm));
    }
    // A name may hold any mark: the device's own words about the address stand before `User name: `, or behind a name in
    // quotes.
    let place = match text.split_once("User name: ") {
        Some((before, _)) => before,
        None => user(text)
            .and_then(|name| text.rsplit_once(name))
            .filter(|(before, _)| before.ends_with('\''))
            .map_or(text, |(_, behind)| behind),
    };
    let marks = [" From: ", "Login from: ", " from '", "initiated by: ", "initiated by ", " from ", ", ip "];
    if let Some(address) = marks.iter().find_map(|mark| address_behind(place, mark)) {
        event.ip(Column::SourceIp, address);
    }
    let server = ["server address '", "Server Address '", "server address ", " to server "];
    if let Some(address) = server.iter().find_map(|mark| address_behind(place, mark)) {
        event.ip(Column::DestinationIp, address);
    }
    for mark in ["Public Cloud ", "WildFire Cloud ", "Update server: ", " to server ", "sync to server "] {
        if let Some((_, rest)) = text.rsplit_once(mark) {
            let name = rest.split([' ', ',']).next().unwrap_or(rest).trim_end_matches('.');
            if name.contains('.') && !name.contains(':') && !is_address(name) {
                event.text(Column::DestinationDomain, name);
            }
        }
    }
}

/// The address behind the last such mark.
fn address_behind<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    let (_, rest) = text.rsplit_once(mark)?;
    let word = rest.split([' ', ',', '\'', ')', ';']).next()?.trim_end_matches('.');
    let bare = match word.rsplit_once(':') {
        Some((address, _)) if !address.contains(':') => address,
        _ => word,
    };
    is_address(bare).then_some(bare)
}

/// `for user 'NAME'. Reason: …`, `User 'NAME' logged in via …`, `User name: NAME, Client OS…`, `for user NAME`.
fn user(text: &str) -> Option<&str> {
    if let Some((_, rest)) = text.split_once("User name: ") {
        return rest.rsplit_once(", Client OS").map(|(name, _)| name).or_else(|| rest.split(',').next());
    }
    let rest = ["for user ", "User ", "uthenticating user "].iter().find_map(|mark| {
        let (head, rest) = text.split_once(mark)?;
        (*mark != "User " || head.is_empty()).then_some(rest)
    })?;
    let Some(quoted) = rest.strip_prefix('\'') else {
        let bare = rest.split_once(". Reason").map_or(rest, |(name, _)| name);
        return Some(bare.split([' ', ',']).next().unwrap_or(bare))
            .filter(|name| !name.is_empty() && !name.starts_with("Auto"));
    };
    // What may follow the name, the rightmost: the name itself may hold any of it.
    let ends = [
        "'. Reason: ",
        "'.  Reason: ",
        "'. realm ",
        "'.   auth profile",
        "'. auth profile",
        "' logged ",
        "' failed authentication",
        "' from '",
        "'.",
    ];
    ends.iter()
        .find_map(|end| quoted.rsplit_once(end))
        .map(|(name, _)| name)
        .or_else(|| quoted.split('\'').next())
        .filter(|name| !name.is_empty())
}

/// `DHCP lease started ip ADDRESS --> mac MAC - hostname NAME, interface PORT`.
fn lease(text: &str, event: &mut EventBuilder<'_>) -> Action {
    event.ip(Column::SourceIp, between(text, " ip ", " ").unwrap_or_default());
    event.text_if_said(Column::SourceMac, between(text, " mac ", " ").unwrap_or_default());
    if let Some((_, interface)) = text.rsplit_once("interface ") {
        event.text_if_said(Column::ObserverIngress, interface.split([' ', ',']).next().unwrap_or(interface));
    }
    if let Some(name) = between(text, " hostname ", ", interface ") {
        event.field("client_host", name);
    }
    event.outcome(Outcome::Success);
    Action::DhcpLease
}

fn tunnel(name: &str, event: &mut EventBuilder<'_>) -> Action {
    let (action, outcome) = match name {
        name if name.starts_with("ike-nego") && name.contains("-succ") => {
            (Action::VpnConnect, Outcome::Success)
        }
        name if name.starts_with("ike-nego") && name.contains("-fail") => {
            (Action::VpnConnect, Outcome::Failure)
        }
        "tunnel-status-up" => (Action::VpnConnect, Outcome::Success),
        "tunnel-status-down" | "ipsec-key-delete" => (Action::VpnDisconnect, Outcome::Success),
        _ => return Action::ApplicationEvent,
    };
    event.outcome(outcome);
    action
}

/// Links, software, configuration, starts and stops.
fn of_device(name: &str, text: &str, event: &mut EventBuilder<'_>) -> Action {
    if let Some((port, state)) = text.strip_prefix("Port ").and_then(|rest| rest.split_once(": ")) {
        event.text_if_said(Column::ObserverIngress, port);
        let is_up = state.get(..2).is_some_and(|word| word.eq_ignore_ascii_case("up"));
        event.field("state", if is_up { "up" } else { "down" });
        event.outcome(Outcome::of(is_up));
        return Action::LinkChange;
    }
    if let Some(interface) = between(text, ": interface ", ",") {
        event.text_if_said(Column::ObserverIngress, interface);
    }
    if let Some((what, package)) = text.strip_prefix("Installed ").and_then(|rest| rest.split_once(": ")) {
        event.field("operation", "install");
        event.field("package", package);
        event.field("object", what);
        event.outcome(Outcome::Success);
        return Action::SoftwareInstall;
    }
    if text.contains(" package upgraded from version ") {
        event.field("operation", "update");
        event.outcome(Outcome::Success);
        return Action::SoftwareInstall;
    }
    if text.starts_with("Commit job ") || text.starts_with("Commit job,") {
        event.outcome(Outcome::of(!text.contains("fail")));
        return Action::ConfigChange;
    }
    match name {
        "system-start" => {
            event.outcome(Outcome::Success);
            Action::SystemStart
        }
        "system-shutdown" => {
            event.outcome(Outcome::Success);
            Action::SystemStop
        }
        "clear-log" | "log-cleared" => {
            event.outcome(Outcome::Success);
            Action::LogCleared
        }
        _ => Action::ApplicationEvent,
    }
}
