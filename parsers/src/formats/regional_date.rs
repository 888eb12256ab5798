//! Dates as the region of a Windows or Notes machine writes them.
//!
//! Promises: linear. Must not know: which program wrote them.

use super::peer::is_digits;
use crate::time::{self, When};

/// `16/03/2026 09:12:44`, `3/16/2026 9:12:44 AM`, `16.03.2026 9:12:44`, `2026-03-16 09:12:44`.
///
/// Which of day and month comes first is not written: `AM` or `PM` tells an American clock, and a number
/// above 12 is a day.
pub(super) fn stamp(text: &str) -> Option<(When, &str)> {
    if let Some(read) = time::iso_prefix(text) {
        return Some(read);
    }
    let (date, rest) = text.split_once(' ')?;
    let separator = date.bytes().find(|byte| !byte.is_ascii_digit())?;
    if !matches!(separator, b'/' | b'.' | b'-') {
        return None;
    }
    let mut parts = date.split(separator as char);
    let (first, second) = (small(parts.next()?)?, small(parts.next()?)?);
    let year = parts.next().filter(|year| year.len() == 4 && is_digits(year))?.parse().ok()?;
    if parts.next().is_some() {
        return None;
    }
    let rest = rest.trim_start();
    let (clock, rest) = rest.split_at_checked(rest.find(' ')?)?;
    let mut parts = clock.split([':', '.']);
    let (hour, minute, second_of) = (small(parts.next()?)?, small(parts.next()?)?, small(parts.next()?)?);
    let after = rest.trim_start();
    let half = after.get(..2).filter(|half| matches!(*half, "AM" | "PM"));
    let rest = if half.is_some() { after.get(2..)? } else { rest };
    let hour = match half {
        Some("AM") if hour == 12 => 0,
        Some("PM") if hour < 12 => hour + 12,
        _ => hour,
    };
    let is_month_first = second > 12 || (half.is_some() && first <= 12);
    let (month, day) = if is_month_first { (first, second) } else { (second, first) };
    let when =
        When { year: Some(year), month, day, hour, minute, second: second_of, micros: 0, offset_s: None };
    Some((when, rest))
}

/// A number of one or two digits.
fn small(text: &str) -> Option<u8> {
    (text.len() <= 2 && is_digits(text)).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_and_month_are_told_apart_where_they_can_be() {
        for (text, month, day, hour) in [
            ("16/03/2026 09:12:44 x", 3, 16, 9),
            ("03/04/2026 09:12:44 x", 4, 3, 9),
            ("3/4/2026 9:12:44 PM x", 3, 4, 21),
            ("3/16/2026 9:12:44 x", 3, 16, 9),
            ("16.03.2026 12:12:44 AM x", 3, 16, 0),
            ("2026-03-16 09:12:44 x", 3, 16, 9),
        ] {
            let (when, _) = stamp(text).unwrap();
            assert_eq!((when.month, when.day, when.hour), (month, day, hour), "{text}");
        }
        assert!(stamp("16/03/26 09:12:44 x").is_none());
    }
}
