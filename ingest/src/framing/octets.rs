//! Octet counting of RFC 6587: `83 <34>1 2026-03-16T…`. Frames follow each other with or without a line end, and may hold
//! line ends.
//!
//! Promises: a count is believed only when a line end, the next frame or nothing yet follows what it measures.
//! Must not know: syslog beyond its priority.

/// Most digits of a count.
const DIGITS_MAX: usize = 6;

/// What is known of the bytes behind a frame that are not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behind {
    /// They come: two of them are waited for.
    Awaited,
    /// They may come much later: a frame that is whole is not held back for them.
    Unheard,
    /// There are none.
    Nothing,
}

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

/// Measures the frame that starts `rest`.
#[inline]
pub(crate) fn measure(rest: &[u8], bytes_max: usize, behind: Behind) -> Counted {
    match head(rest).filter(|head| (5..=bytes_max).contains(&head.count)) {
        Some(head) => measure_behind(rest, head, behind),
        None => Counted::No,
    }
}

/// Measures the frame that starts `rest` with this head, whatever its length.
#[inline]
pub(crate) fn measure_behind(rest: &[u8], head: Head, behind: Behind) -> Counted {
    let end = head.length + head.count;
    let needed = match behind {
        Behind::Awaited => end + 2,
        Behind::Unheard => end,
        Behind::Nothing => 0,
    };
    if rest.len() < needed {
        return Counted::More;
    }
    let Some(frame) = rest.get(..end) else { return Counted::No };
    // Some senders count the line end too.
    let trimmed = frame.strip_suffix(b"\n").map_or(frame, |frame| frame.strip_suffix(b"\r").unwrap_or(frame));
    let line_end = match rest.get(end..).unwrap_or_default() {
        [b'\r', b'\n', ..] => 2,
        [b'\n' | 0, ..] => 1,
        [] => 0,
        [b'\r'] if behind == Behind::Unheard => 0,
        [b'1'..=b'9', ..] | [b'<', b'0'..=b'9', ..] | [b'<'] => 0,
        _ if trimmed.len() < frame.len() => 0,
        _ => return Counted::No,
    };
    Counted::Frame { length: trimmed.len(), taken: end + line_end }
}

/// A count in front of a priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    /// Bytes of `83 `.
    pub(crate) length: usize,
    /// What it counts.
    pub(crate) count: usize,
}

/// The count that starts `rest`.
#[inline]
pub(crate) fn head(rest: &[u8]) -> Option<Head> {
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
    Some(Head { length: digits + 1, count })
}
