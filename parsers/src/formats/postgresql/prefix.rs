//! The `log_line_prefix`: found by what it can hold, since a line does not say how it was configured.
//!
//! Promises: linear; when a key is said twice the last counts, so that a client's own text in front of
//! the real value does not win. Must not know: messages.

use memchr::memmem;
use schema::{Column, EventBuilder};

use super::level::Level;
use crate::format::Payload;
use crate::time::{When, epoch_fraction, iso_prefix};

/// Longest prefix that is looked for.
const PREFIX_BYTES_MAX: usize = 512;

/// A line cut at its level word.
pub(super) struct Line<'a> {
    pub(super) prefix: &'a str,
    pub(super) level: Level,
    pub(super) word: &'a str,
    /// SQLSTATE of `log_error_verbosity = verbose`, else empty.
    pub(super) state: &'a str,
    pub(super) message: &'a str,
}

/// Cuts a line at the first level word, which PostgreSQL follows with a colon and two spaces.
pub(super) fn split(text: &str) -> Option<Line<'_>> {
    let head = head(text);
    for at in memmem::find_iter(head.as_bytes(), b":  ") {
        let before = head.get(..at)?;
        let start =
            before.rfind(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit()).map_or(0, |at| at + 1);
        let word = before.get(start..)?;
        if let Some(level) = Level::of(word) {
            let message = text.get(at + 3..)?;
            let (state, message) = verbose_state(message);
            return Some(Line { prefix: before.get(..start)?, level, word, state, message });
        }
    }
    None
}

fn head(text: &str) -> &str {
    let mut end = text.len().min(PREFIX_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// `42601: syntax error …` of verbose logging.
fn verbose_state(message: &str) -> (&str, &str) {
    match message.split_once(": ") {
        Some((state, rest)) if is_state(state) => (state, rest),
        _ => ("", message),
    }
}

/// A SQLSTATE: five digits or capital letters, with a digit among them.
fn is_state(text: &str) -> bool {
    text.len() == 5
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// True when the text has a level word behind a prefix with both a stamp and a process or session id.
pub(super) fn is_certain(text: &str) -> bool {
    let Some(line) = split(text) else { return false };
    let Some((_, rest)) = stamp(line.prefix) else { return false };
    let has_pid = rest
        .split('[')
        .skip(1)
        .any(|inside| inside.bytes().take_while(u8::is_ascii_digit).count() > 0 && inside.contains(']'));
    has_pid || rest.contains('@') || rest.contains("user=") || rest.trim_start().starts_with('>')
}

/// A stamp as ISO date or epoch.
enum Time {
    Civil(When),
    Instant(i64),
}

/// The stamp of a prefix and what follows it, in front of which there may be a host or a bracket.
fn stamp(prefix: &str) -> Option<(Time, &str)> {
    let bare = prefix.trim_start_matches(['<', '[', '(', ' ']);
    if let Some((when, rest)) = iso_prefix(bare) {
        return Some((Time::Civil(when), rest));
    }
    if let Some((time_us, rest)) = epoch_fraction(bare).filter(|(_, rest)| rest.starts_with(' ')) {
        return Some((Time::Instant(time_us), rest));
    }
    // `%h %m`: one token in front.
    let (_, after) = bare.split_once(' ')?;
    iso_prefix(after).map(|(when, rest)| (Time::Civil(when), rest))
}

/// Sets what a prefix says.
pub(super) fn read(prefix: &str, payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
    let Some((time, rest)) = stamp(prefix) else {
        tokens(prefix, event);
        return;
    };
    match time {
        Time::Instant(time_us) => payload.set_time_us(event, time_us),
        Time::Civil(when) if when.offset_s.is_some() || !payload.is_stamped => {
            payload.set_time(event, when);
        }
        Time::Civil(_) => {}
    }
    if let Some((host, _)) = prefix.split_once(' ') {
        event.ip(Column::SourceIp, host);
    }
    if let Some(joined) = rest.strip_prefix(':') {
        colon_joined(joined, event);
    } else {
        tokens(rest, event);
    }
}

/// `%t:%r:%u@%d:[%p]:`, read from the right: an IPv6 address has colons, and names come from clients.
fn colon_joined(rest: &str, event: &mut EventBuilder<'_>) {
    let rest = rest.trim_end_matches([':', ' ']);
    let Some((rest, pid)) = rest.rsplit_once(":[") else { return };
    event.int_text(Column::ProcessPid, pid.trim_end_matches(']'));
    let Some((remote, account)) = rest.rsplit_once(':') else { return };
    user_at_database(account, event);
    client(remote, event);
}

/// Blank-separated tokens; from the first `key=value` on, pairs.
fn tokens(rest: &str, event: &mut EventBuilder<'_>) {
    let pairs_at =
        ["user=", "usr=", "db=", "database=", "app="].iter().filter_map(|key| rest.find(key)).min();
    let (plain, keyed) = pairs_at.and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
    // The envelope's is sure; `[7-1]` behind a syslog tag counts messages.
    let mut has_pid = event.is_set(Column::ProcessPid);
    for token in plain.split([' ', ',']).filter(|token| !token.is_empty()) {
        has_pid |= plain_token(token.trim_end_matches(':'), has_pid, event);
    }
    let separator = if keyed.contains(",db=") || keyed.contains(",database=") { ',' } else { ' ' };
    for pair in keyed.trim_end_matches([' ', ']', ':', ')']).split(separator) {
        if let Some((key, value)) = pair.trim_start().split_once('=') {
            pair_value(key, value.trim_end_matches(','), event);
        }
    }
}

/// One token; true when it was the process id.
fn plain_token(token: &str, has_pid: bool, event: &mut EventBuilder<'_>) -> bool {
    if let Some(inner) = token.strip_prefix('[').and_then(|token| token.strip_suffix(']')) {
        let digits = inner.split('-').next().unwrap_or(inner);
        if has_pid || inner.contains('-') && !inner.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
        {
            return false;
        }
        return event.int_text(Column::ProcessPid, digits);
    }
    if token.contains('@') {
        user_at_database(token, event);
    } else if is_state(token) {
        set_state(token, event);
    } else if token.bytes().any(|byte| byte == b'.' || byte == b':') && client(token, event) {
        // An address.
    } else if let Some((start, pid)) = token.split_once('.') {
        // `%c`: start of the session and process id, in hexadecimal.
        if is_hex(start) && is_hex(pid) {
            event.field("session_id", token);
        }
    }
    false
}

fn is_hex(text: &str) -> bool {
    (3..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn pair_value(key: &str, value: &str, event: &mut EventBuilder<'_>) {
    // The last pair may have lost its bracket to the prefix's own end.
    let is_said = !value.is_empty() && !value.starts_with("[unknown");
    match key {
        // The first counts: a program's name, which comes later, is the client's.
        "user" | "usr" | "u" if event.is_set(Column::UserName) => {}
        "user" | "usr" | "u" if is_said => event.text(Column::UserName, value),
        "db" | "database" | "d" if is_said => event.text(Column::DbName, value),
        "app" | "application" | "a" if is_said => event.field("client_program", value),
        "client" | "host" | "h" | "remote" | "r" => {
            client(value, event);
        }
        "pid" | "p" => {
            event.int_text(Column::ProcessPid, value);
        }
        "sqlstate" | "state" | "e" => set_state(value, event),
        "session" | "c" if is_said => event.field("session_id", value),
        _ => {}
    }
}

fn set_state(state: &str, event: &mut EventBuilder<'_>) {
    if is_state(state) && state != "00000" {
        event.text(Column::EventCode, state);
    }
}

fn user_at_database(token: &str, event: &mut EventBuilder<'_>) {
    let Some((user, database)) = token.rsplit_once('@') else { return };
    for (column, value) in [(Column::UserName, user), (Column::DbName, database)] {
        if !value.is_empty() && value != "[unknown]" {
            event.text(column, value);
        }
    }
}

/// `192.0.2.7`, `192.0.2.7(51022)`, `[local]`; true when it is an address.
pub(super) fn client(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let (address, port) = match text.split_once('(') {
        Some((address, port)) => (address, port.trim_end_matches(')')),
        None => (text, ""),
    };
    let is_address = event.ip(Column::SourceIp, address);
    if is_address && !port.is_empty() {
        event.int_text(Column::SourcePort, port);
    }
    is_address
}
