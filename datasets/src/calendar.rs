//! Which days the generated town works: national holidays, patron saint, weekends.
//!
//! Promises: one `Day` per local day, 23 or 25 hours long when the clocks change.
//! Must not know: what anybody does in those days.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use schema::calendar::is_national_holiday;

/// What kind of day it is for the offices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind {
    /// Offices open.
    Working,
    /// Offices closed, citizens at home.
    Weekend,
    /// National holiday or patron saint.
    Holiday,
}

/// One generated local day.
#[derive(Debug, Clone, Copy)]
pub struct Day {
    /// Number from the first generated day, 0 first.
    pub index: u32,
    /// Local date.
    pub date: Date,
    /// 0 is Monday.
    pub weekday: u8,
    /// Working day or not.
    pub kind: DayKind,
    /// First instant, UTC milliseconds.
    pub start_ms: i64,
    /// First instant after the day, UTC milliseconds.
    pub end_ms: i64,
}

impl Day {
    /// Instant of a local wall-clock time of this day, milliseconds.
    ///
    /// On the two days a year when clocks change, hours after 3 are right and the missing or
    /// double hour is resolved as the time zone database does.
    #[must_use]
    pub fn at(&self, hour: i8, minute: i8) -> i64 {
        let zone = TimeZone::get("Europe/Rome").unwrap_or(TimeZone::UTC);
        let zoned = self.date.at(hour.clamp(0, 23), minute.clamp(0, 59), 0, 0).to_zoned(zone);
        zoned.map_or(self.start_ms, |zoned| zoned.timestamp().as_millisecond())
    }

    /// Whether offices are open.
    #[must_use]
    pub fn is_working(&self) -> bool {
        self.kind == DayKind::Working
    }
}

/// The days from `first` on; `patron` is the town's own holiday as (month, day).
#[must_use]
pub fn days(first: Date, count: u32, patron: (i8, i8)) -> Vec<Day> {
    let mut days = Vec::new();
    let mut date = first;
    for index in 0..count {
        let next = date.tomorrow().unwrap_or(date);
        let weekday = u8::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
        let kind = if is_national_holiday(date) || (date.month(), date.day()) == patron {
            DayKind::Holiday
        } else if weekday >= 5 {
            DayKind::Weekend
        } else {
            DayKind::Working
        };
        let (start_ms, end_ms) = (midnight_ms(date), midnight_ms(next));
        days.push(Day { index, date, weekday, kind, start_ms, end_ms });
        date = next;
    }
    days
}

fn midnight_ms(date: Date) -> i64 {
    let zone = TimeZone::get("Europe/Rome").unwrap_or(TimeZone::UTC);
    let zoned = date.to_zoned(zone);
    zoned.map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp()).as_millisecond()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_day_the_clocks_go_forward_lasts_23_hours() {
        let days = days(date(2026, 3, 28), 3, (1, 22));
        let hours: Vec<i64> = days.iter().map(|day| (day.end_ms - day.start_ms) / 3_600_000).collect();
        assert_eq!(hours, [24, 23, 24]);
        assert_eq!(days[1].at(9, 0) - days[1].start_ms, 8 * 3_600_000);
    }

    #[test]
    fn the_patron_saint_closes_the_offices_on_a_weekday() {
        let days = days(date(2026, 3, 16), 5, (3, 18));
        let kinds: Vec<DayKind> = days.iter().map(|day| day.kind).collect();
        assert_eq!(kinds[2], DayKind::Holiday);
        assert_eq!(kinds.iter().filter(|kind| **kind == DayKind::Working).count(), 4);
    }
}
