//! Fortinet FortiWeb: `key=value` of traffic, attack and event logs.
//!
//! Promises: one pass over the pairs; the first value of a key counts. Must not know: the envelope, FortiGate.
//! Source: Fortinet, FortiWeb Log Message Reference 7.4.

use memchr::memmem;
use schema::{Action, Column, EventBuilder, Outcome};

use super::account::set_user;
use super::civil_time::{date_and_time, offset_s};
use super::slots::slots;
use super::{http, transport};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::key_value::pairs;
use crate::time::When;

/// See the module.
pub static FORMAT: Format = Format {
    name: "fortiweb",
    title: "Fortinet FortiWeb (key=value)",
    reference: "Fortinet, FortiWeb Log Message Reference 7.4",
    programs: &[],
    starts: b"dtlvm",
    needs: &[
        ("date=", "=_"),
        ("time=", "=_"),
        ("log_id=", "="),
        ("v0", "=_"),
        ("msg_id=", "="),
        ("device_id=", "="),
        ("devname=", "=_"),
    ],
    keys: &[],
    recognise,
    parse,
    samples: SAMPLES,
};

/// Where the keys that tell the product stand.
const HEAD_BYTES: usize = 320;

/// `log_id`, `msg_id` and `pri`: FortiGate writes `logid` and `level`, FortiMail no `msg_id`.
fn recognise(payload: &Payload<'_>) -> bool {
    let text = payload.text.trim_start();
    if !["date=", "time=", "log_id=", "v0", "msg_id=", "device_id=", "devname="]
        .iter()
        .any(|key| text.starts_with(key))
    {
        return false;
    }
    let bytes = text.as_bytes();
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    let has = |key: &[u8]| memmem::find(head, key).is_some();
    has(b"log_id=") && has(b"msg_id=") && has(b"type=") && (has(b"pri=") || has(b"subtype="))
}

slots! {
    /// A key that fills a column or decides what happened.
    enum Key;
    /// Values of a line by key.
    struct Values;
    nothing "none"; keep first;
    Action = b"action";
    Agent = b"http_agent" | b"user_agent";
    AttackType = b"main_type" | b"attack_type";
    Count = b"count";
    Date = b"date";
    DestinationIp = b"dst" | b"dst_ip";
    DestinationPort = b"dst_port";
    DeviceName = b"devname" | b"device_name";
    Host = b"http_host";
    LogId = b"log_id";
    Message = b"msg";
    Method = b"http_method";
    Policy = b"policy";
    Priority = b"pri";
    Protocol = b"proto";
    Query = b"http_qry";
    Reason = b"reason";
    Referrer = b"http_refer" | b"http_referer";
    RequestBytes = b"http_request_bytes" | b"ibytes";
    ResponseBytes = b"http_response_bytes" | b"obytes";
    Service = b"service";
    Severity = b"severity" | b"severity_level";
    Signature = b"signature_id" | b"sigid";
    SignatureName = b"signature_subclass" | b"sub_type" | b"subcat";
    SourceIp = b"original_src" | b"src" | b"src_ip";
    SourcePort = b"src_port";
    Status = b"status";
    StatusCode = b"http_retcode";
    Subtype = b"subtype";
    Time = b"time";
    TimeZone = b"timezone" | b"tz";
    Type = b"type";
    Ui = b"ui";
    Url = b"http_url";
    User = b"user_name" | b"user";
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut values = Values::new();
    for (key, value) in pairs(payload.text, b' ') {
        if !values.put(key, value) && !matches!(value, "" | "none") && (1..=64).contains(&key.len()) {
            event.field(key, value);
        }
    }
    if !values.has(Key::Type) {
        return Err(Unreadable("no type: the line is cut"));
    }
    event.text(Column::ObserverVendor, "Fortinet");
    event.text(Column::ObserverProduct, "FortiWeb");
    stamp(&values, payload, event);
    columns(&values, event);
    meaning(&values, event);
    Ok(())
}

/// `timezone="(GMT+1:00)Rome"` is the zone without summer time: then the stamp is local.
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
    let source = values.get(Key::SourceIp);
    event.ip(Column::SourceIp, if source.is_empty() { console } else { source });
    event.ip(Column::DestinationIp, values.get(Key::DestinationIp));
    event.int_text(Column::SourcePort, values.get(Key::SourcePort));
    event.int_text(Column::DestinationPort, values.get(Key::DestinationPort));
    event.text_if_said(Column::NetworkTransport, transport::name(values.get(Key::Protocol)));
    if values.get(Key::User) != "Unknown" {
        set_user(event, values.get(Key::User));
    }
    event.text_if_said(Column::HttpRequestMethod, values.get(Key::Method));
    http::set_path(values.get(Key::Url), event);
    event.text_if_said(Column::UrlDomain, http::host_of(values.get(Key::Host)));
    event.text_if_said(Column::UrlQuery, values.get(Key::Query));
    event.text_if_said(Column::HttpRequestReferrer, values.get(Key::Referrer));
    event.text_if_said(Column::UserAgentOriginal, values.get(Key::Agent));
    if values.get(Key::StatusCode).len() == 3 {
        event.int_text(Column::HttpResponseStatusCode, values.get(Key::StatusCode));
    }
    event.int_text(Column::HttpResponseBodyBytes, values.get(Key::ResponseBytes));
    event.int_text(Column::SourceBytes, values.get(Key::RequestBytes));
    event.int_text(Column::DestinationBytes, values.get(Key::ResponseBytes));
    event.text_if_said(Column::RuleName, values.get(Key::Policy));
    event.text_if_said(Column::RuleId, values.get(Key::Signature));
    if let Ok(count @ 2..) = values.get(Key::Count).parse::<i64>() {
        event.int(Column::EventCount, count);
    }
    for (name, key) in [
        ("action", Key::Action),
        ("attack_type", Key::AttackType),
        ("message", Key::Message),
        ("reason", Key::Reason),
        ("service", Key::Service),
        ("severity", Key::Severity),
        ("signature", Key::SignatureName),
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
    let action = values.get(Key::Action).to_ascii_lowercase();
    let failed = values.get(Key::Status).to_ascii_lowercase().starts_with("fail");
    let (kind, outcome) = match values.get(Key::Type) {
        "traffic" => {
            let code = values.get(Key::StatusCode);
            (Action::HttpRequest, Outcome::of(!failed && !code.starts_with(['4', '5'])))
        }
        "attack" => {
            let blocked = ["deny", "block", "redirect", "period", "reset", "403"]
                .iter()
                .any(|word| action.contains(word));
            if action.is_empty() {
                // Cut before it says what was done.
                (Action::WafBlock, Outcome::Unknown)
            } else {
                event.field("blocked", if blocked { "true" } else { "false" });
                (Action::WafBlock, Outcome::of(!blocked))
            }
        }
        "event" => match action.as_str() {
            // Cut before its status.
            "login" if !values.has(Key::Status) => (Action::Login, Outcome::Unknown),
            "login" => (Action::Login, Outcome::of(!failed)),
            "logout" => (Action::Logout, Outcome::Success),
            "edit" | "add" | "delete" | "move" | "set" => (Action::ConfigChange, Outcome::of(!failed)),
            "backup" | "download" => (Action::ConfigExport, Outcome::of(!failed)),
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
    event.action(kind);
    event.outcome(outcome);
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "an attack was blocked",
        text: "<185>date=2026-03-16 time=09:12:44 log_id=20000008 msg_id=000669 device_id=FV-1 vd=\"root\" timezone=\"(GMT+1:00)Rome\" type=attack subtype=\"waf_signature_detection\" pri=alert severity_level=High proto=tcp service=https/tls1.3 action=Alert_Deny policy=\"sito\" src=198.51.100.23 src_port=51982 dst=192.0.2.10 dst_port=443 http_method=get http_url=\"/index.php?id=1\" http_host=\"www.comune.example\" http_agent=\"sqlmap/1.8\" msg=\"SQL injection\" signature_subclass=\"SQL Injection\" signature_id=\"030000136\" user_name=\"Unknown\" http_refer=\"none\"",
        expect: &[
            ("event_action", "waf_block"),
            ("event_outcome", "failure"),
            ("fields.blocked", "true"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
            ("source_ip", "198.51.100.23"),
            ("url_domain", "www.comune.example"),
            ("url_path", "/index.php"),
            ("url_query", "id=1"),
            ("user_agent_original", "sqlmap/1.8"),
            ("rule_id", "030000136"),
            ("rule_name", "sito"),
        ],
        absent: &["parse_error", "user_name", "http_request_referrer"],
    },
    Sample {
        about: "a request passed",
        text: "time=09:12:45 log_id=30001000 msg_id=000670 device_id=FV-1 vd=\"root\" type=traffic subtype=\"https\" pri=notice proto=tcp service=https status=success reason=none policy=sito original_src=192.0.2.41 src=192.0.2.41 src_port=48152 dst=192.0.2.10 dst_port=80 http_request_bytes=612 http_response_bytes=20480 http_method=get http_url=\"/atti\" http_agent=\"Mozilla/5.0\" http_retcode=200 msg=\"HTTPS get request\" http_host=\"www.comune.example\"",
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "success"),
            ("http_response_status_code", "200"),
            ("http_response_body_bytes", "20480"),
            ("url_path", "/atti"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an administrator's login failed",
        text: "<188>date=2026-03-16 time=09:13:44 log_id=10000017 msg_id=000671 device_id=FV-1 vd=\"root\" type=event subtype=\"admin\" pri=warning user=mbianchi ui=GUI(198.51.100.23) action=login status=failure msg=\"User mbianchi login failed from GUI(198.51.100.23)\"",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "mbianchi"),
            ("source_ip", "198.51.100.23"),
        ],
        absent: &["parse_error", "destination_ip"],
    },
    Sample {
        about: "truncated: a line cut before its type is said",
        text: "date=2026-03-16 time=09:12:44 log_id=20000008 msg_id=000669 pri=alert subtype=",
        expect: &[("parse_error", "no type: the line is cut")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "hostile: a URL that imitates more keys moves none",
        text: "date=2026-03-16 time=09:12:44 log_id=20000008 msg_id=000669 type=attack subtype=\"x\" pri=alert action=Alert src=198.51.100.23 http_url=\"/a action=Alert_Deny src=203.0.113.66\" http_host=\"www.comune.example\"",
        expect: &[("event_outcome", "success"), ("source_ip", "198.51.100.23"), ("fields.blocked", "false")],
        absent: &["parse_error"],
    },
];
