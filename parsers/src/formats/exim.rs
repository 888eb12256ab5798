//! Exim: main, reject and panic log, as files with Exim's own stamp or by syslog.
//!
//! Promises: linear; a session's end is read before any text of the client (HELO is bound to Exim's alphabet), and
//! where a client's command stands in front, from the right; two ends in one line are none.
//! Must not know: the syslog envelope, files, the clock, other formats.
//! Source: The Exim specification, "Log files"; Exim, src/smtp_in.c, src/deliver.c, src/receive.c.

mod items;
mod samples;
mod session;

use schema::{Action, Column, EventBuilder, Outcome};

use super::mail;
use super::peer::is_digits;
use crate::format::{Format, Payload, Unreadable};
use crate::time::{self, When};
use items::Items;

/// See the module.
pub static FORMAT: Format = Format {
    name: "exim",
    title: "Exim (mail server)",
    reference: "Exim specification, chapter Log files",
    programs: &["exim", "exim4"],
    starts: b"0123456789",
    needs: &[],
    keys: &[],
    recognise: |payload| {
        let head = head(payload.text);
        let is_exim = matches!(payload.program, "exim" | "exim4") || !head.program_pid.is_empty();
        is_exim || (head.when.is_some() && (!head.id.is_empty() || session::is_known(head.text)))
    },
    parse,
    samples: samples::SAMPLES,
};

/// What stands in front of a message.
#[derive(Default)]
struct Head<'a> {
    when: Option<When>,
    /// Host and pid of a line that carries `HOST exim[PID]: ` behind its stamp.
    host: &'a str,
    program_pid: &'a str,
    /// Process of `log_selector = +pid`.
    pid: &'a str,
    id: &'a str,
    text: &'a str,
}

/// `STAMP [HOST exim[PID]: ][[PID] ][MESSAGE-ID ]TEXT`.
fn head(text: &str) -> Head<'_> {
    let mut head = Head { text, ..Head::default() };
    if let Some((when, rest)) = time::iso_prefix(text)
        && let Some(rest) = rest.strip_prefix(' ')
    {
        head.when = Some(when);
        head.text = rest;
    }
    if let Some((front, rest)) = head.text.split_once(" exim[")
        && !front.contains([' ', '='])
        && let Some((pid, rest)) = rest.split_once("]: ")
        && is_digits(pid)
    {
        (head.host, head.program_pid, head.text) = (front, pid, rest);
    }
    if let Some((pid, rest)) = head.text.strip_prefix('[').and_then(|rest| rest.split_once("] "))
        && is_digits(pid)
    {
        (head.pid, head.text) = (pid, rest);
    }
    if let Some((id, rest)) = head.text.split_once(' ')
        && is_message_id(id)
    {
        (head.id, head.text) = (id, rest);
    }
    head
}

/// `1tQ2ab-0001Cd-7x`, or `1rN3Ab-00000003xYz-1a2B` since 4.97: base 62 in three parts.
fn is_message_id(word: &str) -> bool {
    let bytes = word.as_bytes();
    let dashes: (usize, usize) = match bytes.len() {
        16 => (6, 13),
        23 => (6, 18),
        _ => return false,
    };
    bytes.iter().enumerate().all(|(at, byte)| {
        if at == dashes.0 || at == dashes.1 { *byte == b'-' } else { byte.is_ascii_alphanumeric() }
    })
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let head = head(payload.text);
    if let Some(when) = head.when
        && !payload.set_inner_time(event, when)
    {
        return Err(Unreadable("no such day or hour"));
    }
    // `info` and its kin are levels that a collector put where a host may stand.
    if !matches!(head.host, "" | "info" | "notice" | "warning" | "error") {
        event.text(Column::HostName, head.host);
    }
    let pid = if head.program_pid.is_empty() { head.pid } else { head.program_pid };
    if !pid.is_empty() {
        event.int_text(Column::ProcessPid, pid);
    }
    if !head.id.is_empty() {
        event.field("queue_id", head.id);
        if let Some((flag, rest)) = head.text.split_once(' ')
            && let Some(read) = message(flag, rest, event)
        {
            return read;
        }
    }
    session::read(head.text, event)
}

/// The lines of one message, by their flag; none when the word is no flag.
fn message(flag: &str, rest: &str, event: &mut EventBuilder<'_>) -> Option<Result<(), Unreadable>> {
    Some(match flag {
        "<=" => arrival(rest, event),
        "=>" | "->" | ">>" | "*>" => delivery(rest, event),
        "**" | "==" => failed(flag, rest, event),
        _ => return None,
    })
}

/// `ADDRESS H=HOST (HELO) [IP]:PORT P=esmtpsa A=plain:USER S=1 id=ID T="SUBJECT" from <ADDRESS> for ADDRESS …`.
fn arrival(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let (sender, rest) = mail::path(text);
    if rest.is_empty() {
        return Err(Unreadable("a message without what Exim says of it"));
    }
    event.text_if_said(Column::EmailFrom, mail::bare(sender));
    let mut items = Items::new(rest);
    items.read(event);
    event.outcome(Outcome::Success);
    match items.authenticated {
        Some(authenticated) => {
            let (method, user) = authenticated.split_once(':').unwrap_or((authenticated, ""));
            event.action(Action::Login);
            event.field("auth_method", method);
            event.text_if_said(Column::UserName, user.split(':').next().unwrap_or(user));
        }
        None if items.has_peer => event.action(Action::MailReceived),
        None => event.action(Action::MailSent),
    }
    let tail = items.rest.trim_start();
    let tail = match tail.strip_prefix("from ") {
        Some(from) => mail::path(from).1.trim_start(),
        None => tail,
    };
    if let Some(recipients) = tail.strip_prefix("for ") {
        mail::set_recipients(event, recipients.split(' '));
    }
    Ok(())
}

/// `ADDRESS <ORIGINAL> F=<SENDER> R=ROUTER T=TRANSPORT H=HOST [IP]:PORT C="REPLY"`, of a delivery done.
fn delivery(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut items = recipient(text, event)?;
    items.read(event);
    event.action(if items.has_peer { Action::MailSent } else { Action::MailReceived });
    event.outcome(Outcome::Success);
    Ok(())
}

/// The same of one given up (`**`) or put off (`==`), with the reason behind `: ` or in words.
fn failed(flag: &str, text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let mut items = recipient(text, event)?;
    items.read(event);
    event.action(Action::MailBounced);
    event.outcome(Outcome::Failure);
    event.field("status", if flag == "**" { "failed" } else { "deferred" });
    let reason = items.rest.trim_start_matches([':', ' ']);
    let code = reason.strip_prefix("defer (").and_then(|rest| rest.split_once(')')).map(|(code, _)| code);
    if let Some(code) = code {
        event.text_if_said(Column::EventCode, code);
    }
    if !reason.is_empty() {
        event.field("reason", reason);
    }
    Ok(())
}

/// The recipient in front of a delivery, and the address it was made from.
fn recipient<'a>(text: &'a str, event: &mut EventBuilder<'_>) -> Result<Items<'a>, Unreadable> {
    let (to, rest) = mail::path(text);
    let (to, rest) = to.strip_suffix(':').map_or((to, rest), |to| (to, rest));
    event.text_if_said(Column::EmailTo, mail::bare(to));
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix('<') {
        Some(_) => {
            let (original, rest) = mail::path(rest);
            event.field("orig_to", mail::bare(original));
            rest
        }
        // `/dev/null <x@y>`, `|command`, `user (alias)`: what stands before the next item is Exim's own.
        None => rest,
    };
    if to.is_empty() {
        return Err(Unreadable("a delivery without its address"));
    }
    Ok(Items::of_delivery(rest))
}
