//! `campanile alerts list`.

use access::delivery::ToldAlert;

use super::{FileArgs, zone};
use crate::detections::told_rows;
use crate::exit::{Exit, Result};
use crate::language::{Language, counted};
use crate::output::{self, OutputFormat};
use crate::terminal::Terminal;
use crate::told::Told;
use crate::{config, moment};

#[derive(Debug, clap::Args)]
pub struct ListArgs {
    /// Those that nobody has judged yet.
    #[arg(long)]
    unjudged: bool,
    /// Those of one rule.
    #[arg(long, value_name = "ID")]
    rule: Option<String>,
    /// Those told since: a date, a moment, or an age such as 7d.
    #[arg(long, value_name = "MOMENT")]
    since: Option<String>,
    #[command(flatten)]
    file: FileArgs,
}

/// Lists.
pub fn run(args: &ListArgs, terminal: &Terminal) -> Result<Exit> {
    let settings = config::settings(&args.file.config)?;
    let zone = zone(&settings)?;
    let since = args.since.as_ref();
    let since_us =
        since.map(|text| moment::moment_us("--since", text, &zone, moment::now_us())).transpose()?;
    let told = Told::judged(&settings.data_dir)?;
    let is_asked = |row: &&ToldAlert| {
        !(args.unjudged && told.judgement(row).is_some())
            && args.rule.as_ref().is_none_or(|rule| row.alert.rule_id.eq_ignore_ascii_case(rule))
            && since_us.is_none_or(|since_us| row.told_us >= since_us)
    };
    let all = told.holding().count();
    let rows: Vec<&ToldAlert> = told.holding().filter(is_asked).collect();
    let language = Language::of_environment();
    match args.file.output.format(terminal) {
        OutputFormat::Table if rows.is_empty() => {}
        OutputFormat::Table => {
            let rows = told_rows::alerts_shown(&rows, &told, &zone, language)?;
            output::write_all(OutputFormat::Table, &rows, terminal)?;
        }
        format => output::write_all(format, &told_rows::alerts(&rows, &told)?, terminal)?,
    }
    terminal.note(said(rows.len() as u64, all as u64, language));
    Ok(Exit::Done)
}

/// How many of how many.
fn said(shown: u64, all: u64, language: Language) -> String {
    let (shown, all) = match language {
        Language::English => (counted(shown, "alert", "alerts"), format!("of {all} that hold")),
        Language::Italian => (counted(shown, "segnalazione", "segnalazioni"), format!("di {all} in essere")),
    };
    format!("{shown} {all}")
}
