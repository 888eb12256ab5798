//! Where a rule's rows wait for the end of the scan, as they came: in memory up to the engine's budget, then in temporary
//! files.
//!
//! Promises: what is read back is exactly what was put in. Must not know: what rows mean.

use std::fs::File;
use std::path::Path;

use arrow::record_batch::RecordBatch;

use super::rows::{Pile, RowShape};
use super::spill;
use crate::error::Error;

/// The rows of one rule.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pile: Pile,
    rows: usize,
    spilled: Vec<File>,
}

impl Store {
    /// Bytes held in memory.
    pub fn bytes(&self) -> usize {
        self.pile.bytes()
    }

    /// Rows put in.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Adds rows.
    pub fn push(&mut self, rows: RecordBatch) -> Result<(), Error> {
        self.rows += rows.num_rows();
        Ok(self.pile.push(rows)?)
    }

    /// Writes everything in memory to a file below `folder`.
    pub fn spill(&mut self, shape: &RowShape, folder: Option<&Path>) -> Result<(), Error> {
        self.spilled.push(spill::write(&self.pile.take(), &shape.schema(), folder)?);
        Ok(())
    }

    /// Shows all rows to `look`, in the order they came.
    pub fn read(&self, mut look: impl FnMut(&RecordBatch) -> Result<(), Error>) -> Result<(), Error> {
        for file in &self.spilled {
            for batch in spill::read(file.try_clone()?)? {
                look(&batch?)?;
            }
        }
        self.pile.batches().iter().try_for_each(look)
    }
}
