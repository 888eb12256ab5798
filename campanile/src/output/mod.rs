//! Rows out: one writer for each output format, all over Arrow batches.
//!
//! Promises: the same rows give the same bytes; nulls are left out of JSON; a control character in a
//! value never leaves raw. Must not know: what the rows are.

mod arrow_stream;
mod csv;
pub mod events;
mod json;
pub mod json_cell;
pub mod ndjson;
mod parquet;
mod table;
pub mod timestamp;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;

use crate::exit::Result;
use crate::terminal::Terminal;

/// How rows come out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum OutputFormat {
    /// For people; the default on a terminal.
    Table,
    /// One JSON object a line; the default in a pipe.
    Ndjson,
    /// Comma separated, with a header.
    Csv,
    /// One JSON array.
    Json,
    /// One Parquet file.
    Parquet,
    /// An Arrow IPC stream.
    Arrow,
}

/// The flag of every command whose result is rows.
#[derive(Debug, Clone, clap::Args)]
pub struct OutputArgs {
    /// How rows come out [default: table on a terminal, ndjson in a pipe].
    #[arg(long, short, value_enum, value_name = "FORMAT")]
    pub output: Option<OutputFormat>,
}

impl OutputArgs {
    /// The format asked for, or the one that fits where standard output goes.
    pub fn format(&self, terminal: &Terminal) -> OutputFormat {
        self.output.unwrap_or(match terminal.stdout_is_terminal {
            true => OutputFormat::Table,
            false => OutputFormat::Ndjson,
        })
    }
}

/// Takes batches of rows of one schema, in order.
pub trait RowWriter {
    /// Writes the rows of a batch.
    fn write(&mut self, rows: &RecordBatch) -> Result<()>;

    /// Writes what is due at the end. Without it the output is not whole.
    fn finish(self: Box<Self>) -> Result<()>;
}

/// The writer of a format over `out`.
pub fn writer(
    format: OutputFormat,
    schema: &SchemaRef,
    out: Box<dyn Write + Send>,
    terminal: &Terminal,
) -> Result<Box<dyn RowWriter>> {
    Ok(match format {
        OutputFormat::Table => Box::new(table::TableWriter::new(out, terminal)),
        OutputFormat::Ndjson => Box::new(ndjson::NdjsonWriter::new(out)),
        OutputFormat::Csv => Box::new(csv::CsvWriter::new(schema, out)?),
        OutputFormat::Json => Box::new(json::JsonWriter::new(out)?),
        OutputFormat::Parquet => Box::new(parquet::ParquetWriter::new(schema, out)?),
        OutputFormat::Arrow => Box::new(arrow_stream::ArrowStreamWriter::new(schema, out)?),
    })
}

/// Writes one batch as the whole output.
pub fn write_all(format: OutputFormat, rows: &RecordBatch, terminal: &Terminal) -> Result<()> {
    let mut writer = writer(format, rows.schema_ref(), terminal.out(), terminal)?;
    writer.write(rows)?;
    writer.finish()
}

/// Writes a file under another name first: it is whole or absent.
pub fn whole(path: &Path, write: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    let temporary = PathBuf::from(temporary);
    write(&temporary)?;
    Ok(fs::rename(temporary, path)?)
}
