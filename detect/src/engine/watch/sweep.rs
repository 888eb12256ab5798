//! Rows that cannot matter any more are forgotten; when memory is short, the older half.

use arrow::array::BooleanArray;
use arrow::compute::{filter_record_batch, min};
use rustc_hash::FxHashMap;

use super::Watch;
use crate::engine::detector::Detector;
use crate::engine::failed;
use crate::engine::last::last_of_each;
use crate::engine::usual::{self, hour_of};
use crate::error::Error;
use crate::sql::Window;

impl Watch {
    /// Forgets rows that cannot matter any more.
    pub(super) fn sweep(&mut self, detector: &Detector) -> Result<(), Error> {
        match detector.layout.window {
            Window::Trailing(window_us) => self.sweep_window(detector, window_us)?,
            Window::FirstSeen { within_us, .. } => {
                let from_us = self.settled_us.saturating_sub(within_us);
                let kept = last_of_each(&detector.shape, self.held.take(), from_us, self.settled_us)?;
                kept.into_iter().try_for_each(|rows| self.held.push(rows))?;
            }
            Window::Whole => {}
        }
        self.usual.values_mut().for_each(|usual| usual.settle_upto(self.settled_us));
        let forgotten = usual::forget(&mut self.usual, hour_of(self.settled_us, &detector.town.calendar));
        self.habits_forgotten += forgotten as u64;
        self.swept_us = self.settled_us;
        Ok(())
    }

    fn sweep_window(&mut self, detector: &Detector, window_us: i64) -> Result<(), Error> {
        let from_us = self.settled_us.saturating_sub(window_us).saturating_add(1);
        let mut first_us: FxHashMap<u64, i64> = FxHashMap::default();
        for open in self.open.values().flatten() {
            let first = first_us.entry(open.run.group_hash).or_insert(from_us);
            *first = open.run.evidence.first_us.min(*first);
        }
        self.forget(detector, from_us, &first_us)?;
        self.counts.forget(&detector.layout, self.settled_us);
        Ok(())
    }

    /// Forgets rows before `from_us`; of groups in `first_us`, those before that.
    fn forget(
        &mut self,
        detector: &Detector,
        from_us: i64,
        first_us: &FxHashMap<u64, i64>,
    ) -> Result<(), Error> {
        let shape = &*detector.shape;
        for rows in self.held.take() {
            let times = shape.identity(&rows).times;
            if min(&times).is_some_and(|oldest_us| oldest_us >= from_us) {
                self.held.push(rows)?;
                continue;
            }
            let groups = shape.groups(&rows).map_err(|error| failed(detector, error))?;
            let first = |group: &u64| first_us.get(group).copied().unwrap_or(from_us);
            let kept =
                groups.iter().zip(times.values()).map(|(group, time_us)| Some(*time_us >= first(group)));
            self.held.push(filter_record_batch(&rows, &kept.collect::<BooleanArray>())?)?;
        }
        Ok(())
    }

    /// Gives up the older half of the rows, and what they would have told. Answers how many.
    pub fn shed(&mut self, detector: &Detector) -> Result<usize, Error> {
        let before = self.rows();
        let times = self.held.batches().iter().map(|rows| detector.shape.identity(rows).times);
        let mut times: Vec<i64> = times.flat_map(|times| times.values().to_vec()).collect();
        let Some(oldest_us) = times.iter().copied().min() else { return Ok(0) };
        let middle = times.len() / 2;
        let (_, median_us, _) = times.select_nth_unstable(middle);
        // Where half of the rows are of the oldest instant, that goes.
        let from_us = (*median_us).max(oldest_us.saturating_add(1));
        self.forget(detector, from_us, &FxHashMap::default())?;
        self.settled_us = self.settled_us.max(from_us);
        // What is forgotten would be new again; habits are kept.
        if matches!(detector.layout.window, Window::FirstSeen { .. }) {
            self.histories.begin_at(from_us);
        }
        self.open.clear();
        self.next_final_us = None;
        Ok(before - self.rows())
    }
}
