//! phpMyAdmin: who signed in and who was refused, by syslog.
//!
//! Promises: linear; the client's address is the last word, behind the user's name. Must not know: other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "phpmyadmin",
    title: "phpMyAdmin",
    reference: "phpMyAdmin, AuthLog",
    programs: &["phpmyadmin"],
    starts: b"u",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        payload.text.starts_with("user denied: ")
            || (payload.text.starts_with("user authenticated: ")
                && payload.program.eq_ignore_ascii_case("phpmyadmin"))
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected USER from ADDRESS");
    let text = payload.text.trim_end();
    let (outcome, rest) = match text.strip_prefix("user denied: ") {
        Some(rest) => (Outcome::Failure, rest),
        None => (Outcome::Success, text.strip_prefix("user authenticated: ").ok_or(SHAPE)?),
    };
    let (user, address) = rest.rsplit_once(" from ").ok_or(SHAPE)?;
    event.action(Action::Login);
    event.outcome(outcome);
    event.text(Column::ServiceName, "phpmyadmin");
    peer::set(event, address, "");
    if outcome == Outcome::Success {
        event.text_if_said(Column::UserName, user);
        return Ok(());
    }
    let (user, why) = user.strip_suffix(')').and_then(|user| user.rsplit_once(" (")).unwrap_or((user, ""));
    event.text_if_said(Column::UserName, user);
    event.field(
        "reason",
        match why {
            "mysql-denied" => "wrong_credential",
            "allow-denied" | "root-denied" | "empty-denied" => "not_allowed",
            other => other,
        },
    );
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password",
        text: "<37>Mar 16 09:12:44 web1 phpMyAdmin[2211]: user denied: root (mysql-denied) from 198.51.100.9",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "root"),
            ("source_ip", "198.51.100.9"),
            ("fields.reason", "wrong_credential"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login",
        text: "<37>Mar 16 09:12:45 web1 phpMyAdmin[2211]: user authenticated: albo_rw from 192.0.2.77",
        expect: &[("event_outcome", "success"), ("user_name", "albo_rw")],
        absent: &["parse_error", "fields.reason"],
    },
    Sample {
        about: "root is not allowed",
        text: "<37>Mar 16 09:12:46 web1 phpMyAdmin[2211]: user denied: root (root-denied) from 2001:db8::9",
        expect: &[
            ("event_outcome", "failure"),
            ("fields.reason", "not_allowed"),
            ("source_ip", "2001:db8::9"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a refusal cut before its client",
        text: "<37>Mar 16 09:12:44 web1 phpMyAdmin[2211]: user denied: root (mysql-de",
        expect: &[("parse_error", "expected USER from ADDRESS")],
        absent: &["user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a user name that imitates a client moves no field",
        text: "<37>Mar 16 09:12:47 web1 phpMyAdmin[2211]: user denied: x (allow-denied) from 203.0.113.1 (mysql-denied) from 192.0.2.77",
        expect: &[("source_ip", "192.0.2.77"), ("fields.reason", "wrong_credential")],
        absent: &["parse_error"],
    },
];
