//! Events that were appended and are not yet known to be committed.
//!
//! Promises: a snapshot is taken under one short lock and holds what was appended before it; events leave only when a view
//! of the table with their commit is known. Must not know: how they are written or read.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use arrow::compute::kernels::cmp::gt;
use arrow::error::ArrowError;
use schema::{Column, EventBatch};

/// Waiting events of every collector.
#[derive(Default)]
pub(crate) struct Fresh {
    collectors: Mutex<HashMap<Arc<str>, Waiting>>,
}

/// What waits of one collector.
#[derive(Default)]
struct Waiting {
    units: VecDeque<Arc<Unit>>,
    /// Appended, or committed by an earlier run.
    upto: u64,
    load: Load,
    /// When the oldest unit came.
    since_us: i64,
}

/// What one append brought.
pub(crate) struct Unit {
    pub(crate) batches: Vec<EventBatch>,
    /// The last frame it stands for.
    pub(crate) upto: u64,
    load: Load,
    appended_us: i64,
}

/// How much waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    /// Events.
    pub rows: usize,
    /// Memory they hold, received texts included.
    pub bytes: u64,
}

/// All that waits of one collector, at one moment.
pub(crate) struct Snapshot {
    pub(crate) collector: Arc<str>,
    pub(crate) units: Vec<Arc<Unit>>,
}

/// Why a unit was not taken.
pub(crate) enum Refused {
    /// Waiting events would hold so many bytes.
    Full(u64),
    /// A batch lacks what every event has.
    Columns(ArrowError),
}

impl Fresh {
    fn lock(&self) -> MutexGuard<'_, HashMap<Arc<str>, Waiting>> {
        self.collectors.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins with what is committed already.
    pub(crate) fn begin(&self, collector: &Arc<str>, committed_upto: u64) {
        let mut collectors = self.lock();
        let waiting = collectors.entry(Arc::clone(collector)).or_default();
        waiting.upto = waiting.upto.max(committed_upto);
    }

    /// Takes events; those at or below what was taken before are dropped.
    pub(crate) fn append(
        &self,
        collector: &Arc<str>,
        batches: Vec<EventBatch>,
        upto: u64,
        now_us: i64,
        bytes_max: u64,
    ) -> Result<(), Refused> {
        let mut collectors = self.lock();
        let waiting = collectors.entry(Arc::clone(collector)).or_default();
        if upto <= waiting.upto {
            return Ok(());
        }
        let mut kept = Vec::with_capacity(batches.len());
        for batch in batches {
            kept.push(above(batch, waiting.upto).map_err(Refused::Columns)?);
        }
        kept.retain(|batch| !batch.is_empty());
        let load = load(&kept);
        let held_bytes = waiting.load.bytes + load.bytes;
        // One unit larger than the limit must pass, or it would never.
        if held_bytes > bytes_max && waiting.load.bytes > 0 {
            return Err(Refused::Full(held_bytes));
        }
        if waiting.units.is_empty() {
            waiting.since_us = now_us;
        }
        waiting.upto = upto;
        waiting.load.add(load);
        waiting.units.push_back(Arc::new(Unit { batches: kept, upto, load, appended_us: now_us }));
        Ok(())
    }

    /// Drops what is committed.
    pub(crate) fn forget(&self, collector: &str, committed_upto: u64) {
        let mut collectors = self.lock();
        let Some(waiting) = collectors.get_mut(collector) else { return };
        while waiting.units.front().is_some_and(|unit| unit.upto <= committed_upto) {
            if let Some(unit) = waiting.units.pop_front() {
                waiting.load.remove(unit.load);
            }
        }
        if let Some(oldest) = waiting.units.front() {
            waiting.since_us = oldest.appended_us;
        }
        waiting.upto = waiting.upto.max(committed_upto);
    }

    /// What waits of one collector, oldest first.
    pub(crate) fn units(&self, collector: &str) -> Vec<Arc<Unit>> {
        self.lock().get(collector).map(|waiting| waiting.units.iter().cloned().collect()).unwrap_or_default()
    }

    /// How much waits of one collector, and since when.
    pub(crate) fn load(&self, collector: &str) -> Option<(Load, i64)> {
        let collectors = self.lock();
        let waiting = collectors.get(collector).filter(|waiting| !waiting.units.is_empty())?;
        Some((waiting.load, waiting.since_us))
    }

    /// How much waits of all collectors.
    pub(crate) fn total(&self) -> Load {
        let mut total = Load::default();
        self.lock().values().for_each(|waiting| total.add(waiting.load));
        total
    }

    /// What waits of everyone.
    pub(crate) fn snapshot(&self) -> Vec<Snapshot> {
        let all = |(collector, waiting): (&Arc<str>, &Waiting)| Snapshot {
            collector: Arc::clone(collector),
            units: waiting.units.iter().cloned().collect(),
        };
        self.lock().iter().map(all).filter(|snapshot| !snapshot.units.is_empty()).collect()
    }
}

impl Load {
    pub(crate) fn add(&mut self, other: Load) {
        self.rows += other.rows;
        self.bytes += other.bytes;
    }

    fn remove(&mut self, other: Load) {
        self.rows = self.rows.saturating_sub(other.rows);
        self.bytes = self.bytes.saturating_sub(other.bytes);
    }
}

/// The events of frames above `seq` of the journal.
pub(crate) fn above(batch: EventBatch, seq: u64) -> Result<EventBatch, ArrowError> {
    let Some(seqs) = batch.ints(Column::Seq) else {
        return Err(ArrowError::SchemaError("a batch without seq".to_owned()));
    };
    let seq = column_seq(&batch, seq);
    if seqs.values().iter().all(|event| *event > seq) {
        return Ok(batch);
    }
    let keep = gt(seqs, &Int64Array::new_scalar(seq))?;
    batch.filter(&keep)
}

/// The value in the column `seq` of a batch's events that stands for a seq of the journal.
pub(crate) fn column_seq(batch: &EventBatch, seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX).saturating_add(batch.seq_shift())
}

/// Memory that batches hold; a received text that several share is counted once.
pub(crate) fn load(batches: &[EventBatch]) -> Load {
    let (mut rows, mut bytes) = (0, 0);
    let mut texts = HashSet::new();
    let mut add = |array: &ArrayRef| {
        if array.null_count() == array.len() {
            return;
        }
        match array.as_string_view_opt() {
            Some(views) => {
                bytes += 16 * views.len();
                for buffer in views.data_buffers() {
                    if texts.insert(buffer.data_ptr()) {
                        bytes += buffer.capacity();
                    }
                }
            }
            None => bytes += array.get_buffer_memory_size(),
        }
    };
    for batch in batches {
        rows += batch.len();
        batch.columns().columns().iter().for_each(&mut add);
        for field in batch.fields() {
            let values: ArrayRef = Arc::new(field.values.clone());
            add(&values);
        }
    }
    Load { rows, bytes: bytes as u64 }
}
