//! `campanile functions`: SQL functions of ours, from their registry.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::record_batch::RecordBatch;
use detect::functions::{ALL, Function};

use crate::exit::{Exit, Result};
use crate::language::Language;
use crate::output::{self, OutputArgs};
use crate::terminal::Terminal;

/// Arguments of `functions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile functions
  campanile functions --output json")]
pub struct FunctionsArgs {
    #[command(flatten)]
    output: OutputArgs,
}

/// Lists the functions.
pub fn run(args: &FunctionsArgs, terminal: &Terminal) -> Result<Exit> {
    let language = Language::of_environment();
    let column = |text: &dyn Fn(&Function) -> &'static str| {
        Arc::new(StringArray::from_iter_values(ALL.iter().map(text))) as ArrayRef
    };
    let rows = RecordBatch::try_from_iter([
        ("function", column(&|function| function.signature)),
        ("meaning", column(&|function| language.pick(function.meaning_en, function.meaning_it))),
        ("example", column(&|function| function.example)),
    ])?;
    output::write_all(args.output.format(terminal), &rows, terminal)?;
    Ok(Exit::Done)
}
