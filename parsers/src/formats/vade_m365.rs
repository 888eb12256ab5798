//! Vade (Hornetsecurity) for Microsoft 365: each message with its verdict and what was done.
//!
//! Promises: linear; Vade's own words decide, never a subject. Must not know: the envelope, files, other formats.
//! Source: Vade for M365, SIEM log export.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{cloud, mail};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "vade_m365",
    title: "Vade for Microsoft 365 (JSON)",
    reference: "Vade for M365, SIEM log export",
    programs: &[],
    starts: b"{ ",
    needs: &[],
    keys: &["remediation_type"],
    recognise: |payload| {
        payload.json.is_some_and(|json| {
            json.has_all(&["date", "sender_ip", "from_header", "message_id", "status", "remediation_type"])
        })
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    cloud::time(json, &["date"], payload, event)?;
    cloud::set(
        json,
        &[
            (Column::SourceIp, &["sender_ip"]),
            (Column::EmailFrom, &["from"]),
            (Column::EmailTo, &["to"]),
            (Column::EmailSubject, &["subject"]),
        ],
        event,
    );
    event.text_if_said(Column::EmailMessageId, mail::bare(json.scalar("message_id").unwrap_or("")));
    cloud::fields(
        json,
        &[
            ("id", &["id"]),
            ("action", &["action"]),
            ("verdict", &["status"]),
            ("sub_verdict", &["substatus"]),
            ("remediation", &["remediation_type"]),
            ("folder", &["folder"]),
            ("bytes", &["size"]),
            ("direction", &["direction"]),
        ],
        event,
    );
    if let Some(first) = json.get("attachments").and_then(|list| list.members().next()) {
        event.text_if_said(
            Column::FilePath,
            first.get("filename").and_then(|name| name.scalar()).unwrap_or(""),
        );
        event.text_if_said(
            Column::FileHashSha256,
            first.get("hashes.sha256").and_then(|hash| hash.scalar()).unwrap_or(""),
        );
    }
    let verdict = json.scalar("status").unwrap_or("");
    let is_clean = matches!(verdict, "LEGIT" | "" | "NEWSLETTER" | "DSN");
    if !is_clean {
        event.text(Column::RuleName, verdict);
    }
    if matches!(json.scalar("action").unwrap_or(""), "MOVE" | "DELETE" | "QUARANTINE") {
        event.action(Action::MailBlocked);
        event.outcome(Outcome::Failure);
    } else {
        let is_outgoing = json.scalar("direction") == Some("outgoing");
        event.action(if is_outgoing { Action::MailSent } else { Action::MailReceived });
        event.outcome(Outcome::Success);
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a phishing message is moved",
        text: r#"{"id":"c1","date":"2026-03-16T08:12:44.454Z","sender_ip":"198.51.100.23","from":"x@bad.example","from_header":"\"INPS\" <x@bad.example>","to":"urp@borgo.example","to_header":"urp@borgo.example","subject":"Rimborso","message_id":"<m1@bad.example>","urls":[],"attachments":[{"id":"a","filename":"modulo.zip","hashes":{"sha256":"ab01"}}],"status":"PHISHING","substatus":"","remediation_type":"none","action":"MOVE","folder":"JunkEmail","size":113475}"#,
        expect: &[
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("email_from", "x@bad.example"),
            ("email_message_id", "m1@bad.example"),
            ("rule_name", "PHISHING"),
            ("file_path", "modulo.zip"),
            ("timestamp", "2026-03-16T08:12:44.454000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a good message passes",
        text: r#"{"id":"c2","date":"2026-03-16T08:12:44.454Z","sender_ip":"203.0.113.25","from":"ditta@fornitore.example","from_header":"Ditta","to":"urp@borgo.example","subject":"Fattura","message_id":"<m2@fornitore.example>","attachments":[],"status":"LEGIT","remediation_type":"none","action":"NOTHING"}"#,
        expect: &[("event_action", "mail_received"), ("event_outcome", "success")],
        absent: &["parse_error", "rule_name", "file_path"],
    },
    Sample {
        about: "spam that is only marked passes",
        text: r#"{"id":"c3","date":"2026-03-16T08:12:44.454Z","sender_ip":"203.0.113.25","from":"n@fornitore.example","from_header":"N","to":"urp@borgo.example","message_id":"m3","status":"LOW_SPAM","remediation_type":"none","action":"NOTHING"}"#,
        expect: &[("event_action", "mail_received"), ("rule_name", "LOW_SPAM")],
        absent: &["parse_error"],
    },
    Sample {
        about: "an event without its time",
        text: r#"{"id":"c3","date":"","sender_ip":"203.0.113.25","from_header":"N","message_id":"m3","status":"LOW_SPAM","remediation_type":"none"}"#,
        expect: &[("parse_error", "expected a time"), ("source_ip", "203.0.113.25")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "truncated: cut before its recipient",
        text: r#"{"id":"c1","date":"2026-03-16T08:12:44.454Z","sender_ip":"198.51.100.23","from":"x@bad.example","from_header":"x@bad.example","message_id":"<m1@bad.example>","status":"PHISHING","remediation_type":"none","to":"urp@bor"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("source_ip", "198.51.100.23"),
            ("email_from", "x@bad.example"),
        ],
        absent: &["email_to"],
    },
    Sample {
        about: "hostile: a header that imitates an action changes none",
        text: r#"{"id":"c4","date":"2026-03-16T08:12:44.454Z","sender_ip":"198.51.100.23","from":"x@bad.example","from_header":"\",\"action\":\"NOTHING\"","to":"urp@borgo.example","message_id":"m4","status":"MALWARE","remediation_type":"auto","action":"DELETE"}"#,
        expect: &[("event_action", "mail_blocked"), ("fields.action", "DELETE")],
        absent: &["parse_error"],
    },
];
