//! Monit: `[ZONE Mar 16 09:12:44] error    : text` of its own file, or the text alone by syslog.
//!
//! Promises: linear; a user name is quoted by Monit and cut from the right. A request without credentials is the
//! browser's first, so no login that failed. Must not know: the envelope. Source: Monit 5.34, src/http/cervlet.c, log.c.

use schema::{Action, Column, EventBuilder};

use super::account::between;
use super::flow;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::{When, iso_prefix, month_day};

/// See the module.
pub static FORMAT: Format = Format {
    name: "monit",
    title: "Monit",
    reference: "Monit 5.34, src/http/processor.c, src/event.c",
    programs: &["monit"],
    starts: b"[",
    needs: &[],
    keys: &[],
    recognise: |payload| payload.program.ends_with("monit") || stamped(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// `[ZONE Mar 16 09:12:44] LEVEL    : text` or with an ISO stamp in the brackets.
fn stamped(text: &str) -> Option<(When, &str, &str)> {
    let (stamp, rest) = text.strip_prefix('[')?.split_once("] ")?;
    let (level, said) = rest.split_once(": ")?;
    let level = level.trim_end();
    if !matches!(
        level,
        "error" | "info" | "debug" | "warning" | "notice" | "critical" | "alert" | "emergency"
    ) {
        return None;
    }
    if let Some((when, "")) = iso_prefix(stamp) {
        return Some((when, level, said));
    }
    let (zone, stamp) = stamp.split_once(' ')?;
    let (when, rest) = month_day(stamp)?;
    (rest.is_empty() && zone.len() <= 5 && zone.bytes().all(|byte| byte.is_ascii_uppercase()))
        .then_some(())?;
    Some((When { offset_s: offset(zone), ..when }, level, said))
}

/// Seconds east of UTC of the zone names that mean one thing.
fn offset(zone: &str) -> Option<i32> {
    let hours = match zone {
        "UTC" | "GMT" | "WET" => 0,
        "CET" | "WEST" => 1,
        "CEST" | "EET" => 2,
        "EEST" => 3,
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        _ => return None,
    };
    Some(hours * 3600)
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = match stamped(payload.text) {
        Some((when, level, said)) => {
            if !payload.set_time(event, when) {
                return Err(Unreadable("no such day or hour"));
            }
            event.text(Column::LogLevel, level);
            said
        }
        None => payload.text,
    };
    if !(login(text, event) || service(text, event)) {
        event.action(Action::ApplicationEvent);
    }
    Ok(())
}

/// `HttpRequest: access denied -- client ADDRESS: wrong password for user 'NAME'`, and the shape of version 4.
fn login(text: &str, event: &mut EventBuilder<'_>) -> bool {
    if let Some((_, rest)) = text
        .split_once("HttpRequest: access denied -- client ")
        .or_else(|| text.split_once("access denied -- client "))
    {
        let (address, said) = rest.split_once(": ").unwrap_or((rest, ""));
        event.ip(Column::SourceIp, address.trim_matches(['[', ']']));
        let user = said
            .split_once("user '")
            .and_then(|(_, rest)| rest.rsplit_once('\''))
            .map_or("", |(user, _)| user);
        event.text_if_said(Column::UserName, user);
        event.field("reason", said.split(" '").next().unwrap_or(said).trim_end_matches(" for user"));
        if user.is_empty() && said != "empty password" {
            event.action(Action::ApplicationEvent);
        } else {
            flow::did(event, Action::Login, false);
        }
        return true;
    }
    let Some(rest) = text.strip_prefix("Warning: Client '").or_else(|| text.strip_prefix("Client '")) else {
        return false;
    };
    let Some((address, said)) = rest.split_once("' supplied ") else { return false };
    flow::did(event, Action::Login, false);
    event.ip(Column::SourceIp, address);
    let user =
        said.split_once("user '").and_then(|(_, rest)| rest.rsplit_once('\'')).map_or("", |(user, _)| user);
    event.text_if_said(Column::UserName, user);
    event.field("reason", said.split(" '").next().unwrap_or(said).trim_end_matches(" for user"));
    true
}

/// `'NAME' process is not running`, `'NAME' space usage 92.1% matches resource limit […]`, and Monit itself.
fn service(text: &str, event: &mut EventBuilder<'_>) -> bool {
    if text.starts_with("Starting Monit ") {
        flow::did(event, Action::ServiceStart, true);
        return true;
    }
    if text.starts_with("Monit daemon with ") && text.ends_with(" killed") {
        flow::did(event, Action::ServiceStop, true);
        return true;
    }
    let Some(name) = between(text, "'", "' ").filter(|_| text.starts_with('\'')) else { return false };
    let said = text.get(name.len() + 3..).unwrap_or("");
    event.text_if_said(Column::ServiceName, name);
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let is_good = says(&[
        "succeeded",
        "is running with pid",
        "recovered",
        "Monit instance changed",
        "process is running",
        "link up",
    ]);
    let is_bad = says(&[
        "is not running",
        "failed",
        "matches resource limit",
        "doesn't exist",
        "does not exist",
        "was restarted",
        "not respond",
        "execution",
        "changed",
        "link down",
        "timed out",
        "Does not exist",
        "no such",
    ]);
    if is_good || is_bad {
        flow::did(event, Action::HealthChange, is_good);
        event.field("metric", name);
        event.field("state", if is_good { "ok" } else { "critical" });
        event.field("value", said);
    } else {
        event.action(Action::ApplicationEvent);
        event.field("action", said);
    }
    true
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password",
        text: "Mar 16 09:12:44 mon monit[812]: HttpRequest: access denied -- client 198.51.100.23: wrong password for user 'admin'",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("user_name", "admin"),
            ("fields.reason", "wrong password"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "version 4, its own file",
        text: "[CET Mar 16 09:12:44] error    : Warning: Client '198.51.100.23' supplied unknown user 'pippo' accessing monit httpd",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("user_name", "pippo"),
            ("log_level", "error"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a browser's first request",
        text: "Mar 16 09:12:44 mon monit[812]: HttpRequest: access denied -- client 192.0.2.7: missing or invalid Authorization header",
        expect: &[("event_action", "application_event"), ("source_ip", "192.0.2.7")],
        absent: &["event_outcome", "user_name"],
    },
    Sample {
        about: "a service is down",
        text: "[2026-03-16T09:12:44+0100] error    : 'nginx' process is not running",
        expect: &[
            ("event_action", "health_change"),
            ("event_outcome", "failure"),
            ("service_name", "nginx"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
            ("fields.state", "critical"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a user name that imitates an address",
        text: "Mar 16 09:12:44 mon monit[812]: HttpRequest: access denied -- client 198.51.100.23: unknown user 'x' client 203.0.113.9: y'",
        expect: &[("source_ip", "198.51.100.23"), ("user_name", "x' client 203.0.113.9: y")],
        absent: &[],
    },
    Sample {
        about: "truncated: a line cut in the address",
        text: "Mar 16 09:12:44 mon monit[812]: HttpRequest: access denied -- client 198.51.1",
        expect: &[("event_action", "application_event"), ("format", "monit")],
        absent: &["source_ip", "event_outcome"],
    },
];
