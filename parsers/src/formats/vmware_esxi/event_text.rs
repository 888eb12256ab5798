//! The sentences of vSphere events, as hostd and vobd write them.
//!
//! Promises: a name an attacker chose (a virtual machine, a user) is cut from the side he cannot reach.
//! Must not know: what stood around the sentence.

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::account::set_user;
use super::between;

/// Reads a sentence into the open event; false when it is none that is known.
pub(in crate::formats) fn read(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let text = text.trim_end();
    ssh(text, event)
        || login(text, event)
        || machine(text, event)
        || account(text, event)
        || access(text, event)
}

/// `SSH session was opened for 'root@192.0.2.7'.`
fn ssh(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let (action, outcome, rest) = if let Some(rest) = text.strip_prefix("SSH session was opened for '") {
        (Action::SessionOpen, Outcome::Success, rest)
    } else if let Some(rest) = text.strip_prefix("SSH session was closed for '") {
        (Action::SessionClose, Outcome::Success, rest)
    } else if let Some(rest) = text.strip_prefix("SSH login has failed for '") {
        (Action::Login, Outcome::Failure, rest)
    } else {
        return false;
    };
    event.action(action);
    event.outcome(outcome);
    event.field("service", "ssh");
    user_at(rest.trim_end_matches(['.', '\'']), event);
    true
}

fn login(text: &str, event: &mut EventBuilder<'_>) -> bool {
    if let Some((who, client)) = text.strip_prefix("User ").and_then(|rest| rest.split_once(" logged in as "))
    {
        event.action(Action::Login);
        event.outcome(Outcome::Success);
        user_at(who, event);
        event.text_if_said(Column::UserAgentOriginal, client);
        return true;
    }
    if let Some((who, _)) = text.strip_prefix("User ").and_then(|rest| rest.split_once(" logged out")) {
        event.action(Action::Logout);
        event.outcome(Outcome::Success);
        user_at(who, event);
        if let Some((_, agent)) = text.rsplit_once("user agent: ") {
            event.text_if_said(Column::UserAgentOriginal, agent.trim_end_matches(')'));
        }
        return true;
    }
    if sso(text, event) {
        return true;
    }
    if let Some(who) = text.strip_prefix("Cannot login ") {
        event.action(Action::Login);
        event.outcome(Outcome::Failure);
        // A reason may follow the address, which is behind the last `@`: the name before it is a stranger's.
        let at = who.rfind('@').unwrap_or(0);
        let end = who.get(at..).and_then(|place| place.find(": ")).map_or(who.len(), |end| at + end);
        user_at(who.get(..end).unwrap_or(who).trim_end_matches('.'), event);
        return true;
    }
    for (verb, outcome) in [("Accepted", Outcome::Success), ("Rejected", Outcome::Failure)] {
        let Some(rest) = text.strip_prefix(verb).and_then(|rest| rest.strip_prefix(" password for user "))
        else {
            continue;
        };
        let (rest, session) = rest.rsplit_once(" - session=").unwrap_or((rest, ""));
        let Some((user, address)) = rest.rsplit_once(" from ") else { continue };
        event.action(Action::Login);
        event.outcome(outcome);
        event.text_if_said(Column::UserName, user);
        event.ip(Column::SourceIp, address);
        event.field("auth_method", "password");
        if !session.is_empty() {
            event.field("session_id", session);
        }
        return true;
    }
    if let Some(user) = text.strip_prefix("[Auth]: User ") {
        event.action(Action::ApplicationEvent);
        event.text_if_said(Column::UserName, user);
        return true;
    }
    false
}

/// `Successful login USER from 192.0.2.7 at 03/16/2026 09:12:44 GMT in SSO`, and `Failed login …`.
fn sso(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let (outcome, rest) = if let Some(rest) = text.strip_prefix("Successful login ") {
        (Outcome::Success, rest)
    } else if let Some(rest) = text.strip_prefix("Failed login ") {
        (Outcome::Failure, rest)
    } else {
        return false;
    };
    let Some((who, _)) = rest.rsplit_once(" at ") else { return false };
    let Some((user, address)) = who.rsplit_once(" from ") else { return false };
    event.action(Action::Login);
    event.outcome(outcome);
    event.ip(Column::SourceIp, address);
    set_principal(event, user);
    true
}

/// Fills name and domain from `DOMAIN\user` or `user@domain`, the two spellings of single sign-on.
pub(in crate::formats) fn set_principal(event: &mut EventBuilder<'_>, account: &str) {
    match account.rsplit_once('@') {
        Some((user, domain)) if !account.contains('\\') => {
            event.text_if_said(Column::UserName, user);
            event.text_if_said(Column::UserDomain, domain);
        }
        _ => set_user(event, account),
    }
}

/// `NAME on HOST in DATACENTER is powered off` and its kin.
fn machine(text: &str, event: &mut EventBuilder<'_>) -> bool {
    const VERBS: &[(&str, Action, &str)] = &[
        (" is powered off", Action::VmPowerOff, "power_off"),
        (" is powered on", Action::VmPowerOn, "power_on"),
        (" is suspended", Action::VmPowerOff, "suspend"),
        (" is reset", Action::VmPowerOff, "reset"),
    ];
    let sentence = text.trim_end_matches('.');
    for (verb, action, operation) in VERBS {
        let Some(rest) = sentence.strip_suffix(verb) else { continue };
        let (machine, place) = rest.rsplit_once(" in ").unwrap_or((rest, ""));
        let name = match machine.rsplit_once(" on ") {
            Some((name, _host)) if !place.is_empty() => name.trim_end(),
            _ => machine,
        };
        event.action(*action);
        event.outcome(Outcome::Success);
        event.field("vm", name);
        event.field("operation", operation);
        return true;
    }
    if let Some(rest) = sentence.strip_prefix("Removed ")
        && let Some((rest, _datacenter)) = rest.rsplit_once(" from ")
        && let Some((name, _host)) = rest.rsplit_once(" on ")
    {
        event.action(Action::VmDelete);
        event.outcome(Outcome::Success);
        event.field("vm", name);
        return true;
    }
    false
}

fn account(text: &str, event: &mut EventBuilder<'_>) -> bool {
    if text.contains("has been locked for") {
        event.action(Action::AccountLockout);
        event.outcome(Outcome::Success);
        event.text_if_said(Column::UserTargetName, between(text, "account '", "'").unwrap_or(""));
        return true;
    }
    let Some(rest) = text.strip_prefix("Account ") else { return false };
    for (verb, action) in [
        (" was created", Action::AccountCreate),
        (" was removed", Action::AccountDelete),
        (" was updated", Action::AccountModify),
    ] {
        if let Some((name, _)) = rest.rsplit_once(verb) {
            event.action(action);
            event.outcome(Outcome::Success);
            event.text_if_said(Column::UserTargetName, name);
            return true;
        }
    }
    false
}

/// `SSH access has been enabled.`, `The ESXi command line shell has been enabled.`, `Firewall has been disabled.`
fn access(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let is_enabled = text.contains("has been enabled");
    if !is_enabled && !text.contains("has been disabled") {
        return false;
    }
    let what = if text.starts_with("SSH ") {
        "ssh"
    } else if text.contains("ESXi command line shell") || text.contains("ESXi Shell") {
        "shell"
    } else if text.starts_with("Firewall") {
        "firewall"
    } else if text.contains("Administrator access") || text.contains("ockdown mode") {
        "lockdown"
    } else {
        return false;
    };
    event.action(if what == "firewall" && !is_enabled {
        Action::ProtectionDisabled
    } else {
        Action::ConfigChange
    });
    event.outcome(Outcome::Success);
    event.field("changed", what);
    event.field("new", if is_enabled { "enabled" } else { "disabled" });
    true
}

/// `USER@ADDRESS`; a user may hold `@` (single sign-on), an address does not.
fn user_at(who: &str, event: &mut EventBuilder<'_>) {
    let (user, address) = who.rsplit_once('@').unwrap_or((who, ""));
    let account = if event.ip(Column::SourceIp, address) { user } else { who };
    set_principal(event, account);
}
