//! FreeSWITCH's log: refused registrations and calls, access lists, calls that start and end.
//!
//! `[UUID ]TIME [IDLE%] [LEVEL] FILE:LINE MESSAGE`.
//!
//! Promises: linear; the address is cut from the end of the message, behind the account a caller chose.
//! Must not know: the envelope, files, the clock, other formats.
//! Source: FreeSWITCH, mod_logfile; mod_sofia sofia_reg.c; switch_channel.c.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::between;
use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time::{When, iso_prefix};

/// See the module.
pub static FORMAT: Format = Format {
    name: "freeswitch",
    title: "FreeSWITCH log",
    reference: "FreeSWITCH, mod_logfile; mod_sofia",
    programs: &["freeswitch"],
    starts: b"0123456789abcdef[",
    needs: &[("", "[]:.")],
    keys: &[],
    recognise: |payload| cut(payload.text).is_some(),
    parse,
    samples: SAMPLES,
};

struct Line<'a> {
    when: Option<When>,
    level: &'a str,
    place: &'a str,
    message: &'a str,
}

const LEVELS: [&str; 8] = ["DEBUG", "INFO", "NOTICE", "WARNING", "ERR", "CRIT", "ALERT", "CONSOLE"];

fn cut(text: &str) -> Option<Line<'_>> {
    /// Length of a call's identifier and the blank behind it.
    const UUID_BYTES: usize = 37;
    let text = match text.get(..UUID_BYTES) {
        Some(id) if id.as_bytes().get(8) == Some(&b'-') && id.ends_with(' ') => text.get(UUID_BYTES..)?,
        _ => text,
    };
    let (when, rest) = match iso_prefix(text) {
        Some((when, rest)) => (Some(when), rest.strip_prefix(' ')?),
        None => (None, text),
    };
    // Newer versions say how idle the processor is.
    let rest = match rest.split_once("% ") {
        Some((idle, rest)) if idle.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => rest,
        _ => rest,
    };
    let (level, rest) = rest.strip_prefix('[')?.split_once("] ")?;
    let (place, message) = rest.split_once(' ')?;
    let (file, line) = place.rsplit_once(':')?;
    let is_place = peer::is_digits(line) && (file.ends_with(".c") || file.ends_with(".cpp"));
    (is_place && LEVELS.contains(&level)).then_some(Line { when, level, place, message })
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = cut(payload.text).ok_or(Unreadable("expected TIME [LEVEL] FILE:LINE MESSAGE"))?;
    if let Some(when) = line.when
        && !payload.set_time(event, when)
    {
        return Err(Unreadable("no such day or hour"));
    }
    event.text(Column::LogLevel, line.level);
    event.field("place", line.place);
    classify(line.message.trim_end(), event);
    Ok(())
}

fn classify(message: &str, event: &mut EventBuilder<'_>) {
    if let Some(rest) = message.strip_prefix("SIP auth ") {
        sip(rest, event);
    } else if let Some((user, address)) =
        message.strip_prefix("Can't find user [").and_then(|rest| rest.rsplit_once("] from "))
    {
        refused(user, address, "unknown_user", event);
    } else if let Some((address, list)) =
        message.strip_prefix("IP ").and_then(|rest| rest.split_once(" Rejected by "))
    {
        event.action(Action::ConnectionDenied);
        event.outcome(Outcome::Failure);
        peer::set(event, address, "");
        event.field("reason", list);
    } else if let Some(channel) = message.strip_prefix("New Channel ") {
        event.action(Action::Call);
        event.outcome(Outcome::Success);
        event.field("channel", channel.split(" [").next().unwrap_or(channel));
    } else if let Some(rest) = message.strip_prefix("Hangup ") {
        hangup(rest, event);
    } else {
        event.action(Action::ApplicationEvent);
        event.field("reason", message);
    }
}

/// `failure (METHOD) on sofia profile 'PROFILE' for [USER] from ip ADDRESS`; a challenge is no refusal.
fn sip(rest: &str, event: &mut EventBuilder<'_>) {
    let parts = rest.rsplit_once("] from ip ").and_then(|(head, address)| {
        let (head, user) = head.split_once("' for [")?;
        Some((head, user, address))
    });
    let Some((head, user, address)) = parts else {
        event.action(Action::ApplicationEvent);
        event.field("reason", rest);
        return;
    };
    if head.starts_with("failure ") {
        refused(user, address, "wrong_credential", event);
    } else {
        event.action(Action::ApplicationEvent);
        set_account(user, address, event);
        event.field("action", "sip_challenge");
    }
    if let Some(method) = between(head, "(", ")") {
        event.field("method", method);
    }
    if let Some((_, profile)) = head.rsplit_once('\'') {
        event.field("profile", profile);
    }
}

fn refused(user: &str, address: &str, reason: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::Login);
    event.outcome(Outcome::Failure);
    set_account(user, address, event);
    event.field("auth_method", "sip");
    event.field("reason", reason);
}

/// `USER@DOMAIN`, the domain behind the last `@`.
fn set_account(user: &str, address: &str, event: &mut EventBuilder<'_>) {
    let (name, domain) = user.rsplit_once('@').unwrap_or((user, ""));
    event.text_if_said(Column::UserName, name);
    event.text_if_said(Column::UserDomain, domain);
    peer::set(event, address, "");
}

/// `CHANNEL [STATE] [CAUSE]`.
fn hangup(rest: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::Call);
    let mut parts = rest.rsplit(" [").map(|part| part.trim_end_matches(']'));
    let cause = parts.next().unwrap_or_default();
    event.outcome(Outcome::of(cause == "NORMAL_CLEARING"));
    event.field("reason", cause);
    if let Some((channel, _)) = rest.split_once(" [") {
        event.field("channel", channel);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a registration is refused",
        text: "2026-03-16 09:12:44.112233 96.83% [WARNING] sofia_reg.c:1842 SIP auth failure (REGISTER) on sofia profile 'external' for [201@voip.comune.example] from ip 198.51.100.7",
        expect: &[
            ("class", "authentication"),
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "201"),
            ("user_domain", "voip.comune.example"),
            ("source_ip", "198.51.100.7"),
            ("fields.method", "REGISTER"),
            ("fields.profile", "external"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an account that does not exist, older layout",
        text: "2026-03-16 09:12:45.000000 [WARNING] sofia_reg.c:2906 Can't find user [9999@192.0.2.10] from 198.51.100.7",
        expect: &[("event_outcome", "failure"), ("fields.reason", "unknown_user"), ("user_name", "9999")],
        absent: &["parse_error"],
    },
    Sample {
        about: "an access list refuses",
        text: "2026-03-16 09:12:46.000000 99.10% [WARNING] sofia_reg.c:1701 IP 2001:db8::7 Rejected by register acl \"interni\"",
        expect: &[("event_action", "connection_denied"), ("source_ip", "2001:db8::7")],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "a challenge is no refusal",
        text: "2026-03-16 09:12:46.500000 99.10% [WARNING] sofia_reg.c:1842 SIP auth challenge (INVITE) on sofia profile 'internal' for [201@voip.comune.example] from ip 192.0.2.31",
        expect: &[("event_action", "application_event"), ("source_ip", "192.0.2.31")],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "a call ends",
        text: "8f3a1c2b-0a1b-4c2d-8e3f-001122334455 2026-03-16 09:13:44.112233 98.00% [NOTICE] sofia.c:1065 Hangup sofia/internal/201@192.0.2.31 [CS_EXECUTE] [NORMAL_CLEARING]",
        expect: &[
            ("event_action", "call"),
            ("event_outcome", "success"),
            ("fields.channel", "sofia/internal/201@192.0.2.31"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "truncated: cut before the address",
        text: "2026-03-16 09:12:44.112233 96.83% [WARNING] sofia_reg.c:1842 SIP auth failure (REGISTER) on sofia profile 'external' for [201@vo",
        expect: &[("event_action", "application_event")],
        absent: &["user_name", "source_ip", "event_outcome"],
    },
    Sample {
        about: "hostile: an account that names another address",
        text: "2026-03-16 09:12:44.112233 96.83% [WARNING] sofia_reg.c:1842 SIP auth failure (REGISTER) on sofia profile 'external' for [x] from ip 203.0.113.9 @y] from ip 198.51.100.7",
        expect: &[("source_ip", "198.51.100.7"), ("event_outcome", "failure")],
        absent: &["parse_error"],
    },
];
