//! Apache CouchDB: requests and messages of its server log.
//!
//! Promises: linear; host and path, which a client chooses, are cut by the fields the server wrote behind them.
//! Must not know: files, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{http, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "couchdb",
    title: "Apache CouchDB server log",
    reference: "Apache CouchDB, couch_log_formatter and chttpd",
    programs: &["couchdb"],
    starts: b"[",
    needs: &[],
    keys: &[],
    recognise: |payload| Line::read(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// `[LEVEL] STAMP NODE <PID> TEXT`.
struct Line<'a> {
    level: &'a str,
    when: time::When,
    node: &'a str,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn read(text: &'a str) -> Option<Line<'a>> {
        let (level, rest) = text.strip_prefix('[')?.split_once("] ")?;
        const LEVELS: &[&str] = &[
            "debug",
            "info",
            "notice",
            "warning",
            "warn",
            "error",
            "err",
            "critical",
            "crit",
            "alert",
            "emergency",
        ];
        if !LEVELS.contains(&level) {
            return None;
        }
        let (when, rest) = time::iso_prefix(rest)?;
        let (node, rest) = rest.strip_prefix(' ')?.split_once(' ')?;
        let (pid, text) = rest.strip_prefix('<')?.split_once('>')?;
        let is_line = node.contains('@') && pid.split('.').all(peer::is_digits);
        is_line.then_some(Line { level, when, node, text: text.trim_start_matches(' ') })
    }
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = Line::read(payload.text).ok_or(Unreadable("expected [LEVEL] STAMP NODE <PID> TEXT"))?;
    payload.set_time(event, line.when);
    event.text(Column::LogLevel, line.level);
    event.field("node", line.node);
    if request(line.text, event).is_some() {
        return Ok(());
    }
    event.action(Action::ApplicationEvent);
    if let Some((_, rest)) = line.text.split_once("Authentication failed for user ") {
        let (user, address) = rest.trim_end().rsplit_once(" from ").unwrap_or((rest, ""));
        event.action(Action::Login);
        event.outcome(Outcome::Failure);
        if user != "undefined" {
            event.text_if_said(Column::UserName, user);
        }
        peer::set(event, address, "");
        event.field("reason", "wrong_credential");
    } else if line.text.contains("Apache CouchDB has started") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
        event.text(Column::ServiceName, "couchdb");
    } else if matches!(line.level, "error" | "err" | "critical" | "crit" | "alert" | "emergency") {
        event.action(Action::DbError);
        event.outcome(Outcome::Failure);
    }
    Ok(())
}

/// `ID HOST ADDRESS USER METHOD PATH STATUS ok MILLISECONDS`.
fn request(text: &str, event: &mut EventBuilder<'_>) -> Option<()> {
    let mut words = text.trim_end().rsplitn(8, ' ');
    let (duration, result, status) = (words.next()?, words.next()?, words.next()?);
    let (path, method, user, address) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let (_id, host) = words.next()?.split_once(' ')?;
    let is_request = peer::is_digits(duration)
        && status.len() == 3
        && peer::is_digits(status)
        && method.bytes().all(|byte| byte.is_ascii_uppercase())
        && peer::is_address(address);
    if !is_request {
        return None;
    }
    event.action(Action::HttpRequest);
    event.text_if_said(Column::UrlDomain, http::host_of(host));
    peer::set(event, address, "");
    if user != "undefined" {
        event.text_if_said(Column::UserName, user);
    }
    event.text(Column::HttpRequestMethod, method);
    http::set_target(method, path, event);
    http::set_status(status, event);
    event.field("duration_ms", duration);
    if result != "ok" {
        event.field("reason", result);
    }
    Some(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a request",
        text: "[notice] 2026-03-16T08:12:44.112233Z couchdb@db1 <0.811.0> 0c44b7f1a2 db1.borgo.example:5984 192.0.2.7 albo GET /atti/_all_docs?limit=1 200 ok 3",
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "success"),
            ("source_ip", "192.0.2.7"),
            ("user_name", "albo"),
            ("url_domain", "db1.borgo.example"),
            ("url_path", "/atti/_all_docs"),
            ("url_query", "limit=1"),
            ("http_response_status_code", "200"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a probe by nobody",
        text: "[notice] 2026-03-16T08:12:45.112233Z couchdb@db1 <0.812.0> 5d0e91b3c8 db1.borgo.example 198.51.100.9 undefined GET /.env 404 ok 1",
        expect: &[("event_outcome", "failure"), ("url_path", "/.env")],
        absent: &["user_name", "parse_error"],
    },
    Sample {
        about: "a login is refused",
        text: "[warning] 2026-03-16T08:12:46.112233Z couchdb@db1 <0.813.0> 5d0e91b3c9 chttpd_auth: Authentication failed for user admin from 198.51.100.9",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "admin"),
            ("source_ip", "198.51.100.9"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a request cut within its status",
        text: "[notice] 2026-03-16T08:12:44.112233Z couchdb@db1 <0.811.0> 0c44b7f1a2 db1.borgo.example:5984 192.0.2.7 albo GET /atti 2",
        expect: &[("event_action", "application_event"), ("log_level", "notice")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a host that imitates a client moves no field",
        text: "[notice] 2026-03-16T08:12:47.112233Z couchdb@db1 <0.814.0> 5d0e91b3ca x 203.0.113.1 root GET /y 200 ok 1 192.0.2.77 undefined GET /z 404 ok 1",
        expect: &[("source_ip", "192.0.2.77"), ("url_path", "/z"), ("event_outcome", "failure")],
        absent: &["user_name", "parse_error"],
    },
];
