//! Cyrus IMAP: logins by every protocol, mailboxes touched, messages delivered.
//!
//! Promises: linear; the address stands before the user's name. Must not know: the syslog envelope, other formats.
//! Source: Cyrus IMAP, imap/imapd.c, imap/pop3d.c, timsieved/parser.c, imap/auditlog.c.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::mail;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "cyrus",
    title: "Cyrus IMAP (mail store)",
    reference: "Cyrus IMAP, imap/imapd.c",
    programs: &[
        "cyrus",
        "cyrmaster",
        "imap",
        "imaps",
        "imapd",
        "pop3",
        "pop3s",
        "pop3d",
        "sieve",
        "timsieved",
        "lmtpunix",
        "lmtpd",
        "cyr_expire",
        "ctl_cyrusdb",
    ],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |payload| {
        payload.program.starts_with("cyr")
            || matches!(payload.program, "lmtpunix" | "ctl_cyrusdb")
            || ["badlogin: ", "badlogin from: ", "auditlog: "]
                .iter()
                .any(|opening| payload.text.starts_with(opening))
            || (payload.text.starts_with("login: ") && payload.text.contains(" User logged in"))
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = payload.text;
    if let Some(rest) = text.strip_prefix("badlogin: ").or_else(|| text.strip_prefix("badlogin from: ")) {
        return refused(rest, event);
    }
    if let Some(rest) = text.strip_prefix("login: ") {
        return accepted(rest, event);
    }
    if let Some(rest) = text.strip_prefix("auditlog: ") {
        audit(rest, event);
        return Ok(());
    }
    event.action(Action::ApplicationEvent);
    if let Some(rest) = text.strip_prefix("Delivered: ") {
        event.action(Action::MailReceived);
        event.outcome(Outcome::Success);
        // The id is the sender's, the mailbox Cyrus's.
        let (id, mailbox) = rest.rsplit_once(" to mailbox: ").unwrap_or((rest, ""));
        event.text_if_said(Column::EmailMessageId, mail::bare(id));
        event.text_if_said(Column::EmailTo, mailbox);
    } else if let Some((user, mailbox)) =
        text.strip_prefix("open: user ").and_then(|rest| rest.rsplit_once(" opened "))
    {
        event.field("action", "open");
        event.text_if_said(Column::UserName, user);
        event.field("mailbox", mailbox);
    } else if let Some(rest) = text.strip_prefix("USAGE ") {
        event.field("action", "usage");
        event.text_if_said(Column::UserName, rest.split(' ').next().unwrap_or(rest));
    }
    Ok(())
}

/// `HOST [ADDRESS]` in front; gives what follows.
fn peer<'a>(text: &'a str, event: &mut EventBuilder<'_>) -> Option<&'a str> {
    let (name, address, rest) = mail::host_and_address(text)?;
    if !event.ip(Column::SourceIp, address) {
        return None;
    }
    if !name.is_empty() {
        event.field("rhost", name);
    }
    Some(rest.trim_start())
}

/// `HOST [ADDRESS] MECHANISM USER SASL(-13): REASON`, or `HOST [ADDRESS] MECHANISM [SASL(-13): REASON]`.
fn refused(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let rest = peer(text, event).ok_or(Unreadable("expected badlogin: HOST [ADDRESS]"))?;
    event.action(Action::Login);
    event.outcome(Outcome::Failure);
    let (mechanism, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    event.field("auth_method", mechanism);
    let (user, reason) = match rest.rfind("SASL(") {
        Some(at) => rest.split_at_checked(at).unwrap_or((rest, "")),
        // Without SASL's words only `plaintext` is followed by a name.
        None if mechanism == "plaintext" => rest.split_once(' ').unwrap_or((rest, "")),
        None => ("", rest),
    };
    event.text_if_said(Column::UserName, user.trim_matches(['[', ' ']));
    if !reason.is_empty() {
        event.field("reason", reason.trim_end_matches(']'));
    }
    Ok(())
}

/// `HOST [ADDRESS] USER MECHANISM[+TLS] User logged in SESSIONID=<ID>`.
fn accepted(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let rest = peer(text, event).ok_or(Unreadable("expected login: HOST [ADDRESS]"))?;
    let (head, tail) = rest.split_once(" User logged in").unwrap_or((rest, ""));
    let (user, mechanism) = head.rsplit_once(' ').unwrap_or((head, ""));
    event.action(Action::Login);
    event.outcome(Outcome::Success);
    event.text_if_said(Column::UserName, user);
    event.field("auth_method", mechanism);
    if let Some(session) = between(tail, "SESSIONID=<", ">") {
        event.field("session_id", session);
    }
    Ok(())
}

/// `VERB sessionid=<ID> mailbox=<NAME> …`.
fn audit(text: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::ApplicationEvent);
    event.field("action", text.split(' ').next().unwrap_or(text));
    for (key, name) in
        [("sessionid=<", "session_id"), ("mailbox=<", "mailbox"), ("message-id=<", "message_id")]
    {
        if let Some(value) = between(text, key, ">") {
            event.field(name, value);
        }
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "hostile: a wrong password under a name that imitates an address",
        text: "<22>Mar 16 02:12:44 posta cyrus/imap[812]: badlogin: host9.bad.example [198.51.100.23] plaintext x [203.0.113.1] SASL(-13): authentication failure: checkpass failed",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("fields.auth_method", "plaintext"),
            ("fields.reason", "SASL(-13): authentication failure: checkpass failed"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a mechanism that names no user fails",
        text: "<22>Mar 16 02:12:44 posta imaps[812]: badlogin: [2001:db8::9] CRAM-MD5 [SASL(-13): authentication failure: incorrect digest response]",
        expect: &[
            ("event_outcome", "failure"),
            ("source_ip", "2001:db8::9"),
            ("fields.auth_method", "CRAM-MD5"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "sieve refuses without a name",
        text: "<22>Mar 16 02:12:44 posta sieve[812]: badlogin: host9.bad.example[198.51.100.23] PLAIN authentication failure",
        expect: &[
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("fields.reason", "authentication failure"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "a user logs in",
        text: "<22>Mar 16 09:12:44 posta cyrus/imaps[812]: login: pc7.borgo.example [192.0.2.60] g.neri PLAIN+TLS User logged in SESSIONID=<posta-812-1>",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("source_ip", "192.0.2.60"),
            ("user_name", "g.neri"),
            ("fields.auth_method", "PLAIN+TLS"),
            ("fields.session_id", "posta-812-1"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a message is delivered",
        text: "<22>Mar 16 09:12:44 posta cyrus/lmtpunix[812]: Delivered: <a1 to mailbox: user.root@fornitore.example> to mailbox: user.urp",
        expect: &[("event_action", "mail_received"), ("email_to", "user.urp")],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "truncated: a login cut in its address",
        text: "<22>Mar 16 02:12:44 posta cyrus/imap[812]: badlogin: host9.bad.example [198.51.10",
        expect: &[("parse_error", "expected badlogin: HOST [ADDRESS]")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a name that imitates a reason",
        text: "<22>Mar 16 02:12:44 posta cyrus/imap[812]: badlogin: host9.bad.example [198.51.100.23] plaintext x SASL(-1): y SASL(-13): authentication failure: checkpass failed",
        expect: &[("source_ip", "198.51.100.23"), ("user_name", "x SASL(-1): y")],
        absent: &["parse_error"],
    },
];
