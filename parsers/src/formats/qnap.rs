//! QNAP QTS and QuTS hero: connection log and event log by syslog.
//!
//! Promises: linear; where a stranger chooses the user's name the line is cut from the right, where a user chooses
//! the path it is cut from the left. Must not know: the syslog envelope, files, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::set_user;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "qnap",
    title: "QNAP QTS (NAS)",
    reference: "QNAP QTS, QuLog Center: system connection log and system event log, RFC 3164",
    programs: &["qlogd", "qulogd"],
    starts: b"ce",
    needs: &[("conn log", ":"), ("event log", ":")],
    keys: &[],
    recognise: |payload| {
        let text = payload.text;
        text.starts_with("conn log: Users: ") || text.starts_with("event log: Users: ")
    },
    parse,
    samples: SAMPLES,
};

const SHAPE: Unreadable = Unreadable("expected Users, Source IP, Computer name and what was done");

/// Values of a line.
struct Line<'a> {
    user: &'a str,
    address: &'a str,
    computer: &'a str,
    kind: &'a str,
    resource: &'a str,
    action: &'a str,
}

const MARKS: [&str; 5] =
    [", Source IP: ", ", Computer name: ", ", Connection type: ", ", Accessed resources: ", ", Action: "];

impl<'a> Line<'a> {
    fn connection(rest: &'a str) -> Option<Line<'a>> {
        let (head, action) = rest.rsplit_once(", Action: ")?;
        let [source, computer, kind, resource, _] = MARKS;
        if is_login(action) {
            let (head, resource) = head.rsplit_once(resource)?;
            let (head, kind) = head.rsplit_once(kind)?;
            let (head, computer) = head.rsplit_once(computer)?;
            let (user, address) = head.rsplit_once(source)?;
            return Some(Line { user, address, computer, kind, resource, action });
        }
        let (user, rest) = head.split_once(source)?;
        let (address, rest) = rest.split_once(computer)?;
        let (computer, rest) = rest.split_once(kind)?;
        let (kind, resource) = rest.split_once(resource)?;
        Some(Line { user, address, computer, kind, resource, action })
    }
}

fn is_login(action: &str) -> bool {
    action.starts_with("Login") || action.starts_with("Logout") || action.starts_with("Auth")
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = payload.text.trim_end();
    if let Some(rest) = text.strip_prefix("conn log: Users: ") {
        let line = Line::connection(rest.trim_end_matches('.')).ok_or(SHAPE)?;
        who(line.user, line.address, line.computer, event);
        connection(&line, event);
        return Ok(());
    }
    let rest = text.strip_prefix("event log: Users: ").ok_or(SHAPE)?;
    let (user, rest) = rest.split_once(", Source IP: ").ok_or(SHAPE)?;
    let (address, rest) = rest.split_once(", Computer name: ").ok_or(SHAPE)?;
    let (head, content) = rest.split_once(", Content: ").ok_or(SHAPE)?;
    who(user, address, head.split(", ").next().unwrap_or(head), event);
    content_of(content, event);
    Ok(())
}

fn who(user: &str, address: &str, computer: &str, event: &mut EventBuilder<'_>) {
    if user != "---" {
        set_user(event, user);
    }
    event.ip(Column::SourceIp, address);
    if !computer.is_empty() && computer != "---" {
        event.field("client_host", computer);
    }
}

const ACTIONS: &[(&str, Action, Outcome)] = &[
    ("Login OK", Action::Login, Outcome::Success),
    ("Login Success", Action::Login, Outcome::Success),
    ("Login", Action::Login, Outcome::Success),
    ("Login Fail", Action::Login, Outcome::Failure),
    ("Login Failed", Action::Login, Outcome::Failure),
    ("Logout", Action::Logout, Outcome::Success),
    ("Read", Action::FileRead, Outcome::Success),
    ("Download", Action::FileRead, Outcome::Success),
    ("Write", Action::FileWrite, Outcome::Success),
    ("Add", Action::FileCreate, Outcome::Success),
    ("Create", Action::FileCreate, Outcome::Success),
    ("Create Directory", Action::FileCreate, Outcome::Success),
    ("Make Directory", Action::FileCreate, Outcome::Success),
    ("Upload", Action::FileCreate, Outcome::Success),
    ("Copy", Action::FileCreate, Outcome::Success),
    ("Delete", Action::FileDelete, Outcome::Success),
    ("Remove", Action::FileDelete, Outcome::Success),
    ("Rename", Action::FileRename, Outcome::Success),
    ("Move", Action::FileRename, Outcome::Success),
    ("Mount", Action::ShareAccess, Outcome::Success),
];

fn connection(line: &Line<'_>, event: &mut EventBuilder<'_>) {
    event.field("service", line.kind);
    event.field("operation", line.action);
    let found = ACTIONS.iter().find(|(name, ..)| line.action.eq_ignore_ascii_case(name));
    let (action, outcome) = match found {
        Some((_, action, outcome)) => (*action, *outcome),
        None => (Action::ApplicationEvent, Outcome::Unknown),
    };
    event.action(action);
    event.outcome(outcome);
    if line.resource == "---" {
        return;
    }
    if action.class() != schema::Class::File {
        event.field("resource", line.resource);
        return;
    }
    match line.resource.split_once(" -> ") {
        // Where a name holds the arrow itself the two cannot be told apart: the text stays whole.
        Some((old, new)) if action == Action::FileRename && !new.contains(" -> ") => {
            event.text(Column::FilePath, old);
            event.field("new_path", new);
        }
        _ => event.text_if_said(Column::FilePath, line.resource),
    }
}

/// `[APPLICATION] SENTENCE`.
fn content_of(content: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::ApplicationEvent);
    let (application, said) =
        content.strip_prefix('[').and_then(|rest| rest.split_once("] ")).unwrap_or(("", content));
    event.text_if_said(Column::ServiceName, application);
    let is = |words: &str| said.contains(words);
    let failed = is("ailed") || is("rror");
    let (action, outcome) =
        if application.contains("Backup") || application.contains("Hybrid") || is("ackup job") {
            if is("started") {
                (Action::BackupStart, Outcome::Success)
            } else if is("finished") || is("completed") || failed {
                (Action::BackupEnd, Outcome::of(!failed))
            } else {
                return;
            }
        } else if is("napshot") && (is("eleted") || is("emoved")) {
            (Action::SnapshotDelete, Outcome::Success)
        } else if is("ccess protection") && is("locked") || is("was blocked") {
            (Action::AccessBlocked, Outcome::Success)
        } else if is("reated user") || is("ser created") {
            (Action::AccountCreate, Outcome::Success)
        } else if is("eleted user") {
            (Action::AccountDelete, Outcome::Success)
        } else if is("System was shut down") || is("ystem shutdown") {
            (Action::SystemStop, Outcome::Success)
        } else if is("System started") {
            (Action::SystemStart, Outcome::Success)
        } else if is("S.M.A.R.T") || is("RAID") || is("isk ") && failed || is("degraded") {
            event.field("state", if failed || is("degraded") { "critical" } else { "ok" });
            (Action::HealthChange, Outcome::of(!failed && !is("degraded")))
        } else {
            return;
        };
    event.action(action);
    event.outcome(outcome);
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a file is written",
        text: "<30>Mar 16 02:41:55 NAS2 qlogd[9321]: conn log: Users: averdi, Source IP: 192.0.2.77, Computer name: PC-TRIB-1, Connection type: SAMBA, Accessed resources: Tributi/ruolo, parte 2.xlsx, Action: Write",
        expect: &[
            ("event_action", "file_write"),
            ("event_outcome", "success"),
            ("user_name", "averdi"),
            ("source_ip", "192.0.2.77"),
            ("file_path", "Tributi/ruolo, parte 2.xlsx"),
            ("fields.service", "SAMBA"),
            ("fields.client_host", "PC-TRIB-1"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login is refused",
        text: "<28>Mar 16 02:42:55 NAS2 qulogd[9321]: conn log: Users: admin, Source IP: 198.51.100.9, Computer name: ---, Connection type: HTTP, Accessed resources: Administration, Action: Login Fail",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "admin"),
            ("source_ip", "198.51.100.9"),
            ("fields.resource", "Administration"),
        ],
        absent: &["file_path", "fields.client_host", "parse_error"],
    },
    Sample {
        about: "a file is renamed",
        text: "<30>Mar 16 02:43:55 NAS2 qulogd[9321]: conn log: Users: averdi, Source IP: 192.0.2.77, Computer name: PC-TRIB-1, Connection type: SAMBA, Accessed resources: Tributi/a.xlsx -> Tributi/a.xlsx.bak, Action: Rename",
        expect: &[
            ("event_action", "file_rename"),
            ("file_path", "Tributi/a.xlsx"),
            ("fields.new_path", "Tributi/a.xlsx.bak"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a backup fails",
        text: "<27>Mar 16 04:00:55 NAS2 qulogd[9321]: event log: Users: System, Source IP: 127.0.0.1, Computer name: localhost, Content: [Hybrid Backup Sync] Failed to complete Backup job: \"Copia notte\".",
        expect: &[
            ("event_action", "backup_end"),
            ("event_outcome", "failure"),
            ("service_name", "Hybrid Backup Sync"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a connection cut before its action",
        text: "<30>Mar 16 02:41:55 NAS2 qlogd[9321]: conn log: Users: averdi, Source IP: 192.0.2.77, Computer name: PC-TR",
        expect: &[("parse_error", "expected Users, Source IP, Computer name and what was done")],
        absent: &["user_name", "source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a user name that imitates a client moves no field",
        text: "<28>Mar 16 02:42:56 NAS2 qulogd[9321]: conn log: Users: x, Source IP: 203.0.113.1, Computer name: y, Source IP: 192.0.2.77, Computer name: ---, Connection type: SSH, Accessed resources: ---, Action: Login Fail",
        expect: &[
            ("source_ip", "192.0.2.77"),
            ("event_outcome", "failure"),
            ("user_name", "x, Source IP: 203.0.113.1, Computer name: y"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a path that imitates a client moves no field",
        text: "<30>Mar 16 02:44:55 NAS2 qulogd[9321]: conn log: Users: averdi, Source IP: 192.0.2.77, Computer name: PC1, Connection type: SAMBA, Accessed resources: a, Source IP: 203.0.113.1, Action: Login OK, Action: Delete",
        expect: &[
            ("event_action", "file_delete"),
            ("source_ip", "192.0.2.77"),
            ("file_path", "a, Source IP: 203.0.113.1, Action: Login OK"),
        ],
        absent: &["parse_error"],
    },
];
