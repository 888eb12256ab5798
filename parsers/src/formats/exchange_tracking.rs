//! Exchange message tracking logs (`MSGTRK*.LOG`): what became of each message, columns by `#Fields:`.
//!
//! Promises: linear; columns are cut by CSV's rules, so a subject moves none; a line with fewer values than fields is refused.
//! Must not know: files; the directive in force comes with the stream.
//! Source: Microsoft, "Message tracking" (fields, event types and sources).

use schema::{Action, Column, EventBuilder, Outcome};

use super::{csv, mail};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::iso;

/// See the module.
pub static FORMAT: Format = Format {
    name: "exchange_tracking",
    title: "Microsoft Exchange message tracking",
    reference: "Microsoft, Message tracking in Exchange Server",
    programs: &[],
    starts: b"0123456789\"",
    needs: &[],
    keys: &[],
    recognise: |payload| fields(payload).is_some(),
    parse,
    samples: SAMPLES,
};

/// The names of the `#Fields:` line in force, when it is a tracking log's.
fn fields<'a>(payload: &Payload<'a>) -> Option<&'a str> {
    let directives = payload.directives?;
    let (_, rest) = directives.rsplit_once("#Fields: ")?;
    let names = rest.lines().next()?;
    (names.starts_with("date-time,") && names.contains(",event-id,") && payload.text.contains(','))
        .then_some(names)
}

/// What needs more than one column.
#[derive(Default)]
struct Record<'a> {
    event: &'a str,
    source: &'a str,
    client: &'a str,
    client_name: &'a str,
    server_name: &'a str,
    original_client: &'a str,
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let names = fields(payload).ok_or(Unreadable("no #Fields: directive in force"))?;
    let mut record = Record::default();
    let mut values = csv::values(payload.text.trim_end());
    for name in names.trim_end().split(',') {
        let value = values.next().ok_or(Unreadable("fewer values than #Fields"))?;
        if name == "date-time" {
            let when = iso(value).ok_or(Unreadable("no such date and time"))?;
            if !payload.set_time(event, when.in_utc()) {
                return Err(Unreadable("no such day or hour"));
            }
        } else if !value.is_empty() {
            set(name, value, &mut record, event);
        }
    }
    if values.next().is_some() {
        return Err(Unreadable("more values than #Fields"));
    }
    ends(&record, event);
    classify(&record, event);
    Ok(())
}

fn set<'a>(name: &str, value: &'a str, record: &mut Record<'a>, event: &mut EventBuilder<'_>) {
    match name {
        "event-id" => {
            record.event = value;
            event.text(Column::EventCode, value);
        }
        "source" => {
            record.source = value;
            event.field("source", value);
        }
        "client-ip" => record.client = value,
        "client-hostname" => record.client_name = value,
        "server-hostname" => record.server_name = value,
        "original-client-ip" => record.original_client = value,
        "server-ip" => {
            event.ip(Column::DestinationIp, value);
        }
        "message-id" => event.text(Column::EmailMessageId, mail::bare(value)),
        "message-subject" => {
            csv::with_single_quotes(value, |subject| event.text(Column::EmailSubject, subject))
        }
        "sender-address" => event.text_if_said(Column::EmailFrom, mail::bare(value)),
        "recipient-address" => mail::set_recipients(event, value.split(';')),
        "total-bytes" => event.field_number("bytes", value),
        "recipient-count" => event.field_number("recipients", value),
        "recipient-status" => event.field("status", value),
        "return-path" => event.field("return_path", value),
        "connector-id" => event.field("connector", value),
        "source-context" => event.field("context", value),
        "directionality" => event.field("directionality", value),
        "internal-message-id" => event.field("queue_id", value),
        "network-message-id" => event.field("network_message_id", value),
        "related-recipient-address" => event.field("related_recipient", value),
        _ => {}
    }
}

/// Who handed the message to whom: a server that sends stands in the client's columns.
fn ends(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    if !event.ip(Column::SourceIp, record.client) {
        event.ip(Column::SourceIp, record.original_client);
    } else if !record.original_client.is_empty() && record.original_client != record.client {
        event.field("original_client_ip", record.original_client);
    }
    let is_sending = matches!(record.event, "SEND" | "SENDEXTERNAL");
    let (own, other) = if is_sending {
        (record.client_name, record.server_name)
    } else {
        (record.server_name, record.client_name)
    };
    event.text_if_said(Column::HostName, own);
    if is_sending {
        event.text_if_said(Column::DestinationDomain, other);
    } else if !other.is_empty() {
        event.field("rhost", other);
    }
}

fn classify(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    let (action, outcome) = match (record.event, record.source) {
        ("RECEIVE", "SMTP") | ("DELIVER", _) => (Action::MailReceived, Outcome::Success),
        ("SEND" | "SENDEXTERNAL", _) => (Action::MailSent, Outcome::Success),
        ("FAIL" | "DROP", "AGENT") => (Action::MailBlocked, Outcome::Failure),
        ("FAIL" | "DEFER" | "BADMAIL" | "SUBMITFAIL" | "SUBMITDEFER" | "UNDELIVERABLE", _) => {
            (Action::MailBounced, Outcome::Failure)
        }
        _ => {
            event.action(Action::ApplicationEvent);
            return;
        }
    };
    event.action(action);
    event.outcome(outcome);
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "hostile: a message comes in whose subject has commas and quotes",
        text: "#Software: Microsoft Exchange Server\n#Log-type: Message Tracking Log\n#Fields: date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,connector-id,source,event-id,internal-message-id,message-id,network-message-id,recipient-address,recipient-status,total-bytes,recipient-count,related-recipient-address,reference,message-subject,sender-address,return-path,message-info,directionality,tenant-id,original-client-ip,original-server-ip,custom-data\n2026-03-16T08:12:44.112Z,203.0.113.25,mx.fornitore.example,192.0.2.25,EXCH01,08DD1A,EXCH01\\Default Frontend,SMTP,RECEIVE,41233,<a1b2@fornitore.example>,7b1d,urp@borgo.example;tributi@borgo.example,,48211,2,,,\"Fattura, n. \"\"4\"\",,root@x\",ditta@fornitore.example,ditta@fornitore.example,0A,Incoming,,203.0.113.25,192.0.2.25,",
        expect: &[
            ("event_action", "mail_received"),
            ("event_outcome", "success"),
            ("event_code", "RECEIVE"),
            ("source_ip", "203.0.113.25"),
            ("destination_ip", "192.0.2.25"),
            ("host_name", "EXCH01"),
            ("email_from", "ditta@fornitore.example"),
            ("email_to", "urp@borgo.example,tributi@borgo.example"),
            ("email_subject", "Fattura, n. \"4\",,root@x"),
            ("email_message_id", "a1b2@fornitore.example"),
            ("fields.rhost", "mx.fornitore.example"),
            ("fields.bytes", "48211"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a message leaves",
        text: "#Fields: date-time,client-ip,client-hostname,server-ip,server-hostname,source,event-id,message-id,recipient-address,message-subject,sender-address\n2026-03-16T08:12:45.000Z,192.0.2.25,EXCH01,203.0.113.26,mx.provincia.example,SMTP,SEND,<c3@borgo.example>,ufficio@provincia.example,Verbale,urp@borgo.example",
        expect: &[
            ("event_action", "mail_sent"),
            ("host_name", "EXCH01"),
            ("destination_domain", "mx.provincia.example"),
            ("destination_ip", "203.0.113.26"),
            ("email_to", "ufficio@provincia.example"),
        ],
        absent: &["parse_error", "fields.rhost"],
    },
    Sample {
        about: "an agent refuses a message",
        text: "#Fields: date-time,client-ip,source,event-id,message-id,recipient-address,recipient-status,sender-address\n2026-03-16T08:12:45.000Z,198.51.100.23,AGENT,FAIL,<d4@bad.example>,urp@borgo.example,550 5.7.1 TRANSPORT.RULES.RejectMessage,x@bad.example",
        expect: &[
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("fields.status", "550 5.7.1 TRANSPORT.RULES.RejectMessage"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a delivery fails",
        text: "#Fields: date-time,client-ip,source,event-id,message-id,recipient-address,recipient-status,sender-address\n2026-03-16T08:12:45.000Z,,DSN,FAIL,<d4@borgo.example>,nessuno@provincia.example,550 5.1.1 User unknown,urp@borgo.example",
        expect: &[("event_action", "mail_bounced"), ("event_outcome", "failure")],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "truncated: a line cut in its subject",
        text: "#Fields: date-time,client-ip,source,event-id,message-id,message-subject,sender-address\n2026-03-16T08:12:45.000Z,203.0.113.25,SMTP,RECEIVE,<d4@borgo.example>,\"Fattura, n.",
        expect: &[("parse_error", "fewer values than #Fields")],
        absent: &["source_ip", "email_subject", "event_outcome"],
    },
];
