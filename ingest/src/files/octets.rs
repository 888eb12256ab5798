//! Octet counting of RFC 6587: `83 <34>1 2026-03-16T…`, as files of TCP listeners keep it. Frames follow each other
//! with or without a line end, and may hold line ends.
//!
//! Promises: a count is believed only when a line end, the next count or the end of the text follows what it
//! measures. Must not know: syslog beyond its priority.

/// Most digits of a count.
const DIGITS_MAX: usize = 6;

/// What a count says of the bytes that start with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    /// The frame has so many bytes, its count included, and takes so many with its line end.
    Frame { length: usize, taken: usize },
    /// Its end is not among these bytes.
    More,
    /// Not counted, or counted wrong.
    No,
}

/// Measures the frame that starts `rest`. `last`: nothing follows `rest`.
#[inline]
pub(crate) fn measure(rest: &[u8], bytes_max: usize, last: bool) -> Counted {
    let Some((head, count)) = head(rest).filter(|(_, count)| (5..=bytes_max).contains(count)) else {
        return Counted::No;
    };
    let end = head + count;
    // The two bytes behind tell.
    if rest.len() < end + 2 && !last {
        return Counted::More;
    }
    let Some(frame) = rest.get(..end) else { return Counted::No };
    let behind = rest.get(end..).unwrap_or_default();
    // Some senders count the line end too.
    let trimmed = frame.strip_suffix(b"\n").map_or(frame, |frame| frame.strip_suffix(b"\r").unwrap_or(frame));
    let line_end = match behind {
        [b'\r', b'\n', ..] => 2,
        [b'\n', ..] => 1,
        [] => 0,
        [b'1'..=b'9', ..] => 0,
        _ if trimmed.len() < frame.len() => 0,
        _ => return Counted::No,
    };
    Counted::Frame { length: trimmed.len(), taken: end + line_end }
}

/// Length of `83 `, and its number, in front of a priority.
fn head(rest: &[u8]) -> Option<(usize, usize)> {
    let digits = rest.iter().take(DIGITS_MAX + 1).take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=DIGITS_MAX).contains(&digits) || rest.first() == Some(&b'0') {
        return None;
    }
    let priority = rest.get(digits..)?.strip_prefix(b" <")?;
    let width = priority.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=3).contains(&width) || priority.get(width) != Some(&b'>') {
        return None;
    }
    let count = rest.get(..digits)?.iter().fold(0, |count, byte| count * 10 + usize::from(byte - b'0'));
    Some((digits + 1, count))
}
