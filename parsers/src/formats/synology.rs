//! Synology DSM: file operations, logins and backups of a NAS, by syslog.
//!
//! Promises: linear; a path, which a user chooses, is cut from the right; a rename whose paths cannot be told apart
//! is an error. Must not know: the syslog envelope, files, the clock, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::{between, set_user};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "synology",
    title: "Synology DSM (NAS)",
    reference: "Synology DSM, Log Center: file transfer, connection and backup logs",
    programs: &[
        "winfileservice",
        "filestation",
        "webdav",
        "ftp",
        "afp",
        "connection",
        "system",
        "synoimgbk",
        "synobackup",
        "synoscheduler",
    ],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |payload| {
        let text = payload.text;
        (text.starts_with("Event: ") && text.contains(", Path: "))
            || (payload.program.starts_with("syno") && text.starts_with('['))
            || (payload.program == "Connection" && text.starts_with("User ["))
            || (payload.program == "System" && text.contains('['))
            || (payload.program.eq_ignore_ascii_case("connection") && text.starts_with("Host ["))
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = payload.text;
    if let Some(rest) = text.strip_prefix("Event: ") {
        return file(rest, event);
    }
    if text.starts_with('[') {
        backup(text, event);
    } else if let Some(rest) = text.strip_prefix("User [") {
        connection(rest, event);
    } else if let Some((address, rest)) = text.strip_prefix("Host [").and_then(|rest| rest.split_once(']')) {
        event.ip(Column::SourceIp, address);
        event.action(if rest.contains("blocked") { Action::AccessBlocked } else { Action::ApplicationEvent });
        event.outcome(Outcome::Success);
    } else {
        event.action(Action::ApplicationEvent);
    }
    Ok(())
}

/// `VERB, Path: PATH, File/Folder: File, Size: 18.20 KB, User: DOMAIN\NAME, IP: ADDRESS`.
fn file(rest: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected VERB, Path, File/Folder, Size, User, IP");
    let (rest, address) = rest.rsplit_once(", IP: ").ok_or(SHAPE)?;
    let (rest, user) = rest.rsplit_once(", User: ").ok_or(SHAPE)?;
    let (rest, size) = rest.rsplit_once(", Size: ").ok_or(SHAPE)?;
    let (rest, object) = rest.rsplit_once(", File/Folder: ").ok_or(SHAPE)?;
    let (verb, path) = rest.split_once(", Path: ").ok_or(SHAPE)?;
    let action = match verb {
        "rename" | "move" => Action::FileRename,
        "delete" => Action::FileDelete,
        "create" | "mkdir" | "upload" | "copy" => Action::FileCreate,
        "write" => Action::FileWrite,
        "read" | "download" => Action::FileRead,
        "permission change" => Action::FilePermissionChange,
        _ => Action::ApplicationEvent,
    };
    event.action(action);
    event.outcome(Outcome::Success);
    set_user(event, user);
    event.ip(Column::SourceIp, address.trim_end_matches('.'));
    event.field("operation", verb);
    event.field("size", size);
    event.field("object", object);
    match (action, path.split_once(" -> ")) {
        (Action::FileRename, Some((_, new))) if new.contains(" -> ") => {
            return Err(Unreadable("a rename whose two paths cannot be told apart"));
        }
        (Action::FileRename, Some((old, new))) => {
            event.text(Column::FilePath, old);
            event.field("new_path", new);
        }
        _ => event.text_if_said(Column::FilePath, path),
    }
    Ok(())
}

/// `NAME] from [ADDRESS] failed to log in via [DSM] due to authorization failure.` and its successes.
/// Whoever stands at the prompt chooses NAME: the address is the last one behind `] from [`.
fn connection(rest: &str, event: &mut EventBuilder<'_>) {
    let Some((user, rest)) = rest.rsplit_once("] from [") else {
        event.action(Action::ApplicationEvent);
        return;
    };
    let (address, said) = rest.split_once(']').unwrap_or((rest, ""));
    let is_failure = said.contains("failed to");
    let mut is_said = true;
    if ["log out", "logged out", "signed out"].iter().any(|words| said.contains(words)) {
        event.action(Action::Logout);
    } else if let Some(share) = between(said, "accessed shared folder [", "]") {
        event.action(Action::ShareAccess);
        event.text_if_said(Column::FilePath, share);
    } else if ["log in", "logged in", "sign in", "signed in"].iter().any(|words| said.contains(words)) {
        event.action(Action::Login);
    } else {
        event.action(Action::ApplicationEvent);
        is_said = is_failure;
    }
    // Of a line that is cut before it says what was done nothing is known.
    if is_said {
        event.outcome(Outcome::of(!is_failure));
    }
    set_user(event, user);
    event.ip(Column::SourceIp, address);
    // DSM 7 says the service first and the method behind: `signed in to [DSM] via [password]`.
    let service = between(said, "to [", "]");
    let via = between(said, "via [", "]");
    if let Some(service) = service.or(via) {
        event.field("service", service);
    }
    if let (Some(_), Some(method)) = (service, via) {
        event.field("auth_method", method);
    }
    if is_failure {
        event.field("reason", "wrong_credential");
    }
}

/// `[Network][JOB] Backup task finished successfully.`
fn backup(text: &str, event: &mut EventBuilder<'_>) {
    let Some((head, said)) = text.rsplit_once("] ") else {
        event.action(Action::ApplicationEvent);
        return;
    };
    if let Some((_, job)) = head.rsplit_once('[') {
        event.field("job", job);
        event.text(Column::ServiceName, job);
    }
    let is_backup = said.contains("ackup task");
    let (action, outcome) = if is_backup && said.contains("started") {
        (Action::BackupStart, Outcome::Success)
    } else if is_backup && (said.contains("ailed") || said.contains("cancel")) {
        (Action::BackupEnd, Outcome::Failure)
    } else if is_backup && said.contains("partially") {
        (Action::BackupEnd, Outcome::Unknown)
    } else if is_backup && said.contains("finished") {
        (Action::BackupEnd, Outcome::Success)
    } else if said.contains("deleted") && (is_backup || said.contains("version")) {
        (Action::BackupDelete, Outcome::Success)
    } else {
        event.action(Action::ApplicationEvent);
        return;
    };
    event.action(action);
    event.outcome(outcome);
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a file is renamed",
        text: r"<14>Mar 16 02:41:55 NAS-SEDE WinFileService: Event: rename, Path: /Condivisa/Tributi/ruolo.xlsx -> /Condivisa/Tributi/ruolo.xlsx.bak, File/Folder: File, Size: 18.20 KB, User: BORGO\averdi, IP: 192.0.2.77",
        expect: &[
            ("event_action", "file_rename"),
            ("event_outcome", "success"),
            ("user_name", "averdi"),
            ("user_domain", "BORGO"),
            ("source_ip", "192.0.2.77"),
            ("file_path", "/Condivisa/Tributi/ruolo.xlsx"),
            ("fields.new_path", "/Condivisa/Tributi/ruolo.xlsx.bak"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a backup fails",
        text: "<11>Mar 16 04:00:12 NAS-SEDE synoimgbk: [Network][Copia-Notte] Failed to run backup task.",
        expect: &[
            ("event_action", "backup_end"),
            ("event_outcome", "failure"),
            ("fields.job", "Copia-Notte"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "a backup ends well",
        text: "<14>Mar 16 04:30:12 NAS-SEDE synoimgbk: [Network][Copia-Notte] Backup task finished successfully.",
        expect: &[("event_action", "backup_end"), ("event_outcome", "success")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login fails",
        text: "<12>Mar 16 02:11:12 NAS-SEDE Connection: User [admin] from [198.51.100.23] failed to log in via [DSM] due to authorization failure.",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "admin"),
            ("source_ip", "198.51.100.23"),
            ("fields.service", "DSM"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login fails, by DSM 7",
        text: "<12>Mar 16 02:11:13 NAS-SEDE Connection: User [x] from [203.0.113.1] y] from [198.51.100.23] failed to sign in to [DSM] via [password] due to authorization failure.",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("fields.service", "DSM"),
            ("fields.auth_method", "password"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a shared folder is reached",
        text: r"<14>Mar 16 02:11:14 NAS-SEDE Connection: User [BORGO\averdi] from [192.0.2.77] via [CIFS(SMB3)] accessed shared folder [Tributi].",
        expect: &[
            ("event_action", "share_access"),
            ("file_path", "Tributi"),
            ("user_name", "averdi"),
            ("fields.service", "CIFS(SMB3)"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a file line cut before its user",
        text: "<14>Mar 16 02:41:55 NAS-SEDE WinFileService: Event: delete, Path: /Condivisa/Tributi/ruolo.xlsx, File/Fold",
        expect: &[("parse_error", "expected VERB, Path, File/Folder, Size, User, IP")],
        absent: &["file_path", "event_outcome"],
    },
    Sample {
        about: "hostile: a file name that imitates a user moves no field",
        text: r"<14>Mar 16 02:41:56 NAS-SEDE WinFileService: Event: delete, Path: /Condivisa/x, File/Folder: File, Size: 1 KB, User: root, IP: 203.0.113.1.txt, File/Folder: File, Size: 2 KB, User: BORGO\averdi, IP: 192.0.2.77",
        expect: &[
            ("event_action", "file_delete"),
            ("user_name", "averdi"),
            ("source_ip", "192.0.2.77"),
            ("file_path", "/Condivisa/x, File/Folder: File, Size: 1 KB, User: root, IP: 203.0.113.1.txt"),
        ],
        absent: &["parse_error"],
    },
];
