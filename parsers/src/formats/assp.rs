//! ASSP (Anti-Spam SMTP Proxy), `maillog.txt`.
//!
//! Promises: linear; ASSP's own tags and the address stand before the sender. Must not know: files, the clock.
//! Source: ASSP v2, assp.pl (mlog).

use schema::{Action, Column, EventBuilder, Outcome};

use super::mail;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::{When, month_number};

/// See the module.
pub static FORMAT: Format = Format {
    name: "assp",
    title: "ASSP (anti-spam SMTP proxy)",
    reference: "ASSP v2, maillog.txt",
    programs: &[],
    starts: b"JFMASOND",
    needs: &[],
    keys: &[],
    recognise: |payload| stamp(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// `Mar-16-26 09:12:44 `.
fn stamp(text: &str) -> Option<(When, &str)> {
    let month = month_number(text.get(..3)?)?;
    let date = text.get(3..19)?;
    let shape = date.bytes().enumerate().all(|(at, byte)| match at {
        0 | 3 => byte == b'-',
        6 | 15 => byte == b' ',
        9 | 12 => byte == b':',
        _ => byte.is_ascii_digit(),
    });
    let number = |from: usize| date.get(from..from + 2)?.parse::<u8>().ok();
    let when = When {
        year: Some(2000 + i32::from(number(4)?)),
        month,
        day: number(1)?,
        hour: number(7)?,
        minute: number(10)?,
        second: number(13)?,
        micros: 0,
        offset_s: None,
    };
    shape.then_some((when, text.get(19..)?))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (when, mut text) = stamp(payload.text).ok_or(Unreadable("expected Mon-DD-YY HH:MM:SS"))?;
    if !payload.set_inner_time(event, when) {
        return Err(Unreadable("no such day or hour"));
    }
    if let Some((id, rest)) = text.split_once(' ').filter(|(id, _)| is_message_id(id)) {
        event.field("session", id);
        text = rest;
    }
    let mut verdict = "";
    while let Some((tag, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
        if tag.starts_with("Worker_") {
            event.field("worker", tag);
        } else if !matches!(tag, "TLS-in" | "TLS-out" | "SSL-in" | "SSL-out") {
            verdict = tag;
        }
        text = rest;
    }
    if let Some(rest) = text.strip_prefix("Blocking ") {
        let (address, reason) = rest.split_once(" - ").unwrap_or((rest, ""));
        if !event.ip(Column::SourceIp, address) {
            return Err(Unreadable("expected Blocking ADDRESS"));
        }
        event.action(Action::AccessBlocked);
        event.outcome(Outcome::Success);
        event.field("reason", reason.trim_end_matches(';'));
        return Ok(());
    }
    let (address, rest) = text.split_once(' ').unwrap_or((text, ""));
    if event.ip(Column::SourceIp, address) {
        text = rest;
    }
    mails(text, verdict, event);
    Ok(())
}

/// `m1-77361-05512`.
fn is_message_id(word: &str) -> bool {
    word.contains('-')
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && word.bytes().any(|byte| byte.is_ascii_digit())
}

/// `<SENDER> to: RECIPIENT [VERDICT] TEXT`.
fn mails(text: &str, tagged: &str, event: &mut EventBuilder<'_>) {
    let mut text = text;
    if text.starts_with('<') {
        let (sender, rest) = mail::path(text);
        event.text_if_said(Column::EmailFrom, mail::bare(sender));
        text = rest.trim_start();
    }
    if let Some(rest) = text.strip_prefix("to: ") {
        let (recipient, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        event.text_if_said(Column::EmailTo, mail::bare(recipient));
        text = rest;
    }
    let (verdict, said) = match text.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
        Some((verdict, said)) => (verdict, said),
        None => (tagged, text),
    };
    if !verdict.is_empty() {
        event.text(Column::RuleName, verdict);
    }
    if said.contains("authentication failed") || said.contains("authentication errors") {
        event.action(Action::Login);
        event.outcome(Outcome::Failure);
        event.field("reason", said);
    } else if said.starts_with("message ok") || verdict == "MessageOK" {
        event.action(Action::MailReceived);
        event.outcome(Outcome::Success);
    } else if ["blocked", "rejected", "[spam found]", "failed", "denied"]
        .iter()
        .any(|word| said.contains(word))
    {
        event.action(Action::MailBlocked);
        event.outcome(Outcome::Failure);
        event.field("reason", said);
    } else {
        event.action(Action::ApplicationEvent);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password",
        text: "Mar-16-26 02:12:44 m1-77360-04471 [Worker_1] [TLS-out] 198.51.100.23 [SMTP Error] 535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("fields.session", "m1-77360-04471"),
            ("timestamp", "2026-03-16T01:12:44.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a relay attempt is refused",
        text: "Mar-16-26 02:12:44 m1-77361-05512 [Worker_1] [RelayAttempt] 198.51.100.23 <x@bad.example> to: a@altrui.example relay attempt blocked for: b@altrui.example",
        expect: &[
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("email_from", "x@bad.example"),
            ("email_to", "a@altrui.example"),
            ("rule_name", "RelayAttempt"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an address is shut out",
        text: "Mar-16-26 02:12:44 Blocking 198.51.100.23 - too much AUTH errors (8);",
        expect: &[("event_action", "access_blocked"), ("source_ip", "198.51.100.23")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a message passes",
        text: "Mar-16-26 09:12:44 m1-77361-05513 [Worker_1] 203.0.113.25 <ditta@fornitore.example> to: urp@borgo.example [MessageOK] message ok",
        expect: &[
            ("event_action", "mail_received"),
            ("event_outcome", "success"),
            ("email_to", "urp@borgo.example"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a line cut in its address",
        text: "Mar-16-26 02:12:44 Blocking 198.51.",
        expect: &[("parse_error", "expected Blocking ADDRESS")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a sender that imitates a recipient moves none",
        text: "Mar-16-26 02:12:44 m1-77361-05512 [Worker_1] 198.51.100.23 <\"x> to: capo@borgo.example [MessageOK] message ok\"@bad.example> to: a@altrui.example relay attempt blocked for: b@altrui.example",
        expect: &[("event_action", "mail_blocked"), ("email_to", "a@altrui.example")],
        absent: &["parse_error"],
    },
];
