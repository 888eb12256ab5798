//! `campanile lake`: what the lake holds, and its care.

mod reparse;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray};
use arrow::record_batch::RecordBatch;
use storage::lake::{Lake, LakeStats, Retention};

use crate::exit::{Exit, Failure, Result, failed};
use crate::moment;
use crate::output::{self, OutputArgs, OutputFormat};
use crate::query::Tables;
use crate::terminal::Terminal;

/// Arguments of `lake`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile lake stats /var/lib/campanile/lake
  campanile lake compact /var/lib/campanile/lake
  campanile lake expire /var/lib/campanile/lake
  campanile lake reparse -c campanile.toml --from 2026-03-01

The service compacts and expires by itself.")]
pub struct LakeArgs {
    #[command(subcommand)]
    what: What,
}

/// What to do with the lake.
#[derive(Debug, clap::Subcommand)]
enum What {
    /// Rows, files, days, and what each column costs.
    #[command(after_help = "Example:\n  campanile lake stats /var/lib/campanile/lake")]
    Stats {
        /// The lake's folder or URL.
        #[arg(value_name = "DIR|URL")]
        lake: String,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Join small files; rows and their order stay.
    #[command(after_help = "Example:\n  campanile lake compact /var/lib/campanile/lake")]
    Compact {
        /// The lake's folder or URL.
        #[arg(value_name = "DIR|URL")]
        lake: String,
    },
    /// Drop the files of days that are past their retention, and what no version needs.
    #[command(after_help = "Example:\n  campanile lake expire /var/lib/campanile/lake")]
    Expire {
        /// The lake's folder or URL.
        #[arg(value_name = "DIR|URL")]
        lake: String,
    },
    /// Read days anew from their sealed originals, with the formats and mapping files that the configuration names now.
    Reparse(reparse::ReparseArgs),
}

/// Does it.
pub fn run(args: &LakeArgs, terminal: &Terminal) -> Result<Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if let What::Reparse(args) = &args.what {
        return reparse::run(args, runtime.handle(), terminal);
    }
    runtime.block_on(async {
        match &args.what {
            What::Reparse(_) => {}
            What::Stats { lake, output } => {
                let stats = open(lake).await?.stats().await.map_err(failed("the lake cannot be read"))?;
                show(&stats, output.format(terminal), terminal)?;
            }
            What::Compact { lake } => {
                let done =
                    open(lake).await?.compact().await.map_err(failed("the lake cannot be compacted"))?;
                terminal.note(format!(
                    "{} files became {}, {} rows written anew",
                    done.removed, done.added, done.rows
                ));
            }
            What::Expire { lake } => {
                let lake = open(lake).await?;
                let now_us = moment::now_us();
                let expired =
                    lake.expire(moment::day_of(now_us), |class: Retention| Some(class.days())).await;
                let expired = expired.map_err(failed("the lake cannot be expired"))?;
                let removed =
                    lake.vacuum(now_us).await.map_err(failed("needless files cannot be removed"))?;
                terminal.note(format!(
                    "{} files with {} rows are past their retention; {removed} needless files removed",
                    expired.files, expired.rows
                ));
            }
        }
        Ok(Exit::Done)
    })
}

/// The lake that is there.
pub async fn open(location: &str) -> Result<Lake> {
    Lake::open_existing(location).await.map_err(|error| {
        let help = "name the folder `lake` in the service's data_dir, or its URL";
        Failure::usage_text(format!("cannot read the lake {location}: {error}"), help)
    })
}

/// Log files are meant, and a path is a lake's folder or the folder of a service that has one.
pub fn none_among(paths: &[String]) -> Result<()> {
    let folders = |path: &String| [PathBuf::from(path), Path::new(path).join("lake")];
    match paths.iter().flat_map(folders).find(|folder| folder.join("_delta_log").is_dir()) {
        None => Ok(()),
        Some(lake) => {
            let lake = lake.display();
            Err(Failure::usage_text(
                format!("{lake} is a lake, no log files"),
                format!("write --lake {lake}"),
            ))
        }
    }
}

/// What SQL can ask of the lake that is there, and of the service beside it.
pub async fn tables(location: &str) -> Result<Tables> {
    // A service keeps them side by side.
    let lake = std::path::absolute(location)?;
    let folder = lake.parent().unwrap_or(&lake);
    Ok(Tables::of_service(open(location).await?.events(), folder)?)
}

fn show(stats: &LakeStats, format: OutputFormat, terminal: &Terminal) -> Result<()> {
    let columns = &stats.columns;
    let per_event = |bytes: u64| bytes as f64 / stats.rows.max(1) as f64;
    let rows = RecordBatch::try_from_iter([
        (
            "column",
            Arc::new(StringArray::from_iter_values(columns.iter().map(|column| &column.name))) as ArrayRef,
        ),
        (
            "bytes",
            Arc::new(Int64Array::from_iter_values(
                columns.iter().map(|column| (column.compressed_bytes + column.bloom_filter_bytes) as i64),
            )),
        ),
        (
            "bytes_per_event",
            Arc::new(Float64Array::from_iter_values(
                columns.iter().map(|column| per_event(column.compressed_bytes + column.bloom_filter_bytes)),
            )),
        ),
        (
            "encoded_bytes",
            Arc::new(Int64Array::from_iter_values(columns.iter().map(|column| column.encoded_bytes as i64))),
        ),
    ])?;
    output::write_all(format, &rows, terminal)?;
    let (files, commits) = (stats.files, stats.commits);
    let said = format!(
        "{} events in {files} files of {} bytes ({:.1} bytes an event), {commits} commits",
        stats.rows,
        stats.bytes,
        per_event(stats.bytes)
    );
    match format {
        OutputFormat::Table => {
            let mut out = terminal.out();
            writeln!(out, "{said}")?;
            out.flush()?;
        }
        _ => terminal.note(said),
    }
    Ok(())
}
