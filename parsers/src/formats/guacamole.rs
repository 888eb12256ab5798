//! Apache Guacamole: logins and connections of the web application, in Tomcat's log.
//!
//! Promises: linear; user names stand in quotes, cut by the words the application wrote around them.
//! Must not know: files, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "guacamole",
    title: "Apache Guacamole",
    reference: "Apache Guacamole, rest/auth/AuthenticationService and tunnel",
    programs: &["guacamole"],
    starts: b"0123456789WIA",
    needs: &[],
    keys: &[],
    recognise: |payload| Line::read(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

struct Line<'a> {
    when: Option<time::When>,
    level: &'a str,
    text: &'a str,
}

impl<'a> Line<'a> {
    /// `[STAMP ][THREAD] LEVEL o.a.g.CLASS - TEXT`, or `WARNING: TEXT` of older versions.
    fn read(text: &'a str) -> Option<Line<'a>> {
        for level in ["WARNING", "INFO"] {
            if let Some(text) = text.strip_prefix(level).and_then(|rest| rest.strip_prefix(": ")) {
                return is_sentence(text).then_some(Line { when: None, level, text });
            }
        }
        let (when, rest) = match time::iso_prefix(text) {
            Some((when, rest)) => (Some(when), rest),
            // `09:12:44.112`, a time without a day.
            None => (None, text.get(12..).filter(|_| text.as_bytes().get(2) == Some(&b':'))?),
        };
        let (_thread, rest) = rest.trim_start_matches(' ').strip_prefix('[')?.split_once("] ")?;
        let (level, rest) = rest.split_once(' ')?;
        let (class, text) = rest.trim_start_matches(' ').split_once(" - ")?;
        let is_own = class.starts_with("o.a.g.") || class.starts_with("org.apache.guacamole.");
        is_own.then_some(Line { when, level, text })
    }
}

fn is_sentence(text: &str) -> bool {
    text.starts_with("Authentication attempt from ")
        || (text.starts_with("User \"") && text.contains("\" successfully authenticated from "))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = Line::read(payload.text).ok_or(Unreadable("expected STAMP [THREAD] LEVEL CLASS - TEXT"))?;
    if let Some(when) = line.when {
        payload.set_time(event, when);
    }
    event.text(Column::LogLevel, line.level);
    event.action(Action::ApplicationEvent);
    let text = line.text.trim_end().trim_end_matches('.');
    if let Some(rest) = text.strip_prefix("Authentication attempt from ") {
        let (place, rest) =
            rest.split_once(" for user \"").ok_or(Unreadable("expected a client and a user in quotes"))?;
        let user =
            rest.strip_suffix("\" failed").ok_or(Unreadable("expected a client and a user in quotes"))?;
        event.action(Action::Login);
        event.outcome(Outcome::Failure);
        if user != "null" {
            event.text_if_said(Column::UserName, user);
        }
        client(place, event);
        event.field("reason", "wrong_credential");
    } else if let Some(rest) = text.strip_prefix("User \"") {
        user(rest, event);
    }
    Ok(())
}

/// `192.0.2.7` or `[192.0.2.7, 192.0.2.1]`: the client and the proxies it came through.
fn client(place: &str, event: &mut EventBuilder<'_>) {
    let place = place.trim_start_matches('[').trim_end_matches(']');
    // The last is the proxy, the one before it what the proxy saw; the others are claims.
    let list = place.rsplit_once(", ").map_or(place, |(list, _proxy)| list);
    peer::set(event, list.rsplit(", ").next().unwrap_or(list), "");
    if let Some((_, via)) = place.split_once(", ") {
        event.field("forwarded_for", via);
    }
}

/// `U" successfully authenticated from PLACE`, `U" connected to connection "N"`, `U" disconnected from connection "N"…`.
fn user(rest: &str, event: &mut EventBuilder<'_>) {
    if let Some((user, place)) = rest.rsplit_once("\" successfully authenticated from ") {
        event.action(Action::Login);
        event.outcome(Outcome::Success);
        event.text_if_said(Column::UserName, user);
        client(place, event);
        return;
    }
    for (mark, action) in [
        ("\" connected to connection \"", Action::SessionOpen),
        ("\" disconnected from connection \"", Action::SessionClose),
    ] {
        if let Some((user, connection)) = rest.split_once(mark) {
            event.action(action);
            event.outcome(Outcome::Success);
            event.text_if_said(Column::UserName, user);
            event.field("connection", connection.split('"').next().unwrap_or(connection));
            return;
        }
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login is refused",
        text: "2026-03-16T08:12:44,112Z [http-nio-8080-exec-9] WARN  o.a.g.r.auth.AuthenticationService - Authentication attempt from [198.51.100.9, 192.0.2.1] for user \"averdi\" failed.",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "averdi"),
            ("source_ip", "198.51.100.9"),
            ("fields.forwarded_for", "192.0.2.1"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a login, the stamp without a day",
        text: "09:12:45.112 [http-nio-8080-exec-9] INFO  o.a.g.r.auth.AuthenticationService - User \"averdi\" successfully authenticated from 192.0.2.77.",
        expect: &[("event_outcome", "success"), ("user_name", "averdi"), ("source_ip", "192.0.2.77")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a desktop is opened",
        text: "09:12:46.112 [http-nio-8080-exec-9] INFO  o.a.g.tunnel.TunnelRequestService - User \"averdi\" connected to connection \"7\".",
        expect: &[("event_action", "session_open"), ("fields.connection", "7")],
        absent: &["source_ip", "parse_error"],
    },
    Sample {
        about: "a refusal of older versions",
        text: "WARNING: Authentication attempt from 198.51.100.9 for user \"null\" failed.",
        expect: &[("event_outcome", "failure"), ("source_ip", "198.51.100.9"), ("log_level", "WARNING")],
        absent: &["user_name", "parse_error"],
    },
    Sample {
        about: "truncated: a refusal cut within its user",
        text: "2026-03-16T08:12:44,112Z [http-nio-8080-exec-9] WARN  o.a.g.r.auth.AuthenticationService - Authentication attempt from [198.51.100.9] for user \"aver",
        expect: &[("parse_error", "expected a client and a user in quotes")],
        absent: &["user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a user name that imitates a client moves no field",
        text: "2026-03-16T08:12:47,112Z [http-nio-8080-exec-9] WARN  o.a.g.r.auth.AuthenticationService - Authentication attempt from 192.0.2.77 for user \"x\" failed. from 203.0.113.1 for user \"y\" failed.",
        expect: &[("source_ip", "192.0.2.77"), ("user_name", "x\" failed. from 203.0.113.1 for user \"y")],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: of forwarded addresses the claims do not count",
        text: "2026-03-16T08:12:44,112Z [http-nio-8080-exec-9] WARN  o.a.g.r.auth.AuthenticationService - Authentication attempt from [203.0.113.9, 198.51.100.23, 192.0.2.1] for user \"x\" failed.",
        expect: &[("event_outcome", "failure"), ("source_ip", "198.51.100.23")],
        absent: &["parse_error"],
    },
];
