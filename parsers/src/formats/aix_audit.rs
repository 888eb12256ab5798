//! AIX audit trail as `auditpr` prints it: `EVENT COMMAND LOGIN REAL STATUS TIME ROLES TAIL`, one line a record.
//!
//! Promises: linear; the fixed fields stand before the tail, which alone holds names of files and hosts.
//! Must not know: the syslog envelope, files, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "aix_audit",
    title: "IBM AIX audit trail (auditpr)",
    reference: "AIX, auditpr command and /etc/security/audit/events",
    programs: &["aixaudit"],
    starts: b"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    needs: &[],
    keys: &[],
    recognise: |payload| Record::read(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

struct Record<'a> {
    kind: &'a str,
    command: &'a str,
    login: &'a str,
    real: &'a str,
    status: &'a str,
    when: time::When,
    tail: &'a str,
}

impl<'a> Record<'a> {
    fn read(text: &'a str) -> Option<Record<'a>> {
        let (kind, rest) = word(text)?;
        let is_kind =
            kind.contains('_') && kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_kind {
            return None;
        }
        let (command, rest) = word(rest)?;
        let (login, rest) = word(rest)?;
        let (real, rest) = word(rest)?;
        let (status, rest) = word(rest)?;
        if !matches!(status, "OK" | "FAIL" | "FAIL_AUTH" | "FAIL_ACCESS" | "FAIL_PRIV") {
            return None;
        }
        let (when, rest) = time::day_month(rest)?;
        let rest = rest.trim_start_matches(' ');
        let tail = rest.strip_prefix("No associated roles").unwrap_or(rest).trim_start_matches(' ');
        Some(Record { kind, command, login, real, status, when, tail })
    }
}

/// The next word and what follows its blanks.
fn word(text: &str) -> Option<(&str, &str)> {
    let (word, rest) = text.split_once(' ')?;
    (!word.is_empty()).then_some((word, rest.trim_start_matches(' ')))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let record =
        Record::read(payload.text).ok_or(Unreadable("expected EVENT COMMAND LOGIN REAL STATUS TIME"))?;
    payload.set_time(event, record.when);
    event.text(Column::EventCode, record.kind);
    event.text(Column::ProcessName, record.command);
    event.text(Column::UserName, record.login);
    if record.real != record.login {
        event.field("real_user", record.real);
    }
    event.action(action(record.kind));
    event.outcome(Outcome::of(record.status == "OK"));
    if record.status != "OK" {
        event.field("reason", record.status);
    }
    tail(record.kind, record.tail.trim_end(), event);
    Ok(())
}

/// What an event of the trail is.
fn action(kind: &str) -> Action {
    match kind {
        "USER_Login" => Action::Login,
        "USER_Logout" | "USER_Exit" => Action::Logout,
        "USER_SU" => Action::PrivilegeUse,
        "USER_Reboot" | "USER_Shutdown" => Action::SystemStop,
        "USER_Create" => Action::AccountCreate,
        "USER_Remove" => Action::AccountDelete,
        "USER_Change" | "USER_SetEnv" => Action::AccountModify,
        "PASSWORD_Change" => Action::PasswordChange,
        "GROUP_Create" => Action::GroupCreate,
        "GROUP_Adms" | "GROUP_User" | "GROUP_Change" => Action::GroupAdd,
        "FILE_Open" | "FILE_Read" | "S_PASSWD_READ" | "S_ENVIRON_READ" => Action::FileRead,
        "FILE_Write" | "FILE_Truncate" | "S_PASSWD_WRITE" | "S_USER_WRITE" | "S_GROUP_WRITE"
        | "S_LIMITS_WRITE" | "S_LOGIN_WRITE" | "S_ENVIRON_WRITE" => Action::FileWrite,
        "FILE_Link" | "FILE_Symlink" | "FILE_Mknod" | "FILE_Pipe" | "FS_Mkdir" => Action::FileCreate,
        "FILE_Unlink" | "FS_Rmdir" => Action::FileDelete,
        "FILE_Rename" => Action::FileRename,
        "FILE_Mode" | "FILE_Owner" | "FILE_Acl" | "FILE_Fchmod" | "FILE_Fchown" | "FILE_Privilege" => {
            Action::FilePermissionChange
        }
        "PROC_Create" | "PROC_Execute" => Action::ProcessStart,
        "PROC_Delete" | "PROC_Kill" => Action::ProcessStop,
        "PROC_Load" | "PROC_LoadError" => Action::ModuleLoad,
        "PROC_Adjtime" | "PROC_Settimer" => Action::ClockChange,
        "PROC_SetUserIDs" | "PROC_RealUID" | "PROC_Privilege" => Action::PrivilegeUse,
        "TCP_kaccept" | "TCP_kconnect" | "TCP_connect" | "TCP_accept" => Action::ConnectionAllowed,
        "TCP_kclose" | "TCP_kshutdown" => Action::ConnectionClosed,
        "CRON_JobAdd" | "AT_JobAdd" => Action::TaskCreate,
        "AUD_Bin_Def" | "AUD_Events" | "AUD_Objects" => Action::PolicyChange,
        "SRC_Start" => Action::ServiceStart,
        "SRC_Stop" => Action::ServiceStop,
        _ => Action::ApplicationEvent,
    }
}

/// The columns a tail names.
fn tail(kind: &str, text: &str, event: &mut EventBuilder<'_>) {
    if text.is_empty() {
        return;
    }
    event.field("tail", text);
    let behind = |mark: &str| text.split_once(mark).map(|(_, rest)| rest);
    if let Some((old, new)) = behind("frompath: ").and_then(|rest| rest.rsplit_once(" topath: ")) {
        event.text_if_said(Column::FilePath, old);
        event.field("new_path", new);
    } else if let Some((link, file)) = behind("linkname ").and_then(|rest| rest.rsplit_once(" filename ")) {
        event.text_if_said(Column::FilePath, link);
        event.field("target_path", file);
    } else if let Some(path) = behind("filename ").or_else(|| behind("change root directory to: ")) {
        event.text_if_said(Column::FilePath, path);
    } else if let Some(path) =
        behind("audit object read event detected ").or_else(|| behind("audit object write event detected "))
    {
        event.text_if_said(Column::FilePath, path);
    } else if let Some(path) = behind(", file: ") {
        event.text_if_said(Column::FilePath, path);
    }
    if let Some(pid) = text.strip_prefix("pid: ").and_then(|rest| rest.split([' ', ',']).next()) {
        event.int_text(Column::ProcessPid, pid);
    }
    // `fd9 Port 192.0.2.7 811 HOST SERVICE`.
    if kind.starts_with("TCP_")
        && let Some(rest) = behind("Port ")
    {
        let mut words = rest.split(' ');
        let (address, port) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if peer::is_address(address) {
            peer::set(event, address, port);
        }
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login is refused",
        text: "USER_Login sshd averdi root FAIL_AUTH 16 mar 2026 09:12:44.112233 No associated roles user: averdi tty: ssh",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "averdi"),
            ("process_name", "sshd"),
            ("fields.real_user", "root"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a file is renamed",
        text: "FILE_Rename mv              averdi   averdi   OK          16 mar 2026 09:12:45.112233  No associated roles                      frompath: /srv/a topath: /srv/b",
        expect: &[
            ("event_action", "file_rename"),
            ("event_outcome", "success"),
            ("file_path", "/srv/a"),
            ("fields.new_path", "/srv/b"),
        ],
        absent: &["parse_error", "fields.real_user"],
    },
    Sample {
        about: "a connection is taken",
        text: "TCP_kaccept nimsh root root OK 16 mar 2026 09:12:46.112233 No associated roles fd9 Port 192.0.2.7 811 srv7 stampa",
        expect: &[("event_action", "connection_allowed"), ("source_ip", "192.0.2.7"), ("source_port", "811")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a file is removed",
        text: "FILE_Unlink rm root root OK 16 mar 2026 09:12:47.112233 No associated roles filename /var/adm/wtmp",
        expect: &[("event_action", "file_delete"), ("file_path", "/var/adm/wtmp")],
        absent: &["source_ip", "parse_error"],
    },
    Sample {
        about: "truncated: a record cut behind its time",
        text: "FILE_Unlink rm root root OK 16 mar 2026 09:12:47.112233",
        expect: &[("event_action", "file_delete"), ("user_name", "root")],
        absent: &["file_path"],
    },
    Sample {
        about: "hostile: a path that imitates another moves no field",
        text: "FILE_Rename mv x x OK 16 mar 2026 09:12:48.112233 No associated roles frompath: /a pid: 1 Port 203.0.113.1 2 topath: /b",
        expect: &[("file_path", "/a pid: 1 Port 203.0.113.1 2"), ("fields.new_path", "/b")],
        absent: &["source_ip", "process_pid"],
    },
];
