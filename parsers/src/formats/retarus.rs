//! Retarus E-Mail Security: messages and threats, one JSON object each.
//!
//! Promises: linear; Retarus's own words decide, never a subject. Must not know: the envelope, files, other formats.
//! Source: Retarus, Forensic SIEM Integration.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{cloud, mail};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "retarus",
    title: "Retarus E-Mail Security (JSON)",
    reference: "Retarus, Forensic SIEM Integration",
    programs: &[],
    starts: b"{ ",
    needs: &[],
    keys: &["rmxId"],
    recognise: |payload| {
        payload.json.is_some_and(|json| json.has_all(&["rmxId", "customer", "class", "type", "ts"]))
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    cloud::time(json, &["ts"], payload, event)?;
    cloud::set(
        json,
        &[
            (Column::SourceIp, &["sourceIp"]),
            (Column::HostName, &["host"]),
            (Column::EmailFrom, &["sender"]),
            (Column::EmailSubject, &["metaData.header.subject"]),
            (Column::RuleName, &["metaData.details", "metaData.threatType"]),
        ],
        event,
    );
    let recipient = json.scalar("recipient").unwrap_or("");
    event.text_if_said(Column::EmailTo, recipient);
    if let Some((_, domain)) = recipient.rsplit_once('@') {
        event.text_if_said(Column::DestinationDomain, domain);
    }
    event.text_if_said(Column::EmailMessageId, mail::bare(json.scalar("mimeId").unwrap_or("")));
    let checksum = json.scalar("metaData.checksum").unwrap_or("");
    // Shortened by some exports: a hash that is not whole names no file.
    if json.scalar("metaData.hashFunction") == Some("sha256") && checksum.len() == 64 {
        event.text_if_said(Column::FileHashSha256, checksum);
    }
    cloud::fields(
        json,
        &[
            ("queue_id", &["rmxId"]),
            ("type", &["type"]),
            ("action", &["status"]),
            ("direction", &["direction"]),
            ("header_from", &["metaData.header.from"]),
            ("mime_type", &["metaData.mimeType"]),
        ],
        event,
    );
    let is_outbound = json.scalar("direction") == Some("OUTBOUND");
    let (action, outcome) = match (json.scalar("class").unwrap_or(""), json.scalar("status").unwrap_or("")) {
        ("THREAT", "DETECTED" | "SUSPICIOUS" | "INFECTED" | "QUARANTINED" | "BLOCKED")
        | (_, "REJECTED" | "QUARANTINED") => (Action::MailBlocked, Outcome::Failure),
        (_, "BOUNCED" | "DEFERRED" | "DELAYED" | "FAILED") => (Action::MailBounced, Outcome::Failure),
        (_, "ACCEPTED" | "DELIVERED" | "SENT") if is_outbound => (Action::MailSent, Outcome::Success),
        (_, "ACCEPTED" | "DELIVERED") => (Action::MailReceived, Outcome::Success),
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
        about: "a message comes in",
        text: r#"{"version":"1.0","rmxId":"20260316-1@in","sender":"ditta@fornitore.example","ts":"2026-03-16 09:12:44 +0100","metaData":{"header":{"from":"Ditta","subject":"Fattura"}},"recipient":"urp@borgo.example","sourceIp":"203.0.113.25","type":"MTA","host":"events.retarus.example","direction":"INBOUND","status":"ACCEPTED","customer":"1IT","class":"EVENT","mimeId":"<m1@fornitore.example>"}"#,
        expect: &[
            ("event_action", "mail_received"),
            ("event_outcome", "success"),
            ("source_ip", "203.0.113.25"),
            ("destination_domain", "borgo.example"),
            ("email_subject", "Fattura"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a virus is found",
        text: r#"{"customer":"1IT","metaData":{"hashFunction":"sha256","threatType":"VIRUS","checksum":"6b84714d0fa8c77d846306f37f4f3135596d34e17dca4f84088195272fd00000","details":"EICAR-Test-File"},"ts":"2026-03-16 09:12:44 +0100","sender":"x@bad.example","type":"PZD","direction":"INBOUND","recipient":"urp@borgo.example","status":"DETECTED","class":"THREAT","rmxId":"20260316-2@in"}"#,
        expect: &[
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("rule_name", "EICAR-Test-File"),
            ("file_hash_sha256", "6b84714d0fa8c77d846306f37f4f3135596d34e17dca4f84088195272fd00000"),
        ],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "a message leaves",
        text: r#"{"customer":"1IT","ts":"2026-03-16 09:12:44 +0100","sender":"urp@borgo.example","type":"MTA","direction":"OUTBOUND","recipient":"a@provincia.example","status":"ACCEPTED","class":"EVENT","rmxId":"20260316-3@out"}"#,
        expect: &[("event_action", "mail_sent"), ("email_from", "urp@borgo.example")],
        absent: &["parse_error"],
    },
    Sample {
        about: "an event whose time is cut",
        text: r#"{"customer":"1IT","ts":"2026-03-1","sender":"urp@borgo.example","type":"MTA","class":"EVENT","rmxId":"20260316-3@out"}"#,
        expect: &[("parse_error", "expected a time"), ("email_from", "urp@borgo.example")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "truncated: cut before its client",
        text: r#"{"customer":"1IT","class":"EVENT","type":"MTA","rmxId":"20260316-4@in","ts":"2026-03-16 09:12:44 +0100","direction":"INBOUND","sender":"ditta@fornitore.example","sourceIp":"203.0.1"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("email_from", "ditta@fornitore.example"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["source_ip", "email_to"],
    },
    Sample {
        about: "hostile: a subject that imitates a status changes none",
        text: r#"{"customer":"1IT","metaData":{"header":{"subject":"\",\"status\":\"ACCEPTED"}},"ts":"2026-03-16 09:12:44 +0100","type":"CxO","direction":"INBOUND","recipient":"urp@borgo.example","status":"DETECTED","class":"THREAT","rmxId":"20260316-4@in"}"#,
        expect: &[("event_action", "mail_blocked"), ("fields.action", "DETECTED")],
        absent: &["parse_error"],
    },
];
