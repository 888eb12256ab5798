//! Roundcube (webmail): logins, from its `errors` and `userlogins` logs or by syslog.
//!
//! Promises: linear; the last address that stands behind ` from ` is Roundcube's, whatever the user is called.
//! Must not know: the envelope, files, the clock, other formats.
//! Source: Roundcube, rcmail.php (log_login, raise_error), rcube_imap.php.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::peer::is_address;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::{self, When};

/// See the module.
pub static FORMAT: Format = Format {
    name: "roundcube",
    title: "Roundcube (webmail)",
    reference: "Roundcube, errors and userlogins logs",
    programs: &["roundcube"],
    starts: b"[",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        payload.program == "roundcube"
            || in_file(payload.text)
                .is_some_and(|(_, text)| LOGINS.iter().any(|(word, _)| session(text).1.contains(word)))
    },
    parse,
    samples: SAMPLES,
};

/// Words in front of a user's name, and whether he got in.
const LOGINS: &[(&str, bool)] = &[
    ("FAILED login for ", false),
    ("Failed login for ", false),
    ("Error: Login failed for ", false),
    ("Successful login for ", true),
];

/// Stamp and text of `[16-Mar-2026 09:12:44 +0100]: TEXT`.
fn in_file(text: &str) -> Option<(When, &str)> {
    let (stamp, text) = text.strip_prefix('[')?.split_once("]: ")?;
    let (when, _zone_by_name) = time::bind(stamp)?;
    Some((when, text))
}

/// Session and text of `<SESSION> TEXT`.
fn session(text: &str) -> (&str, &str) {
    match text.strip_prefix('<').and_then(|rest| rest.split_once("> ")) {
        Some((session, rest)) if !session.contains(' ') => (session, rest),
        _ => ("", text),
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = match in_file(payload.text) {
        Some((when, text)) => {
            if !payload.set_inner_time(event, when) {
                return Err(Unreadable("no such day or hour"));
            }
            text
        }
        None => payload.text,
    };
    let (id, text) = session(text);
    if !id.is_empty() {
        event.field("session", id);
    }
    let login = LOGINS.iter().find_map(|(word, done)| text.split_once(word).map(|(_, rest)| (*done, rest)));
    let Some((done, rest)) = login else {
        event.action(Action::ApplicationEvent);
        return Ok(());
    };
    let (user, address, tail) = last_from(rest).ok_or(Unreadable("a login without its address"))?;
    // User and forwarding headers, which stand at both sides of the address, are the client's.
    if text.contains("(X-") && last_from(user).is_some() {
        return Err(Unreadable("two addresses, one of them written by the client"));
    }
    event.ip(Column::SourceIp, address);
    let (user, server) = user.rsplit_once(" against ").unwrap_or((user, ""));
    if !server.is_empty() {
        event.field("server", server);
    }
    let user = user.split(" (ID: ").next().unwrap_or(user);
    event.text_if_said(Column::UserName, user);
    if let Some(forwarded) = between(tail, "X-Forwarded-For: ", ")") {
        event.field("forwarded_for", forwarded.split(',').next().unwrap_or(forwarded));
    }
    event.action(Action::Login);
    event.outcome(Outcome::of(done));
    if !done {
        let reason = tail.trim_start_matches(['.', ' ']).split(" in /").next().unwrap_or("");
        event.field("reason", if reason.is_empty() { "login failed" } else { reason });
    }
    Ok(())
}

/// What stands before the last ` from ADDRESS`, the address, and what follows.
fn last_from(text: &str) -> Option<(&str, &str, &str)> {
    let mut end = text.len();
    while let Some(at) = text.get(..end)?.rfind(" from ") {
        let rest = text.get(at + " from ".len()..)?;
        let length = rest.find([' ', '(']).unwrap_or(rest.len());
        let (word, tail) = rest.split_at_checked(length)?;
        let address = word.trim_end_matches('.');
        if is_address(address) {
            return Some((text.get(..at)?, address, tail));
        }
        end = at;
    }
    None
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password",
        text: "[16-Mar-2026 02:12:44 +0100]: <k7m2p9qa> IMAP Error: Login failed for urp@borgo.example against localhost from 198.51.100.23. AUTHENTICATE PLAIN: Authentication failed. in /srv/www/rcube_imap.php on line 221 (POST /?_task=login&_action=login)",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "urp@borgo.example"),
            ("source_ip", "198.51.100.23"),
            ("fields.server", "localhost"),
            ("fields.reason", "AUTHENTICATE PLAIN: Authentication failed."),
            ("timestamp", "2026-03-16T01:12:44.000000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a user logs in",
        text: "[16-Mar-2026 09:12:44 +0100]: <k7m2p9qa> Successful login for g.neri@borgo.example (ID: 7) from 192.0.2.60 in session k7m2p9qa",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "g.neri@borgo.example"),
            ("source_ip", "192.0.2.60"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a wrong password behind a proxy, by syslog",
        text: "<22>Mar 16 02:12:44 posta roundcube: <a1> Failed login for urp from 192.0.2.9(X-Forwarded-For: 198.51.100.23) in session a1 (error: 0)",
        expect: &[
            ("event_outcome", "failure"),
            ("source_ip", "192.0.2.9"),
            ("fields.forwarded_for", "198.51.100.23"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a login cut before its address",
        text: "[16-Mar-2026 02:12:44 +0100]: FAILED login for urp fr",
        expect: &[("parse_error", "a login without its address")],
        absent: &["user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a name that imitates an address does not move it",
        text: "[16-Mar-2026 02:12:44 +0100]: FAILED login for x from 203.0.113.1. from 198.51.100.23",
        expect: &[("source_ip", "198.51.100.23"), ("user_name", "x from 203.0.113.1.")],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a forwarding header that imitates an address is an error",
        text: "[16-Mar-2026 02:40:11 +0100]: <a1b2> Failed login for x from 198.51.100.23(X-Forwarded-For: y from 203.0.113.9 ) in session a1b2 (error: 0)",
        expect: &[("parse_error", "two addresses, one of them written by the client")],
        absent: &["source_ip", "user_name", "event_outcome"],
    },
];
