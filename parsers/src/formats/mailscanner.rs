//! MailScanner: what it found in the messages of a batch.
//!
//! Promises: linear; the client's address stands before the sender. Must not know: the syslog envelope, other formats.
//! Source: MailScanner, MessageBatch.pm and Message.pm (Log::InfoLog).

use schema::{Action, Column, EventBuilder, Outcome};

use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "mailscanner",
    title: "MailScanner (mail content filter)",
    reference: "MailScanner, Message.pm",
    programs: &["mailscanner"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |_| true,
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = payload.text;
    event.action(Action::ApplicationEvent);
    if let Some(rest) = text.strip_prefix("Message ") {
        return message(rest, event);
    }
    if let Some(rest) = text.strip_prefix("Infected message ") {
        let (id, address) =
            rest.split_once(" came from ").ok_or(Unreadable("a message without its client"))?;
        event.action(Action::MalwareDetected);
        event.outcome(Outcome::Failure);
        event.field("queue_id", id);
        event.ip(Column::SourceIp, address.trim());
    } else if let Some(rest) = text.strip_prefix("Spam Actions: message ") {
        let (id, actions) = rest.split_once(" actions are ").unwrap_or((rest, ""));
        event.field("queue_id", id);
        event.field("actions", actions);
        event.field("action", "spam actions");
    } else if text.starts_with("MailScanner E-Mail Virus Scanner")
        || text.starts_with("MailScanner Email Processor")
    {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
    }
    Ok(())
}

/// `ID from ADDRESS (SENDER) to DOMAINS is [not ]spam, REPORT`.
fn message(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let Some((id, rest)) = text.split_once(" from ") else { return Ok(()) };
    let (address, rest) = rest.split_once(" (").ok_or(Unreadable("a message without its sender"))?;
    // The sender may hold anything but the blank behind his parenthesis is MailScanner's.
    let (sender, rest) = rest.rsplit_once(") to ").ok_or(Unreadable("a message without its sender"))?;
    event.field("queue_id", id);
    if !event.ip(Column::SourceIp, address) {
        event.field("rhost", address);
    }
    event.text_if_said(Column::EmailFrom, sender);
    let (domains, verdict) = rest.split_once(" is ").unwrap_or((rest, ""));
    event.text_if_said(Column::DestinationDomain, domains.split(',').next().unwrap_or(domains));
    if let Some(report) = verdict.strip_prefix("not spam") {
        event.outcome(Outcome::Success);
        field_report(report, event);
    } else if let Some(report) = verdict.strip_prefix("spam") {
        event.action(Action::MailBlocked);
        event.outcome(Outcome::Failure);
        field_report(report, event);
    } else if !verdict.is_empty() {
        event.field("reason", verdict);
    }
    Ok(())
}

fn field_report(report: &str, event: &mut EventBuilder<'_>) {
    let report = report.trim_start_matches([',', ' ']);
    if !report.is_empty() {
        event.field("reason", report);
    }
    if let Some((_, score)) = report.split_once("score=") {
        event.field_number("score", score.split([',', ' ', ')']).next().unwrap_or(score));
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a message is spam",
        text: "<22>Mar 16 02:12:44 posta MailScanner[812]: Message 4C1A22A0.A1B2C from 198.51.100.23 (x@bad.example) to borgo.example is spam, SpamAssassin (not cached, score=15.2, required 6, BAYES_99 3.50)",
        expect: &[
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("email_from", "x@bad.example"),
            ("destination_domain", "borgo.example"),
            ("fields.score", "15.2"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a message is clean",
        text: "<22>Mar 16 09:12:44 posta MailScanner[812]: Message 4C1A22A1.A1B2C from 203.0.113.25 (ditta@fornitore.example) to borgo.example is not spam, SpamAssassin (score=-1.2, required 6)",
        expect: &[
            ("event_action", "application_event"),
            ("event_outcome", "success"),
            ("source_ip", "203.0.113.25"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a message is infected",
        text: "<22>Mar 16 02:12:44 posta MailScanner[812]: Infected message 4C1A22A2.A1B2C came from 198.51.100.23",
        expect: &[
            ("event_action", "malware_detected"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a message cut before its sender",
        text: "<22>Mar 16 02:12:44 posta MailScanner[812]: Message 4C1A22A0.A1B2C from 198.51.100",
        expect: &[("parse_error", "a message without its sender")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a sender that imitates an address does not move it",
        text: "<22>Mar 16 02:12:44 posta MailScanner[812]: Message 4C1A22A0.A1B2C from 198.51.100.23 (x from 203.0.113.1) to borgo.example is spam (blacklisted)",
        expect: &[("source_ip", "198.51.100.23"), ("event_action", "mail_blocked")],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a sender that imitates a verdict",
        text: "Mar 16 02:40:11 posta MailScanner[811]: Message 1uAbCd from 198.51.100.23 (\"x) to altrui.example is not spam, y\"@bad.example) to borgo.example is spam, SpamAssassin (not cached, score=9.1)",
        expect: &[
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("destination_domain", "borgo.example"),
        ],
        absent: &["parse_error"],
    },
];
