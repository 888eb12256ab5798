//! PHP's error log and the log of PHP-FPM.
//!
//! `[16-Mar-2026 09:12:44[.µs][ ZONE]] PHP Fatal error:  TEXT in FILE on line N` and
//! `[16-Mar-2026 09:12:44] WARNING: [pool www] TEXT`.
//!
//! Promises: linear; the file is cut from the end of the message. Must not know: web servers, files.
//! Source: php-src main/main.c `php_log_err`, sapi/fpm/fpm/zlog.c.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::{Clock, When, Zone, bind};

/// See the module.
pub static FORMAT: Format = Format {
    name: "php",
    title: "PHP error log, PHP-FPM log",
    reference: "PHP manual, error_log; php-fpm zlog",
    programs: &["php", "php-fpm", "php-cgi"],
    starts: b"[P",
    needs: &[],
    keys: &[],
    recognise: |payload| cut(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

struct Line<'a> {
    when: Option<When>,
    zone: &'a str,
    level: &'a str,
    text: &'a str,
}

/// What PHP calls its errors, and FPM its levels.
const PHP_LEVELS: [&str; 9] = [
    "Fatal error",
    "Parse error",
    "Warning",
    "Notice",
    "Deprecated",
    "Recoverable fatal error",
    "Core warning",
    "Startup",
    "Strict Standards",
];
const FPM_LEVELS: [&str; 5] = ["ALERT", "ERROR", "WARNING", "NOTICE", "DEBUG"];

fn cut(text: &str) -> Option<Line<'_>> {
    let (when, zone, rest) = match text.strip_prefix('[').and_then(bind) {
        Some((when, rest)) => {
            let (zone, rest) = rest.split_once("] ")?;
            (Some(when), zone.strip_prefix(' ').unwrap_or(zone), rest)
        }
        None => (None, "", text),
    };
    if zone.contains(' ') || zone.len() > 32 {
        return None;
    }
    if let Some(rest) = rest.strip_prefix("PHP ") {
        let (level, text) = rest.split_once(": ")?;
        return PHP_LEVELS.contains(&level).then_some(Line { when, zone, level, text: text.trim_start() });
    }
    // Without its time, a line of FPM says too little.
    let (level, text) = rest.split_once(": ")?;
    (when.is_some() && FPM_LEVELS.contains(&level)).then_some(Line { when, zone, level, text })
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = cut(payload.text).ok_or(Unreadable("expected [TIME] LEVEL: TEXT"))?;
    if let Some(when) = line.when
        && !set_time(when, line.zone, payload, event)
    {
        return Err(Unreadable("no such day or hour"));
    }
    event.text(Column::LogLevel, line.level);
    if FPM_LEVELS.contains(&line.level) {
        pool(&line, event);
    } else {
        event.action(Action::WebError);
        event.outcome(Outcome::Failure);
        set_file(line.text, event);
        event.field("reason", line.text);
    }
    Ok(())
}

/// PHP names its zone; one that is unknown is the source's.
fn set_time(when: When, zone: &str, payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> bool {
    if zone == "UTC" {
        return payload.set_time(event, when.in_utc());
    }
    let named = Zone::named(zone).ok().filter(|_| !zone.is_empty());
    let stamp = named.and_then(|zone| Clock::new(zone, payload.clock.received_us).resolve(when));
    match stamp {
        Some(stamp) => {
            payload.set_time_us(event, stamp.time_us);
            true
        }
        None => payload.set_time(event, when),
    }
}

/// `… in FILE on line N` and `… in FILE:N`.
fn set_file(text: &str, event: &mut EventBuilder<'_>) {
    let first = text.lines().next().unwrap_or(text);
    let Some((_, place)) = first.rsplit_once(" in ") else { return };
    let found = place.split_once(" on line ").or_else(|| place.rsplit_once(':'));
    if let Some((file, number)) = found
        && peer::is_digits(number)
    {
        event.text_if_said(Column::FilePath, file);
        event.field_number("line", number);
    }
}

/// `[pool NAME] child PID …` and what the master says.
fn pool(line: &Line<'_>, event: &mut EventBuilder<'_>) {
    let mut text = line.text;
    if let Some((pool, rest)) = text.strip_prefix("[pool ").and_then(|rest| rest.split_once("] ")) {
        event.text_if_said(Column::ServiceName, pool);
        text = rest;
    }
    if let Some((pid, _)) = text.strip_prefix("child ").and_then(|rest| rest.split_once(' '))
        && peer::is_digits(pid)
    {
        event.int_text(Column::ProcessPid, pid);
    }
    let (action, outcome) =
        if text.starts_with("fpm is running") || text.starts_with("ready to handle connections") {
            (Action::ServiceStart, Some(Outcome::Success))
        } else if text.starts_with("Terminating") || text.starts_with("exiting, bye-bye") {
            (Action::ServiceStop, Some(Outcome::Success))
        } else if text.contains(" exited on signal ") {
            (Action::ProcessStop, Some(Outcome::Failure))
        } else if text.contains("reached pm.max_children") {
            (Action::HealthChange, Some(Outcome::Failure))
        } else if matches!(line.level, "ERROR" | "ALERT") {
            (Action::WebError, Some(Outcome::Failure))
        } else {
            (Action::ApplicationEvent, None)
        };
    event.action(action);
    if let Some(outcome) = outcome {
        event.outcome(outcome);
    }
    if action == Action::HealthChange {
        event.field("metric", "max_children");
        event.field("state", "warning");
    }
    event.field("reason", text);
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "an exception nobody caught",
        text: "[16-Mar-2026 09:12:44 Europe/Rome] PHP Fatal error:  Uncaught PDOException: SQLSTATE[42601]: Syntax error in /var/www/portale/albo.php:214",
        expect: &[
            ("class", "web"),
            ("event_action", "web_error"),
            ("event_outcome", "failure"),
            ("log_level", "Fatal error"),
            ("file_path", "/var/www/portale/albo.php"),
            ("fields.line", "214"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a warning, in UTC",
        text: "[16-Mar-2026 08:12:44 UTC] PHP Warning:  include(x.php): Failed to open stream in /srv/a b/index.php on line 7",
        expect: &[("file_path", "/srv/a b/index.php"), ("timestamp", "2026-03-16T08:12:44.000000Z")],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "FPM: no children are left",
        text: "[16-Mar-2026 09:12:45] WARNING: [pool www] server reached pm.max_children setting (5), consider raising it",
        expect: &[("event_action", "health_change"), ("service_name", "www"), ("fields.state", "warning")],
        absent: &["parse_error"],
    },
    Sample {
        about: "FPM: a child crashes",
        text: "[16-Mar-2026 09:12:45.112233] WARNING: [pool www] child 811 exited on signal 11 (SIGSEGV) after 12.1 seconds from start",
        expect: &[("event_action", "process_stop"), ("event_outcome", "failure"), ("process_pid", "811")],
        absent: &["parse_error"],
    },
    Sample {
        about: "through syslog, without its own time",
        text: "<27>Mar 16 09:12:44 web1 php-fpm[811]: PHP Parse error:  syntax error, unexpected ';' in /srv/x.php on line 3",
        expect: &[("event_action", "web_error"), ("file_path", "/srv/x.php"), ("host_name", "web1")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a day that does not exist",
        text: "[36-Mar-2026 09:12:44] PHP Notice:  Undefined index: x in /srv/x.php on line 3",
        expect: &[("parse_error", "no such day or hour")],
        absent: &["file_path", "event_outcome"],
    },
    Sample {
        about: "truncated: cut before its file",
        text: "[16-Mar-2026 09:12:44 Europe/Rome] PHP Fatal error:  Uncaught P",
        expect: &[
            ("event_action", "web_error"),
            ("event_outcome", "failure"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
            ("log_level", "Fatal error"),
        ],
        absent: &["file_path", "fields.line", "parse_error"],
    },
    Sample {
        about: "hostile: a message that names another file",
        text: "[16-Mar-2026 09:12:46 Europe/Rome] PHP Warning:  fopen(x in /etc/passwd on line 1): Failed in /srv/x.php on line 9",
        expect: &[("file_path", "/srv/x.php"), ("fields.line", "9")],
        absent: &["parse_error"],
    },
];
