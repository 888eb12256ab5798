//! Mimecast (mail gateway as a service): messages received, held, delivered, and what its protections found.
//!
//! Promises: linear; Mimecast's own words decide, never a subject. Must not know: the envelope, files, other formats.
//! Source: Mimecast API 2.0, "SIEM batch and stream events".

use schema::{Action, Column, EventBuilder, Outcome};

use super::{cloud, mail};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "mimecast",
    title: "Mimecast (mail gateway, JSON)",
    reference: "Mimecast API 2.0, SIEM events",
    programs: &[],
    starts: b"{ ",
    needs: &[],
    keys: &["processingId"],
    recognise: |payload| {
        payload.json.is_some_and(|json| {
            json.has_all(&["processingId", "aggregateId", "timestamp"])
                && (json.get("type").is_some() || json.get("eventType").is_some())
        })
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    cloud::time(json, &["timestamp"], payload, event)?;
    cloud::set(
        json,
        &[
            (Column::SourceIp, &["senderIp", "sourceIp"]),
            (Column::DestinationIp, &["destinationIp"]),
            (Column::EmailFrom, &["senderEnvelope", "sender"]),
            (Column::EmailSubject, &["subject"]),
            (Column::EventCode, &["rejectionCode"]),
            (Column::RuleName, &["virusFound", "policyDefinition", "rejectionType"]),
            (Column::FilePath, &["fileName", "attachmentFilename"]),
            (Column::FileHashSha256, &["sha256"]),
        ],
        event,
    );
    mail::set_recipients(event, json.scalar("recipients").unwrap_or("").split([',', ';']));
    event.text_if_said(Column::EmailMessageId, mail::bare(json.scalar("messageId").unwrap_or("")));
    event
        .text_if_said(Column::TlsVersion, json.scalar("tlsVersion").unwrap_or("").trim_start_matches("TLSv"));
    cloud::fields(
        json,
        &[
            ("type", &["type", "eventType"]),
            ("action", &["action"]),
            ("direction", &["direction", "route"]),
            ("reason", &["holdReason", "rejectionInfo", "deliveryErrors", "scanResults", "urlCategory"]),
            ("bytes", &["emailSize"]),
            ("header_from", &["senderHeader"]),
            ("score", &["spamScore"]),
            ("url", &["url"]),
        ],
        event,
    );
    let kind = json.first(&["type", "eventType"]).unwrap_or("");
    let word = json.first(&["action"]).unwrap_or("");
    let is_refused = ["rej", "hld", "hold", "block", "bounce", "quarantine", "delete"]
        .iter()
        .any(|refusal| word.to_ascii_lowercase().starts_with(refusal));
    let (action, outcome) = match kind {
        _ if is_refused => (Action::MailBlocked, Outcome::Failure),
        "receipt" => (Action::MailReceived, Outcome::Success),
        "delivery" if json.scalar("delivered") == Some("false") => (Action::MailBounced, Outcome::Failure),
        "delivery" if is_outbound(json.scalar("direction")) => (Action::MailSent, Outcome::Success),
        "delivery" => (Action::MailReceived, Outcome::Success),
        "av" => (Action::MalwareDetected, Outcome::Failure),
        _ => {
            event.action(Action::ApplicationEvent);
            return Ok(());
        }
    };
    event.action(action);
    event.outcome(outcome);
    Ok(())
}

fn is_outbound(direction: Option<&str>) -> bool {
    direction.is_some_and(|direction| direction.eq_ignore_ascii_case("outbound"))
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a message is received",
        text: r#"{"aggregateId":"a1","processingId":"p1","accountId":"C1","timestamp":1773648764343,"action":"Acc","senderEnvelope":"ditta@fornitore.example","messageId":"<m1@fornitore.example>","subject":"Fattura","recipients":"urp@borgo.example","senderIp":"203.0.113.25","direction":"Inbound","tlsVersion":"TLSv1.3","type":"receipt"}"#,
        expect: &[
            ("event_action", "mail_received"),
            ("event_outcome", "success"),
            ("source_ip", "203.0.113.25"),
            ("email_from", "ditta@fornitore.example"),
            ("email_to", "urp@borgo.example"),
            ("email_message_id", "m1@fornitore.example"),
            ("tls_version", "1.3"),
            ("timestamp", "2026-03-16T08:12:44.343000Z"),
        ],
        absent: &["parse_error", "event_code"],
    },
    Sample {
        about: "a message is refused",
        text: r#"{"aggregateId":"a1","processingId":"p1","timestamp":1773648764343,"action":"Rej","senderEnvelope":null,"recipients":"urp@borgo.example","senderIp":"198.51.100.23","rejectionType":"IP Found in RBL","rejectionCode":"550","type":"receipt"}"#,
        expect: &[
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("event_code", "550"),
            ("rule_name", "IP Found in RBL"),
        ],
        absent: &["parse_error", "email_from"],
    },
    Sample {
        about: "a message is held",
        text: r#"{"aggregateId":"a1","processingId":"p1","timestamp":1773648764343,"action":"Hld","senderEnvelope":"x@bad.example","holdReason":"Spm","subject":"x","type":"process"}"#,
        expect: &[("event_action", "mail_blocked"), ("fields.reason", "Spm")],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "a message leaves",
        text: r#"{"aggregateId":"a1","processingId":"p1","timestamp":1773648764343,"delivered":"true","direction":"Outbound","destinationIp":"203.0.113.26","senderEnvelope":"urp@borgo.example","recipients":"a@provincia.example,b@provincia.example","type":"delivery"}"#,
        expect: &[
            ("event_action", "mail_sent"),
            ("destination_ip", "203.0.113.26"),
            ("email_to", "a@provincia.example,b@provincia.example"),
        ],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "hostile: a subject that imitates a verdict changes none",
        text: r#"{"aggregateId":"a1","processingId":"p1","timestamp":1773648764343,"action":"Rej","subject":"\",\"action\":\"Acc\",\"type\":\"receipt","senderIp":"198.51.100.23","type":"receipt"}"#,
        expect: &[("event_action", "mail_blocked"), ("email_subject", r#"","action":"Acc","type":"receipt"#)],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: cut before its client",
        text: r#"{"aggregateId":"a1","processingId":"p1","timestamp":1773648764343,"type":"receipt","action":"Rej","recipients":"urp@borgo.example","senderIp":"198.51.1"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "mail_blocked"),
            ("email_to", "urp@borgo.example"),
        ],
        absent: &["source_ip", "email_from"],
    },
    Sample {
        about: "an event without its time",
        text: r#"{"aggregateId":"a1","processingId":"p1","timestamp":"","senderIp":"198.51.100.23","type":"receipt"}"#,
        expect: &[("parse_error", "expected a time"), ("source_ip", "198.51.100.23")],
        absent: &["event_outcome"],
    },
];
