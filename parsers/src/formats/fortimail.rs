//! Fortinet FortiMail: `key=value` of statistics, spam, virus, encryption and event logs.
//!
//! Promises: one pass over the pairs; the first value of a key counts, so that a subject moves no address.
//! Must not know: the envelope, FortiGate, FortiWeb. Source: Fortinet, FortiMail Log Message Reference 7.4.

use memchr::memmem;
use schema::{Action, Column, EventBuilder, Outcome};

use super::account::set_user;
use super::civil_time::{date_and_time, offset_s};
use super::slots::slots;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::key_value::pairs;
use crate::time::When;

/// See the module.
pub static FORMAT: Format = Format {
    name: "fortimail",
    title: "Fortinet FortiMail (key=value)",
    reference: "Fortinet, FortiMail Log Message Reference 7.4",
    programs: &[],
    starts: b"d",
    needs: &[("date=", "=_")],
    keys: &[],
    recognise: |payload| {
        let text = payload.text;
        let bytes = text.as_bytes();
        let head = bytes.get(..192).unwrap_or(bytes);
        let has = |key: &[u8]| memmem::find(head, key).is_some();
        // Serial numbers of FortiMail begin with FE; FortiWeb's and FortiManager's with other letters.
        text.starts_with("date=")
            && (has(b" device_id=FE") || has(b" device_id=\"FE"))
            && has(b" log_id=")
            && has(b" type=")
    },
    parse,
    samples: SAMPLES,
};

slots! {
    /// A key that fills a column or decides what happened.
    enum Key;
    /// Values of a line by key.
    struct Values;
    nothing "N/A"; keep first;
    Action = b"action";
    Classifier = b"classifier";
    ClientIp = b"client_ip" | b"src" | b"src_ip";
    ClientName = b"client_name";
    Date = b"date";
    Description = b"msg";
    DestinationIp = b"dst_ip";
    DeviceName = b"devname" | b"device_name";
    Direction = b"direction";
    Disposition = b"disposition";
    Domain = b"domain";
    From = b"from";
    LogId = b"log_id";
    MessageId = b"message_id";
    Policy = b"polid" | b"policy_id";
    Priority = b"pri";
    Reason = b"reason";
    SessionId = b"session_id";
    Size = b"message_length";
    Status = b"status";
    Subject = b"subject";
    Subtype = b"subtype";
    Time = b"time";
    TimeZone = b"tz";
    To = b"to";
    Type = b"type";
    Ui = b"ui";
    User = b"user";
    Virus = b"virus";
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut values = Values::new();
    for (key, value) in pairs(payload.text, b' ') {
        if !values.put(key, value) && !value.is_empty() && (1..=64).contains(&key.len()) {
            event.field(key, value);
        }
    }
    if !values.has(Key::Type) || !(values.has(Key::SessionId) || values.has(Key::Description)) {
        return Err(Unreadable("neither session nor message: the line is cut"));
    }
    event.text(Column::ObserverVendor, "Fortinet");
    event.text(Column::ObserverProduct, "FortiMail");
    stamp(&values, payload, event);
    columns(&values, event);
    meaning(&values, event);
    Ok(())
}

fn stamp(values: &Values<'_>, payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
    let Some(when) = date_and_time(values.get(Key::Date), values.get(Key::Time)) else { return };
    let offset_s = offset_s(values.get(Key::TimeZone));
    if offset_s.is_some() || !payload.is_stamped || event.is_set(Column::TimeGuess) {
        payload.set_time(event, When { offset_s, ..when });
    }
}

fn columns(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    event.text_if_said(Column::HostName, values.get(Key::DeviceName));
    event.text_if_said(Column::EventCode, values.get(Key::LogId));
    event.text_if_said(Column::LogLevel, values.get(Key::Priority));
    let console =
        values.get(Key::Ui).split_once('(').map_or("", |(_, address)| address.trim_end_matches(')'));
    let client = values.get(Key::ClientIp);
    event.ip(Column::SourceIp, if client.is_empty() { console } else { client });
    event.ip(Column::DestinationIp, values.get(Key::DestinationIp));
    set_user(event, values.get(Key::User));
    event.text_if_said(Column::EmailFrom, values.get(Key::From));
    event.text_if_said(Column::EmailTo, values.get(Key::To));
    event.text_if_said(Column::EmailSubject, values.get(Key::Subject));
    event.text_if_said(Column::EmailMessageId, values.get(Key::MessageId));
    event.int_text(Column::SourceBytes, values.get(Key::Size));
    event.text_if_said(Column::RuleId, values.get(Key::Policy));
    match values.get(Key::Direction) {
        "in" => event.text(Column::NetworkDirection, "inbound"),
        "out" => event.text(Column::NetworkDirection, "outbound"),
        _ => {}
    }
    for (name, key) in [
        ("action", Key::Action),
        ("classifier", Key::Classifier),
        ("client_name", Key::ClientName),
        ("disposition", Key::Disposition),
        ("domain", Key::Domain),
        ("message", Key::Description),
        ("reason", Key::Reason),
        ("session_id", Key::SessionId),
        ("status", Key::Status),
        ("subtype", Key::Subtype),
        ("type", Key::Type),
        ("ui", Key::Ui),
    ] {
        if values.has(key) {
            event.field(name, values.get(key));
        }
    }
}

fn meaning(values: &Values<'_>, event: &mut EventBuilder<'_>) {
    let disposition = values.get(Key::Disposition).to_ascii_lowercase();
    let blocked =
        ["reject", "discard", "quarantine", "defer", "block"].iter().any(|word| disposition.contains(word));
    let failed = values.get(Key::Status).to_ascii_lowercase().starts_with("fail");
    let (action, outcome) = match values.get(Key::Type) {
        "statistics" if blocked => (Action::MailBlocked, Outcome::Failure),
        // Cut before it says what became of the message.
        "statistics" if disposition.is_empty() => (Action::MailReceived, Outcome::Unknown),
        "statistics" if values.get(Key::Direction) == "out" => (Action::MailSent, Outcome::Success),
        "statistics" => (Action::MailReceived, Outcome::Success),
        "spam" => {
            event.text_if_said(Column::RuleName, values.get(Key::Classifier));
            (Action::MailBlocked, Outcome::Failure)
        }
        "virus" => {
            event.text_if_said(Column::RuleName, values.get(Key::Virus));
            (Action::MalwareDetected, Outcome::Success)
        }
        "event" | "kevent" => match values.get(Key::Action) {
            "login" => (Action::Login, Outcome::of(!failed)),
            "logout" => (Action::Logout, Outcome::Success),
            _ if values.get(Key::Subtype) == "config" => (Action::ConfigChange, Outcome::of(!failed)),
            _ => {
                if failed {
                    event.outcome(Outcome::Failure);
                }
                event.action(Action::ApplicationEvent);
                return;
            }
        },
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
        about: "a message from outside was accepted",
        text: "<190>date=2026-03-16 time=09:12:44.123 device_id=FE200F3A16000001 log_id=0200012345 type=statistics pri=information session_id=\"v2G8Cih001\" client_name=\"mx.altrove.example\" client_ip=\"198.51.100.25\" dst_ip=\"192.0.2.25\" from=\"anna@altrove.example\" to=\"protocollo@comune.example\" polid=\"0:1:1\" domain=\"comune.example\" resolved=\"OK\" direction=\"in\" virus=\"\" disposition=\"Accept\" classifier=\"Not Spam\" message_length=18345 subject=\"Richiesta atti\"",
        expect: &[
            ("event_action", "mail_received"),
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.25"),
            ("destination_ip", "192.0.2.25"),
            ("email_from", "anna@altrove.example"),
            ("email_to", "protocollo@comune.example"),
            ("email_subject", "Richiesta atti"),
            ("network_direction", "inbound"),
            ("source_bytes", "18345"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "spam was rejected",
        text: "<188>date=2026-03-16 time=09:13:44.000 device_id=FE200F3A16000001 log_id=0300012345 type=spam subtype=default pri=warning session_id=\"v2G8Cih002\" client_name=\"x.example\" client_ip=\"203.0.113.66\" dst_ip=\"192.0.2.25\" from=\"truffa@x.example\" to=\"sindaco@comune.example\" subject=\"Vincita\" classifier=\"FortiGuard AntiSpam-IP\" msg=\"FortiGuard-AntiSpam identified spam\"",
        expect: &[
            ("event_action", "mail_blocked"),
            ("event_outcome", "failure"),
            ("rule_name", "FortiGuard AntiSpam-IP"),
            ("source_ip", "203.0.113.66"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a message carried a virus",
        text: "<188>date=2026-03-16 time=09:14:44.000 device_id=FE200F3A16000001 log_id=0100000101 type=virus subtype=infected pri=warning from=\"x@x.example\" to=\"urp@comune.example\" src=203.0.113.66 session_id=\"v2G8Cih003\" virus=\"EICAR_TEST_FILE\" msg=\"The file fattura.zip is infected\"",
        expect: &[
            ("event_action", "malware_detected"),
            ("rule_name", "EICAR_TEST_FILE"),
            ("source_ip", "203.0.113.66"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an administrator's login failed",
        text: "<188>date=2026-03-16 time=09:15:44.000 device_id=FE200F3A16000001 log_id=0701000045 type=kevent subtype=admin pri=warning user=admin ui=GUI(198.51.100.23) action=login status=failure reason=none msg=\"User admin login failed from GUI(198.51.100.23)\"",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "admin"),
            ("source_ip", "198.51.100.23"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a line cut before its session",
        text: "<190>date=2026-03-16 time=09:12:44.123 device_id=FE200F3A16000001 log_id=0200012345 type=statistics pri=info",
        expect: &[("parse_error", "neither session nor message: the line is cut")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "hostile: a subject that imitates more keys moves none",
        text: "<190>date=2026-03-16 time=09:12:44.123 device_id=FE200F3A16000001 log_id=0200012345 type=statistics pri=information session_id=\"v2G8Cih001\" client_ip=\"198.51.100.25\" from=\"a@x.example\" to=\"b@comune.example\" direction=\"in\" disposition=\"Reject\" subject=\"x from=capo@comune.example disposition=Accept client_ip=192.0.2.1\"",
        expect: &[
            ("event_action", "mail_blocked"),
            ("email_from", "a@x.example"),
            ("source_ip", "198.51.100.25"),
        ],
        absent: &["parse_error"],
    },
];
