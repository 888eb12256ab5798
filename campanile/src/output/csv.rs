//! Comma separated values with a header (RFC 4180); nested values as JSON.
//!
//! Times are RFC 3339, nulls are empty.

use std::io::Write;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;

use super::RowWriter;
use super::json_cell::Cells;
use super::timestamp::push_rfc3339;
use crate::exit::{Failure, Result};

/// Writes CSV.
pub struct CsvWriter {
    csv: csv::Writer<Box<dyn Write + Send>>,
}

impl CsvWriter {
    /// A writer over `out`; the header is written at once.
    pub fn new(schema: &SchemaRef, out: Box<dyn Write + Send>) -> Result<CsvWriter> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(schema.fields().iter().map(|field| field.name())).map_err(failure)?;
        Ok(CsvWriter { csv })
    }
}

impl RowWriter for CsvWriter {
    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        let columns: Vec<Cells> =
            rows.columns().iter().map(Cells::new).collect::<std::result::Result<_, _>>()?;
        let mut cell = Vec::new();
        for row in 0..rows.num_rows() {
            for column in &columns {
                cell.clear();
                push_cell(column, row, &mut cell);
                self.csv.write_field(&cell).map_err(failure)?;
            }
            self.csv.write_record(None::<&[u8]>).map_err(failure)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.csv.flush()?;
        Ok(())
    }
}

fn push_cell(column: &Cells, row: usize, cell: &mut Vec<u8>) {
    if column.is_null(row) {
        return;
    }
    match column {
        Cells::Text(array) => cell.extend_from_slice(array.value(row).as_bytes()),
        Cells::Utf8(array) => cell.extend_from_slice(array.value(row).as_bytes()),
        Cells::LargeUtf8(array) => cell.extend_from_slice(array.value(row).as_bytes()),
        Cells::Time(array) => push_rfc3339(cell, array.value(row)),
        other => other.push(row, cell),
    }
}

fn failure(error: csv::Error) -> Failure {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => Failure::internal(format!("CSV could not be written: {other:?}")),
    }
}
