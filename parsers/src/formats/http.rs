//! What all web logs share: the request line, its target, and what a status means.
//!
//! Promises: linear; what a client sent is kept as received, never decoded. Must not know: log layouts.
//! Source: RFC 9112 §3, RFC 3986 §3.

use schema::{Column, EventBuilder, Outcome};

use crate::scan;

/// A request line that is one.
struct RequestLine<'a> {
    method: &'a str,
    target: &'a str,
    /// What stands behind `HTTP/`, empty for HTTP/0.9.
    version: &'a str,
}

/// Sets method, URL and version from a request line; what is no request line goes to `fields.request`.
pub(super) fn set_request(request: &str, event: &mut EventBuilder<'_>) {
    match request_line(request) {
        Some(line) => {
            event.text(Column::HttpRequestMethod, line.method);
            set_target(line.method, line.target, event);
            if !line.version.is_empty() {
                event.field("http_version", line.version);
            }
        }
        None if request.is_empty() || request == "-" => {}
        None => event.field("request", request),
    }
}

/// Clients may send blanks in a target: the method ends at the first, the target at the last, before `HTTP/`.
fn request_line(request: &str) -> Option<RequestLine<'_>> {
    let (method, rest) = scan::word(request)?;
    let is_token = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_' | b'.');
    if method.is_empty() || method.len() > 32 || !method.bytes().all(is_token) {
        return None;
    }
    let (target, protocol) = scan::cut_last(rest, " ").unwrap_or((rest, ""));
    match protocol.strip_prefix("HTTP/") {
        Some(version) => Some(RequestLine { method, target, version }),
        None => rest.starts_with('/').then_some(RequestLine { method, target: rest, version: "" }),
    }
}

/// Sets `url_path`, `url_query` and, when the target names it, `url_domain`.
pub(super) fn set_target(method: &str, target: &str, event: &mut EventBuilder<'_>) {
    if method == "CONNECT" {
        event.text_if_said(Column::UrlDomain, host_of(target));
        return;
    }
    // Most targets are a path.
    let absolute = if target.starts_with('/') { None } else { target.split_once("://") };
    let path = match absolute {
        Some((scheme, rest))
            if scheme.len() <= 8 && scheme.bytes().all(|byte| byte.is_ascii_alphabetic()) =>
        {
            let slash = rest.find(['/', '?']).unwrap_or(rest.len());
            let (authority, path) = rest.split_at_checked(slash).unwrap_or((rest, ""));
            event.text_if_said(Column::UrlDomain, host_of(authority));
            path
        }
        _ => target,
    };
    set_path(path, event);
}

/// Sets `url_path` and `url_query` from `PATH[?QUERY]`.
pub(super) fn set_path(path: &str, event: &mut EventBuilder<'_>) {
    let (path, query) = scan::cut(path, "?").unwrap_or((path, ""));
    event.text_if_said(Column::UrlPath, path);
    if !query.is_empty() {
        event.text(Column::UrlQuery, query);
    }
}

/// The host of `HOST[:PORT]`, an IPv6 address without its brackets.
pub(super) fn host_of(authority: &str) -> &str {
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match authority.strip_prefix('[') {
        Some(inner) => inner.split_once(']').map_or(inner, |(host, _)| host),
        None => authority.rsplit_once(':').map_or(authority, |(host, _)| host),
    }
}

/// Sets the status and the outcome it means: below 400 success, else failure; `-` and `0` say nothing.
pub(super) fn set_status(status: &str, event: &mut EventBuilder<'_>) {
    if status.len() != 3 || !event.int_text(Column::HttpResponseStatusCode, status) {
        return;
    }
    let is_error = status.starts_with(['4', '5', '6', '7', '8', '9']);
    event.outcome(if is_error { Outcome::Failure } else { Outcome::Success });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_may_hold_blanks_and_ends_before_the_protocol() {
        for (request, expected) in [
            ("GET /a b HTTP/1.1", Some(("/a b", "1.1"))),
            ("GET /a HTTP/1.1 HTTP/2.0", Some(("/a HTTP/1.1", "2.0"))),
            ("GET /a HTTP/1.1 b", Some(("/a HTTP/1.1 b", ""))),
            ("GET /a", Some(("/a", ""))),
            ("GET HTTP/1.1", None),
            ("GET a b", None),
            ("/a HTTP/1.1", None),
        ] {
            let line = request_line(request);
            assert_eq!(line.map(|line| (line.target, line.version)), expected, "{request}");
        }
    }
}
