//! One Parquet file, zstd.

use std::io::Write;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::RowWriter;
use crate::exit::Result;

/// Bytes of a row group held in memory before it is written.
const ROW_GROUP_BYTES_MAX: usize = 64 << 20;

/// Writes Parquet.
pub struct ParquetWriter {
    writer: ArrowWriter<Box<dyn Write + Send>>,
}

impl ParquetWriter {
    /// A writer over `out`.
    pub fn new(schema: &SchemaRef, out: Box<dyn Write + Send>) -> Result<ParquetWriter> {
        let properties =
            WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
        Ok(ParquetWriter { writer: ArrowWriter::try_new(out, schema.clone(), Some(properties))? })
    }
}

impl RowWriter for ParquetWriter {
    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        self.writer.write(rows)?;
        if self.writer.memory_size() > ROW_GROUP_BYTES_MAX {
            self.writer.flush()?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let mut out = self.writer.into_inner()?;
        out.flush()?;
        Ok(())
    }
}
