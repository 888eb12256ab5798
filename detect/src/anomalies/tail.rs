//! How far the values of the last weeks strayed: a quantile that slides.
//!
//! Promises: exact; a step costs a search and a move in one sorted list. Must not know: what is measured.

use std::collections::VecDeque;

/// Of so many values one is no longer ordinary.
const ORDINARY_OF: usize = 100;

/// The last values, sorted and in order of arrival.
#[derive(Debug)]
pub struct Tail {
    sorted: Vec<f64>,
    arrived: VecDeque<f64>,
    values_max: usize,
}

impl Tail {
    /// Of at most that many values.
    pub fn new(values_max: usize) -> Tail {
        Tail { sorted: Vec::new(), arrived: VecDeque::new(), values_max }
    }

    /// What ordinary values keep below; none while too few values are known to hold one that is not.
    pub fn ordinary_max(&self) -> Option<f64> {
        let beyond = self.sorted.len() / ORDINARY_OF;
        if beyond == 0 {
            return None;
        }
        self.sorted.get(self.sorted.len() - beyond).copied()
    }

    /// Takes in a value, and lets the oldest go when it is full.
    pub fn learn(&mut self, value: f64) {
        if self.arrived.len() == self.values_max
            && let Some(oldest) = self.arrived.pop_front()
        {
            self.sorted.remove(self.sorted.partition_point(|known| *known < oldest));
        }
        self.sorted.insert(self.sorted.partition_point(|known| *known < value), value);
        self.arrived.push_back(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_in_a_hundred_is_not_ordinary() {
        let mut tail = Tail::new(1000);
        (0..99).for_each(|value| tail.learn(f64::from(value)));
        assert_eq!(tail.ordinary_max(), None);
        (99..300).rev().for_each(|value| tail.learn(f64::from(value)));
        assert_eq!(tail.ordinary_max(), Some(297.0));
    }

    #[test]
    fn what_is_long_past_is_forgotten() {
        let mut tail = Tail::new(200);
        (0..200).for_each(|_| tail.learn(50.0));
        (0..199).for_each(|_| tail.learn(1.0));
        assert_eq!(tail.ordinary_max(), Some(1.0));
    }
}
