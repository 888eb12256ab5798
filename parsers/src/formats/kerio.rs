//! Kerio Connect: refused senders, relay attempts, logins, as its security and warning logs tell them.
//!
//! Promises: linear; the address is read where Kerio's own words surround it. Must not know: files, the clock.
//! Source: Kerio Connect Administrator's Guide, "Managing logs".

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::mail;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::{When, month_number};

/// See the module.
pub static FORMAT: Format = Format {
    name: "kerio",
    title: "Kerio Connect (mail server)",
    reference: "Kerio Connect Administrator's Guide, Managing logs",
    programs: &[],
    starts: b"[",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        stamp(payload.text).is_some_and(|(_, text)| OPENINGS.iter().any(|opening| text.starts_with(opening)))
    },
    parse,
    samples: SAMPLES,
};

/// How Kerio's messages open; others write the same stamp.
const OPENINGS: &[&str] = &[
    "IP address ",
    "Relay attempt ",
    "Attempt to deliver ",
    "Client with IP address ",
    "SMTP: ",
    "IMAP: ",
    "POP3: ",
    "HTTP: ",
    "HTTP/",
    "LDAP: ",
    "XMPP: ",
    "CalDAV: ",
    "ActiveSync: ",
    "Kerio ",
    "Administration login ",
    "Recv: ",
    "Sent: ",
    "Directory harvest attack ",
    "Message from IP address ",
    "Too many ",
    "Failed ",
];

/// `[16/Mar/2026 09:12:44] `.
fn stamp(text: &str) -> Option<(When, &str)> {
    let inner = text.strip_prefix('[')?;
    let stamp = inner.get(..20)?;
    let shape = stamp.bytes().enumerate().all(|(at, byte)| match at {
        2 | 6 => byte == b'/',
        3..=5 => byte.is_ascii_alphabetic(),
        11 => byte == b' ',
        14 | 17 => byte == b':',
        _ => byte.is_ascii_digit(),
    });
    let number = |from: usize| stamp.get(from..from + 2)?.parse::<u8>().ok();
    let when = When {
        year: stamp.get(7..11)?.parse().ok(),
        month: month_number(stamp.get(3..6)?)?,
        day: number(0)?,
        hour: number(12)?,
        minute: number(15)?,
        second: number(18)?,
        micros: 0,
        offset_s: None,
    };
    shape.then_some((when, inner.get(20..)?.strip_prefix("] ")?))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (when, text) = stamp(payload.text).ok_or(Unreadable("expected [DD/Mon/YYYY HH:MM:SS] TEXT"))?;
    if !payload.set_inner_time(event, when) {
        return Err(Unreadable("no such day or hour"));
    }
    event.action(Action::ApplicationEvent);
    if let Some(rest) = text.strip_prefix("Recv: ") {
        event.action(Action::MailReceived);
        transfer(rest, event);
    } else if let Some(rest) = text.strip_prefix("Sent: ") {
        event.action(Action::MailSent);
        transfer(rest, event);
    } else if !refused_mail(text, event) && !login(text, event) {
        event.ip(
            Column::SourceIp,
            between(text, "IP address ", " ").unwrap_or("").trim_end_matches([',', '.', ';']),
        );
    }
    Ok(())
}

/// `Queue-ID: Q, Service: SMTP, From: <A>, To: <B>, Size: 1, Sender-Host: ADDRESS, …, Subject: S, Msg-Id: <I>`; the
/// sender's words come last.
fn transfer(text: &str, event: &mut EventBuilder<'_>) {
    event.outcome(Outcome::Success);
    let front = text.split(", Subject: ").next().unwrap_or(text);
    for part in front.split(", ") {
        let Some((key, value)) = part.split_once(": ") else { continue };
        match key {
            "Queue-ID" => event.field("queue_id", value),
            "Service" => event.field("service", value),
            "From" => event.text_if_said(Column::EmailFrom, mail::bare(value)),
            "To" | "Recipient" => event.text_if_said(Column::EmailTo, mail::bare(value)),
            "Size" => event.field_number("bytes", value),
            "User" => event.text_if_said(Column::UserName, value),
            "Sender-Host" => {
                event.ip(Column::SourceIp, value);
            }
            "Remote-Host" => {
                let is_address = event.ip(Column::DestinationIp, value);
                event.text_if_said(Column::DestinationDomain, if is_address { "" } else { value });
            }
            "Result" if value != "delivered" => {
                event.action(Action::MailBounced);
                event.outcome(Outcome::Failure);
                event.field("reason", value);
            }
            "Status" => event.field("dsn", value.trim()),
            _ => {}
        }
    }
    if let Some((_, rest)) = text.split_once(", Subject: ") {
        let (subject, id) = rest.rsplit_once(", Msg-Id: ").unwrap_or((rest, ""));
        event.text_if_said(Column::EmailSubject, subject);
        event.text_if_said(Column::EmailMessageId, mail::bare(id));
    } else if let Some((_, id)) = text.rsplit_once(", Msg-Id: ") {
        event.text_if_said(Column::EmailMessageId, mail::bare(id));
    }
}

/// Senders and recipients that are not wanted.
fn refused_mail(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let (address, rest) = if let Some(rest) = text.strip_prefix("IP address ") {
        let (address, rest) = rest.split_once(" found in DNS blacklist ").unwrap_or((rest, ""));
        let (list, rest) = rest.split_once(", mail from ").unwrap_or((rest, ""));
        event.text_if_said(Column::RuleName, list);
        (address, rest)
    } else if let Some(rest) = text.strip_prefix("Relay attempt from IP address ") {
        rest.split_once(", mail from ").unwrap_or((rest, ""))
    } else if let Some(rest) = text.strip_prefix("Attempt to deliver to unknown recipient ") {
        let (recipient, rest) = mail::path(rest);
        event.text_if_said(Column::EmailTo, mail::bare(recipient));
        let (from, address) = rest.rsplit_once(", IP address ").unwrap_or((rest, ""));
        event.text_if_said(Column::EmailFrom, mail::bare(from.strip_prefix(", from ").unwrap_or(from)));
        (address, "")
    } else if let Some(rest) = text.strip_prefix("Client with IP address ") {
        rest.split_once(' ').map_or((rest, ""), |(address, _)| (address, ""))
    } else {
        return false;
    };
    if !event.ip(Column::SourceIp, address.trim_end_matches('.')) {
        return false;
    }
    event.action(Action::MailBlocked);
    event.outcome(Outcome::Failure);
    event.field("reason", text.split(['<', ',']).next().unwrap_or(text).trim_end());
    if !rest.is_empty() {
        let (from, rest) = mail::path(rest);
        event.text_if_said(Column::EmailFrom, mail::bare(from));
        let (to, _) = mail::path(rest.strip_prefix(" to ").unwrap_or(""));
        event.text_if_said(Column::EmailTo, mail::bare(to));
    }
    true
}

/// Logins by protocol and on the administration.
fn login(text: &str, event: &mut EventBuilder<'_>) -> bool {
    if let Some((front, address)) = text.rsplit_once(" Attempt from IP address ") {
        // `SMTP: User X doesn't exist.`, `IMAP: Invalid password for user X.`
        let (protocol, said) = front.split_once(": ").unwrap_or(("", front));
        event.field("protocol", protocol);
        let user = between(said, "User ", " doesn't exist")
            .or_else(|| said.split_once("for user ").map(|(_, user)| user.trim_end_matches('.')));
        event.text_if_said(Column::UserName, user.unwrap_or(""));
        event.ip(Column::SourceIp, address.trim_end_matches('.'));
        event.field("reason", said);
    } else if let Some((front, rest)) = text.split_once(" login into ") {
        let Some((place, rest)) = rest.split_once(" from ") else { return false };
        let (address, said) = rest.split_once(' ').unwrap_or((rest, ""));
        event.field("protocol", front);
        event.field("service", place);
        event.ip(Column::SourceIp, address);
        let Some((_, reason)) = said.split_once("failed: ") else { return false };
        event.field("reason", reason);
    } else {
        return false;
    }
    event.action(Action::Login);
    event.outcome(Outcome::Failure);
    true
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a sender on a block list",
        text: "[16/Mar/2026 02:12:44] IP address 198.51.100.23 found in DNS blacklist SpamCop, mail from <x@bad.example> to <urp@borgo.example> rejected",
        expect: &[
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("rule_name", "SpamCop"),
            ("email_from", "x@bad.example"),
            ("email_to", "urp@borgo.example"),
            ("timestamp", "2026-03-16T01:12:44.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an unknown user tries to log in",
        text: "[16/Mar/2026 02:12:44] SMTP: User stampante@borgo.example doesn't exist. Attempt from IP address 198.51.100.23.",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "stampante@borgo.example"),
            ("source_ip", "198.51.100.23"),
            ("fields.protocol", "SMTP"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "the administration is refused",
        text: "[16/Mar/2026 02:12:44] Administration login into Web Administration from 198.51.100.23 failed: IP address not allowed",
        expect: &[("event_action", "login"), ("event_outcome", "failure"), ("source_ip", "198.51.100.23")],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "hostile: an unknown recipient, the sender imitating an address",
        text: "[16/Mar/2026 02:12:44] Attempt to deliver to unknown recipient <nessuno@borgo.example>, from <\", IP address 203.0.113.1\"@bad.example>, IP address 198.51.100.23",
        expect: &[
            ("event_action", "mail_blocked"),
            ("source_ip", "198.51.100.23"),
            ("email_to", "nessuno@borgo.example"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a line cut in its address",
        text: "[16/Mar/2026 02:12:44] Relay attempt from IP address 198.51.",
        expect: &[("event_action", "application_event")],
        absent: &["source_ip", "event_outcome"],
    },
];
