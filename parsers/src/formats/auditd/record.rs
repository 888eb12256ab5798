//! What each record type means.
//!
//! Promises: a type that is not known is an application event. Must not know: the head of a record.

use schema::{Action, Column, EventBuilder, Outcome};

use super::is;
use super::value::{get, plain, set, set_arguments};
use crate::format::Unreadable;

/// An audit user id that was never set.
const UNSET: &str = "4294967295";

/// Reads the fields of a record of that type.
pub(super) fn read(kind: &str, fields: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let outcome = match (plain(fields, "res"), plain(fields, "success")) {
        // Cut before it says how it ended.
        ("", "") => Outcome::Unknown,
        (res, success) => Outcome::of(!matches!(res, "failed" | "0" | "no") && success != "no"),
    };
    match kind {
        "EXECVE" => {
            is(Action::ProcessStart, Outcome::Success, event);
            if !set_arguments(fields, event) {
                return Err(Unreadable("an EXECVE record without arguments"));
            }
            return Ok(());
        }
        "SYSCALL" => {
            let is_execve = matches!(
                (plain(fields, "arch"), plain(fields, "syscall")),
                ("c000003e", "59" | "322")
                    | ("c00000b7", "221" | "281")
                    | ("40000003", "11" | "358")
                    | (_, "execve")
            );
            is(if is_execve { Action::ProcessStart } else { Action::ApplicationEvent }, outcome, event);
            event.field("syscall", plain(fields, "syscall"));
        }
        "PROCTITLE" => {
            event.action(Action::ApplicationEvent);
            if let Some(title) = get(fields, "proctitle") {
                set(Column::ProcessCommandLine, title, event);
            }
            return Ok(());
        }
        "PATH" | "CWD" => {
            event.action(Action::ApplicationEvent);
            if let Some(path) = get(fields, if kind == "CWD" { "cwd" } else { "name" }) {
                set(Column::FilePath, path, event);
            }
            return Ok(());
        }
        "USER_CMD" => {
            is(Action::PrivilegeUse, outcome, event);
            if let Some(line) = get(fields, "cmd") {
                set(Column::ProcessCommandLine, line, event);
            }
        }
        _ => event_of_daemon(kind, fields, outcome, event),
    }
    who(fields, event);
    Ok(())
}

/// Adds what a record beside the first says of the same event.
pub(super) fn beside(kind: &str, fields: &str, event: &mut EventBuilder<'_>) {
    match kind {
        "EXECVE" => {
            set_arguments(fields, event);
        }
        "PROCTITLE" if !event.is_set(Column::ProcessCommandLine) => {
            if let Some(title) = get(fields, "proctitle") {
                set(Column::ProcessCommandLine, title, event);
            }
        }
        "CWD" => event.field("cwd", plain(fields, "cwd")),
        // The folder of a file and the interpreter of a program are listed too.
        "PATH" if !event.is_set(Column::FilePath) && plain(fields, "nametype") != "PARENT" => {
            if let Some(path) = get(fields, "name") {
                set(Column::FilePath, path, event);
            }
        }
        _ => {}
    }
}

/// Records that the kernel's audit system and user-space programs write about accounts, sessions and services.
fn event_of_daemon(kind: &str, fields: &str, outcome: Outcome, event: &mut EventBuilder<'_>) {
    let operation = plain(fields, "op");
    let action = match kind {
        "USER_LOGIN" => Action::Login,
        // PAM's word beside the service that asked it.
        "USER_AUTH" => Action::PamAuth,
        "USER_START" => Action::SessionOpen,
        "USER_END" | "USER_LOGOUT" => Action::SessionClose,
        "ADD_USER" => Action::AccountCreate,
        "DEL_USER" => Action::AccountDelete,
        "ADD_GROUP" => Action::GroupCreate,
        "USER_CHAUTHTOK" => Action::PasswordChange,
        "ACCT_LOCK" | "RESP_ACCT_LOCK" => Action::AccountLockout,
        "USER_MGMT" | "GRP_MGMT" | "USER_ROLE_CHANGE" if operation.contains("add-user-to") => {
            Action::GroupAdd
        }
        "USER_MGMT" | "GRP_MGMT" | "USER_ROLE_CHANGE" if operation.contains("delete-user-from") => {
            Action::GroupRemove
        }
        "USER_MGMT" | "GRP_MGMT" | "USER_ROLE_CHANGE" => Action::AccountModify,
        "CONFIG_CHANGE" if operation == "remove_rule" || plain(fields, "audit_enabled") == "0" => {
            Action::AuditDisable
        }
        "CONFIG_CHANGE" => Action::ConfigChange,
        "DAEMON_END" | "DAEMON_ABORT" => Action::AuditDisable,
        "DAEMON_START" | "SERVICE_START" => Action::ServiceStart,
        "SERVICE_STOP" => Action::ServiceStop,
        "SYSTEM_BOOT" => Action::SystemStart,
        "SYSTEM_SHUTDOWN" => Action::SystemStop,
        "ANOM_ABEND" => Action::ProcessStop,
        "KERN_MODULE" => Action::ModuleLoad,
        _ => Action::ApplicationEvent,
    };
    event.action(action);
    let is_denied = kind == "AVC" && fields.contains(" denied ") || kind == "ANOM_ABEND";
    event.outcome(if is_denied { Outcome::Failure } else { outcome });
    if action == Action::ApplicationEvent {
        event.field("action", kind);
    }
    if !operation.is_empty() {
        event.field("operation", operation);
    }
    if matches!(action, Action::ServiceStart | Action::ServiceStop) {
        let unit = plain(fields, "unit");
        event.text_if_said(Column::ServiceName, if kind == "DAEMON_START" { "auditd" } else { unit });
    }
}

/// Who, which program, from where.
fn who(fields: &str, event: &mut EventBuilder<'_>) {
    // The login id follows a person through `su`; a daemon has none.
    let login = plain(fields, "auid");
    let id = if login.is_empty() || login == UNSET || login == "-1" { plain(fields, "uid") } else { login };
    event.text_if_said(Column::UserId, id);
    if !event.is_set(Column::ProcessPid) || !plain(fields, "pid").is_empty() {
        event.int_text(Column::ProcessPid, plain(fields, "pid"));
    }
    if let Some(account) = get(fields, "acct") {
        let is_target = ["add", "del", "group", "chage", "PAM:chauthtok", "changing"]
            .iter()
            .any(|word| plain(fields, "op").contains(word));
        set(if is_target { Column::UserTargetName } else { Column::UserName }, account, event);
    }
    if let Some(group) = get(fields, "grp") {
        set(Column::GroupName, group, event);
    }
    if let Some(program) = get(fields, "exe") {
        set(Column::ProcessExecutable, program, event);
    }
    if let Some(program) = get(fields, "comm") {
        set(Column::ProcessName, program, event);
    }
    let address = plain(fields, "addr");
    if !event.ip(Column::SourceIp, address) {
        event.ip(Column::SourceIp, plain(fields, "hostname"));
    }
    for key in ["key", "terminal", "ses", "ppid"] {
        let text = plain(fields, key);
        if !text.is_empty() && text != UNSET {
            event.field(key, text);
        }
    }
}
