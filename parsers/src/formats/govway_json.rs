//! GovWay's trace to file as JSON: a topic whose keys are GovWay's own identifiers.
//!
//! Promises: a column is filled from a documented identifier only; a topic may leave out what it likes.
//! Must not know: what a site names otherwise (a mapping file says that).
//! Source: GovWay, manuale della console, "Tracciamento su File: informazioni tracciabili".

use schema::{Action, Column, EventBuilder, Outcome};

use super::{http, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::Json;
use crate::time::{epoch, iso_prefix};

/// See the module.
pub static FORMAT: Format = Format {
    name: "govway_json",
    title: "GovWay (trace to file, JSON)",
    reference: "GovWay documentation, FileTrace",
    programs: &["govway"],
    starts: b"{",
    needs: &[],
    keys: &["transactionId"],
    recognise: |payload| payload.json.is_some_and(is_trace),
    parse,
    samples: SAMPLES,
};

/// A transaction, how it ended, and of which API, in GovWay's words.
fn is_trace(json: &Json<'_>) -> bool {
    let mut found = 0u8;
    for member in json.members() {
        found |= match member.key().as_bytes() {
            b"transactionId" => 1,
            b"resultClass" | b"resultCode" | b"resultClassOk" | b"outHttpStatus" | b"inHttpStatus" => 2,
            b"api" | b"apiInterface" | b"apiInterfaceId" | b"apiId" | b"interface" | b"gatewayLatency" => 4,
            _ => 0,
        };
    }
    found == 7
}

/// Moments of a transaction, the earliest first.
const STAMPS: &[&str] = &[
    "acceptedRequestDate",
    "inRequestDate",
    "inRequestStartTime",
    "outRequestDate",
    "inResponseDate",
    "outResponseDate",
    "outResponseEndTime",
];

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = payload.json.filter(|json| is_trace(json)).ok_or(Unreadable("expected a transaction"))?;
    let get = |path: &str| json.scalar(path).unwrap_or_default();
    if let Some(stamp) = json.first(STAMPS) {
        if let Some((when, _)) = iso_prefix(stamp) {
            payload.set_time(event, when);
        } else if let Some(time_us) = epoch(stamp) {
            payload.set_time_us(event, time_us);
        }
    }
    event.action(Action::ApiCall);
    http::set_status(json.first(&["outHttpStatus", "inHttpStatus"]).unwrap_or_default(), event);
    let class = get("resultClass");
    if let Some(is_ok) = match (class, get("resultClassOk")) {
        ("OK", _) | ("", "true") => Some(true),
        ("KO" | "FAULT", _) | ("", "false") => Some(false),
        _ => None,
    } {
        event.outcome(Outcome::of(is_ok));
    }
    let service = json.first(&["interface", "apiInterface", "api", "apiInterfaceId"]);
    event.text_if_said(Column::ServiceName, service.unwrap_or_default());
    let user = json.first(&["tokenUsername", "principal", "requester", "application"]);
    event.text_if_said(Column::UserName, user.unwrap_or_default());
    // What is forwarded is a claim of the client.
    peer::set(event, json.first(&["clientIP", "requesterIP", "ipRequester"]).unwrap_or_default(), "");
    let method = get("httpMethod");
    event.text_if_said(Column::HttpRequestMethod, method);
    http::set_target(method, get("inURL"), event);
    if let Some((_, server)) = get("outURL").split_once("://") {
        let authority = server.split(['/', '?']).next().unwrap_or(server);
        event.text_if_said(Column::DestinationDomain, http::host_of(authority));
    }
    event.text_if_said(Column::HostName, get("hostName"));
    event.int_text(Column::SourceBytes, get("inRequestSize"));
    event.int_text(Column::HttpResponseBodyBytes, get("outResponseSize"));
    event.text_if_said(Column::EventCode, get("resultCode"));
    set_fields(json, event);
    Ok(())
}

const FIELDS: &[(&str, &str)] = &[
    ("transaction_id", "transactionId"),
    ("correlation_id", "correlationId"),
    ("request_id", "requestId"),
    ("api", "api"),
    ("api_version", "apiVersion"),
    ("operation", "action"),
    ("role", "role"),
    ("provider", "provider"),
    ("sender", "sender"),
    ("domain", "organization"),
    ("application", "application"),
    ("forwarded_for", "forwardedIP"),
    ("result", "result"),
    ("reason", "errorDetail"),
    ("token_issuer", "tokenIssuer"),
    ("token_client_id", "tokenClientId"),
    ("pdnd_organization", "pdndOrganizationName"),
    ("cluster_id", "clusterId"),
];

fn set_fields(json: &Json<'_>, event: &mut EventBuilder<'_>) {
    for (key, name) in FIELDS {
        if let Some(value) = json.scalar(name).filter(|value| !value.is_empty()) {
            event.field(key, value);
        }
    }
    for (key, name) in [("duration_ms", "elapsedTime"), ("latency_ms", "gatewayLatency")] {
        if let Some(value) = json.scalar(name).filter(|value| peer::is_digits(value)) {
            event.field_number(key, value);
        }
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a call to a national base went well",
        text: r#"{"transactionId":"0b1c2d3e-0000-4444-8888-aabbccddeeff","inRequestDate":"2026-03-16 09:12:44.112+0100","role":"fruizione","api":"C001","apiVersion":"1","interface":"MinInterno/C001/v1","action":"POST_consultazione","httpMethod":"POST","inURL":"/govway/rest/out/Comune/MinInterno/C001/v1/x?a=b","outURL":"https://base.example/c001","outHttpStatus":"200","resultClass":"OK","resultCode":"0","requester":"app-anagrafe","clientIP":"192.0.2.31","sender":"Comune","provider":"MinInterno","elapsedTime":"312"}"#,
        expect: &[
            ("class", "database"),
            ("event_action", "api_call"),
            ("event_outcome", "success"),
            ("service_name", "MinInterno/C001/v1"),
            ("user_name", "app-anagrafe"),
            ("source_ip", "192.0.2.31"),
            ("http_response_status_code", "200"),
            ("url_query", "a=b"),
            ("destination_domain", "base.example"),
            ("fields.api", "C001"),
            ("fields.role", "fruizione"),
            ("fields.duration_ms", "312"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error", "fields.reason"],
    },
    Sample {
        about: "refused: the token is not valid",
        text: r#"{"transactionId":"t2","acceptedRequestDate":"2026-03-16T08:12:45.000Z","role":"erogazione","api":"residenza","outHttpStatus":"401","resultClass":"KO","resultCode":"44","errorDetail":"Token non valido","clientIP":"198.51.100.7","forwardedIP":"203.0.113.9"}"#,
        expect: &[
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.7"),
            ("fields.forwarded_for", "203.0.113.9"),
            ("event_code", "44"),
            ("fields.reason", "Token non valido"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "a fault of the application behind",
        text: r#"{"transactionId":"t3","api":"residenza","inHttpStatus":"500","resultClass":"FAULT","tokenUsername":"mrossi"}"#,
        expect: &[
            ("event_outcome", "failure"),
            ("user_name", "mrossi"),
            ("http_response_status_code", "500"),
        ],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "a time that is none, a status that is none",
        text: r#"{"transactionId":"t4","api":"x","outHttpStatus":"2","inRequestDate":"2026-03-1"}"#,
        expect: &[("event_action", "api_call"), ("time_guess", "missing")],
        absent: &["http_response_status_code", "event_outcome", "parse_error"],
    },
    Sample {
        about: "truncated: cut before its user",
        text: r#"{"transactionId":"0b1c2d3e-0000-4444-8888-aabbccddeeff","inRequestDate":"2026-03-16 09:12:44.112+0100","role":"fruizione","api":"C001","apiVersion":"1","interface":"MinInterno/C001/v1","action":"POST_consultazione","httpMethod":"POST","inURL":"/govway/rest/out/Comune/MinInterno/C001/v1/x?a=b","outURL":"https://base.example/c001","outHttpStatus":"200","resul"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "api_call"),
            ("event_outcome", "success"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
            ("service_name", "MinInterno/C001/v1"),
        ],
        absent: &["user_name", "source_ip", "fields.duration_ms"],
    },
    Sample {
        about: "hostile: an error detail that holds members",
        text: r#"{"transactionId":"t5","api":"x","resultClass":"KO","errorDetail":"\",\"resultClass\":\"OK\",\"clientIP\":\"203.0.113.9","clientIP":"198.51.100.7"}"#,
        expect: &[("event_outcome", "failure"), ("source_ip", "198.51.100.7")],
        absent: &["parse_error"],
    },
];
