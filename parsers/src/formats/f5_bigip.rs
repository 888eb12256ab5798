//! F5 BIG-IP (TMOS): `PROGRAM[PID]: 01490005:5: text` of LTM, APM and the system, iRule lines, the management web
//! server's log. ASM's events come as CEF and are read there.
//!
//! Promises: linear; the message code decides where it is known; what a client sent stands last.
//! Must not know: the syslog envelope. Source: F5, BIG-IP Log Messages; APM session reporting.

mod rule;
mod said;
mod samples;

use schema::{Action, Column, EventBuilder};

use super::{flow, http, peer};
use crate::format::{Format, Payload, Unreadable};
use crate::scan;
use crate::time::clf;

/// See the module.
pub static FORMAT: Format = Format {
    name: "f5_bigip",
    title: "F5 BIG-IP (LTM, APM, system)",
    reference: "F5, BIG-IP TMOS log messages",
    programs: &["tmm", "apmd", "mcpd", "httpd", "logger", "perl", "apd", "sshd", "bigd", "tmsh", "scriptd"],
    starts: b"0123456789abcdefABCDEF/ Rtmnielwps[",
    needs: &[("", ":"), ("", "[]")],
    keys: &[],
    recognise: |payload| Line::read(payload.text).is_some(),
    parse,
    samples: samples::SAMPLES,
};

/// What a line is, behind its heads.
struct Line<'a> {
    level: &'a str,
    program: &'a str,
    pid: &'a str,
    kind: Kind<'a>,
}

enum Kind<'a> {
    /// `01490005:5: text`
    Code { code: &'a str, text: &'a str },
    /// `/Common/profile:Common:76220fff: text`, an APM session whose code was cut.
    Session { text: &'a str },
    /// `Rule /Common/NAME <EVENT>: text`
    Rule { name: &'a str, event: &'a str, text: &'a str },
    /// `[ssl_acc] CLIENT - USER [STAMP] "PATH" STATUS BYTES`
    Access { text: &'a str },
}

/// Longest `PROGRAM[PID]`.
const TAG_BYTES_MAX: usize = 40;

impl<'a> Line<'a> {
    fn read(text: &'a str) -> Option<Line<'a>> {
        let text = text.trim_start();
        if let Some(kind) = Kind::read(text) {
            return Some(Line { level: "", program: "", pid: "", kind });
        }
        // The envelope leaves a level word before the program: `notice apmd[14311]: …`.
        let (level, rest) = match scan::word(text) {
            Some((level, rest)) if is_level(level) => (level, rest),
            _ => ("", text),
        };
        let head = rest.get(..rest.floor_char_boundary(TAG_BYTES_MAX + 2)).unwrap_or(rest);
        let tag = scan::word(head)?.0.strip_suffix(':').filter(|tag| !tag.contains(['"', '=']))?;
        let said = rest.get(tag.len() + 2..)?;
        let (program, pid) = tag.split_once('[').unwrap_or((tag, ""));
        Some(Line { level, program, pid: pid.trim_end_matches(']'), kind: Kind::read(said.trim_start())? })
    }
}

fn is_level(word: &str) -> bool {
    matches!(word, "emerg" | "alert" | "crit" | "err" | "error" | "warning" | "notice" | "info" | "debug")
}

impl<'a> Kind<'a> {
    fn read(text: &'a str) -> Option<Kind<'a>> {
        if let Some(text) = text.strip_prefix("[ssl_acc] ") {
            return Some(Kind::Access { text });
        }
        if let Some(rest) = text.strip_prefix("Rule /") {
            let (name, rest) = rest.split_once(" <")?;
            let (event, text) = rest.split_once(">: ")?;
            let is_event =
                event.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit());
            return is_event.then_some(Kind::Rule { name, event, text });
        }
        if text.starts_with('/') {
            let (session, text) = text.split_once(": ").filter(|(session, _)| session.len() <= 256)?;
            return is_session(session).then_some(Kind::Session { text });
        }
        let (code, rest) = text.split_at_checked(8)?;
        let is_code = code.starts_with('0') && code.bytes().all(|byte| byte.is_ascii_hexdigit());
        let rest = rest.strip_prefix(':')?;
        let (severity, text) = rest.split_once(": ")?;
        (is_code && severity.len() == 1 && peer::is_digits(severity)).then_some(Kind::Code { code, text })
    }
}

/// `/PARTITION/PROFILE:PARTITION:ID`, the id eight hexadecimal digits.
fn is_session(text: &str) -> bool {
    let Some((head, id)) = text.rsplit_once(':') else { return false };
    let is_profile = head.rsplit_once(':').is_some_and(|(profile, partition)| {
        profile.matches('/').count() >= 2 && !profile.contains(' ') && !partition.contains(' ')
    });
    is_profile && (7..=8).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let line = Line::read(payload.text).ok_or(Unreadable("expected CODE:SEVERITY: TEXT"))?;
    event.text(Column::ObserverVendor, "F5");
    event.text(Column::ObserverProduct, "BIG-IP");
    event.text_if_said(Column::LogLevel, line.level);
    event.text_if_said(Column::ProcessName, line.program);
    event.int_text(Column::ProcessPid, line.pid);
    match line.kind {
        Kind::Code { code, text } => {
            event.text(Column::EventCode, code);
            said::read(code, behind_session(text, event), event);
        }
        Kind::Session { text } => {
            behind_session(payload.text.trim_start(), event);
            said::read("", text, event);
        }
        Kind::Rule { name, event: of, text } => {
            event.text(Column::RuleName, name);
            event.field("rule_event", of);
            rule::read(text, event);
        }
        Kind::Access { text } => return access(payload, text, event),
    }
    Ok(())
}

/// The text behind `/PARTITION/PROFILE:PARTITION:ID: `, whose parts become fields.
fn behind_session<'a>(text: &'a str, event: &mut EventBuilder<'_>) -> &'a str {
    let Some((session, rest)) = text.split_once(": ").filter(|(session, _)| is_session(session)) else {
        return text;
    };
    if let Some((profile, id)) = session.rsplit_once(':') {
        event.field("session_id", id);
        event.field("profile", profile.split(':').next().unwrap_or(profile));
    }
    rest
}

/// `CLIENT - USER [STAMP] "PATH" STATUS BYTES`, the path with or without quotes and method.
fn access(payload: &Payload<'_>, text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("expected CLIENT - USER [STAMP] PATH STATUS BYTES");
    let (head, rest) = text.split_once(" [").ok_or(SHAPE)?;
    let (stamp, rest) = rest.split_once("] ").ok_or(SHAPE)?;
    let mut words = head.split(' ');
    event.ip(Column::SourceIp, words.next().unwrap_or(""));
    event.text_if_said(Column::UserName, words.nth(1).unwrap_or(""));
    let (when, _) = clf(stamp).ok_or(Unreadable("no such day or hour"))?;
    payload.set_time(event, when);
    // The client chose the path: status and size are the last two words.
    let (rest, bytes) = rest.trim_end().rsplit_once(' ').ok_or(SHAPE)?;
    let (path, status) = rest.rsplit_once(' ').ok_or(SHAPE)?;
    event.action(Action::HttpRequest);
    let path = path.trim_matches('"');
    match path.starts_with('/') {
        true => http::set_path(path, event),
        false => http::set_request(path, event),
    }
    http::set_status(status, event);
    event.int_text(Column::HttpResponseBodyBytes, bytes);
    Ok(())
}

/// `A:P -> B:P`, wherever it stands.
fn set_flow(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let Some((from, to)) = text.split_once(" -> ") else { return false };
    let from = from.rsplit(' ').next().unwrap_or(from);
    let to = to.split([' ', ',']).next().unwrap_or(to).trim_end_matches([':', '.']);
    flow::source_pair(event, from) && flow::destination_pair(event, to)
}
