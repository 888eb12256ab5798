//! One JSON object a line, nulls left out.

use std::io::Write;

use arrow::record_batch::RecordBatch;

use super::RowWriter;
use super::json_cell::{named, push_members};
use crate::exit::Result;

/// Writes NDJSON.
pub struct NdjsonWriter {
    out: Box<dyn Write + Send>,
    lines: Vec<u8>,
}

impl NdjsonWriter {
    /// A writer over `out`.
    pub fn new(out: Box<dyn Write + Send>) -> NdjsonWriter {
        NdjsonWriter { out, lines: Vec::new() }
    }
}

/// Adds the rows to `lines`.
pub fn push_lines(rows: &RecordBatch, lines: &mut Vec<u8>) -> Result<()> {
    let schema = rows.schema();
    let columns = named(schema.fields().iter().map(|field| field.name().as_str()), rows.columns())?;
    for row in 0..rows.num_rows() {
        lines.push(b'{');
        push_members(&columns, row, lines);
        lines.extend_from_slice(b"}\n");
    }
    Ok(())
}

impl RowWriter for NdjsonWriter {
    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        self.lines.clear();
        push_lines(rows, &mut self.lines)?;
        self.out.write_all(&self.lines)?;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.out.flush()?;
        Ok(())
    }
}
