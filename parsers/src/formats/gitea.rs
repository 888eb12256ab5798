//! Gitea and Forgejo: `2026/03/16 09:12:44 FILE:LINE:FUNCTION() [LEVEL] message`.
//!
//! Promises: linear; the address stands behind the last ` from `, before which a user's name stands.
//! Must not know: the envelope, other formats. Source: Gitea, routers/web/auth/auth.go, modules/log.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::address_and_port;
use super::cloud;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "gitea",
    title: "Gitea and Forgejo",
    reference: "Gitea, Administration, Logging configuration; routers/web/auth/auth.go",
    programs: &["gitea", "forgejo"],
    starts: b"0123456789",
    needs: &[],
    keys: &[],
    recognise: |payload| cut(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// Place in the source, level, message; none when the line is not of that layout.
fn cut(text: &str) -> Option<(&str, &str, &str)> {
    if text.as_bytes().get(4) != Some(&b'/') {
        return None;
    }
    let rest = text.get(20..)?;
    let (place, rest) = rest.split_once(' ')?;
    let is_place = place.ends_with("()") && place.contains(".go:") && place.len() <= 160;
    let (level, message) = rest.strip_prefix('[')?.split_once("] ")?;
    (is_place && level.len() <= 10).then_some((place, level, message))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (when, _) = time::iso_prefix(payload.text).ok_or(Unreadable("expected a time"))?;
    payload.set_time(event, when);
    let (place, level, message) =
        cut(payload.text).ok_or(Unreadable("expected `file.go:line:function() [level]`"))?;
    event.text(Column::LogLevel, level);
    event.text(Column::EventProvider, place);
    // A request's id may stand in brackets before the message.
    let message = match message.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
        Some((id, rest)) if id.len() <= 32 => rest,
        _ => message,
    };
    if let Some(rest) = message.strip_prefix("Failed authentication attempt for ") {
        attempt(rest, event);
    } else if let Some(rest) = message.strip_prefix("Failed authentication attempt from ") {
        refused("", rest, event);
    } else {
        event.action(Action::ApplicationEvent);
    }
    Ok(())
}

/// `NAME from ADDRESS[:PORT][: reason]`.
fn attempt(rest: &str, event: &mut EventBuilder<'_>) {
    // The reason repeats the name, which may hold an address: then the cut in which both agree is the true one.
    let cuts = || {
        rest.match_indices(" from ").filter_map(|(at, _)| {
            let from = rest.get(at + " from ".len()..)?;
            let end = from.split(' ').next()?;
            (end.len() == from.len() || end.ends_with(':')).then_some((rest.get(..at)?, from))
        })
    };
    let repeated = rest.rsplit_once(" name: ").map_or("", |(_, repeated)| repeated);
    let agrees =
        |(name, _): &(&str, &str)| repeated.strip_prefix(name).is_some_and(|rest| rest.starts_with(", "));
    let only = cuts().next().filter(|_| cuts().nth(1).is_none());
    let (name, from) = cuts().find(agrees).or(only).unwrap_or_default();
    refused(name, from, event);
}

fn refused(name: &str, from: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::Login);
    event.outcome(Outcome::Failure);
    cloud::person(name, event);
    let (end, reason) = from.split_once(": ").unwrap_or((from, ""));
    let (address, port) = address_and_port(end);
    if event.ip(Column::SourceIp, address) && port != "0" {
        event.int_text(Column::SourcePort, port);
    }
    if !reason.is_empty() {
        event.field("reason", reason.split(" [").next().unwrap_or(reason));
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login is refused",
        text: "2026/03/16 09:12:44 ...ers/web/auth/auth.go:200:SignInPost() [I] Failed authentication attempt for verdi from 198.51.100.23:39522: user does not exist [uid: 0, name: verdi, keyid: 0]",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "verdi"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "39522"),
            ("fields.reason", "user does not exist"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "with a request's id, over IPv6",
        text: "2026/03/16 09:13:44 ...ers/web/auth/auth.go:206:SignInPost() [I] [77ab12cd] Failed authentication attempt for verdi@borgo.example from [2001:db8::7]:0: user's password is invalid [uid: 1, name: verdi]",
        expect: &[
            ("source_ip", "2001:db8::7"),
            ("user_name", "verdi@borgo.example"),
            ("event_outcome", "failure"),
        ],
        absent: &["source_port", "parse_error"],
    },
    Sample {
        about: "any other message",
        text: "2026/03/16 09:14:44 cmd/web.go:242:runWeb() [I] Starting Gitea on PID: 7",
        expect: &[("event_action", "application_event"), ("log_level", "I")],
        absent: &["source_ip", "parse_error"],
    },
    Sample {
        about: "truncated: cut in its message",
        text: "2026/03/16 09:15:44 ...ers/web/auth/auth.go:200:SignInPost() [I] Failed authentication attempt for verdi fr",
        expect: &[("event_action", "login"), ("event_outcome", "failure")],
        absent: &["source_ip"],
    },
    Sample {
        about: "hostile: a name that imitates the address moves it not",
        text: "2026/03/16 09:16:44 ...ers/web/auth/auth.go:200:SignInPost() [I] Failed authentication attempt for x from 203.0.113.6 from 198.51.100.23:1: user does not exist",
        expect: &[("source_ip", "198.51.100.23"), ("user_name", "x from 203.0.113.6")],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a name that imitates an address, and stands again in the reason",
        text: "2026/03/16 02:40:11 .../web/auth/auth.go:200:SignInPost() [W] Failed authentication attempt for x from 203.0.113.9:1: y from 198.51.100.23:50112: user does not exist [uid: 0, name: x from 203.0.113.9:1: y, keyid: 0]",
        expect: &[("event_outcome", "failure"), ("source_ip", "198.51.100.23"), ("source_port", "50112")],
        absent: &["parse_error"],
    },
];
