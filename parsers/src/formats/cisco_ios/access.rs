//! Who logs in to a device, what he types, and what the system says of itself.
//!
//! Promises: false for a mnemonic that is not known. Must not know: the header.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{between, is, source};
use crate::format::Unreadable;

/// Reads a message of an access or system facility.
pub(super) fn read(
    facility: &str,
    mnemonic: &str,
    text: &str,
    event: &mut EventBuilder<'_>,
) -> Result<bool, Unreadable> {
    match (facility, mnemonic) {
        ("SEC_LOGIN", "LOGIN_FAILED" | "LOGIN_SUCCESS") => {
            sec_login(mnemonic == "LOGIN_SUCCESS", text, event)?
        }
        ("SEC_LOGIN", "QUIET_MODE_ON") => is(Action::AccessBlocked, Outcome::Success, event),
        ("SSH", _) => return Ok(ssh(mnemonic, text, event)),
        ("DMI", "AUTHENTICATION_FAILED" | "AUTH_PASSED") => {
            is(Action::Login, Outcome::of(mnemonic == "AUTH_PASSED"), event);
            if let Some(user) = between(text, "User '", "' authenticated") {
                event.text(Column::UserName, user);
            }
            if let Some((_, peer)) = text.rsplit_once(" from ") {
                source(peer.split(' ').next().unwrap_or(peer), event);
            }
        }
        ("AAA", "USERNAME_CONFIGURATION") => {
            is(Action::AccountModify, Outcome::Success, event);
            event.text_if_said(Column::UserTargetName, between(text, "username: ", " ").unwrap_or(""));
        }
        ("AAAA", "ACCTLOCAL") | ("VSHD", "VSHD_SYSLOG_CMD_EXEC") => command(text, event),
        ("PARSER", "CFGLOG_LOGGEDCMD") => {
            is(Action::ConfigChange, Outcome::Success, event);
            if let Some((user, line)) =
                text.strip_prefix("User:").and_then(|rest| rest.split_once("logged command:"))
            {
                event.text_if_said(Column::UserName, user.trim_end());
                event.text_if_said(Column::ProcessCommandLine, line);
            }
        }
        ("SYS", _) => return Ok(system(mnemonic, text, event)),
        ("AAA", "AAA_ACCOUNTING_MESSAGE") => accounting(text, event),
        ("AUTHPRIV" | "DAEMON", "SYSTEM_MSG") => return Ok(daemon(text, event)),
        ("SSHD" | "LOGIN", _) => return Ok(quoted(mnemonic, text, event)),
        ("CONFIG", "DB_COMMIT" | "DB_COMMIT_ADMIN") => {
            is(Action::ConfigChange, Outcome::Success, event);
            event.text_if_said(Column::UserName, between(text, "committed by user '", "'").unwrap_or(""));
        }
        ("SNMP", "COLDSTART" | "WARMSTART") => is(Action::SystemStart, Outcome::Success, event),
        ("VSHD", "VSHD_SYSLOG_CONFIG_I") => configured(text, event),
        ("SNMP", "AUTHFAIL") => {
            is(Action::Login, Outcome::Failure, event);
            event.field("service", "snmp");
            if let Some((_, address)) = text.rsplit_once(" host ") {
                event.ip(Column::SourceIp, address.trim_end_matches('.'));
            }
        }
        ("NDBMAN", "MODEL_RPC_I") => {
            event.action(Action::ApplicationEvent);
            if let Some((_, rest)) = text.rsplit_once(" invoked from ") {
                source(rest.split(' ').next().unwrap_or(rest), event);
                event.text_if_said(Column::UserName, between(rest, " user ", " session").unwrap_or(""));
            }
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// `Login failed [user: NAME] [Source: ADDRESS] [localport: 22] [Reason: TEXT] at …`.
/// Whoever stands at the prompt chooses NAME: its end is the last bracket that names a source.
fn sec_login(is_success: bool, text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected [user: NAME] [Source: ADDRESS]");
    let (_, rest) = text.split_once("[user: ").ok_or(SHAPE)?;
    let (user, rest) = rest.rsplit_once("] [Source: ").ok_or(SHAPE)?;
    let (address, rest) = rest.split_once(']').ok_or(SHAPE)?;
    is(Action::Login, Outcome::of(is_success), event);
    event.text_if_said(Column::UserName, user);
    event.ip(Column::SourceIp, address);
    if let Some(port) = between(rest, "[localport: ", "]") {
        event.int_text(Column::DestinationPort, port);
    }
    if let Some(reason) = between(rest, "[Reason: ", "]") {
        event.field("reason", reason);
    }
    Ok(())
}

/// `User 'NAME' authentication for SSH2 Session from ADDRESS (tty = 0) using … Succeeded`,
/// `SSH2 Session from ADDRESS (tty = 0) for user 'NAME' using … closed`.
fn ssh(mnemonic: &str, text: &str, event: &mut EventBuilder<'_>) -> bool {
    if mnemonic.ends_with("_USERAUTH") {
        is(Action::Login, Outcome::of(text.trim_end().ends_with("Succeeded")), event);
    } else if mnemonic.ends_with("_CLOSE") {
        is(Action::SessionClose, Outcome::Success, event);
    } else {
        event.action(Action::ApplicationEvent);
    }
    // A name stands first in one shape and last in the other: the address is before or behind it.
    let (user, rest) = match text.strip_prefix("User '") {
        Some(rest) => rest.rsplit_once("' authentication for ").unwrap_or(("", rest)),
        None => match text.split_once(" for user '") {
            Some((head, user)) => (user.rsplit_once("' using ").map_or("", |(user, _)| user), head),
            None => ("", text),
        },
    };
    event.text_if_said(Column::UserName, user);
    if let Some((_, address)) = rest.split_once(" from ") {
        event.ip(Column::SourceIp, address.split(' ').next().unwrap_or(address));
    }
    true
}

/// `Username: NAME Privilege level: 15 Command: LINE`, `User:NAME executed the command:LINE`.
fn command(text: &str, event: &mut EventBuilder<'_>) {
    is(Action::ProcessStart, Outcome::Success, event);
    let (user, line) =
        match text.strip_prefix("Username: ").and_then(|rest| rest.split_once(" Privilege level: ")) {
            Some((user, rest)) => (user, rest.split_once("Command: ").map_or("", |(_, line)| line)),
            None => text
                .strip_prefix("User:")
                .and_then(|rest| rest.split_once(" executed the command:"))
                .unwrap_or(("", "")),
        };
    event.text_if_said(Column::UserName, user);
    event.text_if_said(Column::ProcessCommandLine, line);
}

fn system(mnemonic: &str, text: &str, event: &mut EventBuilder<'_>) -> bool {
    match mnemonic {
        "CONFIG_I" => configured(text, event),
        "RESTART" => is(Action::SystemStart, Outcome::Success, event),
        "RELOAD" => {
            is(Action::SystemStop, Outcome::Success, event);
            if let Some(user) = between(text, "requested by ", " on ") {
                event.text(Column::UserName, user);
            }
            if let Some((_, reason)) = text.split_once("Reload Reason: ") {
                event.field("reason", reason.trim_end_matches('.'));
            }
        }
        "LOGOUT" => {
            is(Action::Logout, Outcome::Success, event);
            event.text_if_said(Column::UserName, between(text, "User ", " has exited").unwrap_or(""));
            if let Some((_, address)) = text.rsplit_once('(') {
                event.ip(Column::SourceIp, address.trim_end_matches(['.', ')']));
            }
        }
        "LOGGINGHOST_FAIL" | "LOGGINGHOST_STARTSTOP" => {
            event.action(Action::ApplicationEvent);
            event.outcome(Outcome::of(mnemonic != "LOGGINGHOST_FAIL" && text.contains("started")));
            if let Some((_, rest)) = text.split_once(" host ").or_else(|| text.split_once(" to host ")) {
                event.ip(Column::DestinationIp, rest.split(' ').next().unwrap_or(rest));
            }
            if let Some((_, port)) = text.split_once(" port ") {
                event.int_text(Column::DestinationPort, port.split(' ').next().unwrap_or(port));
            }
        }
        "PRIV_AUTH_PASS" | "PRIV_AUTH_FAIL" => {
            is(Action::PrivilegeUse, Outcome::of(mnemonic == "PRIV_AUTH_PASS"), event);
            if let Some((_, rest)) = text.split_once(" by ") {
                event.text_if_said(Column::UserName, rest.rsplit_once(" on ").map_or(rest, |(user, _)| user));
            }
        }
        "CLOCKUPDATE" => is(Action::ClockChange, Outcome::Success, event),
        _ => return false,
    }
    true
}

/// `Configured from console by NAME on vty0 (ADDRESS)`, `Configured from console by console`.
fn configured(text: &str, event: &mut EventBuilder<'_>) {
    is(Action::ConfigChange, Outcome::Success, event);
    let Some((origin, rest)) = text.split_once(" by ") else { return };
    event.field("cfg_path", origin.strip_prefix("Configured from ").unwrap_or(origin));
    let (user, line) = rest.rsplit_once(" on ").unwrap_or((rest, ""));
    event.text_if_said(Column::UserName, user);
    let address = match line.split_once('(') {
        Some((_, address)) => address.trim_end_matches(['.', ')']),
        // NX-OS: `admin on 192.0.2.7@pts/0`.
        None => line.split('@').next().unwrap_or(line),
    };
    event.ip(Column::SourceIp, address);
}

/// NX-OS: `KIND:PLACE:NAME:LINE (SUCCESS)`, the place `192.0.2.7@pts/0` or `vsh.bin.30212`.
fn accounting(text: &str, event: &mut EventBuilder<'_>) {
    let mut parts = text.splitn(4, ':');
    let (kind, place, user) = (parts.next(), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let line = parts.next().unwrap_or("").trim();
    let is_failure = line.ends_with("(FAILURE)");
    match kind {
        Some("start") => is(Action::SessionOpen, Outcome::Success, event),
        Some("stop") => is(Action::SessionClose, Outcome::Success, event),
        _ => is(Action::ProcessStart, Outcome::of(!is_failure), event),
    }
    event.text_if_said(Column::UserName, user);
    event.ip(Column::SourceIp, place.split('@').next().unwrap_or(place));
    let line = line.strip_suffix("(SUCCESS)").or_else(|| line.strip_suffix("(FAILURE)")).unwrap_or(line);
    event.text_if_said(Column::ProcessCommandLine, line.trim_end());
}

/// NX-OS: what its daemons say, `pam_aaa:Authentication failed from ADDRESS - sshd[12]`,
/// `error: PAM: Authentication failure for illegal user NAME from ADDRESS - dcos_sshd[12]`.
fn daemon(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let (said, process) = text.rsplit_once(" - ").unwrap_or((text, ""));
    let is_failure = said.contains("uthentication fail") || said.starts_with("Failed password for ");
    if !is_failure && !said.starts_with("Accepted ") {
        return false;
    }
    is(Action::Login, Outcome::of(!is_failure), event);
    let (head, from) = said.rsplit_once(" from ").unwrap_or((said, ""));
    event.ip(Column::SourceIp, from.split(' ').next().unwrap_or(from));
    if let Some((_, user)) = head.split_once(" for ") {
        let user =
            user.strip_prefix("illegal user ").or_else(|| user.strip_prefix("invalid user ")).unwrap_or(user);
        event.text_if_said(Column::UserName, user);
    }
    event.text_if_said(Column::ProcessName, process.split('[').next().unwrap_or(process).trim());
    true
}

/// IOS-XR: `Successfully authenticated user 'NAME' from 'ADDRESS' on 'vty0'`, `Failed authentication attempt by user …`.
fn quoted(mnemonic: &str, text: &str, event: &mut EventBuilder<'_>) -> bool {
    if text.starts_with("Failed authentication")
        || mnemonic.ends_with("FAILURE")
        || mnemonic.ends_with("FAILED")
    {
        is(Action::Login, Outcome::Failure, event);
    } else if text.starts_with("Successfully authenticated") || mnemonic.ends_with("SUCCESS") {
        is(Action::Login, Outcome::Success, event);
    } else if text.contains(" logged out") || mnemonic.ends_with("LOGOUT") || mnemonic == "CLOSE" {
        is(Action::Logout, Outcome::Success, event);
    } else {
        return false;
    }
    // The name is a stranger's: its end is the last quote before the address.
    let (head, from) = text.rsplit_once("' from '").unwrap_or((text, ""));
    let user = head.split_once("ser '").map_or("", |(_, user)| user);
    let user = if from.is_empty() { user.split("' ").next().unwrap_or(user) } else { user };
    event.text_if_said(Column::UserName, user.trim_end_matches('\''));
    event.ip(Column::SourceIp, from.split('\'').next().unwrap_or(from));
    true
}
