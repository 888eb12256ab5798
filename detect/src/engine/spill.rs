//! Rows in temporary files, which vanish with the process.
//!
//! Promises: what is read is what was written, as often as it is read. Must not know: what rows mean.

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, Write};
use std::path::Path;

use arrow::datatypes::Schema;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use arrow::record_batch::RecordBatch;

use crate::error::Error;

/// Writes rows to a file in `folder`, or where the system has its temporary files.
pub(crate) fn write(rows: &[RecordBatch], schema: &Schema, folder: Option<&Path>) -> Result<File, Error> {
    let file = match folder {
        Some(folder) => tempfile::tempfile_in(folder)?,
        None => tempfile::tempfile()?,
    };
    let mut writer = StreamWriter::try_new(BufWriter::new(file), schema)?;
    for batch in rows {
        writer.write(batch)?;
    }
    writer.finish()?;
    let mut buffered = writer.into_inner()?;
    buffered.flush()?;
    Ok(buffered.into_inner().map_err(|error| error.into_error())?)
}

/// Reads a file from its start.
pub(crate) fn read(
    mut file: File,
) -> Result<impl Iterator<Item = Result<RecordBatch, Error>> + Send + 'static, Error> {
    file.rewind()?;
    Ok(StreamReader::try_new(BufReader::new(file), None)?.map(|batch| Ok(batch?)))
}
