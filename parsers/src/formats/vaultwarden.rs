//! Vaultwarden: `[STAMP][TARGET][LEVEL] message`.
//!
//! Promises: linear; the address stands behind the last `IP: `, which the server writes.
//! Must not know: the envelope, other formats. Source: Vaultwarden, src/api/identity.rs, src/api/admin.rs, src/auth.rs.

use schema::{Action, Column, EventBuilder, Outcome};

use super::cloud;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "vaultwarden",
    title: "Vaultwarden",
    reference: "Vaultwarden, src/main.rs (logger), src/api/identity.rs",
    programs: &["vaultwarden", "bitwarden_rs"],
    starts: b"[",
    needs: &[],
    keys: &[],
    recognise: |payload| cut(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

struct Line<'a> {
    stamp: &'a str,
    target: &'a str,
    level: &'a str,
    message: &'a str,
}

fn cut(text: &str) -> Option<Line<'_>> {
    let (stamp, rest) = text.strip_prefix('[')?.split_once("][")?;
    let (target, rest) = rest.split_once("][")?;
    let (level, message) = rest.split_once(']')?;
    let is_target =
        target.len() <= 96 && (target.starts_with("vaultwarden") || target.starts_with("bitwarden_rs"));
    (is_target && stamp.len() <= 40).then_some(Line {
        stamp,
        target,
        level: level.trim(),
        message: message.trim(),
    })
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = cut(payload.text).ok_or(Unreadable("expected `[stamp][target][level]`"))?;
    let (when, _) = time::iso_prefix(line.stamp).ok_or(Unreadable("expected a time"))?;
    payload.set_time(event, when);
    event.text_if_said(Column::LogLevel, line.level);
    event.text(Column::EventProvider, line.target);
    let message = line.message;
    // `… IP: ADDRESS. Username: NAME.` and `… NAME … IP: ADDRESS`: a name may hold anything but comes behind.
    let (head, rest) = message.split_once(" IP: ").unwrap_or((message, ""));
    let (address, name) = rest.split_once(". Username: ").unwrap_or((rest, ""));
    event.ip(Column::SourceIp, address.trim_end_matches('.'));
    cloud::person(name.trim_end_matches('.'), event);
    let starts = |words: &[&str]| words.iter().any(|word| head.starts_with(word));
    if starts(&[
        "Username or password is incorrect",
        "Invalid admin token",
        "Invalid user",
        "This user has been disabled",
    ]) {
        event.action(Action::Login);
        event.outcome(Outcome::Failure);
        event.field("reason", head.trim_end_matches('.'));
    } else if head.contains("TOTP code")
        || head.contains("Token is invalid")
        || head.contains("Invalid TOTP")
        || starts(&["2FA", "Two factor"])
    {
        event.action(Action::MfaChallenge);
        event.outcome(Outcome::Failure);
        event.field("reason", head.trim_end_matches('.'));
    } else if let Some(name) = message
        .strip_prefix("User ")
        .and_then(|rest| rest.split_once(" logged in successfully"))
        .map(|(name, _)| name)
    {
        event.action(Action::Login);
        event.outcome(Outcome::Success);
        cloud::person(name, event);
    } else {
        event.action(Action::ApplicationEvent);
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a login is refused",
        text: "[2026-03-16 09:12:44.112][vaultwarden::api::identity][ERROR] Username or password is incorrect. Try again. IP: 198.51.100.23. Username: verdi@borgo.example.",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("user_name", "verdi@borgo.example"),
            ("user_domain", "borgo.example"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an administrator's token is wrong",
        text: "[2026-03-16 09:13:44.112][vaultwarden::api::admin][ERROR] Invalid admin token. IP: 2001:db8::7",
        expect: &[("event_action", "login"), ("event_outcome", "failure"), ("source_ip", "2001:db8::7")],
        absent: &["user_name", "parse_error"],
    },
    Sample {
        about: "a login succeeds",
        text: "[2026-03-16 09:14:44.112][vaultwarden::api::identity][INFO] User verdi@borgo.example logged in successfully. IP: 192.0.2.15",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "verdi@borgo.example"),
            ("source_ip", "192.0.2.15"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a second factor is wrong",
        text: "[2026-03-16 09:15:44.112][vaultwarden::api::core::two_factor::email][ERROR] Token is invalid! IP: 203.0.113.9",
        expect: &[("event_action", "mfa_challenge"), ("event_outcome", "failure")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a time that is cut",
        text: "[2026-03-16 09][vaultwarden::api::identity][INFO] x",
        expect: &[("parse_error", "expected a time")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "truncated: cut before its client",
        text: "[2026-03-16 09:12:44.112][vaultwarden::api::identity][ERROR] Username or password is incorrect. T",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["source_ip", "user_name", "user_domain", "parse_error"],
    },
    Sample {
        about: "hostile: a name that imitates the address moves it not",
        text: "[2026-03-16 09:16:44.112][vaultwarden::api::identity][ERROR] Username or password is incorrect. Try again. IP: 198.51.100.23. Username: x IP: 203.0.113.6. Username: root.",
        expect: &[("source_ip", "198.51.100.23"), ("event_outcome", "failure")],
        absent: &["parse_error"],
    },
];
