//! When an event happened: reading the stamps devices write, and deciding what they leave out.
//!
//! One place decides year, zone and the hour that comes twice, from (text, receive time, the source's zone).
//!
//! Promises: the same text, receive time and zone give the same instant; whatever is decided here and
//! not said by the device is named in a [`Guess`]. Must not know: the wall clock, files, formats.

use std::cell::Cell;

mod pattern;
mod stamp;
mod zone;

pub use pattern::{by_pattern, unknown_letter, zone_offset};
pub use stamp::{
    apache_error, bind, clf, clf_numeric, colon_date, compact_date, day_month, epoch, epoch_fraction, iso,
    iso_prefix, month_day, month_number, numeric_date,
};
use zone::Steady;
pub use zone::{UnknownZone, Zone};

/// Microseconds in a second.
pub(crate) const SECOND_US: i64 = 1_000_000;
const DAY_S: i64 = 86_400;
/// How far ahead of the reference a year-less stamp may lie before it is taken for last year's.
const YEARLESS_AHEAD_US: i64 = 2 * DAY_S * SECOND_US;

/// Why a time is partly guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guess {
    /// The stamp has no year (nor zone).
    Year,
    /// The stamp has no zone.
    Zone,
    /// The local hour comes twice, or never, that day.
    Ambiguous,
    /// The event has no stamp: it is the receive time.
    Missing,
}

impl Guess {
    /// Its word in `time_guess`.
    pub const fn name(self) -> &'static str {
        match self {
            Guess::Year => "year",
            Guess::Zone => "zone",
            Guess::Ambiguous => "ambiguous",
            Guess::Missing => "missing",
        }
    }
}

/// What a stamp says: a civil time, with a year or not, with an offset or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// None when the stamp has no year.
    pub year: Option<i32>,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 60; a leap second counts as the next second.
    pub second: u8,
    /// 0 to 999,999.
    pub micros: u32,
    /// Seconds east of UTC, none when the stamp has no zone.
    pub offset_s: Option<i32>,
}

impl When {
    /// The stamp of an instant, µs since 1970 UTC.
    pub fn at(time_us: i64) -> When {
        let (days, of_day_us) =
            (time_us.div_euclid(DAY_S * SECOND_US), time_us.rem_euclid(DAY_S * SECOND_US));
        let (year, month, day) = day_of(days);
        let of_day_s = of_day_us / SECOND_US;
        When {
            year: Some(year),
            month,
            day,
            hour: (of_day_s / 3600) as u8,
            minute: (of_day_s / 60 % 60) as u8,
            second: (of_day_s % 60) as u8,
            micros: (of_day_us % SECOND_US) as u32,
            offset_s: Some(0),
        }
    }

    /// The same stamp in UTC, for devices that write UTC without saying so (IIS, EVTX).
    pub fn in_utc(self) -> When {
        When { offset_s: self.offset_s.or(Some(0)), ..self }
    }

    /// True when the day exists in some year and the hour is one.
    fn is_possible(&self) -> bool {
        (1..=12).contains(&self.month)
            && self.day >= 1
            && self.day <= days_in_month(self.year.unwrap_or(2000), self.month)
            && self.hour < 24
            && self.minute < 60
            && self.second <= 60
    }

    /// Civil seconds since 1970 of that stamp in `year`.
    fn civil_s(&self, year: i32) -> i64 {
        days_since_1970(year, self.month, self.day) * DAY_S
            + i64::from(self.hour) * 3600
            + i64::from(self.minute) * 60
            + i64::from(self.second)
    }
}

/// An instant, and what of it is guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// µs since 1970 UTC.
    pub time_us: i64,
    /// None when the device said it all.
    pub guess: Option<Guess>,
}

/// What is known of a source's clock.
#[derive(Debug, Clone)]
pub struct Clock {
    /// The source's zone, for stamps without one.
    pub zone: Zone,
    /// When the frames were received, µs since 1970 UTC.
    pub received_us: i64,
    /// The year of `received_us`.
    year: i32,
    /// The last year that a stamp without one may be of.
    latest_year: i32,
    /// Where the zone was last asked; changes no answer.
    steady: Cell<Steady>,
    /// The last stamp without a year, and its instant: most lines of a second have the same; changes no answer.
    last: Cell<Option<(When, Stamp)>>,
}

impl Clock {
    /// A clock in `zone` of a source whose frames were received at `received_us`, µs since 1970 UTC.
    pub fn new(zone: Zone, received_us: i64) -> Clock {
        // No zone is further than a day from UTC.
        let latest_year = year_of(received_us.saturating_add(YEARLESS_AHEAD_US + DAY_S * SECOND_US));
        let (steady, last) = (Cell::default(), Cell::default());
        Clock { zone, received_us, year: year_of(received_us), latest_year, steady, last }
    }

    /// The instant of a stamp; none when no such day or hour exists.
    pub fn resolve(&self, when: When) -> Option<Stamp> {
        if when.year.is_none()
            && let Some((_, stamp)) = self.last.get().filter(|(last, _)| *last == when)
        {
            return Some(stamp);
        }
        if !when.is_possible() {
            return None;
        }
        match when.year {
            Some(year) => Some(self.in_year(when, year, Guess::Zone)),
            None => {
                let stamp = self.yearless(when);
                self.last.set(Some((when, stamp)));
                Some(stamp)
            }
        }
    }

    /// The latest year in which the stamp is not (far) after the receive time.
    fn yearless(&self, when: When) -> Stamp {
        let latest_us = self.received_us + YEARLESS_AHEAD_US;
        // 29 February needs up to eight years back (1896 to 1904).
        let years = (self.year - 7..=self.latest_year).rev();
        let exists = |year: &i32| when.day <= days_in_month(*year, when.month);
        let mut stamps = years.filter(exists).map(|year| self.in_year(when, year, Guess::Year));
        let latest = stamps.find(|stamp| stamp.time_us <= latest_us);
        latest.unwrap_or_else(|| self.in_year(when, self.year, Guess::Year))
    }

    fn offset_of_local(&self, civil_s: i64) -> (i32, bool) {
        if let Some(offset_s) = self.steady.get().offset_at(civil_s) {
            return (offset_s, false);
        }
        self.steady.set(self.zone.steady_at(civil_s));
        self.zone.offset_of_local(civil_s, self.received_us / SECOND_US)
    }

    fn in_year(&self, when: When, year: i32, unsaid: Guess) -> Stamp {
        let civil_s = when.civil_s(year);
        let (utc_s, guess) = match when.offset_s {
            Some(offset_s) => (civil_s - i64::from(offset_s), (unsaid == Guess::Year).then_some(Guess::Year)),
            None => {
                let (offset_s, ambiguous) = self.offset_of_local(civil_s);
                (civil_s - i64::from(offset_s), Some(if ambiguous { Guess::Ambiguous } else { unsaid }))
            }
        };
        Stamp { time_us: utc_s * SECOND_US + i64::from(when.micros), guess }
    }
}

/// Days from 1970-01-01 to that day of the proleptic Gregorian calendar (Howard Hinnant, `days_from_civil`).
pub(crate) fn days_since_1970(year: i32, month: u8, day: u8) -> i64 {
    let (month, day) = (i64::from(month), i64::from(day));
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of a day since 1970 (Howard Hinnant, `civil_from_days`).
fn day_of(days: i64) -> (i32, u8, u8) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    ((year_of_era + era * 400 + i64::from(month <= 2)) as i32, month as u8, day as u8)
}

/// The UTC year of an instant.
fn year_of(time_us: i64) -> i32 {
    let days = time_us.div_euclid(DAY_S * SECOND_US);
    // 400 years hold 146,097 days: near enough to be one year off at most.
    let mut year = (days * 400).div_euclid(146_097) as i32 + 1970;
    while days_since_1970(year, 1, 1) > days {
        year -= 1;
    }
    while days_since_1970(year + 1, 1, 1) <= days {
        year += 1;
    }
    year
}

fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rome(received: &str) -> Clock {
        let (when, _) = iso_prefix(received).unwrap();
        let zone = Zone::named("Europe/Rome").unwrap();
        let utc = Clock::new(Zone::utc(), 0);
        Clock::new(zone, utc.resolve(when).unwrap().time_us)
    }

    fn us(text: &str) -> i64 {
        let utc = Clock::new(Zone::utc(), 0);
        utc.resolve(iso(text).unwrap()).unwrap().time_us
    }

    fn syslog(text: &str) -> When {
        month_day(text).unwrap().0
    }

    #[test]
    fn last_november_opened_in_march_is_not_the_future() {
        let clock = rome("2026-03-01T10:00:00Z");
        let stamp = clock.resolve(syslog("Nov  5 08:00:00")).unwrap();
        assert_eq!(stamp, Stamp { time_us: us("2025-11-05T07:00:00Z"), guess: Some(Guess::Year) });
    }

    #[test]
    fn the_first_minutes_of_a_year_received_in_the_last_of_the_old_belong_to_the_new() {
        let clock = rome("2025-12-31T22:59:59Z");
        let stamp = clock.resolve(syslog("Jan  1 00:00:03")).unwrap();
        assert_eq!(stamp.time_us, us("2025-12-31T23:00:03Z"));
    }

    #[test]
    fn the_29th_of_february_without_year_is_the_last_one_there_was() {
        let clock = rome("2026-03-01T10:00:00Z");
        assert_eq!(clock.resolve(syslog("Feb 29 12:00:00")).unwrap().time_us, us("2024-02-29T11:00:00Z"));
    }

    #[test]
    fn the_hour_that_comes_twice_is_marked() {
        let clock = rome("2026-12-01T00:00:00Z");
        let stamp = clock.resolve(iso("2026-10-25 02:30:00").unwrap()).unwrap();
        assert_eq!(stamp, Stamp { time_us: us("2026-10-25T00:30:00Z"), guess: Some(Guess::Ambiguous) });
        let after = clock.resolve(iso("2026-10-25 03:00:00").unwrap()).unwrap();
        assert_eq!(after, Stamp { time_us: us("2026-10-25T02:00:00Z"), guess: Some(Guess::Zone) });
    }

    #[test]
    fn of_the_hour_that_comes_twice_the_one_just_before_receipt_is_taken() {
        for (received, instant) in [
            ("2026-10-25T00:30:02Z", "2026-10-25T00:30:00Z"),
            ("2026-10-25T01:25:00Z", "2026-10-25T01:30:00Z"),
            ("2026-10-25T01:30:02Z", "2026-10-25T01:30:00Z"),
            ("2026-10-25T02:00:00Z", "2026-10-25T01:30:00Z"),
            ("2026-10-25T02:00:01Z", "2026-10-25T00:30:00Z"),
        ] {
            let stamp = rome(received).resolve(syslog("Oct 25 02:30:00")).unwrap();
            assert_eq!(stamp, Stamp { time_us: us(instant), guess: Some(Guess::Ambiguous) }, "{received}");
        }
    }

    #[test]
    fn what_was_asked_before_changes_no_answer() {
        let warm = rome("2026-12-01T00:00:00Z");
        for day in 0..800 {
            for hour in [0, 1, 2, 3, 23] {
                let civil_us =
                    (days_since_1970(2024, 6, 1) + day) * DAY_S * SECOND_US + hour * 3600 * SECOND_US;
                let when = When { offset_s: None, ..When::at(civil_us) };
                let cold = Clock::new(warm.zone.clone(), warm.received_us);
                assert_eq!(warm.resolve(when), cold.resolve(when), "{when:?}");
            }
        }
    }

    #[test]
    fn a_stamp_with_an_offset_is_not_guessed() {
        let clock = rome("2026-12-01T00:00:00Z");
        let stamp = clock.resolve(iso("2026-03-16T09:12:44.5+01:00").unwrap()).unwrap();
        assert_eq!(stamp, Stamp { time_us: us("2026-03-16T08:12:44Z") + 500_000, guess: None });
    }

    #[test]
    fn impossible_days_are_refused() {
        let clock = rome("2026-12-01T00:00:00Z");
        assert_eq!(clock.resolve(syslog("Feb 30 12:00:00")), None);
        assert_eq!(clock.resolve(iso("2025-02-29T00:00:00Z").unwrap()), None);
    }

    #[test]
    fn an_instant_and_its_stamp_are_the_same() {
        let utc = Clock::new(Zone::utc(), 0);
        for time_us in [0, -1, 1_773_648_764_112_233, 951_782_400_000_000, 4_102_444_799_999_999] {
            assert_eq!(utc.resolve(When::at(time_us)), Some(Stamp { time_us, guess: None }));
        }
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(days_since_1970(1970, 1, 1), 0);
        assert_eq!(days_since_1969_to_2400(), 157_054);
        for year in [1900, 1969, 1970, 1999, 2000, 2024, 2026, 2100] {
            let start_us = days_since_1970(year, 1, 1) * DAY_S * SECOND_US;
            assert_eq!(year_of(start_us), year);
            assert_eq!(year_of(start_us - 1), year - 1);
        }
    }

    fn days_since_1969_to_2400() -> i64 {
        days_since_1970(2400, 1, 1)
    }
}
