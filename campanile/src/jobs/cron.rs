//! When a job is due: cron's five fields (minute, hour, day of month, month, day of week) in the town's zone.
//!
//! As in cron, a day counts when either of its fields matches, if both are restricted. A time that a change of the clock
//! leaves out is due right after it; one that comes twice is due the first time only.
//!
//! Promises: what cannot be read is told with the field and what it may hold. Must not know: jobs.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// The furthest that a schedule is looked for: 29 February comes within eight years.
const DAYS_MAX: i32 = 8 * 366 + 1;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// One of the five fields.
struct FieldKind {
    name: &'static str,
    least: u8,
    most: u8,
    /// Words for the numbers from `least` on.
    words: &'static [&'static str],
}

const FIELDS: [FieldKind; 5] = [
    FieldKind { name: "minute", least: 0, most: 59, words: &[] },
    FieldKind { name: "hour", least: 0, most: 23, words: &[] },
    FieldKind { name: "day of month", least: 1, most: 31, words: &[] },
    FieldKind { name: "month", least: 1, most: 12, words: &MONTHS },
    FieldKind { name: "day of week", least: 0, most: 7, words: &WEEKDAYS },
];

/// Numbers of one field, a bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Field {
    bits: u64,
    /// Written as `*`, alone or with a step.
    is_any: bool,
}

impl Field {
    fn has(self, number: i8) -> bool {
        u32::try_from(number).is_ok_and(|number| self.bits & (1 << number) != 0)
    }

    /// Its numbers, the least first.
    fn numbers(self) -> impl DoubleEndedIterator<Item = i8> {
        (0..64_i8).filter(move |number| self.has(*number))
    }
}

/// A schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cron {
    minutes: Field,
    hours: Field,
    days: Field,
    months: Field,
    weekdays: Field,
}

impl Cron {
    /// Reads a schedule. The error says what is wrong.
    pub fn read(text: &str) -> Result<Cron, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays] = words.as_slice() else {
            return Err(format!("a schedule has five fields and not {}", words.len()));
        };
        let [minute, hour, day, month, weekday] = &FIELDS;
        let mut weekdays = field(weekdays, weekday)?;
        // Sunday is 0 and 7.
        weekdays.bits |= (weekdays.bits >> 7) & 1;
        let cron = Cron {
            minutes: field(minutes, minute)?,
            hours: field(hours, hour)?,
            days: field(days, day)?,
            months: field(months, month)?,
            weekdays,
        };
        // 30 February never comes.
        match cron.next_after(Timestamp::UNIX_EPOCH, &TimeZone::UTC) {
            Some(_) => Ok(cron),
            None => Err("no such day ever comes".to_owned()),
        }
    }

    /// The first moment after that one.
    pub fn next_after(&self, after: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let first = after.to_zoned(zone.clone()).date();
        // A day is begun anew after a fold, and a gap may lead into the next one: both are seen by comparing moments.
        (-1..DAYS_MAX)
            .filter_map(|days| first.checked_add(days.days()).ok())
            .filter(|date| self.is_day(*date))
            .flat_map(|date| self.moments(date, zone))
            .find(|moment| *moment > after)
    }

    /// The last moment up to that one.
    pub fn last_upto(&self, upto: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let last = upto.to_zoned(zone.clone()).date();
        (0..DAYS_MAX)
            .filter_map(|days| last.checked_sub(days.days()).ok())
            .filter(|date| self.is_day(*date))
            .flat_map(|date| self.moments(date, zone).rev())
            .find(|moment| *moment <= upto)
    }

    fn is_day(&self, date: Date) -> bool {
        let is_weekday = self.weekdays.has(date.weekday().to_sunday_zero_offset());
        let is_day = self.days.has(date.day());
        let is_either = if self.days.is_any || self.weekdays.is_any {
            is_day && is_weekday
        } else {
            is_day || is_weekday
        };
        is_either && self.months.has(date.month())
    }

    /// Its moments on a day, in order.
    fn moments(&self, date: Date, zone: &TimeZone) -> impl DoubleEndedIterator<Item = Timestamp> {
        let minutes = self.minutes;
        self.hours
            .numbers()
            .flat_map(move |hour| minutes.numbers().map(move |minute| (hour, minute)))
            .filter_map(move |(hour, minute)| {
                let time = Time::new(hour, minute, 0, 0).ok()?;
                Some(date.to_datetime(time).to_zoned(zone.clone()).ok()?.timestamp())
            })
    }
}

/// `*`, `5`, `1-5`, `*/15`, `mon,wed`.
fn field(text: &str, kind: &FieldKind) -> Result<Field, String> {
    let mut field = Field { bits: 0, is_any: text.starts_with('*') };
    for part in text.split(',') {
        let wrong = || {
            let FieldKind { name, least, most, .. } = kind;
            format!(
                "`{part}` is no {name}: write a number from {least} to {most}, a range as {least}-{most}, * or */5"
            )
        };
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse().ok().filter(|step| *step > 0).ok_or_else(wrong)?),
            None => (part, 1_usize),
        };
        let (from, upto) = match range.split_once('-') {
            _ if range == "*" => (kind.least, kind.most),
            Some((from, upto)) => {
                (number(from, kind).ok_or_else(wrong)?, number(upto, kind).ok_or_else(wrong)?)
            }
            None => {
                let from = number(range, kind).ok_or_else(wrong)?;
                // `5/10` is from 5 on.
                (from, if step > 1 { kind.most } else { from })
            }
        };
        if from > upto {
            return Err(wrong());
        }
        (from..=upto).step_by(step).for_each(|number| field.bits |= 1 << number);
    }
    Ok(field)
}

fn number(text: &str, kind: &FieldKind) -> Option<u8> {
    let word = kind.words.iter().position(|word| text.eq_ignore_ascii_case(word));
    let number = match word {
        Some(place) => u8::try_from(place).ok()? + kind.least,
        None => text.parse().ok()?,
    };
    (kind.least..=kind.most).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(schedule: &str, after: &str) -> String {
        let zone = TimeZone::get("Europe/Rome").unwrap();
        let next = Cron::read(schedule).unwrap().next_after(after.parse().unwrap(), &zone).unwrap();
        next.to_zoned(zone).strftime("%a %Y-%m-%d %H:%M %:z").to_string()
    }

    #[test]
    fn a_schedule_is_due_when_cron_says() {
        for (schedule, after, expected) in [
            ("30 2 * * *", "2026-03-16T10:00:00Z", "Tue 2026-03-17 02:30 +01:00"),
            ("30 2 * * *", "2026-03-17T01:29:59Z", "Tue 2026-03-17 02:30 +01:00"),
            ("30 2 * * *", "2026-03-17T01:30:00Z", "Wed 2026-03-18 02:30 +01:00"),
            ("*/15 8-13 * * mon-fri", "2026-03-20T12:50:00Z", "Mon 2026-03-23 08:00 +01:00"),
            ("0 6 * * 7", "2026-03-16T00:00:00Z", "Sun 2026-03-22 06:00 +01:00"),
            ("5/20 * * * *", "2026-03-16T10:30:00Z", "Mon 2026-03-16 11:45 +01:00"),
            ("0 0 1,15 * *", "2026-03-16T00:00:00Z", "Wed 2026-04-01 00:00 +02:00"),
            // Either day, when both are said.
            ("0 0 13 * fri", "2026-03-14T00:00:00Z", "Fri 2026-03-20 00:00 +01:00"),
            ("0 0 29 FEB *", "2026-03-16T00:00:00Z", "Tue 2028-02-29 00:00 +01:00"),
        ] {
            assert_eq!(next(schedule, after), expected, "{schedule}");
        }
    }

    #[test]
    fn a_time_that_the_clock_leaves_out_is_due_after_it_and_one_that_comes_twice_once() {
        assert_eq!(next("30 2 * * *", "2026-03-28T12:00:00Z"), "Sun 2026-03-29 03:30 +02:00");
        assert_eq!(next("30 2 * * *", "2026-10-24T12:00:00Z"), "Sun 2026-10-25 02:30 +02:00");
        assert_eq!(next("30 2 * * *", "2026-10-25T00:30:00Z"), "Mon 2026-10-26 02:30 +01:00");
    }

    #[test]
    fn the_last_moment_is_the_one_after_which_the_next_comes() {
        let zone = TimeZone::get("Europe/Rome").unwrap();
        let cron = Cron::read("*/20 2 * * *").unwrap();
        for now in ["2026-03-16T10:00:00Z", "2026-03-16T01:20:00Z", "2026-03-16T01:19:59Z"] {
            let now: Timestamp = now.parse().unwrap();
            let last = cron.last_upto(now, &zone).unwrap();
            assert!(last <= now && cron.next_after(last, &zone).unwrap() > now, "{now} {last}");
        }
    }

    #[test]
    fn what_is_no_schedule_is_told_with_its_field() {
        for (schedule, words) in [
            ("30 2 * *", "five fields and not 4"),
            ("60 2 * * *", "`60` is no minute: write a number from 0 to 59"),
            ("0 2 * * monday", "`monday` is no day of week"),
            ("0 9-2 * * *", "`9-2` is no hour"),
            ("*/0 * * * *", "`*/0` is no minute"),
            ("0 0 30 2 *", "no such day ever comes"),
        ] {
            let error = Cron::read(schedule).unwrap_err();
            assert!(error.contains(words), "{schedule}: {error}");
        }
    }
}
