//! What administrators' iRules log: no grammar is given, so only pairs and phrases that are common and sure are read.
//!
//! Promises: a text of another shape fills no column. Must not know: which rule wrote it.

use schema::{Action, Column, EventBuilder};

use super::super::{flow, http};
use super::set_flow;
use crate::key_value::pairs;

/// Reads the text of a rule.
pub(super) fn read(text: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::ApplicationEvent);
    let mut is_request = false;
    for (key, value) in pairs(text, b' ') {
        match key {
            "client_ip" | "clientip" | "client" if !event.is_set(Column::SourceIp) => {
                event.ip(Column::SourceIp, value);
            }
            "client_port" if !event.is_set(Column::SourcePort) => {
                event.int_text(Column::SourcePort, value);
            }
            "lb_server" if !event.is_set(Column::DestinationIp) => {
                flow::destination_pair(event, value);
            }
            "host" if !event.is_set(Column::UrlDomain) => {
                event.text_if_said(Column::UrlDomain, http::host_of(value));
                event.text_if_said(Column::DestinationDomain, http::host_of(value));
            }
            "username" => event.text_if_said(Column::UserName, value),
            "request" if !is_request => {
                http::set_request(value, event);
                is_request = event.is_set(Column::HttpRequestMethod);
            }
            "server_status" => http::set_status(value, event),
            "content_length" => {
                event.int_text(Column::HttpResponseBodyBytes, value);
            }
            "user_agent" => event.text_if_said(Column::UserAgentOriginal, value),
            "referer" => event.text_if_said(Column::HttpRequestReferrer, value),
            _ => {}
        }
    }
    if is_request {
        event.action(Action::HttpRequest);
        return;
    }
    if event.is_set(Column::SourceIp) {
        return;
    }
    if !headers(text, event) {
        set_flow(text, event);
    }
}

/// `LOGS: Request: GET host/path`, `LOGS: Referer: …`, as F5's own examples print requests and headers.
fn headers(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let text = text.strip_prefix("LOGS: ").unwrap_or(text);
    if let Some(rest) = text.strip_prefix("Request: ") {
        let Some((method, target)) = rest.split_once(' ') else { return false };
        event.action(Action::HttpRequest);
        event.text(Column::HttpRequestMethod, method);
        let (host, path) =
            target.find('/').and_then(|at| target.split_at_checked(at)).unwrap_or((target, ""));
        event.text_if_said(Column::UrlDomain, http::host_of(host));
        http::set_path(path, event);
    } else if let Some(value) = text.strip_prefix("Referer: ") {
        event.text_if_said(Column::HttpRequestReferrer, value);
    } else if let Some(value) = text.strip_prefix("User-Agent: ") {
        event.text_if_said(Column::UserAgentOriginal, value);
    } else if let Some(value) = text.strip_prefix("Host: ") {
        event.text_if_said(Column::UrlDomain, http::host_of(value));
    } else {
        return response(text, event);
    }
    true
}

/// `A:P: HTTP: 200 response to from B:P URL: host/path in TLSv1.3`.
fn response(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let Some((client, rest)) = text.split_once(": HTTP: ") else { return false };
    let Some((status, rest)) = rest.split_once(" response ") else { return false };
    event.action(Action::HttpRequest);
    flow::source_pair(event, client);
    http::set_status(status, event);
    flow::destination_pair(event, flow::word_after(rest, "from "));
    if let Some((_, url)) = rest.split_once(" URL: ") {
        let (url, version) = url.rsplit_once(" in ").unwrap_or((url, ""));
        let (host, path) = url.find('/').and_then(|at| url.split_at_checked(at)).unwrap_or((url, ""));
        event.text_if_said(Column::UrlDomain, http::host_of(host));
        http::set_path(path, event);
        event.text_if_said(Column::TlsVersion, version.trim_end());
    }
    true
}
