//! `campanile parse`: one event per line of output, in input order.

use std::io::Write;

use crate::exit::{Exit, Result};
use crate::output::events::{self, Width};
use crate::output::{self, OutputArgs, OutputFormat};
use crate::pipeline;
use crate::progress::Progress;
use crate::reading::{Reading, ReadingArgs};
use crate::terminal::Terminal;

/// Arguments of `parse`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile parse /var/log/auth.log
  campanile parse --timezone UTC --output ndjson access.log.gz | head
  journalctl -o short-iso | campanile parse -")]
pub struct ParseArgs {
    #[command(flatten)]
    reading: ReadingArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Parses and writes.
pub fn run(args: &ParseArgs, terminal: &Terminal) -> Result<Exit> {
    let reading = Reading::open(&args.reading)?;
    let progress = Progress::new(terminal, reading.total_bytes());
    let books = match args.output.format(terminal) {
        OutputFormat::Ndjson => {
            let mut out = terminal.out();
            let books = pipeline::run(
                &reading,
                &progress,
                |batches| Ok(events::ndjson(&batches)?),
                |lines| Ok(out.write_all(&lines)?),
            )?;
            out.flush()?;
            books
        }
        format => {
            let width = if format == OutputFormat::Table { Width::Screen } else { Width::Whole };
            let mut writer = output::writer(format, &events::rows_schema(width), terminal.out(), terminal)?;
            let books = pipeline::run(
                &reading,
                &progress,
                |batches| Ok(events::rows(&batches, width)?),
                |rows| writer.write(&rows),
            )?;
            writer.finish()?;
            books
        }
    };
    books.tell(terminal);
    Ok(books.exit(args.reading.settings.strict))
}
