//! Envoy's access log: the default text, Istio's text, and the JSON of Istio and Envoy Gateway.
//!
//! Promises: linear. Envoy does not escape quotes in headers: the request (its target has no blank), status, flags
//! and sizes stand before them, the server's own addresses behind; an address out of `x-forwarded-for` is taken only
//! when no header holds a quote, and only the last, which the nearest proxy wrote.
//! Must not know: files, the clock, other formats.
//! Source: Envoy documentation, "Access logging: default format string"; Istio "Envoy Access Logs".

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::address_and_port;
use super::{http, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::Json;
use crate::time::iso_prefix;

/// See the module.
pub static FORMAT: Format = Format {
    name: "envoy",
    title: "Envoy, Istio (access log)",
    reference: "Envoy documentation, access logging; Istio, Envoy access logs",
    programs: &["envoy", "istio-proxy"],
    starts: b"[{",
    needs: &[],
    keys: &["response_flags"],
    recognise: |payload| match payload.json {
        Some(json) => is_access(json),
        None => cut(payload.text).is_some(),
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if let Some(json) = payload.json {
        return parse_json(json, payload, event);
    }
    let line = cut(payload.text).ok_or(Unreadable("expected [TIME] \"REQUEST\" STATUS FLAGS"))?;
    if let Some((when, _)) = iso_prefix(line.stamp) {
        payload.set_time(event, when);
    }
    parse_text(&line, event)
}

/// The beginning of a text line, only as far as Envoy alone writes it.
struct Line<'a> {
    stamp: &'a str,
    method: &'a str,
    target: &'a str,
    protocol: &'a str,
    status: &'a str,
    /// From the response flags on.
    rest: &'a str,
}

/// `[TIME] "METHOD TARGET PROTOCOL" STATUS FLAGS …`.
fn cut(text: &str) -> Option<Line<'_>> {
    let (stamp, rest) = text.strip_prefix('[')?.split_once("] \"")?;
    let (when, "") = iso_prefix(stamp)? else { return None };
    when.offset_s?;
    let mut words = rest.splitn(5, ' ');
    let (method, target) = (words.next()?, words.next()?);
    let protocol = words.next()?.strip_suffix('"')?;
    let status = words.next()?;
    let is_status = status.len() <= 3 && peer::is_digits(status);
    (is_status && (protocol.starts_with("HTTP/") || protocol == "-")).then_some(Line {
        stamp,
        method,
        target,
        protocol,
        status,
        rest: words.next().unwrap_or_default(),
    })
}

fn parse_text(line: &Line<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected FLAGS RECEIVED SENT DURATION");
    let mut words = line.rest.splitn(4, ' ');
    let flags = words.next().filter(|flags| !flags.is_empty()).ok_or(SHAPE)?;
    // Istio puts the details of the answer, of the connection and of the backend in between.
    let (numbers, is_istio) = match words.next().ok_or(SHAPE)? {
        received if peer::is_digits(received) => (line.rest.get(flags.len() + 1..).ok_or(SHAPE)?, false),
        details => {
            event.field("details", details);
            (istio_numbers(line.rest).ok_or(SHAPE)?, true)
        }
    };
    let mut words = numbers.splitn(5, ' ');
    let mut next = || words.next().ok_or(SHAPE);
    let (received, sent, duration, _upstream_time, headers) = (next()?, next()?, next()?, next()?, next()?);
    set_head(line.method, line.target, line.protocol, line.status, flags, event);
    event.int_text(Column::SourceBytes, received);
    event.int_text(Column::HttpResponseBodyBytes, sent);
    if peer::is_digits(duration) {
        event.field_number("duration_ms", duration);
    }
    if is_istio {
        istio_tail(headers, event)
    } else {
        headers_of(headers, event)
    }
    Ok(())
}

/// Behind `FLAGS DETAILS TERMINATION "REASON" `: the reason is Envoy's own text.
fn istio_numbers(rest: &str) -> Option<&str> {
    let (_, behind) = rest.split_once(" \"")?;
    behind.split_once("\" ").map(|(_, numbers)| numbers)
}

/// `"FORWARDED" "AGENT" "ID" "AUTHORITY" "UPSTREAM"`.
fn headers_of(headers: &str, event: &mut EventBuilder<'_>) {
    let inner = headers.trim_end().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let Some(inner) = inner else { return };
    let mut parts = inner.split("\" \"");
    let mut next = || parts.next().unwrap_or_default();
    let (forwarded, agent, id, authority, upstream) = (next(), next(), next(), next(), next());
    // More parts: a client put quotes into a header, and nothing tells which part is which.
    if parts.next().is_some() || upstream.is_empty() {
        event.field("more", headers);
        return;
    }
    set_forwarded(forwarded, event);
    event.text_if_said(Column::UserAgentOriginal, agent);
    field(event, "request_id", id);
    event.text_if_said(Column::UrlDomain, http::host_of(authority));
    set_upstream(upstream, event);
}

/// Istio: the five texts, then ` CLUSTER UPSTREAM_LOCAL DOWNSTREAM_LOCAL DOWNSTREAM_REMOTE SNI ROUTE`.
fn istio_tail(headers: &str, event: &mut EventBuilder<'_>) {
    let Some((texts, tail)) = headers.rsplit_once("\" ") else { return };
    let mut words = tail.split(' ');
    let mut next = || words.next().unwrap_or_default();
    let (cluster, _local, _server, client, _name, route) = (next(), next(), next(), next(), next(), next());
    if words.next().is_some() || route.is_empty() {
        event.field("more", headers);
        return;
    }
    let (address, port) = address_and_port(client);
    peer::set(event, address, port);
    event.text_if_said(Column::ServiceName, cluster);
    field(event, "route", route);
    let mut parts = texts.strip_prefix('"').unwrap_or(texts).split("\" \"");
    let mut next = || parts.next().unwrap_or_default();
    let (forwarded, agent, id, authority, upstream) = (next(), next(), next(), next(), next());
    if parts.next().is_none() {
        field(event, "forwarded_for", forwarded);
        event.text_if_said(Column::UserAgentOriginal, agent);
        field(event, "request_id", id);
        event.text_if_said(Column::UrlDomain, http::host_of(authority));
        set_upstream(upstream, event);
    }
}

fn field(event: &mut EventBuilder<'_>, key: &str, value: &str) {
    if !value.is_empty() && value != "-" {
        event.field(key, value);
    }
}

/// The last address of `x-forwarded-for`, the one the nearest proxy saw; the others are claims.
fn set_forwarded(forwarded: &str, event: &mut EventBuilder<'_>) {
    let last = forwarded.rsplit(',').next().unwrap_or(forwarded).trim();
    event.ip(Column::SourceIp, last);
    if last.len() != forwarded.len() {
        field(event, "forwarded_for", forwarded);
    }
}

fn set_upstream(upstream: &str, event: &mut EventBuilder<'_>) {
    let (address, port) = address_and_port(upstream.strip_prefix("tcp://").unwrap_or(upstream));
    if event.ip(Column::DestinationIp, address) && peer::is_digits(port) {
        event.int_text(Column::DestinationPort, port);
    }
}

/// Request and answer. Status 0: a connection that is no HTTP, or one that ended before an answer.
fn set_head(
    method: &str,
    target: &str,
    protocol: &str,
    status: &str,
    flags: &str,
    event: &mut EventBuilder<'_>,
) {
    if (method == "-" || method.is_empty()) && status == "0" {
        let is_well = flags == "-" || flags.is_empty();
        event.action(if is_well { Action::ConnectionAllowed } else { Action::ConnectionDenied });
        event.outcome(Outcome::of(is_well));
    } else {
        event.action(Action::HttpRequest);
        event.text_if_said(Column::HttpRequestMethod, method);
        http::set_target(method, if target == "-" { "" } else { target }, event);
        http::set_status(status, event);
        if status == "0" {
            event.outcome(Outcome::Failure);
        }
    }
    field(event, "http_version", protocol.strip_prefix("HTTP/").unwrap_or(protocol));
    field(event, "flags", flags);
}

/// The names both Istio and Envoy Gateway give to what Envoy did.
fn is_access(json: &Json<'_>) -> bool {
    json.has_all(&["response_code", "response_flags", "upstream_host"])
        && (json.get("start_time").is_some() || json.get("downstream_remote_address").is_some())
}

fn parse_json(
    json: &Json<'_>,
    payload: &Payload<'_>,
    event: &mut EventBuilder<'_>,
) -> Result<(), Unreadable> {
    if !is_access(json) {
        return Err(Unreadable("expected response_code, response_flags, upstream_host"));
    }
    let get = |paths: &[&str]| json.first(paths).filter(|text| *text != "-").unwrap_or_default();
    if let Some((when, _)) = iso_prefix(get(&["start_time"])) {
        payload.set_time(event, when);
    }
    set_head(
        get(&["method", ":method"]),
        get(&["x-envoy-origin-path", "x-envoy-original-path", "path", ":path"]),
        get(&["protocol"]),
        get(&["response_code"]),
        get(&["response_flags"]),
        event,
    );
    let (address, port) = address_and_port(get(&["downstream_remote_address"]));
    let forwarded = get(&["x_forwarded_for", "x-forwarded-for"]);
    if address.is_empty() {
        set_forwarded(forwarded, event);
    } else {
        peer::set(event, address, port);
        field(event, "forwarded_for", forwarded);
    }
    event.int_text(Column::SourceBytes, get(&["bytes_received"]));
    event.int_text(Column::HttpResponseBodyBytes, get(&["bytes_sent"]));
    event.text_if_said(Column::UserAgentOriginal, get(&["user_agent", "user-agent"]));
    event.text_if_said(Column::HttpRequestReferrer, get(&["referer"]));
    event.text_if_said(Column::UrlDomain, http::host_of(get(&["authority", ":authority"])));
    event.text_if_said(Column::ServiceName, get(&["upstream_cluster"]));
    set_upstream(get(&["upstream_host"]), event);
    if peer::is_digits(get(&["duration"])) {
        event.field_number("duration_ms", get(&["duration"]));
    }
    field(event, "details", get(&["response_code_details"]));
    field(event, "route", get(&["route_name"]));
    field(event, "request_id", get(&["request_id", "x-request-id"]));
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "default text: created",
        text: "[2026-03-16T08:12:44.112Z] \"POST /api/pratiche?x=1 HTTP/2\" 201 - 154 87 226 100 \"203.0.113.200, 198.51.100.7\" \"curl/8.5.0\" \"cc21d9b0\" \"api.comune.example:443\" \"192.0.2.10:8080\"",
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.7"),
            ("fields.forwarded_for", "203.0.113.200, 198.51.100.7"),
            ("url_path", "/api/pratiche"),
            ("url_query", "x=1"),
            ("source_bytes", "154"),
            ("http_response_body_bytes", "87"),
            ("user_agent_original", "curl/8.5.0"),
            ("url_domain", "api.comune.example"),
            ("destination_ip", "192.0.2.10"),
            ("destination_port", "8080"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error", "fields.flags"],
    },
    Sample {
        about: "Istio text: no healthy backend",
        text: "[2026-03-16T08:12:45.000Z] \"GET /stato HTTP/1.1\" 503 UH no_healthy_upstream - \"-\" 0 19 0 - \"198.51.100.7\" \"curl/8.5.0\" \"id1\" \"a.example\" \"-\" outbound|80||a.example - 192.0.2.20:80 198.51.100.7:51234 - default",
        expect: &[
            ("event_outcome", "failure"),
            ("http_response_status_code", "503"),
            ("source_ip", "198.51.100.7"),
            ("source_port", "51234"),
            ("service_name", "outbound|80||a.example"),
            ("fields.flags", "UH"),
            ("fields.details", "no_healthy_upstream"),
        ],
        absent: &["parse_error", "destination_ip"],
    },
    Sample {
        about: "JSON: served",
        text: r#"{"start_time":"2026-03-16T08:12:46.000Z","method":"GET","path":"/a?b=c","protocol":"HTTP/2","response_code":200,"response_flags":"-","bytes_received":0,"bytes_sent":512,"duration":15,"x_forwarded_for":"203.0.113.9","user_agent":"Mozilla/5.0","authority":"a.example","upstream_host":"192.0.2.10:8080","upstream_cluster":"c1","downstream_remote_address":"198.51.100.7:51234","route_name":"default"}"#,
        expect: &[
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.7"),
            ("source_port", "51234"),
            ("fields.forwarded_for", "203.0.113.9"),
            ("url_query", "b=c"),
            ("destination_port", "8080"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "JSON: a TCP connection that found no backend",
        text: r#"{"start_time":"2026-03-16T08:12:47.000Z","method":null,"path":null,"protocol":null,"response_code":0,"response_flags":"UF","bytes_received":0,"bytes_sent":0,"upstream_host":"192.0.2.10:5432","downstream_remote_address":"198.51.100.7:51235"}"#,
        expect: &[("event_action", "connection_denied"), ("event_outcome", "failure")],
        absent: &["parse_error", "http_response_status_code"],
    },
    Sample {
        about: "truncated: cut behind the flags",
        text: "[2026-03-16T08:12:44.112Z] \"POST /api HTTP/2\" 201 -",
        expect: &[("parse_error", "expected FLAGS RECEIVED SENT DURATION")],
        absent: &["url_path", "event_outcome"],
    },
    Sample {
        about: "hostile: a forwarded address and an agent with bare quotes",
        text: "[2026-03-16T08:12:44.112Z] \"GET /\"x HTTP/1.1\" 404 - 0 9 1 - \"203.0.113.9\" \"ok\" \"x, 198.51.100.7\" \"agent\" \"id\" \"a.example\" \"-\"",
        expect: &[("http_response_status_code", "404"), ("url_path", "/\"x")],
        absent: &["source_ip", "user_agent_original", "parse_error"],
    },
];
