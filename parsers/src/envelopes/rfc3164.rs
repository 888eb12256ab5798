//! RFC 3164 as it is really sent: stamp, host and tag, each of which may be missing or odd.
//!
//! Shapes that occur: `Mar 16 09:12:44 host app[12]: text`, without host (`Mar 16 09:12:44 app: text`),
//! with a year or an ISO stamp (Cisco, rsyslog, VMware), behind a sequence number and a name (Cisco IOS,
//! `4321: SW: Mar 16 …`), or no header at all behind `<PRI>` (FortiGate, Stormshield, Sophos).
//!
//! Promises: a token is a program only when `:` or `[pid]` says so; the rest is payload, untouched.
//! Must not know: payloads, except that `%` opens a Cisco mnemonic.

use memchr::memchr3;

use super::Envelope;
use crate::time::{When, iso_prefix, month_day};

/// Longest host name that is accepted.
const HOST_BYTES_MAX: usize = 255;
/// Longest program name that is accepted.
const PROGRAM_BYTES_MAX: usize = 96;

/// Reads what follows `<PRI>`: with a priority in front every rest is syslog, with or without a header.
pub(super) fn read_after_priority(text: &str) -> Envelope<'_> {
    let text = text.strip_prefix(' ').unwrap_or(text);
    if let Some(envelope) = stamped(text).or_else(|| cisco(text)) {
        return envelope;
    }
    // Some daemons send a tag without stamp and host (`<14>app[12]: text`).
    match tag(text) {
        Some(tag) if !tag.pid.is_empty() => tag,
        _ => Envelope { payload: text, ..Envelope::default() },
    }
}

/// Reads a line of a file: a stamp, a host and a tag must be there, or the line is no syslog.
pub(super) fn read_in_file(text: &str) -> Option<Envelope<'_>> {
    if text.as_bytes().first()?.is_ascii_alphabetic() {
        let (when, rest) = month_day(text)?;
        return Some(after_stamp(when, rest));
    }
    // A line that begins with an ISO stamp is of many formats; rsyslog's has `T`, a zone and a tag.
    if text.as_bytes().get(10) != Some(&b'T') {
        return None;
    }
    let (when, rest) = iso_prefix(text)?;
    when.offset_s?;
    let (host, rest) = rest.strip_prefix(' ')?.split_once(' ')?;
    // MySQL's error log (`STAMP 42 [Note] text`) is no syslog.
    let tag = tag(rest).filter(|_| !rest.starts_with('['))?;
    is_host(host).then_some(Envelope { when: Some(when), host, ..tag })
}

fn stamped(text: &str) -> Option<Envelope<'_>> {
    // Cisco marks a clock that is not set with `*` or `.`.
    let bare = text.strip_prefix(['*', '.']).unwrap_or(text);
    let (when, rest) = month_day(bare).or_else(|| iso_prefix(bare))?;
    Some(after_stamp(when, rest))
}

fn after_stamp(when: When, rest: &str) -> Envelope<'_> {
    let envelope = Envelope { when: Some(when), ..Envelope::default() };
    // `Mar 16 2026 09:12:44: %ASA-6-…`: a colon ends the header, no host.
    if let Some(payload) = rest.strip_prefix(':') {
        return Envelope { payload: payload.trim_start_matches(' '), ..envelope };
    }
    let rest = rest.trim_start_matches(' ');
    let (first, after_first) = rest.split_once(' ').unwrap_or((rest, ""));
    if let Some(tag) = tag(rest)
        && (first.get(1..).is_some_and(|rest| rest.contains('['))
            || first.ends_with(':')
            || after_first.is_empty())
        && !is_cisco_name(first, after_first)
    {
        return Envelope { when: envelope.when, ..tag };
    }
    if !is_host(first.trim_end_matches(':')) {
        return Envelope { payload: rest, ..envelope };
    }
    let host = first.trim_end_matches(':');
    // `host : %ASA-…` and `host: %LINK-…`.
    let after_host = after_first.trim_start_matches(' ');
    let after_host = after_host.strip_prefix(": ").unwrap_or(after_host);
    match tag(after_host) {
        Some(tag) => Envelope { when: envelope.when, host, ..tag },
        None => Envelope { host, payload: after_host, ..envelope },
    }
}

/// `SW-CORE: %LINK-3-UPDOWN: …`: what stands before a mnemonic is a host, not a program.
fn is_cisco_name(first: &str, after: &str) -> bool {
    first.ends_with(':') && after.starts_with('%')
}

/// `4321: SW-CORE: Mar 16 2026 09:12:44.112 CET: %LINK-3-UPDOWN: …`, the name and number optional.
fn cisco(text: &str) -> Option<Envelope<'_>> {
    let mut rest = text;
    let mut host = "";
    for _ in 0..3 {
        if let Some(envelope) = stamped(rest) {
            return Some(Envelope {
                host: if envelope.host.is_empty() { host } else { envelope.host },
                ..envelope
            });
        }
        if rest.starts_with('%') {
            return Some(Envelope { host, payload: rest, ..Envelope::default() });
        }
        let (name, after) = rest.split_once(": ")?;
        if !name.bytes().all(|byte| byte.is_ascii_digit()) {
            if !is_host(name) {
                return None;
            }
            host = name;
        }
        rest = after.trim_start_matches(' ');
    }
    None
}

/// A host name or address: no white space, brackets, quotes or equals sign.
fn is_host(text: &str) -> bool {
    (1..=HOST_BYTES_MAX).contains(&text.len())
        && text.bytes().all(|byte| {
            byte > b' '
                && !matches!(byte, b'[' | b']' | b'(' | b')' | b'"' | b'=' | b'|' | b',' | b'{' | b'<')
        })
}

/// `app[12]: text`, `app: text`, `app(pam_unix)[12]: text`, `[app]: text`; none when the text opens with no tag.
fn tag(text: &str) -> Option<Envelope<'_>> {
    if let Some((program, after)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let is_program = program.len() <= PROGRAM_BYTES_MAX
            && program.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
            && program.bytes().all(is_program_byte);
        let payload = after.strip_prefix(':').unwrap_or(after).strip_prefix(' ')?;
        return is_program.then_some(Envelope { program, payload, ..Envelope::default() });
    }
    let bytes = text.as_bytes();
    let end = memchr3(b':', b'[', b' ', bytes.get(..bytes.len().min(PROGRAM_BYTES_MAX))?)?;
    let name = text.get(..end)?;
    let (program, qualifier) = match name.split_once('(') {
        Some((program, inner)) => (program, inner.strip_suffix(')')?),
        None => (name, ""),
    };
    if program.is_empty()
        || !program.bytes().all(is_program_byte)
        || !program.bytes().any(|byte| byte.is_ascii_alphabetic())
    {
        return None;
    }
    let envelope = Envelope { program, qualifier, ..Envelope::default() };
    match bytes.get(end)? {
        b':' => {
            // `10:15` and `http://` are no tags.
            let payload = text.get(end + 1..)?;
            if !payload.is_empty() && !payload.starts_with([' ', '\t']) {
                return None;
            }
            Some(Envelope { payload: payload.strip_prefix(' ').unwrap_or(payload), ..envelope })
        }
        b'[' => {
            let (pid, after) = text.get(end + 1..)?.split_once(']')?;
            if pid.is_empty() || pid.len() > 32 || pid.contains(' ') {
                return None;
            }
            let after = after.strip_prefix(':').unwrap_or(after);
            Some(Envelope { pid, payload: after.strip_prefix(' ').unwrap_or(after), ..envelope })
        }
        _ => None,
    }
}

fn is_program_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b'@' | b'+')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts<'a>(envelope: &Envelope<'a>) -> (&'a str, &'a str, &'a str, &'a str) {
        (envelope.host, envelope.program, envelope.pid, envelope.payload)
    }

    #[test]
    fn the_wild_shapes_give_host_program_and_payload() {
        for (text, expected) in [
            ("Mar 16 09:12:44 gw sshd[12]: hello", ("gw", "sshd", "12", "hello")),
            ("Mar 16 09:12:44 sshd[12]: hello", ("", "sshd", "12", "hello")),
            ("Mar 16 09:12:44 gw kernel: [1.2] x: y", ("gw", "kernel", "", "[1.2] x: y")),
            ("Mar 16 2026 09:12:44: %ASA-6-302013: Built", ("", "", "", "%ASA-6-302013: Built")),
            ("Mar 16 2026 09:12:44 fw1 : %ASA-6-302013: Built", ("fw1", "", "", "%ASA-6-302013: Built")),
            (
                "4321: SW-CORE: Mar 16 2026 09:12:44.112 CET: %LINK-3-UPDOWN: x",
                ("SW-CORE", "", "", "%LINK-3-UPDOWN: x"),
            ),
            (
                "2026-03-16T02:41:55.112Z esx1.example Hostd[2099656]: info",
                ("esx1.example", "Hostd", "2099656", "info"),
            ),
            (
                "date=2026-03-16 time=09:12:44 devname=\"F\"",
                ("", "", "", "date=2026-03-16 time=09:12:44 devname=\"F\""),
            ),
            (
                "Mar 16 09:12:44 PA-820 1,2026/03/16 09:12:44,01",
                ("PA-820", "", "", "1,2026/03/16 09:12:44,01"),
            ),
            (
                "Mar 16 09:12:44 mt firewall,info forward: in:ether1",
                ("mt", "", "", "firewall,info forward: in:ether1"),
            ),
            (
                "Mar 16 09:12:44 gw last message repeated 3 times",
                ("gw", "", "", "last message repeated 3 times"),
            ),
        ] {
            assert_eq!(parts(&read_after_priority(text)), expected, "{text}");
        }
    }

    #[test]
    fn a_tag_in_parentheses_gives_its_qualifier() {
        let envelope =
            read_in_file("Jun 14 15:16:01 combo sshd(pam_unix)[19939]: authentication failure").unwrap();
        assert_eq!((envelope.program, envelope.qualifier, envelope.pid), ("sshd", "pam_unix", "19939"));
    }

    #[test]
    fn a_line_of_a_file_needs_a_header_to_be_syslog() {
        assert!(read_in_file("2026-03-16 09:12:44.112 CET [20211] app@db ERROR:  x").is_none());
        assert!(
            read_in_file("198.51.100.2 - - [16/Mar/2026:09:12:44 +0100] \"GET / HTTP/1.1\" 200 1").is_none()
        );
        assert!(read_in_file("Mario Rossi scrive: ciao").is_none());
        assert!(read_in_file("2026-03-16T09:12:44+01:00 gw sshd[1]: x").is_some());
    }
}
