//! HAProxy: HTTP and TCP logs, handshake errors and servers that go up or down.
//!
//! Promises: linear; HAProxy encodes quotes and braces in what a client sends, so the request is what stands in quotes.
//! Must not know: the envelope, files, the clock, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::http;
use super::peer::{is_address, is_digits};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "haproxy",
    title: "HAProxy (load balancer)",
    reference: "HAProxy configuration manual, §8.2 log formats",
    programs: &["haproxy"],
    starts: b"0123456789:abcdef",
    needs: &[("", "[]:.")],
    keys: &[],
    recognise: |payload| payload.program == "haproxy" || client(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// Address, port, stamp and the rest of `ADDRESS:PORT [STAMP] …`.
fn client(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (peer, rest) = text.split_once(" [")?;
    let (address, port) = peer.rsplit_once(':')?;
    let (stamp, rest) = rest.split_once("] ")?;
    // No zone in the stamp, or it is an access log.
    (is_address(address) && is_digits(port) && stamp.as_bytes().get(20) == Some(&b'.'))
        .then_some((address, port, stamp, rest))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let Some((address, port, stamp, rest)) = client(payload.text) else {
        return server(payload.text, event);
    };
    let (when, _) = time::clf(stamp).ok_or(Unreadable("a stamp that is no time"))?;
    payload.set_time(event, when);
    event.ip(Column::SourceIp, address);
    event.int_text(Column::SourcePort, port);
    if let Some((listener, error)) = rest.split_once(": ")
        && !listener.contains(' ')
    {
        event.action(Action::ApplicationEvent);
        event.outcome(Outcome::Failure);
        event.field("frontend", listener.split('/').next().unwrap_or(listener));
        event.field("reason", error);
        return Ok(());
    }
    flow(rest, event)
}

/// `FRONTEND BACKEND/SERVER TIMERS STATUS BYTES - - FLAGS CONNS QUEUES [{CAPTURED}] "REQUEST"`, or, for TCP,
/// `FRONTEND BACKEND/SERVER TIMERS BYTES FLAGS CONNS QUEUES`.
fn flow(rest: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected FRONTEND BACKEND/SERVER TIMERS BYTES");
    let mut words = rest.split(' ');
    let mut next = || words.next().ok_or(SHAPE);
    let (frontend, backend, timers, first, second) = (next()?, next()?, next()?, next()?, next()?);
    event.field("frontend", frontend);
    let (backend, server) = backend.split_once('/').ok_or(SHAPE)?;
    event.text_if_said(Column::ServiceName, backend);
    if server != "<NOSRV>" {
        event.field("server", server);
    }
    if let Some(total) = timers.rsplit('/').next() {
        event.field("duration_ms", total.trim_start_matches('+'));
    }
    let Some((_, request)) = rest.split_once(" \"") else {
        // HTTP has five timers, TCP three.
        if timers.split('/').count() != 3 {
            return Err(Unreadable("an HTTP line without its request"));
        }
        set_connection(second, event);
        event.int_text(Column::DestinationBytes, first.trim_start_matches('+'));
        event.field("flags", second);
        return Ok(());
    };
    event.action(Action::HttpRequest);
    http::set_status(first, event);
    event.int_text(Column::HttpResponseBodyBytes, second.trim_start_matches('+'));
    http::set_request(request.split('"').next().unwrap_or(request), event);
    if let Some((_, behind)) = request.split_once("\" ") {
        set_tls(behind, event);
    }
    if let Some(flags) = rest.split(' ').nth(7) {
        event.field("flags", flags);
    }
    Ok(())
}

/// The first two flags of a TCP line: who ended it, and when. `C` second: before the server was reached.
fn set_connection(flags: &str, event: &mut EventBuilder<'_>) {
    let is_refused = matches!(flags.as_bytes(), [b'P' | b'R' | b'I' | b'S' | b's', b'R' | b'Q' | b'C', ..]);
    event.text(Column::NetworkTransport, "tcp");
    event.action(if is_refused { Action::ConnectionDenied } else { Action::ConnectionAllowed });
    event.outcome(Outcome::of(!is_refused));
}

/// Behind the request, `option httpslog`: `ERRORS/SSL/VERIFY/CA/RESUMED SNI/TLS_VERSION/CIPHER`; others log the version.
fn set_tls(behind: &str, event: &mut EventBuilder<'_>) {
    let Some(last) = behind.trim_end().rsplit(' ').next() else { return };
    let mut parts = last.rsplitn(3, '/');
    if let (Some(cipher), Some(version), Some(name)) = (parts.next(), parts.next(), parts.next())
        && version.starts_with("TLSv")
    {
        event.text(Column::TlsVersion, version);
        event.field("tls_cipher", cipher);
        event.text_if_said(Column::UrlDomain, name);
    } else if let Some(version) = behind.split(' ').find(|word| word.starts_with("TLSv")) {
        event.text(Column::TlsVersion, version);
    }
}

/// `Server BACKEND/NAME is DOWN, reason: …`, `Proxy NAME started.`
fn server(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let name = between(text, "erver ", " is ");
    if let Some(name) = name.filter(|_| text.contains(" is DOWN") || text.contains(" is UP")) {
        let is_up = text.contains(" is UP");
        event.action(Action::HealthChange);
        event.outcome(Outcome::of(is_up));
        event.text(Column::ServiceName, name);
        event.field("metric", "server");
        event.field("state", if is_up { "ok" } else { "critical" });
    } else if text.starts_with("Proxy ") && text.contains(" started") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
    } else if text.starts_with("Stopping ") || text.contains(" stopped ") {
        event.action(Action::ServiceStop);
        event.outcome(Outcome::Success);
    } else {
        event.action(Action::ApplicationEvent);
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a request is answered",
        text: "<134>Mar 16 09:12:44 lb1 haproxy[1122]: 198.51.100.23:44321 [16/Mar/2026:09:12:43.901] fe_https~ be_portale/app2 0/0/3/208/211 200 18221 - - ---- 812/801/44/22/0 0/0 \"GET /suap/cerca?q=x HTTP/1.1\"",
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.23"),
            ("source_port", "44321"),
            ("service_name", "be_portale"),
            ("http_request_method", "GET"),
            ("url_path", "/suap/cerca"),
            ("url_query", "q=x"),
            ("http_response_status_code", "200"),
            ("http_response_body_bytes", "18221"),
            ("fields.flags", "----"),
            ("timestamp", "2026-03-16T08:12:43.901000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "the TLS layout tells version and name",
        text: "<134>Mar 16 09:12:44 lb1 haproxy[1122]: 198.51.100.23:44321 [16/Mar/2026:09:12:43.901] fe_https~ be_portale/app2 0/0/3/208/211 200 18221 - - ---- 812/801/44/22/0 0/0 \"GET / HTTP/2.0\" 0/0000000000000000/0/0/0 servizi.comune.example/TLSv1.3/TLS_AES_128_GCM_SHA256",
        expect: &[
            ("tls_version", "TLSv1.3"),
            ("url_domain", "servizi.comune.example"),
            ("fields.tls_cipher", "TLS_AES_128_GCM_SHA256"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "TCP: the server refuses",
        text: "<134>Mar 16 09:12:44 lb1 haproxy[1122]: 198.51.100.23:44321 [16/Mar/2026:09:12:43.901] db_in db_out/db1 1/-1/3 0 SC 1/1/1/1/3 0/0",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("service_name", "db_out"),
            ("destination_bytes", "0"),
        ],
        absent: &["parse_error", "http_request_method"],
    },
    Sample {
        about: "no server answers",
        text: "<134>Mar 16 09:12:44 lb1 haproxy[1122]: 198.51.100.23:44321 [16/Mar/2026:09:12:43.901] fe_https~ be_portale/<NOSRV> 0/-1/-1/-1/0 503 212 - - SC-- 1/1/0/0/0 0/0 \"POST /sso HTTP/1.1\"",
        expect: &[("event_outcome", "failure"), ("http_response_status_code", "503")],
        absent: &["fields.server", "parse_error"],
    },
    Sample {
        about: "a handshake fails",
        text: "192.0.2.44:50033 [16/Mar/2026:09:12:43.901] fe_https/1: SSL handshake failure",
        expect: &[
            ("event_outcome", "failure"),
            ("fields.reason", "SSL handshake failure"),
            ("source_ip", "192.0.2.44"),
        ],
        absent: &["http_request_method", "parse_error"],
    },
    Sample {
        about: "a server goes down",
        text: "<129>Mar 16 09:12:44 lb1 haproxy[1122]: Server be_portale/app2 is DOWN, reason: Layer4 timeout, check duration: 2001ms.",
        expect: &[
            ("event_action", "health_change"),
            ("fields.state", "critical"),
            ("service_name", "be_portale/app2"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a request line cut away",
        text: "<134>Mar 16 09:12:44 lb1 haproxy[1122]: 198.51.100.23:44321 [16/Mar/2026:09:12:43.901] fe_https~ be_portale/app2 0/0/3/208/211 200 18221 - -",
        expect: &[("parse_error", "an HTTP line without its request")],
        absent: &["http_response_status_code", "event_outcome"],
    },
    Sample {
        about: "hostile: a path that imitates another client moves no field",
        text: "<134>Mar 16 09:12:44 lb1 haproxy[1122]: 198.51.100.23:44321 [16/Mar/2026:09:12:43.901] fe_https~ be_portale/app2 0/0/3/208/211 404 18 - - ---- 1/1/1/1/0 0/0 \"GET /203.0.113.1:1 [16/Mar/2026:00:00:00.000] x HTTP/1.1\"",
        expect: &[
            ("source_ip", "198.51.100.23"),
            ("http_response_status_code", "404"),
            ("url_path", "/203.0.113.1:1 [16/Mar/2026:00:00:00.000] x"),
        ],
        absent: &["parse_error"],
    },
];
