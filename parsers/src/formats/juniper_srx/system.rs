//! Junos's own messages: who logged in, what was changed, which link went down.
//!
//! Promises: names are cut from the right. Must not know: flows.
//! Source: Juniper, System Log Explorer, UI_*, LOGIN_*, SNMP_TRAP_*, KMD_*.

use schema::{Action, Column, EventBuilder, Outcome};

use crate::formats::account::{between, set_user};
use crate::formats::peer::is_address;

/// Sets who, from where and what, by the message's name; an unknown name is an application event.
pub(super) fn read(name: &str, text: &str, event: &mut EventBuilder<'_>) {
    use Action::*;
    use Outcome::{Failure, Success};
    let (action, outcome) = match name {
        "UI_AUTH_EVENT" => (Login, Success),
        "UI_LOGIN_EVENT" => (SessionOpen, Success),
        "UI_LOGOUT_EVENT" => (Logout, Success),
        "UI_AUTH_INVALID_CHALLENGE" | "UI_AUTH_BAD_TIME" => (Login, Failure),
        "LOGIN_INFORMATION" | "LOGIN_ROOT" => (Login, Success),
        "LOGIN_FAILED"
        | "SSHD_LOGIN_FAILED"
        | "LOGIN_ABORTED"
        | "LOGIN_REFUSED"
        | "LOGIN_TIMED_OUT"
        | "WEB_AUTH_FAIL"
        | "LOGIN_PAM_ERROR"
        | "LOGIN_PAM_AUTHENTICATION_ERROR"
        | "LOGIN_PAM_USER_UNKNOWN"
        | "FWAUTH_TELNET_USER_AUTH_FAIL"
        | "FWAUTH_HTTP_USER_AUTH_FAIL"
        | "FWAUTH_FTP_USER_AUTH_FAIL"
        | "FWAUTH_WEBAUTH_FAIL"
        | "DYNAMIC_VPN_AUTH_FAIL" => (Login, Failure),
        "WEB_AUTH_SUCCESS"
        | "FWAUTH_TELNET_USER_AUTH_ACCEPTED"
        | "FWAUTH_HTTP_USER_AUTH_ACCEPTED"
        | "FWAUTH_FTP_USER_AUTH_ACCEPTED"
        | "FWAUTH_WEBAUTH_SUCCESS"
        | "DYNAMIC_VPN_AUTH_OK" => (Login, Success),
        "WEB_CONN_TIMEOUT" | "WEB_AUTH_TIME_EXCEEDED" => (SessionClose, Success),
        "UI_CMDLINE_READ_LINE" => (ProcessStart, Success),
        "UI_CFG_AUDIT_SET"
        | "UI_CFG_AUDIT_OTHER"
        | "UI_CFG_AUDIT_NEW"
        | "UI_CFG_AUDIT_SET_SECRET"
        | "UI_COMMIT"
        | "UI_COMMIT_COMPLETED"
        | "UI_LOAD_EVENT" => (ConfigChange, Success),
        "UI_COMMIT_NOT_CONFIRMED" | "UI_COMMIT_AT_FAILED" => (ConfigChange, Failure),
        "SNMP_TRAP_LINK_DOWN" => (LinkChange, Failure),
        "SNMP_TRAP_LINK_UP" => (LinkChange, Success),
        "KMD_VPN_UP_ALARM_USER" | "KMD_PM_SA_ESTABLISHED" => (VpnConnect, Success),
        "KMD_VPN_DOWN_ALARM_USER" => (VpnDisconnect, Success),
        "IKE_VPN_UP_ALARM_USER" => (VpnConnect, Success),
        "IKE_VPN_DOWN_ALARM_USER" => (VpnDisconnect, Success),
        "SYSTEM_ABNORMAL_SHUTDOWN" => (SystemStop, Failure),
        "SYSTEM_OPERATIONAL" => (SystemStart, Success),
        _ => {
            event.action(ApplicationEvent);
            event.field("action", name);
            parties(text, event);
            return;
        }
    };
    event.action(action);
    event.outcome(outcome);
    // A command may name addresses and persons of its own.
    parties(text.split("', command '").next().unwrap_or(text), event);
    match action {
        LinkChange => {
            event.field("state", if outcome == Success { "up" } else { "down" });
            let interface = text.rsplit_once("ifName ").map_or("", |(_, rest)| rest);
            event.text_if_said(
                Column::ObserverIngress,
                interface.split([' ', ',']).next().unwrap_or(interface),
            );
        }
        ProcessStart | ConfigChange => command(text, event),
        _ => {}
    }
}

/// `User 'NAME'`, `user NAME from host 'ADDRESS'`, `ssh-connection 'A P B P'`.
fn parties(text: &str, event: &mut EventBuilder<'_>) {
    if let Some(user) = user(text) {
        set_user(event, user);
    }
    // Said of who has come in; the name of who has not may hold it.
    let ends = text.starts_with("User '").then(|| text.rsplit_once("ssh-connection '")).flatten();
    if let Some(ends) = ends.and_then(|(_, rest)| rest.split('\'').next()) {
        let mut words = ends.split(' ');
        event.ip(Column::SourceIp, words.next().unwrap_or_default());
        event.int_text(Column::SourcePort, words.next().unwrap_or_default());
        event.ip(Column::DestinationIp, words.next().unwrap_or_default());
        event.int_text(Column::DestinationPort, words.next().unwrap_or_default());
        return;
    }
    for mark in ["from host '", "from host ", " from "] {
        let Some((_, rest)) = text.rsplit_once(mark) else { continue };
        let word = rest.split([' ', '\'', ',', ')']).next().unwrap_or(rest).trim_end_matches('.');
        if is_address(word) {
            event.ip(Column::SourceIp, word);
            return;
        }
        if mark.starts_with("from host") && !word.is_empty() {
            event.field("rhost", word);
            return;
        }
    }
}

fn user(text: &str) -> Option<&str> {
    // What follows the name, the rightmost: the name may hold any of it.
    const ENDS: &[&str] = &[
        "' from host ",
        "' assigned to class ",
        "' login, class ",
        "' logout",
        "' set: ",
        "' requested ",
        "', command ",
        "' ",
    ];
    let quoted =
        ["Authenticated user '", "User '", "user '"].iter().find_map(|mark| Some(text.split_once(mark)?.1));
    if let Some(quoted) = quoted {
        return ENDS
            .iter()
            .find_map(|end| quoted.rsplit_once(end).filter(|_| *end != "' "))
            .map(|(name, _)| name)
            .or_else(|| quoted.split('\'').next());
    }
    let rest = text.strip_prefix("User ").or_else(|| Some(text.split_once(" user ")?.1))?;
    let (name, _) = rest.split_once(" logged in from ").or_else(|| rest.split_once(" from host "))?;
    Some(name)
}

/// `command 'show …'`, `set: [path] old -> new`, `requested 'commit' operation`.
fn command(text: &str, event: &mut EventBuilder<'_>) {
    if let Some((_, rest)) = text.split_once(", command '") {
        let line = rest.rsplit_once('\'').map_or(rest, |(line, _)| line);
        event.text_if_said(Column::ProcessCommandLine, line.trim_end());
    } else if let Some((_, change)) = text.split_once("' set: ") {
        event.field("cfg_path", change);
    } else if let Some(operation) = between(text, "requested '", "'") {
        event.text_if_said(Column::ProcessCommandLine, operation);
    }
}

/// FreeBSD's remote shell: `USER@ADDRESS as USER: cmd='LINE'`.
pub(super) fn remote_shell(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let Some((who, line)) = text.split_once(": cmd='") else { return false };
    let Some((person, target)) = who.split_once(" as ") else { return false };
    let Some((user, address)) = person.rsplit_once('@') else { return false };
    set_user(event, user);
    if !event.ip(Column::SourceIp, address) {
        event.field("rhost", address);
    }
    event.text_if_said(Column::UserTargetName, target);
    event.text_if_said(Column::ProcessCommandLine, line.strip_suffix('\'').unwrap_or(line));
    event.action(Action::ProcessStart);
    event.outcome(Outcome::Success);
    true
}
