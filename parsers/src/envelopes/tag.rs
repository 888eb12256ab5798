//! What a header is made of: tags, host names, and the words that are neither.
//!
//! Promises: linear, and no look beyond the longest name. Must not know: stamps.

use memchr::memchr3;

use super::Envelope;

/// Longest host name that is accepted.
const HOST_BYTES_MAX: usize = 255;
/// Longest program name that is accepted.
const PROGRAM_BYTES_MAX: usize = 96;
/// Longest process id that is accepted.
const PID_BYTES_MAX: usize = 32;

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
    let window = bytes.get(..bytes.len().min(PROGRAM_BYTES_MAX))?;
    let length = window.iter().position(|byte| !is_program_byte(*byte))?;
    let program = text.get(..length)?;
    if !program.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let (end, qualifier) = match window.get(length)? {
        b'(' => {
            let end = length + memchr3(b':', b'[', b' ', window.get(length..)?)?;
            (end, text.get(length + 1..end)?.strip_suffix(')')?)
        }
        _ => (length, ""),
    };
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
            let rest = text.get(end + 1..)?;
            let length = rest.bytes().take(PID_BYTES_MAX + 1).position(|byte| matches!(byte, b']' | b' '))?;
            let (pid, after) = (rest.get(..length)?, rest.get(length..)?.strip_prefix(']')?);
            if pid.is_empty() {
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

/// Words for how bad it is, by their length.
const LEVELS: [&[&str]; 14] = [
    &[],
    &[],
    &[],
    &["err"],
    &["info", "warn", "crit", "fine"],
    &["trace", "debug", "error", "alert", "emerg", "fatal", "panic", "finer"],
    &["notice", "severe", "finest"],
    &["warning", "verbose"],
    &["critical"],
    &["emergency"],
    &[],
    &["information"],
    &[],
    &["informational"],
];

/// A word for how bad it is, which some place where others have a host or a program.
pub(super) fn is_level(text: &str) -> bool {
    let Some(first) = text.as_bytes().first().map(u8::to_ascii_lowercase) else { return false };
    // Most words differ from all levels in the first letter.
    let is = |level: &&str| level.as_bytes().first() == Some(&first) && level.eq_ignore_ascii_case(text);
    LEVELS.get(text.len()).is_some_and(|levels| levels.iter().any(is))
}
