//! `campanile formats`: what the parsers know, from their registry.

use std::io::Write;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use arrow::record_batch::RecordBatch;
use parsers::Format;
use parsers::formats::ALL;

use crate::exit::{Exit, Failure, Result};
use crate::output::{self, OutputArgs, OutputFormat};
use crate::suggest;
use crate::terminal::Terminal;

/// Arguments of `formats`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile formats
  campanile formats sshd")]
pub struct FormatsArgs {
    /// One format: its reference, its samples and what they become.
    name: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

/// Names of all formats, and `plain`.
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    ALL.iter().map(|format| format.name).chain(std::iter::once(parsers::PLAIN))
}

/// The name given to `--format`: none for `auto`.
pub fn chosen(name: &str) -> Result<Option<String>> {
    if name == "auto" {
        return Ok(None);
    }
    match parsers::by_name(name) {
        Some(format) => Ok(Some(format.name.to_owned())),
        None => Err(unknown(name)),
    }
}

fn unknown(name: &str) -> Failure {
    let known = ALL.iter().map(|format| format.name);
    let help = match suggest::nearest(name, known) {
        Some(near) => format!("did you mean `{near}`? `campanile formats` lists them all"),
        None => "`campanile formats` lists them; `auto` lets each line decide".to_owned(),
    };
    Failure::usage_text(format!("unknown format `{name}`"), help)
}

/// Lists the formats, or shows one.
pub fn run(args: &FormatsArgs, terminal: &Terminal) -> Result<Exit> {
    let formats: Vec<&Format> = match &args.name {
        None => ALL.to_vec(),
        Some(name) => vec![parsers::by_name(name).ok_or_else(|| unknown(name))?],
    };
    let wanted = args.output.format(terminal);
    if let (Some(_), OutputFormat::Table, [format]) = (&args.name, wanted, formats.as_slice()) {
        show(format, terminal)?;
        return Ok(Exit::Done);
    }
    output::write_all(wanted, &rows(&formats)?, terminal)?;
    Ok(Exit::Done)
}

fn rows(formats: &[&Format]) -> Result<RecordBatch> {
    let column = |text: fn(&Format) -> &'static str| {
        Arc::new(StringArray::from_iter_values(formats.iter().map(|format| text(format)))) as ArrayRef
    };
    let programs = StringArray::from_iter_values(formats.iter().map(|format| format.programs.join(" ")));
    let samples = Int64Array::from_iter_values(formats.iter().map(|format| format.samples.len() as i64));
    Ok(RecordBatch::try_from_iter([
        ("format", column(|format| format.name)),
        ("title", column(|format| format.title)),
        ("programs", Arc::new(programs) as ArrayRef),
        ("samples", Arc::new(samples) as ArrayRef),
        ("reference", column(|format| format.reference)),
    ])?)
}

/// One format for people.
fn show(format: &Format, terminal: &Terminal) -> Result<()> {
    let mut out = terminal.out();
    writeln!(out, "{} · {}\nreference: {}", format.name, format.title, format.reference)?;
    if !format.programs.is_empty() {
        writeln!(out, "programs: {}", format.programs.join(", "))?;
    }
    for sample in format.samples {
        writeln!(out, "\n{}", sample.about)?;
        for line in sample.text.lines() {
            writeln!(out, "  {line}")?;
        }
        for (column, value) in sample.expect {
            writeln!(out, "    {column:<28} {value}")?;
        }
    }
    out.flush()?;
    Ok(())
}
