//! amavis: what was done with a message, by the line it writes for each.
//!
//! Promises: linear; verdict and address are not read where a name of the sender's making imitates their end.
//! Must not know: the syslog envelope, files, the clock, other formats.
//! Source: amavis, `$log_templ` of the default configuration.

use schema::{Action, Column, EventBuilder, Outcome};

use super::mail;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "amavis",
    title: "amavis (mail content filter)",
    reference: "amavis, default log template",
    programs: &["amavis", "amavisd", "amavisd-new"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |_| true,
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = match payload.text.strip_prefix('(').and_then(|rest| rest.split_once(") ")) {
        Some((session, rest)) if !session.contains(' ') => {
            event.field("session", session);
            rest
        }
        _ => payload.text,
    };
    let verdict =
        ["Blocked ", "Passed "].iter().find_map(|verb| text.strip_prefix(verb).map(|rest| (*verb, rest)));
    match verdict {
        Some((verb, rest)) => message(verb.trim_end(), rest, event),
        None => {
            life(text, event);
            Ok(())
        }
    }
}

/// `SPAM (NAME) {ACTIONS}, POLICY [ADDRESS]:PORT [ORIGIN] <FROM> -> <TO>,<TO>, KEY: VALUE, …`.
fn message(verb: &str, rest: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("a verdict without its message");
    let (front, back) = rest.split_once(" -> ").ok_or(SHAPE)?;
    let kind_end = front.find([' ', ',']).ok_or(SHAPE)?;
    let (kind, front) = front.split_at_checked(kind_end).ok_or(SHAPE)?;
    // A banned file's name stands in front of the actions, the sender behind them.
    if rest.matches(" -> <").count() > 1 || front.matches('{').count() > 1 {
        return Err(Unreadable("a name that imitates the rest of the line"));
    }
    event.field("verdict", kind);
    let (names, front) = match front.split_once(" {") {
        Some((names, after)) => {
            let (actions, after) = after.split_once('}').ok_or(SHAPE)?;
            event.field("actions", actions);
            (names, after)
        }
        None => front.split_once(',').unwrap_or(("", front)),
    };
    let name = names.trim().trim_start_matches('(').trim_end_matches(')');
    event.text_if_said(Column::RuleName, name);
    let (policy, sender) = front.rsplit_once(" <").ok_or(SHAPE)?;
    event.text_if_said(Column::EmailFrom, sender.trim_end_matches('>'));
    peers(policy, event);
    let (recipients, keys) = recipients(back);
    mail::set_recipients(event, recipients.split(">,<"));
    set_keys(keys, event);
    if verb == "Blocked" {
        event.action(Action::MailBlocked);
        event.outcome(Outcome::Failure);
    } else {
        event.action(Action::ApplicationEvent);
        event.outcome(Outcome::Success);
    }
    event.field("action", verb);
    Ok(())
}

/// `, LOCAL [ADDRESS]:PORT [ORIGIN]`: who handed the message in, and where its first hop says it comes from.
fn peers(text: &str, event: &mut EventBuilder<'_>) {
    let Some((policy, address, rest)) = mail::host_and_address(text) else { return };
    let policy = policy.trim_matches([',', ' ']);
    if !policy.is_empty() {
        event.field("policy", policy);
    }
    event.ip(Column::SourceIp, address);
    let (port, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    event.int_text(Column::SourcePort, port.trim_start_matches(':'));
    if let Some((_, origin, _)) = mail::host_and_address(rest).filter(|(_, origin, _)| *origin != address) {
        event.field("origin_ip", origin);
    }
}

/// The recipients `<A>,<B>` and what follows them.
fn recipients(text: &str) -> (&str, &str) {
    let mut rest = mail::path(text).1;
    while let Some(next) = rest.strip_prefix(',').filter(|next| next.starts_with('<')) {
        rest = mail::path(next).1;
    }
    text.split_at_checked(text.len() - rest.len()).unwrap_or((text, ""))
}

/// `, quarantine: X, Queue-ID: X, Message-ID: <X>, mail_id: X, Hits: 1.2, size: 3, queued_as: X, 4 ms`.
fn set_keys(text: &str, event: &mut EventBuilder<'_>) {
    // The message id is the sender's: what stands in front is read first, what follows from the right.
    let (front, rest) = text.split_once(", Message-ID: ").unwrap_or((text, ""));
    let (id, back) = rest.rsplit_once(", mail_id: ").unwrap_or((rest, ""));
    event.text_if_said(
        Column::EmailMessageId,
        mail::bare(id.split(", Resent-Message-ID: ").next().unwrap_or(id)),
    );
    for part in front.split(", ") {
        match part.split_once(": ") {
            Some(("quarantine", value)) => event.field("quarantine", value),
            Some(("Queue-ID", value)) => event.field("queue_id", value),
            _ => {}
        }
    }
    let back = if back.is_empty() { front } else { back };
    for part in back.split(", ") {
        match part.split_once(": ") {
            Some(("Hits", value)) if value != "-" => event.field_number("score", value),
            Some(("size", value)) => event.field_number("bytes", value),
            Some(("queued_as", value)) => event.field("queued_as", value),
            Some(("Tests", value)) => event.field("tests", value),
            _ => {
                if let Some(millis) = part.strip_suffix(" ms") {
                    event.field_number("duration_ms", millis);
                }
            }
        }
    }
}

fn life(text: &str, event: &mut EventBuilder<'_>) {
    if text.starts_with("starting.") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
    } else {
        event.action(Action::ApplicationEvent);
    }
    if let Some(rest) = text.strip_prefix('(').and_then(|rest| rest.split_once("!)")) {
        // `(!)` and `(!!)` mark warnings and errors.
        event.text(Column::LogLevel, if rest.0.is_empty() { "warning" } else { "error" });
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "spam is dropped",
        text: "<22>Mar 16 09:12:44 posta amavis[812]: (00812-07) Blocked SPAM {DiscardedInbound,Quarantined}, [198.51.100.23]:44321 [203.0.113.9] <bounce@bad.example> -> <urp@borgo.example>,<tributi@borgo.example>, quarantine: s/spam-x1.gz, Queue-ID: 4C1A22A0, Message-ID: <z, Hits: -9, size: 1@bad.example>, mail_id: x1, Hits: 18.2, size: 8211, 611 ms",
        expect: &[
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "44321"),
            ("email_from", "bounce@bad.example"),
            ("email_to", "urp@borgo.example,tributi@borgo.example"),
            ("email_message_id", "z, Hits: -9, size: 1@bad.example"),
            ("fields.score", "18.2"),
            ("fields.origin_ip", "203.0.113.9"),
            ("fields.queue_id", "4C1A22A0"),
            ("fields.verdict", "SPAM"),
        ],
        absent: &["parse_error", "rule_name"],
    },
    Sample {
        about: "a virus is stopped",
        text: "<22>Mar 16 09:12:44 posta amavis[812]: (00812-08) Blocked INFECTED (Win.Test.EICAR_HDB-1) {DiscardedInternal,Quarantined}, MYNETS LOCAL [192.0.2.60]:51841 <g.neri@borgo.example> -> <urp@borgo.example>, Message-ID: <a@pc7>, mail_id: x2, Hits: -, size: 811, 40 ms",
        expect: &[
            ("event_action", "mail_blocked"),
            ("rule_name", "Win.Test.EICAR_HDB-1"),
            ("source_ip", "192.0.2.60"),
            ("fields.policy", "MYNETS LOCAL"),
        ],
        absent: &["parse_error", "fields.score"],
    },
    Sample {
        about: "a clean message passes",
        text: "<22>Mar 16 09:12:44 posta amavis[812]: (00812-09) Passed CLEAN {RelayedInbound}, [2001:db8::25]:40112 <ditta@fornitore.example> -> <urp@borgo.example>, Message-ID: <b@fornitore.example>, mail_id: x3, Hits: -1.2, size: 900, queued_as: 5D11, 1000 ms",
        expect: &[
            ("event_action", "application_event"),
            ("event_outcome", "success"),
            ("source_ip", "2001:db8::25"),
            ("fields.queued_as", "5D11"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a verdict cut before its message",
        text: "<22>Mar 16 09:12:44 posta amavis[812]: (00812-07) Blocked SPAM {DiscardedInbound,Qua",
        expect: &[("parse_error", "a verdict without its message")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a file's name that imitates a message is not believed",
        text: "<22>Mar 16 09:12:44 posta amavis[812]: (00812-07) Blocked BANNED (.exe,x) {DiscardedInbound}, [203.0.113.1]:25 <capo@borgo.example> -> <z@z>.exe) {DiscardedInbound}, [198.51.100.23]:44321 <bounce@bad.example> -> <urp@borgo.example>, Message-ID: <c@d>, mail_id: x4, Hits: -, size: 1, 2 ms",
        expect: &[("parse_error", "a name that imitates the rest of the line")],
        absent: &["source_ip", "email_from"],
    },
];
