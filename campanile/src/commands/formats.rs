//! `campanile formats`: what the parsers know, from their registry.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use arrow::record_batch::RecordBatch;
use parsers::formats::ALL;
use parsers::{Format, Mapping, ParseSettings, Parser, Zone};

use crate::exit::{Exit, Failure, Result};
use crate::output::{self, OutputArgs, OutputFormat};
use crate::suggest;
use crate::terminal::Terminal;

/// Arguments of `formats`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile formats
  campanile formats openssh")]
pub struct FormatsArgs {
    /// One format: its reference, its samples and what they become.
    name: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

/// What `--format` names: a format, a mapping file, or nothing in particular (`auto`).
pub fn parser(name: &str, zone: Zone) -> Result<Parser> {
    if is_mapping(name) {
        return Ok(Parser::with_mapping(mapping(name)?, zone));
    }
    let format = match name {
        "auto" => None,
        name => Some(parsers::by_name(name).ok_or_else(|| unknown(name))?.name.to_owned()),
    };
    Parser::new(ParseSettings { format, zone }).map_err(|error| Failure::internal(error.to_string()))
}

/// True when a mapping file is meant, and no format.
pub fn is_mapping(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "toml")
}

/// Reads a mapping file and runs its samples: one that fails is not used.
fn mapping(path: &str) -> Result<Arc<Mapping>> {
    const HELP: &str = "docs/guide/mapping.md says what a mapping file holds";
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::usage_text(format!("mapping file `{path}`: {error}"), HELP))?;
    let mapping = Mapping::read(&text)
        .map_err(|problems| Failure::usage_text(format!("mapping file `{path}`:\n{problems}"), HELP))?;
    let mapping = Arc::new(mapping);
    let failures = mapping.check();
    if failures.is_empty() {
        return Ok(mapping);
    }
    let lines: Vec<String> = failures.iter().map(ToString::to_string).collect();
    let message =
        format!("mapping file `{path}`: its samples do not become what they say\n{}", lines.join("\n"));
    Err(Failure::usage_text(message, "change the rules, or what the sample expects"))
}

fn unknown(name: &str) -> Failure {
    // Who knows the program and not the format's name means the format that reads it before all others.
    let rank =
        |format: &Format| format.programs.iter().position(|program| program.eq_ignore_ascii_case(name));
    let of_program = ALL.iter().filter_map(|format| Some((rank(format)?, format.name))).min();
    let known = std::iter::once("auto").chain(ALL.iter().map(|format| format.name));
    let help = match of_program.map(|(_, name)| name).or_else(|| suggest::nearest(name, known)) {
        Some(near) => format!("did you mean `{near}`? `campanile formats` lists them all"),
        None => {
            "`campanile formats` lists them, FILE.toml is a mapping; `auto` lets each line decide".to_owned()
        }
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
