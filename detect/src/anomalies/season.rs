//! What a value of a series is expected to be at its time, and how far from it values have strayed.
//!
//! A habit is a cycle: of a week, looked at over the last four; of a day, over the last fourteen; or none, the values of
//! the last day. It expects the median of the same time in the cycles before: a median, so that one holiday or
//! outage does not move it, and of the last cycles only, because habits change. How far values strayed from what
//! the habit expected is known by its [`Tail`]. The longest habit of which both is known is the one that counts.
//!
//! Promises: memory of those cycles. Must not know: what is counted.

use std::collections::VecDeque;

use super::tail::Tail;

const DAY_S: i64 = 86_400;
const WEEK_S: i64 = 7 * DAY_S;
/// Weeks and days looked back.
const WEEKS_MAX: usize = 4;
const DAYS_MAX: usize = 14;
/// Cycles that make a habit.
const CYCLES_MIN: usize = 2;
/// Values that make a level.
const LEVEL_MIN: usize = 12;
/// How long deviations are remembered.
const MEMORY_S: i64 = 14 * DAY_S;

/// The values of one cycle by their place in it.
#[derive(Debug)]
struct Habit {
    places: Vec<VecDeque<f64>>,
    /// Values of a place that are enough, and that are kept.
    known_min: usize,
    known_max: usize,
    tail: Tail,
}

impl Habit {
    fn new(places: i64, known_min: usize, known_max: usize, width_s: i64) -> Habit {
        Habit {
            places: (0..places).map(|_| VecDeque::new()).collect(),
            known_min,
            known_max,
            tail: Tail::new((MEMORY_S / width_s) as usize),
        }
    }

    fn place(&self, window: i64) -> usize {
        window.rem_euclid(self.places.len().max(1) as i64) as usize
    }

    /// The median at the place of a window and beside it: what happens daily does not happen on the dot.
    fn expected(&self, window: i64) -> Option<f64> {
        let place = self.places.get(self.place(window))?;
        if place.len() < self.known_min {
            return None;
        }
        let beside = if self.places.len() > 1 { 1 } else { 0 };
        let around =
            (window - beside..=window + beside).filter_map(|window| self.places.get(self.place(window)));
        median(around.flatten().copied().collect())
    }

    /// What is expected of a window, then its value is learnt; none before both habit and deviations are known.
    fn judge(&mut self, window: i64, value: f64) -> Option<Expectation> {
        let expected = self.expected(window);
        let at = self.place(window);
        if let Some(place) = self.places.get_mut(at) {
            if place.len() == self.known_max {
                place.pop_front();
            }
            place.push_back(value);
        }
        let ordinary = self.tail.ordinary_max();
        self.tail.learn((value - expected?).abs());
        Some(Expectation { value: expected?, ordinary: ordinary? })
    }
}

/// What a value is expected to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expectation {
    /// The value.
    pub value: f64,
    /// How far from it is ordinary.
    pub ordinary: f64,
}

/// The habits of one series.
#[derive(Debug)]
pub struct Season {
    /// Longest first.
    habits: [Habit; 3],
}

impl Season {
    /// Of a series in windows of that width, which divides the day.
    pub fn new(width_s: i64) -> Season {
        let (week, day) = (WEEK_S / width_s, DAY_S / width_s);
        Season {
            habits: [
                Habit::new(week, CYCLES_MIN, WEEKS_MAX, width_s),
                Habit::new(day, CYCLES_MIN, DAYS_MAX, width_s),
                Habit::new(1, LEVEL_MIN, day as usize, width_s),
            ],
        }
    }

    /// What was expected of a window by what came before; its value is learnt. None before enough is known.
    pub fn judge(&mut self, window: i64, value: f64) -> Option<Expectation> {
        let expectations = self.habits.each_mut().map(|habit| habit.judge(window, value));
        expectations.into_iter().flatten().next()
    }
}

/// The middle value, of an even number the upper of the two.
fn median(mut values: Vec<f64>) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let middle = values.len() / 2;
    Some(*values.select_nth_unstable_by(middle, f64::total_cmp).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24;

    /// What is expected of the last of so many hours, after those before it.
    fn expected(hours: i64, value: impl Fn(i64) -> f64) -> Option<f64> {
        let mut season = Season::new(3600);
        let expectations = (0..hours).map(|hour| season.judge(hour, value(hour)));
        expectations.last().flatten().map(|expectation| expectation.value)
    }

    #[test]
    fn the_level_is_known_first_then_the_day_then_the_week() {
        let noon = |hour: i64| f64::from((11..=13).contains(&(hour % DAY)));
        let market = |hour: i64| noon(hour) + if hour / DAY % 7 == 6 { 9.0 } else { 0.0 };
        assert_eq!(expected(4 * DAY, market), None);
        assert_eq!(expected(5 * DAY + 13, market), Some(0.0));
        assert_eq!(expected(2 * 7 * DAY - 11, market), Some(1.0), "noon of a second seventh day");
        assert_eq!(expected(3 * 7 * DAY - 11, market), Some(10.0), "noon of a third one");
    }

    #[test]
    fn one_odd_day_moves_no_expectation_and_a_new_habit_does() {
        let odd = |hour: i64| if hour / DAY == 6 { 90.0 } else { 1.0 };
        assert_eq!(expected(9 * DAY, odd), Some(1.0));
        let moved = |hour: i64| if hour < 4 * 7 * DAY { 1.0 } else { 90.0 };
        assert_eq!(expected(8 * 7 * DAY, moved), Some(90.0));
    }

    #[test]
    fn the_deviations_of_a_habit_are_its_own() {
        // The level strays by ten twice a day, the day never does.
        let mut season = Season::new(3600);
        let value = |hour: i64| if hour % DAY < 2 { 10.0 } else { 0.0 };
        let last = (0..10 * DAY).map(|hour| season.judge(hour, value(hour))).last().flatten();
        assert_eq!(last, Some(Expectation { value: 0.0, ordinary: 0.0 }));
    }
}
