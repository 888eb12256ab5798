//! What a value of a series is expected to be at its time, from the values before it.
//!
//! The expectation is the median of the same time of the week on the last weeks, once two weeks are known; of the
//! same time of the day on the last days, once two days are; of the last day's values before. Medians, because one
//! holiday or outage must not move them; last ones only, because habits change.
//!
//! Promises: memory of [`WEEKS_MAX`] weeks. Must not know: what is counted.

use std::collections::VecDeque;

const DAY_S: i64 = 86_400;
const WEEK_S: i64 = 7 * DAY_S;
/// Weeks and days looked back.
pub const WEEKS_MAX: usize = 4;
const DAYS_MAX: usize = 14;
/// Cycles that must be known before a season is believed.
const CYCLES_MIN: usize = 2;
/// Values that must be known before the last day's level is believed.
const LEVEL_MIN: usize = 12;

/// Values by their place in a cycle.
#[derive(Debug)]
struct Cycle {
    places: Vec<VecDeque<f64>>,
    depth: usize,
}

impl Cycle {
    fn new(places: i64, depth: usize) -> Cycle {
        Cycle { places: (0..places).map(|_| VecDeque::new()).collect(), depth }
    }

    fn place(&self, window: i64) -> usize {
        window.rem_euclid(self.places.len().max(1) as i64) as usize
    }

    /// Median of the values at the place of a window and beside it: what happens daily does not happen on the dot.
    fn median(&self, window: i64) -> Option<f64> {
        let place = self.places.get(self.place(window))?;
        if place.len() < CYCLES_MIN {
            return None;
        }
        let around = [window - 1, window, window + 1];
        let around = around.into_iter().filter_map(|window| self.places.get(self.place(window)));
        median(around.flatten().copied().collect())
    }

    fn learn(&mut self, window: i64, value: f64) {
        let at = self.place(window);
        if let Some(place) = self.places.get_mut(at) {
            if place.len() == self.depth {
                place.pop_front();
            }
            place.push_back(value);
        }
    }
}

/// The expectation of one series.
#[derive(Debug)]
pub struct Season {
    week: Cycle,
    day: Cycle,
    last_day: VecDeque<f64>,
}

impl Season {
    /// Of a series in windows of that width, which divides the day.
    pub fn new(width_s: i64) -> Season {
        Season {
            week: Cycle::new(WEEK_S / width_s, WEEKS_MAX),
            day: Cycle::new(DAY_S / width_s, DAYS_MAX),
            last_day: VecDeque::new(),
        }
    }

    /// The value expected in a window; none before enough is known.
    pub fn expected(&self, window: i64) -> Option<f64> {
        let level =
            || (self.last_day.len() >= LEVEL_MIN).then(|| median(self.last_day.iter().copied().collect()));
        self.week.median(window).or_else(|| self.day.median(window)).or_else(|| level().flatten())
    }

    /// Takes in the value of a window.
    pub fn learn(&mut self, window: i64, value: f64) {
        self.week.learn(window, value);
        self.day.learn(window, value);
        if self.last_day.len() == self.day.places.len() {
            self.last_day.pop_front();
        }
        self.last_day.push_back(value);
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let (low, high) = (values.get((values.len().max(1) - 1) / 2)?, values.get(values.len() / 2)?);
    Some((low + high) / 2.0)
}
