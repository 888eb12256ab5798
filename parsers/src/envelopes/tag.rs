//! What a header is made of: tags, host names, and the words that are neither.
//!
//! Promises: linear, and no look beyond the longest name. Must not know: stamps.

use memchr::memchr3;

use super::Envelope;

/// Longest host name that is accepted.
const HOST_BYTES_MAX: usize = 255;
/// Longest program name that is accepted.
const PROGRAM_BYTES_MAX: usize = 96;

/// `app[12]: text`, `app: text`, `app(pam_unix)[12]: text`, `[app]: text`; none when the text opens with no tag.
pub(super) fn tag(text: &str) -> Option<Envelope<'_>> {
    if let Some((program, after)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let is_program = program.len() <= PROGRAM_BYTES_MAX
            && program.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
            && program.bytes().all(is_program_byte);
        let payload = after.strip_prefix(':').unwrap_or(after).strip_prefix(' ')?;
        return is_program.then_some(Envelope { program, payload, ..Envelope::default() });
    }
    let bytes = text.as_bytes();
    let end = memchr3(b':', b'[', b' ', bytes.get(..bytes.len().min(PROGRAM_BYTES_MAX))?)?;
    if bytes.get(end) == Some(&b' ') {
        return None;
    }
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

/// A host name or address: letters of any script, digits, `.`, `-`, `_`, a context behind `/` (Cisco ASA);
/// colons only in addresses.
pub(super) fn is_host(text: &str) -> bool {
    let is_host_byte = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || byte >= 0x80
            || matches!(byte, b'.' | b'-' | b'_' | b'/' | b'@' | b'~' | b'+')
    };
    let is_address_byte = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.' | b'%');
    (1..=HOST_BYTES_MAX).contains(&text.len())
        && (text.bytes().all(is_host_byte)
            || text.split_once('%').map_or(text, |(address, _)| address).bytes().all(is_address_byte)
                && !text.starts_with('%'))
        && !is_level(text)
}

/// A word for how bad it is, which some place where others have a host or a program.
pub(super) fn is_level(text: &str) -> bool {
    const LEVELS: &[&str] = &[
        "trace",
        "debug",
        "info",
        "information",
        "informational",
        "notice",
        "warn",
        "warning",
        "error",
        "err",
        "crit",
        "critical",
        "alert",
        "emerg",
        "emergency",
        "fatal",
        "severe",
        "verbose",
        "panic",
        "fine",
        "finer",
        "finest",
    ];
    (3..=13).contains(&text.len()) && LEVELS.iter().any(|level| level.eq_ignore_ascii_case(text))
}
