//! Access logs that nginx writes as JSON (`log_format … escape=json`): nginx's own variables as keys.
//!
//! Promises: a column is filled from a variable of nginx only. Must not know: other servers' JSON.
//! Source: nginx ngx_http_log_module, ngx_http_core_module "Embedded Variables".

use schema::{Action, Column, EventBuilder};

use super::{http, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::Json;
use crate::time::{clf, epoch_fraction, iso_prefix};

/// See the module.
pub static FORMAT: Format = Format {
    name: "nginx_json",
    title: "nginx access log as JSON",
    reference: "nginx ngx_http_log_module, escape=json",
    programs: &["nginx"],
    starts: b"{",
    needs: &[],
    keys: &["remote_addr"],
    recognise: |payload| payload.json.is_some_and(is_access),
    parse,
    samples: SAMPLES,
};

const STATUS: &[&str] = &["status", "response_status"];
const REQUEST: &[&str] = &["request", "request_uri", "uri"];

/// A client, a status and a request in nginx's words.
fn is_access(json: &Json<'_>) -> bool {
    json.scalar("remote_addr").is_some() && json.first(STATUS).is_some() && json.first(REQUEST).is_some()
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = payload
        .json
        .filter(|json| is_access(json))
        .ok_or(Unreadable("expected remote_addr, status, request"))?;
    set_time(payload, json, event);
    event.action(Action::HttpRequest);
    for (column, keys) in [
        (Column::UserName, &["remote_user"] as &[&str]),
        (Column::HttpRequestReferrer, &["http_referer", "http_referrer"]),
        (Column::UserAgentOriginal, &["http_user_agent"]),
        (Column::UrlDomain, &["host", "http_host", "server_name"]),
        (Column::TlsVersion, &["ssl_protocol"]),
    ] {
        event.text_if_said(column, json.first(keys).unwrap_or_default());
    }
    for (column, keys) in [
        (Column::SourcePort, &["remote_port"] as &[&str]),
        (Column::DestinationPort, &["server_port"]),
        (Column::HttpResponseBodyBytes, &["body_bytes_sent"]),
        (Column::SourceBytes, &["request_length"]),
        (Column::DestinationBytes, &["bytes_sent"]),
    ] {
        event.int_text(column, json.first(keys).unwrap_or_default());
    }
    event.ip(Column::SourceIp, json.scalar("remote_addr").unwrap_or_default());
    if !event.ip(Column::DestinationIp, json.scalar("server_addr").unwrap_or_default()) {
        set_upstream(json.scalar("upstream_addr").unwrap_or_default(), event);
    }
    set_request(json, event);
    http::set_status(json.first(STATUS).unwrap_or_default(), event);
    if let Some(list) =
        json.first(&["http_x_forwarded_for", "proxy_add_x_forwarded_for"]).filter(|list| *list != "-")
    {
        event.field("forwarded_for", list);
    }
    if let Some(time) = json.scalar("request_time") {
        event.field_number("request_time_s", time);
    }
    Ok(())
}

/// The first backend of `ADDRESS:PORT[, …]`.
fn set_upstream(upstream: &str, event: &mut EventBuilder<'_>) {
    let first = upstream.split([',', ' ']).next().unwrap_or(upstream);
    if let Some((address, port)) = first.rsplit_once(':')
        && peer::is_digits(port)
        && event.ip(Column::DestinationIp, address)
    {
        event.int_text(Column::DestinationPort, port);
    }
}

fn set_request(json: &Json<'_>, event: &mut EventBuilder<'_>) {
    if let Some(request) = json.scalar("request") {
        http::set_request(request, event);
        return;
    }
    let method = json.scalar("request_method").unwrap_or_default();
    event.text_if_said(Column::HttpRequestMethod, method);
    match json.scalar("request_uri") {
        Some(target) => http::set_target(method, target, event),
        None => {
            // `$uri` is decoded and has no query.
            event.text_if_said(Column::UrlPath, json.scalar("uri").unwrap_or_default());
            event.text_if_said(Column::UrlQuery, json.first(&["args", "query_string"]).unwrap_or_default());
        }
    }
}

fn set_time(payload: &Payload<'_>, json: &Json<'_>, event: &mut EventBuilder<'_>) {
    let stamp = json.first(&["time_iso8601", "time_local", "@timestamp", "timestamp", "time", "ts", "msec"]);
    let Some(stamp) = stamp else { return };
    if let Some((when, _)) = iso_prefix(stamp).or_else(|| clf(stamp)) {
        payload.set_time(event, when);
    } else if let Some((time_us, "")) = epoch_fraction(stamp) {
        payload.set_time_us(event, time_us);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a page served",
        text: r#"{"time_iso8601":"2026-03-16T09:12:44+01:00","remote_addr":"198.51.100.7","remote_user":"","request":"GET /albo?id=12 HTTP/1.1","status":"200","body_bytes_sent":"512","http_referer":"","http_user_agent":"Mozilla/5.0 \"x\"","server_name":"www.comune.example","ssl_protocol":"TLSv1.3"}"#,
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.7"),
            ("http_request_method", "GET"),
            ("url_path", "/albo"),
            ("url_query", "id=12"),
            ("http_response_body_bytes", "512"),
            ("user_agent_original", "Mozilla/5.0 \"x\""),
            ("url_domain", "www.comune.example"),
            ("tls_version", "TLSv1.3"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["user_name", "http_request_referrer", "parse_error"],
    },
    Sample {
        about: "refused, the target in its own key, numbers as numbers",
        text: r#"{"msec":1773648764.112,"remote_addr":"2001:db8::7","remote_user":"mrossi","request_method":"POST","request_uri":"/login","status":401,"server_addr":"192.0.2.10","server_port":443}"#,
        expect: &[
            ("event_outcome", "failure"),
            ("source_ip", "2001:db8::7"),
            ("user_name", "mrossi"),
            ("url_path", "/login"),
            ("destination_ip", "192.0.2.10"),
            ("destination_port", "443"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["url_query"],
    },
    Sample {
        about: "a backend stands for the server",
        text: r#"{"time_local":"16/Mar/2026:09:12:44 +0100","remote_addr":"198.51.100.7","request":"GET / HTTP/2.0","status":502,"upstream_addr":"192.0.2.30:8080","http_x_forwarded_for":"-"}"#,
        expect: &[
            ("event_outcome", "failure"),
            ("destination_ip", "192.0.2.30"),
            ("destination_port", "8080"),
        ],
        absent: &["fields.forwarded_for"],
    },
    Sample {
        about: "the time under a short name",
        text: r#"{"ts":"2026-03-16T09:12:44+01:00","remote_addr":"198.51.100.7","request":"GET / HTTP/2.0","status":"404"}"#,
        expect: &[("event_outcome", "failure"), ("timestamp", "2026-03-16T08:12:44.000000Z")],
        absent: &["time_guess"],
    },
    Sample {
        about: "no request line at all",
        text: r#"{"time_iso8601":"2026-03-16T09:12:44+01:00","remote_addr":"198.51.100.7","request":"\u0016\u0003\u0001","status":"400"}"#,
        expect: &[
            ("event_outcome", "failure"),
            ("http_response_status_code", "400"),
            ("fields.request", "\u{16}\u{3}\u{1}"),
        ],
        absent: &["http_request_method", "url_path"],
    },
    Sample {
        about: "a status cut to nothing leaves the outcome unsaid",
        text: r#"{"time_iso8601":"2026-03-16T09:12:44+01:00","remote_addr":"198.51.100.7","request":"GET /a","status":"0"}"#,
        expect: &[("event_action", "http_request"), ("url_path", "/a")],
        absent: &["event_outcome", "http_response_status_code"],
    },
    Sample {
        about: "truncated: cut before its size",
        text: r#"{"time_iso8601":"2026-03-16T09:12:44+01:00","remote_addr":"198.51.100.7","remote_user":"","request":"GET /albo?id=12 HTTP/1.1","status":"200","bo"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "http_request"),
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.7"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["http_response_body_bytes", "user_agent_original", "url_domain", "tls_version"],
    },
    Sample {
        about: "hostile: an agent that imitates members",
        text: r#"{"time_iso8601":"2026-03-16T09:12:44+01:00","http_user_agent":"x\",\"remote_addr\":\"203.0.113.9","remote_addr":"198.51.100.7","request":"GET /a HTTP/1.1","status":"404"}"#,
        expect: &[
            ("source_ip", "198.51.100.7"),
            ("user_agent_original", "x\",\"remote_addr\":\"203.0.113.9"),
        ],
        absent: &[],
    },
];
