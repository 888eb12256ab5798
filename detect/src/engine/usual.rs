//! What a group is used to: how much it reached in each hour of the last four weeks.
//!
//! Only instants at which HAVING holds are looked at: what stays below that rings for nobody, and is nothing here. An hour is
//! like another when the local clock says the same on the same day of the week; holidays are Sundays. What is usual is the
//! median of the hours that are like it, and so many median deviations more.
//!
//! Promises: what is known of an hour is what a scan over the same events knows. Must not know: rules, clocks.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use jiff::{Span, Timestamp};
use rustc_hash::FxHashMap;
use schema::Calendar;
use serde::{Deserialize, Serialize};

use super::run::GroupKey;
use crate::span::DAY_US;

/// Days looked back.
const DAYS: i64 = 28;
/// How far back an hour that is like another may lie, µs.
pub(crate) const LENGTH_US: i64 = (DAYS + 1) * DAY_US;
/// A median deviation is at least such a part of the median: who does the same every night may do a little more.
const DEVIATION_MIN: f64 = 0.1;
/// Groups of a rule whose habits are kept.
const GROUPS_MAX: usize = 10_000;
const EPOCH: Date = date(1970, 1, 1);
const HOURS_A_DAY: i64 = 24;
const SUNDAY: i8 = 6;

/// What one group reached.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Usual {
    /// The most in each hour of the local clock since 1970, of instants that no event can change any more.
    peaks: BTreeMap<i64, f64>,
    /// The same of later instants, each more than those of its hour before: (µs since 1970 UTC, hour, what it reached).
    open: Vec<(i64, i64, f64)>,
}

impl Usual {
    /// Instants above the floor are about to be judged anew.
    pub fn begin(&mut self, floor_us: i64) {
        for (time_us, hour, reached) in std::mem::take(&mut self.open) {
            if time_us <= floor_us {
                self.settle(hour, reached);
            }
        }
    }

    /// Notes an instant; up to `settled_us` no event can change one.
    pub fn note(&mut self, time_us: i64, hour: i64, reached: f64, settled_us: i64) {
        if time_us <= settled_us {
            self.settle(hour, reached);
        } else if self.open.last().is_none_or(|(_, of, most)| *of != hour || *most < reached) {
            // They come in the order of time.
            self.open.push((time_us, hour, reached));
        }
    }

    /// Instants up to here cannot change any more: of each hour the most is kept.
    pub fn settle_upto(&mut self, settled_us: i64) {
        let mut open = std::mem::take(&mut self.open);
        open.retain(|(time_us, hour, reached)| {
            if *time_us <= settled_us {
                self.settle(*hour, *reached);
            }
            *time_us > settled_us
        });
        self.open = open;
    }

    fn settle(&mut self, hour: i64, reached: f64) {
        let peak = self.peaks.entry(hour).or_insert(reached);
        *peak = peak.max(reached);
        while self.peaks.first_key_value().is_some_and(|(oldest, _)| !reaches(*oldest, hour)) {
            self.peaks.pop_first();
        }
    }

    /// The last hour of which something is known.
    pub fn last_hour(&self) -> Option<i64> {
        let open = self.open.iter().map(|(_, hour, _)| *hour);
        self.peaks.keys().next_back().copied().into_iter().chain(open).max()
    }

    /// The most that is usual in an hour, by those like it since `from`; none when there are none.
    pub fn most(&self, hour: i64, from: i64, times: f64, calendar: &Calendar) -> Option<f64> {
        let mut reached: Vec<f64> =
            like(hour, calendar).filter(|hour| *hour >= from).map(|hour| self.reached(hour)).collect();
        let middle = median(&mut reached)?;
        let mut deviations: Vec<f64> = reached.iter().map(|reached| (reached - middle).abs()).collect();
        let deviation = median(&mut deviations)?.max(middle * DEVIATION_MIN);
        Some(middle + times * deviation)
    }

    fn reached(&self, hour: i64) -> f64 {
        let open = self.open.iter().filter(|(_, of, _)| *of == hour).map(|(.., reached)| *reached);
        self.peaks.get(&hour).copied().into_iter().chain(open).fold(0.0, f64::max)
    }
}

/// The hour of the local clock since 1970; of the hour that comes twice both are one.
pub(crate) fn hour_of(time_us: i64, calendar: &Calendar) -> i64 {
    let offset_s =
        Timestamp::from_microsecond(time_us).map_or(0, |at| calendar.timezone.to_offset(at).seconds());
    time_us.div_euclid(1_000_000).saturating_add(i64::from(offset_s)).div_euclid(3_600)
}

/// Forgets groups that nothing will ask for, and those unseen for longest when there are too many; answers how many of those.
pub(crate) fn forget(groups: &mut FxHashMap<GroupKey, Usual>, hour: i64) -> usize {
    groups.retain(|_, usual| usual.last_hour().is_some_and(|last| reaches(last, hour)));
    let Some(over) = groups.len().checked_sub(GROUPS_MAX).filter(|over| *over > 0) else { return 0 };
    // By their keys when they were seen last in the same hour.
    let last = groups.iter().map(|(key, usual)| (usual.last_hour(), key.clone()));
    let mut last: Vec<(Option<i64>, GroupKey)> = last.collect();
    last.select_nth_unstable(over);
    for (_, key) in last.iter().take(over) {
        groups.remove(key);
    }
    over
}

/// True when what happened in one hour may be asked for in another.
pub(crate) fn reaches(hour: i64, later: i64) -> bool {
    hour.saturating_add((DAYS + 1) * HOURS_A_DAY) >= later
}

/// The hours of the last weeks that are like this one.
fn like(hour: i64, calendar: &Calendar) -> impl Iterator<Item = i64> {
    let day = hour.div_euclid(HOURS_A_DAY);
    let kind = kind_of(day, calendar);
    let days = (1..=DAYS).filter(move |before| kind_of(day - before, calendar) == kind);
    days.map(move |before| hour - before * HOURS_A_DAY)
}

/// The day of the week of a day since 1970, Monday first.
fn kind_of(day: i64, calendar: &Calendar) -> i8 {
    let day = Span::new().try_days(day).ok().and_then(|days| EPOCH.checked_add(days).ok());
    day.map_or(SUNDAY, |day| match calendar.is_holiday(day) {
        true => SUNDAY,
        false => day.weekday().to_monday_zero_offset(),
    })
}

/// The middle one, the lower when there are two: what half of the hours reached is no habit yet. Sorts them.
fn median(numbers: &mut [f64]) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len().checked_sub(1)? / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        hour_of(text.parse::<Timestamp>().unwrap().as_microsecond(), &Calendar::default())
    }

    fn reached(hours: &[(&str, f64)]) -> Usual {
        let mut usual = Usual::default();
        hours.iter().for_each(|(hour, reached)| usual.note(0, at(hour), *reached, 0));
        usual
    }

    fn most(usual: &Usual, hour: &str) -> Option<f64> {
        usual.most(at(hour), 0, 8.0, &Calendar::default())
    }

    #[test]
    fn the_same_hour_of_the_same_day_is_alike_through_summer_time() {
        let weekly = ["2026-03-09T02:10:00+01:00", "2026-03-16T02:50:00+01:00", "2026-03-23T02:00:00+01:00"];
        let usual = reached(&weekly.map(|hour| (hour, 100.0)));
        assert_eq!(most(&usual, "2026-03-30T02:30:00+02:00"), Some(180.0));
        assert_eq!(most(&usual, "2026-03-30T03:30:00+02:00"), Some(0.0));
        assert_eq!(most(&usual, "2026-03-31T02:30:00+02:00"), Some(0.0));
    }

    #[test]
    fn a_holiday_is_a_sunday() {
        let sundays = ["2026-03-15T10:00:00+01:00", "2026-03-22T10:00:00+01:00", "2026-03-29T10:00:00+02:00"];
        let usual = reached(&sundays.map(|hour| (hour, 50.0)));
        assert_eq!(most(&usual, "2026-04-06T10:00:00+02:00"), Some(90.0), "Easter Monday");
        assert_eq!(most(&usual, "2026-04-13T10:00:00+02:00"), Some(0.0));
    }

    #[test]
    fn what_happened_once_in_four_weeks_is_not_usual_and_what_varies_may_vary() {
        let once = reached(&[("2026-03-16T10:00:00+01:00", 900.0)]);
        assert_eq!(most(&once, "2026-03-23T10:00:00+01:00"), Some(0.0));
        let twice = ["2026-03-02T10:00:00+01:00", "2026-03-16T10:00:00+01:00"].map(|hour| (hour, 900.0));
        assert_eq!(most(&reached(&twice), "2026-03-23T10:00:00+01:00"), Some(0.0), "two of four");
        let since = at("2026-03-09T00:00:00+01:00");
        let of_two_weeks = once.most(at("2026-03-23T10:00:00+01:00"), since, 8.0, &Calendar::default());
        assert_eq!(of_two_weeks, Some(0.0), "one of two");
        let weeks = ["2026-02-23", "2026-03-02", "2026-03-09", "2026-03-16"]
            .map(|day| day.to_owned() + "T10:00:00+01:00");
        let varied: Vec<(&str, f64)> =
            weeks.iter().map(|week| &**week).zip([10.0, 20.0, 30.0, 40.0]).collect();
        assert_eq!(most(&reached(&varied), "2026-03-23T10:00:00+01:00"), Some(20.0 + 8.0 * 10.0));
        let since = at("2026-03-10T00:00:00+01:00");
        let of_one_week =
            reached(&varied).most(at("2026-03-23T10:00:00+01:00"), since, 8.0, &Calendar::default());
        assert_eq!(of_one_week, Some(72.0));
    }

    #[test]
    fn of_too_many_groups_those_unseen_for_longest_are_forgotten() {
        let group = |n: i64| {
            let mut usual = Usual::default();
            usual.note(0, n, 1.0, 0);
            (n.to_be_bytes().as_slice().into(), usual)
        };
        let mut groups: FxHashMap<GroupKey, Usual> = (0..700).map(group).collect();
        assert_eq!(forget(&mut groups, 699), 0);
        assert_eq!(groups.len(), 699 - 2, "what is older than four weeks and a day");
        let mut groups: FxHashMap<GroupKey, Usual> = (0..GROUPS_MAX as i64 + 5).map(group).collect();
        assert_eq!(forget(&mut groups, 0), 5);
        assert!(groups.len() == GROUPS_MAX && !groups.contains_key(4i64.to_be_bytes().as_slice()));
        let alike = |n: i64| (group(n).0, group(0).1);
        let mut groups: FxHashMap<GroupKey, Usual> = (0..GROUPS_MAX as i64 + 5).map(alike).collect();
        forget(&mut groups, 0);
        assert_eq!(groups.len(), GROUPS_MAX, "all seen last in one hour");
    }

    #[test]
    fn what_is_judged_anew_is_forgotten_and_what_is_settled_stays() {
        let mut usual = Usual::default();
        for (time_us, reached) in [(10, 1.0), (20, 3.0), (30, 2.0), (40, 4.0)] {
            usual.note(time_us, 7, reached, 10);
        }
        assert_eq!(usual.reached(7), 4.0);
        usual.begin(20);
        assert_eq!((usual.reached(7), usual.open.len()), (3.0, 0));
    }
}
