//! `campanile generate`: the fictional comune as log files and labels, or as a stream.

use std::io::Write;
use std::path::PathBuf;
use std::str::FromStr;

use datasets::{AttackId, GenerateOptions};

use crate::exit::{Exit, Failure, Result};
use crate::terminal::Terminal;

/// Arguments of `generate`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  campanile generate --out town --seed 7 --days 3
  campanile generate --out flood --only AT-03
  campanile generate --stream --scale 4 | campanile parse - > events.ndjson")]
pub struct GenerateArgs {
    /// Folder for the log files and labels.json.
    #[arg(long, value_name = "DIR", required_unless_present = "stream", conflicts_with = "stream")]
    out: Option<PathBuf>,
    #[command(flatten)]
    town: TownArgs,
    /// Plant only this attack, as AT-03.
    #[arg(long, value_name = "ATTACK", value_parser = AttackId::from_str)]
    only: Option<AttackId>,
    /// Write syslog lines to standard output instead of files.
    #[arg(long)]
    stream: bool,
}

/// Which town, and how much of it.
#[derive(Debug, Clone, clap::Args)]
pub struct TownArgs {
    /// Another seed is another town, other attacks, other times.
    #[arg(long, value_name = "N", default_value_t = GenerateOptions::default().seed)]
    pub seed: u64,
    /// Days of logs.
    #[arg(long, value_name = "N", default_value_t = GenerateOptions::default().days)]
    pub days: u32,
    /// Multiplies the ordinary lines; 1 is about half a million a day.
    #[arg(long, value_name = "X", default_value_t = GenerateOptions::default().scale)]
    pub scale: f64,
}

impl TownArgs {
    /// As the generator takes them.
    pub fn options(&self, only: Option<AttackId>) -> GenerateOptions {
        GenerateOptions { seed: self.seed, days: self.days, scale: self.scale, only }
    }
}

/// Generates.
pub fn run(args: &GenerateArgs, terminal: &Terminal) -> Result<Exit> {
    let options = args.town.options(args.only);
    if args.stream {
        let mut out = terminal.out();
        for chunk in datasets::stream(&options)? {
            out.write_all(&chunk)?;
        }
        out.flush()?;
        return Ok(Exit::Done);
    }
    let Some(folder) = &args.out else {
        return Err(Failure::usage_text("nowhere to write to", "give --out DIR or --stream"));
    };
    let generated = datasets::generate_to_dir(&options, folder)?;
    let labels = &generated.labels;
    terminal.note(format!(
        "{} ({} inhabitants): {} lines in {} files under {}, {} attacks and {} look-alikes planted",
        labels.town.name,
        labels.town.inhabitants,
        generated.lines,
        generated.files,
        folder.display(),
        labels.attacks.len(),
        labels.twins.len()
    ));
    Ok(Exit::Done)
}
