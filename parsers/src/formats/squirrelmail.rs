//! SquirrelMail (webmail) with the plug-in Squirrel Logger.
//!
//! Promises: linear; the address is the last one in front of the plug-in's words. Must not know: files, the clock.
//! Source: Squirrel Logger, README (date format `m/d/Y H:i:s`).

use schema::{Action, Column, EventBuilder, Outcome};

use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::{self, When};

/// See the module.
pub static FORMAT: Format = Format {
    name: "squirrelmail",
    title: "SquirrelMail (webmail)",
    reference: "SquirrelMail, plug-in Squirrel Logger",
    programs: &["squirrelmail"],
    starts: b"01",
    needs: &[],
    keys: &[],
    recognise: |payload| line(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

/// Stamp, event and text of `MM/DD/YYYY HH:MM:SS [EVENT] TEXT`.
fn line(text: &str) -> Option<(When, &str, &str)> {
    let (when, rest) = time::numeric_date(text)?;
    let (kind, rest) = rest.strip_prefix(" [")?.split_once("] ")?;
    let is_kind = ["LOGIN", "LOGIN_ERROR", "LOGOUT", "OUTGOING_MAIL", "MASS_MAILING", "LOGIN_FAIL", "ERROR"]
        .contains(&kind);
    // The month comes first here.
    let when = When { month: when.day, day: when.month, ..when };
    (is_kind && rest.contains(" from ")).then_some((when, kind, rest))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (when, kind, text) =
        line(payload.text).ok_or(Unreadable("expected MM/DD/YYYY HH:MM:SS [EVENT] TEXT"))?;
    if !payload.set_inner_time(event, when) {
        return Err(Unreadable("no such day or hour"));
    }
    // `USER (DOMAIN) from ADDRESS: WORDS`: the words hold no ` from `, the user's name may.
    let (user, rest) = text.rsplit_once(") from ").ok_or(Unreadable("an event without its address"))?;
    let (address, words) = rest.split_once(": ").unwrap_or((rest.trim_end_matches(':'), ""));
    let (user, domain) = user.rsplit_once(" (").unwrap_or((user, ""));
    event.text_if_said(Column::UserName, user);
    event.text_if_said(Column::UserDomain, domain);
    event.ip(Column::SourceIp, address);
    let (action, outcome) = match kind {
        "LOGIN" => (Action::Login, Outcome::Success),
        "LOGIN_ERROR" | "LOGIN_FAIL" => (Action::Login, Outcome::Failure),
        "LOGOUT" => (Action::Logout, Outcome::Success),
        "OUTGOING_MAIL" => (Action::MailSent, Outcome::Success),
        _ => {
            event.action(Action::ApplicationEvent);
            event.field("action", kind);
            return Ok(());
        }
    };
    event.action(action);
    event.outcome(outcome);
    if outcome == Outcome::Failure {
        event.field("reason", words);
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a wrong password",
        text: "03/16/2026 02:12:44 [LOGIN_ERROR] urp (borgo.example) from 198.51.100.23: Unknown user or password incorrect.",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "urp"),
            ("user_domain", "borgo.example"),
            ("source_ip", "198.51.100.23"),
            ("timestamp", "2026-03-16T01:12:44.000000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a user logs in",
        text: "03/04/2026 09:12:44 [LOGIN] g.neri (borgo.example) from 192.0.2.60: ",
        expect: &[("event_outcome", "success"), ("timestamp", "2026-03-04T08:12:44.000000Z")],
        absent: &["parse_error", "fields.reason"],
    },
    Sample {
        about: "a user logs out",
        text: "03/16/2026 09:12:44 [LOGOUT] g.neri (borgo.example) from 192.0.2.60: ",
        expect: &[("event_action", "logout"), ("source_ip", "192.0.2.60")],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: a line cut in its domain",
        text: "03/16/2026 02:12:44 [LOGIN_ERROR] x from (borgo.exam",
        expect: &[("parse_error", "an event without its address")],
        absent: &["user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a name that imitates an address does not move it",
        text: "03/16/2026 02:12:44 [LOGIN_ERROR] x (y) from 203.0.113.1: z (borgo.example) from 198.51.100.23: Unknown user or password incorrect.",
        expect: &[("source_ip", "198.51.100.23"), ("event_outcome", "failure")],
        absent: &["parse_error"],
    },
];
