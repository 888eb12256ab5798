//! OpenSSH server (`sshd`): logins, refusals and disconnects.
//!
//! `Failed …` and `Accepted …` are the logins; what sshd says beside them (`Invalid user …`,
//! `Connection closed by …`) is an application event with the same columns, so that one attempt is one login.
//!
//! Promises: linear; a user name, a client's farewell or a key's comment never moves the peer's address.
//! Must not know: the syslog envelope, other formats.

mod attempt;
mod messages;
mod samples;

use schema::{Column, EventBuilder, Outcome};

use super::{pam, repeated};
use crate::format::{Format, Payload, Unreadable};
use messages::{Message, REMARKS};

/// See the module.
pub static FORMAT: Format = Format {
    name: "openssh",
    title: "OpenSSH server",
    reference: "OpenSSH portable 9.9, auth.c, packet.c, sshd.c, monitor.c",
    programs: &["sshd", "sshd-session", "sshd-auth"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |payload| payload.qualifier.is_empty() && !pam::is_pam(payload),
    parse,
    samples: samples::SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = without_solaris_id(repeated::unwrap(payload.text, event)).trim_end();
    let (level, text) = level(text);
    event.text_if_said(Column::LogLevel, level);
    let (text, is_preauth) = match text.strip_suffix("[preauth]") {
        Some(text) => (text.trim_end(), true),
        None => (text, false),
    };
    let first = text.as_bytes().first();
    // Most openings differ in their first byte.
    for (opening, verb, read) in REMARKS.iter().filter(|(opening, ..)| opening.as_bytes().first() == first) {
        if let Some(rest) = text.strip_prefix(opening) {
            if !verb.is_empty() {
                event.field("action", verb);
            }
            return read(Message { rest, is_preauth }, event);
        }
    }
    // A fatal error before authentication, or a failed key exchange, is an attempt that came to nothing.
    if is_preauth && level == "fatal" || text.starts_with("kex_exchange_identification: ") {
        event.outcome(Outcome::Failure);
    }
    Ok(())
}

/// `[ID 800047 auth.info] text`, the message id that Solaris puts in front.
fn without_solaris_id(text: &str) -> &str {
    text.strip_prefix("[ID ").and_then(|rest| rest.split_once("] ")).map_or(text, |(_, rest)| rest)
}

/// `error: text` as (error, text).
fn level(text: &str) -> (&str, &str) {
    const LEVELS: &[&str] = &["error", "fatal", "info", "warning", "debug1", "debug2", "debug3"];
    let mut near = LEVELS.iter().filter(|level| level.as_bytes().first() == text.as_bytes().first());
    let said = near.find_map(|level| Some((*level, text.strip_prefix(level)?.strip_prefix(": ")?)));
    said.unwrap_or(("", text))
}
