//! Proofpoint on Demand: messages with the filters' verdict, and the mail log beside them.
//!
//! Promises: linear; the filters' disposition decides, never a header. Must not know: the envelope, files, other formats.
//! Source: Proofpoint on Demand Log API, message and maillog schemas.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{cloud, mail};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::Json;

/// See the module.
pub static FORMAT: Format = Format {
    name: "proofpoint_pod",
    title: "Proofpoint on Demand (JSON)",
    reference: "Proofpoint on Demand Log API",
    programs: &[],
    starts: b"{ ",
    needs: &[],
    keys: &["guid", "pps"],
    recognise: |payload| {
        payload.json.is_some_and(|json| {
            json.has_all(&["guid", "envelope", "filter", "ts"])
                || json.has_all(&["sm", "pps", "data", "ts"])
                || json.has_all(&["msgParts", "guid"])
        })
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    if json.get("ts").is_some() {
        cloud::time(json, &["ts"], payload, event)?;
    }
    cloud::fields(json, &[("guid", &["guid"]), ("type", &["type"])], event);
    if json.get("sm").is_some() {
        mail_log(json, event);
    } else if json.get("msgParts").is_some() {
        part(json, event);
    } else {
        message(json, event);
    }
    Ok(())
}

/// The items of an array of texts.
fn list<'a>(json: Json<'a>, path: &str) -> impl Iterator<Item = &'a str> {
    json.get(path).into_iter().flat_map(|list| list.members()).filter_map(|item| item.scalar())
}

fn message(json: Json<'_>, event: &mut EventBuilder<'_>) {
    cloud::set(
        json,
        &[(Column::SourceIp, &["connection.ip"]), (Column::EmailFrom, &["envelope.from"])],
        event,
    );
    mail::set_recipients(event, list(json, "envelope.rcpts"));
    for (column, name) in [(Column::EmailSubject, "subject"), (Column::EmailMessageId, "message-id")] {
        let headers = ["msg.normalizedHeader", "msg.header"];
        let value =
            headers.iter().find_map(|headers| json.get(headers)?.get(name)?.members().next()?.scalar());
        let value = value.unwrap_or("");
        event.text_if_said(column, if column == Column::EmailMessageId { mail::bare(value) } else { value });
    }
    let version = json.scalar("connection.tls.inbound.version").unwrap_or("");
    event.text_if_said(Column::TlsVersion, version.trim_start_matches("TLSv"));
    cloud::fields(
        json,
        &[
            ("rhost", &["connection.host"]),
            ("helo", &["connection.helo"]),
            ("queue_id", &["filter.qid"]),
            ("action", &["filter.disposition"]),
            ("direction", &["filter.routeDirection"]),
            ("score", &["filter.modules.spam.scores.overall"]),
            ("spf", &["filter.modules.spf.result"]),
            ("bytes", &["filter.msgSizeBytes", "msg.sizeBytes"]),
        ],
        event,
    );
    if let Some(rule) = json.first(&["filter.quarantine.rule"]).or_else(|| final_rule(json)) {
        event.text_if_said(Column::RuleName, rule);
    }
    let disposition = json.scalar("filter.disposition").unwrap_or("");
    if ["reject", "discard", "quarantine", "retry"].iter().any(|word| disposition.starts_with(word)) {
        event.action(Action::MailBlocked);
        event.outcome(Outcome::Failure);
    } else {
        let is_outbound = json.scalar("filter.routeDirection") == Some("outbound");
        event.action(if is_outbound { Action::MailSent } else { Action::MailReceived });
        event.outcome(Outcome::Success);
    }
}

/// The rule of the action that ended the filters' work.
fn final_rule(json: Json<'_>) -> Option<&str> {
    let actions = json.get("filter.actions")?;
    let last = actions
        .members()
        .find(|action| action.get("isFinal").and_then(|last| last.scalar()) == Some("true"))?;
    last.get("rule")?.scalar()
}

/// A line of the mail log, already taken apart.
fn mail_log(json: Json<'_>, event: &mut EventBuilder<'_>) {
    cloud::set(
        json,
        &[
            (Column::EmailFrom, &["sm.from", "sm.ctladdr"]),
            (Column::EmailMessageId, &["sm.msgid"]),
            (Column::HostName, &["pps.agent"]),
        ],
        event,
    );
    mail::set_recipients(event, list(json, "sm.to"));
    cloud::fields(
        json,
        &[
            ("queue_id", &["sm.qid"]),
            ("dsn", &["sm.dsn"]),
            ("status", &["sm.stat"]),
            ("relay", &["sm.relay"]),
        ],
        event,
    );
    let status = json.scalar("sm.stat").unwrap_or("");
    if status.starts_with("Sent") {
        event.action(Action::MailSent);
        event.outcome(Outcome::Success);
    } else if status.is_empty() {
        event.action(Action::ApplicationEvent);
    } else {
        event.action(Action::MailBounced);
        event.outcome(Outcome::Failure);
        event.text_if_said(Column::EventCode, json.scalar("sm.dsn").unwrap_or(""));
    }
}

/// One part of a message.
fn part(json: Json<'_>, event: &mut EventBuilder<'_>) {
    event.action(Action::ApplicationEvent);
    let set = &[
        (Column::FilePath, &["msgParts.detectedName", "msgParts.labeledName"] as &[&str]),
        (Column::FileHashSha256, &["msgParts.sha256"]),
    ];
    cloud::set(json, set, event);
    cloud::fields(json, &[("action", &["disposition"]), ("mime_type", &["msgParts.detectedMime"])], event);
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a phishing message is discarded",
        text: r#"{"ts":"2026-03-16T09:12:44.902627+0100","guid":"g1","type":"message","envelope":{"from":"x@bad.example","rcpts":["urp@borgo.example","tributi@borgo.example"]},"connection":{"host":"h9.bad.example","ip":"198.51.100.23","helo":"bad","tls":{"inbound":{"version":"TLSv1.2"}}},"msg":{"normalizedHeader":{"subject":["Rimborso"],"message-id":["m1@bad.example"]}},"filter":{"disposition":"discard","qid":"q-1","routeDirection":"inbound","actions":[{"rule":"clean","action":"continue"},{"rule":"phish","action":"discard","isFinal":true}],"modules":{"spam":{"scores":{"overall":100}}}}}"#,
        expect: &[
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("email_to", "urp@borgo.example,tributi@borgo.example"),
            ("email_subject", "Rimborso"),
            ("email_message_id", "m1@bad.example"),
            ("rule_name", "phish"),
            ("fields.score", "100"),
            ("timestamp", "2026-03-16T08:12:44.902627Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a message passes",
        text: r#"{"ts":"2026-03-16T09:12:44.902627+0100","guid":"g2","envelope":{"from":"ditta@fornitore.example","rcpts":["urp@borgo.example"]},"connection":{"ip":"203.0.113.25"},"filter":{"disposition":"continue","routeDirection":"inbound"}}"#,
        expect: &[("event_action", "mail_received"), ("event_outcome", "success")],
        absent: &["parse_error", "rule_name", "email_subject"],
    },
    Sample {
        about: "a delivery in the mail log fails",
        text: r#"{"data":"…","sm":{"to":["<a@provincia.example>"],"qid":"62G8","stat":"Deferred: Connection timed out","dsn":"4.0.0"},"pps":{"agent":"m1.example"},"ts":"2026-03-16T09:12:44.935763+0100","type":"maillog"}"#,
        expect: &[
            ("event_action", "mail_bounced"),
            ("event_code", "4.0.0"),
            ("email_to", "a@provincia.example"),
            ("host_name", "m1.example"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an event whose time is cut",
        text: r#"{"ts":"2026-03-16T","guid":"g2","envelope":{"from":"ditta@fornitore.example"},"filter":{"disposition":"continue"}}"#,
        expect: &[("parse_error", "expected a time"), ("email_from", "ditta@fornitore.example")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "truncated: cut before its rule's name",
        text: r#"{"ts":"2026-03-16T09:12:44.902627+0100","guid":"g1","type":"message","envelope":{"from":"x@bad.example","rcpts":["urp@borgo.example","tributi@borgo.example"]},"connection":{"host":"h9.bad.example","ip":"198.51.100.23","helo":"bad","tls":{"inbound":{"version":"TLSv1.2"}}},"msg":{"normalizedHeader":{"subject":["Rimborso"],"message-id":["m1@bad.example"]}},"filter":{"disposition":"discard","qid":"q-1","rou"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("timestamp", "2026-03-16T08:12:44.902627Z"),
        ],
        absent: &["rule_name", "fields.score"],
    },
    Sample {
        about: "hostile: a subject that imitates a disposition changes none",
        text: r#"{"ts":"2026-03-16T09:12:44+0100","guid":"g3","envelope":{"from":"x@bad.example"},"msg":{"header":{"subject":["\"},\"filter\":{\"disposition\":\"continue"]}},"filter":{"disposition":"reject"}}"#,
        expect: &[("event_action", "mail_blocked"), ("fields.action", "reject")],
        absent: &["parse_error"],
    },
];
