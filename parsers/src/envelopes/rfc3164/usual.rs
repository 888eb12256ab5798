//! ` host app[12]: text` and ` host app: text`, the rest of a header as nearly all send it, told without a look at what
//! else may follow a stamp.
//!
//! Promises: of what it reads nothing else is true. Must not know: stamps.

use super::super::Envelope;
use super::super::tag::is_level;
use super::{are_names, message};
use crate::time::When;

/// Longer names and process ids are not usual.
const BYTES_MAX: usize = 32;

/// Reads what stands behind a stamp; none when it is not usual.
#[inline]
pub(super) fn read(priority: Option<u8>, when: When, rest: &str) -> Option<Envelope<'_>> {
    let bytes = rest.strip_prefix(' ')?.as_bytes();
    let host_end = end(bytes).filter(|end| *end > 0)?;
    let host = rest.get(1..=host_end)?;
    // Four digits may be a year.
    if bytes.get(host_end) != Some(&b' ') || is_year(host) || is_level(host) {
        return None;
    }
    let after_host = rest.get(host_end + 2..)?;
    let (program, after) = after_host.split_at_checked(end(after_host.as_bytes())?)?;
    if !program.as_bytes().first()?.is_ascii_alphabetic() {
        return None;
    }
    let (pid, payload) = match after.strip_prefix('[') {
        Some(inner) => {
            let pid = near(inner.as_bytes()).iter().position(|byte| !byte.is_ascii_digit())?;
            let (pid, behind) = inner.split_at_checked(pid).filter(|(pid, _)| !pid.is_empty())?;
            (pid, behind.strip_prefix("]: ")?)
        }
        None => ("", after.strip_prefix(": ").filter(|_| !is_level(program))?),
    };
    let (when, payload) = (Some(when), message(payload));
    let envelope = Envelope { priority, when, host, program, pid, payload, ..Envelope::default() };
    (priority.is_some() || are_names(host, &envelope)).then_some(envelope)
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Where a name of usual bytes ends; none when it is not usual.
fn end(bytes: &[u8]) -> Option<usize> {
    let is_plain = |byte: &u8| PLAIN.get(usize::from(*byte)).is_some_and(|is_plain| *is_plain);
    near(bytes).iter().position(|byte| !is_plain(byte))
}

/// As many bytes as are looked at.
fn near(bytes: &[u8]) -> &[u8] {
    bytes.get(..BYTES_MAX).unwrap_or(bytes)
}

/// What usual names are of.
static PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut rest: &mut [bool] = &mut plain;
    let mut byte = 0_u8;
    while let Some((place, others)) = rest.split_first_mut() {
        *place = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/');
        byte = byte.wrapping_add(1);
        rest = others;
    }
    plain
};
