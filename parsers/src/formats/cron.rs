//! cron, anacron and crontab: jobs that run, and tables that change.
//!
//! `REPLACE` is crontab's own word for a new table; `RELOAD` is the daemon noticing a changed file, the only
//! trace of a table that was written past crontab: both are `task_create`.
//!
//! Promises: linear; a command never moves the user before it. Must not know: PAM's lines of the same program.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{pam, repeated};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "cron",
    title: "cron, cronie, anacron and crontab",
    reference: "cronie 1.7, src/misc.c log_it(); Debian cron 3.0",
    programs: &["cron", "crond", "crontab", "anacron", "run-parts", "atd"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |payload| !payload.qualifier.starts_with("pam_") && !pam::is_pam(payload),
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = repeated::unwrap(payload.text, event).trim_end();
    event.action(Action::ApplicationEvent);
    if payload.program == "run-parts" || payload.qualifier.starts_with('/') {
        run_parts(text, event);
        return Ok(());
    }
    let Some((user, verb, detail)) = entry(text) else {
        anacron(text, event);
        return Ok(());
    };
    // The daemon speaks of itself as `CRON` and of system tables as `*system*`.
    if user != "CRON" && !user.starts_with('*') {
        event.text_if_said(Column::UserName, user);
    }
    match verb {
        "CMD" => {
            event.action(Action::ProcessStart);
            event.outcome(Outcome::Success);
            event.text_if_said(Column::ProcessCommandLine, closed(detail)?);
        }
        "CMDEND" => {
            event.action(Action::ProcessStop);
            event.text_if_said(Column::ProcessCommandLine, closed(detail)?);
        }
        "REPLACE" => {
            event.action(Action::TaskCreate);
            event.outcome(Outcome::Success);
            event.text_if_said(Column::UserTargetName, closed(detail)?);
        }
        "RELOAD" => {
            event.action(Action::TaskCreate);
            event.outcome(Outcome::Success);
            event.text_if_said(Column::FilePath, closed(detail)?);
        }
        "STARTUP" => {
            event.action(Action::ServiceStart);
            event.outcome(Outcome::Success);
            event.text(Column::ServiceName, "cron");
        }
        "AUTH" => {
            event.outcome(Outcome::Failure);
            event.field("reason", "not_allowed");
        }
        "FAILED to authorize user with PAM" | "FAILED to open PAM security session" => {
            event.outcome(Outcome::Failure);
            event.field("reason", "not_allowed");
        }
        "BEGIN EDIT" | "END EDIT" | "LIST" | "DELETE" => {
            event.field("action", verb);
            event.text_if_said(Column::UserTargetName, closed(detail)?);
        }
        _ => {}
    }
    Ok(())
}

/// `(USER) VERB (DETAIL` with the last parenthesis left on.
fn entry(text: &str) -> Option<(&str, &str, &str)> {
    let (user, rest) = text.strip_prefix('(')?.split_once(") ")?;
    let (verb, detail) = rest.split_once(" (")?;
    Some((user, verb, detail))
}

fn closed(detail: &str) -> Result<&str, Unreadable> {
    detail.strip_suffix(')').ok_or(Unreadable("expected (USER) VERB (DETAIL)"))
}

/// ``Job `cron.daily' started``.
fn anacron(text: &str, event: &mut EventBuilder<'_>) {
    let Some((job, said)) = text.strip_prefix("Job `").and_then(|rest| rest.split_once("' ")) else { return };
    event.field("job", job);
    if said == "started" {
        event.action(Action::ProcessStart);
        event.outcome(Outcome::Success);
    } else if said.starts_with("terminated") {
        event.action(Action::ProcessStop);
        let is_failed = said.contains("exit status:") && !said.contains("exit status: 0");
        event.outcome(if is_failed { Outcome::Failure } else { Outcome::Success });
    }
}

/// `(/etc/cron.daily) starting logrotate`, the folder perhaps in the tag.
fn run_parts(text: &str, event: &mut EventBuilder<'_>) {
    let said = match text.strip_prefix('(').and_then(|rest| rest.split_once(") ")) {
        Some((_, said)) => said,
        None => text,
    };
    let (action, script) = if let Some(script) = said.strip_prefix("starting ") {
        (Action::ProcessStart, script)
    } else if let Some(script) = said.strip_prefix("finished ") {
        (Action::ProcessStop, script)
    } else {
        return;
    };
    event.action(action);
    event.outcome(Outcome::Success);
    event.text_if_said(Column::ProcessCommandLine, script);
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a job runs",
        text: "Mar 16 02:00:01 archivio CRON[9120]: (postgres) CMD (/usr/local/bin/backup.sh --full (notte))",
        expect: &[
            ("event_action", "process_start"),
            ("event_outcome", "success"),
            ("user_name", "postgres"),
            ("process_command_line", "/usr/local/bin/backup.sh --full (notte)"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a user changes a table",
        text: "Mar 16 23:12:40 portale crontab[5512]: (www-data) REPLACE (www-data)",
        expect: &[
            ("event_action", "task_create"),
            ("user_name", "www-data"),
            ("user_target_name", "www-data"),
        ],
        absent: &[],
    },
    Sample {
        about: "a system table changed under the daemon",
        text: "Mar 16 23:13:01 portale cron[702]: (*system*) RELOAD (/etc/cron.d/aggiorna)",
        expect: &[("event_action", "task_create"), ("file_path", "/etc/cron.d/aggiorna")],
        absent: &["user_name"],
    },
    Sample {
        about: "a user who may not",
        text: "Mar 16 23:12:40 portale crontab[5512]: (ospite) AUTH (crontab command not allowed)",
        expect: &[
            ("event_action", "application_event"),
            ("event_outcome", "failure"),
            ("user_name", "ospite"),
            ("fields.reason", "not_allowed"),
        ],
        absent: &[],
    },
    Sample {
        about: "a script of a folder",
        text: "Mar 16 06:25:01 archivio run-parts(/etc/cron.daily)[880]: starting logrotate",
        expect: &[("event_action", "process_start"), ("process_command_line", "logrotate")],
        absent: &["user_name"],
    },
    Sample {
        about: "truncated: a line cut in the command",
        text: "Mar 16 02:00:01 archivio CRON[9120]: (root) CMD (/usr/local/bin/back",
        expect: &[("parse_error", "expected (USER) VERB (DETAIL)")],
        absent: &["process_command_line", "user_name"],
    },
    Sample {
        about: "hostile: a command that imitates an entry",
        text: "Mar 16 02:00:01 archivio CRON[9120]: (ospite) CMD (echo x) CMD (root) REPLACE (root))",
        expect: &[
            ("event_action", "process_start"),
            ("user_name", "ospite"),
            ("process_command_line", "echo x) CMD (root) REPLACE (root)"),
        ],
        absent: &["user_target_name"],
    },
];
