//! Courier: logins by IMAP and POP3, sessions' ends, refusals of its SMTP server.
//!
//! Promises: linear; the address is read behind the user's name, the last one counting.
//! Must not know: the syslog envelope, other formats.
//! Source: Courier-IMAP, imap/imaplogin.c, imap/pop3login.c; Courier MTA, courier/module.esmtp/courieresmtpd.c.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::mail;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "courier",
    title: "Courier (mail server)",
    reference: "Courier-IMAP, imap/imaplogin.c; Courier, courieresmtpd.c",
    programs: &[
        "imapd",
        "imapd-ssl",
        "pop3d",
        "pop3d-ssl",
        "imaplogin",
        "pop3login",
        "courierpop3login",
        "courierpop3d",
        "courierimapd",
        "courierimaplogin",
        "courierimapd-ssl",
        "courierpop3d-ssl",
        "courier-imapd",
        "courieresmtpd",
        "courieresmtp",
        "courierd",
        "courierlocal",
        "couriertcpd",
        "authdaemond",
    ],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |payload| {
        payload.program.starts_with("courier")
            || matches!(
                payload.program,
                "imapd-ssl" | "pop3d-ssl" | "imaplogin" | "pop3login" | "authdaemond"
            )
            || VERBS.iter().any(|verb| {
                text_of(payload.text).strip_prefix(verb).is_some_and(|rest| rest.starts_with(", "))
            })
    },
    parse,
    samples: SAMPLES,
};

const VERBS: &[&str] = &[
    "LOGIN FAILED",
    "LOGIN",
    "LOGOUT",
    "DISCONNECTED",
    "TIMEOUT",
    "Connection",
    "chdir",
    "authentication error",
];

/// A text without the level some builds put in front.
fn text_of(text: &str) -> &str {
    ["INFO: ", "DEBUG: ", "ERR: "].iter().find_map(|level| text.strip_prefix(level)).unwrap_or(text)
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = text_of(payload.text);
    if let Some(rest) = text.strip_prefix("error,relay=") {
        return smtp_error(rest, event);
    }
    if let Some(rest) = text.strip_prefix("LOGIN FAILED, ") {
        event.action(Action::Login);
        event.outcome(Outcome::Failure);
        return session(rest, event);
    }
    if let Some(rest) = text.strip_prefix("LOGIN, ") {
        event.action(Action::Login);
        event.outcome(Outcome::Success);
        return session(rest, event);
    }
    for verb in ["LOGOUT", "DISCONNECTED", "TIMEOUT"] {
        if let Some(rest) = text.strip_prefix(verb).and_then(|rest| rest.strip_prefix(", ")) {
            event.action(Action::Logout);
            event.field("action", verb);
            return session(rest, event);
        }
    }
    event.action(Action::ApplicationEvent);
    for opening in ["Connection, ip=", "started,ip=", "newmsg,id="] {
        if let Some(rest) = text.strip_prefix(opening) {
            event.field("action", opening.split(',').next().unwrap_or(opening));
            // A HELO stands before the address, a port behind it.
            let found = if rest.starts_with('[') { rest.split_once('[') } else { rest.rsplit_once('[') };
            if let Some((_, address)) = found {
                address_of(address, event);
            }
        }
    }
    Ok(())
}

/// `user=USER, ip=[ADDRESS], port=[1], protocol=IMAP, rcvd=2, sent=3, time=4`.
fn session(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (head, rest) = text.rsplit_once("ip=[").ok_or(Unreadable("a session without its address"))?;
    let (address, rest) = rest.split_once(']').ok_or(Unreadable("a session without its address"))?;
    address_of(address, event);
    let head = head.trim_end_matches([',', ' ']);
    if let Some(user) = head.strip_prefix("user=") {
        event.text_if_said(Column::UserName, user);
    } else if let Some(method) = head.strip_prefix("method=") {
        event.field("auth_method", method);
    }
    for part in rest.split(", ") {
        match part.split_once('=') {
            Some(("port", value)) => {
                event.int_text(Column::SourcePort, value.trim_matches(['[', ']']));
            }
            Some(("protocol", value)) => event.field("protocol", value),
            Some(("rcvd", value)) => {
                event.int_text(Column::SourceBytes, value);
            }
            Some(("sent", value)) => {
                event.int_text(Column::DestinationBytes, value);
            }
            Some(("time", value)) => event.field_number("duration_s", value),
            _ => {}
        }
    }
    Ok(())
}

/// `::ffff:ADDRESS]` or `ADDRESS`.
fn address_of(text: &str, event: &mut EventBuilder<'_>) {
    let address = text.split([']', ',']).next().unwrap_or(text);
    event.ip(Column::SourceIp, address);
}

/// `ADDRESS,from=<A>,to=<B>: 550 REASON`, `ADDRESS,msg="535 Authentication failed.",cmd: TEXT`.
fn smtp_error(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let end = text.find([',', ' ']).unwrap_or(text.len());
    let (address, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    // `ADDRESS: REASON` has a colon of its own behind an IPv6 address.
    if !event.ip(Column::SourceIp, address.trim_end_matches(':')) {
        return Err(Unreadable("expected error,relay=ADDRESS"));
    }
    if let Some(port) = between(rest, ",port=", ",").filter(|_| rest.starts_with(",port=")) {
        event.int_text(Column::SourcePort, port);
    }
    let rest =
        rest.strip_prefix(",port=").and_then(|rest| rest.split_once(',')).map_or(rest, |(_, rest)| rest);
    event.action(Action::MailBlocked);
    event.outcome(Outcome::Failure);
    if let Some(said) = between(rest, "msg=\"", "\"") {
        reply(said, event);
        return Ok(());
    }
    let mut rest = rest.trim_start_matches(',');
    if let Some(from) = rest.strip_prefix("from=") {
        let (from, after) = mail::path(from);
        event.text_if_said(Column::EmailFrom, mail::bare(from));
        rest = after.trim_start_matches(',');
    }
    if let Some(to) = rest.strip_prefix("to=") {
        let (to, after) = mail::path(to);
        event.text_if_said(Column::EmailTo, mail::bare(to));
        rest = after;
    }
    reply(rest.trim_start_matches([':', ' ']), event);
    Ok(())
}

/// `550 User unknown.`; 535 refuses a login.
fn reply(text: &str, event: &mut EventBuilder<'_>) {
    let (code, words) = text.split_once(' ').unwrap_or((text, ""));
    if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit()) {
        event.text(Column::EventCode, code);
        event.field("reason", words);
        if code == "535" {
            event.action(Action::Login);
        }
    } else if !text.is_empty() {
        event.field("reason", text);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "hostile: a wrong password under a name that imitates an address",
        text: "<22>Mar 16 02:12:44 posta imapd: LOGIN FAILED, user=x, ip=[203.0.113.1], port=[1], ip=[::ffff:198.51.100.23]",
        expect: &[("event_action", "login"), ("event_outcome", "failure"), ("source_ip", "198.51.100.23")],
        absent: &["parse_error", "source_port"],
    },
    Sample {
        about: "a user logs in",
        text: "<22>Mar 16 09:12:44 posta pop3d-ssl: LOGIN, user=g.neri, ip=[::ffff:192.0.2.60], port=[51200]",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "g.neri"),
            ("source_ip", "192.0.2.60"),
            ("source_port", "51200"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a session ends",
        text: "<22>Mar 16 09:12:44 posta imapd: LOGOUT, user=g.neri, ip=[::ffff:192.0.2.60], headers=0, body=0, rcvd=100, sent=524, time=12",
        expect: &[
            ("event_action", "logout"),
            ("user_name", "g.neri"),
            ("source_bytes", "100"),
            ("destination_bytes", "524"),
            ("fields.duration_s", "12"),
        ],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "a recipient is refused",
        text: "<22>Mar 16 02:12:44 posta courieresmtpd: error,relay=::ffff:198.51.100.23,from=<x@bad.example>,to=<nessuno@borgo.example>: 550 User unknown.",
        expect: &[
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("email_from", "x@bad.example"),
            ("email_to", "nessuno@borgo.example"),
            ("event_code", "550"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login by SMTP is refused",
        text: "<22>Mar 16 02:12:44 posta courieresmtpd: error,relay=2001:db8::9,port=40112,msg=\"535 Authentication failed.\",cmd: AUTH LOGIN",
        expect: &[
            ("source_port", "40112"),
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "2001:db8::9"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a login cut before its address",
        text: "<22>Mar 16 02:12:44 posta imapd: LOGIN FAILED, user=urp",
        expect: &[("parse_error", "a session without its address")],
        absent: &["source_ip", "event_outcome"],
    },
];
