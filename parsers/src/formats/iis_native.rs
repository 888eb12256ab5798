//! IIS in its own layout (`inYYMMDD.log`): fifteen values between commas, in a fixed order.
//!
//! `CLIENT, USER, DATE, TIME, SERVICE, SERVER, SERVER_IP, MS, RECEIVED, SENT, STATUS, WIN32, METHOD, TARGET, QUERY,`
//!
//! Promises: linear; what a client sends stands behind the numbers, so that a comma in it moves none of them. Times are
//! local; a date is month first, as documented, unless its first number can only be a day.
//! Must not know: files, the clock. Source: Microsoft, "IIS Log File Formats", Microsoft IIS log file format.

use schema::{Action, Column, EventBuilder};

use super::{account, http, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::scan;
use crate::time::When;

/// See the module.
pub static FORMAT: Format = Format {
    name: "iis_native",
    title: "Microsoft IIS log file format",
    reference: "Microsoft, IIS Log File Formats",
    programs: &[],
    starts: b"0123456789abcdef:",
    needs: &[("", ",/")],
    keys: &[],
    recognise: |payload| cut(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

const NUMBERS: usize = 13;

/// The values up to the method, and target and query behind them.
fn cut(text: &str) -> Option<([&str; NUMBERS], &str)> {
    let is_address = |text: &str| text == "-" || peer::is_address(text);
    // What begins otherwise is not cut further: agents of other logs hold commas.
    scan::cut(text, ", ").filter(|(client, _)| is_address(client))?;
    let mut values = text.splitn(NUMBERS + 1, ", ");
    let mut found = [""; NUMBERS];
    for place in &mut found {
        *place = values.next()?;
    }
    let [_, _, date, _, service, _, server, taken, received, sent, status, win32, _] = found;
    let are_numbers = [taken, received, sent, status, win32].iter().all(|text| peer::is_digits(text));
    let is_service = service.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_address(server) && are_numbers && is_service && date.matches('/').count() == 2)
        .then_some((found, values.next()?))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (values, rest) = cut(payload.text).ok_or(Unreadable("expected fifteen values between commas"))?;
    let [client, user, date, time, service, host, server, taken, received, sent, status, win32, method] =
        values;
    let when = moment(date, time).ok_or(Unreadable("no such date and time"))?;
    if !payload.set_time(event, when) {
        return Err(Unreadable("no such day or hour"));
    }
    event.action(Action::HttpRequest);
    event.ip(Column::SourceIp, client);
    event.ip(Column::DestinationIp, server);
    if user != "-" {
        account::set_user(event, user);
    }
    event.text_if_said(Column::ServiceName, service);
    event.text_if_said(Column::HostName, host);
    event.int_text(Column::SourceBytes, received);
    event.int_text(Column::DestinationBytes, sent);
    http::set_status(status, event);
    event.text_if_said(Column::HttpRequestMethod, method);
    event.field_number("time_taken_ms", taken);
    event.field("win32_status", win32);
    // Each value ends with a comma: one that has none was cut.
    let rest = rest.trim_end();
    let (target, query) = match rest.split_once(", ") {
        Some((target, query)) => (target, query.strip_suffix(',').unwrap_or_default()),
        None => (rest.strip_suffix(',').unwrap_or_default(), ""),
    };
    event.text_if_said(Column::UrlPath, target);
    event.text_if_said(Column::UrlQuery, query);
    Ok(())
}

/// `M/D/YYYY` or `D/M/YYYY`, years of two digits too, and `H:MM:SS`.
fn moment(date: &str, time: &str) -> Option<When> {
    let mut parts = date.split('/').map(str::parse::<u16>);
    let (first, second, year) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    let (month, day) = if first > 12 { (second, first) } else { (first, second) };
    let year = if year < 100 { 2000 + year } else { year };
    let mut parts = time.split(':').map(str::parse::<u8>);
    let (hour, minute, second) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    Some(When {
        year: Some(i32::from(year)),
        month: u8::try_from(month).ok()?,
        day: u8::try_from(day).ok()?,
        hour,
        minute,
        second,
        micros: 0,
        offset_s: None,
    })
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a page served to an account of the domain",
        text: "198.51.100.7, COMUNE\\mrossi, 3/16/2026, 9:12:44, W3SVC1, SRV-WEB, 192.0.2.10, 46, 371, 5120, 200, 0, GET, /albo/default.aspx, id=12,",
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.7"),
            ("user_name", "mrossi"),
            ("user_domain", "COMUNE"),
            ("host_name", "SRV-WEB"),
            ("destination_ip", "192.0.2.10"),
            ("source_bytes", "371"),
            ("destination_bytes", "5120"),
            ("http_request_method", "GET"),
            ("url_path", "/albo/default.aspx"),
            ("url_query", "id=12"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "refused, day first",
        text: "2001:db8::7, -, 16/03/2026, 09:12:45, W3SVC2, SRV-WEB, 2001:db8::10, 0, 200, 143, 401, 5, GET, /riservata/, -,",
        expect: &[("event_outcome", "failure"), ("timestamp", "2026-03-16T08:12:45.000000Z")],
        absent: &["user_name", "url_query", "parse_error"],
    },
    Sample {
        about: "no such month",
        text: "198.51.100.7, -, 16/16/2026, 09:12:45, W3SVC2, SRV-WEB, 192.0.2.10, 0, 200, 143, 401, 5, GET, /, -,",
        expect: &[("parse_error", "no such day or hour")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "an hour that is none",
        text: "198.51.100.7, -, 3/16/2026, 9:12, W3SVC2, SRV-WEB, 192.0.2.10, 0, 200, 143, 401, 5, GET, /, -,",
        expect: &[("parse_error", "no such date and time")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "truncated: cut in its target",
        text: r#"198.51.100.7, COMUNE\mrossi, 3/16/2026, 9:12:44, W3SVC1, SRV-WEB, 192.0.2.10, 46, 371, 5120, 200, 0, GET, /albo/defa"#,
        expect: &[
            ("event_action", "http_request"),
            ("source_ip", "198.51.100.7"),
            ("user_name", "mrossi"),
            ("http_response_status_code", "200"),
        ],
        absent: &["url_path", "url_query"],
    },
    Sample {
        about: "hostile: a query with commas that imitates numbers",
        text: "198.51.100.7, -, 3/16/2026, 9:12:46, W3SVC1, SRV-WEB, 192.0.2.10, 1, 371, 9, 404, 2, GET, /x, a, 200, 0, GET, /y,",
        expect: &[
            ("http_response_status_code", "404"),
            ("url_path", "/x"),
            ("url_query", "a, 200, 0, GET, /y"),
        ],
        absent: &["parse_error"],
    },
];
