//! Squid's native access log: `STAMP ELAPSED CLIENT RESULT/STATUS BYTES METHOD URL USER HIERARCHY/PEER TYPE`.
//!
//! Promises: linear; Squid encodes blanks in a URL, so the ten words are the line's own.
//! Must not know: the envelope, files, the clock, other formats.

use schema::{Action, Column, EventBuilder};

use super::http;
use super::peer::{is_address, is_digits};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "squid",
    title: "Squid (proxy), native access log",
    reference: "Squid, logformat directive: format squid",
    programs: &["squid", "squid-1", "(squid-1)"],
    starts: b"0123456789",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        let mut words = words(payload.text);
        let stamp = words.next().unwrap_or("");
        let is_stamp =
            time::epoch_fraction(stamp).is_some_and(|(_, rest)| rest.is_empty()) && stamp.contains('.');
        is_stamp
            && words.next().is_some_and(|elapsed| is_digits(elapsed.trim_start_matches('-')))
            && words.nth(1).is_some_and(|result| {
                ["TCP_", "UDP_", "NONE", "ERR_"].iter().any(|prefix| result.starts_with(prefix))
                    && result.contains('/')
            })
    },
    parse,
    samples: SAMPLES,
};

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|word| !word.is_empty())
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected ten words");
    let mut words = words(payload.text);
    let mut next = || words.next().ok_or(SHAPE);
    let (stamp, elapsed, client, result) = (next()?, next()?, next()?, next()?);
    let (bytes, method, url, user, hierarchy) = (next()?, next()?, next()?, next()?, next()?);
    let (time_us, _) = time::epoch_fraction(stamp).ok_or(SHAPE)?;
    let (result, status) = result.split_once('/').ok_or(SHAPE)?;
    payload.set_time_us(event, time_us);
    event.action(Action::HttpRequest);
    event.field("duration_ms", elapsed);
    event.ip(Column::SourceIp, client);
    event.field("result", result);
    if status != "000" {
        http::set_status(status, event);
        event.int_text(Column::HttpResponseBodyBytes, bytes);
    }
    event.text_if_said(Column::HttpRequestMethod, method);
    event.text_if_said(Column::UserName, user);
    http::set_target(method, url, event);
    if method == "CONNECT" {
        let (host, port) = url.rsplit_once(':').unwrap_or((url, ""));
        destination(host.trim_matches(['[', ']']), event);
        event.int_text(Column::DestinationPort, port);
    }
    if let Some((way, peer)) = hierarchy.split_once('/') {
        event.field("hierarchy", way);
        if peer != "-" {
            destination(peer, event);
        }
    }
    // `strip_query_terms off` and a longer format add referrer and agent in quotes.
    if let Some((head, agent)) =
        payload.text.trim_end().strip_suffix('"').and_then(|rest| rest.rsplit_once("\" \""))
        && let Some((_, referrer)) = head.rsplit_once(" \"")
    {
        event.text_if_said(Column::HttpRequestReferrer, referrer);
        event.text_if_said(Column::UserAgentOriginal, agent);
    }
    Ok(())
}

/// Where a request went: an address or a name.
fn destination(host: &str, event: &mut EventBuilder<'_>) {
    if is_address(host) {
        event.ip(Column::DestinationIp, host);
    } else {
        event.text_if_said(Column::DestinationDomain, host);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a tunnel to a site",
        text: "1773648764.112    211 192.0.2.41 TCP_TUNNEL/200 91422 CONNECT www.altrove.example:443 averdi HIER_DIRECT/203.0.113.80 -",
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "success"),
            ("source_ip", "192.0.2.41"),
            ("user_name", "averdi"),
            ("http_request_method", "CONNECT"),
            ("http_response_status_code", "200"),
            ("http_response_body_bytes", "91422"),
            ("destination_domain", "www.altrove.example"),
            ("destination_port", "443"),
            ("destination_ip", "203.0.113.80"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error", "url_path"],
    },
    Sample {
        about: "a request is denied",
        text: "1773648765.000      0 192.0.2.42 TCP_DENIED/403 3868 GET http://vietato.example/a?b=c - HIER_NONE/- text/html",
        expect: &[
            ("event_outcome", "failure"),
            ("url_domain", "vietato.example"),
            ("url_path", "/a"),
            ("url_query", "b=c"),
            ("fields.result", "TCP_DENIED"),
        ],
        absent: &["user_name", "destination_ip", "destination_domain", "parse_error"],
    },
    Sample {
        about: "a client that left before an answer",
        text: "1773648766.000   5007 192.0.2.42 TCP_MISS_ABORTED/000 0 GET http://lento.example/ - HIER_DIRECT/lento.example -",
        expect: &[("event_action", "http_request"), ("destination_domain", "lento.example")],
        absent: &["http_response_status_code", "event_outcome", "parse_error"],
    },
    Sample {
        about: "IPv6, with referrer and agent",
        text: "1773648767.000     50 2001:db8::42 TCP_MISS/200 12 GET http://www.altrove.example/x - HIER_DIRECT/2001:db8::80 text/html \"http://www.altrove.example/\" \"Mozilla/5.0 (prova)\"",
        expect: &[
            ("source_ip", "2001:db8::42"),
            ("destination_ip", "2001:db8::80"),
            ("http_request_referrer", "http://www.altrove.example/"),
            ("user_agent_original", "Mozilla/5.0 (prova)"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a line cut before its end",
        text: "1773648767.000     50 192.0.2.42 TCP_MISS/200 12 GET http://www.altr",
        expect: &[("parse_error", "expected ten words")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a URL that imitates another result moves no field",
        text: "1773648767.000     50 192.0.2.42 TCP_DENIED/403 12 GET http://x.example/%20TCP_TUNNEL/200%20root%20HIER_DIRECT/203.0.113.1 - HIER_NONE/- text/html",
        expect: &[("event_outcome", "failure"), ("fields.result", "TCP_DENIED")],
        absent: &["user_name", "destination_ip"],
    },
];
