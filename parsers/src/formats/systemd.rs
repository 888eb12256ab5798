//! systemd and systemd-logind: services that start, stop and fail, sessions, boot and shutdown.
//!
//! One failure is one `service_crash` (`Failed with result …`); the exit of its process, logged beside it,
//! is a `process_stop`. Promises: linear. Must not know: what a service does.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{pam, peer, repeated};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "systemd",
    title: "systemd and systemd-logind",
    reference: "systemd 256, src/core/unit.c, src/core/service.c, src/login/logind-session.c",
    programs: &["systemd", "systemd-logind", "systemd-shutdown"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |payload| payload.qualifier.is_empty() && !pam::is_pam(payload),
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = repeated::unwrap(payload.text, event).trim_end();
    event.action(Action::ApplicationEvent);
    if !(job(text, event) || machine(text, event) || session(text, event)) {
        unit(text, event);
    }
    Ok(())
}

/// Results of jobs: `Started nginx.service - A server.`, `Failed to start …`.
fn job(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let (action, outcome, unit) = if let Some(unit) = text.strip_prefix("Started ") {
        // logind says the same as `New session`.
        if unit.starts_with("Session ") || unit.starts_with("session-") {
            return true;
        }
        (Action::ServiceStart, Outcome::Success, unit)
    } else if let Some(unit) = text.strip_prefix("Stopped ") {
        (Action::ServiceStop, Outcome::Success, unit)
    } else if let Some(unit) = text.strip_prefix("Failed to start ") {
        (Action::ServiceStart, Outcome::Failure, unit)
    } else {
        return false;
    };
    if unit.starts_with("target ") {
        return true;
    }
    event.action(action);
    event.outcome(outcome);
    set_service(unit, event);
    true
}

/// `nginx.service - A high performance web server.` as its unit; older systemd has the description only.
fn set_service(text: &str, event: &mut EventBuilder<'_>) {
    let text = text.strip_suffix('.').unwrap_or(text);
    let name = match text.split_once(" - ") {
        Some((unit, description)) if !unit.contains(' ') && unit.contains('.') => {
            event.field("description", description);
            unit
        }
        _ => text,
    };
    event.text_if_said(Column::ServiceName, name);
}

/// Start and end of the machine.
fn machine(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let action = if text.starts_with("Startup finished in ") && text.contains("(kernel)") {
        Action::SystemStart
    } else if matches!(text, "Shutting down." | "Powering off." | "Rebooting." | "Halting system.")
        || text.starts_with("System is powering down")
        || text.starts_with("System is rebooting")
    {
        Action::SystemStop
    } else {
        return false;
    };
    event.action(action);
    event.outcome(Outcome::Success);
    true
}

/// logind's sessions.
fn session(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let (action, id, user) = if let Some((id, user)) =
        text.strip_prefix("New session ").and_then(|rest| rest.split_once(" of user "))
    {
        (
            Action::SessionOpen,
            id.trim_matches('\''),
            user.strip_suffix('.').unwrap_or(user).trim_matches('\''),
        )
    } else if let Some(id) = text.strip_prefix("Removed session ") {
        (Action::SessionClose, id.strip_suffix('.').unwrap_or(id), "")
    } else if let Some((id, _)) =
        text.strip_prefix("Session ").and_then(|rest| rest.split_once(" logged out"))
    {
        (Action::Logout, id, "")
    } else {
        return false;
    };
    event.action(action);
    event.outcome(Outcome::Success);
    event.field("session_id", id);
    event.text_if_said(Column::UserName, user);
    true
}

/// `UNIT: text`.
fn unit(text: &str, event: &mut EventBuilder<'_>) {
    let Some((unit, said)) = text.split_once(": ") else { return };
    if unit.contains(' ') || !unit.contains('.') {
        return;
    }
    event.text(Column::ServiceName, unit);
    if let Some(result) = said.strip_prefix("Failed with result '") {
        event.action(Action::ServiceCrash);
        event.outcome(Outcome::Failure);
        event.field("reason", result.trim_end_matches('.').trim_end_matches('\''));
    } else if let Some(rest) = said.strip_prefix("Main process exited, ") {
        main_process(rest, event);
    } else if let Some(count) = said.strip_prefix("Scheduled restart job, restart counter is at ") {
        let count = count.trim_end_matches('.');
        if peer::is_digits(count) {
            event.field_number("restarts", count);
        }
    } else if said == "Start request repeated too quickly." {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Failure);
        event.field("reason", "start-limit-hit");
    }
}

/// `code=exited, status=1/FAILURE`.
fn main_process(text: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::ProcessStop);
    let code = text.strip_prefix("code=").and_then(|rest| rest.split(',').next()).unwrap_or_default();
    let status = text.split_once("status=").map_or("", |(_, status)| status);
    let is_success = code == "exited" && status.starts_with("0/");
    event.outcome(if is_success { Outcome::Success } else { Outcome::Failure });
    event.field("exit_code", code);
    event.field("exit_status", status);
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a service starts",
        text: "Mar 16 06:00:02 portale systemd[1]: Started nginx.service - A high performance web server.",
        expect: &[
            ("event_action", "service_start"),
            ("event_outcome", "success"),
            ("service_name", "nginx.service"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "older systemd names the description",
        text: "Mar 16 06:00:02 archivio systemd[1]: Stopped PostgreSQL database server.",
        expect: &[
            ("event_action", "service_stop"),
            ("event_outcome", "success"),
            ("service_name", "PostgreSQL database server"),
        ],
        absent: &[],
    },
    Sample {
        about: "a service fails",
        text: "Mar 16 06:10:40 gestionale systemd[1]: protocollo.service: Failed with result 'oom-kill'.",
        expect: &[
            ("event_action", "service_crash"),
            ("event_outcome", "failure"),
            ("service_name", "protocollo.service"),
            ("fields.reason", "oom-kill"),
        ],
        absent: &[],
    },
    Sample {
        about: "the exit of its process is no second crash",
        text: "Mar 16 06:10:40 gestionale systemd[1]: protocollo.service: Main process exited, code=killed, status=9/KILL",
        expect: &[
            ("event_action", "process_stop"),
            ("event_outcome", "failure"),
            ("service_name", "protocollo.service"),
            ("fields.exit_status", "9/KILL"),
        ],
        absent: &["process_executable"],
    },
    Sample {
        about: "a session opens",
        text: "Mar 16 08:01:00 portale systemd-logind[611]: New session 42 of user mrossi.",
        expect: &[("event_action", "session_open"), ("user_name", "mrossi"), ("fields.session_id", "42")],
        absent: &[],
    },
    Sample {
        about: "the machine goes down",
        text: "Mar 16 22:00:00 portale systemd-logind[611]: System is rebooting.",
        expect: &[("event_action", "system_stop"), ("event_outcome", "success")],
        absent: &["service_name"],
    },
    Sample {
        about: "truncated: a line cut in the verb",
        text: "Mar 16 06:00:02 portale systemd[1]: Start",
        expect: &[("event_action", "application_event"), ("format", "systemd")],
        absent: &["service_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a description that imitates a crash",
        text: "Mar 16 06:00:02 portale systemd[1]: Started x.service - y: Failed with result 'exit-code'.",
        expect: &[
            ("event_action", "service_start"),
            ("event_outcome", "success"),
            ("service_name", "x.service"),
        ],
        absent: &["fields.reason"],
    },
];
