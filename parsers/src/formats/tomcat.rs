//! Apache Tomcat's own log (`catalina.out`, `catalina.DATE.log`, `localhost.DATE.log`) as JULI's one-line formatter
//! writes it: `TIME LEVEL [THREAD] CLASS.METHOD MESSAGE`. Its access log is read here as JSON, else as `web_access`.
//!
//! Promises: linear; the level is in the language of that Java, so that no meaning hangs on it alone.
//! Must not know: files, the clock, other formats.
//! Source: Apache Tomcat 9/10, org.apache.juli.OneLineFormatter, LocalStrings.properties of catalina and coyote;
//! JsonAccessLogValve.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::{http, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::Json;
use crate::time::{When, bind, clf};

/// See the module.
pub static FORMAT: Format = Format {
    name: "tomcat",
    title: "Apache Tomcat log (catalina.out)",
    reference: "Apache Tomcat, org.apache.juli.OneLineFormatter",
    programs: &["tomcat", "tomcat8", "tomcat9", "tomcat10", "catalina"],
    starts: b"0123{",
    needs: &[],
    keys: &["statusCode"],
    recognise: |payload| match payload.json {
        Some(json) => is_access(json),
        None => cut(payload.text).is_some(),
    },
    parse,
    samples: SAMPLES,
};

struct Line<'a> {
    when: When,
    level: &'a str,
    thread: &'a str,
    /// Class and method.
    origin: &'a str,
    message: &'a str,
}

/// A time with its fraction, a word, and a thread in brackets: threads may have blanks and brackets of their own.
fn cut(text: &str) -> Option<Line<'_>> {
    let (when, rest) = bind(text)?;
    let had_fraction = text.as_bytes().get(text.len() - rest.len() - 4) == Some(&b'.');
    let (level, rest) = rest.strip_prefix(' ')?.split_once(" [")?;
    let is_level = !level.is_empty() && level.len() <= 24 && level.chars().all(char::is_alphabetic);
    let (thread, rest) = rest.split_once("] ")?;
    let (origin, message) = rest.split_once(' ').unwrap_or((rest, ""));
    (had_fraction && is_level && origin.contains('.')).then_some(Line {
        when,
        level,
        thread,
        origin,
        message,
    })
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if let Some(json) = payload.json {
        return access(json, payload, event);
    }
    let line = cut(payload.text).ok_or(Unreadable("expected TIME LEVEL [THREAD] CLASS.METHOD MESSAGE"))?;
    if !payload.set_time(event, line.when) {
        return Err(Unreadable("no such day or hour"));
    }
    event.text(Column::LogLevel, line.level);
    event.text(Column::EventProvider, line.origin);
    event.field("thread", line.thread);
    classify(&line, event);
    Ok(())
}

/// The names JsonAccessLogValve gives to a client, a request, a status and what else its patterns say.
fn is_access(json: &Json<'_>) -> bool {
    json.get("statusCode").is_some()
        && (json.get("host").is_some() || json.get("remoteAddr").is_some())
        && (json.get("request").is_some() || json.has_all(&["method", "path"]))
        && ["logicalUserName", "elapsedTime", "localServerName", "threadName", "size"]
            .iter()
            .any(|name| json.get(name).is_some())
}

fn access(json: &Json<'_>, payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if !is_access(json) {
        return Err(Unreadable("expected host, request, statusCode"));
    }
    let get = |name: &str| json.scalar(name).filter(|text| *text != "-").unwrap_or_default();
    let stamp = get("time");
    if let Some((when, _)) = clf(stamp.strip_prefix('[').unwrap_or(stamp)) {
        payload.set_time(event, when);
    }
    event.action(Action::HttpRequest);
    peer::set(event, json.first(&["remoteAddr", "host"]).unwrap_or_default(), "");
    event.text_if_said(Column::UserName, get("user"));
    if json.get("request").is_some() {
        http::set_request(get("request"), event);
    } else {
        event.text_if_said(Column::HttpRequestMethod, get("method"));
        event.text_if_said(Column::UrlPath, get("path"));
        event.text_if_said(Column::UrlQuery, get("query").trim_start_matches('?'));
    }
    http::set_status(get("statusCode"), event);
    event.int_text(Column::HttpResponseBodyBytes, get("size"));
    event.text_if_said(Column::UrlDomain, get("localServerName"));
    event.ip(Column::DestinationIp, get("localAddr"));
    event.int_text(Column::DestinationPort, get("port"));
    for (key, name) in [("thread", "threadName"), ("session_id", "sessionId"), ("duration", "elapsedTime")] {
        if !get(name).is_empty() {
            event.field(key, get(name));
        }
    }
    if let Some(headers) = json.get("requestHeaders") {
        event.text_if_said(Column::UserAgentOriginal, headers.scalar_at("User-Agent").unwrap_or_default());
        event.text_if_said(Column::HttpRequestReferrer, headers.scalar_at("Referer").unwrap_or_default());
    }
    Ok(())
}

fn classify(line: &Line<'_>, event: &mut EventBuilder<'_>) {
    let (class, message) = (line.origin.rsplit('.').nth(1).unwrap_or_default(), line.message);
    let (action, outcome) = match class {
        "LockOutRealm" | "CombinedRealm" | "RealmBase" | "JNDIRealm" | "DataSourceRealm" | "MemoryRealm" => {
            return login(class, message, event);
        }
        "Catalina" if line.origin.ends_with(".start") => (Action::ServiceStart, Some(Outcome::Success)),
        "StandardServer" | "StandardService"
            if line.origin.ends_with(".stopInternal") || line.origin.ends_with(".await") =>
        {
            (Action::ServiceStop, Some(Outcome::Success))
        }
        "HostConfig" if line.origin.contains(".deploy") || line.origin.ends_with(".undeploy") => {
            event.text_if_said(Column::FilePath, between(message, "[", "]").unwrap_or_default());
            (Action::ConfigChange, None)
        }
        _ if is_severe(line.level) => (Action::WebError, Some(Outcome::Failure)),
        "Http11Processor" | "CoyoteAdapter" | "Http2UpgradeHandler" if message.contains("HTTP") => {
            (Action::WebError, Some(Outcome::Failure))
        }
        _ => (Action::ApplicationEvent, None),
    };
    event.action(action);
    if let Some(outcome) = outcome {
        event.outcome(outcome);
    }
    if !message.is_empty() {
        event.field("reason", message);
    }
}

/// SEVERE in the languages Java speaks in Italy.
fn is_severe(level: &str) -> bool {
    ["SEVERE", "GRAVE", "FATAL", "ERROR"].iter().any(|word| word.eq_ignore_ascii_case(level))
}

/// A realm names the account in brackets: `… authenticate the locked user [USER]`, `Failed to authenticate user
/// [USER] with realm [REALM]`, `Authenticated user [USER] with realm [REALM]`. The account is cut at the last
/// bracket that can end it: a client chose it.
fn login(class: &str, message: &str, event: &mut EventBuilder<'_>) {
    let head = message.rsplit_once("] with realm [").map_or(message, |(head, _)| head);
    let user = head.split_once('[').map_or("", |(_, rest)| rest);
    let user =
        if head.len() == message.len() { user.rsplit_once(']').map_or(user, |(user, _)| user) } else { user };
    if user.is_empty() {
        event.action(Action::ApplicationEvent);
        event.field("reason", message);
        return;
    }
    event.action(Action::Login);
    event.text_if_said(Column::UserName, user);
    let is_success =
        message.starts_with("Authenticated user") || message.contains("successfully authenticated");
    event.outcome(Outcome::of(is_success));
    if !is_success {
        event.field("reason", if class == "LockOutRealm" { "account_locked" } else { "wrong_credential" });
    }
    if let Some(address) = between(message, "from [", "]").filter(|address| peer::is_address(address)) {
        event.ip(Column::SourceIp, address);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "an application does not start",
        text: "16-Mar-2026 09:12:44.112 SEVERE [main] org.apache.catalina.core.StandardContext.startInternal One or more listeners failed to start. Full details will be found in the appropriate container log file",
        expect: &[
            ("class", "web"),
            ("event_action", "web_error"),
            ("event_outcome", "failure"),
            ("log_level", "SEVERE"),
            ("event_provider", "org.apache.catalina.core.StandardContext.startInternal"),
            ("fields.thread", "main"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a locked account tries again",
        text: "16-Mar-2026 09:12:45.000 WARNING [http-nio-8080-exec-3] org.apache.catalina.realm.LockOutRealm.filterLockedAccounts An attempt was made to authenticate the locked user [admin]",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "admin"),
            ("fields.reason", "account_locked"),
        ],
        absent: &["parse_error", "source_ip"],
    },
    Sample {
        about: "an Italian Java: an application is deployed",
        text: "16-mar-2026 09:12:46.300 INFORMAZIONI [main] org.apache.catalina.startup.HostConfig.deployWAR Deploying web application archive [/opt/tomcat/webapps/protocollo.war]",
        expect: &[("event_action", "config_change"), ("file_path", "/opt/tomcat/webapps/protocollo.war")],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "the server is up",
        text: "16-Mar-2026 09:12:47.000 INFO [main] org.apache.catalina.startup.Catalina.start Server startup in [5123] milliseconds",
        expect: &[("event_action", "service_start"), ("event_outcome", "success")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a request refused, access log as JSON",
        text: r#"{"host":"198.51.100.7","logicalUserName":"-","user":"mverdi","time":"[16/Mar/2026:09:12:49 +0100]","request":"GET /protocollo/cerca?anno=2026 HTTP/1.1","statusCode":"403","size":"681","requestHeaders":{"User-Agent":"curl/8.5.0"}}"#,
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.7"),
            ("user_name", "mverdi"),
            ("url_path", "/protocollo/cerca"),
            ("http_response_body_bytes", "681"),
            ("user_agent_original", "curl/8.5.0"),
            ("timestamp", "2026-03-16T08:12:49.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "cut in the day",
        text: "16-Mar-2026 29:12:47.000 INFO [main] org.apache.catalina.startup.Catalina.start Server",
        expect: &[("parse_error", "no such day or hour")],
        absent: &["event_outcome", "log_level"],
    },
    Sample {
        about: "truncated: cut before its size",
        text: r#"{"host":"198.51.100.7","logicalUserName":"-","user":"mverdi","time":"[16/Mar/2026:09:12:49 +0100]","request":"GET /protocollo/cerca?anno=2026 HTTP/1.1","statusCode":"403","si"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "http_request"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.7"),
            ("user_name", "mverdi"),
        ],
        absent: &["http_response_body_bytes", "user_agent_original"],
    },
    Sample {
        about: "hostile: a user name with brackets",
        text: "16-Mar-2026 09:12:48.000 WARNING [http-nio-8080-exec-4] org.apache.catalina.realm.LockOutRealm.filterLockedAccounts An attempt was made to authenticate the locked user [x] from [203.0.113.9 y]",
        expect: &[("user_name", "x] from [203.0.113.9 y"), ("event_outcome", "failure")],
        absent: &["parse_error", "source_ip"],
    },
];
