//! xrdp and xrdp-sesman: logins and sessions of remote desktops on Linux, in their own files and by syslog.
//!
//! Promises: linear; the client's address and the time stand behind the user's name, which is cut from the right.
//! Must not know: other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::address_and_port;
use super::{pam, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "xrdp",
    title: "xrdp remote desktop server",
    reference: "xrdp, common/log.c and sesman",
    programs: &["xrdp", "xrdp-sesman", "xrdp-sesexec", "xrdp-chansrv"],
    starts: b"[",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        (payload.program.starts_with("xrdp") && !pam::is_pam(payload))
            || Line::of_file(payload.text).is_some()
    },
    parse,
    samples: SAMPLES,
};

struct Line<'a> {
    when: Option<time::When>,
    level: &'a str,
    text: &'a str,
}

impl<'a> Line<'a> {
    /// `[20260316-09:12:44] [INFO ] TEXT`; newer versions add milliseconds and a zone.
    fn of_file(text: &'a str) -> Option<Line<'a>> {
        let rest = text.strip_prefix('[')?;
        let (when, rest) = time::compact_date(rest)?;
        let rest = rest.strip_prefix("] ")?;
        let line = Line::of_syslog(rest);
        (!line.level.is_empty()).then_some(Line { when: Some(when), ..line })
    }

    /// `[INFO ] TEXT` or the text alone.
    fn of_syslog(text: &'a str) -> Line<'a> {
        const LEVELS: &[&str] = &["INFO", "WARN", "ERROR", "DEBUG", "TRACE", "CORE"];
        match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((level, rest)) if LEVELS.contains(&level.trim_end()) => {
                Line { when: None, level: level.trim_end(), text: rest.trim_start_matches(' ') }
            }
            _ => Line { when: None, level: "", text },
        }
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = Line::of_file(payload.text).unwrap_or_else(|| Line::of_syslog(payload.text));
    if let Some(when) = line.when {
        payload.set_time(event, when);
    }
    event.text_if_said(Column::LogLevel, line.level);
    event.action(Action::ApplicationEvent);
    let text = line.text.trim_end();
    if let Some(rest) = text.strip_prefix("AUTHFAIL: user=") {
        let (user, rest) = rest.rsplit_once(" ip=").ok_or(Unreadable("expected user, ip and time"))?;
        let (address, _) = rest.split_once(" time=").ok_or(Unreadable("expected user, ip and time"))?;
        login(user, address, Outcome::Failure, event);
        event.field("reason", "wrong_credential");
    } else if let Some(rest) = behind(text, "created session (access granted): username ") {
        let (user, place) = rest.rsplit_once(", ip ").unwrap_or((rest, ""));
        login(user, place.split(' ').next().unwrap_or(place), Outcome::Success, event);
    } else if let Some(rest) = behind(text, "reconnected session: username ") {
        let (user, rest) = rest.rsplit_once(", display ").unwrap_or((rest, ""));
        event.action(Action::SessionOpen);
        event.outcome(Outcome::Success);
        event.text_if_said(Column::UserName, user);
        address(rest.rsplit_once("ip ").map_or("", |(_, place)| place), event);
    } else if let Some(rest) = behind(text, "terminated session: ") {
        let rest = rest.trim_start().strip_prefix("username ").unwrap_or(rest);
        event.action(Action::SessionClose);
        event.outcome(Outcome::Success);
        event.text_if_said(Column::UserName, rest.split_once(", display ").map_or("", |(user, _)| user));
        address(
            rest.rsplit_once(", ip ").map_or("", |(_, place)| place.split(' ').next().unwrap_or(place)),
            event,
        );
    } else if let Some(user) = text.strip_prefix("login failed for user: ") {
        event.action(Action::Login);
        event.outcome(Outcome::Failure);
        event.text_if_said(Column::UserName, user);
    } else if let Some((_, place)) = text.split_once("connection received from")
        && !text.starts_with("AUTH")
    {
        event.action(Action::ConnectionAllowed);
        event.outcome(Outcome::Success);
        let (host, port) =
            peer::split_port(place.strip_prefix(": ").unwrap_or(place).trim_start_matches(' '));
        peer::set(event, host, port);
    } else if text.starts_with("starting xrdp") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
    }
    Ok(())
}

/// What follows a sentence that may open with `++ `.
fn behind<'a>(text: &'a str, sentence: &str) -> Option<&'a str> {
    text.strip_prefix("++ ").unwrap_or(text).strip_prefix(sentence)
}

fn login(user: &str, place: &str, outcome: Outcome, event: &mut EventBuilder<'_>) {
    event.action(Action::Login);
    event.outcome(outcome);
    event.text_if_said(Column::UserName, user);
    address(place, event);
}

/// `::ffff:192.0.2.7` or `192.0.2.7:51022`, IPv6 without brackets.
fn address(place: &str, event: &mut EventBuilder<'_>) {
    let place = place.trim();
    if peer::is_address(place) {
        peer::set(event, place, "");
    } else if let Some((address, port)) = place.rsplit_once(':')
        && peer::is_address(address)
    {
        peer::set(event, address, port);
    } else {
        let (address, port) = address_and_port(place);
        peer::set(event, address, port);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login is refused",
        text: "[20260316-09:12:44] [INFO ] AUTHFAIL: user=averdi ip=::ffff:198.51.100.9 time=1773648764",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "averdi"),
            ("source_ip", "198.51.100.9"),
            ("log_level", "INFO"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a session is granted, by syslog",
        text: "<30>Mar 16 09:12:45 rds1 xrdp-sesman[2211]: [INFO ] ++ created session (access granted): username averdi, ip ::ffff:192.0.2.77:51022 - socket: 12",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "averdi"),
            ("source_ip", "192.0.2.77"),
            ("source_port", "51022"),
        ],
        absent: &["parse_error", "fields.reason"],
    },
    Sample {
        about: "a session ends",
        text: "[20260316-17:12:45] [INFO ] ++ terminated session:  username averdi, display :10.0, session_pid 2212, ip ::ffff:192.0.2.77:51022 - socket: 12",
        expect: &[("event_action", "session_close"), ("user_name", "averdi"), ("source_ip", "192.0.2.77")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a client connects",
        text: "[20260316-09:12:43] [INFO ] Socket 12: AF_INET6 connection received from ::ffff:192.0.2.77 port 51022",
        expect: &[
            ("event_action", "connection_allowed"),
            ("source_ip", "192.0.2.77"),
            ("source_port", "51022"),
        ],
        absent: &["user_name", "parse_error"],
    },
    Sample {
        about: "truncated: a refusal cut before its client",
        text: "[20260316-09:12:44] [INFO ] AUTHFAIL: user=averdi ip=::fff",
        expect: &[("parse_error", "expected user, ip and time")],
        absent: &["user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a user name that imitates a client moves no field",
        text: "[20260316-09:12:46] [INFO ] AUTHFAIL: user=x ip=203.0.113.1 time=1\\n[20260316-09:12:46] [INFO ] AUTHFAIL: user=y ip=192.0.2.77 time=1773648766",
        expect: &[("source_ip", "192.0.2.77"), ("event_outcome", "failure")],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a name that imitates a connection",
        text: "Mar 16 02:40:11 rds1 xrdp-sesman[811]: [INFO ] login failed for user: x connection received from 203.0.113.9 port 22",
        expect: &[("event_action", "login"), ("event_outcome", "failure")],
        absent: &["source_ip", "parse_error"],
    },
];
