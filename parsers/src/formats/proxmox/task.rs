//! Tasks: `starting task UPID:NODE:PID:PSTART:TIME:TYPE:ID:USER:` and `end task UPID:…: RESULT`.
//!
//! Must not know: other lines of the daemons. Source: pve-common, PVE::UPID.

use schema::{Action, Column, EventBuilder, Outcome};

use super::set_user;

/// Reads a line about a task; false when it is none.
pub(super) fn read(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let (is_end, rest) = if let Some(rest) = text.strip_prefix("end task UPID:") {
        (true, rest)
    } else if let Some(rest) = text.strip_prefix("starting task UPID:") {
        (false, rest)
    } else {
        return false;
    };
    let mut parts = rest.splitn(8, ':');
    let mut next = || parts.next().unwrap_or_default();
    let (node, _pid, _start, _time, kind, id, user, result) =
        (next(), next(), next(), next(), next(), next(), next(), next());
    event.text_if_said(Column::HostName, node);
    event.field("task", kind);
    if !id.is_empty() {
        event.field("vm", id);
    }
    set_user(event, user);
    let action = action(kind);
    if !is_end {
        // What a task does is told when it has ended; only a backup's start is news of its own.
        event.action(if kind == "vzdump" || kind == "backup" {
            Action::BackupStart
        } else {
            Action::ApplicationEvent
        });
        event.outcome(Outcome::Success);
        return true;
    }
    event.action(action);
    let result = result.trim();
    let outcome = match result {
        "OK" => Outcome::Success,
        _ if result.starts_with("WARNINGS") => Outcome::Unknown,
        _ => Outcome::Failure,
    };
    event.outcome(outcome);
    if kind == "prunejob" && outcome != Outcome::Failure {
        // The schedule keeps what it was told to keep; `prune` is a person's.
        event.field("reason", "retention");
    } else if result != "OK" {
        event.field("reason", result);
    }
    if action == Action::VmPowerOff {
        event.field("operation", kind.trim_start_matches("qm").trim_start_matches("vz"));
    }
    true
}

fn action(kind: &str) -> Action {
    match kind {
        "qmstart" | "vzstart" | "qmresume" | "vzresume" => Action::VmPowerOn,
        "qmstop" | "qmshutdown" | "qmreset" | "qmreboot" | "qmsuspend" | "qmpause" | "vzstop"
        | "vzshutdown" | "vzreboot" | "vzsuspend" | "stopall" => Action::VmPowerOff,
        "qmdestroy" | "vzdestroy" => Action::VmDelete,
        "qmdelsnapshot" | "vzdelsnapshot" => Action::SnapshotDelete,
        "vzdump" | "backup" | "qmbackup" => Action::BackupEnd,
        "qmrestore" | "vzrestore" | "restore" | "reader" => Action::Restore,
        "prune" | "prunejob" | "forget_group" | "delete-datastore" => Action::BackupDelete,
        "vncproxy" | "vncshell" | "termproxy" | "spiceproxy" | "spiceshell" => Action::SessionOpen,
        "qmcreate" | "vzcreate" | "qmclone" | "vzclone" | "qmconfig" | "vzconfig" | "qmtemplate"
        | "qmrollback" | "vzrollback" | "srvreload" | "clustercreate" | "clusterjoin" | "acmenewcert"
        | "imgdel" => Action::ConfigChange,
        "aptupdate" | "aptupgrade" => Action::SoftwareInstall,
        "srvstart" | "srvrestart" => Action::ServiceStart,
        "srvstop" => Action::ServiceStop,
        _ => Action::ApplicationEvent,
    }
}
