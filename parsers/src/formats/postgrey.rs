//! Postgrey: greylisting decisions in Postfix's name.
//!
//! Promises: linear; client, sender and recipient stand in fixed order, the sender's text is cut from both sides.
//! Must not know: the syslog envelope, files, the clock, other formats.
//! Source: Postgrey, script `postgrey` (smtpd_access_policy).

use schema::{Action, Column, EventBuilder, Outcome};

use super::mail;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "postgrey",
    title: "Postgrey (greylisting)",
    reference: "Postgrey, smtpd_access_policy",
    programs: &["postgrey", "postfix"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |payload| {
        payload.program == "postgrey"
            || (decision(payload.text).1.starts_with("action=") && payload.text.contains(", client_address="))
    },
    parse,
    samples: SAMPLES,
};

/// Queue id and decision of `QUEUE: action=…` or `action=…`.
fn decision(text: &str) -> (&str, &str) {
    match text.split_once(": ") {
        Some((queue, rest)) if rest.starts_with("action=") => (queue, rest),
        _ => ("", text),
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (queue, text) = decision(payload.text);
    let Some(rest) = text.strip_prefix("action=") else {
        other(text, event);
        return Ok(());
    };
    if !queue.is_empty() {
        event.field("queue_id", queue);
    }
    let (action, rest) = rest.split_once(", reason=").ok_or(Unreadable("a decision without its reason"))?;
    let (reason, rest) =
        rest.split_once(", client_name=").ok_or(Unreadable("a decision without its client"))?;
    let (name, rest) =
        rest.split_once(", client_address=").ok_or(Unreadable("a decision without its client"))?;
    let (address, rest) = rest.split_once(", ").unwrap_or((rest, ""));
    if !matches!(name, "" | "unknown") {
        event.field("rhost", name);
    }
    set_address(address, event);
    // The recipient was accepted by Postfix, the sender is what the client said.
    let (sender, recipient) = rest.rsplit_once(", recipient=").unwrap_or((rest, ""));
    event.text_if_said(Column::EmailFrom, sender.strip_prefix("sender=").unwrap_or(sender));
    event.text_if_said(Column::EmailTo, recipient);
    if let Some((_, domain)) = recipient.rsplit_once('@') {
        event.text_if_said(Column::DestinationDomain, domain);
    }
    let (reason, delay) = reason.split_once(", delay=").unwrap_or((reason, ""));
    event.field("reason", reason);
    if !delay.is_empty() {
        event.field_number("delay_s", delay);
    }
    event.field("action", action);
    if action == "pass" {
        event.action(Action::ApplicationEvent);
        event.outcome(Outcome::Success);
    } else {
        event.action(Action::MailBlocked);
        event.outcome(Outcome::Failure);
    }
    Ok(())
}

/// An address that may carry the width of its network.
fn set_address(address: &str, event: &mut EventBuilder<'_>) {
    event.ip(Column::SourceIp, address.split('/').next().unwrap_or(address));
}

/// `whitelisted: NAME[ADDRESS/32]` and the daemon's own life.
fn other(text: &str, event: &mut EventBuilder<'_>) {
    if text.contains("Process Backgrounded") || text.contains("starting!") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
        return;
    }
    event.action(Action::ApplicationEvent);
    if let Some(rest) = text.strip_prefix("whitelisted: ")
        && let Some((name, address, _)) = mail::host_and_address(rest)
    {
        event.field("action", "whitelisted");
        set_address(address, event);
        if !matches!(name, "" | "unknown") {
            event.field("rhost", name);
        }
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "an unknown sender is put off",
        text: "<22>Mar 16 09:12:44 posta postgrey[812]: action=greylist, reason=new, client_name=mx.fornitore.example, client_address=203.0.113.25/32, sender=ditta@fornitore.example, recipient=urp@borgo.example",
        expect: &[
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("source_ip", "203.0.113.25"),
            ("email_from", "ditta@fornitore.example"),
            ("email_to", "urp@borgo.example"),
            ("fields.reason", "new"),
            ("fields.rhost", "mx.fornitore.example"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a sender passes after its wait",
        text: "<22>Mar 16 09:20:44 posta postgrey[812]: 4C1A22A0: action=pass, reason=triplet found, delay=480, client_name=unknown, client_address=2001:db8::25, sender=ditta@fornitore.example, recipient=urp@borgo.example",
        expect: &[
            ("event_action", "application_event"),
            ("event_outcome", "success"),
            ("source_ip", "2001:db8::25"),
            ("fields.delay_s", "480"),
            ("fields.queue_id", "4C1A22A0"),
        ],
        absent: &["parse_error", "fields.rhost"],
    },
    Sample {
        about: "a client earns its place in the white list",
        text: "<22>Mar 16 09:20:44 posta postgrey[812]: whitelisted: mx.fornitore.example[203.0.113.25/32]",
        expect: &[("event_action", "application_event"), ("source_ip", "203.0.113.25")],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "truncated: a decision cut before its client",
        text: "<22>Mar 16 09:12:44 posta postgrey[812]: action=greylist, reason=new, client_na",
        expect: &[("parse_error", "a decision without its client")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a sender that imitates a recipient moves none",
        text: "<22>Mar 16 09:12:44 posta postgrey[812]: action=greylist, reason=new, client_name=unknown, client_address=198.51.100.23, sender=\"x, recipient=capo@altrui.example\"@bad.example, recipient=urp@borgo.example",
        expect: &[("source_ip", "198.51.100.23"), ("email_to", "urp@borgo.example")],
        absent: &["parse_error"],
    },
];
