//! AnyDesk: `ad_svc.trace` and `ad.trace`, and the table of `connection_trace.txt`. Both keep UTC.
//!
//! Promises: linear; the remote side chooses only its alias, cut at the number behind it.
//! Must not know: files, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::address_and_port;
use super::peer::{self, is_digits};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "anydesk",
    title: "AnyDesk trace files",
    reference: "AnyDesk, trace files and connection_trace.txt",
    programs: &[],
    starts: b"iwedfvI ",
    needs: &[
        ("info", "-:"),
        ("warning", "-:"),
        ("error", "-:"),
        ("debug", "-:"),
        ("fatal", "-:"),
        ("verbose", "-:"),
        ("Incoming", "-:,"),
    ],
    keys: &[],
    recognise: |payload| {
        Trace::read(payload.text).is_some()
            || payload.text.strip_prefix("Incoming").is_some_and(|rest| table_date(rest).is_some())
    },
    parse,
    samples: SAMPLES,
};

/// `LEVEL STAMP PROCESS PID TID N MODULE - TEXT`, padded with blanks.
struct Trace<'a> {
    level: &'a str,
    when: time::When,
    process: &'a str,
    pid: &'a str,
    module: &'a str,
    text: &'a str,
}

impl<'a> Trace<'a> {
    fn read(text: &'a str) -> Option<Trace<'a>> {
        let (level, rest) = text.trim_start_matches(' ').split_once(' ')?;
        if !matches!(level, "info" | "warning" | "error" | "debug" | "fatal" | "verbose") {
            return None;
        }
        let (when, rest) = time::iso_prefix(rest)?;
        let (head, text) = rest.split_once(" - ")?;
        let mut words = head.split(' ').filter(|word| !word.is_empty());
        let (process, pid, thread) = (words.next()?, words.next()?, words.next()?);
        let module = words.next_back()?;
        (is_digits(pid) && is_digits(thread)).then_some(Trace {
            level,
            when,
            process,
            pid,
            module,
            text: text.trim_end(),
        })
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.text(Column::ServiceName, "anydesk");
    if let Some(rest) = payload.text.strip_prefix("Incoming") {
        return table(rest, payload, event);
    }
    let line =
        Trace::read(payload.text).ok_or(Unreadable("expected LEVEL STAMP PROCESS PID TID MODULE - TEXT"))?;
    payload.set_time(event, line.when.in_utc());
    event.text(Column::LogLevel, line.level);
    event.text(Column::ProcessName, line.process);
    event.int_text(Column::ProcessPid, line.pid);
    event.text(Column::EventProvider, line.module);
    message(line.text, event);
    Ok(())
}

fn message(text: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::ApplicationEvent);
    let text = text.trim_end_matches('.');
    if let Some(place) = text.strip_prefix("Logged in from ") {
        event.action(Action::Login);
        event.outcome(Outcome::Success);
        let (address, port) = address_and_port(place.split(' ').next().unwrap_or(place));
        peer::set(event, address, port);
    } else if let Some(rest) = text.strip_prefix("Incoming session request: ") {
        // `ALIAS (NUMBER)`: the number is AnyDesk's own.
        let (alias, id) = rest.rsplit_once(" (").unwrap_or((rest, ""));
        event.field("remote_name", alias);
        remote_id(id.trim_end_matches(')'), event);
    } else if let Some(rest) = text.strip_prefix("Accept request from ") {
        remote_id(rest.split(' ').next().unwrap_or(rest), event);
    } else if let Some(rest) = text.strip_prefix("Client-ID: ") {
        remote_id(rest.split(' ').next().unwrap_or(rest), event);
    } else if text.starts_with("Authenticated ") {
        event.action(Action::SessionOpen);
        event.outcome(Outcome::Success);
        event.field("auth_method", method(text));
    } else if text.contains("uthentication failed")
        || text.contains("rong password")
        || text.starts_with("The user has been rejected")
    {
        event.action(Action::Login);
        event.outcome(Outcome::Failure);
        event.field("reason", "wrong_credential");
    } else if text.starts_with("Session closed")
        || text.starts_with("Session stopped")
        || text.starts_with("Session was closed")
    {
        event.action(Action::SessionClose);
        event.outcome(Outcome::Success);
    }
}

fn method(text: &str) -> &'static str {
    if text.contains("password") || text.contains("passphrase") {
        "password"
    } else if text.contains("token") {
        "token"
    } else if text.contains("local user") {
        "accepted"
    } else {
        "other"
    }
}

fn remote_id(id: &str, event: &mut EventBuilder<'_>) {
    if is_digits(id) {
        event.field("remote_id", id);
    }
}

/// `2026-03-16, 01:12` and what follows, without seconds.
fn table_date(rest: &str) -> Option<(time::When, &str)> {
    let rest = rest.trim_start_matches([' ', '\t']);
    let (date, rest) = rest.split_once(", ")?;
    let (clock, rest) = rest.split_at_checked(5)?;
    let mut date = date.split('-');
    let mut number = || date.next().filter(|part| is_digits(part) && part.len() <= 4)?.parse::<u16>().ok();
    let (year, month, day) = (number()?, number()?, number()?);
    let (hour, minute) =
        clock.split_once(':').filter(|(hour, minute)| is_digits(hour) && is_digits(minute))?;
    let when = time::When {
        year: Some(i32::from(year)),
        month: u8::try_from(month).ok()?,
        day: u8::try_from(day).ok()?,
        hour: hour.parse().ok()?,
        minute: minute.parse().ok()?,
        second: 0,
        micros: 0,
        offset_s: Some(0),
    };
    Some((when, rest))
}

/// `Incoming  2026-03-16, 01:12  Passwd  ALIAS  NUMBER`.
fn table(rest: &str, payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected Incoming, date, method, alias and number");
    let (when, rest) = table_date(rest).ok_or(SHAPE)?;
    let mut words = rest.split([' ', '\t']).filter(|word| !word.is_empty());
    let method = words.next().ok_or(SHAPE)?;
    let id = words.next_back().ok_or(SHAPE)?;
    payload.set_time(event, when);
    event.action(Action::Login);
    event.outcome(Outcome::of(method != "REJECTED"));
    event.field("auth_method", method);
    remote_id(id, event);
    if let Some(alias) = words.next_back() {
        event.field("remote_name", alias);
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "somebody is let in",
        text: "   info 2026-03-16 01:12:44.112  gsvc   2211   4412   18 anynet.any_socket - Logged in from 198.51.100.23:44321 on relay 4a2b.",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "44321"),
            ("process_name", "gsvc"),
            ("process_pid", "2211"),
            ("timestamp", "2026-03-16T01:12:44.112000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a request",
        text: "   info 2026-03-16 01:12:40.112  gsvc   2211   4412   18 app.backend_session - Incoming session request: x (1) (987654321)",
        expect: &[
            ("event_action", "application_event"),
            ("fields.remote_id", "987654321"),
            ("fields.remote_name", "x (1)"),
        ],
        absent: &["source_ip", "parse_error"],
    },
    Sample {
        about: "the table of connections",
        text: "Incoming    2026-03-16, 01:12    Passwd    assistenza@ad    987654321",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("fields.auth_method", "Passwd"),
            ("fields.remote_id", "987654321"),
            ("timestamp", "2026-03-16T01:12:00.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a connection is rejected",
        text: "Incoming    2026-03-16, 01:14    REJECTED    987654321    987654321",
        expect: &[("event_outcome", "failure")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a row cut behind its date",
        text: "Incoming    2026-03-16, 01:12    Pass",
        expect: &[("parse_error", "expected Incoming, date, method, alias and number")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "hostile: an alias that imitates a login moves no field",
        text: "   info 2026-03-16 01:12:41.112  gsvc   2211   4412   18 app.backend_session - Incoming session request: Logged in from 203.0.113.1:1 (987654321)",
        expect: &[("event_action", "application_event"), ("fields.remote_id", "987654321")],
        absent: &["source_ip", "event_outcome", "parse_error"],
    },
];
