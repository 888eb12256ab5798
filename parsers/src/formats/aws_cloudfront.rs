//! Amazon CloudFront access logs: standard (W3C, by tabs) and real-time fields as JSON.
//!
//! Promises: linear; CloudFront percent-encodes what a client sends; times are UTC.
//! Must not know: files; the directive in force comes with the stream.
//! Source: AWS CloudFront developer guide, "Standard logging reference".

use schema::{Action, Column, EventBuilder};

use super::{http, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::{epoch_fraction, iso_prefix};

/// See the module.
pub static FORMAT: Format = Format {
    name: "aws_cloudfront",
    title: "Amazon CloudFront access log",
    reference: "AWS CloudFront developer guide, standard logging reference",
    programs: &[],
    starts: b"0123456789{",
    needs: &[("", "\t")],
    keys: &["sc-status"],
    recognise: |payload| match payload.json {
        Some(json) => {
            json.get("sc-status").is_some()
                && (json.get("x-edge-location").is_some() || json.get("x-edge-result-type").is_some())
        }
        None => fields(payload).is_some(),
    },
    parse,
    samples: SAMPLES,
};

/// The order of the standard log, which has not changed but at its end.
const STANDARD: &str = "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) \
    cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes \
    time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status \
    fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len \
    sc-range-start sc-range-end";
/// Values of its oldest version.
const STANDARD_MIN: usize = 19;

/// The names of the `#Fields:` line in force, when it is CloudFront's; without one, a line of the standard log.
fn fields<'a>(payload: &Payload<'a>) -> Option<&'a str> {
    if !payload.text.contains('\t') {
        return None;
    }
    let names = payload.directives.and_then(|directives| {
        let start = directives.rfind("#Fields: ")? + "#Fields: ".len();
        directives.get(start..)?.lines().next()
    });
    match names {
        Some(names) => names.contains("x-edge-").then_some(names),
        None => is_standard(payload.text).then_some(STANDARD),
    }
}

/// Date, time, place, bytes and client are what they must be, and there are enough values.
fn is_standard(text: &str) -> bool {
    let mut values = text.split('\t');
    let mut next = || values.next().unwrap_or_default();
    let (date, time, place, bytes, client) = (next(), next(), next(), next(), next());
    date.len() == 10
        && time.len() == 8
        && place.len() <= 12
        && peer::is_digits(bytes)
        && peer::is_address(client)
        && values.count() + 5 >= STANDARD_MIN
}

#[derive(Default)]
struct Request<'a> {
    date: &'a str,
    time: &'a str,
    method: &'a str,
    host: &'a str,
    host_header: &'a str,
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut request = Request::default();
    event.action(Action::HttpRequest);
    if let Some(json) = payload.json {
        for member in json.members() {
            set(member.key(), member.scalar().unwrap_or_default(), &mut request, event);
        }
    } else {
        let names = fields(payload).ok_or(Unreadable("no #Fields: directive in force"))?;
        let mut values = payload.text.trim_end().split('\t');
        let is_standard = names == STANDARD;
        for name in names.split_ascii_whitespace() {
            match values.next() {
                Some(value) => set(name, value, &mut request, event),
                // An older version of the standard log has fewer.
                None if is_standard => break,
                None => return Err(Unreadable("fewer values than #Fields")),
            }
        }
        if values.next().is_some() {
            return Err(Unreadable("more values than #Fields"));
        }
    }
    event.text_if_said(Column::HttpRequestMethod, request.method);
    // What the client asked for, else the distribution's own name, which is where it went.
    let asked = if request.host_header.is_empty() { request.host } else { request.host_header };
    event.text_if_said(Column::UrlDomain, http::host_of(asked));
    event.text_if_said(Column::DestinationDomain, request.host);
    set_time(&request, payload, event)
}

fn set<'a>(name: &str, value: &'a str, request: &mut Request<'a>, event: &mut EventBuilder<'_>) {
    if value.is_empty() || value == "-" {
        return;
    }
    match name {
        "date" => request.date = value,
        "time" | "start_time" => request.time = value,
        "timestamp" => {
            if let Some((time_us, "")) = epoch_fraction(value) {
                event.timestamp_us(time_us);
            }
        }
        "cs-method" => request.method = value,
        "cs(Host)" => request.host = value,
        "x-host-header" => request.host_header = value,
        "c-ip" => {
            event.ip(Column::SourceIp, value);
        }
        "c-port" => {
            event.int_text(Column::SourcePort, value);
        }
        "cs-uri-stem" => http::set_path(value, event),
        "cs-uri-query" => event.text(Column::UrlQuery, value),
        "sc-status" => http::set_status(value, event),
        "sc-bytes" => {
            event.int_text(Column::DestinationBytes, value);
        }
        "cs-bytes" => {
            event.int_text(Column::SourceBytes, value);
        }
        "sc-content-len" => {
            event.int_text(Column::HttpResponseBodyBytes, value);
        }
        "cs(Referer)" | "cs-referer" => event.text(Column::HttpRequestReferrer, value),
        "cs(User-Agent)" | "cs-user-agent" => event.text(Column::UserAgentOriginal, value),
        "ssl-protocol" => event.text(Column::TlsVersion, value),
        "x-forwarded-for" => event.field("forwarded_for", value),
        "x-edge-location" => event.field("edge_location", value),
        "x-edge-result-type" => event.field("result", value),
        "x-edge-detailed-result-type" => event.field("detailed_result", value),
        "x-edge-request-id" => event.field("request_id", value),
        "cs-protocol" => event.field("scheme", value),
        "time-taken" if value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => {
            event.field_number("duration_s", value);
        }
        _ => {}
    }
}

fn set_time(
    request: &Request<'_>,
    payload: &Payload<'_>,
    event: &mut EventBuilder<'_>,
) -> Result<(), Unreadable> {
    if request.time.is_empty() || event.is_set(Column::Timestamp) && request.date.is_empty() {
        return Ok(());
    }
    // `2026-03-16 09:12:44`: both are short.
    let mut stamp = [0_u8; 32];
    let length = request.date.len() + 1 + request.time.len();
    let whole = stamp.get_mut(..length).ok_or(Unreadable("no such date and time"))?;
    for (slot, byte) in whole.iter_mut().zip(request.date.bytes().chain([b' ']).chain(request.time.bytes())) {
        *slot = byte;
    }
    let text = std::str::from_utf8(whole).unwrap_or_default();
    let (when, _) = iso_prefix(text).ok_or(Unreadable("no such date and time"))?;
    payload.set_time(event, when.in_utc()).then_some(()).ok_or(Unreadable("no such day or hour"))
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "standard log: served",
        text: "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query x-host-header c-port\n2026-03-16\t08:12:44\tMXP64-C1\t1289\t198.51.100.7\tGET\td1.cloudfront.example\t/albo/\t200\t-\tMozilla/5.0%20(X11)\tid=1\twww.comune.example\t51234",
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.7"),
            ("source_port", "51234"),
            ("url_path", "/albo/"),
            ("url_query", "id=1"),
            ("url_domain", "www.comune.example"),
            ("destination_domain", "d1.cloudfront.example"),
            ("destination_bytes", "1289"),
            ("user_agent_original", "Mozilla/5.0%20(X11)"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "http_request_referrer"],
    },
    Sample {
        about: "standard log: refused",
        text: "#Fields: date time x-edge-location c-ip cs-method cs-uri-stem sc-status\n2026-03-16\t08:12:45\tMXP64-C1\t2001:db8::7\tGET\t/.git/config\t403",
        expect: &[("event_outcome", "failure"), ("source_ip", "2001:db8::7")],
        absent: &["parse_error"],
    },
    Sample {
        about: "standard log without its header",
        text: "2026-03-16\t08:12:46\tMXP64-C1\t703\t198.51.100.7\tGET\td1.cloudfront.example\t/a\t400\t-\tcurl/7.81.0\tq=1\t-\tError\tid==\twww.comune.example\thttps\t58\t0.001\t-\tTLSv1.3\tTLS_AES_128_GCM_SHA256\tError\tHTTP/2.0\t-\t-\t51234\t0.001\tError\ttext/html\t504\t-\t-",
        expect: &[
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.7"),
            ("source_port", "51234"),
            ("http_response_body_bytes", "504"),
            ("tls_version", "TLSv1.3"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "as JSON",
        text: r#"{"date":"2026-03-16","x-edge-location":"MXP64","c-ip":"198.51.100.7","cs-method":"POST","cs(Host)":"d1.cloudfront.example","cs-uri-stem":"/login","sc-status":"302","cs(User-Agent)":"x","x-edge-result-type":"Miss","ssl-protocol":"TLSv1.3","time-taken":"0.358","start_time":"08:12:46","c-port":"51234"}"#,
        expect: &[
            ("event_outcome", "success"),
            ("http_response_status_code", "302"),
            ("tls_version", "TLSv1.3"),
            ("fields.duration_s", "0.358"),
            ("timestamp", "2026-03-16T08:12:46.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: cut",
        text: "#Fields: date time x-edge-location c-ip cs-method cs-uri-stem sc-status\n2026-03-16\t08:12:45\tMXP64-C1\t2001:db8::7\tGET",
        expect: &[("parse_error", "fewer values than #Fields")],
        absent: &["source_ip", "http_response_status_code"],
    },
    Sample {
        about: "hostile: one value too many",
        text: "#Fields: date time x-edge-location c-ip cs-method cs-uri-stem sc-status\n2026-03-16\t08:12:45\tMXP64-C1\t198.51.100.7\tGET\t/a\t200\t/b\t404",
        expect: &[("parse_error", "more values than #Fields")],
        absent: &["source_ip", "url_path"],
    },
];
