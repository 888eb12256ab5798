//! Dates, times and zones that firewalls write in separate values.
//!
//! Must not know: which device wrote them.

use crate::time::{When, iso};

/// `2026-03-16` and `09:12:44`.
pub(super) fn date_and_time(date: &str, time: &str) -> Option<When> {
    let mut joined = [b' '; 19];
    joined.get_mut(..10)?.copy_from_slice(date.as_bytes().get(..10)?);
    joined.get_mut(11..)?.copy_from_slice(time.as_bytes().get(..8)?);
    iso(str::from_utf8(&joined).ok()?)
}

/// `+0100`, `-07:00`, `UTC+2`, `+11`, `CET`; seconds east, none for a name that is not known.
pub(super) fn offset_s(zone: &str) -> Option<i32> {
    match zone {
        "UTC" | "GMT" => return Some(0),
        "CET" => return Some(3600),
        "CEST" => return Some(7200),
        _ => {}
    }
    let zone = zone.strip_prefix("UTC").unwrap_or(zone);
    let (sign, digits) = match zone.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let number = hours_and_minutes(digits)?;
    let (hours, minutes) = if digits.len() <= 2 { (number, 0) } else { (number / 100, number % 100) };
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// The number of `0100` or `01:00`.
fn hours_and_minutes(digits: &str) -> Option<i32> {
    if digits.len() > 5 {
        return None;
    }
    match digits.split_once(':') {
        Some((hours, minutes)) => Some(hours.parse::<i32>().ok()? * 100 + minutes.parse::<i32>().ok()?),
        None => digits.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_read_in_each_spelling() {
        for (zone, seconds) in [
            ("+0100", Some(3600)),
            ("-0330", Some(-12_600)),
            ("UTC+2", Some(7200)),
            ("+05:30", Some(19_800)),
            ("+11", Some(39_600)),
            ("CET", Some(3600)),
            ("", None),
            ("XYZ", None),
            ("+9900", None),
        ] {
            assert_eq!(offset_s(zone), seconds, "{zone}");
        }
        assert!(date_and_time("2026-03-16", "9:12").is_none());
    }
}
