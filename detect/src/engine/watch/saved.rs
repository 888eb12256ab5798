//! What must not be forgotten over a restart.

use std::collections::BTreeSet;

use arrow::record_batch::RecordBatch;
use serde::{Deserialize, Serialize};

use super::Watch;
use super::told::Open;
use crate::engine::detector::Detector;
use crate::engine::failed;
use crate::engine::history::Histories;
use crate::engine::run::{GroupKey, Run};
use crate::engine::usual::Usual;
use crate::error::Error;

/// What a rule has told and what is settled for it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Saved {
    /// The rule.
    pub rule_id: String,
    /// SHA-256 of its text.
    pub sha256: String,
    /// Every instant up to here is settled, µs since 1970 UTC.
    pub settled_us: i64,
    /// Runs told and not yet final.
    pub open_runs: Vec<Run>,
    /// Since when sources are watched for it; nothing where that does not matter.
    pub histories: Histories,
    /// Keys of the sources that its rows were of.
    pub sources: BTreeSet<u64>,
    /// What groups are used to.
    pub usual: Vec<(GroupKey, Usual)>,
}

impl Watch {
    /// What must not be forgotten: none when there is nothing.
    pub fn save(&mut self, detector: &Detector) -> Result<Option<(Saved, Vec<RecordBatch>)>, Error> {
        if self.settled_us == i64::MIN && self.held.batches().is_empty() && self.histories.is_empty() {
            return Ok(None);
        }
        self.sweep(detector)?;
        let saved = Saved {
            settled_us: self.settled_us,
            open_runs: self.open.values().flatten().map(|open| open.run.clone()).collect(),
            histories: self.histories.clone(),
            sources: self.sources.clone(),
            usual: self.usual.iter().map(|(key, usual)| (key.clone(), usual.clone())).collect(),
            ..Saved::default()
        };
        Ok(Some((saved, self.held.batches().to_vec())))
    }

    /// Takes up what was saved. All of it is judged again: it may have been saved before it was judged.
    pub fn restore(
        &mut self,
        detector: &Detector,
        saved: Saved,
        rows: Vec<RecordBatch>,
    ) -> Result<(), Error> {
        self.settled_us = saved.settled_us;
        self.histories = saved.histories;
        self.sources = saved.sources;
        self.usual.extend(saved.usual);
        for run in saved.open_runs {
            self.open.entry(run.key.clone()).or_default().push(Open { run });
        }
        let converter = detector.shape.key_converter()?;
        for rows in rows {
            let keys = converter.convert_columns(detector.shape.keys(&rows))?;
            let groups = detector.shape.groups(&rows).map_err(|error| failed(detector, error))?;
            for (key, group) in keys.iter().zip(groups) {
                let open = self.open.get_mut(key.as_ref()).into_iter().flatten();
                open.for_each(|open| open.run.group_hash = group);
            }
            self.push(detector, rows)?;
        }
        // Final perhaps at once: the first judging says.
        self.next_final_us = (!self.open.is_empty()).then_some(i64::MIN);
        Ok(())
    }
}
