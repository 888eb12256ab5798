//! `campanile lake reparse`: days of the lake read anew from their sealed originals.
//!
//! Promises: a day is read anew as a whole, or stays as it is and the reason is told; the originals are checked as they are
//! read. Must not know: what formats read.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use arrow::record_batch::RecordBatch;
use jiff::civil::Date;
use rayon::prelude::*;
use schema::Origin;
use storage::Folder;
use storage::lake::{Lake, Rewritten};
use storage::seal::Originals;
use tokio::runtime::Handle;

use crate::exit::{Exit, Result, failed};
use crate::output::{self, OutputArgs};
use crate::service::{self, Parsers};
use crate::terminal::Terminal;
use crate::{config, evidence, moment};

/// Arguments of `lake reparse`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile lake reparse -c campanile.toml
  campanile lake reparse -c campanile.toml --from 2026-03-01 --to 2026-03-07

For history that was kept before a mapping file was written, a format was named or Campanile learnt one. The service may
run meanwhile. Prints the rows of each day by format, before and after. A day whose events are not all among the originals
(not sealed yet, older than sealing, past their retention) stays as it is, and one with lines of a source that the
configuration does not name any more. Lines that another node has sent are read as that node said.
Alerts of the past do not change: `campanile scan` and jobs look at days anew.
Exit codes: 0 all days, 3 some days stayed as they are.")]
pub struct ReparseArgs {
    /// The service's configuration: where lake and originals are, and how each source is read.
    #[arg(long, short, value_name = "FILE", default_value = "campanile.toml")]
    config: PathBuf,
    /// First day of reception, UTC [default: the first that is there].
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<Date>,
    /// Last day of reception, UTC; it may be today [default: yesterday].
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<Date>,
    #[command(flatten)]
    output: OutputArgs,
}

/// Does it.
pub fn run(args: &ReparseArgs, runtime: &Handle, terminal: &Terminal) -> Result<Exit> {
    let settings = config::settings(&args.config)?;
    let originals = evidence::open(&settings.data_dir)?;
    let lake = runtime.block_on(super::open(&settings.lake_location()))?;
    let mut parsers = service::parsers(&settings, Err)?;
    let days = runtime.block_on(lake.days()).map_err(failed("the lake cannot be read"))?;
    let mut rows = Vec::new();
    let mut left = 0;
    for (day, date) in asked(&days, args) {
        match reparse(&lake, &originals, &mut parsers, day, runtime) {
            Ok(rewritten) => {
                terminal.note(format!("{date}: {} rows read anew", rewritten.after.values().sum::<u64>()));
                rows.push((date.to_string(), rewritten));
            }
            Err(error) => {
                left += 1;
                terminal.note(format!("{date} stays as it is: {error}{}", reason(&error)));
            }
        }
    }
    output::write_all(args.output.format(terminal), &table(&rows)?, terminal)?;
    terminal.note(format!("days read anew: {}, left as they are: {left}", rows.len()));
    Ok(if left == 0 { Exit::Done } else { Exit::Unreadable })
}

/// The days that are there and asked for.
fn asked(days: &BTreeSet<i32>, args: &ReparseArgs) -> Vec<(i32, Date)> {
    let dated = |day: i32| Some((day, moment::date_of(day)?));
    let yesterday = moment::date_of(moment::day_of(moment::now_us()) - 1);
    let last = args.to.or(yesterday);
    let is_asked =
        |(_, date): &(i32, Date)| args.from.is_none_or(|from| *date >= from) && Some(*date) <= last;
    days.iter().copied().filter_map(dated).filter(is_asked).collect()
}

/// One day.
fn reparse(
    lake: &Lake,
    originals: &Originals<Folder>,
    parsers: &mut Parsers,
    day: i32,
    runtime: &Handle,
) -> std::result::Result<Rewritten, storage::Error> {
    let mut rewrite = runtime.block_on(lake.rewrite(day))?;
    let held = rewrite.held();
    let taken = originals.batches(
        |collector, seqs| held.has(collector, seqs),
        |batches| {
            parsers.learn(&batches);
            if let Some(unknown) = batches.iter().find(|batch| !parsers.know(batch)) {
                let Origin { source, tenant, .. } = &*unknown.origin;
                return Err(io::Error::other(format!(
                    "the configuration has no source `{source}` of tenant `{tenant}`: name it there with its format, it need not \
                     be in use"
                )));
            }
            let parsed = batches.par_iter().map(|frames| parsers.of(frames).parse(frames));
            let events: Vec<_> = parsed.collect::<std::result::Result<_, _>>().map_err(io::Error::other)?;
            runtime.block_on(rewrite.take(events.into_iter().flatten().collect())).map_err(io::Error::other)
        },
    );
    match taken {
        Ok(()) => runtime.block_on(rewrite.commit()),
        Err(error) => {
            runtime.block_on(rewrite.abandon());
            Err(error)
        }
    }
}

/// What may be behind it.
fn reason(error: &storage::Error) -> &'static str {
    match error {
        storage::Error::LakeEvents { .. } => {
            ": not sealed yet (try again in some minutes), older than sealing, past their retention, or lost: \
             `campanile evidence verify` says"
        }
        storage::Error::LakeFileGone { .. } => ": files were joined at the same time, try again",
        _ => "",
    }
}

fn table(days: &[(String, Rewritten)]) -> Result<RecordBatch> {
    let rows = days.iter().flat_map(|(day, rewritten)| {
        let formats: BTreeSet<&String> = rewritten.before.keys().chain(rewritten.after.keys()).collect();
        formats.into_iter().map(move |format| {
            let count = |rows: &BTreeMap<String, u64>| rows.get(format).copied().unwrap_or(0) as i64;
            (day, format, count(&rewritten.before), count(&rewritten.after))
        })
    });
    let rows: Vec<_> = rows.collect();
    Ok(RecordBatch::try_from_iter([
        ("day", Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.0))) as ArrayRef),
        ("format", Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.1)))),
        ("before", Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.2)))),
        ("after", Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.3)))),
    ])?)
}
