//! Anomalies: what departs from the logs of normal days, learnt from them without rules.
//!
//! Two kinds are looked for, and the training says which there are:
//!
//! - [`sessions`]: an identifier of one shape (`blk_#`, `<uuid>`...) recurs over lines and groups them into stories
//!   that repeat; a story of unusual events is anomalous;
//! - [`series`]: each entity (the stream of a host's program) writes at a rate of its hour and weekday; a rate far
//!   from it is anomalous.
//!
//! ```no_run
//! # fn rows() -> Vec<detect::anomalies::Row<'static>> { Vec::new() }
//! use detect::anomalies::Trainer;
//!
//! let mut trainer = Trainer::default();
//! rows().iter().for_each(|row| trainer.observe(row));
//! let mut judge = trainer.learn();
//! rows().iter().for_each(|row| judge.observe(row));
//! for (entity, windows) in judge.windows() { /* in order of names and time */ }
//! for verdict in judge.into_sessions() { /* in order of appearance */ }
//! ```
//!
//! Promises: the same lines give the same verdicts; time n log n; memory bounded by the entities and windows of
//! [`rates`] and the sessions of [`sessions`], and what finds no room is counted.
//! Must not know: formats, files.

pub mod gatherer;
pub mod identifiers;
pub mod rates;
pub mod season;
pub mod series;
pub mod sessions;
mod tail;

#[cfg(test)]
mod tests;

use gatherer::Gatherer;
use rates::Rates;
use series::WindowVerdict;
use sessions::{SessionModel, SessionVerdict};

use crate::templates::Miner;

/// A line, as far as anomalies are concerned.
#[derive(Debug, Clone, Copy)]
pub struct Row<'r> {
    /// Its text.
    pub message: &'r str,
    /// When, µs since 1970 UTC.
    pub timestamp_us: i64,
    /// The stream it belongs to.
    pub entity: &'r str,
}

/// Gathers lines of normal days.
#[derive(Debug)]
pub struct Trainer {
    miner: Miner,
    gatherer: Gatherer,
    rates: Rates,
}

impl Default for Trainer {
    fn default() -> Trainer {
        Trainer { miner: Miner::new(), gatherer: Gatherer::of_any_shape(), rates: Rates::default() }
    }
}

impl Trainer {
    /// Takes in a line.
    pub fn observe(&mut self, row: &Row) {
        self.gatherer.observe(row.message, self.miner.observe(row.message));
        self.rates.observe(row.entity, row.timestamp_us);
    }

    /// Learns what is normal, to judge other lines by it.
    pub fn learn(mut self) -> Judge {
        let dropped = self.gatherer.dropped() + self.rates.dropped();
        let lines = self.gatherer.lines();
        let shapes = self.gatherer.into_shapes();
        let models: Vec<(Box<str>, SessionModel)> = shapes
            .into_iter()
            .filter_map(|(shape, sessions)| {
                Some((shape, SessionModel::learn(&sessions, lines, &self.miner)?))
            })
            .collect();
        self.rates.settle();
        Judge {
            gatherer: Gatherer::of_shapes(models.iter().map(|(shape, _)| &**shape)),
            models,
            rates: self.rates.emptied(),
            trained: self.rates,
            miner: self.miner,
            dropped,
        }
    }
}

/// Knows what is normal, and gathers lines to judge.
#[derive(Debug)]
pub struct Judge {
    miner: Miner,
    /// By the shape of identifiers, in order of shapes.
    models: Vec<(Box<str>, SessionModel)>,
    trained: Rates,
    gatherer: Gatherer,
    rates: Rates,
    dropped: u64,
}

impl Judge {
    /// The shapes of identifiers that group lines into sessions; none when sessions are not judged.
    pub fn shapes(&self) -> impl Iterator<Item = &str> {
        self.models.iter().map(|(shape, _)| &**shape)
    }

    /// Takes in a line.
    pub fn observe(&mut self, row: &Row) {
        self.gatherer.observe(row.message, self.miner.observe(row.message));
        self.rates.observe(row.entity, row.timestamp_us);
    }

    /// Times that a line, of training or not, found no room in a session or window.
    pub fn dropped(&self) -> u64 {
        self.dropped + self.gatherer.dropped() + self.rates.dropped()
    }

    /// The verdicts on every entity's windows, entities in order of names, windows in order of time.
    pub fn windows(&self) -> impl Iterator<Item = (&str, Vec<WindowVerdict>)> {
        let listened = self.rates.common_stretch();
        let judge = move |(entity, rate)| (entity, series::judge(self.trained.get(entity), rate, listened));
        self.rates.iter().map(judge)
    }

    /// The verdicts on every session, in order of shapes and appearance.
    pub fn into_sessions(self) -> Vec<SessionVerdict> {
        let Judge { miner, models, gatherer, .. } = self;
        // Both are in order of shapes.
        let judged = models.iter().zip(gatherer.into_shapes());
        judged.flat_map(|((_, model), (_, sessions))| model.judge(sessions, &miner)).collect()
    }
}
