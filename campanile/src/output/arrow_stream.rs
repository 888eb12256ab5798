//! An Arrow IPC stream.

use std::io::Write;

use arrow::datatypes::SchemaRef;
use arrow::ipc::writer::StreamWriter;
use arrow::record_batch::RecordBatch;

use super::RowWriter;
use crate::exit::Result;

/// Writes an Arrow IPC stream.
pub struct ArrowStreamWriter {
    writer: StreamWriter<Box<dyn Write + Send>>,
}

impl ArrowStreamWriter {
    /// A writer over `out`; the schema is written at once.
    pub fn new(schema: &SchemaRef, out: Box<dyn Write + Send>) -> Result<ArrowStreamWriter> {
        Ok(ArrowStreamWriter { writer: StreamWriter::try_new(out, schema)? })
    }
}

impl RowWriter for ArrowStreamWriter {
    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        self.writer.write(rows)?;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.writer.finish()?;
        self.writer.get_mut().flush()?;
        Ok(())
    }
}
