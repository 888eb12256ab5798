//! When a FortiGate message was written: `eventtime` (s, ms, µs, ns) or `date`, `time` and `tz`.
//!
//! Must not know: what a message means.

use schema::{Column, EventBuilder};

use super::keys::{Key, Values};
use crate::format::Payload;
use crate::time::{When, epoch, iso};

/// Sets the event's time from the message's own, which carries more than the envelope's.
pub(super) fn set(values: &Values<'_>, payload: &Payload<'_>, event: &mut EventBuilder<'_>) {
    if let Some(time_us) = epoch(values.get(Key::EventTime)) {
        payload.set_time_us(event, time_us);
        return;
    }
    let Some(when) = civil(values.get(Key::Date), values.get(Key::Time)) else { return };
    let offset_s = offset_s(values.get(Key::TimeZone));
    // Without a zone the stamp is no better than an envelope's that is sure.
    if offset_s.is_none() && payload.is_stamped && !event.is_set(Column::TimeGuess) {
        return;
    }
    payload.set_time(event, When { offset_s, ..when });
}

/// `2026-03-16` and `09:12:44`.
fn civil(date: &str, time: &str) -> Option<When> {
    let mut joined = [b' '; 19];
    joined.get_mut(..10)?.copy_from_slice(date.as_bytes().get(..10)?);
    joined.get_mut(11..)?.copy_from_slice(time.as_bytes().get(..8)?);
    iso(str::from_utf8(&joined).ok()?)
}

/// `+0100`, `-0700`, `UTC+2`; seconds east.
fn offset_s(zone: &str) -> Option<i32> {
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
            ("", None),
            ("CET", None),
            ("+9900", None),
        ] {
            assert_eq!(offset_s(zone), seconds, "{zone}");
        }
        assert!(civil("2026-03-16", "9:12").is_none());
    }
}
