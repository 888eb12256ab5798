//! Apereo CAS: the audit trail of the single sign-on, one record a line.
//!
//! Promises: linear; a name that holds the separator, which a client may type, is an error and moves no field, also when the record
//! is cut behind it. Must not know: the envelope, files, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "cas_audit",
    title: "Apereo CAS audit (single sign-on)",
    reference: "Apereo CAS, Audits, single-line layout; Inspektr, AbstractStringAuditTrailManager",
    programs: &["cas"],
    starts: b"0123456789",
    needs: &[("0", "|")],
    keys: &[],
    recognise: |payload| Line::read(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

struct Line<'a> {
    when: time::When,
    level: &'a str,
    record: &'a str,
}

impl<'a> Line<'a> {
    /// `STAMP LEVEL [LOGGER OF INSPEKTR] - RECORD`.
    fn read(text: &'a str) -> Option<Line<'a>> {
        let (when, rest) = time::iso_prefix(text)?;
        let (level, rest) = rest.trim_start_matches(' ').split_once(' ')?;
        let (logger, record) = rest.trim_start_matches(' ').strip_prefix('[')?.split_once("] - ")?;
        let is_record = logger.contains(".inspektr.audit.") && record.contains('|');
        is_record.then_some(Line { when, level, record })
    }
}

/// `WHEN|APPLICATION|WHAT|ACTION|WHO|CLIENT|SERVER`.
fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected WHEN|APPLICATION|WHAT|ACTION|WHO|CLIENT|SERVER");
    let line = Line::read(payload.text).ok_or(SHAPE)?;
    let mut parts = line.record.trim_end().split('|').skip(3);
    let (Some(action), Some(who), Some(client), Some(server), None) =
        (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(SHAPE);
    };
    if !event.ip(Column::DestinationIp, server) {
        return Err(SHAPE);
    }
    if !payload.set_time(event, line.when) {
        return Err(Unreadable("no such day or hour"));
    }
    event.text_if_said(Column::LogLevel, line.level);
    event.action(match action {
        "AUTHENTICATION_SUCCESS" | "AUTHENTICATION_FAILED" => Action::Login,
        "TICKET_GRANTING_TICKET_DESTROYED" => Action::Logout,
        _ => Action::ApplicationEvent,
    });
    let what = line.record.split('|').nth(2).unwrap_or_default();
    if let Some(is_success) = succeeded(action, what) {
        event.outcome(Outcome::of(is_success));
    }
    event.field("action", action);
    if who != "audit:unknown" {
        event.text_if_said(Column::UserName, who);
    }
    peer::set(event, client, "");
    Ok(())
}

/// How an action ended; of one that was only triggered its text may say it, else nothing does.
fn succeeded(action: &str, what: &str) -> Option<bool> {
    match action {
        "SERVICE_ACCESS_ENFORCEMENT_TRIGGERED" if what.contains("result=Service Access Granted") => {
            Some(true)
        }
        "SERVICE_ACCESS_ENFORCEMENT_TRIGGERED" if what.contains("result=Service Access Denied") => {
            Some(false)
        }
        _ if action.ends_with("_TRIGGERED") => None,
        _ => Some(!action.ends_with("_FAILED") && !action.ends_with("_NOT_CREATED")),
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login is refused",
        text: "2026-03-16 09:12:44,112 INFO [org.apereo.inspektr.audit.support.Slf4jLoggingAuditTrailManager] - Mon Mar 16 09:12:44 CET 2026|CAS|Supplied credentials: [UsernamePasswordCredential(username=averdi)]|AUTHENTICATION_FAILED|averdi|198.51.100.9|192.0.2.9",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "averdi"),
            ("source_ip", "198.51.100.9"),
            ("destination_ip", "192.0.2.9"),
            ("fields.action", "AUTHENTICATION_FAILED"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login",
        text: "2026-03-16 09:12:45,112 INFO [org.apereo.inspektr.audit.support.Slf4jLoggingAuditTrailManager] - Mon Mar 16 09:12:45 CET 2026|CAS|[UsernamePasswordCredential(username=averdi)]|AUTHENTICATION_SUCCESS|averdi|2001:db8::9|192.0.2.9",
        expect: &[("event_action", "login"), ("event_outcome", "success"), ("source_ip", "2001:db8::9")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a ticket for a service that may not have one",
        text: "2026-03-16 09:12:46,112 INFO [org.apereo.inspektr.audit.support.Slf4jLoggingAuditTrailManager] - Mon Mar 16 09:12:46 CET 2026|CAS|https://altrove.example|SERVICE_TICKET_NOT_CREATED|audit:unknown|unknown|192.0.2.9",
        expect: &[("event_action", "application_event"), ("event_outcome", "failure")],
        absent: &["parse_error", "user_name", "source_ip"],
    },
    Sample {
        about: "a service that an account may not use",
        text: "2026-03-16 09:12:49,112 INFO [org.apereo.inspektr.audit.support.Slf4jLoggingAuditTrailManager] - Mon Mar 16 09:12:49 CET 2026|CAS|{result=Service Access Denied, service=https://altrove.example}|SERVICE_ACCESS_ENFORCEMENT_TRIGGERED|averdi|198.51.100.9|192.0.2.9",
        expect: &[
            ("event_action", "application_event"),
            ("event_outcome", "failure"),
            ("user_name", "averdi"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a record cut behind a user name that imitates one is an error",
        text: "2026-03-16 09:12:50,112 INFO [org.apereo.inspektr.audit.support.Slf4jLoggingAuditTrailManager] - Mon Mar 16 09:12:50 CET 2026|CAS|x|AUTHENTICATION_SUCCESS|root|203.0.113.1|192.0.2.9BBBB",
        expect: &[("parse_error", "expected WHEN|APPLICATION|WHAT|ACTION|WHO|CLIENT|SERVER")],
        absent: &["user_name", "source_ip", "event_outcome"],
    },
    Sample {
        about: "truncated: cut before the client",
        text: "2026-03-16 09:12:47,112 INFO [org.apereo.inspektr.audit.support.Slf4jLoggingAuditTrailManager] - Mon Mar 16 09:12:47 CET 2026|CAS|x|AUTHENTICATION_FAILED|ave",
        expect: &[("parse_error", "expected WHEN|APPLICATION|WHAT|ACTION|WHO|CLIENT|SERVER")],
        absent: &["user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a user name that holds the separator moves no field",
        text: "2026-03-16 09:12:48,112 INFO [org.apereo.inspektr.audit.support.Slf4jLoggingAuditTrailManager] - Mon Mar 16 09:12:48 CET 2026|CAS|username=x|AUTHENTICATION_SUCCESS|root|203.0.113.1|192.0.2.9|AUTHENTICATION_FAILED|x|198.51.100.9|192.0.2.9",
        expect: &[("parse_error", "expected WHEN|APPLICATION|WHAT|ACTION|WHO|CLIENT|SERVER")],
        absent: &["user_name", "source_ip", "event_outcome"],
    },
];
