//! Where a rule's rows wait for the end of the scan: in memory up to the engine's budget, then in temporary
//! files as sorted runs.
//!
//! Promises: what is read back is exactly what was put in, sorted; files vanish with the process.
//! Must not know: what rows mean.

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, Write};
use std::path::Path;

use arrow::compute::concat_batches;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use arrow::record_batch::RecordBatch;

use super::merge::{BATCH_ROWS, Merge, SortedRun, sorted};
use super::rows::{RowShape, compacted};
use crate::error::Error;

/// Small batches that are joined at the latest.
const SMALL_BATCHES_MAX: usize = 256;
/// Bytes sorted at a time.
const RUN_BYTES_MAX: usize = 32 << 20;

/// The rows of one rule.
#[derive(Debug, Default)]
pub(crate) struct Store {
    batches: Vec<RecordBatch>,
    /// The last ones of `batches`, too small to be kept as they are, and their rows.
    small: usize,
    small_rows: usize,
    bytes: usize,
    spilled: Vec<File>,
}

impl Store {
    /// Bytes held in memory.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Adds rows. Small batches are joined: each has a price of its own.
    pub fn push(&mut self, rows: RecordBatch) -> Result<(), Error> {
        self.bytes += rows.get_array_memory_size();
        self.small += 1;
        self.small_rows += rows.num_rows();
        self.batches.push(rows);
        if self.small_rows >= BATCH_ROWS || self.small >= SMALL_BATCHES_MAX {
            let small = self.batches.split_off(self.batches.len() - self.small);
            self.bytes -= small.iter().map(RecordBatch::get_array_memory_size).sum::<usize>();
            let Some(first) = small.first() else { return Ok(()) };
            let joined = compacted(concat_batches(&first.schema(), &small)?)?;
            self.bytes += joined.get_array_memory_size();
            self.batches.push(joined);
            (self.small, self.small_rows) = (0, 0);
        }
        Ok(())
    }

    /// Writes everything in memory to sorted files below `folder`.
    pub fn spill(&mut self, shape: &RowShape, folder: Option<&Path>) -> Result<(), Error> {
        for part in self.take_parts() {
            let file = match folder {
                Some(folder) => tempfile::tempfile_in(folder)?,
                None => tempfile::tempfile()?,
            };
            let mut writer = StreamWriter::try_new(BufWriter::new(file), &shape.schema())?;
            for batch in sorted(shape, &part)? {
                writer.write(&batch)?;
            }
            writer.finish()?;
            let mut buffered = writer.into_inner()?;
            buffered.flush()?;
            let mut file = buffered.into_inner().map_err(|error| error.into_error())?;
            file.rewind()?;
            self.spilled.push(file);
        }
        Ok(())
    }

    /// Reads all rows in order and leaves the store empty.
    pub fn read<'s>(&mut self, shape: &'s RowShape) -> Result<Merge<'s>, Error> {
        let mut runs: Vec<SortedRun<'s>> = Vec::new();
        for file in self.spilled.drain(..) {
            let reader = StreamReader::try_new(BufReader::new(file), None)?;
            runs.push(Box::new(reader.map(|batch| Ok(batch?))));
        }
        for part in self.take_parts() {
            runs.push(Box::new(sorted(shape, &part)?.into_iter().map(Ok)));
        }
        Merge::new(shape, runs)
    }

    /// The rows in memory in parts of about [`RUN_BYTES_MAX`].
    fn take_parts(&mut self) -> Vec<Vec<RecordBatch>> {
        (self.bytes, self.small, self.small_rows) = (0, 0, 0);
        let (mut parts, mut part, mut part_bytes) = (Vec::new(), Vec::new(), 0);
        for batch in self.batches.drain(..) {
            part_bytes += batch.get_array_memory_size();
            part.push(batch);
            if part_bytes >= RUN_BYTES_MAX {
                parts.push(std::mem::take(&mut part));
                part_bytes = 0;
            }
        }
        if !part.is_empty() {
            parts.push(part);
        }
        parts
    }
}
