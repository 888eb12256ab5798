//! One JSON array of objects, one object a line, nulls left out.

use std::io::Write;

use arrow::record_batch::RecordBatch;

use super::RowWriter;
use super::json_cell::{named, push_members};
use crate::exit::Result;

/// Writes a JSON array.
pub struct JsonWriter {
    out: Box<dyn Write + Send>,
    text: Vec<u8>,
    any: bool,
}

impl JsonWriter {
    /// A writer over `out`.
    pub fn new(mut out: Box<dyn Write + Send>) -> Result<JsonWriter> {
        out.write_all(b"[")?;
        Ok(JsonWriter { out, text: Vec::new(), any: false })
    }
}

impl RowWriter for JsonWriter {
    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        self.text.clear();
        let schema = rows.schema();
        let columns = named(schema.fields().iter().map(|field| field.name().as_str()), rows.columns())?;
        for row in 0..rows.num_rows() {
            self.text.extend_from_slice(if self.any { b",\n{" } else { b"\n{" });
            self.any = true;
            push_members(&columns, row, &mut self.text);
            self.text.push(b'}');
        }
        self.out.write_all(&self.text)?;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.out.write_all(b"\n]\n")?;
        self.out.flush()?;
        Ok(())
    }
}
