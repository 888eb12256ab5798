//! When a town hall is open: office hours, national and local holidays in its own zone.
//!
//! Promises: a pure function of the moment and the settings. Must not know: events, SQL.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Minutes in a day.
const DAY_MIN: u16 = 24 * 60;

/// National holidays of Italy on a fixed day, (month, day). Law 260/1949 and later; St Francis again a
/// holiday from 2026 (law 151/2025).
const NATIONAL: [(i8, i8); 11] =
    [(1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (10, 4), (11, 1), (12, 8), (12, 25), (12, 26)];
/// Year from which 4 October is a holiday.
const ST_FRANCIS_FROM: i16 = 2026;

/// Minutes of the day during which people are at work, `opens_min..closes_min`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OfficeDay {
    /// First minute, from midnight.
    pub opens_min: u16,
    /// One past the last minute, from midnight.
    pub closes_min: u16,
}

/// Office hours and holidays of a tenant.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    /// Zone of the town.
    pub timezone: TimeZone,
    /// Hours of each day of the week, Monday first; none when closed.
    pub week: [Option<OfficeDay>; 7],
    /// Days off beside the national ones: the patron saint, bridges.
    pub holidays: BTreeSet<Date>,
}

impl Default for Calendar {
    /// Monday to Friday from 7:00 to 19:00 in Italy, the national holidays off: people come early and
    /// stay late around the hours of the counters.
    fn default() -> Calendar {
        let open = Some(OfficeDay { opens_min: 7 * 60, closes_min: 19 * 60 });
        let timezone = TimeZone::get("Europe/Rome").unwrap_or(TimeZone::UTC);
        Calendar { timezone, week: [open, open, open, open, open, None, None], holidays: BTreeSet::new() }
    }
}

impl Calendar {
    /// True when nobody is expected at work at `time_us` (µs since 1970 UTC).
    pub fn is_off_hours(&self, time_us: i64) -> bool {
        let Ok(moment) = Timestamp::from_microsecond(time_us) else { return true };
        let local = moment.to_zoned(self.timezone.clone());
        let day = local.date().weekday().to_monday_zero_offset();
        let minute = local.hour() as u16 * 60 + local.minute() as u16;
        let open = usize::try_from(day).ok().and_then(|day| self.week.get(day).copied().flatten());
        let at_work = open.is_some_and(|day| (day.opens_min..day.closes_min.min(DAY_MIN)).contains(&minute));
        !at_work || self.is_holiday(local.date())
    }

    /// Hour of the local week at `time_us` (µs since 1970 UTC): 0 is Monday 0:00 to 0:59, 167 Sunday 23:00.
    pub fn hour_of_week(&self, time_us: i64) -> i64 {
        let Ok(moment) = Timestamp::from_microsecond(time_us) else { return 0 };
        let local = moment.to_zoned(self.timezone.clone());
        i64::from(local.date().weekday().to_monday_zero_offset()) * 24 + i64::from(local.hour())
    }

    /// True on the tenant's own holidays and the national ones; other Sundays are not among them.
    pub fn is_holiday(&self, day: Date) -> bool {
        is_national_holiday(day) || self.holidays.contains(&day)
    }
}

/// True on the holidays of the whole country, Easter Sunday and Monday among them.
pub fn is_national_holiday(day: Date) -> bool {
    let fixed = NATIONAL.contains(&(day.month(), day.day()));
    let st_francis = (day.month(), day.day()) == (10, 4);
    let easter = easter_sunday(day.year());
    let monday = easter.and_then(|easter| easter.tomorrow().ok());
    (fixed && (!st_francis || day.year() >= ST_FRANCIS_FROM)) || Some(day) == easter || Some(day) == monday
}

/// Easter Sunday of a year (anonymous Gregorian algorithm, Meeus, Astronomical Algorithms, chapter 8).
fn easter_sunday(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let (month, day) = ((h + l - 7 * m + 114) / 31, (h + l - 7 * m + 114) % 31 + 1);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn us(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_microsecond()
    }

    #[test]
    fn easter_and_its_monday_move_and_the_fixed_holidays_do_not() {
        for (year, month, day) in [(2024, 4, 1), (2025, 4, 21), (2026, 4, 6), (2027, 3, 29), (2038, 4, 26)] {
            let monday = date(year, month, day);
            assert!(
                is_national_holiday(monday) && is_national_holiday(monday.yesterday().unwrap()),
                "{year}"
            );
            assert!(!is_national_holiday(monday.tomorrow().unwrap()), "{year}");
        }
        assert!(is_national_holiday(date(2026, 6, 2)) && !is_national_holiday(date(2026, 12, 31)));
    }

    #[test]
    fn office_hours_follow_the_local_clock_through_summer_time() {
        let calendar = Calendar::default();
        assert!(!calendar.is_off_hours(us("2026-03-16T10:00:00+01:00")));
        assert!(calendar.is_off_hours(us("2026-03-16T06:59:59+01:00")));
        assert!(!calendar.is_off_hours(us("2026-07-01T05:00:00Z")));
        assert!(calendar.is_off_hours(us("2026-01-14T05:00:00Z")));
        assert!(calendar.is_off_hours(us("2026-03-15T10:00:00+01:00")), "Sunday");
    }

    #[test]
    fn holidays_are_off_hours_and_the_patron_saint_is_the_tenants() {
        let mut calendar = Calendar::default();
        assert!(calendar.is_off_hours(us("2026-06-02T10:00:00+02:00")));
        assert!(!calendar.is_off_hours(us("2026-12-07T10:00:00+01:00")));
        calendar.holidays.insert(date(2026, 12, 7));
        assert!(calendar.is_off_hours(us("2026-12-07T10:00:00+01:00")));
        assert!(!calendar.is_holiday(date(2025, 10, 4)) && calendar.is_holiday(date(2026, 10, 4)));
    }

    #[test]
    fn the_week_starts_on_monday_at_midnight() {
        let calendar = Calendar::default();
        assert_eq!(calendar.hour_of_week(us("2026-03-16T00:30:00+01:00")), 0);
        assert_eq!(calendar.hour_of_week(us("2026-03-15T23:30:00+01:00")), 167);
    }
}
