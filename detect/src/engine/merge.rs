//! Sorting rows in runs of bounded size, and reading many sorted runs as one.
//!
//! Promises: rows come out in the order of group, time and place whatever runs they were in; memory is one
//! run while sorting, and one batch of each run while merging; files vanish with the process.
//! Must not know: rules, windows.

use std::path::Path;

use arrow::array::UInt32Array;
use arrow::compute::{concat_batches, interleave_record_batch, take_record_batch};
use arrow::record_batch::RecordBatch;
use arrow::row::{RowConverter, Rows, SortField};

use super::rows::{BATCH_ROWS, RowShape, compacted};
use super::spill;
use crate::error::Error;

/// Bytes sorted at a time.
const RUN_BYTES_MAX: usize = 32 << 20;

/// Sorts rows and cuts them into batches.
pub(crate) fn sorted(shape: &RowShape, batches: &[RecordBatch]) -> Result<Vec<RecordBatch>, Error> {
    let all = concat_batches(&shape.schema(), batches)?;
    let keys = converter(shape)?.convert_columns(&shape.order(&all))?;
    let mut order: Vec<u32> = (0..all.num_rows() as u32).collect();
    order.sort_unstable_by(|a, b| keys.row(*a as usize).cmp(&keys.row(*b as usize)));
    let mut sorted = Vec::with_capacity(all.num_rows() / BATCH_ROWS + 1);
    for indices in order.chunks(BATCH_ROWS) {
        sorted.push(compacted(take_record_batch(&all, &UInt32Array::from(indices.to_vec()))?)?);
    }
    Ok(sorted)
}

fn converter(shape: &RowShape) -> Result<RowConverter, Error> {
    Ok(RowConverter::new(shape.order_types().into_iter().map(SortField::new).collect())?)
}

/// Sorts rows that may be more than memory holds: full runs go to temporary files.
pub(crate) struct Sorter<'s> {
    shape: &'s RowShape,
    folder: Option<&'s Path>,
    batches: Vec<RecordBatch>,
    bytes: usize,
    runs: Vec<SortedRun<'s>>,
}

impl<'s> Sorter<'s> {
    /// A sorter whose files are in `folder`, or where the system has them.
    pub fn new(shape: &'s RowShape, folder: Option<&'s Path>) -> Sorter<'s> {
        Sorter { shape, folder, batches: Vec::new(), bytes: 0, runs: Vec::new() }
    }

    /// Adds rows.
    pub fn push(&mut self, rows: RecordBatch) -> Result<(), Error> {
        if rows.num_rows() == 0 {
            return Ok(());
        }
        self.bytes += rows.get_array_memory_size();
        self.batches.push(rows);
        if self.bytes >= RUN_BYTES_MAX {
            let run = sorted(self.shape, &std::mem::take(&mut self.batches))?;
            let file = spill::write(&run, &self.shape.schema(), self.folder)?;
            self.runs.push(Box::new(spill::read(file)?));
            self.bytes = 0;
        }
        Ok(())
    }

    /// All rows in order.
    pub fn finish(mut self) -> Result<Merge<'s>, Error> {
        if !self.batches.is_empty() {
            self.runs.push(Box::new(sorted(self.shape, &self.batches)?.into_iter().map(Ok)));
        }
        Merge::new(self.shape, self.runs)
    }
}

/// A sorted run being read.
pub(crate) type SortedRun<'r> = Box<dyn Iterator<Item = Result<RecordBatch, Error>> + Send + 'r>;

/// The batch of a run that is being read, and how far.
struct Cursor<'r> {
    run: SortedRun<'r>,
    keys: Rows,
    /// Position of its batch in `Merge::batches`.
    batch: usize,
    row: usize,
}

/// Reads sorted runs as one.
pub(crate) struct Merge<'r> {
    shape: &'r RowShape,
    converter: RowConverter,
    cursors: Vec<Cursor<'r>>,
    /// Positions in `cursors`, a heap by their current row, the least first.
    heap: Vec<usize>,
    batches: Vec<RecordBatch>,
}

impl<'r> Merge<'r> {
    pub fn new(shape: &'r RowShape, runs: Vec<SortedRun<'r>>) -> Result<Merge<'r>, Error> {
        let converter = converter(shape)?;
        let mut merge =
            Merge { shape, converter, cursors: Vec::new(), heap: Vec::new(), batches: Vec::new() };
        for mut run in runs {
            if let Some(batch) = next_batch(&mut run)? {
                let keys = merge.converter.convert_columns(&shape.order(&batch))?;
                merge.batches.push(batch);
                merge.cursors.push(Cursor { run, keys, batch: merge.batches.len() - 1, row: 0 });
                merge.heap.push(merge.cursors.len() - 1);
            }
        }
        for at in (0..merge.heap.len()).rev() {
            merge.sink(at);
        }
        Ok(merge)
    }

    /// The next rows in order; none at the end.
    pub fn next(&mut self) -> Result<Option<RecordBatch>, Error> {
        let mut places = Vec::with_capacity(BATCH_ROWS);
        while places.len() < BATCH_ROWS {
            let Some(top) = self.heap.first().copied() else { break };
            let Some(cursor) = self.cursors.get_mut(top) else { break };
            places.push((cursor.batch, cursor.row));
            cursor.row += 1;
            if cursor.row == cursor.keys.num_rows() {
                self.refill(top)?;
            }
            self.sink(0);
        }
        if places.is_empty() {
            return Ok(None);
        }
        let batches: Vec<&RecordBatch> = self.batches.iter().collect();
        let merged = compacted(interleave_record_batch(&batches, &places)?)?;
        self.drop_read_batches();
        Ok(Some(merged))
    }

    /// Gives the cursor at the heap's top its next batch, or takes it off the heap.
    fn refill(&mut self, top: usize) -> Result<(), Error> {
        let Some(cursor) = self.cursors.get_mut(top) else { return Ok(()) };
        match next_batch(&mut cursor.run)? {
            Some(batch) => {
                cursor.keys = self.converter.convert_columns(&self.shape.order(&batch))?;
                cursor.row = 0;
                cursor.batch = self.batches.len();
                self.batches.push(batch);
            }
            None => {
                self.heap.swap_remove(0);
            }
        }
        Ok(())
    }

    /// Keeps only the batches that cursors still read.
    fn drop_read_batches(&mut self) {
        let mut kept = Vec::with_capacity(self.heap.len());
        for position in &self.heap {
            let Some(cursor) = self.cursors.get_mut(*position) else { continue };
            if let Some(batch) = self.batches.get(cursor.batch) {
                kept.push(batch.clone());
                cursor.batch = kept.len() - 1;
            }
        }
        self.batches = kept;
    }

    /// Moves the heap's item at `at` down to its place.
    fn sink(&mut self, mut at: usize) {
        loop {
            let (left, right) = (2 * at + 1, 2 * at + 2);
            let mut least = at;
            for child in [left, right] {
                if child < self.heap.len() && self.is_before(child, least) {
                    least = child;
                }
            }
            if least == at {
                return;
            }
            self.heap.swap(at, least);
            at = least;
        }
    }

    /// True when the current row of the cursor at heap position `a` comes before that at `b`.
    fn is_before(&self, a: usize, b: usize) -> bool {
        let cursor = |at: usize| self.heap.get(at).and_then(|position| self.cursors.get(*position));
        match (cursor(a), cursor(b)) {
            (Some(a), Some(b)) => a.keys.row(a.row) < b.keys.row(b.row),
            _ => false,
        }
    }
}

/// The next batch with rows in it.
fn next_batch(run: &mut SortedRun<'_>) -> Result<Option<RecordBatch>, Error> {
    for batch in run {
        let batch = batch?;
        if batch.num_rows() > 0 {
            return Ok(Some(batch));
        }
    }
    Ok(None)
}
