//! Trend Micro Email Security: each message with what was done, one JSON object each.
//!
//! Promises: linear; Trend's own words decide, never a subject. Must not know: the envelope, files, other formats.
//! Source: Trend Micro Email Security, REST API "List mail tracking logs".

use schema::{Action, Column, EventBuilder, Outcome};

use super::{cloud, mail};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "trend_email",
    title: "Trend Micro Email Security (JSON)",
    reference: "Trend Micro Email Security, mail tracking logs",
    programs: &[],
    starts: b"{ ",
    needs: &[],
    keys: &["mailID"],
    recognise: |payload| {
        payload.json.is_some_and(|json| json.has_all(&["mailID", "messageID", "genTime", "recipient"]))
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    cloud::time(json, &["timestamp", "genTime"], payload, event)?;
    cloud::set(
        json,
        &[
            (Column::SourceIp, &["senderIP"]),
            (Column::EmailFrom, &["sender"]),
            (Column::EmailTo, &["recipient"]),
            (Column::EmailSubject, &["subject"]),
            (Column::RuleName, &["policyName", "ruleName"]),
        ],
        event,
    );
    event.text_if_said(Column::EmailMessageId, mail::bare(json.scalar("messageID").unwrap_or("")));
    cloud::fields(
        json,
        &[
            ("action", &["action"]),
            ("direction", &["direction"]),
            ("header_from", &["headerFrom"]),
            ("mail_id", &["mailID"]),
            ("reason", &["details", "reason"]),
            ("relay", &["deliveredTo"]),
            ("bytes", &["size"]),
        ],
        event,
    );
    if let Some((name, address, port)) = json.scalar("deliveredTo").and_then(mail::host_and_address) {
        event.text_if_said(Column::DestinationDomain, name);
        event.ip(Column::DestinationIp, address);
        event.int_text(Column::DestinationPort, port.trim_start_matches(':'));
    }
    if let Some(first) = json.get("attachments").and_then(|list| list.members().next()) {
        event.text_if_said(
            Column::FilePath,
            first.get("fileName").and_then(|name| name.scalar()).unwrap_or(""),
        );
        event.text_if_said(
            Column::FileHashSha256,
            first.get("sha256").and_then(|hash| hash.scalar()).unwrap_or(""),
        );
    }
    let is_outbound = json.scalar("direction") == Some("out");
    let (action, outcome) = match json.scalar("action").unwrap_or("") {
        "Delivered" | "Accepted" if is_outbound => (Action::MailSent, Outcome::Success),
        "Delivered" | "Accepted" => (Action::MailReceived, Outcome::Success),
        "Quarantined" | "Deleted" | "Blocked" | "Rejected" | "Refused" => {
            (Action::MailBlocked, Outcome::Failure)
        }
        "Bounced" | "Expired" | "Temporary delivery error" | "Temp delivery error" => {
            (Action::MailBounced, Outcome::Failure)
        }
        _ => {
            event.action(Action::ApplicationEvent);
            return Ok(());
        }
    };
    event.action(action);
    event.outcome(outcome);
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a message is delivered",
        text: r#"{"genTime":"2026-03-16T08:12:50Z","timestamp":"2026-03-16T08:12:44Z","sender":"ditta@fornitore.example","direction":"in","messageID":"<m1@fornitore.example>","subject":"Fattura","size":41499,"mailID":"1-2","recipient":"urp@borgo.example","action":"Delivered","senderIP":"203.0.113.25","headerTo":["urp@borgo.example"],"deliveredTo":"mx.borgo.example[192.0.2.25]:25","attachments":[{"fileName":"f.pdf","sha256":"ab01"}]}"#,
        expect: &[
            ("event_action", "mail_received"),
            ("event_outcome", "success"),
            ("source_ip", "203.0.113.25"),
            ("destination_ip", "192.0.2.25"),
            ("destination_port", "25"),
            ("destination_domain", "mx.borgo.example"),
            ("email_message_id", "m1@fornitore.example"),
            ("file_hash_sha256", "ab01"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a message is quarantined",
        text: r#"{"genTime":"2026-03-16T08:12:50Z","timestamp":"2026-03-16T08:12:44Z","sender":"x@bad.example","direction":"in","messageID":"<m2@bad.example>","mailID":"1-3","recipient":"urp@borgo.example","action":"Quarantined","senderIP":"198.51.100.23"}"#,
        expect: &[("event_action", "mail_blocked"), ("event_outcome", "failure")],
        absent: &["parse_error", "destination_ip"],
    },
    Sample {
        about: "a message is still looked at",
        text: r#"{"genTime":"2026-03-16T08:12:50Z","sender":"x@bad.example","messageID":"<m2@bad.example>","mailID":"1-3","recipient":"urp@borgo.example","action":"Scanning in sandbox"}"#,
        expect: &[("event_action", "application_event"), ("timestamp", "2026-03-16T08:12:50.000000Z")],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "an event whose time is cut",
        text: r#"{"genTime":"2026-03","messageID":"<m2@bad.example>","mailID":"1-3","recipient":"urp@borgo.example","action":"Delivered"}"#,
        expect: &[("parse_error", "expected a time"), ("email_to", "urp@borgo.example")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "truncated: cut before its client",
        text: r#"{"genTime":"2026-03-16T08:12:50Z","timestamp":"2026-03-16T08:12:44Z","sender":"ditta@fornitore.example","direction":"in","messageID":"<m1@fornitore.example>","subject":"Fattura","size":41499,"mailID":"1-2","recipient":"urp@borgo.example","action":"Delivered","s"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "mail_received"),
            ("event_outcome", "success"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
            ("email_message_id", "m1@fornitore.example"),
        ],
        absent: &["source_ip", "destination_ip", "destination_port", "destination_domain"],
    },
    Sample {
        about: "hostile: a subject that imitates an action changes none",
        text: r#"{"subject":"\",\"action\":\"Delivered","genTime":"2026-03-16T08:12:50Z","messageID":"<m2@bad.example>","mailID":"1-3","recipient":"urp@borgo.example","action":"Deleted","senderIP":"198.51.100.23"}"#,
        expect: &[("event_action", "mail_blocked"), ("fields.action", "Deleted")],
        absent: &["parse_error"],
    },
];
