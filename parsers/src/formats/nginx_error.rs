//! nginx's error log: `2026/03/16 09:12:44 [error] 12#12: *5 text, client: …, server: …, request: "…", host: "…"`.
//!
//! Promises: linear. A client chooses a user name or a path left of `client:` and a referrer right of it, all
//! unescaped: the client is read where the tail keeps nginx's own order to the end of the line, and left null
//! where two places do. Must not know: access logs. Source: nginx ngx_http_log_error_handler.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{http, modsecurity, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::{When, iso_prefix};

/// See the module.
pub static FORMAT: Format = Format {
    name: "nginx_error",
    title: "nginx error log",
    reference: "nginx 1.27, src/core/ngx_log.c, src/http/ngx_http_request.c ngx_http_log_error()",
    programs: &["nginx"],
    starts: b"12",
    needs: &[],
    keys: &[],
    recognise: |payload| head(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

struct Head<'a> {
    when: When,
    level: &'a str,
    pid: &'a str,
    text: &'a str,
}

/// Date with slashes, a level in brackets, `PID#TID:`, `*CONNECTION`.
fn head(text: &str) -> Option<Head<'_>> {
    if text.as_bytes().get(4) != Some(&b'/') || text.as_bytes().get(10) != Some(&b' ') {
        return None;
    }
    let (when, rest) = iso_prefix(text)?;
    let (level, rest) = rest.strip_prefix(" [")?.split_once("] ")?;
    if !matches!(level, "debug" | "info" | "notice" | "warn" | "error" | "crit" | "alert" | "emerg") {
        return None;
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (pid, rest) = rest.split_at_checked(digits)?;
    if pid.is_empty() || !rest.starts_with(['#', ':']) {
        return None;
    }
    let text = rest.split_once(' ').map_or("", |(_, text)| text);
    let text = match text.strip_prefix('*') {
        Some(numbered) => numbered.split_once(' ').map_or("", |(_, text)| text),
        None => text,
    };
    Some(Head { when, level, pid, text })
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let head = head(payload.text).ok_or(Unreadable("expected DATE TIME [LEVEL] PID#TID: TEXT"))?;
    if !payload.is_stamped && !payload.set_time(event, head.when) {
        return Err(Unreadable("no such day or hour"));
    }
    event.text(Column::LogLevel, head.level);
    event.int_text(Column::ProcessPid, head.pid);
    event.text(Column::ServiceName, "nginx");
    let (said, tail) = match tails(head.text) {
        Tails::One(at, tail) => (head.text.get(..at).unwrap_or_default(), Some(tail)),
        Tails::None => (head.text, None),
        Tails::Many => {
            event.field("ambiguous", "client");
            (head.text, None)
        }
    };
    classify(said, head.level, event);
    if let Some(tail) = tail {
        tail.set(event);
    }
    // ModSecurity's connector puts the client in front, where nothing of the client's precedes it.
    if let Some((client, text)) = head.text.strip_prefix("[client ").and_then(|rest| rest.split_once("] ")) {
        event.ip(Column::SourceIp, client);
        read_modsecurity(text, event);
    } else {
        read_modsecurity(head.text, event);
    }
    Ok(())
}

fn read_modsecurity(text: &str, event: &mut EventBuilder<'_>) {
    if let Some(text) = text.strip_prefix("ModSecurity: ") {
        modsecurity::read(text, event);
    }
}

/// What nginx appends to every message of a connection.
struct Tail<'a> {
    client: &'a str,
    server: &'a str,
    request: &'a str,
    login: &'a str,
    upstream: &'a str,
    host: &'a str,
    referrer: &'a str,
}

enum Tails<'a> {
    None,
    One(usize, Tail<'a>),
    Many,
}

/// How many `, client: ` of a line are looked at; more are somebody's doing.
const TAILS_MAX: usize = 8;

/// Where a tail begins that keeps nginx's order to the end.
fn tails(text: &str) -> Tails<'_> {
    let mut found = Tails::None;
    for (tried, at) in memchr::memmem::find_iter(text.as_bytes(), b", client: ").enumerate() {
        if tried == TAILS_MAX {
            return Tails::Many;
        }
        let Some(tail) = text.get(at + ", client: ".len()..).and_then(tail) else { continue };
        found = match found {
            Tails::None => Tails::One(at, tail),
            _ => return Tails::Many,
        };
    }
    found
}

/// `ADDRESS, server: NAME[, request: "…"][, upstream: "…"][, host: "…"][, referrer: "…"]` to the end. Only the
/// referrer may hold blanks and quotes together, and it comes last. The mail proxy writes `login` instead.
fn tail(text: &str) -> Option<Tail<'_>> {
    let comma = text.as_bytes().iter().take(80).position(|byte| *byte == b',')?;
    let (client, rest) = text.split_at_checked(comma)?;
    let client = client.strip_suffix(" using starttls").unwrap_or(client);
    let rest = rest.strip_prefix(", server: ").filter(|_| !client.contains(' '))?;
    let (server, mut rest) = rest.split_at_checked(rest.find(", ").unwrap_or(rest.len()))?;
    let mut tail = Tail { client, server, request: "", login: "", upstream: "", host: "", referrer: "" };
    for (key, slot) in [
        (", request: \"", &mut tail.request),
        (", subrequest: \"", &mut ""),
        (", login: \"", &mut tail.login),
        (", upstream: \"", &mut tail.upstream),
        (", host: \"", &mut tail.host),
    ] {
        if let Some(inner) = rest.strip_prefix(key) {
            let close = inner.find("\", ").or_else(|| inner.ends_with('"').then(|| inner.len() - 1))?;
            let (value, after) = inner.split_at_checked(close)?;
            *slot = value;
            rest = after.get(1..)?;
        }
    }
    if let Some(inner) = rest.strip_prefix(", referrer: \"") {
        tail.referrer = inner.strip_suffix('"').unwrap_or(inner);
        rest = "";
    }
    // The mail proxy's backend has no quotes and may be followed by addresses of the connection.
    if let Some(upstream) = rest.strip_prefix(", upstream: ").filter(|_| !tail.login.is_empty()) {
        tail.upstream = upstream;
        rest = "";
    }
    // Streams append `, bytes from/to client: …`.
    (rest.is_empty() || rest.starts_with(", bytes from/to client") || rest.starts_with(", udp/tcp"))
        .then_some(tail)
}

impl Tail<'_> {
    fn set(&self, event: &mut EventBuilder<'_>) {
        // The mail proxy may add the port.
        if !event.ip(Column::SourceIp, self.client)
            && let Some((address, port)) = self.client.rsplit_once(':')
        {
            peer::set(event, address, port);
        }
        event.text_if_said(Column::UserName, self.login);
        if !self.request.is_empty() {
            http::set_request(self.request, event);
        }
        let domain = if self.host.is_empty() { self.server } else { self.host };
        if !domain.is_empty() && domain != "_" && !domain.starts_with("0.0.0.0") {
            event.text(Column::UrlDomain, http::host_of(domain));
        }
        if !self.upstream.is_empty() {
            event.field("upstream", self.upstream);
        }
        event.text_if_said(Column::HttpRequestReferrer, self.referrer);
    }
}

/// Sets what happened from the text in front of the tail.
fn classify(said: &str, level: &str, event: &mut EventBuilder<'_>) {
    if let Some(rest) = said.strip_prefix("user \"") {
        if let Some(user) = rest.strip_suffix("\": password mismatch") {
            event.field("auth_method", "basic");
            return login(user, "wrong_credential", event);
        }
        // The file is the administrator's, the user the client's.
        if let Some((user, _)) = rest.rsplit_once("\" was not found in \"") {
            event.field("auth_method", "basic");
            return login(user, "unknown_user", event);
        }
    }
    // The mail proxy's attempts; the user stands in the tail.
    if said.starts_with("client login failed: ") {
        return login("", "wrong_credential", event);
    }
    if said == "client logged in" {
        event.action(Action::Login);
        event.outcome(Outcome::Success);
        return;
    }
    if let Some((action, outcome)) = state(said) {
        event.action(action);
        event.outcome(outcome);
        return;
    }
    if matches!(level, "debug" | "info" | "notice") && !said.starts_with("SSL_") {
        event.action(Action::ApplicationEvent);
        return;
    }
    event.action(Action::WebError);
    event.outcome(Outcome::Failure);
    if let Some(reason) = reason(said) {
        event.field("reason", reason);
    }
    if let Some((_, zone)) = said.split_once(" by zone \"").filter(|_| reason(said) == Some("rate_limited")) {
        event.text_if_said(Column::RuleName, zone.trim_end_matches('"'));
    }
    let file = said.strip_prefix("open() \"").or_else(|| said.strip_prefix('"'));
    if let Some((file, _)) = file.and_then(|rest| rest.rsplit_once("\" ")) {
        event.text_if_said(Column::FilePath, file);
    }
}

fn login(user: &str, reason: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::Login);
    event.outcome(Outcome::Failure);
    event.text_if_said(Column::UserName, user);
    event.field("reason", reason);
}

/// The server's own life.
fn state(said: &str) -> Option<(Action, Outcome)> {
    if said.starts_with("nginx/") {
        Some((Action::ServiceStart, Outcome::Success))
    } else if said.starts_with("signal 15 (SIGTERM) received")
        || said.starts_with("signal 3 (SIGQUIT) received")
    {
        Some((Action::ServiceStop, Outcome::Success))
    } else if said.starts_with("worker process ") && said.contains(" exited on signal ") {
        Some((Action::ProcessStop, Outcome::Failure))
    } else if said.contains("worker_connections are not enough") {
        Some((Action::HealthChange, Outcome::Failure))
    } else {
        None
    }
}

fn reason(said: &str) -> Option<&'static str> {
    const SIGNS: &[(&str, &str)] = &[
        ("limiting requests", "rate_limited"),
        ("delaying request", "rate_limited"),
        ("limiting connections", "rate_limited"),
        ("access forbidden by rule", "forbidden"),
        ("no user/password was provided", "no_credential"),
        ("SSL_", "tls"),
        ("upstream", "upstream"),
    ];
    if said.contains("No such file or directory") || said.contains(" is not found") {
        return Some("not_found");
    }
    let starts = SIGNS.iter().find(|(sign, _)| said.starts_with(sign)).map(|(_, reason)| *reason);
    starts.or_else(|| said.ends_with("while connecting to upstream").then_some("upstream"))
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password",
        text: "2026/03/16 09:12:44 [error] 811#811: *5 user \"mrossi\": password mismatch, client: 198.51.100.23, server: riservata.comune.example, request: \"GET /atti HTTP/1.1\", host: \"riservata.comune.example\"",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "mrossi"),
            ("source_ip", "198.51.100.23"),
            ("url_path", "/atti"),
            ("http_request_method", "GET"),
            ("url_domain", "riservata.comune.example"),
            ("process_pid", "811"),
            ("log_level", "error"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a file that is not there",
        text: "2026/03/16 09:13:00 [error] 811#811: *6 open() \"/var/www/html/wp-login.php\" failed (2: No such file or directory), client: 2001:db8::5, server: _, request: \"GET /wp-login.php HTTP/1.1\", host: \"192.0.2.10\", referrer: \"https://x.example/\"",
        expect: &[
            ("event_action", "web_error"),
            ("event_outcome", "failure"),
            ("source_ip", "2001:db8::5"),
            ("file_path", "/var/www/html/wp-login.php"),
            ("fields.reason", "not_found"),
            ("http_request_referrer", "https://x.example/"),
        ],
        absent: &["user_name"],
    },
    Sample {
        about: "a backend that refuses",
        text: "2026/03/16 09:14:00 [error] 811#811: *7 connect() failed (111: Connection refused) while connecting to upstream, client: 198.51.100.4, server: sportello.comune.example, request: \"POST /pratica HTTP/2.0\", upstream: \"http://127.0.0.1:8080/pratica\", host: \"sportello.comune.example\"",
        expect: &[
            ("event_action", "web_error"),
            ("fields.reason", "upstream"),
            ("fields.upstream", "http://127.0.0.1:8080/pratica"),
            ("source_ip", "198.51.100.4"),
        ],
        absent: &["destination_ip"],
    },
    Sample {
        about: "the mail proxy refuses a login",
        text: "2026/03/16 09:20:00 [info] 811#811: *9 client login failed: \"Authentication credentials invalid\" while in http auth state, client: 198.51.100.23 using starttls, server: 0.0.0.0:587, login: \"protocollo@comune.example\"",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "protocollo@comune.example"),
            ("source_ip", "198.51.100.23"),
        ],
        absent: &["url_domain", "fields.auth_method"],
    },
    Sample {
        about: "the server stops",
        text: "2026/03/16 22:00:00 [notice] 800#800: signal 15 (SIGTERM) received from 1, exiting",
        expect: &[("event_action", "service_stop"), ("event_outcome", "success"), ("service_name", "nginx")],
        absent: &["source_ip"],
    },
    Sample {
        about: "too many requests",
        text: "2026/03/16 09:15:00 [error] 811#811: *8 limiting requests, excess: 20.300 by zone \"login\", client: 198.51.100.23, server: x.example, request: \"POST /login HTTP/1.1\", host: \"x.example\"",
        expect: &[
            ("event_action", "web_error"),
            ("rule_name", "login"),
            ("fields.reason", "rate_limited"),
            ("source_ip", "198.51.100.23"),
        ],
        absent: &[],
    },
    Sample {
        about: "truncated: a line cut in the request",
        text: "2026/03/16 09:12:44 [error] 811#811: *5 access forbidden by rule, client: 198.51.100.23, server: x.example, request: \"GET /.g",
        expect: &[("event_action", "web_error"), ("log_level", "error"), ("fields.reason", "forbidden")],
        absent: &["source_ip", "url_path"],
    },
    Sample {
        about: "hostile: a user name that imitates a tail",
        text: "2026/03/16 09:12:44 [error] 811#811: *5 user \"a\": password mismatch, client: 203.0.113.9, server: y, request: \"GET / HTTP/1.1\", host: \"y\" was not found in \"/etc/nginx/.htpasswd\", client: 198.51.100.23, server: x.example, request: \"GET / HTTP/1.1\", host: \"x.example\"",
        expect: &[
            ("event_action", "login"),
            ("source_ip", "198.51.100.23"),
            ("fields.reason", "unknown_user"),
        ],
        absent: &["fields.ambiguous"],
    },
    Sample {
        about: "hostile: a referrer that imitates a tail leaves the client unsaid",
        text: "2026/03/16 09:12:44 [error] 811#811: *5 access forbidden by rule, client: 198.51.100.23, server: x.example, request: \"GET /a HTTP/1.1\", host: \"x.example\", referrer: \"b\", client: 203.0.113.9, server: x.example, request: \"GET /c HTTP/1.1\", host: \"x.example\"",
        expect: &[("event_action", "web_error"), ("fields.ambiguous", "client")],
        absent: &["source_ip", "url_path"],
    },
];
