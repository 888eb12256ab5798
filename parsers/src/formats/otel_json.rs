//! OpenTelemetry log records as JSON: OTLP (`timeUnixNano`, attributes as a list) and the flat shape of exporters.
//!
//! Promises: columns by the semantic conventions' names only; a body that a format knows is read by that format
//! instead. Must not know: applications. Source: OpenTelemetry, logs data model; OTLP 1.5, JSON encoding.

use schema::{Action, Column, EventBuilder, Outcome};

use super::semantic;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::generic;
use crate::json::{Json, Kind, Member};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "otel_json",
    title: "OpenTelemetry log record (JSON)",
    reference: "OpenTelemetry, logs data model; OTLP 1.5, JSON encoding",
    programs: &[],
    starts: b"{ ",
    needs: &[],
    keys: &["body", "Body"],
    recognise: |payload| payload.json.is_some_and(|json| is_record(*json)),
    parse,
    samples: SAMPLES,
};

const BODY: &[&str] = &["body", "Body"];
const TIMES: &[&str] =
    &["timeUnixNano", "observedTimeUnixNano", "Timestamp", "timestamp", "ObservedTimestamp"];
const SEVERITIES: &[&str] = &["severityText", "SeverityText", "severity_text"];

/// A body, and a time or severity under the model's own names.
fn is_record(json: Json<'_>) -> bool {
    BODY.iter().any(|name| json.get(name).is_some())
        && [
            "timeUnixNano",
            "observedTimeUnixNano",
            "severityText",
            "SeverityText",
            "severity_text",
            "SeverityNumber",
        ]
        .iter()
        .any(|name| json.get(name).is_some())
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    let body = BODY.iter().find_map(|name| json.get(name)).map_or("", plain);
    generic::read(&Payload { text: body, json: None, is_stamped: true, ..*payload }, event);
    event.text(Column::Message, body_or_whole(body, payload.text));
    let time = TIMES.iter().find_map(|name| json.scalar(name).filter(|time| !matches!(*time, "" | "0")));
    if let Some(time) = time {
        match (time::epoch(time), time::iso(time)) {
            (Some(time_us), _) => payload.set_time_us(event, time_us),
            (None, Some(when)) if payload.set_time(event, when) => {}
            _ => return Err(Unreadable("a time that is none")),
        }
    }
    let attribute = |name: &str| attribute(json, name);
    semantic::write(&attribute, event);
    event.text_if_said(Column::LogLevel, json.first(SEVERITIES).unwrap_or_default());
    if event.is_set(Column::HttpRequestMethod) && event.is_set(Column::HttpResponseStatusCode) {
        event.action(Action::HttpRequest);
    } else if !attribute("exception.type").is_empty() {
        event.action(Action::WebError);
        event.outcome(Outcome::Failure);
    } else if !event.is_set(Column::EventAction) {
        event.action(Action::ApplicationEvent);
    }
    for (name, value) in [
        ("exception", attribute("exception.type")),
        ("reason", attribute("exception.message")),
        ("trace_id", json.first(&["traceId", "TraceId", "trace_id"]).unwrap_or_default()),
    ] {
        if !value.is_empty() {
            event.field(name, value);
        }
    }
    Ok(())
}

fn body_or_whole<'a>(body: &'a str, whole: &'a str) -> &'a str {
    if body.is_empty() { whole } else { body }
}

/// Fills what a record of any format leaves open from the resource it was listed under.
pub(crate) fn complete(resource: Json<'_>, event: &mut EventBuilder<'_>) {
    if let Some(attributes) = resource.get("attributes") {
        semantic::complete(&|name| named(attributes, name).unwrap_or_default(), event);
    }
}

/// The attribute of that name, of the record or of the resource it carries itself.
fn attribute<'a>(json: Json<'a>, name: &str) -> &'a str {
    const PLACES: &[&str] =
        &["attributes", "Attributes", "resource.attributes", "Resource.attributes", "Resource"];
    PLACES
        .iter()
        .filter_map(|place| json.get(place))
        .find_map(|attributes| named(attributes, name))
        .unwrap_or_default()
}

/// The value of that name among attributes, a list of OTLP or an object.
fn named<'a>(attributes: Member<'a>, name: &str) -> Option<&'a str> {
    match attributes.kind() {
        Kind::Array => attributes
            .members()
            .find(|item| item.scalar_at("key") == Some(name))
            .and_then(|item| item.get("value"))
            .map(plain),
        _ => attributes.get(name).map(plain),
    }
}

/// A scalar, or the scalar inside OTLP's `{"stringValue":…}`.
fn plain(value: Member<'_>) -> &str {
    let typed = ["stringValue", "intValue", "doubleValue", "boolValue"];
    value.scalar().or_else(|| typed.iter().find_map(|name| value.scalar_at(name))).unwrap_or_default()
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a record of OTLP",
        text: r#"{"timeUnixNano":"1773648764112000000","severityNumber":9,"severityText":"INFO","body":{"stringValue":"request done"},"attributes":[{"key":"http.request.method","value":{"stringValue":"GET"}},{"key":"http.response.status_code","value":{"intValue":"200"}},{"key":"url.path","value":{"stringValue":"/albo"}},{"key":"client.address","value":{"stringValue":"198.51.100.23"}}],"traceId":"5b8aa5a2d2c872e8321cf37308d69df2"}"#,
        expect: &[
            ("event_action", "http_request"),
            ("http_response_status_code", "200"),
            ("url_path", "/albo"),
            ("source_ip", "198.51.100.23"),
            ("log_level", "INFO"),
            ("fields.trace_id", "5b8aa5a2d2c872e8321cf37308d69df2"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error", "time_guess"],
    },
    Sample {
        about: "a record of an exporter, flat, with an exception",
        text: r#"{"Timestamp":"2026-03-16T08:12:45.112Z","SeverityText":"ERROR","Body":"calcolo fallito","Resource":{"service.name":"tributi","host.name":"srv-app"},"Attributes":{"exception.type":"java.sql.SQLException","exception.message":"refused"}}"#,
        expect: &[
            ("event_action", "web_error"),
            ("event_outcome", "failure"),
            ("service_name", "tributi"),
            ("host_name", "srv-app"),
            ("fields.exception", "java.sql.SQLException"),
            ("message", "calcolo fallito"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "each record of a request is an event, and says whose it is",
        text: r#"{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"protocollo"}},{"key":"host.name","value":{"stringValue":"srv-app"}}]},"scopeLogs":[{"logRecords":[{"timeUnixNano":"1773648766000000000","severityText":"WARN","body":{"stringValue":"coda piena"}}]}]}]}"#,
        expect: &[
            ("log_level", "WARN"),
            ("message", "coda piena"),
            ("sub", "0"),
            ("service_name", "protocollo"),
            ("host_name", "srv-app"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a body that imitates a member moves no field",
        text: r#"{"timeUnixNano":"1773648767000000000","body":{"stringValue":"x\"}],\"attributes\":[{\"key\":\"client.address\""},"attributes":[{"key":"client.address","value":{"stringValue":"198.51.100.23"}}]}"#,
        expect: &[("source_ip", "198.51.100.23")],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "truncated: cut before its path",
        text: r#"{"timeUnixNano":"1773648764112000000","severityNumber":9,"severityText":"INFO","body":{"stringValue":"request done"},"attributes":[{"key":"http.request.method","value":{"stringValue":"GET"}},{"key":"http.response.status_code","value":{"intValue":"200"}},{"k"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "http_request"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
            ("http_response_status_code", "200"),
            ("log_level", "INFO"),
        ],
        absent: &["url_path", "source_ip", "fields.trace_id"],
    },
    Sample {
        about: "a time that is none",
        text: r#"{"timeUnixNano":"soon","body":{"stringValue":"x"},"severityText":"INFO"}"#,
        expect: &[("parse_error", "a time that is none"), ("log_level", "INFO")],
        absent: &[],
    },
];
