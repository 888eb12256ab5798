//! `campanile columns`: the event table, from the registry of columns.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::record_batch::RecordBatch;
use schema::Column;
use schema::columns::{FIELDS, Kind};

use crate::exit::{Exit, Result};
use crate::language::Language;
use crate::output::{self, OutputArgs};
use crate::terminal::Terminal;

/// Arguments of `columns`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile columns
  campanile columns --output csv > columns.csv")]
pub struct ColumnsArgs {
    #[command(flatten)]
    output: OutputArgs,
}

/// Lists the columns.
pub fn run(args: &ColumnsArgs, terminal: &Terminal) -> Result<Exit> {
    let language = Language::of_environment();
    let kind = |column: &Column| match column.kind() {
        Kind::Time => "timestamp",
        Kind::Int => "integer",
        Kind::Text => "text",
    };
    let all = || Column::ALL.iter();
    let mut names: Vec<&str> = all().map(|column| column.name()).collect();
    let mut kinds: Vec<&str> = all().map(kind).collect();
    let mut groups: Vec<&str> = all().map(|column| column.group()).collect();
    let mut meanings: Vec<&str> =
        all().map(|column| language.pick(column.meaning().0, column.meaning().1)).collect();
    names.push(FIELDS);
    kinds.push("map of text");
    groups.push("rest");
    meanings.push(
        language.pick(
            "All that has no column: fields['key']",
            "Tutto ciò che non ha una colonna: fields['chiave']",
        ),
    );
    let column = |texts: Vec<&str>| Arc::new(StringArray::from(texts)) as ArrayRef;
    let rows = RecordBatch::try_from_iter([
        ("column", column(names)),
        ("type", column(kinds)),
        ("group", column(groups)),
        ("meaning", column(meanings)),
    ])?;
    output::write_all(args.output.format(terminal), &rows, terminal)?;
    Ok(Exit::Done)
}
