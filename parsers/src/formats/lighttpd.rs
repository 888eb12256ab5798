//! lighttpd's error log: refused passwords, and what the server says of itself.
//!
//! `[TIME: ](FILE.c.LINE) MESSAGE`; its access log is read as `web_access`.
//!
//! Promises: linear; the address is cut from the end of the line, behind the path and the user name.
//! Must not know: the envelope, files, the clock, other formats. Source: lighttpd 1.4, mod_auth.c, http_auth.c, server.c.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::{When, iso_prefix};

/// See the module.
pub static FORMAT: Format = Format {
    name: "lighttpd",
    title: "lighttpd error log",
    reference: "lighttpd 1.4, mod_auth.c, server.c",
    programs: &["lighttpd"],
    starts: b"0123456789(",
    needs: &[],
    keys: &[],
    recognise: |payload| cut(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// Time, place in the source and message.
fn cut(text: &str) -> Option<(Option<When>, &str, &str)> {
    let (when, rest) = match iso_prefix(text) {
        Some((when, rest)) => (Some(when), rest.strip_prefix(": ")?),
        None => (None, text),
    };
    // Some versions lost the bracket.
    let rest = rest.strip_prefix('(').or_else(|| when.and(Some(rest)))?;
    let (place, message) = rest.split_once(") ")?;
    let (file, line) = place.rsplit_once('.')?;
    let name = file.strip_suffix(".c")?;
    let is_place = peer::is_digits(line)
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    is_place.then_some((when, place, message))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (when, place, message) =
        cut(payload.text).ok_or(Unreadable("expected TIME: (FILE.c.LINE) MESSAGE"))?;
    if let Some(when) = when
        && !payload.set_time(event, when)
    {
        return Err(Unreadable("no such day or hour"));
    }
    event.field("place", place);
    if is_login(message) {
        return login(message, event);
    }
    if message.starts_with("server started") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
    } else if message.starts_with("server stopped") || message.starts_with("graceful shutdown") {
        event.action(Action::ServiceStop);
        event.outcome(Outcome::Success);
    } else {
        event.action(Action::ApplicationEvent);
        event.field("reason", message);
    }
    Ok(())
}

/// What starts the messages of the authentication modules.
fn is_login(message: &str) -> bool {
    ["password doesn't match", "digest: ", "get_password failed", "rules didn't match", "user not found"]
        .iter()
        .any(|start| message.starts_with(start))
}

/// `REASON …, IP: ADDRESS`; the comma is missing in some versions.
fn login(message: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (head, address) =
        message.trim_end().rsplit_once(" IP: ").ok_or(Unreadable("no address at the end"))?;
    let head = head.strip_suffix(',').unwrap_or(head);
    event.action(Action::Login);
    event.outcome(Outcome::Failure);
    peer::set(event, address, "");
    event.field("auth_method", if head.starts_with("digest: ") { "digest" } else { "basic" });
    if let Some(rest) = head.strip_prefix("digest: auth failed for ") {
        let (user, reason) = rest.rsplit_once(':').unwrap_or((rest, ""));
        event.text_if_said(Column::UserName, user.trim());
        event.field("reason", reason.trim());
    } else if let Some((path, user)) =
        head.strip_prefix("password doesn't match for ").and_then(|rest| rest.rsplit_once(" username: "))
    {
        event.text_if_said(Column::UserName, user);
        event.text_if_said(Column::UrlPath, path);
        event.field("reason", "password doesn't match");
    } else {
        event.field("reason", head);
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password",
        text: "2026-03-16 09:12:44: (mod_auth.c.525) password doesn't match for /riservata/ username: mrossi, IP: 198.51.100.7",
        expect: &[
            ("class", "authentication"),
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "mrossi"),
            ("source_ip", "198.51.100.7"),
            ("url_path", "/riservata/"),
            ("fields.auth_method", "basic"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "digest, through syslog",
        text: "<27>Mar 16 09:12:44 web1 lighttpd[811]: (mod_auth.c.791) digest: auth failed for mrossi : wrong password, IP: 2001:db8::7",
        expect: &[
            ("event_outcome", "failure"),
            ("user_name", "mrossi"),
            ("source_ip", "2001:db8::7"),
            ("fields.reason", "wrong password"),
            ("host_name", "web1"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "the server starts",
        text: "2026-03-16 09:12:40: (server.c.1939) server started (lighttpd/1.4.73)",
        expect: &[("event_action", "service_start"), ("event_outcome", "success")],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "a backend is down",
        text: "2026-03-16 09:12:41: (gw_backend.c.329) establishing connection failed: socket: unix:/run/php.sock: Connection refused",
        expect: &[("event_action", "application_event")],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "truncated: cut before the address",
        text: "2026-03-16 09:12:44: (mod_auth.c.525) password doesn't match for /riservata/ username: mro",
        expect: &[("parse_error", "no address at the end")],
        absent: &["user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a path that names another user and address",
        text: "2026-03-16 09:12:44: (mod_auth.c.525) password doesn't match for /x username: admin, IP: 203.0.113.9 username: mrossi, IP: 198.51.100.7",
        expect: &[("source_ip", "198.51.100.7"), ("user_name", "mrossi")],
        absent: &["parse_error"],
    },
];
