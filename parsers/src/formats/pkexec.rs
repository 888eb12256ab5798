//! pkexec: commands run, or refused, with another user's rights by way of polkit.
//!
//! Promises: linear; what the caller chose stands last, so that it moves no column. A working directory named like a
//! field could: its owner has a shell already, and the command stays visible.
//! Must not know: PAM's lines of the same program, what polkit's daemon says.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{pam, repeated};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "pkexec",
    title: "pkexec (polkit)",
    reference: "polkit 125, src/programs/pkexec.c, log_message",
    programs: &["pkexec"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |payload| payload.qualifier.is_empty() && !pam::is_pam(payload),
    parse,
    samples: SAMPLES,
};

const SHAPE: Unreadable = Unreadable("expected [USER=…] [TTY=…] [CWD=…] [COMMAND=…]");

/// `CALLER: MESSAGE [USER=NAME] [TTY=TTY] [CWD=PATH] [COMMAND=LINE]`.
fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = repeated::unwrap(payload.text, event).trim();
    event.action(Action::ApplicationEvent);
    let Some((caller, rest)) = text.split_once(": ") else { return Ok(()) };
    let Some((message, rest)) = rest.split_once(" [USER=") else { return Ok(()) };
    let (target, rest) = rest.split_once("] [TTY=").ok_or(SHAPE)?;
    let (tty, rest) = rest.split_once("] [CWD=").ok_or(SHAPE)?;
    let (directory, rest) = rest.split_once("] [COMMAND=").ok_or(SHAPE)?;
    let command = rest.strip_suffix(']').ok_or(SHAPE)?;
    event.action(Action::PrivilegeUse);
    event.outcome(Outcome::of(message == "Executing command"));
    event.text_if_said(Column::UserName, caller);
    event.text_if_said(Column::UserTargetName, target);
    event.text_if_said(Column::ProcessCommandLine, command);
    if tty != "unknown" {
        event.field("tty", tty);
    }
    event.field("pwd", directory);
    if message != "Executing command" {
        let said = message.rsplit_once(": ").map_or(message, |(_, said)| said);
        event.field("reason", if said == "Request dismissed" { "no_credential" } else { "not_allowed" });
        event.field("said", said);
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a command run as root",
        text: "Mar 16 09:12:44 postazione7 pkexec[4411]: mrossi: Executing command [USER=root] [TTY=unknown] [CWD=/home/mrossi] [COMMAND=/usr/sbin/backlight-helper --set 40]",
        expect: &[
            ("event_action", "privilege_use"),
            ("event_outcome", "success"),
            ("user_name", "mrossi"),
            ("user_target_name", "root"),
            ("process_command_line", "/usr/sbin/backlight-helper --set 40"),
            ("fields.pwd", "/home/mrossi"),
        ],
        absent: &["parse_error", "fields.tty", "fields.reason"],
    },
    Sample {
        about: "a command refused",
        text: "Mar 16 09:12:54 postazione7 pkexec[4412]: lbianchi: Error executing command as another user: Not authorized [USER=root] [TTY=/dev/pts/2] [CWD=/tmp] [COMMAND=/usr/bin/id]",
        expect: &[
            ("event_action", "privilege_use"),
            ("event_outcome", "failure"),
            ("user_name", "lbianchi"),
            ("user_target_name", "root"),
            ("process_command_line", "/usr/bin/id"),
            ("fields.tty", "/dev/pts/2"),
            ("fields.reason", "not_allowed"),
            ("fields.said", "Not authorized"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "the question for a password was closed",
        text: "Mar 16 09:13:04 postazione7 pkexec[4413]: lbianchi: Error executing command as another user: Request dismissed [USER=postgres] [TTY=unknown] [CWD=/home/lbianchi] [COMMAND=/usr/bin/psql]",
        expect: &[
            ("event_outcome", "failure"),
            ("user_target_name", "postgres"),
            ("fields.reason", "no_credential"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an environment that looks like an attack",
        text: "Mar 16 09:13:14 postazione7 pkexec[4414]: lbianchi: The value for the SHELL variable was not found in the /etc/shells file [USER=root] [TTY=/dev/pts/2] [CWD=/tmp] [COMMAND=GCONV_PATH=./evil]",
        expect: &[
            ("event_action", "privilege_use"),
            ("event_outcome", "failure"),
            ("user_name", "lbianchi"),
            ("fields.said", "The value for the SHELL variable was not found in the /etc/shells file"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: cut in the command",
        text: "Mar 16 09:12:44 postazione7 pkexec[4411]: mrossi: Executing command [USER=root] [TTY=unknown] [CWD=/home/mrossi] [COMMAND=/usr/sbin/backl",
        expect: &[("parse_error", "expected [USER=…] [TTY=…] [CWD=…] [COMMAND=…]")],
        absent: &["user_target_name", "event_outcome", "process_command_line"],
    },
    Sample {
        about: "hostile: a command that imitates another user and another command",
        text: "Mar 16 09:12:54 postazione7 pkexec[4412]: lbianchi: Error executing command as another user: Not authorized [USER=root] [TTY=/dev/pts/2] [CWD=/tmp] [COMMAND=/bin/x] [USER=mrossi] [COMMAND=root: Executing command [USER=root]]",
        expect: &[
            ("event_outcome", "failure"),
            ("user_name", "lbianchi"),
            ("user_target_name", "root"),
            ("process_command_line", "/bin/x] [USER=mrossi] [COMMAND=root: Executing command [USER=root]"),
        ],
        absent: &["parse_error"],
    },
];
