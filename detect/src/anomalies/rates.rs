//! How many lines each entity writes in each window of time.
//!
//! A window is as wide as the entity needs: the narrowest of [`WIDTHS_S`] in which half of the training's windows
//! hold [`LINES_MIN`] lines, the widest for those that seldom write.
//!
//! Promises: counts hang on no order of lines; at most [`ENTITIES_MAX`] entities of [`WINDOWS_MAX`] windows are
//! held, and lines that find no room are counted. Must not know: what is normal.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

/// Widths of windows, seconds; each divides the next, and the day.
const WIDTHS_S: [i64; 4] = [60, 300, 900, 3600];
/// Lines that make a window's count say something: the noise of counting is a third then.
const LINES_MIN: u32 = 10;
/// Most entities followed.
pub const ENTITIES_MAX: usize = 4096;
/// Most windows with lines held of one entity; narrow ones are joined to keep to it.
pub const WINDOWS_MAX: usize = 1 << 15;

const US_PER_S: i64 = 1_000_000;

/// Counts of lines by window.
#[derive(Debug, Clone)]
pub struct Rate {
    width_s: i64,
    /// Window's number since 1970, with its lines; windows without lines are left out.
    counts: FxHashMap<i64, u32>,
}

impl Rate {
    fn of_width(width_s: i64) -> Rate {
        Rate { width_s, counts: FxHashMap::default() }
    }

    /// Width of the windows, seconds.
    pub fn width_s(&self) -> i64 {
        self.width_s
    }

    /// Windows with lines and how many, in order of time.
    pub fn windows(&self) -> BTreeMap<i64, u32> {
        self.counts.iter().map(|(window, count)| (*window, *count)).collect()
    }

    /// Adds a line; false when there is no room for its window.
    fn observe(&mut self, timestamp_us: i64) -> bool {
        let window = |rate: &Rate| timestamp_us.div_euclid(US_PER_S * rate.width_s);
        while self.counts.len() >= WINDOWS_MAX && !self.counts.contains_key(&window(self)) {
            match WIDTHS_S.into_iter().find(|width_s| *width_s > self.width_s) {
                Some(wider) => *self = self.widened(wider),
                None => return false,
            }
        }
        *self.counts.entry(window(self)).or_default() += 1;
        true
    }

    /// The same in windows of a multiple of the width.
    pub fn widened(&self, width_s: i64) -> Rate {
        let mut wider = Rate::of_width(width_s);
        for (window, count) in &self.counts {
            *wider.counts.entry(window.div_euclid(width_s / self.width_s)).or_default() += count;
        }
        wider
    }

    /// The same in windows as wide as it needs.
    fn settled(&self) -> Rate {
        let fits = |rate: &Rate| rate.median() >= LINES_MIN;
        let widths = WIDTHS_S.into_iter().filter(|width_s| *width_s >= self.width_s);
        let mut rates = widths.map(|width_s| self.widened(width_s)).peekable();
        while let Some(rate) = rates.next() {
            if fits(&rate) || rates.peek().is_none() {
                return rate;
            }
        }
        self.clone()
    }

    /// Median count of the windows from the first to the last line.
    fn median(&self) -> u32 {
        let (Some(first), Some(last)) = (self.counts.keys().min(), self.counts.keys().max()) else {
            return 0;
        };
        let empty = (last - first + 1) as usize - self.counts.len();
        let mut counts: Vec<u32> = self.counts.values().copied().collect();
        counts.sort_unstable();
        let middle = (empty + counts.len()) / 2;
        middle.checked_sub(empty).and_then(|at| counts.get(at).copied()).unwrap_or(0)
    }
}

/// Counts by entity.
#[derive(Debug, Default)]
pub struct Rates {
    entities: BTreeMap<Box<str>, Rate>,
    dropped: u64,
    /// Whether the entities to expect are known.
    settled: bool,
}

impl Rates {
    /// The same entities without lines, in windows of the same width.
    pub fn emptied(&self) -> Rates {
        let entities = self.iter().map(|(name, rate)| (name.into(), Rate::of_width(rate.width_s)));
        Rates { entities: entities.collect(), dropped: 0, settled: true }
    }

    /// Settles the width of every entity's windows.
    pub fn settle(&mut self) {
        self.settled = true;
        for rate in self.entities.values_mut() {
            *rate = rate.settled();
        }
    }

    /// Adds a line.
    pub fn observe(&mut self, entity: &str, timestamp_us: i64) {
        if !self.entities.contains_key(entity) && self.entities.len() < ENTITIES_MAX {
            // An entity that training did not know has no width yet: the widest asks least of it.
            let width = if self.settled { WIDTHS_S.last() } else { WIDTHS_S.first() };
            self.entities.insert(entity.into(), Rate::of_width(width.copied().unwrap_or(1)));
        }
        let counted = self.entities.get_mut(entity).is_some_and(|rate| rate.observe(timestamp_us));
        self.dropped += u64::from(!counted);
    }

    /// Lines that found no room.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// One entity's counts.
    pub fn get(&self, entity: &str) -> Option<&Rate> {
        self.entities.get(entity)
    }

    /// From when to when, µs since 1970, most entities wrote: medians, so that one wrong clock does not stretch it.
    pub fn common_stretch(&self) -> Option<(i64, i64)> {
        let (mut first_us, mut last_us) = (Vec::new(), Vec::new());
        for rate in self.entities.values() {
            let width_us = rate.width_s * US_PER_S;
            first_us.extend(rate.counts.keys().min().map(|window| window * width_us));
            last_us.extend(rate.counts.keys().max().map(|window| window * width_us));
        }
        first_us.sort_unstable();
        last_us.sort_unstable();
        let middle = first_us.len() / 2;
        Some((*first_us.get(middle)?, *last_us.get(middle)?))
    }

    /// The entities in order of names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Rate)> {
        self.entities.iter().map(|(name, rate)| (&**name, rate))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rates of one entity with a line every `gap_s` seconds for `span_s`.
    fn steady(gap_s: i64, span_s: i64) -> Rates {
        let mut rates = Rates::default();
        (0..span_s / gap_s).rev().for_each(|line| rates.observe("gate", line * gap_s * US_PER_S));
        rates
    }

    #[test]
    fn a_window_is_as_wide_as_ten_lines_need() {
        for (gap_s, width_s) in [(2, 60), (25, 300), (80, 900), (350, 3600), (20_000, 3600)] {
            let mut rates = steady(gap_s, 86_400);
            rates.settle();
            assert_eq!(rates.get("gate").unwrap().width_s(), width_s, "a line every {gap_s} s");
        }
    }

    #[test]
    fn an_entity_of_many_windows_gets_wider_ones_and_loses_no_line() {
        let minutes = WINDOWS_MAX as i64 + 1;
        let rates = steady(60, minutes * 60);
        let rate = rates.get("gate").unwrap();
        assert_eq!(rate.width_s(), 300);
        assert_eq!(rate.windows().values().map(|lines| i64::from(*lines)).sum::<i64>(), minutes);
        assert_eq!(rates.dropped(), 0);
    }

    #[test]
    fn lines_beyond_the_bounds_are_counted() {
        let mut rates = Rates::default();
        (0..ENTITIES_MAX + 3).for_each(|entity| rates.observe(&entity.to_string(), 0));
        assert_eq!(rates.dropped(), 3);
    }

    #[test]
    fn one_wrong_clock_does_not_stretch_the_time_in_common() {
        let mut rates = Rates::default();
        for entity in ["a", "b", "c"] {
            rates.observe(entity, 60 * US_PER_S);
            rates.observe(entity, 600 * US_PER_S);
        }
        rates.observe("c", 4_000_000_000 * US_PER_S);
        assert_eq!(rates.common_stretch(), Some((60 * US_PER_S, 600 * US_PER_S)));
    }
}
