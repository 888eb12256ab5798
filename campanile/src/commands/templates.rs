//! `campanile templates`: which lines say the same thing with other values in it.

use std::io::{BufReader, BufWriter, Read, Seek, Write};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, StringViewBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use detect::templates::{Miner, TemplateId};
use schema::{Column, EventBatch};
use tempfile::SpooledTempFile;

use crate::exit::{Exit, Failure, Result};
use crate::output::events::in_order;
use crate::output::{self, OutputArgs, RowWriter};
use crate::pipeline;
use crate::progress::Progress;
use crate::reading::{Reading, ReadingArgs};
use crate::terminal::Terminal;

/// Lines are kept in memory up to here, then in a temporary file, until their templates are final.
const MEMORY_BYTES_MAX: usize = 64 << 20;
/// Lines of one batch of output.
const ROWS: usize = 8_192;

/// Arguments of `templates`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile templates /var/log/syslog
  campanile templates --output ndjson app.log.gz | jq -r .template | sort | uniq -c | sort -rn

Ids are the same on every machine. Lines come out when all were read: what looked like several
templates may prove to be one.")]
pub struct TemplatesArgs {
    #[command(flatten)]
    reading: ReadingArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Finds the templates and writes each line's.
pub fn run(args: &TemplatesArgs, terminal: &Terminal) -> Result<Exit> {
    let reading = Reading::open(&args.reading)?;
    let progress = Progress::new(terminal, reading.total_bytes());
    let mut miner = Miner::new();
    let mut seen = Seen::new(&reading);
    let books = pipeline::run(
        &reading,
        &progress,
        |batches| Ok((in_order(&batches), batches)),
        |(order, batches)| {
            order.into_iter().try_for_each(|(batch, row)| seen.line(&mut miner, &batches, batch, row))
        },
    )?;
    let schema = rows_schema();
    let mut writer = output::writer(args.output.format(terminal), &schema, terminal.out(), terminal)?;
    let lines = seen.lines;
    seen.write(&miner, &schema, &mut *writer)?;
    writer.finish()?;
    books.tell(terminal);
    terminal.note(format!("templates: {} in {lines} events", miner.templates().count()));
    Ok(books.exit(args.reading.settings.strict))
}

fn rows_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("file", DataType::Utf8, false),
        Field::new("line", DataType::Int64, false),
        Field::new("template_id", DataType::Utf8, false),
        Field::new("template", DataType::Utf8View, false),
    ]))
}

/// The lines read, each with the id its template had then.
struct Seen {
    files: Vec<Arc<str>>,
    lines: u64,
    kept: BufWriter<SpooledTempFile>,
}

impl Seen {
    fn new(reading: &Reading) -> Seen {
        let files = reading.inputs.iter().map(|input| Arc::clone(&input.name)).collect();
        Seen { files, lines: 0, kept: BufWriter::new(SpooledTempFile::new(MEMORY_BYTES_MAX)) }
    }

    fn line(&mut self, miner: &mut Miner, batches: &[EventBatch], batch: usize, row: usize) -> Result<()> {
        let Some(events) = batches.get(batch) else { return Ok(()) };
        let text = |column| events.texts(column).map_or("", |texts| texts.value(row));
        let id = miner.observe(text(Column::Message));
        let file = self.file(text(Column::Collector));
        let line = events.ints(Column::Seq).map_or(0, |seq| seq.value(row));
        self.lines += 1;
        self.kept.write_all(&file.to_le_bytes())?;
        self.kept.write_all(&line.to_le_bytes())?;
        self.kept.write_all(&id.to_bits().to_le_bytes())?;
        Ok(())
    }

    /// The index of a file; the members of an archive are not among the inputs beforehand.
    fn file(&mut self, name: &str) -> u32 {
        // Lines of one file come together: it is the last one nearly always.
        let known = self.files.iter().rposition(|file| &**file == name);
        let index = known.unwrap_or_else(|| {
            self.files.push(name.into());
            self.files.len() - 1
        });
        index as u32
    }

    /// Reads the lines again, now that templates are final.
    fn write(self, miner: &Miner, schema: &SchemaRef, writer: &mut dyn RowWriter) -> Result<()> {
        let mut kept = self.kept.into_inner().map_err(|error| Failure::from(error.into_error()))?;
        kept.rewind()?;
        let mut kept = BufReader::new(kept);
        let mut left = self.lines;
        while left > 0 {
            let rows = left.min(ROWS as u64);
            let (mut files, mut lines, mut ids) = (Vec::new(), Vec::new(), Vec::new());
            let mut texts = StringViewBuilder::new().with_deduplicate_strings();
            for _ in 0..rows {
                let file = u32::from_le_bytes(bytes(&mut kept)?);
                lines.push(i64::from_le_bytes(bytes(&mut kept)?));
                let id = miner.resolve(TemplateId::from_bits(u64::from_le_bytes(bytes(&mut kept)?)));
                files.push(self.files.get(file as usize).map_or("", |name| &**name));
                ids.push(id.to_string());
                texts.append_value(miner.template(id));
            }
            left -= rows;
            let columns: Vec<ArrayRef> = vec![
                Arc::new(StringArray::from(files)),
                Arc::new(Int64Array::from(lines)),
                Arc::new(StringArray::from(ids)),
                Arc::new(texts.finish()),
            ];
            writer.write(&RecordBatch::try_new(Arc::clone(schema), columns)?)?;
        }
        Ok(())
    }
}

fn bytes<const N: usize>(kept: &mut impl Read) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    kept.read_exact(&mut bytes)?;
    Ok(bytes)
}
