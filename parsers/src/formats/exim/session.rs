//! What Exim says outside the life of a message: sessions, refusals, logins, its own start and stop.
//!
//! Promises: the other end is Exim's own word; where a client's text may imitate it, the last one counts or none.
//! Must not know: stamps, message ids.

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::account::between;
use super::super::mail;
use super::items::{Items, peer};
use crate::format::Unreadable;

/// Openings that no other program's line has behind a bare stamp.
const OPENINGS: &[&str] = &[
    "H=",
    "SMTP call from ",
    "SMTP command timeout on ",
    "SMTP connection from ",
    "SMTP data timeout ",
    "SMTP protocol error in ",
    "SMTP protocol synchronization error (",
    "SMTP syntax error in ",
    "TLS error on connection from ",
    "Start queue run: pid=",
    "End queue run: pid=",
    "unexpected disconnection while reading SMTP command from ",
    "unexpected rejection of ",
    "no MAIL in SMTP connection from ",
    "no host name found for IP address ",
    "no IP address found for host ",
    "rejected HELO from ",
    "rejected EHLO from ",
    "rejected connection from ",
    "refused connection from ",
    "unqualified sender rejected: ",
    "unqualified recipient rejected: ",
    "incomplete transaction (",
];

/// True when the text is certainly Exim's.
pub(super) fn is_known(text: &str) -> bool {
    let is_login = text
        .split_once(" authenticator failed for ")
        .is_some_and(|(mechanism, rest)| !mechanism.contains(' ') && rest.contains('['));
    let is_alone = text.starts_with("exim ") && text.contains(" daemon started: pid=")
        || text.starts_with("Connection from ") && text.contains(" refused");
    is_login
        || is_alone
        || OPENINGS.iter().any(|opening| text.starts_with(opening))
            && (!text.starts_with("H=") || text.contains('['))
}

/// Reads a line.
pub(super) fn read(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    if let Some((mechanism, rest)) = text.split_once(" authenticator failed for ") {
        return login_failed(mechanism, rest, event);
    }
    if text.starts_with("H=") || text.starts_with("U=") {
        return judged(text, event);
    }
    if protocol(text, event) || started(text, event) {
        return Ok(());
    }
    other(text, event);
    Ok(())
}

/// `HOST (HELO) [IP]:PORT I=[IP]:PORT: 535 Incorrect authentication data (set_id=USER)`.
fn login_failed(mechanism: &str, rest: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let rest = rest.strip_prefix("H=").unwrap_or(rest);
    let rest = peer(rest, false, event);
    if !event.is_set(Column::SourceIp) {
        return Err(Unreadable("expected authenticator failed for HOST [ADDRESS]"));
    }
    event.action(Action::Login);
    event.outcome(Outcome::Failure);
    event.field("auth_method", mechanism);
    let (head, reply) = rest.split_once(": ").unwrap_or(("", rest));
    Items::new(head).read(event);
    let (reply, user) = reply.split_once(" (set_id=").unwrap_or((reply, ""));
    event.text_if_said(Column::UserName, user.strip_suffix(')').unwrap_or(user));
    let (code, words) = reply.split_once(' ').unwrap_or((reply, ""));
    if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit()) {
        event.text(Column::EventCode, code);
        event.field("reason", words);
    } else if !reply.is_empty() {
        event.field("reason", reply);
    }
    Ok(())
}

/// `H=… F=<SENDER> rejected RCPT <ADDRESS>: REASON` and what else an ACL writes of a session.
fn judged(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut items = Items::new(text);
    items.read(event);
    let said = items.rest.trim_start();
    if said.is_empty() {
        return Err(Unreadable("a session without what was said of it"));
    }
    if let Some(authenticated) = items.authenticated {
        event.text_if_said(Column::UserName, authenticated.split(':').nth(1).unwrap_or(""));
    }
    let (verb, rest) = match said.strip_prefix("temporarily ") {
        Some(rest) => ("temporarily rejected", rest),
        None => ("rejected", said),
    };
    if let Some(rest) = rest.strip_prefix("rejected ") {
        refused(verb, rest, event);
    } else if let Some(rest) = said.strip_prefix("sender verify ") {
        let (result, rest) = rest.split_once(" for ").unwrap_or((rest, ""));
        event.field("action", "sender verify");
        let (address, reason) = mail::path(rest);
        event.text_if_said(Column::EmailFrom, mail::bare(address));
        blocked(reason.trim_start_matches([':', ' ']), event);
        event.field("result", result);
    } else if said.starts_with("Warning: ") || said.starts_with("incomplete transaction") {
        event.action(Action::ApplicationEvent);
        event.field("action", said.split([':', ' ']).next().unwrap_or(said));
    } else if said.starts_with("closed by DROP in ACL") || said.starts_with("dropped") {
        blocked(said, event);
    } else {
        event.action(Action::ApplicationEvent);
    }
    Ok(())
}

/// `RCPT <ADDRESS>: REASON`, `MAIL <ADDRESS>: REASON`, `after DATA: REASON`, `EHLO or HELO NAME: REASON`.
fn refused(verb: &str, rest: &str, event: &mut EventBuilder<'_>) {
    event.field("action", verb);
    let (command, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    match command {
        "RCPT" | "MAIL" | "VRFY" | "EXPN" => {
            event.field("command", command);
            let (address, reason) = mail::path(rest);
            let address = mail::bare(address).trim_end_matches(':');
            let column = if command == "MAIL" { Column::EmailFrom } else { Column::EmailTo };
            event.text_if_said(column, address);
            blocked(reason.trim_start_matches([':', ' ']), event);
        }
        _ => {
            let (what, reason) = rest.split_once(": ").unwrap_or((rest, ""));
            event.field("command", if command == "after" { what } else { command });
            blocked(if reason.is_empty() { what } else { reason }, event);
        }
    }
}

fn blocked(reason: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::MailBlocked);
    event.outcome(Outcome::Failure);
    if !reason.is_empty() {
        event.field("reason", reason);
    }
}

/// Lines whose other end stands behind fixed words, and whether they tell a refusal.
const PROTOCOL: &[(&str, &str, bool)] = &[
    ("SMTP call from ", "dropped", true),
    ("no MAIL in SMTP connection from ", "no MAIL", true),
    ("rejected connection from ", "rejected connection", true),
    ("refused connection from ", "refused connection", true),
    ("Connection from ", "refused connection", true),
    ("rejected HELO from ", "rejected HELO", true),
    ("rejected EHLO from ", "rejected EHLO", true),
    ("SMTP command timeout on TLS connection from ", "timeout", false),
    ("SMTP command timeout on connection from ", "timeout", false),
    ("SMTP data timeout (message abandoned) on connection from ", "timeout", false),
    ("unexpected disconnection while reading SMTP command from ", "disconnect", false),
    ("TLS error on connection from ", "TLS error", false),
    ("SMTP connection from ", "connect", false),
];

fn protocol(text: &str, event: &mut EventBuilder<'_>) -> bool {
    if text.starts_with("SMTP protocol error in ") || text.starts_with("SMTP syntax error in ") {
        // `"COMMAND" H=… REASON`: the command is the client's, the rest Exim's.
        let Some((_, rest)) = text.rsplit_once("\" H=") else {
            event.action(Action::ApplicationEvent);
            return true;
        };
        ended(rest, "protocol error", event);
        return true;
    }
    if let Some(rest) = text.strip_prefix("SMTP protocol synchronization error ") {
        synchronization(rest, event);
        return true;
    }
    for (opening, action, is_refusal) in PROTOCOL {
        let Some(rest) = text.strip_prefix(opening) else { continue };
        let rest = peer(rest.strip_prefix("H=").unwrap_or(rest), false, event);
        let mut items = Items::new(rest);
        items.read(event);
        let said = items.rest.trim_start_matches([':', ' ']);
        let said = said.strip_prefix("dropped: ").unwrap_or(said);
        event.field("action", action);
        if *is_refusal || said.starts_with("closed by DROP in ACL") || said.starts_with("lost: ") {
            blocked(said, event);
        } else {
            event.action(Action::ApplicationEvent);
            if !said.is_empty() {
                event.field("reason", said);
            }
        }
        return true;
    }
    false
}

/// `(REASON): rejected "COMMAND" H=… next input="…"`: the client may write a second end before or behind the
/// true one, and then none is believed.
fn synchronization(rest: &str, event: &mut EventBuilder<'_>) {
    let (reason, rest) = rest.split_once("): ").unwrap_or((rest, ""));
    let place = match rest.strip_prefix("rejected connection from H=") {
        Some(rest) => Some(rest),
        None => {
            rest.split_once("\" H=").filter(|(_, after)| !after.contains("\" H=")).map(|(_, after)| after)
        }
    };
    if let Some(place) = place {
        let rest = peer(place, false, event);
        Items::new(rest).read(event);
    }
    event.field("action", "synchronization error");
    blocked(reason.trim_start_matches('('), event);
}

/// `HOST (HELO) [IP]:PORT I=… REASON`, of a client that broke the protocol.
fn ended(text: &str, action: &str, event: &mut EventBuilder<'_>) {
    let rest = peer(text, false, event);
    let mut items = Items::new(rest);
    items.read(event);
    let said = items.rest.trim_start();
    event.field("action", action);
    if said.contains("AUTH command") || said.contains("authentication mechanism") {
        event.action(Action::Login);
        event.outcome(Outcome::Failure);
        event.field("reason", said);
    } else {
        blocked(said, event);
    }
}

/// The daemon's own life.
fn started(text: &str, event: &mut EventBuilder<'_>) -> bool {
    if text.starts_with("exim ") && text.contains(" daemon started: pid=") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
        return true;
    }
    if let Some(pid) = between(text, "queue run: pid=", " ")
        .or_else(|| text.split_once("queue run: pid=").map(|(_, pid)| pid))
    {
        event.action(Action::ApplicationEvent);
        event.field("action", if text.starts_with("Start") { "queue run start" } else { "queue run end" });
        event.int_text(Column::ProcessPid, pid);
        return true;
    }
    false
}

/// What is left: the end of a message's life, look-ups, and anything unknown.
fn other(text: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::ApplicationEvent);
    if let Some(reason) =
        text.strip_prefix("rejected after DATA: ").or_else(|| text.strip_prefix("rejected by local_scan(): "))
    {
        blocked(reason, event);
    } else if let Some(address) = text.strip_prefix("no host name found for IP address ") {
        event.ip(Column::SourceIp, address);
        event.field("action", "reverse look-up");
    } else if let Some(rest) = text.strip_prefix("no IP address found for host ") {
        event.field("action", "look-up");
        if let Some((_, rest)) = rest.rsplit_once("(during SMTP connection from ") {
            peer(rest, false, event);
        }
    } else if let Some(rest) = text.strip_prefix("SA: Action: ") {
        spam_checked(rest, event);
    } else if text == "Completed" || text.starts_with("Completed ") {
        event.field("action", "completed");
    } else if text.contains("rozen") {
        event.field("action", "frozen");
    } else if text.starts_with("SMTP error from remote mail") || text.starts_with("H=") {
        event.field("action", "remote error");
    }
}

/// `VERDICT: score=… (scanned in … | Message-Id: …). From <SENDER> (host=NAME [ADDRESS]) for RECIPIENT`, of sa-exim.
fn spam_checked(text: &str, event: &mut EventBuilder<'_>) {
    let (verdict, rest) = text.split_once(": score=").unwrap_or((text, ""));
    event.field("action", verdict);
    if verdict.contains("rejected") || verdict.contains("tossed") {
        blocked("spam", event);
    }
    if let Some((score, _)) = rest.split_once(' ') {
        event.field_number("score", score);
    }
    // Sender and id are the client's: the last host is sa-exim's own.
    let Some((front, host)) = rest.rsplit_once(" (host=") else { return };
    let rest = peer(host, false, event);
    if let Some((_, sender)) = front.rsplit_once(". From ") {
        event.text_if_said(Column::EmailFrom, mail::bare(sender));
    }
    if let Some((_, recipient)) = rest.split_once(" for ") {
        event.text_if_said(Column::EmailTo, mail::bare(recipient));
    }
}
