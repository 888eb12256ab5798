//! W3C extended logs as IIS, its FTP server and HTTP.SYS (`HTTPERR`) write them: columns by `#Fields:`.
//!
//! Promises: linear; times are UTC as the format says; a line with more or fewer values than fields is refused.
//! Must not know: files; the directive in force comes with the stream.
//! Source: W3C WD-logfile-960323; Microsoft IIS "LogFile W3C".

use schema::{Action, Column, EventBuilder, Outcome};

use super::{http, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::iso_prefix;

/// See the module.
pub static FORMAT: Format = Format {
    name: "iis_w3c",
    title: "Microsoft IIS and HTTP.SYS (W3C extended)",
    reference: "W3C Extended Log File Format; Microsoft IIS logging",
    programs: &[],
    starts: b"0123456789/-*",
    needs: &[],
    keys: &[],
    recognise: |payload| names(payload).is_some(),
    parse,
    samples: SAMPLES,
};

/// The names of the `#Fields:` line in force, when it is a web or FTP server's and blanks separate.
fn fields<'a>(payload: &Payload<'a>) -> Option<&'a str> {
    let directives = payload.directives?;
    let start = directives.rfind("#Fields: ")? + "#Fields: ".len();
    let names = directives.get(start..)?.lines().next()?;
    let is_web = names.contains("cs-method") && !names.contains("x-edge-") && !names.contains('\t');
    (is_web && payload.text.contains(' ')).then_some(names)
}

/// The fields of a line: those in force, or what IIS writes unless it is told otherwise.
fn names<'a>(payload: &Payload<'a>) -> Option<&'a str> {
    fields(payload).or_else(|| default_fields(payload).filter(|_| payload.directives.is_none()))
}

/// IIS's own choice of fields, the referrer since IIS 8: a stamp, the server's address, a method, and a path.
fn default_fields(payload: &Payload<'_>) -> Option<&'static str> {
    const WITH_REFERRER: &str = "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip \
                                 cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken";
    const BEFORE: &str = "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip \
                          cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken";
    let mut values = payload.text.trim_end().split(' ');
    let (date, time, server) = (values.next()?, values.next()?, values.next()?);
    // Most lines that begin with a stamp go on otherwise.
    if date.len() != 10 || time.len() != 8 || !peer::is_address(server) || iso_prefix(payload.text).is_none()
    {
        return None;
    }
    let (method, stem, _query, port) = (values.next()?, values.next()?, values.next()?, values.next()?);
    let (_user, client) = (values.next()?, values.next()?);
    let is_request = method.bytes().all(|byte| byte.is_ascii_uppercase()) && stem.starts_with('/');
    let is_line = is_request && peer::is_digits(port) && peer::is_address(client);
    match values.filter(|_| is_line).count() {
        6 => Some(WITH_REFERRER),
        5 => Some(BEFORE),
        _ => None,
    }
}

/// What needs more than one column.
#[derive(Default)]
struct Request<'a> {
    date: &'a str,
    time: &'a str,
    method: &'a str,
    status: &'a str,
    substatus: &'a str,
    reason: &'a str,
    is_http_error: bool,
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let names = names(payload).ok_or(Unreadable("no #Fields: directive in force"))?;
    let mut request = Request::default();
    let mut values = payload.text.trim_end().split(' ');
    for name in names.split_ascii_whitespace() {
        let value = values.next().ok_or(Unreadable("fewer values than #Fields"))?;
        if value != "-" {
            set(name, value, &mut request, event);
        }
        request.is_http_error |= name == "s-reason";
    }
    if values.next().is_some() {
        return Err(Unreadable("more values than #Fields"));
    }
    set_time(payload, &request, event)?;
    classify(&request, event);
    Ok(())
}

fn set<'a>(name: &str, value: &'a str, request: &mut Request<'a>, event: &mut EventBuilder<'_>) {
    match name {
        "date" => request.date = value,
        "time" => request.time = value,
        "cs-method" => {
            request.method = value;
            event.text(Column::HttpRequestMethod, value);
        }
        "cs-uri-stem" => event.text(Column::UrlPath, value),
        "cs-uri-query" => event.text(Column::UrlQuery, value),
        "cs-uri" => http::set_path(value, event),
        "sc-status" => request.status = value,
        "sc-substatus" => request.substatus = value,
        "c-ip" => {
            event.ip(Column::SourceIp, value);
        }
        "s-ip" => {
            event.ip(Column::DestinationIp, value);
        }
        "c-port" => {
            event.int_text(Column::SourcePort, value);
        }
        "s-port" => {
            event.int_text(Column::DestinationPort, value);
        }
        "sc-bytes" => {
            event.int_text(Column::DestinationBytes, value);
        }
        "cs-bytes" => {
            event.int_text(Column::SourceBytes, value);
        }
        "cs-username" => match value.split_once('\\') {
            Some((domain, user)) => {
                event.text_if_said(Column::UserDomain, domain);
                event.text_if_said(Column::UserName, user);
            }
            None => event.text(Column::UserName, value),
        },
        "cs(User-Agent)" => event.text(Column::UserAgentOriginal, value),
        "cs(Referer)" | "cs(Referrer)" => event.text(Column::HttpRequestReferrer, value),
        "cs-host" | "cs(Host)" => event.text(Column::UrlDomain, http::host_of(value)),
        "s-computername" => event.text(Column::HostName, value),
        "s-sitename" => event.text(Column::ServiceName, value),
        "s-queuename" => event.field("app_pool", value),
        "s-siteid" => event.field("site_id", value),
        "s-reason" => request.reason = value,
        "X-Forwarded-For" | "x-forwarded-for" | "cs(X-Forwarded-For)" => event.field("forwarded_for", value),
        "cs-version" => event.field("http_version", value.strip_prefix("HTTP/").unwrap_or(value)),
        "sc-win32-status" => event.field("win32_status", value),
        "time-taken" => event.field_number("time_taken_ms", value),
        _ => {}
    }
}

/// Date and time stand apart; a file with times only has its date in `#Date:`.
fn set_time(
    payload: &Payload<'_>,
    request: &Request<'_>,
    event: &mut EventBuilder<'_>,
) -> Result<(), Unreadable> {
    if request.time.is_empty() {
        return Ok(());
    }
    let date = if request.date.is_empty() {
        let directives = payload.directives.unwrap_or_default();
        directives.rsplit_once("#Date: ").and_then(|(_, rest)| rest.get(..10)).unwrap_or_default()
    } else {
        request.date
    };
    // Both are short: the longest stamp with a fraction has 23 bytes.
    let mut stamp = [0_u8; 32];
    let length = date.len() + 1 + request.time.len();
    let whole = stamp.get_mut(..length).ok_or(Unreadable("no such date and time"))?;
    for (slot, byte) in whole.iter_mut().zip(date.bytes().chain([b' ']).chain(request.time.bytes())) {
        *slot = byte;
    }
    let text = std::str::from_utf8(whole).unwrap_or_default();
    let (when, _) = iso_prefix(text).ok_or(Unreadable("no such date and time"))?;
    payload.set_time(event, when.in_utc()).then_some(()).ok_or(Unreadable("no such day or hour"))
}

fn classify(request: &Request<'_>, event: &mut EventBuilder<'_>) {
    if request.is_http_error {
        event.action(Action::WebError);
        if !request.reason.is_empty() {
            event.field("reason", request.reason);
        }
        http::set_status(request.status, event);
        event.outcome(Outcome::Failure);
        return;
    }
    // FTP: the password is the attempt; 230 lets in.
    if request.method == "PASS" && !request.status.is_empty() {
        event.action(Action::Login);
        event.outcome(if request.status == "230" { Outcome::Success } else { Outcome::Failure });
        event.clear(Column::HttpRequestMethod);
        event.clear(Column::UrlPath);
        event.field("status", request.status);
        return;
    }
    event.action(Action::HttpRequest);
    http::set_status(request.status, event);
    if peer::is_digits(request.substatus) && request.substatus != "0" {
        event.field("substatus", request.substatus);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a page served",
        text: "#Software: Microsoft Internet Information Services 10.0\n#Date: 2026-03-16 08:00:00\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n2026-03-16 08:12:44 192.0.2.20 GET /sportello/pratica.aspx id=7 443 COMUNE\\mrossi 198.51.100.7 Mozilla/5.0+(Windows+NT+10.0) https://www.comune.example/ 200 0 0 31",
        expect: &[
            ("class", "web"),
            ("event_action", "http_request"),
            ("event_outcome", "success"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
            ("source_ip", "198.51.100.7"),
            ("destination_ip", "192.0.2.20"),
            ("destination_port", "443"),
            ("http_request_method", "GET"),
            ("url_path", "/sportello/pratica.aspx"),
            ("url_query", "id=7"),
            ("user_name", "mrossi"),
            ("user_domain", "COMUNE"),
            ("user_agent_original", "Mozilla/5.0+(Windows+NT+10.0)"),
            ("http_response_status_code", "200"),
            ("fields.time_taken_ms", "31"),
        ],
        absent: &["parse_error", "time_guess", "fields.substatus"],
    },
    Sample {
        about: "a refused login page, date from the directive",
        text: "#Date: 2026-03-16 08:00:00\n#Fields: time c-ip cs-method cs-uri-stem sc-status sc-substatus\n09:00:01 2001:db8::7 POST /owa/auth.owa 401 1",
        expect: &[
            ("event_outcome", "failure"),
            ("timestamp", "2026-03-16T09:00:01.000000Z"),
            ("source_ip", "2001:db8::7"),
            ("fields.substatus", "1"),
        ],
        absent: &["user_name", "url_query"],
    },
    Sample {
        about: "HTTP.SYS refuses",
        text: "#Software: Microsoft HTTP API 2.0\n#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid s-reason s-queuename\n2026-03-16 08:12:45 198.51.100.9 50122 192.0.2.20 80 HTTP/1.1 GET /a?b=1 400 - Hostname -",
        expect: &[
            ("event_action", "web_error"),
            ("event_outcome", "failure"),
            ("source_port", "50122"),
            ("url_path", "/a"),
            ("url_query", "b=1"),
            ("http_response_status_code", "400"),
            ("fields.reason", "Hostname"),
        ],
        absent: &["service_name"],
    },
    Sample {
        about: "FTP refuses a password",
        text: "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time c-ip cs-username s-ip s-port cs-method cs-uri-stem sc-status sc-win32-status sc-substatus\n2026-03-16 08:13:00 198.51.100.9 administrator 192.0.2.20 21 PASS *** 530 1326 41",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "administrator"),
            ("fields.status", "530"),
        ],
        absent: &["http_response_status_code", "url_path"],
    },
    Sample {
        about: "a line without the directive, in the order IIS writes unless told otherwise",
        text: "2026-03-16 08:12:44 192.0.2.20 POST /owa/auth.owa - 443 COMUNE\\mrossi 198.51.100.7 Mozilla/5.0+(Windows+NT+10.0) - 401 1 1326 31",
        expect: &[
            ("event_outcome", "failure"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
            ("source_ip", "198.51.100.7"),
            ("destination_ip", "192.0.2.20"),
            ("destination_port", "443"),
            ("user_name", "mrossi"),
            ("user_domain", "COMUNE"),
            ("url_path", "/owa/auth.owa"),
            ("http_response_status_code", "401"),
        ],
        absent: &["parse_error", "host_name", "url_query", "http_request_referrer"],
    },
    Sample {
        about: "truncated: a line cut before its end",
        text: "#Fields: date time s-ip cs-method cs-uri-stem sc-status\n2026-03-16 08:12:44 192.0.2.20 GET /spor",
        expect: &[("parse_error", "fewer values than #Fields")],
        absent: &["url_path", "http_request_method", "event_outcome"],
    },
    Sample {
        about: "hostile: a query that imitates columns moves none",
        text: "#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip sc-status\n2026-03-16 08:12:44 GET /a x=1+203.0.113.9+200 198.51.100.9 404",
        expect: &[
            ("source_ip", "198.51.100.9"),
            ("http_response_status_code", "404"),
            ("url_query", "x=1+203.0.113.9+200"),
        ],
        absent: &[],
    },
];
