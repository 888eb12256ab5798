//! Oracle Database alert log: errors (`ORA-00600: …`), starts and stops, line by line.
//!
//! Promises: linear; only lines that say an Oracle error or a known step are taken.
//! Must not know: how lines are joined, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "oracle_alert",
    title: "Oracle Database alert log",
    reference: "Oracle Database Administrator's Guide, alert log; Database Error Messages",
    programs: &[],
    starts: b"0123456789OSCEIA",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        let (_, text) = behind_stamp(payload.text);
        error(text).is_some() || step(text).is_some()
    },
    parse,
    samples: SAMPLES,
};

/// The stamp that opens an entry, when it stands in the same frame, and what follows it.
fn behind_stamp(text: &str) -> (Option<time::When>, &str) {
    match time::iso_prefix(text) {
        Some((when, rest)) if rest.starts_with(['\n', ' ', '\r']) => {
            (Some(when), rest.trim_start_matches(['\r', '\n', ' ']))
        }
        _ => (None, text),
    }
}

/// Number and text of the first `ORA-00600: text` of a line that opens with it or with what it was found in.
fn error(text: &str) -> Option<(&str, &str)> {
    let rest = ["ORA-", "Errors in file "].iter().find_map(|opening| {
        let rest = text.strip_prefix(opening)?;
        if *opening == "ORA-" { Some(rest) } else { rest.split_once("ORA-").map(|(_, rest)| rest) }
    })?;
    let number = rest.get(..5).filter(|number| peer::is_digits(number))?;
    let after = rest.get(5..)?;
    let text = after.strip_prefix(':').or_else(|| after.strip_prefix(' '))?;
    Some((number, text.trim_start_matches(' ')))
}

/// What a step of the instance's life is.
fn step(text: &str) -> Option<(Action, Outcome)> {
    const STEPS: &[(&str, Action, Outcome)] = &[
        ("Starting ORACLE instance ", Action::ServiceStart, Outcome::Success),
        ("Shutting down instance ", Action::ServiceStop, Outcome::Success),
        ("Instance shutdown complete", Action::ServiceStop, Outcome::Success),
        ("Instance terminated by ", Action::ServiceCrash, Outcome::Failure),
        ("Completed: ALTER DATABASE OPEN", Action::ServiceStart, Outcome::Success),
        ("Completed: ALTER DATABASE CLOSE", Action::ServiceStop, Outcome::Success),
        ("ALTER SYSTEM SET ", Action::ConfigChange, Outcome::Success),
    ];
    let (opening, action, outcome) = STEPS.iter().find(|(opening, ..)| text.starts_with(opening))?;
    // `ALTER SYSTEM SET x=1 SCOPE=BOTH;`, the alert log's own form.
    let is_own = *opening != "ALTER SYSTEM SET " || text.contains(" SCOPE=");
    is_own.then_some((*action, *outcome))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.text(Column::ObserverProduct, "Oracle Database");
    let (when, text) = behind_stamp(payload.text);
    if let Some(when) = when {
        payload.set_time(event, when);
    }
    if let Some((number, said)) = error(text) {
        event.text(Column::EventCode, number);
        event.field("error", said.lines().next().unwrap_or(said));
        event.outcome(Outcome::Failure);
        let action = match number {
            // The instance is lost or an internal error ended a process.
            "00600" | "07445" | "00603" | "01092" => Action::ServiceCrash,
            // Space and files.
            "01653" | "01654" | "01688" | "19809" | "19815" | "16038" | "27072" | "01110" | "01578" => {
                Action::HealthChange
            }
            "01017" | "28000" => Action::Login,
            _ => Action::DbError,
        };
        event.action(action);
        if action == Action::HealthChange {
            event.field("metric", "disk");
            event.field("state", "critical");
        }
        return Ok(());
    }
    let (action, outcome) =
        step(text).ok_or(Unreadable("expected an ORA- error or a step of the instance"))?;
    event.action(action);
    event.outcome(outcome);
    event.text(Column::ServiceName, "oracle");
    if let Some((name, value)) = text.strip_prefix("ALTER SYSTEM SET ").and_then(|rest| rest.split_once('='))
    {
        event.field("cfg_path", name.trim());
        event.field("new", value.rsplit_once(" SCOPE=").map_or(value, |(value, _)| value).trim_matches('\''));
        if name.trim().eq_ignore_ascii_case("audit_trail") && value.to_ascii_uppercase().contains("NONE") {
            event.action(Action::AuditDisable);
            event.field("changed", "audit_trail");
        }
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "an internal error",
        text: "ORA-00600: internal error code, arguments: [kcb], [1], [], []",
        expect: &[("event_action", "service_crash"), ("event_outcome", "failure"), ("event_code", "00600")],
        absent: &["parse_error", "timestamp_guess"],
    },
    Sample {
        about: "a tablespace is full, with its stamp",
        text: "2026-03-16T09:12:44.112233+01:00\nORA-01653: unable to extend table ANAGRAF.PERSONE by 128 in tablespace USERS",
        expect: &[
            ("event_action", "health_change"),
            ("event_code", "01653"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "the instance starts",
        text: "Starting ORACLE instance (normal) (OS id: 2211)",
        expect: &[("event_action", "service_start"), ("service_name", "oracle")],
        absent: &["parse_error"],
    },
    Sample {
        about: "auditing is switched off",
        text: "ALTER SYSTEM SET audit_trail='NONE' SCOPE=SPFILE;",
        expect: &[("event_action", "audit_disable"), ("fields.cfg_path", "audit_trail")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: an error cut behind its number",
        text: "ORA-12170:",
        expect: &[("event_action", "db_error"), ("event_code", "12170")],
        absent: &["user_name"],
    },
    Sample {
        about: "hostile: an error that quotes another keeps its own number",
        text: "ORA-01438: value larger than precision: ORA-00600: x",
        expect: &[("event_code", "01438"), ("event_action", "db_error")],
        absent: &["parse_error"],
    },
];
