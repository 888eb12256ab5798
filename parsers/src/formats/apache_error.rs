//! Apache httpd's error log: `[time] [module:level] [pid N:tid N] [client ADDRESS:PORT] AH00000: text`.
//!
//! Promises: linear; all in brackets stands left of what a client can write, and is read from the left.
//! Must not know: access logs. Source: Apache 2.4 core `ErrorLogFormat`, 2.2 log_error_core().

use schema::{Action, Column, EventBuilder, Outcome};

use super::{http, modsecurity, peer};
use crate::format::{Format, Payload, Unreadable};
use crate::time::{When, apache_error as stamp};

mod samples;

/// See the module.
pub static FORMAT: Format = Format {
    name: "apache_error",
    title: "Apache httpd error log (2.2, 2.4)",
    reference: "Apache 2.4 core, ErrorLogFormat; docs/log-message-tags",
    programs: &["httpd", "apache2", "apache"],
    starts: b"[",
    needs: &[],
    keys: &[],
    recognise: |payload| head(payload.text).is_some(),
    parse,
    samples: samples::SAMPLES,
};

#[derive(Default)]
struct Head<'a> {
    when: Option<When>,
    module: &'a str,
    level: &'a str,
    pid: &'a str,
    tid: &'a str,
    client: &'a str,
    text: &'a str,
}

const LEVELS: &[&str] = &[
    "emerg", "alert", "crit", "error", "warn", "notice", "info", "debug", "trace1", "trace2", "trace3",
    "trace4", "trace5", "trace6", "trace7", "trace8",
];

/// The parts in brackets. Without a time (syslog) the level must have a module, a client or Apache's name behind it.
fn head(text: &str) -> Option<Head<'_>> {
    let mut head = Head { text, ..Head::default() };
    let (first, rest) = part(text)?;
    let mut next = (first, rest);
    if let Some((when, "")) = stamp(first) {
        head.when = Some(when);
        next = part(rest)?;
    }
    (head.module, head.level) = next.0.split_once(':').unwrap_or(("", next.0));
    if !LEVELS.contains(&head.level)
        || !head.module.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    {
        return None;
    }
    let has_module = next.0.contains(':');
    head.text = next.1;
    if let Some((inner, rest)) = part(head.text)
        && let Some(ids) = inner.strip_prefix("pid ")
    {
        let (pid, tid) = ids.split_once(":tid ").unwrap_or((ids, ""));
        (head.pid, head.tid, head.text) = (pid, tid, rest);
    }
    // `[remote …]` is what a proxy worker writes.
    if let Some((inner, rest)) = part(head.text)
        && let Some(client) = inner.strip_prefix("client ").or_else(|| inner.strip_prefix("remote "))
    {
        (head.client, head.text) = (client, rest);
    }
    let is_sure =
        head.when.is_some() || has_module || !head.client.is_empty() || head.text.starts_with("Apache");
    is_sure.then_some(head)
}

/// `[inner] rest` with a short inner.
fn part(text: &str) -> Option<(&str, &str)> {
    let (inner, rest) = text.strip_prefix('[')?.split_once(']')?;
    (inner.len() <= 128).then(|| (inner, rest.strip_prefix(' ').unwrap_or(rest)))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let head = head(payload.text).ok_or(Unreadable("expected [TIME] [MODULE:LEVEL]"))?;
    if let Some(when) = head.when
        && !payload.set_time(event, when)
    {
        return Err(Unreadable("no such day or hour"));
    }
    event.text(Column::LogLevel, head.level);
    event.text_if_said(Column::EventProvider, head.module);
    if peer::is_digits(head.pid) {
        event.int_text(Column::ProcessPid, head.pid);
    }
    if !head.tid.is_empty() {
        event.field("tid", head.tid);
    }
    set_client(head.client, !head.module.is_empty() || !head.pid.is_empty(), event);
    let mut text = head.text;
    // ModSecurity repeats the client without its port.
    if let Some((inner, rest)) = part(text)
        && inner.starts_with("client ")
        && rest.starts_with("ModSecurity: ")
    {
        text = rest;
    }
    let (text, code) = match text.split_once(": ") {
        Some((code, rest)) if is_code(code) => (rest, code),
        _ => (text, ""),
    };
    event.text_if_said(Column::EventCode, code);
    let (text, referrer) = text.rsplit_once(", referer: ").unwrap_or((text, ""));
    event.text_if_said(Column::HttpRequestReferrer, referrer);
    classify(text.trim_end(), &head, event);
    Ok(())
}

/// `AH` and five digits.
fn is_code(text: &str) -> bool {
    text.len() == 7 && text.strip_prefix("AH").is_some_and(peer::is_digits)
}

/// 2.4 writes `ADDRESS:PORT`, an IPv6 address without brackets; 2.2 the address alone.
fn set_client(client: &str, is_recent: bool, event: &mut EventBuilder<'_>) {
    if client.is_empty() {
        return;
    }
    if let Some((address, port)) = client.rsplit_once(':')
        && peer::is_digits(port)
        && peer::is_address(address.trim_matches(['[', ']']))
        && (is_recent || address.contains('.') && !address.contains(':'))
    {
        return peer::set(event, address, port);
    }
    peer::set(event, client, "");
}

/// Sets what happened.
fn classify(text: &str, head: &Head<'_>, event: &mut EventBuilder<'_>) {
    if let Some(rest) = text.strip_prefix("ModSecurity: ")
        && modsecurity::read(rest, event)
    {
        return;
    }
    if authentication(text, event) || state(text, event) {
        return;
    }
    let is_remark = matches!(head.level, "notice" | "info" | "debug") || head.level.starts_with("trace");
    let names_file = set_place(text, event);
    if is_remark && (head.client.is_empty() || !names_file) && !text.starts_with("SSL ") {
        event.action(Action::ApplicationEvent);
        return;
    }
    event.action(Action::WebError);
    event.outcome(Outcome::Failure);
}

/// Attempts with a password; the name is the client's, the path behind it too.
fn authentication(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let text = text.strip_prefix("Digest: ").unwrap_or(text);
    let (user, reason, path) = if let Some(rest) = text.strip_prefix("user ") {
        if let Some((user, rest)) = rest.split_once(": authentication failure for \"") {
            let path = rest.strip_suffix(": Password Mismatch").unwrap_or(rest);
            (user, "wrong_credential", path.strip_suffix('"').unwrap_or(path))
        } else if let Some((user, path)) = rest.split_once(": password mismatch: ") {
            (user, "wrong_credential", path)
        } else if let Some((user, path)) = rest.rsplit_once(" not found: ") {
            let user = user
                .strip_prefix('`')
                .and_then(|user| user.split_once("' in realm `"))
                .map_or(user, |(user, _)| user);
            (user, "unknown_user", path)
        } else {
            return false;
        }
    } else if let Some((user, rest)) =
        text.strip_prefix("Authorization of user ").and_then(|rest| rest.split_once(" to access "))
    {
        (user, "not_allowed", rest.split_once(" failed, reason").map_or(rest, |(path, _)| path))
    } else if let Some(path) = text.strip_prefix("client used wrong authentication scheme: ") {
        ("", "wrong_scheme", path)
    } else if ["invalid qop ", "invalid nonce ", "realm mismatch ", "nonce mismatch", "invalid opaque "]
        .iter()
        .any(|sign| text.starts_with(sign))
    {
        ("", "bad_request", "")
    } else {
        return false;
    };
    event.action(Action::Login);
    event.outcome(Outcome::Failure);
    event.field("reason", reason);
    event.text_if_said(Column::UserName, user.trim());
    http::set_path(path, event);
    true
}

/// The server's own life.
fn state(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let (action, outcome) = if text.ends_with("configured -- resuming normal operations") {
        (Action::ServiceStart, Outcome::Success)
    } else if text.starts_with("caught SIGTERM, shutting down") {
        (Action::ServiceStop, Outcome::Success)
    } else if text.starts_with("child pid ") && text.contains(" exit signal ") {
        (Action::ProcessStop, Outcome::Failure)
    } else if text.starts_with("server reached MaxRequestWorkers")
        || text.starts_with("server reached MaxClients")
    {
        event.field("state", "critical");
        event.field("metric", "workers");
        (Action::HealthChange, Outcome::Failure)
    } else {
        return false;
    };
    event.action(action);
    event.outcome(outcome);
    event.text(Column::ServiceName, "httpd");
    true
}

/// The file or path a message names, and why it was refused; true when it names one.
fn set_place(text: &str, event: &mut EventBuilder<'_>) -> bool {
    const FILES: &[(&str, &str)] = &[
        ("client denied by server configuration: ", "forbidden"),
        ("File does not exist: ", "not_found"),
        ("script not found or unable to stat: ", "not_found"),
        ("Attempt to serve directory: ", "forbidden"),
        ("Directory index forbidden by Options directive: ", "forbidden"),
        ("Cannot serve directory ", "forbidden"),
        ("Symbolic link not allowed or link target not accessible: ", "forbidden"),
    ];
    for (opening, reason) in FILES {
        if let Some(file) = text.strip_prefix(opening) {
            let file = file.split_once(": No matching DirectoryIndex").map_or(file, |(file, _)| file);
            event.text_if_said(Column::FilePath, file);
            event.field("reason", reason);
            return true;
        }
    }
    if let Some((file, _)) = text.strip_prefix("script '").and_then(|rest| rest.rsplit_once("' not found")) {
        event.text_if_said(Column::FilePath, file);
        event.field("reason", "not_found");
    } else if let Some(path) = text.strip_prefix("invalid URI path (").and_then(|rest| rest.strip_suffix(')'))
    {
        http::set_path(path, event);
        event.field("reason", "bad_request");
    } else if let Some(rest) = text.strip_prefix("PHP ").or_else(|| php_behind_fcgi(text)) {
        php(rest, event);
    } else {
        return false;
    }
    true
}

/// `Got error 'PHP message: PHP Warning:  …'`.
fn php_behind_fcgi(text: &str) -> Option<&str> {
    text.strip_prefix("Got error 'PHP message: PHP ")
}

/// `Fatal error:  text in /var/www/a.php on line 12`; the last ` in … on line` is PHP's own.
fn php(text: &str, event: &mut EventBuilder<'_>) {
    let (kind, _) = text.split_once(':').unwrap_or((text, ""));
    event.field("php", kind);
    if let Some((head, line)) = text.rsplit_once(" on line ")
        && let Some((_, file)) = head.rsplit_once(" in ")
    {
        event.text_if_said(Column::FilePath, file);
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        event.field("line", line.get(..digits).unwrap_or_default());
    }
}
