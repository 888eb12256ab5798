//! RFC 3164 as it is really sent: stamp, host and tag, each of which may be missing or odd.
//!
//! Shapes that occur: `Mar 16 09:12:44 host app[12]: text`, without host (`Mar 16 09:12:44 app: text`), with a year
//! before or behind the time (Cisco, Aruba), with colons (Sophos UTM, `2026:03:16-09:12:44`), with an ISO stamp
//! (rsyslog, VMware), behind a sequence number, a name or an uptime (Cisco IOS, `4321: SW: Mar 16 …`), with the
//! facility in words (AIX, FreeBSD, Solaris), passed on by a relay with both headers, or no header at all behind
//! `<PRI>` (FortiGate, Stormshield).
//!
//! Promises: a token is a program only when `:` or `[pid]` says so, a host only where one can stand; a level
//! (`INFO`, `error`) is neither; the rest is payload, untouched.
//! Must not know: payloads, except how those begin that come without a tag.

mod usual;

use memchr::memchr;

use super::Envelope;
use super::rfc5424;
use super::tag::{is_host, is_level, tag};
use crate::generic::{is_of_ends, is_of_news};
use crate::scan::{cut, word};
use crate::time::{When, colon_date, iso_prefix, month_day};

/// Parts in front of a Cisco message: number, name, number, and a mark of the clock.
const CISCO_PARTS_MAX: usize = 5;

/// Longest name of a zone nobody here knows.
const ZONE_BYTES_MAX: usize = 5;

/// Where a header stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Behind `<PRI>`: the sender meant it as syslog.
    Priority,
    /// At the start of a line of a file: anything may look like it.
    Line,
    /// Behind the header of a relay.
    Relayed,
}

/// Reads what follows `<PRI>` when it is a usual header of RFC 3164, as which nothing else would be read.
pub(super) fn read_usual(priority: u8, text: &str) -> Option<Envelope<'_>> {
    let (when, rest) = month_day(text)?;
    usual::read(Some(priority), when, rest)
}

/// Reads what follows `<PRI>`: with a priority in front every rest is syslog, with or without a header.
pub(super) fn read_after_priority(text: &str) -> Envelope<'_> {
    let text = text.trim_start_matches(' ');
    if opens_with_key(text) {
        return Envelope { payload: text, ..Envelope::default() };
    }
    if let Some(envelope) = stamped(text, Place::Priority).or_else(|| cisco(text)) {
        return envelope;
    }
    // Some daemons send a tag without stamp and host (`<14>app[12]: text`), or with a host only.
    match tag(text) {
        Some(tag) if !tag.pid.is_empty() => return tag,
        _ => {}
    }
    if let Some((host, rest)) = text.split_once(' ')
        && is_host(host)
        && let Some(tag) = tag(rest).filter(|tag| !tag.pid.is_empty())
    {
        return Envelope { host, ..tag };
    }
    Envelope { payload: text, ..Envelope::default() }
}

/// True for `date=2026-03-16 …`: neither a stamp nor a tag nor a host has such a sign.
fn opens_with_key(text: &str) -> bool {
    let is_key_byte = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let bytes = text.as_bytes();
    let length = bytes.iter().take_while(|byte| is_key_byte(byte)).count();
    length > 0 && bytes.get(length) == Some(&b'=')
}

/// Reads a line of a file: without a stamp, or without what must stand behind it, the line is no syslog.
pub(super) fn read_in_file(text: &str) -> Option<Envelope<'_>> {
    let bytes = text.as_bytes();
    if !bytes.first()?.is_ascii_digit() {
        if let Some((when, rest)) = month_day(text) {
            return Some(after_stamp(when, rest, Place::Line));
        }
        // `sshd[12]: text`, what a collector left of a header.
        return tag(text).filter(|tag| is_bare_tag(text, tag));
    }
    if text.starts_with("1 ") {
        return rfc5424::read(text).filter(|envelope| envelope.when.is_some());
    }
    if let Some((when, rest)) = colon_date(text) {
        return Some(after_stamp(when, rest, Place::Line));
    }
    iso_line(text)
}

/// `2026-03-16T09:12:44.112+01:00 host app[12]: text`. A line that begins so may be of many formats: rsyslog's
/// has `T`, a zone and a tag; without zone, or with a blank, a process id must stand in the tag.
fn iso_line(text: &str) -> Option<Envelope<'_>> {
    let (when, rest) = iso_prefix(text)?;
    // Java and Python write the fraction behind a comma.
    if text.as_bytes().get(19) == Some(&b',') {
        return None;
    }
    let has_t = text.as_bytes().get(10) != Some(&b' ');
    let rest = rest.strip_prefix(' ')?;
    // `log show --style syslog` of macOS, whose stamps have a blank, puts two in front of the host.
    let rest = rest.strip_prefix(' ').filter(|_| !has_t).unwrap_or(rest);
    let (host, rest) = rest.split_once(' ')?;
    if !is_host(host) {
        // VMware's own files: `2026-03-16T09:12:44.112Z info hostd[12] [Originator@6876 …`.
        let tag = tag(rest).filter(|tag| !tag.pid.is_empty() && has_t && when.offset_s.is_some())?;
        return is_level(host).then_some(Envelope { when: Some(when), level: host, ..tag });
    }
    let envelope = Envelope { when: Some(when), host, ..Envelope::default() };
    // MySQL's error log (`STAMP 42 [Note] text`) is no syslog.
    if let Some(tag) = tag(rest).filter(|_| !rest.starts_with('[')) {
        let is_certain = (has_t && when.offset_s.is_some()) && are_names(host, &tag) || is_pid(tag.pid);
        return (is_certain && !is_level(tag.program)).then(|| tag.or(envelope));
    }
    if !has_t || when.offset_s.is_none() {
        return None;
    }
    if opens_payload(rest) {
        return may_send(host, rest).then_some(Envelope { payload: rest, ..envelope });
    }
    rfc5424::read_behind_host(rest).map(|inner| inner.or(envelope))
}

fn stamped(text: &str, place: Place) -> Option<Envelope<'_>> {
    // Cisco marks a clock that is not set with `*` or `.`.
    let bare = text.strip_prefix(['*', '.']).unwrap_or(text);
    let (when, rest) = month_day(bare)
        .or_else(|| iso_prefix(bare))
        .or_else(|| year_first(bare))
        .or_else(|| colon_date(bare))?;
    Some(after_stamp(when, rest, place))
}

/// `2026 Mar 16 09:12:44 CET`, of NX-OS.
fn year_first(text: &str) -> Option<(When, &str)> {
    let (year, rest) = text.split_once(' ').filter(|(year, _)| year.len() == 4)?;
    let year = year.parse::<i32>().ok().filter(|year| (1970..2100).contains(year))?;
    let (when, rest) = month_day(rest)?;
    Some((When { year: Some(year), ..when }, rest))
}

/// `Mar 16 09:12:44 2026 host …`, of Aruba controllers.
fn year_behind(when: When, rest: &str) -> (When, &str) {
    let year = rest.get(..6).filter(|_| when.year.is_none()).and_then(|head| {
        let digits = head.strip_prefix(' ')?.strip_suffix(' ')?;
        digits.parse::<i32>().ok().filter(|year| (1970..2100).contains(year))
    });
    match year {
        Some(year) => (When { year: Some(year), ..when }, rest.get(5..).unwrap_or_default()),
        None => (when, rest),
    }
}

fn after_stamp(when: When, rest: &str, place: Place) -> Envelope<'_> {
    usual::read(None, when, rest).unwrap_or_else(|| odd(when, rest, place))
}

/// Any other rest of a header.
fn odd(when: When, rest: &str, place: Place) -> Envelope<'_> {
    let (when, rest) = year_behind(when, rest);
    let envelope = Envelope { when: Some(when), ..Envelope::default() };
    // `Mar 16 2026 09:12:44: %ASA-6-…`: a colon ends the header, no host.
    if let Some(payload) = behind_zone(rest).strip_prefix(':') {
        return Envelope { payload: payload.trim_start_matches(' '), ..envelope };
    }
    let rest = facility_in_words(rest.trim_start_matches(' '));
    let (first, after_first) = word(rest).unwrap_or((rest, ""));
    if let Some(tag) = tag(rest)
        && (first.contains('[') || first.ends_with(':') || after_first.is_empty())
        && !is_cisco_name(first, after_first)
        && !(tag.pid.is_empty() && is_level(tag.program))
    {
        return Envelope { payload: message(tag.payload), ..tag }.or(envelope);
    }
    let host = first.trim_end_matches(':');
    if !is_host(host) {
        return Envelope { payload: rest, ..envelope };
    }
    // `host : %ASA-…` and `host: %LINK-…`.
    let after_host = after_first.trim_start_matches(' ');
    let after_host = after_host.strip_prefix(": ").unwrap_or(after_host);
    if let Some(inner) =
        behind_host(after_host, place).filter(|inner| place != Place::Line || are_names(host, inner))
    {
        return inner.or(Envelope { host, ..envelope });
    }
    // In a file the first word of a text without tag is a host only when it looks like one.
    let is_sender = || opens_payload(after_host) && may_send(host, after_host);
    if place == Place::Line && !looks_like_host(host) && !is_sender() {
        return Envelope { payload: rest, ..envelope };
    }
    Envelope { host, payload: after_host, ..envelope }
}

/// A tag behind the host, or another header that a relay passed on.
fn behind_host(text: &str, place: Place) -> Option<Envelope<'_>> {
    // AIX: `Message forwarded from web1: sshd[12]: text`.
    if let Some((host, rest)) =
        text.strip_prefix("Message forwarded from ").and_then(|rest| rest.split_once(": "))
        && is_host(host)
    {
        return Some(
            tag(rest)
                .unwrap_or(Envelope { payload: rest, ..Envelope::default() })
                .or(Envelope { host, ..Envelope::default() }),
        );
    }
    let text = facility_in_words(text);
    // F5: `gw notice apmd[12]: text`.
    if let Some((level, rest)) = word(text).filter(|(level, _)| is_level(level))
        && let Some(tag) = tag(rest).filter(|tag| is_pid(tag.pid))
    {
        return Some(Envelope { level, ..tag });
    }
    if let Some(tag) = tag(text) {
        let is_program = !tag.pid.is_empty() || !is_level(tag.program);
        return is_program.then(|| Envelope { payload: message(tag.payload), ..tag });
    }
    if place == Place::Relayed {
        return None;
    }
    match text.as_bytes().first()? {
        b'<' => {
            let (priority, rest) = super::priority(text)?;
            let inner = rfc5424::read(rest).or_else(|| stamped(rest, Place::Relayed))?;
            Some(Envelope { priority: Some(priority), ..inner })
        }
        b'0'..=b'9' | b'*' | b'.' => {
            cisco(text).filter(|inner| inner.payload.starts_with('%')).or_else(|| {
                text.strip_prefix("1 ").and_then(|_| rfc5424::read(text)).filter(|inner| inner.when.is_some())
            })
        }
        byte if byte.is_ascii_uppercase() => {
            month_day(text).map(|(when, rest)| after_stamp(when, rest, Place::Relayed))
        }
        _ => None,
    }
}

/// What follows the facility in words: `auth|security:info ` (AIX), `<auth.info> ` (FreeBSD).
fn facility_in_words(text: &str) -> &str {
    let Some((first, rest)) = word(text) else { return text };
    // It ends in a level.
    if !first.bytes().next_back().is_some_and(|last| last.is_ascii_alphabetic() || last == b'>') {
        return text;
    }
    let word = first.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')).unwrap_or(first);
    let pair = word.split_once(if first.len() == word.len() { ':' } else { '.' });
    let is_word = |word: &str| word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'|');
    match pair {
        Some((facility, level)) if is_word(facility) && !facility.is_empty() && is_level(level) => rest,
        _ => text,
    }
}

/// What follows Solaris' `[ID 800047 auth.info] `.
fn message(text: &str) -> &str {
    match text.strip_prefix("[ID ").and_then(|rest| rest.split_once("] ")) {
        Some((inner, rest)) if inner.len() <= 40 && inner.contains('.') => rest,
        _ => text,
    }
}

/// What follows a zone nobody here knows, in front of the colon of a Cisco header: ` EDT: %SYS-…`.
fn behind_zone(rest: &str) -> &str {
    let word = rest.strip_prefix(' ').unwrap_or(rest);
    let colon = word.bytes().take(ZONE_BYTES_MAX + 1).position(|byte| byte == b':');
    match colon.and_then(|at| Some((word.get(..at)?, word.get(at + 1..)?))) {
        Some((zone, after))
            if zone.bytes().all(|byte| byte.is_ascii_uppercase())
                && after.trim_start_matches(' ').starts_with('%') =>
        {
            word.get(zone.len()..).unwrap_or_default()
        }
        _ => rest,
    }
}

/// `SW-CORE: %LINK-3-UPDOWN: …`: what stands before a mnemonic is a host, not a program.
fn is_cisco_name(first: &str, after: &str) -> bool {
    first.ends_with(':') && after.starts_with('%')
}

/// `4321: SW-CORE: 000123: *Mar 16 2026 09:12:44.112 CET: %LINK-3-UPDOWN: …`, each part optional.
fn cisco(text: &str) -> Option<Envelope<'_>> {
    let mut rest = text.strip_prefix(": ").unwrap_or(text);
    let mut host = "";
    for _ in 0..CISCO_PARTS_MAX {
        if let Some(envelope) = stamped(rest, Place::Relayed) {
            return Some(envelope.or(Envelope { host, ..Envelope::default() }));
        }
        if rest.starts_with('%') {
            return Some(Envelope { host, payload: rest, ..Envelope::default() });
        }
        let (name, after) = cut(rest, ": ")?;
        let name = name.trim_end_matches(' ');
        if !is_uptime(name) {
            if !is_host(name) {
                return None;
            }
            host = name;
        }
        rest = after.trim_start_matches(' ');
    }
    None
}

/// A sequence number, or an uptime for a stamp: `4321`, `00:01:23`, `1w2d`, `*00:01:23.456`.
fn is_uptime(name: &str) -> bool {
    let bare = name.trim_start_matches(['*', '.']);
    bare.as_bytes().first().is_some_and(u8::is_ascii_digit)
        && bare.bytes().all(|byte| {
            byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'y' | b'w' | b'd' | b'h' | b'm')
        })
        && bare.parse::<std::net::IpAddr>().is_err()
}

fn is_pid(pid: &str) -> bool {
    !pid.is_empty() && pid.bytes().all(|byte| byte.is_ascii_digit())
}

/// `sshd[12]: text` with nothing in front: a number in brackets and a colon.
fn is_bare_tag(text: &str, tag: &Envelope<'_>) -> bool {
    is_pid(tag.pid)
        && tag.qualifier.is_empty()
        && !is_level(tag.program)
        && text.get(tag.program.len() + tag.pid.len() + 2..).is_some_and(|rest| rest.starts_with(": "))
}

/// False for the first two words of a sentence, of which the second stands before a colon.
fn are_names(host: &str, tag: &Envelope<'_>) -> bool {
    !tag.pid.is_empty() || looks_like_host(host) || !is_of_news(host) && !is_of_ends(tag.program)
}

/// False for a word that stands before pairs and may be anything: of those that appliances open with, it is their name.
fn may_send(host: &str, payload: &str) -> bool {
    let is_appliances = ["date=", "id=", "device", "devname="].iter().any(|key| payload.starts_with(key));
    looks_like_host(host) || !is_of_news(host) && (is_appliances || !opens_with_key(payload))
}

/// More than a plain word: a name of a machine mostly has a digit, a dot, a hyphen or an underscore.
fn looks_like_host(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_' | b':'))
}

/// True for texts that come without a tag behind a host: Cisco's mnemonics, CEF, LEEF, JSON, key=value,
/// RouterOS topics, syslogd's own words.
fn opens_payload(text: &str) -> bool {
    let first = text.split(' ').next().unwrap_or_default();
    text.starts_with(['%', '{', '<'])
        || text.starts_with("CEF:")
        || text.starts_with("LEEF:")
        || text.starts_with("last message repeated ")
        || text.starts_with("message repeated ")
        || memchr(b'=', first.as_bytes()).is_some_and(|at| at > 0)
        || (first.contains(',') && !first.ends_with(','))
}

#[cfg(test)]
mod tests;
