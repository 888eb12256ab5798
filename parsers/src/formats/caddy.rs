//! Caddy 2: the JSON logs of its HTTP server, its handlers (Coraza among them), TLS and administration.
//!
//! Promises: linear; JSON escapes what a client sends. Must not know: files, the clock, other formats.
//! Source: Caddy documentation, "How Logging Works"; caddyhttp `MarshalLogObject`; Coraza `rule_match.go`.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::{address_and_port, between};
use super::{http, modsecurity, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::{Json, Kind, Member};
use crate::time::{epoch_fraction, iso_prefix};

/// See the module.
pub static FORMAT: Format = Format {
    name: "caddy",
    title: "Caddy web server (JSON log)",
    reference: "Caddy 2 documentation, logging",
    programs: &["caddy"],
    starts: b"{",
    needs: &[],
    keys: &["logger"],
    recognise: |payload| payload.json.is_some_and(is_caddy),
    parse,
    samples: SAMPLES,
};

/// Loggers of Caddy's modules: the name itself, or a name below it.
const LOGGERS: [&str; 6] = ["http", "tls", "admin", "pki", "caddy", "layer4"];

fn is_caddy(json: &Json<'_>) -> bool {
    let is_logger = json.scalar("logger").is_some_and(|logger| {
        let first = logger.split('.').next().unwrap_or(logger);
        LOGGERS.contains(&first)
    });
    is_logger && json.has_all(&["level", "ts", "msg"])
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json =
        payload.json.filter(|json| is_caddy(json)).ok_or(Unreadable("expected level, ts, logger, msg"))?;
    let stamp = json.scalar("ts").unwrap_or_default();
    if let Some((time_us, "")) = epoch_fraction(stamp) {
        payload.set_time_us(event, time_us);
    } else if let Some((when, _)) = iso_prefix(stamp) {
        payload.set_time(event, when);
    }
    let (logger, message) =
        (json.scalar("logger").unwrap_or_default(), json.scalar("msg").unwrap_or_default());
    event.text_if_said(Column::LogLevel, json.scalar("level").unwrap_or_default());
    event.text_if_said(Column::EventProvider, logger);
    if let Some(request) = json.get("request").filter(|request| request.kind() == Kind::Object) {
        set_request(request, event);
    }
    if logger.starts_with("http.log.access") {
        event.action(Action::HttpRequest);
        set_answer(json, event);
    } else if logger == "http.handlers.waf" {
        firewall(message, event);
    } else if logger.starts_with("http.log.error") || logger.starts_with("http.handlers.") {
        event.action(Action::WebError);
        http::set_status(json.scalar("status").unwrap_or_default(), event);
        event.outcome(Outcome::Failure);
        event.field("reason", message);
    } else {
        own(json, message, event);
    }
    Ok(())
}

/// What was asked, and by whom: `client_ip` is the client behind the proxies that are trusted.
fn set_request(request: Member<'_>, event: &mut EventBuilder<'_>) {
    let get = |path: &str| request.scalar_at(path).unwrap_or_default();
    let (address, port) = address_and_port(get("remote_addr"));
    let remote = if address.is_empty() { get("remote_ip") } else { address };
    let port = if port.is_empty() { get("remote_port") } else { port };
    let client = get("client_ip");
    if client.is_empty() || client == remote {
        peer::set(event, remote, port);
    } else {
        // The port is the proxy's.
        peer::set(event, client, "");
        event.field("proxy", remote);
    }
    let method = get("method");
    event.text_if_said(Column::HttpRequestMethod, method);
    http::set_target(method, get("uri"), event);
    event.text_if_said(Column::UrlDomain, http::host_of(get("host")));
    event.text_if_said(Column::UserAgentOriginal, header(request, "User-Agent"));
    event.text_if_said(Column::HttpRequestReferrer, header(request, "Referer"));
    let version = match get("tls.version") {
        "772" => "1.3",
        "771" => "1.2",
        "770" => "1.1",
        "769" => "1.0",
        _ => "",
    };
    event.text_if_said(Column::TlsVersion, version);
    let protocol = get("proto");
    if let Some(version) = protocol.strip_prefix("HTTP/") {
        event.field("http_version", version);
    }
    let forwarded = header(request, "X-Forwarded-For");
    if !forwarded.is_empty() {
        event.field("forwarded_for", forwarded);
    }
}

/// The first value of a header.
fn header<'a>(request: Member<'a>, name: &str) -> &'a str {
    let values = request.get("headers").and_then(|headers| headers.members().find(|one| one.key() == name));
    values.and_then(|values| values.members().next()).and_then(Member::scalar).unwrap_or_default()
}

fn set_answer(json: &Json<'_>, event: &mut EventBuilder<'_>) {
    event.text_if_said(Column::UserName, json.scalar("user_id").unwrap_or_default());
    event.int_text(Column::HttpResponseBodyBytes, json.scalar("size").unwrap_or_default());
    event.int_text(Column::SourceBytes, json.scalar("bytes_read").unwrap_or_default());
    http::set_status(json.scalar("status").unwrap_or_default(), event);
    if let Some(duration) = json.scalar("duration") {
        event.field_number("duration_s", duration);
    }
}

/// `[client "ADDRESS"] Coraza: Warning. …[id "…"]`.
fn firewall(message: &str, event: &mut EventBuilder<'_>) {
    let Some((_, text)) = message.split_once("] Coraza: ") else {
        event.action(Action::ApplicationEvent);
        return;
    };
    if let Some(client) = between(message, "[client \"", "\"]") {
        peer::set(event, client, "");
    }
    if !modsecurity::read(text, event) {
        event.action(Action::ApplicationEvent);
    }
}

/// What the server says of itself.
fn own(json: &Json<'_>, message: &str, event: &mut EventBuilder<'_>) {
    let level = json.scalar("level").unwrap_or_default();
    let (action, outcome) = match message {
        "certificate obtained successfully" | "certificate renewed successfully" => {
            if let Some(name) = json.scalar("identifier") {
                event.text_if_said(Column::UserTargetName, name);
            }
            let operation = if message.contains("renewed") { "renew" } else { "issue" };
            event.field("operation", operation);
            (Action::CertificateIssue, Some(Outcome::Success))
        }
        "serving initial configuration" => (Action::ServiceStart, Some(Outcome::Success)),
        "shutdown complete" => (Action::ServiceStop, Some(Outcome::Success)),
        "load complete" => (Action::ConfigChange, Some(Outcome::Success)),
        _ if matches!(level, "error" | "fatal" | "panic") => (Action::WebError, Some(Outcome::Failure)),
        _ => (Action::ApplicationEvent, None),
    };
    event.action(action);
    if let Some(outcome) = outcome {
        event.outcome(outcome);
    }
    event.field("reason", message);
    if let Some(error) = json.scalar("error") {
        event.field("error", error);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a page served over TLS behind a trusted proxy",
        text: r#"{"level":"info","ts":1773648764.112233,"logger":"http.log.access.log0","msg":"handled request","request":{"remote_ip":"192.0.2.1","remote_port":"40000","client_ip":"198.51.100.7","proto":"HTTP/2.0","method":"GET","host":"servizi.comune.example:443","uri":"/albo?id=12","headers":{"User-Agent":["Mozilla/5.0"],"Referer":["https://www.comune.example/"]},"tls":{"resumed":false,"version":772,"cipher_suite":4865,"proto":"h2","server_name":"servizi.comune.example"}},"bytes_read":0,"user_id":"mverdi","duration":0.0031,"size":5120,"status":200,"resp_headers":{"Server":["Caddy"]}}"#,
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.7"),
            ("fields.proxy", "192.0.2.1"),
            ("user_name", "mverdi"),
            ("url_domain", "servizi.comune.example"),
            ("url_path", "/albo"),
            ("url_query", "id=12"),
            ("http_response_body_bytes", "5120"),
            ("user_agent_original", "Mozilla/5.0"),
            ("http_request_referrer", "https://www.comune.example/"),
            ("tls_version", "1.3"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
        ],
        absent: &["parse_error", "source_port"],
    },
    Sample {
        about: "a password is asked for, older layout",
        text: r#"{"level":"error","ts":"2026-03-16T08:12:44.112Z","logger":"http.log.access","msg":"handled request","request":{"remote_addr":"198.51.100.7:51234","proto":"HTTP/1.1","method":"GET","host":"a.example","uri":"/admin","headers":{}},"common_log":"198.51.100.7 - - [x]","user_id":"","duration":0.78,"size":0,"status":401}"#,
        expect: &[
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.7"),
            ("source_port", "51234"),
            ("http_response_status_code", "401"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error", "user_name", "user_agent_original"],
    },
    Sample {
        about: "Coraza matches and denies",
        text: r#"{"level":"error","ts":1773648765.5,"logger":"http.handlers.waf","msg":"[client \"198.51.100.7\"] Coraza: Access denied (phase 2). SQL Injection Attack [file \"/r/942.conf\"] [line \"1\"] [id \"942100\"] [msg \"SQL Injection Attack\"] [severity \"critical\"] [hostname \"\"] [uri \"/cerca?q=1\"] [unique_id \"x1\"]\n"}"#,
        expect: &[
            ("event_action", "waf_block"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.7"),
            ("rule_id", "942100"),
            ("rule_name", "SQL Injection Attack"),
            ("url_path", "/cerca"),
            ("fields.blocked", "true"),
        ],
        absent: &["parse_error", "url_domain"],
    },
    Sample {
        about: "the backend does not answer",
        text: r#"{"level":"error","ts":1773648766,"logger":"http.log.error.log0","msg":"dial tcp 192.0.2.10:8080: connect: connection refused","request":{"remote_ip":"198.51.100.7","remote_port":"51234","method":"GET","host":"a.example","uri":"/"},"duration":0.001,"status":502,"err_id":"x"}"#,
        expect: &[
            ("event_action", "web_error"),
            ("event_outcome", "failure"),
            ("http_response_status_code", "502"),
            ("source_ip", "198.51.100.7"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a certificate is renewed",
        text: r#"{"level":"info","ts":1773648767.1,"logger":"tls.renew","msg":"certificate renewed successfully","identifier":"a.example"}"#,
        expect: &[("event_action", "certificate_issue"), ("fields.operation", "renew")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: cut before its outcome",
        text: r#"{"level":"info","ts":1773648764.112233,"logger":"http.log.access.log0","msg":"handled request","request":{"remote_ip":"192.0.2.1","remote_port":"40000","client_ip":"198.51.100.7","proto":"HTTP/2.0","method":"GET","host":"servizi.comune.example:443","uri":"/al"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "http_request"),
            ("source_ip", "198.51.100.7"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
            ("fields.proxy", "192.0.2.1"),
        ],
        absent: &["event_outcome", "user_name", "url_path", "url_query"],
    },
    Sample {
        about: "hostile: a path and an agent that hold JSON and another client",
        text: r#"{"level":"info","ts":1773648768.1,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"198.51.100.7","remote_port":"1","client_ip":"198.51.100.7","method":"GET","host":"a.example","uri":"/x\",\"client_ip\":\"203.0.113.9","headers":{"User-Agent":["\"},\"status\":200"]}},"status":404,"size":1}"#,
        expect: &[
            ("source_ip", "198.51.100.7"),
            ("http_response_status_code", "404"),
            ("url_path", "/x\",\"client_ip\":\"203.0.113.9"),
        ],
        absent: &["parse_error"],
    },
];
