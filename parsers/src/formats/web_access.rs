//! Access logs in the common and combined layouts: Apache, nginx, Tomcat, Traefik, lighttpd, Caddy's `transform`.
//!
//! `[vhost[:port] ]client ident user [time] "request" status bytes["referrer" "agent"][ more]`. One name for
//! all servers: their lines cannot be told apart.
//!
//! Promises: linear; a client chooses user, request, referrer and agent: the servers escape the quotes in
//! them (`\"`, `\x22`), so the first bare quote behind a time in brackets is the server's own.
//! Must not know: which server wrote it. Source: Apache mod_log_config, nginx ngx_http_log_module.

use schema::{Action, Column, EventBuilder};

use super::quoted::quoted;
use super::{http, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::scan;
use crate::time::{When, clf};

/// See the module.
pub static FORMAT: Format = Format {
    name: "web_access",
    title: "Apache/Nginx/Tomcat access log (common, combined)",
    reference: "Apache 2.4 mod_log_config; nginx ngx_http_log_module",
    programs: &["httpd", "apache2", "nginx", "apache_access", "nginx_access"],
    starts: b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:-_* ",
    needs: &[("", "[]/:\"")],
    keys: &[],
    recognise: |payload| cut(payload.text).is_some_and(|line| is_status(line.rest)),
    parse,
    samples: SAMPLES,
};

/// How far from the start the time may stand: a long vhost, forwarded addresses and a user.
const HEAD_BYTES_MAX: usize = 1024;

struct Line<'a> {
    head: &'a str,
    when: When,
    /// Behind the opening quote of the request.
    rest: &'a str,
}

/// Cuts at the first `[time] "`.
fn cut(text: &str) -> Option<Line<'_>> {
    let bytes = text.as_bytes();
    for at in memchr::memchr_iter(b'[', bytes.get(..bytes.len().min(HEAD_BYTES_MAX))?) {
        let Some((when, after)) = text.get(at + 1..).and_then(clf) else { continue };
        if let Some(rest) = after.strip_prefix("] \"") {
            return Some(Line { head: text.get(..at)?, when, rest });
        }
    }
    None
}

/// True when a status, or nothing more, stands behind the request.
fn is_status(rest: &str) -> bool {
    let Some((_, rest)) = quoted(rest) else { return true };
    let rest = rest.trim_start();
    let word = scan::word(rest).map_or(rest, |(word, _)| word);
    word.is_empty() || word == "-" || peer::is_digits(word)
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = cut(payload.text).ok_or(Unreadable("expected CLIENT - USER [TIME] \"REQUEST\""))?;
    if !payload.set_time(event, line.when) {
        return Err(Unreadable("no such day or hour"));
    }
    event.action(Action::HttpRequest);
    set_head(line.head.trim(), event);
    let (request, rest) = quoted(line.rest).ok_or(Unreadable("the request has no end"))?;
    http::set_request(request, event);
    let rest = rest.trim_start();
    let (status, rest) = scan::word(rest).unwrap_or((rest, ""));
    if status.is_empty() {
        return Err(Unreadable("no status"));
    }
    if status != "-" && !peer::is_digits(status) {
        return Err(Unreadable("the status is no number"));
    }
    http::set_status(status, event);
    let (bytes, tail) = scan::word(rest).unwrap_or((rest, ""));
    if peer::is_digits(bytes) {
        event.int_text(Column::HttpResponseBodyBytes, bytes);
    }
    set_tail(tail, event);
    Ok(())
}

/// `[vhost[:port] ]client ident user`.
fn set_head(head: &str, event: &mut EventBuilder<'_>) {
    let (first, rest) = scan::word(head).unwrap_or((head, ""));
    let mut rest = rest.trim_start();
    let is_client = !first.starts_with('[') && event.ip(Column::SourceIp, first);
    if let Some(forwarded) = first.strip_suffix(',') {
        rest = forwarded_for(head, forwarded, event);
    } else if !is_client {
        let (second, after) = rest.split_once(' ').unwrap_or((rest, ""));
        if peer::is_address(second) {
            set_vhost(first, event);
            event.ip(Column::SourceIp, second);
            rest = after.trim_start();
        } else {
            peer::set(event, first, "");
        }
    }
    // Behind forwarded addresses stands the proxy that brought them.
    if let Some((proxy, after)) = rest.split_once(' ')
        && peer::is_address(proxy)
    {
        event.field("proxy", proxy);
        rest = after.trim_start();
    }
    // What is left is `ident user`; a layout without ident leaves the user alone.
    let (ident, user) = scan::word(rest).map_or(("", ""), |(ident, user)| (ident, scan::trim(user)));
    // lighttpd writes the host that was asked for in the place of ident.
    if ident.contains('.') && !event.is_set(Column::UrlDomain) {
        set_vhost(ident, event);
    }
    event.text_if_said(Column::UserName, user);
}

/// `198.51.100.7, 192.0.2.1 - -`: the last address is the one the nearest proxy saw, the others are claims.
fn forwarded_for<'a>(head: &'a str, first: &str, event: &mut EventBuilder<'_>) -> &'a str {
    let mut rest = head;
    let mut last = first;
    while let Some((address, after)) = rest.split_once(", ") {
        if address.contains(' ') {
            break;
        }
        last = after.split(' ').next().unwrap_or(after);
        rest = after;
    }
    event.ip(Column::SourceIp, last);
    if let Some(list) = head.get(..head.len() - rest.len() + last.len()) {
        event.field("forwarded_for", list);
    }
    rest.split_once(' ').map_or("", |(_, rest)| rest)
}

fn set_vhost(vhost: &str, event: &mut EventBuilder<'_>) {
    match vhost.rsplit_once(':') {
        Some((name, port)) if peer::is_digits(port) => {
            event.text_if_said(Column::UrlDomain, name);
            event.int_text(Column::DestinationPort, port);
        }
        _ => event.text_if_said(Column::UrlDomain, vhost),
    }
}

/// `"referrer" "agent"` and what a site adds: times, addresses, TLS, the backend.
fn set_tail(tail: &str, event: &mut EventBuilder<'_>) {
    let mut rest = scan::trim(tail);
    // Some put a time between size and referrer.
    if !rest.starts_with('"') {
        let (before, from_quote) =
            rest.split_at_checked(rest.find('"').unwrap_or(rest.len())).unwrap_or((rest, ""));
        set_more(before.trim(), event);
        rest = from_quote;
    }
    for column in [Column::HttpRequestReferrer, Column::UserAgentOriginal] {
        let Some(inner) = rest.strip_prefix('"') else { return set_more(rest, event) };
        // A line that was cut ends in the agent: what there is of it is kept.
        let (value, after) = quoted(inner).unwrap_or((inner, ""));
        event.text_if_said(column, value);
        rest = after.trim_start();
    }
    if let Some((list, after)) = rest.strip_prefix('"').and_then(quoted)
        && list.split(", ").all(peer::is_address)
    {
        event.field("forwarded_for", list);
        rest = after.trim_start();
    }
    set_more(rest, event);
}

fn set_more(more: &str, event: &mut EventBuilder<'_>) {
    if more.is_empty() || more == "\"-\"" || more == "-" {
        return;
    }
    event.field("more", more);
    if let Some(tls) =
        more.split(' ').map(|word| word.trim_matches('"')).find(|word| word.starts_with("TLSv1"))
    {
        event.text(Column::TlsVersion, tls);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a page served, with agent and referrer",
        text: "198.51.100.7 - - [16/Mar/2026:09:12:44 +0100] \"GET /albo/pretorio.php?id=12&anno=2026 HTTP/1.1\" 200 5120 \"https://www.comune.example/\" \"Mozilla/5.0 (X11; Linux x86_64)\"",
        expect: &[
            ("class", "web"),
            ("event_action", "http_request"),
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.7"),
            ("http_request_method", "GET"),
            ("url_path", "/albo/pretorio.php"),
            ("url_query", "id=12&anno=2026"),
            ("http_response_status_code", "200"),
            ("http_response_body_bytes", "5120"),
            ("http_request_referrer", "https://www.comune.example/"),
            ("user_agent_original", "Mozilla/5.0 (X11; Linux x86_64)"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "user_name", "time_guess", "fields.more"],
    },
    Sample {
        about: "common layout, a user with a blank, refused",
        text: "2001:db8::7 - mario rossi [16/Mar/2026:09:12:45 +0100] \"POST /login HTTP/1.0\" 401 -",
        expect: &[
            ("event_outcome", "failure"),
            ("source_ip", "2001:db8::7"),
            ("user_name", "mario rossi"),
            ("http_response_status_code", "401"),
        ],
        absent: &["http_response_body_bytes", "user_agent_original", "http_request_referrer"],
    },
    Sample {
        about: "virtual host in front, TLS and times behind",
        text: "servizi.comune.example:443 198.51.100.8 - - [16/Mar/2026:09:12:46 +0100] \"GET / HTTP/2.0\" 304 0 \"-\" \"curl/8.5.0\" 0.004 TLSv1.3",
        expect: &[
            ("url_domain", "servizi.comune.example"),
            ("destination_port", "443"),
            ("source_ip", "198.51.100.8"),
            ("tls_version", "TLSv1.3"),
            ("fields.more", "0.004 TLSv1.3"),
        ],
        absent: &["http_request_referrer"],
    },
    Sample {
        about: "lighttpd: the host asked for in the place of ident",
        text: "198.51.100.8 albo.comune.example mverdi [16/Mar/2026:09:12:46 +0100] \"GET /a HTTP/1.1\" 200 12 \"-\" \"x\"",
        expect: &[
            ("url_domain", "albo.comune.example"),
            ("source_ip", "198.51.100.8"),
            ("user_name", "mverdi"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "no request line at all",
        text: "198.51.100.9 - - [16/Mar/2026:09:12:47 +0100] \"\\x16\\x03\\x01\\x02\" 400 226 \"-\" \"-\"",
        expect: &[
            ("event_outcome", "failure"),
            ("http_response_status_code", "400"),
            ("fields.request", "\\x16\\x03\\x01\\x02"),
        ],
        absent: &["http_request_method", "url_path", "user_agent_original"],
    },
    Sample {
        about: "behind a proxy, the nearest address counts",
        text: "203.0.113.200, 198.51.100.10 - - [16/Mar/2026:09:12:48 +0100] \"GET /a HTTP/1.1\" 200 1 \"-\" \"x\"",
        expect: &[("source_ip", "198.51.100.10"), ("fields.forwarded_for", "203.0.113.200, 198.51.100.10")],
        absent: &["url_domain", "user_name"],
    },
    Sample {
        about: "forwarded addresses and the proxy that brought them",
        text: "203.0.113.200, 198.51.100.10 192.0.2.5 - - [16/Mar/2026:09:12:48 +0100] \"GET /a HTTP/1.1\" 200 1 \"-\" \"x\"",
        expect: &[
            ("source_ip", "198.51.100.10"),
            ("fields.forwarded_for", "203.0.113.200, 198.51.100.10"),
            ("fields.proxy", "192.0.2.5"),
        ],
        absent: &["url_domain", "user_name", "parse_error"],
    },
    Sample {
        about: "truncated: a line cut in the request",
        text: "198.51.100.7 - - [16/Mar/2026:09:12:44 +0100] \"GET /albo/pret",
        expect: &[("parse_error", "the request has no end")],
        absent: &["source_ip", "http_request_method", "event_outcome"],
    },
    Sample {
        about: "hostile: a user that imitates a line",
        text: "198.51.100.7 - x - [16/Mar/2026:09:12:44 +0100] \\\"GET /admin HTTP/1.1\\\" 200 1 [17/Mar/2026:10:00:00 +0100] \"GET /b HTTP/1.1\" 404 7 \"-\" \"-\"",
        expect: &[
            ("source_ip", "198.51.100.7"),
            ("url_path", "/b"),
            ("http_response_status_code", "404"),
            ("timestamp", "2026-03-17T09:00:00.000000Z"),
        ],
        absent: &[],
    },
    Sample {
        about: "a path and an agent with escaped quotes",
        text: "198.51.100.7 - - [16/Mar/2026:09:12:44 +0100] \"GET /a\\\" 200 9 HTTP/1.1\" 404 7 \"-\" \"x\\\" \\\"203.0.113.1\"",
        expect: &[
            ("url_path", "/a\\\" 200 9"),
            ("http_response_status_code", "404"),
            ("user_agent_original", "x\\\" \\\"203.0.113.1"),
        ],
        absent: &["fields.forwarded_for"],
    },
    Sample {
        about: "hostile: a line in another program's moves no time",
        text: "Mar 16 09:12:44 web1 app[811]: 203.0.113.9 - root [01/Jan/2020:00:00:00 +0100] \"GET /a HTTP/1.1\" 404 7 \"-\" \"-\"",
        expect: &[("event_outcome", "failure"), ("timestamp", "2026-03-16T08:12:44.000000Z")],
        absent: &["parse_error"],
    },
];
