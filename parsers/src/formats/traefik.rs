//! Traefik: access log as JSON and in its own kind of the common layout, and its own log (logfmt, JSON, console).
//!
//! Promises: linear. Traefik does not escape quotes in what a client sends, so that a line of the common layout is
//! cut at both ends, where only the proxy writes: status and size behind the request (a request target has no
//! blank), count, router and server at the end of the line.
//! Must not know: files, the clock, other formats.
//! Source: Traefik documentation, "Access Logs" (common, JSON, limiting the fields) and "Logs".

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::address_and_port;
use super::{http, peer};
use crate::format::{Format, Payload, Unreadable};
use crate::json::Json;
use crate::key_value::pairs;
use crate::time::{When, clf, iso_prefix};

mod samples;

/// See the module.
pub static FORMAT: Format = Format {
    name: "traefik",
    title: "Traefik proxy (access log, its own log)",
    reference: "Traefik documentation, Observability: logs, access logs",
    programs: &["traefik"],
    starts: b"0123456789abcdef:{t",
    needs: &[("", "\"")],
    keys: &[
        "RequestPath",
        "entryPointName",
        "routerName",
        "serviceName",
        "middlewareName",
        "middlewareType",
        "providerName",
        "tlsStoreName",
        "traefikVersion",
    ],
    recognise,
    parse,
    samples: samples::SAMPLES,
};

fn recognise(payload: &Payload<'_>) -> bool {
    match payload.json {
        Some(json) => is_access(json) || is_own(json),
        None => tail(payload.text).is_some() || is_own_text(payload),
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    match payload.json {
        Some(json) if is_access(json) => access_json(json, payload, event),
        Some(json) => own_json(json, payload, event),
        None => match tail(payload.text) {
            Some(tail) => access_line(&tail, payload, event),
            None => own_text(payload, event),
        },
    }
}

/// Traefik's own names of a request, a client, and what it did with it.
fn is_access(json: &Json<'_>) -> bool {
    json.get("RequestPath").is_some()
        && (json.get("ClientHost").is_some() || json.get("ClientAddr").is_some())
        && (json.get("DownstreamStatus").is_some() || json.get("RouterName").is_some())
}

fn access_json(
    json: &Json<'_>,
    payload: &Payload<'_>,
    event: &mut EventBuilder<'_>,
) -> Result<(), Unreadable> {
    let get = |path: &str| json.scalar(path).filter(|text| *text != "-").unwrap_or_default();
    event.action(Action::HttpRequest);
    let stamp = json.first(&["StartUTC", "StartLocal", "time"]).unwrap_or_default();
    if let Some((when, _)) = iso_prefix(stamp) {
        payload.set_time(event, when);
    }
    let (address, port) = address_and_port(get("ClientAddr"));
    let host = get("ClientHost");
    peer::set(event, if host.is_empty() { address } else { host }, port);
    event.text_if_said(Column::UserName, get("ClientUsername"));
    let method = get("RequestMethod");
    event.text_if_said(Column::HttpRequestMethod, method);
    http::set_target(method, get("RequestPath"), event);
    event.text_if_said(Column::UrlDomain, http::host_of(get("RequestHost")));
    event.int_text(Column::HttpResponseBodyBytes, get("DownstreamContentSize"));
    http::set_status(get("DownstreamStatus"), event);
    event.text_if_said(Column::HttpRequestReferrer, get("request_Referer"));
    event.text_if_said(Column::UserAgentOriginal, get("request_User-Agent"));
    event.text_if_said(Column::TlsVersion, get("TLSVersion"));
    event.text_if_said(Column::ServiceName, get("ServiceName"));
    set_server(get("ServiceAddr"), event);
    for (key, name) in [
        ("router", "RouterName"),
        ("entry_point", "entryPointName"),
        ("forwarded_for", "request_X-Forwarded-For"),
        ("http_version", "RequestProtocol"),
    ] {
        let value = get(name);
        if !value.is_empty() {
            event.field(key, value.strip_prefix("HTTP/").unwrap_or(value));
        }
    }
    if peer::is_digits(get("Duration")) {
        event.field_number("duration_ns", get("Duration"));
    }
    Ok(())
}

/// The server a request went to, when it is an address.
fn set_server(server: &str, event: &mut EventBuilder<'_>) {
    let (address, port) = address_and_port(server);
    if event.ip(Column::DestinationIp, address) && peer::is_digits(port) {
        event.int_text(Column::DestinationPort, port);
    }
}

/// The end of an access line: ` COUNT "ROUTER" "SERVER" MILLISECONDSms`, and what stands before it.
struct Tail<'a> {
    head: &'a str,
    count: &'a str,
    router: &'a str,
    server: &'a str,
    duration_ms: &'a str,
}

fn tail(text: &str) -> Option<Tail<'_>> {
    let (rest, duration_ms) = text.trim_end().strip_suffix("ms")?.rsplit_once("\" ")?;
    let (rest, server) = rest.rsplit_once(" \"")?;
    let (rest, router) = rest.strip_suffix('"')?.rsplit_once(" \"")?;
    let (head, count) = rest.rsplit_once(' ')?;
    let is_whole = peer::is_digits(duration_ms) && (peer::is_digits(count) || count == "-");
    (is_whole && head.ends_with('"') && front(head).is_some()).then_some(Tail {
        head,
        count,
        router,
        server,
        duration_ms,
    })
}

/// Client, user, time and what stands behind the opening quote of the request: `CLIENT - USER [TIME] "`.
fn front(head: &str) -> Option<(&str, &str, When, &str)> {
    let (client, rest) = head.split_once(" - ")?;
    if client.contains(' ') {
        return None;
    }
    // A user may hold brackets: the last of them that opens a time before a request counts.
    let bound = rest.find("] \"")?;
    let (user, stamp) = rest.get(..bound)?.rsplit_once(" [")?;
    let (when, "") = clf(stamp)? else { return None };
    Some((client, user, when, rest.get(bound + 3..)?))
}

fn access_line(
    tail: &Tail<'_>,
    payload: &Payload<'_>,
    event: &mut EventBuilder<'_>,
) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected METHOD TARGET PROTOCOL STATUS SIZE");
    let (client, user, when, rest) = front(tail.head).ok_or(SHAPE)?;
    if !payload.set_time(event, when) {
        return Err(Unreadable("no such day or hour"));
    }
    event.action(Action::HttpRequest);
    peer::set(event, client, "");
    event.text_if_said(Column::UserName, user);
    let mut words = rest.splitn(6, ' ');
    let mut next = || words.next().ok_or(SHAPE);
    let (method, target, protocol) = (next()?, next()?, next()?.strip_suffix('"').ok_or(SHAPE)?);
    let (status, size, agents) = (next()?, next()?, next()?);
    event.text_if_said(Column::HttpRequestMethod, method);
    http::set_target(method, target, event);
    event.field("http_version", protocol.strip_prefix("HTTP/").unwrap_or(protocol));
    http::set_status(status, event);
    if peer::is_digits(size) {
        event.int_text(Column::HttpResponseBodyBytes, size);
    }
    set_agents(agents, event);
    if tail.router != "-" {
        event.field("router", tail.router);
    }
    if peer::is_digits(tail.count) {
        event.field_number("request_count", tail.count);
    }
    let server = tail.server.split_once("://").map_or("", |(_, server)| server);
    set_server(server.split('/').next().unwrap_or(server), event);
    event.field_number("duration_ms", tail.duration_ms);
    Ok(())
}

/// `"REFERRER" "AGENT"`: which is which cannot be told when a client put `" "` into one of them.
fn set_agents(agents: &str, event: &mut EventBuilder<'_>) {
    let inner = agents.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(agents);
    match inner.split_once("\" \"") {
        Some((referrer, agent)) if !agent.contains("\" \"") => {
            event.text_if_said(Column::HttpRequestReferrer, referrer);
            event.text_if_said(Column::UserAgentOriginal, agent);
        }
        _ => event.field("more", agents),
    }
}

/// Names of Traefik's own parts, which its log puts beside a message.
const OWN_NAMES: [&str; 8] = [
    "entryPointName",
    "routerName",
    "serviceName",
    "middlewareName",
    "middlewareType",
    "providerName",
    "tlsStoreName",
    "traefikVersion",
];

fn is_own(json: &Json<'_>) -> bool {
    json.get("level").is_some()
        && json.first(&["msg", "message"]).is_some()
        && json.members().any(|member| OWN_NAMES.contains(&member.key()))
}

fn own_json(json: &Json<'_>, payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if let Some((when, _)) = json.scalar("time").and_then(iso_prefix) {
        payload.set_time(event, when);
    }
    let message = json.first(&["message", "msg"]).unwrap_or_default();
    own(json.scalar("level").unwrap_or_default(), message, event);
    for (key, name) in OWN_FIELDS {
        if let Some(value) = json.scalar(name) {
            event.field(key, value);
        }
    }
    Ok(())
}

const OWN_FIELDS: [(&str, &str); 5] = [
    ("router", "routerName"),
    ("entry_point", "entryPointName"),
    ("middleware", "middlewareName"),
    ("provider", "providerName"),
    ("error", "error"),
];

/// `time="…" level=… msg="…" …`, the layout of logrus, with a name of Traefik's own.
fn is_own_text(payload: &Payload<'_>) -> bool {
    let text = payload.text;
    text.starts_with("time=\"")
        && text.contains("\" level=")
        && (payload.program == "traefik"
            || text.contains(" msg=\"Traefik version ")
            || pairs(text, b' ').any(|(key, _)| OWN_NAMES.contains(&key)))
}

fn own_text(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if !payload.text.starts_with("time=\"") {
        return Err(Unreadable("neither an access line nor a log line"));
    }
    let (mut level, mut message) = ("", "");
    for (key, value) in pairs(payload.text, b' ') {
        match key {
            "time" => {
                if let Some((when, _)) = iso_prefix(value) {
                    payload.set_time(event, when);
                }
            }
            "level" => level = value,
            "msg" => message = value,
            _ => {
                if let Some((field, _)) = OWN_FIELDS.iter().find(|(_, name)| *name == key) {
                    event.field(field, value);
                }
            }
        }
    }
    own(level, message, event);
    Ok(())
}

/// What its own message means.
fn own(level: &str, message: &str, event: &mut EventBuilder<'_>) {
    event.text_if_said(Column::LogLevel, level);
    if message.starts_with("Traefik version ") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
    } else if message.starts_with("Stopping server") || message == "Shutting down" {
        event.action(Action::ServiceStop);
        event.outcome(Outcome::Success);
    } else if matches!(level, "error" | "fatal" | "panic") {
        event.action(Action::WebError);
        event.outcome(Outcome::Failure);
        event.field("reason", message);
    } else {
        event.action(Action::ApplicationEvent);
    }
}
