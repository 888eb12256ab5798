//! Drupal through its syslog module: `BASE_URL|TIME|TYPE|ADDRESS|REQUEST|REFERRER|UID|LINK|MESSAGE`.
//!
//! Promises: linear; what a visitor chose before the message (request, referrer) may hold `|`, so that the first four
//! values are cut from the left and nothing is cut where their number does not fit.
//! Must not know: the envelope. Source: Drupal core, syslog module, default format; user module's messages.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::{http, peer};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::epoch;

/// See the module.
pub static FORMAT: Format = Format {
    name: "drupal",
    title: "Drupal (syslog module)",
    reference: "Drupal core, syslog module",
    programs: &["drupal"],
    starts: b"h",
    needs: &[],
    keys: &[],
    recognise: |payload| cut(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

struct Line<'a> {
    site: &'a str,
    time_us: i64,
    kind: &'a str,
    address: &'a str,
    rest: &'a str,
}

fn cut(text: &str) -> Option<Line<'_>> {
    let mut values = text.splitn(5, '|');
    let mut next = || values.next();
    let (site, stamp, kind, address, rest) = (next()?, next()?, next()?, next()?, next()?);
    let is_line = site.starts_with("http") && site.contains("://") && peer::is_address(address);
    is_line.then_some(Line { site, time_us: epoch(stamp)?, kind, address, rest })
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = cut(payload.text).ok_or(Unreadable("expected BASE_URL|TIME|TYPE|ADDRESS"))?;
    payload.set_time_us(event, line.time_us);
    peer::set(event, line.address, "");
    event.text_if_said(Column::EventProvider, line.kind);
    let mut values = line.rest.splitn(5, '|');
    let mut next = || values.next().ok_or(Unreadable("the line ends early"));
    let (request, referrer, uid, link, message) = (next()?, next()?, next()?, next()?, next()?);
    // Request, referrer and message are the client's: bars in them would shift the account's number.
    let is_shifted = |rest: &str| {
        rest.match_indices('|').any(|(at, _)| {
            let mut values = rest.get(at + 1..).unwrap_or_default().splitn(3, '|');
            let (uid, link) = (values.next().unwrap_or_default(), values.next().unwrap_or("-"));
            peer::is_digits(uid) && (link.is_empty() || link.starts_with('<')) && values.next().is_some()
        })
    };
    if !peer::is_digits(uid) || is_shifted(message) {
        event.action(Action::ApplicationEvent);
        event.field("more", line.rest);
        http::set_target("GET", line.site, event);
        return Ok(());
    }
    http::set_target("GET", request, event);
    if !event.is_set(Column::UrlDomain) {
        event.text_if_said(
            Column::UrlDomain,
            http::host_of(line.site.rsplit("//").next().unwrap_or_default()),
        );
    }
    event.text_if_said(Column::HttpRequestReferrer, referrer);
    if uid != "0" {
        event.text(Column::UserId, uid);
    }
    if !link.is_empty() {
        event.field("link", link);
    }
    classify(line.kind, message, event);
    Ok(())
}

fn classify(kind: &str, message: &str, event: &mut EventBuilder<'_>) {
    event.field("reason", message);
    let (action, outcome, user) = if kind == "user" {
        account(message)
    } else if kind == "content" {
        event.field("object", message);
        (Action::CmsChange, Some(Outcome::Success), "")
    } else if matches!(kind, "access denied" | "page not found" | "php") {
        (Action::WebError, Some(Outcome::Failure), "")
    } else {
        (Action::ApplicationEvent, None, "")
    };
    event.action(action);
    if let Some(outcome) = outcome {
        event.outcome(outcome);
    }
    event.text_if_said(Column::UserName, user);
}

fn account(message: &str) -> (Action, Option<Outcome>, &str) {
    if let Some(user) = between(message, "Session opened for ", ".") {
        (Action::Login, Some(Outcome::Success), user)
    } else if let Some(user) = between(message, "Session closed for ", ".") {
        (Action::Logout, Some(Outcome::Success), user)
    } else if let Some(user) = message.strip_prefix("Login attempt failed for ") {
        (Action::Login, Some(Outcome::Failure), user.trim_end_matches('.'))
    } else if message.starts_with("Login attempt failed from ") {
        (Action::Login, Some(Outcome::Failure), "")
    } else if message.starts_with("New user: ") {
        (Action::AccountCreate, Some(Outcome::Success), "")
    } else if message.starts_with("Deleted user: ") {
        (Action::AccountDelete, Some(Outcome::Success), "")
    } else {
        (Action::ApplicationEvent, None, "")
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password",
        text: "<13>Mar 16 09:12:44 web1 drupal: https://www.comune.example|1773648764|user|198.51.100.7|https://www.comune.example/user/login?destination=x|https://www.comune.example/|0||Login attempt failed for admin.",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "admin"),
            ("source_ip", "198.51.100.7"),
            ("url_domain", "www.comune.example"),
            ("url_path", "/user/login"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "user_id"],
    },
    Sample {
        about: "a login",
        text: "<13>Mar 16 09:12:45 web1 drupal: https://www.comune.example|1773648765|user|2001:db8::7|https://www.comune.example/user/login||12||Session opened for redattore1.",
        expect: &[("event_outcome", "success"), ("user_name", "redattore1"), ("user_id", "12")],
        absent: &["parse_error", "http_request_referrer"],
    },
    Sample {
        about: "a page is published",
        text: "<13>Mar 16 09:12:46 web1 drupal: https://www.comune.example|1773648766|content|198.51.100.60|https://www.comune.example/node/add||12|view|avviso: added Mensa scolastica.",
        expect: &[("event_action", "cms_change"), ("fields.object", "avviso: added Mensa scolastica.")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: cut in the request",
        text: "<13>Mar 16 09:12:44 web1 drupal: https://www.comune.example|1773648764|user|198.51.100.7|https://www.comune.example/us",
        expect: &[("parse_error", "the line ends early")],
        absent: &["source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: a request with bars",
        text: "<13>Mar 16 09:12:44 web1 drupal: https://www.comune.example|1773648764|page not found|198.51.100.7|https://www.comune.example/a|b|c|||0||/a",
        expect: &[("event_action", "application_event"), ("source_ip", "198.51.100.7")],
        absent: &["parse_error", "user_id", "event_outcome"],
    },
    Sample {
        about: "hostile: a referrer that imitates an account and a login",
        text: "https://www.borgo.example|1773648764|page not found|198.51.100.23|https://www.borgo.example/x|http://bad.example/|1||Session opened for admin.|0||/x",
        expect: &[("event_action", "application_event"), ("source_ip", "198.51.100.23")],
        absent: &["user_id", "user_name", "event_outcome", "http_request_referrer", "parse_error"],
    },
];
