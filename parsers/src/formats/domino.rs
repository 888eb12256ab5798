//! HCL (IBM, Lotus) Domino console log: logins refused, connections rejected, messages routed.
//!
//! Promises: linear; the connecting host is cut from the right, behind the user's name.
//! Must not know: files, the clock, other formats.
//! Source: HCL Domino, log.nsf and console log messages.

use schema::{Action, Column, EventBuilder, Outcome};

use super::mail;
use super::regional_date::stamp;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::When;

/// See the module.
pub static FORMAT: Format = Format {
    name: "domino",
    title: "HCL Domino (console log)",
    reference: "HCL Domino, console log",
    programs: &[],
    starts: b"[0123456789",
    needs: &[],
    keys: &[],
    recognise: |payload| line(payload.text).is_some_and(|(_, text)| is_domino(text)),
    parse,
    samples: SAMPLES,
};

/// Tasks that open a message.
const TASKS: &[&str] = &[
    "SMTP Server",
    "HTTP Server",
    "LDAP Server",
    "POP3 Server",
    "IMAP Server",
    "DIIOP Server",
    "Router:",
    "smtp: ",
    "http: ",
    "ldap: ",
    "pop3: ",
    "imap: ",
    "diiop: ",
    "Opened session for ",
    "Closed session for ",
];

fn is_domino(text: &str) -> bool {
    TASKS.iter().any(|task| text.starts_with(task))
}

/// Stamp and text of `[PROCESS:THREAD-ID] STAMP   TEXT`, the bracket optional.
fn line(text: &str) -> Option<(When, &str)> {
    let rest = match text.strip_prefix('[') {
        Some(rest) => rest.split_once("] ")?.1,
        None => text,
    };
    let (when, rest) = stamp(rest)?;
    // Domino parts stamp and text by more than one blank.
    rest.starts_with("  ").then_some((when, rest.trim_start()))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (when, text) = line(payload.text).ok_or(Unreadable("expected STAMP TEXT"))?;
    if !payload.set_inner_time(event, when) {
        return Err(Unreadable("no such day or hour"));
    }
    event.action(Action::ApplicationEvent);
    event.field("task", text.split([':', '[']).next().unwrap_or(text).trim_end());
    if let Some((_, rest)) = text.split_once("Authentication failed for user ") {
        let (user, host) =
            rest.rsplit_once(" ; connecting host ").ok_or(Unreadable("a login without its host"))?;
        failed(user, host, event);
    } else if let Some((front, how)) = text.rsplit_once(" authentication failure using ") {
        let (user, host) = front.rsplit_once(" [").ok_or(Unreadable("a login without its host"))?;
        failed(user.split_once(": ").map_or(user, |(_, user)| user), host, event);
        event.field("auth_method", how);
    } else if let Some((_, rest)) = text.split_once("Connection from ") {
        let (_, address, said) =
            mail::host_and_address(rest).ok_or(Unreadable("a connection without its address"))?;
        event.ip(Column::SourceIp, address);
        if let Some(reason) = said.trim_start().strip_prefix("rejected ") {
            event.action(Action::ConnectionDenied);
            event.outcome(Outcome::Failure);
            event.field("reason", reason);
        }
    } else if let Some(rest) = text.strip_prefix("Opened session for ") {
        event.action(Action::SessionOpen);
        event.outcome(Outcome::Success);
        event.text_if_said(Column::UserName, rest.split(" (").next().unwrap_or(rest));
    } else if let Some(rest) = text.strip_prefix("Closed session for ") {
        event.action(Action::SessionClose);
        event.outcome(Outcome::Success);
        event.text_if_said(
            Column::UserName,
            rest.split(" Databases accessed").next().unwrap_or(rest).trim_end(),
        );
    } else if text.starts_with("Router: ") {
        routed(text, event);
    }
    Ok(())
}

fn failed(user: &str, host: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::Login);
    event.outcome(Outcome::Failure);
    event.text_if_said(Column::UserName, user);
    event.ip(Column::SourceIp, host.trim_matches(['[', ']', ' ']));
}

/// `Router: Message 0012AB, 5D11 delivered to NAME from SENDER Size: 4K`, `Router: Message … transferred to HOST for …`.
fn routed(text: &str, event: &mut EventBuilder<'_>) {
    let delivered = text.split_once(" delivered to ");
    let transferred = text.split_once(" transferred to ");
    let Some((_, rest)) = delivered.or(transferred) else { return };
    event.action(if delivered.is_some() { Action::MailReceived } else { Action::MailSent });
    event.outcome(Outcome::Success);
    if delivered.is_some() {
        event.text_if_said(Column::EmailTo, rest.split(" from ").next().unwrap_or(rest));
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password for SMTP",
        text: "16-03-2026 02:12:44   SMTP Server: Authentication failed for user urp ; connecting host 198.51.100.23",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "urp"),
            ("source_ip", "198.51.100.23"),
            ("timestamp", "2026-03-16T01:12:44.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a wrong password, with the thread in front",
        text: "[21400:00007-3735500001] 2026-03-16 02:12:44   http: urp [198.51.100.23] authentication failure using internet password",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "urp"),
            ("source_ip", "198.51.100.23"),
            ("fields.task", "http"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a connection is refused",
        text: "2026-03-16 02:12:44   SMTP Server [0A20:0031-1042] Connection from [198.51.100.23] rejected for policy reasons. IP address of connecting host not found in reverse DNS lookup.",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "a user opens a session",
        text: "03/16/2026 09:12:44 AM  Opened session for Giulia Neri/Borgo (Release 12.0.2)",
        expect: &[("event_action", "session_open"), ("user_name", "Giulia Neri/Borgo")],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "truncated: a login cut before its host",
        text: "16-03-2026 02:12:44   SMTP Server: Authentication failed for user ur",
        expect: &[("parse_error", "a login without its host")],
        absent: &["user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a name that imitates a host does not move the address",
        text: "16-03-2026 02:12:44   SMTP Server: Authentication failed for user x ; connecting host 203.0.113.1 ; connecting host 198.51.100.23",
        expect: &[("source_ip", "198.51.100.23"), ("user_name", "x ; connecting host 203.0.113.1")],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a name that imitates a host",
        text: "[21400:00007-3735500001] 2026-03-16 02:12:44   http: x [203.0.113.9] authentication failure using y [198.51.100.23] authentication failure using internet password",
        expect: &[("event_outcome", "failure"), ("source_ip", "198.51.100.23")],
        absent: &["parse_error"],
    },
];
