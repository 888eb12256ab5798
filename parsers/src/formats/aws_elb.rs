//! AWS Elastic Load Balancing access logs: application, classic and network (TLS) load balancers.
//!
//! Promises: linear; AWS escapes the quotes in what a client sends. Must not know: files, the clock, other formats.
//! Source: AWS, "Access logs for your Application / Classic / Network Load Balancer".

use schema::{Action, Column, EventBuilder, Outcome};

use super::quoted::value;
use super::{http, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::{When, iso_prefix};

/// See the module.
pub static FORMAT: Format = Format {
    name: "aws_elb",
    title: "AWS load balancer access log (application, classic, network)",
    reference: "AWS Elastic Load Balancing user guides, access logs",
    programs: &[],
    starts: b"hwgt0123456789",
    needs: &[
        ("tls ", "/:"),
        ("http", "/:"),
        ("h2 ", "/:"),
        ("grpcs", "/:"),
        ("ws", "/:"),
        ("0", "-:"),
        ("0", "/:"),
    ],
    keys: &[],
    recognise: |payload| kind(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `https TIME app/…`, with WebSocket and gRPC.
    Application,
    /// `TIME NAME CLIENT:PORT …`.
    Classic,
    /// `tls 2.0 TIME net/…`.
    Network,
}

/// Kind of balancer, time, and what follows it.
fn kind(text: &str) -> Option<(Kind, When, &str)> {
    if let Some(rest) = text.strip_prefix("tls 2.0 ").or_else(|| text.strip_prefix("tls 1.0 ")) {
        let (when, rest) = iso_prefix(rest)?;
        let rest = rest.strip_prefix(' ')?;
        return rest.starts_with("net/").then_some((Kind::Network, when, rest));
    }
    let first = text.get(..text.find(' ')?)?;
    if matches!(first, "http" | "https" | "h2" | "grpcs" | "ws" | "wss") {
        let (when, rest) = iso_prefix(text.get(first.len() + 1..)?)?;
        let rest = rest.strip_prefix(' ')?;
        return rest.starts_with("app/").then_some((Kind::Application, when, rest));
    }
    let (when, rest) = iso_prefix(text)?;
    let rest = rest.strip_prefix(' ')?;
    // NAME, two parties, three times: what tells a classic line from any other that starts with a time.
    let mut words = rest.split(' ').skip(1);
    let (client, backend) = (words.next()?, words.next()?);
    let is_party = |text: &str| text == "-" || party(text).is_some();
    let is_time = |text: &str| text == "-1" || text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_classic = when.offset_s == Some(0)
        && party(client).is_some()
        && is_party(backend)
        && words.by_ref().take(3).filter(|word| is_time(word)).count() == 3;
    is_classic.then_some((Kind::Classic, when, rest))
}

fn party(text: &str) -> Option<(&str, &str)> {
    text.rsplit_once(':').filter(|(address, port)| {
        peer::is_digits(port) && peer::is_address(address.trim_start_matches('[').trim_end_matches(']'))
    })
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (kind, when, rest) = kind(payload.text).ok_or(Unreadable("expected TYPE TIME BALANCER"))?;
    if !payload.set_time(event, when) {
        return Err(Unreadable("no such day or hour"));
    }
    let mut values = Values(rest);
    event.text(Column::ServiceName, values.next()?);
    match kind {
        Kind::Network => network(&mut values, event),
        Kind::Application | Kind::Classic => request(kind, &mut values, event),
    }
}

/// The values that are left.
struct Values<'a>(&'a str);

impl<'a> Values<'a> {
    fn next(&mut self) -> Result<&'a str, Unreadable> {
        let (value, rest) = value(self.0).ok_or(Unreadable("the line ends early"))?;
        self.0 = rest;
        Ok(value)
    }
}

fn set_parties(values: &mut Values<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let columns = [(Column::SourceIp, Column::SourcePort), (Column::DestinationIp, Column::DestinationPort)];
    for (address_column, port_column) in columns {
        if let Some((address, port)) = party(values.next()?)
            && event.ip(address_column, address)
        {
            event.int_text(port_column, port);
        }
    }
    Ok(())
}

fn request(kind: Kind, values: &mut Values<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    set_parties(values, event)?;
    for _ in 0..3 {
        values.next()?;
    }
    let (status, target_status) = (values.next()?, values.next()?);
    let (received, sent, line) = (values.next()?, values.next()?, values.next()?);
    // A classic balancer of TCP has no request.
    if line.starts_with("- - ") {
        event.action(Action::ConnectionAllowed);
        event.outcome(Outcome::Success);
    } else {
        event.action(Action::HttpRequest);
        http::set_request(line, event);
        http::set_status(status, event);
    }
    event.int_text(Column::SourceBytes, received);
    event.int_text(Column::DestinationBytes, sent);
    if target_status != "-" {
        event.field("target_status", target_status);
    }
    // From here on older lines may end.
    for column in [Column::UserAgentOriginal, Column::EventCode, Column::TlsVersion] {
        let Ok(value) = values.next() else { return Ok(()) };
        match column {
            Column::EventCode if value != "-" => event.field("tls_cipher", value),
            Column::EventCode => {}
            _ => event.text_if_said(column, value),
        }
    }
    if kind == Kind::Application {
        application(values, event);
    }
    Ok(())
}

/// `TARGET_GROUP "TRACE" "DOMAIN" "CERTIFICATE" PRIORITY CREATED "ACTIONS" "REDIRECT" "ERROR" …`.
fn application(values: &mut Values<'_>, event: &mut EventBuilder<'_>) {
    const KEYS: [&str; 9] = ["", "trace_id", "", "", "rule_priority", "", "actions", "redirect", "reason"];
    for (place, key) in KEYS.iter().enumerate() {
        let Ok(value) = values.next() else { return };
        if value == "-" || value.is_empty() {
            continue;
        }
        // The name of the TLS handshake, when the request did not say one.
        if place == 2 && !event.is_set(Column::UrlDomain) {
            event.text(Column::UrlDomain, value);
        }
        if !key.is_empty() {
            event.field(key, value);
        }
    }
    // The firewall in front refused it.
    if !event.is_set(Column::HttpResponseStatusCode) {
        event.outcome(Outcome::Failure);
    }
}

/// `LISTENER CLIENT:PORT DESTINATION:PORT TIME TIME RECEIVED SENT ALERT CERTIFICATE - CIPHER PROTOCOL - DOMAIN …`.
fn network(values: &mut Values<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    values.next()?;
    set_parties(values, event)?;
    let (_connected, _handshake) = (values.next()?, values.next()?);
    event.int_text(Column::SourceBytes, values.next()?);
    event.int_text(Column::DestinationBytes, values.next()?);
    let alert = values.next()?;
    let (_certificate, _serial, cipher, protocol) =
        (values.next()?, values.next()?, values.next()?, values.next()?);
    event.text(Column::NetworkTransport, "tcp");
    event.text_if_said(Column::TlsVersion, protocol);
    if cipher != "-" {
        event.field("tls_cipher", cipher);
    }
    if let (Ok(_), Ok(name)) = (values.next(), values.next()) {
        event.text_if_said(Column::DestinationDomain, name);
    }
    let is_well = alert == "-";
    event.action(if is_well { Action::ConnectionAllowed } else { Action::ConnectionDenied });
    event.outcome(Outcome::of(is_well));
    if !is_well {
        event.field("tls_alert", alert);
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "application: served",
        text: "h2 2026-03-16T08:12:44.112233Z app/portale/50dc6c495c0c9188 198.51.100.7:51234 192.0.2.10:9000 0.000 0.002 0.000 200 200 5 257 \"GET https://servizi.comune.example:443/albo?id=1 HTTP/2.0\" \"curl/8.5.0\" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:x:1:targetgroup/a/b \"Root=1-x\" \"servizi.comune.example\" \"-\" 1 2026-03-16T08:12:44.000000Z \"forward\" \"-\" \"-\" \"192.0.2.10:9000\" \"200\" \"-\" \"-\"",
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.7"),
            ("source_port", "51234"),
            ("destination_ip", "192.0.2.10"),
            ("destination_port", "9000"),
            ("url_domain", "servizi.comune.example"),
            ("url_path", "/albo"),
            ("url_query", "id=1"),
            ("http_response_status_code", "200"),
            ("destination_bytes", "257"),
            ("user_agent_original", "curl/8.5.0"),
            ("tls_version", "TLSv1.2"),
            ("service_name", "app/portale/50dc6c495c0c9188"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "application: refused by its firewall",
        text: "https 2026-03-16T08:12:45.112233Z app/portale/50dc6c495c0c9188 [2001:db8::7]:51234 - -1 -1 -1 403 - 204 167 \"GET https://a.example:443/.env HTTP/1.1\" \"x\" ECDHE TLSv1.3 - \"Root=1-x\" \"a.example\" \"arn\" 0 2026-03-16T08:12:45.000000Z \"waf,fixed-response\" \"-\" \"-\" \"-\" \"-\" \"-\" \"-\"",
        expect: &[
            ("event_outcome", "failure"),
            ("source_ip", "2001:db8::7"),
            ("fields.actions", "waf,fixed-response"),
        ],
        absent: &["parse_error", "destination_ip", "fields.target_status"],
    },
    Sample {
        about: "classic: no backend",
        text: "2026-03-16T08:12:46.945958Z vecchio 198.51.100.7:2817 - -1 -1 -1 503 0 0 0 \"GET http://a.example:80/ HTTP/1.1\" \"curl/7.38.0\" - -",
        expect: &[
            ("event_outcome", "failure"),
            ("http_response_status_code", "503"),
            ("service_name", "vecchio"),
        ],
        absent: &["parse_error", "tls_version"],
    },
    Sample {
        about: "network: a connection over TLS",
        text: "tls 2.0 2026-03-16T08:12:47 net/posta/c6e77e28c25b2234 g3d4b5e8bb8464cd 198.51.100.7:51341 192.0.2.20:443 5 2 98 246 - arn:aws:acm:x - ECDHE-RSA-AES128-SHA tlsv12 - posta.comune.example - - -",
        expect: &[
            ("event_action", "connection_allowed"),
            ("destination_ip", "192.0.2.20"),
            ("source_bytes", "98"),
            ("tls_version", "tlsv12"),
            ("destination_domain", "posta.comune.example"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: cut in the request",
        text: "https 2026-03-16T08:12:45.112233Z app/portale/50dc6c495c0c9188 198.51.100.7:51234 - -1 -1 -1 403 - 204 167 \"GET https://a.exam",
        expect: &[("parse_error", "the line ends early")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: an agent with escaped quotes",
        text: "http 2026-03-16T08:12:45.112233Z app/portale/50dc6c495c0c9188 198.51.100.7:51234 - -1 -1 -1 404 - 204 167 \"GET http://a.example:80/x HTTP/1.1\" \"a\\\" TLSv9 \\\"b\" - - - \"Root=1-x\" \"-\" \"-\" 0 2026-03-16T08:12:45.000000Z \"fixed-response\" \"-\" \"-\" \"-\" \"-\" \"-\" \"-\"",
        expect: &[("user_agent_original", "a\\\" TLSv9 \\\"b"), ("source_ip", "198.51.100.7")],
        absent: &["parse_error", "tls_version"],
    },
];
