//! PostgreSQL csvlog records: a quoted field may hold newlines, so a record may span lines.
//!
//! Promises: joins only what is well-formed CSV (RFC 4180 quoting, as PostgreSQL writes it), so that neither a
//! line cut by a crash nor a statement that quotes a log line can swallow or forge records; linear. Must not know: what the columns mean.

use memchr::{memchr, memchr_iter};

use super::joins::{Join, RECORD_BYTES_MAX, RECORD_LINES_MAX};

/// Whether a line opens a record that does not end on it.
#[inline]
pub(crate) fn opens_record(line: &[u8]) -> bool {
    line.first().is_some_and(u8::is_ascii_digit)
        && starts_like_csvlog(line)
        && memchr_iter(b'"', line).count() % 2 == 1
}

/// `2024-05-01 10:00:00.123 CET,`: fraction and zone may be missing, but `10:00:00,123` is a fraction after a
/// comma, as Java and Python write it.
fn starts_like_csvlog(line: &[u8]) -> bool {
    const SHAPE: &[u8] = b"dddd-dd-dd dd:dd:dd";
    let Some((stamp, rest)) = line.split_at_checked(SHAPE.len()) else { return false };
    let fits = stamp.iter().zip(SHAPE).all(|(byte, shape)| match shape {
        b'd' => byte.is_ascii_digit(),
        _ => byte == shape,
    });
    if !fits {
        return false;
    }
    let after_fraction = match rest.strip_prefix(b".") {
        Some(fraction) => skip_while(fraction, |byte| byte.is_ascii_digit()),
        None => rest,
    };
    match after_fraction.strip_prefix(b" ") {
        Some(zone) => {
            let after = skip_while(zone, |byte| byte.is_ascii_alphanumeric() || b"+-:/_".contains(&byte));
            after.len() < zone.len() && after.first() == Some(&b',')
        }
        None => {
            after_fraction.first() == Some(&b',') && !after_fraction.get(1).is_some_and(u8::is_ascii_digit)
        }
    }
}

fn skip_while(bytes: &[u8], keep: impl Fn(u8) -> bool) -> &[u8] {
    let length = bytes.iter().take_while(|&&byte| keep(byte)).count();
    bytes.get(length..).unwrap_or_default()
}

/// Finds the end of the record that starts `rest`. `last`: nothing follows `rest`.
pub(crate) fn join(rest: &[u8], last: bool) -> Join {
    let bounded = rest.get(..RECORD_BYTES_MAX).unwrap_or(rest);
    let undecided = if last || bounded.len() == RECORD_BYTES_MAX { Join::No } else { Join::More };
    let mut inner_lines = 0;
    let mut at = 0;
    // Each turn reads one field and the comma or line end behind it.
    loop {
        let field = bounded.get(at..).unwrap_or_default();
        let after = if field.first() == Some(&b'"') {
            match quoted(field.get(1..).unwrap_or_default(), &mut inner_lines) {
                Some(length) => at + 1 + length,
                None if inner_lines > RECORD_LINES_MAX => return Join::No,
                None => return undecided,
            }
        } else {
            at + field.iter().take_while(|byte| !b",\r\n\"".contains(byte)).count()
        };
        if inner_lines > RECORD_LINES_MAX {
            return Join::No;
        }
        match (bounded.get(after), bounded.get(after + 1)) {
            (Some(b','), _) => at = after + 1,
            (Some(b'\n'), _) | (Some(b'\r'), Some(b'\n')) => {
                return Join::Record { length: after, inner_lines };
            }
            (None, _) if last && bounded.len() == rest.len() => {
                return Join::Record { length: after, inner_lines };
            }
            (None, _) | (Some(b'\r'), None) => return undecided,
            _ => return Join::No,
        }
    }
}

/// Length of a quoted field, closing quote included, its opening quote already behind.
fn quoted(bytes: &[u8], lines: &mut u64) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = bytes.get(at..)?;
        let quote = memchr(b'"', rest)?;
        *lines += memchr_iter(b'\n', rest.get(..quote)?).count() as u64;
        at += quote + 1;
        match bytes.get(at) {
            Some(b'"') => at += 1,
            _ => return Some(at),
        }
    }
}
