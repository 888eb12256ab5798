//! Nagios, Icinga and Naemon: `[EPOCH] SERVICE ALERT: HOST;SERVICE;STATE;HARD;3;OUTPUT`.
//!
//! Promises: linear; a plugin's output stands last and moves no field.
//! Must not know: the envelope (the same text may come by syslog, without its epoch). Source: Nagios Core 4.5, log formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::flow;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::epoch;

/// See the module.
pub static FORMAT: Format = Format {
    name: "nagios",
    title: "Nagios, Icinga, Naemon",
    reference: "Nagios Core 4.5, base/logging.c and base/sehandlers.c",
    programs: PROGRAMS,
    starts: b"[",
    needs: &[],
    keys: &[],
    recognise: |payload| is_ours(payload),
    parse,
    samples: SAMPLES,
};

const PROGRAMS: &[&str] = &["nagios", "nagios4", "icinga", "naemon", "shinken"];

/// Its own file's stamp and words, or its name in the envelope.
fn is_ours(payload: &Payload<'_>) -> bool {
    let name = payload.program.rsplit('/').next().unwrap_or("");
    PROGRAMS.iter().any(|program| name.eq_ignore_ascii_case(program))
        || stamped(payload.text).is_some_and(|(_, text)| kind(text).is_some() || text.starts_with("Nagios "))
}

/// `[1773648764] text`.
fn stamped(text: &str) -> Option<(i64, &str)> {
    let (digits, rest) = text.strip_prefix('[')?.split_once("] ")?;
    Some((epoch(digits).filter(|_| digits.len() == 10)?, rest))
}

/// The words before the colon and what stands behind.
fn kind(text: &str) -> Option<(&str, &str)> {
    const KINDS: &[&str] = &[
        "SERVICE ALERT",
        "HOST ALERT",
        "SERVICE NOTIFICATION",
        "HOST NOTIFICATION",
        "SERVICE FLAPPING ALERT",
        "HOST FLAPPING ALERT",
        "SERVICE DOWNTIME ALERT",
        "HOST DOWNTIME ALERT",
        "CURRENT SERVICE STATE",
        "CURRENT HOST STATE",
        "INITIAL SERVICE STATE",
        "INITIAL HOST STATE",
        "EXTERNAL COMMAND",
        "PASSIVE SERVICE CHECK",
        "PASSIVE HOST CHECK",
        "SERVICE EVENT HANDLER",
        "HOST EVENT HANDLER",
        "GLOBAL SERVICE EVENT HANDLER",
        "GLOBAL HOST EVENT HANDLER",
        "LOG ROTATION",
        "LOG VERSION",
        "Warning",
        "Error",
        "Auto-save of retention data completed successfully.",
        "wproc",
        "Caught SIGTERM, shutting down...",
        "Successfully shutdown... (PID=",
    ];
    KINDS.iter().find_map(|kind| {
        let rest = text.strip_prefix(kind)?;
        Some((*kind, rest.strip_prefix(": ").unwrap_or(rest)))
    })
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = match stamped(payload.text) {
        Some((time_us, text)) => {
            payload.set_time_us(event, time_us);
            text
        }
        None => payload.text,
    };
    let Some((kind, rest)) = kind(text) else {
        whole(text, event);
        return Ok(());
    };
    event.field("action", kind);
    if kind.ends_with(" ALERT") || kind.ends_with(" STATE") {
        return alert(kind, rest, event);
    }
    match kind {
        "SERVICE NOTIFICATION" | "HOST NOTIFICATION" => notification(kind, rest, event),
        "EXTERNAL COMMAND" => command(rest, event),
        "Caught SIGTERM, shutting down..." => flow::did(event, Action::ServiceStop, true),
        _ => event.action(Action::ApplicationEvent),
    }
    Ok(())
}

fn whole(text: &str, event: &mut EventBuilder<'_>) {
    if text.starts_with("Nagios ") && text.contains(" starting") {
        flow::did(event, Action::ServiceStart, true);
    } else {
        event.action(Action::ApplicationEvent);
    }
}

/// `HOST[;SERVICE];STATE;HARD;ATTEMPT;OUTPUT`.
fn alert(kind: &str, rest: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let is_service = kind.contains("SERVICE");
    let mut parts = rest.splitn(if is_service { 6 } else { 5 }, ';');
    let host =
        parts.next().filter(|host| !host.is_empty()).ok_or(Unreadable("expected HOST;SERVICE;STATE"))?;
    let service =
        if is_service { parts.next().ok_or(Unreadable("expected HOST;SERVICE;STATE"))? } else { "" };
    let state = parts.next().ok_or(Unreadable("expected HOST;SERVICE;STATE"))?;
    event.text(Column::HostName, host);
    event.text_if_said(Column::ServiceName, service);
    if kind.contains("FLAPPING") || kind.contains("DOWNTIME") {
        event.action(Action::ApplicationEvent);
        event.field("state", state);
        return Ok(());
    }
    let meaning = match state {
        "OK" | "UP" => ("ok", Outcome::Success),
        "WARNING" => ("warning", Outcome::Failure),
        "CRITICAL" | "DOWN" | "UNREACHABLE" => ("critical", Outcome::Failure),
        "UNKNOWN" | "PENDING" => ("unknown", Outcome::Unknown),
        _ => return Err(Unreadable("a state that is none")),
    };
    event.action(Action::HealthChange);
    event.outcome(meaning.1);
    event.field("state", meaning.0);
    if is_service {
        event.field("metric", service);
    }
    for (name, value) in [("state_type", parts.next()), ("attempt", parts.next()), ("value", parts.next())] {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            event.field(name, value);
        }
    }
    Ok(())
}

/// `CONTACT;HOST[;SERVICE];STATE;COMMAND;OUTPUT`.
fn notification(kind: &str, rest: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::ApplicationEvent);
    let is_service = kind.starts_with("SERVICE");
    let mut parts = rest.splitn(if is_service { 6 } else { 5 }, ';');
    event.text_if_said(Column::UserTargetName, parts.next().unwrap_or(""));
    event.text_if_said(Column::HostName, parts.next().unwrap_or(""));
    if is_service {
        event.text_if_said(Column::ServiceName, parts.next().unwrap_or(""));
    }
    if let Some(state) = parts.next() {
        event.field("state", state);
    }
}

/// `COMMAND;ARGUMENT;…`: what an administrator or a script told it.
fn command(rest: &str, event: &mut EventBuilder<'_>) {
    let name = rest.split(';').next().unwrap_or(rest);
    let is_change = name.starts_with("DISABLE_") || name.starts_with("ENABLE_") || name.starts_with("STOP_");
    event.action(if is_change { Action::ConfigChange } else { Action::ApplicationEvent });
    if is_change {
        event.outcome(Outcome::Success);
        event.field("cfg_path", name);
    }
    event.field("command", name);
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a disk fills",
        text: "[1773648764] SERVICE ALERT: srv-protocollo;Spazio disco /;CRITICAL;HARD;3;DISK CRITICAL - free space: / 812 MB (1%)",
        expect: &[
            ("event_action", "health_change"),
            ("event_outcome", "failure"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
            ("host_name", "srv-protocollo"),
            ("service_name", "Spazio disco /"),
            ("fields.state", "critical"),
            ("fields.state_type", "HARD"),
            ("fields.value", "DISK CRITICAL - free space: / 812 MB (1%)"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a machine is back, by syslog",
        text: "Mar 16 09:12:44 mon nagios: HOST ALERT: srv-web;UP;HARD;1;PING OK",
        expect: &[
            ("event_action", "health_change"),
            ("event_outcome", "success"),
            ("host_name", "srv-web"),
            ("fields.state", "ok"),
        ],
        absent: &["service_name", "parse_error"],
    },
    Sample {
        about: "somebody is told",
        text: "[1773648764] SERVICE NOTIFICATION: ced;srv-web;HTTP;WARNING;notify-by-email;slow",
        expect: &[
            ("event_action", "application_event"),
            ("user_target_name", "ced"),
            ("service_name", "HTTP"),
        ],
        absent: &["event_outcome"],
    },
    Sample {
        about: "checks are switched off",
        text: "[1773648764] EXTERNAL COMMAND: DISABLE_SVC_CHECK;srv-web;HTTP",
        expect: &[("event_action", "config_change"), ("fields.command", "DISABLE_SVC_CHECK")],
        absent: &["host_name"],
    },
    Sample {
        about: "truncated: a line cut in the state",
        text: "[1773648764] SERVICE ALERT: srv-protocollo;Spazio disco /;CRITI",
        expect: &[("parse_error", "a state that is none")],
        absent: &["event_outcome", "service_name"],
    },
    Sample {
        about: "hostile: an output that imitates fields moves none",
        text: "[1773648764] SERVICE ALERT: srv-web;HTTP;WARNING;SOFT;1;x;OK;HARD;1;altro",
        expect: &[
            ("event_outcome", "failure"),
            ("fields.state", "warning"),
            ("fields.value", "x;OK;HARD;1;altro"),
        ],
        absent: &[],
    },
];
