//! How far the values of the last weeks strayed: a quantile that slides.
//!
//! Promises: exact; a step costs a search and a move in one sorted list. Must not know: what is measured.

use std::collections::VecDeque;

/// The share of values that count as ordinary: one in a hundred strays further.
const ORDINARY: f64 = 0.99;

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

    /// What ordinary values keep below; none while one value in a hundred is none at all.
    pub fn ordinary_max(&self) -> Option<f64> {
        let known = self.sorted.len();
        let enough = known as f64 * (1.0 - ORDINARY) >= 1.0 - f64::EPSILON * 100.0;
        enough.then(|| self.sorted.get((known as f64 * ORDINARY) as usize).copied()).flatten()
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
