//! MySQL and MariaDB error log: refused logins, starts and stops, warnings.
//!
//! Promises: linear; a user name, which the client chooses, moves no field: host and reason are cut from the right.
//! Must not know: the envelope, files, the clock, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::peer::is_digits;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "mysql_error",
    title: "MySQL and MariaDB error log",
    reference: "MySQL 8.0 manual, error log output format; MariaDB, error log",
    programs: &["mysqld", "mariadbd", "mysqld_safe"],
    starts: b"0123456789",
    needs: &[],
    keys: &[],
    recognise: |payload| Line::read(payload.text, !payload.program.is_empty()).is_some(),
    parse,
    samples: SAMPLES,
};

/// `STAMP [THREAD ][LEVEL] [[CODE] [SUBSYSTEM] ]TEXT`.
struct Line<'a> {
    when: Option<time::When>,
    level: &'a str,
    code: &'a str,
    text: &'a str,
}

impl<'a> Line<'a> {
    /// A line of the server; without a stamp only under the server's own name.
    fn read(text: &'a str, is_named: bool) -> Option<Line<'a>> {
        let (when, rest) = match stamp(text) {
            Some((when, rest)) => (Some(when), rest.trim_start_matches(' ')),
            None => (None, text),
        };
        if when.is_some()
            && let Some(said) = rest.strip_prefix("mysqld_safe ")
        {
            return Some(Line { when, level: "", code: "", text: said });
        }
        let (thread, after) = rest.split_once(' ')?;
        // Servers that write a stamp with `T` write their thread too.
        if !is_digits(thread) && text.as_bytes().get(10) == Some(&b'T') {
            return None;
        }
        let rest = if is_digits(thread) { after } else { rest };
        let level = between(rest, "[", "]").filter(|_| rest.starts_with('['));
        let level = level.filter(|level| ["Note", "Warning", "ERROR", "Error", "System"].contains(level));
        match level {
            Some(level) if when.is_some() || is_named => {
                let mut text = rest.get(level.len() + 2..)?.trim_start_matches(' ');
                let mut code = "";
                if let Some(("", inner)) = text.split_once("[MY-")
                    && let Some((number, after)) = inner.split_once("] ")
                {
                    code = number;
                    text = after
                        .strip_prefix('[')
                        .and_then(|after| after.split_once("] "))
                        .map_or(after, |(_, text)| text);
                }
                Some(Line { when, level, code, text })
            }
            _ => None,
        }
    }
}

/// `2016-12-09T12:08:33.335060Z`, `2015-10-07  8:25:38`, `161209 13:08:33`.
pub(super) fn stamp(text: &str) -> Option<(time::When, &str)> {
    if let Some(read) = time::iso_prefix(text) {
        return Some(read);
    }
    let (date, rest) = text.split_once(' ')?;
    let rest = rest.trim_start_matches(' ');
    let digits = |range: std::ops::Range<usize>| date.get(range)?.parse::<u16>().ok();
    let (year, month, day) = match date.len() {
        10 if date.as_bytes().get(4) == Some(&b'-') => (digits(0..4)?, digits(5..7)?, digits(8..10)?),
        6 if is_digits(date) => (2000 + digits(0..2)?, digits(2..4)?, digits(4..6)?),
        _ => return None,
    };
    let (hour, rest) = rest.split_once(':')?;
    let (minute, rest) = rest.split_once(':')?;
    let (second, rest) = rest.split_at_checked(2)?;
    let number = |text: &str| is_digits(text).then(|| text.parse::<u8>().ok())?;
    let when = time::When {
        year: Some(i32::from(year)),
        month: u8::try_from(month).ok()?,
        day: u8::try_from(day).ok()?,
        hour: number(hour)?,
        minute: number(minute)?,
        second: number(second)?,
        micros: 0,
        offset_s: None,
    };
    Some((when, rest))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = Line::read(payload.text, true).ok_or(Unreadable("expected STAMP THREAD [LEVEL] TEXT"))?;
    if let Some(when) = line.when {
        payload.set_time(event, when);
    }
    event.text_if_said(Column::LogLevel, line.level);
    if !line.code.is_empty() {
        event.text(Column::EventCode, line.code);
    }
    let text = line.text;
    if let Some(rest) = text.strip_prefix("Access denied for user '") {
        return denied(rest, event);
    }
    if text.contains("ready for connections") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
    } else if text.contains("Shutdown complete") {
        event.action(Action::ServiceStop);
        event.outcome(Outcome::Success);
    } else if let Some(rest) = text.strip_prefix("Aborted connection ") {
        event.action(Action::DbConnect);
        event.outcome(Outcome::Failure);
        event.text_if_said(Column::DbName, between(rest, "db: '", "'").unwrap_or(""));
        event.text_if_said(Column::UserName, between(rest, "user: '", "' host: '").unwrap_or(""));
        if let Some((_, host)) = rest.rsplit_once("' host: '") {
            event.ip(Column::SourceIp, host.split('\'').next().unwrap_or(host));
        }
    } else if matches!(line.level, "ERROR" | "Error") {
        event.action(Action::DbError);
        event.outcome(Outcome::Failure);
    } else {
        event.action(Action::ApplicationEvent);
    }
    Ok(())
}

/// `USER'@'HOST' (using password: YES)` or `USER'@'HOST' to database 'NAME'`, and nothing behind it.
pub(super) fn denied(rest: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected 'USER'@'HOST' and a reason");
    let (user, tail) = rest.rsplit_once("'@'").ok_or(SHAPE)?;
    let (host, reason) = tail.split_once("' ").ok_or(SHAPE)?;
    let reason = reason.trim_end();
    let is_whole = matches!(reason, "(using password: YES)" | "(using password: NO)")
        || (reason.starts_with("to database '") && reason.ends_with('\''));
    if !is_whole {
        event.action(Action::ApplicationEvent);
        return Ok(());
    }
    event.action(Action::Login);
    event.outcome(Outcome::Failure);
    // A database is the client's to name, as the user is.
    if user.contains("'@'") && reason.starts_with("to database") {
        return Ok(());
    }
    event.text_if_said(Column::UserName, user);
    if !event.ip(Column::SourceIp, host) {
        event.field("rhost", host);
    }
    event.field("reason", "wrong_credential");
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login is refused (MySQL 8)",
        text: "2026-03-16T02:40:11.112233Z 42 [Note] [MY-010926] [Server] Access denied for user 'albo'@'192.0.2.77' (using password: YES)",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "albo"),
            ("source_ip", "192.0.2.77"),
            ("event_code", "010926"),
            ("log_level", "Note"),
            ("timestamp", "2026-03-16T02:40:11.112233Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a login is refused (MariaDB, one digit hour)",
        text: "2026-03-16  8:40:11 139845 [Warning] Access denied for user 'root'@'localhost' (using password: NO)",
        expect: &[
            ("event_outcome", "failure"),
            ("user_name", "root"),
            ("fields.rhost", "localhost"),
            ("timestamp", "2026-03-16T07:40:11.000000Z"),
        ],
        absent: &["source_ip", "parse_error"],
    },
    Sample {
        about: "the server is up",
        text: "2026-03-16T06:00:00.000000Z 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '8.0.36'",
        expect: &[("event_action", "service_start"), ("event_outcome", "success")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a connection is cut",
        text: "2026-03-16 09:00:00 51 [Warning] Aborted connection 51 to db: 'albo' user: 'albo_rw' host: '192.0.2.4' (Got timeout reading communication packets)",
        expect: &[
            ("event_action", "db_connect"),
            ("event_outcome", "failure"),
            ("db_name", "albo"),
            ("source_ip", "192.0.2.4"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a refusal cut before its reason",
        text: "2026-03-16T02:40:11.112233Z 42 [Note] Access denied for user 'albo'@'192.0.2",
        expect: &[("parse_error", "expected 'USER'@'HOST' and a reason")],
        absent: &["event_outcome", "source_ip"],
    },
    Sample {
        about: "hostile: a user name that imitates a host does not move it",
        text: "2026-03-16T02:40:11.112233Z 42 [Note] Access denied for user 'x'@'203.0.113.1' (using password: YES)'@'192.0.2.77' (using password: NO)",
        expect: &[
            ("source_ip", "192.0.2.77"),
            ("user_name", "x'@'203.0.113.1' (using password: YES)"),
            ("event_outcome", "failure"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a database that imitates a host leaves none",
        text: "2026-03-16T02:12:44.112233Z 12 [Note] Access denied for user 'averdi'@'192.0.2.7' to database 'x'@'203.0.113.9' to database 'y'",
        expect: &[("event_action", "login"), ("event_outcome", "failure")],
        absent: &["source_ip", "user_name", "parse_error"],
    },
];
