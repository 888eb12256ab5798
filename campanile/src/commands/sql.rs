//! `campanile sql`: a query over files, or over the lake.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;

use super::lake;
use crate::exit::{Exit, Failure, Result};
use crate::output::{self, OutputArgs};
use crate::progress::Progress;
use crate::query::{self, EventsTable, Tables};
use crate::reading::{Reading, ReadingSettings};
use crate::terminal::Terminal;

/// Arguments of `sql`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile sql \"select source_ip, sum(event_count) n from events
                 where event_action = 'login' and event_outcome = 'failure'
                 group by 1 order by 2 desc limit 10\" /var/log/auth.log
  campanile sql -f query.sql --output parquet logs/ > answer.parquet
  echo 'select class, count(*) from events group by 1' | campanile sql - logs/
  campanile sql --lake /var/lib/campanile/lake \"select max(event_ingested) from events\"
  campanile sql --lake /var/lib/campanile/lake \"select source, last_seen, frames_per_second, parse_errors from sources\"
  campanile sql --lake /var/lib/campanile/lake \"select rule_id, standing, verdict, first, entities from alerts order by told desc\"

`campanile columns` lists the columns, `campanile functions` the functions beside standard SQL.")]
pub struct SqlArgs {
    /// The query (SELECT only; table `events`, of a lake also `alerts` and `sources`), or `-` to read it from standard input. With --file: a path.
    #[arg(value_name = "QUERY", required_unless_present = "file")]
    query: Option<String>,
    /// Files, folders, globs, or `-`; .gz .zst .xz .bz2 .zip .tar are read as they are.
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// The lake of a service (a folder or a URL) instead of files.
    #[arg(long, value_name = "DIR|URL", conflicts_with = "paths")]
    lake: Option<String>,
    /// File that holds the query.
    #[arg(long, short, value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    settings: ReadingSettings,
    #[command(flatten)]
    output: OutputArgs,
}

impl SqlArgs {
    /// The query and the paths it runs over.
    fn split(&self) -> Result<(String, Vec<String>)> {
        let unreadable = |from: &str, error: std::io::Error| {
            Failure::usage_text(
                format!("cannot read the query from {from}: {error}"),
                "write it on the command line, or name a file of UTF-8 text",
            )
        };
        let mut paths = self.paths.clone();
        if let Some(file) = &self.file {
            let query = std::fs::read_to_string(file)
                .map_err(|error| unreadable(&file.display().to_string(), error))?;
            // With a file there is no query on the command line: the first word is a path too.
            paths.splice(0..0, self.query.clone());
            return Ok((query, paths));
        }
        match self.query.as_deref() {
            Some("-") => {
                if paths.iter().any(|path| path == "-") {
                    return Err(Failure::usage_text(
                        "standard input cannot be both the query and the logs",
                        "write the query on the command line",
                    ));
                }
                let mut query = String::new();
                std::io::stdin()
                    .read_to_string(&mut query)
                    .map_err(|error| unreadable("standard input", error))?;
                Ok((query, paths))
            }
            Some(query) => Ok((query.to_owned(), paths)),
            None => Err(Failure::usage_text("no query", "write it on the command line, or give --file")),
        }
    }
}

/// Runs the query.
pub fn run(args: &SqlArgs, terminal: &Terminal) -> Result<Exit> {
    let (query, paths) = args.split()?;
    if let Some(lake) = &args.lake {
        return over_lake(&query, lake, args, terminal);
    }
    lake::none_among(&paths)?;
    let reading = Reading::of(&paths, &args.settings)?;
    let progress = Progress::new(terminal, reading.total_bytes());
    let events = EventsTable::new(reading, progress);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        let tables = Tables::of_files(Arc::new(events.clone()))?;
        // One partition: parsing is what takes all cores, and rows keep their order.
        let stream = query::start(&query, &tables, events.town(), 1).await?;
        write(stream, &query, args, terminal).await
    });
    events.finish_progress();
    // A query that has enough leaves the reader behind: it stops at its next batch.
    runtime.shutdown_background();
    outcome?;
    let books = events.take_books().unwrap_or_else(|| events.unread());
    if !books.inputs.is_empty() || !books.problems.is_empty() {
        books.tell(terminal);
    }
    Ok(books.exit(args.settings.strict))
}

/// Runs the query over what a service has committed.
fn over_lake(query: &str, location: &str, args: &SqlArgs, terminal: &Terminal) -> Result<Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let tables = lake::tables(location).await?;
        let town = args.settings.town()?;
        let stream = query::start(query, &tables, &town, query::all_cores()).await?;
        write(stream, query, args, terminal).await
    })?;
    Ok(Exit::Done)
}

async fn write(
    mut stream: SendableRecordBatchStream,
    query: &str,
    args: &SqlArgs,
    terminal: &Terminal,
) -> Result<()> {
    let schema = stream.schema();
    let mut writer = output::writer(args.output.format(terminal), &schema, terminal.out(), terminal)?;
    writer.write(&arrow::record_batch::RecordBatch::new_empty(schema))?;
    while let Some(rows) = stream.next().await {
        writer.write(&rows.map_err(|error| query::failure(query, &error))?)?;
    }
    writer.finish()
}
