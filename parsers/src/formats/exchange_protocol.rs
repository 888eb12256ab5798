//! Exchange protocol logs: SMTP receive and send, IMAP4 and POP3, one line for each command or answer.
//!
//! Promises: linear; columns are cut by CSV's rules, both ends stand before what a client says.
//! Must not know: files, other formats.
//! Source: Microsoft, "Protocol logging" and "Protocol logging for POP3 and IMAP4".

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::{address_and_port, set_user};
use super::peer::{is_address, is_digits};
use super::{csv, mail};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::iso;

/// See the module.
pub static FORMAT: Format = Format {
    name: "exchange_protocol",
    title: "Microsoft Exchange protocol logs (SMTP, IMAP4, POP3)",
    reference: "Microsoft, Protocol logging in Exchange Server",
    programs: &[],
    starts: b"0123456789",
    needs: &[],
    keys: &[],
    recognise: |payload| row(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// Columns of the longer layout.
const COLUMNS: usize = 13;

/// A line in its columns, and where its ends stand.
struct Row<'a> {
    values: [&'a str; COLUMNS],
    /// Index of the server's or local end; the other one follows.
    ends: usize,
}

impl<'a> Row<'a> {
    fn get(&self, index: usize) -> &'a str {
        self.values.get(index).copied().unwrap_or_default()
    }
}

/// `STAMP,CONNECTOR,SESSION,NUMBER,LOCAL,REMOTE,EVENT,DATA,CONTEXT`, or
/// `STAMP,SESSION,NUMBER,SERVER,CLIENT,USER,DURATION,SENT,RECEIVED,COMMAND,PARAMETERS,CONTEXT`.
fn row(text: &str) -> Option<Row<'_>> {
    if text.as_bytes().get(10) != Some(&b'T') {
        return None;
    }
    let mut values = [""; COLUMNS];
    for (place, value) in values.iter_mut().zip(csv::values(text.trim_end())) {
        *place = value;
    }
    let ends = if is_digits(values.get(2)?) && values.get(1)?.len() >= 16 { 3 } else { 4 };
    let is_end = |index: usize| {
        values.get(index).is_some_and(|end| {
            let (address, port) = address_and_port(end);
            is_address(address) && is_digits(port)
        })
    };
    let is_row = iso(values.first()?).is_some()
        && is_digits(values.get(ends - 1)?)
        && is_end(ends)
        && is_end(ends + 1);
    is_row.then_some(Row { values, ends })
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let row = row(payload.text).ok_or(Unreadable("expected STAMP, session and both ends"))?;
    let when = iso(row.get(0)).ok_or(Unreadable("no such date and time"))?;
    if !payload.set_time(event, when.in_utc()) {
        return Err(Unreadable("no such day or hour"));
    }
    event.field("session", row.get(row.ends - 2));
    event.action(Action::ApplicationEvent);
    if row.ends == 4 {
        smtp(&row, event);
    } else {
        mailbox(&row, event);
    }
    Ok(())
}

fn set_ends(source: &str, destination: &str, event: &mut EventBuilder<'_>) {
    let (address, port) = address_and_port(source);
    event.ip(Column::SourceIp, address);
    event.int_text(Column::SourcePort, port);
    let (address, port) = address_and_port(destination);
    event.ip(Column::DestinationIp, address);
    event.int_text(Column::DestinationPort, port);
}

/// A line of SMTP: `<` was received, `>` sent, `+` and `-` open and close, `*` is a remark.
fn smtp(row: &Row<'_>, event: &mut EventBuilder<'_>) {
    let (local, remote) = (row.get(4), row.get(5));
    // Only a server listens on a port of mail: who sends has it at the other end.
    let is_sending = ["25", "587", "465", "2525"].contains(&address_and_port(remote).1);
    if is_sending {
        set_ends(local, remote, event);
    } else {
        set_ends(remote, local, event);
    }
    event.field("connector", row.get(1));
    let (kind, data) = (row.get(6), row.get(7));
    let data = if data.is_empty() { row.get(8) } else { data };
    event.field("action", kind);
    match (kind, is_sending) {
        ("<", false) | (">", true) => command(data, event),
        (">", false) | ("<", true) => reply(data, is_sending, event),
        ("*", _) if data.contains("535 5.7") || data.contains("authentication failed") => {
            event.outcome(Outcome::Failure);
            event.field("reason", data);
        }
        _ => {}
    }
}

/// `MAIL FROM:<A> SIZE=1`, `RCPT TO:<B>`, `EHLO NAME`.
fn command(data: &str, event: &mut EventBuilder<'_>) {
    let verb = data.split([' ', ':']).next().unwrap_or(data);
    event.field("command", verb);
    if let Some(rest) = data.strip_prefix("MAIL FROM:") {
        event.text_if_said(Column::EmailFrom, mail::bare(mail::path(rest.trim_start()).0));
    } else if let Some(rest) = data.strip_prefix("RCPT TO:") {
        event.text_if_said(Column::EmailTo, mail::bare(mail::path(rest.trim_start()).0));
    } else if let Some(name) = data.strip_prefix("EHLO ").or_else(|| data.strip_prefix("HELO ")) {
        event.field("helo", name);
    }
}

/// `535 5.7.3 Authentication unsuccessful`, `250 2.6.0 <ID> … Queued mail for delivery`.
fn reply(data: &str, is_sending: bool, event: &mut EventBuilder<'_>) {
    let (code, words) = data.split_once(' ').unwrap_or((data, ""));
    if code.len() != 3 || !is_digits(code) {
        return;
    }
    event.text(Column::EventCode, code);
    let (action, outcome) = match code {
        "235" => (Action::Login, Outcome::Success),
        "535" => (Action::Login, Outcome::Failure),
        "250" if words.contains("Queued mail for delivery") => {
            if let Some((_, id)) = words.split_once('<') {
                event.text_if_said(Column::EmailMessageId, id.split('>').next().unwrap_or(id));
            }
            (if is_sending { Action::MailSent } else { Action::MailReceived }, Outcome::Success)
        }
        _ if code.starts_with(['4', '5']) => {
            (if is_sending { Action::MailBounced } else { Action::MailBlocked }, Outcome::Failure)
        }
        _ => return,
    };
    event.action(action);
    event.outcome(outcome);
    if outcome == Outcome::Failure {
        event.field("reason", words);
    }
}

/// A line of IMAP4 or POP3: what was asked, and the answer behind `R=`.
fn mailbox(row: &Row<'_>, event: &mut EventBuilder<'_>) {
    set_ends(row.get(4), row.get(3), event);
    set_user(event, row.get(5));
    event.field_number("duration_ms", row.get(6));
    let (command, context) = (row.get(9), row.get(11));
    event.field("action", command);
    if !context.is_empty() {
        event.field("context", context);
    }
    let is_login = ["login", "authenticate", "auth", "pass", "proxyauth"]
        .iter()
        .any(|name| command.eq_ignore_ascii_case(name));
    if is_login {
        event.action(Action::Login);
        let is_refused = ["ErrMsg=", "AuthFailed", "LogonDenied", "-ERR", " NO "]
            .iter()
            .any(|word| context.contains(word));
        if is_refused {
            event.outcome(Outcome::Failure);
        } else {
            event.outcome(if context.contains("R=") || context.contains("OK") {
                Outcome::Success
            } else {
                Outcome::Unknown
            });
        }
    } else if command.eq_ignore_ascii_case("logout") || command.eq_ignore_ascii_case("quit") {
        event.action(Action::Logout);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password by IMAP",
        text: "2026-03-16T08:12:44.530Z,000000000000000E,2,192.0.2.25:143,198.51.100.23:35070,BORGO\\urp,168,31,31,authenticate,PLAIN,\"R=\"\"2 NO AUTHENTICATE failed.\"\";Msg=\"\"AuthFailed:LogonDenied,User: urp\"\";ErrMsg=AuthFailed:LogonDenied\",",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "35070"),
            ("destination_ip", "192.0.2.25"),
            ("destination_port", "143"),
            ("user_name", "urp"),
            ("user_domain", "BORGO"),
            ("timestamp", "2026-03-16T08:12:44.530000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a right one by POP3",
        text: "2026-03-16T08:12:44.530Z,000000000000000F,3,192.0.2.25:110,192.0.2.60:35071,g.neri,12,10,20,pass,*****,R=OK,",
        expect: &[("event_action", "login"), ("event_outcome", "success"), ("user_name", "g.neri")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login by SMTP is refused",
        text: "2026-03-16T08:12:44.530Z,EXCH01\\Client Frontend EXCH01,08DD1A2B3C4D5E6F,12,192.0.2.25:587,198.51.100.23:56026,>,535 5.7.3 Authentication unsuccessful,",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("destination_port", "587"),
            ("event_code", "535"),
            ("fields.connector", "EXCH01\\Client Frontend EXCH01"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a sender is named, imitating another row",
        text: "2026-03-16T08:12:44.530Z,EXCH01\\Default Frontend EXCH01,08DD1A2B3C4D5E6F,5,[2001:db8::25]:25,[2001:db8::9]:56026,<,\"MAIL FROM:<x,203.0.113.1:1@bad.example> SIZE=811\",",
        expect: &[
            ("event_action", "application_event"),
            ("source_ip", "2001:db8::9"),
            ("email_from", "x,203.0.113.1:1@bad.example"),
            ("fields.command", "MAIL"),
        ],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "a message leaves",
        text: "2026-03-16T08:12:45.530Z,Verso Internet,08DD1A2B3C4D5E70,9,192.0.2.25:51022,203.0.113.26:25,<,250 2.6.0 <c3@borgo.example> Queued mail for delivery,",
        expect: &[
            ("event_action", "mail_sent"),
            ("event_outcome", "success"),
            ("source_ip", "192.0.2.25"),
            ("destination_ip", "203.0.113.26"),
            ("email_message_id", "c3@borgo.example"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a line cut in its answer",
        text: "2026-03-16T08:12:44.530Z,EXCH01\\Client Frontend EXCH01,08DD1A2B3C4D5E6F,12,192.0.2.25:587,198.51.100.23:56026,>,53",
        expect: &[("event_action", "application_event"), ("source_ip", "198.51.100.23")],
        absent: &["event_code", "event_outcome"],
    },
];
