//! Europe/Rome wall clock for log lines: instants to broken-down local or UTC time.
//!
//! Promises: the zone's changes inside the window come from the time zone database; no allocation
//! per line. Must not know: the machine's clock. Instants are milliseconds since 1970, UTC.

use jiff::{Timestamp, tz::TimeZone};

/// Milliseconds in a second.
pub const SECOND_MS: i64 = 1_000;
/// Milliseconds in a minute.
pub const MINUTE_MS: i64 = 60 * SECOND_MS;
/// Milliseconds in an hour.
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Milliseconds in a day of 24 hours.
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// The offsets from UTC that hold in the generated days.
#[derive(Debug, Clone)]
pub struct LocalClock {
    first_offset_s: i32,
    changes: Vec<(i64, i32)>,
}

impl LocalClock {
    /// The clock of Italy, exact from `start_ms` until `end_ms`.
    #[must_use]
    pub fn italy(start_ms: i64, end_ms: i64) -> Self {
        let zone = TimeZone::get("Europe/Rome").unwrap_or(TimeZone::UTC);
        let start = Timestamp::from_millisecond(start_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        let changes = zone
            .following(start)
            .map(|change| (change.timestamp().as_millisecond(), change.offset().seconds()))
            .take_while(|(at_ms, _)| *at_ms <= end_ms)
            .collect();
        Self { first_offset_s: zone.to_offset(start).seconds(), changes }
    }

    /// Seconds that local time is ahead of UTC at an instant.
    #[must_use]
    pub fn offset_s(&self, at_ms: i64) -> i32 {
        let latest = self.changes.iter().rev().find(|(from_ms, _)| *from_ms <= at_ms);
        latest.map_or(self.first_offset_s, |(_, offset_s)| *offset_s)
    }

    /// Local broken-down time of an instant.
    #[must_use]
    pub fn stamp(&self, at_ms: i64) -> Stamp {
        Stamp::with_offset(at_ms, self.offset_s(at_ms))
    }
}

/// A broken-down time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Year of the common era.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31.
    pub day: u8,
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute, 0 to 59.
    pub minute: u8,
    /// Second, 0 to 59.
    pub second: u8,
    /// Milliseconds of the second.
    pub millis: u16,
    /// 0 is Monday.
    pub weekday: u8,
    /// Seconds ahead of UTC.
    pub offset_s: i32,
}

impl Stamp {
    /// UTC broken-down time of an instant.
    #[must_use]
    pub fn utc(at_ms: i64) -> Self {
        Self::with_offset(at_ms, 0)
    }

    fn with_offset(at_ms: i64, offset_s: i32) -> Self {
        let local_ms = at_ms + i64::from(offset_s) * SECOND_MS;
        let days = local_ms.div_euclid(DAY_MS);
        let rest = u32::try_from(local_ms.rem_euclid(DAY_MS)).unwrap_or(0);
        let (year, month, day) = civil(days);
        Self {
            year,
            month,
            day,
            hour: small(rest / 3_600_000),
            minute: small(rest / 60_000 % 60),
            second: small(rest / 1_000 % 60),
            millis: u16::try_from(rest % 1_000).unwrap_or(0),
            weekday: u8::try_from((days + 3).rem_euclid(7)).unwrap_or(0),
            offset_s,
        }
    }
}

fn small(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(0)
}

/// Date of a day number since 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms").
fn civil(days: i64) -> (i32, u8, u8) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (i32::try_from(year).unwrap_or(1970), u8::try_from(month).unwrap_or(1), u8::try_from(day).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    #[test]
    fn local_time_jumps_an_hour_on_the_last_sunday_of_march() {
        let clock = LocalClock::italy(at("2026-03-01T00:00:00Z"), at("2026-12-01T00:00:00Z"));
        let before = clock.stamp(at("2026-03-29T00:59:59Z"));
        let after = clock.stamp(at("2026-03-29T01:00:00Z"));
        assert_eq!((before.hour, before.offset_s), (1, 3600));
        assert_eq!((after.hour, after.offset_s, after.weekday), (3, 7200, 6));
        assert_eq!(clock.stamp(at("2026-10-25T01:00:00Z")).hour, 2);
    }

    #[test]
    fn utc_stamps_agree_with_the_calendar_library() {
        for text in ["1999-12-31T23:59:59.999Z", "2024-02-29T12:30:01.5Z", "2026-03-16T08:12:44.112Z"] {
            let timestamp: Timestamp = text.parse().unwrap();
            let civil = timestamp.to_zoned(TimeZone::UTC);
            let stamp = Stamp::utc(timestamp.as_millisecond());
            assert_eq!(i32::from(civil.year()), stamp.year);
            assert_eq!((civil.month(), civil.day()), (stamp.month.cast_signed(), stamp.day.cast_signed()));
            assert_eq!(i64::from(stamp.millis), timestamp.as_millisecond().rem_euclid(1000));
        }
    }
}
