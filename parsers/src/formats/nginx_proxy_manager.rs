//! Nginx Proxy Manager's access logs, old (`[time] status - METHOD scheme host "path" [Client …]`) and new
//! (`[time] host client seconds "request" status …`, NPMplus).
//!
//! Promises: linear; what the client chose stands in quotes that nginx escapes, or behind all else.
//! Must not know: other access logs. Source: nginx-proxy-manager docker/rootfs/etc/nginx/conf.d/include/log.conf.

use schema::{Action, Column, EventBuilder};

use super::{http, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::{When, clf};

/// See the module.
pub static FORMAT: Format = Format {
    name: "nginx_proxy_manager",
    title: "Nginx Proxy Manager and NPMplus access log",
    reference: "nginx-proxy-manager, docker/rootfs/etc/nginx/conf.d/include/log.conf",
    programs: &["nginx"],
    starts: b"[",
    needs: &[],
    keys: &[],
    recognise: |payload| line(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

enum Line<'a> {
    Old(When, Old<'a>),
    New(When, New<'a>),
}

struct Old<'a> {
    status: &'a str,
    method: &'a str,
    host: &'a str,
    path: &'a str,
    client: &'a str,
    rest: &'a str,
}

struct New<'a> {
    host: &'a str,
    client: &'a str,
    /// Behind the opening quote of the request.
    rest: &'a str,
}

fn line(text: &str) -> Option<Line<'_>> {
    let (when, rest) = clf(text.strip_prefix('[')?)?;
    let rest = rest.strip_prefix("] ")?;
    old(rest).map(|old| Line::Old(when, old)).or_else(|| new(rest).map(|new| Line::New(when, new)))
}

/// `[cache ]upstream status - METHOD scheme host "path" [Client ADDRESS] [Length N] … "agent" "referrer"`.
fn old(text: &str) -> Option<Old<'_>> {
    let (statuses, rest) = text.split_once(" - ").filter(|(statuses, _)| statuses.len() <= 24)?;
    // `- 404 404 - GET`: the part before the last dash ends with the status the client got.
    let (statuses, rest) = match rest.split_once(" - ") {
        Some((more, rest)) if statuses == "-" || more.bytes().all(|b| b.is_ascii_digit() || b == b' ') => {
            (more, rest)
        }
        _ => (statuses, rest),
    };
    let status = statuses.rsplit(' ').find(|word| peer::is_digits(word))?;
    let (method, rest) = rest.split_once(' ')?;
    let (scheme, rest) = rest.split_once(' ')?;
    let (host, rest) = rest.split_once(" \"")?;
    let (path, rest) = rest.split_once("\" [Client ")?;
    let (client, rest) = rest.split_once(']')?;
    (matches!(scheme, "http" | "https") && peer::is_address(client)).then_some(Old {
        status,
        method,
        host,
        path,
        client,
        rest,
    })
}

/// `host client seconds "request" …`.
fn new(text: &str) -> Option<New<'_>> {
    let (host, rest) = text.split_once(' ')?;
    let (client, rest) = rest.split_once(' ')?;
    let (seconds, rest) = rest.split_once(" \"")?;
    let is_seconds = !seconds.is_empty() && seconds.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    (is_seconds && peer::is_address(client)).then_some(New { host, client, rest })
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = line(payload.text).ok_or(Unreadable("expected [TIME] and a request"))?;
    let (Line::Old(when, _) | Line::New(when, _)) = line;
    if !payload.set_time(event, when) {
        return Err(Unreadable("no such day or hour"));
    }
    event.action(Action::HttpRequest);
    match line {
        Line::Old(_, old) => set_old(&old, event),
        Line::New(_, new) => set_new(&new, event)?,
    }
    Ok(())
}

fn set_old(old: &Old<'_>, event: &mut EventBuilder<'_>) {
    http::set_status(old.status, event);
    event.text_if_said(Column::HttpRequestMethod, old.method);
    event.text_if_said(Column::UrlDomain, http::host_of(old.host));
    http::set_path(old.path, event);
    event.ip(Column::SourceIp, old.client);
    let mut rest = old.rest.trim_start();
    while let Some((name, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        if let Some(length) = name.strip_prefix("Length ") {
            event.int_text(Column::HttpResponseBodyBytes, length);
        } else if let Some(upstream) = name.strip_prefix("Sent-to ") {
            event.field("upstream", upstream);
        }
        rest = after.trim_start();
    }
    // Here the agent stands before the referrer.
    if let Some((agent, after)) = rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        event.text_if_said(Column::UserAgentOriginal, agent);
        let referrer = after.trim().trim_matches('"');
        event.text_if_said(Column::HttpRequestReferrer, referrer);
    }
}

/// `request" status body-bytes request-bytes referrer agent`, the last without quotes.
fn set_new(new: &New<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (request, rest) = new.rest.split_once("\" ").ok_or(Unreadable("the request has no end"))?;
    if new.host != "_" {
        event.text_if_said(Column::UrlDomain, http::host_of(new.host));
    }
    event.ip(Column::SourceIp, new.client);
    http::set_request(request, event);
    let mut words = rest.splitn(5, ' ');
    http::set_status(words.next().unwrap_or_default(), event);
    event.int_text(Column::HttpResponseBodyBytes, words.next().unwrap_or_default());
    event.int_text(Column::SourceBytes, words.next().unwrap_or_default());
    event.text_if_said(Column::HttpRequestReferrer, words.next().unwrap_or_default());
    event.text_if_said(Column::UserAgentOriginal, words.next().unwrap_or_default());
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "old layout, served",
        text: "[16/Mar/2026:09:12:44 +0100] - 200 200 - GET https cloud.comune.example \"/login?next=a\" [Client 198.51.100.7] [Length 512] [Gzip 2.1] [Sent-to 192.0.2.30] \"Mozilla/5.0 (X11)\" \"https://x.example/\"",
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.7"),
            ("http_request_method", "GET"),
            ("url_domain", "cloud.comune.example"),
            ("url_path", "/login"),
            ("url_query", "next=a"),
            ("http_response_status_code", "200"),
            ("http_response_body_bytes", "512"),
            ("user_agent_original", "Mozilla/5.0 (X11)"),
            ("http_request_referrer", "https://x.example/"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "destination_ip"],
    },
    Sample {
        about: "old layout, refused without a backend",
        text: "[16/Mar/2026:09:12:45 +0100] 444 - GET https 192.0.2.9 \"/.env\" [Client 2001:db8::9] [Length 0] [Gzip -] \"-\" \"-\"",
        expect: &[
            ("event_outcome", "failure"),
            ("source_ip", "2001:db8::9"),
            ("http_response_status_code", "444"),
            ("url_path", "/.env"),
        ],
        absent: &["user_agent_original", "http_request_referrer"],
    },
    Sample {
        about: "new layout",
        text: "[16/Mar/2026:09:12:46 +0100] posta.comune.example 198.51.100.8 0.021 \"REPORT /dav/a/ HTTP/2.0\" 207 125 440 - Mozilla/5.0 (X11) Thunderbird/128.0",
        expect: &[
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.8"),
            ("http_request_method", "REPORT"),
            ("url_path", "/dav/a/"),
            ("user_agent_original", "Mozilla/5.0 (X11) Thunderbird/128.0"),
        ],
        absent: &["http_request_referrer"],
    },
    Sample {
        about: "truncated: a line cut in the request",
        text: "[16/Mar/2026:09:12:46 +0100] posta.comune.example 198.51.100.8 0.021 \"REPORT /da",
        expect: &[("parse_error", "the request has no end")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a path that imitates a client",
        text: "[16/Mar/2026:09:12:45 +0100] - 404 404 - GET http a.example \"/x [Client 203.0.113.9]\" [Client 198.51.100.9] [Length 1] [Gzip -] \"y\" \"-\"",
        expect: &[("source_ip", "198.51.100.9"), ("url_path", "/x [Client 203.0.113.9]")],
        absent: &[],
    },
];
