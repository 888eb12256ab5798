//! sudo: commands run or refused with another user's rights.
//!
//! Promises: linear; arguments of a command never move a column, since the command comes last.
//! A working directory named like a field could: its owner has a shell already, and the command stays visible.
//! Must not know: PAM's lines of the same program.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{pam, peer, repeated};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "sudo",
    title: "sudo",
    reference: "sudoers(5), LOG FORMAT",
    programs: &["sudo"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |payload| payload.qualifier.is_empty() && !pam::is_pam(payload),
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = repeated::unwrap(payload.text, event).trim();
    event.action(Action::ApplicationEvent);
    let Some((user, rest)) = text.split_once(" : ") else { return Ok(()) };
    if rest.starts_with("(command continued)") {
        event.text_if_said(Column::UserName, user);
        return Ok(());
    }
    let (head, command) = match rest.split_once("COMMAND=") {
        Some((head, command)) => (head, Some(command)),
        None => (rest, None),
    };
    event.action(Action::PrivilegeUse);
    event.outcome(Outcome::Success);
    event.text_if_said(Column::UserName, user);
    for part in head.split(" ; ") {
        match part.split_once('=') {
            Some(("TTY", value)) => event.field("tty", value),
            Some(("PWD", value)) => event.field("pwd", value),
            Some(("USER", value)) => event.text_if_said(Column::UserTargetName, value.trim_end()),
            Some(("GROUP", value)) => event.text_if_said(Column::GroupName, value),
            Some(("HOST", value)) => event.text_if_said(Column::HostName, value),
            Some(("ENV" | "TSID", _)) => {}
            _ => refusal(part.trim(), event),
        }
    }
    match command {
        Some(command) => event.text_if_said(Column::ProcessCommandLine, command),
        None if event.is_set(Column::UserTargetName) => return Err(Unreadable("expected COMMAND=")),
        None => {}
    }
    Ok(())
}

/// `3 incorrect password attempts`, `user NOT in sudoers`, `command not allowed`.
fn refusal(text: &str, event: &mut EventBuilder<'_>) {
    if text.is_empty() {
        return;
    }
    event.outcome(Outcome::Failure);
    if let Some((count, _)) = text.split_once(" incorrect password attempt") {
        if peer::is_digits(count) && count.len() <= 6 {
            event.int_text(Column::EventCount, count);
        }
        event.field("reason", "wrong_credential");
        return;
    }
    let is_missing =
        matches!(text, "a password is required" | "no tty present and no askpass program specified");
    event.field("reason", if is_missing { "no_credential" } else { "not_allowed" });
    event.field("said", text);
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a command run as root",
        text: "Mar 16 09:02:11 gestionale sudo:   mrossi : TTY=pts/2 ; PWD=/home/mrossi ; USER=root ; COMMAND=/usr/bin/systemctl restart postgresql",
        expect: &[
            ("event_action", "privilege_use"),
            ("event_outcome", "success"),
            ("user_name", "mrossi"),
            ("user_target_name", "root"),
            ("process_command_line", "/usr/bin/systemctl restart postgresql"),
            ("fields.tty", "pts/2"),
            ("fields.pwd", "/home/mrossi"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "wrong passwords, counted",
        text: "Mar 16 09:02:40 gestionale sudo: lbianchi : 3 incorrect password attempts ; TTY=pts/3 ; PWD=/home/lbianchi ; USER=root ; COMMAND=/bin/bash",
        expect: &[
            ("event_action", "privilege_use"),
            ("event_outcome", "failure"),
            ("event_count", "3"),
            ("user_name", "lbianchi"),
            ("fields.reason", "wrong_credential"),
            ("process_command_line", "/bin/bash"),
        ],
        absent: &[],
    },
    Sample {
        about: "a user without rights",
        text: "Mar 16 09:03:05 gestionale sudo: www-data : user NOT in sudoers ; TTY=unknown ; PWD=/var/www ; USER=root ; COMMAND=/usr/bin/id",
        expect: &[
            ("event_outcome", "failure"),
            ("user_name", "www-data"),
            ("user_target_name", "root"),
            ("fields.reason", "not_allowed"),
        ],
        absent: &["event_code"],
    },
    Sample {
        about: "a group and an environment",
        text: "Mar 16 09:04:00 gestionale sudo[811]: backup : PWD=/ ; USER=postgres ; GROUP=postgres ; ENV=LANG=C ; COMMAND=/usr/bin/pg_dump anagrafe",
        expect: &[
            ("user_name", "backup"),
            ("user_target_name", "postgres"),
            ("group_name", "postgres"),
            ("process_command_line", "/usr/bin/pg_dump anagrafe"),
        ],
        absent: &["fields.tty"],
    },
    Sample {
        about: "truncated: a line cut before the command",
        text: "Mar 16 09:02:11 gestionale sudo:   mrossi : TTY=pts/2 ; PWD=/home/mrossi ; USER=root ; COMM",
        expect: &[("parse_error", "expected COMMAND=")],
        absent: &["user_target_name", "process_command_line"],
    },
    Sample {
        about: "hostile: arguments that imitate fields",
        text: "Mar 16 09:02:11 gestionale sudo: mrossi : TTY=pts/2 ; PWD=/tmp ; USER=root ; COMMAND=/bin/echo x ; USER=nobody ; COMMAND=/bin/true",
        expect: &[
            ("user_name", "mrossi"),
            ("user_target_name", "root"),
            ("process_command_line", "/bin/echo x ; USER=nobody ; COMMAND=/bin/true"),
        ],
        absent: &[],
    },
];
